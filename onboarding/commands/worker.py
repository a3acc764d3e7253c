"""`flask worker`: sends messages, decodes photos, keeps the queue going."""

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy.orm import Session

from messages.worker import run_worker
from tenants.database import db
from tenants.scope import UnsafeRole
from web.app import refuse_to_serve_unsafely


@click.command()
@with_appcontext
def worker() -> None:
    """Work until TERM or INT."""
    app = current_app._get_current_object()  # type: ignore[attr-defined]
    app.extensions["start_database"]()
    try:
        refuse_to_serve_unsafely(app)
    except UnsafeRole as error:
        raise click.ClickException(str(error)) from None
    engine = db.engine
    run_worker(app.extensions["office"].queue, lambda: Session(engine))
