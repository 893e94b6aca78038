"""The kinds of evidence a series may hold: a closed vocabulary, and what one row means in each."""

from enum import StrEnum

__all__ = ["Kind"]


class Kind(StrEnum):
    """What a row `time, n, k` of a series counts. A member is never renamed and never given another meaning."""

    PROPORTION = "proportion"  # network measurements: k failures among n trials, noisy, with bursts and a daily rhythm
    SNAPSHOT = "snapshot"  # storefronts, listings: at this moment n looks, k of them found it absent
    LIST = "list"  # what a list holds: k of n readings found it there; a reading is certain, and one is enough
    TRIES = "tries"  # registration and the like: k refusals among very few n attempts, made by hand
    COUNTS = "counts"  # keywords: k newly found in this bin, whatever n (1 for a bin that was watched); k may exceed n
