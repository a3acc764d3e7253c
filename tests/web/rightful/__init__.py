"""The rightful call of every route: who may make it, and with which ids and form.

A route without an entry fails the walker (test_walker.py). An entry makes what it needs in Kota Barat by the verbs, and
answers with the call; the walker makes it first as every stranger, then as the one who may. Each module here has the
calls of one part of the platform; a new route goes where its neighbours are.
"""

from tests.web.rightful import (
    categories,
    crews,
    georeport,
    ground,
    operator,
    people,
    resident,
    settings,
    signing_up,
    staff,
    standing,
)
from tests.web.rightful.world import Call

PARTS = [
    one.CALLS
    for one in (ground, people, resident, operator, signing_up, crews, staff, categories, settings, standing, georeport)
]
CALLS: dict[tuple[str, str], Call | dict[str, Call]] = {route: call for part in PARTS for route, call in part.items()}
"""By endpoint and method; where one address stands for several, each by its name."""

assert len(CALLS) == sum(len(part) for part in PARTS), "one route has two entries"
