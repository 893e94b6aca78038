"""The catalog in memory: validated when loaded, read-only afterwards."""

import hashlib
import re
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache, cached_property, lru_cache
from importlib import resources
from importlib.resources.abc import Traversable

import msgspec

from admittance.catalog.hosts import canonical_host, is_address, registrable_domain
from admittance.catalog.keywords import KEYWORD_PREFIX, canonical_keyword
from admittance.errors import CatalogError, UsageError
from admittance.model.catalog import Entity, Subject, Target
from admittance.model.ids import EntityId, SubjectId, TargetId
from admittance.model.vocabulary import FUNCTION_ROLES

__all__ = ["Catalog", "load"]

ENTITIES_FILE = "entities.jsonl"
TARGETS_FILE = "targets.toml"
ROLES_FILE = "roles.toml"
TOPICS_FILE = "topics.toml"
SITE_PREFIX = "site:"
APP_PREFIX = "app:"
SERVICE_PREFIX = "service:"
INSTITUTION_PREFIX = "institution:"
ACCOUNT_PREFIX = "account:"
LISTING_PREFIX = "listing:"
_NAMED_BY_PREFIX = (SITE_PREFIX, APP_PREFIX, SERVICE_PREFIX, INSTITUTION_PREFIX, LISTING_PREFIX)
ENDPOINTS_AT_HAND = 65_536
"""Hosts of which it is remembered whose they are: the same are asked for again and again."""
PLATFORM_OF_STORE = {"apple": "ios", "gplay": "android"}  # other stores are their own platform


class Catalog(msgspec.Struct, frozen=True, kw_only=True, dict=True):
    """Entities, subjects and targets of one version. Look-ups answer in canonical ids."""

    version: str
    entities: Mapping[EntityId, Entity]
    subjects: Mapping[SubjectId, Subject]
    targets: Mapping[TargetId, Target]
    role_words: Mapping[str, Mapping[str, tuple[str, ...]]]  # role -> language -> words by which texts speak of it
    met: Mapping[SubjectId, str] = {}  # names of subjects that only tables know

    topic_words: Mapping[str, Mapping[str, tuple[str, ...]]]  # topic -> language -> words by which keywords speak of it

    @cached_property
    def _topic_patterns(self) -> dict[str, re.Pattern[str]]:
        return {topic: _pattern_of(words) for topic, words in self.topic_words.items()}

    @cached_property
    def _role_patterns(self) -> dict[str, re.Pattern[str]]:
        return {role: _pattern_of(words) for role, words in self.role_words.items()}

    @cached_property
    def _target_by_host(self) -> dict[str, TargetId]:
        return {host: target.id for target in self.targets.values() for host in (*target.hosts, *target.addresses)}

    @cached_property
    def _pool_by_test(self) -> dict[str, TargetId]:
        return {test: target.id for target in self.targets.values() for test in target.tests}

    @cached_property
    def _entity_by_app(self) -> dict[tuple[str, str], EntityId]:
        return {
            (platform, app): entity.id
            for entity in self.entities.values()
            for platform in entity.app_ids
            for app in entity.apps(platform)
        }

    @cached_property
    def _subject_by_domain(self) -> dict[str, SubjectId]:
        owners: dict[str, SubjectId] = {}
        for entity in self.entities.values():
            for domain in entity.domains:
                owners.setdefault(domain, SubjectId(entity.id))
        return owners

    @cached_property
    def _subjects_by_name(self) -> dict[str, set[SubjectId]]:
        names: dict[str, set[SubjectId]] = {}
        for entity in self.entities.values():
            for name in (entity.id, entity.name, entity.native, *entity.aliases, *entity.ambiguous_aliases):
                if name:
                    names.setdefault(name.casefold(), set()).add(SubjectId(entity.id))
        for subject in self.subjects.values():
            names.setdefault(subject.name.casefold(), set()).add(subject.id)
        return names

    def target_of_endpoint(self, test_name: str, asked_host: str) -> tuple[SubjectId, TargetId]:
        """Subject and target that a fact about `asked_host` in a test speaks of.

        A host or address that a service lists is that service's target; another bare address in a test that owns its addresses
        belongs to the test's pool; everything else is a website, named by its host.
        """
        return self._owner_of_endpoint(test_name, asked_host)

    @cached_property
    def _owner_of_endpoint(self) -> Callable[[str, str], tuple[SubjectId, TargetId]]:
        return lru_cache(maxsize=ENDPOINTS_AT_HAND)(self._find_owner)

    def _find_owner(self, test_name: str, asked_host: str) -> tuple[SubjectId, TargetId]:
        host = canonical_host(asked_host)
        known = self._target_by_host.get(host)
        if known is None and is_address(host):
            known = self._pool_by_test.get(test_name)
        if known is not None:
            return self.targets[known].subject, known
        domain = registrable_domain(host)
        return self.subject_of_host(host), TargetId(f"{SITE_PREFIX}{domain}/{host}")

    def subject_of_host(self, host: str) -> SubjectId:
        """The entity that owns the host or the nearest domain above it; else the website as a subject of its own."""
        name = canonical_host(host)
        while name:
            owner = self._subject_by_domain.get(name)
            if owner is not None:
                return owner
            name = name.partition(".")[2]
        return SubjectId(f"{SITE_PREFIX}{registrable_domain(host)}")

    def domains_of(self, subject: SubjectId) -> tuple[str, ...]:
        """The domains by which a subject is known: those that the catalog gives an entity, or a website's own; else none."""
        entity = self.entities.get(EntityId(subject))
        if entity is not None:
            return entity.domains
        return (subject.removeprefix(SITE_PREFIX),) if subject.startswith(SITE_PREFIX) else ()

    def target_of_app(self, store: str, app_id: str) -> tuple[SubjectId, TargetId]:
        """Subject and target of an app in a store (`apple`, `gplay`); an unknown app is a subject named by store and id.

        A subject's main app is its target `signal/ios`; a further one bears its id as well.
        """
        platform = PLATFORM_OF_STORE.get(store, store)
        known = self._entity_by_app.get((platform, app_id))
        if known is None:
            subject = SubjectId(f"{APP_PREFIX}{store}/{app_id}")
            return subject, TargetId(f"{subject}/{platform}")
        main = self.entities[known].apps(platform)[0] == app_id
        return SubjectId(known), TargetId(f"{known}/{platform}" if main else f"{known}/{platform}/{app_id}")

    def subject_of_service(self, name: str) -> SubjectId:
        """The subject that a table calls so, by id or name; `service:` and the name where the catalog knows none or several."""
        text = " ".join(name.split())
        if EntityId(text) in self.entities:
            return SubjectId(text)
        named = self._subjects_by_name.get(text.casefold(), set())
        return next(iter(named)) if len(named) == 1 else SubjectId(f"{SERVICE_PREFIX}{text.casefold()}")

    def target_of_content(self, place: str, item: str) -> tuple[SubjectId, TargetId]:
        """Subject and target of a keyword on a platform, or of an institution's page: `account:Name https://…`."""
        if item.startswith(ACCOUNT_PREFIX):
            name, _, address = item.removeprefix(ACCOUNT_PREFIX).rpartition(" ")
            known = self.subject_of_service(name)
            subject = known if self.knows(known) else SubjectId(f"{INSTITUTION_PREFIX}{name}")
            return subject, TargetId(f"{subject}/{place}/{address}")
        subject = SubjectId(f"{KEYWORD_PREFIX}{item}")
        return subject, TargetId(f"{subject}/{place}")

    def roles_spoken_of(self, text: str) -> tuple[str, ...]:
        """The functions of a service that a text speaks of, in the order of the catalog: `messaging` for 发不出消息."""
        lowered = text.casefold()
        return tuple(role for role, pattern in self._role_patterns.items() if pattern.search(lowered))

    def topics_of(self, subject: SubjectId) -> tuple[str, ...]:
        """The topics that a keyword speaks of, by the names that documents' reasons have; none for other subjects."""
        return self.topics_spoken_of(subject.removeprefix(KEYWORD_PREFIX)) if subject.startswith(KEYWORD_PREFIX) else ()

    def topics_spoken_of(self, text: str) -> tuple[str, ...]:
        """The topics that a text speaks of, in the order of the catalog: `june-4` for "posts about Tiananmen"."""
        lowered = text.casefold()
        return tuple(topic for topic, pattern in self._topic_patterns.items() if pattern.search(lowered))

    def target_of_listing(self, marketplace: str, item: str) -> tuple[SubjectId, TargetId]:
        """Subject and target of a product, by its id, or of a search term on a marketplace."""
        subject = SubjectId(f"{LISTING_PREFIX}{marketplace}/{item}")
        return subject, TargetId(f"{subject}/offer")

    def target(self, target: TargetId) -> Target | None:
        """The catalog's entry for a target; null for a website that only measurements name."""
        return self.targets.get(target)

    def naming(self, names: Mapping[SubjectId, str]) -> "Catalog":
        """This catalog, which also finds and names subjects that it does not know: those of `names`."""
        return msgspec.structs.replace(self, met={name: told for name, told in names.items() if not self.knows(name)})

    @cached_property
    def _met_by_name(self) -> dict[str, set[SubjectId]]:
        names: dict[str, set[SubjectId]] = {}
        for subject, name in self.met.items():
            for spelling in {name, subject.partition(":")[2], subject.partition("/")[2]}:
                names.setdefault(spelling.casefold(), set()).add(subject)
        return names

    def knows(self, subject: SubjectId) -> bool:
        """Whether the subject is an entity of the catalog, not one that only measurements name."""
        return EntityId(subject) in self.entities

    def subject_name(self, subject: SubjectId) -> str:
        """A name to show: the entity's, the one that tables give it, or what follows the prefix."""
        entity = self.entities.get(EntityId(subject))
        return entity.name if entity else self.met.get(subject) or subject.partition(":")[2] or subject

    def find_subject(self, query: str) -> SubjectId:
        """The subject that a person means by an id, a name in any script, a host, a URL or an app id.

        Raises `UsageError` when nothing or more than one thing bears the name; the message lists what to write instead.
        """
        text = query.strip()
        if text in self.entities or text.startswith(_NAMED_BY_PREFIX):
            return SubjectId(text)
        if text.startswith(KEYWORD_PREFIX):
            return SubjectId(f"{KEYWORD_PREFIX}{canonical_keyword(text.removeprefix(KEYWORD_PREFIX))}")
        named = self._subjects_by_name.get(text.casefold(), set()) or self._met_by_name.get(text.casefold(), set())
        if len(named) == 1:
            return next(iter(named))
        if named:
            raise UsageError(f"{query!r} names several subjects; write one of: {', '.join(sorted(named))}")
        for (_, app), entity_id in self._entity_by_app.items():
            if app == text:
                return SubjectId(entity_id)
        host = canonical_host(text.split("://", 1)[-1].split("/", 1)[0])
        if "." in host and " " not in host:
            known = self._target_by_host.get(host)
            return self.targets[known].subject if known else self.subject_of_host(host)
        holding = {name for name in (*self._subjects_by_name, *self._met_by_name) if text.casefold() in name}
        near = sorted(holding, key=lambda name: (len(name), name))[:5]
        hint = (
            f"; did you mean {', '.join(near)}?"
            if near
            else "; give an id, a name or a host; keyword:WORD for a word that platforms withhold"
        )
        raise UsageError(f"no subject is called {query!r}{hint}")


def load(folder: Traversable | None = None) -> Catalog:
    """The catalog of a folder, by default the shipped one.

    The version is the first 12 hex digits of SHA-256 over the data files. Raises `CatalogError` naming file, record and field
    when a record is malformed, an id or host is claimed twice, or a reference leads nowhere.
    """
    return _shipped() if folder is None else _load(folder)


@cache
def _shipped() -> Catalog:
    return _load(resources.files("admittance.catalog") / "data")


def _load(place: Traversable) -> Catalog:
    entity_bytes = (place / ENTITIES_FILE).read_bytes()
    target_bytes = (place / TARGETS_FILE).read_bytes()
    role_bytes = (place / ROLES_FILE).read_bytes()
    topic_bytes = (place / TOPICS_FILE).read_bytes()
    digest = hashlib.sha256(b"\0".join((entity_bytes, target_bytes, role_bytes, topic_bytes))).hexdigest()[:12]
    entities = _entities(entity_bytes)
    subjects, targets = _targets(target_bytes)
    _validate(entities, subjects, targets)
    roles = _words(role_bytes, ROLES_FILE)
    unknown = sorted(roles.keys() - set(FUNCTION_ROLES))
    if unknown:
        raise CatalogError(f"{ROLES_FILE}: {unknown[0]!r} is no role; there are: {', '.join(FUNCTION_ROLES)}")
    return Catalog(
        version=digest,
        entities=entities,
        subjects=subjects,
        targets=targets,
        role_words=roles,
        topic_words=_words(topic_bytes, TOPICS_FILE),
    )


def _words(content: bytes, name: str) -> dict[str, dict[str, tuple[str, ...]]]:
    """Words by what they speak of and language."""
    try:
        known = msgspec.convert(tomllib.loads(content.decode()), dict[str, dict[str, tuple[str, ...]]])
    except (msgspec.MsgspecError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CatalogError(f"{name}: {error}") from error
    silent = sorted(one for one, words in known.items() if not any(words.values()))
    if silent:
        raise CatalogError(f"{name}: {silent[0]!r} has no word")
    return known


def _pattern_of(words: Mapping[str, Sequence[str]]) -> re.Pattern[str]:
    spaced = [re.escape(word) for word in words.get("en", ())]
    others = [re.escape(word) for language, own in words.items() if language != "en" for word in own]
    return re.compile("|".join([*([rf"\b(?:{'|'.join(spaced)})(?:s|ing)?\b"] if spaced else []), *others]))


def _entities(content: bytes) -> dict[EntityId, Entity]:
    decoder = msgspec.json.Decoder(Entity)
    entities: dict[EntityId, Entity] = {}
    for number, line in enumerate(content.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            entity = decoder.decode(line)
        except msgspec.MsgspecError as error:
            raise CatalogError(f"{ENTITIES_FILE} line {number}: {error}") from error
        if entity.id in entities:
            raise CatalogError(f"{ENTITIES_FILE} line {number}: id {entity.id!r} stands twice")
        entities[entity.id] = entity
    return entities


class _TargetsFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    subject: tuple[Subject, ...]
    target: tuple[Target, ...]


def _targets(content: bytes) -> tuple[dict[SubjectId, Subject], dict[TargetId, Target]]:
    try:
        data = msgspec.convert(tomllib.loads(content.decode()), _TargetsFile)
    except (msgspec.MsgspecError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CatalogError(f"{TARGETS_FILE}: {error}") from error
    _refuse_repeats((target.id for target in data.target), "target")
    _refuse_repeats((subject.id for subject in data.subject), "subject")
    _refuse_repeats((host for target in data.target for host in (*target.hosts, *target.addresses)), "host")
    _refuse_repeats((test for target in data.target for test in target.tests), "test pool")
    return {subject.id: subject for subject in data.subject}, {target.id: target for target in data.target}


def _refuse_repeats(values: Iterable[str], what: str) -> None:
    seen: set[str] = set()
    for value in values:
        if value in seen:
            raise CatalogError(f"{TARGETS_FILE}: {what} {value!r} is claimed twice")
        seen.add(value)


def _validate(
    entities: Mapping[EntityId, Entity], subjects: Mapping[SubjectId, Subject], targets: Mapping[TargetId, Target]
) -> None:
    for entity in entities.values():
        if entity.parent is not None and entity.parent not in entities:
            raise CatalogError(f"{ENTITIES_FILE}: {entity.id}: parent {entity.parent!r} is unknown")
    for subject in subjects.values():
        if EntityId(subject.id) not in entities:
            raise CatalogError(f"{TARGETS_FILE}: subject {subject.id!r} is no entity")
        roles = {targets[target].role for target in subject.targets if target in targets}
        for target in subject.targets:
            if target not in targets or targets[target].subject != subject.id:
                raise CatalogError(f"{TARGETS_FILE}: subject {subject.id!r}: target {target!r} is not one of its own")
        for role in (*subject.works.all_of, *subject.works.any_of):
            if role not in roles:
                raise CatalogError(f"{TARGETS_FILE}: subject {subject.id!r}: no target has the role {role!r}")
    for target_ in targets.values():
        if target_.subject not in subjects:
            raise CatalogError(f"{TARGETS_FILE}: target {target_.id!r}: subject {target_.subject!r} is not declared")
        if not target_.id.startswith(f"{target_.subject}/"):
            raise CatalogError(f"{TARGETS_FILE}: target {target_.id!r} must start with its subject")
