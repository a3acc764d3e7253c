"""A real mail server on this machine, and what it has taken."""

import asyncio
import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Self

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope


@dataclass
class PostOffice:
    """answer: what it says to a mail (None: taken). silence_s: how long it keeps what it has taken to itself."""

    taken: list[Envelope] = field(default_factory=list)
    answer: Callable[[Envelope], str | None] = lambda envelope: None
    refuses: str | None = None
    silence_s: float = 0.0
    port: int = 0

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    def texts(self) -> list[str]:
        return [bytes(envelope.content or b"").decode() for envelope in self.taken]

    @contextmanager
    def open(self, **how: Any) -> Iterator[Self]:
        """Answers on a free port; how: what aiosmtpd's server takes, such as a TLS context."""
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        controller = Controller(self, hostname="127.0.0.1", port=self.port, **how)
        controller.start()
        try:
            yield self
        finally:
            controller.stop()

    async def handle_RCPT(
        self, server: SMTP, session: object, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.refuses is not None:
            return self.refuses
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: object, envelope: Envelope) -> str:
        refusal = self.answer(envelope)
        if refusal is not None:
            return refusal
        self.taken.append(envelope)
        await asyncio.sleep(self.silence_s)
        return "250 OK"
