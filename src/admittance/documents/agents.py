"""Who acts in a Chinese sentence: whom a word for "by" marks, and which country does something upon something."""

from __future__ import annotations

import re

from admittance.documents.find import Scene
from admittance.documents.gazetteer import ACTING, Noun

__all__ = ["at_behest", "does_upon", "its_body", "marked", "marked_agent", "may_act"]

_BY = ("被", "遭", "由", "受", "遭到", "受到", "获")
_ITS_BODY = re.compile(r"的?(?:一家|一个|一名|某|联邦|国家|地方|当地|最高)*")
_WANTS = re.compile(r"的?(?:要求|命令|施压|压力|请求|指示|指令|督促)[之]?下")
_WHEN = (
    r"[\d年月日号时点分,]|(?:去|今|前|同|次|当)年|(?:上|本|这)(?:个)?(?:周|月|星期)[一二三四五六日天]?|(?:周|星期|礼拜)[一二三四五六日天]"
    r"|当地时间|[今昨当次同翌]?(?:天|日|晚|晨)|凌晨|清晨|早上|上午|中午|下午|傍晚|晚间|晚上|深夜|午夜|昨|月份|年初|年底|月初|月底|中旬|上旬|下旬"
    r"|近日|日前|近期|近来|最近|不久前|前不久|此前|随后|其后|之后|稍早|早些时候|[自从于在]|起|开始|以来|期间|到|至"
)
_HOW = (
    r"全国|全境|部分|局部|暂时|临时|逐步|早(?:已|就)?|政府|当局|官方|方面|已经?|还|也|又|曾经?|一度|先后|陆续|则|均|都|同时|正式|全面|再次|再度|首次|突然|紧急|依法|将"
    r"|宣布|决定|证实|确认|承认|表示|称|说|,?(?:并|于是)"
)
_WHY = (
    r"(?:在|于|因|为|以|应|出于|鉴于)[^,。;在]{1,30}?(?:中|时|期间|后|前|前夕|之际|为由|下|抗议|骚乱|大选|政变|缘故|考虑|需要)"
)
_ADVERBS = rf"(?:{_WHEN}|{_HOW}|{_WHY})*"
_UPON = r"(?:(?:对|针对|将|把|就|向|给予)[^,。;]{1,80}?)"
_NOUN = r"(?:的(?:全面|大规模|网络|最新|临时|长期|官方|新一轮)*)"
_NET = re.compile(r"(?:移动|全国|固定)*(?:互联网|网络|宽带)")  # 伊朗互联网恢复: what comes back is the subject
_ACTS = re.compile(rf"{_ADVERBS}(?:{_UPON}{_NOUN}?)?")


def marked(lowered: str, noun: Noun) -> bool:
    """Whether a word for "by" stands right before a noun: 被俄罗斯封锁, 遭到法院封锁."""
    return lowered.endswith(_BY, max(0, noun.start - 2), noun.start)


def at_behest(scene: Scene, noun: Noun, lowered: str) -> bool:
    """Whether something comes about as a body wants: 在法院的要求下."""
    body = its_body(scene, noun, lowered)
    return lowered.endswith("在", 0, noun.start) and _WANTS.match(lowered, body.end) is not None


def its_body(scene: Scene, noun: Noun, lowered: str) -> Noun:
    """The body named by a general word right after its country, as in 土耳其一家法院; else the noun itself."""
    if noun.kind != "country":
        return noun
    later = (one for one in scene.nouns if one.start >= noun.end and one.kind == "actor")
    return next((one for one in later if _ITS_BODY.fullmatch(lowered, noun.end, one.start)), noun)


def does_upon(scene: Scene, noun: Noun, lowered: str, position: int) -> bool:
    """Whether nothing but times, manners and what is acted upon stand between a noun and its verb: 俄罗斯8日将领英封锁."""
    within = any(other.kind == "country" and other.end == noun.start for other in scene.nouns)  # 在俄罗斯达吉斯坦
    return not within and _NET.match(lowered, position) is None and _ACTS.fullmatch(lowered, noun.end, position) is not None


def may_act(noun: Noun) -> bool:
    """Whether a noun may be who acts: an office, a country, or a country's bodies of one kind taken together: 各地网信部门."""
    return noun.kind in ACTING or (noun.kind == "group" and noun.country is not None)


def marked_agent(scene: Scene, lowered: str, position: int, limit: int) -> Noun | None:
    """Who acts in a Chinese passive: 被俄罗斯封锁, 遭到土耳其一家法院封锁."""
    for noun in reversed(scene.nouns):
        if noun.end <= position and noun.start >= limit and may_act(noun) and marked(lowered, noun):
            return its_body(scene, noun, lowered)
    return None
