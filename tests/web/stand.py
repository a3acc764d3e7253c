"""A bare app around the templates: what the real one gives to every page, without database and sign-in."""

from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import html5lib
from flask import Flask, request
from flask_babel import Babel

from tenants.times import filters

WEB = Path(__file__).parents[2] / "platform/web"
NOW = datetime(2026, 11, 26, 5, 30, tzinfo=UTC)


def tenant(**changes: Any) -> SimpleNamespace:
    """Kota Bekasi as pages see it."""
    city = {
        "slug": "bekasi",
        "code": "BKS",
        "name": "Kota Bekasi",
        "kind": "kota",
        "demo": False,
        "stage": "live",
        "languages": ("id", "en"),
        "time_zone": "Asia/Jakarta",
        "emergency": (),
        "greeting": "",
        "outline_path": "M1 1h9v9z",
    }
    return SimpleNamespace(**{**city, **changes})


def stand(**context: Any) -> Flask:
    """The app; context replaces what pages know."""
    app = Flask("stand", template_folder=str(WEB / "templates"), static_folder=None)
    page = {
        "tenant": tenant(),
        "national": False,
        "national_url": "http://localhost:8000/",
        "account": None,
        "demo": False,
        **context,
    }

    def language() -> str:
        return request.args.get("lang", "en")

    Babel(app, locale_selector=language)
    app.jinja_env.globals["static_url"] = lambda path: f"/static/{path}?v=0"
    app.jinja_env.filters.update(filters(language, lambda: "Asia/Jakarta", lambda: NOW))
    app.context_processor(lambda: {"language": language(), **page})
    return app


@lru_cache(4)
def strict(html: str) -> Any:
    """The page as a tree, which whoever reads the same page next shares; raises where it isn't valid HTML."""
    return html5lib.HTMLParser(strict=True, namespaceHTMLElements=False).parse(html)
