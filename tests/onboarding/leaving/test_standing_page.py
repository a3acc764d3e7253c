"""`/admin/standing`: what a city takes along, and who may."""

import io
import tarfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from complaints.reporters import own_data
from configuration.editing import Author
from onboarding.leaving import archiving, standing_page
from onboarding.leaving.archiving import Archive, State
from tests import conftest
from tests.cast import NOW, Cast, Visitor, photo
from tests.web.staff.ground import words

Visit = Callable[..., Visitor]

database = conftest.database  # the cast's cities, instead of the bare catalogue


def downloads(cast: Cast) -> list[object]:
    cast.enter("barat")
    found = list(cast.session.scalars(select(Archive.downloaded_at)))
    cast.session.rollback()
    return found


def test_an_archive_is_made_once_by_the_worker_and_taken_by_the_citys_admins_alone(
    visit: Visit, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    cast.complaint("barat", photos=[photo()])
    admin = visit("barat", "admin")
    assert admin.post("/admin/standing/archives").status_code == 303
    assert admin.post("/admin/standing/archives").status_code == 409, "whoever presses second has it too"
    assert "is being made" in words(admin.get("/admin/standing?lang=en"))
    cast.enter("barat")
    row_id = cast.session.scalars(select(Archive.id)).one()
    path = f"/admin/standing/archives/{row_id}/copy"
    assert admin.post(path).status_code == 409
    for _ in range(2):  # the second time it is ready, and nothing is made
        cast.enter("barat")
        archiving.make(cast.session, cast.office, row_id, NOW)
        cast.session.commit()
    assert "1 report, 1 file" in words(admin.get("/admin/standing?lang=en"))

    row = cast.session.get_one(Archive, (cast.city("barat").id, row_id))
    row.expires_at = row.asked_at + archiving.KEPT
    key, later = row.key, row.asked_at + archiving.KEPT
    cast.session.commit()
    assert key is not None
    for slug, role in (("barat", "supervisor"), ("timur", "admin"), ("barat", None)):
        assert visit(slug, role).post(path).status_code in (303, 403, 404)
    monkeypatch.setattr(standing_page, "CHUNK_BYTES", 1 << 16)
    broken_off = admin.post(path, buffered=False)
    next(broken_off.iter_encoded())
    broken_off.close()
    assert downloads(cast) == [None], "what broke off isn't taken"
    answer = admin.post(path)
    with tarfile.open(fileobj=io.BytesIO(answer.data)) as tar:
        assert tar.getnames()[-1] == "manifest.json"
    assert downloads(cast) != [None]
    assert answer.headers["Content-Length"] == str(len(answer.data))
    assert "changed: archive" in words(admin.get("/admin/changes?lang=en"))

    cast.enter("barat")
    assert archiving.forget(cast.session, cast.office, later - timedelta(hours=1)) == 0
    assert archiving.forget(cast.session, cast.office, later) == 1
    cast.session.commit()
    assert not cast.office.storage.exists(key)
    assert admin.post(path).status_code == 409
    cast.enter("barat")
    assert cast.session.scalars(select(Archive.state)).one() == State.GONE


def test_what_was_erased_is_in_no_archive_and_on_no_shelf(visit: Visit, cast: Cast) -> None:
    reports = [cast.complaint("barat", photos=[photo()]) for _ in range(2)]
    for complaint_id in reports:
        cast.move("barat", complaint_id, "withdraw", by="reporter")
    now = datetime.now(UTC)

    def erase(complaint_id: object, at: datetime) -> None:
        own_data.erase(cast.session, cast.office.queue, cast.read("barat", complaint_id), at)
        cast.session.commit()

    def made(at: datetime) -> tuple[UUID, str, list[str]]:
        cast.enter("barat")
        row_id = archiving.ask(cast.session, cast.office, author=Author(), now=at).id
        cast.session.commit()
        cast.enter("barat")
        archiving.make(cast.session, cast.office, row_id, at)
        key = archiving.archive_here(cast.session, row_id).key
        cast.session.commit()
        assert key is not None
        with tarfile.open(fileobj=io.BytesIO(cast.office.storage.get(key))) as tar:
            return row_id, key, [name for name in tar.getnames() if name.startswith("files/")]

    erase(reports[0], now - timedelta(hours=2))
    lies = [one.key for one in cast.office.storage.list(f"tenant/{cast.city('barat').id}/{reports[0]}")]
    assert lies, "its files wait for the nightly sweep"
    row_id, key, files = made(now - timedelta(hours=1))
    assert [str(reports[1]) in name for name in files] == [True]
    path = f"/admin/standing/archives/{row_id}/copy"
    assert visit("barat", "admin").post(path).status_code == 200

    erase(reports[1], now)
    admin = visit("barat", "admin")
    assert admin.post(path).status_code == 409, "at once, before the worker comes by"
    assert "something in it was erased since" in words(admin.get("/admin/standing?lang=en"))
    cast.enter("barat")
    assert archiving.forget(cast.session, cast.office, now) == 1
    assert not cast.office.storage.exists(key)
    assert made(now + timedelta(hours=1))[2] == []
