"""How many: what a measure counts, and the sum of a fine."""

from __future__ import annotations

import re
from decimal import Decimal

from msgspec import UNSET

from admittance.documents.draft import Draft
from admittance.documents.find import Scene, Story, undated
from admittance.documents.numerals import NUMBER_WORDS
from admittance.model.documents import ActionType, Quantity, QuantityOf, Span

__all__ = ["add_quantities"]

_AFTER_OF: dict[str, QuantityOf] = {"款": "apps", "条": "items", "件": "items", "名": "accounts"}
_APPS = ("app", "vpn", "application", "应用", "软件", "款")
_NUMBER = re.compile(r"\d[\d,]*(?:\.\d+)?")
_TOTAL = re.compile(r"(?:累计|共计|合计|总计|总额|计)[^,。;]{0,6}$|\b(?:total(?:l?ing)?(?: of)?|altogether|in all)\s*$")
_MASS = frozenset({ActionType.APP_REMOVAL, ActionType.BLOCK})


def add_quantities(story: Story, draft: Draft) -> None:
    """Fills what a draft counts, and whether it only counts."""
    low, clause = story.lowered, draft.clause
    patterns = draft.scene.language.patterns
    if draft.type == ActionType.FINE:
        match = _sum_fined(draft, low)
        if match is not None:
            draft.quantity.append(_sum_of_money(match.group(), draft, story.clean.span(match.start(), match.end())))
        return
    number_noun = draft.group.number_noun if draft.group else None
    if number_noun is not None:
        draft.aggregate = draft.type in _MASS and not draft.targets and not (draft.group and draft.group.members)
        return
    after = patterns["counted_after"].match(low, draft.found.end, clause[1])
    if after is not None and all(noun.kind == "group" for noun in draft.targets):
        span = story.clean.span(after.start(1), after.end(2))
        of = _AFTER_OF.get(after.group(2), "targets")
        draft.quantity.append(Quantity(value=_magnitude(after, draft), of=of, span=span))
        draft.aggregate = True
        return
    text = " " * clause[0] + undated(low[clause[0] : clause[1]], draft.scene.language)
    for match in patterns["counted"].finditer(text, clause[0], clause[1]):
        word, head = match.group(1), match.group(match.lastindex or 1)
        if draft.frame is None and abs(match.start() - draft.found.start) > 90:
            continue
        low_end, high_start = sorted((match.end(), draft.found.start))
        if any(low_end <= other.start < high_start for other in draft.scene.triggers if other.start != draft.found.start) or (
            match.end() < draft.found.start
            and any(
                match.start() > other.start and other.trigger.type != draft.type
                for other in draft.scene.triggers
                if other.start < match.start()
            )
        ):
            continue
        value = _value(word, draft.scene)
        of = _counted_kind(head, draft)
        span = story.clean.span(match.start(), match.end())
        draft.quantity.append(Quantity(value=value, of=of, approx=isinstance(value, str), span=span))
        mass = draft.type in _MASS or not draft.implementers
        many = draft.type in _MASS if isinstance(value, str) else value > 1
        if not draft.targets and mass and many:
            draft.aggregate = True
        return


def _sum_fined(draft: Draft, low: str) -> re.Match[str] | None:
    """The sum of a fine: what is called the total, else the first one after the words that say it, else the one before them."""
    sentence = draft.scene.sentence
    sums = list(draft.scene.language.patterns["money"].finditer(low, sentence.start, sentence.end))
    total = next((one for one in sums if _TOTAL.search(low, max(sentence.start, one.start() - 12), one.start())), None)
    after = next((one for one in sums if one.start() >= draft.found.start), None)
    return total or after or (sums[-1] if sums else None)


def _sum_of_money(words: str, draft: Draft, span: Span) -> Quantity:
    """A sum as a number with its currency; the words themselves when no number can be read."""
    language = draft.scene.language
    units = (name for name, pattern in language.currencies.items() if pattern.search(words))
    unit = next(units, None)
    if unit is not None and ":" in unit:
        by_country = dict(pair.split(":") for pair in unit.split())
        unit = by_country.get((draft.country or "")[:2], list(by_country.values())[-1])
    number = _NUMBER.search(words)
    if number is not None:
        value = Decimal(number.group().replace(",", "").rstrip("."))
        rest = words[number.end() :]
    else:
        word, _, rest = words.partition(" ")
        spelled = language.nouns.numbers.get(word, NUMBER_WORDS.get(word))
        if spelled is None:
            return Quantity(value=span.quote, of="money", unit=unit or UNSET, span=span)
        value, rest = Decimal(spelled), " " + rest
    factors = sorted(language.multipliers.items(), key=lambda row: -len(row[0]))
    for _ in range(2):  # "two hundred million"
        for word, factor in factors:
            step = re.match(rf"\s?(?:余)?{word}" + (r"\b" if word.isascii() else ""), rest)
            if step is not None:
                value *= Decimal(factor)
                rest = rest[step.end() :]
                break
    exact = int(value) if value == value.to_integral_value() else float(value)
    return Quantity(value=exact, of="money", unit=unit or UNSET, approx="余" in rest or UNSET, span=span)


def _value(word: str, scene: Scene) -> int | str:
    digits = word.replace(",", "")
    if digits.isdigit():
        return int(digits)
    known = scene.language.nouns.numbers.get(word)
    return known if known is not None else word


def _magnitude(match: re.Match[str], draft: Draft) -> int | str:
    """The number of a count in digits, with the 万 or 亿 that may follow it."""
    value = Decimal(match.group(1).replace(",", "").rstrip("."))
    for word, factor in draft.scene.language.multipliers.items():
        if word in match.string[match.end(1) : match.start(2)]:
            value *= Decimal(factor)
            break
    return int(value) if value == value.to_integral_value() else match.group(1)


def _counted_kind(head: str, draft: Draft) -> QuantityOf:
    if "account" in head or "账号" in head or "帐号" in head:
        return "accounts"
    if draft.type == ActionType.SERVICE_SHUTDOWN:
        return "targets"
    if head.startswith(_APPS):
        return "apps"
    if head.startswith(("item", "video", "post", "page", "listing", "product")):
        return "items"
    return "targets"
