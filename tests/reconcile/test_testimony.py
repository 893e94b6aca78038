"""What other monitors publish, laid against claims: each by what its dates mean, and never as a measurement."""

from datetime import UTC, datetime, timedelta
from typing import Literal

import msgspec
import pytest
from msgspec import UNSET, UnsetType

from admittance.catalog import Catalog, load, registrable_domain
from admittance.model.corroboration import Corroboration
from admittance.model.documents import (
    Attribution,
    Document,
    Factuality,
    Granularity,
    Modality,
    NetworkClaim,
    Place,
    Reading,
    Sha256,
    SourceClass,
    Span,
    Status,
    Time,
    TimeBasis,
)
from admittance.model.ids import ClaimId, Country, EntityId, FileId, RuleId, SubjectId
from admittance.model.tables import empty_table, rows_of, table_of
from admittance.model.testimony import Publisher, Testimony, TestimonyKind
from admittance.model.verdict import Cell, SnapshotVerdict
from admittance.model.vocabulary import Gate, Origin
from admittance.reconcile import corroborate
from admittance.reconcile.testimony import Account, Spell, accounts_of

DAY = timedelta(days=1)


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load()


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def told(
    kind: TestimonyKind,
    since: str,
    until: str | None = None,
    *,
    item: str = "signal.org",
    publisher: Publisher | None = None,
    percent: int | None = None,
    days: tuple[int, int] | None = None,
    gate: Gate = Gate.NETWORK,
) -> Testimony:
    """One line; `until` is the last day, and null for what names a moment."""
    witness = {
        TestimonyKind.SHARE: Publisher.GREATFIRE,
        TestimonyKind.SPAN: Publisher.GFW_REPORT,
        TestimonyKind.COUNT: Publisher.GFW_REPORT,
    }
    host = item.split("://")[-1].split("/")[0] if gate is Gate.NETWORK and item else None
    return Testimony(
        source="monitors",
        origin=Origin.SIMULATED,
        publisher=publisher or witness.get(kind, Publisher.GFWLIST),
        kind=kind,
        gate=gate,
        country=Country("CN"),
        item=item,
        host=host,
        domain=registrable_domain(host) if host else None,
        since=utc(since),
        until=utc(until) + DAY if until else None,
        percent=percent,
        days=days[0] if days else None,
        days_measured=days[1] if days else None,
        count=None,
        changed=None,
        reference=None,
        file=FileId("f"),
        offset=0,
        line_sha256="h",
        recorded_at=utc("2026-01-01"),
    )


def listed(on: str, *, item: str = "signal.org", off: str | None = None) -> list[Testimony]:
    """An entry of a list whose newest change is of 2024."""
    entry = [told(TestimonyKind.LISTED, on, item=item)] + ([told(TestimonyKind.DELISTED, off, item=item)] if off else [])
    return [*entry, told(TestimonyKind.LISTED, "2024-06-01", item="newest.example")]


def share(percent: int, since: str, until: str, *, item: str = "https://signal.org") -> list[Testimony]:
    return [told(TestimonyKind.SHARE, since, until, item=item, percent=percent)]


def span(first: str, last: str, days: tuple[int, int], *, item: str = "signal.org") -> list[Testimony]:
    """A span of a monitor that began to look in January 2021."""
    first_look = told(TestimonyKind.COUNT, "2021-01-01", "2021-01-01", item="")
    return [first_look, told(TestimonyKind.SPAN, first, last, item=item, days=days)]


def claim(
    onset: str | None,
    status: Status = Status.BLOCKED,
    *,
    subject: str = "signal",
    gate: Gate = Gate.NETWORK,
    country: str = "CN",
    basis: TimeBasis = TimeBasis.EXPLICIT,
    modality: Modality = Modality.EXECUTED,
    source: str | None = None,
    layer: Literal["dns", "tls"] | UnsetType = UNSET,
    role: str | UnsetType = UNSET,
    networks: tuple[str, ...] | UnsetType = UNSET,
) -> NetworkClaim:
    return NetworkClaim(
        id=ClaimId("c1"),
        subject=subject,
        status=status,
        gate=gate,
        place=Place(country=country, networks=networks),
        onset=Time(value=onset, granularity=Granularity.DAY, basis=basis),
        factuality=Factuality(polarity="affirmed", modality=modality, certainty="certain"),
        attribution=(Attribution(source=source, source_class=SourceClass.MONITOR),) if source else (),
        evidence=(Span(start=0, end=1, quote="x"),),
        rule=RuleId("r"),
        salience="core",
        layer=layer,
        role=role,
    )


def edges(
    catalog: Catalog, stated: NetworkClaim, rows: list[Testimony], *, publisher: str | None = None
) -> list[Corroboration]:
    document = Document(sha256=Sha256("0" * 64), language="en", publisher=publisher)
    table = corroborate(
        [Reading(doc=document, actions=(), network_claims=(stated,))],
        episodes=[],
        cells=empty_table(Cell).lazy(),
        snapshots=empty_table(SnapshotVerdict),
        testimonies=table_of(Testimony, rows).lazy(),
        catalog=catalog,
        versions="{}",
        origin=Origin.SIMULATED,
    )
    measured, *rest = rows_of(Corroboration, table)
    assert (measured.witness, measured.independent) == (None, True)
    assert measured.status in ("unobservable", "undetermined")  # what others say was not measured
    assert all(edge.episode is None and edge.reason.endswith(".") for edge in rest)
    return rest


def edge(catalog: Catalog, stated: NetworkClaim, rows: list[Testimony]) -> Corroboration:
    (only,) = edges(catalog, stated, rows)
    return only


@pytest.mark.parametrize(
    ("onset", "status"),
    [
        ("2021-03-16", "supported"),  # put on the list on that day
        ("2021-03-14", "supported"),  # and soon after
        ("2021-03", "supported"),
        ("2021-05-01", "contradicted"),  # it was blocked on or before 16 March
        ("2022-03-01", "contradicted"),
        ("2022-04-01", "undetermined"),  # lifted in between, for all that the list would tell
        ("2019-03-14", "undetermined"),  # on or before says nothing of two years earlier
        ("2025-03-14", "unobservable"),  # the list's newest change is older
    ],
)
def test_an_entry_of_a_list_is_an_upper_bound_of_an_onset(catalog: Catalog, onset: str, status: str) -> None:
    found = edge(catalog, claim(onset), listed("2021-03-16"))
    assert (found.status, found.witness, found.independent) == (status, Publisher.GFWLIST, True)


def test_the_reason_names_witness_name_and_date(catalog: Catalog) -> None:
    assert edge(catalog, claim("2021-05-01"), listed("2021-03-16")).reason == (
        "gfwlist: signal.org was put on the list on 2021-03-16, and so blocked on or before that day,"
        " earlier than 2021-05-01 in any time zone."
    )


def test_what_was_taken_off_and_put_back_counts_anew(catalog: Catalog) -> None:
    twice = [*listed("2012-01-01", off="2015-01-01"), told(TestimonyKind.LISTED, "2021-03-16")]
    assert edge(catalog, claim("2021-03-14"), twice).status == "supported"
    assert edge(catalog, claim("2018-03-14"), twice).status == "undetermined"
    reverted = [*listed("2014-06-01", off="2015-01-01T10:00"), told(TestimonyKind.LISTED, "2015-01-01T14:00")]
    found = edge(catalog, claim("2015-03-14"), reverted)
    assert (found.status, "put on the list on 2014-06-01" in found.reason) == ("contradicted", True)


def test_an_exemption_or_a_count_says_nothing(catalog: Catalog) -> None:
    assert edges(catalog, claim("2021-03-14"), [told(TestimonyKind.EXEMPTED, "2021-03-14")]) == []
    assert edges(catalog, claim("2021-03-14"), [told(TestimonyKind.COUNT, "2021-03-14", "2021-03-14", item="")]) == []


@pytest.mark.parametrize(
    ("status", "day", "expected"),
    [
        (Status.ACCESSIBLE, "2022-03-14", "undetermined"),  # who keeps a list does not look again
        (Status.RESTORED, "2022-03-14", "undetermined"),  # a list lags behind, and is pruned of what is still blocked
        (Status.RESTORED, "2023-01-01", "undetermined"),
        (Status.RESTORED, "2020-01-01", "unobservable"),
    ],
)
def test_a_list_never_contradicts_access(catalog: Catalog, status: Status, day: str, expected: str) -> None:
    assert edge(catalog, claim(day, status), listed("2021-03-16", off="2023-01-01")).status == expected


def test_a_list_supports_a_state_while_the_entry_stands(catalog: Catalog) -> None:
    stated = claim("2022-03-14", basis=TimeBasis.PUBLICATION)
    assert edge(catalog, stated, listed("2021-03-16")).status == "supported"
    assert edge(catalog, stated, listed("2021-03-16", off="2022-01-01")).status == "unobservable"
    assert edge(catalog, stated, listed("2023-03-16")).status == "undetermined"


@pytest.mark.parametrize(
    ("onset", "percent", "status"),
    [
        ("2020-01-20", 100, "supported"),  # the thirty days began soon after
        ("2020-02-10", 100, "contradicted"),  # all tests of the days before it were blocked
        ("2020-02-10", 60, "supported"),  # it may have begun within them
        ("2020-01-20", 4, "contradicted"),  # hardly any test after it
        ("2020-02-10", 4, "unobservable"),
        ("2018-01-20", 100, "undetermined"),
        ("2021-01-20", 100, "unobservable"),  # a snapshot says how things stood then alone
    ],
)
def test_a_share_is_a_state_of_its_thirty_days(catalog: Catalog, onset: str, percent: int, status: str) -> None:
    found = edge(catalog, claim(onset), share(percent, "2020-01-24", "2020-02-22"))
    assert (found.status, found.witness) == (status, Publisher.GREATFIRE)


@pytest.mark.parametrize(
    ("day", "status", "percent", "expected"),
    [
        ("2020-02-10", Status.ACCESSIBLE, 100, "contradicted"),
        ("2020-02-10", Status.ACCESSIBLE, 50, "undetermined"),
        ("2020-02-10", Status.ACCESSIBLE, 2, "supported"),
        ("2020", Status.ACCESSIBLE, 2, "undetermined"),  # thirty days are not a year
        ("2020", Status.ACCESSIBLE, 100, "undetermined"),
        ("2020-01-20", Status.RESTORED, 2, "supported"),
        ("2020-01-20", Status.RESTORED, 100, "contradicted"),
        ("2018-01-20", Status.RESTORED, 100, "unobservable"),
    ],
)
def test_a_share_tells_of_access(catalog: Catalog, day: str, status: Status, percent: int, expected: str) -> None:
    assert edge(catalog, claim(day, status), share(percent, "2020-01-24", "2020-02-22")).status == expected


@pytest.mark.parametrize(
    ("onset", "status", "expected"),
    [
        ("2021-03-15", Status.BLOCKED, "supported"),
        ("2021-03-20", Status.BLOCKED, "contradicted"),  # seen on days before
        ("2021-03-10", Status.BLOCKED, "undetermined"),  # whether anybody looked before is not said
        ("2021-08-10", Status.BLOCKED, "unobservable"),
        ("2021-04-10", Status.ACCESSIBLE, "contradicted"),
        ("2021-04-10", Status.RESTORED, "contradicted"),  # seen blocked after that
        ("2021-06-30", Status.RESTORED, "undetermined"),  # nor whether anybody looked after
    ],
)
def test_a_span_was_seen_on_its_first_and_last_day(catalog: Catalog, onset: str, status: Status, expected: str) -> None:
    assert edge(catalog, claim(onset, status), span("2021-03-15", "2021-06-30", (108, 108))).status == expected


def test_a_span_that_begins_with_the_looking_dates_no_onset(catalog: Catalog) -> None:
    from_the_first_day = span("2021-01-01", "2021-06-30", (181, 181))
    assert edge(catalog, claim("2020-12-30", basis=TimeBasis.EXPLICIT), from_the_first_day).status == "undetermined"
    assert edge(catalog, claim("2021-01", Status.BLOCKED), from_the_first_day).status == "supported"


def test_a_span_with_gaps_does_not_contradict_access(catalog: Catalog) -> None:
    gaps = span("2021-03-15", "2021-06-30", (40, 108))
    assert edge(catalog, claim("2021-04-10", Status.ACCESSIBLE), gaps).status == "undetermined"


def test_parts_of_a_subject_decide_nothing_of_the_whole(catalog: Catalog) -> None:
    found = edge(catalog, claim("2021-03-14"), listed("2021-03-16", item="support.signal.org"))
    assert found.status == "undetermined"
    assert found.reason.endswith("that is only a part of Signal.")
    page = share(100, "2020-01-24", "2020-02-22", item="http://signal.org/blog/a-page")
    assert edge(catalog, claim("2020-01-20"), page).status == "undetermined"
    encrypted = share(100, "2020-01-24", "2020-02-22", item="https://signal.org/blog/a-page")
    assert edge(catalog, claim("2020-01-20"), encrypted).status == "supported"  # the page cannot be told from its host


def test_an_entry_holds_for_the_names_below_it_and_a_share_does_not(catalog: Catalog) -> None:
    stated = claim("2021-03-14", subject="site:wikipedia.org/zh.wikipedia.org")
    assert edge(catalog, stated, listed("2021-03-16", item="wikipedia.org")).status == "supported"
    assert edge(catalog, stated, listed("2021-03-16", item="zh.wikipedia.org")).status == "supported"
    assert edges(catalog, stated, listed("2021-03-16", item="en.wikipedia.org")) == []
    of_2020 = claim("2020-01-20", subject="site:wikipedia.org/zh.wikipedia.org")
    assert edges(catalog, of_2020, share(100, "2020-01-24", "2020-02-22", item="https://wikipedia.org")) == []


def test_of_several_names_one_supports_and_all_must_contradict(catalog: Catalog) -> None:
    one, other, *_ = catalog.domains_of(SubjectId("whatsapp"))
    stated = claim("2017-09-25", subject="whatsapp")
    both = [*listed("2017-09-26", item=one), *listed("2012-01-01", item=other)]
    assert edge(catalog, stated, both).status == "supported"
    early = [*listed("2017-03-01", item=one), *listed("2016-12-01", item=other)]
    assert edge(catalog, stated, early).status == "contradicted"
    mixed = [*listed("2020-01-01", item=one), *listed("2012-01-01", item=other)]
    assert edge(catalog, stated, mixed).status == "undetermined"


def test_what_is_not_told_apart_is_never_contradicted(catalog: Catalog) -> None:
    for narrow in (claim("2021-03-14", layer="dns"), claim("2021-03-14", networks=("AS4134",))):
        found = edge(catalog, narrow, listed("2021-03-16"))
        assert (found.status, "does not tell" in found.reason) == ("supported", True)
    late = edge(catalog, claim("2021-05-01", networks=("AS4134",)), listed("2021-03-16"))
    assert late.status == "unobservable"


@pytest.mark.parametrize(
    "stated",
    [
        claim("2021-03-14", country="RU"),
        claim("2021-03-14", subject="telegram"),
        claim("2021-03-14", Status.REGISTRATION_FAILING),
        claim("2021-03-14", role="messaging"),
        claim("2021-03-14", modality=Modality.PLANNED),
        claim(None),
        claim("XXXX-03-14"),
    ],
)
def test_no_monitor_is_asked_about_what_it_does_not_speak_of(catalog: Catalog, stated: NetworkClaim) -> None:
    assert edges(catalog, stated, listed("2021-03-16")) == []


def test_keywords_are_laid_against_keywords(catalog: Catalog) -> None:
    rows = [told(TestimonyKind.SHARE, "2020-01-24", "2020-02-22", item="占领", percent=100, gate=Gate.CONTENT)]
    stated = claim("2020-02-10", subject="keyword:占领", gate=Gate.CONTENT, basis=TimeBasis.PUBLICATION)
    assert edge(catalog, stated, rows).status == "supported"
    assert edges(catalog, claim("2020-02-10", subject="keyword:其他", gate=Gate.CONTENT), rows) == []


def test_each_monitor_answers_for_itself(catalog: Catalog) -> None:
    rows = [*listed("2021-03-16"), *share(100, "2021-01-01", "2021-01-30"), *span("2021-03-15", "2021-06-30", (108, 108))]
    found = edges(catalog, claim("2021-03-15"), rows)
    assert [(one.witness, one.status, one.independent) for one in found] == [
        ("gfw-report", "supported", True),
        ("gfwlist", "supported", True),
        ("greatfire", "unobservable", True),
    ]
    assert edges(catalog, claim("2021-03-15"), rows[::-1]) == found


def test_a_monitor_is_no_witness_of_what_it_said_itself(catalog: Catalog) -> None:
    rows = share(100, "2020-01-24", "2020-02-22")
    (cited,) = edges(catalog, claim("2020-01-20", source="greatfire"), rows)
    assert (cited.status, cited.independent, "no further witness" in cited.reason) == ("supported", False, True)
    (own,) = edges(catalog, claim("2020-01-20"), rows, publisher="greatfire")
    assert not own.independent
    (daughter,) = edges(catalog, claim("2020-01-20", source="apple-censorship"), rows)
    assert not daughter.independent  # GreatFire stands behind it


def test_two_monitors_of_one_house_are_one_witness(catalog: Catalog) -> None:
    gfwlist = msgspec.structs.replace(catalog.entities[EntityId("gfwlist")], parent=EntityId("gfw-report"))
    joined = msgspec.structs.replace(catalog, entities={**catalog.entities, gfwlist.id: gfwlist})
    rows = [*listed("2021-03-16"), *span("2021-03-15", "2021-06-30", (108, 108))]
    assert [one.independent for one in edges(joined, claim("2021-03-15"), rows)] == [True, False]


def test_every_publisher_is_an_entity_of_the_catalog(catalog: Catalog) -> None:
    assert {publisher.value for publisher in Publisher} <= set(catalog.entities)


def accounts(catalog: Catalog, rows: list[Testimony]) -> tuple[Account, ...]:
    table = table_of(Testimony, rows).lazy()
    return accounts_of(table, frozenset({SubjectId("signal")}), catalog=catalog).of(
        SubjectId("signal"), Country("CN"), Gate.NETWORK
    )


def test_no_spell_gives_a_lower_bound(catalog: Catalog) -> None:
    rows = [*listed("2021-03-16"), *share(60, "2020-01-24", "2020-02-22"), *span("2021-03-15", "2021-06-30", (2, 9))]
    spells: list[Spell] = [spell for one in accounts(catalog, rows) for name in one.names for spell in name.spells]
    assert len(spells) == 3
    assert all(spell.start <= spell.by <= spell.last and spell.start <= spell.sure_until <= spell.last for spell in spells)


def test_a_list_read_from_its_middle_is_still_an_upper_bound(catalog: Catalog) -> None:
    only_off = [told(TestimonyKind.DELISTED, "2022-01-01"), told(TestimonyKind.LISTED, "2024-06-01", item="newest.example")]
    (account,) = accounts(catalog, only_off)
    assert account.names[0].spells[0].words == "was taken off the list on 2022-01-01, and so blocked at some time before"
    assert edge(catalog, claim("2021-12-20"), only_off).status == "supported"


def test_testimony_of_nobody_makes_no_account(catalog: Catalog) -> None:
    assert accounts(catalog, []) == ()
