"""Days told from other days: "a day earlier", 次日, and the hour that stands alone; which phrase counts how many days."""

from __future__ import annotations

import re

from admittance.documents.numerals import number_of
from admittance.documents.required import NEVER

__all__ = ["hour_of_day", "steps_aside", "told_from"]

_TOLD_FROM = {
    "en": re.compile(
        r"\b(?:(?P<n>\d{1,3}|a|one|two|three|four|five|six|seven|eight|nine|ten"
        r"|eleven|twelve|thirteen|fourteen|fifteen|twenty|thirty) (?P<u>day|week)s? "
        r"(?P<w>earlier|later|(?:before|after)(?! (?!that\b|this\b)[\w\"']))"
        r"|the (?P<d>(?:next|following|same) (?:day|morning|evening|night)|(?:day|night) (?:before(?! the| a| an)|earlier))"
        r"|(?P<t>(?:that|the same) (?:day|morning|afternoon|evening|night)))\b"
    ),
    "zh": re.compile(
        r"(?<![网断锁禁蔽闭用断线了达约近])(?P<n>\d{1,3}|[一两二三四五六七八九十])(?P<u>天|周)(?P<w>后|之后)|(?P<d>次日|翌日|(?<!进入)(?<!到)(?<!入)第二天|(?<!提)前一天|(?<!提)前一日)|(?P<t>当天|当日|同日|同一[天日]|当晚)"
    ),
}
_WRITTEN_BESIDE = re.compile(
    r"\((?:\d{4}年)?(?:\d{1,2}月)?\d{1,2}[日号]\)"
    r"|,? \(?(?:on )?(?:jan|feb|mar|apr|may|june?|july?|aug|sep|oct|nov|dec)[a-z]*\.? \d{1,2}\b(?!:)"
)
_HOURS_LATER = (
    r"(?:hours?|minutes) (?:later|earlier|afterwards?)|(?:within|in) (?:hours|minutes)(?! of)"
    r"|(?:shortly|soon) (?:afterwards?|thereafter)"
)
_HOURS_AFTER = (
    r"(?:[几数一两二三四五六]|(?<!\d)[1-6])个?(?:多|半)?(?:小时|钟头)(?:之后|以后|后)"
    r"|下达(?:后)?[^,。;]{0,6}(?:小时|分钟)(?:之)?[内后]"
)
_SINCE_THEN = re.compile(rf"{_HOURS_LATER}|{_HOURS_AFTER}")
_HOUR = {
    "en": re.compile(
        r"\b(?:(?:since|by|in|on|during|from) the (?:early |late )?(?:morning|afternoon|evening|night)"
        r"|(?:earlier|later) (?:in|on) the day|(?:at|around|about|since|from|by|until|before|after|shortly after) "
        r"(?:around |about )?(?:\d{1,2}(?:[:.]\d\d)? ?(?:a\.?m\b|p\.?m\b|utc|gmt|local time|o'clock)|\d{1,2}[:.]\d\d\b"
        r"|midnight|noon|dawn)"
        r"|this (?:morning|afternoon|evening)"
        rf"|{_HOURS_LATER})"
    ),
    "zh": re.compile(r"(?:今)?(?:凌晨|早晨|上午|中午|下午|傍晚|晚间|深夜|晚上)(?:\d{1,2}[时点:])?" rf"|{_HOURS_AFTER}"),
}


_MAIN_FIRST = re.compile(
    r"\b(?P<n>\d{1,3}|a|one|two|three|four|five|six|seven|eight|nine|ten"
    r"|eleven|twelve|thirteen|fourteen|fifteen|twenty|thirty) (?P<u>day|week)s? (?P<w>before|after)"
    r"(?= (?!that\b|this\b)[\w\"'])"
)


_OPENING_WORDS = 2  # "Merely three days after the coup, …" has no main clause before it to count from


def steps_aside(text: str) -> list[tuple[re.Match[str], int]]:
    """Phrases that date what they lead to from the main clause's day: "…, two days after it had" is -2 for what follows."""
    return [
        (
            match,
            number_of(match["n"]) * (7 if match["u"] == "week" else 1) * (-1 if match["w"] == "after" else 1),
        )
        for match in _MAIN_FIRST.finditer(text)
        if len(text[: match.start()].split()) > _OPENING_WORDS
    ]


def told_from(text: str, language: str) -> list[tuple[re.Match[str], int]]:
    """Phrases that count from the day told last, each with its number of days: "a day earlier" is -1, 次日 is 1."""
    found = []
    for match in _TOLD_FROM.get(language, NEVER).finditer(text):
        if _WRITTEN_BESIDE.match(text, match.end()):
            continue  # 同日(9月23日)
        if match["t"] or (match["d"] or "").startswith("the same") or "same" in (match["d"] or ""):
            step = 0
        elif match["d"]:
            step = -1 if "before" in match["d"] or "earlier" in match["d"] or match["d"].startswith("前") else 1
        else:
            count = number_of(match["n"])
            step = count * (7 if match["u"] in ("week", "周") else 1) * (-1 if match["w"] in ("earlier", "before") else 1)
        found.append((match, step))
    return found


def hour_of_day(text: str, language: str, told: bool) -> re.Match[str] | None:
    """Where a sentence names an hour or a part of the day, or None; "hours later" only where a day was ``told`` before."""
    hour = _HOUR.get(language, NEVER).search(text)
    return None if hour is not None and not told and _SINCE_THEN.search(hour.group()) else hour
