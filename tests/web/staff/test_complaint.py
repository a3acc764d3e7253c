from collections.abc import Callable

import pytest
from sqlalchemy import select
from werkzeug.test import Client

from complaints import evidence
from complaints.complaint import Evidence, ReadRow
from complaints.office import Office
from complaints.report import Reporter
from complaints.workflow import Need
from tests.cast import Cast, Visitor, photo
from tests.web.staff.ground import lately, words

Visit = Callable[..., Visitor]
REACHABLE = Reporter(name="Ratna Dewi", email="ratna@contoh.example", phone="+6281234567890")


def test_the_page_tells_what_is_known_and_never_the_contact_itself(cast: Cast, visit: Visit) -> None:
    filed = cast.complaint(
        now=lately(hours=1), answers={"kedalaman": "setengah-roda", "pernah-celaka": "yes"}, reporter=REACHABLE
    )
    answer = visit("barat", "officer").get(f"/staff/complaints/{filed}?lang=en")
    text = words(answer)
    assert "“Lubang besar di depan pasar.”" in text
    assert "Half a wheel" in text
    assert "Has anybody fallen or been hurt here? yes" in text
    assert "Ratna Dewi, has WhatsApp, has e-mail" in text
    assert "The point lies in" in text
    assert "ratna@contoh.example" not in answer.get_data(as_text=True)
    assert "81234567890" not in answer.get_data(as_text=True)


def test_an_anonymous_reporter_has_no_name_here_either(cast: Cast, visit: Visit) -> None:
    filed = cast.complaint(now=lately(hours=1), reporter=REACHABLE, anonymous=True)
    answer = visit("barat", "supervisor").get(f"/staff/complaints/{filed}?lang=en")
    assert "Ratna" not in answer.get_data(as_text=True)
    assert "without a name, has WhatsApp" in words(answer)


def test_the_neighbour_gets_404_for_the_same_address(cast: Cast, visit: Visit) -> None:
    filed = cast.complaint(now=lately(hours=1))
    for role in ("officer", "admin"):
        assert visit("timur", role).get(f"/staff/complaints/{filed}").status_code == 404
        assert visit("barat", role, city="timur").get(f"/staff/complaints/{filed}").status_code == 403


@pytest.mark.parametrize("visibility", ["private", "restricted"])
def test_what_is_not_public_is_seen_by_its_agency_and_by_who_may_and_each_read_is_logged(
    cast: Cast, visit: Visit, visibility: str
) -> None:
    filed = cast.complaint(category="sampah-liar", now=lately(hours=1), visibility=visibility)
    agency_id = cast.read("barat", filed).agency_id
    officer = cast.actor("barat", "officer")
    assert agency_id not in officer.agency_ids
    page = f"/staff/complaints/{filed}"
    assert visit("barat", "officer").get(page).status_code == 404
    assert str(filed) not in visit("barat", "officer").get("/staff?tab=all").get_data(as_text=True)
    assert visit("barat", "supervisor").get(page).status_code == 200
    cast.move("barat", filed, "assign", now=lately(minutes=1), agency_id=next(iter(officer.agency_ids)))
    assert visit("barat", "officer").get(page).status_code == 200
    supervisor = cast.actor("barat", "supervisor")
    cast.enter("barat")
    reads = cast.session.scalars(select(ReadRow).where(ReadRow.complaint_id == filed).order_by(ReadRow.at)).all()
    assert [(row.seat_id, row.what) for row in reads] == [
        (supervisor.seat_id, "complaint"),
        (officer.seat_id, "complaint"),
    ]


def test_reading_what_is_public_is_not_logged(cast: Cast, visit: Visit) -> None:
    filed = cast.complaint(now=lately(hours=1))
    visit("barat", "officer").get(f"/staff/complaints/{filed}")
    cast.enter("barat")
    assert cast.session.scalars(select(ReadRow)).all() == []


def test_a_photo_is_served_to_who_sees_its_complaint(cast: Cast, visit: Visit, office: Office) -> None:
    filed = cast.complaint(now=lately(hours=1), visibility="private", photos=[photo()])
    other = cast.complaint(now=lately(hours=1))
    row = cast.session.scalars(select(Evidence)).one()
    address = f"/staff/complaints/{filed}/photos/{row.id}/thumbnail"
    supervisor = visit("barat", "supervisor")
    assert supervisor.get(address).status_code == 404
    assert "thumbnail" not in supervisor.get(f"/staff/complaints/{filed}").get_data(as_text=True)
    evidence.process(cast.session, row.id, office.storage)
    cast.session.commit()
    answer = supervisor.get(address)
    assert (answer.status_code, answer.mimetype) == (200, "image/jpeg")
    assert "private" in answer.headers["Cache-Control"]
    assert address in supervisor.get(f"/staff/complaints/{filed}").get_data(as_text=True)
    assert supervisor.get(f"/staff/complaints/{other}/photos/{row.id}/thumbnail").status_code == 404
    assert visit("timur", "supervisor").get(address).status_code == 404
    assert visit("barat").get(address).status_code == 303
    cast.enter("barat")
    assert "photo" in cast.session.scalars(select(ReadRow.what)).all()


def test_beside_the_list_only_the_right_side_is_sent(cast: Cast, visit: Visit) -> None:
    filed = cast.complaint(now=lately(hours=1))
    visitor = visit("barat", "officer")
    # past the visitor's own reading, since this is no whole page
    answer = Client.open(visitor, f"/staff/complaints/{filed}", headers={"HX-Request": "true"}, base_url=visitor.origin)
    html = answer.get_data(as_text=True)
    assert html.startswith("<title>")
    assert '<article class="detail" id="detail"' in html
    assert "<html" not in html
    assert "HX-Request" in answer.headers["Vary"]


def test_the_history_tells_inner_notes_from_public_words(cast: Cast, visit: Visit) -> None:
    filed = cast.complaint(now=lately(hours=3))
    cast.move("barat", filed, "note", words={Need.NOTE: "Regu 2 membawa aspal."}, now=lately(hours=2))
    cast.move("barat", filed, "reply", words={Need.NOTE: "Besok dikerjakan."}, now=lately(hours=1))
    html = visit("barat", "officer").get(f"/staff/complaints/{filed}?lang=en").get_data(as_text=True)
    thread = html[html.index('<ol class="thread">') :]
    entries = thread.split("<li")[1:]
    assert "Besok dikerjakan." in entries[0]
    assert 'class="inner"' not in entries[0]
    assert 'class="inner"' in entries[1]
    assert "internal note" in entries[1]
    assert 'class="mine"' in entries[2]


def test_moves_stand_in_the_same_order_for_a_status_and_only_what_the_role_may(cast: Cast, visit: Visit) -> None:
    filed = cast.complaint(now=lately(hours=1))
    page = f"/staff/complaints/{filed}?lang=en"
    moves = words(visit("barat", "officer").get(page))
    assert moves.index("Start working") < moves.index("Assign to an agency") < moves.index("Ask the reporter")
    assert "Not our responsibility" not in moves
    assert "Not our responsibility" in words(visit("barat", "supervisor").get(page))


def test_everything_is_a_link_or_a_form_without_script(cast: Cast, visit: Visit) -> None:
    filed = cast.complaint(now=lately(hours=1))
    html = visit("barat", "officer").get(f"/staff/complaints/{filed}").get_data(as_text=True)
    for resource in ("start", "take"):
        assert f'<form method="post" action="/staff/complaints/{filed}/{resource}?tab=' in html.replace(
            f'/{resource}"', f"/{resource}?tab="
        )
    assert f'<a class="btn" href="/staff/complaints/{filed}/question"' in html
    assert " onclick=" not in html


def test_a_page_says_why_a_step_is_not_offered(cast: Cast, visit: Visit) -> None:
    litter = cast.complaint(category="sampah-liar", now=lately(hours=2))
    collectors = cast.read("barat", litter).agency_id
    officer = visit("barat", "officer")
    page = f"/staff/complaints/{litter}?lang=en"
    text = words(officer.get(page))
    assert "Only officials of the agency that has this report" in text
    assert "Start working" not in text
    assert "Internal note" in text
    assert "Public reply" not in text
    works = next(iter(cast.actor("barat", "officer").agency_ids))
    cast.move("barat", litter, "assign", agency_id=works, now=lately(hours=1))
    cast.move("barat", litter, "start", by="officer", now=lately(minutes=30))
    text = words(officer.get(page))
    assert "isn't the one for its category" in text
    assert "Done, with photo" not in text
    assert "Assign to an agency" in text
    assert officer.get(f"/staff/complaints/{litter}/resolution").status_code == 403
    assert f'<option value="{collectors}" selected>' in officer.get(f"/staff/complaints/{litter}/assignment").text
