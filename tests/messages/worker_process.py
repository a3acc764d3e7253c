"""A worker as a process of its own, so that tests can kill it: DATABASE_URL, MAIL_URL and SMS_URL are its arguments."""

import logging
import sys
from datetime import datetime, timedelta

from sqlalchemy import create_engine, update
from sqlalchemy.orm import Session, sessionmaker

from messages.email import mailer_from_url
from messages.letter import PHONE, Carrier, Channel
from messages.outbox import SEND, forgotten, jobs_of_complaints
from messages.phone import texter_from_url
from messages.queue import make_queue
from messages.sending import sender
from messages.worker import Pace, run_worker
from tenants.tenant import Epoch
from tests.messages.filings import find, mark

QUICK = Pace(
    relay=timedelta(seconds=0.2),
    poll=timedelta(seconds=0.2),
    heartbeat=timedelta(seconds=0.3),
    stalled_after=timedelta(seconds=1.5),
    leave=timedelta(seconds=10),
    restart=timedelta(seconds=0.3),
    stalled_cron="* * * * * *",
    sweep_cron="* * * * * *",
)
WAITS = (timedelta(seconds=0.5), timedelta(seconds=1), timedelta(seconds=1))


def tick(session: Session, now: datetime) -> None:
    session.execute(update(Epoch).where(Epoch.name == "directory").values(value=Epoch.value + 1))


def main(database_url: str, mail_url: str, sms_url: str) -> None:
    logging.basicConfig(level=logging.INFO)
    queue = make_queue(database_url)
    carriers: dict[str, Carrier] = {
        Channel.EMAIL: mailer_from_url(mail_url, "Aduan <no-reply@aduan.example>"),
        **dict.fromkeys(PHONE, texter_from_url(sms_url)),
    }
    queue.task(SEND)(sender(carriers, queue, WAITS))
    queue.sweep(forgotten)
    queue.relay(find=find, mark=mark, jobs_of=[jobs_of_complaints])
    queue.periodic("tick", "* * * * * *")(tick)
    engine = create_engine(database_url, hide_parameters=True, pool_pre_ping=True)
    run_worker(queue, sessionmaker(engine), waits=WAITS, pace=QUICK)


if __name__ == "__main__":
    main(*sys.argv[1:])
