"""From observations to facts that rules can weigh: whose target, which path and endpoint, which layer a failure speaks of."""

from typing import NamedTuple

import polars as pl

from admittance.catalog import Catalog, is_address, registrable_domain
from admittance.judge.ruleset import TAXONOMY
from admittance.judge.veiled import beside_plain, veiled, veiled_target
from admittance.model.vocabulary import Layer

__all__ = [
    "HANDSHAKES",
    "LAYERS",
    "LAYER_NAMES",
    "LONGEST_CHAIN",
    "Facts",
    "asked_of",
    "facts_of",
    "from_first_file",
    "layer_of",
    "names_ipv6",
    "numbered",
    "of_layers",
    "once",
    "placed",
    "secure",
    "told_once",
    "with_pairs",
]

LAYERS = (Layer.DNS, Layer.TCP, Layer.TLS, Layer.HTTP, Layer.QUIC)
LAYER_NAMES = pl.Enum([layer.value for layer in LAYERS])
HANDSHAKES = [Layer.TLS.value, Layer.QUIC.value]
"""Layers that prove who answers."""
LONGEST_CHAIN = 1_000
"""Hops from this number on are one; no client follows so many redirects."""

KIND_OF_FAILURE = {failure: kind for kind, failures in TAXONOMY.kinds.items() for failure in failures}
HOME_OF_KIND = {kind: layer for layer, kinds in TAXONOMY.home.items() for kind in kinds}
LAYER_OF_OPERATION = {operation: layer for layer, operations in TAXONOMY.operations.items() for operation in operations}

READING, RESOLVERS = TAXONOMY.reading, TAXONOMY.resolvers
_URL = r"^https?://(\[[0-9a-fA-F:.]+\]|[^/:?#]+)(?::(\d+))?"
_SPREAD = 0x9E3779B97F4A7C15  # 2^64 over the golden ratio: neighbouring ports get distant numbers


class Facts(NamedTuple):
    """Facts in rows, and what their numbers stand for. Grouping and joining by numbers takes a quarter of the time of texts."""

    rows: pl.DataFrame
    measurements: pl.Series  # uids in order; the column `measurement` counts into it
    pairs: pl.DataFrame  # sorted by target, path and test; the column `pair` counts into it

    def chain(self, step: pl.Expr) -> pl.Expr:
        """The chain of a step: all hops of one path of a measurement's target."""
        return step // LONGEST_CHAIN

    def first_step(self, step: pl.Expr) -> pl.Expr:
        """The first step of a step's chain, before any redirect."""
        return self.chain(step) * LONGEST_CHAIN

    def pair(self, step: pl.Expr) -> pl.Expr:
        """The pair of a step."""
        return self.chain(step) % max(self.pairs.height, 1)

    def measurement(self, step: pl.Expr) -> pl.Expr:
        """The measurement of a step."""
        return self.chain(step) // max(self.pairs.height, 1)


def facts_of(observations: pl.DataFrame, catalog: Catalog) -> Facts:
    """One row per observation at a layer of the network gate, with path, endpoint and kind of failure beside its own columns.

    A measurement that stands in several files counts once. A path is one host of a target; all endpoints of a pool, and all
    hosts that stand in for one another, are one path. Columns added: number (of the row), measurement, pair (test, target and
    path), step (one hop of a path of a measurement), pool, one_service, secure (https rather than clear text; false at dns),
    endpoint (a number), kind, works, home, moved. `home` is the layer that the fact speaks of: null for a failed request that
    only follows from a failure that stands in its own row, or whose URL another request of the measurement had answered.
    `moved` marks a request that speaks of a lower layer.
    """
    rows, measurements = once(observations)
    rows, pairs = with_pairs(beside_plain(rows), catalog)
    hop = pl.col("hop").clip(0, LONGEST_CHAIN - 1)
    step = (pl.col("measurement") * max(pairs.height, 1) + pl.col("pair")) * LONGEST_CHAIN + hop
    rows = _with_endpoints(placed(rows).with_columns(step.alias("step")))
    return Facts(_attributed(_with_kinds(rows), pairs).with_row_index("number"), measurements, pairs)


def once(observations: pl.DataFrame) -> tuple[pl.DataFrame, pl.Series]:
    """What speaks of the layers of the network gate, each fact once, with `measurement`: a number that counts into the uids."""
    rows = told_once(of_layers(observations))
    measurements = _distinct(rows["measurement_uid"])
    return rows.with_columns(_position(rows["measurement_uid"], measurements).alias("measurement")), measurements


def told_once(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows, each fact once: archives repeat measurements, across files and within."""
    uids, facts = rows["measurement_uid"], ["measurement_uid", "sequence"]
    begun = uids.ne_missing(uids.shift())
    in_order = (begun | (rows["sequence"] > rows["sequence"].shift())).all() and uids.filter(begun).is_unique().all()
    if in_order or rows.select(facts).is_unique().all():
        return rows
    return from_first_file(rows, "measurement_uid")


def of_layers(observations: pl.DataFrame) -> pl.DataFrame:
    """What speaks of the layers of the network gate."""
    wanted = observations["layer"].is_in([layer.value for layer in LAYERS])
    return observations if wanted.all() else observations.filter(wanted)


def from_first_file(rows: pl.DataFrame, measurement: str) -> pl.DataFrame:
    """Each measurement, named by a column, from the first file that holds it, and each of its facts once; sorted by both."""
    first = rows.group_by(measurement).agg(pl.col("file").min())
    return (
        rows.join(first, on=[measurement, "file"], how="semi")
        .sort(measurement, "sequence", "offset")
        .unique([measurement, "sequence"], keep="first", maintain_order=True)
    )


def with_pairs(rows: pl.DataFrame, catalog: Catalog) -> tuple[pl.DataFrame, pl.DataFrame]:
    """The rows with `pair`, `pool` and `one_service`, and the pairs."""
    pair, pairs = _pairs(rows, catalog)
    gathered = (pairs[name].gather(pair).alias(name) for name in ("pool", "one_service"))
    return rows.with_columns(pair, *gathered), pairs


def placed(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows of `with_pairs` with `works`, `secure` and the address that a URL names bare."""
    bare = pl.when("pool").then(pl.col("url").str.extract(_URL, 1).str.strip_chars("[]"))
    return rows.with_columns(pl.col("layer").cast(LAYER_NAMES), pl.col("failure").is_null().alias("works")).with_columns(
        secure(pl.col("one_service")).alias("secure"),
        (pl.col("works") & (pl.col("certificate_valid").fill_null(True) | ~pl.col("layer").is_in(HANDSHAKES))).alias("works"),
        pl.coalesce("address", bare).alias("address") if rows["pool"].any() else "address",
    )


def asked_of(rows: pl.DataFrame, catalog: Catalog) -> tuple[pl.Series, pl.DataFrame]:
    """What each row asked for, and what the catalog says of it.

    That is a number (`asked`) into the rows of the table: one for each test and host, encrypted hellos apart.
    """
    tests, hosts = _distinct(rows["test_name"]), _distinct(rows["asked_host"])
    asked = _position(rows["asked_host"], hosts) * len(tests) + _position(rows["test_name"], tests)
    asked = asked * 2 + veiled(rows).cast(pl.Int64)
    known = asked.unique().sort()
    places = pl.Series([0]).new_from_index(0, 2 * len(tests) * len(hosts)).scatter(known, pl.int_range(len(known), eager=True))
    told = [
        (number, *_told(catalog, tests[code // 2 % len(tests)], hosts[code // 2 // len(tests)], bool(code % 2)))
        for number, code in enumerate(known)
    ]
    table = pl.DataFrame(
        told,
        schema={
            "asked": pl.Int64,
            **dict.fromkeys(("test_name", "target", "path", "subject"), pl.String),
            **dict.fromkeys(("pool", "one_service", "provider", "private_root"), pl.Boolean),
            **dict.fromkeys(("own_networks", "own_addresses", "site"), pl.String),
        },
        orient="row",
    )
    return places.gather(asked), table


def secure(one_service: pl.Expr) -> pl.Expr:
    """Whether a fact belongs to the https service of its path; the ports of a pool are one service, as others may be."""
    by_layer = (
        pl.when(pl.col("layer").is_in(HANDSHAKES))
        .then(pl.lit(True))
        .when(pl.col("layer") == Layer.HTTP.value)
        .then(pl.col("url").str.starts_with("https:").fill_null(pl.col("asked_scheme") == "https"))
        .when(pl.col("port") == 443)
        .then(pl.lit(True))
        .when(pl.col("port") == 80)
        .then(pl.lit(False))
        .otherwise(pl.col("asked_scheme") == "https")
    )
    return ((pl.col("layer") != Layer.DNS.value) & ~one_service & by_layer).fill_null(False)


def names_ipv6(column: str = "address") -> pl.Expr:
    """Whether an address is of IPv6; false where there is none."""
    return pl.col(column).str.contains(":", literal=True).fill_null(False)


def layer_of(codes: pl.Series) -> pl.Series:
    """The layers that stand at these positions of `LAYERS`; null stays null."""
    return pl.Series([layer.value for layer in LAYERS], dtype=LAYER_NAMES).gather(codes)


def numbered(values: pl.Series) -> pl.Series:
    """For each text its place among the distinct ones, sorted."""
    return _position(values, _distinct(values))


def _distinct(values: pl.Series) -> pl.Series:
    return _runs(values).unique().sort()


def _position(values: pl.Series, among: pl.Series) -> pl.Series:
    places = among.to_frame("value").with_row_index("place")
    found = _runs(values).to_frame("value").join(places, on="value", how="left", maintain_order="left")["place"]
    return found.cast(pl.Int64).gather(values.rle_id())


def _runs(values: pl.Series) -> pl.Series:
    """Each value but once where it follows upon itself, as it mostly does: rows of a measurement stand together."""
    return values.rle().struct.field("value")


def _told(catalog: Catalog, test_name: str, asked_host: str, hidden: bool) -> tuple[object, ...]:
    """What the catalog says of a host in a test: the columns of `asked_of`, without the number."""
    subject, target_id = catalog.target_of_endpoint(test_name, asked_host)
    if hidden:
        target_id = veiled_target(target_id)
    target = catalog.target(target_id)
    pool = target is not None and bool(target.addresses or target.tests) and is_address(asked_host)
    private_root = target is not None and target.private_root and test_name not in READING.tests_with_private_roots
    resolver = RESOLVERS.network_of.get(asked_host) if test_name == RESOLVERS.test else None
    provider = resolver is not None or (target is not None and target.vouched)
    one_service = pool or target_id in READING.alternatives
    path = "" if one_service else asked_host
    home = target.networks if target is not None else (resolver,) if resolver is not None else ()
    networks = " ".join(map(str, home)) or None
    addresses = " ".join(RESOLVERS.addresses_of[asked_host]) if resolver is not None else None
    return (
        test_name,
        target_id,
        path,
        subject,
        pool,
        one_service,
        provider,
        private_root,
        networks,
        addresses,
        registrable_domain(asked_host),
    )


def _pairs(rows: pl.DataFrame, catalog: Catalog) -> tuple[pl.Series, pl.DataFrame]:
    """The pair of each row, and the pairs: what the catalog says of a test's target and path."""
    asked, table = asked_of(rows, catalog)
    names = ["test_name", "target", "path"]
    pairs = (
        table.sort("target", "path", "test_name", "asked")
        .unique(names, keep="first", maintain_order=True)
        .drop("asked")
        .with_row_index("pair")
        .with_columns(pl.col("pair").cast(pl.Int64), (pl.col("target").rank("dense") - 1).cast(pl.Int64).alias("target_number"))
    )
    known = table.select("asked", *names).join(pairs.select("pair", *names), on=names, how="left", maintain_order="left")
    return known["pair"].gather(asked), pairs


def _with_endpoints(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with `endpoint`: a number of 64 bits for address and port, else for the URL."""
    named_port = pl.col("url").str.extract(_URL, 2).cast(pl.Int64, strict=False)
    port = pl.coalesce("port", named_port, pl.when(pl.col("secure")).then(pl.lit(443)).otherwise(pl.lit(80)))
    place = pl.col("address").hash() + port.cast(pl.UInt64) * pl.lit(_SPREAD, pl.UInt64)
    return rows.with_columns(
        pl.when(pl.col("address").is_not_null()).then(place).otherwise(pl.coalesce("url", pl.lit("")).hash()).alias("endpoint")
    )


def _with_kinds(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with `kind`: of the failure, `certificate` where only validity failed, null for what works."""
    kind = pl.col("failure").replace_strict(KIND_OF_FAILURE, default="other", return_dtype=pl.String)
    bad = rows.select("works", "failure").with_row_index("number").filter(~pl.col("works"))
    told = bad.select("number", pl.when(pl.col("failure").is_null()).then(pl.lit("certificate")).otherwise(kind).alias("kind"))
    kinds = pl.Series("kind", [None], dtype=pl.String).extend_constant(None, rows.height - 1) if rows.height else told["kind"]
    return rows.with_columns(kinds.scatter(told["number"], told["kind"]))


def _attributed(rows: pl.DataFrame, pairs: pl.DataFrame) -> pl.DataFrame:
    """The rows with `home` and `moved`."""
    rows = rows.with_columns(pl.col("layer").alias("home"), pl.lit(False).alias("moved"))
    failed_request = (pl.col("layer") == Layer.HTTP.value) & ~pl.col("works")
    narrow = rows.select(
        "step", "measurement", "pair", "secure", "layer", "works", "kind", "operation", "url", "endpoint", "pool"
    ).with_row_index("number")
    requests = narrow.filter(failed_request)
    if requests.is_empty():
        return rows
    steps = requests.select("step").unique()
    # A URL that answered once in a measurement works; another attempt's failure is chance, as with endpoints.
    thing = pl.col("measurement") * pairs["target_number"].n_unique() + pairs["target_number"].gather(narrow["pair"])
    things = narrow.select(thing.alias("thing"), "url", "layer", "works", "number")
    failed = things.filter(failed_request).select("number", "thing", "url")
    answered = (
        things.filter((pl.col("layer") == Layer.HTTP.value) & pl.col("works"))
        .select("thing", "url")
        .unique()
        .with_columns(pl.lit(True).alias("url_works"))
    )
    again = failed.join(answered, on=["thing", "url"], how="left").select("number", "url_works")
    below = (
        narrow.select("step", "secure", "layer", "works", "endpoint", "pool")
        .filter(pl.col("layer") != Layer.HTTP.value)
        .join(steps, on="step", how="semi")
    )
    resolved = below.filter(pl.col("layer") == Layer.DNS.value).group_by("step").agg(pl.col("works").any().alias("dns_works"))
    services = (
        below.filter(pl.col("layer") != Layer.DNS.value)
        .group_by("step", "secure")
        .agg(
            *(
                (pl.col("works") & (pl.col("layer") == layer.value)).any().alias(f"{layer.value}_works")
                for layer in (Layer.TCP, Layer.TLS)
            ),
            *((pl.col("layer") == layer.value).any().alias(f"{layer.value}_tried") for layer in (Layer.TCP, Layer.TLS)),
        )
    )
    endpoints = (
        below.filter(pl.col("pool") & (pl.col("layer") == Layer.TCP.value))
        .group_by("step", "endpoint")
        .agg(pl.col("works").any().alias("endpoint_works"))
    )
    # Before 0.5 no handshake of a redirect is recorded; one with the same host, at another hop, speaks for it.
    shaken = (
        rows.filter((pl.col("layer") == Layer.TLS.value) & pl.col("works"))
        .select("measurement", pl.coalesce("server_name", "hostname").str.to_lowercase().alias("host"))
        .drop_nulls()
        .unique()
        .with_columns(pl.lit(True).alias("host_shaken"))
    )
    requests = (
        requests.with_columns(pl.col("url").str.extract(_URL, 1).str.to_lowercase().alias("host"))
        .join(shaken, on=["measurement", "host"], how="left")
        .drop("layer", "works", "measurement", "pair", "host")
        .join(again, on="number", how="left")
        .join(resolved, on="step", how="left")
        .join(services, on=["step", "secure"], how="left")
        .join(endpoints, on=["step", "endpoint"], how="left")
        .with_columns(_home().alias("home"))
        .with_columns((pl.col("home") != Layer.HTTP.value).alias("moved"))
    )
    service = pl.when(pl.col("home") == Layer.DNS.value).then(None).otherwise(pl.col("secure")).alias("service")
    known = below.select("step", pl.col("layer").alias("home"), "secure").select("step", "home", service).unique()
    told = (
        requests.filter(pl.col("moved"))
        .with_columns(service)
        .join(known, on=["step", "home", "service"], how="semi", nulls_equal=True)
    )
    silent = pl.col("number").is_in(told["number"].implode()) | pl.col("url_works").fill_null(False)
    requests = requests.with_columns(pl.when(~silent).then(pl.col("home")).alias("home"))
    return rows.with_columns(
        layer_of(rows["home"].to_physical().scatter(requests["number"], requests["home"].to_physical())).alias("home"),
        rows["moved"].scatter(requests["number"], requests["moved"]),
    )


def _home() -> pl.Expr:
    """The layer that a failed request speaks of, by its failure, else its operation, else what did not work before it."""
    tcp_tried, tls_tried = pl.col("tcp_tried").fill_null(False), pl.col("tls_tried").fill_null(False)
    shaken = pl.when(tls_tried).then(pl.col("tls_works")).otherwise(pl.col("host_shaken")).fill_null(False)
    by_order = (
        pl.when(pl.col("dns_works").fill_null(True).not_() & ~tcp_tried)
        .then(pl.lit("dns"))
        .when(~pl.col("endpoint_works").fill_null(True) | (tcp_tried & ~pl.col("tcp_works")))
        .then(pl.lit("tcp"))
        .when(pl.col("secure") & ~shaken)
        .then(pl.lit("tls"))
        .otherwise(pl.lit("http"))
    )
    named = pl.coalesce(
        pl.col("kind").replace_strict(HOME_OF_KIND, default=None, return_dtype=pl.String),
        pl.col("operation").replace_strict(LAYER_OF_OPERATION, default=None, return_dtype=pl.String),
    )
    # Making a tunnel is one fact, whatever step of it failed, and an exchange over UDP has no connection of tcp.
    whole = (pl.col("operation") == READING.tunnel) | ((pl.col("operation") == READING.exchange) & (named == "tcp"))
    return (
        pl.when(whole.fill_null(False))
        .then(pl.lit("http"))
        .when(named.is_in(["dns", "tcp", "tls"]))
        .then(named)
        .otherwise(by_order)
        .cast(LAYER_NAMES)
    )
