from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admittance.judge.certificates import Certificate, certificate_of
from tests.judge.certificates import certificate

WHOLE = certificate({"C": "US", "O": "Fortinet", "CN": "FGT60F"})


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (WHOLE, Certificate("US, O=Fortinet, CN=FGT60F", datetime(2023, 1, 1, tzinfo=UTC))),
        (certificate({"CN": "x"}, begins="991231235959Z"), Certificate("CN=x", datetime(1999, 12, 31, 23, 59, 59, tzinfo=UTC))),
        (certificate({"CN": "x"}, begins="20550101000000Z"), Certificate("CN=x", datetime(2055, 1, 1, tzinfo=UTC))),
        (certificate({"CN": "x"}, begins="231345000000Z"), Certificate("CN=x", None)),
        (certificate({"OU": "ü"}, version=False), Certificate("OU=ü", datetime(2023, 1, 1, tzinfo=UTC))),
        (certificate({"CN": "y" * 5_000}), Certificate("CN=" + "y" * 397, datetime(2023, 1, 1, tzinfo=UTC))),
        (certificate({}), Certificate("", datetime(2023, 1, 1, tzinfo=UTC))),
        (b"", None),
        (b"<html>", None),
        (b"\x30\x84\xff\xff\xff\xff\x30", None),
    ],
)
def test_issuer_and_begin_are_read(content: bytes, expected: Certificate | None) -> None:
    assert certificate_of(content) == expected


def test_what_is_cut_off_is_no_certificate() -> None:
    assert all(certificate_of(WHOLE[:length]) is None for length in range(len(WHOLE)))


@given(st.integers(0, len(WHOLE) - 1), st.binary(max_size=8))
def test_no_bytes_raise(place: int, changed: bytes) -> None:
    found = certificate_of(WHOLE[:place] + changed + WHOLE[place + len(changed) :])
    assert found is None or len(found.issuer) <= 400
