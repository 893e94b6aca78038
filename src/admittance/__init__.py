"""An open observatory of who and what is let through, and what is not: where, since when, how sure, and on whose order.

The rooms, from the ground floor up (a floor imports only floors below; rooms of one floor do not import each other):

    floor 0  model      the nouns
    floor 1  catalog    subjects and targets, by name, host and app id
    floor 2  sources    bytes to observations            judge      observations to verdicts
             detect     verdicts to cells and episodes   documents  text to claims and actions
             reconcile  claims against episodes
    floor 3  lake       tables on disk                   pipeline   the only composer
    floor 4  surface    queries, command line, pages
"""

import os

__version__ = "0.1.0"

os.environ.setdefault("_RJEM_MALLOC_CONF", "muzzy_decay_ms:-1")
"""Before Polars is loaded, since its allocator reads it once: memory that is free stays with the process until the system wants
it, as `MADV_FREE` says. Given back within a second, as Polars has it, a tenth of the time goes into asking for it again."""
