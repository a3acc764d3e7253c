"""Passes one complaint on as `passing_chain` does, and kills itself at one statement; run as a process of its own."""

import sys
from pathlib import Path
from uuid import UUID

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from complaints import tasks
from complaints.office import Office
from complaints.photos.storage import FileStorage
from complaints.rules.rulebooks import Rulebooks
from messages.outbox import SEND
from messages.queue import make_queue
from messages.sending import sender
from tenants.addresses import Addresses
from tenants.directory import Keeper
from tests.cast import Cast
from tests.complaints.passing import passing_chain
from tests.isolation.severing import killing, severed
from web.app import utc_now


def main(database: str, folder: str, complaint_id: str, to: str, at: str) -> None:
    """Open the office on a database and pass on, until the `at`-th statement."""
    engine = create_engine(database)
    queue = make_queue(database)
    office = Office(
        keeper=Keeper(engine, utc_now),
        rulebooks=Rulebooks(),
        addresses=Addresses("http", "localhost", None),
        storage=FileStorage(Path(folder)),
        queue=queue,
        secret=b"a secret of the tests",
    )
    queue.task(SEND)(sender({}, queue))
    tasks.register(queue, office)
    office.keeper.refresh()
    with Session(engine) as session, severed(int(at), killing):
        passing_chain(Cast(office, session), UUID(complaint_id), to)


if __name__ == "__main__":
    main(*sys.argv[1:])
