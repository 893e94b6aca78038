"""Failure strings of twelve years of probes, translated into the one vocabulary that the judge knows.

The vocabulary is OONI's df-007 (ooni/spec, data-formats/df-007-errors.md); the legacy spellings are those that the same page
lists for the Python probe and Measurement Kit, those that the test helpers write, and those met in real files.
"""

from functools import lru_cache

from admittance.sources.scrubbing import scrub

__all__ = ["FAILURES", "LEGACY_FAILURES", "NO_TLS", "OWN_SYSTEM", "UNKNOWN_FAILURE", "translate_failure"]

UNKNOWN_FAILURE = "unknown_failure"
UNKNOWN_CHARACTERS = 300
NO_TLS = f"{UNKNOWN_FAILURE}: tls: first record does not look like a TLS handshake"
"""Something answered a handshake that is no TLS: df-007 has no name for it, so Go's text stands for every spelling."""

OWN_SYSTEM = f"{UNKNOWN_FAILURE}: operation not permitted"
"""The probe's own system refused it a socket, a program, a file or room on its disk: df-007 has no name for it either."""

FAILURES = frozenset(
    {
        "android_dns_cache_no_data",
        "connection_aborted",
        "connection_already_closed",
        "connection_refused",
        "connection_reset",
        "dns_bogon_error",
        "dns_no_answer",
        "dns_non_recoverable_failure",
        "dns_nxdomain_error",
        "dns_refused_error",
        "dns_reply_with_wrong_query_id",
        "dns_server_misbehaving",
        "dns_servfail_error",
        "dns_temporary_failure",
        "eof_error",
        "generic_timeout_error",
        "host_unreachable",
        "http_invalid_redirect_location_host",
        "http_request_failed",
        "http_unexpected_redirect_url",
        "http_unexpected_status_code",
        "interrupted",
        "json_parse_error",
        "network_down",
        "network_reset",
        "network_unreachable",
        "quic_incompatible_version",
        "ssl_failed_handshake",
        "ssl_invalid_certificate",
        "ssl_invalid_hostname",
        "ssl_unknown_authority",
        # What a SOCKS proxy said is kept apart: it happened behind the proxy, not on the path from here.
        "socks_address_not_supported",
        "socks_command_not_supported",
        "socks_connection_not_allowed",
        "socks_connection_refused",
        "socks_error",
        "socks_host_unreachable",
        "socks_network_unreachable",
        "socks_server_failure",
        "socks_ttl_expired",
    }
)

LEGACY_FAILURES = {
    "address_family_not_supported_error": "dns_non_recoverable_failure",  # socket.gaierror: the resolver call failed
    "broken_pipe": "connection_already_closed",  # Measurement Kit's
    "connection_closed": "eof_error",
    "connection_done": "eof_error",  # the other side closed cleanly
    "connection_lost_error": "connection_reset",  # the other side was lost in a non-clean fashion
    "connection_refused_error": "connection_refused",
    "connection_reset_error": "connection_reset",
    "deferred_timeout_error": "generic_timeout_error",
    "dns_lookup_error": "dns_non_recoverable_failure",  # any failed look-up, reason not kept
    "dns_name_error": "dns_nxdomain_error",
    "dns_name_failure": "dns_servfail_error",
    "dns_refused": "dns_refused_error",
    "dns_server_failure": "dns_servfail_error",
    "dns_timeout": "generic_timeout_error",
    "eof": "eof_error",
    "host_unreachable_error": "host_unreachable",
    "no_answer": "dns_no_answer",
    "network_unreachable_error": "network_unreachable",
    "response_never_received": "eof_error",  # the connection ended before any response
    "ssl_dirty_shutdown": "eof_error",  # Measurement Kit's: the connection ended without TLS being ended
    "ssl_error": "ssl_failed_handshake",
    "ssl_no_certificate": "ssl_failed_handshake",  # Measurement Kit's: a handshake in which no certificate was shown
    "ssl_unknown_autority": "ssl_unknown_authority",  # a spelling of older probes
    "task_timed_out": "generic_timeout_error",
    "tcp_timed_out_error": "generic_timeout_error",
    "timed_out": "generic_timeout_error",
    "timeout": "generic_timeout_error",
    "timeout-reached": "generic_timeout_error",  # vanilla_tor's own word
    f"{UNKNOWN_FAILURE}: EOF": "eof_error",
}
"""Legacy spelling -> df-007 name."""

INSIDE_UNKNOWN = (
    ("proxyconnect tcp", OWN_SYSTEM),  # the proxy that the probe was told to use could not be had
    ("connection reset by peer", "connection_reset"),
    ("connection refused", "connection_refused"),
    ("network is unreachable", "network_unreachable"),
    ("network is down", "network_down"),
    ("encountered a dead network", "network_down"),
    ("no route to host", "host_unreachable"),
    ("host is down", "host_unreachable"),
    ("no such host", "dns_nxdomain_error"),
    ("name or service not known", "dns_nxdomain_error"),
    ("temporary failure in name resolution", "dns_temporary_failure"),
    ("temporary error during hostname resolution", "dns_temporary_failure"),
    ("no data of the requested type was found", "dns_no_answer"),
    ("nodename nor servname provided", "dns_nxdomain_error"),
    ("no address associated with hostname", "android_dns_cache_no_data"),
    ("server misbehaving", "dns_server_misbehaving"),
    ("non-recoverable error occurred during a database lookup", "dns_non_recoverable_failure"),
    ("certificate signed by unknown authority", "ssl_unknown_authority"),
    ("certificate is not trusted", "ssl_unknown_authority"),
    ("certificate verify failed", "ssl_invalid_certificate"),
    ("certificate has expired", "ssl_invalid_certificate"),
    ("certificate is valid for", "ssl_invalid_hostname"),
    ("contain any ip sans", "ssl_invalid_hostname"),
    ("not valid for any names", "ssl_invalid_hostname"),
    ("legacy common name field", "ssl_invalid_hostname"),
    ("i/o timeout", "generic_timeout_error"),
    ("deadline exceeded", "generic_timeout_error"),
    ("client.timeout exceeded", "generic_timeout_error"),
    ("tls handshake timeout", "generic_timeout_error"),
    ("no recent network activity", "generic_timeout_error"),  # of QUIC
    ("handshake did not complete in time", "generic_timeout_error"),
    ("timeout awaiting response headers", "generic_timeout_error"),
    ("operation timed out", "generic_timeout_error"),
    ("connection timed out", "generic_timeout_error"),
    ("tunnel establishment timeout", "generic_timeout_error"),
    ("ntor auth mismatch", "ssl_failed_handshake"),  # obfs4: the bridge answered, with another key
    ("unexpected eof", "eof_error"),
    ("server closed idle connection", "eof_error"),
    ("broken pipe", "connection_already_closed"),
    ("software caused connection abort", "connection_aborted"),
    ("context canceled", "interrupted"),
    ("operation was canceled", "interrupted"),
    ("too many open files", OWN_SYSTEM),
    ("operation not permitted", OWN_SYSTEM),
    ("permission denied", OWN_SYSTEM),
    ("assign requested address", OWN_SYSTEM),
    ("executable file not found", OWN_SYSTEM),
    ("no such file or directory", OWN_SYSTEM),
    ("no space left on device", OWN_SYSTEM),
    ("cannot allocate memory", OWN_SYSTEM),
    ("no buffer space", OWN_SYSTEM),
    # Measurement Kit's names of the same.
    ("address_in_use", OWN_SYSTEM),
    ("address_not_available", OWN_SYSTEM),
    ("bad_file_descriptor", OWN_SYSTEM),
    ("missing_ca_bundle_path", OWN_SYSTEM),
    ("no_buffer_space", OWN_SYSTEM),
    ("permission_denied", OWN_SYSTEM),
    ("ssl_ctx_", OWN_SYSTEM),
    ("remote error: tls: ", "ssl_failed_handshake"),
    ("ssl_error: ", "ssl_failed_handshake"),  # Measurement Kit's, with the words of its library
    ("first record does not look like a tls handshake", NO_TLS),
    ("server gave http response to https client", NO_TLS),
    ("oversized record received", NO_TLS),  # what is read as the length of a record is text
    # Windows says in its own language what ended a connection (WSAETIMEDOUT, WSAECONNREFUSED, WSAECONNRESET, WSAECONNABORTED,
    # WSAENETUNREACH, WSAEHOSTUNREACH): English, Russian, Chinese, Spanish, Portuguese, French, German, Turkish, Italian.
    ("did not properly respond after a period of time", "generic_timeout_error"),
    ("требуемое время не получен нужный отклик", "generic_timeout_error"),
    ("一段时间后没有正确答复", "generic_timeout_error"),
    ("no respondió adecuadamente tras un periodo de tiempo", "generic_timeout_error"),
    ("não respondeu corretamente após um período de tempo", "generic_timeout_error"),
    ("n’a pas répondu convenablement", "generic_timeout_error"),
    ("n'a pas répondu convenablement", "generic_timeout_error"),
    ("nach einer bestimmten zeitspanne nicht richtig reagiert", "generic_timeout_error"),
    ("bir süre içinde yanıt vermediğinden", "generic_timeout_error"),
    ("non ha risposto correttamente dopo un certo", "generic_timeout_error"),
    ("actively refused", "connection_refused"),
    ("отверг запрос на подключение", "connection_refused"),
    ("积极拒绝", "connection_refused"),
    ("denegó expresamente dicha conexión", "connection_refused"),
    ("recusou ativamente", "connection_refused"),
    ("expressément refusé", "connection_refused"),
    ("zielcomputer die verbindung verweigerte", "connection_refused"),
    ("etkin olarak reddettiğinden", "connection_refused"),
    ("rifiuto persistente del computer di destinazione", "connection_refused"),
    ("forcibly closed by the remote host", "connection_reset"),
    ("принудительно разорвал существующее подключение", "connection_reset"),
    ("强迫关闭了一个现有的连接", "connection_reset"),
    ("interrupción de una conexión existente por el host remoto", "connection_reset"),
    ("cancelamento de uma conexão existente pelo host remoto", "connection_reset"),
    ("connexion existante a dû être fermée par l", "connection_reset"),
    ("verbindung wurde vom remotehost geschlossen", "connection_reset"),
    ("ana bilgisayar tarafından zorla kapatıldı", "connection_reset"),
    ("interrotta forzatamente dall'host remoto", "connection_reset"),
    ("aborted by the software in your host machine", "connection_aborted"),
    ("на вашем хост-компьютере разорвала установленное подключение", "connection_aborted"),
    ("operation was attempted to an unreachable network", "network_unreachable"),
    ("на сокете для недоступной сети", "network_unreachable"),
    ("operation was attempted to an unreachable host", "host_unreachable"),
    ("на сокете для недоступного хоста", "host_unreachable"),
)
"""Operating-system and library text inside `unknown_failure: …` -> df-007 name; the first that occurs wins."""


@lru_cache(maxsize=16_384)
def translate_failure(failure: str | bool | None) -> str | None:
    """The df-007 name of a failure as some probe wrote it; null is success.

    A string that nothing here knows becomes `unknown_failure: <the string>`, addresses scrubbed, at most 300 characters. The
    booleans of early reports are read as they were meant: false is success, true an unknown failure.
    """
    if failure is None or failure is False or failure == "":
        return None
    if failure is True:
        return UNKNOWN_FAILURE
    if failure in FAILURES:
        return failure
    known = LEGACY_FAILURES.get(failure)
    if known is not None:
        return known
    lower = failure.lower()
    for part, name in INSIDE_UNKNOWN:
        if part in lower:
            return name
    detail = failure.removeprefix(UNKNOWN_FAILURE).lstrip(": ")
    return f"{UNKNOWN_FAILURE}: {scrub(detail)}"[:UNKNOWN_CHARACTERS] if detail else UNKNOWN_FAILURE
