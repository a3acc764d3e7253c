"""Where things are reached from outside: the national host and the cities' own."""

from dataclasses import dataclass
from uuid import UUID

from tenants.directory import TenantCard


@dataclass(frozen=True)
class Addresses:
    """scheme: http or https. base_host: of the national front page, without port. port: None for the scheme's own."""

    scheme: str
    base_host: str
    port: int | None

    @property
    def national(self) -> str:
        """The origin of the national front page, without a slash at the end."""
        return f"{self.scheme}://{self.base_host}{self._port}"

    def of(self, card: TenantCard) -> str:
        """The origin of a city's portal, on its own domain once that answers; the commons' is the national host."""
        if card.is_commons:
            return self.national
        if card.domain is not None:
            return f"{self.scheme}://{card.domain}{self._port}"
        return self.of_slug(card.slug)

    def of_slug(self, slug: str) -> str:
        """The origin of the portal that a slug names, also of one that isn't there yet; it answers beside a domain."""
        return f"{self.scheme}://{slug}.{self.base_host}{self._port}"

    def complaint(self, card: TenantCard, reference: str) -> str:
        """The page of a complaint."""
        return f"{self.of(card)}/complaints/{reference}"

    def manage(self, card: TenantCard, reference: str, token: str) -> str:
        """The secret link of its reporter; the token is the last part."""
        return f"{self.complaint(card, reference)}/manage/{token}"

    def staff_complaint(self, card: TenantCard, complaint_id: UUID) -> str:
        """The page of a complaint in the officials' console."""
        return f"{self.of(card)}/staff/complaints/{complaint_id}"

    @property
    def _port(self) -> str:
        return f":{self.port}" if self.port else ""
