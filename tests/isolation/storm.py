"""Moves over HTTP while web and worker are killed with -9 and started again, and what has to hold afterwards.

Clients file reports and move them on by the forms of the pages; what was answered is written down. What no answer came
for may or may not have happened: either way it happened whole.
"""

import http.client
import io
import os
import random
import signal
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import Engine, create_engine, text
from werkzeug.datastructures import FileStorage
from werkzeug.test import stream_encode_multipart

from tests.cast import IN_BARAT, PASSWORD, jpeg
from tests.isolation.running import Running, web, worker

STAFF = ("officer@barat.example", "supervisor@barat.example", "colleague@barat.example", "admin@barat.example")
ADDRESS = "warga{number}@contoh.example"
MENU: Mapping[str, tuple[str, ...]] = {
    "received": ("start", "question", "take", "note", "reply"),
    "assigned": ("start", "start", "schedule", "question"),
    "in_progress": ("resolution", "resolution", "schedule", "question", "reply"),
    "scheduled": ("start", "resolution"),
    "waiting_for_reporter": ("resumption", "answer"),
    "resolved": ("reopening", "confirmation", "note"),
    "confirmed": ("reopening",),
}
"""What clients do with a report in a status, by the resource that they post."""
BY_LINK = frozenset(("answer", "reopening", "confirmation"))
MOVES = {
    "start": "start", "question": "ask", "take": "take", "note": "note", "reply": "reply", "schedule": "schedule",
    "resolution": "resolve", "resumption": "resume", "answer": "answer", "reopening": "reopen",
    "confirmation": "confirm", "undoing": "undo",
}  # fmt: skip
UNDONE_EVERY = 20
LONGEST_PAUSE_S = 10.0
RIGHT_AFTER_S = 0.3
TRIED_AGAIN_AFTER_S = 0.2


@dataclass
class Report:
    """One report. manage: the path of its secret page."""

    id: str
    manage: str


@dataclass
class Storm:
    """What came of it. accepted, unknown: by (complaint, move). kills: by what was killed."""

    accepted: Counter[tuple[str, str]] = field(default_factory=Counter)
    unknown: Counter[tuple[str, str]] = field(default_factory=Counter)
    refused: Counter[int] = field(default_factory=Counter)
    kills: Counter[str] = field(default_factory=Counter)
    reports: list[Report] = field(default_factory=list)
    seconds: float = 0

    @property
    def made(self) -> int:
        return sum(self.accepted.values())


class Site:
    """Web and worker of one database, each started again wherever it was killed."""

    def __init__(self, database: str, folder: Path, mail_url: str) -> None:
        self._how: dict[str, Any] = {"MAIL_URL": mail_url, "RATE_LIMITS": "off"}
        self._database, self._folder = database, folder
        self._web, self._worker = ExitStack(), ExitStack()
        self.start_web()
        self.start_worker()

    def start_web(self) -> None:
        self._web.close()
        self.web: Running = self._web.enter_context(web(self._database, self._folder, **self._how))

    def start_worker(self) -> None:
        self._worker.close()
        self.worker: Running = self._worker.enter_context(worker(self._database, self._folder, **self._how))

    def kill(self, dice: random.Random) -> str:
        """Kill the web server, one of its processes, or the worker; the first and the last are started again."""
        what = dice.choice(("web", "web process", "worker"))
        if what == "web":
            self.web.kill()
            self.start_web()
        elif what == "worker":
            self.worker.kill()
            self.start_worker()
        else:
            children = _children(self.web.process.pid)
            if children:
                with suppress(ProcessLookupError):
                    os.kill(dice.choice(children), signal.SIGKILL)
        return what

    def close(self) -> None:
        self._web.close()
        self._worker.close()


@contextmanager
def site(database: str, folder: Path, mail_url: str) -> Iterator[Site]:
    made = Site(database, folder, mail_url)
    try:
        yield made
    finally:
        made.close()


def rage(
    site: Site,
    owner_url: str,
    *,
    moves: int,
    reports: int,
    clients: int,
    every: tuple[int, int],
    seed: int,
    most_s: float,
) -> Storm:
    """File reports and make moves until so many were answered, or most_s seconds are over, killing all the while.

    every: how many moves are answered between one kill and the next, at least and at most.
    """
    storm, over, began = Storm(), threading.Event(), time.monotonic()
    lock, engine = threading.Lock(), create_engine(owner_url, pool_size=clients + 1)
    first = Client(site, engine, 0, random.Random(seed), storm, lock)
    while len(storm.reports) < reports:
        first.file()
    threads = [
        threading.Thread(
            target=Client(site, engine, number, random.Random(seed + number), storm, lock).go, args=(over,)
        )
        for number in range(clients)
    ]
    for thread in threads:
        thread.start()
    dice = random.Random(seed)
    try:
        while storm.made < moves and time.monotonic() - began < most_s:
            enough, latest = storm.made + dice.randint(*every), time.monotonic() + LONGEST_PAUSE_S
            while storm.made < enough and time.monotonic() < latest:
                time.sleep(dice.uniform(0, RIGHT_AFTER_S))
            storm.kills[site.kill(dice)] += 1
    finally:
        over.set()
        for thread in threads:
            thread.join()
        engine.dispose()
    storm.seconds = time.monotonic() - began
    return storm


class Client:
    """Somebody of the staff at a browser, who also answers for the reporters by their links."""

    def __init__(
        self, site: Site, engine: Engine, number: int, dice: random.Random, storm: Storm, lock: threading.Lock
    ) -> None:
        self.site, self.number, self.dice, self.storm, self.lock = site, number, dice, storm, lock
        self._cookie = ""
        self._engine = engine

    def go(self, over: threading.Event) -> None:
        while not over.is_set():
            report = self.dice.choice(self.storm.reports)
            status, version = self._state(report.id)
            self._move(report, self.dice.choice(MENU[status]), version)
            if self.dice.randrange(UNDONE_EVERY) == 0:
                self._move(report, "undoing", self._state(report.id)[1])

    def file(self) -> None:
        """File a report; what isn't answered is filed again by another key, as by somebody else."""
        number = len(self.storm.reports)
        body = {
            "category": "jalan-lubang", "description": f"Lubang nomor {number}.", "lon": IN_BARAT[0],
            "lat": IN_BARAT[1], "contact": {"email": ADDRESS.format(number=number)},
        }  # fmt: skip
        try:
            status, document = self.site.web.post("/api/v1/complaints", body, host="barat.localhost")
        except (OSError, http.client.HTTPException):
            return
        assert status == 201, document
        with self._engine.connect() as connection:
            id_ = connection.scalar(
                text("SELECT id FROM complaints WHERE reference = :reference"), {"reference": document["reference"]}
            )
        self.storm.reports.append(Report(str(id_), "/" + document["manage_url"].split("/", 3)[3]))

    def _state(self, complaint_id: str) -> tuple[str, int]:
        with self._engine.connect() as connection:
            row = connection.execute(
                text("SELECT status, version FROM complaints WHERE id = :id"), {"id": complaint_id}
            ).one()
        return row[0], row[1]

    def _move(self, report: Report, resource: str, version: int) -> None:
        key = (report.id, MOVES[resource])
        path = report.manage if resource in BY_LINK else f"/staff/complaints/{report.id}"
        audience = {"audience": resource} if resource in ("note", "reply") else {}
        fields = {
            "version": str(version), "note": "Sudah dikerjakan.", "question": "Di sebelah mana?", "reason": "Belum.",
            "answer": "Di kiri.", "date": "2099-01-01", **audience,
        }  # fmt: skip
        try:
            status = self._post(f"{path}/{'remarks' if audience else resource}", fields, photo=resource == "resolution")
        except (OSError, http.client.HTTPException):
            with self.lock:
                self.storm.unknown[key] += 1
            time.sleep(TRIED_AGAIN_AFTER_S)
            return
        with self.lock:
            if status == 303:
                self.storm.accepted[key] += 1
            elif status >= 500:  # the server may have been killed on its way to the answer, or the database was away
                self.storm.unknown[key] += 1
            else:
                self.storm.refused[status] += 1

    def _post(self, path: str, fields: Mapping[str, str], *, photo: bool = False) -> int:
        if not self._cookie and path != "/sign-in":
            self._sign_in()
        body, kind = urlencode(fields).encode(), "application/x-www-form-urlencoded"
        if photo:
            file = FileStorage(io.BytesIO(jpeg(f"#{self.dice.randrange(0x1000000):06x}", (160, 120))), "a.jpg")
            stream, _length, boundary = stream_encode_multipart({**fields, "photo": file})
            body, kind = stream.read(), f"multipart/form-data; boundary={boundary}"
        host = f"barat.localhost:{self.site.web.port}"
        connection = http.client.HTTPConnection("127.0.0.1", self.site.web.port, timeout=30)
        try:
            headers = {"Host": host, "Origin": f"http://{host}", "Content-Type": kind, "Cookie": self._cookie}
            connection.request("POST", path, body, headers)
            answer = connection.getresponse()
            answer.read()
            if path == "/sign-in":
                if answer.status != 303:
                    raise http.client.HTTPException(f"sign-in answered {answer.status}")
                self._cookie = "; ".join(line.partition(";")[0] for line in answer.headers.get_all("Set-Cookie", []))
            return answer.status
        finally:
            connection.close()

    def _sign_in(self) -> None:
        email = STAFF[self.number % len(STAFF)]
        self._post("/sign-in", {"email": email, "password": PASSWORD})


def _children(pid: int) -> list[int]:
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError, ValueError):
            if int(stat.read_text().rpartition(")")[2].split()[1]) == pid:
                found.append(int(stat.parent.name))
    return found
