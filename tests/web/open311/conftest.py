"""One database for the tests of this folder: what they read is made once, and what they file lies beside it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from flask import Flask
from sqlalchemy import Connection, create_engine, make_url, text
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from complaints.reporters import own_data
from complaints.workflow import Need
from config.postgres import EmbeddedPostgres
from tests.cast import IN_TIMUR, NOW, Cast, Visitor, photo
from tests.conftest import copied, put_together
from tests.web.open311.reading import Read, read

BASE = "/open311/v2"


@dataclass
class Wire:
    """The app, its cast, and the numbers of what was reported, by what each is."""

    app: Flask
    cast: Cast
    owner: Connection
    numbers: dict[str, str]
    ids: dict[str, UUID]

    def get(self, path: str, host: str | None = "barat", **query: Any) -> TestResponse:
        return Visitor(self.app, host).get(f"{BASE}{path}", query_string=query)

    def read(
        self,
        path: str,
        host: str | None = "barat",
        *,
        code: int = 200,
        forms: Sequence[str] = ("json", "xml"),
        **query: Any,
    ) -> Any:
        """What an address says, in both formats the same; path without its extension. code: of HTTP."""
        said: list[Read] = []
        for form in forms:
            answer = self.get(f"{path}.{form}", host, **query)
            assert answer.status_code == code, answer.get_data(as_text=True)[:2000]
            said.append(read(answer))
        assert said[0].content == said[-1].content
        return said[0].content

    def post(self, path: str = "/requests.json", host: str | None = "barat", *, code: int = 201, **sent: Any) -> Any:
        answer = Visitor(self.app, host).post(f"{BASE}{path}", data=sent)
        assert answer.status_code == code, answer.get_data(as_text=True)[:2000]
        return read(answer).content


@pytest.fixture(scope="package")
def wire(cluster: EmbeddedPostgres, cast_template: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Wire]:
    with copied(cluster, cast_template) as url:
        owner_url = make_url(url).set(username="aduan_owner")
        owner, engine = create_engine(owner_url), create_engine(url)
        with (
            put_together(
                url,
                owner_url.render_as_string(hide_password=False),
                tmp_path_factory.mktemp("wire"),
                rate_limits=False,
            ) as app,
            Session(engine) as session,
            owner.connect() as connection,
        ):
            made = Wire(app, Cast(app.extensions["office"], session), connection, {}, {})
            _report(made)
            yield made
            session.close()
        engine.dispose()
        owner.dispose()


def _report(wire: Wire) -> None:
    """What lies in the cities before the first test; all of it in the ninety days before NOW."""
    cast = wire.cast

    def file(name: str, slug: str = "barat", *, days: int = 0, **how: Any) -> UUID:
        wire.ids[name] = cast.complaint(slug, now=NOW - timedelta(days=days), **how)
        wire.numbers[name] = cast.read(slug, wire.ids[name]).reference
        return wire.ids[name]

    file("oldest", days=300, words="Dari tahun lalu.")
    file("older", days=60, words="Lampu <b>padam</b> & gelap\vdi gang.", category="pju", place="Gang Melati 3")
    worked = file("done", days=30, words="Lubang\ndalam.", photos=[photo("#123456")])
    cast.move("barat", worked, "start", now=NOW - timedelta(days=29))
    cast.move(
        "barat",
        worked,
        "resolve",
        words={Need.NOTE: "Sudah ditambal."},
        photos=[photo("#654321")],
        now=NOW - timedelta(days=28),
    )
    cast.enter("barat")
    wire.owner.execute(text("UPDATE evidence SET state = 'ready', public_key = 'p', thumb_key = 't'"))
    wire.owner.commit()
    asked = file("asked", days=20, words="Jalan retak.")
    cast.move("barat", asked, "ask", words={Need.QUESTION: "Di gang mana?"}, now=NOW - timedelta(days=19))
    file("newest", days=1, words="Lubang baru.")
    file("private", days=2, words="Rahasia: tetangga.", visibility="private")
    erased = file("erased", days=3, words="Tolong hapus ini.")
    cast.move("barat", erased, "withdraw", by="reporter", now=NOW - timedelta(days=2))
    cast.enter("barat")
    own_data.erase(cast.session, cast.office.queue, cast.read("barat", erased), NOW - timedelta(days=1))
    cast.session.commit()
    file("neighbour", "timur", days=4, words="Di seberang.", at=IN_TIMUR)
    cast.session.commit()
