"""The rightful calls of its people, their sign-ins and what they prove."""

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

from sqlalchemy import select

from configuration import (
    agencies,
    invitations,
)
from configuration.editing import Author
from configuration.invitations import Invited
from people import entry, oidc, passkey, second_factor, sign_in_code, totp
from people import sign_in as passes
from people import sign_in as sign_in_of
from people.account import Account, SignIn
from people.deputyship import Deputyship
from people.seat import Seat
from tenants.database import new_id
from tests.cast import PASSWORD, QUICK
from tests.people.authenticator import Authenticator
from tests.web.rightful.world import SHOWN, Ask, Call, World, clock, plain


def of_who_leaves(path: str) -> Callable[[World], Ask]:
    """By somebody whom nobody else is: strangers would erase themselves."""

    def make(world: World) -> Ask:
        session, email = world.cast.session, "leaving@barat.example"
        if session.scalar(select(Account.id).where(Account.email == email)) is None:
            session.add(
                Account(email=email, name="Kata", password_hash=sign_in_of.hash_password(PASSWORD), created_at=clock())
            )
            session.commit()
        contact = f"+6281{uuid4().int % 10**9:09d}"

        def data() -> Mapping[str, Any]:
            code = code_sent_to(world, contact)
            return {"contact": contact, "code": code}

        return Ask(path, data, as_stranger=f"{path}/x")

    return make


def code_sent_to(world: World, address: str) -> str:
    """The code that somebody reads who asked for it on Barat's host."""
    now = clock()
    sign_in_code.note_sent(world.cast.session, "barat.localhost", address, now)
    world.cast.session.commit()
    return sign_in_code.code_of(world.cast.office.secret, "barat.localhost", address, now)


def code_entry(world: World) -> Ask:
    def data() -> Mapping[str, Any]:
        email = f"{uuid4().hex}@barat.example"
        return {"contact": email, "code": code_sent_to(world, email)}

    return Ask("/sign-in/code/entry", data, harmless=True)


def sign_in(world: World) -> Ask:
    return Ask("/sign-in", lambda: {"email": "resident@barat.example", "password": PASSWORD}, harmless=True)


def operator_entry(world: World) -> Ask:
    said = {"reason": SHOWN["entry"], "mode": "read", "minutes": "15"}
    return Ask("/operator/tenants/barat/entry", lambda: said)


def entered(world: World) -> Account:
    """The operator, during an entry into Kota Barat."""
    world.cast.enter("barat")
    account = world.cast.session.scalars(select(Account).where(Account.email == "operator@aduan.example")).one()
    said = {"reason": SHOWN["entry"], "mode": "read", "minutes": "15"}
    entry.begin(world.cast.session, account, **said, now=clock())
    world.cast.session.commit()
    return account


def operator_in(rest: str) -> Callable[[World], Ask]:
    def make(world: World) -> Ask:
        entered(world)
        return Ask(f"/operator/tenants/barat/entry/{rest}", dict)

    return make


def entry_pass(world: World) -> Ask:
    account = entered(world)
    token = passes.issue_ticket(world.cast.session, account.id, purpose="entry", host="barat.localhost", now=clock())
    world.cast.session.commit()
    return Ask(f"/entry/{token}", dict, as_stranger="/entry/of-nobody")


def entry_end(world: World) -> Ask:
    entered(world)
    return Ask("/entry/ending", dict, harmless=True)


def an_agency() -> Mapping[str, str]:
    """The form of a new agency."""
    return {"name-id": f"Kata {uuid4().hex[:8]}"}


def of_an_agency(step: str, form: Mapping[str, str] | None) -> Callable[[World], Ask]:
    """Something with an agency made for it."""

    def make(world: World) -> Ask:
        author = Author(world.cast.actor("barat", "admin").seat_id)
        name = dict(an_agency())["name-id"]
        row = agencies.add(
            world.cast.session, agencies.Draft({"id": name}), code=uuid4().hex[:8], author=author, now=clock()
        )
        path = f"/admin/agencies/{row.id}{step}"
        sent = {**(form or {}), "version": "1"}
        if "to" in sent:
            sent["to"] = str(world.agency(sent["to"]))
        if "name-id" in sent:
            sent["name-id"] = name
        world.cast.session.commit()
        world.cast.office.keeper.refresh()
        return Ask(path, None if form is None else lambda: sent)

    return make


def of_a_colleague(step: str, form: Mapping[str, str] | None = None) -> Callable[[World], Ask]:
    """Something with somebody who has just come to work in Kota Barat."""

    def make(world: World) -> Ask:
        world.cast.enter("barat")
        address = f"rekan.{uuid4().hex[:8]}@barat.example"
        account = Account(id=new_id(), email=address, name="Kata", created_at=clock())
        world.cast.session.add(account)
        world.cast.session.flush()
        seat = Seat(id=new_id(), account_id=account.id, role="supervisor", name="Kata", created_at=clock())
        world.cast.session.add(seat)
        path = f"/admin/people/{seat.id}{step}"
        world.cast.session.commit()
        return Ask(path, None if form is None else lambda: {**form, "version": "1"})

    return make


def some_day_away() -> Mapping[str, str]:
    """The form that names a deputy, for a day of its own."""
    day = (clock().date() + timedelta(days=1 + uuid4().int % 3000)).isoformat()
    return {"from_on": day, "until_on": day, "email": "colleague@barat.example"}


def a_deputyship(own: str = "") -> Callable[[World], Ask]:
    """The ending of somebody's standing in for an official, asked by an administrator or by that official (own)."""

    def make(world: World) -> Ask:
        deputy, away = (world.cast.actor("barat", role).seat_id for role in ("colleague", own or "officer"))
        assert deputy is not None
        assert away is not None
        today = clock().date() - timedelta(days=1)
        row = Deputyship(seat_id=away, deputy_id=deputy, from_on=today, until_on=today, created_at=clock())
        world.cast.session.add(row)
        world.cast.session.commit()
        path = "/staff/deputies" if own else f"/admin/people/{away}/deputies"
        return Ask(f"{path}/{row.id}/ending", dict)

    return make


def a_forgotten_password(world: World) -> Ask:
    """The link that an account of its own was mailed."""
    session = world.cast.session
    world.cast.enter("barat")
    account = Account(id=new_id(), email=f"lupa.{uuid4().hex[:8]}@barat.example", name="Kata", created_at=clock())
    session.add(account)
    session.flush()
    token = sign_in_of.issue_ticket(session, account.id, purpose="password", host="barat.localhost", now=clock())
    session.commit()
    return Ask(f"/password/{token}", lambda: {"password": PASSWORD}, as_stranger=f"/password/{'x' * 43}")


def second_step(who: str, path: str, *, on: bool = False) -> Callable[[World], Ask]:
    """Something with the code of an account of its own, whose second step is being set up or (on) asked for."""

    def make(world: World) -> Ask:
        session, key = world.cast.session, world.cast.office.secret
        world.cast.enter("barat")
        email = f"langkah.{who}@barat.example"
        account = session.scalar(select(Account).where(Account.email == email))
        if account is None:
            hashed = QUICK.hash(PASSWORD)
            account = Account(id=new_id(), email=email, name="Kata", password_hash=hashed, created_at=clock())
            session.add(account)
            session.flush()
            second_factor.begin(session, account.id, key, clock())
        account_id = account.id
        secret = second_factor.pending_secret(session, account_id, key)
        if on and secret is not None:
            before = clock() - timedelta(seconds=totp.STEP_S)
            code = totp.code_at(secret, totp.step_of(before))
            second_factor.confirm(session, account_id, code, key, clock())
        session.commit()
        return Ask(path, lambda: {"code": totp.code_at(secret or "", totp.step_of(clock()))})

    return make


def with_a_passkey(who: str, step: str, form: Mapping[str, str] | None = None) -> Callable[[World], Ask]:
    """Something with a passkey that an account of its own has made since it signed in; its second step is proved."""

    def make(world: World) -> Ask:
        account_id, key_id = an_account(world, f"kunci.{who}"), uuid4()

        def signed() -> tuple[bytes, Mapping[str, str]]:
            session = world.cast.session
            world.cast.enter("barat")
            running = session.scalar(
                select(SignIn).where(SignIn.account_id == account_id, SignIn.ended_at.is_(None), ~SignIn.waits)
            )
            sent = dict(form or {})
            if running is not None and who == "satu":
                account = session.get_one(Account, account_id)
                options = passkey.options_to_add(session, account, running.id, KEYS_SITE, clock())
                sent["answer"] = Authenticator(KEYS_SITE.origin).make(options)
            elif running is not None:
                running.proved_at = clock()
                session.add(a_passkey(account_id, key_id))
                sent["code"] = second_factor.new_codes(session, account_id)[0]
            session.commit()
            return urlencode(sent).encode(), {"Content-Type": "application/x-www-form-urlencoded"}

        return Ask(f"/account/passkeys{step.replace('ID', str(key_id))}", signed=signed)

    return make


def a_passkey_asked_for(world: World) -> Ask:
    """The options for the passkey of an account of its own, which is asked for it after the password."""
    account_id = an_account(world, "kunci.lima")
    world.cast.session.add(a_passkey(account_id, uuid4()))
    world.cast.session.commit()
    return Ask("/sign-in/second-step/passkey", dict)


def an_account(world: World, who: str) -> UUID:
    """An account with the tests' password and no seat; its id."""
    session, email = world.cast.session, f"{who}@barat.example"
    world.cast.enter("barat")
    account = session.scalar(select(Account).where(Account.email == email))
    if account is None:
        account = Account(
            id=new_id(), email=email, name="Kata", password_hash=QUICK.hash(PASSWORD), created_at=clock()
        )  # fmt: skip
        session.add(account)
    session.commit()
    return account.id


def a_passkey(account_id: UUID, key_id: UUID) -> passkey.Passkey:
    return passkey.Passkey(
        id=key_id, account_id=account_id, host=KEYS_SITE.host, credential_id=key_id.bytes, public_key=b"x",
        sign_count=0, transports=[], name="Kata", created_at=clock(),
    )  # fmt: skip


KEYS_SITE = passkey.Site("barat.localhost", "http://barat.localhost", "Kota Barat")


def inviting() -> Mapping[str, Any]:
    """The form that invites somebody new."""
    address = f"baru.{uuid4().hex[:8]}@barat.example"
    return {"name": "Kata", "email": address, "role": "officer", "agencies": ["pu"], "way": "link"}


def an_invitation(world: World) -> tuple[UUID, str]:
    """An invitation to Kota Barat's staff; its id, and its link's path."""
    author = Author(world.cast.actor("barat", "admin").seat_id)
    form = inviting()
    invited = Invited(form["email"], form["name"], "officer", [world.agency("pu")])
    made, link = invitations.invite(
        world.cast.session, world.cast.office.queue, invited,
        base_url="http://barat.localhost", by_mail=False, author=author, now=clock(),
    )  # fmt: skip
    made_id = made.id
    world.cast.session.commit()
    return made_id, link.removeprefix("http://barat.localhost")


def of_an_invitation(step: str, form: Mapping[str, str]) -> Callable[[World], Ask]:
    return lambda world: Ask(f"/admin/people/invitations/{an_invitation(world)[0]}/{step}", lambda: form)


def invitation_page(step: str, form: Mapping[str, str] | None = None) -> Callable[[World], Ask]:
    def make(world: World) -> Ask:
        path = f"{an_invitation(world)[1]}{step}"
        data = None if form is None else lambda: form
        return Ask(path, data, as_stranger=f"/invitation/{'x' * 32}{step}")

    return make


CALLS: dict[tuple[str, str], Call | dict[str, Call]] = {
    ("admin_agencies.page", "GET"): Call("admin", plain("/admin/agencies")),
    ("admin_agencies.new", "GET"): Call("admin", plain("/admin/agencies/new")),
    ("admin_agencies.add", "POST"): Call("admin", lambda world: Ask("/admin/agencies", an_agency)),
    ("admin_agencies.one", "GET"): Call("admin", of_an_agency("", None)),
    ("admin_agencies.change", "POST"): Call("admin", of_an_agency("", {"name-id": "Kata", "phone": "0812 345 6789"})),
    ("admin_agencies.move", "POST"): Call("admin", of_an_agency("/parent", {"parent": ""})),
    ("admin_agencies.ending", "GET"): Call("admin", of_an_agency("/ending", None)),
    ("admin_agencies.end", "POST"): Call("admin", of_an_agency("/ending", {"to": "pu", "people": "yes"})),
    ("admin_deputies.end", "POST"): Call("admin", a_deputyship()),
    ("admin_deputies.name", "POST"): Call("admin", of_a_colleague("/deputies", some_day_away())),
    ("admin_deputies.room", "GET"): Call("admin", of_a_colleague("/deputies")),
    ("staff_deputies.end", "POST"): Call("supervisor", a_deputyship("supervisor")),
    ("staff_deputies.name", "POST"): Call("officer", lambda world: Ask("/staff/deputies", some_day_away)),
    ("staff_deputies.room", "GET"): Call("officer", plain("/staff/deputies")),
    ("admin_people.one", "GET"): Call("admin", of_a_colleague("")),
    ("admin_people.change", "POST"): Call("admin", of_a_colleague("", {"name": "Kata", "role": "admin"})),
    ("admin_people.leaving", "GET"): Call("admin", of_a_colleague("/leaving")),
    ("admin_people.leave", "POST"): Call("admin", of_a_colleague("/leaving", {"to": ""})),
    ("admin_people.end_sign_ins", "POST"): Call("admin", of_a_colleague("/sign-ins/ending", {})),
    ("admin_people.demand_second_factor", "POST"): Call(
        "admin", lambda world: Ask("/admin/people/second-factor", lambda: {"wanted": "nobody"})
    ),
    ("admin_people.reset_second_factor", "POST"): Call("admin", of_a_colleague("/second-factor/removal", {})),
    ("admin_people.page", "GET"): Call("admin", plain("/admin/people")),
    ("admin_people.invitation_form", "GET"): Call("admin", plain("/admin/people/invitation")),
    ("admin_people.invite", "POST"): Call("admin", lambda world: Ask("/admin/people/invitation", inviting)),
    ("admin_people.new_link", "POST"): Call("admin", of_an_invitation("link", {"way": "link"})),
    ("admin_people.withdraw", "POST"): Call("admin", of_an_invitation("withdrawal", {})),
    ("invitation.page", "GET"): Call(None, invitation_page("")),
    ("invitation.accept", "POST"): Call(None, invitation_page("", {"name": "Kata", "password": PASSWORD})),
    ("invitation.mail", "POST"): Call(None, invitation_page("/mail", {})),
    ("sign_in_oidc.begin", "GET"): Call(None, plain("/provider")),
    ("sign_in_oidc.back", "GET"): Call(
        None,
        lambda world: Ask(
            f"/provider/return?code=x&state={oidc.state_for(world.cast.office.secret, 'barat.localhost', 'x')}"
        ),
    ),
    ("sign_in_oidc.finish", "POST"): Call(None, lambda _world: Ask("/provider/return", lambda: {"code": "x"})),
    ("sign_in_oidc.failed", "GET"): Call(None, plain("/provider/failed")),
    ("sign_in_code.form", "GET"): Call(None, lambda _world: Ask("/sign-in/code")),
    ("sign_in_code.ask", "POST"): Call(
        None, lambda _world: Ask("/sign-in/code", lambda: {"contact": "kenari.baru@barat.example"}, harmless=True)
    ),
    ("sign_in_code.enter", "POST"): Call(None, code_entry),
    ("own_account.page", "GET"): Call("resident", plain("/account/data")),
    ("own_account.rename", "POST"): Call(
        "resident", lambda _world: Ask("/account/data/name", lambda: {"name": "Kata"})
    ),
    ("own_account.ask", "POST"): Call(
        "resident",
        lambda _world: Ask("/account/data/contact", lambda: {"contact": "siapa@contoh.example"}, harmless=True),
    ),
    ("own_account.enter", "POST"): Call("leaving", of_who_leaves("/account/data/contact/entry")),
    ("own_account.erase", "POST"): Call("leaving", of_who_leaves("/account/erasure")),
    ("own_account.erased", "GET"): Call(None, plain("/account/erased")),
    ("entry.end", "POST"): Call("operator", entry_end),
    ("entry.form", "GET"): Call(None, entry_pass),
    ("entry.take", "POST"): Call(None, entry_pass),
    ("operator_tenants.leave", "POST"): Call("operator", operator_in("ending"), host=None),
    ("operator_tenants.open_city", "POST"): Call("operator", operator_in("pass"), host=None),
    ("operator_tenants.enter", "POST"): Call("operator", operator_entry, host=None),
    ("operator_tenants.entry_form", "GET"): Call("operator", plain("/operator/tenants/barat/entry"), host=None),
    ("operator_tenants.page", "GET"): Call("operator", plain("/operator/tenants"), host=None),
    ("password.form", "GET"): Call(None, plain("/password")),
    ("password.ask", "POST"): Call(None, lambda world: Ask("/password", lambda: {"email": "siapa@contoh.example"})),
    ("password.choose", "GET"): Call(None, a_forgotten_password),
    ("password.change", "POST"): Call(None, a_forgotten_password),
    ("passkeys.add", "POST"): Call("kunci.satu", with_a_passkey("satu", "", {"name": "Kata"})),
    ("passkeys.options", "POST"): Call("resident", lambda world: Ask("/account/passkeys/options", dict)),
    ("passkeys.proof", "POST"): Call("kunci.dua", with_a_passkey("dua", "/proof")),
    ("passkeys.remove", "POST"): Call("kunci.tiga", with_a_passkey("tiga", "/ID/removal")),
    ("passkeys.rename", "POST"): Call("kunci.empat", with_a_passkey("empat", "/ID/name", {"name": "Kata"})),
    ("sign_in.passkey_options", "POST"): Call("kunci.lima", a_passkey_asked_for),
    ("security.page", "GET"): Call("colleague", plain("/account/security")),
    ("security.change_password", "POST"): Call(
        "colleague", lambda world: Ask("/account/password", lambda: {"present": PASSWORD, "password": PASSWORD})
    ),
    ("security.end_others", "POST"): Call("resident", lambda world: Ask("/account/sign-ins/ending", dict)),
    ("security.end_one", "POST"): Call("resident", lambda world: Ask(f"/account/sign-ins/{uuid4()}/ending", dict)),
    ("security.begin", "POST"): Call("resident", lambda world: Ask("/account/second-factor", dict)),
    ("security.confirm", "POST"): Call("langkah.satu", second_step("satu", "/account/second-factor/confirmation")),
    ("security.new_codes", "POST"): Call(
        "resident", lambda world: Ask("/account/second-factor/codes", lambda: {"code": "x"})
    ),
    ("security.remove", "POST"): Call(
        "resident", lambda world: Ask("/account/second-factor/removal", lambda: {"code": "x"})
    ),
    ("sign_in.second_step", "GET"): Call("langkah.dua", second_step("dua", "/sign-in/second-step", on=True)),
    ("sign_in.prove", "POST"): Call("langkah.tiga", second_step("tiga", "/sign-in/second-step", on=True)),
    ("sign_in.begin", "POST"): Call(None, sign_in),
    ("sign_in.end", "POST"): Call("colleague", plain("/sign-out")),
    ("sign_in.form", "GET"): Call(None, plain("/sign-in")),
}
