"""Censored Planet. What may enter: the lines of its scans and of the files beside them, and how they become our facts.

Its vantages are servers and resolvers that answer from afar: every row has the arm `remote`. No rule about what a fact means.
"""

from admittance.sources.censored_planet.reader import CENSORED_PLANET

__all__ = ["CENSORED_PLANET"]
