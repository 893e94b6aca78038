"""Failure names."""

import pytest

from admittance.sources.failures import FAILURES, INSIDE_UNKNOWN, LEGACY_FAILURES, NO_TLS, OWN_SYSTEM, translate_failure


@pytest.mark.parametrize(
    ("recorded", "expected"),
    [
        (None, None),
        (False, None),
        ("", None),
        (True, "unknown_failure"),
        ("connection_reset", "connection_reset"),
        ("response_never_received", "eof_error"),
        ("connection_refused_error", "connection_refused"),
        ("dns_name_error", "dns_nxdomain_error"),
        ("timed_out", "generic_timeout_error"),
        ("unknown_failure", "unknown_failure"),
        ("unknown_failure: read tcp 192.0.2.1:1->[2001:db8::1]:2: read: connection reset by peer", "connection_reset"),
        ("unknown_failure: dial tcp 192.0.2.1:1: cannot", "unknown_failure: dial tcp [scrubbed]:1: cannot"),
        ("unknown_failure [Errno 0] Error", "unknown_failure: [Errno 0] Error"),
        ("unknown_failure: remote error: tls: unrecognized name", "ssl_failed_handshake"),
        ("unknown_failure: tls: first record does not look like a TLS handshake", NO_TLS),
        ("unknown_failure: http: server gave HTTP response to HTTPS client", NO_TLS),
        (
            "unknown_failure: dial tcp [scrubbed]: connectex: Подключение не установлено, т.к. конечный компьютер отверг запрос"
            " на подключение.",
            "connection_refused",
        ),
        ("unknown_failure: read tcp: wsarecv: 远程主机强迫关闭了一个现有的连接。", "connection_reset"),
        ("ssl_error: error:14007086:SSL routines:CONNECT_CR_CERT:certificate verify failed", "ssl_invalid_certificate"),
        ("ssl_error: error:1407742E:SSL routines:SSL23_GET_SERVER_HELLO:tlsv1 alert protocol version", "ssl_failed_handshake"),
        ("unknown_failure: EOF", "eof_error"),
        ("unknown_failure: no EOF", "unknown_failure: no EOF"),
        ("ssl_dirty_shutdown", "eof_error"),
        ("broken_pipe", "connection_already_closed"),
        ("permission_denied", OWN_SYSTEM),
        ("ssl_ctx_load_verify_mem_error", OWN_SYSTEM),
        ("unknown_failure: timeout: no recent network activity", "generic_timeout_error"),
        ("unknown_failure: dial tcp 192.0.2.1:443: connect: network is down", "network_down"),
        ("unknown_failure: dial tcp: operation was canceled", "interrupted"),
        (
            "unknown_failure: x509: certificate is not valid for any names, but wanted to match a.example",
            "ssl_invalid_hostname",
        ),
        ("unknown_failure: proxyconnect tcp: dial tcp 127.0.0.1:8080: connect: connection refused", OWN_SYSTEM),
        ("unknown_error", "unknown_failure: unknown_error"),
    ],
)
def test_failures_are_translated(recorded: str | bool | None, expected: str | None) -> None:
    assert translate_failure(recorded) == expected


def test_the_tables_lead_to_names_of_the_vocabulary_only() -> None:
    assert set(LEGACY_FAILURES.values()) <= FAILURES
    assert {name for _, name in INSIDE_UNKNOWN} <= FAILURES | {NO_TLS, OWN_SYSTEM}
    assert not set(LEGACY_FAILURES) & FAILURES
    assert all(part == part.lower() for part, _ in INSIDE_UNKNOWN)


def test_an_endless_message_is_cut() -> None:
    translated = translate_failure("unknown_failure: " + "x" * 5_000)
    assert translated is not None
    assert len(translated) == 300
