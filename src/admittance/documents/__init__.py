"""Floor 2: texts in, actions and network claims out, by rules and a gazetteer; the same text always gives the same records.

What may enter: a step of clean → find → resolve → date → attribute → merge as a pure function, and languages as data files. No
clock, no disk beyond the shipped files, no network, no model that cannot say which words made it speak.
"""

from admittance.documents.clean import CUT, LONGEST_TEXT
from admittance.documents.explain import Explanation, explain, explanations
from admittance.documents.read import read_text

__all__ = ["CUT", "LONGEST_TEXT", "Explanation", "explain", "explanations", "read_text"]
