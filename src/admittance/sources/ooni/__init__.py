"""Raw OONI measurements: how their records are shaped and how these become our facts.

What may enter: a shape that real records have, a test, a step from record to columns. No rule about what a fact means.
`records` has the shapes, `nettests` the tests, `reader` the source; the other modules turn parts of a record into columns.
"""

from admittance.sources.ooni.reader import OONI

__all__ = ["OONI"]
