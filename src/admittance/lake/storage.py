"""How a place is reached: nothing to say for a folder, what the environment leaves open for `s3://`."""

import os

import polars as pl
from deltalake import DeltaTable

__all__ = ["is_remote", "scan", "storage_options"]


def is_remote(place: str) -> bool:
    """Whether a place is an address rather than a folder."""
    return "://" in place


def storage_options(place: str) -> dict[str, str] | None:
    """Options for delta-rs and Polars beside the usual `AWS_*` variables, which both read themselves; null for a folder.

    A commit on S3 is a conditional put (`If-None-Match`), so that of two writers one fails: the store must support it. Plain
    HTTP is allowed when the endpoint itself is named with `http://`.
    """
    if not is_remote(place):
        return None
    endpoint = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL") or ""
    options = {"aws_conditional_put": "etag"}
    if endpoint.startswith("http://"):
        options["aws_allow_http"] = "true"
    return options


def scan(table: DeltaTable) -> pl.LazyFrame:
    """The rows of a table at the version of its handle. On S3 the credentials are those that delta-rs uses."""
    if is_remote(table.table_uri) and not table.table_uri.startswith("file:"):
        return pl.scan_delta(table, credential_provider=None)
    return pl.scan_delta(table)
