"""Kota Barat with its secrets, and makers of what a call needs."""

from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from complaints import evidence, handling
from complaints.complaint import Evidence
from complaints.crews import fieldwork, splitting
from complaints.handling import REPORTER, SYSTEM, Actor, Carried
from complaints.report import Reporter
from complaints.rules import dispute
from complaints.subtask import Asked
from complaints.together import adding, incident, merging
from complaints.transfers import handover
from complaints.workflow import MOVES, Move, Need, Status, Step
from configuration import (
    assets,
)
from configuration.asset_file import read_assets
from configuration.editing import Author
from messages.outbox import Message, State
from onboarding import claim as claims
from onboarding import founding
from people import sign_in as passes
from people.account import Account
from people.permissions import Permission
from tenants.asset import Asset
from tenants.catalogue import Municipality
from tenants.category import Category
from tenants.database import new_id
from tenants.directory import raise_epoch
from tests.cast import Cast, photo
from web.staff.moves import BY_RESOURCE, RESOURCES

SHOWN = {
    "description": "KENARI-DESKRIPSI-9f2c",
    "written place": "KENARI-TEMPAT-41ab",
    "inner note": "KENARI-CATATAN-77d0",
    "question": "KENARI-TANYA-1e9b",
    "reporter's name": "KENARI-NAMA-d11e",
    "seat": "KENARI-PETUGAS-5c3d",
    "message": "KENARI-PESAN-8ae1",
    "entry": "KENARI-ALASAN-2b6f",
}
"""What a rightful reader of Kota Barat sees somewhere, and no stranger ever."""


HIDDEN = {
    "reporter's address": "kenari.warga@barat.example",
    "reporter's telephone": "+628123450017",
    "agency's address": "kenari.dinas@barat.example",
}
"""What no page of this issue shows, to whomever."""


@dataclass(frozen=True)
class Ask:
    """One call. data: makes the form anew each time, as files are read only once.

    as_stranger: the path for those who don't hold the secret in it. harmless: anybody may do this, so what a stranger's
    call adds is no theft. signed: makes a provider's body and headers, anew each time.
    """

    path: str
    data: Callable[[], Mapping[str, Any]] | None = None
    json: Mapping[str, Any] | None = None
    as_stranger: str | None = None
    harmless: bool = False
    signed: Callable[[], tuple[bytes, Mapping[str, str]]] | None = None


@dataclass(frozen=True)
class Call:
    """who: a role in Kota Barat, "operator", or None for nobody. host: "barat", or None for the national one."""

    who: str | None
    make: Callable[["World"], Ask]
    host: str | None = "barat"


@dataclass
class World:
    """Kota Barat with its secrets, and makers of what a call needs."""

    cast: Cast

    def private(self, *steps: str) -> UUID:
        """A private complaint full of secrets, moved on by these moves; its id."""
        complaint_id = self.cast.complaint(
            "barat",
            words=SHOWN["description"],
            place=SHOWN["written place"],
            visibility="private",
            now=clock(),
            photos=[photo()],
            reporter=Reporter(
                name=SHOWN["reporter's name"],
                email=HIDDEN["reporter's address"],
                phone=HIDDEN["reporter's telephone"],
            ),
        )
        for step in ("note", *steps):
            self.move(complaint_id, step)
        return complaint_id

    def move(self, complaint_id: UUID, name: str) -> None:
        """Make a move with all that it must carry, by whoever may."""
        move = MOVES[Status(self.cast.read("barat", complaint_id).status), name]
        card = self.cast.city("barat")
        steps = {Step.VALIDATION.value: False, **({move.step.value: True} if move.step else {})}
        card = replace(card, options={**card.options, **steps})
        actor = self._actor(move, name)
        carried = Carried(
            words={need: SECRET_WORDS.get(need, "Kata") for need in move.needs if need in WORDS},
            agency_id=self.agency("uptd") if Need.AGENCY in move.needs else None,
            date=clock() + timedelta(days=3) if Need.DATE in move.needs else None,
            photos=[photo()] if Need.PHOTO in move.needs else (),
        )
        complaint = self.cast.read("barat", complaint_id)
        handling.move(
            self.cast.session, self.cast.office, complaint, name, actor=actor, card=card, now=clock(), carried=carried
        )
        self.cast.session.commit()

    def at(self, status: Status) -> UUID:
        """A private complaint in a status."""
        ways: dict[Status, list[str]] = {Status.RECEIVED: []}
        ahead = deque([Status.RECEIVED])
        while ahead:
            here = ahead.popleft()
            for (origin, name), move in MOVES.items():
                if origin is here and isinstance(move.to, Status) and move.to not in ways and name not in PASSING:
                    ways[move.to] = [*ways[here], name]
                    ahead.append(move.to)
        return self.private(*ways[status])

    def merged(self) -> UUID:
        """A private complaint that was merged into another private one."""
        complaint_id, head_id = self.private(), self.private()
        actor = self.cast.actor("barat", "supervisor")
        self.cast.enter("barat")
        both = [handling.complaint_here(self.cast.session, one) for one in (complaint_id, head_id)]
        card = self.cast.city("barat")
        merging.merge(self.cast.session, self.cast.office, *both, actor=actor, card=card, now=clock())
        self.cast.session.commit()
        return complaint_id

    def incident(self) -> UUID:
        """An incident of Kota Barat with a private report in it."""
        complaint_id = self.private()
        seat_id = self.cast.actor("barat", "supervisor").seat_id
        assert seat_id is not None
        book = self.cast.office.rulebooks.of(self.cast.session, self.cast.city("barat"))
        by = incident.Official(seat_id, leads=True, groups=True)
        draft = incident.Draft("Kata", "Kata")
        made = incident.open_incident(self.cast.session, book, draft, by=by, now=clock())
        complaint = handling.complaint_here(self.cast.session, complaint_id)
        incident.attach(self.cast.session, made, [complaint], by=by, now=clock())
        self.cast.session.commit()
        return made.id

    def received_from_timur(self) -> UUID:
        """A private complaint that the neighbour handed over to Kota Barat."""
        complaint_id = self.cast.complaint("timur", visibility="private", now=clock())
        actor = self.cast.actor("timur", "supervisor")
        complaint = self.cast.read("timur", complaint_id)
        handover.hand_over(
            self.cast.session, self.cast.office, complaint, self.cast.city("barat"),
            actor=actor, card=self.cast.city("timur"), reason="Di seberang.", now=clock(),
        )  # fmt: skip
        self.cast.session.commit()
        return complaint_id

    def with_a_pause_to_decide(self) -> UUID:
        """A private complaint about which an officer has asked the reporter, where pauses are approved."""
        complaint_id = self.private("start")
        actor, complaint = self.cast.actor("barat", "officer"), self.cast.read("barat", complaint_id)
        question = Carried(words={Need.QUESTION: SHOWN["question"]})
        handling.move(
            self.cast.session, self.cast.office, complaint, "ask", actor=actor, card=self.cast.city("barat"),
            now=clock(), carried=question,
        )  # fmt: skip
        self.cast.session.commit()
        return complaint_id

    def disputed(self) -> UUID:
        """A private complaint about which the two cities disagree; the dispute's id."""
        complaint_id = self.received_from_timur()
        for slug, verb in (("barat", "give_back"), ("timur", "hand_over")):
            actor = self.cast.actor(slug, "supervisor")
            complaint = self.cast.read(slug, complaint_id)
            to = () if verb == "give_back" else (self.cast.city("barat"),)
            getattr(handover, verb)(
                self.cast.session, self.cast.office, complaint, *to,
                actor=actor, card=self.cast.city(slug), reason="Di seberang.", now=clock(),
            )  # fmt: skip
            self.cast.session.commit()
        found = dispute.open_about(self.cast.session, complaint_id)
        assert found is not None
        return found.id

    def sent_out(self, *, back: bool = False) -> tuple[UUID, UUID, str]:
        """A private complaint sent to a crew; its id, the link's or (back) its result's id, and the link's path."""
        complaint_id = self.private("start")
        card, session, office = self.cast.city("barat"), self.cast.session, self.cast.office
        actor = self.cast.actor("barat", "admin")
        order = fieldwork.Order("Regu Dua", "Sebab itu.", "none", "", 3)
        complaint = self.cast.read("barat", complaint_id)
        link = fieldwork.send(session, office, complaint, order, actor=actor, card=card, now=clock())
        path = fieldwork.address(office, card, link).removeprefix("http://barat.localhost")
        about = link.id
        if back:
            session.flush()
            token = path.rsplit("/", 1)[1]
            result = fieldwork.deliver(session, office, card, token, note="Selesai.", photos=[photo()], now=clock())
            about = result.id
        session.commit()
        return complaint_id, about, path

    def added_to(self) -> tuple[UUID, int]:
        """A public complaint to which somebody else added a photo; its id, and the number of what waits."""
        complaint_id = self.cast.complaint("barat", now=clock())
        complaint, card, session = self.cast.read("barat", complaint_id), self.cast.city("barat"), self.cast.session
        adding.add(session, self.cast.office, complaint, "", [photo()], card=card, now=clock())
        number = adding.waiting(session, complaint_id)[0].number
        session.commit()
        return complaint_id, number

    def parted(self) -> tuple[UUID, UUID]:
        """A private complaint with a part for another agency; its id and the part's."""
        complaint_id = self.private("start")
        actor = self.cast.actor("barat", "admin")
        asked = Asked(self.agency("uptd"), "Sebab itu.", 2, required=True)
        part = splitting.ask(
            self.cast.session, self.cast.office, self.cast.read("barat", complaint_id), asked,
            actor=actor, card=self.cast.city("barat"), now=clock(),
        )  # fmt: skip
        part_id = part.id
        self.cast.session.commit()
        return complaint_id, part_id

    def switch(self, on: str | None) -> None:
        """Let Kota Barat take one optional step, or none."""
        tenant = self.cast.tenant("barat")
        wanted = {**tenant.options, **{step.value: step.value == on for step in Step}}
        if tenant.options != wanted:
            tenant.options, tenant.revision = wanted, tenant.revision + 1
            raise_epoch(self.cast.session)
            self.cast.session.commit()
            self.cast.office.keeper.refresh()

    def reference(self, complaint_id: UUID) -> str:
        return self.cast.read("barat", complaint_id).reference

    def version(self, complaint_id: UUID) -> str:
        return str(self.cast.read("barat", complaint_id).version)

    def manage(self, complaint_id: UUID) -> tuple[str, str]:
        """The path of its reporter's secret link, and the same with the secret of another city's complaint."""
        here = self.cast.read("barat", complaint_id)
        url = self.cast.office.manage_url(self.cast.city("barat"), here.reference, here.birth_tenant_id, complaint_id)
        stranger = self.cast.office.manage_url(
            self.cast.city("barat"), here.reference, self.cast.city("timur").id, uuid4()
        )
        start = len("http://barat.localhost")
        return url[start:], stranger[start:]

    def photo_of(self, complaint_id: UUID) -> UUID:
        """One of its photos, ready to be shown."""
        self.cast.enter("barat")
        evidence_id = self.cast.session.scalars(
            select(Evidence.id).where(Evidence.complaint_id == complaint_id).limit(1)
        ).one()
        evidence.process(self.cast.session, evidence_id, self.cast.office.storage)
        self.cast.session.commit()
        return evidence_id

    def message(self, state: State = State.WAITING) -> UUID:
        """A message of Kota Barat's outbox."""
        self.cast.enter("barat")
        message_id = new_id()
        self.cast.session.add(
            Message(
                id=message_id, event="received", channel="email", destination=HIDDEN["agency's address"],
                language="id", subject="Laporan", body=SHOWN["message"], key=message_id.hex, state=state,
                not_before_at=clock(), created_at=clock(),
            )
        )  # fmt: skip
        self.cast.session.commit()
        return message_id

    def sign_up(self) -> str:
        """The token of the link in the mail of somebody who has begun to sign a city up."""
        self.cast.session.commit()
        _claim, _token, link, _code = claims.begin(
            self.cast.session,
            name="Kata",
            email=f"{uuid4().hex}@kotabogor.go.id",
            language="id",
            secret=b"",
            now=clock(),
        )
        self.cast.session.commit()
        return link

    def claim(self) -> UUID:
        """A sign-up whose letter waits for the operator."""
        self.sign_up()
        session = self.cast.session
        if session.get(Municipality, "99.71") is None:
            session.add(
                Municipality(
                    code="99.71", level="municipality", type="kota", name="Kota Tengah", province_code="99",
                    province_name="Tengah", claimable=True,
                )
            )  # fmt: skip
        claim = session.scalars(select(claims.Claim).order_by(claims.Claim.created_at.desc()).limit(1)).one()
        claim.confirmed_at, claim.municipality_code, claim.letter_at = clock(), "99.71", clock()
        claim.letter_key, claim.letter_name = f"claims/{claim.id}/surat.pdf", "surat.pdf"
        self.cast.office.storage.put(claim.letter_key, b"%PDF-", "application/pdf")
        session.commit()
        return claim.id

    def invitation(self) -> str:
        """The token of the link in the mail of somebody who is invited to Kota Barat."""
        self.cast.session.commit()
        account = Account(id=new_id(), email=f"{uuid4().hex}@barat.example", name="Kata", created_at=clock())
        self.cast.session.add(account)
        self.cast.session.flush()
        token = passes.issue_ticket(
            self.cast.session, account.id, purpose=founding.WELCOME, host="barat.localhost", now=clock()
        )
        self.cast.session.commit()
        return token

    def asset(self, code: str = "") -> UUID:
        """A lamp of Kota Barat."""
        self.cast.enter("barat")
        session = self.cast.session
        category = session.scalars(select(Category).where(Category.code == "pju")).one()
        code = code or f"PJU-{uuid4().hex[:8]}"
        read = read_assets(f"kode;nama;lat;lon\n{code};Depan pasar;-6,25;106,95\n".encode(), "pju.csv", None)
        seen = assets.outlook(session, category.id, read.rows, "keep")
        assets.bring_in(session, category.id, "pju", seen, "pju.csv", author=Author(), now=clock())
        session.commit()
        return session.scalars(select(Asset.id).where(Asset.code == code)).one()

    def agency(self, code: str) -> UUID:
        book = self.cast.office.rulebooks.of(self.cast.session, self.cast.city("barat"))
        return next(entry.id for entry in book.agencies.values() if entry.code == code)

    def _actor(self, move: Move, name: str) -> Actor:
        if move.permission is None:
            return SYSTEM
        if move.permission is Permission.OWN:
            return REPORTER
        return self.cast.actor("barat", "admin" if name == "validate" else "supervisor")


WORDS = (Need.NOTE, Need.QUESTION, Need.ANSWER, Need.REASON, Need.TARGET)


SECRET_WORDS = {Need.NOTE: SHOWN["inner note"], Need.QUESTION: SHOWN["question"]}


PASSING = ("hand_over", "return", "merge")


def clock() -> datetime:
    """The present: sign-ins and pages go by the clock on the wall."""
    return datetime.now(UTC)


def plain(path: str) -> Callable[[World], Ask]:
    return lambda world: Ask(path)


DEVICE = {
    "endpoint": "https://fcm.googleapis.com/fcm/send/kenari",
    "p256dh": "BMEG4ilZst8JtykJoaN128RbFbMVUtTrmj9x-GqHnQpYo_nESmy98Vu0q69XGIcxdRtBg4P3WW0Qg7nU8zpEpW4",
    "auth": "c" * 22,
}


EACH_RESOURCE = tuple(sorted(BY_RESOURCE))


assert set(EACH_RESOURCE) == {one.strip('"') for one in RESOURCES.split(",")}
