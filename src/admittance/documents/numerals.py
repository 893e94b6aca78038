"""Numbers that are written as words: "two", 十九, 二〇二一."""

from __future__ import annotations

__all__ = ["HANZI_DAY", "HANZI_MONTHS", "HANZI_YEAR", "NUMBER_WORDS", "number_of", "year_of"]

NUMBER_WORDS = {
    "one": 1,
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    "thirteen": 13,
    "fourteen": 14,
    "fifteen": 15,
    "twenty": 20,
    "thirty": 30,
    "a": 1,
    "an": 1,
    "一": 1,
    "两": 2,
    "二": 2,
    "三": 3,
    "四": 4,
    "五": 5,
    "六": 6,
    "七": 7,
    "八": 8,
    "九": 9,
    "十": 10,
}
HANZI_DAY = r"\d{1,2}|[一二三四五六七八九]?十[一二三四五六七八九]?|[一二三四五六七八九]"
"""A pattern of a number below a hundred, in digits or hanzi."""
HANZI_MONTHS = frozenset(
    {*(str(month) for month in range(1, 13)), *(f"0{month}" for month in range(1, 10)), *"一二三四五六七八九十", "十一", "十二"}
)
"""The ways to write the number of a month."""
HANZI_YEAR = r"(?:19|20)\d\d|(?:一九|二[〇零○])[〇零○一二三四五六七八九]{2}"
"""A pattern of a year, in digits or hanzi."""
_DIGITS = {"〇": "0", "零": "0", "○": "0"} | {word: str(number) for word, number in NUMBER_WORDS.items() if number < 10}


def number_of(words: str) -> int:
    """The number below a hundred that digits, an English word or hanzi tell; 1 for any other word."""
    if words.isdigit() and words.isascii():
        return int(words)
    tens, ten, ones = words.partition("十")
    if ten:
        return NUMBER_WORDS.get(tens, 1) * 10 + NUMBER_WORDS.get(ones, 0)
    return NUMBER_WORDS.get(words, 1)


def year_of(words: str) -> int:
    """The year that four digits or hanzi tell: 二〇二一 is 2021."""
    return int("".join(_DIGITS.get(char, char) for char in words))
