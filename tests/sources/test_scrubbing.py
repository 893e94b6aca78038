"""Addresses in text."""

from ipaddress import IPv4Address, IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admittance.sources.scrubbing import SCRUBBED, excerpt, scrub, without_address, without_address_in_bytes


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("dial tcp 192.0.2.1:443: refused", "dial tcp [scrubbed]:443: refused"),
        ("[2001:db8::1]:443", "[[scrubbed]]:443"),
        ('{"ip":"2001:db8:0:0:0:0:0:1"}', '{"ip":"[scrubbed]"}'),
        ("fe80::1%eth0 is down", "[scrubbed] is down"),
        ("at 12:34:56 on 2021-03-15 10:00:00", "at 12:34:56 on 2021-03-15 10:00:00"),
        ("a::b is no operator here", "[scrubbed] is no operator here"),
        ("std :: fine", "std :: fine"),
    ],
)
def test_addresses_go_and_times_stay(text: str, expected: str) -> None:
    assert scrub(text) == expected


@given(address=st.one_of(st.ip_addresses(v=4), st.ip_addresses(v=6)), before=st.text(max_size=5), after=st.text(max_size=5))
def test_no_address_survives(address: IPv4Address | IPv6Address, before: str, after: str) -> None:
    if not str(address).strip(":"):
        return  # `::` is nobody's
    assert str(address) not in scrub(f"{before} {address} {after}")


def test_an_excerpt_is_short_clean_and_without_addresses() -> None:
    content = b'\xff\x00{"probe_ip":"203.0.113.9","rest":"' + b"2001:db8::9 " * 1_000
    text = excerpt(content)
    assert len(text) == 400
    assert text.isprintable()
    assert "203.0.113.9" not in text
    assert "2001:db8" not in text


def test_one_address_is_cut_out_and_its_neighbours_are_not() -> None:
    assert without_address("1.2.3.4 1.2.3.45 11.2.3.4 1.2.3.4:80", "1.2.3.4") == f"{SCRUBBED} 1.2.3.45 11.2.3.4 {SCRUBBED}:80"
    assert without_address("2001:DB8::1 2001:db8::12", "2001:db8::1") == f"{SCRUBBED} 2001:db8::12"
    assert without_address_in_bytes(b"<p>1.2.3.4</p>\xff", "1.2.3.4") == b"<p>[scrubbed]</p>\xff"
