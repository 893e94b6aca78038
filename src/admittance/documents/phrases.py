"""Which phrases of time a language has, and which of them a sentence may hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from admittance.documents.chinese_phrases import chinese_phrases
from admittance.documents.english_phrases import english_phrases
from admittance.documents.lexicon import lexicon
from admittance.documents.reckon import Reader
from admittance.documents.required import Prefilter

__all__ = ["awake_readers", "readers"]


@cache
def readers(language: str) -> tuple[tuple[re.Pattern[str], Reader], ...]:
    """The patterns of a language with their readers, the most telling first."""
    calendar = lexicon().languages[language].calendar
    return chinese_phrases(calendar) if language == "zh" else english_phrases(calendar)


@cache
def _prefilter(language: str) -> Prefilter:
    return Prefilter({str(number): pattern.pattern for number, (pattern, _) in enumerate(readers(language))})


def awake_readers(language: str, lowered: str) -> Iterator[tuple[re.Pattern[str], Reader]]:
    """The patterns of a language that may match in a lower-case sentence, with their readers, the most telling first."""
    prefilter = _prefilter(language)
    awake = prefilter.awake(lowered)
    for number, row in enumerate(readers(language)):
        if str(number) in awake or str(number) not in prefilter.gated:
            yield row
