"""The rightful calls of the officials' console."""

import io
from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from complaints import pausing
from complaints.finding import saved_list
from complaints.workflow import MOVES
from messages.preferences import OFFICIALS
from tests.cast import IN_BARAT, jpeg
from tests.web.rightful.world import DEVICE, EACH_RESOURCE, SHOWN, Ask, Call, World, clock, plain
from web.staff.moves import BY_RESOURCE


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


def for_resource(world: World, resource: str) -> UUID:
    """A complaint from whose status the move of a resource can be made, in a city that has the step switched on."""
    name = BY_RESOURCE[resource]
    step = next(move.step for (_, one), move in MOVES.items() if one == name)
    world.switch(step.value if step else None)
    if name == "hand_over":  # it crosses, as it should, so no secret is in it
        return world.cast.complaint("barat", visibility="private", now=clock())
    if name == "conceal":
        return world.cast.complaint("barat", now=clock())
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
        ids = [world.cast.complaint("barat", visibility="private", now=clock()) if crosses else world.private()]
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


def device() -> Mapping[str, Any]:
    return DEVICE


def staff_object(world: World) -> Ask:
    world.asset("PJU-KENARI")
    complaint_id = world.cast.complaint("barat", category="pju", at=(106.95, -6.25), now=clock())
    said = {"asset": "PJU-KENARI", "version": world.version(complaint_id)}
    return Ask(f"/staff/complaints/{complaint_id}/object", data=lambda: said)


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
        row = saved_list.save(world.cast.session, seat_id, "Saya", {"tab": "late"}, clock())
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


def staff_form(resource: str) -> Callable[[World], Ask]:
    return lambda world: Ask(f"/staff/complaints/{for_resource(world, resource)}/{resource}")


def staff_move(resource: str) -> Callable[[World], Ask]:
    def make(world: World) -> Ask:
        complaint_id = for_resource(world, resource)
        version = world.version(complaint_id)
        agency = str(world.agency("uptd"))
        target = world.reference(world.private()) if resource == "merging" else ""
        date = (clock() + timedelta(days=4)).date().isoformat()

        def data() -> Mapping[str, Any]:
            return {
                "version": version, "note": "Selesai.", "question": "Di mana?", "reason": "Sebab itu.",
                "agency": agency, "date": date, "tenant": "timur", "target": target,
                "photo": (io.BytesIO(jpeg()), "bukti.jpg"),
            }  # fmt: skip

        return Ask(f"/staff/complaints/{complaint_id}/{resource}", data)

    return make


def addition_decided(what: str) -> Callable[[World], Ask]:
    def make(world: World) -> Ask:
        complaint_id, number = world.added_to()
        version = world.version(complaint_id)
        return Ask(f"/staff/complaints/{complaint_id}/additions/{number}/{what}", lambda: {"version": version})

    return make


def kept_move(world: World) -> Ask:
    complaint_id = world.private()
    version, key = world.version(complaint_id), uuid4().hex
    seat = str(world.cast.actor("barat", "supervisor").seat_id)
    form = {"version": version, "key": key, "seat": seat, "note": "Kata"}
    return Ask(f"/staff/kept/{complaint_id}/note", lambda: dict(form))


def calling(world: World) -> Ask:
    lon, lat = IN_BARAT
    form = {
        "go": "send", "q": "Jalan berlubang", "spot": f"{lat}, {lon}", "channel": "phone",
        "description": "Lubang di jalan.", "asked": "kedalaman pernah-celaka", "shown_tenant": "barat",
    }  # fmt: skip
    return Ask(
        "/staff/report", lambda: {**form, "draft": uuid4().hex}, harmless=True
    )  # what any city hears of is routed to whom it belongs


CALLS: dict[tuple[str, str], Call | dict[str, Call]] = {
    ("staff_additions.show", "POST"): Call("supervisor", addition_decided("showing")),
    ("staff_additions.leave_out", "POST"): Call("supervisor", addition_decided("leaving")),
    ("lists.account", "GET"): Call("resident", plain("/account")),
    ("lists.map_page", "GET"): Call(None, plain("/map")),
    ("lists.pins", "GET"): Call(None, plain("/map.json?bbox=106.8,-6.4,107.2,-6.1")),
    ("lists.public_list", "GET"): Call(None, plain("/complaints")),
    ("staff_about.pick", "POST"): Call("supervisor", staff_object),
    ("staff_complaint.page", "GET"): Call("supervisor", staff_page),
    ("staff_complaint.undo", "POST"): Call("supervisor", staff_undo),
    ("staff_complaint.picture", "GET"): Call("supervisor", staff_photo),
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
    ("staff_moves.fill_in", "GET"): {one: Call("admin", staff_form(one)) for one in EACH_RESOURCE},
    ("staff_moves.make", "POST"): {one: Call("admin", staff_move(one)) for one in EACH_RESOURCE},
    ("staff_composer.colleagues", "GET"): Call("supervisor", staff_colleagues),
    ("staff_moves.say", "POST"): Call("supervisor", staff_remark),
    ("staff_calling.form", "GET"): Call("officer", plain("/staff/report")),
    ("staff_calling.take", "POST"): Call("officer", calling),
    ("staff_figures.page", "GET"): Call("officer", plain("/staff/figures?period=30&agency=uptd")),
    ("staff_figures.download", "GET"): Call("supervisor", plain("/staff/figures/people.csv")),
    ("staff_morning.page", "GET"): Call("supervisor", plain("/staff/morning")),
    ("staff_preferences.add_device", "POST"): Call("officer", lambda world: Ask("/staff/push", device)),
    ("staff_preferences.take_devices_off", "POST"): Call("officer", lambda world: Ask("/staff/push/removal", dict)),
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
    ("staff_validation.page", "GET"): Call("supervisor", plain("/staff/validation")),
}
