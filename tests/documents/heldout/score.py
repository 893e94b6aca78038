"""How well held-out texts are read: `python -m tests.documents.heldout.score FILE…` prints F1 and, with ``-v``, every miss.

A line of a file is ``{id, published, text, actions, claims}``. An expected action names type, regulator, targets, time and,
where stated, ``deadline`` (a date or a duration), ``end``, ``effective``, ``attribution`` (a source id or class), ``polarity``
and ``modality``. A service is named by its id, or as its text has it. Strict: type, the regulator or another body of its
state, and a shared target. Exact: the very regulator. Where no body of state acts, ``regulator`` may name whoever does: the
company that makes a statement or closes accounts itself.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import msgspec
from msgspec import UNSET, UnsetType

from admittance.catalog import Catalog, load
from admittance.documents import read_text
from admittance.model.documents import Action, Attribution, Reading

__all__ = ["Case", "cases", "score"]

_ITSELF = ("source", "implementer")
_TOUCHED = ("target", "implementer", "object", "vendor")


class WantedAction(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    type: str
    regulator: str | None
    targets: tuple[str, ...] = ()
    time: str | None = None
    deadline: str | None = None
    end: str | None = None
    effective: str | None = None
    attribution: tuple[str, ...] = ()
    quantity: float | None = None
    legal_basis: bool = False
    polarity: str = "affirmed"
    modality: str | None = None


class WantedClaim(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    subject: str
    status: str
    country: str
    onset: str | None = None
    end: str | None = None
    attribution: tuple[str, ...] = ()
    vpn_unaffected: bool | None = None
    partial: bool | None = None
    polarity: str = "affirmed"


class Case(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    id: str
    published: str
    text: str
    actions: tuple[WantedAction, ...] = ()
    claims: tuple[WantedClaim, ...] = ()


def cases(file: Path) -> list[Case]:
    return [msgspec.json.decode(line, type=Case) for line in file.read_bytes().splitlines() if line.strip()]


def score(chosen: list[Case], catalog: Catalog, misses: list[str]) -> dict[str, float]:
    """The measures by name; ``misses`` receives a line for whatever was missed, invented or dated wrongly."""
    count: Counter[str] = Counter()
    for case in chosen:
        reading = read_text(case.text, catalog=catalog, published=case.published or None)
        if not case.actions and not case.claims:
            count["negatives"] += 1
            count["negatives with output"] += bool(reading.actions or reading.network_claims)
        _actions(case, reading, catalog, count, misses)
        _claims(case, reading, catalog, count, misses)
    wanted, found = count["actions wanted"], count["actions found"]
    return {
        "documents": len(chosen),
        "action f1 strict": _f1(count["strict"], wanted, found),
        "action precision": _ratio(count["strict"], found),
        "action recall": _ratio(count["strict"], wanted),
        "action f1 exact": _f1(count["exact"], wanted, found),
        "claim f1": _f1(count["claims matched"], count["claims wanted"], count["claims found"]),
        **{
            name: _ratio(count[f"{name} right"], count[f"{name} asked"])
            for name in ("date", "deadline", "end", "effective", "attribution", "quantity", "polarity", "modality", "vpn")
        },
        "negatives": count["negatives"],
        "negatives with output": count["negatives with output"],
    }


def _actions(case: Case, reading: Reading, catalog: Catalog, count: Counter[str], misses: list[str]) -> None:
    left = list(reading.actions)
    count["actions wanted"] += len(case.actions)
    count["actions found"] += len(left)
    for told in case.actions:
        wanted = msgspec.structs.replace(told, targets=tuple(_known(name, catalog) for name in told.targets))
        fitting = [action for action in left if _strict(wanted, action)]
        fitting.sort(key=lambda action: (not _issued(wanted, action), action.time.value != wanted.time))
        if not fitting:
            misses.append(f"{case.id} missed action {wanted.type} {wanted.regulator} {','.join(wanted.targets)}")
            continue
        action = fitting[0]
        left.remove(action)
        count["strict"] += 1
        if _issued(wanted, action):
            count["exact"] += 1
        else:
            misses.append(f"{case.id} {wanted.type}: regulator {_regulator(action)} for {wanted.regulator}")
        _compare(f"{case.id} {wanted.type}", "date", wanted.time, action.time.value, count, misses)
        if wanted.deadline is not None:
            _compare(f"{case.id} {wanted.type}", "deadline", wanted.deadline, _deadline(action), count, misses)
        for name, want, got in (("end", wanted.end, action.end), ("effective", wanted.effective, action.effective)):
            if want is not None:
                value = got.value if not isinstance(got, UnsetType) else None
                _compare(f"{case.id} {wanted.type}", name, want, value, count, misses)
        if wanted.attribution:
            _voices(f"{case.id} {wanted.type}", wanted.attribution, action.attribution, count, misses)
        if wanted.quantity is not None:
            values = [] if isinstance(action.quantity, UnsetType) else [one.value for one in action.quantity]
            hit = wanted.quantity if wanted.quantity in values else None
            _compare(f"{case.id} {wanted.type}", "quantity", wanted.quantity, hit, count, misses)
        _compare(f"{case.id} {wanted.type}", "polarity", wanted.polarity, action.factuality.polarity, count, misses)
        if wanted.modality is not None:
            _compare(f"{case.id} {wanted.type}", "modality", wanted.modality, str(action.factuality.modality), count, misses)
    misses.extend(
        f"{case.id} extra action {action.type} {_regulator(action)} {','.join(sorted(_touched(action)))}: "
        f"{' '.join(action.evidence[0].quote.split())[:150]}"
        for action in left
    )


def _claims(case: Case, reading: Reading, catalog: Catalog, count: Counter[str], misses: list[str]) -> None:
    left = list(reading.network_claims)
    count["claims wanted"] += len(case.claims)
    count["claims found"] += len(left)
    for wanted in case.claims:
        key = (_known(wanted.subject, catalog), wanted.status, wanted.country)
        fitting = [claim for claim in left if (claim.subject, str(claim.status), claim.place.country) == key]
        fitting.sort(key=lambda claim: claim.onset.value != wanted.onset)
        if not fitting:
            misses.append(f"{case.id} missed claim {wanted.subject} {wanted.status} {wanted.country}")
            continue
        claim = fitting[0]
        left.remove(claim)
        count["claims matched"] += 1
        _compare(f"{case.id} claim", "date", wanted.onset, claim.onset.value, count, misses)
        if wanted.end is not None:
            end = claim.end.value if not isinstance(claim.end, UnsetType) else None
            _compare(f"{case.id} claim", "end", wanted.end, end, count, misses)
        if wanted.attribution:
            _voices(f"{case.id} claim", wanted.attribution, claim.attribution, count, misses)
        if wanted.vpn_unaffected is not None:
            _compare(f"{case.id} claim", "vpn", wanted.vpn_unaffected, claim.vpn_unaffected, count, misses)
        _compare(f"{case.id} claim", "polarity", wanted.polarity, claim.factuality.polarity, count, misses)
    misses.extend(
        f"{case.id} extra claim {claim.subject} {claim.status} {claim.place.country}: "
        f"{' '.join(claim.evidence[0].quote.split())[:150]}"
        for claim in left
    )


def _known(name: str, catalog: Catalog) -> str:
    """The id of what a set calls by its name because the catalog did not know it when the set was written."""
    subject = catalog.subject_of_service(name)
    return subject if catalog.knows(subject) else name


def _strict(wanted: WantedAction, action: Action) -> bool:
    regulator = _regulator(action)
    same = _issued(wanted, action) or (
        wanted.regulator is not None and regulator is not None and wanted.regulator.split("-")[0] == regulator.split("-")[0]
    )
    return str(action.type) == wanted.type and same and (not wanted.targets or bool(set(wanted.targets) & _touched(action)))


def _issued(wanted: WantedAction, action: Action) -> bool:
    """Whether a record names the very issuer: its regulator, or without one who says or does it for itself."""
    regulator = _regulator(action)
    if regulator is None and wanted.regulator is not None:
        return any(mention.entity == wanted.regulator for mention in action.mentions if mention.role in _ITSELF)
    return regulator == wanted.regulator


def _regulator(action: Action) -> str | None:
    return next((mention.entity for mention in action.mentions if mention.role == "regulator"), None)


def _touched(action: Action) -> set[str]:
    return {mention.entity or mention.surface for mention in action.mentions if mention.role in _TOUCHED}


def _deadline(action: Action) -> str | None:
    if isinstance(action.deadline, UnsetType):
        return None
    if not isinstance(action.deadline.time, UnsetType) and action.deadline.time.value:
        return action.deadline.time.value
    duration = action.deadline.duration
    return duration if isinstance(duration, str) else action.deadline.status


def _voices(place: str, wanted: tuple[str, ...], got: tuple[Attribution, ...], count: Counter[str], misses: list[str]) -> None:
    named = {str(voice.source) for voice in got} | {str(voice.source_class) for voice in got}
    count["attribution asked"] += 1
    if set(wanted) <= named:
        count["attribution right"] += 1
    else:
        misses.append(f"{place}: attribution {sorted(named)} for {list(wanted)}")


def _compare(place: str, name: str, wanted: object, got: object, count: Counter[str], misses: list[str]) -> None:
    count[f"{name} asked"] += 1
    if wanted == got or (wanted is None and got is UNSET):
        count[f"{name} right"] += 1
    else:
        misses.append(f"{place}: {name} {got} for {wanted}")


def _f1(matched: int, wanted: int, found: int) -> float:
    return _ratio(2 * matched, wanted + found)


def _ratio(part: int, whole: int) -> float:
    return round(part / whole, 3) if whole else 1.0


def main() -> None:
    names = [name for name in sys.argv[1:] if name != "-v"]
    misses: list[str] = []
    figures = score([case for name in names for case in cases(Path(name))], load(), misses)
    sys.stdout.write(msgspec.json.format(msgspec.json.encode(figures)).decode() + "\n")
    if "-v" in sys.argv:
        sys.stdout.write("\n".join(misses) + "\n")


if __name__ == "__main__":
    main()
