"""Rows of four families, and the table that they make."""

from datetime import UTC, datetime

import polars as pl

from admittance.model.observation import Measurement, NetworkObservation
from admittance.model.tables import table_schema
from admittance.sources.ooni.fact_rows import Facts


def lookup(facts: Facts, hostname: str) -> None:
    common = (facts.owner, facts.sequence, "dns", hostname, "https", 0, hostname, None, None, None, None, "none", None)
    facts.lookups.extend((*common, "A", "udp", "192.0.2.1 198.51.100.7", "64500", None, None))
    facts.sequence += 1


def connection(facts: Facts, hostname: str) -> None:
    common = (facts.owner, facts.sequence, "tcp", hostname, "https", 0, hostname, "198.51.100.7", 443, None, None, "none", None)
    facts.connections.extend((*common, 30))
    facts.sequence += 1


def shared(measurements: int) -> pl.DataFrame:
    """What facts share with their measurement, of so many measurements."""
    moment = datetime(2026, 1, 1, tzinfo=UTC)
    told = {pl.String(): "x", pl.Int64(): 1}
    schema = table_schema(NetworkObservation)
    columns = [name for name in table_schema(Measurement) if name in schema]
    given = {name: [told.get(schema[name], moment)] * measurements for name in columns}
    table = pl.DataFrame(given, schema={name: schema[name] for name in columns})
    return table.with_columns(measurement_uid=pl.int_range(measurements).cast(pl.String))


def test_facts_of_all_families_stand_in_the_order_in_which_they_were_taken_beside_their_measurement() -> None:
    facts = Facts()
    connection(facts, "a.example")
    lookup(facts, "b.example")
    facts.begin(1)
    lookup(facts, "c.example")
    connection(facts, "d.example")
    table = facts.table(shared(2))
    assert table.schema == table_schema(NetworkObservation)
    assert table.select("measurement_uid", "sequence", "layer", "hostname", "milliseconds", "engine").rows() == [
        ("0", 0, "tcp", "a.example", 30, None),
        ("0", 1, "dns", "b.example", None, "udp"),
        ("1", 0, "dns", "c.example", None, "udp"),
        ("1", 1, "tcp", "d.example", 30, None),
    ]


def test_only_the_measurement_under_way_is_taken_back_or_loses_an_address() -> None:
    facts = Facts()
    lookup(facts, "a.example")
    facts.begin(1)
    lookup(facts, "b.example")
    facts.cut_out("198.51.100.7")
    facts.begin(2)
    lookup(facts, "c.example")
    connection(facts, "c.example")
    facts.take_back()
    table = facts.table(shared(2))
    assert table["hostname"].to_list() == ["a.example", "b.example"]
    assert table["answers"].to_list() == ["192.0.2.1 198.51.100.7", "192.0.2.1 [scrubbed]"]
