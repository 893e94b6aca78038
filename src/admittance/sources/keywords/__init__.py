"""Keywords that platforms withhold: search bans found by sampling, and platforms' own lists with their changes."""

from admittance.sources.keywords.reader import KEYWORDS, KeywordsSource

__all__ = ["KEYWORDS", "KeywordsSource"]
