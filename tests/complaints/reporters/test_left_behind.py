"""What a city that passed a report on still has of it follows what its reporter does where it lives now."""

from dataclasses import replace
from datetime import timedelta
from uuid import UUID

from sqlalchemy import select, text, update

from complaints import copies, correcting, handling
from complaints.audience import daily, following
from complaints.complaint import Contact, Evidence, Remark
from complaints.handling import REPORTER
from complaints.report import Reporter
from complaints.reporters import own_data, own_report
from complaints.workflow import Need
from messages.digest import DigestLine
from tenants.category import Category, Visibility
from tenants.directory import raise_epoch
from tests.cast import NOW, Cast, photo
from tests.complaints.passing import give_back, pass_on

SOON, LATER = NOW + timedelta(minutes=5), NOW + timedelta(minutes=10)
ANI = Reporter(name="Ani", email="ani@warga.example", may_cross=True)


def passed(cast: Cast) -> UUID:
    """A report of barat's, with photo and contact, that timur has now; barat wrote a note of its own."""
    complaint_id = cast.complaint("barat", words="Lubang di depan rumah Ani.", reporter=ANI, photos=[photo()])
    cast.move("barat", complaint_id, "note", words={Need.NOTE: "Telepon Ani."})
    pass_on(cast, complaint_id, "barat", "timur", now=SOON)
    return complaint_id


def level(cast: Cast) -> None:
    """Do the jobs that the changes left, as the worker does, and twice, as it may."""
    cast.session.commit()
    jobs = text("SELECT args ->> 'row_id' FROM procrastinate_jobs WHERE task_name = :name")
    rows = cast.session.scalars(jobs, {"name": copies.LEVEL}).all()
    assert rows
    for row_id in [*rows, *rows]:
        card = cast.enter("timur")
        cast.office.queue.handlers[copies.LEVEL](cast.session, card.id, UUID(row_id), LATER)
        cast.session.commit()


def test_what_is_erased_where_it_lives_is_erased_where_it_was(cast: Cast) -> None:
    complaint_id = passed(cast)
    cast.move("timur", complaint_id, "withdraw", by="reporter", words={Need.REASON: "Sudah beres."}, now=LATER)
    own_data.erase(cast.session, cast.office.queue, cast.read("timur", complaint_id), LATER)
    level(cast)
    for slug in ("barat", "timur"):
        cast.enter(slug)
        assert set(cast.session.scalars(select(Remark.body))) == {""}
        contact = cast.session.scalars(select(Contact)).one()
        assert (contact.name, contact.email, contact.erased_at) == (None, None, LATER)
        assert cast.session.scalars(select(Evidence)).all() == []


def test_what_is_worded_anew_hidden_taken_off_or_forgotten_is_so_everywhere_and_nothing_else(cast: Cast) -> None:
    complaint_id = passed(cast)
    own = {"actor": REPORTER, "card": cast.city("timur"), "now": LATER}
    photo_id = cast.session.scalars(select(Evidence.id)).one() if cast.enter("timur") else None
    assert photo_id is not None
    for change in (
        lambda row: own_report.reword(
            cast.session, cast.office, row, description="Lubang di jalan.", place="Jl. Mawar", **own
        ),
        lambda row: own_report.remove_photo(cast.session, cast.office, row, photo_id, **own),
        lambda row: own_report.hide(cast.session, cast.office, row, **own),
        lambda row: own_data.forget(cast.session, cast.office.queue, row, LATER),
    ):
        change(cast.read("timur", complaint_id))
        cast.session.commit()
    level(cast)
    left = cast.read("barat", complaint_id)
    assert left.visibility == Visibility.PRIVATE
    written = cast.session.execute(select(Remark.body, Remark.place).order_by(Remark.created_at, Remark.body)).all()
    assert ("Lubang di jalan.", "Jl. Mawar") in [tuple(row) for row in written]
    assert "Telepon Ani." in [row.body for row in written]
    assert not [row for row in written if "rumah" in row.body]
    contact = cast.session.scalars(select(Contact)).one()
    assert (contact.name, contact.email, contact.erased_at) == (None, None, LATER)
    assert cast.session.scalars(select(Evidence)).all() == []


def test_what_officials_conceal_is_concealed_where_it_was(cast: Cast) -> None:
    complaint_id = passed(cast)
    cast.move("timur", complaint_id, "conceal", by="supervisor", words={Need.REASON: "Nama orang."}, now=LATER)
    level(cast)
    assert cast.read("barat", complaint_id).visibility == Visibility.PRIVATE


def test_what_a_correction_makes_private_is_so_where_it_was_and_no_follower_hears_of_it(cast: Cast) -> None:
    complaint_id = passed(cast)
    card = cast.enter("barat")
    how = {"card": card, "language": "id", "now": SOON, "account_id": UUID(int=1)}
    following.follow(
        cast.session, cast.office, cast.read("barat", complaint_id), "budi@warga.example", **how
    ).daily = True
    cast.session.commit()
    cast.move("timur", complaint_id, "start", by="officer", now=SOON)
    row_id = handling.history_of(cast.session, complaint_id)[-1].id
    daily.note(cast.session, cast.office, cast.enter("timur"), row_id, LATER)
    cast.session.commit()
    cast.enter("barat")
    assert len(cast.session.scalars(select(DigestLine.id)).all()) == 1
    correct_to_pollution(cast, complaint_id)
    level(cast)
    assert cast.read("barat", complaint_id).visibility == Visibility.PRIVATE
    assert cast.session.scalars(select(DigestLine.id)).all() == []


def show(cast: Cast, slug: str, category: str, visibility: str) -> None:
    """Let a city show what is reported under a category to these."""
    cast.enter(slug)
    cast.session.execute(update(Category).where(Category.code == category).values(visibility=visibility))
    cast.tenant(slug).revision += 1
    raise_epoch(cast.session)
    cast.session.commit()
    cast.office.keeper.refresh()


def correct_to_pollution(cast: Cast, complaint_id: UUID) -> None:
    actor, card, complaint = cast.actor("timur", "supervisor"), cast.city("timur"), cast.read("timur", complaint_id)
    book = cast.office.rulebooks.of(cast.session, card)
    to = replace(correcting.as_it_is(complaint, book), category="pencemaran")
    correcting.correct(cast.session, cast.office, complaint, to, actor=actor, card=card, now=LATER)
    cast.session.commit()


def test_what_the_next_city_keeps_private_is_private_where_it_was(cast: Cast) -> None:
    show(cast, "timur", "jalan-lubang", "private")
    complaint_id = passed(cast)
    level(cast)
    assert cast.read("barat", complaint_id).visibility == Visibility.PRIVATE


def test_what_comes_back_under_a_category_that_is_private_here_is_private(cast: Cast) -> None:
    show(cast, "timur", "pencemaran", "public")
    complaint_id = passed(cast)
    correct_to_pollution(cast, complaint_id)
    assert cast.read("timur", complaint_id).visibility == Visibility.PUBLIC
    give_back(cast, complaint_id, "timur", now=LATER)
    assert cast.read("barat", complaint_id).visibility == Visibility.PRIVATE


def test_words_that_a_city_has_let_go_of_already_do_not_come_back(cast: Cast) -> None:
    complaint_id = passed(cast)
    cast.enter("barat")
    cast.session.execute(text("SELECT erase_personal(:id, :now)"), {"id": complaint_id, "now": SOON})
    row = cast.read("timur", complaint_id)
    own_report.hide(cast.session, cast.office, row, actor=REPORTER, card=cast.city("timur"), now=LATER)
    level(cast)
    cast.enter("barat")
    assert set(cast.session.scalars(select(Remark.body))) == {""}
    assert cast.session.scalars(select(Contact.email)).all() == [None]


def test_a_report_that_never_left_asks_for_no_job(cast: Cast) -> None:
    complaint_id = cast.complaint("barat", reporter=ANI)
    own_data.forget(cast.session, cast.office.queue, cast.read("barat", complaint_id), LATER)
    jobs = text("SELECT count(*) FROM procrastinate_jobs WHERE task_name = :name")
    assert cast.session.scalar(jobs, {"name": copies.LEVEL}) == 0
