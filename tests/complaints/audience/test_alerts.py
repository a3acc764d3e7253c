"""Alerts: confirmed by mail, one message a day with what is new, public and wanted, and nothing twice."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select

from complaints import correcting, ending
from complaints.audience import alerts, danger
from complaints.audience.alerts import Alert, New, Wanted
from complaints.audience.ending_link import DAY, Whose
from complaints.handling import REPORTER
from complaints.reporters import own_report
from complaints.workflow import Need
from messages import digest
from messages.digest import DigestLine
from messages.outbox import Message
from messages.preferences import next_at
from people.limits import TooMany
from tenants.errors import Invalid, NotFound
from tests.cast import IN_BARAT, NOW, Cast

ANI = "ani@warga.example"
SOMEWHERE, ELSEWHERE = UUID(int=1), UUID(int=2)
DUE = next_at(NOW, "Asia/Jakarta", "07:00")


def ask(cast: Cast, wanted: Wanted, email: str = ANI, *, sure: bool = True) -> Alert:
    card = cast.enter("barat")
    alert = alerts.follow(cast.session, cast.office, wanted, email, sure=sure, card=card, language="id", now=NOW)
    cast.session.commit()
    return alert


def write(cast: Cast, now: datetime = DUE - timedelta(minutes=10)) -> int:
    card = cast.enter("barat")
    written = alerts.write_lines(cast.session, cast.office, card, now)
    cast.session.commit()
    return written


def mail_of_the_day(cast: Cast, email: str = ANI, at: datetime = DUE) -> str:
    card = cast.enter("barat")
    digest.send(cast.session, cast.office.queue, card, alerts.reader_id(card.id, email), at)
    cast.session.commit()
    sent = cast.session.scalars(select(Message).where(Message.event == "digest", Message.destination == email)).all()
    return "\n".join(message.body for message in sent)


@pytest.mark.parametrize(
    ("wanted", "fits"),
    [
        (Wanted(), True),
        (Wanted(area_id=SOMEWHERE), True),
        (Wanted(area_id=ELSEWHERE), False),
        (Wanted(category_id=SOMEWHERE), True),
        (Wanted(category_id=ELSEWHERE), False),
        (Wanted(lon=107.0, lat=-6.2, radius_m=500), True),
        (Wanted(lon=107.01, lat=-6.2, radius_m=1000), False),
        (Wanted(lon=107.01, lat=-6.2, radius_m=2000), True),
        (Wanted(area_id=SOMEWHERE, category_id=ELSEWHERE), False),
    ],
)
def test_all_that_is_named_must_hold(wanted: Wanted, fits: bool) -> None:
    report = New(UUID(int=9), "BRT-0", SOMEWHERE, SOMEWHERE, 107.0, -6.2, NOW)
    assert wanted.fits(report, [SOMEWHERE]) is fits
    nowhere = New(UUID(int=9), "BRT-0", SOMEWHERE, None, None, None, NOW)
    assert wanted.fits(nowhere, []) is (fits and wanted.area_id is None and wanted.radius_m is None)


def test_the_day_s_mail_tells_once_what_is_new_public_and_wanted(cast: Cast) -> None:
    near = Wanted(lon=IN_BARAT[0], lat=IN_BARAT[1], radius_m=500)
    ask(cast, near)
    ask(cast, Wanted())
    cast.complaint(now=NOW - timedelta(hours=1), words="Sebelum diminta.")
    told = cast.complaint(now=NOW + timedelta(minutes=5), words="Jalan Mawar nomor 7.")
    hidden = cast.complaint(now=NOW + timedelta(minutes=6), visibility="private")
    gone = cast.complaint(now=NOW + timedelta(minutes=7))
    cast.move("barat", gone, "withdraw", by="reporter", now=NOW + timedelta(minutes=8))
    assert write(cast, DUE - timedelta(hours=2)) == 0
    write(cast)
    write(cast, DUE - timedelta(minutes=5))
    lines = cast.session.scalars(select(DigestLine)).all()
    assert [line.complaint_id for line in lines] == [told]
    body = mail_of_the_day(cast)
    reference = cast.read("barat", told).reference
    assert body.count(f"({reference})") == 1
    assert cast.read("barat", hidden).reference not in body
    assert "Mawar" not in body
    assert str(IN_BARAT[0]) not in body
    assert mail_of_the_day(cast, at=DUE + timedelta(minutes=1)) == body


def test_what_no_worker_told_comes_the_next_day(cast: Cast) -> None:
    ask(cast, Wanted())
    cast.complaint(now=NOW + timedelta(minutes=5))
    assert write(cast, DUE + timedelta(days=1) - timedelta(minutes=10)) == 1


def test_nobody_hears_before_the_link_was_pressed_nor_after_it_ended(cast: Cast) -> None:
    alert_id = ask(cast, Wanted(), "budi@warga.example", sure=False).id
    ask(cast, Wanted(), "budi@warga.example", sure=False)
    mailed = cast.session.scalars(select(Message.body).where(Message.event == "alert_confirm")).all()
    assert len(mailed) == 1
    assert f"/alerts/following/{alert_id}/" in mailed[0]
    cast.complaint(now=NOW + timedelta(minutes=5))
    assert write(cast) == 0
    cast.enter("timur")
    token = alerts.token_of(cast.office, cast.city("barat").id, alert_id)
    with pytest.raises(NotFound):
        alerts.confirm(cast.session, cast.office, alert_id, token, NOW)
    cast.enter("barat")
    alerts.confirm(cast.session, cast.office, alert_id, token, NOW)
    cast.session.commit()
    assert write(cast) == 1
    cast.enter("barat")
    found = ending.end(cast.session, cast.office, Whose.ALERT, alert_id, DAY, token, NOW)
    cast.session.commit()
    assert not found.ended
    assert cast.session.scalars(select(Alert.id)).all() == []
    assert mail_of_the_day(cast, "budi@warga.example") == ""


def test_an_address_is_mailed_three_links_a_day_and_nobody_learns_whether_it_follows(cast: Cast) -> None:
    for radius_m in alerts.RADII_M:
        ask(cast, Wanted(lon=106.9, lat=-6.2, radius_m=radius_m), "budi@warga.example", sure=False)
    for wanted in (Wanted(), Wanted(lon=106.9, lat=-6.2, radius_m=500)):
        with pytest.raises(TooMany):
            ask(cast, wanted, "Budi@warga.example", sure=False)
    ask(cast, Wanted(), "budi@warga.example")
    assert len(cast.session.scalars(select(Message.id).where(Message.event == "alert_confirm")).all()) == 3


def test_what_is_concealed_corrected_or_hidden_before_the_mail_goes_is_not_told(cast: Cast) -> None:
    ask(cast, Wanted())
    kept, concealed, merged, hidden, corrected = filed = [
        cast.complaint("barat", now=NOW + timedelta(minutes=1)) for _number in range(5)
    ]
    assert write(cast) == 5
    cast.move("barat", merged, "merge", by="supervisor", target_id=kept)
    for one in (concealed, merged):
        cast.move("barat", one, "conceal", by="supervisor", words={Need.REASON: "Nama orang."})
    own = {"actor": REPORTER, "card": cast.city("barat"), "now": DUE}
    own_report.hide(cast.session, cast.office, cast.read("barat", hidden), **own)
    cast.session.commit()
    actor, complaint = cast.actor("barat", "supervisor"), cast.read("barat", corrected)
    to = correcting.Correction("pencemaran", "normal", "complaint", IN_BARAT)
    correcting.correct(cast.session, cast.office, complaint, to, actor=actor, card=cast.city("barat"), now=DUE)
    cast.session.commit()
    references = {one: cast.read("barat", one).reference for one in filed}
    told = mail_of_the_day(cast)
    assert [one for one, reference in references.items() if reference in told] == [kept]


def test_an_address_has_so_many_and_the_place_is_kept_coarse(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alerts, "MOST_OF_ONE", 1)
    alert = ask(cast, Wanted(lon=106.97561, lat=-6.23839, radius_m=500))
    assert (alert.lon, alert.lat) == (106.976, -6.238)
    with pytest.raises(Invalid, match="kinds already"):
        ask(cast, Wanted())
    cast.session.rollback()
    ask(cast, Wanted(lon=106.97558, lat=-6.23841, radius_m=500))
    assert len(cast.session.scalars(select(Alert)).all()) == 1
    with pytest.raises(Invalid) as refused:
        ask(cast, Wanted(lon=106.9, lat=-6.2, radius_m=50_000))
    assert refused.value.field == "radius"


def test_danger_is_told_at_once_and_not_again_in_the_day_s_mail(cast: Cast) -> None:
    ask(cast, Wanted())
    ask(cast, Wanted(lon=IN_BARAT[0], lat=IN_BARAT[1], radius_m=500))
    ask(cast, Wanted(), "budi@warga.example", sure=False)
    fallen = cast.complaint(category="pohon-tumbang", now=NOW + timedelta(minutes=5))
    gone = cast.complaint(category="pohon-tumbang", now=NOW + timedelta(minutes=5))
    hidden = cast.complaint(category="pohon-tumbang", visibility="private", now=NOW + timedelta(minutes=5))
    hole = cast.complaint(now=NOW + timedelta(minutes=5))
    card, at = cast.enter("barat"), NOW + timedelta(minutes=8)
    jobs = danger.jobs_of_complaints(cast.office, cast.session, [fallen, gone, hidden, hole], NOW)
    assert {job.row_id for job in jobs} == {fallen, gone}
    cast.move("barat", gone, "withdraw", by="reporter", now=NOW + timedelta(minutes=6))
    for job in [*jobs, *jobs]:
        card = cast.enter("barat")
        danger.warn(cast.session, cast.office, card, job.row_id, at)
        cast.session.commit()
    cast.enter("barat")
    told = cast.session.scalars(select(Message).where(Message.event == danger.EVENT)).all()
    assert [one.destination for one in told] == [ANI]
    assert "112" in told[0].body
    cast.enter("timur")
    assert danger.jobs_of_complaints(cast.office, cast.session, [fallen], NOW) == []
    write(cast)
    day = mail_of_the_day(cast)
    references = {one: cast.read("barat", one).reference for one in (fallen, hole)}
    assert references[hole] in day
    assert references[fallen] not in day


def test_so_many_dangers_a_day_are_told_at_once_and_the_others_with_the_day_s_mail(cast: Cast) -> None:
    ask(cast, Wanted())
    ids = [
        cast.complaint(category="pohon-tumbang", now=NOW + timedelta(minutes=1)) for _ in range(danger.MOST_A_DAY + 2)
    ]
    for one in ids:
        card = cast.enter("barat")
        danger.warn(cast.session, cast.office, card, one, NOW + timedelta(minutes=5))
        cast.session.commit()
    cast.enter("barat")
    assert len(cast.session.scalars(select(Message).where(Message.event == danger.EVENT)).all()) == danger.MOST_A_DAY
    write(cast)
    assert mail_of_the_day(cast).count("• ") == 2
