"""What wsgi.py tells about payment, as values."""

from dataclasses import dataclass

from flask import current_app


@dataclass(frozen=True)
class Billing:
    """issuer: who sends invoices, a line each: name, address, tax number, bank account."""

    issuer: tuple[str, ...] = ()


def billing() -> Billing:
    """Of the running app."""
    found: Billing = current_app.extensions["billing"]
    return found
