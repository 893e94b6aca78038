"""What the final answer of a redirect chain is: authenticated, known, refused, or like the control's."""

from datetime import timedelta

import polars as pl

from admittance.judge.certificates import issuers_of
from admittance.judge.facts import Facts
from admittance.judge.fingerprints import Fingerprints
from admittance.judge.marks import Found, borne, kept_bodies, marks_of_answers
from admittance.judge.ruleset import TAXONOMY
from admittance.model.vocabulary import Control, Layer

__all__ = ["chains_of", "demands_proof", "marked", "without_private_redirects"]

PAGES = TAXONOMY.pages
LONGEST_REPORT = timedelta(days=7)
"""A report is open for hours, seldom for days: what happens later in it is dated by a clock that is ahead."""
OUT_OF_DATE = "ssl_invalid_certificate"
_BARE = r"^https?://(\d+\.\d+\.\d+\.\d+)(?:[:/?#]|$)"
ANSWER = (
    "step", "hop", "secure", "hostname", "url", "location", "status_code", "body_length", "body_truncated", "title",
    "header_names", "server", "control", "control_failure", "control_status_code", "control_body_length", "control_title",
    "control_header_names",
)  # fmt: skip


def marked(facts: Facts, found: Found, bodies: pl.DataFrame, fingerprints: Fingerprints) -> Facts:
    """The facts with `fingerprint` and `known_page` on answers that bear a mark, in body, title, redirect or Server header, and
    on handshakes whose certificate was refused and bears one; with `issuer` on these handshakes, with `early` on those
    whose certificate is not valid yet, and with `ahead` on those that happened, by the probe's clock, long after the collector
    opened the report. `found` are the marks of the answers.
    """
    rows = facts.rows
    answers = rows.select("number", "layer", "body_sha256", "title", "location", "server").filter(
        pl.col("layer") == Layer.HTTP.value
    )
    borne_by = [marks_of_answers(answers, found)]
    refused = _refused(rows, bodies)
    if not refused.is_empty():
        borne_by.append(borne(refused, "issuer", fingerprints.match_values("issuer", refused["issuer"])))
    marks = pl.concat(borne_by).unique("number", keep="first", maintain_order=True)
    nothing = pl.Series([None], dtype=pl.String).new_from_index(0, rows.height)
    columns = [nothing.scatter(marks["number"], marks[name]).alias(name) for name in ("fingerprint", "known_page")]
    columns.append(nothing.scatter(refused["number"], refused["issuer"]).alias("issuer"))
    early = refused.filter(pl.col("not_before") > pl.col("time"))["number"]
    run_out = rows.select("number", "failure", "time", "report_id").filter(pl.col("failure") == OUT_OF_DATE)
    ahead = run_out.filter(pl.col("time") > _opened() + LONGEST_REPORT)["number"]
    never = pl.Series([False]).new_from_index(0, rows.height)
    columns += [never.scatter(numbers, True).alias(name) for name, numbers in (("early", early), ("ahead", ahead))]
    return facts._replace(rows=rows.with_columns(columns))


def _opened() -> pl.Expr:
    """When the collector opened the report, by its own clock: the ids that it gives begin with the moment."""
    return pl.col("report_id").str.head(16).str.to_datetime("%Y%m%dT%H%M%SZ", time_zone="UTC", strict=False)


def _refused(rows: pl.DataFrame, bodies: pl.DataFrame) -> pl.DataFrame:
    """Handshakes whose certificate was refused and kept: `number`, `time`, `issuer` and `not_before`."""
    refused = rows.select("number", "certificate_valid", "certificate_sha256", "time").filter(~pl.col("certificate_valid"))
    return refused.join(issuers_of(kept_bodies(bodies, refused["certificate_sha256"])), on="certificate_sha256")


def without_private_redirects(facts: Facts, fingerprints: Fingerprints) -> Facts:
    """The facts with `aside`: those at a bare address that is not public, to which an answer redirected. They are nobody's:
    their `home` is taken away. A page there that bears a mark stays. Answers that redirect there have `points_aside`.
    """
    rows = facts.rows
    bare = pl.col("hostname").is_null() | (pl.col("hostname") == pl.col("address"))
    led = rows.select("number", "hop", "hostname", "address", "known_page").filter((pl.col("hop") > 0) & bare)
    found = led.filter(
        pl.col("address").is_in(fingerprints.texts_with_bogons(led["address"]).implode()) & pl.col("known_page").is_null()
    )["number"]
    pointing = rows.select("number", pl.col("location").str.extract(_BARE, 1).alias("to")).drop_nulls("to")
    to_private = pointing.filter(pl.col("to").is_in(fingerprints.texts_with_bogons(pointing["to"]).implode()))["number"]
    nothing = pl.Series([False]).new_from_index(0, rows.height)
    marks = (nothing.scatter(numbers, True).alias(name) for name, numbers in (("aside", found), ("points_aside", to_private)))
    return facts._replace(rows=rows.with_columns(*marks, rows["home"].scatter(found, None)))


def chains_of(facts: Facts) -> pl.DataFrame:
    """One row per chain with a request: its final answer, how that compares with the control's page, and what the control met.

    Columns: chain, portal (some answer bears the mark of a log-in), private_redirect, chain_control, final_hop, final_secure,
    comparison, likeness, refusal, server_error, middlebox, authenticated, clear_answer, and the numbers of both pages. Null
    comparison columns mean that nothing was answered.
    """
    requests = (
        facts.rows.lazy()
        .filter(pl.col("layer") == Layer.HTTP.value)
        .select(
            facts.chain(pl.col("step")).alias("chain"), "number", "sequence", "step", "hop", "pair", "secure", "works",
            "asked_scheme", "control", "control_failure", "known_page", "aside", "points_aside",
        )
        .collect()
    )  # fmt: skip
    met = pl.col("control") == Control.PRESENT.value
    controls = requests.group_by("chain").agg(
        (met & pl.col("control_failure").is_null()).any().alias("control_worked"),
        pl.col("control_failure").filter(met).min().alias("chain_control_failure"),
        # A redirect is only followed when the first request was answered, which for https the site alone can do.
        ((pl.col("asked_scheme") == "https").fill_null(False) | (pl.col("secure") & pl.col("works") & (pl.col("hop") == 0)))
        .any()
        .alias("secure_from_start"),
        (pl.col("known_page") == "captive_portal").fill_null(False).any().alias("portal"),
        pl.any_horizontal("aside", "points_aside").any().alias("private_redirect"),
    )
    place = (pl.col("hop") * 2 + pl.col("secure").cast(pl.Int64)) * 2**32 + pl.col("sequence")
    last = (
        requests.filter(pl.col("works") & ~pl.col("aside"))
        .select("chain", "number", "step", place.alias("place"))
        .filter(pl.col("place") == pl.col("place").max().over("chain"))
    )
    shaken = (
        facts.rows.select("step", "layer", "works")
        .filter(pl.col("layer") == Layer.TLS.value)
        .group_by("step")
        .agg(pl.col("works").any().alias("handshake_works"))
    )
    pair = facts.rows["pair"].gather(last["number"])
    final = (
        facts.rows.select(ANSWER)[last["number"]]
        .with_columns(last["chain"], *(facts.pairs[name].gather(pair) for name in ("site", "provider")))
        .join(shaken, on="step", how="left")
        .join(controls.select("chain", "secure_from_start"), on="chain", how="left")
        .with_columns(_from_site())
        .with_columns(_likenesses())
        .with_columns(_authenticated(), _stock_page(), _default_page())
        .with_columns(_refusal(), _server_error(), _middlebox())
        .with_columns(_comparison(), _likeness())
    )
    # Only published hosts are judged by it.
    published = _clear_answer() if final["provider"].any() else pl.lit(None, pl.String).alias("clear_answer")
    answer = final.with_columns(published).select(
        "chain",
        pl.col("hop").alias("final_hop"),
        pl.col("secure").alias("final_secure"),
        "authenticated",
        "clear_answer",
        "comparison",
        "likeness",
        "refusal",
        "server_error",
        "middlebox",
        "status_code",
        "control_status_code",
        "body_length",
        "control_body_length",
    )
    verdict = (
        pl.when(pl.col("control_worked"))
        .then(pl.lit("worked"))
        .when(pl.col("chain_control_failure").str.starts_with("ssl_"))
        .then(pl.lit("certificate"))
        .when(pl.col("chain_control_failure").is_not_null())
        .then(pl.lit("failed"))
        .otherwise(pl.lit("none"))
    )
    return controls.select("chain", "portal", "private_redirect", verdict.alias("chain_control")).join(
        answer, on="chain", how="left"
    )


def _words(title: pl.Expr) -> pl.Expr:
    """The long words of a title. A host's name is one word: who names the site in a notice has no word of its title."""
    return title.str.to_lowercase().str.extract_all(rf"[\w-]+(?:\.[\w-]+)+|\w{{{PAGES.title_word},}}")


def _uncommon(column: str) -> pl.Expr:
    """Names of headers that tell a site; of an answer from another host not those that content networks send with all sites."""
    names = pl.col(column).str.split(" ")
    common, edges = (pl.lit(pl.Series([list(headers)])).first() for headers in (PAGES.common_headers, PAGES.edge_headers))
    own = names.list.set_difference(common)
    return pl.when(pl.col("from_site")).then(own).otherwise(own.list.set_difference(edges))


def _likenesses() -> list[pl.Expr]:
    """How single properties compare: true alike, false unlike, null where one side is unknown."""
    compared = (
        (pl.col("control") == Control.PRESENT.value)
        & pl.col("control_failure").is_null()
        & pl.col("control_status_code").is_not_null()
    )
    probe, control = pl.col("body_length"), pl.col("control_body_length")
    whole = ~pl.col("body_truncated").fill_null(False) & (probe > 0) & (control > 0)
    smaller, greater = pl.min_horizontal(probe, control), pl.max_horizontal(probe, control)
    titles = (pl.col("title").str.strip_chars().str.len_chars() > 0) & (
        pl.col("control_title").str.strip_chars().str.len_chars() > 0
    )
    # The control's page bears a title and this one, received whole, bears none. Nothing at all says nothing.
    title_gone = (
        (probe > 0)
        & ~pl.col("body_truncated").fill_null(False)
        & pl.col("title").is_null()
        & (pl.col("control_title").str.strip_chars().str.len_chars() > 0)
    )
    same_title = (
        pl.col("title").str.strip_chars().str.to_lowercase() == pl.col("control_title").str.strip_chars().str.to_lowercase()
    )
    # Words are sought only where the titles differ, which spares the search in nearly all.
    ours, theirs = (pl.when(~same_title).then(pl.col(column)) for column in ("title", "control_title"))
    shared_words = _words(ours).list.set_intersection(_words(theirs)).list.len() > 0
    sent, expected = _uncommon("header_names"), _uncommon("control_header_names")
    shared_headers = sent.list.set_intersection(expected).list.len() > 0
    headers_told = (sent.list.len() > 0) | (expected.list.len() > 0)
    alike_titles = (
        pl.when(titles.fill_null(False)).then(same_title | shared_words).when(title_gone.fill_null(False)).then(pl.lit(False))
    )
    alike_length = pl.when(whole.fill_null(False)).then(smaller / greater >= PAGES.alike_length)
    # Small pages are of like length by chance.
    by_chance = alike_length & (greater < PAGES.least_length) & ~alike_titles
    return [
        compared.fill_null(False).alias("compared"),
        ((probe > 0) & (control == 0) & (pl.col("title").str.len_chars() > 0)).fill_null(False).alias("no_page_there"),
        ((probe == 0) & (control > 0) & pl.col("status_code").is_between(200, 299)).fill_null(False).alias("empty_page"),
        (
            (pl.col("status_code") >= 400)
            & pl.col("title").is_null()
            & ~pl.col("body_truncated").fill_null(False)
            & (probe.fill_null(0) < PAGES.bare_length)
        )
        .fill_null(False)
        .alias("bare_refusal"),
        (pl.col("status_code") == pl.col("control_status_code")).alias("same_status"),
        pl.when(~by_chance.fill_null(False)).then(alike_length).alias("same_length"),
        alike_titles.alias("same_title"),
        pl.when(headers_told.fill_null(False)).then(shared_headers.fill_null(False)).alias("same_headers"),
    ]


def _of_site(host: pl.Expr) -> pl.Expr:
    return (host == pl.col("site")) | host.str.ends_with(pl.concat_str(pl.lit("."), "site"))


def _host(url: str) -> pl.Expr:
    return pl.col(url).str.extract(r"^https?://([^/:?#]+)", 1).str.to_lowercase()


def _clear_answer() -> pl.Expr:
    """What a host answered in clear text: a redirect onto its own site, one to another, or a page; null for other answers."""
    redirect = pl.col("status_code").is_between(300, 399) & pl.col("location").is_not_null()
    elsewhere = ~_of_site(pl.when(redirect).then(_host("location")))
    return (
        pl.when(pl.col("secure"))
        .then(None)
        .when((~_of_site(_host("url"))).fill_null(False) | elsewhere.fill_null(False))
        .then(pl.lit("foreign_redirect"))
        .when(redirect.fill_null(False))
        .then(pl.lit("own_redirect"))
        .otherwise(pl.lit("page"))
        .alias("clear_answer")
    )


def _stock_page() -> pl.Expr:
    """Whether a page is one that servers ship: an error whose title begins with its own status code, in ASCII."""
    title = pl.when(pl.col("status_code") >= 400).then(pl.col("title").str.strip_chars().str.to_lowercase())
    named = title.str.replace(r"^(?:http )?error:? ", "").str.starts_with(pl.col("status_code").cast(pl.String))
    return (named & title.str.contains(r"^[ -~]{3,60}$")).fill_null(False).alias("stock_page")


def _default_page() -> pl.Expr:
    """Whether a page is one that stands where a site is not set up, in place of another that the control saw."""
    named = pl.col("title").str.to_lowercase().str.contains_any(list(PAGES.stock_titles))
    return (named & ~pl.col("same_title").fill_null(False)).fill_null(False).alias("default_page")


def _from_site() -> pl.Expr:
    from_site = pl.coalesce(_of_site(_host("url")), _of_site(pl.col("hostname")))
    return from_site.fill_null(pl.col("hop") == 0).alias("from_site")


def _authenticated() -> pl.Expr:
    return (
        pl.col("secure")
        & pl.col("handshake_works").fill_null(True)
        & (pl.col("from_site") | pl.col("secure_from_start").fill_null(False))
    ).alias("authenticated")


def demands_proof() -> pl.Expr:
    """Whether a page has the title of a wall against robots, or the header of one and no title."""
    title = pl.col("title").str.to_lowercase()
    return title.str.contains_any(list(PAGES.wall_titles)).fill_null(False) | (_guarded() & pl.col("title").is_null())


def _guarded() -> pl.Expr:
    headers = pl.col("header_names").str.split(" ").list.set_intersection(pl.lit(pl.Series([list(PAGES.wall_headers)])).first())
    return (headers.list.len() > 0).fill_null(False)


def _refusal() -> pl.Expr:
    refused = pl.col("status_code").is_in(list(PAGES.refusals)) & (pl.col("control_status_code") < 400)
    server, title = pl.col("server").str.to_lowercase(), pl.col("title").str.to_lowercase()
    wall = server.str.contains_any(list(PAGES.wall_servers)).fill_null(False) | title.str.contains_any(
        list(PAGES.wall_titles)
    ).fill_null(False)
    own = pl.col("authenticated") | wall | _guarded() | pl.col("stock_page") | (pl.col("status_code") == 451)
    # Walls that only want a proof answer with success.
    walled = demands_proof() & ~pl.col("same_title") & (pl.col("control_status_code") < 400)
    return ((refused & own).fill_null(False) | walled.fill_null(False)).alias("refusal")


def _server_error() -> pl.Expr:
    served = pl.col("compared") & (pl.col("control_status_code") < 400)
    return (served & (pl.col("status_code") >= 500)).fill_null(False).alias("server_error")


def _middlebox() -> pl.Expr:
    """Whether a refusal in clear text, in place of the page that the control got, bears a header of machines on the path."""
    headers = pl.lit(pl.Series([list(PAGES.middlebox_headers)])).first()
    ours, theirs = (
        pl.col(column).str.split(" ").list.set_intersection(headers) for column in ("header_names", "control_header_names")
    )
    server, title = pl.col("server").str.to_lowercase(), pl.col("title").str.to_lowercase()
    wall = server.str.contains_any(list(PAGES.wall_servers)).fill_null(False)
    refused = pl.col("status_code").is_in(list(PAGES.middlebox_refusals)) | title.str.contains_any(list(PAGES.refusal_titles))
    unlike = ~pl.col("same_title").fill_null(False)
    served = pl.col("compared") & (pl.col("control_status_code") < 400)
    betrayed = (ours.list.len() > 0) & (theirs.list.len() == 0)
    return (~pl.col("secure") & ~wall & served & refused & unlike & betrayed).fill_null(False).alias("middlebox")


def _comparison() -> pl.Expr:
    alike = pl.any_horizontal("same_title", "same_length", "same_headers").fill_null(False)
    # A page with a title in place of one without is another when length and headers both say so.
    titled = pl.col("same_title").is_null() & (pl.col("title").str.len_chars() > 0) & ~pl.col("secure")
    form_alone = titled & ~pl.col("same_length") & ~pl.col("same_headers")
    unlike_page = pl.any_horizontal(~pl.col("same_title"), ~pl.col("same_status"), form_alone).fill_null(False)
    unlike_form = pl.any_horizontal(~pl.col("same_length"), ~pl.col("same_headers")).fill_null(False)
    redirect = pl.col("status_code").is_between(300, 399).fill_null(False)
    helper_refused = (pl.col("control_status_code") >= 400).fill_null(False)
    server_error = (pl.col("status_code") >= 500).fill_null(False)
    absent = pl.col("status_code").is_in(list(PAGES.absences)).fill_null(False)
    return (
        pl.when(~pl.col("compared") | pl.col("status_code").is_null())
        .then(pl.lit("none"))
        .when(alike & (pl.col("same_status") | (pl.col("same_title").fill_null(False) & ~server_error)))
        .then(pl.lit("matches"))
        .when(redirect | (helper_refused & ~pl.col("same_status")))
        .then(pl.lit("none"))
        .when(((server_error | absent | pl.col("stock_page")) & ~pl.col("same_status")) | pl.col("default_page"))
        .then(pl.lit("unclear"))
        .when(pl.col("empty_page") | pl.col("bare_refusal") | pl.col("no_page_there") | (helper_refused & ~alike))
        .then(pl.lit("unclear"))
        .when(unlike_page & unlike_form & ~alike)
        .then(pl.lit("differs"))
        .when(pl.col("same_status") & ~unlike_form & ~unlike_page)
        .then(pl.lit("matches"))
        .otherwise(pl.lit("unclear"))
        .alias("comparison")
    )


def _likeness() -> pl.Expr:
    return pl.coalesce(
        pl.when(pl.col(f"same_{part}")).then(pl.lit(part)) for part in ("title", "length", "headers", "status")
    ).alias("likeness")
