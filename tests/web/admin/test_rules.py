"""The editor of promises: typed comfortably, refused with a sentence, never moving what was promised before."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from typing import Any
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from werkzeug.test import TestResponse

from configuration.rules import document_of
from configuration.schema import RuleSchema
from tenants.sla_rule import SlaRule
from tests.cast import Cast, Visitor
from tests.web.staff.ground import words
from web.admin.amounts import MINUTES_OF, target_of, typed
from web.admin.rule_form import of_row, row_of

Visit = Callable[..., Visitor]


def rule(cast: Cast, code: str = "jalan-lubang", slug: str = "barat") -> SlaRule:
    cast.enter(slug)
    row = cast.session.scalars(select(SlaRule).where(SlaRule.code == code)).one()
    cast.session.expunge(row)  # so that it reads on after the next commit
    return row


def sent(**more: Any) -> dict[str, Any]:
    """A whole form, as a browser sends it."""
    form = {
        "category": "jalan-lubang",
        "priority": "",
        "area": "",
        "m0-milestone": "respond",
        "m0-amount": "4",
        "m0-unit": "working_hours",
        "m1-milestone": "resolve",
        "m1-amount": "1,5",
        "m1-unit": "days",
        "m2-milestone": "secure",
        "m2-amount": "",
        "m2-unit": "days",
        "ceiling-amount": "14",
        "ceiling-unit": "working_days",
        "pausing": ["waiting_for_reporter"],
        "asking-amount": "5",
        "asking-unit": "working_days",
        "asking-then": "resume",
        "l0-number": "80",
        "l0-kind": "percent",
        "l0-tell": "supervisor",
    }
    return {**form, **more}


def test_targets_are_typed_in_hours_and_days_and_kept_in_minutes(visit: Visit, cast: Cast) -> None:
    row = rule(cast)
    rule_id, revision = row.id, row.revision
    complaint_id = cast.complaint("barat")
    before = cast.read("barat", complaint_id)
    promised = (before.sla_rule_revision, before.respond_due_at, before.resolve_due_at)
    admin = visit("barat", "admin")
    page = admin.get(f"/admin/rules/{rule_id}?lang=en")
    assert "What you save holds for reports from now on" in words(page)
    answer = admin.post(f"/admin/rules/{rule_id}", data=sent(version=row.version))
    assert answer.status_code == 303, words(answer)
    row = rule(cast)
    assert [(one["milestone"], one["amount"], one["unit"]) for one in row.milestones] == [
        ("respond", 240, "working_minutes"),
        ("resolve", 2160, "minutes"),
    ]
    assert row.ladder == [{"percent": 80, "tell": "supervisor"}]
    assert row.revision == revision + 1
    cast.move("barat", complaint_id, "start")  # reckoned anew, by what was promised then
    after = cast.read("barat", complaint_id)
    assert (after.sla_rule_revision, after.respond_due_at, after.resolve_due_at) == promised
    assert cast.read("barat", cast.complaint("barat")).sla_rule_revision == revision + 1


WRONG: list[tuple[dict[str, str], str]] = [
    ({"m0-amount": "0"}, "Write more than 0"),
    ({"m0-amount": "3650", "m0-unit": "days"}, "at most 694 days"),
    ({"m1-amount": "2500", "m1-unit": "working_days"}, "at most 694 days"),
    ({"m0-amount": "soon"}, "Write a number"),
    ({"m1-amount": ""}, "Say by when the work is promised"),
    ({"m2-amount": "2", "m2-milestone": "respond"}, "this one would never decide"),
    ({"l0-number": "half"}, "Write a whole number from 1"),
    ({"category": "pju"}, "There is a rule for this category, priority and area already"),
    ({"category": "gone"}, "in the city&#39;s list"),
    ({"area": "nowhere"}, "There is no such area"),
    ({"m0-when": "jumlah:banyak"}, "The category has no question jumlah"),
]


def test_what_cannot_be_promised_is_refused_beside_its_field_and_kept(visit: Visit, cast: Cast) -> None:
    row = rule(cast)
    rule_id, version, milestones = row.id, row.version, row.milestones
    admin = visit("barat", "admin")
    for wrong, sentence in WRONG:
        answer = admin.post(f"/admin/rules/{rule_id}?lang=en", data=sent(version=version, **wrong))
        assert answer.status_code == 422, wrong
        assert sentence in words(answer)
        kept = [one for name, one in wrong.items() if one and name.endswith(("amount", "number", "when"))]
        assert all(f'value="{one}"' in answer.get_data(as_text=True) for one in kept)
    row = rule(cast)
    assert (row.version, row.milestones) == (version, milestones)


def test_a_new_rule_for_an_area_decides_there_until_it_ends(visit: Visit, cast: Cast) -> None:
    admin = visit("barat", "admin")
    answer = admin.post("/admin/rules", data=sent(area="utara", priority="high"))
    assert answer.status_code == 303, words(answer)
    rule_id = UUID(answer.location.split("/")[-1].split("?")[0])
    cast.enter("barat")
    row = cast.session.scalars(select(SlaRule).where(SlaRule.id == rule_id)).one()
    assert row.code == "jalan-lubang-high-BRT.1"
    assert admin.post("/admin/rules", data=sent(area="BRT.1", priority="high")).status_code == 422
    query = "/admin/rules?lang=en&category=jalan-lubang&area=BRT.1&priority="
    assert "High, Utara decides" in words(admin.get(f"{query}high"))
    assert "Utara decides" not in words(admin.get(f"{query}normal"))
    assert admin.post(f"/admin/rules/{rule_id}/end", data={"version": "1"}).status_code == 303
    assert "Utara decides" not in words(admin.get(f"{query}high"))
    assert admin.get(f"/admin/rules/{rule_id}").status_code == 404
    assert admin.post("/admin/rules", data=sent(area="BRT.1", priority="high")).status_code == 303


def test_who_saves_what_somebody_else_has_changed_sees_both(visit: Visit, cast: Cast) -> None:
    row = rule(cast)
    rule_id, version = row.id, row.version
    admin = visit("barat", "admin")
    assert admin.post(f"/admin/rules/{rule_id}", data=sent(version=version)).status_code == 303
    answer = admin.post(f"/admin/rules/{rule_id}?lang=en", data=sent(version=version, **{"m0-amount": "7"}))
    assert answer.status_code == 409
    assert "Admin Kota Barat has saved this rule meanwhile" in words(answer)
    assert "4 working hours" in words(answer)
    assert 'value="7"' in answer.get_data(as_text=True)
    again = sent(version=version + 1, **{"m0-amount": "7"})
    assert admin.post(f"/admin/rules/{rule_id}", data=again).status_code == 303


def test_a_promise_is_tried_on_the_last_days_before_it_is_saved(visit: Visit, cast: Cast) -> None:
    now = datetime.now(UTC)
    for days in (1, 3, 5, 80, 95):
        cast.complaint("barat", now=now - timedelta(days=days))
    row = rule(cast)
    admin = visit("barat", "admin")
    form = sent(rule=str(row.id), version=row.version, **{"m0-unit": "days", "m1-amount": "4", "m0-amount": "100"})
    answer = admin.post("/admin/rules/what-if?lang=en", data=form)
    assert answer.status_code == 200
    text = words(answer)
    assert "Under this rule 2 of 4 reports (50.0%) would have been late; today" in text
    assert 'name="m1-amount" value="4"' in answer.get_data(as_text=True)
    assert rule(cast).revision == row.revision
    assert admin.post("/admin/rules/what-if", data=form | {"m1-amount": "0"}).status_code == 422
    assert "No report of these days" in words(
        admin.post("/admin/rules/what-if?lang=en", data=sent(category="", priority="high"))
    )


def test_answers_choose_a_promise_and_the_form_keeps_them(visit: Visit, cast: Cast) -> None:
    row = rule(cast, "apill-rambu")
    admin = visit("barat", "admin")
    page: TestResponse = admin.get(f"/admin/rules/{row.id}?lang=en")
    assert 'value="jenis:lampu" checked' in page.get_data(as_text=True)
    form = sent(category="apill-rambu", version=row.version)
    form |= {"m2-milestone": "resolve", "m2-amount": "3", "m2-unit": "hours", "m2-when": ["jenis:lampu"]}
    assert admin.post(f"/admin/rules/{row.id}", data=form).status_code == 303
    assert [(one["amount"], one["when"]) for one in rule(cast, "apill-rambu").milestones[1:]] == [
        (180, {"jenis": ["lampu"]}),
        (2160, None),
    ]


def test_only_the_citys_own_administrator_sees_and_saves(visit: Visit, cast: Cast) -> None:
    row = rule(cast, slug="timur")
    admin = visit("barat", "admin")
    assert admin.get(f"/admin/rules/{row.id}").status_code == 404
    assert admin.post(f"/admin/rules/{row.id}", data=sent(version=row.version)).status_code == 404
    assert visit("barat", "supervisor").get("/admin/rules").status_code == 403
    assert admin.post("/admin/rules/form?lang=en", data=sent(category="apill-rambu")).status_code == 200
    assert rule(cast, slug="timur").version == row.version


def test_every_rule_reads_the_same_after_the_form(cast: Cast) -> None:
    cast.enter("barat")
    for row in cast.session.scalars(select(SlaRule)):
        document = document_of(cast.session, row)
        saved = RuleSchema().load({"code": row.code, **row_of(of_row(document))})
        assert saved == document


@given(st.sampled_from([*MINUTES_OF]), st.integers(1, 690))
def test_an_amount_reads_as_it_was_meant(unit: str, amount: int) -> None:
    target = target_of(str(amount), unit)
    number, shown = typed(target)
    assert target_of(number, shown) == target
    assert Fraction(target["amount"]) == amount * MINUTES_OF[unit][1]
