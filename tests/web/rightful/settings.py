"""The rightful calls of what its administrators set."""

import io
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from complaints.photos.storage import STAGING
from complaints.together.works import Works
from configuration import (
    calendars,
    decrees,
    domains,
    editing,
    ledger,
    notices,
)
from configuration.editing import Author
from messages import destination
from messages.destination import Closed
from messages.outbox import State
from onboarding.bundle import write_bundle
from onboarding.export import export_tenant
from tenants.calendar import CalendarRow
from tenants.category import Category
from tenants.holiday_decree import Decreed
from tenants.sla_rule import SlaRule
from tenants.tenant import Tenant
from tests.cast import IN_BARAT
from tests.web.rightful.world import Ask, Call, World, clock, plain


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
    made = editing.change(world.cast.session, category, {"name": name}, author=author, now=clock())
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
    destination.close(world.cast.session, "email", address, Closed.FAILING, "550 5.1.1", clock())
    found = destination.all_closed(world.cast.session, 100)
    closed_id = next(one.id for one in found if one.hint == destination.hint_of("email", address))
    world.cast.session.commit()
    return Ask(f"/admin/destinations/{closed_id}/opening", dict)


def help_asked(_world: World) -> Ask:
    return Ask("/admin/help", lambda: {"question": "Sebab itu.", "page": "/admin/agencies"})


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


NEW_REPLY = {"title-id": "Laporan", "text-id": "Kami datang besok."}


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
    made = notices.add(world.cast.session, card, book, notice, author=Author(actor.seat_id), now=clock())
    world.cast.session.commit()
    return made


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
        row = domains.add(world.cast.session, office, card, "lapor.barat.example", "portal", author=author, now=clock())
        world.cast.session.commit()
        return Ask(f"/admin/domains/{row.id}/{step}", dict)

    return make


def new_domain(world: World) -> Ask:
    data = {"host": f"l{uuid4().hex[:6]}.barat.example", "use": "mail"}
    return Ask("/admin/domains", lambda: data)


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


def calendar_id(world: World) -> UUID:
    world.cast.enter("barat")
    return world.cast.session.scalars(select(CalendarRow.id).where(CalendarRow.code == "kantor")).one()


def new_calendar(world: World) -> CalendarRow:
    """A calendar that nobody counts by."""
    world.cast.enter("barat")
    document = {"time_zone": "Asia/Jakarta", "hours": {"mon": ["08:00-16:00"]}}
    row = calendars.add(world.cast.session, {"id": f"Jam {uuid4().hex}"}, document, author=Author(), now=clock())
    world.cast.session.commit()
    return row


def calendar_ended(world: World) -> Ask:
    row = new_calendar(world)
    sent = {"version": str(row.version)}
    return Ask(f"/admin/calendars/{row.id}/ending", lambda: sent)


def calendar_back(world: World) -> Ask:
    row = new_calendar(world)
    calendars.end(world.cast.session, row, str, author=Author(), now=clock(), expected_version=row.version)
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
    one, year = calendar_id(world), clock().year + 1
    if decrees.of_year(world.cast.session, "ID", year) is None:
        days = [Decreed(date(year, 7, 20), "Hari Uji", joint=False)]
        decrees.write_down(world.cast.session, "ID", year, "SKB", days, now=clock(), expected_version=0)
    world.cast.session.commit()
    return Ask(f"/admin/calendars/{one}/decrees/{year}")


def decree_answered(world: World) -> Ask:
    path = decree(world).path
    version = world.cast.session.scalar(select(CalendarRow.version).where(CalendarRow.code == "kantor"))
    return Ask(path, lambda: {"version": str(version)})


def decree_written(world: World) -> Ask:
    year = clock().year + 2
    return Ask("/operator/calendar", lambda: {"year": str(year), "source": "SKB", "public": f"{year}-07-20 Hari Uji"})


CALLS: dict[tuple[str, str], Call | dict[str, Call]] = {
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
    ("admin_domains.page", "GET"): Call("admin", plain("/admin/domains")),
    ("admin_domains.add", "POST"): Call("admin", new_domain),
    ("admin_domains.check", "POST"): Call("admin", own_domain("check")),
    ("admin_domains.remove", "POST"): Call("admin", own_domain("removal")),
    ("admin_help.ask", "POST"): Call("admin", help_asked),
    ("admin_messages.open_again", "POST"): Call("admin", closed_destination),
    ("admin_messages.page", "GET"): Call("admin", plain("/admin/messages")),
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
}
