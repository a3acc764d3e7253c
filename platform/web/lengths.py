"""How long things took, as one table for officials and for everybody."""

from flask_babel import gettext as _

from complaints.figures import Lengths
from web.table import Column, Kind, Row, Table


def lengths_table(title: str, first: Lengths, done: Lengths, *, fewest: int, note: str) -> Table:
    """Until the first answer, and until the work was done. fewest: of fewer reports a line isn't told."""
    return Table(
        key="lengths",
        title=title,
        caption=_("How long it took from the report on"),
        columns=[
            Column(_("What"), Kind.WORDS),
            Column(_("Reports")),
            Column(_("Median"), Kind.LENGTH),
            Column(_("90th percentile"), Kind.LENGTH),
        ],
        rows=[
            Row([name, one.count, one.median, one.ninetieth])
            for name, one in (
                (_("Until the first meaningful answer"), first),
                (_("Until the work was done"), done),
            )
            if one.count >= fewest
        ],
        note=note,
    )
