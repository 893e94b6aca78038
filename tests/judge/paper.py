"""The site that most records are about: its names, addresses and helpers, and visits of it by older and newer probes."""

from typing import Any

from tests.judge.records import (
    NO_ANSWER,
    PAPER,
    Record,
    answer,
    asked,
    fetched,
    helper,
    opened,
    shaken,
    visit,
)
from tests.judge.scenarios import OK

V4, V5 = "0.4.3", "0.5.27"
HOST, PLAIN, SAFE = "www.morning-paper.net", "http://www.morning-paper.net/", "https://www.morning-paper.net/"
A, A2, A6 = "95.217.163.246", "116.202.120.166", "2a01:4f9:4b:2c::2"
HETZNER = 24940
ISP, ISP_ASN = "178.124.131.20", 6697
E443, E80, F443, F80, S443 = f"{A}:443", f"{A}:80", f"{A2}:443", f"{A2}:80", f"[{A6}]:443"
I443, I80 = f"{ISP}:443", f"{ISP}:80"
FINE = {"dns": OK, "tcp": OK, "tls": OK, "http": OK}
FINE_PLAIN = {"dns": OK, "tcp": OK, "http": OK}
KNOWN = {A: HETZNER, A2: HETZNER}
HELPED = helper([A], {E443: None}, PAPER)
HELPED_PLAIN = helper([A], {E80: None}, PAPER)
HELPED_5 = helper([A], {E443: None, E80: None}, PAPER, shaken={E443: None}, places={A: HETZNER})
GOOD = asked(HOST, f"{A}@{HETZNER}")
OLD_GOOD = asked(HOST, f"{A}@{HETZNER}", tags=None)
UDP_GOOD = asked(HOST, f"{A}@{HETZNER}", engine="udp")
UDP_NONE = asked(HOST, failed=NO_ANSWER, engine="udp", kind="AAAA")
FOUND_5 = [GOOD, UDP_GOOD, UDP_NONE]
NOTICE = answer(200, "Доступ запрещён", length=900, headers={"Server": "lighttpd", "Content-Type": "text/html"})
SITE = f"site:morning-paper.net/{HOST}"
OK_OK = {"dns": OK, "tcp": OK}


def old_handshake(failed: str | None = None) -> dict[str, object]:
    return shaken(HOST, None, failed, tags=("tcptls_experiment",))


def plain(met: Record | str, *, control: Record | None = None, **more: Any) -> Record:
    """A page in clear text by an older probe."""
    return visit(
        PLAIN,
        V4,
        queries=[OLD_GOOD],
        tcp=[opened(E80, tags=None)],
        requests=[fetched(PLAIN, met, tags=None)],
        control=control or HELPED_PLAIN,
        **more,
    )


def safe_5(**changes: Any) -> Record:
    """All of a page over https by a newer probe."""
    told: dict[str, Any] = {
        "queries": [GOOD, UDP_GOOD, UDP_NONE],
        "tcp": [opened(E443)],
        "tls": [shaken(HOST, E443)],
        "requests": [fetched(SAFE, PAPER, endpoint=E443)],
        "control": HELPED_5,
    }
    return visit(SAFE, V5, **(told | changes))


def headed(**headers: str) -> dict[str, str]:
    return {"Content-Type": "text/html", "Date": "now"} | {name.replace("_", "-"): text for name, text in headers.items()}


def led(to: str) -> Record:
    """Answered with a redirect alone."""
    return answer(302, None, length=0, headers={}, to=to)
