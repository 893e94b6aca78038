from pathlib import Path

from admittance.judge import RULES
from admittance.judge.reference import rules_page

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "rules.md"


def test_the_page_is_written_from_the_rules() -> None:
    assert PAGE.read_text(encoding="utf-8") == rules_page()


def test_every_rule_stands_in_it() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert [rule.id for rule in RULES if f"### `{rule.id}`" not in page] == []
