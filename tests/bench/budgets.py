"""The budgets: which figure of which section is held to what; all other figures are shown as they are."""

from collections.abc import Mapping
from dataclasses import dataclass

Figures = Mapping[str, float | str]


@dataclass(frozen=True)
class Budget:
    """least or most: the bound, of which one is given. A figure in words is a measurement that couldn't be made.

    besides: a figure in words, said after it.
    """

    figure: str
    words: str
    least: float | None = None
    most: float | None = None
    besides: str = ""

    def said(self) -> str:
        return f"≥ {self.least:,g}" if self.least is not None else f"≤ {self.most:,g}"

    def verdict(self, figures: Figures) -> str:
        """holds, misses, or left out."""
        figure = figures.get(self.figure)
        if figure is None:
            return "left out"
        if isinstance(figure, str):
            return "misses"
        holds = figure >= self.least if self.least is not None else figure <= (self.most or 0)
        return "holds" if holds else "misses"


BUDGETS: Mapping[str, tuple[Budget, ...]] = {
    "locate": (
        Budget("locate_times_postgis_exact", "times as fast as PostGIS over the same boundaries", least=5),
        Budget("locate_times_postgis_pieces", "times as fast as PostGIS over boundaries cut into pieces", least=5),
        Budget("locate_p99_us", "µs, the 99th of a hundred calls", most=1_000),
        Budget("locate_batch_points_per_s", "points a second in a batch", least=100_000),
    ),
    "clock": (),
    "recalculation": (),
    "whatif": (Budget("whatif_s", "s for a hundred thousand reports", most=10),),
    "large_city": (
        Budget("large_city_over", "pages of the settings with a p95 of more than 300 ms on a processor", most=0),
        Budget("large_city_worst_processor_ms", "ms on a processor, the p95 of the slowest page", most=300),
        Budget("large_city_worst_ms", "ms on the clock, the p95 of the slowest page", most=300),
    ),
    "year": (
        Budget("year_lost", "reports lost", most=0),
        Budget("year_wrong_ladders", "complaints whose steps weren't each taken once, in order", most=0),
        Budget("year_wrong_figures", "periods whose figures differ from the history's", most=0),
    ),
    "kills": (
        Budget("kills_moves", "moves that were answered", least=10_000),
        Budget("kills_flaws", "flaws of history, outbox and clocks", most=0),
        Budget("kills_unsent", "messages lost: due and not sent", most=0),
    ),
    "intake": (
        Budget("intake_of_bare", "of what a bare view does with the same statements", least=0.5),
        Budget("intake_per_s", "reports a second, committed", least=300),
    ),
    "queue": (
        Budget("queue_p95_times", "times the p95 of 100,000 complaints at a million", most=1.5),
        Budget("queue_statements", "SQL statements of a page at most", most=12),
        Budget("queue_pages_per_s", "pages a second", least=150),
    ),
    "search": (Budget("search_p95_ms", "ms, the p95 of a search among a million reports", most=150),),
    "wall": (Budget("wall_share_of_page", "of a queue page is row-level security's", most=0.15),),
    "tenants": (
        Budget("tenants_start_times", "times the start with 5 tenants at 5,000", most=2),
        Budget("tenants_locate_times", "times a question of the API with 5 tenants at 5,000", most=1.25),
        Budget("tenants_portal_times", "times a city's front page with 5 tenants at 5,000", most=1.25),
        Budget("tenants_national_times", "times the national front page with 5 tenants at 5,000", most=1.25),
    ),
    "first_page": (
        Budget("first_page_home_kb", "kB for a city's front page, cold", most=150),
        Budget("first_page_report_kb", "kB for the page of a report, cold", most=150),
    ),
}
