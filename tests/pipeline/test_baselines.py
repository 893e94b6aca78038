"""Tests without a helper are judged by what other networks met, through a lake; one network's forgeries move nothing."""

import base64
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import polars as pl

from admittance.lake import Lake
from admittance.model.verdict import ControlRecord, Verdict
from admittance.pipeline.ingest import ingest
from admittance.pipeline.run import run
from tests.judge.certificates import certificate
from tests.pipeline.conftest import clock

HOST, ADDRESS, OWNER = "www.morning-paper.net", "95.217.163.246", 24940
DAYS = range(1, 6)
GATEWAY = base64.b64encode(certificate({"CN": "Gateway root"})).decode()


def looked_up(name: str, address: str | None, owner: int = OWNER) -> dict[str, Any]:
    answers = [{"answer_type": "A", "ipv4": address, "asn": owner}] if address else None
    failure = None if address else "dns_nxdomain_error"
    return {"queries": [{"hostname": name, "engine": "system", "query_type": "A", "failure": failure, "answers": answers}]}


def shown(name: str, failed: str | None) -> dict[str, Any]:
    handshake = {
        "server_name": name,
        "address": f"{ADDRESS}:443",
        "failure": failed,
        "no_tls_verify": False,
        "peer_certificates": [{"format": "base64", "data": GATEWAY}] if failed else [],
    }
    return looked_up(name, ADDRESS) | {"tls_handshakes": [handshake]}


def line(keys: dict[str, Any], country: str, network: int, day: int, name: str = HOST) -> dict[str, Any]:
    return {
        "test_name": "urlgetter",
        "test_version": "0.2.0",
        "input": f"https://{name}/",
        "probe_cc": country,
        "probe_asn": f"AS{network}",
        "resolver_asn": f"AS{network}",
        "report_id": f"r-{country}-{network}-{day}",
        "measurement_uid": f"{country}-{network}-{day}-{name}",
        "measurement_start_time": f"2024-03-{day:02} 10:00:00",
        "test_start_time": f"2024-03-{day:02} 10:00:00",
        "software_name": "miniooni",
        "software_version": "3.20.1",
        "test_keys": keys,
    }


def everywhere(keys: dict[str, Any], name: str = HOST) -> list[dict[str, Any]]:
    """The same in a network of each of four countries, day after day."""
    return [
        line(keys, country, number, day, name) for number, country in enumerate(("DE", "SE", "BR", "JP"), 1) for day in DAYS
    ]


def states(lake: Lake, folder: Path, lines: Iterable[dict[str, Any]]) -> dict[tuple[str, str], set[str]]:
    """The states of Kenya's measurements, by name and layer."""
    file = folder / "measurements.jsonl"
    file.write_text("".join(f"{json.dumps(each)}\n" for each in lines), encoding="utf-8")
    ingest(lake, "ooni", [file], clock=clock)
    run(lake)
    table = lake.snapshot().scan(Verdict).filter((pl.col("country") == "KE") & (pl.col("gate") == "network")).collect()
    found: dict[tuple[str, str], set[str]] = {}
    for target, layer, state in table.select("target", "layer", "state").iter_rows():
        found.setdefault((target.rpartition("/")[2], layer), set()).add(state)
    return found


def test_a_name_denied_in_one_country_alone(lake: Lake, tmp_path: Path) -> None:
    denied = [line(looked_up(HOST, None), "KE", 9, day) for day in DAYS]
    assert states(lake, tmp_path, [*everywhere(looked_up(HOST, ADDRESS)), *denied]) == {(HOST, "dns"): {"likely_blocked"}}


def test_a_name_that_one_network_says_to_exist_is_not_blocked(lake: Lake, tmp_path: Path) -> None:
    denied = [line(looked_up(HOST, None), "KE", 9, day) for day in DAYS]
    forged = [
        line(looked_up(HOST, ADDRESS), "DE", 1, day) | {"report_id": f"f{copy}", "measurement_uid": f"f{copy}-{day}"}
        for copy in range(9)
        for day in DAYS
    ]
    assert states(lake, tmp_path, [*forged, *denied]) == {(HOST, "dns"): {"insufficient"}}


def test_an_issuer_that_one_network_alone_shows_for_some_names(lake: Lake, tmp_path: Path) -> None:
    fine = [f"shop{number}.example{number}.net" for number in range(5)]
    here = [line(shown(name, None), "KE", 9, day, name) for name in fine for day in DAYS]
    here += [line(shown(HOST, "ssl_unknown_authority"), "KE", 9, day) for day in DAYS]
    found = states(lake, tmp_path, [*everywhere(shown(HOST, None)), *here])
    assert found[HOST, "tls"] == {"blocked"}
    assert all(found[name, "tls"] == {"ok"} for name in fine)
    kinds = lake.snapshot().scan(ControlRecord).collect()["kind"].to_list()
    assert kinds.count("notice") == 1
