"""The reference page of the rules, written from the rules themselves."""

from admittance.judge.features import FEATURES, FUNCTION_FEATURES, REMOTE_FEATURES, SNAPSHOT_FEATURES, Feature
from admittance.judge.masks import HELPERS, MASKS, Mask
from admittance.judge.ruleset import NETWORK_RULES, REMOTE_RULES, SNAPSHOT_RULES, TAXONOMY, Bounds, Condition, Rule

__all__ = ["rules_page"]

TITLES = {
    "dns": "Network gate: names (dns)",
    "tcp": "Network gate: connections (tcp)",
    "tls": "Network gate: handshakes (tls)",
    "http": "Network gate: pages (http)",
    "quic": "Network gate: handshakes over QUIC (quic)",
    "store": "Store gate",
    "listing": "Listing gate",
    "content": "Content gate",
    "attempt": "Function gate: what was tried (attempt)",
}

REMOTE_TITLES = {
    "dns": "From afar: a resolver's answers (dns)",
    "tcp": "From afar: connections that carried no name (tcp)",
    "tls": "From afar: hellos with the name (tls)",
    "http": "From afar: requests with the name (http)",
}

INTRODUCTION = """# Rules

This page is written from the rule files by `python -m admittance.judge.reference`; a test holds it to them.

Within a layer rules are tried from top to bottom; the first whose conditions all hold decides. A feature without a value
satisfies no condition. Ids, mechanisms and features keep their meaning for ever: what means something else gets a new name.
Why the rules are as they are is told in [how measurements are judged](../explanation/judging.md).
"""


def rules_page() -> str:
    """The page in Markdown: rules by layer, features, mechanisms and kinds of failure."""
    parts = [INTRODUCTION]
    known = (*NETWORK_RULES.rule, *SNAPSHOT_RULES)
    for layer, title in TITLES.items():
        rules = [rule for rule in known if rule.layer == layer]
        parts.append(f"## {title}\n\n" + "\n".join(_entry(rule) for rule in rules))
    for layer, title in REMOTE_TITLES.items():
        parts.append(f"## {title}\n\n" + "\n".join(_entry(rule) for rule in REMOTE_RULES.rule if rule.layer == layer))
    parts.append("## Features\n\n" + _table_of(*FEATURES.items(), *SNAPSHOT_FEATURES.items(), *FUNCTION_FEATURES.items()))
    parts.append("## Features of what was seen from afar\n\n" + _table_of(*REMOTE_FEATURES.items()))
    parts.append("## Mechanisms\n\n" + "\n".join(f"- `{mechanism}`" for mechanism in TAXONOMY.mechanisms) + "\n")
    masks = "\n\n".join(
        f"### `{mask.id}`\n\n{mask.meaning} {_covered(mask)}\n\n- described at {mask.reference}" for mask in MASKS
    )
    parts.append(f"## Known faults of tests\n\nA failure that one of these covers blames nobody.\n\n{masks}\n")
    helpers = "\n\n".join(
        f"### `{helper.id}`\n\n{helper.meaning} `{helper.test}`, versions below {helper.below}, "
        f"until {helper.until:%Y-%m-%d %H:%M} UTC, failures of kind "
        f"{', '.join(f'`{kind}`' for kind in helper.kinds)}.\n\n- described at {helper.reference}"
        for helper in HELPERS
    )
    parts.append(f"## What helpers could not see\n\nThat such a helper met no such failure says nothing.\n\n{helpers}\n")
    kinds = "\n".join(
        f"| `{kind}` | {', '.join(f'`{failure}`' for failure in failures)} |" for kind, failures in TAXONOMY.kinds.items()
    )
    parts.append(
        f"## Kinds of failure\n\nWhatever is not in this table is `other`.\n\n| kind | failures |\n|---|---|\n{kinds}\n"
    )
    return "\n".join(parts)


def _table_of(*features: tuple[str, Feature]) -> str:
    rows = (f"| `{name}` | {feature.kind} | {', '.join(feature.layers)} | {feature.meaning} |\n" for name, feature in features)
    return "| feature | kind | layers | meaning |\n|---|---|---|---|\n" + "".join(rows)


def _entry(rule: Rule) -> str:
    conditions = " and ".join(f"`{name}` {_told(condition)}" for name, condition in rule.when.items()) or "whatever is left"
    blamed = f", mechanism `{rule.mechanism}`" if rule.mechanism else ""
    given = f"state `{rule.state}`, evidence `{rule.evidence}`{blamed}"
    return f"### `{rule.id}`\n\n{rule.meaning}\n\n- when {conditions}\n- {given}\n"


def _covered(mask: Mask) -> str:
    versions = f"versions below {mask.below}" if mask.below else "all versions"
    kinds = f", failures of kind {', '.join(f'`{kind}`' for kind in mask.kinds)}" if mask.kinds else ""
    hosts = f", asked for {', '.join(f'`{host}`' for host in mask.hosts)}" if mask.hosts else ""
    return f"`{mask.test}`, {versions}, since {mask.since:%Y-%m-%d %H:%M} UTC{hosts}{kinds}."


def _told(condition: Condition) -> str:
    if isinstance(condition, Bounds):
        low = [f"at least {condition.min}"] if condition.min is not None else []
        high = [f"at most {condition.max}"] if condition.max is not None else []
        return " and ".join(low + high)
    if isinstance(condition, list):
        return "is " + " or ".join(f"`{value}`" for value in condition)
    return f"is `{str(condition).lower() if isinstance(condition, bool) else condition}`"


if __name__ == "__main__":
    import sys

    sys.stdout.write(rules_page())
