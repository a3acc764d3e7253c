"""No page reads a tenant's slice of a large table: every statement is run as the app role, and its plan is read.

Beside tests/complaints/test_plans.py, which holds each filter of the queue to an index of its own.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import create_engine, make_url, select, text
from sqlalchemy.orm import Session

from complaints.complaint import Complaint
from config.postgres import EmbeddedPostgres
from tenants import scope
from tenants.database import db
from tests.cast import Visitor
from tests.complaints import plenty
from tests.conftest import copied, put_together

STATEMENTS_AT_MOST = 22
"""A page of the console asks at most 12; no other page asks many more."""


@pytest.fixture(scope="module")
def crowded(cluster: EmbeddedPostgres, cast_template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    """The app on twenty thousand complaints."""
    folder: Path = tmp_path_factory.mktemp("crowded")
    with copied(cluster, cast_template) as url:
        owner_url = make_url(url).set(username="aduan_owner")
        owner = create_engine(owner_url)
        with owner.connect() as connection:
            plenty.fill(connection)
            connection.execute(
                text("UPDATE complaints SET reference = :valid WHERE reference = 'BAR-00000001'"), {"valid": REFERENCE}
            )
        owner.dispose()
        with put_together(url, owner_url.render_as_string(hide_password=False), folder, rate_limits=False) as app:
            yield app


REFERENCE = "BRT-1234-567M"
BOX = "106.95,-6.26,106.96,-6.25"
GEOREPORT = (
    "",
    "&page=5",
    "&status=open",
    "&status=closed",
    "&service_code=jalan-lubang",
    "&service_code=jalan-lubang&status=closed",
    "&service_code=jalan-lubang,pju,sampah-liar&extensions=true",
    "&updated_after=2026-01-01",
    "&updated_after=2026-01-01&status=open",
    f"&bbox={BOX}",
    "&lat=-6.25&long=106.95",
)
"""The filters of GeoReport v2 and of its extensions."""
PAGES = [
    (None, "barat", "/"),
    (None, None, "/"),
    (None, "barat", "/complaints"),
    (None, "barat", "/complaints?status=waiting"),
    (None, "barat", "/complaints?status=in-progress"),
    (None, "barat", "/complaints?status=done"),
    (None, None, "/complaints"),
    (None, "barat", "/map"),
    (None, "barat", "/figures"),
    (None, "barat", "/figures/areas.geojson?period=365"),
    (None, "barat", f"/map.json?bbox={BOX}"),
    (None, "barat", "/complaints/{reference}"),
    (None, "barat", "/track?reference={reference}"),
    (None, "timur", "/api/v1/complaints/{reference}"),
    *((None, "barat", f"/open311/v2/requests.json?page_size=100{filters}") for filters in GEOREPORT),
    (None, "timur", "/open311/v2/requests.xml?service_request_id={reference}"),
    (None, "timur", "/open311/v2/requests/{reference}.xml"),
    (None, "barat", "/open311/v2/servicerequestupdates.xml?page_size=100&page=2"),
    (None, "barat", "/open311/v2/discovery.xml"),
    ("resident@barat.example", "barat", "/account"),
    ("officer@barat.example", "barat", "/staff"),
    ("admin@barat.example", "barat", "/staff?tab=all"),
    ("admin@barat.example", "barat", "/staff?tab=late"),
    ("admin@barat.example", "barat", "/staff?tab=unassigned"),
    ("admin@barat.example", "barat", "/staff/complaints/{id}"),
    ("admin@barat.example", "barat", "/admin"),
    ("admin@barat.example", "barat", "/staff/morning"),
    ("officer@barat.example", "barat", "/staff/morning"),
    ("admin@barat.example", "barat", "/staff/figures?period=365"),
    ("officer@barat.example", "barat", "/staff/figures/categories.csv"),
    ("admin@barat.example", "barat", "/staff?tab=late&agency=pu"),
    ("admin@barat.example", "barat", "/staff?tab=today&agency=uptd"),
    ("operator@aduan.example", None, "/operator/outbox"),
    ("operator@aduan.example", None, "/operator"),
    ("admin@barat.example", "barat", "/admin/plan"),
    ("operator@aduan.example", None, "/operator/plans/barat"),
]


@pytest.mark.parametrize(("email", "host", "path"), PAGES)
def test_a_page_touches_few_rows_however_many_there_are(
    crowded: Flask, email: str | None, host: str | None, path: str
) -> None:
    check(crowded, email, host, path)


@pytest.mark.parametrize("status", ["", "waiting", "done"])
def test_a_further_page_of_the_public_list_touches_no_more(crowded: Flask, status: str) -> None:
    visitor = Visitor(crowded, "barat")
    path = f"/complaints?status={status}" if status else "/complaints"
    for _ in range(3):
        page = visitor.get(path).get_data(as_text=True)
        after = page.partition("after=")[2].partition('"')[0]
        assert after, "there is no further page"
        path = f"/complaints?{f'status={status}&' if status else ''}after={after}".replace("&amp;", "&")
    check(crowded, None, "barat", path)


def check(app: Flask, email: str | None, host: str | None, path: str) -> None:
    """Visit a page, and read the plans of what it asked."""
    with app.app_context():
        engine = db.engine
    visitor = Visitor(app, host)
    if email:
        visitor.sign_in(email)
    path = path.format(**_one(app))
    visitor.get(path)  # what is kept in memory is read before
    with plenty.recorded(engine) as seen:
        answer = visitor.get(path)
    assert answer.status_code in (200, 302), answer.status_code
    assert len(seen) <= STATEMENTS_AT_MOST, [asked.words for asked in seen]
    with engine.connect() as connection:
        for asked in seen:
            if any(table in asked.words for table in plenty.LARGE):
                plan = plenty.plan(connection, asked)
                assert plenty.touched(plan) <= plenty.MOST_TOUCHED, f"{asked.words}\n{plenty.outline(plan)}"


def _one(app: Flask) -> dict[str, str]:
    """A public complaint of Kota Barat."""
    with app.app_context(), Session(db.engine) as session:
        tenant_id = session.scalar(text("SELECT id FROM tenants WHERE slug = 'barat'"))
        session.commit()
        scope.name_tenant(session, tenant_id)
        complaint_id = session.scalars(select(Complaint.id).where(Complaint.reference == REFERENCE)).one()
    return {"id": str(complaint_id), "reference": REFERENCE}
