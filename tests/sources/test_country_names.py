import pytest

from admittance.sources.countries import COUNTRIES
from admittance.sources.country_names import _codes, country_of_name


@pytest.mark.parametrize(
    ("name", "code"),
    [("Ireland", "IE"), ("russia", "RU"), ("South  Korea", "KR"), ("Türkiye", "TR"), ("", None), ("Narnia", None)],
)
def test_a_country_is_known_by_its_name(name: str, code: str | None) -> None:
    assert country_of_name(name) == code


def test_every_country_has_a_name() -> None:
    assert set(_codes().values()) == COUNTRIES
