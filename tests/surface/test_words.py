from datetime import UTC, datetime

import msgspec
import pytest

from admittance.catalog import load
from admittance.documents import read_text
from admittance.model.documents import ActionType, Attribution, Granularity, Role, SourceClass, Time, TimeBasis
from admittance.model.episode import Window
from admittance.model.vocabulary import CorroborationStatus, Gate, State
from admittance.surface import words

NOON = datetime(2021, 3, 15, 12, tzinfo=UTC)


@pytest.mark.parametrize("state", list(State))
def test_every_state_has_words_and_only_ok_sounds_good(state: State) -> None:
    assert words.state_words(state)
    assert (words.state_words(state) == "working") is (state is State.OK)
    assert (words.state_words(state, Gate.STORE) == "listed") is (state is State.OK)


@pytest.mark.parametrize("status", list(CorroborationStatus))
def test_every_corroboration_has_words(status: CorroborationStatus) -> None:
    assert words.status_words(status)
    assert "_" not in words.short_status(status)


@pytest.mark.parametrize(
    ("earliest", "latest", "told"),
    [
        (NOON, NOON.replace(hour=18), "between 2021-03-15 12:00 and 2021-03-15 18:00 UTC"),
        (None, NOON, "on or before 2021-03-15 12:00 UTC"),
        (NOON, None, "after 2021-03-15 12:00 UTC"),
        (None, None, "at an unknown time"),
    ],
)
def test_brackets(earliest: datetime | None, latest: datetime | None, told: str) -> None:
    assert words.bracket_words(earliest, latest) == told


@pytest.mark.parametrize(
    ("path", "told"),
    [
        ("tls.reset.sni", "TLS reset, SNI"),
        ("dns.injection", "DNS injection"),
        ("tcp.timeout", "TCP timeout"),
        ("http.blockpage", "HTTP blockpage"),
        ("dns.nxdomain", "DNS NXDOMAIN"),
    ],
)
def test_mechanisms(path: str, told: str) -> None:
    assert words.mechanism_words(path) == told


@pytest.mark.parametrize(
    ("value", "granularity", "told"),
    [
        ("2017-08-17", Granularity.DAY, "2017-08-17"),
        ("2017-22", Granularity.SEASON, "summer 2017"),
        ("../2017-10-18", Granularity.BEFORE_EVENT, "before 2017-10-18"),
        ("2018-01/2018-03", Granularity.INTERVAL, "2018-01 to 2018-03"),
        ("2018-01/..", Granularity.INTERVAL, "after 2018-01"),
        ("XXXX-03-18", Granularity.DAY, "March 18, year not stated"),
        ("XXXX-03", Granularity.MONTH, "March, year not stated"),
        ("XXXX-22", Granularity.SEASON, "summer, year not stated"),
        (None, Granularity.RECENT, "recently, no day stated"),
        (None, Granularity.NONE, "no date stated"),
    ],
)
def test_times_of_texts(value: str | None, granularity: Granularity, told: str) -> None:
    assert words.time_words(Time(value=value, granularity=granularity, basis=TimeBasis.EXPLICIT)) == told


def test_windows() -> None:
    window = Window(weekdays=(1, 2), start_hour=4, end_hour=8)
    assert words.window_words([window]) == "Mon, Tue 04:00-08:00 UTC"
    assert words.window_words([]) == ""


def test_lists_and_counts() -> None:
    assert words.list_words([]) == ""
    assert words.list_words(["a"]) == "a"
    assert words.list_words(["a", "b", "c"]) == "a, b and c"
    assert words.list_words(["a", "b", "c", "d"], limit=2) == "a, b and 2 more"
    assert words.confidence_words(0.9999) == "above 0.99"
    assert words.confidence_words(0.97) == "0.97"
    assert words.count_words(1, "claim") == "1 claim"
    assert words.count_words(2000, "country", "countries") == "2,000 countries"


def test_voices_are_told_outermost_first() -> None:
    chain = [
        Attribution(source="wsj", source_class=SourceClass.PUBLISHER),
        Attribution(source=None, source_class=SourceClass.USERS),
    ]
    catalog = load()
    assert words.voice_words(chain, catalog) == f"{catalog.subject_name('wsj')}, citing users"  # type: ignore[arg-type]
    assert words.voice_words([], catalog, "reuters") == "Reuters, naming no source"
    assert words.voice_words([], catalog) == "the text itself, naming no source"


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (ActionType.COMPANY_STATEMENT, "Alibaba Group, company statement: Taobao ("),
        (ActionType.LISTING_REMOVAL, "Issuer not named, listing removal: Taobao, according to Alibaba Group ("),
    ],
)
def test_where_no_office_is_named_the_one_who_speaks_is(kind: ActionType, told: str) -> None:
    catalog = load()
    text = "On March 18 the Cyberspace Administration of China summoned Alibaba."
    (action,) = read_text(text, catalog=catalog, published="2021-03-19").actions
    target = next(mention for mention in action.mentions if mention.role is Role.TARGET)
    spoken = msgspec.structs.replace(target, role=Role.SOURCE)
    taobao = msgspec.structs.replace(target, entity="taobao", surface="Taobao")
    without_office = msgspec.structs.replace(action, type=kind, mentions=(spoken, taobao))
    assert words.action_words(without_office, catalog).startswith(told)
    assert words.action_words(action, catalog).startswith("Cyberspace Administration of China, summons: Alibaba Group (")
