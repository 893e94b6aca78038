"""Certificates in DER, with as much in them as is read: a name of the issuer and a time of validity."""

from collections.abc import Mapping

KINDS = {"CN": b"\x55\x04\x03", "O": b"\x55\x04\x0a", "OU": b"\x55\x04\x0b", "C": b"\x55\x04\x06"}
UTC_TIME, GENERALIZED_TIME, TEXT, NUMBER = 0x17, 0x18, 0x0C, 0x02


def element(tag: int, content: bytes) -> bytes:
    """One element; lengths from 128 on take more octets."""
    octets = len(content).to_bytes((len(content).bit_length() + 7) // 8 or 1)
    length = octets if len(content) < 0x80 else bytes([0x80 | len(octets)]) + octets
    return bytes([tag]) + length + content


def sequence(*parts: bytes) -> bytes:
    """Elements in a row."""
    return element(0x30, b"".join(parts))


def name(parts: Mapping[str, str]) -> bytes:
    """A distinguished name."""
    pairs = (sequence(element(0x06, KINDS[kind]), element(TEXT, text.encode())) for kind, text in parts.items())
    return sequence(*(element(0x31, pair) for pair in pairs))


def certificate(issuer: Mapping[str, str], *, begins: str = "230101000000Z", version: bool = True) -> bytes:
    """A certificate of `www.example.org`, issued by somebody, valid from a moment on; what follows the subject is left out."""
    kind = UTC_TIME if len(begins) == len("230101000000Z") else GENERALIZED_TIME
    algorithm = sequence(element(0x06, b"\x2a\x86\x48\xce\x3d\x04\x03\x02"))
    validity = sequence(element(kind, begins.encode()), element(GENERALIZED_TIME, b"20990101000000Z"))
    signed = sequence(
        element(0xA0, element(NUMBER, b"\x02")) if version else b"",
        element(NUMBER, b"\x4d"),
        algorithm,
        name(issuer),
        validity,
        name({"CN": "www.example.org"}),
    )
    return sequence(signed, algorithm, element(0x03, b"\x00"))
