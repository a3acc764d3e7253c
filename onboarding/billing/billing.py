"""What wsgi.py tells about payment, as values."""

from dataclasses import dataclass

from flask import current_app

from onboarding.billing.provider import Provider
from tenants.errors import Unavailable


@dataclass(frozen=True)
class Billing:
    """issuer: who sends invoices, a line each: name, address, tax number, bank account.

    provider: takes cards; None: that is by arrangement. data_location: where the servers stand, in a sentence.
    """

    issuer: tuple[str, ...] = ()
    provider: Provider | None = None
    data_location: str | None = None


def billing() -> Billing:
    """Of the running app."""
    found: Billing = current_app.extensions["billing"]
    return found


def provider() -> Provider:
    """Who takes cards. Raises Unavailable where nobody does."""
    found = billing().provider
    if found is None:
        raise Unavailable("Cards aren't taken here. Choose invoices, or write to the operator.")
    return found
