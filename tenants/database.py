"""Tables: `Base` is platform-wide, `TenantOwned` belongs to one tenant and is walled in by row-level security."""

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, MetaData, Uuid
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

Words = dict[str, str]
"""What a tenant writes, by language code: {"id": "Jalan berlubang", "en": "Pothole"}."""


class Base(DeclarativeBase):
    """A platform-wide table."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {
        datetime: DateTime(timezone=True),
        UUID: Uuid(),
        dict[str, str]: JSONB(none_as_null=True),
        dict[str, Any]: JSONB(none_as_null=True),
        list[str]: JSONB(),
        list[dict[str, Any]]: JSONB(),
    }


def new_id() -> UUID:
    """A random id: public ids must not tell the minute that they were made in, so no UUIDv7."""
    return uuid4()


class TenantOwned:
    """A row of one tenant: its primary key, and every unique constraint and foreign key, starts with `tenant_id`."""

    tenant_id: Mapped[UUID] = mapped_column(primary_key=True, sort_order=-20)
    id: Mapped[UUID] = mapped_column(primary_key=True, default=new_id, sort_order=-19)


class Configured(TenantOwned):
    """A row that a tenant configures: named by an immutable code, counted in revisions, locked by version."""

    code: Mapped[str] = mapped_column(sort_order=-18)
    revision: Mapped[int] = mapped_column(default=1, sort_order=90)
    version: Mapped[int] = mapped_column(default=1, sort_order=91)


db = SQLAlchemy(metadata=Base.metadata)
