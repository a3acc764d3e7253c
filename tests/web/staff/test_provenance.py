"""What stands out in photos is told to officials in words, with what it doesn't prove; the public reads none of it."""

from collections.abc import Callable
from uuid import UUID

from complaints import evidence
from complaints.workflow import Need
from tests.cast import Cast, Visitor
from tests.complaints.photos.test_likeness import scene
from tests.complaints.test_evidence import as_photo
from tests.web.staff.ground import lately, words

Visit = Callable[..., Visitor]
REUSED = "The same picture already stands in another report."


def done(cast: Cast, **how: object) -> UUID:
    """A complaint whose work is shown by one and the same picture."""
    filed = cast.complaint(now=lately(hours=5), **how)
    cast.move("barat", filed, "start", now=lately(hours=4))
    cast.move("barat", filed, "resolve", words={Need.NOTE: "Ditambal."}, photos=[as_photo(scene(4))], now=lately())
    card = cast.enter("barat")
    for evidence_id in evidence.waiting(cast.session, filed):
        evidence.process(cast.session, evidence_id, cast.office.storage, zone=card.time_zone)
    cast.session.commit()
    return filed


def test_officials_read_which_report_shows_the_same_picture_and_what_that_does_not_prove(
    cast: Cast, visit: Visit
) -> None:
    first, second = done(cast), done(cast)
    reference = cast.read("barat", first).reference
    page = visit("barat", "officer").get(f"/staff/complaints/{second}?lang=en")
    assert REUSED in words(page)
    assert "One photo may rightly belong to two reports of one place." in words(page)
    assert f'href="/staff/complaints/{first}">{reference}</a>' in page.get_data(as_text=True)
    assert REUSED not in words(visit("barat", "officer").get(f"/staff/complaints/{first}?lang=en"))


def test_a_report_that_the_reader_may_not_see_is_not_named(cast: Cast, visit: Visit) -> None:
    first = done(cast, category="sampah-liar", visibility="restricted")
    second = done(cast)
    reference = cast.read("barat", first).reference
    page = visit("barat", "officer").get(f"/staff/complaints/{second}?lang=en")
    assert REUSED in words(page)
    assert reference not in words(page)
    assert reference in words(visit("barat", "supervisor").get(f"/staff/complaints/{second}?lang=en"))


def test_the_public_reads_nothing_of_it(cast: Cast, visit: Visit) -> None:
    first, second = done(cast), done(cast)
    other = cast.read("barat", first).reference
    complaint = cast.read("barat", second)
    manage = cast.office.manage_url(
        cast.city("barat"), complaint.reference, complaint.birth_tenant_id, complaint.id
    ).removeprefix("http://barat.localhost")
    public = f"/complaints/{complaint.reference}"
    for path in (f"{public}?lang=en", f"{manage}?lang=en", f"/api/v1{public}"):
        said = visit("barat").get(path).get_data(as_text=True)
        assert complaint.reference in said
        assert REUSED not in said
        assert "reused" not in said
        assert other not in said
