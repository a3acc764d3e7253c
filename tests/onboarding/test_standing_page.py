"""`/admin/standing`: what a city takes along, and who may."""

import io
import tarfile
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select

from onboarding import archiving
from onboarding.archiving import Archive, State
from tests import conftest
from tests.cast import NOW, Cast, Visitor, photo
from tests.web.staff.ground import words

Visit = Callable[..., Visitor]

database = conftest.database  # the cast's cities, instead of the bare catalogue


def test_an_archive_is_made_once_by_the_worker_and_taken_by_the_citys_admins_alone(visit: Visit, cast: Cast) -> None:
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
    answer = admin.post(path)
    with tarfile.open(fileobj=io.BytesIO(answer.data)) as tar:
        assert tar.getnames()[-1] == "manifest.json"
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
