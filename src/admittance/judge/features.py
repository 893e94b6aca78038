"""The named features that rules may look at: a closed list, each with what it holds."""

from typing import Literal, NamedTuple

__all__ = ["FEATURES", "FUNCTION_FEATURES", "REMOTE_FEATURES", "SNAPSHOT_FEATURES", "Feature"]


class Feature(NamedTuple):
    """One column that a condition or a reason may name."""

    kind: Literal["flag", "number", "text"]
    layers: tuple[str, ...]
    meaning: str


_ALL = ("dns", "tcp", "tls", "http", "quic")
_ENDPOINTS = ("tcp", "tls", "http", "quic")

FEATURES: dict[str, Feature] = {
    "attempted": Feature("number", _ALL, "queries at dns, else distinct endpoints (address and port) that were tried"),
    "worked": Feature("number", _ALL, "how many of them worked at least once"),
    "failed": Feature("number", _ALL, "how many of them never worked"),
    "failure": Feature("text", _ALL, "the most frequent failure; ties go to the first by name"),
    "kind": Feature("text", _ALL, "the kind of that failure, of `taxonomy.toml`"),
    "control": Feature(
        "text", _ALL, "what a control met at this layer: `worked`, `certificate` (tls, quic), `failed` or `none`"
    ),
    "control_from": Feature(
        "text", _ALL, "which control that is: the measurement's own, the controls table, the provider, or none"
    ),
    "masked": Feature("flag", _ALL, "every failure is one that a known fault of the test makes, of `masks.toml`"),
    "mask": Feature("text", _ALL, "the id of that fault"),
    "unseen": Feature(
        "flag",
        ("tls",),
        "every failure is one that the helper of that time could not see, of `masks.toml`, and nobody else speaks for the site",
    ),
    "worked_before": Feature(
        "flag", ("dns", "tcp", "tls", "http"), "the host worked from this very network on several days before"
    ),
    "resolver_broken": Feature(
        "flag", ("dns",), "the resolvers of this network answered nothing, of several names on several days"
    ),
    "answered": Feature("flag", ("dns",), "a query was answered with an address"),
    "answers": Feature("text", ("dns",), "the answered addresses"),
    "bogon": Feature("flag", ("dns",), "an answered address is not public"),
    "control_bogon": Feature("flag", ("dns",), "an address of the control's answers is not public"),
    "known_answer": Feature("flag", ("dns",), "an answered address is a fingerprint's"),
    "agreement": Feature(
        "text",
        ("dns",),
        "what answers share with the control's: `address`, `network`, `prefix`, `elsewhere`: nothing, but it lies where "
        "the name leads in other networks; `none`, `apart` (none known), `unknown`",
    ),
    "validated": Feature(
        "flag", ("dns",), "the answered address proved genuine: valid handshake of probe or helper, or the same page"
    ),
    "diverted": Feature(
        "flag",
        ("dns",),
        "the answered address, of a network unlike the control's, reaches the site, and requests there are cut off or changed",
    ),
    "home_known": Feature(
        "flag", ("dns",), "the catalog lists the provider's own networks, which serve the name, and the answer's are known"
    ),
    "foreign_owner": Feature(
        "flag", ("dns",), "an answered address lies in a network where a company serves nothing but its own names"
    ),
    "raced": Feature(
        "flag", ("dns",), "a question got two replies: first a wrong one, then one that agrees with the control's answers"
    ),
    "own_filter": Feature(
        "text",
        ("dns",),
        "how a filtering resolver that the user chose left the name out: by an `answer` that leads nowhere, a `page` of its "
        "own, or a `denial`",
    ),
    "led_to": Feature(
        "text",
        ("dns",),
        "what an unproven answer led to: `blockpage`, `log_in`, `wrong_certificate`, `different_page`, `failure` or `nothing`",
    ),
    "resolved_after_all": Feature(
        "flag",
        ("dns",),
        "a probe that goes nowhere but where the name leads connected or got the page all the same: it resolved later",
    ),
    "others_silent": Feature(
        "flag", ("dns",), "resolvers that the probe asked itself, in clear text, did not answer the name either"
    ),
    "page_came": Feature(
        "flag", ("dns",), "the page of the name came all the same: over a valid certificate, or as the control's"
    ),
    "other_family": Feature("flag", ("dns",), "all addresses that the control got are of IPv6"),
    "tried": Feature(
        "text", ("tls",), "what was counted: `handshakes`, or `requests over https` where no handshake was recorded"
    ),
    "outer_cut_off": Feature(
        "text",
        ("tls",),
        "how encrypted hellos under one outer name were cut off (`closed`, `reset` or `timeout`), where another was answered",
    ),
    "other_name_works": Feature("flag", ("tls",), "at an address where a handshake failed, one for another name worked"),
    "sluggish": Feature(
        "flag", ("tls",), "all handshakes took far longer than usual from this network, at endpoints that connect swiftly"
    ),
    "milliseconds": Feature("number", ("tls",), "what the quickest of them took"),
    "usual_milliseconds": Feature("number", ("tls",), "the median over days of what they take from this network"),
    "private_root": Feature("flag", ("tls", "quic"), "the target's certificates chain to a root that this test does not know"),
    "provider": Feature("flag", _ENDPOINTS, "the provider publishes the endpoint, so that it needs no helper"),
    "echo": Feature(
        "text", ("http",), "whether a helper got the request as it was sent: `unaltered` or `altered`; none elsewhere"
    ),
    "tunnel": Feature("flag", ("http",), "the fact is the making of a circumvention tool's tunnel"),
    "exchange": Feature("flag", ("http",), "the fact is an exchange of STUN over UDP"),
    "starved": Feature("flag", ("http",), "a long request received far less than its own connection's round trips could bring"),
    "received_bytes": Feature("number", ("http",), "what it received between the first and the last count of bytes"),
    "receiving_milliseconds": Feature("number", ("http",), "the time between these counts"),
    "connected_in": Feature("number", ("http",), "milliseconds that connecting to the same endpoint took"),
    "authenticated": Feature(
        "flag", ("http",), "the answer came over https from the site, or by a redirect that the site itself sent"
    ),
    "handed_out": Feature(
        "text",
        ("dns", "tls", "http"),
        "what the network hands out for many names, an address, a page or an issuer's certificates: `wall` or `notice`",
    ),
    "known_page": Feature(
        "text",
        ("tls", "http", "quic"),
        "what a mark of the answer, or of a refused certificate's issuer, says: `blockpage`, `captive_portal`, `filter`, "
        "`institution` or `own_machine`",
    ),
    "fingerprint": Feature("text", ("tls", "http", "quic"), "the id of that fingerprint"),
    "early": Feature("flag", ("tls", "quic"), "every refused certificate is not valid yet by the probe's clock"),
    "ahead": Feature(
        "flag",
        ("tls", "quic"),
        "every failure is of a certificate out of date, more than a week after the collector opened the report",
    ),
    "private_redirect": Feature("flag", ("http",), "an answer redirects to a bare address that is not public"),
    "clear_answer": Feature(
        "text",
        ("http",),
        "what a host that its provider publishes answered in clear text: `own_redirect`, `foreign_redirect` or `page`",
    ),
    "comparison": Feature("text", ("http",), "the final page against the control's: `matches`, `differs`, `unclear` or `none`"),
    "likeness": Feature("text", ("http",), "by what it matches: `title`, `length`, `headers` or `status`"),
    "refusal": Feature("flag", ("http",), "the server itself or its bot wall refuses this visitor, and not the control"),
    "server_error": Feature("flag", ("http",), "the answer's status is 500 or above, and the control got its page"),
    "middlebox": Feature(
        "flag", ("http",), "a refusal in clear text bears a header of a proxy or filter, which the control's answer does not"
    ),
    "status_code": Feature("number", ("http",), "status of the final answer"),
    "control_status_code": Feature("number", ("http",), "status of the control's final answer"),
    "body_length": Feature("number", ("http",), "bytes of the final answer"),
    "control_body_length": Feature("number", ("http",), "bytes of the control's final answer"),
}
"""Features of the network gate."""

_REMOTE = ("dns", "tcp", "tls", "http")

REMOTE_FEATURES: dict[str, Feature] = {
    "attempted": Feature("number", _REMOTE, "tries with the name"),
    "worked": Feature("number", _REMOTE, "how many of them were answered, whatever the answer"),
    "failed": Feature("number", _REMOTE, "how many of them were not"),
    "failure": Feature("text", _REMOTE, "the most frequent failure; ties go to the first by name"),
    "kind": Feature("text", _REMOTE, "the kind of that failure, of `taxonomy.toml`"),
    "control": Feature(
        "text",
        ("dns", "tls", "http"),
        "whether tries with other names went as usual: `present`, `failed`, or `missing` where none was made",
    ),
    "control_failure": Feature("text", ("dns",), "what they met"),
    "own_side": Feature("flag", ("tcp",), "the scanner itself failed"),
    "usual": Feature("number", ("tls",), "handshakes of which nothing says that they were other than usual"),
    "matched": Feature("number", ("http",), "tries that were answered as the vantage answers everybody"),
    "mismatched": Feature("number", ("http",), "tries that were answered otherwise"),
    "service": Feature("text", ("http",), "what the vantage is: `echo`, `discard`, `http` or `https`"),
    "known_page": Feature("text", ("http",), "what a mark says: `blockpage`, `captive_portal`, `filter` or `institution`"),
    "fingerprint": Feature("text", ("dns", "http"), "the id of that fingerprint"),
    "genuine": Feature("flag", ("http",), "the page bears the mark of one that only looks like a notice"),
    "foreign": Feature("flag", ("http",), "what came back is an answer over HTTP, or a page with a title"),
    "serves_name": Feature("flag", ("http",), "every other answer redirects to the site itself"),
    "status_code": Feature("number", ("http",), "the lowest status of other answers"),
    "answers": Feature("text", ("dns",), "the answered addresses"),
    "answer_networks": Feature("text", ("dns",), "their AS numbers"),
    "match": Feature("text", ("dns",), "the answer beside the controls': `matched`, `unmatched`, `untagged` or `excluded`"),
    "alike": Feature("text", ("dns",), "what of it is alike, what of it is known, or why it was excluded"),
    "known": Feature("number", ("dns",), "how many of network, certificate and page of an unlike answer are known"),
    "bogon": Feature("flag", ("dns",), "an answered address is not public"),
    "control_bogon": Feature("flag", ("dns",), "an address of the controls' answers is not public"),
    "known_answer": Feature("flag", ("dns",), "an answered address is a fingerprint's"),
    "placed": Feature("flag", ("dns",), "the network of an answered address is known"),
    "content_network": Feature("flag", ("dns",), "an answered address lies in a network of many unrelated sites"),
    "foreign_owner": Feature("flag", ("dns",), "it lies in a network where a company serves nothing but its own names"),
    "led_to": Feature(
        "text",
        ("dns",),
        "what the answered address served for the name: `blockpage`, `filter`, `named_certificate`, `wrong_certificate`,"
        " `failure` or `page`",
    ),
}
"""Features of the network gate for what was seen from afar."""

SNAPSHOT_FEATURES: dict[str, Feature] = {
    "status": Feature("text", ("store", "listing", "content"), "what was found, in the words of the source"),
    "place": Feature(
        "text", ("store", "listing", "content"), "the store, marketplace or platform, and its list where it is a list"
    ),
    "country": Feature("text", ("store", "listing", "content"), "the storefront's or platform's country, or the destination"),
    "informative": Feature("flag", ("store",), "some row of this store says that some app is absent"),
    "live": Feature(
        "flag",
        ("store",),
        "the storefront lists something: it did once, and is not without all of its apps in passing, or all of ten or more",
    ),
    "apps_known": Feature("number", ("store",), "apps that were ever looked for in this storefront"),
    "listing": Feature("number", ("store",), "live storefronts that list the app, each as last read by then, or as first read"),
    "compared": Feature("number", ("store", "listing"), "live storefronts, or destinations not shunned, that were read for it"),
    "absent_percent": Feature("number", ("store",), "share of these storefronts that do not list it"),
    "listed_before": Feature("flag", ("store",), "an earlier reading of this storefront listed the app"),
    "outcome": Feature(
        "text",
        ("listing",),
        "what page and cart come to: `offered`, `no_button`, `refused`, `silently_refused`, `withheld`, `unavailable`, "
        "`untried`, `unread`, or `search`",
    ),
    "offered_before": Feature("flag", ("listing",), "an earlier reading offered the product to this destination"),
    "offering": Feature(
        "number", ("listing",), "destinations that it is offered to, each as last read by then or as first read"
    ),
    "products": Feature("number", ("listing",), "products that were ever read for this destination"),
    "refused_percent": Feature("number", ("listing",), "share of these that are refused"),
    "shunned": Feature("flag", ("listing",), "nine in ten of the products read for this destination, or more, are refused"),
    "count": Feature("number", ("listing",), "what a search found"),
    "usual": Feature("number", ("listing",), "what it used to find: the highest median of five earlier readings in a row"),
    "usual_percent": Feature("number", ("listing",), "the count as a share of that"),
    "says": Feature("text", ("content",), "what a short page says by its marks: `withheld`, `suspended`, `wall` or `gone`"),
    "named": Feature("flag", ("content",), "the page bears the institution's name, or the last piece of its address"),
}
"""Features of the gates that are looked at in snapshots."""

FUNCTION_FEATURES: dict[str, Feature] = {
    "status": Feature("text", ("attempt",), "what came of it: `works`, `fails`, `refused` or `unknown`"),
    "role": Feature("text", ("attempt",), "the function that was tried"),
    "works_elsewhere": Feature("flag", ("attempt",), "the nearest attempt within three days worked, in some other country"),
    "fails_elsewhere": Feature(
        "flag", ("attempt",), "it was tried in other countries within three days, and the nearest attempts worked in none"
    ),
    "other_role_works": Feature(
        "flag", ("attempt",), "the nearest attempt within a day worked, at some other function of the service in the country"
    ),
    "countries_working": Feature("number", ("attempt",), "other countries in which it worked within three days"),
    "countries_tried": Feature("number", ("attempt",), "other countries in which it was tried within three days"),
}
"""Features of the function gate, for what was tried."""
