"""Signing in at a provider by OpenID Connect: code with PKCE, and an ID token that is checked by the provider's keys.

Whom the provider names is known by issuer and subject alone. An e-mail address counts only where the provider says that
it was verified, and then only finds earlier reports.
"""

import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import requests
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from itsdangerous import BadSignature, URLSafeTimedSerializer
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from tenants.errors import N_, Invalid, Unavailable

SCOPE = "openid profile email"
ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")
"""Signatures by a key of the provider's alone: none, and no secret that we share."""
TIMEOUT_S = (3, 5)
"""To connect, and between two parts of an answer."""
KEPT_S = 3600
AWAY_S = 30
"""How long nobody waits for a provider that has just failed."""
STATE_LASTS_S = 600
LEEWAY_S = 60
ANOTHER_ISSUER, NO_STATE_OF_OURS = "it calls itself another issuer", "not a state of ours"  # for the log
LOCAL = ("localhost", "127.0.0.1", "::1")


class ProviderAway(Unavailable):
    """The provider doesn't answer, or not as it should."""

    def __init__(self, *, why: object = "") -> None:
        super().__init__(
            N_("The provider of this sign-in doesn't answer. Try again in a moment, or sign in by a code."),
            why=str(why),
        )


class NotSignedIn(Invalid):
    """What came back proves nothing: too old, used, begun elsewhere, or not by the provider."""

    def __init__(self, *, why: object = "") -> None:
        super().__init__(N_("This sign-in can't be finished. Please begin it again."), why=str(why))


@dataclass(frozen=True)
class Begun:
    """A sign-in on its way: address to go to, and what the browser keeps until it comes back."""

    address: str
    nonce: str
    verifier: str


@dataclass(frozen=True)
class Person:
    """Whom the provider names. email: None unless it was verified there."""

    issuer: str
    subject: str
    name: str
    email: str | None

    @property
    def identity(self) -> str:
        return f"{self.issuer} {self.subject}"


class Provider:
    """One provider; what it says of itself and its keys are asked for when they are needed and kept for an hour.

    Where it fails, it counts as away for half a minute, so that not every thread waits for it.

    name: as people know it. redirect_uri: the one address of ours that is registered there.
    """

    def __init__(self, issuer: str, client_id: str, client_secret: str | None, *, name: str, redirect_uri: str) -> None:
        parts = urlsplit(issuer)
        if parts.scheme != "https" and parts.hostname not in LOCAL:
            raise Invalid("OIDC_ISSUER has to begin with https:.", field="OIDC_ISSUER")
        self.issuer, self.client_id, self.name = issuer, client_id, name
        self._secret, self._redirect_uri = client_secret, redirect_uri
        self._metadata: tuple[float, dict[str, Any]] | None = None
        self._keys: tuple[float, KeySet] | None = None
        self._away: tuple[float, str] | None = None

    def begin(self, state: str) -> Begun:
        """Begin a sign-in. state: comes back with the code. Raises ProviderAway."""
        nonce, verifier = secrets.token_urlsafe(24), secrets.token_urlsafe(48)
        with self._session() as session:
            address, _state = session.create_authorization_url(
                self._told()["authorization_endpoint"], state=state, code_verifier=verifier, nonce=nonce
            )
        return Begun(address, nonce, verifier)

    def finish(self, code: str, *, nonce: str, verifier: str) -> Person:
        """Who came back with a code. Raises NotSignedIn, ProviderAway."""
        endpoint = self._told()["token_endpoint"]
        try:
            with self._noticed(), self._session() as session:
                token = session.fetch_token(endpoint, code=code, code_verifier=verifier, timeout=TIMEOUT_S)
        except (AuthlibBaseError, ValueError) as error:
            raise NotSignedIn(why=error) from None
        claims = self._checked(str(token.get("id_token", "")), nonce)
        verified = claims.get("email_verified") in (True, "true")
        email = str(claims.get("email", "")).strip().casefold() if verified else ""
        name = " ".join(str(claims.get("name") or claims.get("preferred_username") or "").split())[:200]
        return Person(self.issuer, str(claims["sub"]), name, email or None)

    def _checked(self, id_token: str, nonce: str) -> dict[str, Any]:
        """The claims of an ID token that the provider signed for us, now, for this sign-in."""
        try:
            try:
                token = jwt.decode(id_token, self._key_set(), algorithms=ALGORITHMS)
            except (JoseError, ValueError):  # it may have changed its keys within the hour
                token = jwt.decode(id_token, self._key_set(anew=True), algorithms=ALGORITHMS)
            options = {
                "iss": {"essential": True, "value": self.issuer},
                "aud": {"essential": True, "value": self.client_id},
            }
            params = {"nonce": nonce, "client_id": self.client_id}
            claims = CodeIDToken(token.claims, token.header, options, params)
            claims.validate(now=int(time.time()), leeway=LEEWAY_S)
        except (JoseError, ValueError, TypeError) as error:
            raise NotSignedIn(why=error) from None
        return dict(claims)

    def _session(self) -> OAuth2Session:
        return OAuth2Session(
            self.client_id,
            self._secret,
            scope=SCOPE,
            redirect_uri=self._redirect_uri,
            code_challenge_method="S256",
            token_endpoint_auth_method="client_secret_basic" if self._secret else "none",
        )

    def _told(self) -> dict[str, Any]:
        """What the provider says of itself."""
        kept = self._metadata
        if kept is None or time.monotonic() - kept[0] > KEPT_S:
            with self._noticed():
                told = _read(self.issuer.rstrip("/") + "/.well-known/openid-configuration")
                if told.get("issuer") != self.issuer:
                    raise ProviderAway(why=ANOTHER_ISSUER)
                for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
                    parts = urlsplit(str(told.get(name, "")))
                    if not parts.hostname or (parts.scheme != "https" and parts.hostname not in LOCAL):
                        raise ProviderAway(why=f"{name} can't be used")
            kept = self._metadata = (time.monotonic(), told)
        return kept[1]

    def _key_set(self, *, anew: bool = False) -> KeySet:
        address, kept = self._told()["jwks_uri"], self._keys
        if anew or kept is None or time.monotonic() - kept[0] > KEPT_S:
            with self._noticed():
                try:
                    keys = KeySet.import_key_set(_read(address))  # type: ignore[arg-type]  # it raises for what is none
                except (JoseError, KeyError, TypeError, ValueError) as error:
                    raise ProviderAway(why=error) from None
            kept = self._keys = (time.monotonic(), keys)
        return kept[1]

    @contextmanager
    def _noticed(self) -> Iterator[None]:
        """Ask the provider something; a failure is remembered, and for a while nobody asks. Raises ProviderAway."""
        away = self._away
        if away is not None and time.monotonic() - away[0] < AWAY_S:
            raise ProviderAway(why=away[1])
        try:
            yield
        except (requests.RequestException, ProviderAway) as error:
            self._away = (time.monotonic(), str(error))
            raise ProviderAway(why=error) from None


def state_for(secret: bytes, host: str, random: str) -> str:
    """What comes back with the code: it says on which host the sign-in began, so that nobody is led to another."""
    return str(_states(secret).dumps([host, random]))


def host_in(secret: bytes, state: str) -> str:
    """The host in a state of ours, for ten minutes. Raises NotSignedIn for any other."""
    try:
        host, _random = _states(secret).loads(state, max_age=STATE_LASTS_S)
    except (BadSignature, ValueError, TypeError):
        raise NotSignedIn(why=NO_STATE_OF_OURS) from None
    return str(host)


def _states(secret: bytes) -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(secret, salt="oidc state")


def _read(address: str) -> dict[str, Any]:
    try:
        answer = requests.get(address, timeout=TIMEOUT_S, allow_redirects=False, headers={"Accept": "application/json"})
        document = answer.json() if answer.status_code == 200 else None
    except (requests.RequestException, ValueError) as error:
        raise ProviderAway(why=error) from None
    if not isinstance(document, dict):
        raise ProviderAway(why=f"{answer.status_code} from {address}")
    return document
