"""Topics: what keywords speak of, by the names of the reasons that documents state."""

from collections.abc import Sequence

import polars as pl

from admittance.catalog import KEYWORD_PREFIX, Catalog
from admittance.errors import UsageError
from admittance.lake import Snapshot
from admittance.model.documents import Action, ActionType, StatedReason
from admittance.model.episode import Episode
from admittance.model.ids import Country, SubjectId
from admittance.surface.queries.statements import ActionEntry, StatementFilter, actions

__all__ = ["keywords_on", "reasons_with"]


def keywords_on(snapshot: Snapshot, catalog: Catalog, topic: str) -> frozenset[SubjectId]:
    """The keywords with an episode that speak of a topic. Raises `UsageError` naming the topics there are for another word."""
    if topic not in catalog.topic_words:
        raise UsageError(f"no topic {topic!r}; there are {', '.join(sorted(catalog.topic_words))}")
    known = snapshot.scan(Episode).filter(pl.col("subject").str.starts_with(KEYWORD_PREFIX)).select("subject").unique()
    subjects = (SubjectId(name) for name in known.collect()["subject"])
    return frozenset(subject for subject in subjects if topic in catalog.topics_of(subject))


def reasons_with(
    snapshot: Snapshot, catalog: Catalog, topics: Sequence[str], country: Country | None
) -> tuple[ActionEntry, ...]:
    """The actions in a country whose stated reason is one of these topics, or that are on posts which speak of one."""
    if not topics or country is None:
        return ()
    found = actions(snapshot, StatementFilter(country=country), catalog)
    return tuple(entry for entry in found if set(topics) & set(_topics_of(entry.action, catalog)))


def _topics_of(action: Action, catalog: Catalog) -> tuple[str, ...]:
    if action.type in (ActionType.CONTENT_REMOVAL, ActionType.CONTENT_RESTRICTION):
        return catalog.topics_spoken_of(" ".join(span.quote for span in action.quotes))
    reason = action.stated_reason
    return reason.topics if isinstance(reason, StatedReason) and isinstance(reason.topics, tuple) else ()
