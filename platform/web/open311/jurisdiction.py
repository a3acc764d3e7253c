"""Which city is asked about: the host's, or on the national host the one that `jurisdiction_id` names."""

from flask import g

from tenants.directory import TenantCard
from tenants.errors import Invalid, NotFound
from tenants.tenant import HELD
from web.context import office
from web.open311 import asked


def jurisdiction() -> TenantCard:
    """The city whose services and reports are meant.

    Raises Invalid where none is named on the national host; NotFound for one that isn't here, or that isn't the host's.
    """
    name = asked.word("jurisdiction_id")
    if not name:
        if g.tenant is None:
            raise Invalid(
                "Many cities answer here: say which one you mean by its jurisdiction_id, such as bekasi.",
                field="jurisdiction_id",
            )
        host: TenantCard = g.tenant
        return host
    card = _named(name)
    if card is None or (g.tenant is not None and card.id != g.tenant.id):
        raise NotFound("There is no such jurisdiction here.", field="jurisdiction_id")
    return card


def _named(name: str) -> TenantCard | None:
    """The city of a slug, or of the domain of its portal; the commons by its slug."""
    directory = office().directory
    host = name.casefold().removeprefix("www.").rstrip(".")
    slug = host.removesuffix(f".{office().addresses.base_host}")
    card = directory.by_slug.get(slug) or directory.by_domain.get(host)
    return card if card is not None and (card.is_commons or card.stage in HELD) else None
