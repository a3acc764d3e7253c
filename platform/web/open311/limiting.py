"""How often a network may send what is no report, and what is only tried out: beyond that each needs a proof."""

from flask import g

from complaints.safety.allowance import WINDOW, ProofNeeded
from people import limits
from web.context import settings
from web.device import network_of_request
from web.sending import at_home, proved_by_header

FREE_OF_NETWORK = 60
"""As many as reports: a system that speaks for many people sends from one address, so none is refused."""


def slow_down(what: str) -> None:
    """Count a try, also one of which nothing is kept. Raises ProofNeeded where a proof is due and none came along."""
    tries = limits.count(g.session, f"open311/{what}/{network_of_request()}", window=WINDOW, now=g.now)
    free = not settings().rate_limits or at_home() or tries <= FREE_OF_NETWORK
    proved = free or proved_by_header()
    g.session.commit()  # whatever is rolled back later, the try counts and the proof is used
    if not proved:
        raise ProofNeeded
