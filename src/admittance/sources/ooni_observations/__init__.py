"""OONI's observations export. What may enter: its columns, and how its rows become our facts.

A row speaks of up to four layers at once and repeats the look-up on every endpoint, and whole measurements stand twice in real
files; here each fact comes out once. No rule about what a fact means.
"""

from admittance.sources.ooni_observations.reader import OONI_OBSERVATIONS

__all__ = ["OONI_OBSERVATIONS"]
