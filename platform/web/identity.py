"""Who is asking: an account by its sign-in cookie, and its seat in the host's tenant."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Flask, Request, g, request
from flask_login import LoginManager, UserMixin
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from complaints.handling import Actor
from people import deputyship, entry, sign_in
from people.account import Account, SignIn
from people.seat import OperatorEntry, Seat
from people.standing_in import Absent, day_in

COOKIELESS = (
    "/api/",
    "/open311/",
    "/healthz",
    "/readyz",
    "/metrics",
    "/static/",
    "/media/",
    "/unsubscribe/",
    "/hooks/",
)
"""Addresses that read no cookie, and so need no Origin either."""


class Identity(UserMixin):
    """A signed-in account on this host. seat: None without one in the host's tenant. absent: whom it stands in for.

    entry: what lends the seat to an operator.
    """

    def __init__(
        self,
        account: Account,
        running: SignIn,
        seat: Seat | None = None,
        agency_ids: frozenset[UUID] = frozenset(),
        absent: tuple[Absent, ...] = (),
        entry: OperatorEntry | None = None,
    ) -> None:
        self.id = str(account.id)
        self.account = account
        self.running = running
        self.seat = seat
        self.agency_ids = agency_ids
        self.absent = absent
        self.entry = entry

    @property
    def name(self) -> str:
        return self.seat.name if self.seat else self.account.name

    @property
    def actor(self) -> Actor:
        """Who makes the moves: a member of staff of the host's tenant. Only behind a permission of a seat."""
        if self.seat is None:
            raise RuntimeError("only a seat makes moves")
        return Actor("staff", self.seat.id, self.seat.role, self.agency_ids, self.absent)


def init_identity(app: Flask, *, secure: bool) -> None:
    """Let Flask-Login find the identity by our own server-side sign-in; its session cookie isn't used."""
    manager = LoginManager(app)
    manager.session_protection = None

    @manager.request_loader
    def load(asked: Request) -> Identity | None:
        token = asked.cookies.get(cookie_name(secure))
        if not token or reads_no_cookie(asked.path):
            return None
        identity = identity_of(g.session, token, g.host, g.now)
        if identity is not None:
            g.signed_in = True  # so that no browser keeps the answer
        return identity


def identity_of(session: Session, token: str, host: str, now: datetime) -> Identity | None:
    """The identity behind a cookie's token; the session is in the host's tenant, if it has one."""
    found = sign_in.account_of(session, token, host=host, now=now)
    if found is None:
        return None
    account, running = found
    seated = sign_in.seated(session, account.id) if g.tenant is not None else None
    if seated is None and g.tenant is not None and account.is_operator:
        lent = entry.seat_of(session, account.id, now)
        return Identity(account, running, lent[0], entry=lent[1]) if lent else Identity(account, running)
    if seated is None:
        return Identity(account, running)
    seat, agency_ids, named = seated
    absent = deputyship.absent_for(session, seat, day_in(g.tenant.time_zone, now)) if named else ()
    return Identity(account, running, seat, agency_ids, absent)


def reads_no_cookie(path: str) -> bool:
    """Whether nothing at this address depends on a cookie."""
    return path.startswith(COOKIELESS)


def cookie_name(secure: bool) -> str:
    """`__Host-` under https: no subdomain can set it for another."""
    return "__Host-sign-in" if secure else "sign-in"


def set_cookie(response: Response, token: str, *, secure: bool, max_age_s: int) -> None:
    """Hand out the sign-in cookie for this host alone."""
    options: dict[str, Any] = {"httponly": True, "samesite": "Lax", "secure": secure, "path": "/"}
    response.set_cookie(cookie_name(secure), token, max_age=max_age_s, **options)


def clear_cookie(response: Response, *, secure: bool) -> None:
    """Take the sign-in cookie back."""
    response.delete_cookie(cookie_name(secure), path="/", secure=secure, httponly=True, samesite="Lax")


def own_origin() -> bool:
    """Whether an unsafe request comes from a page of this very host; browsers always say so in Origin."""
    return request.headers.get("Origin") == request.host_url.rstrip("/")
