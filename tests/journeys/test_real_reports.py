"""The real reports of the flood of February 2017, Qlue's own among them, sent one by one to the running platform."""

import csv
from collections import Counter
from contextlib import closing
from typing import Any
from uuid import uuid4

import pytest

from config.settings import ROOT
from tests.journeys.conftest import Platform

REPORTS = ROOT.parent / "shared" / "data" / "complaints" / "jabodetabek_flood_reports_2017.csv"
EXPECTED = {
    ("jakarta", "inside"): 1103,
    ("bekasi", "inside"): 86,
    ("depok", "inside"): 3,
    ("commons", "unclaimed"): 12,
}
"""As the data's README counts them for the boundaries of the demonstration."""


@pytest.mark.slow
def test_every_real_report_reaches_the_city_that_it_was_made_in(platform: Platform) -> None:
    if not REPORTS.exists():
        pytest.skip("the real flood reports are not beside this checkout (shared/data)")
    with REPORTS.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    answers: Counter[tuple[str, str]] = Counter()
    references = set()
    with closing(platform.connect()) as connection:
        for row in rows:
            key = {"Idempotency-Key": str(uuid4())}
            status, document = platform.send(connection, "POST", "/api/v1/complaints", _report(row), **key)
            assert status == 201, document
            answers[document["tenant"]["slug"], document["rule"]] += 1
            references.add(document["reference"])
    joined = {key for key in answers if key[0] not in {slug for slug, _rule in EXPECTED}}
    for key in joined:  # a city that another journey has signed up takes its own from the commons
        answers["commons", "unclaimed"] += answers.pop(key)
    assert answers == EXPECTED
    assert len(references) == len(rows) == 1204


def _report(row: dict[str, str]) -> dict[str, Any]:
    words = row["text"].strip() or row["title"].strip() or f"Laporan tanpa tulisan dari {row['source']}"
    return {
        "category": "banjir",
        "description": words[:4000],
        "lat": float(row["latitude"]),
        "lon": float(row["longitude"]),
    }
