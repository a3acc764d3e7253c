"""The rightful calls of parts, crews, checks and incidents."""

import io
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from complaints import handling
from complaints.field_check import FieldCheck
from complaints.handling import Carried
from complaints.together import incident, incident_following
from complaints.workflow import Need
from tests.cast import IN_BARAT, jpeg, photo
from tests.web.rightful.staff import for_resource
from tests.web.rightful.world import SHOWN, Ask, Call, World, clock, plain


def staff_work(world: World) -> Ask:
    return Ask(f"/staff/complaints/{for_resource(world, 'validation')}/work")


def staff_verdict(world: World) -> Ask:
    complaint_id = for_resource(world, "validation")
    version = world.version(complaint_id)
    return Ask(f"/staff/complaints/{complaint_id}/work/verdict", lambda: {"verdict": "validate", "version": version})


def _drawn(world: World) -> UUID:
    """A check that waits, of work that somebody else did."""
    complaint_id = world.private("start")
    card = world.cast.city("barat")
    hundred = replace(card, options={**card.options, "field_check_percent": 100})
    carried = Carried(words={Need.NOTE: SHOWN["inner note"]}, photos=[photo()])
    actor, complaint = world.cast.actor("barat", "supervisor"), world.cast.read("barat", complaint_id)
    handling.move(
        world.cast.session, world.cast.office, complaint, "resolve",
        actor=actor, card=hundred, now=clock(), carried=carried,
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
        how = {"sure": False, "card": card, "language": "id", "now": clock()}
        email = "kenari@contoh.example"
        follower = incident_following.follow(world.cast.session, office, found, email, **how)
        path = incident_following.link_of(office, card, follower.id).removeprefix("http://barat.localhost")
        wrong = f"/incidents/following/{follower.id}/{'0' * 40}"
        world.cast.session.commit()
        return Ask(f"{path}{resource}", dict if resource else None, as_stranger=f"{wrong}{resource}")

    return make


NEW_INCIDENT = {"title": "Kata", "text": "Kata"}


def done_work(world: World) -> Ask:
    lon, lat = IN_BARAT
    form = {"draft": uuid4().hex, "q": "Jalan berlubang", "spot": f"{lat}, {lon}", "note": "Selesai."}
    return Ask("/staff/report/done", lambda: form)


CALLS: dict[tuple[str, str], Call | dict[str, Call]] = {
    ("incidents.confirm", "POST"): Call(None, incident_link("/confirmation")),
    ("incidents.end", "POST"): Call(None, incident_link("/end")),
    ("incidents.follow", "POST"): Call(None, of_incident("/follow", {"email": "kenari@contoh.example"}, public=True)),
    ("incidents.link", "GET"): Call(None, incident_link()),
    ("incidents.page", "GET"): Call(None, of_incident(public=True)),
    ("staff_incidents.answer", "POST"): Call("supervisor", of_incident("/answers", {"note": "Kata", "closes": "yes"})),
    ("staff_incidents.attach", "POST"): Call("supervisor", incident_members),
    ("staff_incidents.detach", "POST"): Call("supervisor", incident_removal),
    ("staff_incidents.form", "GET"): Call("supervisor", plain("/staff/incidents/new")),
    ("staff_incidents.one", "GET"): Call("supervisor", of_incident()),
    ("staff_incidents.open_one", "POST"): Call(
        "supervisor", lambda world: Ask("/staff/incidents", lambda: dict(NEW_INCIDENT))
    ),
    ("staff_incidents.page", "GET"): Call("officer", plain("/staff/incidents")),
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
    ("staff_done.form", "GET"): Call("officer", plain("/staff/report/done")),
    ("staff_done.take", "POST"): Call("officer", done_work),
    ("staff_checks.page", "GET"): Call("admin", staff_checks),
    ("staff_checks.one", "GET"): Call("admin", staff_check),
    ("staff_checks.judge", "POST"): Call("admin", staff_check_verdict),
    ("staff_comparing.page", "GET"): Call("admin", staff_work),
    ("staff_comparing.judge", "POST"): Call("admin", staff_verdict),
}
