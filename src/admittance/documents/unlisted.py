"""Names that only a text gives: "the news site Morningpaper", "Talkie, a messaging app, …", "apps like Talkie"."""

from __future__ import annotations

import re
from dataclasses import replace

from admittance.documents.gazetteer import SERVICE_KINDS, Noun

__all__ = ["abbreviated", "unlisted"]

_KIND = re.compile(  # all names are sought beside these words alone: one pass over a text
    r"\b(?:apps?|applications?|messengers?|platforms?|web ?sites?|sites?|outlets?|portals?|newspapers?|broadcasters?|magazines?"
    r"|forums?|search engines?|social networks?|encyclop[ae]+dias?|blogs?|news agency|vpns?|vpn services?"
    r"|publications|chatbots|games|services|VPNs|VPN services)\b"
)
_NAME = (
    r"(?!(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|(?:January|February|March|April|May|June|July|August|September|October"
    r"|November|December|Android|Internet|Store|VPNs?|Apps?|Platform|I|In|On|At|By|As|It|Its|He|She|They|We|This|That|These|Those|An?|And|But|For|From|To"
    r"|The (?:[A-Z]\w+ )?(?:Ministry|Government|Court|Regulator))\b)"
    r"(?:The )?(?:[A-Z][\w&’'-]*[\w]|\d\w*[A-Z]\w+)(?: [A-Z][\w&-]*\w){0,2}"
)
_CALLED = r"(?:called |named |known as )?[“\"‘']?"
_BEHIND = re.compile(rf" (?:of )?{_CALLED}({_NAME})(?=[\s,.;:’”\")]|$)")
_BEHIND_ALL = re.compile(rf" (?:of |called |named |known as ){_CALLED}({_NAME})(?=[\s,.;:’”\")]|$)")
_AHEAD = re.compile(rf"(?<![\w.] )\b({_NAME}), (?:an?|the|one of the) (?:[\w'’-]+ ){{0,5}}?$")
_INTO = (  # what opens the names of a set
    r"(?:(?: (?:[a-z][\w'’-]*|[A-Z]\w+day)){0,6}?,? (?:notably|(?:most |more )?prominently|including|such as"
    r"|like|namely|among them|in particular|particularly|especially|among others,)(?: of)?:? |: | [–—-] )"
)
_ITEM = rf"(?:[\w.'’-]+ ){{0,6}}?[“\"‘']?{_NAME}[”\"’']?"
_JOINED = rf"{_ITEM}(?:, {_ITEM})*,? (?:and|or|as well as) {_ITEM}"
_ITEMS = rf"({_JOINED}|{_ITEM}(?:, {_ITEM})*(?=[.;)]|$)|{_ITEM})(?=[\s,.;:)–—]|$)"
_LISTED = re.compile(rf"{_INTO}{_ITEMS}")
_SIDE_BY_SIDE = re.compile(rf" (?=[“\"‘']?[A-Z])({_JOINED})(?=[\s,.;:)–—]|$)")
_COUNTED = re.compile(r"\b(?:\d+|two|three|four|five|six|seven|eight|nine|ten|several)(?: [a-z][\w-]*){0,4} $")
_AFTER_COUNT = re.compile(f", {_ITEMS}")
_REACH = 90  # characters before a word for services
_LAST_NAME = re.compile(rf"[“\"‘']?({_NAME})[”\"’']?$")
_NEXT_ITEM = re.compile(r",? (?:and|or|as well as) |, ")
_SPEAKS = re.compile(r",? (?:\w+ )?(?:said|says|reported|reports|told|confirmed|wrote|announced)\b")


_SHORT = re.compile(r" ?\(([A-Z][A-Za-z&.-]{0,8}[A-Z])\)")
_LISTABLE = SERVICE_KINDS | {"monitor", "single", "plural", "counted"}
_CAPITALS = re.compile(r"(?<![\w-])[A-Z][A-Za-z&.-]{0,8}[A-Z](?![\w-])")


def abbreviated(nouns: list[Noun], text: str) -> list[Noun]:
    """The nouns, with every later occurrence of an abbreviation that the text gives one of them in brackets."""
    given: dict[str, tuple[int, Noun]] = {}
    for noun in nouns:
        short = _SHORT.match(text, noun.end) if noun.entity is not None else None
        if short is not None:
            given.setdefault(short.group(1), (short.end(), noun))
    if not given:
        return nouns
    taken = {at for noun in nouns for at in range(noun.start, noun.end)}
    found = [
        replace(given[word][1], start=match.start(), end=match.end(), how="alias", head=word)
        for match in _CAPITALS.finditer(text)
        if (word := match.group()) in given and match.start() > given[word][0] and taken.isdisjoint(range(*match.span()))
    ]
    return sorted([*nouns, *found], key=lambda noun: noun.start)


_ZH_KIND = r"(?:平台|网站|app|应用|客户端|软件|小程序|程序|社区|论坛|浏览器)"
_ZH_RUN = re.compile(  # "甲""乙"等…平台, and "甲"平台
    rf'((?:"[^"《》,。;、]{{2,16}}"[、和及与,]?)+)(?:(等)[^,。;:"《》、]{{0,48}}?|(?:(?!专项|行动|问题|乱象|现象|[封禁该这此其停被将对])[^,。;:"《》、]){{0,24}}?)'
    rf"{_ZH_KIND}"
)
_ZH_HEADED = re.compile(rf'{_ZH_KIND}"([^"《》,。;、]{{2,16}})"')
_ZH_QUOTED = re.compile(r'"([^"]+)"')
_ZH_COMMON = re.compile(
    r"(?:全面)?(?:封杀|封锁|封禁|屏蔽|下架|断网|解封|限流|约谈|整改|禁用|删除)令?$|翻墙|山寨|三无|僵尸|李鬼|钓鱼|仿冒|自媒体|清朗|净网|剑网|护苗|.*(?:行动|计划|模式|经济|现象|专项|主义)$|[^\w]|\d+$"
)
_ZH_NEAR = 8  # characters between one quoted name and its kind


def _quoted(text: str, lowered: str) -> set[str]:
    """Names in quotation marks that a Chinese text calls a service."""
    found: set[str] = set()
    if '"' not in lowered:
        return found
    for match in _ZH_RUN.finditer(lowered):
        many = match.group(2) is not None or match.group(1).count('"') > 2
        if many or match.end() - match.end(1) <= _ZH_NEAR:
            found |= {text[one.start(1) : one.end(1)] for one in _ZH_QUOTED.finditer(lowered, *match.span(1))}
    found |= {text[match.start(1) : match.end(1)] for match in _ZH_HEADED.finditer(lowered)}
    return {name for name in found if not _ZH_COMMON.match(name)}


def unlisted(nouns: list[Noun], text: str, lowered: str) -> list[Noun]:
    """The nouns, with every occurrence of a name that the text once calls a service and no noun stands for."""
    taken = {at for noun in nouns for at in range(noun.start, noun.end)}
    names: set[str] = set()
    for kind in _KIND.finditer(text):
        first, last = kind.span()
        several = text[last - 1] == "s"
        ahead = _AHEAD.search(text[max(0, first - _REACH) : first])
        behind = (_BEHIND_ALL if several else _BEHIND).match(text, last)
        if ahead is not None and taken.isdisjoint(range(*(max(0, first - _REACH) + at for at in ahead.span(1)))):
            names.add(ahead.group(1))
        if behind is not None and taken.isdisjoint(range(*behind.span(1))):
            names.add(behind.group(1))
        if several:
            listed = _LISTED.match(text, last) or _SIDE_BY_SIDE.match(text, last)
            if listed is None and _COUNTED.search(text, max(0, first - _REACH), first):
                listed = _AFTER_COUNT.match(text, last)
            names |= _items(listed, nouns, text) if listed is not None else set()
    quoted = _quoted(text, lowered)
    if not names and not quoted:
        return nouns
    each = [rf"\b{re.escape(name)}\b" for name in names]
    each += [rf'(?<="){re.escape(name)}(?=")' for name in quoted]
    anywhere = re.compile("|".join(sorted(each, key=len, reverse=True)))
    in_names = {at for noun in nouns if noun.kind != "country" for at in range(noun.start, noun.end)}
    found = [
        Noun(match.start(), match.end(), "unknown", head=match.group())
        for match in anywhere.finditer(text)
        if (in_names if match.group() in quoted else taken).isdisjoint(range(*match.span()))
    ]
    spans = [(one.start, one.end) for one in found]
    kept = [noun for noun in nouns if noun.kind != "country" or not any(a <= noun.start < b for a, b in spans)]
    return sorted([*kept, *found], key=lambda noun: noun.start)


def _items(match: re.Match[str], nouns: list[Noun], text: str) -> set[str]:
    """The names that no noun stands for of a list that a set opens: "12 news sites, notably Ranica and Morgenblat"."""
    names: set[str] = set()
    at = match.start(1)
    for item in [*_NEXT_ITEM.finditer(text, at, match.end(1)), None]:
        last = item.start() if item is not None else match.end(1)
        name = _LAST_NAME.search(text, at, last)
        inside = [noun for noun in nouns if noun.start < last and at < noun.end]
        if _SPEAKS.match(text, last) or any(noun.kind not in _LISTABLE and noun.end == last for noun in inside):
            break
        if name is not None and not any(noun.start < name.end() and name.start() < noun.end for noun in inside):
            names.add(name.group(1))
        at = item.end() if item is not None else last
    return names
