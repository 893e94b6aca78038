"""Removals from marketplaces and closures of accounts, laid against readings of their own gates."""

from datetime import UTC, datetime

import msgspec
import polars as pl
import pytest

from admittance.catalog import Catalog, load
from admittance.judge import judge_snapshots
from admittance.model.corroboration import Corroboration
from admittance.model.documents import (
    Action,
    ActionType,
    Document,
    Factuality,
    Granularity,
    Mention,
    Modality,
    Place,
    Reading,
    Role,
    Sha256,
    Span,
    Time,
    TimeBasis,
)
from admittance.model.ids import Country, FileId, RuleId
from admittance.model.observation import SnapshotObservation
from admittance.model.tables import empty_table, table_of
from admittance.model.testimony import Testimony
from admittance.model.verdict import Cell
from admittance.model.vocabulary import Gate, Origin
from admittance.reconcile import corroborate


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load()


def observation(gate: Gate, place: str, item: str, day: int, status: str, **facts: object) -> SnapshotObservation:
    return SnapshotObservation(
        **{  # type: ignore[arg-type]
            "source": "table",
            "origin": Origin.MEASURED,
            "gate": gate,
            "place": place,
            "item": item,
            "title": None,
            "country": Country("CN"),
            "network": None,
            "time": datetime(2018, 6, day, tzinfo=UTC),
            "status": status,
            "category": None,
            "text": None,
            "count": None,
            "url": None,
            "file": FileId("f"),
            "offset": 0,
            "line_sha256": "l",
            "recorded_at": datetime(2018, 7, 1, tzinfo=UTC),
            **facts,
        }
    )


def searches(*counts: int, term: str = "vpn", place: str = "taobao") -> list[SnapshotObservation]:
    return [
        observation(Gate.LISTING, place, term, day, "untried", count=count, title=term.upper())
        for day, count in enumerate(counts, start=1)
    ]


def pages(*statuses: str, name: str = "The New York Times", place: str = "weibo.com") -> list[SnapshotObservation]:
    item = f"account:{name} https://{place}/page"
    return [
        observation(Gate.CONTENT, place, item, day, status, title=name, url=f"https://{place}/page")
        for day, status in enumerate(statuses, start=1)
    ]


def action(kind: ActionType, quote: str, *mentions: tuple[Role, str | None, str], day: str = "2018-06-05") -> Action:
    span = Span(start=0, end=len(quote), quote=quote)
    return Action(
        id="a1",  # type: ignore[arg-type]
        type=kind,
        mentions=tuple(
            Mention(role=role, entity=entity, surface=surface, resolved_by="name", span=span)
            for role, entity, surface in mentions
        ),
        time=Time(value=day, granularity=Granularity.DAY, basis=TimeBasis.EXPLICIT, tz="Asia/Shanghai"),
        factuality=Factuality(modality=Modality.EXECUTED, polarity="affirmed", certainty="certain"),
        attribution=(),
        evidence=(span,),
        rule=RuleId("action.test"),
        salience="core",
        place=Place(country="CN"),
    )


def edges(catalog: Catalog, told: Action, observations: list[SnapshotObservation]) -> list[Corroboration]:
    reading = Reading(
        doc=Document(sha256=Sha256("d"), language="en", extractor="documents/1"), actions=(told,), network_claims=()
    )
    rows = table_of(SnapshotObservation, observations)
    judged = [
        judge_snapshots(rows.filter(pl.col("gate") == gate.value), catalog=catalog) for gate in (Gate.LISTING, Gate.CONTENT)
    ]
    table = corroborate(
        [reading],
        episodes=[],
        cells=empty_table(Cell).lazy(),
        snapshots=pl.concat(judged),
        testimonies=empty_table(Testimony).lazy(),
        catalog=catalog,
        versions="{}",
        origin=Origin.MEASURED,
    )
    return msgspec.convert(table.to_dicts(), list[Corroboration])


CLEANED = action(
    ActionType.LISTING_REMOVAL,
    "ordered Taobao to delete vendors of VPNs",
    (Role.REGULATOR, "cn-cac", "CAC"),
    (Role.TARGET, "taobao", "Taobao"),
    (Role.VENDOR, "vpn-vendors", "vendors of VPNs"),
)


def test_a_search_that_thinned_out_bears_out_a_removal_from_the_marketplace(catalog: Catalog) -> None:
    others = [*searches(*[900] * 8, term="umbrella"), *searches(*[700] * 8, place="jd")]
    (found,) = edges(catalog, CLEANED, [*searches(500, 510, 505, 500, 500, 20, 0, 0), *others])
    assert (found.subject, found.gate, found.status) == ("listing:taobao/vpn", "listing", "supported")
    assert found.reason.startswith("VPN is missing, or found next to nowhere, on the marketplace: 1 of 4 snapshots")


def test_a_search_that_finds_as_much_as_ever_contradicts_it(catalog: Catalog) -> None:
    (found,) = edges(catalog, CLEANED, searches(*[500] * 9))
    assert (found.status, "it is still offered; " in found.reason) == ("contradicted", True), found.reason


def test_a_search_that_the_text_does_not_name_says_nothing(catalog: Catalog) -> None:
    (found,) = edges(catalog, CLEANED, searches(*[500] * 9, term="umbrella"))
    assert (found.subject, found.status) == ("taobao", "unobservable")
    assert found.reason == "No search or product that it speaks of was read for this country on Taobao."


def test_a_chinese_text_names_a_search_in_latin_letters(catalog: Catalog) -> None:
    chinese = action(ActionType.LISTING_REMOVAL, "责令淘宝网清理VPN翻墙工具商品", (Role.TARGET, "taobao", "淘宝网"))
    named = {row.subject for row in edges(catalog, chinese, [*searches(9, 9), *searches(9, 9, term="翻墙")])}
    assert named == {"listing:taobao/vpn", "listing:taobao/翻墙"}
    (none,) = edges(catalog, chinese, searches(9, 9, term="vp"))
    assert none.subject == "taobao"


def test_what_a_parent_company_is_told_is_looked_for_on_its_marketplaces(catalog: Catalog) -> None:
    whole = action(ActionType.LISTING_REMOVAL, "told Alibaba to remove VPN products", (Role.TARGET, "alibaba", "Alibaba"))
    assert [row.subject for row in edges(catalog, whole, searches(9, 9))] == ["listing:taobao/vpn"]
    roles = ((Role.TARGET, "alibaba", "Alibaba"), (Role.IMPLEMENTER, "taobao", "Taobao"))
    both = action(ActionType.LISTING_REMOVAL, "told Alibaba to remove VPN products from Taobao", *roles)
    assert [row.subject for row in edges(catalog, both, searches(9, 9))] == ["listing:taobao/vpn"]  # and once


def closure(entity: str | None = "nyt", surface: str = "The New York Times") -> Action:
    return action(
        ActionType.ACCOUNT_CLOSURE,
        f"Weibo closed the account of {surface}",
        (Role.REGULATOR, "cn-cac", "CAC"),
        (Role.TARGET, "weibo", "Weibo"),
        (Role.TARGET, entity, surface),
    )


@pytest.mark.parametrize(
    ("statuses", "status", "told"),
    [
        (("present",) * 4 + ("suspended",) * 4, "supported", "is not shown on the platform: 0 of 4"),
        (("present",) * 4 + ("gone",) * 4, "supported", "is not shown on the platform: 0 of 4"),
        (("present",) * 9, "contradicted", "it is still shown; "),
        (("present",) * 7 + ("gone",), "undetermined", "no removal is proved"),
        (("unknown",) * 9, "unobservable", "No account of The New York Times that it speaks of was looked at"),
    ],
)
def test_an_account_is_looked_for_where_it_was_closed(
    statuses: tuple[str, ...], status: str, told: str, catalog: Catalog
) -> None:
    (found,) = edges(catalog, closure(), pages(*statuses))
    assert (found.subject, found.gate, found.status) == ("nyt", "content", status), found.reason
    assert told in found.reason


def test_an_account_on_another_platform_says_nothing(catalog: Catalog) -> None:
    (found,) = edges(catalog, closure(), pages(*["gone"] * 9, place="youtube.com"))
    assert found.status == "unobservable"


def test_an_institution_that_the_catalog_does_not_know_is_found_by_its_name(catalog: Catalog) -> None:
    unknown = closure(None, "Example University")
    seen = pages(*["present"] * 4, *["suspended"] * 4, name="Example University")
    (found,) = edges(catalog, unknown, seen)
    assert (found.subject, found.status) == ("institution:Example University", "supported")
    assert edges(catalog, unknown, pages("present")) == []


def removal(what: str) -> Action:
    told = f"The regulator ordered Weibo to remove posts {what}"
    return action(ActionType.CONTENT_REMOVAL, told, (Role.REGULATOR, "cn-cac", "CAC"), (Role.TARGET, "weibo", "Weibo"))


def keyword(word: str, *statuses: str) -> list[SnapshotObservation]:
    return [observation(Gate.CONTENT, "weibo", word, day, status) for day, status in enumerate(statuses, start=1)]


BANNED = ("allowed",) * 4 + ("banned",) * 4


@pytest.mark.parametrize(
    ("what", "seen", "expected"),
    [
        ("with the word “plum”", keyword("plum", *BANNED), [("keyword:plum", "supported")]),
        (
            "with the word “plum”",
            keyword("plum", *["allowed"] * 9),
            [("keyword:plum", "undetermined")],
        ),  # and never contradicted
        ("with the word “plum”", keyword("pear", *BANNED), [("weibo", "unobservable")]),
        ("about plums", keyword("plum", *BANNED), [("weibo", "unobservable")]),  # a word that is not quoted
        (
            "of The New York Times",
            pages(*["present"] * 4, *["gone"] * 4),
            [("nyt", "supported")],
        ),
        ("of The New York Times", pages(*["present"] * 9), [("nyt", "undetermined")]),
        ("of The New York Times", pages(*["gone"] * 9, place="youtube.com"), [("weibo", "unobservable")]),
        (
            "of Example University about “plum”",
            [*keyword("plum", *BANNED), *pages(*["present"] * 4, *["withheld"] * 4, name="Example University")],
            [("institution:Example University", "supported"), ("keyword:plum", "supported")],
        ),
    ],
)
def test_removed_posts_are_laid_against_the_words_and_institutions_that_are_named(
    what: str, seen: list[SnapshotObservation], expected: list[tuple[str, str]], catalog: Catalog
) -> None:
    assert [(row.subject, row.status) for row in edges(catalog, removal(what), seen)] == expected
