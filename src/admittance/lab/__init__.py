"""Floor 2: a censor in a box, for tests and teaching.

What may enter: generators of simulated measurements, tables and texts whose truth is known because it was chosen. All of it is
marked `simulated` on every row, depends on a seed and on nothing else, and is built from the standard library and msgspec. No
module here measures, judges or reads, and nothing real is ever mixed in.
"""

from admittance.lab.scenario import Scenario, write_scenario

__all__ = ["Scenario", "write_scenario"]
