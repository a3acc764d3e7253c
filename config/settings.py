"""Every setting, read once from the environment and `.env`, and handed on as values.

What a city chooses is a row, never a setting: nothing here names a city.
"""

import base64
import os
import secrets
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from dotenv import dotenv_values

ROOT = Path(__file__).resolve().parents[1]
DOTENV = ROOT / ".env"

REQUIRED_IN_PRODUCTION = ("SECRET_KEY", "DATABASE_URL", "MAIL_URL", "BASE_HOST")
P256_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of the curve's base point: private keys are smaller."""
SECRET_KEY_LENGTH = 32  # characters; what `secrets.token_hex(16)` gives, 128 bits


class SettingsError(ValueError):
    """A setting is missing or can't be understood; the message is one sentence that names it."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The settings of one process. Secrets are left out of `repr`, so that a logged Settings gives none away."""

    app_env: str = "development"
    """development or production. Development is the default, so that a clone runs with nothing set."""

    base_host: str = "localhost"
    """Host name without port of the national front page; tenants are its subdomains. `*.localhost` needs no DNS."""

    public_scheme: str = "http"
    """http or https, as the browser sees it; https by default in production, where cookies are `__Host-`."""

    port: int = 8000
    """TCP port of the web server; also the port in links while `public_scheme` is http."""

    data_dir: Path = ROOT / "var"
    """Folder of the embedded database, local evidence and development secret. Relative paths start at the clone."""

    secret_key: str = field(repr=False)
    """Signs cookies, tickets, manage links. Development keeps a random one in `data_dir`: links survive a restart."""

    database_url: str | None = field(default=None, repr=False)
    """SQLAlchemy URL of the application role (neither superuser nor owner). None: the embedded server and its roles."""

    migration_database_url: str | None = field(default=None, repr=False)
    """SQLAlchemy URL of the owner, for `flask db upgrade` alone. None beside a `database_url`: no migrations here."""

    trusted_hosts: tuple[str, ...] = ()
    """Further host names of the national front page (`www.…`). Hosts of tenants are rows and need no setting."""

    trusted_proxies: int = 0
    """How many proxies in front add to X-Forwarded-*. 0 believes none, since anybody can send such a header."""

    evidence_url: str = "file:"
    """`file:` keeps evidence below `data_dir`, `file:///folder` elsewhere, `s3://bucket` in a bucket (keys: AWS_*)."""

    s3_endpoint_url: str | None = None
    """Address of an S3-compatible store that isn't Amazon's. None: Amazon's."""

    mail_url: str | None = field(default=None, repr=False)
    """`smtp://user:password@host:port`, or `smtps://`. None, in development only: the outbox at /operator/outbox."""

    mail_from: str = "Aduan <no-reply@localhost>"
    """Sender of mail; by default no-reply at `base_host`."""

    sms_url: str | None = field(default=None, repr=False)
    """The WhatsApp/SMS provider's HTTP interface, `https://user:password@host/path` (contract: docs/messages.md). None:
    nothing is sent by telephone; in development the outbox shows what would be."""

    hooks_secret: str | None = field(default=None, repr=False)
    """What the mail and SMS providers sign their reports with (docs/messages.md). None: none is believed."""

    reply_domain: str | None = None
    """Domain whose mail is handed to /hooks/replies, so that reporters can answer by mail. None: they can't."""

    stripe_api_key: str | None = field(default=None, repr=False)
    """Secret key of the payment provider. None: no cards; cities pay by invoice, or as arranged."""

    stripe_api_base: str | None = None
    """Another address of the payment provider's interface, for tests. None: the provider's own."""

    stripe_webhook_secret: str | None = field(default=None, repr=False)
    """Checks the signature of the payment provider's webhooks; without it they are refused."""

    billing_from: tuple[str, ...] = ()
    """Who sends invoices to cities: name, address, tax number, bank account, the lines parted by `|`."""

    data_location: str | None = None
    """Where servers and backups stand, in a sentence, for /where-data-lies. None: the page says that it isn't known."""

    map_tiles_url: str | None = None
    """Address template of raster tiles with {z}, {x}, {y}. None: maps draw boundaries only and call nobody outside."""

    vapid_private_key: str | None = field(default=None, repr=False)
    """Private key (base64url of 32 bytes) that signs web push. None, in production only: push isn't offered.
    Development keeps one in `data_dir`."""

    oidc_issuer: str | None = None
    """Issuer of an OpenID Connect sign-in for residents, exactly as it calls itself. None: not offered."""

    oidc_client_id: str | None = None
    """This platform's id at that issuer; needed with it."""

    oidc_client_secret: str | None = field(default=None, repr=False)
    """This platform's secret at that issuer. None: a client without one, by PKCE alone."""

    oidc_name: str = "OpenID"
    """What people call that provider; stands on the button. The host of the issuer by default."""

    metrics_token: str | None = field(default=None, repr=False)
    """Bearer token that opens /metrics from other machines. None: it answers this machine alone."""

    rate_limits: bool = True
    """Whether senders are slowed down. Off only to measure throughput."""

    @property
    def production(self) -> bool:
        return self.app_env == "production"

    @property
    def front_page_url(self) -> str:
        """Address of the national front page, as a browser on this machine or in front of the proxy reaches it."""
        port = "" if self.public_scheme == "https" or self.port == 80 else f":{self.port}"
        return f"{self.public_scheme}://{self.base_host}{port}/"

    @classmethod
    def from_environment(cls, env: Mapping[str, str], dotenv: Path | None = None) -> "Settings":
        """The settings that `env` holds, over those of the file `dotenv` if it exists; empty counts as unset.

        Makes `data_dir` and a secret in it where development has none. Raises SettingsError naming what is wrong.
        """
        given = {**(dotenv_values(dotenv) if dotenv else {}), **env}
        values = {name: value.strip() for name, value in given.items() if value and value.strip()}
        app_env = _one_of(values, "APP_ENV", ("development", "production"))
        if app_env == "production":
            _require(values)
        data_dir = (ROOT / values.get("DATA_DIR", "var")).resolve()
        base_host = values.get("BASE_HOST", cls.base_host).lower()
        if urlsplit(f"//{base_host}").netloc != base_host or ":" in base_host:
            raise SettingsError(f"BASE_HOST has to be a host name without scheme, port or path, not {base_host!r}.")
        schemes = ("https", "http") if app_env == "production" else ("http", "https")
        trusted_hosts = values.get("TRUSTED_HOSTS", "").lower().split(",")
        return cls(
            app_env=app_env,
            base_host=base_host,
            public_scheme=_one_of(values, "PUBLIC_SCHEME", schemes),
            port=_number(values, "PORT", default=cls.port, least=1, most=65535),
            data_dir=data_dir,
            secret_key=_secret_key(values, data_dir),
            database_url=_database_url(values, "DATABASE_URL"),
            migration_database_url=_database_url(values, "MIGRATION_DATABASE_URL"),
            trusted_hosts=tuple(host.strip() for host in trusted_hosts if host.strip()),
            trusted_proxies=_number(values, "TRUSTED_PROXIES", default=cls.trusted_proxies, least=0, most=10),
            evidence_url=_address(values, "EVIDENCE_URL", ("file", "s3")) or cls.evidence_url,
            s3_endpoint_url=_address(values, "S3_ENDPOINT_URL", ("https", "http")),
            mail_url=_address(values, "MAIL_URL", ("smtp", "smtps")),
            mail_from=values.get("MAIL_FROM", f"Aduan <no-reply@{base_host}>"),
            sms_url=_address(values, "SMS_URL", ("https", "http")),
            hooks_secret=values.get("HOOKS_SECRET"),
            reply_domain=values.get("REPLY_DOMAIN"),
            stripe_api_key=values.get("STRIPE_API_KEY"),
            stripe_api_base=_address(values, "STRIPE_API_BASE", ("https", "http")),
            stripe_webhook_secret=values.get("STRIPE_WEBHOOK_SECRET"),
            billing_from=tuple(line.strip() for line in values.get("BILLING_FROM", "").split("|") if line.strip()),
            data_location=values.get("DATA_LOCATION"),
            map_tiles_url=_address(values, "MAP_TILES_URL", ("https", "http")),
            vapid_private_key=_vapid_key(values, data_dir),
            oidc_issuer=_address(values, "OIDC_ISSUER", ("https", "http")),
            oidc_client_id=_with_issuer(values, "OIDC_CLIENT_ID"),
            oidc_client_secret=values.get("OIDC_CLIENT_SECRET"),
            oidc_name=values.get("OIDC_NAME") or urlsplit(values.get("OIDC_ISSUER", "")).hostname or cls.oidc_name,
            metrics_token=values.get("METRICS_TOKEN"),
            rate_limits=_one_of(values, "RATE_LIMITS", ("on", "off")) == "on",
        )


def _require(values: Mapping[str, str]) -> None:
    missing = [name for name in REQUIRED_IN_PRODUCTION if name not in values]
    if missing:
        raise SettingsError(
            f"APP_ENV is production, so {', '.join(missing)} must be set in the environment or in .env "
            "(.env.example says what each is for)."
        )


def _one_of(values: Mapping[str, str], name: str, choices: tuple[str, ...]) -> str:
    """The chosen word in small letters; the first of `choices` is the default."""
    chosen = values.get(name, choices[0]).lower()
    if chosen not in choices:
        raise SettingsError(f"{name} has to be {' or '.join(choices)}, not {chosen!r}.")
    return chosen


def _number(values: Mapping[str, str], name: str, *, default: int, least: int, most: int) -> int:
    written = values.get(name, str(default))
    if not (written.isascii() and written.isdigit() and least <= int(written) <= most):
        raise SettingsError(f"{name} has to be a whole number from {least} to {most}, not {written!r}.")
    return int(written)


def _address(values: Mapping[str, str], name: str, schemes: tuple[str, ...]) -> str | None:
    address = values.get(name)
    if address is not None and address.partition(":")[0].lower() not in schemes:
        # Only the scheme is repeated: what follows it may be a password.
        raise SettingsError(f"{name} has to begin with {' or '.join(f'{scheme}:' for scheme in schemes)}.")
    return address


def _with_issuer(values: Mapping[str, str], name: str) -> str | None:
    """What a provider of sign-ins needs beside its issuer."""
    if "OIDC_ISSUER" in values and name not in values:
        raise SettingsError(f"OIDC_ISSUER is set, so {name} must be set as well.")
    return values.get(name)


def _database_url(values: Mapping[str, str], name: str) -> str | None:
    """As providers write it (`postgres://`, `postgresql://`), in SQLAlchemy's spelling for psycopg 3."""
    url = _address(values, name, ("postgresql", "postgres", "postgresql+psycopg"))
    return None if url is None else f"postgresql+psycopg:{url.partition(':')[2]}"


def _secret_key(values: Mapping[str, str], data_dir: Path) -> str:
    key = values.get("SECRET_KEY") or _kept(data_dir, "secret_key", lambda: secrets.token_hex(32))
    if values.get("APP_ENV", "").lower() == "production" and len(key) < SECRET_KEY_LENGTH:
        raise SettingsError(f"SECRET_KEY has to be at least {SECRET_KEY_LENGTH} random characters long.")
    return key


def _vapid_key(values: Mapping[str, str], data_dir: Path) -> str | None:
    if "VAPID_PRIVATE_KEY" in values or values.get("APP_ENV", "").lower() == "production":
        return values.get("VAPID_PRIVATE_KEY")
    return _kept(data_dir, "vapid_private_key", _new_vapid_key)


def _new_vapid_key() -> str:
    number = secrets.randbelow(P256_ORDER - 1) + 1
    return base64.urlsafe_b64encode(number.to_bytes(32, "big")).rstrip(b"=").decode()


def _kept(data_dir: Path, name: str, make: Callable[[], str]) -> str:
    """A development secret in `data_dir`, made at the first call; several processes starting at once agree on one."""
    path = data_dir / name
    try:
        data_dir.mkdir(parents=True, exist_ok=True)
        if not path.exists():
            handle, draft = tempfile.mkstemp(dir=data_dir)  # mode 0600
            with os.fdopen(handle, "w") as file:
                file.write(make())
            try:
                os.link(draft, path)  # unlike a rename, it never replaces the one that another process made
            except FileExistsError:
                pass
            finally:
                os.unlink(draft)
        return path.read_text().strip()
    except OSError as error:
        raise SettingsError(f"DATA_DIR is {data_dir}, which can't be used: {error.strerror}.") from error
