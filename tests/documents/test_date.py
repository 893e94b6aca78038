from datetime import date

import pytest

from admittance.documents.clean import clean
from admittance.documents.date import Clock, clock_of, times_in
from admittance.documents.lexicon import lexicon

FRIDAY = Clock(date(2017, 8, 18), 2017, "2017-08-18", "metadata")
NEVER = Clock(None, None, None, "unknown")


def values(
    text: str, clock: Clock = FRIDAY, language: str = "en", month: tuple[int | None, int] | None = None
) -> list[str | None]:
    return [when.time.value for when in times_in(text.lower(), 0, language, clock, lexicon(), month)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("the regulator said this Thursday that", ["2017-08-17"]),
        ("on Friday", ["2017-08-18"]),
        ("last Friday", ["2017-08-11"]),
        ("earlier this summer", ["2017-22"]),
        ("in early 2018", ["2018-01/2018-03"]),
        ("on March 18, 2016", ["2016-03-18"]),
        ("on 3 May", ["2017-05-03"]),
        ("on December 28", ["2016-12-28"]),
        ("yesterday", ["2017-08-17"]),
        ("last month", ["2017-07"]),
        ("two days ago", ["2017-08-16"]),
        ("in June 2015", ["2015-06"]),
        ("since 2009", ["2009"]),
        ("recently", [None]),
        ("before the 19th National Congress", ["../2017-10-18"]),
        ("topics such as June 4, human rights", []),
        ("the 19th National Congress", []),
    ],
)
def test_english(text: str, expected: list[str | None]) -> None:
    assert values(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2017年3月18日", ["2017-03-18"]),
        ("3月18日", ["2017-03-18"]),
        ("本周四", ["2017-08-17"]),
        ("上周四", ["2017-08-10"]),
        ("16日", ["2017-08-16"]),
        ("27日", ["2017-07-27"]),
        ("昨日", ["2017-08-17"]),
        ("上月", ["2017-07"]),
        ("近日", [None]),
        ("2018年初", ["2018-01/2018-03"]),
        ("十九大", []),
        ("15日内", []),
    ],
)
def test_chinese(text: str, expected: list[str | None]) -> None:
    assert values(text, language="zh") == expected


def test_without_a_clock_no_year_is_invented() -> None:
    assert values("on March 18", NEVER) == ["XXXX-03-18"]
    assert values("since the 15th", NEVER, month=(None, 3)) == ["XXXX-03-15"]
    assert values("on Thursday", NEVER) == [None]


@pytest.mark.parametrize(
    ("text", "url", "published", "basis"),
    [
        ("BEIJING, March 18, 2021 (Reuters) - A text.", None, "2021-03-18", "dateline"),
        ("2021年3月18日\n网信办约谈。", None, "2021-03-18", "dateline"),
        ("A text.", "https://example.org/2021/03/18/x", "2021-03-18", "url"),
        ("It comes before the 19th National Congress later this year.", None, "2017", "inferred-from-text"),
        ("Nothing.", None, None, "unknown"),
    ],
)
def test_clock(text: str, url: str | None, published: str | None, basis: str) -> None:
    clock = clock_of(clean(text), clean(text).text.lower(), None, url, lexicon())
    assert (clock.published, clock.basis) == (published, basis)


def test_a_day_in_brackets_beside_the_same_day_is_that_day() -> None:
    day = date(2017, 8, 1)
    found = times_in("同日(8月16日)公布", 0, "zh", FRIDAY, lexicon(), None, context_day=day)
    assert [when.time.value for when in found] == ["2017-08-16"]


def test_hours_later_fall_on_the_day_told_last_and_on_none_without_one() -> None:
    told = times_in("数小时后被屏蔽", 0, "zh", FRIDAY, lexicon(), None, context_day=date(2017, 8, 16))
    assert [when.time.value for when in told] == ["2017-08-16"]
    assert times_in("数小时后被屏蔽", 0, "zh", FRIDAY, lexicon(), None) == []
    assert times_in("须在24小时内执行", 0, "zh", FRIDAY, lexicon(), None, context_day=date(2017, 8, 16)) == []


def test_a_day_until_which_something_will_last_lies_ahead() -> None:
    assert values("将持续到20日", language="zh") == ["2017-08-20"]
    assert values("持续到20日", language="zh") == ["2017-07-20"]
