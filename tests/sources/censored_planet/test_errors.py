import pytest

from admittance.sources.censored_planet.errors import trouble_of

PLACES = "198.51.100.7:38547->192.0.2.9:9"


@pytest.mark.parametrize(
    ("error", "stage", "failure"),
    [
        (f"read tcp {PLACES}: i/o timeout", "read", "generic_timeout_error"),
        (f"read tcp {PLACES}: read: connection reset by peer", "read", "connection_reset"),
        (f"write tcp {PLACES}: write: connection reset by peer", "write", "connection_reset"),
        ("dial tcp 0.0.0.0:0->192.0.2.9:7: connect: connection timed out", "dial", "generic_timeout_error"),
        ("dial tcp 0.0.0.0:0->192.0.2.9:7: connect: connection refused", "dial", "connection_refused"),
        ("dial tcp 0.0.0.0:0->192.0.2.9:7: connect: no route to host", "dial", "host_unreachable"),
        (f"dial tcp {PLACES}: bind: address already in use", "setup", "unknown_failure: dial tcp bind: address already in use"),
        ("Get \"https://192.0.2.9:443/\": remote error: handshake failure", "tls", "ssl_failed_handshake"),
        ("net/http: TLS handshake timeout", "tls", "generic_timeout_error"),
        ("tls: first record does not look like a TLS handshake", "tls", "ssl_failed_handshake"),
        ("net/http: request canceled (Client.Timeout exceeded while awaiting headers)", "read", "generic_timeout_error"),
        ("unexpected EOF", "read", "eof_error"),
        ("EOF", "read", "eof_error"),
        ("net/http: HTTP/1.x transport connection broken: malformed HTTP response \"x\"", "http", "http_request_failed"),
        ("Incorrect echo response", "content", None),
        ("discard response is not empty", "content", None),
        ("Status lines do not match;Bodies do not match", "content", None),
        ("nobody knows 192.0.2.9", "read", "unknown_failure: nobody knows [scrubbed]"),
    ],
)  # fmt: skip
def test_a_text_of_the_scanner_tells_stage_and_failure(error: str, stage: str, failure: str | None) -> None:
    trouble = trouble_of(error)
    assert trouble is not None
    assert (trouble.stage, trouble.failure) == (stage, failure)


@pytest.mark.parametrize("error", [None, "", " ", "null", ";"])
def test_nothing_is_no_trouble(error: str | None) -> None:
    assert trouble_of(error) is None


def test_another_handshake_is_told_wherever_it_stands() -> None:
    trouble = trouble_of("Bodies do not match;Certificates do not match")
    assert trouble is not None
    assert trouble.other_handshake
