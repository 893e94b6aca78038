"""What was tried at the function gate, and what a failure means."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from admittance.catalog import load
from admittance.judge import judge_attempts
from admittance.model.ids import Asn, Country, FileId
from admittance.model.observation import SnapshotObservation
from admittance.model.tables import empty_table, table_of
from admittance.model.verdict import Verdict
from admittance.model.vocabulary import Gate, Origin

CATALOG = load()
DAY = datetime(2021, 2, 8, tzinfo=UTC)


def attempt(
    role: str,
    status: str,
    country: str = "CN",
    *,
    day: float = 0,
    service: str = "clubhouse",
    network: int | None = None,
    file: str = "f",
    offset: int = 0,
) -> SnapshotObservation:
    return SnapshotObservation(
        source="checks",
        origin=Origin.MEASURED,
        gate=Gate.FUNCTION,
        place=role,
        item=service,
        title=None,
        network=None if network is None else Asn(network),
        country=Country(country),
        time=DAY + timedelta(days=day),
        status=status,
        category=None,
        text=None,
        count=None,
        url=None,
        file=FileId(file),
        offset=offset,
        line_sha256="l",
        recorded_at=DAY,
    )


def judged(*attempts: SnapshotObservation) -> pl.DataFrame:
    return judge_attempts(table_of(SnapshotObservation, attempts), catalog=CATALOG)


def rule(first: SnapshotObservation, *others: SnapshotObservation) -> tuple[str, str, str | None]:
    """Rule, state and mechanism of the first of some attempts."""
    table = judged(first, *others)
    own = table.filter((pl.col("country") == first.country) & (pl.col("target") == f"clubhouse/{first.place}"))
    row = own.filter(pl.col("time") == first.time).row(0, named=True)
    return row["rule"], row["state"], row["mechanism"]


@pytest.mark.parametrize(
    ("first", "others", "expected"),
    [
        (attempt("api", "works"), (), ("function.works", "ok", None)),
        (attempt("api", "unknown"), (), ("function.untold", "failed", None)),
        (attempt("api", "fails"), (), ("function.unclear", "impaired", None)),
        (attempt("api", "refused"), (), ("function.unclear", "impaired", None)),
        (
            attempt("api", "fails"),
            (attempt("api", "works", "JP", day=3),),
            ("function.fails", "likely_blocked", "function.failure"),
        ),
        (
            attempt("registration", "refused"),
            (attempt("registration", "works", "JP", day=-3),),
            ("function.refused", "likely_blocked", "function.refusal"),
        ),
        (attempt("api", "fails"), (attempt("api", "works", "JP", day=4),), ("function.unclear", "impaired", None)),
        (attempt("api", "fails"), (attempt("audio", "works", "JP"),), ("function.unclear", "impaired", None)),
        (
            attempt("api", "fails"),
            (attempt("api", "works", "JP", service="signal"),),
            ("function.unclear", "impaired", None),
        ),
        (attempt("api", "fails"), (attempt("api", "works", day=-1),), ("function.unclear", "impaired", None)),
        (attempt("api", "fails"), (attempt("api", "fails", "JP"),), ("function.fails_everywhere", "down", None)),
        (
            attempt("api", "fails"),
            (attempt("api", "fails", "JP"), attempt("audio", "works")),
            ("function.fails_everywhere", "down", None),
        ),
        (attempt("api", "fails"), (attempt("api", "unknown", "JP"),), ("function.unclear", "impaired", None)),
        (
            attempt("api", "fails"),
            (attempt("api", "fails", "JP"), attempt("api", "works", "US")),
            ("function.fails", "likely_blocked", "function.failure"),
        ),
        (
            attempt("api", "fails"),
            (attempt("api", "works", "JP", day=-1), attempt("api", "fails", "JP", day=0.2)),
            ("function.fails_everywhere", "down", None),
        ),
        (
            attempt("api", "fails"),
            (attempt("audio", "works", day=1),),
            ("function.fails_alone", "likely_blocked", "function.failure"),
        ),
        (
            attempt("registration", "refused"),
            (attempt("audio", "works", day=-1),),
            ("function.refused_alone", "likely_blocked", "function.refusal"),
        ),
        (attempt("api", "fails"), (attempt("audio", "works", day=2),), ("function.unclear", "impaired", None)),
    ],
)
def test_what_a_failure_means_is_decided_by_what_worked_elsewhere_and_beside(
    first: SnapshotObservation, others: tuple[SnapshotObservation, ...], expected: tuple[str, str, str | None]
) -> None:
    assert rule(first, *others) == expected


def test_reasons_count_countries() -> None:
    table = judged(attempt("api", "fails"), *(attempt("api", "works", country) for country in ("JP", "US", "CN")))
    (reason,) = table.filter(pl.col("state") == "likely_blocked")["reason"]
    assert reason == "api failed, and worked in 2 other countries within three days"


def test_a_service_is_found_by_name_and_else_named_by_the_table() -> None:
    table = judged(attempt("api", "works", service="Clubhouse"), attempt("api", "works", service="Nobody  Knows"))
    assert table["target"].to_list() == ["clubhouse/api", "service:nobody knows/api"]
    assert CATALOG.find_subject("service:nobody knows") == "service:nobody knows"


def test_an_attempt_that_stands_in_two_files_counts_once_and_order_changes_nothing() -> None:
    rows = [attempt("api", "works"), attempt("api", "works", file="g"), attempt("api", "works", network=64500)]
    table = judged(*rows)
    assert table.select("network", "file").rows() == [(0, "f"), (64500, "f")]
    assert judged(*reversed(rows)).equals(table)
    assert table["measurement_uid"].is_unique().all()


def test_nothing_gives_nothing() -> None:
    empty = judge_attempts(empty_table(SnapshotObservation), catalog=CATALOG)
    assert empty.schema == empty_table(Verdict).schema
