"""What residents see: the front pages, the report, a complaint, what is around."""

from flask import Flask

from web.resident import (
    adding,
    alerts,
    areas,
    complaint,
    figures,
    following,
    front,
    incidents,
    lists,
    objecting,
    own,
    own_account,
    own_data,
    privacy,
    report,
    sharing,
    sign_in_code,
    sign_in_oidc,
    unsubscribing,
    works,
)

BLUEPRINTS = (
    adding.blueprint,
    alerts.blueprint,
    areas.blueprint,
    front.blueprint,
    figures.blueprint,
    report.blueprint,
    sharing.blueprint,
    sign_in_code.blueprint,
    sign_in_oidc.blueprint,
    complaint.blueprint,
    following.blueprint,
    incidents.blueprint,
    lists.blueprint,
    objecting.blueprint,
    own.blueprint,
    own_account.blueprint,
    own_data.blueprint,
    privacy.blueprint,
    unsubscribing.blueprint,
    works.blueprint,
)


def init_resident(app: Flask) -> None:
    """Register the residents' routes."""
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
