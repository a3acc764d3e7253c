"""A domain name server of the tests: answers over UDP and TCP from a table, on a port of its own."""

import socketserver
import struct
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from ipaddress import ip_address
from typing import Any

KINDS = {1: "A", 5: "CNAME", 16: "TXT", 28: "AAAA"}
Zone = Mapping[tuple[str, str], Sequence[str]]
"""{(name, kind): values}; a name without any row doesn't exist."""


def answer(question: bytes, zone: Zone, *, most: int | None = None) -> bytes:
    """most: more bytes than these are left out, and the answer says so."""
    at, labels = 12, []
    while question[at]:
        labels.append(question[at + 1 : at + 1 + question[at]].decode())
        at += 1 + question[at]
    name, kind = ".".join(labels).lower(), KINDS[struct.unpack_from(">H", question, at + 1)[0]]
    values = zone.get((name, kind), ())
    known = any(one == name for one, _kind in zone)
    asked = question[12 : at + 5]
    rows = b""
    for value in values:
        data = _data(value, kind)
        rows += (
            b"\xc0\x0c" + struct.pack(">HHIH", struct.unpack_from(">H", question, at + 1)[0], 1, 60, len(data)) + data
        )
    flags = 0x8180 | (0 if known else 3)
    cut = most is not None and len(rows) > most
    head = question[:2] + struct.pack(">HHHHH", flags | (0x0200 if cut else 0), 1, 0 if cut else len(values), 0, 0)
    return head + asked + (b"" if cut else rows)


def _data(value: str, kind: str) -> bytes:
    if kind == "TXT":
        written = value.encode()
        return b"".join(
            bytes([len(part)]) + part for part in (written[i : i + 255] for i in range(0, len(written), 255))
        )
    if kind == "CNAME":
        return b"".join(bytes([len(label)]) + label.encode() for label in value.split(".")) + b"\0"
    return ip_address(value).packed


@contextmanager
def name_server(zone: Zone) -> Iterator[tuple[str, int]]:
    """Its address while it lasts."""

    class Datagram(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            question, server = self.request
            server.sendto(answer(question, zone, most=400), self.client_address)

    class Stream(socketserver.BaseRequestHandler):
        def handle(self) -> None:
            length = struct.unpack(">H", self.request.recv(2))[0]
            said = answer(self.request.recv(length), zone)
            self.request.sendall(struct.pack(">H", len(said)) + said)

    # The stream chooses the port: connections hold many of its numbers, and hardly anything those of datagrams.
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Stream) as tcp:
        address: Any = tcp.server_address
        with socketserver.ThreadingUDPServer(address, Datagram) as udp:
            for server in (udp, tcp):
                threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
            try:
                yield address
            finally:
                udp.shutdown()
                tcp.shutdown()
