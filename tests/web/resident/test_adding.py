"""What others add to a report: seen by officials alone until one of them shows it."""

import io
from collections.abc import Callable
from typing import Any
from uuid import UUID

from sqlalchemy import select

from complaints import evidence
from complaints.complaint import Evidence, HistoryRow
from complaints.together import adding
from messages.outbox import Message
from tenants.directory import raise_epoch
from tests.cast import Cast, Visitor, jpeg
from tests.web.resident.test_resending import moves
from tests.web.staff.ground import lately, words

Visit = Callable[..., Visitor]


def picture(colour: str = "#456789") -> dict[str, Any]:
    return {"photos": (io.BytesIO(jpeg(colour)), "juga.jpg")}


def let_write(cast: Cast) -> None:
    """The city lets residents write below each other's reports."""
    tenant = cast.tenant("barat")
    tenant.options, tenant.revision = {**tenant.options, adding.COMMENTS: True}, tenant.revision + 1
    raise_epoch(cast.session)
    cast.session.commit()
    cast.office.keeper.refresh()


def number_of(cast: Cast, complaint_id: UUID) -> int:
    cast.enter("barat")
    row = cast.session.scalars(
        select(HistoryRow).where(HistoryRow.complaint_id == complaint_id, HistoryRow.move == adding.ADD)
    ).all()[-1]
    return row.number


def version(cast: Cast, complaint_id: UUID) -> str:
    return str(cast.read("barat", complaint_id).version)


def drawn(cast: Cast, complaint_id: UUID) -> UUID:
    """The id of the added photo, once the worker has been there."""
    cast.enter("barat")
    row = cast.session.scalars(select(Evidence).where(Evidence.complaint_id == complaint_id)).one()
    row_id = row.id
    evidence.process(cast.session, row_id, cast.office.storage)
    cast.session.commit()
    return row_id


def test_a_photo_of_somebody_else_is_public_once_an_official_has_shown_it(cast: Cast, visit: Visit) -> None:
    filed = cast.complaint(now=lately(hours=1))
    path = f"/complaints/{cast.read('barat', filed).reference}"
    visitor, officer = visit("barat"), visit("barat", "supervisor")
    empty = visitor.post(f"{path}/additions", data={"words": "KENARI"})
    assert empty.status_code == 422
    assert "Pilih foto" in words(empty)
    assert 'name="words"' not in empty.get_data(as_text=True)
    sent = visitor.post(f"{path}/additions", data={**picture(), "words": "KENARI"})
    assert sent.status_code == 303
    assert "Terima kasih" in words(visitor.get(sent.location.partition("#")[0]))
    photo_id = drawn(cast, filed)
    media = f"/media/{photo_id}/public"
    assert (visitor.get(media).status_code, media in visitor.get(path).get_data(as_text=True)) == (404, False)
    page = f"/staff/complaints/{filed}"
    assert "KENARI" not in words(officer.get(page))
    number = number_of(cast, filed)
    assert f"{page}/additions/{number}/showing" in officer.get(page).get_data(as_text=True)
    assert officer.get(f"{page}/photos/{photo_id}/thumbnail").status_code == 200
    assert visit("timur", "supervisor").post(f"{page}/additions/{number}/showing", data={}).status_code == 404
    assert officer.post(f"{page}/additions/{number}/showing", data={"version": version(cast, filed)}).status_code == 303
    assert moves(cast, filed) == ["file", "add", "show_added"]
    shown = visitor.get(path).get_data(as_text=True)
    assert media in shown
    assert visitor.get(media).status_code == 200
    assert officer.post(f"{page}/additions/{number}/leaving", data={"version": version(cast, filed)}).status_code == 409
    told = cast.session.scalars(select(Message).where(Message.event == "added")).all()
    assert told


def test_words_are_taken_where_the_city_takes_them_and_shown_as_the_official_leaves_them(
    cast: Cast, visit: Visit
) -> None:
    let_write(cast)
    filed = cast.complaint(now=lately(hours=1))
    path, page = f"/complaints/{cast.read('barat', filed).reference}", f"/staff/complaints/{filed}"
    visitor, officer = visit("barat"), visit("barat", "supervisor")
    assert 'name="words"' in visitor.get(path).get_data(as_text=True)
    said = "KENARI sudah dua kali, hubungi 0812 3456 7890"
    assert visitor.post(f"{path}/additions", data={"words": said}).status_code == 303
    assert "KENARI" not in words(visitor.get(path))
    assert "KENARI sudah dua kali, hubungi ••" in words(officer.get(page))
    number = number_of(cast, filed)
    stale = officer.post(f"{page}/additions/{number}/showing", data={"version": "0", "note": "Hanya ini."})
    assert (stale.status_code, "Hanya ini.</textarea>" in stale.get_data(as_text=True)) == (409, True)
    blank = officer.post(f"{page}/additions/{number}/showing", data={"version": version(cast, filed), "note": " "})
    assert blank.status_code == 422
    shown = officer.post(
        f"{page}/additions/{number}/showing", data={"version": version(cast, filed), "note": "KENARI sudah dua kali."}
    )
    assert shown.status_code == 303
    public = words(visitor.get(path))
    assert "KENARI sudah dua kali." in public
    assert "Warga lain menambahkan" in public
    assert "0812" not in public
    too_long = visitor.post(f"{path}/additions", data={"words": "x" * (adding.LONGEST + 1)})
    assert (too_long.status_code, "x" * adding.LONGEST in too_long.get_data(as_text=True)) == (422, True)


def test_what_is_left_out_is_seen_by_nobody_and_few_wait_at_once(cast: Cast, visit: Visit) -> None:
    filed = cast.complaint(now=lately(hours=1))
    path, page = f"/complaints/{cast.read('barat', filed).reference}", f"/staff/complaints/{filed}"
    visitor, officer = visit("barat"), visit("barat", "supervisor")
    for grey in range(adding.MOST_WAITING):
        assert visitor.post(f"{path}/additions", data=picture(f"#{grey}{grey}{grey}")).status_code == 303
    full = visitor.post(f"{path}/additions", data=picture())
    assert full.status_code == 409
    assert "sudah cukup" in words(full)
    number = number_of(cast, filed)
    assert officer.post(f"{page}/additions/{number}/leaving", data={"version": version(cast, filed)}).status_code == 303
    assert f"additions/{number}/" not in officer.get(page).get_data(as_text=True)
    cast.session.expire_all()
    assert [row.state for row in cast.session.scalars(select(Evidence)).all()].count("refused") == 1
    told = cast.session.scalars(select(Message).where(Message.event == "added")).all()
    assert len({one.destination for one in told}) == len(told)


def test_a_private_and_a_closed_report_take_nothing(cast: Cast, visit: Visit) -> None:
    hidden = cast.read("barat", cast.complaint(visibility="private", now=lately(hours=1))).reference
    assert visit("barat").post(f"/complaints/{hidden}/additions", data=picture()).status_code == 404
    filed = cast.complaint(now=lately(hours=1))
    cast.move("barat", filed, "withdraw", by="reporter")
    reference = cast.read("barat", filed).reference
    assert visit("barat").post(f"/complaints/{reference}/additions", data=picture()).status_code == 409
    assert "/additions" not in visit("barat").get(f"/complaints/{reference}").get_data(as_text=True)
