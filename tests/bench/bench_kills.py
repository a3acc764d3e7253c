"""Ten thousand moves while web and worker are killed: no speed, but whether everything fits together afterwards.

Four clients move two hundred reports on by the forms of the pages, over HTTP, on a cluster with fsync on; after every
40 to 160 answered moves the web server, one of its processes or the worker gets SIGKILL and is started again. Then each
history is replayed by the table of moves, each message has one cause, and each due instant is reckoned anew.
"""

import os
import shutil
import tempfile
from datetime import timedelta
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.orm import Session

from complaints.rules.rulebooks import Rulebooks
from config.postgres import EmbeddedPostgres
from tenants.directory import build
from tests.bench.budgets import Figures
from tests.cast import provision_the_cast
from tests.conftest import migrate
from tests.isolation.aftermath import flaws, twice, unsent
from tests.isolation.running import until
from tests.isolation.storm import rage, site
from tests.messages.post_office import PostOffice

MOVES = int(os.environ.get("KILLS_MOVES", "10000"))
MOST_S = 3_600.0
DELIVERED_WITHIN_S = 600
"""What can be undone waits a minute before it is sent, and what a killed worker held is taken up again."""


def run() -> Figures:
    """How many moves, kills and messages there were, and what didn't fit together."""
    folder = Path(tempfile.mkdtemp(prefix="aduan-kills-"))
    folder.chmod(0o755)
    server = EmbeddedPostgres(folder / "postgres")
    try:
        server.start()
        return _measured(server, folder)
    finally:
        server.stop_if_last()
        shutil.rmtree(folder, ignore_errors=True)


def _measured(server: EmbeddedPostgres, folder: Path) -> Figures:
    migrate(server)
    engine, owner = create_engine(server.app_url), create_engine(server.owner_url)
    with Session(engine) as session:
        provision_the_cast(session)
    with PostOffice().open() as post, owner.connect() as connection:
        with site(server.app_url, folder, post.url) as running:
            storm = rage(
                running, server.owner_url, moves=MOVES, reports=200, clients=4, every=(40, 160), seed=1, most_s=MOST_S
            )
            until(lambda: not unsent(connection, timedelta(seconds=5)), seconds=DELIVERED_WITHIN_S)
        delivered, again = len(post.taken), twice(connection)
    with Session(engine) as session:
        card = build(session, 0).by_slug["barat"]
        found = list(flaws(session, card, Rulebooks(), storm, folder / "data" / "evidence"))
    for flaw in found[:20]:
        print("  flaw:", flaw)  # noqa: T201 - a command's output
    with owner.connect() as connection:
        left = sum(unsent(connection, timedelta(seconds=5)).values())
    engine.dispose()
    owner.dispose()
    return {
        "kills_moves": storm.made,
        "kills_flaws": len(found),
        "kills_unsent": left,
        "kills_unanswered": sum(storm.unknown.values()),
        "kills_refused": sum(storm.refused.values()),
        **{f"kills_of_{what.replace(' ', '_')}": count for what, count in sorted(storm.kills.items())},
        "kills_mails_delivered": delivered,
        "kills_tried_twice": again,
        "kills_seconds": round(storm.seconds),
    }
