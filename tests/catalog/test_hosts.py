import pytest
from hypothesis import given
from hypothesis import strategies as st

from admittance.catalog import canonical_host, host_of_url, is_address, registrable_domain


@pytest.mark.parametrize(
    ("host", "canonical"),
    [
        ("Example.ORG.", "example.org"),
        ("bücher.example", "xn--bcher-kva.example"),
        ("xn--bcher-kva.example", "xn--bcher-kva.example"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("under_score.example", "under_score.example"),
        ("0 [", "0"),
    ],
)
def test_a_host_has_one_spelling(host: str, canonical: str) -> None:
    assert canonical_host(host) == canonical


@given(st.text(max_size=60))
def test_canonical_spelling_is_stable(host: str) -> None:
    assert canonical_host(canonical_host(host)) == canonical_host(host)


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("https://Web.Telegram.org/k/?a=b", "web.telegram.org"),
        ("http://149.154.167.51:443/", "149.154.167.51"),
        ("http://[2001:db8::1]:80/", "2001:db8::1"),
        ("no url", None),
        ("http://[broken", None),
    ],
)
def test_host_of_url(url: str, host: str | None) -> None:
    assert host_of_url(url) == host


@pytest.mark.parametrize(
    ("host", "domain"),
    [
        ("zh.wikipedia.org", "wikipedia.org"),
        ("a.b.example.co.uk", "example.co.uk"),
        ("user.github.io", "github.io"),
        ("149.154.167.51", "149.154.167.51"),
        ("localhost", "localhost"),
    ],
)
def test_registrable_domain(host: str, domain: str) -> None:
    assert registrable_domain(host) == domain


def test_addresses_are_told_from_names() -> None:
    assert is_address("192.0.2.1")
    assert is_address("[2001:db8::1]")
    assert not is_address("192.0.2.1.example")
