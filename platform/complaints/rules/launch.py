"""A soft launch: a city begins with some of its areas, some kinds of problem, or without published figures. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from tenants.errors import N_, Invalid

OPTION = "soft_launch"


class NotYet(Invalid):
    """The city doesn't take this yet; it will."""


@dataclass(frozen=True)
class Launch:
    """areas, categories: codes that a city begins with; empty for all. An area stands for what lies in it.

    figures_hidden: residents see no figures yet.
    """

    areas: frozenset[str] = frozenset()
    categories: frozenset[str] = frozenset()
    figures_hidden: bool = False

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> "Launch":
        said = options.get(OPTION) or {}
        return cls(
            frozenset(said.get("areas", ())), frozenset(said.get("categories", ())), bool(said.get("figures_hidden"))
        )

    def offers(self, category: str) -> bool:
        """Whether residents may choose a category."""
        return not self.categories or category in self.categories

    def check(self, category: str, areas: Iterable[str] | None) -> None:
        """Raise NotYet for what residents can't report yet.

        areas: the codes of the area of the report's place and of those around it; None for a report without a place.
        """
        if not self.offers(category):
            raise NotYet(
                N_("The city doesn't take reports of this kind yet; it begins with others. Choose one of the list."),
                field="category",
            )
        if self.areas and areas is not None and not self.areas & set(areas):
            raise NotYet(
                N_(
                    "The city doesn't take reports from this area yet; it begins in others. Until then: lapor.go.id or"
                    " SMS 1708."
                ),
                field="place",
            )
