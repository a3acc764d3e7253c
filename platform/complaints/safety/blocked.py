"""Whoever is blocked on this platform files nothing, in whichever city."""

import logging
from collections.abc import Iterator
from datetime import datetime

from complaints.office import Office
from complaints.report import Report
from tenants.block import key_of
from tenants.errors import Invalid
from tenants.times import full_day

log = logging.getLogger(__name__)


class Blocked(Invalid):
    """No city takes reports from this contact for now."""


def refuse(office: Office, report: Report, now: datetime) -> None:
    """Raise Blocked for a report of somebody who is blocked; officials may still write one down for them."""
    blocked = office.directory.blocked
    if not blocked or report.filed_by is not None:
        return
    for kind, value in _named(report):
        until_at = blocked.get(key_of(office.secret, kind, value))
        if until_at is not None and until_at > now:
            log.info("a report of somebody who is blocked was refused", extra={"until": until_at.isoformat()})
            raise Blocked(
                "No reports are taken from this contact until %(day)s, because of earlier ones. If that is wrong, write"
                " to the operators of this platform. In an emergency, call 112.",
                field="contact",
                day=full_day(until_at.date(), report.language),
            )


def _named(report: Report) -> Iterator[tuple[str, str]]:
    if report.reporter.email:
        yield "email", report.reporter.email
    if report.reporter.phone:
        yield "phone", report.reporter.phone
    if report.account_id is not None:
        yield "account", str(report.account_id)
