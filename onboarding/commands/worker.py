"""`flask worker`: sends messages, decodes photos, keeps the queue going."""

import click
from flask import current_app
from sqlalchemy.orm import Session

from messages.worker import run_worker
from onboarding.commands.refusal import in_the_app
from tenants.database import db
from web.app import refuse_to_serve_unsafely


@click.command("worker")
@in_the_app
def command() -> None:
    """Send what waits in the outbox, decode photos and do the standing jobs, until TERM or INT.

    Any number of workers share the work. What is begun is finished before it ends. Refuses a database role that could
    see across tenants.
    """
    app = current_app._get_current_object()  # type: ignore[attr-defined]  # the app behind the proxy
    app.extensions["start_database"]()
    refuse_to_serve_unsafely(app)
    app.extensions["office"].keeper.refresh()  # says so at once where the database isn't migrated
    engine = db.engine
    run_worker(app.extensions["office"].queue, lambda: Session(engine))
