"""A load generator: so many kept-alive connections, each sending its next request when it has its answer.

It runs in a process of its own and takes part of the two cores, as everything measured here does. Requests are made
before the clock starts, and an answer is read no further than its status and length, so that it takes little.
"""

import multiprocessing
import socket
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass

CONNECTIONS = 16
ANSWER_SECONDS = 30


@dataclass(frozen=True)
class Load:
    """What came of it. took: seconds of each answer, in no order. other: statuses that were not expected."""

    seconds: float
    took: Sequence[float]
    other: Sequence[int]

    @property
    def per_second(self) -> float:
        return len(self.took) / self.seconds

    def percentile_ms(self, share: float) -> float:
        """The time within which this share of the answers came, in ms."""
        ordered = sorted(self.took)
        return ordered[min(int(len(ordered) * share), len(ordered) - 1)] * 1000


class NoAnswer(RuntimeError):
    """A connection was closed, or no answer came within ANSWER_SECONDS."""


def drive(
    port: int, requests: Sequence[bytes], *, expected: int, seconds: float | None = None, connections: int = CONNECTIONS
) -> Load:
    """Send the requests, each once, or for so many seconds, over and over. Raises RuntimeError if one fails."""
    context = multiprocessing.get_context("fork")
    mine, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_drive, args=(theirs, port, requests, expected, seconds, connections))
    process.start()
    theirs.close()
    try:
        load: Load = mine.recv()
    finally:
        process.join()
    if 0 in load.other:
        raise NoAnswer(f"no answer within {ANSWER_SECONDS} s")
    if load.other or not load.took:
        raise RuntimeError(f"the load got other answers than {expected}: {sorted(set(load.other))}")
    return load


def _drive(
    results: "multiprocessing.connection.Connection",
    port: int,
    requests: Sequence[bytes],
    expected: int,
    seconds: float | None,
    connections: int,
) -> None:
    senders = [_Sender(port, requests[number::connections], expected, seconds) for number in range(connections)]
    began = time.perf_counter()
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    took = [one for sender in senders for one in sender.took]
    other = [one for sender in senders for one in sender.other]
    results.send(Load(time.perf_counter() - began, took, other))


class _Sender(threading.Thread):
    def __init__(self, port: int, requests: Sequence[bytes], expected: int, seconds: float | None) -> None:
        super().__init__(daemon=True)
        self._port, self._requests, self._seconds = port, requests, seconds
        self._expected = str(expected).encode()
        self.took: list[float] = []
        self.other: list[int] = []

    def run(self) -> None:
        if not self._requests:
            return
        try:
            with socket.create_connection(("127.0.0.1", self._port), timeout=ANSWER_SECONDS) as connection:
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self._send_all(connection)
        except OSError:
            self.other.append(0)

    def _send_all(self, connection: socket.socket) -> None:
        end_at = time.perf_counter() + self._seconds if self._seconds is not None else None
        number = 0
        while number < len(self._requests) if end_at is None else time.perf_counter() < end_at:
            began = time.perf_counter()
            connection.sendall(self._requests[number % len(self._requests)])
            status = _status(connection)
            self.took.append(time.perf_counter() - began)
            if status != self._expected:
                self.other.append(int(status or b"0"))
                return
            number += 1


def _status(connection: socket.socket) -> bytes:
    """The status of the next answer, which is read to its end by its Content-Length."""
    received = b""
    while (end := received.find(b"\r\n\r\n")) < 0:
        more = connection.recv(65536)
        if not more:
            return b""
        received += more
    head = received[:end].lower()
    length = int(head.partition(b"content-length:")[2].partition(b"\r\n")[0])
    missing = length - (len(received) - end - 4)
    while missing > 0:
        more = connection.recv(min(missing, 65536))
        if not more:
            return b""
        missing -= len(more)
    return head[9:12]
