"""The phone or computer that asks: by a cookie of its own, which says which and nothing of whose it is; its network."""

import secrets

from flask import request
from werkzeug.wrappers import Response

from people import limits
from web.context import settings
from web.forms import Form, Text

YEAR_S = 365 * 24 * 3600


class DeviceForm(Form):
    """What a browser hands over to be notified: its own address at a push service, and two keys."""

    endpoint = Text()
    p256dh = Text()
    auth = Text()


def device_of_request() -> str:
    """The device, "" for one that was given no name yet."""
    return request.cookies.get(_cookie(), "")[:64]


def network_of_request() -> str:
    """The network that the request comes from, as limits count it."""
    return limits.network_of(request.remote_addr or "")


def named_device() -> str:
    """The device, with a new name where it has none; `remember_device` hands that out."""
    return device_of_request() or secrets.token_urlsafe(16)


def remember_device(response: Response, device: str) -> None:
    """Give the device its name, for a year from now."""
    response.set_cookie(
        _cookie(), device, max_age=YEAR_S, httponly=True, samesite="Lax", secure=settings().secure, path="/"
    )


def _cookie() -> str:
    return "__Host-device" if settings().secure else "device"
