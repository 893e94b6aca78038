import re

import polars as pl
import pytest

from admittance.judge.features import FEATURES
from admittance.judge.ruleset import (
    LEARNING_VERSION,
    RULES,
    RULESET_VERSION,
    RULESET_VERSIONS,
    TAXONOMY,
    read_ruleset,
    verdict_columns,
)
from admittance.model.vocabulary import BAD_STATES, Evidence, State

MECHANISMS_SO_FAR = (
    "dns.injection", "dns.injection.bogon", "dns.injection.known_address", "dns.hijack", "dns.hijack.blockpage", "dns.nxdomain",
    "dns.no_answer", "dns.refused", "dns.servfail", "dns.timeout", "tcp.timeout", "tcp.refused", "tcp.reset", "tcp.unreachable",
    "tls.certificate", "tls.reset", "tls.timeout", "tls.closed", "tls.alert", "http.blockpage", "http.different_page",
    "http.reset", "http.timeout", "http.closed", "quic.timeout", "quic.reset", "quic.certificate", "http.tunnel",
)  # fmt: skip

RULE = """
[[rule]]
id = "{id}"
layer = "{layer}"
when = {when}
state = "{state}"
evidence = "scored"
{mechanism}
meaning = "A meaning."
reason = "{reason}"
"""


def rule(
    identity: str = "a",
    layer: str = "tcp",
    when: str = "{}",
    state: str = "ok",
    mechanism: str = "",
    reason: str = "a reason",
) -> str:
    return RULE.format(id=identity, layer=layer, when=when, state=state, mechanism=mechanism, reason=reason)


@pytest.mark.parametrize(
    ("rules", "complaint"),
    [
        (rule("a", when="{ worked = 1 }") + rule("a"), "stands twice"),
        (rule(layer="udp"), "layer 'udp'"),
        (rule(when="{ colour = true }") + rule("b"), "'colour' is no feature"),
        (rule(when="{ answered = true }") + rule("b"), "'answered' is no feature of layer tcp"),
        (rule(when="{ worked = true }") + rule("b"), "is a number"),
        (rule(when="{ kind = 3 }") + rule("b"), "is a text"),
        (rule(when="{ worked = 1 }"), "last rule must have no condition"),
        (rule("a") + rule("b"), "can never be reached"),
        (rule(state="blocked"), "names a mechanism exactly when"),
        (rule(mechanism='mechanism = "tcp.reset"'), "names a mechanism exactly when"),
        (rule(state="blocked", mechanism='mechanism = "tcp.magic"'), "'tcp.magic' is not in"),
        (rule(reason="{answers} came"), "the reason names 'answers'"),
        (rule() + 'colour = "red"', "colour"),
    ],
)
def test_a_file_that_contradicts_itself_is_refused(rules: str, complaint: str) -> None:
    with pytest.raises(ValueError, match=re.escape(complaint)):
        read_ruleset('version = "1"\n' + rules, features=FEATURES, layers=("tcp",), mechanisms=TAXONOMY.mechanisms)


def test_the_first_rule_that_holds_decides() -> None:
    text = (
        'version = "1"\n'
        + rule("first", when="{ worked = { min = 2 } }")
        + rule("second", when="{ worked = { min = 1 } }")
        + rule("last")
    )
    rules = read_ruleset(text, features=FEATURES, layers=("tcp",), mechanisms=TAXONOMY.mechanisms)
    table = pl.DataFrame({"layer": ["tcp"] * 4, "worked": [3, 1, 0, None]})
    judged = verdict_columns(table, rules).sort("worked", descending=True, nulls_last=True)
    assert judged["rule"].to_list() == ["first", "second", "last", "last"]


def test_a_reason_tells_the_numbers() -> None:
    text = 'version = "1"\n' + rule(reason="{failed} of {attempted} failed: {failure}")
    rules = read_ruleset(text, features=FEATURES, layers=("tcp",), mechanisms=TAXONOMY.mechanisms)
    table = pl.DataFrame({"layer": ["tcp"], "failed": [12], "attempted": [12], "failure": pl.Series([None], dtype=pl.String)})
    assert verdict_columns(table, rules)["reason"].to_list() == ["12 of 12 failed: unknown"]


def test_a_layer_without_rules_is_refused() -> None:
    rules = read_ruleset('version = "1"\n' + rule(), features=FEATURES, layers=("tcp",), mechanisms=TAXONOMY.mechanisms)
    with pytest.raises(ValueError, match="no rules for layers"):
        verdict_columns(pl.DataFrame({"layer": ["smoke"]}), rules)


def test_ids_are_unique_over_all_gates_and_meanings_are_one_sentence() -> None:
    identities = [rule.id for rule in RULES]
    assert len(set(identities)) == len(identities)
    for each in RULES:
        assert each.meaning.endswith(".")
        assert "\n" not in each.meaning


def test_blame_is_always_scored_and_blocked_only_by_an_artefact() -> None:
    for each in RULES:
        if each.state in BAD_STATES:
            assert each.evidence is Evidence.SCORED
        if each.state is State.BLOCKED:
            conditions = set(each.when) | {value for value in each.when.values() if isinstance(value, str)}
            assert conditions & {
                "bogon",
                "known_answer",
                "known_page",
                "blockpage",
                "raced",
                "listed_before",
                "listed",
                "withheld",
                "http_451",
                "handed_out",
            }, each.id


def test_discarded_evidence_never_counts() -> None:
    for each in RULES:
        if each.evidence is not Evidence.SCORED:
            assert each.state in (State.INSUFFICIENT, State.FAILED)


def test_mechanisms_are_only_added() -> None:
    assert TAXONOMY.mechanisms[: len(MECHANISMS_SO_FAR)] == MECHANISMS_SO_FAR


def test_a_failure_has_one_kind_and_a_kind_one_home() -> None:
    failures = [failure for kind in TAXONOMY.kinds.values() for failure in kind]
    assert len(set(failures)) == len(failures)
    kinds = [kind for layer in TAXONOMY.home.values() for kind in layer]
    assert len(set(kinds)) == len(kinds)
    assert set(kinds) <= set(TAXONOMY.kinds)


def test_the_version_is_declared_and_hashed() -> None:
    for version in (RULESET_VERSION, LEARNING_VERSION, *RULESET_VERSIONS.values()):
        assert re.fullmatch(r"\d+(\.\d+)*\+[0-9a-f]{12}", version)
    assert len(set(RULESET_VERSIONS.values())) == len(RULESET_VERSIONS)
