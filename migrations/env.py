"""Runs the migrations as the owner, then sees to the application's role and its grants."""

from alembic import context
from flask import current_app
from sqlalchemy import Connection

from tenants.roles import see_to_the_app_role

LOCK_TIMEOUT = "5s"


def ours(_object: object, name: str | None, kind: str, _reflected: bool, _compared: object) -> bool:
    """The queue brings its own tables and its own migrations of them."""
    return not (kind == "table" and (name or "").startswith("procrastinate_"))


def migrate(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=current_app.extensions["sqlalchemy"].metadata,
        include_object=ours,
        compare_type=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


with current_app.extensions["owner_engine"].connect() as owner:
    owner.exec_driver_sql(f"SET lock_timeout = '{LOCK_TIMEOUT}'")
    owner.commit()
    migrate(owner)
    see_to_the_app_role(owner, current_app.extensions["sqlalchemy"].engine.url)
