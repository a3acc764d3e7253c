"""The rightful calls of what only operators do."""

from collections.abc import Callable
from datetime import timedelta
from uuid import uuid4

from sqlalchemy import select

from complaints.safety import breach, breach_notice
from messages.outbox import State
from onboarding import commons_letter
from onboarding.operating import blocking, maintenance
from people import help_request
from people.account import Account
from people.help_request import HelpRequest
from tenants import scope
from tenants.directory import raise_epoch
from tenants.tenant import COMMONS_ID, Stage, Tenant
from tests.web.rightful.world import Ask, Call, World, clock, plain


def objection(world: World) -> Ask:
    reference = world.reference(world.cast.complaint("barat", now=clock()))
    return Ask(f"/complaints/{reference}/objection", lambda: {"reason": "personal"}, harmless=True)


def operator_message(world: World) -> Ask:
    return Ask(f"/operator/outbox/barat/{world.message()}")


def operator_retry(world: World) -> Ask:
    return Ask(f"/operator/outbox/barat/{world.message(State.DEAD)}/retry", dict)


def operator_dispute(world: World) -> Ask:
    return Ask(f"/operator/disputes/{world.disputed()}")


def operator_decision(world: World) -> Ask:
    data = {"keeper": "barat", "reason": "Sebab itu."}
    return Ask(f"/operator/disputes/{world.disputed()}/decision", lambda: data)


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


def operator_question(rest: str = "", **form: str) -> Callable[[World], Ask]:
    def make(world: World) -> Ask:
        session = world.cast.session
        account_id = session.scalars(select(Account.id).where(Account.email == "admin@barat.example")).one()
        said = {"page": "/admin/agencies", "question": "Sebab itu.", "language": "id"}
        barat = world.cast.city("barat").id
        help_request.ask(session, tenant_id=barat, account_id=account_id, now=clock(), **said)
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
    one = blocking.block(session, office, "0812000999", why="Surat itu benar.", days=7, by=uuid4(), now=clock())
    block_id = one.id
    session.commit()
    return Ask(f"/operator/blocks/{block_id}/ending", dict)


def operator_banner(_world: World) -> Ask:
    until = (clock() + timedelta(days=2)).strftime("%Y-%m-%dT%H:%M")
    from_ = (clock() + timedelta(days=1)).strftime("%Y-%m-%dT%H:%M")
    return Ask("/operator/maintenance", lambda: {"words-id": "Sebab itu.", "from": from_, "until": until})


def operator_banner_end(world: World) -> Ask:
    soon, later = clock() + timedelta(days=1), clock() + timedelta(days=2)
    row = maintenance.announce(world.cast.session, {"id": "Sebab itu."}, soon, later, by=uuid4(), now=clock())
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
            third = Tenant(slug="tengah", code="TGH", name={"id": "Kota Tengah"}, created_at=clock(), **alike)
            session.add(third)
        third.stage, third.live_at = (Stage.SUSPENDED if what == "resumption" else Stage.LIVE), clock()
        raise_epoch(session)
        session.commit()
        world.cast.office.keeper.refresh()
        why = {"why": "Surat itu benar.", "why-id": "Surat itu benar."}
        return Ask(f"/operator/tenants/tengah/{what}", (lambda: why) if send else None)

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
            "Surat itu benar.", clock(), clock() - timedelta(days=9), clock(), "stored", ["officials"], ["tengah"]
        )
        with scope.enter(session, COMMONS_ID):
            breach_id = breach.begin(session, office, named, by=by, now=clock()).id
            if worded:
                letters = dict.fromkeys(breach_notice.LANGUAGES, ("Kata", "{city}: {what}"))
                breach_notice.word(session, breach_id, letters, by=by, now=clock())
        session.commit()
        return Ask(f"/operator/breaches/{breach_id}{rest}", (lambda: form) if rest else None)

    return make


def notice_words() -> dict[str, str]:
    return {f"{part}-{one}": "Kata {city}: {what}" for part in ("subject", "body") for one in ("id", "en")}


CALLS: dict[tuple[str, str], Call | dict[str, Call]] = {
    ("objecting.take", "POST"): Call(None, objection),
    ("metrics.metrics", "GET"): Call(None, plain("/metrics")),
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
    ("commons_letter.end", "POST"): Call(None, commons_letter_end, host=None),
    ("commons_letter.page", "GET"): Call(None, commons_letter_end, host=None),
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
}
