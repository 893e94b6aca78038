"""Floor 2: what is said and ordered laid against what was observed, and beside what other monitors say.

What may enter: resolving the times of statements to bounds in UTC, matching statements to episodes, cells, store verdicts and
testimonies, and counting witnesses. Everything is a pure function from readings and tables to a table. Nothing here reads a
text, scores a measurement or moves an episode: statements never influence what was observed.
"""

from admittance.reconcile.bounds import claim_bounds
from admittance.reconcile.corroborate import RECONCILER_VERSION, corroborate
from admittance.reconcile.testimony import Account, Named, accounts_of
from admittance.reconcile.witnesses import witness_count

__all__ = ["RECONCILER_VERSION", "Account", "Named", "accounts_of", "claim_bounds", "corroborate", "witness_count"]
