"""The supervisor's figures as tables, each with the sentence that it shows."""

from collections.abc import Mapping
from uuid import UUID

from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _

from complaints.clock import Milestone
from complaints.counts.counting import MILESTONES, Dimension, Measure
from complaints.counts.histogram import ERROR
from complaints.figures import AGES, Figures, Promise
from complaints.intake import LOGGED
from complaints.rules.rulebook import Rulebook
from tenants.times import duration
from web.channels import channel_name
from web.lengths import lengths_table
from web.milestones import milestone_name
from web.shares import percent
from web.staff.names import category_name
from web.staff.whose import Whose, agency_name
from web.table import Bars, Column, Kind, Row, Table, Value

OLD = AGES.index(30) + 1
"""From this group of age on a report is said to be old."""


def tables(said: Figures, book: Rulebook, asked: Whose, people: Mapping[UUID, str], language: str) -> list[Table]:
    """All tables, in the order of the page. people: the names of those who work there."""
    return [
        _ages(said, book, asked),
        _agencies(said, book, asked),
        _categories(said, book, asked),
        _milestones(said, asked),
        _lengths(said, asked, language),
        _steadiness(said, asked),
        _people(said, people),
        _channels(said, asked),
    ]


def _ages(said: Figures, book: Rulebook, asked: Whose) -> Table:
    groups = said.ages(asked.of)
    old = sum(groups[OLD:])
    if not sum(groups):
        title = _("Nothing is open")
    elif not old:
        title = ngettext(
            "One report is open, none longer than 30 days",
            "%(num)s reports are open, none longer than 30 days",
            sum(groups),
        )
    else:
        title = _(
            "%(all)s reports are open, %(old)s of them longer than 30 days",
            all=format_decimal(sum(groups)),
            old=format_decimal(old),
        )
    keys = [key for of, key in said.open_by_age if of == Dimension.AGENCY and asked.holds(key)]
    rows = [
        Row(
            [agency_name(book, key), *said.ages([(Dimension.AGENCY, key)]), said.open([(Dimension.AGENCY, key)])],
            _queue(book, key, "all"),
        )
        for key in keys
        if said.open([(Dimension.AGENCY, key)])
    ]
    rows.sort(key=lambda row: str(row.values[0]))
    backlog = said.number(Measure.BACKLOG, asked.of)
    return Table(
        key="open",
        title=title,
        caption=_("Open reports by age and agency"),
        columns=[Column(_("Agency"), Kind.WORDS), *(Column(name) for name in _age_names()), Column(_("All"))],
        rows=rows,
        total=Row([_("All"), *groups, sum(groups)]),
        bars=Bars(part=len(AGES) + 2, words=(_("open reports"), ""), kind=""),
        note=_(
            "%(count)s of the open ones are a backlog adopted when the city joined: it is open, but never late.",
            count=format_decimal(backlog),
        )
        if backlog
        else "",
        empty=_("There is no open report."),
    )


def _age_names() -> list[str]:
    low = 0
    names = []
    for most in AGES:
        names.append(_("1 day") if most == 1 else _("%(first)s–%(last)s days", first=low + 1, last=most))
        low = most
    return [*names, _("over %(days)s days", days=low)]


def _agencies(said: Figures, book: Rulebook, asked: Whose) -> Table:
    rows = []
    for key in {key for of, key in said.promises if of == Dimension.AGENCY and asked.holds(key)}:
        of = [(Dimension.AGENCY, key)]
        first, done = said.lengths(Measure.FIRST, of), said.lengths(Measure.DONE, of)
        rows.append(
            Row(
                [
                    agency_name(book, key),
                    *_promise(said.promised(of)),
                    first.median,
                    first.ninetieth,
                    done.median,
                    done.ninetieth,
                ],
                _queue(book, key, "late"),
            )
        )
    rows.sort(key=lambda row: str(row.values[0]))
    total = said.promised(asked.of)
    first, done = said.lengths(Measure.FIRST, asked.of), said.lengths(Measure.DONE, asked.of)
    return Table(
        key="agencies",
        title=_kept(total),
        caption=_("Promises kept and not, and how long things took, by agency"),
        columns=[
            Column(_("Agency"), Kind.WORDS),
            *_promise_columns(),
            Column(_("Answer, median"), Kind.LENGTH),
            Column(_("Answer, 90th percentile"), Kind.LENGTH),
            Column(_("Work, median"), Kind.LENGTH),
            Column(_("Work, 90th percentile"), Kind.LENGTH),
        ],
        rows=rows,
        total=Row([_("All"), *_promise(total), first.median, first.ninetieth, done.median, done.ninetieth]),
        bars=Bars(part=3, whole=1, words=(_("not kept"), _("fell due"))),
        note=_(
            "A promise counts on the day after it fell due; one that is still open then counts as not kept. An adopted"
            " backlog and work done before it was written down have no promises."
        ),
    )


def _categories(said: Figures, book: Rulebook, asked: Whose) -> Table:
    promises: dict[str, Promise] = {}
    for of, key in said.promises:
        category = _category_of(of, key, asked)
        if category is not None:
            promises[category] = promises.get(category, Promise()) + said.promised([(of, key)])
    rows = [
        Row([category_name(UUID(key), book), *_promise(promise)], _category_href(book, key))
        for key, promise in promises.items()
    ]
    rows.sort(key=lambda row: (-_count(row.values[3]), str(row.values[0])))
    broken = [row for row in rows if row.values[3]]
    title = _("In every category the promises were kept")
    if broken:
        title = _(
            "Most of what wasn't kept is about %(name)s: %(part)s of %(whole)s",
            name=broken[0].values[0],
            part=format_decimal(_count(broken[0].values[3])),
            whole=format_decimal(sum(_count(row.values[3]) for row in rows)),
        )
    return Table(
        key="categories",
        title=title if rows else _("No promise fell due"),
        caption=_("Promises kept and not, by category"),
        columns=[Column(_("Category"), Kind.WORDS), *_promise_columns()],
        rows=rows,
        bars=Bars(part=3, whole=1, words=(_("not kept"), _("fell due"))),
    )


def _category_of(of: str, key: str, asked: Whose) -> str | None:
    """The category that a figure counts for here: the city's own, or those of the chosen agencies."""
    if asked.agency_ids is None:
        return key if of == Dimension.CATEGORY else None
    agency, _mark, category = key.partition("~")
    return category if of == Dimension.AGENCY_CATEGORY and asked.holds(agency) else None


def _milestones(said: Figures, asked: Whose) -> Table:
    by_milestone: dict[Milestone, Promise] = {}
    for milestone in MILESTONES:
        together = sum((said.promises.get(of, {}).get(milestone, Promise()) for of in asked.of), Promise())
        if together.due:
            by_milestone[milestone] = together
    rows = [Row([milestone_name(one), *_promise(promise)]) for one, promise in by_milestone.items()]
    title = _("No promise fell due")
    if by_milestone:
        worst, promise = max(by_milestone.items(), key=lambda pair: pair[1].share_missed or 0.0)
        title = _("Every milestone was kept")
        if promise.missed:
            title = _(
                "%(name)s is missed most often: %(share)s",
                name=milestone_name(worst),
                share=percent(promise.share_missed),
            )
    return Table(
        key="milestones",
        title=title,
        caption=_("Promises kept and not, by milestone"),
        columns=[Column(_("Milestone"), Kind.WORDS), *_promise_columns()],
        rows=rows,
        bars=Bars(part=3, whole=1, words=(_("not kept"), _("fell due"))),
    )


def _lengths(said: Figures, asked: Whose, language: str) -> Table:
    first, done = said.lengths(Measure.FIRST, asked.of), said.lengths(Measure.DONE, asked.of)
    title = _("Nothing was answered or finished yet")
    if first.median is not None:
        title = _("Half of the reports had a first answer within %(time)s", time=duration(first.median, language))
    return lengths_table(
        title,
        first,
        done,
        fewest=1,
        note=_(
            "Medians and percentiles are at most %(error)s off. An answer counts when a person wrote something, asked,"
            " set a date or finished; an automatic confirmation doesn't.",
            error=percent(ERROR),
        ),
    )


def _steadiness(said: Figures, asked: Whose) -> Table:
    done, again = said.number(Measure.RESOLUTIONS, asked.of), said.number(Measure.REOPENINGS, asked.of)
    passes, back = said.number(Measure.PASSES, asked.of), said.number(Measure.BACK, asked.of)
    title = _("Nothing was finished or passed on")
    if done:
        title = _("%(share)s of what was finished was opened again by its reporter", share=percent(again / done))
    elif passes:
        title = _("%(share)s of what was passed on came back", share=percent(back / passes))
    rows = [
        Row([name, count, whole, count / whole if whole else None])
        for name, count, whole in (
            (_("Opened again, of what was finished"), again, done),
            (_("Came back, of what was passed on"), back, passes),
        )
        if whole or count
    ]
    return Table(
        key="steadiness",
        title=title,
        caption=_("How often work was opened again, and how often reports went to and fro"),
        columns=[
            Column(_("What"), Kind.WORDS),
            Column(_("How many")),
            Column(_("Of")),
            Column(_("Share"), Kind.SHARE),
        ],
        rows=rows,
        note=_("A report comes back when it is passed to an agency or a city that has had it before."),
    )


def _people(said: Figures, people: Mapping[UUID, str]) -> Table:
    rows = [
        Row([name, said.held.get(str(seat_id), 0), said.finished.get(str(seat_id), 0)])
        for seat_id, name in sorted(people.items(), key=lambda pair: (pair[1].casefold(), str(pair[0])))
    ]
    held = sum(_count(row.values[1]) for row in rows)
    title = ngettext("One report is in somebody's hands", "%(num)s reports are in somebody's hands", held)
    return Table(
        key="people",
        title=title if held else _("Nobody holds a report now"),
        caption=_("What each person holds now and finished in the period, by name"),
        columns=[Column(_("Name"), Kind.WORDS), Column(_("Holds now")), Column(_("Finished"))],
        rows=rows,
        note=_("In the order of the names: this shows who has too much, and is no ranking."),
    )


def _channels(said: Figures, asked: Whose) -> Table:
    counts: dict[str, int] = {}
    dimension = Dimension.CHANNEL if asked.agency_ids is None else Dimension.AGENCY_CHANNEL
    for key, count in said.by_key(Measure.RECEIVED, dimension).items():
        agency, _mark, channel = key.rpartition("~")
        if asked.agency_ids is None or asked.holds(agency):
            counts[channel] = counts.get(channel, 0) + count
    total = sum(counts.values())
    rows = [
        Row([channel_name(channel), count, count / total])
        for channel, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
    ]
    title = _("Nothing was received")
    if rows:
        most = max(counts.values())
        title = _("Most came by %(channel)s: %(share)s", channel=rows[0].values[0], share=percent(most / total))
    return Table(
        key="channels",
        title=title,
        caption=_("How reports came in"),
        columns=[Column(_("Way"), Kind.WORDS), Column(_("Received")), Column(_("Share"), Kind.SHARE)],
        rows=rows,
        total=Row([_("All"), total, 1.0]) if rows else None,
        bars=Bars(part=1, words=(_("received"), ""), kind=""),
        note=_(
            "“%(channel)s” is work that was done off the platform; it isn't in the medians.",
            channel=channel_name(LOGGED),
        )
        if counts.get(LOGGED)
        else "",
    )


def _promise_columns() -> list[Column]:
    return [
        Column(_("Due")),
        Column(_("Kept")),
        Column(_("Not kept")),
        Column(_("Still open")),
        Column(_("Share not kept"), Kind.SHARE),
    ]


def _promise(promise: Promise) -> list[Value]:
    return [promise.due, promise.kept, promise.missed, promise.open, promise.share_missed]


def _kept(total: Promise) -> str:
    if not total.due:
        return _("No promise fell due")
    if not total.missed:
        return ngettext("The only promise was kept", "All %(num)s promises were kept", total.due)
    return _(
        "%(missed)s of %(due)s promises (%(share)s) weren't kept",
        missed=format_decimal(total.missed),
        due=format_decimal(total.due),
        share=percent(total.share_missed),
    )


def _queue(book: Rulebook, agency_id: str, tab: str) -> str | None:
    """Where an agency's reports stand in the queue; None for one that has ended, or nobody's."""
    entry = book.agencies.get(UUID(agency_id)) if agency_id else None
    return f"/staff?tab={tab}&agency={entry.code}" if entry else None


def _category_href(book: Rulebook, category_id: str) -> str | None:
    entry = book.category_by_id(UUID(category_id))
    return f"/staff?tab=late&category={entry.code}" if entry else None


def _count(value: Value) -> int:
    return value if isinstance(value, int) else 0
