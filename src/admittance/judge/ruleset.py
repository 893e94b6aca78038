"""Rules as data: read, checked when loaded, and compiled into one Polars expression per verdict column.

A rules file that contradicts itself is our own mistake and raises `ValueError` naming the rule and the field.
"""

import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import cached_property
from importlib import resources
from typing import Literal

import msgspec
import polars as pl

from admittance.catalog import is_address
from admittance.judge.features import FEATURES, FUNCTION_FEATURES, REMOTE_FEATURES, SNAPSHOT_FEATURES, Feature
from admittance.model.ids import RuleId
from admittance.model.vocabulary import Evidence, Gate, State

__all__ = [
    "CONTENT_RULES",
    "FUNCTION_RULES",
    "LEARNING_VERSION",
    "LISTING_RULES",
    "NETWORK_RULES",
    "REMOTE_RULES",
    "RULES",
    "RULESET_VERSION",
    "RULESET_VERSIONS",
    "SNAPSHOT_RULES",
    "STORE_RULES",
    "TAXONOMY",
    "Rule",
    "Ruleset",
    "Taxonomy",
    "fired",
    "read_ruleset",
    "told",
    "verdict_columns",
]

NETWORK_FILE = "network.toml"
REMOTE_FILE = "remote.toml"
STORES_FILE = "stores.toml"
FUNCTIONS_FILE = "functions.toml"
CONTENT_FILE = "content.toml"
LISTINGS_FILE = "listings.toml"
LISTING_MARKS_FILE = "listing_marks.toml"
CONTENT_MARKS_FILE = "content_marks.toml"
TAXONOMY_FILE = "taxonomy.toml"
MASKS_FILE = "masks.toml"
NETWORK_RULE_LAYERS = ("dns", "tcp", "tls", "http", "quic")
REMOTE_RULE_LAYERS = ("dns", "tcp", "tls", "http")
STORE_RULE_LAYERS = ("store",)
FUNCTION_RULE_LAYERS = ("attempt",)
CONTENT_RULE_LAYERS = ("content",)
LISTING_RULE_LAYERS = ("listing",)

_PLACEHOLDER = re.compile(r"\{(\w+)\}")


class Bounds(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A number between two bounds, both included."""

    min: int | None = None
    max: int | None = None


Condition = bool | int | str | list[str] | Bounds


class Rule(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One row of a rules file."""

    id: RuleId
    layer: str
    when: dict[str, Condition]
    state: State
    evidence: Evidence
    meaning: str
    reason: str
    mechanism: str | None = None


class Ruleset(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True):
    """A rules file: a declared version and ordered rules."""

    version: str
    rule: tuple[Rule, ...]

    @cached_property
    def first_that_holds(self) -> dict[str, pl.Expr]:
        """Per layer the position of the first of its rules that holds."""
        layers = dict.fromkeys(rule.layer for rule in self.rule)
        return {
            layer: pl.coalesce(
                pl.when(_applies(rule)).then(pl.lit(index, pl.UInt16))
                for index, rule in enumerate(self.rule)
                if rule.layer == layer
            ).alias("rule_number")
            for layer in layers
        }


class Reading(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How records are read before any rule looks at them."""

    address_queries: tuple[str, ...]
    encrypted_resolvers: tuple[str, ...]
    direct_resolvers: tuple[str, ...]
    tests_with_private_roots: tuple[str, ...]
    unroutable: tuple[str, ...]
    cut_off: tuple[str, ...]
    handshakes_recorded_since: float
    content_networks: tuple[int, ...]
    owner_networks: tuple[int, ...]
    alternatives: tuple[str, ...]
    veiled: str
    tests_with_echo: tuple[str, ...]
    altered: str
    tunnel: str
    late: str
    exchange: str


class Resolvers(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, dict=True):
    """Published resolvers: the test that asks them, and by network their names."""

    test: str
    networks: tuple[tuple[int, tuple[str, ...]], ...]

    @cached_property
    def network_of(self) -> dict[str, int]:
        """The network of each name."""
        return {host: network for network, hosts in self.networks for host in hosts}

    @cached_property
    def addresses_of(self) -> dict[str, tuple[str, ...]]:
        """The published addresses beside each name."""
        return {host: tuple(filter(is_address, hosts)) for _, hosts in self.networks for host in hosts}


class Chosen(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Networks of resolvers that a user chose, by how they leave names out, and of hosters."""

    filtering: tuple[int, ...]
    denying: tuple[int, ...]
    hosting: tuple[int, ...]


class Pages(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """By what two pages are compared."""

    alike_length: float
    least_length: int
    bare_length: int
    title_word: int
    common_headers: tuple[str, ...]
    edge_headers: tuple[str, ...]
    absences: tuple[int, ...]
    stock_titles: tuple[str, ...]
    refusals: tuple[int, ...]
    wall_servers: tuple[str, ...]
    middlebox_headers: tuple[str, ...]
    middlebox_refusals: tuple[int, ...]
    refusal_titles: tuple[str, ...]
    wall_headers: tuple[str, ...]
    wall_titles: tuple[str, ...]


class Timing(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """From when on bytes come in so slowly that something holds them back."""

    window: int
    part: float
    fastest: int
    least_bytes: int
    least_milliseconds: int
    least_handshake: int
    swift_connection: int


class Taxonomy(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Mechanisms, kinds of failure, and the constants of reading."""

    mechanisms: tuple[str, ...]
    kinds: dict[str, tuple[str, ...]]
    home: dict[Literal["dns", "tcp", "tls"], tuple[str, ...]]
    operations: dict[Literal["dns", "tcp", "tls", "http"], tuple[str, ...]]
    reading: Reading
    resolvers: Resolvers
    chosen: Chosen
    pages: Pages
    timing: Timing


def read_ruleset(
    content: str, *, features: Mapping[str, Feature], layers: tuple[str, ...], mechanisms: tuple[str, ...]
) -> Ruleset:
    """The checked rules of a file.

    Raises `ValueError` for malformed TOML, a repeated id, an unknown layer, feature or mechanism, a condition of the wrong
    type, a layer without rules, a layer whose last rule does not catch all, a rule after one that does, or a bad state
    without a mechanism.
    """
    ruleset = msgspec.convert(tomllib.loads(content), Ruleset)
    seen: set[RuleId] = set()
    for rule in ruleset.rule:
        if rule.id in seen:
            raise ValueError(f"rule {rule.id}: the id stands twice")
        seen.add(rule.id)
        if rule.layer not in layers:
            raise ValueError(f"rule {rule.id}: layer {rule.layer!r} is none of {', '.join(layers)}")
        if rule.mechanism is not None and rule.mechanism not in mechanisms:
            raise ValueError(f"rule {rule.id}: mechanism {rule.mechanism!r} is not in {TAXONOMY_FILE}")
        if (rule.mechanism is not None) != (rule.state in (State.BLOCKED, State.LIKELY_BLOCKED, State.THROTTLED)):
            raise ValueError(f"rule {rule.id}: a rule names a mechanism exactly when its state blames somebody")
        for name, condition in rule.when.items():
            _check_condition(rule, name, condition, features)
        for name in _PLACEHOLDER.findall(rule.reason):
            if name not in features or rule.layer not in features[name].layers:
                raise ValueError(f"rule {rule.id}: the reason names {name!r}, which is no feature of layer {rule.layer}")
    for layer in layers:
        conditions = [bool(rule.when) for rule in ruleset.rule if rule.layer == layer]
        if not conditions or conditions[-1]:
            raise ValueError(f"layer {layer}: the last rule must have no condition, so that it catches all")
        if not all(conditions[:-1]):
            raise ValueError(f"layer {layer}: a rule follows one without conditions and can never be reached")
    return ruleset


def _check_condition(rule: Rule, name: str, condition: Condition, features: Mapping[str, Feature]) -> None:
    feature = features.get(name)
    if feature is None or rule.layer not in feature.layers:
        raise ValueError(f"rule {rule.id}: {name!r} is no feature of layer {rule.layer}")
    fits = {
        "flag": isinstance(condition, bool),
        "number": isinstance(condition, Bounds) or (isinstance(condition, int) and not isinstance(condition, bool)),
        "text": isinstance(condition, (str, list)),
    }[feature.kind]
    if not fits:
        raise ValueError(f"rule {rule.id}: {name!r} is a {feature.kind} and cannot be compared with {condition!r}")


def _holds(name: str, condition: Condition) -> pl.Expr:
    column = pl.col(name)
    if isinstance(condition, Bounds):
        low = column >= condition.min if condition.min is not None else pl.lit(True)
        high = column <= condition.max if condition.max is not None else pl.lit(True)
        return low & high
    if isinstance(condition, list):
        return column.is_in(condition)
    return column == condition


def _applies(rule: Rule) -> pl.Expr:
    conditions = [_holds(name, condition) for name, condition in rule.when.items()]
    return pl.all_horizontal(*conditions).fill_null(False) if conditions else pl.lit(True)


def _sentence(rule: Rule) -> pl.Expr:
    names = _PLACEHOLDER.findall(rule.reason)
    template = _PLACEHOLDER.sub("{}", rule.reason)
    return (
        pl.format(template, *(pl.col(name).cast(pl.String).fill_null("unknown") for name in names))
        if names
        else pl.lit(template)
    )


def verdict_columns(table: pl.DataFrame, ruleset: Ruleset) -> pl.DataFrame:
    """The table with the columns rule, state, evidence, mechanism and reason, by the first rule of the row's layer that holds.

    A missing feature (null) satisfies no condition. A row whose layer has no rules is refused with `ValueError`.
    """
    return told(table.with_columns(fired(table, ruleset)), ruleset)


def fired(table: pl.DataFrame, ruleset: Ruleset) -> pl.Series:
    """The position of the first rule of each row's layer that holds, named `rule_number`; raises as `verdict_columns`."""
    numbers = pl.Series("rule_number", [None], dtype=pl.UInt16).new_from_index(0, table.height)
    rows = table.with_row_index("row_number")
    for (layer,), part in rows.group_by("layer"):
        if layer not in ruleset.first_that_holds:
            raise ValueError(f"no rules for layers {[layer]}")
        number = part.select(ruleset.first_that_holds[str(layer)]).to_series()
        numbers = numbers.scatter(part["row_number"], number)
    return numbers


def told(table: pl.DataFrame, ruleset: Ruleset) -> pl.DataFrame:
    """The table, whose `rule_number` says which rules held, with what these rules say."""
    number = table["rule_number"].cast(pl.Int64)
    rules = pl.DataFrame(
        [(rule.id, rule.state.value, rule.evidence.value, rule.mechanism) for rule in ruleset.rule],
        schema=dict.fromkeys(("rule", "state", "evidence", "mechanism"), pl.String),
        orient="row",
    )
    parts = [pl.DataFrame(schema={"row_number": pl.UInt32, "reason": pl.String})]
    for index in number.unique():
        rule = ruleset.rule[index]
        named = table.select(pl.col("rule_number"), *sorted(set(_PLACEHOLDER.findall(rule.reason))))
        of_rule = named.with_row_index("row_number").filter(pl.col("rule_number") == index)
        parts.append(of_rule.select("row_number", _sentence(rule).alias("reason")))
    reasons = pl.concat(parts).sort("row_number").select("reason")
    return pl.concat([table, rules[number], reasons], how="horizontal")


def _read(name: str) -> str:
    return (resources.files("admittance.judge") / "rules" / name).read_text(encoding="utf-8")


TAXONOMY = msgspec.convert(tomllib.loads(_read(TAXONOMY_FILE)), Taxonomy)
"""Mechanisms, kinds of failure, and the constants of reading."""

NETWORK_RULES = read_ruleset(_read(NETWORK_FILE), features=FEATURES, layers=NETWORK_RULE_LAYERS, mechanisms=TAXONOMY.mechanisms)
"""Rules of the network gate, in order."""

REMOTE_RULES = read_ruleset(
    _read(REMOTE_FILE), features=REMOTE_FEATURES, layers=REMOTE_RULE_LAYERS, mechanisms=TAXONOMY.mechanisms
)
"""Rules of the network gate for the arm `remote`, in order."""

STORE_RULES = read_ruleset(
    _read(STORES_FILE), features=SNAPSHOT_FEATURES, layers=STORE_RULE_LAYERS, mechanisms=TAXONOMY.mechanisms
)
"""Rules of the store gate, in order."""

LISTING_RULES = read_ruleset(
    _read(LISTINGS_FILE), features=SNAPSHOT_FEATURES, layers=LISTING_RULE_LAYERS, mechanisms=TAXONOMY.mechanisms
)
"""Rules of the listing gate, in order."""

CONTENT_RULES = read_ruleset(
    _read(CONTENT_FILE), features=SNAPSHOT_FEATURES, layers=CONTENT_RULE_LAYERS, mechanisms=TAXONOMY.mechanisms
)
"""Rules of the content gate, in order."""

FUNCTION_RULES = read_ruleset(
    _read(FUNCTIONS_FILE), features=FUNCTION_FEATURES, layers=FUNCTION_RULE_LAYERS, mechanisms=TAXONOMY.mechanisms
)
"""Rules of the function gate for what was tried, in order."""

SNAPSHOT_RULES: tuple[Rule, ...] = (*STORE_RULES.rule, *LISTING_RULES.rule, *CONTENT_RULES.rule, *FUNCTION_RULES.rule)
"""Every rule that judges readings of snapshot tables."""

RULES: tuple[Rule, ...] = (*NETWORK_RULES.rule, *REMOTE_RULES.rule, *SNAPSHOT_RULES)
"""Every rule of every gate."""

_FILES: dict[Gate, tuple[str, ...]] = {
    Gate.NETWORK: (NETWORK_FILE, REMOTE_FILE, TAXONOMY_FILE, MASKS_FILE),
    Gate.STORE: (STORES_FILE,),
    Gate.LISTING: (LISTINGS_FILE, LISTING_MARKS_FILE),
    Gate.CONTENT: (CONTENT_FILE, CONTENT_MARKS_FILE),
    Gate.FUNCTION: (FUNCTIONS_FILE,),
}
"""What the verdicts of each gate hang on. What measurements say of a function is a verdict of the network gate."""

_RULESETS = {
    Gate.NETWORK: (NETWORK_RULES, REMOTE_RULES),
    Gate.STORE: (STORE_RULES,),
    Gate.LISTING: (LISTING_RULES,),
    Gate.CONTENT: (CONTENT_RULES,),
    Gate.FUNCTION: (FUNCTION_RULES,),
}

LEARNING = "2"
"""Raised when controls are built otherwise from the same observations."""


def _version(declared: Iterable[str], files: Iterable[str]) -> str:
    """Declared versions, and 12 hex digits of SHA-256 over the files."""
    digest = hashlib.sha256("\0".join(_read(name) for name in files).encode()).hexdigest()
    return f"{'.'.join(declared)}+{digest[:12]}"


RULESET_VERSIONS: dict[Gate, str] = {
    gate: _version((rules.version for rules in rulesets), _FILES[gate]) for gate, rulesets in _RULESETS.items()
}
"""Of each gate the version of its rules, which its verdicts bear: a change at one gate has no other judged anew."""

LEARNING_VERSION = _version([LEARNING], [TAXONOMY_FILE, MASKS_FILE])
"""The version of how controls are built: rules may change and leave them as they are."""

RULESET_VERSION = _version(
    (rules.version for rulesets in _RULESETS.values() for rules in rulesets),
    (name for names in _FILES.values() for name in names),
)
"""That of all gates together, which episodes and corroborations bear."""
