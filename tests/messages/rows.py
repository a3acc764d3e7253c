"""Makers and readers of the rows that tests of messages are about; everything is committed."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg
from sqlalchemy import make_url, select
from sqlalchemy.orm import Session, sessionmaker

from messages.outbox import Message, post
from tenants.scope import name_tenant
from tenants.tenant import Stage, Tenant


def make_tenant(factory: sessionmaker[Session], slug: str, code: str, stage: Stage = Stage.LIVE) -> UUID:
    with factory() as session:
        tenant = Tenant(
            slug=slug,
            code=code,
            type="kota",
            name={"id": f"Kota {slug.title()}"},
            stage=stage,
            time_zone="Asia/Jakarta",
            languages=["id", "en"],
            created_at=datetime.now(UTC),
        )
        session.add(tenant)
        session.commit()
        return tenant.id


def write_message(factory: sessionmaker[Session], tenant_id: UUID, **given: Any) -> UUID:
    """A message in the outbox, committed; its id."""
    values: dict[str, Any] = {
        "event": "received",
        "channel": "email",
        "destination": "siti@contoh.id",
        "language": "id",
        "subject": "Laporan BKS-7K3M-9QX1 diterima",
        "body": "Laporan Anda diterima.\n",
        "now": datetime.now(UTC),
    }
    with factory() as session:
        name_tenant(session, tenant_id)
        message_id = post(session, **{**values, **given})
        session.commit()
        return message_id


def read_message(factory: sessionmaker[Session], tenant_id: UUID, message_id: UUID) -> Message:
    with factory() as session:
        name_tenant(session, tenant_id)
        message = session.scalars(select(Message).where(Message.id == message_id)).one()
        session.expunge_all()
        return message


def jobs(database: str) -> list[tuple[str, dict[str, str], str, int]]:
    """(name, arguments, status, tries) of the queue's jobs, as every worker sees them."""
    address = make_url(database)
    host = str(address.query["host"])
    with psycopg.connect(f"host={host} dbname={address.database} user={address.username}") as connection:
        return connection.execute(
            "SELECT task_name, args, status::text, attempts FROM procrastinate_jobs ORDER BY id"
        ).fetchall()
