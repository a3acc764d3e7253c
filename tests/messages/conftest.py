"""Two tenants without people, and a mail server: what messages are tested with, beside the ground of all tests."""

from collections.abc import Iterator
from uuid import UUID

import psycopg
import pytest
from sqlalchemy import Engine, make_url
from sqlalchemy.orm import Session, sessionmaker

from config.postgres import SUPERUSER, EmbeddedPostgres
from messages.email import mailer_from_url
from messages.letter import Channel
from messages.outbox import SEND
from messages.queue import Queue, make_queue
from messages.sending import WAITS, sender
from tests.messages.exchange import Exchange
from tests.messages.post_office import PostOffice
from tests.messages.rows import make_tenant

SENDER = "Aduan <no-reply@aduan.example>"


@pytest.fixture
def cluster_admin(cluster: EmbeddedPostgres) -> Iterator[psycopg.Connection]:
    """A superuser's connection, for what an accident does."""
    conninfo = f"host={cluster.socket_dir} dbname=postgres user={SUPERUSER}"
    with psycopg.connect(conninfo, autocommit=True) as connection:
        yield connection


@pytest.fixture
def as_owner(database: str) -> Iterator[psycopg.Connection]:
    """A connection of the owner, for what the app role may not: locking whole tables."""
    address = make_url(database).set(username="aduan_owner")
    host = str(address.query["host"])
    with psycopg.connect(f"host={host} dbname={address.database} user=aduan_owner") as connection:
        yield connection


@pytest.fixture
def factory(engine: Engine) -> sessionmaker[Session]:
    return sessionmaker(engine)


@pytest.fixture
def tenant_id(factory: sessionmaker[Session]) -> UUID:
    return make_tenant(factory, "bekasi", "BKS")


@pytest.fixture
def neighbour_id(factory: sessionmaker[Session]) -> UUID:
    return make_tenant(factory, "depok", "DPK")


@pytest.fixture
def post_office() -> Iterator[PostOffice]:
    with PostOffice().open() as office:
        yield office


@pytest.fixture
def exchange() -> Iterator[Exchange]:
    with Exchange().open() as provider:
        yield provider


@pytest.fixture
def queue(database: str, post_office: PostOffice) -> Queue:
    queue = make_queue(database)
    queue.task(SEND)(sender({Channel.EMAIL: mailer_from_url(post_office.url, SENDER)}, queue, WAITS))
    return queue
