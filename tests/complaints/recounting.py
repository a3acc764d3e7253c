"""A city's figures computed the long way: from every complaint and every row of its history, day by day.

Written from what the page says, not from the code that counts: exact lengths of time, no cells, no deltas.
"""

from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from complaints.complaint import Complaint, HistoryRow


def figures(session: Session, zone: str, from_on: date, until_on: date, now: datetime) -> dict[str, Any]:
    """By name what `complaints.figures` says of the period; lengths of time as sorted lists."""
    here = ZoneInfo(zone)

    def inside(at: datetime | None) -> bool:
        return at is not None and from_on <= at.astimezone(here).date() <= until_on

    today = now.astimezone(here).date()
    found: dict[str, Any] = defaultdict(int)
    found |= {"by_channel": Counter(), "finished": Counter(), "held": Counter(), "promises": Counter()}
    found |= {"received": Counter(), "by_area": Counter(), "done_by_area": Counter()}
    found["happened"] = {name: Counter() for name in ("resolutions", "reopenings", "passes", "back")}
    found |= {"first": defaultdict(list), "done": defaultdict(list), "open": Counter()}
    for one in session.scalars(select(Complaint)):
        history = session.scalars(
            select(HistoryRow).where(HistoryRow.complaint_id == one.id).order_by(HistoryRow.number)
        ).all()
        undone = {row.detail["undoes"] for row in history if row.move == "undo"}
        history = [row for row in history if row.move != "undo" and str(row.id) not in undone]
        here_only = [row for row in history if not row.detail.get("elsewhere")]
        if inside(one.received_at):
            found["received"][str(one.agency_id or "")] += 1
            found["by_area"][str(one.area_id or "")] += 1
            found["by_channel"][one.channel] += 1
        ended = one.status in ("resolved", "confirmed", "rejected", "merged", "handed_over", "withdrawn")
        if not ended and one.holder_id:
            found["held"][str(one.holder_id)] += 1
        for row in here_only:
            if row.move in ("resolve", "submit") and row.seat_id and inside(row.at):
                found["finished"][str(row.seat_id)] += 1
        if one.kind != "complaint":
            continue
        if not ended:
            found["open"][one.received_at.astimezone(here).date()] += 1
            found["backlog"] += one.adopted
        passes = _passes(here_only)
        for row in here_only:
            by = next((agency for at, agency, _by, _back in reversed(passes) if at <= row.at), None) or ""
            if inside(row.at):
                work = row.move != "expire" and row.from_status not in ("resolved", "confirmed")
                for name, so in (
                    ("resolutions", row.to_status == "resolved" and work),
                    ("reopenings", row.move in ("reopen", "overturn")),
                    ("passes", row.move in ("hand_over", "return", "revive")),
                    ("back", row.move in ("return", "revive")),
                ):
                    found["happened"][name][by] += so
        for at, _agency, by, back in passes:
            if by and inside(at):
                found["happened"]["passes"][by] += 1
                found["happened"]["back"][by] += back
        if one.adopted:
            continue
        answer = next((row for row in here_only if row.by == "staff" and row.move in ANSWERS), None)
        end = next((row for row in reversed(here_only) if row.to_status == "resolved" != row.from_status), None)
        by_itself = end is not None and end.move == "expire" and one.status in ("resolved", "confirmed")
        done_at = end.at if end is not None and one.status in ("resolved", "confirmed") and not by_itself else None
        secured = next((row.at for row in here_only if row.move == "secure"), None)
        if answer is not None and inside(answer.at):
            _note(found["first"], one, answer.at - one.received_at)
        if done_at is not None and inside(done_at):
            _note(found["done"], one, done_at - one.received_at)
            found["done_by_area"][str(one.area_id or "")] += 1
        for milestone, due_at, met_at in (
            ("respond", one.respond_due_at, answer.at if answer else None),
            ("secure", one.secure_due_at, secured or done_at),
            ("resolve", one.resolve_due_at, done_at),
        ):
            if due_at is None or not inside(due_at) or (by_itself and milestone != "respond"):
                continue
            if due_at.astimezone(here).date() >= today:
                continue
            end_at = met_at or (history[-1].at if ended else None)
            last = (row.at for row in reversed(here_only) if row.to_status == one.status != row.from_status)
            ended_at = met_at or next(last, end_at)  # the last time, if it was reopened between
            if met_at is not None:
                verdict = "kept" if met_at <= due_at else "missed"
            elif ended:
                verdict = "missed" if ended_at is not None and ended_at > due_at else None
            else:
                verdict = "open"
            if verdict:
                agency, category = str(one.agency_id or ""), str(one.category_id)
                for of in (
                    ("all", ""),
                    ("agency", agency),
                    ("category", category),
                    ("agency_category", f"{agency}~{category}"),
                    ("area", str(one.area_id or "")),
                ):
                    found["promises"][of, milestone, verdict] += 1
    return dict(found)


ANSWERS = ("schedule", "ask", "secure", "resolve", "validate", "settle", "reject", "reply")


def _passes(history: list[HistoryRow]) -> list[tuple[datetime, str, str, bool]]:
    """When which agency got it, from which ("": nobody), and whether it had had it before, by the rows' own words."""
    filing = next((row for row in history if row.move == "file"), None)
    first = filing.detail.get("born", {}).get("agency_id") if filing else None
    passes = [(filing.at, first, "", False)] if filing and first else []
    for row in history:
        got = row.detail.get("agency_id") if row.move in ("assign", "coordinate") else None
        if row.move == "refuse":
            offer = [other for other in history if other.move == "coordinate" and other.number < row.number][-1]
            got = offer.detail.get("from_agency_id")
        last = passes[-1][1] if passes else ""
        if got and got != last:
            passes.append((row.at, got, last, got in [agency for _at, agency, _by, _back in passes]))
    return passes


def _note(lengths: dict[Any, list[timedelta]], one: Complaint, length: timedelta) -> None:
    for of in (("all", ""), ("agency", str(one.agency_id or ""))):
        lengths[of].append(length)
