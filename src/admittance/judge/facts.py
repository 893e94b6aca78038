"""From observations to facts that rules can weigh: whose target, which path and endpoint, which layer a failure speaks of."""

import polars as pl

from admittance.catalog import Catalog, is_address, registrable_domain
from admittance.judge.ruleset import TAXONOMY
from admittance.model.vocabulary import Layer

__all__ = ["PATH", "TARGET", "facts_of"]

FACT = ("measurement_uid", "sequence")
TARGET = ("measurement_uid", "target")
PATH = (*TARGET, "path", "hop")
"""A path is one host of a target at one hop of a redirect chain; all endpoints of a pool are one path."""

LAYERS = (Layer.DNS, Layer.TCP, Layer.TLS, Layer.HTTP)

KIND_OF_FAILURE = {failure: kind for kind, failures in TAXONOMY.kinds.items() for failure in failures}
HOME_OF_KIND = {kind: layer for layer, kinds in TAXONOMY.home.items() for kind in kinds}
LAYER_OF_OPERATION = {operation: layer for layer, operations in TAXONOMY.operations.items() for operation in operations}

_URL = r"^https?://(\[[0-9a-fA-F:.]+\]|[^/:?#]+)(?::(\d+))?"


def facts_of(observations: pl.DataFrame, catalog: Catalog) -> pl.DataFrame:
    """One row per observation at dns, tcp, tls or http, with target, path, endpoint and kind of failure beside its own columns.

    A measurement that stands in several files counts once. Columns added: subject, target, pool, provider, private_root,
    site, path, secure (https rather than clear text; false at dns), endpoint, kind, works, home, moved. `home` is the layer
    that the fact speaks of: null for a failed request that only follows from a failure that stands in its own row, or whose
    URL another request of the measurement had answered. `moved` marks a request that speaks of a lower layer.
    """
    rows = _once(observations.filter(pl.col("layer").is_in([layer.value for layer in LAYERS])))
    rows = rows.join(_targets(rows, catalog), on=["test_name", "asked_host"], how="left")
    host, port = (
        pl.col("url").str.extract(_URL, 1).str.strip_chars("[]"),
        pl.col("url").str.extract(_URL, 2).cast(pl.Int64, strict=False),
    )
    rows = rows.with_columns(
        pl.when(pl.col("pool")).then(pl.lit("")).otherwise(pl.col("asked_host")).alias("path"),
        _secure().alias("secure"),
        pl.col("failure").replace_strict(KIND_OF_FAILURE, default="other", return_dtype=pl.String).alias("kind"),
        pl.col("failure").is_null().alias("works"),
        pl.coalesce("address", pl.when(pl.col("pool")).then(host)).alias("address"),
    )
    rows = rows.with_columns(
        pl.when(pl.col("failure").is_null()).then(None).otherwise(pl.col("kind")).alias("kind"),
        pl.coalesce("port", port, pl.when(pl.col("secure")).then(pl.lit(443)).otherwise(pl.lit(80))).alias("port"),
        (pl.col("works") & (pl.col("certificate_valid").fill_null(True) | (pl.col("layer") != Layer.TLS.value))).alias("works"),
    )
    rows = rows.with_columns(
        pl.when(~pl.col("works") & pl.col("kind").is_null())
        .then(pl.lit("certificate"))
        .otherwise(pl.col("kind"))
        .alias("kind"),
        pl.when(pl.col("address").is_not_null())
        .then(pl.format("{}:{}", pl.col("address"), pl.col("port")))
        .otherwise(pl.coalesce("url", pl.lit("")))
        .alias("endpoint"),
    )
    # Keys as numbers: grouping and joining by them takes a quarter of the time that texts take.
    return _attributed(rows.with_columns(pl.col("measurement_uid", "target", "path").cast(pl.Categorical)))


def _once(rows: pl.DataFrame) -> pl.DataFrame:
    """Each measurement from one file only, each fact once: archives repeat measurements, across files and within."""
    if rows.select(FACT).n_unique() == rows.height:
        return rows
    first = rows.group_by("measurement_uid").agg(pl.col("file").min())
    return (
        rows.join(first, on=["measurement_uid", "file"], how="semi")
        .sort(*FACT, "offset")
        .unique(FACT, keep="first", maintain_order=True)
    )


def _targets(rows: pl.DataFrame, catalog: Catalog) -> pl.DataFrame:
    pairs = rows.select("test_name", "asked_host").unique()
    schema = {
        "test_name": pl.String,
        "asked_host": pl.String,
        "subject": pl.String,
        "target": pl.String,
        "pool": pl.Boolean,
        "provider": pl.Boolean,
        "private_root": pl.Boolean,
        "site": pl.String,
    }
    resolved = []
    for test_name, asked_host in pairs.iter_rows():
        subject, target_id = catalog.target_of_endpoint(test_name, asked_host)
        target = catalog.target(target_id)
        resolved.append(
            (
                test_name,
                asked_host,
                subject,
                target_id,
                target is not None and bool(target.addresses or target.tests) and is_address(asked_host),
                target is not None and target.vouched,
                target is not None and target.private_root and test_name not in TAXONOMY.reading.tests_with_private_roots,
                registrable_domain(asked_host),
            )
        )
    return pl.DataFrame(resolved, schema=schema, orient="row")


def _secure() -> pl.Expr:
    """Whether a fact belongs to the https service of its path; a pool's ports are one service."""
    by_layer = (
        pl.when(pl.col("layer") == Layer.TLS.value)
        .then(pl.lit(True))
        .when(pl.col("layer") == Layer.HTTP.value)
        .then(pl.col("url").str.starts_with("https:").fill_null(pl.col("asked_scheme") == "https"))
        .when(pl.col("port") == 443)
        .then(pl.lit(True))
        .when(pl.col("port") == 80)
        .then(pl.lit(False))
        .otherwise(pl.col("asked_scheme") == "https")
    )
    return ((pl.col("layer") != Layer.DNS.value) & ~pl.col("pool") & by_layer).fill_null(False)


def _attributed(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows with `home` and `moved`."""
    failed_request = (pl.col("layer") == Layer.HTTP.value) & ~pl.col("works")
    own = rows.filter(~failed_request).with_columns(pl.col("layer").alias("home"), pl.lit(False).alias("moved"))
    # A URL that answered once in a measurement works; another attempt's failure is chance, as with endpoints.
    answered = (
        own.filter(pl.col("layer") == Layer.HTTP.value)
        .select(*TARGET, "url")
        .unique()
        .with_columns(pl.lit(True).alias("url_works"))
    )
    requests = rows.filter(failed_request).join(answered, on=[*TARGET, "url"], how="left")
    if requests.is_empty():
        return own
    below = own.filter(pl.col("layer") != Layer.HTTP.value)
    keys = list(PATH)
    resolved = below.filter(pl.col("layer") == Layer.DNS.value).group_by(keys).agg(pl.col("works").any().alias("dns_works"))
    services = (
        below.filter(pl.col("layer") != Layer.DNS.value)
        .group_by([*keys, "secure"])
        .agg(
            (pl.col("works") & (pl.col("layer") == layer.value)).any().alias(f"{layer.value}_works")
            for layer in (Layer.TCP, Layer.TLS)
        )
    )
    tried = (
        below.filter(pl.col("layer") != Layer.DNS.value)
        .group_by([*keys, "secure"])
        .agg((pl.col("layer") == layer.value).any().alias(f"{layer.value}_tried") for layer in (Layer.TCP, Layer.TLS))
    )
    endpoints = (
        below.filter(pl.col("pool") & (pl.col("layer") == Layer.TCP.value))
        .group_by([*keys, "endpoint"])
        .agg(pl.col("works").any().alias("endpoint_works"))
    )
    requests = (
        requests.join(resolved, on=keys, how="left")
        .join(services, on=[*keys, "secure"], how="left")
        .join(tried, on=[*keys, "secure"], how="left")
        .join(endpoints, on=[*keys, "endpoint"], how="left")
    )
    tcp_tried, tls_tried = pl.col("tcp_tried").fill_null(False), pl.col("tls_tried").fill_null(False)
    by_order = (
        pl.when(pl.col("dns_works").fill_null(True).not_() & ~tcp_tried)
        .then(pl.lit("dns"))
        .when(~pl.col("endpoint_works").fill_null(True) | (tcp_tried & ~pl.col("tcp_works")))
        .then(pl.lit("tcp"))
        .when(pl.col("secure") & ~(tls_tried & pl.col("tls_works")))
        .then(pl.lit("tls"))
        .otherwise(pl.lit("http"))
    )
    named = pl.coalesce(
        pl.col("kind").replace_strict(HOME_OF_KIND, default=None, return_dtype=pl.String),
        pl.col("operation").replace_strict(LAYER_OF_OPERATION, default=None, return_dtype=pl.String),
    )
    home = pl.when(named.is_in(["dns", "tcp", "tls"])).then(named).otherwise(by_order)
    requests = requests.with_columns(home.alias("home")).with_columns((pl.col("home") != Layer.HTTP.value).alias("moved"))
    service = pl.when(pl.col("home") == Layer.DNS.value).then(None).otherwise(pl.col("secure")).alias("service")
    known = below.with_columns(pl.col("layer").alias("home")).select(*keys, "home", service).unique()
    requests = requests.with_columns(service).with_row_index("number")
    told = requests.filter(pl.col("moved")).join(known, on=[*keys, "home", "service"], how="semi", nulls_equal=True)
    silent = pl.col("number").is_in(told["number"].implode()) | pl.col("url_works").fill_null(False)
    requests = requests.with_columns(pl.when(~silent).then(pl.col("home")).alias("home"))
    return pl.concat([own, requests.select(own.columns)])
