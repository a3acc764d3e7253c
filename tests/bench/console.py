"""Who looks at the queue of the big city, and at which pages of it."""

import random
import re
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import psycopg

from tests.bench.city import SLUG, City
from tests.bench.ground import PASSWORD, Ground
from tests.bench.serving import fetch

HOST = f"{SLUG}.localhost"
VIEWER = f"supervisor@{SLUG}.example"
SIGN_IN = {"email": VIEWER, "password": PASSWORD}
URGENT = "urgency, sort_at, id"
DUE = "sort_at, id"
STATUSES = ("received", "in_progress", "resolved", "confirmed")
FILTERED = 4
"""How many categories and areas are looked at."""

SEAT = "(SELECT s.id FROM seats s JOIN accounts a ON a.id = s.account_id WHERE a.email = %(viewer)s)"
MIDNIGHT = "(date_trunc('day', now() AT TIME ZONE 'Asia/Jakarta') + interval '1 day') AT TIME ZONE 'Asia/Jakarta'"
LEAF = "id NOT IN (SELECT parent_id FROM areas WHERE parent_id IS NOT NULL)"
TABS = {
    "mine": (f"is_open AND holder_id = {SEAT}", URGENT),
    "agency": (f"is_open AND agency_id IN (SELECT agency_id FROM seat_agencies WHERE seat_id = {SEAT})", URGENT),
    "unassigned": ("is_open AND holder_id IS NULL", URGENT),
    "today": (f"is_open AND sort_at >= now() AND sort_at < {MIDNIGHT}", DUE),
    "late": ("is_open AND sort_at < now()", DUE),
    "all": ("is_open", URGENT),
}


@dataclass(frozen=True)
class Page:
    """kind: the list that it belongs to. deep: whether it begins after four in five of the list's rows."""

    kind: str
    path: str
    deep: bool


def pages(ground: Ground, city: City) -> list[Page]:
    """First and deep pages of every list that the console offers; the same lists in every city."""
    chance = random.Random(11)
    lists: list[tuple[str, dict[str, str], str, str]] = [
        (tab, {"tab": tab}, condition, order) for tab, (condition, order) in TABS.items()
    ]
    lists += [("status", {"tab": "all", "status": one}, f"status = '{one}'", URGENT) for one in STATUSES]
    with ground.superuser(city.database) as connection:
        for kind, table, which in (("category", "categories", "NOT is_group"), ("area", "areas", LEAF)):
            sql = f"SELECT code, id FROM {table} WHERE tenant_id = %(tenant)s AND {which} ORDER BY code"
            found = connection.execute(sql, {"tenant": city.tenant_id}).fetchall()
            lists += [
                (kind, {"tab": "all", kind: code}, f"is_open AND {kind}_id = '{id_}'", URGENT)
                for code, id_ in chance.sample(found, FILTERED)
            ]
        return [page for one in lists for page in _pages(connection, city, *one)]


def _pages(
    connection: psycopg.Connection[Any], city: City, kind: str, asked: dict[str, str], condition: str, order: str
) -> list[Page]:
    given = {"tenant": city.tenant_id, "viewer": VIEWER}
    rows = f"FROM complaints WHERE tenant_id = %(tenant)s AND {condition}"
    (count,) = connection.execute(f"SELECT count(*) {rows}", given).fetchone() or (0,)
    made = [Page(kind, f"/staff?{urlencode(asked)}", deep=False)]
    sql = f"SELECT urgency, sort_at, id {rows} ORDER BY {order} OFFSET {count * 4 // 5} LIMIT 1"
    found = connection.execute(sql, given).fetchone()
    if found is not None:
        urgency, sort_at, id_ = found
        after = {"after": f"{urgency}~{sort_at.isoformat()}~{id_}"}
        made.append(Page(kind, f"/staff?{urlencode(asked | after)}", deep=True))
    return made


def sign_in(port: int) -> str:
    """The cookie of the viewer, who is signed in on the big city's host."""
    headers = {
        "Host": HOST,
        "Origin": f"http://{HOST}",
        "Content-Type": "application/x-www-form-urlencoded",
    }
    answer = fetch(port, "/sign-in", headers, "POST", urlencode(SIGN_IN).encode())
    cookie = re.match(r"[^;]+", answer.headers.get("set-cookie", ""))
    if answer.status != 303 or cookie is None:
        raise RuntimeError(f"signing in was answered by {answer.status}")
    return cookie[0]


def request(page: Page, cookie: str) -> bytes:
    """The page's request, as it goes over the wire."""
    headers = f"Host: {HOST}\r\nCookie: {cookie}\r\nAccept-Language: id\r\nAccept-Encoding: gzip"
    return f"GET {page.path} HTTP/1.1\r\n{headers}\r\n\r\n".encode()
