"""Hand-overs that are refused, come too late, or break off in the middle."""

from uuid import UUID

import pytest
from sqlalchemy import func, select

from complaints.complaint import Complaint, Contact, Forwarding, HistoryRow, Holding, Remark
from complaints.handling import ChangedMeanwhile
from complaints.report import Reporter
from complaints.transfers import handover
from complaints.workflow import IllegalMove, Need, Status
from messages.outbox import Message
from tenants import scope
from tenants.directory import raise_epoch
from tenants.errors import Conflict, Invalid, NotAllowed
from tenants.tenant import Stage, Tenant
from tests.cast import AT_THE_BORDER, NOW, Cast
from tests.complaints.passing import HOUR, give_back, pass_on, statuses


def test_a_third_city_may_still_be_asked(cast: Cast) -> None:
    complaint_id = cast.complaint("barat")
    pass_on(cast, complaint_id, "barat", "timur")
    give_back(cast, complaint_id, "timur")
    pass_on(cast, complaint_id, "barat", "commons", now=NOW + 3 * HOUR)
    assert cast.read("commons", complaint_id).is_open


@pytest.mark.parametrize("stage", [Stage.REHEARSAL, Stage.SUSPENDED])
def test_a_city_that_is_not_live_is_handed_nothing(cast: Cast, stage: Stage) -> None:
    complaint_id = cast.complaint("barat")
    cast.tenant("timur").stage = stage
    raise_epoch(cast.session)
    cast.session.commit()
    cast.office.keeper.refresh()
    with pytest.raises(Invalid, match="another city") as refused:
        pass_on(cast, complaint_id, "barat", "timur")
    assert refused.value.field == "tenant"
    cast.session.rollback()


def test_a_city_does_not_hand_over_to_itself(cast: Cast) -> None:
    complaint_id = cast.complaint("barat")
    with pytest.raises(Invalid, match="another city"):
        pass_on(cast, complaint_id, "barat", "barat")
    cast.session.rollback()


def test_it_takes_a_reason_a_permission_and_an_open_complaint(cast: Cast) -> None:
    complaint_id = cast.complaint("barat")
    with pytest.raises(Invalid) as refused:
        pass_on(cast, complaint_id, "barat", "timur", reason=" ")
    assert refused.value.field == "reason"
    cast.session.rollback()
    with pytest.raises(NotAllowed):
        pass_on(cast, complaint_id, "barat", "timur", by="resident")
    cast.session.rollback()
    cast.move("barat", complaint_id, "reject", words={Need.REASON: "Bukan kewenangan."})
    with pytest.raises(IllegalMove):
        pass_on(cast, complaint_id, "barat", "timur")
    cast.session.rollback()


def test_whoever_looked_at_an_older_state_is_told(cast: Cast) -> None:
    complaint_id = cast.complaint("barat")
    version = cast.read("barat", complaint_id).version
    cast.move("barat", complaint_id, "start")
    with pytest.raises(ChangedMeanwhile):
        pass_on(cast, complaint_id, "barat", "timur", expected_version=version)
    cast.session.rollback()


def test_of_two_hand_overs_at_once_the_second_gets_a_sentence(cast: Cast) -> None:
    """The second had read the complaint before the first committed."""
    complaint_id = cast.complaint("barat", at=AT_THE_BORDER)
    actor = cast.actor("barat", "supervisor")
    complaint = cast.read("barat", complaint_id)
    cast.session.expunge(complaint)
    pass_on(cast, complaint_id, "barat", "timur")
    cast.enter("barat")
    cast.session.add(complaint)
    with pytest.raises(Conflict):
        handover.hand_over(
            cast.session, cast.office, complaint, cast.city("commons"), actor=actor, card=cast.city("barat"),
            reason="Lagi.", now=NOW + HOUR,
        )  # fmt: skip
    cast.session.rollback()
    cast.session.expunge_all()
    assert statuses(cast, complaint_id) == {"barat": Status.HANDED_OVER, "timur": Status.RECEIVED}


@pytest.mark.parametrize(
    "breaks",
    [
        "complaints.transfers.handover._arrive",
        "complaints.audience.announcing.forward",
        "complaints.audience.telling.tell_agency",
        "complaints.audience.telling.tell_reporter",
    ],
)
def test_a_crash_in_between_leaves_nothing_on_either_side(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, breaks: str
) -> None:
    complaint_id = cast.complaint("barat", reporter=Reporter(email="ani@warga.example"))
    before = _everything(cast, complaint_id)

    def crash(*_: object, **__: object) -> None:
        raise RuntimeError("the lights went out")

    monkeypatch.setattr(breaks, crash)
    with pytest.raises(RuntimeError):
        pass_on(cast, complaint_id, "barat", "timur")
    cast.session.rollback()
    assert _everything(cast, complaint_id) == before
    assert scope.tenant_of(cast.session)


def _everything(cast: Cast, complaint_id: UUID) -> dict[str, list[int]]:
    counted = {}
    for slug in ("barat", "timur"):
        cast.enter(slug)
        counted[slug] = [
            cast.session.scalar(select(func.count()).select_from(table)) or 0
            for table in (Complaint, HistoryRow, Remark, Contact, Holding, Forwarding, Message)
        ]
    return counted


def test_an_erased_city_is_no_longer_there_to_return_to(cast: Cast) -> None:
    complaint_id = cast.complaint("barat")
    pass_on(cast, complaint_id, "barat", "timur")
    cast.session.scalars(select(Tenant).where(Tenant.slug == "barat")).one().stage = Stage.ERASED
    raise_epoch(cast.session)
    cast.session.commit()
    cast.office.keeper.refresh()
    with pytest.raises(Invalid):
        give_back(cast, complaint_id, "timur")
    cast.session.rollback()
