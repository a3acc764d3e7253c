"""Asking the domain name system what it says of a name (RFC 1035): enough to see whether a city's records are set.

A client of our own, as all that is asked is one question of four kinds to a resolver that does the rest.
"""

import ipaddress
import secrets
import socket
import struct
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from tenants.errors import N_, Unavailable

KINDS = {"A": 1, "CNAME": 5, "TXT": 16, "AAAA": 28}
TIMEOUT_S = 2.0
MOST_ANSWERS = 60
_RESOLVERS = Path("/etc/resolv.conf")
_RECURSE = 0x0100
_TRUNCATED = 0x0200
_NO_SUCH_NAME = 3
_AWAY = N_("The domain name system can't be asked just now. Please try again in a moment.")


class Resolver(Protocol):
    """Says what a name has of a kind (A, AAAA, CNAME, TXT); nothing where it has none or isn't there.

    Raises Unavailable where nobody answers.
    """

    def look_up(self, name: str, kind: str) -> list[str]: ...


class DnsResolver:
    """Asks the servers one after the other. servers: (address, port); None for those of the system."""

    def __init__(self, servers: Sequence[tuple[str, int]] | None = None, timeout_s: float = TIMEOUT_S) -> None:
        self._servers = servers
        self._timeout_s = timeout_s

    def look_up(self, name: str, kind: str) -> list[str]:
        question = _question(name, kind)
        for address in self._servers if self._servers is not None else _of_the_system():
            try:
                return _answers(self._ask(address, question), question, KINDS[kind])
            except (OSError, struct.error, IndexError, ValueError):
                continue
        raise Unavailable(_AWAY)

    def _ask(self, address: tuple[str, int], question: bytes) -> bytes:
        family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
        with socket.socket(family, socket.SOCK_DGRAM) as server:
            server.settimeout(self._timeout_s)
            server.connect(address)
            server.send(question)
            answer = server.recv(4096)
        if struct.unpack_from(">H", answer, 2)[0] & _TRUNCATED:
            with socket.create_connection(address, self._timeout_s) as stream:
                stream.sendall(struct.pack(">H", len(question)) + question)
                length: int = struct.unpack(">H", _whole(stream, 2))[0]
                return _whole(stream, length)
        return answer


def _of_the_system() -> list[tuple[str, int]]:
    try:
        lines = _RESOLVERS.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        lines = []
    named = [line.split()[1] for line in lines if line.startswith("nameserver") and len(line.split()) > 1]
    return [(one, 53) for one in named] or [("127.0.0.1", 53)]


def _question(name: str, kind: str) -> bytes:
    labels = [label.encode("ascii") for label in name.rstrip(".").split(".")]
    if any(not 0 < len(label) < 64 for label in labels):
        raise ValueError(f"{name!r} is no name")
    written = b"".join(bytes([len(label)]) + label for label in labels) + b"\0"
    return (
        struct.pack(">HHHHHH", secrets.randbits(16), _RECURSE, 1, 0, 0, 0)
        + written
        + struct.pack(">HH", KINDS[kind], 1)
    )


def _answers(message: bytes, question: bytes, kind: int) -> list[str]:
    """The values of one kind in an answer; a chain of aliases is followed by the server. Raises ValueError."""
    number, flags, questions, answers = struct.unpack_from(">HHHH", message)
    if number != struct.unpack_from(">H", question)[0] or not flags & 0x8000:
        raise ValueError("this answers another question")
    code = flags & 0x000F
    if code == _NO_SUCH_NAME:
        return []
    if code != 0:
        raise ValueError(f"the server refused, code {code}")
    at, found = 12, []
    for _ in range(questions):
        at = _name(message, at)[1] + 4
    for _ in range(min(answers, MOST_ANSWERS)):
        at = _name(message, at)[1]
        this, _class, _ttl, length = struct.unpack_from(">HHIH", message, at)
        at += 10
        if this == kind:
            found.append(_value(message, at, length, kind))
        at += length
    return found


def _value(message: bytes, at: int, length: int, kind: int) -> str:
    data = message[at : at + length]
    if kind == KINDS["TXT"]:
        parts, place = [], 0
        while place < len(data):
            parts.append(data[place + 1 : place + 1 + data[place]])
            place += 1 + data[place]
        return b"".join(parts).decode("utf-8", errors="replace")
    if kind == KINDS["CNAME"]:
        return _name(message, at)[0].lower()
    return str(ipaddress.ip_address(data))


def _name(message: bytes, at: int) -> tuple[str, int]:
    """(a name, where it ends); names may point back to earlier ones, each time further back."""
    labels: list[str] = []
    end, least = None, at
    while True:
        length = message[at]
        if length & 0xC0 == 0xC0:
            target = struct.unpack_from(">H", message, at)[0] & 0x3FFF
            end = at + 2 if end is None else end
            if target >= least:
                raise ValueError("a name points forward")
            at = least = target
            continue
        at += 1
        if length == 0:
            return ".".join(labels), at if end is None else end
        labels.append(message[at : at + length].decode("ascii", errors="replace"))
        at += length


def _whole(stream: socket.socket, length: int) -> bytes:
    data = b""
    while len(data) < length:
        part = stream.recv(length - len(data))
        if not part:
            raise OSError("the server hung up")
        data += part
    return data
