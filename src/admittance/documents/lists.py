"""Lists of things in a sentence: what is named right or left of a verb as one enumeration."""

from __future__ import annotations

import re
from bisect import bisect_right

from admittance.documents.find import Scene, Story
from admittance.documents.gazetteer import ACTOR_KINDS, SERVICE_KINDS, Noun

__all__ = ["BULLET", "CARRIERS", "PLACED", "STORES", "THINGS", "TUNNELS", "Lists", "without_heading_groups"]

CARRIERS = frozenset({"isps", "telecom-operators", "mobile-operators"})
STORES = frozenset({"apple-app-store", "google-play", "app-stores"})
THINGS = SERVICE_KINDS | {"plural", "single", "counted", "monitor"}
_UNKNOWN = re.compile(
    r"\s+(?:access to |the |(?:popular |encrypted |messaging |social |media |network |app |platform |service |website "
    r"|site |video |game |gaming |online )*)"
    r"(?!(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|January|February|March|April|May|June|July|August|September"
    r"|October|November|December|VPN|Internet|Apps?\b|The |I )"
    r"((?:[A-Z]|\d(?=\d*[a-z]))[A-Za-z0-9]+(?: [A-Z][A-Za-z0-9]+){0,2})(?=[\s,.;]|$)"
)

_NAMES = frozenset({"app", "platform", "site", "vendor", "unknown"})
TUNNELS = frozenset({"vpn-apps", "vpn-services"})
_BY_MEANS_OF = ("用", "过", "助", "挂", "开")  # 使用翻墙软件也难以连线 speaks of what is reached with it
_MADE_BY = re.compile(r"\b(?:owned|run|operated|developed|made|built) by (?:the )?$")
_HEAD_WORD = re.compile(r"(?:app|platform|service|site|website|network|giant|company|firm)s?,?")
_RELATIVE = re.compile(r",? (?:that|which) (?:was|were|is|are|has been|have been|had been) (?:\w+ly )?")
PLACED = re.compile(r"^ (?:in|across|throughout) (?:the )?[\w'-]+ ")
_IN = re.compile(r"\b(?:in|across|throughout) (?:the )?$")
BULLET = re.compile(r"\W{0,3}(?:[-*•·–]|\d{1,2}[.)]) ?")
_GENERAL = frozenset({"plural", "single", "counted", "group"})
_HEADS_LIST = re.compile(r"(?: (?:access to|of|on))?(?: (?:the|these|at least|following|[\w-]+)){0,5} ?:")
_ZH_THROUGH = ("通过", "透过", "借助", "经由")
_ZH_ON_IT = re.compile(r"(?:、[^,。;、]{1,8})*(?:平台|官方|群组?|公众号|朋友圈|频道|账号|帐号|页面|贴吧)*[上里中]")
_ZH_AMONG = re.compile(r"[)\"》]*(?:平台|网站)?(?:等)?在内[的等]")
_ZH_NAMELY = re.compile(r"[,(]?(?:其中)?(?:包括|例如|如|诸如|即|有|比如)[《\"]?")
_BOUGHT = re.compile(r"(?:'s)? (?:(?!\w+ing\b)[\w$.-]+ ){0,3}?(?:deal|takeover|acquisition|merger|bid|buyout|shares|stock)\b")
_SPEAKS = re.compile(
    r"(?:'s)?(?: (?:news|agency|newspaper|newswire|website|site|channel))*"
    r" (?:said|says|reported|reports|told|confirmed|added|wrote|announced)\b"
)
_EXPLAINED = re.compile(
    r", (?:one of|an?|the|which|who|whose|formerly|owned|part of|itself)\b[^,;]*, *(?:\w+ly |also |still )?"
)
_OWNS = re.compile(r"(?:,? (?:platforms|inc|corp|co|ltd|llc|plc|holdings|technologies)\b\.?)*'s? ")
_ITS_KIND = re.compile(r"(?:(?:[a-z-]+ ){0,2}(?:app|application|service|platform|messenger|site|website|network|unit) )?")
_AND_OTHERS = re.compile(
    r"(?: platforms)? (?:apps|services|products), (?:including|such as|like|among them) "
)  # "Meta apps, including"
_DASHED = re.compile(r" ?[–—-] (?:[\w-]+ ){0,5}")
_APPOSITIVE = re.compile(r", (?:the|a|an|one of|formerly|previously)\b[^,;]{1,90}(?=,)")

_KIND_OF_SITE = r"(?:社交)?(?:平台|app|应用|网站|网页|网|客户端|软件|公司|小程序|直播|论坛)"
_QUOTED = re.compile(
    rf'(?:了)?(?:["《]([^"《》,。;]{{2,16}})["》]的?(?={_KIND_OF_SITE})|(?:[^,。;"]{{0,4}}?){_KIND_OF_SITE}"([^"《》,。;]{{2,16}})")'
)
_LATIN = re.compile(
    rf"(?:了)?[^,。;\"a-z]{{0,16}}?{_KIND_OF_SITE}\s?(?!app|vpn|ios|android|api|http|www)"
    r"([a-z][a-z0-9-]{2,20}(?: [a-z][a-z0-9-]{2,20})?)(?![a-z.])"
)
_QUOTED_BEFORE = re.compile(
    rf'["《]([^"《》,。;]{{2,16}})["》]的?{_KIND_OF_SITE}|{_KIND_OF_SITE}"([^"《》,。;]{{2,16}})"'
    + r'|(?<=[对将])"([^"《》,。;]{2,16})"(?=予以|给予|作出|处|进行|采取|实施|依法)'
)
_ZH_OWNED = re.compile(r"(?:公司|集团)?(?:的|旗下)?[^,、。;和与及]{0,14}")
_ZH_OWN_THING = re.compile(r"^(?:的|旗|公)|(?:应用|服务|软件|平台|app|产品|功能|程序|引擎|浏览器|网站)\"?$")
_OTHER_VERSION = re.compile(r"的?(?:海外|国际)版")  # 抖音海外版TikTok is TikTok
_OF_ITSELF = re.compile(r"\"?(?:[、和及与][^,。;、]{1,8})*(?:将|已|也|均)*")
_ZH_ITS_NET = re.compile(r"(?:公司)?的?(?:宽带|移动)?(?:网络|用户|使用者|客户)")
_INSIDE_TITLE = re.compile(r"[^《》。;]*》")
_ZH_BY_RULES = re.compile(
    r"(?:方面)?(?:(?:表示|称)(?=已))?(?:(?:根据|依据|按照|依照|针对|就|为|因)[^。;]{2,70},)?"
    r"(?:依法|依规|已|在[^,。;]{1,8}?)*(?:(?:对|将|把)[^,。;]{0,60})?$"
)
_ZH_SPEAKS = re.compile(r"》?(?:[中英]文)?(?:网站|网|版|电|讯)?[^,。;]{0,6}(?:报道|报导|消息|引述|援引|称|发现|获悉|指出)")
_UNKNOWN_LISTED = re.compile(r"(?:、\"?[^\s,。;:、的了\"]{1,12}\"?){1,8}[、和与及]?")
_ZH_PATIENT = re.compile(r"[对将向把][^,。]{0,70}$")
_NAMED_AFTER = re.compile(r" [\w.-]+(?: [\w.-]+)?(?:,| and| or) (?:the )?")
_DESCRIBED = re.compile(
    r"^\s?\(?(?:,? ?(?:and|or|as well as|including|such as|along with(?: those of)?)|,| of)"
    r"(?: (?!said|says|which|who|that|has|have|had|was|were|is|are|to|by|for|in|on|at|from|with|after"
    r"|because|it|they|users?|also|not|when)[\w.'-]+){0,4} $"
)


class Lists:
    """Finds enumerations in the scenes of one story."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.low = story.lowered

    def right(self, scene: Scene, position: int, limit: int, skip_stores: bool = False) -> list[Noun]:
        """Things named right of a position, as one list; a stop word or a foreign word ends it."""
        patterns = scene.language.patterns
        found: list[Noun] = []
        at = position
        owner: int | None = None
        for noun in scene.nouns:
            if noun.start < position or (skip_stores and noun.entity in STORES):
                continue
            if self.owner_only(scene, noun):
                owner = noun.start if owner is None else owner
                continue
            if noun.start >= limit and not found:
                break
            if noun.kind not in THINGS:
                if noun.kind == "country" or (noun.kind == "actor" and found):
                    continue
                if noun.kind in ACTOR_KINDS or noun.kind == "actor":
                    if found:
                        break
                    continue
                continue
            gap = self.low[at : noun.start]
            if not found:
                if len(gap) > 110 or patterns["stop_gap"].search(gap):
                    break
            elif not self._goes_on(scene, found[-1], gap if owner is None else self.low[at:owner]):
                break
            owner = None
            if scene.language.code == "zh" and noun.kind in SERVICE_KINDS and self._medium(noun):
                break
            speaks = _SPEAKS if scene.language.code == "en" or noun.kind not in {"publisher", "monitor"} else _ZH_SPEAKS
            if speaks.match(self.low, noun.end):
                break
            found.append(noun)
            at = noun.end
        general = all(noun.kind in _GENERAL for noun in found)
        if general and limit >= scene.sentence.end - 1 and self.low.endswith(":", position, scene.sentence.end):
            found = self._items_below(scene, position) or found
        return without_heading_groups(found, self.low)

    def _items_below(self, scene: Scene, position: int) -> list[Noun]:
        """The things named in the lines of a list that a sentence opens: "… the blocking of:", "… the following:"."""
        if _HEADS_LIST.fullmatch(self.low, position, scene.sentence.end) is None:
            return []
        found: list[Noun] = []
        at = bisect_right(self.story.scenes, scene.sentence.start, key=lambda one: one.sentence.start)
        for below in self.story.scenes[at:]:
            if BULLET.match(self.low, below.sentence.start) is None or below.triggers:
                break
            found.extend(noun for noun in below.nouns if noun.kind in SERVICE_KINDS)
        return found

    def _goes_on(self, scene: Scene, last: Noun, gap: str) -> bool:
        """Whether a list goes on after a gap; "the application X, Telegram" does so past a name that no list knows."""
        patterns = scene.language.patterns
        if _list_gap(gap, patterns["list_gap"]) or (last.kind == "counted" and patterns["namely"].match(gap)):
            return True
        return last.kind == "single" and _NAMED_AFTER.fullmatch(gap) is not None

    def left(self, scene: Scene, position: int, limit: int, loose: bool = False, skip_stores: bool = False) -> list[Noun]:
        """Things named left of a position, as one list ending nearest to it."""
        patterns = scene.language.patterns
        found: list[Noun] = []
        at = position
        for noun in reversed(scene.nouns):
            if noun.end > position or noun.kind not in THINGS or self.owner_only(scene, noun):
                continue
            if skip_stores and noun.entity in STORES:
                continue
            if loose and (noun.kind == "isp" or noun.entity in CARRIERS):
                continue
            if noun.kind in {"publisher", "monitor", "unknown"} and _SPEAKS.match(self.low, noun.end):
                continue
            if noun.kind == "publisher" and scene.language.code == "zh" and _ZH_SPEAKS.match(self.low, noun.end):
                continue
            if noun.kind in {"isp", "group"} and _ZH_ITS_NET.match(self.low, noun.end):
                continue  # 在多家运营商的网络上
            if noun.entity in TUNNELS and self.low.startswith(_BY_MEANS_OF, noun.start - 1):
                continue
            if _MADE_BY.search(self.low, max(limit, noun.start - 24), noun.start):
                continue
            if noun.kind == "group" and noun.country is not None:
                continue  # bodies of state act, and are no patients
            if noun.start < limit:
                break
            if scene.language.code == "zh" and self._medium(noun):
                continue
            if not found and loose and self._in_appositive(scene, noun, position):
                continue
            gap = self.low[noun.end : at]
            if not found:
                if noun.kind in {"monitor", "publisher"} and patterns["according"].search(
                    self.low[max(0, noun.start - 40) : noun.start]
                ):
                    continue
                relative = _RELATIVE.fullmatch(gap) is not None
                if not loose and not relative and scene.language.code == "en" and patterns["stop_left"].search(gap):
                    break
            elif not _list_gap(gap, patterns["list_gap"]):
                break
            found.append(noun)
            at = noun.start
        found.reverse()
        return without_heading_groups(found, self.low)

    def _medium(self, noun: Noun) -> bool:
        """Whether something is only said or done by means of a Chinese service: 在微信群里反映, 通过微信通知."""
        return self.low.endswith(_ZH_THROUGH, 0, noun.start) or (
            self.low.endswith("在", 0, noun.start) and _ZH_ON_IT.match(self.low, noun.end) is not None
        )

    def _in_appositive(self, scene: Scene, noun: Noun, position: int) -> bool:
        """Whether a noun only explains the one before it: "Imo, one of the last messengers that worked, no longer opens"."""
        if scene.language.code != "en":
            return False
        before = [
            other for other in scene.nouns if other.end <= noun.start and other.kind in SERVICE_KINDS and other.kind != "group"
        ]
        if not before:
            return False
        return _EXPLAINED.fullmatch(self.low, before[-1].end, position) is not None

    def company_subject(self, scene: Scene, position: int, limit: int) -> Noun | None:
        """The company or service that is itself the subject of a verb."""
        at = position
        for noun in reversed(scene.nouns):
            if noun.end > position or noun.start < limit or noun.entity in STORES:
                continue
            if scene.language.code == "zh" and noun.kind in SERVICE_KINDS and self._medium(noun):
                continue
            if scene.language.code == "zh" and _ZH_PATIENT.search(
                self.low[max(scene.sentence.start, noun.start - 72) : noun.start]
            ):
                return None
            gap = self.low[noun.end : at]
            if scene.language.code == "zh":
                if noun.kind == "feature" and _OF_ITSELF.fullmatch(gap):
                    at = noun.start  # 微博宣布,热搜榜下线: a part of itself
                    continue
                gap = gap.removesuffix(",") if at < position else gap
                if noun.kind == "country" and self.low[noun.start - 1] == "在":
                    continue  # where it does it
                if _INSIDE_TITLE.match(self.low, noun.end, position):
                    continue  # 《微博社区公约》
                gap = _ZH_BY_RULES.sub("", gap)
            if noun.entity in CARRIERS:
                gap = PLACED.sub(" ", gap, count=1)
            if noun.kind in {
                "app",
                "platform",
                "company",
                "vendor",
                "publisher",
                "isp",
                "organisation",
                "site",
                "single",
                "plural",
                "group",
            }:
                if scene.language.patterns["adjacent"].match(gap) and not scene.language.patterns["pp_before"].search(
                    self.low[max(0, noun.start - 40) : noun.start]
                ):
                    return noun
                return None
            if noun.kind == "country" and _IN.search(self.low, limit, noun.start):
                continue
            if noun.kind in ACTOR_KINDS or noun.kind in {"actor", "country"}:
                return None
        return None

    def owner_only(self, scene: Scene, noun: Noun) -> bool:
        """Whether a noun only says whose the next one is: "ByteDance's TikTok"."""
        if self.owner_in_chinese(scene, noun) or (scene.language.code == "en" and _BOUGHT.match(self.low, noun.end)):
            return True
        if self.low.startswith(("-owned ", "-run ", "-backed ", "-based ", " rival ", " competitor "), noun.end):
            return True
        mark = _OWNS.match(self.low, noun.end, scene.sentence.end)
        if mark is None or noun.kind in {"single", "plural"}:
            return _AND_OTHERS.match(self.low, noun.end, scene.sentence.end) is not None
        owned = (
            other
            for other in scene.nouns
            if mark.end() <= other.start and _ITS_KIND.fullmatch(self.low, mark.end(), other.start)
        )
        return any(other.kind in SERVICE_KINDS and other.kind != "group" for other in owned)

    def owner_in_chinese(self, scene: Scene, noun: Noun) -> bool:
        """Whether a company only says whose the service named right after it is: 苹果公司视频通话服务FaceTime."""
        if scene.language.code != "zh":
            return False
        if _OTHER_VERSION.match(self.low, noun.end) and any(other.start >= noun.end for other in scene.nouns):
            return True
        if noun.kind not in {"company", "platform"}:
            return False
        following = next((other for other in scene.nouns if other.start >= noun.end and other.kind != "group"), None)
        if following is None or following.kind not in {"app", "platform", "feature", "single"}:
            return False
        if noun.kind == "platform" and "旗下" not in self.low[noun.end : following.start]:
            return False
        entity = self.story.gazetteer.catalog.entities.get(following.entity) if following.entity else None
        gap = self.low[noun.end : following.start]
        owns = entity is not None and entity.parent == noun.entity
        return _ZH_OWNED.fullmatch(gap) is not None and (owns or _ZH_OWN_THING.search(gap.strip()) is not None)

    def quoted_name(self, scene: Scene, position: int) -> list[Noun]:
        """A service in quotation marks right after a Chinese verb that the catalog does not know: 约谈"某某"平台."""
        match = _QUOTED.match(self.low, position, scene.sentence.end)
        if match is None or scene.sentence.headline:
            return []
        return [self._unknown(match)]

    def latin_name(self, scene: Scene, position: int) -> list[Noun]:
        """A name in Latin letters, unknown to the catalog, right after its kind of site: 封锁社交网站Ashley Madison."""
        match = _LATIN.match(self.low, position, scene.sentence.end)
        return [] if match is None or scene.sentence.headline else [self._unknown(match)]

    def quoted_before(self, scene: Scene, position: int, limit: int) -> list[Noun]:
        """A site in quotation marks left of a Chinese verb that the catalog does not know: "某某"网站无法访问."""
        ahead = _QUOTED_BEFORE.finditer(self.low, limit, min(position + 2, scene.sentence.end))
        found = [match for match in ahead if match.end() <= position]
        return [self._unknown(found[-1])] if found and not scene.sentence.headline else []

    def _unknown(self, match: re.Match[str]) -> Noun:
        start, end = match.span(match.lastindex or 0)
        return Noun(start, end, "unknown", None, "name", head=self.story.clean.text[start:end])

    def unknown_name(self, scene: Scene, position: int) -> list[Noun]:
        """A capitalised name right after a verb that the catalog does not know."""
        match = _UNKNOWN.match(self.story.clean.text, position, scene.sentence.end)
        if match is None or scene.sentence.headline:
            return []
        start, end = match.span(1)
        if any(noun.start < end and start < noun.end for noun in scene.nouns):
            return []
        return [Noun(start, end, "unknown", None, "name", head=match.group(1))]


def _list_gap(gap: str, pattern: re.Pattern[str]) -> bool:
    """Whether two nouns belong to one list, judged by the words between them."""
    if len(gap) >= 170:
        return False
    if _DASHED.fullmatch(gap):
        return True
    return bool(_UNKNOWN_LISTED.fullmatch(gap) or pattern.match(_APPOSITIVE.sub(",", gap)) or _DESCRIBED.match(gap))


def without_heading_groups(nouns: list[Noun], lowered: str) -> list[Noun]:
    """The nouns without a general word that only heads names: "social media outlets Facebook and Twitter"."""
    kept = []
    for index, noun in enumerate(nouns):
        if noun.kind == "single" and index + 1 < len(nouns) and nouns[index + 1].start == noun.end + 1:
            continue  # "the gaming platform Roblox"
        if noun.kind == "group" and index and nouns[index - 1].kind in _NAMES and nouns[index - 1].end + 1 == noun.start:
            continue  # "TikTok social media platform"
        if noun.kind in _GENERAL and _among_names(nouns, index, lowered):
            continue
        last = noun.kind == "group" and index and index + 1 == len(nouns)
        before = lowered[nouns[index - 1].end : noun.start]
        if last and nouns[index - 1].kind != "group" and (before.strip() == "," or _DASHED.fullmatch(before)):
            continue  # it only says what they are
        if noun.kind == "group" and index + 1 < len(nouns) and nouns[index + 1].kind != "group":
            gap = lowered[noun.end : nouns[index + 1].start].strip()
            if (
                gap.startswith("of ")
                or _HEAD_WORD.fullmatch(gap)
                or gap
                in {
                    "of",
                    "",
                    ":",
                    "-",
                    "such as",
                    "including",
                    ", including",
                    ", such as",
                    "like",
                    "、",
                    "等",
                }
            ):
                continue
        kept.append(noun)
    return kept


def _among_names(nouns: list[Noun], index: int, lowered: str) -> bool:
    """Whether a general word of a Chinese list only says what its names are: 包括脸书在内的多个社交平台, 多款软件(包括脸书)."""
    before = nouns[index - 1] if index else None
    after = nouns[index + 1] if index + 1 < len(nouns) else None
    if before is not None and before.kind in _NAMES and _ZH_AMONG.match(lowered, before.end):
        return True
    return (
        after is not None and after.kind in _NAMES and _ZH_NAMELY.fullmatch(lowered, nouns[index].end, after.start) is not None
    )
