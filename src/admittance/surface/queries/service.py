"""A service as a whole: what the catalog says it needs, and what its functions' states make of that."""

from collections.abc import Mapping
from datetime import datetime

import msgspec

from admittance.model.catalog import Combine
from admittance.model.vocabulary import BAD_STATES, FUNCTION_ROLES, State, worst_state

__all__ = ["Service", "service_of"]


class Service(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a service works for people, by the functions that it needs."""

    needs: str  # "all of messaging and media", "any of messaging and web"
    roles: tuple[str, ...]
    state: State
    since: datetime | None  # since when it has been restricted without a break; null when it is not, or not known


def service_of(works: Combine, functions: Mapping[str, tuple[State, datetime | None]]) -> Service | None:
    """The whole by its parts: each function's state, and the onset of its ongoing episode.

    Of functions that are all needed the worst decides, and the service is restricted since the first of them was; of
    alternatives the best decides, and it is restricted since the last of them was. A needed function that nothing measured
    leaves a service that shows no restriction `insufficient`. Null where the catalog names no function that it needs.
    """
    roles = works.all_of or works.any_of
    if not roles or not set(roles) <= set(FUNCTION_ROLES):
        return None
    nothing: tuple[State, datetime | None] = (State.INSUFFICIENT, None)
    parts = [functions.get(role, nothing) for role in roles]
    states = tuple(state for state, _ in parts)
    onsets = [since for state, since in parts if state in BAD_STATES]
    dated = [since for since in onsets if since is not None]
    needs = f"{'all' if works.all_of else 'any'} of {', '.join(roles)}" if len(roles) > 1 else roles[0]
    if works.all_of:
        bad = tuple(state for state in states if state in BAD_STATES)
        state = worst_state(bad) if bad else max(states, key=list(State).index)
        return Service(needs=needs, roles=roles, state=state, since=min(dated, default=None))
    if State.OK in states:
        return Service(needs=needs, roles=roles, state=State.OK, since=None)
    state = max(states, key=list(State).index)
    since = max(dated) if state in BAD_STATES and len(dated) == len(roles) else None
    return Service(needs=needs, roles=roles, state=state, since=since)
