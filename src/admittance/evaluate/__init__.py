"""Floor 3: replay against labelled events. How much is found, how late, how exactly, and how often for nothing.

What may enter: scoring of a detector's output against labels, and the baselines it is measured against. Nothing here is read
by detection.
"""

from admittance.evaluate.demand import DemandScore, evaluate_demand
from admittance.evaluate.hidden import HiddenScore, evaluate_hidden, planted
from admittance.evaluate.restrictions import Score, evaluate_restrictions

__all__ = [
    "DemandScore",
    "HiddenScore",
    "Score",
    "evaluate_demand",
    "evaluate_hidden",
    "evaluate_restrictions",
    "planted",
]
