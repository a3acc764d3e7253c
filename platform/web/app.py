"""The app: a request is one transaction, in the tenant of its host."""

import logging
import time
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask, Request, g, request
from flask.sessions import SessionInterface, SessionMixin
from flask_babel import Babel, get_translations
from flask_migrate import Migrate
from sqlalchemy import Engine, event
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.wrappers import Response

import migrations
from complaints.office import Office
from tenants import scope
from tenants.database import db
from tenants.errors import NotAllowed, NotFound
from web.addressing import Place, UnknownHost, place_of
from web.closed import READS, refuse_while_closed
from web.compressed import StaticFiles, compressed
from web.config import WebConfig
from web.context import STATIC, init_context, language_of
from web.errors import init_errors
from web.identity import init_identity, own_origin, reads_no_cookie
from web.logs import init_logs
from web.metrics import init_metrics
from web.received import Received
from web.tongues import read_locale

MIGRATIONS = Path(migrations.__file__).parent
MOST_BYTES = 64 * 1024 * 1024
MOST_FORM_BYTES = 2 * 1024 * 1024
A_YEAR_S = 365 * 24 * 3600
LANGUAGES = ("id", "en")
IDLE_S = 1.0
UNSCOPED = ("/healthz", "/readyz", "/metrics")
"""Addresses that answer any Host and touch no tenant."""

log = logging.getLogger(__name__)


class NoSession(SessionInterface):
    """Flask's signed session isn't used: sign-ins are rows, and a request without one has nothing to unpack."""

    def open_session(self, app: Flask, request: Request) -> None:
        """Nothing; Flask then refuses to write to its session."""

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Nothing to save."""


class AduanFlask(Flask):
    """Returning commits, raising rolls back."""

    request_class = Received
    session_interface = NoSession()

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """As it is: no view is a coroutine, so none of the twenty callables of a request need be asked."""
        return func

    def log_exception(self, exc_info: Any) -> None:
        """As Flask does, but for the path: a secret link is one."""
        log.error("beyond the handlers of errors", exc_info=exc_info)

    def dispatch_request(self) -> Any:
        """Call the view and commit what it did."""
        answered = self.ensure_sync(super().dispatch_request)()
        if "session" in g:
            g.session.commit()
        return answered


def create_app(config: WebConfig, office: Callable[[Engine], Office], *, database_url: str, owner: Engine) -> Flask:
    """Put the app together. office: makes the office from the app's engine. owner: the engine of migrations."""
    app = AduanFlask(__name__, static_folder=None)
    app.config.update(
        SECRET_KEY=config.secret_key,
        SQLALCHEMY_DATABASE_URI=database_url,
        SQLALCHEMY_ENGINE_OPTIONS={
            "pool_size": 8,
            "max_overflow": 8,
            "hide_parameters": config.production,
        },
        MAX_CONTENT_LENGTH=MOST_BYTES,
        MAX_FORM_MEMORY_SIZE=MOST_FORM_BYTES,
        MAX_FORM_PARTS=200,
        BABEL_DEFAULT_LOCALE="id",
    )
    db.init_app(app)
    Migrate(app, db, directory=str(MIGRATIONS))
    with app.app_context():
        _ask_idle_connections(db.engine)
        app.extensions["office"] = office(db.engine)
        app.extensions["after_fork"] = lambda: _drop_connections(app)
        app.extensions["before_serving"] = lambda: _be_ready_to_serve(app)
    app.extensions["owner_engine"] = owner
    app.extensions["web_config"] = config
    Babel(app, locale_selector=lambda: read_locale(g.get("language", "id")))
    _translate_templates(app)
    init_logs(app)
    init_metrics(app)
    init_identity(app, secure=config.secure)
    init_context(app)
    init_errors(app)
    app.before_request(lambda: _begin(app, config))
    headers = _headers(config)
    app.after_request(compressed)
    app.after_request(lambda response: _finish(response, config, headers))
    app.teardown_request(_roll_back)
    app.wsgi_app = StaticFiles(  # type: ignore[method-assign]  # as Flask says to wrap an app
        ProxyFix(app.wsgi_app, *[config.trusted_proxies] * 3) if config.trusted_proxies else app.wsgi_app,
        root=str(STATIC),
        prefix="static",
        max_age=A_YEAR_S,
        autorefresh=not config.production,
    )
    return app


def _ask_idle_connections(engine: Engine) -> None:
    """Ask a connection that nobody used for a second whether it still lives, as after a restart of the database.

    Not each one every time (`pool_pre_ping`): under load that is a tenth of a request's questions to the database.
    """

    @event.listens_for(engine, "checkin")
    def note(_connection: object, record: ConnectionPoolEntry) -> None:
        record.info["used_at"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def ask(connection: DBAPIConnection, record: ConnectionPoolEntry, _proxy: object) -> None:
        if time.monotonic() - record.info.get("used_at", 0.0) < IDLE_S:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise InvalidatePoolError from error


def _translate_templates(app: Flask) -> None:
    """Look the translations of a page up once; Flask-Babel does it for each of its hundred texts.

    `tongues.speaking` puts others in their place for a part of a page.
    """

    def translations() -> Any:
        if "translations" not in g:
            g.translations = get_translations()
        return g.translations

    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]  # Jinja's extension brings it
        gettext=lambda text: translations().ugettext(text),
        ngettext=lambda one, many, count: translations().ungettext(one, many, count),
        newstyle=True,
        pgettext=lambda context, text: translations().upgettext(context, text),
        npgettext=lambda context, one, many, count: translations().unpgettext(context, one, many, count),
    )


def utc_now() -> datetime:
    """Now, aware."""
    return datetime.now(UTC)


def refuse_to_serve_unsafely(app: Flask) -> None:
    """Raise UnsafeRole unless the database role is the application's own; called before serving or working."""
    with app.app_context():
        scope.refuse_unsafe_role(db.engine)


def _be_ready_to_serve(app: Flask) -> None:
    """Refuse an unsafe role, and read the boundaries once, before the workers are forked from this process."""
    refuse_to_serve_unsafely(app)
    keeper: Office = app.extensions["office"]
    keeper.keeper.refresh()


def _begin(app: Flask, config: WebConfig) -> None:
    if request.path in UNSCOPED:
        return
    _leave_out_nul()
    g.now = utc_now()
    keeper: Office = app.extensions["office"]
    place = _place(request.host, keeper, config)
    g.host, g.tenant = place.host, place.tenant
    offered = place.tenant.languages if place.tenant else LANGUAGES
    g.language = language_of(
        request.args.get("lang"),
        request.cookies.get("lang") if not reads_no_cookie(request.path) else None,
        offered,
        lambda: request.accept_languages.best_match(offered),
    )
    g.session = db.session()
    scope.name_tenant(g.session, place.tenant.id if place.tenant else None)
    if "\0" in request.path:
        raise NotFound("There is no such page here.")
    if request.method not in READS and not reads_no_cookie(request.path) and not own_origin():
        raise NotAllowed("This form came from another address. Open the page again and send it from there.")
    refuse_while_closed()


def _leave_out_nul() -> None:
    """Take NUL out of the query: no text of the database can hold one. The API's schemas name the field that has it."""
    if b"%00" in request.query_string and not request.path.startswith("/api/"):
        request.query_string = request.query_string.replace(b"%00", b"")


def _place(host: str, office: Office, config: WebConfig) -> Place:
    """The tenant of a host; before it is called unknown, the database is asked whether it is a moment old."""
    try:
        return place_of(host, office.directory, office.addresses, config.also_national)
    except UnknownHost:
        if not office.keeper.refresh():
            raise
        return place_of(host, office.directory, office.addresses, config.also_national)


def _headers(config: WebConfig) -> dict[str, str]:
    """What every answer carries unless its view says otherwise; put together once."""
    tiles = f" {_origin(config.map_tiles_url)}" if config.map_tiles_url else ""
    port = f":{config.port}" if config.port else ""
    hosts = f"{config.scheme}://{config.base_host}{port} {config.scheme}://*.{config.base_host}{port}"
    headers = {
        "Content-Security-Policy": f"default-src 'self'; img-src 'self' data: blob:{tiles}; style-src 'self';"
        " script-src 'self'; connect-src 'self'; object-src 'none'; base-uri 'self'; frame-ancestors 'none';"
        f" form-action 'self' {hosts}",
        "Referrer-Policy": "same-origin",
        "X-Content-Type-Options": "nosniff",
        "Permissions-Policy": "geolocation=(self), camera=(self), microphone=()",
    }
    if config.secure:
        headers["Strict-Transport-Security"] = f"max-age={A_YEAR_S}"
    return headers


def _finish(response: Response, config: WebConfig, standing: Mapping[str, str]) -> Response:
    headers = response.headers
    said = set(headers.keys(lower=True))
    headers.extend({name: value for name, value in standing.items() if name.lower() not in said})
    if not reads_no_cookie(request.path):
        headers.setdefault("Cache-Control", "private, no-store" if _is_personal() else "no-cache, private")
        asked = request.args.get("lang")
        if asked is not None and asked == g.get("language"):
            response.set_cookie("lang", asked, max_age=A_YEAR_S, samesite="Lax", secure=config.secure)
    return response


def _is_personal() -> bool:
    """Whether the answer is for whoever is signed in, or for the holder of a secret link.

    No browser keeps it then, not even for its back button: the next person at the same computer would read it.
    """
    return "signed_in" in g or "token" in (request.view_args or {})


def _roll_back(_error: BaseException | None) -> None:
    if "session" in g:
        g.session.rollback()


def _drop_connections(app: Flask) -> None:
    with app.app_context():
        db.engine.dispose(close=False)


def _origin(address: str) -> str:
    scheme, _, rest = address.partition("://")
    host = rest.partition("/")[0].replace("{s}", "*")
    return f"{scheme}://{host}"
