"""The search box of the queue: words with slips, places, names and numbers; in all reports, or in the list at hand."""

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from complaints.words import vocabulary
from complaints.words.vocabulary import VocabularyWord
from tests.cast import Cast
from tests.complaints.passing import pass_on
from tests.web.staff.ground import words
from tests.web.staff.test_queue import Visit, rows


def learned(cast: Cast, *ids: object) -> None:
    """What the relay does for new filings."""
    vocabulary.learn(cast.session, ids)
    cast.session.commit()


def test_words_with_slips_find_their_report_in_all_lists(cast: Cast, visit: Visit) -> None:
    wanted = cast.complaint("barat", words="Lubang menganga dekat warung Bu Tini.", place="Jl. Cendrawasih 4")
    other = cast.complaint("barat", category="pju", words="Lampu padam.", place="Jl. Merak")
    learned(cast, wanted, other)
    cast.move("barat", wanted, "withdraw", by="reporter")
    officer = visit("barat", "officer")
    for typed in ("lubng mengnga", "warung tni", "jl cndrawasih", "pothole cendrawasi"):
        html = officer.get("/staff", query_string={"q": typed}).get_data(as_text=True)
        assert rows(html)[:1] == [str(wanted)], typed
    assert rows(officer.get("/staff?q=mengnga&tab=all").get_data(as_text=True)) == []


def test_a_found_report_opens_beside_what_was_found(cast: Cast, visit: Visit) -> None:
    filed = cast.complaint("barat", words="Lubang menganga.")
    html = visit("barat", "officer").get("/staff?q=menganga").get_data(as_text=True)
    assert f'href="/staff/complaints/{filed}?q=menganga"' in html
    beside = visit("barat", "officer").get(f"/staff/complaints/{filed}?q=menganga").get_data(as_text=True)
    assert rows(beside) == [str(filed)]
    assert 'value="menganga"' in beside


def test_a_number_with_a_slip_finds_its_report(cast: Cast, visit: Visit) -> None:
    filed = cast.complaint("barat")
    reference = cast.read("barat", filed).reference
    other = "2" if reference[5] != "2" else "3"
    for typed in (reference[:5] + other + reference[6:], reference[:9]):
        assert rows(visit("barat", "officer").get(f"/staff?q={typed}").get_data(as_text=True)) == [str(filed)]
        assert rows(visit("timur", "officer").get(f"/staff?q={typed}").get_data(as_text=True)) == []


def test_what_is_not_found_is_said_with_a_way_on(cast: Cast, visit: Visit) -> None:
    cast.complaint("barat")
    officer = visit("barat", "officer")
    answer = officer.get("/staff?q=zeppelin&tab=mine&lang=en")
    assert "No report fits “zeppelin”" in words(answer)
    assert 'href="/staff?q=zeppelin"' in answer.get_data(as_text=True)


def test_the_neighbour_and_who_may_not_see_it_find_nothing(cast: Cast, visit: Visit) -> None:
    hidden = cast.complaint("barat", category="pju", words="Kolor hijau tersangkut di tiang.", visibility="private")
    assert rows(visit("barat", "admin").get("/staff?q=kolor").get_data(as_text=True)) == [str(hidden)]
    assert rows(visit("timur", "admin").get("/staff?q=kolor").get_data(as_text=True)) == []
    assert rows(visit("barat", "officer").get("/staff?q=kolor").get_data(as_text=True)) == []
    reference = cast.read("barat", hidden).reference
    assert visit("barat", "officer").get(f"/staff?q={reference}").status_code == 200


def test_erasing_a_report_forgets_the_words_that_only_it_had(cast: Cast, session: Session) -> None:
    erased = cast.complaint("barat", words="Lubang di depan rumah Sukarsih.")
    kept = cast.complaint("barat", words="Lubang di depan pasar.")
    learned(cast, erased, kept)
    cast.enter("barat")
    session.execute(text("SELECT erase_personal(:id, now())"), {"id": erased})
    left = set(session.scalars(select(VocabularyWord.word)))
    assert {"lubang", "pasar"} <= left
    assert not {"sukarsih", "rumah"} & left


def test_what_is_handed_over_is_found_there(cast: Cast, visit: Visit) -> None:
    filed = cast.complaint("barat", words="Jembatan kayu lapuk.", place="Kali Baru")
    learned(cast, filed)
    pass_on(cast, filed, "barat", "timur")
    assert rows(visit("timur", "admin").get("/staff?q=jmbatan lapuk").get_data(as_text=True)) == [str(filed)]


@pytest.mark.parametrize("query", ["q=%00", "q=%27", "q=" + "x" * 4000, "q=a&tab=nothing", "q=a&category=nothing"])
def test_whatever_is_asked_is_answered(visit: Visit, query: str) -> None:
    assert visit("barat", "officer").get(f"/staff?{query}").status_code in (200, 422)
