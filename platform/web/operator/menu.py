"""What the operators' pages share: their menu, and how a tenant is called."""

from dataclasses import dataclass

from flask import g
from flask_babel import gettext as _

from tenants.directory import TenantCard
from tenants.tenant import in_language


@dataclass(frozen=True)
class Entry:
    """One entry of the menu."""

    key: str
    href: str
    name: str
    icon: str


def menu() -> list[Entry]:
    """The operators' menu."""
    return [
        Entry("overview", "/operator", _("Overview"), "home"),
        Entry("tenants", "/operator/tenants", _("Cities"), "building"),
        Entry("claims", "/operator/claims", _("Sign-ups"), "shield"),
        Entry("borders", "/operator/borders", _("Borders"), "map"),
        Entry("catalogue", "/operator/catalogue", _("Catalogue"), "list"),
        Entry("disputes", "/operator/disputes", _("Disputes"), "people"),
        Entry("help", "/operator/help", _("Questions"), "chat"),
        Entry("outbox", "/operator/outbox", _("Outbox"), "mail"),
        Entry("plans", "/operator/plans", _("Plans"), "shop"),
        Entry("breaches", "/operator/breaches", _("Breaches"), "alert"),
        Entry("blocks", "/operator/blocks", _("Blocks"), "off"),
        Entry("maintenance", "/operator/maintenance", _("Banner"), "tools"),
        Entry("calendar", "/operator/calendar", _("Holidays"), "calendar"),
    ]


def city_name(card: TenantCard) -> str:
    """The name of a tenant in the page's language."""
    return in_language(card.name, g.language, list(card.languages)) or card.slug
