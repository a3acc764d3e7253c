"""Inviting somebody: once, for seven days, and never into an account that isn't proved to be theirs."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from configuration import invitations
from configuration.change import ConfigurationChange
from configuration.editing import Author
from configuration.invitations import Invited, Way
from messages.outbox import Message
from people import sign_in
from people.account import Account
from people.invitation import LASTS, Invitation
from people.permissions import Role
from people.seat import Seat, SeatAgency
from people.sign_in import WrongPassword
from tenants.errors import Conflict, Invalid, NotAllowed, NotFound, Unavailable
from tests.cast import NOW, PASSWORD, Cast, Visitor

Visit = Callable[..., Visitor]


def invited(cast: Cast, *, email: str = "Sari.Dewi@Barat.example", by_mail: bool = False, now: datetime = NOW) -> str:
    """Sari is invited as an officer of the works agency; the token of her link."""
    author = Author(cast.actor("barat", "admin").seat_id)
    book = cast.office.rulebooks.of(cast.session, cast.city("barat"))
    agency = next(one.id for one in book.agencies.values() if one.code == "pu")
    _made, link = invitations.invite(
        cast.session, cast.office.queue, Invited(email, " Sari  Dewi ", Role.OFFICER, [agency]),
        base_url="http://barat.localhost", by_mail=by_mail, author=author, now=now,
    )  # fmt: skip
    cast.session.commit()
    return link.rsplit("/", 1)[1]


def test_a_link_makes_a_seat_once_and_the_ledger_names_who_invited(cast: Cast) -> None:
    token = invited(cast)
    cast.enter("barat")
    invitation = invitations.invitation_by(cast.session, token, NOW)
    assert token.encode() not in invitation.token_hash
    account = invitations.accept_with_password(
        cast.session, invitation, name="Sari Dewi", password="kata sandi panjang", language="id", now=NOW
    )
    seat = cast.session.scalars(select(Seat).where(Seat.account_id == account.id)).one()
    assert (account.email, seat.role, seat.name) == ("sari.dewi@barat.example", "officer", "Sari Dewi")
    assert account.confirmed_at is None, "a link that was handed over proves no address"
    assert len(cast.session.scalars(select(SeatAgency).where(SeatAgency.seat_id == seat.id)).all()) == 1
    ledger = cast.session.scalars(select(ConfigurationChange).where(ConfigurationChange.row_id == seat.id)).one()
    assert ledger.seat_id == invitation.invited_by
    assert "Sari" not in str(ledger.after), "a name stays out of the ledger"
    cast.session.commit()
    with pytest.raises(NotFound):
        invitations.invitation_by(cast.session, token, NOW)


def test_it_holds_seven_days_and_until_the_next_one(cast: Cast) -> None:
    token = invited(cast)
    cast.enter("barat")
    assert invitations.invitation_by(cast.session, token, NOW + LASTS - timedelta(seconds=1))
    with pytest.raises(NotFound):
        invitations.invitation_by(cast.session, token, NOW + LASTS)
    again = invited(cast, email="sari.dewi@BARAT.example")
    with pytest.raises(NotFound):
        invitations.invitation_by(cast.session, token, NOW)
    made = invitations.invitation_by(cast.session, again, NOW)
    invitations.withdraw(cast.session, made.id, NOW)
    with pytest.raises(NotFound):
        invitations.invitation_by(cast.session, again, NOW)


def test_a_copied_link_gives_no_password_to_an_account_that_may_sit_in_another_city(cast: Cast) -> None:
    """An administrator of Barat invites an address of Timur whose owner hasn't signed in yet."""
    victim = "officer@timur.example"
    cast.enter("timur")
    cast.session.scalars(select(Account).where(Account.email == victim)).one().password_hash = None
    cast.session.commit()
    token = invited(cast, email=victim)
    invitation = invitations.invitation_by(cast.session, token, NOW)
    assert invitations.way_in(cast.session, invitation) is Way.MAIL
    with pytest.raises(NotAllowed):
        invitations.accept_with_password(
            cast.session, invitation, name="Siapa", password="kata sandi panjang", language="id", now=NOW
        )
    cast.session.rollback()
    mailed = invited(cast, email=victim, by_mail=True)
    invitation = invitations.invitation_by(cast.session, mailed, NOW)
    assert invitations.way_in(cast.session, invitation) is Way.FIRST


def test_a_mail_takes_the_account_back_from_whoever_made_it_by_a_link_for_the_same_address(cast: Cast) -> None:
    """An address is invited by a link in Barat, and its owner by a mail in Timur."""
    theirs = "kadis@timur.example"
    token = invited(cast, email=theirs)
    cast.enter("barat")
    made = invitations.accept_with_password(
        cast.session, invitations.invitation_by(cast.session, token, NOW), name="Siapa",
        password="kata sandi pencuri", language="id", now=NOW,
    )  # fmt: skip
    running = sign_in.begin(cast.session, made, host="barat.localhost", agent="", now=NOW)
    author = Author(cast.actor("timur", "admin").seat_id)
    _made, link = invitations.invite(
        cast.session, cast.office.queue, Invited(theirs, "Kepala Dinas", Role.ADMIN),
        base_url="http://timur.localhost", by_mail=True, author=author, now=NOW,
    )  # fmt: skip
    invitation = invitations.invitation_by(cast.session, link.rsplit("/", 1)[1], NOW)
    account = cast.session.scalars(select(Account).where(Account.email == theirs)).one()
    assert invitations.way_in(cast.session, invitation) is Way.FIRST
    with pytest.raises(NotAllowed):
        invitations.accept(cast.session, invitation, account, NOW)
    invitations.accept_with_password(
        cast.session, invitation, name="Kepala", password="kata sandi pemilik", language="id", now=NOW
    )
    assert sign_in.account_of(cast.session, running, host="barat.localhost", now=NOW) is None
    with pytest.raises(WrongPassword):
        sign_in.account_by_password(cast.session, theirs, "kata sandi pencuri")
    assert sign_in.account_by_password(cast.session, theirs, "kata sandi pemilik").confirmed_at == NOW


@pytest.mark.parametrize("values", [{"ended_at": NOW}, {"role": Role.OFFICER.value}])
def test_what_an_administrator_offered_who_is_none_any_more_is_not_taken(cast: Cast, values: dict[str, Any]) -> None:
    invitation = invitations.invitation_by(cast.session, invited(cast), NOW)
    inviter = cast.session.scalars(select(Seat).where(Seat.id == invitation.invited_by)).one()
    for name, value in values.items():
        setattr(inviter, name, value)
    cast.session.flush()
    with pytest.raises(Conflict):
        invitations.accept_with_password(
            cast.session, invitation, name="Sari", password="kata sandi panjang", language="id", now=NOW
        )
    cast.session.rollback()


def test_what_cannot_be_is_refused_at_its_field(cast: Cast) -> None:
    author = Author(cast.actor("barat", "admin").seat_id)

    def refused(invited: Invited) -> str | None:
        with pytest.raises((Invalid, Conflict)) as error:
            invitations.invite(
                cast.session, cast.office.queue, invited, base_url="", by_mail=False, author=author, now=NOW
            )
        return error.value.field

    assert refused(Invited("", "Sari", Role.ADMIN)) == "email"
    assert refused(Invited("sari@barat.example", " ", Role.ADMIN)) == "name"
    assert refused(Invited("sari@barat.example", "Sari", Role.OFFICER)) == "agencies"
    assert refused(Invited("sari@barat.example", "Sari", Role.RESIDENT)) == "role"
    assert refused(Invited("Officer@barat.example", "Sari", Role.ADMIN)) == "email"


def test_a_city_mails_so_many_invitations_in_a_day_and_more_the_next(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(invitations, "MOST_MAILED", 2)
    for number in range(2):
        invited(cast, email=f"{number}@barat.example", by_mail=True)
    with pytest.raises(Unavailable):
        invited(cast, email="2@barat.example", by_mail=True)
    cast.session.rollback()
    assert invited(cast, email="2@barat.example"), "a link is handed over, and mails nobody"
    assert invited(cast, email="2@barat.example", by_mail=True, now=NOW + timedelta(days=1))


def test_by_mail_the_invited_reads_who_invites_and_opens_the_console(cast: Cast, visit: Visit) -> None:
    admin = visit("barat", "admin")
    form = {"name": "Sari Dewi", "email": "sari@barat.example", "role": "officer", "agencies": ["pu"], "way": "mail"}
    answer = admin.post("/admin/people/invitation", data=form)
    assert answer.status_code == 303
    assert "sari@barat.example" in admin.get(answer.location).get_data(as_text=True)
    cast.enter("barat")
    mail = cast.session.scalars(select(Message).where(Message.event == "invited")).one()
    assert "Admin Kota Barat" in mail.body
    assert mail.link is not None
    path = mail.link.removeprefix("http://barat.localhost")
    sari = visit("barat")
    page = sari.get(f"{path}?lang=en").get_data(as_text=True)
    assert "You are invited to work at City of Barat" in page
    assert sari.post(path, data={"name": "Sari", "password": "kurang"}).status_code == 422
    assert sari.post(path, data={"name": "Sari Dewi", "password": "kata sandi panjang"}).location == "/staff"
    assert sari.get("/staff").status_code == 200
    assert "over" in visit("barat").get(f"{path}?lang=en").get_data(as_text=True)
    assert "Sari Dewi" in admin.get("/admin/people?q=sari").get_data(as_text=True)
    cast.enter("barat")
    account = cast.session.scalars(select(Account).where(Account.email == "sari@barat.example")).one()
    assert account.confirmed_at is not None


def test_whoever_has_an_account_signs_in_and_accepts(cast: Cast, visit: Visit) -> None:
    token = invited(cast, email="officer@timur.example", now=datetime.now(UTC))
    path = f"/invitation/{token}"
    assert "/sign-in?next=" in visit("barat").get(path).get_data(as_text=True)
    assert visit("barat").post(path, data={"name": "X", "password": PASSWORD}).status_code == 403
    assert visit("barat", "officer").post(path).status_code == 403, "another account takes nothing"
    theirs = visit("barat", "officer", city="timur")
    assert theirs.get("/staff").status_code == 403
    assert theirs.post(path).location == "/staff"
    assert theirs.get("/staff").status_code == 200


def test_a_copied_link_is_shown_once_and_the_neighbour_sees_nobody(cast: Cast, visit: Visit) -> None:
    admin = visit("barat", "admin")
    form = {"name": "Sari Dewi", "email": "sari@barat.example", "role": "admin", "way": "link"}
    page = admin.post("/admin/people/invitation", data=form).get_data(as_text=True)
    assert "http://barat.localhost/invitation/" in page
    listed = admin.get("/admin/people").get_data(as_text=True)
    assert "sari@barat.example" in listed
    assert "/invitation/" not in listed.replace("/admin/people/invitation", "")
    cast.enter("barat")
    made = cast.session.scalars(select(Invitation)).one()
    neighbour = visit("timur", "admin")
    assert "sari@barat.example" not in neighbour.get("/admin/people").get_data(as_text=True)
    assert neighbour.post(f"/admin/people/invitations/{made.id}/withdrawal").status_code == 404
    assert admin.post(f"/admin/people/invitations/{made.id}/withdrawal").status_code == 303
    assert "sari@barat.example" not in admin.get("/admin/people").get_data(as_text=True)
