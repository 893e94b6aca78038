"""Floor 2: where records come from, turned into observations.

What may enter: one module or folder per source, each reading bytes into tables of what happened, plus what they all need to
do so (lines, failure names, scrubbing). No rule about what a fact means, no clock, no network, no lake; and no source imports
another. Probe and client-resolver addresses are dropped here, at the door.

To add a source: write it against :class:`Source`, add it to `SOURCES`, and put an example file beside its tests.
"""

from admittance.errors import UsageError
from admittance.sources.accounts import ACCOUNTS
from admittance.sources.censored_planet import CENSORED_PLANET
from admittance.sources.checks import CHECKS
from admittance.sources.demand import DEMAND
from admittance.sources.keywords import KEYWORDS
from admittance.sources.listings import LISTINGS
from admittance.sources.monitors import MONITORS
from admittance.sources.ooni import OONI
from admittance.sources.ooni_observations import OONI_OBSERVATIONS
from admittance.sources.source import Batch, ReadOptions, Selection, Source, SourceFile
from admittance.sources.storefronts import STOREFRONTS

__all__ = ["READS_ADDRESSES", "SOURCES", "Batch", "ReadOptions", "Selection", "Source", "SourceFile", "source_named"]

SOURCES: tuple[Source, ...] = (
    OONI,
    OONI_OBSERVATIONS,
    CENSORED_PLANET,
    STOREFRONTS,
    LISTINGS,
    CHECKS,
    KEYWORDS,
    ACCOUNTS,
    DEMAND,
    MONITORS,
)
"""Every source there is."""

READS_ADDRESSES = frozenset({CENSORED_PLANET.name})
"""Sources whose vantages have addresses and no networks: these are looked up where the lake has tables of them."""


def source_named(name: str) -> Source:
    """The source of this name; raises `UsageError` listing the names there are."""
    for source in SOURCES:
        if source.name == name:
            return source
    raise UsageError(f"no source is called {name!r}; there are: {', '.join(source.name for source in SOURCES)}")
