"""Plans and payment: what a city may choose once it is live, by invoice in arrears or by card."""

from datetime import datetime

from flask import Flask
from sqlalchemy.orm import Session

from complaints.office import Office
from messages.queue import Queue
from onboarding.billing import hook_page, invoicing, operator_page, plan_page, public_page, tax_page
from onboarding.billing.billing import Billing

ISSUE = "issue_invoices"
EVERY_NIGHT = "7 18 * * *"
"""UTC; after one in the morning in Jakarta."""


def init_billing(app: Flask, billing: Billing) -> None:
    """Register the routes of plans and payment."""
    app.extensions["billing"] = billing
    for module in (plan_page, operator_page, hook_page, public_page, tax_page):
        app.register_blueprint(module.blueprint)


def register(queue: Queue, office: Office) -> None:
    """Name the daily look for months that are over to the queue."""

    @queue.periodic(ISSUE, EVERY_NIGHT)
    def issue_invoices(session: Session, now: datetime) -> None:
        invoicing.issue_everywhere(session, office, now)
