"""What a reading says that observations can answer: network claims and testable actions as statements of one shape."""

from collections.abc import Iterator, Mapping
from enum import StrEnum

import msgspec

from admittance.catalog import INSTITUTION_PREFIX, Catalog, host_of_url, registrable_domain
from admittance.model.documents import (
    Action,
    ActionType,
    Attribution,
    Factuality,
    Modality,
    NetworkClaim,
    Place,
    Reading,
    Role,
    Status,
    Time,
)
from admittance.model.ids import Asn, Country, EntityId, SubjectId, TargetId
from admittance.model.vocabulary import Gate, Layer

__all__ = ["Moment", "Statement", "statements_of"]

_SITE = "site:"


class Moment(StrEnum):
    """What the stated time is the time of."""

    ONSET = "onset"  # a restriction began then
    STATE = "state"  # things stood so then
    END = "end"  # a restriction ended then
    EFFECT = "effect"  # a restriction was ordered then, and should begin after it


class Statement(msgspec.Struct, frozen=True, kw_only=True):
    """One testable statement about one subject, country and gate."""

    record: str
    record_kind: str  # claim or action
    document: str
    extractor: str
    subject: SubjectId
    country: Country
    gate: Gate
    restricted: bool  # whether it says that access is restricted, or that it is not
    moment: Moment
    word: str  # how the text puts it: blocked, restored, app_removal
    factual: bool  # false when the text plans, expects or imagines it
    time: Time
    end: Time | None = None
    due: Time | None = None  # when an order is to be carried out, where the text says so
    targets: frozenset[TargetId] | None = None  # null: every target of the subject
    role: str | None = None  # the function it speaks of
    layer: Layer | None = None
    networks: tuple[Asn, ...] = ()
    unknown_networks: tuple[str, ...] = ()  # networks named by what is no AS number
    subdivision: str | None = None
    vpn_unaffected: bool | None = None
    places: frozenset[str] = frozenset()  # stores, marketplaces or platforms it speaks of; empty is any
    posts: bool = False  # whether it speaks of what is posted on a platform, of which keywords are a sign and no proof
    told: str = ""  # its words, where it speaks of listings or posts
    things: frozenset[str] = frozenset()  # names of what it speaks of, where these are listings
    about_platform: bool = True  # where it speaks of posts: whether it is about the platform, not a thing there
    voices: frozenset[str] = frozenset()  # who says so: the document's publisher, and everybody it goes back to


_OPEN_STATUSES = (Status.ACCESSIBLE, Status.RESTORED)
_UNREAL = (Modality.PLANNED, Modality.EXPECTED, Modality.THREATENED, Modality.HYPOTHETICAL)
_ORDERS = (Modality.ORDERED, Modality.REQUESTED, Modality.ANNOUNCED, Modality.ENACTED)

_GATE_OF_ACTION: Mapping[ActionType, Gate] = {
    ActionType.BLOCK: Gate.NETWORK,
    ActionType.UNBLOCK: Gate.NETWORK,
    ActionType.THROTTLE: Gate.NETWORK,
    ActionType.SHUTDOWN: Gate.NETWORK,
    ActionType.REGISTRATION_SUSPENSION: Gate.FUNCTION,
    ActionType.APP_REMOVAL: Gate.STORE,
    ActionType.DOWNLOAD_SUSPENSION: Gate.STORE,
    ActionType.LISTING_REMOVAL: Gate.LISTING,
    ActionType.ACCOUNT_CLOSURE: Gate.CONTENT,
    ActionType.CONTENT_REMOVAL: Gate.CONTENT,
    ActionType.CONTENT_RESTRICTION: Gate.CONTENT,
}
_ON_POSTS = (ActionType.CONTENT_REMOVAL, ActionType.CONTENT_RESTRICTION)
_ROLE_OF_ACTION: Mapping[ActionType, str] = {ActionType.REGISTRATION_SUSPENSION: "registration"}
_ROLE_OF_STATUS: Mapping[Status, str] = {Status.REGISTRATION_FAILING: "registration"}
_STORE_OF_IMPLEMENTER: Mapping[str, str] = {"apple": "apple", "google": "gplay"}
_HOSTS_OF_ACCOUNTS = ("platform", "app")  # kinds of entities that have accounts of others


def statements_of(reading: Reading, *, catalog: Catalog) -> Iterator[Statement]:
    """The testable statements of one document: one per network claim, one per action × what it acts on.

    An action of a type that no gate can show, without a thing acted on, or without a country gives none.
    """
    for claim in reading.network_claims:
        yield _of_claim(claim, reading, catalog)
    for action in reading.actions:
        yield from _of_action(action, reading, catalog)


def _of_claim(claim: NetworkClaim, reading: Reading, catalog: Catalog) -> Statement:
    affirmed = claim.factuality.polarity == "affirmed"
    says_open = claim.status in _OPEN_STATUSES
    if not affirmed or claim.status is Status.ACCESSIBLE:
        moment = Moment.STATE  # a denial tells how things stand, not when they changed
    elif claim.status is Status.RESTORED:
        moment = Moment.END
    else:
        # what is only dated by its publication says how things stood when it was written
        moment = Moment.STATE if claim.onset.basis == "publication" else Moment.ONSET
    numbers, unknown = _networks(claim.place)
    subject, targets = _resolve(claim.subject, catalog)
    platform = frozenset({claim.platform}) if isinstance(claim.platform, str) else frozenset()
    role = claim.role if isinstance(claim.role, str) else _ROLE_OF_STATUS.get(claim.status)
    gate = Gate.FUNCTION if claim.status is Status.REGISTRATION_FAILING else claim.gate
    return Statement(
        record=claim.id,
        record_kind="claim",
        document=reading.doc.sha256,
        extractor=reading.doc.extractor,
        subject=subject,
        country=Country(claim.place.country[:2]),
        gate=gate,
        restricted=affirmed != says_open,
        moment=moment,
        word=claim.status.value if affirmed else f"not {claim.status.value}",
        factual=claim.factuality.modality not in _UNREAL,
        time=claim.onset,
        end=claim.end if isinstance(claim.end, Time) else None,
        targets=targets,
        role=role,
        layer=Layer(claim.layer) if isinstance(claim.layer, str) else None,
        networks=numbers,
        unknown_networks=unknown,
        subdivision=_subdivision(claim.place),
        vpn_unaffected=claim.vpn_unaffected if isinstance(claim.vpn_unaffected, bool) else None,
        places=_names_of_places(platform, catalog),
        voices=_voices(claim.attribution, reading),
    )


def _of_action(action: Action, reading: Reading, catalog: Catalog) -> Iterator[Statement]:
    gate = _GATE_OF_ACTION.get(action.type)
    place = action.place if isinstance(action.place, Place) else None
    country = place.country[:2] if place else _country_of_issuer(action, catalog)
    if gate is None or country is None:
        return
    numbers, unknown = _networks(place)
    opens = action.type is ActionType.UNBLOCK
    affirmed = action.factuality.polarity == "affirmed"
    effective = action.effective if isinstance(action.effective, Time) else None
    deadline = action.deadline.time if not isinstance(action.deadline, msgspec.UnsetType) else None
    due = effective or (deadline if isinstance(deadline, Time) else None)
    implementers = set(_entities(action, Role.IMPLEMENTER))
    acted_on = _acted_on(action, gate, implementers)
    hosts = _hosts(action, gate, catalog)
    posts = action.type in _ON_POSTS
    if gate is Gate.LISTING or posts:
        acted_on = sorted(hosts)
    elif gate is Gate.CONTENT:
        acted_on = [*(entity for entity in acted_on if entity not in hosts), *_unknown_institutions(action)]
    for entity in acted_on:
        subject, targets = _resolve(entity, catalog)
        yield Statement(
            record=action.id,
            record_kind="action",
            document=reading.doc.sha256,
            extractor=reading.doc.extractor,
            subject=subject,
            country=Country(country),
            gate=gate,
            restricted=affirmed != opens,
            moment=_moment_of_action(action.factuality, opens=opens),
            word=action.type.value if affirmed else f"no {action.type.value}",
            factual=action.factuality.modality not in _UNREAL,
            time=action.time,
            end=action.end if isinstance(action.end, Time) else None,
            due=due,
            targets=targets,
            role=_ROLE_OF_ACTION.get(action.type),
            networks=numbers,
            unknown_networks=unknown,
            subdivision=_subdivision(place) if place else None,
            places=_places(action, gate, entity, hosts, catalog),
            posts=posts,
            told=_told(action) if gate is Gate.LISTING or posts else "",
            things=frozenset(_names_of(action, Role.OBJECT, catalog)) if gate is Gate.LISTING else frozenset(),
            voices=_voices(action.attribution, reading),
        )


def _moment_of_action(factuality: Factuality, *, opens: bool) -> Moment:
    if factuality.polarity == "denied":
        return Moment.STATE
    if opens:
        return Moment.END
    return Moment.EFFECT if factuality.modality in _ORDERS else Moment.ONSET


def _acted_on(action: Action, gate: Gate, implementers: set[str]) -> list[str]:
    """The entities acted on, in the order of the text. A store is asked to act on an object, so there objects come alone."""
    objects = _entities(action, Role.OBJECT)
    named = objects if objects and gate is Gate.STORE else [*_entities(action, Role.TARGET), *objects]
    return [entity for entity in dict.fromkeys(named) if entity not in implementers]


def _unknown_institutions(action: Action) -> Iterator[str]:
    """Those acted on that the catalog does not know, as tables of accounts name their institutions."""
    for mention in action.mentions:
        if mention.entity is None and mention.role in (Role.TARGET, Role.OBJECT):
            yield f"{INSTITUTION_PREFIX}{' '.join(mention.surface.split())}"


def _hosts(action: Action, gate: Gate, catalog: Catalog) -> frozenset[str]:
    """Who carries listings or accounts of others, among those that an action names: marketplaces, platforms."""
    named = [entity for role in (Role.TARGET, Role.IMPLEMENTER) for entity in _entities(action, role)]
    known = {entity: catalog.entities.get(EntityId(entity)) for entity in named}
    if gate is Gate.LISTING:
        return frozenset(known)
    return frozenset(entity for entity, record in known.items() if record is not None and record.kind in _HOSTS_OF_ACCOUNTS)


def _places(action: Action, gate: Gate, entity: str, hosts: frozenset[str], catalog: Catalog) -> frozenset[str]:
    """What tables of snapshots may call the places that an action speaks of; empty is any."""
    if gate is Gate.STORE:
        implementers = _entities(action, Role.IMPLEMENTER)
        return frozenset(_STORE_OF_IMPLEMENTER[name] for name in implementers if name in _STORE_OF_IMPLEMENTER)
    if gate is Gate.CONTENT:
        return _names_of_places(frozenset({entity}) if entity in hosts else hosts, catalog)
    return _names_of_places(frozenset({entity}) if gate is Gate.LISTING else frozenset(), catalog)


def _names_of_places(meant: frozenset[str], catalog: Catalog) -> frozenset[str]:
    """What tables may call some platforms and marketplaces, and what belongs to them; nothing for none."""
    family = [record for record in catalog.entities.values() if record.id in meant or record.parent in meant]
    named = {"-".join(name.lower().split()) for record in family for name in (record.name, *record.aliases)}
    return frozenset(named.union(meant, *({record.id, *record.domains} for record in family)))


def _told(action: Action) -> str:
    """The words of an action: what it quotes, and what it names."""
    return " ".join([*(span.quote for span in action.quotes), *(mention.surface for mention in action.mentions)])


def _names_of(action: Action, role: Role, catalog: Catalog) -> Iterator[str]:
    """What those in a role are called."""
    for mention in action.mentions:
        if mention.role is role:
            record = catalog.entities.get(EntityId(mention.entity)) if mention.entity is not None else None
            yield from (mention.surface, *((record.name, *record.aliases) if record is not None else ()))


def _entities(action: Action, role: Role) -> list[str]:
    return [mention.entity for mention in action.mentions if mention.role is role and mention.entity is not None]


def _country_of_issuer(action: Action, catalog: Catalog) -> str | None:
    for issuer in _entities(action, Role.REGULATOR):
        entity = catalog.entities.get(EntityId(issuer))
        if entity is not None and entity.country is not None:
            return entity.country[:2]
    return None


def _resolve(name: str, catalog: Catalog) -> tuple[SubjectId, frozenset[TargetId] | None]:
    """The subject that observations know it by, and its targets where the text means fewer than all.

    `site:` may stand for a registrable domain, for one host under it, or for a URL; the owner of the domain is the subject.
    """
    if not name.startswith(_SITE):
        return SubjectId(name), None
    written = name.removeprefix(_SITE)
    domain, slash, below = written.partition("/")
    host = host_of_url(written) if "://" in written else (below if slash and "." in below else domain)
    if host is None:
        return SubjectId(name), None
    subject = catalog.subject_of_host(host)
    if host != registrable_domain(host):
        return subject, frozenset({catalog.target_of_endpoint("web_connectivity", host)[1]})
    if subject.startswith(_SITE):
        return subject, None
    under = {
        target.id
        for target in catalog.targets.values()
        if target.subject == subject and any(registrable_domain(known) == host for known in target.hosts)
    }
    under.update(TargetId(f"{_SITE}{host}/{front}{host}") for front in ("", "www."))
    return subject, frozenset(under)


def _voices(attribution: tuple[Attribution, ...], reading: Reading) -> frozenset[str]:
    named = (voice.source for voice in attribution)
    return frozenset(voice for voice in (*named, reading.doc.publisher) if voice is not None)


def _networks(place: Place | None) -> tuple[tuple[Asn, ...], tuple[str, ...]]:
    if place is None or not isinstance(place.networks, tuple):
        return (), ()
    numbers: list[Asn] = []
    unknown: list[str] = []
    for name in place.networks:
        digits = name.strip().upper().removeprefix("AS").strip()
        if digits.isascii() and digits.isdigit():
            numbers.append(Asn(int(digits)))
        else:
            unknown.append(name)
    return tuple(numbers), tuple(unknown)


def _subdivision(place: Place) -> str | None:
    if isinstance(place.subdivision, str):
        return place.subdivision
    return place.country if len(place.country) > 2 else None
