"""Series of demand in the shapes that publishers give them."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from admittance.errors import InputError
from admittance.model.ids import FileId
from admittance.sources import Batch, ReadOptions, Selection, SourceFile
from admittance.sources.demand import DEMAND

Read = Callable[..., Batch]
PLAIN = b"country,date,value\nTR,2024-08-01,3.5\nTR,2024-08-02,14\n"


def days(batch: Batch) -> list[tuple[str, str, str, float]]:
    rows = batch.demand.select("series", "country", "time", "value").iter_rows()
    return [(series, country, f"{time:%Y-%m-%d}", value) for series, country, time, value in rows]


def test_a_plain_table(read_bytes: Read) -> None:
    batch = read_bytes("demand", PLAIN)
    assert days(batch) == [("demand", "TR", "2024-08-01", 3.5), ("demand", "TR", "2024-08-02", 14.0)]
    assert batch.demand["offset"].to_list() == [19, 37]
    assert batch.lines == 2


def test_a_table_of_users_is_called_what_it_counts(read_bytes: Read) -> None:
    tor = b"# notes of the publisher\n# more\n,date,country,users,lower,upper,frac\n0,2021-01-01,cn,2004,113.0,5106.0,86\n"
    assert days(read_bytes("demand", tor)) == [("users", "CN", "2021-01-01", 2004.0)]
    named = read_bytes("demand", tor, values={"series": "tor-users"})
    assert days(named) == [("tor-users", "CN", "2021-01-01", 2004.0)]
    mapped = read_bytes("demand", tor, renames={"value": "upper"})
    assert days(mapped) == [("upper", "CN", "2021-01-01", 5106.0)]


@pytest.mark.parametrize(("name", "country"), [("TR.csv", "TR"), ("pk2.csv.gz", "PK"), ("folder/SN.csv", "SN")])
def test_a_file_named_by_a_country_is_of_it(tmp_path: Path, name: str, country: str) -> None:
    path = tmp_path / "stored"
    path.write_bytes(b"date,value\n2024-08-01,3.5\n")
    file = SourceFile(path=path, file=FileId("f"), address=name)
    (batch,) = DEMAND.read(file, ReadOptions(recorded_at=datetime(2026, 1, 1, tzinfo=UTC)))
    assert batch.demand["country"].to_list() == [country]


def test_a_table_without_a_country_is_refused_before_anything_is_read(read_bytes: Read) -> None:
    with pytest.raises(InputError, match=r"country missing; its columns are date, value.*--value country=<word>"):
        read_bytes("demand", b"date,value\n2024-08-01,3.5\n")
    given = read_bytes("demand", b"date,value\n2024-08-01,3.5\n", values={"country": "ke"})
    assert given.demand["country"].to_list() == ["KE"]


def test_json_lines(read_bytes: Read) -> None:
    lines = (
        b'{"country":"TR","date":"2024-08-01T12:00:00+03:00","value":3}\n{"country":"TR","date":"2024-08-02","value":null}\n'
    )
    batch = read_bytes("demand", lines)
    assert days(batch) == [("demand", "TR", "2024-08-01", 3.0)]
    assert batch.rejects.is_empty()


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (b"TR,2024-08-01,-1", "value: no number of 0 or more"),
        (b"TR,2024-08-01,nan", "value: no number of 0 or more"),
        (b"TR,2024-08-01,inf", "value: no number of 0 or more"),
        (b"TR,2024-08-01,many", "value: no number"),
        (b"TR,yesterday,1", "date: no moment in time"),
        (b"TR,,1", "date: missing"),
        (b"XX,2024-08-01,1", "country: no country by ISO 3166-1 or by its English name"),
        (b"TR,2024-08-01", "the row has 2 cells, the header 3"),
        (b"TR,2024-08-01," + b"9" * 50, "value: longer than 40 characters"),
        (b"TR,2024-08-01,\x00", "value: holds a NUL byte"),
        (b"TR,2024-08-01,\xff", "no UTF-8"),
    ],
)
def test_a_bad_row_costs_itself_alone(read_bytes: Read, row: bytes, reason: str) -> None:
    batch = read_bytes("demand", PLAIN + row + b"\nTR,2024-08-03,2\n")
    assert [day for _, _, day, _ in days(batch)] == ["2024-08-01", "2024-08-02", "2024-08-03"]
    (told,) = batch.rejects["reason"].to_list()
    assert reason in told


def test_only_what_is_wanted(read_bytes: Read) -> None:
    table = PLAIN + b"KE,2024-08-02,5\n"
    wanted = Selection(countries=frozenset({"TR"}), since=datetime(2024, 8, 2, tzinfo=UTC))
    assert days(read_bytes("demand", table, selection=wanted)) == [("demand", "TR", "2024-08-02", 14.0)]


@pytest.mark.parametrize("content", [b"", b"\x00" * 100, b"PAR1nonsense", b"a,b\n1,2\n", b"[1, 2]\n"])
def test_what_is_no_table_is_refused(read_bytes: Read, content: bytes) -> None:
    with pytest.raises(InputError):
        read_bytes("demand", content)


def test_titles_above_the_heading_are_passed_by(read_bytes: Read) -> None:
    trends = b"Category: All categories\n\nDay,vpn: (Turkey)\n2024-08-01,3\n2024-08-02,<1\n"
    options = {"renames": {"date": "Day", "value": "vpn: (Turkey)"}, "values": {"country": "TR", "series": "vpn-interest"}}
    assert days(read_bytes("demand", trends, **options)) == [
        ("vpn-interest", "TR", "2024-08-01", 3.0),
        ("vpn-interest", "TR", "2024-08-02", 0.5),
    ]
    with pytest.raises(InputError, match="its columns are Category: All categories"):
        read_bytes("demand", b"Category: All categories\n" * 9 + PLAIN)


@pytest.mark.parametrize(
    ("heading", "first", "day"),
    [
        ("Day", "2024-08-01", "2024-08-01"),
        ("Week", "2024-07-28", "2024-07-28"),
        ("Month", "2024-08", "2024-08-01"),
        ("Tag", "2024-08-01", "2024-08-01"),  # titles and the name of the first column are in the reader's language
    ],
)
@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_what_was_searched_for_and_where_is_read_from_the_heading(
    read_bytes: Read, heading: str, first: str, day: str, end: bytes
) -> None:
    told = f"\ufeffKategorie: Alle Kategorien\n\n{heading},vpn: (Türkiye),proxy: (Pakistan)\n{first},3,<1\n".encode()
    batch = read_bytes("demand", told.replace(b"\n", end))
    assert days(batch) == [("vpn", "TR", day, 3.0), ("proxy", "PK", day, 0.5)]
    assert batch.rejects.is_empty()


def test_a_search_of_no_country_is_refused_until_somebody_says_which(read_bytes: Read) -> None:
    local = b"Category: All categories\n\nDay,vpn: (Worldwide)\n2024-08-01,3\n"
    with pytest.raises(InputError, match=r"'vpn: \(Worldwide\)' names no country in English.*--value country=CC"):
        read_bytes("demand", local)
    given = read_bytes("demand", local, values={"country": "TR", "series": "vpn-interest"})
    assert days(given) == [("vpn-interest", "TR", "2024-08-01", 3.0)]


def test_a_column_for_each_country(read_bytes: Read) -> None:
    codes = b"day;TUR;PAK\n2024-08-01;3;4\n"
    assert days(read_bytes("demand", codes)) == [("demand", "TR", "2024-08-01", 3.0), ("demand", "PK", "2024-08-01", 4.0)]
    table = b"date,TR,Pakistan\n2024-08-01,3,\n2024-08-02,4,x\n2024-08-03,5,6\n"
    batch = read_bytes("demand", table)
    assert days(batch) == [
        ("demand", "TR", "2024-08-01", 3.0),
        ("demand", "TR", "2024-08-03", 5.0),
        ("demand", "PK", "2024-08-03", 6.0),
    ]
    assert batch.rejects["reason"].to_list() == ["value: no number: 'x'"]


@pytest.mark.parametrize(
    "heading", [b"date,value,value,country", b"Day,vpn: (Turkey),vpn: (Turkey)", b"date,country,value,country"]
)
def test_two_columns_of_one_name_are_refused(read_bytes: Read, heading: bytes) -> None:
    with pytest.raises(InputError, match="two columns are called"):
        read_bytes("demand", heading + b"\n2024-08-01" + b",1" * heading.count(b",") + b"\n")


def read_named(folder: Path, name: str, content: bytes) -> Batch:
    path = folder / "stored"
    path.write_bytes(content)
    (batch,) = DEMAND.read(
        SourceFile(path=path, file=FileId("f"), address=name), ReadOptions(recorded_at=datetime(2026, 1, 1, tzinfo=UTC))
    )
    return batch


def test_tables_of_tor_metrics_as_they_are_published(tmp_path: Path) -> None:
    notes = b"# The Tor Project\n#\n# URL: https://metrics.example/userstats-relay-country.csv\n"
    relays = notes + b"date,country,users,lower,upper,frac\n2021-01-01,,90,,,8\n2021-01-01,??,9,,,8\n2021-01-01,cn,20,1,5,8\n"
    batch = read_named(tmp_path, "userstats-relay-country.csv", relays)
    assert days(batch) == [("userstats-relay", "CN", "2021-01-01", 20.0)]
    assert batch.rejects.is_empty()
    bridges = read_named(tmp_path, "userstats-bridge-country.csv", relays)
    assert days(bridges) == [("userstats-bridge", "CN", "2021-01-01", 20.0)]


def test_users_who_are_counted_by_the_way_they_take_are_series_of_their_own(read_bytes: Read) -> None:
    clients = (
        b"date,node,country,transport,version,lower,upper,clients,frac\n"
        b"2021-01-01,relay,tr,,,,,90,8\n2021-01-01,bridge,tr,,,,,50,8\n2021-01-01,bridge,tr,obfs4,,,,40,8\n"
    )
    assert days(read_bytes("demand", clients)) == [
        ("clients/relay", "TR", "2021-01-01", 90.0),
        ("clients/bridge", "TR", "2021-01-01", 50.0),
        ("clients/bridge/obfs4", "TR", "2021-01-01", 40.0),
    ]


def test_no_value_stands_for_another_of_its_day(read_bytes: Read) -> None:
    hours = b"country,date,value\nTR,2024-08-01T00:00,3\nTR,2024-08-01T01:00,4\nKE,2024-08-01T01:00,5\n"
    batch = read_bytes("demand", hours)
    assert days(batch) == [("demand", "TR", "2024-08-01", 3.0), ("demand", "KE", "2024-08-01", 5.0)]
    assert batch.rejects["reason"].to_list() == ["date: a second value of 'demand' for that day; give one for each day"]


def test_a_refusal_names_the_heading_and_no_longer_row(read_bytes: Read) -> None:
    with pytest.raises(InputError, match=r"its columns are day, amount\."):
        read_bytes("demand", b"day,amount\n2024-08-01,1;2;3;4;5;6\n")


def test_a_table_may_name_what_was_searched_for(read_bytes: Read) -> None:
    table = b"date,hits,geo,keyword\n2024-08-01,3,TR,vpn\n2024-08-01,4,TR,proxy\n"
    assert days(read_bytes("demand", table)) == [("vpn", "TR", "2024-08-01", 3.0), ("proxy", "TR", "2024-08-01", 4.0)]
