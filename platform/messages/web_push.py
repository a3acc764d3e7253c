"""Web push: one notification to one browser, encrypted for it (RFC 8291) and signed by us (VAPID, RFC 8292)."""

import base64
import json
import os
from email.utils import parseaddr
from urllib.parse import urlsplit

import http_ece
import requests
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from py_vapid import Vapid02

from messages.letter import Letter, NotNow, Refused, Unreachable
from tenants.errors import Invalid

TIMEOUT = (5.0, 10.0)  # seconds, to connect and for the answer
KEPT_S = 3 * 24 * 3600  # for how long the push service keeps what a switched-off phone hasn't fetched
KEY_BYTES = 32
GONE = (404, 410)
OURS_OR_BUSY = (401, 403, 408, 425, 429)


class WebPusher:
    """contact: whom a push service writes to if something is wrong with us."""

    def __init__(self, private_key: str, contact: str) -> None:
        """private_key: base64url of the 32 bytes. Raises Invalid for one that is none."""
        self._vapid = _vapid(private_key)
        self._contact = f"mailto:{parseaddr(contact)[1]}"

    @property
    def public_key(self) -> str:
        """What a browser subscribes with: base64url of the uncompressed point."""
        point = self._vapid.public_key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return _base64url(point)

    def send(self, letter: Letter) -> None:
        try:
            target = json.loads(letter.destination)
            endpoint, p256dh, auth = target["endpoint"], _bytes(target["p256dh"]), _bytes(target["auth"])
        except (ValueError, KeyError, TypeError):
            raise Refused("The destination isn't a device.") from None
        own = ec.generate_private_key(ec.SECP256R1())
        content = http_ece.encrypt(
            notification(letter), salt=os.urandom(16), private_key=own, dh=p256dh, auth_secret=auth, version="aes128gcm"
        )
        where = urlsplit(endpoint)
        claims = {"sub": self._contact, "aud": f"{where.scheme}://{where.netloc}"}
        try:
            answer = requests.post(
                endpoint,
                data=content,
                headers={
                    **self._vapid.sign(claims),
                    "Content-Encoding": "aes128gcm",
                    "Content-Type": "application/octet-stream",
                    "TTL": str(KEPT_S),
                    "Urgency": "normal",
                    "Topic": letter.key[-32:],  # a second copy takes the place of the first
                },
                timeout=TIMEOUT,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            raise NotNow(f"The push service couldn't be reached or broke off ({type(error).__name__}).") from None
        _understand(answer.status_code)


class DevelopmentPusher(WebPusher):
    """Encrypts as the real one, and posts to this machine's servers alone: a browser's push service is outside."""

    def send(self, letter: Letter) -> None:
        host = urlsplit(str(json.loads(letter.destination).get("endpoint"))).hostname
        if host in ("localhost", "127.0.0.1"):
            super().send(letter)


def notification(letter: Letter) -> bytes:
    """What the service worker shows: {title, body, url, tag}, in less than the 4,096 bytes that services take."""
    text = next((line for line in letter.body.splitlines() if line.strip()), "")
    shown = {"title": letter.subject[:200], "body": text[:300], "url": letter.link or "/", "tag": letter.key[-32:]}
    return json.dumps(shown, ensure_ascii=False).encode()


def _vapid(private_key: str) -> Vapid02:
    try:
        raw = base64.b64decode(f"{private_key.strip()}=", altchars=b"-_", validate=True)
        if len(raw) != KEY_BYTES:
            raise ValueError(len(raw))
        return Vapid02.from_raw(private_key.strip().encode())
    except ValueError:
        raise Invalid(
            "VAPID_PRIVATE_KEY has to be the base64url of a P-256 private key (32 bytes).", field="VAPID_PRIVATE_KEY"
        ) from None


def _understand(status: int) -> None:
    if 200 <= status < 300:
        return
    if status in GONE:
        raise Unreachable(f"The device takes no more notifications ({status}).")
    if 400 <= status < 500 and status not in OURS_OR_BUSY:
        raise Refused(f"The push service refused it ({status}).")
    raise NotNow(f"The push service asked to wait ({status}).")


def _bytes(written: str) -> bytes:
    return base64.urlsafe_b64decode(f"{written}==")


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
