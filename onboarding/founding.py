"""From a claim to a city: made for rehearsal by the code that onboards every city, then live."""

import json
from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import shapely
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from complaints.office import Office
from configuration import invitations
from configuration.area_file import write_boundary
from configuration.editing import Author
from configuration.invitations import Invited
from configuration.rows import Changes, configure
from messages import outbox, signing_up
from onboarding import archive, funnel, place
from onboarding.boundaries import border_asking
from onboarding.bundle import BOUNDARY, DOCUMENT, Bundle, read_bundle
from onboarding.claim import Claim
from onboarding.provision import provision
from onboarding.rules_mark import rules_mark
from people import proof, sign_in
from people.account import Account
from people.invitation import Invitation
from people.permissions import Role
from tenants import scope
from tenants.agency import Agency
from tenants.catalogue import Municipality, time_zone_of
from tenants.directory import raise_epoch
from tenants.errors import Conflict, Invalid
from tenants.tenant import COMMONS_ID, Stage, Tenant, in_language

DESK = "diskominfo"
"""The agency of the default template that takes what nobody else does; who signs a city up belongs to it."""
MOST_INVITED = 10
WELCOME = "welcome"
"""The purpose of the ticket with which who signs up comes to their own city."""
ROLES = (Role.ADMIN, Role.SUPERVISOR, Role.OFFICER)
LANGUAGES = ("id", "en")
COPIED = "copied"
"""The key of a shadow's options that holds the mark of the rules that it was given."""


def invite(session: Session, office: Office, claim: Claim, people: list[dict[str, str]], now: datetime) -> None:
    """Write down whom to invite: [{"email", "role"}]; those of a city that is set up get their mail at once.

    Who is taken out, or is to do something else, loses the mail that was sent before. Raises Invalid for a role that
    isn't offered, or too many; Conflict for who works there already.
    """
    wanted = {person["email"].casefold(): person["role"] for person in people if person["email"]}
    wanted.pop(claim.email, None)
    if len(wanted) > MOST_INVITED:
        raise Invalid(
            "Invite at most %(most)s colleagues here; the others follow in the settings of your city.",
            field="email",
            most=MOST_INVITED,
        )
    if any(role not in ROLES for role in wanted.values()):
        raise Invalid("Choose what the colleague will do.", field="role")
    was = {one["email"]: one["role"] for one in claim.invited}
    claim.invited = [{"email": email, "role": role} for email, role in wanted.items()]
    if claim.tenant_id is not None:
        refuse_unless_rehearsing(city_of(session, claim))
        _withdraw(session, claim, {email for email, role in was.items() if wanted.get(email) != role}, now)
        _invite(session, office, claim, {email for email, role in wanted.items() if was.get(email) != role}, now)


def found(session: Session, office: Office, claim: Claim, now: datetime) -> None:
    """Make the city and its shadow for the rehearsal, and mail the invitations; nothing where that was done before.

    The first who comes takes the ground: the municipality's row is locked meanwhile. Raises Conflict for the second.
    """
    if claim.tenant_id is not None:
        return
    if claim.municipality_code is None or claim.slug is None:
        raise Invalid("Choose your municipality first.", field="place")
    session.get_one(Municipality, claim.municipality_code, with_for_update=True)
    place.choose(session, claim, claim.municipality_code, claim.slug, claim.code or "", now)
    bundle = read_bundle(_packed(session, claim), name=claim.slug)
    report = provision(session, bundle, now=now, stage=Stage.REHEARSAL)
    claim.tenant_id = report.tenant_id
    founder = account_of(session, claim.email)
    if founder is not None:
        proof.prove(session, founder, now)
    copy_to_shadow(session, bundle, city_of(session, claim), now)
    _invite(session, office, claim, {one["email"] for one in claim.invited}, now)
    session.flush()
    funnel.note(session, claim.id, "people", now)
    if claim.tenant_id is not None:
        border_asking.ask(session, office, claim.tenant_id, now)


def document_of(session: Session, claim: Claim) -> dict[str, Any]:
    """The bundle that makes the city of a claim: the default template, with the ground and areas of the catalogue."""
    chosen = place.place(session, claim.municipality_code or "")
    ground = f"catalogue:{chosen.code}"
    return {
        "format": 1,
        "tenant": {
            "slug": claim.slug,
            "code": claim.code,
            "name": {"id": chosen.name},
            "type": chosen.type,
            "time_zone": time_zone_of(chosen.code),
            "languages": list(LANGUAGES),
            "boundary": ground,
        },
        "areas": ground,
        "people": [{"email": claim.email, "name": claim.name, "role": Role.ADMIN.value, "agencies": [DESK]}],
    }


def _packed(session: Session, claim: Claim) -> bytes:
    """The bundle as a zip, with the boundary beside it where the claim brings one."""
    document = document_of(session, claim)
    files = {}
    if claim.boundary is not None:
        document["tenant"] |= {"boundary": BOUNDARY, "municipality": claim.municipality_code}
        files[BOUNDARY] = write_boundary(shapely.from_wkb(claim.boundary), document["tenant"]["name"]["id"])
    return archive.pack({**files, DOCUMENT: json.dumps(document).encode()})


def go_live(session: Session, office: Office, claim: Claim, now: datetime) -> int:
    """Open the city to everybody: its ground is its own from this commit on, its rehearsals are gone; how many rows.

    What has to hold before it stands in `readiness.py`; the caller has asked. Raises Conflict where it is live already
    or where another city has become live on the same municipality.
    """
    # one after the other: who passes the city on to another meanwhile, or presses twice
    session.refresh(claim, with_for_update=True)
    tenant = city_of(session, claim)
    session.refresh(tenant, with_for_update=True)
    refuse_unless_rehearsing(tenant)
    session.get(Municipality, tenant.municipality_code, with_for_update=True)
    erased = erase_rehearsals(session, tenant.id)
    tenant = city_of(session, claim)
    tenant.stage, tenant.live_at = Stage.LIVE, now
    tenant.revision += 1
    tenant.version += 1
    claim.live_at, claim.erased = now, erased
    session.flush()
    funnel.note(session, claim.id, "live", now)
    raise_epoch(session)
    _tell_of_going_live(session, office, claim, tenant, now)
    return erased


def erase_rehearsals(session: Session, tenant_id: UUID) -> int:
    """Everything in the shadow of a city, in the caller's transaction; how many rows."""
    shadow_id = session.scalar(select(Tenant.id).where(Tenant.shadow_of == tenant_id))
    if shadow_id is None:
        return 0
    with scope.enter(session, shadow_id):
        # An owner-side function: the app's role may not delete history.
        return int(session.scalar(text("SELECT erase_whole()")) or 0)


def pass_for(session: Session, account_id: UUID, host: str, now: datetime) -> str:
    """A ticket for one's own city, from the wizard, for one use within a minute."""
    return sign_in.issue_ticket(session, account_id, purpose=WELCOME, host=host, now=now)


def account_of(session: Session, email: str) -> Account | None:
    """The account of an address."""
    return session.scalar(select(Account).where(Account.email == email))


def author_of(session: Session, claim: Claim) -> Author:
    """Who signed up, as the author of what is changed in the session's city."""
    account = account_of(session, claim.email)
    seated = sign_in.seat_of(session, account.id) if account is not None else None
    return Author(seated[0].id if seated is not None else None)


def host_of(office: Office, slug: str) -> str:
    """The host of a city's portal, without port."""
    return f"{slug}.{office.addresses.base_host}"


def tell(
    session: Session,
    office: Office,
    event: str,
    email: str,
    values: Mapping[str, str],
    now: datetime,
    *,
    language: str = "id",
    tenant_id: UUID = COMMONS_ID,
) -> None:
    """A mail about a sign-up, in the scope of a tenant: the commons', whose staff the operators are, or the city's."""
    with scope.enter(session, tenant_id):
        outbox.mail(
            session, office.queue, event, email, signing_up.compose(event, language, values), language=language, now=now
        )


def _invite(session: Session, office: Office, claim: Claim, emails: Collection[str], now: datetime) -> None:
    """A mail with a link for each colleague, who is called by the address until they say how."""
    tenant = city_of(session, claim)
    origin, tenant_id = office.addresses.of_slug(tenant.slug), tenant.id
    wanted = [one for one in claim.invited if one["email"] in emails]
    with scope.enter(session, tenant_id):
        author = author_of(session, claim)
        desk_id = session.scalars(select(Agency.id).where(Agency.code == DESK)).one()
        for one in wanted:
            invited = Invited(one["email"], one["email"].partition("@")[0], one["role"], [desk_id])
            invitations.invite(session, office.queue, invited, base_url=origin, by_mail=True, author=author, now=now)


def _withdraw(session: Session, claim: Claim, emails: Collection[str], now: datetime) -> None:
    """What was mailed to these opens nothing any more."""
    with scope.enter(session, city_of(session, claim).id):
        for email in sorted(emails):
            account = account_of(session, email)
            if account is not None and sign_in.seat_of(session, account.id) is not None:
                raise Conflict("%(email)s works here already: change that in the settings of your city.", email=email)
        offered = select(Invitation).where(Invitation.email.in_(emails), Invitation.accepted_at.is_(None))
        for one in session.scalars(offered):
            one.withdrawn_at = one.withdrawn_at or now
        session.flush()


def copy_to_shadow(session: Session, bundle: Bundle, tenant: Tenant, now: datetime) -> None:
    """The same rules in the shadow, so that a rehearsal meets what a report will meet."""
    shadow = session.scalars(select(Tenant).where(Tenant.shadow_of == tenant.id)).one()
    copied = {COPIED: rules_mark(session, tenant.id)}
    shadow.texts, shadow.options, shadow.look = tenant.texts, tenant.options | copied, tenant.look
    shadow.revision += 1
    session.flush()
    with scope.enter(session, shadow.id):
        configure(session, bundle.document, bundle.areas, Changes(), now=now)
    raise_epoch(session)


def _tell_of_going_live(session: Session, office: Office, claim: Claim, tenant: Tenant, now: datetime) -> None:
    """To who signed up; and to the office's published address, so that it can object."""
    values = {
        "city": in_language(tenant.name, "id", tenant.languages),
        "who": f"{claim.name} <{claim.email}>",
        "url": office.addresses.of_slug(tenant.slug),
    }
    contact = session.scalar(select(Municipality.contact_email).where(Municipality.code == tenant.municipality_code))
    tell(session, office, "live", claim.email, values, now, language=claim.language)
    if contact:
        tell(session, office, "live_at_office", contact, values, now)


def city_of(session: Session, claim: Claim) -> Tenant:
    """The city of a claim. Raises Conflict before there is one."""
    if claim.tenant_id is None:
        raise Conflict("This city isn't set up yet. Begin with its rehearsal.")
    return session.get_one(Tenant, claim.tenant_id)


def refuse_unless_rehearsing(tenant: Tenant) -> None:
    """Raise Conflict for a city that is live: it goes on in its own settings."""
    if tenant.stage != Stage.REHEARSAL:
        raise Conflict("This city is live: go on in its own settings.")
