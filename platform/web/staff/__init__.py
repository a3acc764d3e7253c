"""The officials' console."""

from flask import Flask

from web.staff import (
    about,
    additions,
    by_link,
    calling,
    checks,
    comparing,
    complaint,
    composer,
    correction,
    deputies,
    done,
    fieldwork,
    figures,
    files,
    incidents,
    kept,
    making,
    map,
    morning,
    own_lists,
    parts,
    preferences,
    queue,
    reads,
    route,
    selection,
    validation,
)


def init_staff(app: Flask) -> None:
    """Register the console's routes."""
    app.register_blueprint(queue.blueprint)
    app.register_blueprint(complaint.blueprint)
    app.register_blueprint(correction.blueprint)
    app.register_blueprint(selection.blueprint)
    app.register_blueprint(reads.blueprint)
    app.register_blueprint(making.blueprint)
    app.register_blueprint(composer.blueprint)
    app.register_blueprint(route.blueprint)
    app.register_blueprint(fieldwork.blueprint)
    app.register_blueprint(parts.blueprint)
    app.register_blueprint(morning.blueprint)
    app.register_blueprint(comparing.blueprint)
    app.register_blueprint(validation.blueprint)
    app.register_blueprint(incidents.blueprint)
    app.register_blueprint(preferences.blueprint)
    app.register_blueprint(deputies.blueprint)
    app.register_blueprint(figures.blueprint)
    app.register_blueprint(own_lists.blueprint)
    app.register_blueprint(checks.blueprint)
    app.register_blueprint(files.blueprint)
    app.register_blueprint(kept.blueprint)
    app.register_blueprint(map.blueprint)
    app.register_blueprint(calling.blueprint)
    app.register_blueprint(done.blueprint)
    app.register_blueprint(about.blueprint)
    app.register_blueprint(by_link.blueprint)
    app.register_blueprint(additions.blueprint)
