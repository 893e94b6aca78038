"""Which episode is which: ids that are kept for ever, and the log lines that say what became of them."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Final

import msgspec

from admittance.model.episode import Change, Episode
from admittance.model.ids import EpisodeId

__all__ = ["identify"]

LONGEST_WORD: Final = 60
"""Characters of a subject's name in an id."""

_FAR: Final = datetime.max.replace(tzinfo=UTC)


class _Bounds(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=False):
    """What the log keeps of an episode: where it belongs, and its brackets as they stood."""

    subject: str
    country: str
    gate: str
    part: str | None = None
    onset: datetime
    onset_earliest: datetime | None
    onset_latest: datetime
    end: datetime | None
    end_earliest: datetime | None
    end_latest: datetime | None


def _bounds(episode: Episode) -> _Bounds:
    return _Bounds(
        subject=episode.subject,
        country=episode.country,
        gate=episode.gate.value,
        part=episode.part,
        onset=episode.onset,
        onset_earliest=episode.onset_earliest,
        onset_latest=episode.onset_latest,
        end=episode.end,
        end_earliest=episode.end_earliest,
        end_latest=episode.end_latest,
    )


def _text(bounds: _Bounds | None) -> str | None:
    return None if bounds is None else msgspec.json.encode(bounds).decode()


class _Logged(msgspec.Struct, frozen=True, kw_only=True):
    """An episode as the log last had it; a withdrawn one keeps its last bounds."""

    bounds: _Bounds
    withdrawn: bool


def _logged(changes: Sequence[Change]) -> dict[EpisodeId, _Logged]:
    known: dict[EpisodeId, _Logged] = {}
    for change in sorted(changes, key=lambda change: change.sequence):
        withdrawn = change.kind == "withdrawn"
        text = change.before if withdrawn else change.after
        if text is None:
            raise ValueError(f"change {change.sequence} ({change.kind}) of {change.episode} carries no bounds")
        known[change.episode] = _Logged(bounds=msgspec.json.decode(text, type=_Bounds), withdrawn=withdrawn)
    return known


def _span(bounds: _Bounds) -> tuple[datetime, datetime]:
    return bounds.onset_earliest or bounds.onset, bounds.end_latest or _FAR


def _overlap(one: _Bounds, other: _Bounds) -> float:
    """Seconds that the two share."""
    (a, b), (c, d) = _span(one), _span(other)
    return max(0.0, (min(b, d) - max(a, c)).total_seconds())


def _matches(found: Sequence[_Bounds], known: dict[EpisodeId, _Logged]) -> dict[int, EpisodeId]:
    """Pairs of an episode's index and a logged id, the largest overlap first, each taken once; live ids before withdrawn
    ones."""
    places: dict[tuple[str, str, str, str | None], list[tuple[EpisodeId, _Logged]]] = {}
    for name, logged in known.items():
        places.setdefault(_place(logged.bounds), []).append((name, logged))
    pairs = [
        (logged.withdrawn, -overlap, name, index)
        for index, bounds in enumerate(found)
        for name, logged in places.get(_place(bounds), ())
        if (overlap := _overlap(bounds, logged.bounds)) > 0
    ]
    taken: dict[int, EpisodeId] = {}
    given: set[EpisodeId] = set()
    for _withdrawn, _overlapped, name, index in sorted(pairs):
        if index not in taken and name not in given:
            taken[index] = name
            given.add(name)
    return taken


def _place(bounds: _Bounds) -> tuple[str, str, str, str | None]:
    return bounds.subject, bounds.country, bounds.gate, bounds.part


def _series(bounds: _Bounds) -> str:
    """The beginning of an id, before its running number: `KE-2023-telegram-network`, `CN-2021-clubhouse-function-api`."""
    names = (bounds.subject, bounds.gate, *([bounds.part] if bounds.part is not None else []))
    words = [re.sub(r"(?:[^\w.]|_)+", "-", name.lower()).strip("-")[:LONGEST_WORD] for name in names]
    return "-".join([bounds.country, str(bounds.onset.year), *words])


class _Names:
    """New ids: the next running number of each series, never one that was used."""

    def __init__(self, used: Iterable[EpisodeId]) -> None:
        self._used = set(used)
        self._last: dict[str, int] = {}

    def next(self, bounds: _Bounds) -> EpisodeId:
        series = _series(bounds)
        number = self._last.get(series, 0) + 1
        while (name := EpisodeId(f"{series}-{number}")) in self._used:
            number += 1
        self._last[series] = number
        return name


def _day(time: datetime | None, otherwise: str) -> str:
    return otherwise if time is None else time.strftime("%Y-%m-%dT%H:%MZ")


def _difference(before: _Bounds, after: _Bounds) -> tuple[str, str]:
    """Kind of change and its reason in one sentence."""
    parts = [
        f"{name} {_day(was, 'open')} is now {_day(now, 'open')}"
        for name in ("onset", "onset_earliest", "onset_latest", "end", "end_earliest", "end_latest")
        if (was := getattr(before, name)) != (now := getattr(after, name))
    ]
    same_onset = (before.onset, before.onset_earliest, before.onset_latest) == (
        after.onset,
        after.onset_earliest,
        after.onset_latest,
    )
    if before.end is None and after.end is not None:
        kind = "closed"
    elif same_onset and (after.end or _FAR, after.end_earliest or _FAR) > (before.end or _FAR, before.end_earliest or _FAR):
        kind = "extended"
    else:
        kind = "revised"
    return kind, "; ".join(parts) + "."


def identify(episodes: Sequence[Episode], changes: Sequence[Change]) -> tuple[list[Episode], list[Change]]:
    """The episodes by subject, country, gate, part and onset, each with its id, and the changes to append to the log.

    An episode keeps the id of the logged episode of the same subject, country, gate and part that it overlaps most; one that
    overlaps none gets the next running number of its country, year of onset, subject, gate and part; numbers are never used
    again, and the year in an id stays though the onset may be revised across New Year. A logged episode that nothing overlaps
    any more is `withdrawn`, and `restored` should it come back. The same episodes twice add nothing. Raises `ValueError` on a
    log line without bounds.
    """
    known = _logged(changes)
    episodes = sorted(
        episodes, key=lambda one: (one.subject, one.country, one.gate, one.part or "", one.onset, one.onset_latest)
    )
    found = [_bounds(episode) for episode in episodes]
    names = _matches(found, known)
    fresh = _Names(known)
    for index in sorted(set(range(len(found))) - set(names), key=lambda i: (found[i].onset, _text(found[i]))):
        names[index] = fresh.next(found[index])
    news: list[tuple[EpisodeId, str, _Bounds | None, _Bounds | None, str]] = []
    for index, bounds in enumerate(found):
        name = names[index]
        logged = known.get(name)
        if logged is None:
            reason = f"Seen for the first time: onset {_day(bounds.onset, 'open')}, end {_day(bounds.end, 'open')}."
            news.append((name, "opened", None, bounds, reason))
        elif logged.withdrawn:
            news.append((name, "restored", logged.bounds, bounds, "The data show it again."))
        elif logged.bounds != bounds:
            kind, reason = _difference(logged.bounds, bounds)
            news.append((name, kind, logged.bounds, bounds, reason))
    seen = set(names.values())
    for name, logged in known.items():
        if name not in seen and not logged.withdrawn:
            news.append((name, "withdrawn", logged.bounds, None, "The data no longer show it."))
    last = max((change.sequence for change in changes), default=0)
    return (
        [msgspec.structs.replace(episode, id=names[index]) for index, episode in enumerate(episodes)],
        [
            Change(sequence=last + place, episode=name, kind=kind, before=_text(before), after=_text(after), reason=reason)
            for place, (name, kind, before, after, reason) in enumerate(sorted(news, key=lambda one: one[0]), start=1)
        ],
    )
