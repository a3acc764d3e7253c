"""Where a report goes, and what is promised there: looked up before it is filed, and written when it is."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Session

from complaints import asset
from complaints.asset import AssetEntry
from complaints.clock import Pause
from complaints.clocks.promise import NOTHING_PROMISED, Dues, dues
from complaints.intake import LOGGED
from complaints.office import Office
from complaints.overlay import Overlaid, overlaid
from complaints.report import Report
from complaints.rules.asset_rule import AssetRuleEntry
from complaints.rules.belonging import belonging
from complaints.rules.rulebook import CategoryEntry, Rulebook, RuleEntry
from tenants import locate, scope
from tenants.category import Place, Visibility, stricter
from tenants.directory import TenantCard
from tenants.errors import Invalid
from tenants.locate import Decision, NearBorder
from tenants.tenant import Stage
from tenants.working_time import Calendar


@dataclass(frozen=True)
class Destination:
    """Where a report goes and what is promised there, before or after it is filed. calendar: of who gets it.

    asset: the object of that tenant that it is about. overlaid: how another tenant's object led here.
    """

    card: TenantCard
    decision: Decision
    category: CategoryEntry
    area_id: UUID | None
    agency_id: UUID | None
    rule: RuleEntry | None
    dues: Dues
    calendar: Calendar | None
    visibility: Visibility
    pauses: Sequence[Pause] = ()
    asset: AssetEntry | None = None
    asset_rule: AssetRuleEntry | None = None
    overlaid: Overlaid | None = None


def destination(
    session: Session,
    office: Office,
    report: Report,
    host: TenantCard | None,
    now: datetime,
    *,
    priority: str = "normal",
) -> Destination:
    """Route a report and look up what its city promises; nothing is written.

    host: the tenant of the address, None on the national host. priority: reports come in as normal ones; another asks
    what would be promised then. Raises Invalid naming the field.
    """
    card, decision = route(session, office, report, host, now)
    book = office.rulebooks.of(session, card)
    category = _category_there(session, office, report, card, book, host)
    led = None
    if report.channel != LOGGED:  # what officials write down as done, they have done
        led = overlaid(session, office, card, category, report.asset, (report.lon, report.lat), now)
    if led is not None:
        card, decision, category = led.card, led.decision(decision), led.category
        book = office.rulebooks.of(session, card)
    if card.stage == Stage.PAUSED and report.channel != LOGGED and report.filed_by is None:
        # Without a point it can't wait in the commons: nobody would know whose it is once the city goes on.
        raise Invalid(
            "%(city)s has paused on this platform and takes no new reports of this kind. Please turn to its office.",
            city=card.name.get(report.language) or next(iter(card.name.values()), card.slug),
            field="category",
        )
    in_words = report.placed_in_words and bool(report.place) and not card.is_commons
    if category.place == Place.EXACT and report.lon is None and not in_words:
        raise Invalid("Say where it is: choose the place on the map, or describe it in words.", field="place")
    about = _asset(session, report, card) if led is None else None
    to = belonging(
        book,
        category,
        lon=report.lon,
        lat=report.lat,
        priority=priority,
        kind=report.kind,
        attributes=about.attributes if about else None,
    )
    if report.channel != LOGGED and report.filed_by is None:  # officials write down whatever reaches them
        placed = to.area_id is not None or report.lon is not None
        around = [area.code for area in book.areas_up(to.area_id)] if placed else None
        book.launch.check(category.code, around if category.place != Place.NONE else None)
    calendar = book.calendar_of(to.agency_id)
    promised = (
        dues(
            to.rule.milestones,
            to.rule.ceiling,
            report.answers,
            received_at=now,
            clock_from_at=now,
            calendar=calendar,
            citys=book.calendar,
            pauses=book.pauses,
        )
        if to.rule
        else NOTHING_PROMISED
    )
    return Destination(
        card=card,
        decision=decision,
        category=category,
        area_id=to.area_id,
        agency_id=to.agency_id,
        rule=to.rule,
        dues=promised,
        calendar=calendar,
        pauses=book.pauses,
        visibility=stricter(category.visibility, report.visibility or category.visibility),
        asset=about,
        asset_rule=to.asset_rule,
        overlaid=led,
    )


def route(
    session: Session, office: Office, report: Report, host: TenantCard | None, now: datetime
) -> tuple[TenantCard, Decision]:
    """The tenant that a report belongs to, and why. Raises Invalid for a point that can't be one."""
    directory = office.directory
    if host is not None and host.stage == Stage.SHADOW:
        # A rehearsal never leaves its city: whoever sends it has seen that the point lies on its ground.
        said = locate.chosen(host.id, host.slug, host.name.get(report.language) or host.slug)
        return host, replace(said, rule=locate.INSIDE)
    home = host or directory.commons
    known = office.rulebooks.of(session, home).categories.get(report.category)
    placeless = known is not None and known.place == Place.NONE
    if placeless or report.lon is None or report.lat is None:
        # Never the phone's position: a civil registration belongs to the city that the reporter turned to.
        if host is None and known is not None and known.place != Place.EXACT:
            raise Invalid("Choose the city that this is about.", field="tenant")
        name = home.name.get(report.language) or home.slug
        return home, locate.chosen(None if home.is_commons else home.id, home.slug, name)
    platform_code = known.platform_code if known else report.category
    accuracy_m = locate.DEFAULT_ACCURACY_M if report.accuracy_m is None else report.accuracy_m
    decision = directory.index.locate(report.lon, report.lat, at=now, category=platform_code, accuracy_m=accuracy_m)
    beside = decision.near_border
    if beside is not None and report.border_answer == beside.slug:
        return directory.by_id[beside.tenant_id], _across(decision, beside)
    card = directory.by_id.get(decision.tenant_id) if decision.tenant_id else directory.commons
    return card or directory.commons, decision


def _asset(session: Session, report: Report, card: TenantCard) -> AssetEntry | None:
    """The object that a report names, if the city has it there; a label of another place is no reason to refuse."""
    if not report.asset or report.lon is None or report.lat is None:
        return None
    with scope.enter(session, card.id):
        found = asset.by_code(session, report.asset)
    return found if found is not None and found.is_near(report.lon, report.lat) else None


def _across(decision: Decision, beside: NearBorder) -> Decision:
    """The decision when the reporter, asked near a border, said that it is on the other side."""
    return replace(
        decision, rule=locate.CHOSEN, tenant_id=beside.tenant_id, slug=beside.slug, name=beside.name, near_border=None
    )


def _category_there(
    session: Session, office: Office, report: Report, card: TenantCard, book: Rulebook, host: TenantCard | None
) -> CategoryEntry:
    """The routed tenant's category of a code; a code of the host's portal is matched by platform code.

    The portal's form has shown the routed tenant's own list in between; a code that was only shown elsewhere isn't its.
    """
    code = report.category
    if host is None or host.id == card.id or (code in book.categories and not report.asked_elsewhere):
        return book.category(code)
    known = office.rulebooks.of(session, host).categories.get(code)
    return book.category_shown_as(known) if known else book.category(code)
