"""Filing for whoever asks over HTTP, within the limits; a repeated key is answered as it was, however many came."""

import hashlib
import secrets
from collections.abc import Callable, Sequence

from flask import g, request
from flask_login import current_user

from complaints import filing
from complaints.evidence import Photo
from complaints.filing import Filed
from complaints.report import Report
from complaints.safety import allowance
from complaints.safety.allowance import WINDOW, ProofNeeded, Sender
from people import limits
from people.limits import TooMany
from tenants.directory import TenantCard
from tenants.errors import Invalid
from web import proofs
from web.context import office, settings
from web.device import network_of_request
from web.identity import reads_no_cookie

SHORTEST_KEY = 22
"""Characters that hold 128 random bits in base 64."""


def file_report(
    report: Report,
    *,
    key: str,
    host: TenantCard | None,
    photos: Sequence[Photo],
    device: str,
    proved: Callable[[], bool],
) -> Filed:
    """File a report. device: "" where none is known. proved: whether a proof came along, asked only where one is due.

    Raises what filing raises, TooMany, and ProofNeeded.
    """
    if not settings().rate_limits:
        return filing.file_complaint(g.session, office(), report, key=key, host=host, photos=photos, now=g.now)
    sender = _sender(device, proved)
    try:
        allowance.check(g.session, office().secret, sender, report.reporter, g.now)
    except (TooMany, ProofNeeded):
        if not filing.is_taken(g.session, key):
            raise
    filed = filing.file_complaint(g.session, office(), report, key=key, host=host, photos=photos, now=g.now)
    if not filed.repeated:
        allowance.count(g.session, office().secret, sender, report.reporter, g.now)
    return filed


def key_of_request() -> str:
    """The key by which a retry is known, from `Idempotency-Key`; without one a new one. Raises Invalid for a short."""
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return secrets.token_urlsafe(32)
    if not SHORTEST_KEY <= len(key) <= 200:
        raise Invalid("The key needs at least 128 random bits, for example a random UUID.", field="Idempotency-Key")
    return key


def puzzle_of_request() -> str:
    """What a program that sends much has to solve for its next report."""
    return proofs.puzzle(office().secret, network_of_request(), g.now)


def proved_by_header() -> bool:
    """Whether a solution of it came along in `Proof` that wasn't used yet."""
    written = request.headers.get("Proof", "")[:200]
    if not proofs.is_solved(office().secret, network_of_request(), written, g.now, proofs.BITS):
        return False
    used = f"proof/{hashlib.sha256(written.encode()).hexdigest()}"
    return limits.first_use(g.session, used, lasts=WINDOW, now=g.now)


def _sender(device: str, proved: Callable[[], bool]) -> Sender:
    """An account counts instead of its devices, and needs no proof: its address was confirmed."""
    address = request.remote_addr or ""
    if not reads_no_cookie(request.path) and current_user.is_authenticated:
        return Sender(address, f"account/{current_user.account.id}", None)
    return Sender(address, device, proved, at_home=at_home())


def at_home() -> bool:
    """Whether somebody tries the platform out on their own machine, where one address stands for everybody."""
    return not settings().production and limits.is_this_machine(request.remote_addr or "")
