"""Networks of addresses, from tables of prefixes."""

import gzip
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from admittance.catalog.networks import AddressNetworks, read_networks
from admittance.errors import InputError

TABLE = b"""1.0.0.0\t24\t13335
10.0.0.0\t8\t64500
10.1.0.0\t16\t64501
10.1.2.0\t24\t64502_64503
10.1.255.0\t24\t64504,64505
223.255.254.0\t23\t55415
"""
DAY = datetime(2021, 5, 30, tzinfo=UTC)


def networks(*tables: tuple[datetime, bytes]) -> AddressNetworks:
    return AddressNetworks(tables=tuple((day, read_networks(content)) for day, content in tables))


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("1.0.0.1", 13335),
        ("1.0.1.0", 0),
        ("0.0.0.1", 0),
        ("10.0.255.255", 64500),
        ("10.1.1.255", 64501),
        ("10.1.2.3", 64502),
        ("10.1.3.0", 64501),
        ("10.1.255.255", 64504),
        ("10.2.0.0", 64500),
        ("11.0.0.0", 0),
        ("223.255.255.255", 55415),
        ("255.255.255.255", 0),
        ("2001:db8::1", 0),
        ("no address", 0),
    ],
)
def test_the_narrowest_prefix_around_an_address_counts(address: str, network: int) -> None:
    assert networks((DAY, TABLE)).network_of(address, DAY) == network
    assert networks((DAY, gzip.compress(TABLE))).network_of(address, DAY) == network


def test_addresses_of_the_other_family_have_a_table_of_their_own() -> None:
    six = b"2001:200::\t32\t2500\n2001:200:900::\t40\t7660\n2000::\t3\t1\nffff::\t16\t9\n"
    both = networks((DAY, TABLE), (DAY, six))
    asked = ("2001:200:900::5", "[2001:200:901::1]", "2001:201::", "ffff:ffff::1", "1.0.0.1", "4000::")
    assert [both.network_of(address, DAY) for address in asked] == [7660, 7660, 1, 9, 13335, 0]


def test_the_table_that_held_then_counts_or_the_first() -> None:
    moved = networks((DAY, TABLE), (DAY.replace(year=2023), b"1.0.0.0\t24\t1\n"))
    years = (2020, 2021, 2022, 2024)
    assert [moved.network_of("1.0.0.1", DAY.replace(year=year)) for year in years] == [13335, 13335, 13335, 1]


@pytest.mark.parametrize(
    ("row", "reason"),
    [(b"1.0.0.0\t33\t1", "33 bits"), (b"1.0.0\t8\t1", "no address"), (b"1.0.0.0\t8", "2 fields"), (b"1.0.0.0\t8\tx", "x")],
)
def test_a_row_that_cannot_be_used_costs_itself(row: bytes, reason: str) -> None:
    table = read_networks(TABLE + row)
    assert table.entries == 6
    ((line, told),) = table.unusable
    assert (line, reason in told) == (7, True)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "holds no prefix"),
        (b"prefix,length,asn\n", "line 1: no prefix, length and network"),
        (TABLE + b"2001:200::\t32\t2500\n", "both families"),
        (b"\x1f\x8bnonsense", "gzip that cannot be unpacked"),
    ],
)
def test_what_is_no_table_is_refused(content: bytes, reason: str) -> None:
    with pytest.raises(InputError, match=reason):
        read_networks(content)


PREFIXES = st.tuples(st.integers(0, 2**32 - 1), st.integers(0, 32), st.integers(1, 9)).map(
    lambda drawn: (drawn[0] >> (32 - drawn[1]) << (32 - drawn[1]), drawn[1], drawn[2])
)


@given(
    prefixes=st.lists(PREFIXES, min_size=1, max_size=12, unique_by=lambda prefix: prefix[:2]), probe=st.integers(0, 2**32 - 1)
)
def test_stretches_say_what_the_longest_prefix_says(prefixes: list[tuple[int, int, int]], probe: int) -> None:
    rows = [
        f"{first >> 24}.{first >> 16 & 255}.{first >> 8 & 255}.{first & 255}\t{bits}\t{asn}" for first, bits, asn in prefixes
    ]
    table = read_networks("\n".join(rows).encode())
    for address in (
        probe,
        *(first for first, _, _ in prefixes),
        *(first + (1 << (32 - bits)) - 1 for first, bits, _ in prefixes),
    ):
        around = [(bits, asn) for first, bits, asn in prefixes if first <= address < first + (1 << (32 - bits))]
        assert table.network_of(address) == max(around, default=(0, 0))[1]
