"""The rightful call of every route: who may make it, and with which ids and form.

A route without an entry fails the walker (test_walker.py). An entry makes what it needs in Kota Barat by the verbs, and
answers with the call; the walker makes it first as every stranger, then as the one who may.
"""

import io
import json
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID, uuid4

import shapely
from sqlalchemy import select, update

from complaints import evidence, handling, pausing
from complaints.audience import alerts, ending_link, following
from complaints.complaint import Evidence
from complaints.crews import fieldwork, splitting
from complaints.field_check import FieldCheck
from complaints.finding import saved_list
from complaints.handling import REPORTER, SYSTEM, Actor, Carried
from complaints.photos.storage import STAGING
from complaints.report import Reporter
from complaints.rules import dispute
from complaints.safety import breach, breach_notice
from complaints.subtask import Asked
from complaints.together import adding, incident, incident_following, merging, works_following
from complaints.together.works import Works
from complaints.transfers import handover
from complaints.workflow import MOVES, Move, Need, Status, Step
from configuration import (
    agencies,
    area_proposal,
    area_version,
    asset_rules,
    asset_staging,
    assets,
    calendars,
    categories,
    decrees,
    domains,
    editing,
    invitations,
    ledger,
    notices,
    published,
    standstill,
)
from configuration.area_plan import Reading
from configuration.asset_file import read_assets
from configuration.asset_staging import StagedAssets
from configuration.editing import Author
from configuration.invitations import Invited
from messages import destination, hook
from messages.destination import Closed
from messages.outbox import Message, State
from messages.preferences import OFFICIALS
from onboarding import blocking, commons_letter, departure, founding, maintenance
from onboarding import claim as claims
from onboarding.archiving import Archive
from onboarding.archiving import State as ArchiveState
from onboarding.billing import choosing, invoicing, papers
from onboarding.billing.contract import Way, contract_of
from onboarding.billing.invoice import Invoice, Paid
from onboarding.billing.payer import Payer
from onboarding.billing.plans import Plan
from onboarding.border_question import BorderQuestion
from onboarding.bundle import write_bundle
from onboarding.difference import CatalogueDifference
from onboarding.export import export_tenant
from people import entry, help_request, oidc, passkey, second_factor, sign_in_code, totp
from people import sign_in as passes
from people import sign_in as sign_in_of
from people.account import Account, SignIn
from people.deputyship import Deputyship
from people.help_request import HelpRequest
from people.permissions import Permission
from people.seat import Seat
from tenants import scope
from tenants.area import Area
from tenants.asset import Asset
from tenants.calendar import CalendarRow
from tenants.catalogue import Municipality
from tenants.category import Category
from tenants.database import new_id
from tenants.directory import raise_epoch
from tenants.holiday_decree import Decreed
from tenants.sla_rule import SlaRule
from tenants.tenant import COMMONS_ID, Stage, Tenant
from tests.cast import IN_BARAT, PASSWORD, QUICK, Cast, jpeg, photo, png
from tests.conftest import HOOKS_SECRET, STRIPE
from tests.onboarding.billing.stripe_server import signed
from tests.people.authenticator import Authenticator
from web.resident import drafts
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
            now=_now(),
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
            date=_now() + timedelta(days=3) if Need.DATE in move.needs else None,
            photos=[photo()] if Need.PHOTO in move.needs else (),
        )
        complaint = self.cast.read("barat", complaint_id)
        handling.move(
            self.cast.session, self.cast.office, complaint, name, actor=actor, card=card, now=_now(), carried=carried
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
        merging.merge(self.cast.session, self.cast.office, *both, actor=actor, card=card, now=_now())
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
        made = incident.open_incident(self.cast.session, book, draft, by=by, now=_now())
        complaint = handling.complaint_here(self.cast.session, complaint_id)
        incident.attach(self.cast.session, made, [complaint], by=by, now=_now())
        self.cast.session.commit()
        return made.id

    def received_from_timur(self) -> UUID:
        """A private complaint that the neighbour handed over to Kota Barat."""
        complaint_id = self.cast.complaint("timur", visibility="private", now=_now())
        actor = self.cast.actor("timur", "supervisor")
        complaint = self.cast.read("timur", complaint_id)
        handover.hand_over(
            self.cast.session, self.cast.office, complaint, self.cast.city("barat"),
            actor=actor, card=self.cast.city("timur"), reason="Di seberang.", now=_now(),
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
            now=_now(), carried=question,
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
                actor=actor, card=self.cast.city(slug), reason="Di seberang.", now=_now(),
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
        link = fieldwork.send(session, office, complaint, order, actor=actor, card=card, now=_now())
        path = fieldwork.address(office, card, link).removeprefix("http://barat.localhost")
        about = link.id
        if back:
            session.flush()
            token = path.rsplit("/", 1)[1]
            result = fieldwork.deliver(session, office, card, token, note="Selesai.", photos=[photo()], now=_now())
            about = result.id
        session.commit()
        return complaint_id, about, path

    def added_to(self) -> tuple[UUID, int]:
        """A public complaint to which somebody else added a photo; its id, and the number of what waits."""
        complaint_id = self.cast.complaint("barat", now=_now())
        complaint, card, session = self.cast.read("barat", complaint_id), self.cast.city("barat"), self.cast.session
        adding.add(session, self.cast.office, complaint, "", [photo()], card=card, now=_now())
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
            actor=actor, card=self.cast.city("barat"), now=_now(),
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
                not_before_at=_now(), created_at=_now(),
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
            now=_now(),
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
        claim.confirmed_at, claim.municipality_code, claim.letter_at = _now(), "99.71", _now()
        claim.letter_key, claim.letter_name = f"claims/{claim.id}/surat.pdf", "surat.pdf"
        self.cast.office.storage.put(claim.letter_key, b"%PDF-", "application/pdf")
        session.commit()
        return claim.id

    def invitation(self) -> str:
        """The token of the link in the mail of somebody who is invited to Kota Barat."""
        self.cast.session.commit()
        account = Account(id=new_id(), email=f"{uuid4().hex}@barat.example", name="Kata", created_at=_now())
        self.cast.session.add(account)
        self.cast.session.flush()
        token = passes.issue_ticket(
            self.cast.session, account.id, purpose=founding.WELCOME, host="barat.localhost", now=_now()
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
        assets.bring_in(session, category.id, "pju", seen, "pju.csv", author=Author(), now=_now())
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


def _now() -> datetime:
    """The present: sign-ins and pages go by the clock on the wall."""
    return datetime.now(UTC)


def plain(path: str) -> Callable[[World], Ask]:
    return lambda world: Ask(path)


def staff_page(world: World) -> Ask:
    return Ask(f"/staff/complaints/{world.private('ask')}")


def staff_photo(world: World) -> Ask:
    complaint_id = world.private()
    return Ask(f"/staff/complaints/{complaint_id}/photos/{world.photo_of(complaint_id)}/public")


def staff_colleagues(world: World) -> Ask:
    return Ask(f"/staff/complaints/{world.private()}/colleagues")


def staff_remark(world: World) -> Ask:
    complaint_id = world.private()
    version = world.version(complaint_id)
    return Ask(
        f"/staff/complaints/{complaint_id}/remarks",
        lambda: {"audience": "reply", "note": "Kami datang besok.", "version": version},
    )


def _for_resource(world: World, resource: str) -> UUID:
    """A complaint from whose status the move of a resource can be made, in a city that has the step switched on."""
    name = BY_RESOURCE[resource]
    step = next(move.step for (_, one), move in MOVES.items() if one == name)
    world.switch(step.value if step else None)
    if name == "hand_over":  # it crosses, as it should, so no secret is in it
        return world.cast.complaint("barat", visibility="private", now=_now())
    if name == "conceal":
        return world.cast.complaint("barat", now=_now())
    if name == "return":
        return world.received_from_timur()
    if name == "unmerge":
        return world.merged()
    if name in pausing.DECISIONS:
        return world.with_a_pause_to_decide()
    return world.at(next(status for (status, one) in MOVES if one == name))


def staff_correction_form(world: World) -> Ask:
    return Ask(f"/staff/complaints/{world.private()}/correction")


def staff_correction(world: World) -> Ask:
    complaint_id = world.private()
    lon, lat = IN_BARAT
    sent = {
        "version": world.version(complaint_id), "category": "pju", "kind": "complaint", "priority": "high",
        "lat": str(lat), "lon": str(lon), "go": "preview",
    }  # fmt: skip
    return Ask(f"/staff/complaints/{complaint_id}/correction", lambda: sent)


def staff_selection(name: str) -> Callable[[World], Ask]:
    def make(world: World) -> Ask:
        # what is handed over crosses, as it should, so no secret is in it
        crosses = name == "hand_over"
        ids = [world.cast.complaint("barat", visibility="private", now=_now()) if crosses else world.private()]
        chosen = [f"{one}~{world.version(one)}" for one in ids]
        agency = str(world.agency("uptd"))
        sent = {
            "move": name, "chosen": chosen, "go": "make", "agency": agency, "note": "Sudah dilihat.",
            "reason": "Sebab itu.", "tenant": "timur",
        }  # fmt: skip
        return Ask("/staff/selection", lambda: sent)

    return make


def staff_reporter(world: World) -> Ask:
    return Ask(f"/staff/complaints/{world.private()}/reporter", lambda: {"reason": SHOWN["entry"]})


def staff_undo(world: World) -> Ask:
    complaint_id = world.private()
    world.move(complaint_id, "start")
    version = world.version(complaint_id)
    return Ask(f"/staff/complaints/{complaint_id}/undoing", lambda: {"version": version})


def staff_work(world: World) -> Ask:
    return Ask(f"/staff/complaints/{_for_resource(world, 'validation')}/work")


def staff_verdict(world: World) -> Ask:
    complaint_id = _for_resource(world, "validation")
    version = world.version(complaint_id)
    return Ask(f"/staff/complaints/{complaint_id}/work/verdict", lambda: {"verdict": "validate", "version": version})


DEVICE = {
    "endpoint": "https://fcm.googleapis.com/fcm/send/kenari",
    "p256dh": "BMEG4ilZst8JtykJoaN128RbFbMVUtTrmj9x-GqHnQpYo_nESmy98Vu0q69XGIcxdRtBg4P3WW0Qg7nU8zpEpW4",
    "auth": "c" * 22,
}


def device() -> Mapping[str, Any]:
    return DEVICE


OUTLINES = {
    "type": "FeatureCollection",
    "features": [
        {
            "type": "Feature",
            "properties": {"kode": "BRT.1", "nama": "Utara", "jenis": "kecamatan"},
            "geometry": {
                "type": "Polygon",
                "coordinates": [[[106.9, -6.26], [107.0, -6.26], [107.0, -6.2], [106.9, -6.2], [106.9, -6.26]]],
            },
        }
    ],
}


def outlines_file(_world: World) -> Ask:
    content = json.dumps(OUTLINES).encode()
    return Ask("/admin/areas/versions", data=lambda: {"file": (io.BytesIO(content), "kecamatan.geojson")})


def area_version_call(what: str = "", data: Mapping[str, str] | None = None) -> Callable[[World], Ask]:
    """A version that was read and, for what comes after that, planned."""

    def make(world: World) -> Ask:
        card = world.cast.enter("barat")
        session = world.cast.session
        row = area_version.read_file(
            session, json.dumps(OUTLINES).encode(), "kecamatan.geojson", seat_id=None, now=_now()
        )
        if what != "/reading":
            reading = Reading(code="kode", name="nama", level="jenis")
            area_proposal.propose(session, world.cast.office, row, reading, card=card, official=())
        session.commit()
        return Ask(f"/admin/areas/versions/{row.id}{what}", data=(lambda: data) if data is not None else None)

    return make


def assets_file(_world: World) -> Ask:
    content = b"kode;nama;lat;lon\nPJU-1;Depan pasar;-6,25;106,95\n"
    return Ask("/admin/assets/imports", data=lambda: {"file": (io.BytesIO(content), "pju.csv"), "category": "pju"})


def staged_assets(what: str = "") -> Callable[[World], Ask]:
    def make(world: World) -> Ask:
        card = world.cast.enter("barat")
        read = read_assets(b"kode;nama;lat;lon\nPJU-1;Depan pasar;-6,25;106,95\n", "pju.csv", None)
        staged = StagedAssets("pju.csv", "pju", "keep", read)
        key = asset_staging.stage(world.cast.office.storage, card.id, staged)
        return Ask(f"/admin/assets/imports/{key}{what}", data=(lambda: {}) if what else None)

    return make


def asset_of_barat(what: str = "", *, send: bool = False) -> Callable[[World], Ask]:
    def make(world: World) -> Ask:
        return Ask(f"/admin/assets/{world.asset()}{what}", data=(lambda: {}) if send else None)

    return make


ASSET_RULE = {"attribute": "status", "value": "nasional", "category": "", "agency": "uptd"}


def staff_object(world: World) -> Ask:
    world.asset("PJU-KENARI")
    complaint_id = world.cast.complaint("barat", category="pju", at=(106.95, -6.25), now=_now())
    said = {"asset": "PJU-KENARI", "version": world.version(complaint_id)}
    return Ask(f"/staff/complaints/{complaint_id}/object", data=lambda: said)


def asset_rule_ending(world: World) -> Ask:
    agency_id = world.agency("uptd")
    said = {"attribute": "status", "value": "provinsi"}
    rule = asset_rules.add(world.cast.session, said, category_id=None, agency_id=agency_id, author=Author(), now=_now())
    world.cast.session.commit()
    return Ask(f"/admin/assets/rules/{rule.id}/ending", data=lambda: {})


def area_words(world: World) -> Ask:
    world.cast.enter("barat")
    version = world.cast.session.scalars(select(Area.version).where(Area.code == "BRT.1")).one()
    world.cast.session.commit()
    words = {"name.id": "Utara", "name.en": "North", "type": "kecamatan", "version": str(version)}
    return Ask("/admin/areas/of/BRT.1", data=lambda: words)


CATEGORY = {
    "name-id": "Kata",
    "agency": "pu",
    "kinds": "complaint",
    "place": "exact",
    "visibility": "public",
    "go": "save",
}


def category_form(path: str, name: str, **more: str) -> Callable[[World], Ask]:
    """A form of the list about one category."""

    def make(world: World) -> Ask:
        world.cast.enter("barat")
        one = str(categories.category_of(world.cast.session, "jalan-rusak").id)
        return Ask(f"/admin/categories{path}", lambda: {name: one, **more})

    return make


def category_file(step: str | None) -> Callable[[World], Ask]:
    """Sending a list of categories, or taking over one that was looked at."""
    csv = b"code,name:id,agency\nkata,Kata,pu\n"

    def make(world: World) -> Ask:
        if step is None:
            return Ask("/admin/categories/files", lambda: {"file": (io.BytesIO(csv), "kata.csv")})
        card, key = world.cast.city("barat"), "0" * 32
        lines = [{"number": 2, "row": {"code": "pju", "safety": True}, "tongues": {}}]
        kept = {"tenant": str(card.id), "revision": card.revision, "lines": lines}
        world.cast.office.storage.put(f"staging/{key}", json.dumps(kept).encode(), "application/json")
        return Ask(f"/admin/categories/files/{key}/{step}", dict)

    return make


def category(path: str, *, ended: bool = False, **form: str) -> Callable[[World], Ask]:
    """A page or a form of one category."""

    def make(world: World) -> Ask:
        author = Author(world.cast.actor("barat", "admin").seat_id)
        one = categories.category_of(world.cast.session, "hewan" if ended else "macet")
        if ended and one.ended_at is None:
            categories.end(world.cast.session, one, author=author, now=_now())
            world.cast.session.commit()
        return Ask(f"/admin/categories/{one.id}{path}", lambda: {**CATEGORY, **form})

    return make


def bill(world: World, plan: Plan = Plan.CITY) -> Invoice:
    """An invoice of Kota Barat that nobody has paid yet, of months that are over. The session is turned to it."""
    by, card = world.cast.actor("barat", "admin").seat_id, world.cast.enter("barat")
    session, now = world.cast.session, _now()
    payer = Payer(payer_name=SHOWN["message"])

    def choose(wanted: Plan, version: int, at: datetime) -> None:
        choosing.choose(
            session, world.cast.office, card,
            plan=wanted, population=300_000, way=Way.INVOICE, payer=payer, months=12, looked_at=version, by=by, now=at,
        )  # fmt: skip

    if contract_of(session) is None:
        choose(Plan.CITY, 0, now - timedelta(days=400))
        invoicing.issue_due(session, world.cast.office, card, now)
    contract = contract_of(session)
    assert contract is not None
    contract.way, contract.ends = Way.INVOICE, False
    contract.customer_ref = contract.subscription_ref = contract.session_ref = None
    if contract.plan != plan:
        choose(plan, contract.version, now)
    found = next((one for one in invoicing.invoices(session) if one.state == Paid.OPEN), None)
    if found is None:
        found = invoicing.invoices(session)[0]
        found.state, found.paid_on = Paid.OPEN, None
    session.flush()
    found_id = found.id
    world.cast.enter("barat")
    return invoicing.invoice_by_id(world.cast.session, found_id)


def of_invoice(folder: str, rest: str = "", data: Mapping[str, Any] | None = None) -> Callable[[World], Ask]:
    """folder: of the invoices, on the host of who reads them. data: a form besides its version."""

    def make(world: World) -> Ask:
        invoice = bill(world)
        fields = {"version": str(invoice.version), **(data or {})}
        return Ask(f"{folder}/{invoice.id}{rest}", (lambda: dict(fields)) if data is not None else None)

    return make


def of_plan(path: str, on: Plan = Plan.CITY, **data: str) -> Callable[[World], Ask]:
    def make(world: World) -> Ask:
        bill(world, on)
        contract = contract_of(world.cast.session)
        fields = {"version": str(contract.version if contract else 0), **data}
        return Ask(path, lambda: dict(fields))

    return make


def by_card(path: str, *, runs: bool = True) -> Callable[[World], Ask]:
    """runs: a subscription is there; else a card was chosen only."""

    def make(world: World) -> Ask:
        bill(world)
        session = world.cast.session
        contract = contract_of(session)
        assert contract is not None
        contract.way, contract.ends = Way.CARD, runs
        if runs:
            contract.customer_ref, contract.subscription_ref = STRIPE.subscribe()
        invoicing.list_anew(session, contract, _now())
        version = str(contract.version)
        session.commit()
        return Ask(path, lambda: {"version": version})

    return make


def billing_event(world: World) -> Ask:
    about = {"id": uuid4().hex, "object": "invoice", "customer": "cus_nobody"}
    event = {"id": f"evt_{uuid4().hex}", "object": "event", "type": "invoice.paid", "created": 1_790_000_000}
    body = json.dumps({**event, "data": {"object": about}}).encode()
    return Ask("/hooks/stripe", signed=lambda: signed(body), harmless=True)


def with_paper(folder: str) -> Callable[[World], Ask]:
    def make(world: World) -> Ask:
        invoice = bill(world)
        return Ask(
            f"{folder}/{invoice.id}/files",
            lambda: {"kind": "hand_over", "file": (io.BytesIO(b"%PDF-1.7 " + uuid4().bytes), "bast.pdf")},
        )

    return make


def paper(folder: str) -> Callable[[World], Ask]:
    def make(world: World) -> Ask:
        invoice = bill(world)
        row = papers.add(
            world.cast.session, world.cast.office.storage, invoice.id,
            kind="order", name="spk.pdf", content=b"%PDF-1.7", by_seat=None, now=_now(),
        )  # fmt: skip
        path = f"{folder}/{row.id}"
        world.cast.session.commit()
        return Ask(path)

    return make


def admin_retry(world: World) -> Ask:
    return Ask(f"/admin/messages/{world.message(State.DEAD)}/retry", dict)


def brought(world: World) -> dict[str, Any]:
    """A form with Kota Barat's own bundle."""
    world.cast.enter("barat")
    content = write_bundle(export_tenant(world.cast.session, world.cast.city("barat").id))
    world.cast.session.commit()
    return {"bundle": (io.BytesIO(content), "bundle.zip")}


def bundle_application(world: World) -> Ask:
    token = uuid4().hex
    content = brought(world)["bundle"][0].getvalue()
    world.cast.enter("barat")
    revision = world.cast.session.scalars(select(Tenant.revision).where(Tenant.slug == "barat")).one()
    world.cast.session.commit()
    world.cast.office.storage.put(f"{STAGING}{token}", b"%d\n" % revision + content, "application/zip")
    return Ask("/admin/bundle/application", lambda: {"token": token})


def setting_changed(world: World) -> UUID:
    """A change of a category's name, on record; its id."""
    author = Author(world.cast.actor("barat", "admin").seat_id)
    category = world.cast.session.scalars(select(Category).where(~Category.is_group)).first()
    assert category is not None
    name = {"id": f"Nama {uuid4().hex[:6]}"}
    made = editing.change(world.cast.session, category, {"name": name}, author=author, now=_now())
    assert made is not None
    change_id = made.id
    world.cast.session.commit()
    return change_id


def setting_restored(world: World) -> Ask:
    change_id = setting_changed(world)
    world.cast.enter("barat")
    change = ledger.change_by_id(world.cast.session, change_id)
    version = world.cast.session.scalars(select(Category.version).where(Category.id == change.row_id)).one()
    world.cast.session.commit()
    return Ask(f"/admin/changes/{change_id}/restoration", lambda: {"reading": "before", "version": str(version)})


def closed_destination(world: World) -> Ask:
    world.cast.enter("barat")
    address = f"{uuid4().hex}@contoh.example"
    destination.close(world.cast.session, "email", address, Closed.FAILING, "550 5.1.1", _now())
    found = destination.all_closed(world.cast.session, 100)
    closed_id = next(one.id for one in found if one.hint == destination.hint_of("email", address))
    world.cast.session.commit()
    return Ask(f"/admin/destinations/{closed_id}/opening", dict)


def hook_call(world: World) -> Ask:
    return Ask("/hooks/deliveries", signed=lambda: _signed({"reports": []}), harmless=True)


def _signed(document: Mapping[str, Any]) -> tuple[bytes, Mapping[str, str]]:
    """As our provider signs it; no two calls are the same."""
    body = json.dumps({**document, "call": uuid4().hex}).encode()
    timestamp = int(_now().timestamp())
    signature = hook.sign(HOOKS_SECRET, timestamp, body)
    return body, {"X-Aduan-Timestamp": str(timestamp), "X-Aduan-Signature": signature}


def reply_call(world: World) -> Ask:
    return Ask("/hooks/replies", signed=lambda: _signed({"channel": "email", "raw": ""}), harmless=True)


def unsubscribing(world: World) -> Ask:
    complaint_id = world.private()
    world.cast.enter("barat")
    path = ending_link.of_reporter(world.cast.session, world.cast.office, complaint_id)
    path = path.removeprefix("http://barat.localhost")
    return Ask(path, dict, as_stranger=f"{path.rpartition('/')[0]}/{'0' * 40}")


def unsubscribing_page(world: World) -> Ask:
    return replace(unsubscribing(world), data=None)


def staff_preferences(world: World) -> Ask:
    def chosen() -> Mapping[str, Any]:
        topics = dict.fromkeys(OFFICIALS, "at_once")
        return {**topics, "quiet": "own", "quiet_from": "20:00", "quiet_until": "05:30", "digest_at": "06:30"}

    return Ask("/staff/preferences", chosen)


def staff_file(world: World) -> Ask:
    world.private()
    return Ask("/staff/list.csv?tab=all")


def staff_watch(world: World) -> Ask:
    return Ask(f"/staff/complaints/{world.private()}/watching", dict)


def new_list(world: World) -> Ask:
    """A name for a list, by an officer who has none yet."""
    _officer_without_lists(world)
    world.cast.session.commit()
    return Ask("/staff/lists?tab=all", lambda: {"name": "Saya"})


def own_list(rest: str) -> Callable[[World], Ask]:
    """A list that the officer has named."""

    def make(world: World) -> Ask:
        seat_id = _officer_without_lists(world)
        row = saved_list.save(world.cast.session, seat_id, "Saya", {"tab": "late"}, _now())
        path = f"/staff/lists/{row.id}{rest}"
        world.cast.session.commit()
        return Ask(path, lambda: {"name": "Saya"})

    return make


def _officer_without_lists(world: World) -> UUID:
    seat_id = world.cast.actor("barat", "officer").seat_id
    assert seat_id is not None
    for row in saved_list.lists_of(world.cast.session, seat_id):
        world.cast.session.delete(row)
    world.cast.session.flush()
    return seat_id


def _drawn(world: World) -> UUID:
    """A check that waits, of work that somebody else did."""
    complaint_id = world.private("start")
    card = world.cast.city("barat")
    hundred = replace(card, options={**card.options, "field_check_percent": 100})
    carried = Carried(words={Need.NOTE: SHOWN["inner note"]}, photos=[photo()])
    actor, complaint = world.cast.actor("barat", "supervisor"), world.cast.read("barat", complaint_id)
    handling.move(
        world.cast.session, world.cast.office, complaint, "resolve",
        actor=actor, card=hundred, now=_now(), carried=carried,
    )  # fmt: skip
    world.cast.session.commit()
    world.cast.enter("barat")
    return world.cast.session.scalars(select(FieldCheck.id).where(FieldCheck.complaint_id == complaint_id)).one()


def staff_checks(world: World) -> Ask:
    _drawn(world)
    return Ask("/staff/checks")


def staff_check(world: World) -> Ask:
    return Ask(f"/staff/checks/{_drawn(world)}")


def staff_check_verdict(world: World) -> Ask:
    check_id = _drawn(world)
    world.cast.enter("barat")
    complaint_id = world.cast.session.scalars(select(FieldCheck.complaint_id).where(FieldCheck.id == check_id)).one()
    version = world.version(complaint_id)

    def data() -> Mapping[str, Any]:
        seen = (io.BytesIO(jpeg("#334422")), "periksa.jpg")
        return {"verdict": "not", "note": "Masih berlubang.", "version": version, "photo": seen}

    return Ask(f"/staff/checks/{check_id}/verdict", data)


def staff_form(resource: str) -> Callable[[World], Ask]:
    return lambda world: Ask(f"/staff/complaints/{_for_resource(world, resource)}/{resource}")


def staff_move(resource: str) -> Callable[[World], Ask]:
    def make(world: World) -> Ask:
        complaint_id = _for_resource(world, resource)
        version = world.version(complaint_id)
        agency = str(world.agency("uptd"))
        target = world.reference(world.private()) if resource == "merging" else ""
        date = (_now() + timedelta(days=4)).date().isoformat()

        def data() -> Mapping[str, Any]:
            return {
                "version": version, "note": "Selesai.", "question": "Di mana?", "reason": "Sebab itu.",
                "agency": agency, "date": date, "tenant": "timur", "target": target,
                "photo": (io.BytesIO(jpeg()), "bukti.jpg"),
            }  # fmt: skip

        return Ask(f"/staff/complaints/{complaint_id}/{resource}", data)

    return make


def part(what: str = "", *, send: bool = True) -> Callable[[World], Ask]:
    def make(world: World) -> Ask:
        complaint_id, part_id = world.parted()
        version = world.version(complaint_id)
        data = {
            "version": version, "agency": str(world.agency("diskominfo")), "task": "Sebab itu.", "days": "3",
            "words": "Sebab itu.",
        }  # fmt: skip
        path = f"/staff/complaints/{complaint_id}/parts" + (f"/{part_id}/{what}" if what else "")
        return Ask(path, (lambda: data) if send else None)

    return make


def crews(what: str = "", *, back: bool = False, send: bool = True) -> Callable[[World], Ask]:
    def make(world: World) -> Ask:
        complaint_id, about, _path = world.sent_out(back=back)
        version = world.version(complaint_id)

        def data() -> Mapping[str, Any]:
            return {
                "version": version, "note": "Selesai.", "reason": "Sebab itu.", "crew": "Regu Dua",
                "task": "Sebab itu.", "channel": "none", "days": "3",
            }  # fmt: skip

        path = f"/staff/complaints/{complaint_id}/crews" + (f"/{about}/{what}" if what else "")
        return Ask(path, data if send else None)

    return make


def work(*, back: bool = False, send: bool = False) -> Callable[[World], Ask]:
    def make(world: World) -> Ask:
        _complaint_id, _about, path = world.sent_out(back=back)
        wrong = f"/work/{'0' * 72}"
        data = {"note": "Selesai."}
        return Ask(
            path,
            (lambda: {**data, "photo": (io.BytesIO(jpeg()), "bukti.jpg")}) if send else None,
            as_stranger=wrong,
        )

    return make


def work_photo(world: World) -> Ask:
    complaint_id, _about, path = world.sent_out()
    evidence_id = world.photo_of(complaint_id)
    return Ask(f"{path}/photos/{evidence_id}/public", as_stranger=f"/work/{'0' * 72}/photos/{evidence_id}/public")


def manage_page(world: World) -> Ask:
    path, wrong = world.manage(world.private("ask"))
    return Ask(path, as_stranger=wrong)


def manage_photo(world: World) -> Ask:
    complaint_id = world.private()
    evidence_id = world.photo_of(complaint_id)
    path, wrong = world.manage(complaint_id)
    return Ask(f"{path}/photos/{evidence_id}/public", as_stranger=f"{wrong}/photos/{evidence_id}/public")


def of_who_leaves(path: str) -> Callable[[World], Ask]:
    """By somebody whom nobody else is: strangers would erase themselves."""

    def make(world: World) -> Ask:
        session, email = world.cast.session, "leaving@barat.example"
        if session.scalar(select(Account.id).where(Account.email == email)) is None:
            session.add(
                Account(email=email, name="Kata", password_hash=sign_in_of.hash_password(PASSWORD), created_at=_now())
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
    now = _now()
    sign_in_code.note_sent(world.cast.session, "barat.localhost", address, now)
    world.cast.session.commit()
    return sign_in_code.code_of(world.cast.office.secret, "barat.localhost", address, now)


def code_entry(world: World) -> Ask:
    def data() -> Mapping[str, Any]:
        email = f"{uuid4().hex}@barat.example"
        return {"contact": email, "code": code_sent_to(world, email)}

    return Ask("/sign-in/code/entry", data, harmless=True)


def qr_code(world: World) -> Ask:
    return Ask(f"/complaints/{world.reference(world.cast.complaint('barat', now=_now()))}/qr.svg")


def objection(world: World) -> Ask:
    reference = world.reference(world.cast.complaint("barat", now=_now()))
    return Ask(f"/complaints/{reference}/objection", lambda: {"reason": "personal"}, harmless=True)


def addition(world: World) -> Ask:
    reference = world.reference(world.cast.complaint("barat", now=_now()))
    shot = lambda: {"photos": (io.BytesIO(jpeg()), "juga.jpg")}  # noqa: E731 - opened anew for each who asks
    return Ask(f"/complaints/{reference}/additions", shot, harmless=True)


def addition_decided(what: str) -> Callable[[World], Ask]:
    def make(world: World) -> Ask:
        complaint_id, number = world.added_to()
        version = world.version(complaint_id)
        return Ask(f"/staff/complaints/{complaint_id}/additions/{number}/{what}", lambda: {"version": version})

    return make


def manage_part(part: str) -> Callable[[World], Ask]:
    def make(world: World) -> Ask:
        path, wrong = world.manage(world.private())
        return Ask(f"{path}{part}", as_stranger=f"{wrong}{part}")

    return make


def manage_own_photo(world: World) -> Ask:
    complaint_id = world.private()
    evidence_id = world.photo_of(complaint_id)
    path, wrong = world.manage(complaint_id)
    return Ask(f"{path}/photos/{evidence_id}/removal", dict, as_stranger=f"{wrong}/photos/{evidence_id}/removal")


def manage_move(resource: str, steps: tuple[str, ...], data: Mapping[str, str]) -> Callable[[World], Ask]:
    def make(world: World) -> Ask:
        path, wrong = world.manage(world.private(*steps))
        return Ask(f"{path}/{resource}", lambda: dict(data), as_stranger=f"{wrong}/{resource}")

    return make


def manage_resending(world: World) -> Ask:
    complaint_id = world.private()
    world.cast.move(
        "barat", complaint_id, "reject", words={Need.REASON: "Salah kategori."}, right_category="pju", now=_now()
    )
    path, wrong = world.manage(complaint_id)
    return Ask(f"{path}/resending", dict, as_stranger=f"{wrong}/resending")


def public_page(world: World) -> Ask:
    return Ask(f"/complaints/{world.reference(world.private())}")


def public_photo(world: World) -> Ask:
    complaint_id = world.cast.complaint("barat", photos=[photo()], now=_now())
    return Ask(f"/media/{world.photo_of(complaint_id)}/public")


def _followed(world: World) -> tuple[str, str]:
    """The path of a mailed link to a follower of a public complaint, and the same with a wrong secret."""
    complaint = world.cast.read("barat", world.cast.complaint("barat", now=_now()))
    card, office = world.cast.city("barat"), world.cast.office
    follower = following.follow(
        world.cast.session, office, complaint, "kenari@contoh.example", card=card, language="id", now=_now()
    )
    path = following.link(office, card, follower.id).removeprefix("http://barat.localhost")
    wrong = f"/following/{follower.id}/{'0' * 40}"
    world.cast.session.commit()
    return path, wrong


def followers_link(resource: str = "") -> Callable[[World], Ask]:
    def make(world: World) -> Ask:
        path, wrong = _followed(world)
        return Ask(f"{path}{resource}", dict if resource else None, as_stranger=f"{wrong}{resource}")

    return make


def of_public(resource: str, data: Mapping[str, str] | None = None) -> Callable[[World], Ask]:
    def make(world: World) -> Ask:
        page = f"/complaints/{world.reference(world.cast.complaint('barat', now=_now()))}/{resource}"
        return Ask(page, None if data is None else lambda: dict(data), harmless=data is not None)

    return make


def of_incident(resource: str = "", data: Mapping[str, str] | None = None, *, public: bool = False) -> Any:
    def make(world: World) -> Ask:
        page = f"{'' if public else '/staff'}/incidents/{world.incident()}{resource}"
        form = {**(data or {}), "version": "1"}
        return Ask(page, None if data is None else lambda: dict(form), harmless=public and data is not None)

    return make


def incident_members(world: World) -> Ask:
    incident_id, complaint_id = world.incident(), world.private()
    return Ask(f"/staff/incidents/{incident_id}/members", lambda: {"complaint": str(complaint_id)})


def incident_removal(world: World) -> Ask:
    incident_id = world.incident()
    complaint_id = incident.members(world.cast.session, incident_id, 1)[0].id
    return Ask(f"/staff/incidents/{incident_id}/members/{complaint_id}/removal", dict)


def incident_link(resource: str = "") -> Callable[[World], Ask]:
    def make(world: World) -> Ask:
        found = incident.incident_here(world.cast.session, world.incident())
        card, office = world.cast.city("barat"), world.cast.office
        how = {"sure": False, "card": card, "language": "id", "now": _now()}
        email = "kenari@contoh.example"
        follower = incident_following.follow(world.cast.session, office, found, email, **how)  # type: ignore[arg-type]
        path = incident_following.link_of(office, card, follower.id).removeprefix("http://barat.localhost")
        wrong = f"/incidents/following/{follower.id}/{'0' * 40}"
        world.cast.session.commit()
        return Ask(f"{path}{resource}", dict if resource else None, as_stranger=f"{wrong}{resource}")

    return make


NEW_INCIDENT = {"title": "Kata", "text": "Kata"}


def kept_move(world: World) -> Ask:
    complaint_id = world.private()
    version, key = world.version(complaint_id), uuid4().hex
    seat = str(world.cast.actor("barat", "supervisor").seat_id)
    form = {"version": version, "key": key, "seat": seat, "note": "Kata"}
    return Ask(f"/staff/kept/{complaint_id}/note", lambda: dict(form))


def api_complaint(world: World) -> Ask:
    return Ask(f"/api/v1/complaints/{world.reference(world.private())}")


def api_filing(world: World) -> Ask:
    lon, lat = IN_BARAT
    report = {"category": "jalan-lubang", "description": "Lubang di jalan.", "lat": lat, "lon": lon}
    return Ask("/api/v1/complaints", json=report, harmless=True)


def tracking(world: World) -> Ask:
    return Ask(f"/track?reference={world.reference(world.private())}")


def report_step(world: World) -> Ask:
    lon, lat = IN_BARAT
    return Ask(
        "/report",
        lambda: {"go": "next-2", "step": "2", "source": "map", "lon": str(lon), "lat": str(lat), "draft": uuid4().hex},
        harmless=True,
    )


def report_kept(_world: World) -> Ask:
    lon, lat = IN_BARAT

    def signed() -> tuple[bytes, Mapping[str, Any]]:
        draft = uuid4().hex
        fields = {"category": "jalan-lubang", "description": "Lubang.", "source": "gps", "lon": lon, "lat": lat}
        headers = {"Idempotency-Key": draft, "Content-Type": "application/x-www-form-urlencoded"}
        return urlencode({**fields, "draft": draft}).encode(), headers

    return Ask("/report/kept", harmless=True, signed=signed)


def report_preview(world: World) -> Ask:
    lon, lat = IN_BARAT
    return Ask(
        "/report/preview",
        lambda: {"step": "2", "source": "map", "lon": str(lon), "lat": str(lat), "draft": uuid4().hex},
        harmless=True,
    )


def report_photo(world: World) -> Ask:
    draft_id = uuid4().hex
    draft = drafts.Draft(draft_id)
    drafts.add_photo(world.cast.office.storage, draft, jpeg("#123456"), "camera")
    drafts.save(world.cast.office.storage, draft)
    sha256 = draft.photos[0].sha256
    return Ask(f"/report/photos/{draft_id}/{sha256}", as_stranger=f"/report/photos/{uuid4().hex}/{sha256}")


def calling(world: World) -> Ask:
    lon, lat = IN_BARAT
    form = {
        "go": "send", "q": "Jalan berlubang", "spot": f"{lat}, {lon}", "channel": "phone",
        "description": "Lubang di jalan.", "asked": "kedalaman pernah-celaka", "shown_tenant": "barat",
    }  # fmt: skip
    return Ask(
        "/staff/report", lambda: {**form, "draft": uuid4().hex}, harmless=True
    )  # what any city hears of is routed to whom it belongs


def done_work(world: World) -> Ask:
    lon, lat = IN_BARAT
    form = {"draft": uuid4().hex, "q": "Jalan berlubang", "spot": f"{lat}, {lon}", "note": "Selesai."}
    return Ask("/staff/report/done", lambda: form)


def sign_in(world: World) -> Ask:
    return Ask("/sign-in", lambda: {"email": "resident@barat.example", "password": PASSWORD}, harmless=True)


def operator_message(world: World) -> Ask:
    return Ask(f"/operator/outbox/barat/{world.message()}")


def operator_retry(world: World) -> Ask:
    return Ask(f"/operator/outbox/barat/{world.message(State.DEAD)}/retry", dict)


def operator_dispute(world: World) -> Ask:
    return Ask(f"/operator/disputes/{world.disputed()}")


def operator_decision(world: World) -> Ask:
    data = {"keeper": "barat", "reason": "Sebab itu."}
    return Ask(f"/operator/disputes/{world.disputed()}/decision", lambda: data)


def sign_up_begin(_world: World) -> Ask:
    return Ask("/signup", lambda: {"name": "Kata", "email": f"{uuid4().hex}@kotabogor.go.id"})


def sign_up_code(_world: World) -> Ask:
    return Ask("/signup/code", lambda: {"code": "000000"})


def sign_up_link(world: World) -> Ask:
    return Ask(f"/signup/confirm/{world.sign_up()}", as_stranger="/signup/confirm/of-nobody")


def invitation(world: World) -> Ask:
    return Ask(f"/welcome/{world.invitation()}")


def accepted_invitation(world: World) -> Ask:
    data = {"name": "Kata", "password": PASSWORD}
    return Ask(f"/welcome/{world.invitation()}", lambda: data, as_stranger="/welcome/of-nobody")


def operator_claim(rest: str = "") -> Callable[[World], Ask]:
    return lambda world: Ask(f"/operator/claims/{world.claim()}{rest}")


def operator_claim_decision(world: World) -> Ask:
    claim_id = world.claim()
    looked_at = f"99.71|claims/{claim_id}/surat.pdf|"
    data = {"decision": "approve", "reason": "Surat itu benar.", "looked_at": looked_at}
    return Ask(f"/operator/claims/{claim_id}/decision", lambda: data)


def operator_domain(world: World) -> Ask:
    world.claim()
    return Ask("/operator/domains", lambda: {"domain": "tengah.example", "code": "99.71", "verified": "yes"})


def operator_contact(world: World) -> Ask:
    world.claim()
    return Ask("/operator/contacts", lambda: {"contact_code": "99.71", "email": "kominfo@tengah.example"})


def operator_entry(world: World) -> Ask:
    said = {"reason": SHOWN["entry"], "mode": "read", "minutes": "15"}
    return Ask("/operator/tenants/barat/entry", lambda: said)


def entered(world: World) -> Account:
    """The operator, during an entry into Kota Barat."""
    world.cast.enter("barat")
    account = world.cast.session.scalars(select(Account).where(Account.email == "operator@aduan.example")).one()
    said = {"reason": SHOWN["entry"], "mode": "read", "minutes": "15"}
    entry.begin(world.cast.session, account, **said, now=_now())
    world.cast.session.commit()
    return account


def operator_in(rest: str) -> Callable[[World], Ask]:
    def make(world: World) -> Ask:
        entered(world)
        return Ask(f"/operator/tenants/barat/entry/{rest}", dict)

    return make


def entry_pass(world: World) -> Ask:
    account = entered(world)
    token = passes.issue_ticket(world.cast.session, account.id, purpose="entry", host="barat.localhost", now=_now())
    world.cast.session.commit()
    return Ask(f"/entry/{token}", dict, as_stranger="/entry/of-nobody")


def entry_end(world: World) -> Ask:
    entered(world)
    return Ask("/entry/ending", dict, harmless=True)


def help_asked(_world: World) -> Ask:
    return Ask("/admin/help", lambda: {"question": "Sebab itu.", "page": "/admin/agencies"})


def operator_question(rest: str = "", **form: str) -> Callable[[World], Ask]:
    def make(world: World) -> Ask:
        session = world.cast.session
        account_id = session.scalars(select(Account.id).where(Account.email == "admin@barat.example")).one()
        said = {"page": "/admin/agencies", "question": "Sebab itu.", "language": "id"}
        barat = world.cast.city("barat").id
        help_request.ask(session, tenant_id=barat, account_id=account_id, now=_now(), **said)
        with scope.enter(session, COMMONS_ID):
            newest = select(HelpRequest.id).order_by(HelpRequest.asked_at.desc()).limit(1)
            request_id = session.scalars(newest).one()
        session.commit()
        return Ask(f"/operator/help/{request_id}{rest}", (lambda: form) if rest else None)

    return make


def operator_block(_world: World) -> Ask:
    return Ask("/operator/blocks", lambda: {"contact": "siapa@contoh.example", "why": "Surat itu benar.", "days": "7"})


def operator_block_end(world: World) -> Ask:
    session, office = world.cast.session, world.cast.office
    one = blocking.block(session, office, "0812000999", why="Surat itu benar.", days="7", by=uuid4(), now=_now())
    block_id = one.id
    session.commit()
    return Ask(f"/operator/blocks/{block_id}/ending", dict)


def operator_banner(_world: World) -> Ask:
    until = (_now() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    from_ = (_now() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    return Ask("/operator/maintenance", lambda: {"words-id": "Sebab itu.", "from": from_, "until": until})


def operator_banner_end(world: World) -> Ask:
    soon, later = _now() + timedelta(days=1), _now() + timedelta(days=2)
    row = maintenance.announce(world.cast.session, {"id": "Sebab itu."}, soon, later, by=uuid4(), now=_now())
    row_id = row.id
    world.cast.session.commit()
    return Ask(f"/operator/maintenance/{row_id}/ending", dict)


def operator_suspension(what: str, *, send: bool = True) -> Callable[[World], Ask]:
    """Of a third city, on which no other call rests."""

    def make(world: World) -> Ask:
        session = world.cast.session
        scope.name_tenant(session, None)
        third = session.scalar(select(Tenant).where(Tenant.slug == "tengah"))
        if third is None:
            present = world.cast.tenant("timur")
            alike = {name: getattr(present, name) for name in ("type", "time_zone", "languages")}
            third = Tenant(slug="tengah", code="TGH", name={"id": "Kota Tengah"}, created_at=_now(), **alike)
            session.add(third)
        third.stage, third.live_at = (Stage.SUSPENDED if what == "resumption" else Stage.LIVE), _now()
        raise_epoch(session)
        session.commit()
        world.cast.office.keeper.refresh()
        why = {"why": "Surat itu benar.", "why-id": "Surat itu benar."}
        return Ask(f"/operator/tenants/tengah/{what}", (lambda: why) if send else None)

    return make


def border_of(path: str, rest: str = "") -> Callable[[World], Ask]:
    """A third city, over Kota Barat's ground, asks."""

    def make(world: World) -> Ask:
        operator_suspension("suspension")(world)
        session = world.cast.session
        third = session.scalars(select(Tenant).where(Tenant.slug == "tengah")).one()
        third.stage, other_id = Stage.REHEARSAL, world.cast.city("barat").id
        found = select(BorderQuestion).where(BorderQuestion.tenant_id == third.id, BorderQuestion.other_id == other_id)
        row = session.scalar(found) or BorderQuestion(id=new_id(), tenant_id=third.id, other_id=other_id)
        row.overlap_m2, row.mark, row.state, row.asked_at, row.by_operator = 9e5, "x", "open", _now(), False
        session.add(row)
        session.flush()
        question_id = row.id
        session.commit()
        said = {"decision": "agree", "why": "Surat itu benar.", "looked_at": "x/open"}
        return Ask(f"{path}/{question_id}{rest}", (lambda: said) if rest else None)

    return make


def proposal_of(path: str, rest: str = "", *, free: bool = False) -> Callable[[World], Ask]:
    """The catalogue proposes another outline for Kota Barat, or a municipality that nobody has yet."""

    def make(world: World) -> Ask:
        session, city = world.cast.session, world.cast.city("barat")
        scope.name_tenant(session, None)
        kind, code = ("new", "98.01") if free else ("outline", "98.02")
        found = select(CatalogueDifference).where(CatalogueDifference.code == code, CatalogueDifference.state == "open")
        row = session.scalar(found) or CatalogueDifference(id=new_id(), kind=kind, code=code, state="open")
        row.edition, row.name, row.digest, row.proposed_at = "2027", "Kota Barat", "x", _now()
        row.city_id = None if free else city.id
        row.before, row.shares, row.gained_m2, row.lost_m2 = {}, [], 0.0, 0.0
        words = {"name": "Kota Barat", "type": "Kata", "province_code": "98", "province_name": "Kata"}
        row.after = {"code": code, **words} if free else {}
        if not free:
            ground = shapely.MultiPolygon([shapely.box(106.9, -6.3, 107.0, -6.21)])
            row.outline, row.was_m2, row.becomes_m2, row.lost_m2 = shapely.to_wkb(ground), 1.2e8, 1.1e8, 1e7
        session.add(row)
        session.flush()
        difference_id = row.id
        session.commit()
        said = {"decision": "decline", "why": "Surat itu benar.", "looked_at": "x/open"}
        return Ask(f"{path}/{difference_id}{rest}", (lambda: said) if rest else None)

    return make


def commons_letter_end(world: World) -> Ask:
    world.claim()
    token = commons_letter.token_of(world.cast.office.secret, "99.71")
    return Ask(f"/unsubscribe/commons/99.71/{token}", dict, as_stranger="/unsubscribe/commons/99.71/of-nobody")


BREACH = {
    "happened": "Surat itu benar.", "found": "2026-01-05T08:00", "from": "2025-01-01T00:00",
    "until": "2099-01-05T00:00", "reach": "stored", "kinds": ["officials"], "slugs": "tengah",
}  # fmt: skip


def breach_begun(world: World) -> Ask:
    operator_suspension("suspension")(world)
    return Ask("/operator/breaches", lambda: BREACH)


def operator_breach(rest: str = "", *, worded: bool = False, **form: str) -> Callable[[World], Ask]:
    """Of a third city: what a notice says crosses, as it should."""

    def make(world: World) -> Ask:
        operator_suspension("suspension")(world)
        session, office = world.cast.session, world.cast.office
        by = session.scalars(select(Account.id).where(Account.is_operator)).first() or uuid4()
        named = breach.Named(
            "Surat itu benar.", _now(), _now() - timedelta(days=9), _now(), "stored", ["officials"], ["tengah"]
        )
        with scope.enter(session, COMMONS_ID):
            breach_id = breach.begin(session, office, named, by=by, now=_now()).id
            if worded:
                letters = dict.fromkeys(breach_notice.LANGUAGES, ("Kata", "{city}: {what}"))
                breach_notice.word(session, breach_id, letters, by=by, now=_now())
        session.commit()
        return Ask(f"/operator/breaches/{breach_id}{rest}", (lambda: form) if rest else None)

    return make


def notice_words() -> dict[str, str]:
    return {f"{part}-{one}": "Kata {city}: {what}" for part in ("subject", "body") for one in ("id", "en")}


def admin_look(world: World) -> dict[str, str]:
    """The form of the city's look as it is, but for its announcement."""
    world.cast.enter("barat")
    tenant = world.cast.tenant("barat")
    return {
        "version": str(tenant.version),
        "language-0": "id",
        "language-1": "en",
        "name-id": tenant.name["id"],
        "name-en": tenant.name["en"],
        "colour": "#0b5fa5",
        "banner-id": "Kata",
    }


def admin_options(world: World) -> dict[str, str]:
    world.cast.enter("barat")
    numbers = {"reopen_days": "14", "silence_closes_working_days": "10", "field_check_percent": "0"}
    kept = {f"retention-{name}": "24" for name in ("contacts", "remarks", "evidence", "reads")}
    times = {"quiet_from": "21:00", "quiet_until": "06:00", "digest_at": "07:00"}
    return {
        "version": str(world.cast.tenant("barat").version),
        "desk": "diskominfo",
        "calendar": "kantor",
        "switches": "anonymous_allowed",
        "likely": "jalan-lubang",
        "urgent-id": "kata",
        "urgent-en": "Kata",
        **numbers,
        **kept,
        **times,
    }


def admin_text(world: World) -> dict[str, str]:
    world.cast.enter("barat")
    version = str(world.cast.tenant("barat").version)
    return {"version": version, "subject": "Laporan {reference}", "body": "Laporan {manage_url}"}


TEXT = "/admin/texts/received/id"
REPLY = "/admin/replies/reply_checking"
NEW_REPLY = {"title-id": "Kata", "text-id": "Kami datang besok."}


def admin_reply(world: World) -> dict[str, str]:
    world.cast.enter("barat")
    version = str(world.cast.tenant("barat").version)
    return {"version": version, "title-id": "Kata", "text-id": "Kami datang besok."}


def admin_notice() -> dict[str, str]:
    return {
        "title-id": "Kata",
        "text-id": "Kata",
        "place": "circle",
        "lon": str(IN_BARAT[0]),
        "lat": str(IN_BARAT[1]),
        "radius_m": "500",
        "from_on": "2026-01-05",
    }


def known_works(world: World) -> Works:
    """A notice that holds."""
    actor = world.cast.actor("barat", "admin")
    card = world.cast.city("barat")
    notice = notices.Notice({"id": "Kata"}, {"id": "Kata"}, "city", {}, "2026-01-05", "")
    book = world.cast.office.rulebooks.of(world.cast.session, card)
    made = notices.add(world.cast.session, card, book, notice, author=Author(actor.seat_id), now=_now())
    world.cast.session.commit()
    return made


def works_link(step: str) -> Callable[[World], Ask]:
    def make(world: World) -> Ask:
        made, office, card = known_works(world), world.cast.office, world.cast.city("barat")
        follower = works_following.follow(
            world.cast.session,
            office,
            made,
            "siapa@contoh.example",
            sure=False,
            card=card,
            language="id",
            now=_now(),
        )
        world.cast.session.commit()
        path = f"/works/following/{follower.id}"
        token = works_following.token_of(office, card.id, follower.id)
        return Ask(f"{path}/{token}{step}", dict if step else None, as_stranger=f"{path}/{'x' * 22}{step}")

    return make


def alert_link(step: str) -> Callable[[World], Ask]:
    def make(world: World) -> Ask:
        office, card = world.cast.office, world.cast.enter("barat")
        how: dict[str, Any] = {"sure": False, "card": card, "language": "id", "now": _now()}
        wanted = alerts.Wanted(radius_m=500, lon=IN_BARAT[0], lat=IN_BARAT[1])
        made = alerts.follow(world.cast.session, office, wanted, "siapa@contoh.example", limited=False, **how)
        world.cast.session.commit()
        path = f"/alerts/following/{made.id}"
        token = alerts.token_of(office, card.id, made.id)
        return Ask(f"{path}/{token}{step}", dict if step else None, as_stranger=f"{path}/{'x' * 22}{step}")

    return make


def admin_notice_post(step: str = "") -> Callable[[World], Ask]:
    def make(world: World) -> Ask:
        made = known_works(world)
        return Ask(f"/admin/notices/{made.id}{step}", lambda: admin_notice() | {"version": str(made.version)})

    return make


class EveryRecord:
    """Answers as if whatever is asked for stood there."""

    def look_up(self, name: str, kind: str) -> list[str]:
        return ["kata"] if kind == "TXT" else []


def own_domain(step: str) -> Callable[[World], Ask]:
    def make(world: World) -> Ask:
        world.cast.enter("barat")
        card, office = world.cast.city("barat"), world.cast.office
        object.__setattr__(office, "resolver", EveryRecord())  # frozen, and tests reach no network
        for row in domains.listed(world.cast.session, card):
            world.cast.session.delete(row)
        actor = world.cast.actor("barat", "admin")
        author = Author(actor.seat_id)
        row = domains.add(world.cast.session, office, card, "lapor.barat.example", "portal", author=author, now=_now())
        world.cast.session.commit()
        return Ask(f"/admin/domains/{row.id}/{step}", dict)

    return make


def new_domain(world: World) -> Ask:
    data = {"host": f"l{uuid4().hex[:6]}.barat.example", "use": "mail"}
    return Ask("/admin/domains", lambda: data)


def standing(how: str) -> Callable[[World], Ask]:
    """Kota Barat pauses, or goes on: each begins where the other ends, so that what comes after meets a live city."""

    def make(world: World) -> Ask:
        author = Author(world.cast.actor("barat", "admin").seat_id)
        tenant = world.cast.tenant("barat")
        turn = {(Stage.PAUSED, "pause"): standstill.resume, (Stage.LIVE, "resumption"): standstill.pause}
        if (tenant.stage, how) in turn:
            turn[Stage(tenant.stage), how](world.cast.session, tenant.id, author=author, now=_now())
        world.cast.session.commit()
        world.cast.office.keeper.refresh()
        return Ask(f"/admin/standing/{how}", dict)

    return make


def leaving(step: str) -> Callable[[World], Ask]:
    """Kota Barat asks to leave, stays after all, is stopped: each meets what it needs, and a live city follows."""

    def make(world: World) -> Ask:
        cast, author = world.cast, Author(world.cast.actor("barat", "admin").seat_id)
        card = cast.enter("barat")
        if cast.tenant("barat").stage == Stage.LIVE:
            standstill.pause(cast.session, card.id, author=author, now=_now())
        row = departure.current(cast.session)
        if row is None and step:
            row = departure.ask(cast.session, cast.office, card, author=author, now=_now())
        if row is not None and not step:
            departure.withdraw(cast.session, cast.office, card, author=author, now=_now())
        if step == "/confirmation" and row is not None:
            row.confirm_from_at = _now() - timedelta(days=1)
            row.asked_at = row.confirm_from_at
            cast.session.add(
                Archive(
                    id=new_id(), state=ArchiveState.GONE, asked_at=_now(), state_at=_now() + timedelta(hours=1),
                    downloaded_at=_now(),
                )
            )  # fmt: skip
        cast.session.commit()
        cast.office.keeper.refresh()
        if step.startswith("/operator"):
            return Ask(step, lambda: {"reason": "Sebab itu benar."})
        return Ask(f"/admin/standing/leaving{step}", lambda: {"slug": "barat"})

    return make


def an_archive(world: World) -> Ask:
    """Asked for once more: whoever came before has theirs."""
    world.cast.enter("barat")
    world.cast.session.execute(update(Archive).values(state=ArchiveState.GONE))
    world.cast.session.commit()
    return Ask("/admin/standing/archives", dict)


def own_archive(world: World) -> Ask:
    world.cast.enter("barat")
    key = f"archive/{uuid4()}"
    row = Archive(
        id=new_id(), state=ArchiveState.READY, asked_at=_now(), state_at=_now(), complaints=1,
        files=1, size=9,
        expires_at=_now() + timedelta(days=1), key=key, sha256="0" * 64,
    )  # fmt: skip
    world.cast.office.storage.put(key, b"KENARI-AR", "application/x-tar")
    world.cast.session.add(row)
    world.cast.session.commit()
    return Ask(f"/admin/standing/archives/{row.id}/copy", dict)


def city_crest(world: World) -> Ask:
    world.cast.enter("barat")
    tenant = world.cast.tenant("barat")
    tenant.look = tenant.look | {"logo": "kenari.png"}
    world.cast.office.storage.put(f"tenant/{tenant.id}/look/kenari.png", png(), "image/png")
    raise_epoch(world.cast.session)
    world.cast.session.commit()
    world.cast.office.keeper.refresh()
    return Ask("/crest/kenari.png")


EACH_RESOURCE = tuple(sorted(BY_RESOURCE))
assert set(EACH_RESOURCE) == {one.strip('"') for one in RESOURCES.split(",")}


def rule_id(world: World) -> UUID:
    world.cast.enter("barat")
    return world.cast.session.scalars(select(SlaRule.id).where(SlaRule.code == "pju")).one()


def rule_form(world: World, path: str = "", code: str = "pju") -> Ask:
    """A rule's whole form, for the rule that there is."""
    one = rule_id(world)
    version = world.cast.session.scalar(select(SlaRule.version).where(SlaRule.id == one))
    sent = {
        "rule": str(one), "version": str(version),
        "category": code, "priority": "high" if path == "" else "", "m0-milestone": "respond", "m0-amount": "3",
        "m0-unit": "working_hours", "m1-milestone": "resolve", "m1-amount": "2", "m1-unit": "days",
        "asking-then": "never",
    }  # fmt: skip
    return Ask(f"/admin/rules{path.format(rule=one)}", lambda: sent)


def an_agency() -> Mapping[str, str]:
    """The form of a new agency."""
    return {"name-id": f"Kata {uuid4().hex[:8]}"}


def of_an_agency(step: str, form: Mapping[str, str] | None) -> Callable[[World], Ask]:
    """Something with an agency made for it."""

    def make(world: World) -> Ask:
        author = Author(world.cast.actor("barat", "admin").seat_id)
        name = dict(an_agency())["name-id"]
        row = agencies.add(
            world.cast.session, agencies.Draft({"id": name}), code=uuid4().hex[:8], author=author, now=_now()
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
        account = Account(id=new_id(), email=address, name="Kata", created_at=_now())
        world.cast.session.add(account)
        world.cast.session.flush()
        seat = Seat(id=new_id(), account_id=account.id, role="supervisor", name="Kata", created_at=_now())
        world.cast.session.add(seat)
        path = f"/admin/people/{seat.id}{step}"
        world.cast.session.commit()
        return Ask(path, None if form is None else lambda: {**form, "version": "1"})

    return make


def some_day_away() -> Mapping[str, str]:
    """The form that names a deputy, for a day of its own."""
    day = (_now().date() + timedelta(days=1 + uuid4().int % 3000)).isoformat()
    return {"from_on": day, "until_on": day, "email": "colleague@barat.example"}


def a_deputyship(own: str = "") -> Callable[[World], Ask]:
    """The ending of somebody's standing in for an official, asked by an administrator or by that official (own)."""

    def make(world: World) -> Ask:
        deputy, away = (world.cast.actor("barat", role).seat_id for role in ("colleague", own or "officer"))
        assert deputy is not None
        assert away is not None
        today = _now().date() - timedelta(days=1)
        row = Deputyship(seat_id=away, deputy_id=deputy, from_on=today, until_on=today, created_at=_now())
        world.cast.session.add(row)
        world.cast.session.commit()
        path = "/staff/deputies" if own else f"/admin/people/{away}/deputies"
        return Ask(f"{path}/{row.id}/ending", dict)

    return make


def a_forgotten_password(world: World) -> Ask:
    """The link that an account of its own was mailed."""
    session = world.cast.session
    world.cast.enter("barat")
    account = Account(id=new_id(), email=f"lupa.{uuid4().hex[:8]}@barat.example", name="Kata", created_at=_now())
    session.add(account)
    session.flush()
    token = sign_in_of.issue_ticket(session, account.id, purpose="password", host="barat.localhost", now=_now())
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
            account = Account(id=new_id(), email=email, name="Kata", password_hash=hashed, created_at=_now())
            session.add(account)
            session.flush()
            second_factor.begin(session, account.id, key, _now())
        account_id = account.id
        secret = second_factor.pending_secret(session, account_id, key)
        if on and secret is not None:
            before = _now() - timedelta(seconds=totp.STEP_S)
            code = totp.code_at(secret, totp.step_of(before))
            second_factor.confirm(session, account_id, code, key, _now())
        session.commit()
        return Ask(path, lambda: {"code": totp.code_at(secret or "", totp.step_of(_now()))})

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
                options = passkey.options_to_add(session, account, running.id, KEYS_SITE, _now())
                sent["answer"] = Authenticator(KEYS_SITE.origin).make(options)
            elif running is not None:
                running.proved_at = _now()
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
            id=new_id(), email=email, name="Kata", password_hash=QUICK.hash(PASSWORD), created_at=_now()
        )  # fmt: skip
        session.add(account)
    session.commit()
    return account.id


def a_passkey(account_id: UUID, key_id: UUID) -> passkey.Passkey:
    return passkey.Passkey(
        id=key_id, account_id=account_id, host=KEYS_SITE.host, credential_id=key_id.bytes, public_key=b"x",
        sign_count=0, transports=[], name="Kata", created_at=_now(),
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
        base_url="http://barat.localhost", by_mail=False, author=author, now=_now(),
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


def calendar_id(world: World) -> UUID:
    world.cast.enter("barat")
    return world.cast.session.scalars(select(CalendarRow.id).where(CalendarRow.code == "kantor")).one()


def template_withdrawn(world: World) -> Ask:
    world.cast.enter("barat")
    row = published.publish(
        world.cast.session, {"id": "Katalog lama"}, {}, languages=["id"], author=Author(), now=_now()
    )
    path = f"/admin/categories/publishing/{row.id}/withdrawal"
    world.cast.session.commit()
    return Ask(path, dict)


def new_calendar(world: World) -> CalendarRow:
    """A calendar that nobody counts by."""
    world.cast.enter("barat")
    document = {"time_zone": "Asia/Jakarta", "hours": {"mon": ["08:00-16:00"]}}
    row = calendars.add(world.cast.session, {"id": f"Jam {uuid4().hex}"}, document, author=Author(), now=_now())
    world.cast.session.commit()
    return row


def calendar_ended(world: World) -> Ask:
    row = new_calendar(world)
    sent = {"version": str(row.version)}
    return Ask(f"/admin/calendars/{row.id}/ending", lambda: sent)


def calendar_back(world: World) -> Ask:
    row = new_calendar(world)
    calendars.end(world.cast.session, row, str, author=Author(), now=_now(), expected_version=row.version)
    world.cast.session.commit()
    return Ask(f"/admin/calendars/{row.id}/return", dict)


def calendar_saved(world: World) -> Ask:
    """A calendar that is open round the clock on Mondays."""
    one = calendar_id(world)
    version = world.cast.session.scalar(select(CalendarRow.version).where(CalendarRow.id == one))
    sent = {"version": str(version), "name": "Kantor", "time_zone": "Asia/Jakarta", "hours-mon": "00:00-24:00"}
    return Ask(f"/admin/calendars/{one}", lambda: sent)


def decree(world: World) -> Ask:
    """A decree that takes all holidays of the coming year away but one, and the page that offers that."""
    one, year = calendar_id(world), _now().year + 1
    if decrees.of_year(world.cast.session, "ID", year) is None:
        days = [Decreed(date(year, 7, 20), "Hari Uji", joint=False)]
        decrees.write_down(world.cast.session, "ID", year, "SKB", days, now=_now(), expected_version=0)
    world.cast.session.commit()
    return Ask(f"/admin/calendars/{one}/decrees/{year}")


def decree_answered(world: World) -> Ask:
    path = decree(world).path
    version = world.cast.session.scalar(select(CalendarRow.version).where(CalendarRow.code == "kantor"))
    return Ask(path, lambda: {"version": str(version)})


def decree_written(world: World) -> Ask:
    year = _now().year + 2
    return Ask("/operator/calendar", lambda: {"year": str(year), "source": "SKB", "public": f"{year}-07-20 Hari Uji"})


CALLS: dict[tuple[str, str], Call | dict[str, Call]] = {
    ("admin_area_versions.page", "GET"): Call("admin", plain("/admin/areas/versions")),
    ("admin_area_versions.read", "POST"): Call(
        "admin", area_version_call("/reading", {"code": "kode", "name": "nama", "level": "jenis", "parent": ""})
    ),
    ("admin_area_versions.schedule", "POST"): Call("admin", area_version_call("/date", {"on": ""})),
    ("admin_area_versions.take", "POST"): Call("admin", outlines_file),
    ("admin_area_versions.version", "GET"): Call("admin", area_version_call()),
    ("admin_area_versions.withdraw", "POST"): Call("admin", area_version_call("/withdrawal", {})),
    ("admin_asset_import.apply", "POST"): Call("admin", staged_assets("/application")),
    ("admin_asset_import.look", "GET"): Call("admin", staged_assets()),
    ("admin_asset_import.page", "GET"): Call("admin", plain("/admin/assets/imports")),
    ("admin_asset_import.take", "POST"): Call("admin", assets_file),
    ("admin_asset_rules.add", "POST"): Call("admin", lambda _: Ask("/admin/assets/rules", data=lambda: ASSET_RULE)),
    ("admin_asset_rules.end", "POST"): Call("admin", asset_rule_ending),
    ("admin_asset_rules.page", "GET"): Call("admin", plain("/admin/assets/rules")),
    ("admin_assets.asset", "GET"): Call("admin", asset_of_barat()),
    ("admin_assets.end", "POST"): Call("admin", asset_of_barat("/ending", send=True)),
    ("admin_assets.labels", "GET"): Call("admin", plain("/admin/assets/labels")),
    ("admin_assets.page", "GET"): Call("admin", plain("/admin/assets")),
    ("admin_areas.area", "GET"): Call("admin", plain("/admin/areas/of/BRT.1")),
    ("admin_areas.page", "GET"): Call("admin", plain("/admin/areas")),
    ("admin_areas.reword", "POST"): Call("admin", area_words),
    ("admin_home.page", "GET"): Call("admin", plain("/admin")),
    ("admin_look.page", "GET"): Call("admin", plain("/admin/look")),
    ("admin_look.colours", "GET"): Call("admin", plain("/admin/look.css?colour=%230b5fa5")),
    ("admin_look.preview", "POST"): Call("admin", lambda world: Ask("/admin/look/preview", lambda: admin_look(world))),
    ("admin_look.save", "POST"): Call("admin", lambda world: Ask("/admin/look", lambda: admin_look(world))),
    ("admin_options.page", "GET"): Call("admin", plain("/admin/options")),
    ("admin_options.save", "POST"): Call("admin", lambda world: Ask("/admin/options", lambda: admin_options(world))),
    ("admin_texts.page", "GET"): Call("admin", plain("/admin/texts")),
    ("admin_texts.text", "GET"): Call("admin", plain(TEXT)),
    ("admin_texts.save", "POST"): Call("admin", lambda world: Ask(TEXT, lambda: admin_text(world))),
    ("admin_texts.preview", "POST"): Call("admin", lambda world: Ask(f"{TEXT}/preview", lambda: admin_text(world))),
    ("admin_texts.back", "POST"): Call("admin", lambda world: Ask(f"{TEXT}/default", dict)),
    ("admin_replies.page", "GET"): Call("admin", plain("/admin/replies")),
    ("admin_replies.new", "GET"): Call("admin", plain("/admin/replies/new")),
    ("admin_replies.add", "POST"): Call("admin", lambda _world: Ask("/admin/replies", lambda: NEW_REPLY)),
    ("admin_replies.one", "GET"): Call("admin", plain(REPLY)),
    ("admin_replies.change", "POST"): Call("admin", lambda world: Ask(REPLY, lambda: admin_reply(world))),
    ("admin_replies.drop", "POST"): Call("admin", lambda _world: Ask(f"{REPLY}/removal", dict)),
    ("admin_notices.page", "GET"): Call("admin", plain("/admin/notices")),
    ("admin_notices.new", "GET"): Call("admin", plain("/admin/notices/new")),
    ("admin_notices.add", "POST"): Call("admin", lambda world: Ask("/admin/notices", admin_notice)),
    ("admin_notices.notice", "GET"): Call("admin", lambda world: Ask(f"/admin/notices/{known_works(world).id}")),
    ("admin_notices.save", "POST"): Call("admin", admin_notice_post()),
    ("admin_notices.end", "POST"): Call("admin", admin_notice_post("/end")),
    ("alerts.form", "GET"): Call(None, plain("/alerts")),
    ("alerts.ask", "POST"): Call(
        None, lambda _world: Ask("/alerts", lambda: {"email": "siapa@contoh.example"}, harmless=True)
    ),
    ("alerts.link", "GET"): Call(None, alert_link("")),
    ("alerts.confirm", "POST"): Call(None, alert_link("/confirmation")),
    ("alerts.end", "POST"): Call(None, alert_link("/end")),
    ("works.page", "GET"): Call(None, lambda world: Ask(f"/works/{known_works(world).id}")),
    ("works.on_the_map", "GET"): Call(None, plain("/works.json")),
    ("works.follow", "POST"): Call(
        None,
        lambda world: Ask(
            f"/works/{known_works(world).id}/follow", lambda: {"email": "siapa@contoh.example"}, harmless=True
        ),
    ),
    ("works.link", "GET"): Call(None, works_link("")),
    ("works.confirm", "POST"): Call(None, works_link("/confirmation")),
    ("works.end", "POST"): Call(None, works_link("/end")),
    ("admin_domains.page", "GET"): Call("admin", plain("/admin/domains")),
    ("admin_domains.add", "POST"): Call("admin", new_domain),
    ("admin_domains.check", "POST"): Call("admin", own_domain("check")),
    ("admin_domains.remove", "POST"): Call("admin", own_domain("removal")),
    ("admin_standing.page", "GET"): Call("admin", plain("/admin/standing")),
    ("admin_standing.pause", "POST"): Call("admin", standing("pause")),
    ("admin_standing.leave", "POST"): Call("admin", leaving("")),
    ("admin_standing.confirm", "POST"): Call("admin", leaving("/confirmation")),
    ("admin_standing.stay", "POST"): Call("admin", leaving("/withdrawal")),
    ("operator_leaving.page", "GET"): Call("operator", plain("/operator/tenants/barat/leaving"), host=None),
    ("operator_leaving.stop", "POST"): Call("operator", leaving("/operator/tenants/barat/leaving/stop"), host=None),
    ("admin_standing.resume", "POST"): Call("admin", standing("resumption")),
    ("admin_standing.archive", "POST"): Call("admin", an_archive),
    ("admin_standing.download", "POST"): Call("admin", own_archive),
    ("house.crest", "GET"): Call(None, city_crest),
    ("privacy.imprint", "GET"): Call(None, plain("/imprint")),
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
    ("api-docs.openapi_json", "GET"): Call(None, plain("/api/v1/openapi.json")),
    ("api_docs.read", "GET"): Call(None, plain("/api/v1/docs")),
    ("api_complaints.complaint", "GET"): Call(None, api_complaint),
    ("api_complaints.file", "POST"): Call(None, api_filing),
    ("complaint.page", "GET"): Call(None, public_page),
    ("complaint.manage", "GET"): Call(None, manage_page),
    ("complaint.private_photo", "GET"): Call(None, manage_photo),
    ("complaint.answer", "POST"): Call(None, manage_move("answer", ("ask",), {"answer": "Di gang tiga."})),
    ("complaint.choose_way", "POST"): Call(None, manage_move("messages", (), {"channel": "none"})),
    ("complaint.confirm", "POST"): Call(None, manage_move("confirmation", ("start", "resolve"), {})),
    ("complaint.reopen", "POST"): Call(None, manage_move("reopening", ("start", "resolve"), {"reason": "Belum."})),
    ("complaint.resend", "POST"): Call(None, manage_resending),
    ("report.take_kept", "POST"): Call(None, report_kept),
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
    ("areas.index", "GET"): Call(None, lambda _world: Ask("/areas")),
    ("areas.page", "GET"): Call(None, lambda _world: Ask("/areas/BRT.1")),
    ("areas.feed", "GET"): Call(None, lambda _world: Ask("/feed.atom")),
    ("sharing.manifest", "GET"): Call(None, lambda _world: Ask("/manifest.webmanifest")),
    ("sharing.icon_of_pixels", "GET"): Call(None, plain("/icon-192.png")),
    ("sharing.icon", "GET"): Call(None, lambda _world: Ask("/icon.svg")),
    ("sharing.widget", "GET"): Call(None, lambda _world: Ask("/widget")),
    ("sharing.qr", "GET"): Call(None, qr_code),
    ("objecting.take", "POST"): Call(None, objection),
    ("adding.take", "POST"): Call(None, addition),
    ("staff_additions.show", "POST"): Call("supervisor", addition_decided("showing")),
    ("staff_additions.leave_out", "POST"): Call("supervisor", addition_decided("leaving")),
    ("own_data.page", "GET"): Call(None, manage_part("/data")),
    ("own_data.download", "GET"): Call(None, manage_part("/data.json")),
    ("own_data.correct", "POST"): Call(None, manage_move("data/contact", (), {"name": "Ani"})),
    ("own_data.forget", "POST"): Call(None, manage_move("data/forgetting", (), {})),
    ("own_data.erase", "POST"): Call(None, manage_move("data/erasure", ("withdraw",), {})),
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
    ("own_data.account", "GET"): Call("resident", lambda _world: Ask("/account/data.json")),
    ("own.reword", "POST"): Call(None, manage_move("words", (), {"description": "Lain.", "place": "Lain"})),
    ("own.hide", "POST"): Call(None, manage_move("privacy", (), {})),
    ("own.remove_photo", "POST"): Call(None, manage_own_photo),
    ("own.thank", "POST"): Call(None, manage_move("thanks", ("start", "resolve"), {"stars": "5"})),
    ("complaint.withdraw", "POST"): Call(None, manage_move("withdrawal", (), {})),
    ("following.choose", "POST"): Call(None, followers_link("/messages")),
    ("following.confirm", "POST"): Call(None, followers_link("/confirmation")),
    ("following.end", "POST"): Call(None, followers_link("/end")),
    ("following.follow", "POST"): Call(None, of_public("follow", {"email": "kenari@contoh.example"})),
    ("following.form", "GET"): Call(None, of_public("follow")),
    ("following.link", "GET"): Call(None, followers_link()),
    ("following.support", "POST"): Call(None, of_public("support", {})),
    ("figures.page", "GET"): {
        "of a city": Call(None, plain("/figures?period=365")),
        "of all cities": Call(None, plain("/figures"), host=None),
    },
    ("figures.download_of_cities", "GET"): Call(None, plain("/figures/cities.csv"), host=None),
    ("figures.download", "GET"): Call(None, plain("/figures/areas.csv")),
    ("figures.map_of_areas", "GET"): Call(None, plain("/figures/areas.geojson")),
    ("front.front", "GET"): Call(None, plain("/")),
    ("front.track", "GET"): Call(None, tracking),
    ("house.alive", "GET"): Call(None, plain("/healthz")),
    ("house.outline", "GET"): Call(None, plain("/outline.json")),
    ("house.public_photo", "GET"): Call(None, public_photo),
    ("house.ready", "GET"): Call(None, plain("/readyz")),
    ("metrics.metrics", "GET"): Call(None, plain("/metrics")),
    ("house.theme", "GET"): Call(None, plain("/theme.css")),
    ("incidents.confirm", "POST"): Call(None, incident_link("/confirmation")),
    ("incidents.end", "POST"): Call(None, incident_link("/end")),
    ("incidents.follow", "POST"): Call(None, of_incident("/follow", {"email": "kenari@contoh.example"}, public=True)),
    ("incidents.link", "GET"): Call(None, incident_link()),
    ("incidents.page", "GET"): Call(None, of_incident(public=True)),
    ("lists.account", "GET"): Call("resident", plain("/account")),
    ("lists.map_page", "GET"): Call(None, plain("/map")),
    ("lists.pins", "GET"): Call(None, plain("/map.json?bbox=106.8,-6.4,107.2,-6.1")),
    ("lists.public_list", "GET"): Call(None, plain("/complaints")),
    ("operator_claims.decide", "POST"): Call("operator", operator_claim_decision, host=None),
    ("operator_claims.domains", "GET"): Call("operator", plain("/operator/domains"), host=None),
    ("operator_claims.letter", "GET"): Call("operator", operator_claim("/letter"), host=None),
    ("operator_claims.one", "GET"): Call("operator", operator_claim(), host=None),
    ("operator_claims.page", "GET"): Call("operator", plain("/operator/claims"), host=None),
    ("operator_claims.publish_contact", "POST"): Call("operator", operator_contact, host=None),
    ("operator_claims.verify", "POST"): Call("operator", operator_domain, host=None),
    ("operator_disputes.decide", "POST"): Call("operator", operator_decision, host=None),
    ("operator_disputes.one", "GET"): Call("operator", operator_dispute, host=None),
    ("operator_disputes.page", "GET"): Call("operator", plain("/operator/disputes"), host=None),
    ("operator_outbox.message", "GET"): Call("operator", operator_message, host=None),
    ("operator_outbox.page", "GET"): Call("operator", plain("/operator/outbox"), host=None),
    ("operator_outbox.retry", "POST"): Call("operator", operator_retry, host=None),
    ("operator_breaches.begin", "POST"): Call("operator", breach_begun, host=None),
    ("operator_breaches.close", "POST"): Call("operator", operator_breach("/closing"), host=None),
    ("operator_breaches.download", "POST"): Call("operator", operator_breach("/list"), host=None),
    ("operator_breaches.one", "GET"): Call("operator", operator_breach(worded=True), host=None),
    ("operator_breaches.page", "GET"): Call("operator", plain("/operator/breaches"), host=None),
    ("operator_breaches.say", "POST"): Call("operator", operator_breach("/notes", said="Surat itu benar."), host=None),
    ("operator_breaches.send", "POST"): Call("operator", operator_breach("/sending", worded=True), host=None),
    ("operator_breaches.word", "POST"): Call("operator", operator_breach("/notice", **notice_words()), host=None),
    ("borders.ask", "POST"): Call(None, plain("/signup/borders"), host=None),
    ("borders.decide", "POST"): Call("admin", border_of("/admin/borders", "/decision")),
    ("borders.decide_above", "POST"): Call("operator", border_of("/operator/borders", "/decision"), host=None),
    ("borders.listed", "GET"): Call("operator", plain("/operator/borders"), host=None),
    ("borders.of_city", "GET"): Call("admin", plain("/admin/borders")),
    ("borders.of_claim", "GET"): Call(None, plain("/signup/borders"), host=None),
    ("borders.of_neighbour", "GET"): Call("admin", border_of("/admin/borders")),
    ("borders.of_operator", "GET"): Call("operator", border_of("/operator/borders"), host=None),
    ("catalogue_proposals.accept_free", "POST"): Call("operator", plain("/operator/catalogue/acceptance"), host=None),
    ("catalogue_proposals.decide", "POST"): Call("admin", proposal_of("/admin/borders/proposals", "/decision")),
    ("catalogue_proposals.decide_above", "POST"): Call(
        "operator", proposal_of("/operator/catalogue", "/decision", free=True), host=None
    ),
    ("catalogue_proposals.listed", "GET"): Call("operator", plain("/operator/catalogue"), host=None),
    ("catalogue_proposals.of_city", "GET"): Call("admin", proposal_of("/admin/borders/proposals")),
    ("catalogue_proposals.of_operator", "GET"): Call(
        "operator", proposal_of("/operator/catalogue", free=True), host=None
    ),
    ("commons_letter.end", "POST"): Call(None, commons_letter_end, host=None),
    ("commons_letter.page", "GET"): Call(None, commons_letter_end, host=None),
    ("entry.end", "POST"): Call("operator", entry_end),
    ("entry.form", "GET"): Call(None, entry_pass),
    ("entry.take", "POST"): Call(None, entry_pass),
    ("operator_tenants.leave", "POST"): Call("operator", operator_in("ending"), host=None),
    ("operator_tenants.open_city", "POST"): Call("operator", operator_in("pass"), host=None),
    ("operator_tenants.enter", "POST"): Call("operator", operator_entry, host=None),
    ("operator_tenants.entry_form", "GET"): Call("operator", plain("/operator/tenants/barat/entry"), host=None),
    ("admin_help.ask", "POST"): Call("admin", help_asked),
    ("operator_blocks.block", "POST"): Call("operator", operator_block, host=None),
    ("operator_blocks.end", "POST"): Call("operator", operator_block_end, host=None),
    ("operator_blocks.page", "GET"): Call("operator", plain("/operator/blocks"), host=None),
    ("operator_help.answer", "POST"): Call("operator", operator_question("/answer", answer="Sebab itu."), host=None),
    ("operator_help.close", "POST"): Call("operator", operator_question("/closing"), host=None),
    ("operator_help.one", "GET"): Call("operator", operator_question(), host=None),
    ("operator_help.page", "GET"): Call("operator", plain("/operator/help"), host=None),
    ("operator_maintenance.announce", "POST"): Call("operator", operator_banner, host=None),
    ("operator_maintenance.end", "POST"): Call("operator", operator_banner_end, host=None),
    ("operator_maintenance.page", "GET"): Call("operator", plain("/operator/maintenance"), host=None),
    ("operator_suspension.page", "GET"): Call("operator", operator_suspension("suspension", send=False), host=None),
    ("operator_suspension.resume", "POST"): Call("operator", operator_suspension("resumption"), host=None),
    ("operator_suspension.suspend", "POST"): Call("operator", operator_suspension("suspension"), host=None),
    ("operator_overview.page", "GET"): Call("operator", plain("/operator"), host=None),
    ("operator_tenants.page", "GET"): Call("operator", plain("/operator/tenants"), host=None),
    ("places.categories", "GET"): Call(None, plain("/api/v1/categories")),
    ("places.locate", "GET"): Call(None, plain("/api/v1/locate?lat=-6.25&lon=106.95")),
    ("privacy.privacy", "GET"): Call(None, plain("/privacy")),
    ("report.form", "GET"): Call(None, plain("/report")),
    ("report.photo", "GET"): Call(None, report_photo),
    ("report.preview", "POST"): Call(None, report_preview),
    ("report.take", "POST"): Call(None, report_step),
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
    ("governments.page", "GET"): Call(None, plain("/governments"), host=None),
    ("signup_live.enter", "POST"): Call(None, plain("/signup/portal"), host=None),
    ("signup_live.form", "GET"): Call(None, plain("/signup/live"), host=None),
    ("signup_live.go_live", "POST"): Call(None, plain("/signup/live"), host=None),
    ("signup_live.letter", "POST"): Call(None, plain("/signup/letter"), host=None),
    ("signup_live.poster", "GET"): Call(None, plain("/signup/poster"), host=None),
    ("signup_people.form", "GET"): Call(None, plain("/signup/people"), host=None),
    ("signup_people.invite", "POST"): Call(None, plain("/signup/people"), host=None),
    ("signup_place.ask", "POST"): Call(None, plain("/signup/asking"), host=None),
    ("signup_place.bring", "POST"): Call(None, plain("/signup/boundary"), host=None),
    ("signup_place.choose", "POST"): Call(None, plain("/signup/place"), host=None),
    ("signup_place.dispute", "POST"): Call(None, plain("/signup/dispute"), host=None),
    ("signup_place.form", "GET"): Call(None, plain("/signup/place"), host=None),
    ("signup_check.form", "GET"): Call(None, plain("/signup/check"), host=None),
    ("signup_rehearsal.form", "GET"): Call(None, plain("/signup/rehearsal"), host=None),
    ("signup_rehearsal.outline", "GET"): Call(None, plain("/signup/outline.svg"), host=None),
    ("signup_rehearsal.send", "POST"): Call(None, plain("/signup/rehearsal"), host=None),
    ("signup_check.save", "POST"): Call(None, plain("/signup/check"), host=None),
    ("signup_check.colours", "GET"): Call(None, plain("/signup/colours.css"), host=None),
    ("signup_check.crest", "GET"): Call(None, plain("/signup/crest"), host=None),
    ("signup_you.begin", "POST"): Call(None, sign_up_begin, host=None),
    ("signup_you.code_form", "GET"): Call(None, plain("/signup/code"), host=None),
    ("signup_you.confirm_by_code", "POST"): Call(None, sign_up_code, host=None),
    ("signup_you.confirm_by_link", "POST"): Call(None, sign_up_link, host=None),
    ("signup_you.end", "POST"): Call(None, plain("/signup/end"), host=None),
    ("signup_you.form", "GET"): Call(None, plain("/signup"), host=None),
    ("signup_you.link_form", "GET"): Call(None, sign_up_link, host=None),
    ("welcome.form", "GET"): Call(None, invitation),
    ("welcome.take_seat", "POST"): Call(None, accepted_invitation),
    ("staff_about.pick", "POST"): Call("supervisor", staff_object),
    ("staff_complaint.page", "GET"): Call("supervisor", staff_page),
    ("staff_complaint.undo", "POST"): Call("supervisor", staff_undo),
    ("staff_complaint.picture", "GET"): Call("supervisor", staff_photo),
    ("staff_incidents.answer", "POST"): Call("supervisor", of_incident("/answers", {"note": "Kata", "closes": "yes"})),
    ("staff_incidents.attach", "POST"): Call("supervisor", incident_members),
    ("staff_incidents.detach", "POST"): Call("supervisor", incident_removal),
    ("staff_incidents.form", "GET"): Call("supervisor", plain("/staff/incidents/new")),
    ("staff_incidents.one", "GET"): Call("supervisor", of_incident()),
    ("staff_incidents.open_one", "POST"): Call(
        "supervisor", lambda world: Ask("/staff/incidents", lambda: dict(NEW_INCIDENT))
    ),
    ("staff_incidents.page", "GET"): Call("officer", plain("/staff/incidents")),
    ("staff_correction.form", "GET"): Call("supervisor", staff_correction_form),
    ("staff_correction.correct", "POST"): Call("supervisor", staff_correction),
    ("staff_kept.page", "GET"): Call("officer", plain("/staff/kept")),
    ("staff_kept.send", "POST"): Call("supervisor", kept_move),
    ("staff_reads.ask", "GET"): Call("admin", lambda world: Ask(f"/staff/complaints/{world.private()}/reporter")),
    ("staff_reads.open_reporter", "POST"): Call("admin", staff_reporter),
    ("staff_reads.log", "GET"): Call("supervisor", plain("/staff/reads")),
    ("staff_selection.make", "POST"): {
        name: Call("supervisor", staff_selection(name)) for name in ("take", "assign", "note", "reject", "hand_over")
    },
    ("staff_fieldwork.approve", "POST"): Call("supervisor", crews("approval", back=True)),
    ("staff_fieldwork.page", "GET"): Call("supervisor", crews(back=True, send=False)),
    ("staff_fieldwork.recall", "POST"): Call("supervisor", crews("recall")),
    ("staff_fieldwork.send", "POST"): Call("supervisor", crews()),
    ("staff_fieldwork.send_back", "POST"): Call("supervisor", crews("return", back=True)),
    ("work.deliver", "POST"): Call(None, work(send=True)),
    ("work.page", "GET"): Call(None, work()),
    ("work.picture", "GET"): Call(None, work_photo),
    ("staff_parts.ask", "POST"): Call("supervisor", part()),
    ("staff_parts.end", "POST"): {
        one: Call("supervisor", part(one)) for one in ("completion", "refusal", "cancellation")
    },
    ("staff_parts.mine", "GET"): Call("officer", plain("/staff/parts")),
    ("staff_parts.page", "GET"): Call("supervisor", part(send=False)),
    ("staff_moves.fill_in", "GET"): {one: Call("admin", staff_form(one)) for one in EACH_RESOURCE},
    ("staff_moves.make", "POST"): {one: Call("admin", staff_move(one)) for one in EACH_RESOURCE},
    ("staff_composer.colleagues", "GET"): Call("supervisor", staff_colleagues),
    ("staff_moves.say", "POST"): Call("supervisor", staff_remark),
    ("staff_calling.form", "GET"): Call("officer", plain("/staff/report")),
    ("staff_calling.take", "POST"): Call("officer", calling),
    ("staff_done.form", "GET"): Call("officer", plain("/staff/report/done")),
    ("staff_done.take", "POST"): Call("officer", done_work),
    ("staff_figures.page", "GET"): Call("officer", plain("/staff/figures?period=30&agency=uptd")),
    ("staff_figures.download", "GET"): Call("supervisor", plain("/staff/figures/people.csv")),
    ("staff_morning.page", "GET"): Call("supervisor", plain("/staff/morning")),
    ("staff_preferences.add_device", "POST"): Call("officer", lambda world: Ask("/staff/push", device)),
    ("staff_preferences.take_devices_off", "POST"): Call("officer", lambda world: Ask("/staff/push/removal", dict)),
    ("complaint.add_device", "POST"): Call(None, manage_move("push", (), DEVICE)),
    ("complaint.take_devices_off", "POST"): Call(None, manage_move("push/removal", (), {})),
    ("service_worker.script", "GET"): Call(None, plain("/service-worker.js")),
    ("admin_categories.page", "GET"): Call("admin", plain("/admin/categories")),
    ("admin_categories.arrange", "POST"): Call("admin", category_form("/order", "up")),
    ("admin_categories.change_several", "POST"): Call(
        "admin", category_form("/bulk", "id", change="visibility=private")
    ),
    ("admin_category_files.page", "GET"): Call("admin", plain("/admin/categories/files")),
    ("admin_category_files.download", "GET"): Call("admin", plain("/admin/categories/list.csv")),
    ("admin_category_files.read", "POST"): Call("admin", category_file(None)),
    ("admin_category_files.take_over", "POST"): Call("admin", category_file("taking")),
    ("category_templates.shelf", "GET"): Call("admin", plain("/admin/categories/templates?q=kota")),
    ("admin_category_publishing.page", "GET"): Call("admin", plain("/admin/categories/publishing")),
    ("admin_category_publishing.publish", "POST"): Call(
        "admin", lambda world: Ask("/admin/categories/publishing", lambda: {"name-id": "Katalog kami", "codes": "pju"})
    ),
    ("admin_category_publishing.withdraw", "POST"): Call("admin", template_withdrawn),
    ("category_templates.page", "GET"): Call("admin", plain("/admin/categories/templates/kabupaten")),
    ("category_templates.take_over", "POST"): Call(
        "admin", lambda world: Ask("/admin/categories/templates/kota", lambda: {"code": "halte"})
    ),
    ("admin_whose.page", "GET"): Call("admin", plain("/admin/who-gets-this?category=pju&area=utara")),
    ("admin_category.begin", "GET"): Call("admin", plain("/admin/categories/new")),
    ("admin_category.make", "POST"): Call("admin", lambda world: Ask("/admin/categories/new", lambda: CATEGORY)),
    ("admin_category.page", "GET"): Call("admin", category("")),
    ("admin_category.change", "POST"): Call("admin", category("", **{"go": "look"})),
    ("admin_category.preview", "POST"): Call("admin", lambda world: Ask("/admin/categories/preview", lambda: CATEGORY)),
    ("admin_category.end", "POST"): Call("admin", category("/end")),
    ("admin_category.bring_back", "POST"): Call("admin", category("/return", ended=True)),
    ("admin_category.of_code", "GET"): Call("admin", plain("/admin/categories/of/pju")),
    ("admin_messages.open_again", "POST"): Call("admin", closed_destination),
    ("admin_messages.page", "GET"): Call("admin", plain("/admin/messages")),
    ("admin_plan.page", "GET"): Call("admin", of_plan("/admin/plan")),
    ("admin_plan.choose", "POST"): Call(
        "admin", of_plan("/admin/plan", plan="city", population="300.000", way="invoice", months="3")
    ),
    ("admin_plan.end", "POST"): Call("admin", of_plan("/admin/plan/end")),
    ("admin_plan.go_on", "POST"): Call("admin", by_card("/admin/plan/return")),
    ("admin_plan.pay", "POST"): Call("admin", by_card("/admin/plan/payment", runs=False)),
    ("admin_plan.portal", "POST"): Call("admin", by_card("/admin/plan/portal")),
    ("admin_plan.read", "POST"): Call("admin", by_card("/admin/plan/reading")),
    **{
        (f"billing_public.{name}", "GET"): Call(None, plain(path), host=None)
        for name, path in (
            ("prices", "/prices"),
            ("agreement", "/agreement"),
            ("agreement_text", "/agreement.txt"),
            ("hosting", "/where-data-lies"),
            ("exit_plan", "/exit-plan"),
        )
    },
    ("billing_hook.receive", "POST"): Call(None, billing_event, host=None),
    ("admin_plan.invoice", "GET"): Call("admin", of_invoice("/admin/plan/invoices")),
    ("admin_plan.complete", "POST"): Call("admin", of_invoice("/admin/plan/invoices", data={"order_number": "SPK/1"})),
    ("admin_plan.bring", "POST"): Call("admin", with_paper("/admin/plan/invoices")),
    ("admin_plan.paper", "GET"): Call("admin", paper("/admin/plan/files")),
    ("operator_plans.page", "GET"): Call("operator", of_plan("/operator/plans?plan=city"), host=None),
    ("operator_plans.city", "GET"): Call("operator", of_plan("/operator/plans/barat"), host=None),
    ("operator_plans.agree", "POST"): Call(
        "operator", of_plan("/operator/plans/barat/agreement", Plan.ARRANGED, monthly="5.000.000"), host=None
    ),
    ("operator_plans.issue", "POST"): Call("operator", of_plan("/operator/plans/barat/invoices"), host=None),
    ("operator_plans.invoice", "GET"): Call("operator", of_invoice("/operator/plans/barat/invoices"), host=None),
    ("operator_plans.mark_paid", "POST"): Call(
        "operator",
        of_invoice("/operator/plans/barat/invoices", "/payment", {"paid_on": f"{_now():%Y-%m-%d}"}),
        host=None,
    ),
    ("operator_plans.bring", "POST"): Call("operator", with_paper("/operator/plans/barat/invoices"), host=None),
    ("operator_plans.paper", "GET"): Call("operator", paper("/operator/plans/barat/files"), host=None),
    ("admin_bundle.page", "GET"): Call("admin", plain("/admin/bundle")),
    ("admin_bundle.download", "GET"): Call("admin", plain("/admin/bundle.zip")),
    ("admin_bundle.look", "POST"): Call("admin", lambda world: Ask("/admin/bundle", lambda: brought(world))),
    ("admin_bundle.apply", "POST"): Call("admin", bundle_application),
    ("admin_changes.page", "GET"): Call("admin", plain("/admin/changes?section=categories")),
    ("admin_changes.download", "GET"): Call("admin", plain("/admin/changes.csv")),
    ("admin_changes.one", "GET"): Call("admin", lambda world: Ask(f"/admin/changes/{setting_changed(world)}")),
    ("admin_changes.restore", "POST"): Call("admin", setting_restored),
    ("admin_messages.retry", "POST"): Call("admin", admin_retry),
    ("admin_rules.page", "GET"): Call("admin", plain("/admin/rules?category=pju")),
    ("admin_rules.new", "GET"): Call("admin", plain("/admin/rules/new?category=pju")),
    ("admin_rules.add", "POST"): Call("admin", rule_form),
    ("admin_rules.draw", "POST"): Call("admin", lambda world: rule_form(world, "/form")),
    ("admin_calendars.page", "GET"): Call("admin", plain("/admin/calendars")),
    ("admin_calendars.one", "GET"): Call(
        "admin",
        lambda world: Ask(f"/admin/calendars/{calendar_id(world)}?rule=pju&start=2026-03-09T15:00&year=2026"),
    ),
    ("admin_calendars.form", "GET"): Call("admin", lambda world: Ask(f"/admin/calendars/{calendar_id(world)}/form")),
    ("admin_calendars.new", "GET"): Call("admin", plain("/admin/calendars/new")),
    ("admin_calendars.add", "POST"): Call(
        "admin",
        lambda world: Ask(
            "/admin/calendars",
            lambda: {"name": f"Jam {uuid4().hex}", "time_zone": "Asia/Jakarta", "hours-mon": "08:00-12:00"},
        ),
    ),
    ("admin_calendars.end", "POST"): Call("admin", calendar_ended),
    ("admin_calendars.bring_back", "POST"): Call("admin", calendar_back),
    ("admin_calendars.decree", "GET"): Call("admin", decree),
    ("admin_calendars.answer", "POST"): Call("admin", decree_answered),
    ("operator_calendar.page", "GET"): Call("operator", plain("/operator/calendar"), host=None),
    ("operator_calendar.save", "POST"): Call("operator", decree_written, host=None),
    ("admin_calendars.change", "POST"): Call("admin", calendar_saved),
    ("admin_trying.page", "POST"): Call("admin", lambda world: rule_form(world, "/what-if")),
    ("admin_rules.one", "GET"): Call("admin", lambda world: Ask(f"/admin/rules/{rule_id(world)}")),
    ("admin_rules.change", "POST"): Call("admin", lambda world: rule_form(world, "/{rule}")),
    ("admin_rules.end", "POST"): Call("admin", lambda world: rule_form(world, "/{rule}/end")),
    ("hooks.deliveries", "POST"): Call(None, hook_call, host=None),
    ("hooks.replies", "POST"): Call(None, reply_call, host=None),
    ("unsubscribing.end", "POST"): Call(None, unsubscribing),
    ("unsubscribing.page", "GET"): Call(None, unsubscribing_page),
    ("staff_preferences.form", "GET"): Call("officer", plain("/staff/preferences")),
    ("staff_preferences.save", "POST"): Call("officer", staff_preferences),
    ("staff_queue.page", "GET"): Call("officer", plain("/staff")),
    ("staff_files.download", "GET"): Call("supervisor", staff_file),
    ("staff_map.page", "GET"): Call("officer", plain("/staff/map")),
    ("staff_map.places", "GET"): Call("officer", plain("/staff/map.json?bbox=106.9,-6.3,107,-6.2")),
    ("staff_queue.changes", "GET"): Call("officer", plain("/staff/changes?tab=all")),
    ("staff_own_lists.save", "POST"): Call("officer", new_list),
    ("staff_own_lists.change", "POST"): Call("officer", own_list("")),
    ("staff_own_lists.remove", "POST"): Call("officer", own_list("/removal")),
    ("staff_own_lists.watch", "POST"): Call("officer", staff_watch),
    ("staff_route.page", "GET"): Call("officer", plain("/staff/route")),
    ("staff_checks.page", "GET"): Call("admin", staff_checks),
    ("staff_checks.one", "GET"): Call("admin", staff_check),
    ("staff_checks.judge", "POST"): Call("admin", staff_check_verdict),
    ("staff_comparing.page", "GET"): Call("admin", staff_work),
    ("staff_comparing.judge", "POST"): Call("admin", staff_verdict),
    ("staff_validation.page", "GET"): Call("supervisor", plain("/staff/validation")),
}
"""By endpoint and method; where one address stands for several, each by its name."""
