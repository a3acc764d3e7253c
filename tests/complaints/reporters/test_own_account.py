"""An account in its holder's own hands, and its erasure in every city by the worker."""

from datetime import timedelta
from uuid import UUID

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from complaints.audience import alerts, following
from complaints.audience.alerts import Alert, Wanted
from complaints.audience.following import Follower
from complaints.complaint import Complaint, Contact, Remark
from complaints.report import Reporter
from complaints.reporters import own_account
from messages import digest
from messages.digest import DigestLine, Reader
from people import identities, sign_in
from people.account import Account, SignIn
from people.identities import Kind
from people.sign_in_code import Asked
from tenants.errors import Conflict, Invalid
from tests.cast import NOW, Cast

ANI, PHONE = "ani@warga.example", "+6281234567890"


def account_of_ani(cast: Cast) -> Account:
    account = Account(email=ANI, name="Ani", created_at=NOW, confirmed_at=NOW)
    cast.session.add(account)
    cast.session.flush()
    identities.give(cast.session, account, Kind.PHONE, PHONE, NOW)
    sign_in.begin(cast.session, account, host="barat.localhost", agent="Firefox", now=NOW)
    cast.session.commit()
    return account


def worked(cast: Cast, after: timedelta = timedelta(0)) -> int:
    """How many accounts the worker erases, in a session of its own."""
    with Session(cast.session.get_bind()) as session:
        return own_account.erase_asked(session, cast.office, NOW + after)


def told(cast: Cast, slug: str, complaint_id: UUID) -> tuple[str | None, str, UUID | None]:
    """(the reporter's name, the words, the account) of a report as it stands."""
    complaint = cast.read(slug, complaint_id)
    cast.session.expire_all()
    name = cast.session.scalar(select(Contact.name).where(Contact.complaint_id == complaint_id))
    words = cast.session.scalars(select(Remark.body).where(Remark.complaint_id == complaint_id)).first()
    return name, words or "", complaint.reporter_account_id


@pytest.mark.parametrize("words", [True, False])
def test_an_erased_account_is_gone_in_every_city_and_open_reports_go_on(cast: Cast, words: bool) -> None:
    ani = account_of_ani(cast)
    account_id = ani.id
    who: dict[str, object] = {"reporter": Reporter(name="Ani", email=ANI), "account_id": account_id}
    still_open, done = cast.complaint(**who), cast.complaint(**who)
    elsewhere, another = cast.complaint("timur", **who), cast.complaint(reporter=Reporter(name="Budi"))
    cast.move("barat", done, "withdraw", by="reporter")
    card = cast.enter("barat")
    how = {"card": card, "language": "id", "now": NOW}
    alerts.follow(cast.session, cast.office, Wanted(), ANI, sure=True, **how)
    following.follow(cast.session, cast.office, cast.read("barat", another), ANI, account_id=account_id, **how)
    for reader_id in (following.reader_id(card.id, ANI), UUID(int=1)):
        reader = Reader(id=reader_id, destination=ANI, language="id", manage_url="", unsubscribe_url="", due_at=NOW)
        said = {"event": "followed_moved", "subject": "Laporan", "link": "", "complaint_id": another, "now": NOW}
        digest.add_line(cast.session, cast.office.queue, reader, **said)
    cast.session.commit()
    own_account.ask_to_erase(cast.session, cast.session.get_one(Account, account_id), words=words, now=NOW)
    cast.session.commit()
    assert cast.session.scalars(select(SignIn.id).where(SignIn.ended_at.is_(None))).all() == []
    assert worked(cast, timedelta(minutes=1)) == 1
    assert worked(cast, timedelta(minutes=2)) == 0
    for slug, complaint_id in (("barat", still_open), ("timur", elsewhere)):
        assert told(cast, slug, complaint_id) == (None, "Lubang besar di depan pasar.", None)
    assert told(cast, "barat", done) == (None, "" if words else "Lubang besar di depan pasar.", None)
    assert told(cast, "barat", another)[0] == "Budi"
    assert cast.session.scalars(select(Alert.id)).all() == cast.session.scalars(select(Follower.id)).all() == []
    assert cast.session.scalars(select(DigestLine.reader_id)).all() == [UUID(int=1)]
    assert cast.session.get(Account, account_id) is None
    assert identities.account_known_by(cast.session, Kind.PHONE, PHONE) is None


def test_who_works_for_a_government_keeps_the_account_wherever_they_ask(cast: Cast) -> None:
    officer = cast.session.scalars(select(Account).where(Account.email == "officer@barat.example")).one()
    officer_id = officer.id
    cast.enter("barat")
    officer = cast.session.get_one(Account, officer_id)
    with pytest.raises(Conflict):
        own_account.ask_to_erase(cast.session, officer, words=False, now=NOW)
    cast.session.rollback()
    cast.enter("timur")
    officer = cast.session.get_one(Account, officer_id)
    own_account.ask_to_erase(cast.session, officer, words=False, now=NOW)
    cast.session.commit()
    assert worked(cast) == 0
    cast.session.expire_all()
    assert cast.session.get_one(Account, officer_id).erasing_since is None


def test_a_name_and_a_further_contact_are_the_holder_s_and_nobody_else_s(cast: Cast) -> None:
    ani = account_of_ani(cast)
    ani_id = ani.id
    earlier = cast.complaint(reporter=Reporter(phone="+6281234567891"))
    cast.enter("barat")
    ani = cast.session.get_one(Account, ani_id)
    own_account.rename(cast.session, ani, "  Ani   Wijaya ")
    assert ani.name == "Ani Wijaya"
    for wrong in ("", "x" * 201):
        with pytest.raises(Invalid):
            own_account.rename(cast.session, ani, wrong)
    assert own_account.add_contact(cast.session, ani, Asked(None, "+6281234567891"), NOW) == 1
    joined = cast.session.scalars(select(Complaint.reporter_account_id).where(Complaint.id == earlier)).one()
    assert joined == ani_id
    own_account.add_contact(cast.session, ani, Asked("ani.baru@warga.example", None), NOW)
    assert ani.email == "ani.baru@warga.example"
    budi = Account(name="Budi", created_at=NOW, confirmed_at=NOW)
    cast.session.add(budi)
    cast.session.flush()
    for taken in (Asked(None, PHONE), Asked("ani.baru@warga.example", None)):
        with pytest.raises(Conflict):
            own_account.add_contact(cast.session, budi, taken, NOW)
    officer = cast.session.scalars(select(Account).where(Account.email == "officer@barat.example")).one()
    with pytest.raises(Conflict):
        own_account.add_contact(cast.session, officer, Asked("lain@contoh.example", None), NOW)
