"""kill -9 of any process at any moment loses nothing that was answered, and sends nothing twice."""

import io
import os
import shutil
import signal
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.orm import Session

from config.postgres import EmbeddedPostgres
from tests.cast import IN_BARAT, IN_TIMUR, Visitor, jpeg, provision_the_cast
from tests.conftest import migrate, put_together
from tests.isolation.running import until, web, worker
from tests.messages.post_office import PostOffice

pytestmark = pytest.mark.slow

REPORT = {
    "category": "jalan-lubang",
    "description": "Lubang di depan pasar.",
    "lat": IN_BARAT[1],
    "lon": IN_BARAT[0],
    "contact": {"email": "ani@warga.example"},
}


@pytest.fixture
def post_office() -> Iterator[PostOffice]:
    with PostOffice().open() as office:
        yield office


def test_a_web_server_killed_right_after_its_answer_loses_no_message(
    database: str, owner: Connection, tmp_path: Path, post_office: PostOffice
) -> None:
    with web(database, tmp_path, MAIL_URL=post_office.url) as server:
        status, document = server.post("/api/v1/complaints", REPORT)
        server.kill()
    assert status == 201, document
    assert post_office.taken == []
    assert _states(owner) == {"waiting": 2}
    with worker(database, tmp_path, MAIL_URL=post_office.url) as working:
        until(lambda: _states(owner) == {"sent": 2}, working, seconds=60)
    recipients = sorted(envelope.rcpt_tos[0] for envelope in post_office.taken)
    assert recipients == ["ani@warga.example", "pu@barat.example"]
    (letter,) = [text for text in post_office.texts() if "To: ani@warga.example" in text]
    assert document["reference"] in letter


def test_a_worker_killed_before_it_sends_leaves_the_message_to_the_next_one(
    database: str, owner: Connection, tmp_path: Path, post_office: PostOffice
) -> None:
    with web(database, tmp_path, MAIL_URL=post_office.url) as server:
        status, document = server.post("/api/v1/complaints", REPORT)
    assert status == 201, document
    with worker(database, tmp_path, MAIL_URL=post_office.url) as first:
        # held shut as soon as the relay has written the jobs, as if it were just about to read its row
        until(lambda: _jobs(owner), first, seconds=60)
        owner.execute(text("LOCK TABLE messages IN ACCESS EXCLUSIVE MODE"))
        begun = len(post_office.taken)
        first.kill()
        owner.rollback()
    with worker(database, tmp_path, MAIL_URL=post_office.url) as second:
        until(lambda: _states(owner) == {"sent": 2}, second, seconds=60)
    assert begun <= len(post_office.taken) == 2
    assert len({envelope.rcpt_tos[0] for envelope in post_office.taken}) == 2


def _states(owner: Connection) -> dict[str, int]:
    rows = owner.execute(text("SELECT state, count(*) FROM messages GROUP BY state")).all()
    owner.rollback()
    return {row[0]: row[1] for row in rows}


def _jobs(owner: Connection) -> int:
    found = owner.scalar(text("SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'send_message'"))
    sent = owner.scalar(text("SELECT count(*) FROM messages WHERE state = 'sent'"))
    owner.rollback()
    return int(found or 0) + int(sent or 0)


@pytest.fixture
def durable() -> Iterator[EmbeddedPostgres]:
    """A cluster with the settings of the real one: fsync on."""
    folder = Path(tempfile.mkdtemp(prefix="aduan-test-"))
    folder.chmod(0o755)
    server = EmbeddedPostgres(folder / "postgres")
    server.start()
    yield server
    server.stop_if_last()
    shutil.rmtree(folder, ignore_errors=True)


def test_what_was_answered_accepted_outlives_a_killed_database(durable: EmbeddedPostgres, tmp_path: Path) -> None:
    migrate(durable)
    engine = create_engine(durable.app_url)
    with Session(engine) as session:
        provision_the_cast(session)
    engine.dispose()
    owner = create_engine(durable.owner_url)
    with owner.connect() as connection:
        assert connection.scalar(text("SHOW fsync")) == "on"
        assert connection.scalar(text("SHOW synchronous_commit")) == "on"
    owner.dispose()
    accepted: list[tuple[str, str]] = []
    refused: list[int] = []
    enough, over = threading.Event(), threading.Event()
    with put_together(durable.app_url, durable.owner_url, tmp_path, rate_limits=False) as app:

        def file(number: int) -> None:
            slug, (lon, lat) = (("barat", IN_BARAT), ("timur", IN_TIMUR))[number % 2]
            visitor = Visitor(app, slug)
            while not over.is_set():
                answer = visitor.post(
                    "/api/v1/complaints",
                    json={"category": "pju", "description": "Lampu mati.", "lat": lat, "lon": lon},
                    headers={"Idempotency-Key": str(uuid4())},
                )
                if answer.status_code == 201:
                    accepted.append((slug, answer.get_json()["reference"]))
                else:
                    refused.append(answer.status_code)
                if len(accepted) >= 40:
                    enough.set()

        threads = [threading.Thread(target=file, args=(number,)) for number in range(4)]
        for thread in threads:
            thread.start()
        assert enough.wait(60)
        for pid in _processes(durable):
            os.kill(pid, signal.SIGKILL)
        answered_before = len(accepted)
        until(lambda: refused, seconds=60)
        over.set()
        for thread in threads:
            thread.join(60)
        assert set(refused) == {503}
        durable.start()
        kept = _references(durable)
        assert answered_before >= 40
        assert {reference for _, reference in accepted} <= kept
        again = Visitor(app, "barat").post(
            "/api/v1/complaints",
            data={
                "category": "pju", "description": "Sesudahnya.", "lat": str(IN_BARAT[1]), "lon": str(IN_BARAT[0]),
                "photos": (io.BytesIO(jpeg()), "foto.jpg"),
            },
        )  # fmt: skip
        assert again.status_code == 201, again.get_data(as_text=True)


def _processes(server: EmbeddedPostgres) -> list[int]:
    """The postmaster and its backends."""
    postmaster = int((server.data_dir / "postmaster.pid").read_text().split()[0])
    children = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == postmaster:
            children.append(int(stat.parent.name))
    return [postmaster, *children]


def _references(server: EmbeddedPostgres) -> set[str]:
    owner = create_engine(server.owner_url)
    with owner.connect() as connection:
        found = set(connection.scalars(text("SELECT reference FROM complaints")))
    owner.dispose()
    return found
