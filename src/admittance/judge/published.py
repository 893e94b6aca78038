"""Fingerprints as others publish them: OONI's tables and Censored Planet's signatures, read into marks."""

from collections.abc import Callable, Mapping

import msgspec

from admittance.catalog.records import Unusable, records_of, text_of
from admittance.errors import InputError
from admittance.judge.fingerprints import AnswerMark, Bogons, Fingerprints, PageKind, PageMark, PagePart
from admittance.judge.patterns import Fit, literal_of, portable, refusal
from admittance.model.edition import EditionKind

__all__ = ["FINGERPRINT_COLUMNS", "Published", "read_fingerprints"]

FINGERPRINT_COLUMNS = ("name", "scope", "location_found", "pattern_type", "pattern", "expected_countries")

PARTS: dict[str, PagePart] = {"body": "body", "header.location": "location", "header.server": "server"}

KIND_OF_SCOPE: dict[str, PageKind] = {
    "nat": "blockpage",
    "isp": "blockpage",
    "prov": "blockpage",  # the provider of the service does it itself, on order
    "prod": "filter",
    "inst": "institution",
    "fp": "genuine",
}
"""What a mark of a scope proves, as ooni/blocking-fingerprints defines scopes (after Citizen Lab's filtering-annotations)."""

SILENT_SCOPES = {"vbw": "a vague word proves nothing", "injb": "a benign injection proves nothing"}

KIND_OF_GROUP: dict[str, PageKind] = {
    "a_prod": "filter",
    "b_nat": "blockpage",
    "c_isp": "blockpage",
    "d_corp": "institution",
    "e_unk": "filter",
}
"""Groups of Censored Planet's signatures, the start of each name. OONI counts its `e_unk` (operator unknown) as national;
unknown is unknown here."""

SILENT_GROUPS = {"f_gen": "a generic phrase proves nothing"}

HEADERS_OF_SIGNATURES: dict[str, PagePart] = {"Location: ": "location", "Server: ": "server"}

ANYWHERE = "ZZ"
"""The code by which a list says that no country is meant."""


class Published(msgspec.Struct, frozen=True, kw_only=True):
    """The marks of one published list, and its records that cannot be used."""

    pages: tuple[PageMark, ...] = ()
    answers: tuple[AnswerMark, ...] = ()
    unusable: tuple[Unusable, ...] = ()

    def as_of(self, version: str) -> Fingerprints:
        """The marks as a snapshot of their own, without bogons."""
        none = Bogons(reference=version, networks=())
        return Fingerprints(version=version, page=self.pages, answer=self.answers, bogons=none)


def read_fingerprints(kind: EditionKind, content: bytes) -> Published:
    """The marks of a list. Raises `InputError` naming the line when it is no list of this kind or holds no record."""
    published = _READERS[kind](content)
    if not (published.pages or published.answers or published.unusable):
        raise InputError("line 1: the list holds no record")
    return published


def _ooni_pages(content: bytes) -> Published:
    pages: list[PageMark] = []
    unusable: list[Unusable] = []
    for line, record in records_of(content, FINGERPRINT_COLUMNS):
        where, scope, fit = record["location_found"], record["scope"], record["pattern_type"]
        reason = _refused(record)
        if reason is None and where not in PARTS:
            reason = f"{where!r} is not kept in observations"
        if reason is not None:
            unusable.append((line, f"{record['name']}: {reason}"))
            continue
        pages.append(
            PageMark(
                id=record["name"],
                kind=KIND_OF_SCOPE[scope],
                where=PARTS[where],
                contains=(portable(record["pattern"]) if fit == "regexp" else record["pattern"],),
                reference=_reference(record),
                only=_countries(record),
                fit=msgspec.convert(fit, Fit),
            )
        )
    return Published(pages=tuple(pages), unusable=tuple(unusable))


def _ooni_answers(content: bytes) -> Published:
    answers: list[AnswerMark] = []
    unusable: list[Unusable] = []
    for line, record in records_of(content, FINGERPRINT_COLUMNS):
        scope = record["scope"]
        reason = _refused(record)
        if reason is None and record["location_found"] != "dns":
            reason = f"{record['location_found']!r} is not where an answer is found"
        if reason is None and KIND_OF_SCOPE[scope] not in ("blockpage", "filter"):
            reason = f"scope {scope!r} proves nothing by an address"
        if reason is not None:
            unusable.append((line, f"{record['name']}: {reason}"))
            continue
        answers.append(
            AnswerMark(
                id=record["name"],
                addresses=(portable(record["pattern"]) if record["pattern_type"] == "regexp" else record["pattern"],),
                reference=_reference(record),
                only=_countries(record),
                fit=msgspec.convert(record["pattern_type"], Fit),
            )
        )
    return Published(answers=tuple(answers), unusable=tuple(unusable))


class _Signature(msgspec.Struct, frozen=True):
    fingerprint: str
    pattern: str


def _blockpages(content: bytes) -> Published:
    return _signatures(content, None)


def _false_positives(content: bytes) -> Published:
    return _signatures(content, "genuine")


def _signatures(content: bytes, kind: PageKind | None) -> Published:
    pages: list[PageMark] = []
    unusable: list[Unusable] = []
    decoder = msgspec.json.Decoder(_Signature)
    for line, text in enumerate(text_of(content).split("\n"), start=1):
        if not text.strip():
            continue
        try:
            signature = decoder.decode(text)
        except msgspec.MsgspecError as error:
            raise InputError(f"line {line}: {error}") from error
        name, pattern = signature.fingerprint, signature.pattern
        group = "_".join(name.split("_")[:2])
        told = kind or KIND_OF_GROUP.get(group)
        reason = SILENT_GROUPS.get(group, f"a group that is not known: {group!r}") if told is None else None
        where: PagePart = "body"
        for start, part in HEADERS_OF_SIGNATURES.items():
            if pattern.startswith(start):
                where, pattern = part, pattern.removeprefix(start)
        pattern = portable(pattern)
        literal = literal_of(pattern)
        if reason is None:
            reason = "an empty pattern" if not pattern.strip() else refusal(pattern) if literal is None else None
        if told is None or reason is not None:
            unusable.append((line, f"{name}: {reason}"))
            continue
        pages.append(
            PageMark(
                id=f"censored_planet.{name}",
                kind=told,
                where=where,
                contains=(pattern if literal is None else literal,),
                reference="Censored Planet",
                fit="regexp" if literal is None else "contains",
            )
        )
    return Published(pages=tuple(pages), unusable=tuple(unusable))


_READERS: dict[EditionKind, Callable[[bytes], Published]] = {
    EditionKind.OONI_DNS: _ooni_answers,
    EditionKind.OONI_HTTP: _ooni_pages,
    EditionKind.CENSORED_PLANET_BLOCKPAGES: _blockpages,
    EditionKind.CENSORED_PLANET_FALSE_POSITIVES: _false_positives,
}


def _refused(record: Mapping[str, str]) -> str | None:
    """Why a record of OONI's cannot be used, whatever it is found in."""
    scope, fit, pattern = record["scope"], record["pattern_type"], record["pattern"]
    if scope not in KIND_OF_SCOPE:
        return SILENT_SCOPES.get(scope, f"scope {scope!r} is not known")
    if fit not in ("full", "prefix", "contains", "regexp"):
        return f"pattern type {fit!r} is not known"
    if not pattern.strip():
        return "an empty pattern"
    return refusal(portable(pattern)) if fit == "regexp" else None


def _reference(record: Mapping[str, str]) -> str:
    return record.get("exp_url") or record.get("source") or ""


def _countries(record: Mapping[str, str]) -> tuple[str, ...]:
    codes = {country.strip().upper() for country in record["expected_countries"].split(",")} - {""}
    return () if ANYWHERE in codes else tuple(sorted(codes))
