"""What anybody may read about price and data, on the national host: prices, the processing agreement, where data lies,
how to leave."""

from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, g, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from onboarding.billing import shown, tax_rates
from onboarding.billing.billing import billing
from onboarding.billing.contract import GRACE_DAYS
from onboarding.billing.documents import Document, documents
from web.access import Anyone, allows
from web.context import office, settings, words

blueprint = Blueprint("billing_public", __name__)


@blueprint.get("/prices")
@allows(Anyone, national=True)
def prices() -> ResponseReturnValue:
    """The price list, with the value-added tax of today where the operator collects it."""
    rate = tax_rates.of_day(g.session, g.now.astimezone(ZoneInfo("Asia/Jakarta")).date())
    return render_template(
        "onboarding/prices.html",
        free=shown.free_line(),
        bands=shown.price_list(rate),
        tax=shown.tax_words(rate),
        number=shown.number,
        cards=billing().provider is not None,
        grace_days=GRACE_DAYS,
    )


@blueprint.get("/agreement")
@allows(Anyone, national=True)
def agreement() -> ResponseReturnValue:
    """The agreement on processing personal data, to be read and printed."""
    return _page("agreement", download="/agreement.txt")


@blueprint.get("/agreement.txt")
@allows(Anyone, national=True)
def agreement_text() -> ResponseReturnValue:
    """The same as a file."""
    document = documents()["agreement"]
    text = document.as_text(g.language, _dated(document))
    answer = Response(text, content_type="text/plain; charset=utf-8")
    name = f"aduan-agreement-{document.version}-{g.language}.txt"
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@blueprint.get("/where-data-lies")
@allows(Anyone, national=True)
def hosting() -> ResponseReturnValue:
    """What is kept where, and who else gets what, as this platform is set up."""
    place = billing().data_location
    where = place or _("The operator hasn't written down yet where the servers stand. Ask before you sign.")
    return _page("hosting", where=where, others=_others())


@blueprint.get("/exit-plan")
@allows(Anyone, national=True)
def exit_plan() -> ResponseReturnValue:
    """How a city leaves."""
    return _page("exit")


def _page(name: str, **more: object) -> str:
    document = documents()[name]
    return render_template(
        "onboarding/document.html",
        name=name,
        document=document,
        dated=_dated(document),
        words=words,
        **more,
    )


def _dated(document: Document) -> str:
    return _("Version %(version)s of %(day)s", version=document.version, day=shown.day(document.dated))


def _others() -> list[tuple[str, str]]:
    """(who, what they get) of everybody whom this platform, as it is set up, hands something on to."""
    found = [(_("Mail provider"), _("addresses and messages to reporters and officials who chose mail"))]
    if office().ways.phone:
        found.append((_("WhatsApp and SMS provider"), _("telephone numbers and messages of those who chose that way")))
    if office().push_key is not None:
        found.append((_("Makers of browsers"), _("encrypted notifications for devices that asked for them")))
    tiles = settings().map_tiles_url
    if tiles is not None:
        host = urlsplit(tiles.replace("{s}.", "")).hostname or ""
        found.append((_("Map tiles (%(host)s)", host=host), _("which part of the map a browser looks at")))
    if billing().provider is not None:
        found.append(
            (
                _("Payment provider (Stripe)"),
                _("name of the government and its card, where it pays by card; no reports"),
            )
        )
    return found
