"""From the host of a request to its tenant, before the session is touched."""

from dataclasses import dataclass

from tenants.addresses import Addresses
from tenants.directory import Directory, Gone, TenantCard
from tenants.errors import N_, NotFound


class UnknownHost(NotFound):
    """No city answers under this address."""


class CityHasLeft(UnknownHost):
    """A city answered here once, and has left the platform."""

    def __init__(self, gone: Gone) -> None:
        super().__init__(
            N_("%(city)s left this platform on %(on)s. Reports about this place are kept here again."),
            city=gone.name,
            on=f"{gone.left_at:%Y-%m-%d}",
        )


@dataclass(frozen=True)
class Place:
    """tenant: None on the national host. host: as sent, without port, in lower case."""

    host: str
    tenant: TenantCard | None


def place_of(host: str, directory: Directory, addresses: Addresses, also_national: tuple[str, ...] = ()) -> Place:
    """Which tenant a Host header means. A custom domain works like the slug's host. Raises UnknownHost."""
    name = _without_port(host).lower().rstrip(".")
    if name == addresses.base_host or name in also_national:
        return Place(name, None)
    suffix = f".{addresses.base_host}"
    card = directory.by_slug.get(name.removesuffix(suffix)) if name.endswith(suffix) else directory.by_domain.get(name)
    if card is None and name.endswith(suffix) and (gone := directory.left(name.removesuffix(suffix))):
        raise CityHasLeft(gone)
    if card is None or not card.answers:
        raise UnknownHost("No city answers under this address. Perhaps it is misspelt.")
    return Place(name, card)


def _without_port(host: str) -> str:
    if host.startswith("["):
        return host.partition("]")[0] + "]"
    return host.partition(":")[0]
