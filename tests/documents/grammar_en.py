"""A grid of English: every pair of concept, word, construction, speaker, time, place and things named meets in some sentence.

Deterministic: the same rows in the same order, each a miniature article with the records it supports.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import combinations, product
from random import Random

__all__ = ["DIMENSIONS", "DUTIES", "MEASURE_VERBS", "STATE_WORDS", "Row", "negatives", "rows"]

DIMENSIONS = ("concept", "word", "construction", "speaker", "time", "place", "things")
Choice = dict[str, str]


@dataclass(frozen=True)
class Row:
    """One miniature article and what it says; ``source`` is a class of source that has to be among its voices."""

    choice: Choice
    text: str
    published: str
    kind: str  # claim or action
    name: str  # status or type
    things: frozenset[str]
    country: str
    issuer: str
    date: str | None
    end: str | None
    source: str | None
    dated: bool


# ---- Entities --------------------------------------------------------------------------------------------------------------

META = ("Facebook", "WhatsApp", "Instagram")
SERVICES = (
    "Telegram", "WhatsApp", "YouTube", "TikTok", "Facebook", "Wikipedia", "Viber", "Discord", "LinkedIn", "Reddit", "Snapchat",
    "Instagram", "Skype", "Pinterest", "Twitch", "Roblox", "Bluesky", "Twitter", "Tumblr", "Clubhouse", "SoundCloud", "Quora",
)  # fmt: skip
# country, adjective, capital, regulator as the text names it, its id, region
STATES = {
    "PK": ("Pakistan", "Pakistani", "Islamabad", "the Pakistan Telecommunication Authority", "pk-pta", "Balochistan"),
    "UG": ("Uganda", "Ugandan", "Kampala", "the Uganda Communications Commission", "ug-ucc", "northern Uganda"),
    "NG": ("Nigeria", "Nigerian", "Abuja", "the Nigerian Communications Commission", "ng-ncc", "northern Nigeria"),
    "RU": ("Russia", "Russian", "Moscow", "Roskomnadzor", "ru-rkn", "Dagestan"),
    "KZ": ("Kazakhstan", "Kazakh", "Astana", "Kazakhstan's government", "kz-gov", "western Kazakhstan"),
    "TZ": ("Tanzania", "Tanzanian", "Dodoma", "the Tanzanian authorities", "tz-gov", "eastern Tanzania"),
    "KE": ("Kenya", "Kenyan", "Nairobi", "the Communications Authority of Kenya", "ke-ca", "parts of Kenya"),
    "VN": ("Vietnam", "Vietnamese", "Hanoi", "Vietnam's Ministry of Information and Communications", "vn-mic", "south Vietnam"),
    "ID": ("Indonesia", "Indonesian", "Jakarta", "the Indonesian government", "id-gov", "Papua"),
    "JO": ("Jordan", "Jordanian", "Amman", "Jordan's Telecommunications Regulatory Commission", "jo-trc", "southern Jordan"),
    "ZM": ("Zambia", "Zambian", "Lusaka", "a Zambian court", "zm-court", "northern Zambia"),
    "VE": ("Venezuela", "Venezuelan", "Caracas", "the telecoms regulator Conatel", "ve-conatel", "western Venezuela"),
}  # fmt: skip
MONITORS = ("NetBlocks", "OONI", "Cloudflare Radar", "IODA")
PAPERS = ("Reuters", "The Guardian", "AFP", "the BBC", "Bloomberg", "Al Jazeera")
OPENINGS = (
    "{capital} woke to heavy rain this week.", "Fuel prices in {country} have doubled since last year.",
    "{country} holds a general election next year.", "Students in {capital} have marched for higher grants.",
    "{country} is home to some forty million people.",
)  # fmt: skip
CLOSINGS = (
    "No reason was given.", "Rights groups called it a step backwards.", "Lawyers asked for an explanation.",
    "Shops and banks felt it at once.", "Many people there rely on such services for work.",
)  # fmt: skip

# ---- Words: concept, form, words ------------------------------------------------------------------------------------------

STATE_WORDS: dict[str, dict[str, tuple[str, ...]]] = {
    "blocked": {
        "adjective": ("inaccessible", "unreachable", "unavailable", "blocked", "restricted", "unusable", "banned", "filtered"),
        "verb": ("stopped working", "went offline", "could not be reached", "failed to load", "did not open", "went dark"),
        "user": ("could not open {s}", "were unable to access {s}", "lost access to {s}", "could no longer use {s}",
                 "were cut off from {s}", "found themselves unable to reach {s}"),
        "noun": ("the blocking of {s}", "restrictions on {s}", "a block on {s}", "the filtering of {s}"),
        "access": ("blocked", "cut off", "restricted", "denied"),
    },
    "disrupted": {
        "adjective": ("disrupted", "down", "unstable", "only partly available", "intermittently unavailable"),
        "verb": ("suffered disruptions", "worked only intermittently", "experienced problems", "kept dropping out"),
        "user": ("had trouble using {s}", "struggled with glitches on {s}", "faced difficulties connecting to {s}",
                 "had problems sending messages on {s}"),
        "noun": ("problems with {s}", "disruptions to {s}", "interference with {s}", "difficulties accessing {s}"),
        "access": ("disrupted", "interrupted", "unstable", "patchy"),
    },
    "throttled": {
        "adjective": ("throttled", "slowed down", "slower than usual", "very slow"),
        "verb": ("loaded slowly", "slowed to a crawl", "ran extremely slowly", "was_slowed"),
        "user": ("complained of slow speeds on {s}", "noticed that {s} had slowed", "found {s} painfully slow"),
        "noun": ("the throttling of {s}", "a slowdown of {s}", "slow speeds on {s}"),
        "access": ("throttled", "slowed", "slowed down"),
    },
    "outage": {
        "verb": ("went down", "collapsed", "was cut off", "dropped to a few per cent", "went dark", "was shut down"),
        "user": ("were left without {s}", "lost {s}", "were without {s}"),
        "noun": ("a near-total {s} blackout", "a {s} outage", "a collapse in {s} traffic", "a nationwide {s} shutdown"),
    },
    "accessible": {
        "adjective": ("accessible", "reachable", "still available", "still online", "not blocked"),
        "verb": ("worked normally", "loaded without problems", "was_still_working", "continued to work", "opened as usual"),
        "user": ("could still open {s}", "were still able to use {s}", "could reach {s} as usual"),
        "access": ("normal", "unaffected", "still possible"),
    },
    "restored": {
        "adjective": ("back online", "accessible again", "working again", "reachable once more", "available again", "restored"),
        "verb": ("came back online", "resumed working", "returned to normal", "started working again"),
        "user": ("could open {s} again", "regained access to {s}", "were once again able to use {s}"),
        "noun": ("the return of {s}", "the restoration of {s}"),
        "access": ("restored", "back to normal", "re-established"),
    },
    "registration_failing": {
        "user": ("could not register on {s}", "were unable to sign up for {s}", "could not create accounts on {s}",
                 "never received verification codes from {s}", "were unable to create new accounts on {s}"),
        "noun": ("registration failures on {s}", "problems registering on {s}"),
    },
}  # fmt: skip
# verbs with an object: base, and where irregular past, participle and -ing
MEASURE_VERBS: dict[str, tuple[str, ...]] = {
    "block": ("block", "ban|banned|banned|banning", "restrict access to", "cut|cut|cut|cutting access to",
              "cut|cut|cut|cutting off access to", "prohibit", "outlaw", "censor", "filter", "blacklist", "disable access to",
              "suspend access to", "deny|denied|denied|denying access to", "limit access to", "restrict"),
    "unblock": ("unblock", "unban|unbanned|unbanned|unbanning", "restore access to", "restore", "lift the ban on",
                "reverse the block on", "end restrictions on", "lift restrictions on", "reopen access to",
                "remove the block on",                "reinstate"),
    "throttle": ("throttle", "slow", "slow down", "degrade", "reduce the speed of", "cut|cut|cut|cutting the speed of",
                 "limit the speed of"),
    "shutdown": ("shut|shut|shut|shutting down", "cut|cut|cut|cutting", "cut|cut|cut|cutting off", "switch off", "suspend",
                 "turn off", "disconnect", "disable", "sever", "block", "pull the plug on", "halt", "restrict"),
    "vpn_restriction": ("ban|banned|banned|banning", "block", "restrict", "outlaw", "prohibit", "crack down on", "criminalise",
                        "clamp|clamped|clamped|clamping down on"),
    "fine": ("fine", "penalise"),
    "summons": ("summon", "call in executives of", "haul in managers of", "summon representatives of",
                "hold|held|held|holding talks with executives of"),
    "investigation": ("investigate", "open an investigation into", "launch a probe into", "open an inquiry into",
                      "begin|began|begun|beginning an investigation into", "start an inquiry into", "probe"),
    "warning": ("warn", "issue a warning to", "reprimand", "send|sent|sent|sending a warning letter to", "rebuke", "caution",
                "give|gave|given|giving a formal warning to"),
}  # fmt: skip
MEASURE_NOUNS: dict[str, tuple[str, ...]] = {
    "block": ("ban on", "block on", "blocking of", "restrictions on", "blackout of", "prohibition of", "suspension of"),
    "unblock": ("unblocking of", "lifting of the ban on", "end to the ban on", "restoration of access to"),
    "throttle": ("throttling of", "slowdown of", "slowing of"),
    "shutdown": ("shutdown of", "suspension of", "cut-off of", "blackout of"),
    "vpn_restriction": ("ban on", "restrictions on", "crackdown on"),
    "fine": ("fine of $2 million on", "penalty of $2 million on"),
    "investigation": ("investigation into", "probe into", "inquiry into"),
    "warning": ("warning to",),
    "summons": ("summons to",),
}
# what a service itself is told to do
DUTIES: dict[str, tuple[str, ...]] = {
    "app_removal": ("remove {s} from the app store", "delist {s} from its store", "pull {s} from Google Play",
                    "take {s} off the App Store", "delete {s} from the app store"),
    "content_removal": ("remove dozens of videos", "take down 40 posts", "delete several articles", "remove critical comments"),
    "account_closure": ("close 300 accounts", "suspend the accounts of two journalists", "delete 40 accounts",
                        "shut down dozens of accounts", "block 12 accounts"),
    "service_suspension": ("suspend its service", "suspend its operations", "halt its services", "pause its service"),
    "registration_suspension": ("stop registering new users", "suspend new registrations", "halt sign-ups",
                                "stop accepting new users", "suspend the registration of new users"),
    "license_requirement": ("obtain a licence", "apply for a licence", "get a broadcasting licence", "secure a licence"),
}  # fmt: skip
LAWS = ("pass", "adopt", "approve", "enact", "sign", "issue", "publish")

CARRIERS_TOLD = ("internet providers", "mobile operators", "telecoms companies")
ORDERS = {
    "order": "{a}{mid} ordered {told} to {do}{p}{t}",
    "instruct": "{a}{mid} instructed {told} to {do}{p}{t}",
    "tell": "{a}{mid} told {told} to {do}{p}{t}",
    "direct": "{a}{mid} directed {told} to {do}{p}{t}",
    "order-noun": "{a} issued an order{t} requiring {told} to {do}{p}",
    "order-for": "{a} sent an order{t} for {told} to {do}{p}",
    "order-passive": "{told} {told_were}{mid} ordered by {a} to {do}{p}{t}",
    "order-received": "{told}{mid} received an order from {a} to {do}{p}{t}",
}
ACTIVE = {
    "active": "{a}{mid} {past} {s}{p}{t}",
    "passive-agent": "{s_was}{mid} {done} by {a}{t}",
    "relative-active": "{a}, which {past} {s}{p}{t}, gave no details",
    "participial": "{a} stepped in{t}, {doing} {s}{p}",
    "decision": "{a} took a decision{t} to {do}{p}",
    "decision-criticised": "the decision by {a} to {do}{p}{t} was criticised abroad",
    "moved-to": "{a}{mid} moved to {do}{p}{t}",
    "said-it-had": "{a} said{t} it had {done_s}{p}",
    "headline": "{nation} {does} {s}{t}",
    "passive": "{s_was}{mid} {done}{p}{t}",
}
NOMINAL = {
    "nominal-by": "the {noun} {s} by {a}{t} drew criticism",
    "nominal-of": "{a_s} {noun} {s}{p} began{t}",
    "light-impose": "{a}{mid} imposed {article}{noun} {s}{p}{t}",
    "light-announce": "{a}{mid} announced {article}{noun} {s}{p}{t}",
    "light-order": "{a}{mid} ordered {article}{noun} {s}{p}{t}",
    "light-passive": "{article}{noun} {s} {noun_was}{mid} announced by {a}{t}",
}
STATED = {
    "adjective": {
        "copular": "{s} {were}{mid} {w}{p}{t}", "became": "{s} became {w}{p}{t}", "with": "tension grew{t}, with {s} {w}{p}",
        "left": "the move left {s} {w}{p}{t}", "relative": "{s}, which {were}{mid} {w}{p}{t}, {have} millions of users",
        "headline": "{s} {w}{p}{t}", "remained": "{s} remained {w}{p}{t}",
    },
    "verb": {
        "plain": "{s} {w}{p}{t}", "relative": "{s}, which {w}{p}{t}, {have} millions of users",
        "when": "people took to the streets when {s} {w}{p}{t}",
    },
    "user": {"plain": "{users} {w}{t}", "said-they": "{users} said{t} that they {w}"},
    "noun": {"there": "there {noun_was} {w}{p}{t}", "reports-of": "there were reports of {w}{p}{t}", "began": "{w}{p} began{t}",
             "seen": "{w}{p}{t}"},
    "access": {"plain": "access to {s} was{mid} {w}{p}{t}", "users": "users said{t} access to {s}{p} was {w}"},
}  # fmt: skip
SAID: dict[str, tuple[str, ...]] = {
    "none": ("{c}.",),
    "monitor": ("{m} said that {c}.", "Data from {m} showed that {c}.", "{m} confirmed that {c}.", "According to {m}, {c}."),
    "users": ("Users reported that {c}.", "Residents said {c}."),
    "company": ("Meta said {c}.", "Meta confirmed that {c}."),
    "official": ("The ministry of information said {c}.", "A government spokesman confirmed that {c}."),
    "newspaper": ("{n} reported that {c}.", "{n} has verified that {c}."),
    "tag": ("{c}, {n} reported.", "{c}, according to {m}.", "{c}, {n} said."),
}
SEEN: dict[str, tuple[str, ...]] = {  # for nouns
    "monitor": ("{m} recorded {c}.", "{m} detected {c}.", "{m} has found evidence of {c}.", "Data from {m} confirmed {c}."),
    "users": ("Users reported {c}.", "Users complained of {c}."),
    "newspaper": ("{n} reported {c}.",),
    "company": ("Meta confirmed {c}.",),
}
SOURCE = {"none": None, "monitor": "monitor", "users": "users", "company": "company", "official": "official",
          "newspaper": "publisher", "tag": "any"}  # fmt: skip
TIMES = ("none", "weekday", "late-weekday", "day", "month", "since", "from-to", "for", "front", "middle", "sentence-before")
PLACES = ("in", "across", "in-the-country", "users-in", "networks-in", "adjective", "region")
THINGS = ("one", "two", "three", "apps-named", "such-as", "including")

# ---- From choices to sentences ------------------------------------------------------------------------------------------

_ACTIONS_ON_DAYS = ("none", "weekday", "late-weekday", "day", "month", "front", "middle", "sentence-before")
_NETWORK = ("internet", "mobile internet", "internet access", "mobile data")
_UNNAMED = frozenset({"outage", "shutdown", "vpn_restriction", "law"})  # what they are about is no service
_TOLD_OFF = frozenset({"fine", "summons", "investigation", "warning"})
_DUTY_NAMES = frozenset(DUTIES)


def _forms(word: str) -> tuple[str, str, str, str, str]:
    """Base, present, past, participle and -ing of a verb phrase."""
    given = word.split("|")
    if len(given) == 4:
        ing, _, rest = given[3].partition(" ")
        rest = f" {rest}" if rest else ""
        base, past, done = given[0] + rest, given[1] + rest, given[2] + rest
        doing = ing + rest
    else:
        verb, _, rest = word.partition(" ")
        rest = f" {rest}" if rest else ""
        stem = verb.removesuffix("e")
        base, past = word, stem + "ed" + rest
        done, doing = past, stem + "ing" + rest
    verb, _, rest = base.partition(" ")
    present = verb[:-1] + "ies" if verb.endswith("y") else verb + ("es" if verb.endswith(("sh", "ch", "s")) else "s")
    return base, present + (f" {rest}" if rest else ""), past, done, doing


@dataclass(frozen=True)
class _Words:
    """The pieces of one row, drawn by its number."""

    number: int
    choice: Choice

    def pick(self, of: tuple[str, ...], salt: int = 0) -> str:
        return of[(self.number * 7 + salt * 3 + self.number // len(of)) % len(of)]


def _things(words: _Words) -> tuple[str, tuple[str, ...], bool]:
    """What a row speaks of, the names in it, and whether it is a plural."""
    concept, things = words.choice["concept"], words.choice["things"]
    if concept in _UNNAMED:
        if concept == "vpn_restriction":
            return "VPNs", (), True
        network = words.pick(_NETWORK)
        return (f"the {network}" if network == "internet" else network), (), False
    pool = META if words.choice["speaker"] == "company" else SERVICES
    first = words.number * 5 % len(pool)
    names = tuple(pool[(first + step) % len(pool)] for step in range(3))
    if things == "one":
        return names[0], names[:1], False
    if things == "two":
        return f"{names[0]} and {names[1]}", names[:2], True
    if things == "three":
        return f"{names[0]}, {names[1]} and {names[2]}", names, True
    if things == "apps-named":
        return f"three apps, {names[0]}, {names[1]} and {names[2]},", names, True
    if things == "such-as":
        return f"social networks such as {names[0]} and {names[1]}", names[:2], True
    return f"21 sites including {names[0]}", names[:1], True


def _place(words: _Words, state: tuple[str, ...]) -> tuple[str, str]:
    """The phrase that says where, and who uses things there."""
    country, adjective, region = state[0], state[1], state[5]
    number = words.choice["number"]
    return {
        "in": (f" in {country}", f"people in {country}"),
        "across": (f" across {country}", f"people across {country}"),
        "in-the-country": (" in the country", "people in the country"),
        "users-in": (f" for users in {country}", f"users in {country}"),
        "networks-in": (
            f" on {('several', 'most', 'all major')[int(number) % 3]} networks in {country}",
            f"customers of several networks in {country}",
        ),
        "adjective": (f" for {adjective} users", f"{adjective} users"),
        "region": (f" in {region}", f"people in {region}"),
    }[words.choice["place"]]


def _time(words: _Words, published: date) -> tuple[str, str, str | None, str | None]:
    """The phrase that says when, where it stands (end, front, middle, before), the day and the end it gives."""
    day = published - timedelta(days=2 + words.number % 5)
    early = published - timedelta(days=12 + words.number % 9)
    long = f"{early.day} {early:%B}" if words.number % 2 else f"{early:%B} {early.day}"
    weekday = f"{day:%A}"
    last_month = published.replace(day=1) - timedelta(days=1)
    until = early + timedelta(days=3)
    return {
        "none": ("", "end", None, None),
        "weekday": (f" on {weekday}", "end", day.isoformat(), None),
        "late-weekday": (f" {('late', 'early')[words.number % 2]} on {weekday}", "end", day.isoformat(), None),
        "day": (f" on {long}", "end", early.isoformat(), None),
        "month": (f" in {last_month:%B %Y}", "end", f"{last_month:%Y-%m}", None),
        "since": (f" since {long}", "end", early.isoformat(), None),
        "from-to": (
            f" from {early.day} {early:%B} to {until.day} {until:%B}", "end", early.isoformat(), until.isoformat(),
        ),
        "for": (f" for {('two', 'three', 'ten')[words.number % 3]} days", "end", None, None),
        "front": (f"on {long}", "front", early.isoformat(), None),
        "middle": (f" on {weekday}", "middle", day.isoformat(), None),
        "sentence-before": (f"On {long}", "before", early.isoformat(), None),
    }[words.choice["time"]]  # fmt: skip


def _upper(text: str) -> str:
    return text[0].upper() + text[1:]


def _passive(word: str, done: str, things: str, plural: bool) -> tuple[str, str]:
    """Subject with its verb "to be", and the participle: "access to X was", "cut off"; nothing where a verb has no passive."""
    base = word.split("|")[0] + (
        word.split("|")[-1].partition(" ")[1] + word.split("|")[-1].partition(" ")[2] if "|" in word else ""
    )
    if base.split()[-1] not in ("to", "of", "on", "into"):
        return f"{things} {'were' if plural else 'was'}", done
    pieces = done.split()
    first = 2 if pieces[1] in ("in", "off", "down") else 1
    inner = " ".join(pieces[first:])
    many = pieces[first].endswith("s") and pieces[first] != "access"
    return f"{inner} {things} {'were' if many else 'was'}", " ".join(pieces[:first])


def _row(choice: Choice) -> Row:
    words = _Words(int(choice["number"]), choice)
    code = tuple(STATES)[words.number * 5 % len(STATES)]
    country, _, capital, agent, agent_id, _ = STATES[code]
    published = date(2019 + words.number % 6, 1 + words.number * 5 % 12, 22 + words.number % 6)
    concept, form, word, construction = choice["concept"], choice["form"], choice["word"], choice["construction"]
    things, names, plural = _things(words)
    place, users = _place(words, STATES[code])
    time, stands, day, end = _time(words, published)
    template = _template(choice)
    if not re.search(r"\{(?:s|do|w|done_s)\}(?:\{p\})?(?:\{t\})?(?:$| \w)", template) or form in ("user", "noun"):
        things = things.removesuffix(",") if not template.endswith("{s}") else things
    bare = things.removeprefix("the ") if word.startswith(("a ", "an ")) else things
    base, present, past, done, doing = _forms(word)
    told, told_plural = words.pick(CARRIERS_TOLD), True
    if form == "duty":
        told, told_plural = ("Apple and Google", True) if concept == "app_removal" else (things, plural)
    many = word.split()[0] in ("restrictions", "problems", "disruptions", "difficulties", "failures", "slow")
    article = "" if many else "an " if word[0] in "aeiou" else "a "
    subject, participle = _passive(word, done, things, plural)
    values = {
        "s": things, "a": agent, "a_s": agent + ("'" if agent.endswith("s") else "'s"), "p": place, "users": users,
        "t": time if stands == "end" else "", "mid": time if stands == "middle" else "", "told": told, "nation": country,
        "told_were": "were" if told_plural else "was", "were": "were" if plural else "was", "have": "have" if plural else "has",
        "w": re.sub("^was_", "were " if plural else "was ", word).replace("_", " ").replace("{s}", bare),
        "do": word.replace("{s}", things) if form == "duty" else f"{base} {things}", "past": past, "done": participle,
        "done_s": f"{done} {things}", "doing": doing, "does": present, "noun": word, "article": article, "s_was": subject,
        "noun_was": "were" if many or word.startswith("slow speeds") else "was",
    }  # fmt: skip
    clause = template.format(**values)
    if choice["time"] == "since":
        clause = clause.replace(" were ", " have been ").replace(" was ", " have been " if plural else " has been ")
    clause = re.sub(r",(?=,|$)", "", clause)
    if stands == "front":
        clause = f"{time}, {clause}"
    elif stands == "before":
        clause = f"hours later {clause}"
    opening = words.pick(OPENINGS, 1).format(country=country, capital=capital)
    if stands == "before":
        opening = f"{time} tens of thousands marched in {country}."
    elif choice["place"] == "in-the-country" and country not in opening:
        opening = f"{country} holds a general election next year."
    said = SEEN if construction == "seen" else SAID
    speech = words.pick(said[choice["speaker"]], 1)
    sentence = speech.format(c=clause, m=words.pick(MONITORS, 2), n=words.pick(PAPERS, 2), a=agent)
    text = f"{opening} {_upper(sentence)} {words.pick(CLOSINGS, 2)}"
    source = SOURCE[choice["speaker"]]
    if construction == "headline":
        text = f"{_upper(clause)}\n\n{opening} {words.pick(CLOSINGS, 2)}"
        source = None
    claim = form in STATED or (construction == "passive" and concept not in _TOLD_OFF)
    kind, name = ("claim", _STATES_OF.get(concept, concept)) if claim else ("action", concept)
    issuer = agent_id if construction not in ("passive", "headline") else f"{code.lower()}-gov"
    if concept == "outage" or (concept == "shutdown" and construction == "passive"):
        kind = "either"
    return Row(
        choice, text, published.isoformat(), kind, name, frozenset(names), code, issuer, day, end, source,
        dated=choice["time"] not in ("none", "for"),
    )  # fmt: skip


_STATES_OF = {"block": "blocked", "unblock": "restored", "throttle": "throttled"}


def _template(choice: Choice) -> str:
    form, construction = choice["form"], choice["construction"]
    if form in STATED:
        return STATED[form][construction]
    return {"verb-of": ACTIVE, "noun-of": NOMINAL, "duty": ORDERS, "told": ORDERS}[form][construction]


def _lexemes() -> Iterator[tuple[str, str, str, str]]:
    """Every concept with its form, word and construction."""
    for concept, forms in STATE_WORDS.items():
        for form, listed in forms.items():
            for word, construction in product(listed, STATED[form]):
                yield concept, form, word, construction
    for concept, listed in MEASURE_VERBS.items():
        for word, construction in product(listed, ACTIVE):
            yield concept, "verb-of", word, construction
        if concept not in _TOLD_OFF and concept != "vpn_restriction":
            for number, construction in enumerate(ORDERS):
                yield concept, "told", listed[number % len(listed)], construction
    for concept, listed in MEASURE_NOUNS.items():
        for word, construction in product(listed, NOMINAL):
            yield concept, "noun-of", word, construction
    for concept, listed in DUTIES.items():
        for word, construction in product(listed, ORDERS):
            yield concept, "duty", word, construction


_MEASURES = tuple(MEASURE_VERBS) + tuple(DUTIES)
_STATES = tuple(STATE_WORDS)
_ENDS_LAST = ("weekday", "late-weekday", "day", "month", "since", "from-to", "for")
_AT_FIRST = ("front", "sentence-before")
_SPEAKERS = ("monitor", "users", "company", "official", "newspaper", "tag")
_OF_SPAN = ("from-to", "for")
_DONE_TO_IT = (
    "slowed down",
    "throttled",
    "was_slowed",
    "the throttling of {s}",
    "a slowdown of {s}",
    "a block on {s}",
    "denied",
)
_NO_PASSIVE = ("pull the plug on", "crack down on", "clamp|clamped|clamped|clamping down on", *(
    word for listed in MEASURE_VERBS.values() for word in listed if word.startswith(("hold|", "give|", "send|"))
))  # fmt: skip
_VERBAL_NOUNS = (
    "blocking of",
    "throttling of",
    "slowing of",
    "unblocking of",
    "lifting of the ban on",
    "restoration of access to",
)
# What English does not say, or what has more than one reading: a sentence in which all of a row's choices meet.
UNSAID: tuple[dict[str, tuple[str, ...]], ...] = (
    {"place": ("in-the-country",), "construction": ("headline",)},
    {"time": _AT_FIRST, "construction": ("decision-criticised", "nominal-by", "with", "relative", "relative-active", "when")},
    {"construction": ("when",), "speaker": ("monitor", "users", "company", "official")},
    {"construction": ("headline",), "speaker": _SPEAKERS},
    {"construction": ("headline",), "time": ("late-weekday", "month", "since", *_OF_SPAN, "middle", *_AT_FIRST)},
    {"construction": ("headline",), "things": ("including",)},
    {"construction": ("seen",), "speaker": ("none", "official", "tag")},
    {"construction": ("seen",), "time": ("since", *_OF_SPAN, "middle", *_AT_FIRST)},
    {"construction": ("reports-of", "there", "began"), "concept": ("restored",)},
    {"construction": ("reports-of",), "speaker": ("official", "company")},
    {"word": _DONE_TO_IT, "speaker": ("official",)},
    {"word": ("banned", "blocked", "restricted", "filtered"), "speaker": ("official",)},
    {"word": ("banned", "blocked", "restricted", "filtered", "down"), "construction": ("became", "remained")},
    {"form": ("user",), "speaker": ("users", "company")},
    {"construction": ("said-they",), "speaker": ("monitor", "company", "official", "newspaper", "tag")},
    {"form": ("access",), "construction": ("users",), "speaker": _SPEAKERS},
    {"form": ("access",), "construction": ("users",), "place": ("users-in",)},
    {"form": ("access",), "construction": ("users",), "time": _AT_FIRST},
    {"construction": ("with",), "speaker": ("users", "company")},
    {"construction": ("with",), "time": ("month",)},
    {"form": ("noun",), "things": ("apps-named",)},
    {"construction": ("said-they",), "things": ("apps-named",)},
    {"concept": tuple(_UNNAMED), "things": ("two", "three", "apps-named", "such-as", "including")},
    {"concept": tuple(_UNNAMED), "place": ("users-in", "networks-in", "adjective")},
    {"concept": tuple(_UNNAMED), "speaker": ("company",)},
    {"concept": ("outage",), "construction": ("reports-of",)},
    {"concept": ("accessible",), "construction": ("became", "left", "with", "headline", "when")},
    {"concept": ("accessible",), "construction": ("remained",), "word": ("still available", "still online")},
    {"concept": ("accessible",), "word": ("still available", "still online"), "time": ("since", "middle")},
    {"concept": ("restored",), "construction": ("left", "remained", "with")},
    {"concept": ("restored",), "time": ("since", "from-to", "for")},
    {"concept": ("accessible",), "time": _OF_SPAN},
    {"construction": ("became", "left", "remained"), "word": (
        "throttled", "slowed down", "restored", "disrupted", "back online")},
    {"word": ("not blocked",), "time": ("middle",)},
    {"word": ("filtered",), "place": ("users-in",)},
    {"concept": _STATES, "form": ("verb", "user", "noun"), "time": ("since", *_OF_SPAN)},
    {"concept": _STATES, "construction": ("became", "with", "left", "headline", "remained", "users"), "time": ("since",)},
    {"concept": _STATES, "construction": ("became", "with", "left", "headline", "users"), "time": _OF_SPAN},
    {"time": ("since",), "speaker": ("users",)},
    {"form": ("verb-of", "noun-of", "told", "duty"), "construction": (
        *(name for name in ACTIVE if name != "passive"), *NOMINAL, *ORDERS), "time": ("since",)},
    {"concept": ("unblock", "shutdown", "vpn_restriction", "fine", "summons", "investigation", "warning"), "time": ("since",)},
    {"form": ("verb-of",), "construction": (
        "relative-active", "participial", "decision", "decision-criticised", "moved-to", "said-it-had"), "time": _OF_SPAN},
    {"form": ("noun-of", "told", "duty"), "time": _OF_SPAN},
    {"concept": ("unblock", "vpn_restriction", "fine", "summons", "investigation", "warning"), "time": _OF_SPAN},
    {"concept": _MEASURES, "speaker": ("official",)},
    {"concept": _MEASURES, "speaker": ("users", "monitor", "company"), "construction": (
        *(name for name in ACTIVE if name != "passive"), *NOMINAL, *ORDERS)},
    {"concept": tuple(name for name in _MEASURES if name != "block"), "speaker": ("users", "company")},
    {"construction": ("said-it-had",), "speaker": ("newspaper", "tag")},
    {"construction": ("passive", "passive-agent"), "word": _NO_PASSIVE},
    {"construction": ("passive",), "concept": ("vpn_restriction", *_TOLD_OFF)},
    {"construction": ("passive",), "word": ("degrade",)},
    {"concept": (*_TOLD_OFF, *DUTIES), "place": ("users-in", "networks-in", "adjective", "region")},
    {"concept": (*_TOLD_OFF, *DUTIES), "things": ("including", "such-as", "apps-named")},
    {"construction": ("nominal-of", "light-impose", "light-order"), "concept": (
        "summons", "warning", "investigation", "unblock")},
    {"construction": ("light-impose",), "word": ("blocking of", "slowing of", "suspension of")},
    {"construction": ("nominal-of",), "word": ("end to the ban on", "cut-off of")},
    {"construction": ("light-announce", "light-passive", "light-order"), "word": _VERBAL_NOUNS},
    {"construction": ("light-announce",), "word": ("crackdown on",)},
    {"construction": ("light-passive",), "word": ("end to the ban on",)},
    {"construction": ("headline",), "word": tuple(one for one in MEASURE_VERBS["summons"] if one.startswith("hold|"))},
)  # fmt: skip


def _fits(choice: Choice) -> bool:
    """Whether English has such a sentence, and one reading of it."""
    template = _template(choice)
    if choice["time"] in _ENDS_LAST and "{t}" not in template:
        return False
    if choice["time"] == "middle" and "{mid}" not in template:
        return False
    return not any(all(choice[name] in values for name, values in row.items()) for row in UNSAID)


_GAINS = ("concept", "construction", "speaker", "time", "place", "things", "word")


def rows() -> list[Row]:
    """The grid: every word of every concept in every construction, the other dimensions chosen so that new pairs meet."""
    met: set[tuple[str, str, str, str]] = set()
    made: list[Row] = []
    draw = Random(7)
    for number, (concept, form, word, construction) in enumerate(_lexemes()):
        fixed = {"number": str(number), "concept": concept, "form": form, "word": word, "construction": construction}
        best: tuple[int, Choice] | None = None
        for _ in range(_TRIES):
            choice = {**fixed, **{name: draw.choice(values) for name, values in _FREE}}
            if _fits(choice):
                gain = sum(pair not in met for pair in _pairs(choice))
                if best is None or gain > best[0]:
                    best = (gain, choice)
        if best is not None:
            met.update(_pairs(best[1]))
            made.append(_row(best[1]))
    return made


_TRIES = 48
_FREE = (("speaker", tuple(SAID)), ("time", TIMES), ("place", PLACES), ("things", THINGS))


def _pairs(choice: Choice) -> list[tuple[str, str, str, str]]:
    named = {**choice, "construction": f"{choice['form']} {choice['construction']}"}
    return [(one, named[one], two, named[two]) for one, two in combinations(_GAINS, 2)]


NEGATIVES = (
    "Police blocked the road to {capital} on Tuesday, videos on {s} showed.",
    "A judge in {country} blocked the merger of {s} with a rival.",
    "The goalkeeper blocked two shots in {capital}; the clip was shared on {s}.",
    "{s} lets its users block each other. In {country} many do.",
    "{s} will close its office in {capital} next year to save money.",
    "{s} retires its desktop version this spring and asks users in {country} to switch.",
    "If {agent} blocked {s}, traders in {country} would lose their customers.",
    "Could {country} block {s}? Lawyers there see no basis for it.",
    "How to fix {s} when it is slow in {country}: restart the phone and clear the cache.",
    "Heavy rain disrupted train services across {country}, the railway wrote on {s}.",
    "Villages in {country} were unreachable after the flood, a mayor said on {s}.",
    "Access to the stadium in {capital} was restricted on Sunday, fans wrote on {s}.",
    "{s} was slow to catch on in {country}.",
    "{s} said its sales in {country} were down by a third.",
    "The situation in {country} was unstable, an analyst wrote on {s}.",
    "The power was restored in {capital} at noon, the utility said on {s}.",
    "{s} restored a feature that users in {country} had missed.",
    "The ban on smoking in {capital} was lifted, the mayor announced on {s}.",
    "{s} offers a course in {capital}. Registration is open until Friday.",
    "A cable fault left {country} without power, the utility said on {s}.",
    "Investors in {country} opened positions in {s} as usual.",
    "The minister praised the restrictions on imports to {country} in a post on {s}.",
    "A suspension of the coach was announced in {capital}, a club said on {s}.",
    "{agent} published its yearly report. A short film about it runs on {s}.",
    "The speed of trains in {country} was reduced, passengers complained on {s}.",
    "Meetings in {capital} were moved to {s} because of the heat.",
)


def negatives() -> list[str]:
    """The words of the grid in sentences that tell of no measure and no state."""
    return [
        text.format(
            country=state[0], capital=state[2], agent=_upper(state[3]) if text.startswith("{agent}") else state[3], s=name
        )
        for number, text in enumerate(NEGATIVES)
        for state, name in zip(tuple(STATES.values())[number % 3 :: 3], SERVICES[number % 5 :: 3], strict=False)
    ]
