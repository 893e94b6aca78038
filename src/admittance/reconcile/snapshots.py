"""One statement about an app in a storefront, a listing on a marketplace or an account on a platform, weighed against what
readings and episodes of that gate show."""

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import msgspec
import polars as pl

from admittance.catalog import INSTITUTION_PREFIX, KEYWORD_PREFIX, quoted_words
from admittance.model.episode import Episode
from admittance.model.ids import Country, SubjectId
from admittance.model.vocabulary import BAD_STATES, SNAPSHOT_GATES, CorroborationStatus, Evidence, Gate, State
from admittance.reconcile.bounds import Bounds
from admittance.reconcile.finding import Finding, bracket_words, day
from admittance.reconcile.statements import Moment, Statement

__all__ = ["Readings", "readings_of", "spoken_of", "weigh_snapshots"]

_AFTER = timedelta(days=30)
"""How long after a stated removal a place is looked at for it."""

_SHORTEST_NAME = 3
"""Characters of an institution's name by which a text can be said to name it."""

_SNAPSHOTS_FLOOR = 2  # one snapshot may be a fault of the crawl


class _Words(NamedTuple):
    """How reasons speak of a gate."""

    place: str
    unread: str  # why nothing could have seen it
    left: str
    absent: str
    shows: str  # what so many snapshots do
    shown: str


_WORDS: Mapping[Gate, _Words] = {
    Gate.STORE: _Words(
        place="storefront",
        unread="No storefront of this country was read for an app of {name}.",
        left="left the storefront",
        absent="is absent from the storefront",
        shows="list it",
        shown="listed",
    ),
    Gate.LISTING: _Words(
        place="marketplace",
        unread="No search or product that it speaks of was read for this country on {name}.",
        left="was gone from, or thinned out on, the marketplace",
        absent="is missing, or found next to nowhere, on the marketplace",
        shows="offer it",
        shown="offered",
    ),
    Gate.CONTENT: _Words(
        place="platform",
        unread="No account of {name} that it speaks of was looked at from this country.",
        left="stopped being shown on the platform",
        absent="is not shown on the platform",
        shows="show it",
        shown="shown",
    ),
}

_WORDS_OF_KEYWORDS = _Words(
    place="platform",
    unread="Nobody tried {name} where it speaks of.",
    left="came to be withheld",
    absent="is withheld",
    shows="let it through",
    shown="let through",
)


class Readings(msgspec.Struct, frozen=True, kw_only=True):
    """Snapshot verdicts by gate, subject and country, in the order of their times."""

    verdicts: Mapping[tuple[str, str, str], pl.DataFrame]

    def of(self, gate: Gate, subject: SubjectId, country: Country, places: frozenset[str]) -> pl.DataFrame | None:
        """The snapshots that say whether the thing was there; null when there are none, here or in these places."""
        found = self.verdicts.get((gate, subject, country))
        if found is not None and places:
            found = found.filter(_platform().is_in(sorted(places)))
        return None if found is None or found.is_empty() else found


def readings_of(verdicts: pl.DataFrame, subjects: frozenset[SubjectId]) -> Readings:
    """The snapshots of some subjects that could be read, prepared once for many statements.

    Among them are absences that prove nothing by themselves: `insufficient`, with evidence that was looked at and discarded;
    and accounts that are gone without a sign of why.
    """
    content = pl.col("gate") == Gate.CONTENT.value
    telling = pl.col("state").is_in([state.value for state in (*BAD_STATES, State.OK)])
    gone = content & (pl.col("state") == State.DOWN.value)
    unproved = (pl.col("state") == State.INSUFFICIENT.value) & (pl.col("evidence") == Evidence.DISCARDED.value)
    wanted = verdicts.filter(
        pl.col("gate").is_in([gate.value for gate in SNAPSHOT_GATES]),
        pl.col("subject").is_in(sorted(subjects)),
        telling | gone | unproved,
    ).sort("time", "place", "item")
    parts = wanted.partition_by("gate", "subject", "country", as_dict=True)
    return Readings(
        verdicts={(str(gate), str(subject), str(country)): part for (gate, subject, country), part in parts.items()}
    )


def spoken_of(statements: Sequence[Statement], verdicts: pl.DataFrame) -> Iterator[Statement]:
    """The statements, of which one about a marketplace becomes one for each listing there that its text names.

    One about posts on a platform becomes one for each keyword that its text quotes and each institution that it names, where
    somebody tried or looked at them there. A search is named where all of its words stand in the text; a product where its text
    names the thing and the product's title holds that name. A statement whose things nobody read stays one about the place. An
    institution that the catalog does not know is left out where no list of accounts names it: its name may be no name at all.
    """
    subjects = set(verdicts.get_column("subject"))
    things = verdicts.filter(pl.col("gate").is_in([Gate.LISTING.value, Gate.CONTENT.value])).select(
        "gate", "country", "subject", "item", "name", platform=_platform()
    )
    read = things.unique().sort("subject", "name").partition_by("gate", "country", as_dict=True)
    said: set[tuple[str, str, SubjectId]] = set()
    for statement in statements:
        if statement.subject.startswith(INSTITUTION_PREFIX) and statement.subject not in subjects:
            continue
        here = read.get((statement.gate.value, statement.country))
        speaks = here is not None and (statement.gate is Gate.LISTING or statement.posts)
        found = dict.fromkeys(_meant(statement, here)) if here is not None and speaks else {}
        if not found:
            yield statement
        for subject in found:
            once = (statement.document, statement.record, subject)
            if once not in said:  # a text may name a marketplace and the company that runs it
                said.add(once)
                yield msgspec.structs.replace(statement, subject=subject, about_platform=False)


def _meant(statement: Statement, here: pl.DataFrame) -> Iterator[SubjectId]:
    """The things read in a country that a statement about a marketplace, or about posts, speaks of."""
    told = here.filter(pl.col("platform").is_in(sorted(statement.places)))
    quoted = {f"{KEYWORD_PREFIX}{word}" for _, _, word in quoted_words(statement.told) if word} if statement.posts else set()
    for _, _, subject, item, name, _ in told.iter_rows():
        if statement.gate is Gate.LISTING:
            named = _names(statement.told, item) or any(_names(name, thing) for thing in statement.things)
        elif subject.startswith(KEYWORD_PREFIX):
            named = subject in quoted
        else:
            named = len(name) >= _SHORTEST_NAME and _stands_in(statement.told, name)
        if named:
            yield SubjectId(subject)


def _platform() -> pl.Expr:
    """The platform that a place is, or that a list of words belongs to: `yy` for `yy/hlist`."""
    return pl.col("place").str.split("/").list.first()


def _stands_in(text: str, name: str) -> bool:
    """Whether a text holds a name as a whole; one of Latin letters only where it stands by itself."""
    edge = r"(?<![a-z0-9]){}(?![a-z0-9])" if name.isascii() else "{}"
    return re.search(edge.format(re.escape(name.casefold())), text.casefold()) is not None


def _names(text: str, words: str) -> bool:
    """Whether a text holds all words; one of Latin letters only where it stands by itself or as a plural."""
    lowered = text.casefold()
    return all(
        re.search(rf"(?<![a-z0-9]){re.escape(word)}(?:s|es)?(?![a-z0-9])", lowered) if word.isascii() else word in lowered
        for word in words.casefold().split()
    )


def weigh_snapshots(
    statement: Statement, bounds: Bounds, *, name: str, episodes: Sequence[Episode], snapshots: pl.DataFrame | None
) -> Finding:
    """What readings and episodes of a gate say to a statement that a thing is, or is no longer, to be had or seen there."""
    words = _words_on(statement)
    if snapshots is None:
        return Finding(status=CorroborationStatus.UNOBSERVABLE, reason=words.unread.format(name=name))
    if statement.moment is Moment.END:
        return _weigh_return(bounds, name=name, episodes=episodes, snapshots=snapshots, words=words)
    window = (bounds[0], bounds[1] if statement.moment is Moment.STATE else bounds[1] + _AFTER)
    agreeing = [episode for episode in episodes if _meets(episode, statement, bounds, window)]
    seen = snapshots.filter((pl.col("time") >= window[0]) & (pl.col("time") < window[1]))
    last: datetime = snapshots.get_column("time").max()  # type: ignore[assignment]
    if agreeing:
        episode = min(agreeing, key=lambda episode: (episode.onset_latest, episode.id))
        onset = bracket_words(episode.onset_earliest, episode.onset_latest)
        status = CorroborationStatus.SUPPORTED if statement.restricted else CorroborationStatus.CONTRADICTED
        told = words.left if episode.onset_earliest is not None else words.absent
        return Finding(status=status, reason=f"{name} {told} {onset}.", episode=episode.id)
    apart = _apart(episodes, window) if statement.restricted else None
    if apart is not None:
        onset = bracket_words(apart.onset_earliest, apart.onset_latest)
        other = "before the stated time already" if apart.onset_latest < window[0] else "and no reading says how it was before"
        reason = f"{name} {words.absent} {onset}, {other}."
        return Finding(status=CorroborationStatus.UNDETERMINED, reason=reason, episode=apart.id)
    if seen.is_empty() and window[1] > last:
        within = f"before or within the time from {day(window[0])} to {day(window[1])}"
        reason = f"The {words.place} was last read on {day(last)}, {within}."
        return Finding(status=CorroborationStatus.TOO_EARLY, reason=reason)
    if seen.is_empty():
        reason = f"No {words.place} was read for {name} from {day(window[0])} to {day(window[1])}."
        return Finding(status=CorroborationStatus.UNOBSERVABLE, reason=reason)
    return _from_snapshots(statement, bounds, name, seen)


def _words_on(statement: Statement) -> _Words:
    return _WORDS_OF_KEYWORDS if statement.subject.startswith(KEYWORD_PREFIX) else _WORDS[statement.gate]


def _weigh_return(bounds: Bounds, *, name: str, episodes: Sequence[Episode], snapshots: pl.DataFrame, words: _Words) -> Finding:
    """What is said to a statement that a thing can be had or seen again since a time."""
    window = (bounds[0], bounds[1] + _AFTER)
    after = snapshots.filter((pl.col("time") >= bounds[1]) & (pl.col("time") < window[1]))
    ended = [
        one
        for one in episodes
        if one.end_latest is not None and (one.end_earliest or one.onset_latest) < window[1] and one.end_latest >= window[0]
    ]
    if ended:
        bracket = bracket_words(ended[0].end_earliest, ended[0].end_latest)
        reason = f"{name} {words.absent} no more {bracket}."
        return Finding(status=CorroborationStatus.SUPPORTED, reason=reason, episode=ended[0].id)
    still = next((one for one in episodes if one.onset_latest < bounds[0] and one.end is None), None)
    bad = [state.value for state in BAD_STATES]
    if still is not None and after.filter(pl.col("state").is_in(bad)).height >= _SNAPSHOTS_FLOOR:
        onset = bracket_words(still.onset_earliest, still.onset_latest)
        reason = f"{name} {words.absent} {onset}, and was found so after the stated time, too."
        return Finding(status=CorroborationStatus.CONTRADICTED, reason=reason, episode=still.id)
    if after.is_empty():
        reason = f"No {words.place} was read for {name} from {day(bounds[1])} to {day(window[1])}."
        return Finding(status=CorroborationStatus.UNOBSERVABLE, reason=reason)
    shown = after.filter(pl.col("state") == State.OK.value).height
    told = f"{shown} of {after.height} snapshots from {day(bounds[1])} on {words.shows}"
    return Finding(
        status=CorroborationStatus.UNDETERMINED,
        reason=f"The {words.place} decides nothing on {name}: {told}, and no end is proved.",
    )


def weigh_posts(
    statement: Statement, bounds: Bounds, *, name: str, topics: Sequence[str], episodes: Sequence[Episode]
) -> Finding:
    """What keywords on its topics, which are a sign alone, say to a statement about posts that quotes no keyword."""
    if not topics:
        reason = f"No post on {name} was looked for; the text quotes no keyword that was tried there, and no topic is known."
        return Finding(status=CorroborationStatus.UNOBSERVABLE, reason=reason)
    window, on = (bounds[0], bounds[1] + _AFTER), " and ".join(topics)
    begun = [one for one in episodes if one.onset_earliest is not None and _meets(one, statement, bounds, window)]
    within = f"from {day(window[0])} to {day(window[1])}"
    if not begun:
        reason = (
            f"No post on {name} was looked for, and no keyword on {on} is known to have come to be withheld there {within}."
        )
        return Finding(status=CorroborationStatus.UNOBSERVABLE, reason=reason)
    first = min(begun, key=lambda one: (one.onset_latest, one.id))
    word, many = first.subject.removeprefix(KEYWORD_PREFIX), len({one.subject for one in begun})
    reason = (
        f"No post on {name} was looked for, but keywords on {on} came to be withheld there {within}: "
        f"{many:,} in all, {word!r} first."
    )
    return Finding(status=CorroborationStatus.UNDETERMINED, reason=reason, episode=first.id)


def _from_snapshots(statement: Statement, bounds: Bounds, name: str, seen: pl.DataFrame) -> Finding:
    """The answer of the snapshots alone; only those after the stated time can show that a removal did not happen."""
    words = _words_on(statement)
    missing = BAD_STATES if statement.gate is not Gate.CONTENT else (*BAD_STATES, State.DOWN)
    listed = seen.filter(pl.col("state") == State.OK.value)
    absent = seen.filter(pl.col("state").is_in([state.value for state in missing]))
    dates = f"from {day(seen.item(0, 'time'))} to {day(seen.item(-1, 'time'))}"
    counts = f"{listed.height} of {seen.height} snapshots {dates} {words.shows}"
    if absent.height >= _SNAPSHOTS_FLOOR and seen.item(-1, "state") in missing:
        status = CorroborationStatus.SUPPORTED if statement.restricted else CorroborationStatus.CONTRADICTED
        return Finding(status=status, reason=f"{name} {words.absent}: {counts}.")
    later = listed.filter(pl.col("time") >= bounds[1]) if statement.moment is not Moment.STATE else listed
    if later.height >= _SNAPSHOTS_FLOOR and listed.height == seen.height and not statement.posts:
        if not statement.restricted:
            return Finding(status=CorroborationStatus.SUPPORTED, reason=f"{name} is {words.shown}, as stated: {counts}.")
        still = f"it is still {words.shown}"
        still = f"the removal was ordered, but {still}" if statement.moment is Moment.EFFECT else still
        return Finding(status=CorroborationStatus.CONTRADICTED, reason=f"{name}: {still}; {counts}.")
    return Finding(
        status=CorroborationStatus.UNDETERMINED,
        reason=f"The {words.place} decides nothing on {name}: {counts}, and no removal is proved.",
    )


def _meets(episode: Episode, statement: Statement, bounds: Bounds, window: Bounds) -> bool:
    """Whether the thing may have left in the window, or may have been away when only the state is stated."""
    earliest = episode.onset_earliest or episode.onset_latest
    if statement.moment is Moment.STATE:
        return earliest < bounds[1] and (episode.end is None or episode.end > bounds[0])
    return earliest < window[1] and episode.onset_latest >= window[0]


def _apart(episodes: Sequence[Episode], window: Bounds) -> Episode | None:
    """The first episode that neither bears out nor rules out that the thing left in the window.

    It was away before and stayed away, or was first read, and found absent, afterwards.
    """
    found = [
        episode
        for episode in episodes
        if (episode.onset_latest < window[0] and (episode.end is None or episode.end > window[0]))
        or (episode.onset_earliest is None and episode.onset_latest >= window[1])
    ]
    return min(found, key=lambda episode: (episode.onset_latest, episode.id), default=None)
