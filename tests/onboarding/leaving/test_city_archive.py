"""Everything of a city out of one platform and into another: the same city, or nothing."""

import io
import subprocess
import tarfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, func, select, text
from sqlalchemy.orm import Session

from complaints.complaint import Complaint
from complaints.photos.storage import FileStorage
from complaints.report import Reporter
from complaints.workflow import Status
from config.postgres import EmbeddedPostgres
from messages.outbox import Message, State
from onboarding.boundaries.border_question import BorderQuestion
from onboarding.leaving.archive_tables import LEFT_OUT, archived
from onboarding.leaving.city_archive import Made, write_archive
from onboarding.leaving.city_import import BadArchive, import_archive
from people import entry
from people.account import Account
from people.preference import Preference
from tenants import scope
from tenants.boundary import Boundary
from tenants.database import Base
from tenants.errors import Conflict
from tenants.tenant import Tenant
from tests import conftest
from tests.cast import NOW, Cast, photo
from tests.conftest import copied
from tests.web.rightful.world import World

database = conftest.database  # the cast's cities, instead of the bare catalogue


@pytest.fixture
def elsewhere(cluster: EmbeddedPostgres) -> Iterator[Engine]:
    """Another platform, on which nothing is yet."""
    with copied(cluster, "aduan") as url:
        engine = create_engine(url)
        yield engine
        engine.dispose()


@pytest.fixture
def storage(tmp_path: Path) -> FileStorage:
    """The other platform's."""
    return FileStorage(tmp_path / "elsewhere")


def taken(cast: Cast) -> tuple[bytes, Made]:
    cast.session.commit()
    out = io.BytesIO()
    engine = cast.session.get_bind()
    assert isinstance(engine, Engine)
    made = write_archive(engine, cast.office.storage, cast.city("barat").id, out, now=NOW)
    return out.getvalue(), made


def brought(engine: Engine, storage: FileStorage, content: bytes) -> None:
    with Session(engine) as session:
        import_archive(session, storage, io.BytesIO(content), now=NOW)


def changed(content: bytes, name: str, old: bytes, new: bytes, *, drop: bool = False) -> bytes:
    """The archive with one member that says something else, or without it; its sums and manifest as they were."""
    out = io.BytesIO()
    with tarfile.open(fileobj=io.BytesIO(content)) as tar, tarfile.open(fileobj=out, mode="w") as changing:
        for member in tar:
            read = tar.extractfile(member)
            assert read is not None
            data = read.read()
            if member.name.startswith(name):
                assert old in data
                data = data.replace(old, new, 1)
                if drop:
                    continue
            member.size = len(data)
            changing.addfile(member, io.BytesIO(data))
    return out.getvalue()


def test_a_city_with_all_that_can_be_in_it_comes_out_as_it_went_in(
    cast: Cast, elsewhere: Engine, storage: FileStorage
) -> None:
    world = World(cast)
    for status in Status:
        if status not in (Status.MERGED, Status.HANDED_OVER):
            world.at(status)
    world.merged()
    world.incident()
    world.parted()
    world.sent_out(back=True)
    world.disputed()  # has come from the neighbour and gone back
    world.photo_of(world.private())
    waiting = world.message(State.WAITING)
    content, made = taken(cast)
    statuses = set(cast.session.scalars(select(Complaint.status)))
    assert {Status.MERGED, Status.HANDED_OVER, Status.RESOLVED, Status.REJECTED} <= statuses

    brought(elsewhere, storage, content)
    again = io.BytesIO()
    tenant_id = cast.city("barat").id
    second = write_archive(elsewhere, storage, tenant_id, again, now=NOW)
    assert second.manifest == made.manifest
    assert again.getvalue() == content
    for name in ("complaints", "history", "evidence", "remarks", "contacts", "subtasks", "incident_members", "seats"):
        assert made.manifest["tables"][name]["number"] > 0, name
    assert made.files > 10

    with Session(elsewhere) as session:
        assert set(session.scalars(select(Tenant.slug))) == {"commons", "barat", "barat--latihan"}
        assert (
            session.scalars(select(Account.password_hash).where(Account.email == "admin@barat.example")).one() is None
        )
        scope.name_tenant(session, None)
        session.rollback()
        scope.name_tenant(session, tenant_id)
        assert session.scalars(select(Message.state).where(Message.id == waiting)).one() == State.DEAD, "not sent twice"
        assert session.scalar(select(func.count(Complaint.id))) == made.complaints


def test_ground_that_others_hold_by_now_is_taken_back_only_with_the_operators_word(
    cast: Cast, elsewhere: Engine, storage: FileStorage
) -> None:
    content, _made = taken(cast)
    with Session(cast.session.get_bind()) as here:
        ground = here.scalars(select(Boundary.wkb).where(Boundary.tenant_id == cast.city("barat").id)).one()
    alike = {"type": "kota", "time_zone": "Asia/Jakarta", "languages": ["id"], "created_at": NOW}
    with Session(elsewhere) as session:
        other = Tenant(slug="tengah", code="TGH", name={"id": "Kota Tengah"}, stage="live", **alike)
        session.add(other)
        session.flush()
        session.add(Boundary(tenant_id=other.id, wkb=ground, area_m2=1e8, claimed_at=NOW, created_at=NOW))
        session.commit()
    with pytest.raises(Conflict, match="m² of Kota Tengah by now"):
        brought(elsewhere, storage, content)
    with Session(elsewhere) as session:
        assert session.scalar(select(Tenant).where(Tenant.slug == "barat")) is None
        session.rollback()
        import_archive(session, storage, io.BytesIO(content), now=NOW, over_ground=True)
        question = session.scalars(select(BorderQuestion)).one()
        assert (question.state, question.by_operator) == ("agreed", True)


def test_the_sums_are_as_sha256sum_reads_them(cast: Cast, tmp_path: Path) -> None:
    content, _made = taken(cast)
    with tarfile.open(fileobj=io.BytesIO(content)) as tar:
        tar.extractall(tmp_path, filter="data")
    checked = subprocess.run(
        ["sha256sum", "--check", "--strict", "--quiet", "sums/000001.sha256"], cwd=tmp_path, capture_output=True
    )
    assert (checked.returncode, checked.stdout) == (0, b"")


def test_an_operator_who_looked_in_is_not_taken_along(cast: Cast, elsewhere: Engine, storage: FileStorage) -> None:
    cast.enter("barat")
    operator = cast.session.scalars(select(Account).where(Account.email == "operator@aduan.example")).one()
    said = {"reason": "Melihat keluhan dari warga.", "mode": "configure", "minutes": "15"}
    row = entry.begin(cast.session, operator, now=NOW, **said)
    assert row.seat_id is not None
    cast.session.add(Preference(seat_id=row.seat_id, choices={}, changed_at=NOW))
    content, _made = taken(cast)
    assert b"operator@aduan.example" not in content
    assert str(row.seat_id).encode() not in content
    assert b"Melihat keluhan dari warga." in content, "that somebody came, and why, is the city's own"
    brought(elsewhere, storage, content)


def test_every_table_of_a_city_is_in_its_archive_or_said_not_to_be() -> None:
    owned = {table.name for table in Base.metadata.sorted_tables if "tenant_id" in table.primary_key.columns}
    assert owned - {one.name for one in archived()} == LEFT_OUT & owned


def test_what_is_not_whole_or_not_its_own_is_refused_and_leaves_nothing(
    cast: Cast, elsewhere: Engine, storage: FileStorage
) -> None:
    cast.complaint("barat", words="Lubang besar.", photos=[photo()])
    content, _made = taken(cast)
    with tarfile.open(fileobj=io.BytesIO(content)) as tar:
        file = next(name for name in tar.getnames() if name.startswith("files/"))
    for broken, said in (
        (b"", "can't be read"),
        (b"not a tar at all" * 100, "can't be read"),
        (content[: len(content) // 2], "can't be read"),
        (
            changed(content, "tables/remarks", b"Lubang besar.", b"Lubang kecil."),
            "tables/remarks/000001.jsonl isn't as",
        ),
        (changed(content, file, b"JFIF", b"JFIX"), f"{file} isn't as it was written"),
        (changed(content, "bundle.zip", b"bundle.yaml", b"bundle.yamm"), "bundle.zip isn't as it was written"),
        (changed(content, "archive.json", b'"revision": ', b'"revision": 4'), "archive.json isn't as it was written"),
        (changed(content, file, b"", b"", drop=True), f" where {file} should be|{file} is missing"),
        (changed(content, "sums/", b"  ", b" "), "A line of the archive's sums can't be read"),
        (changed(content, "tables/complaints", b'"status":"received"', b'"status":"nonsense"'), "doesn't fit"),
        (changed(content, "archive.json", b'"format": 1', b'"format": 2'), "no archive of a city in format 1"),
        (changed(content, "archive.json", b'"remarks": [', b'"remarks": ["mood", '), "has no mood here"),
    ):
        with pytest.raises(BadArchive, match=said):
            brought(elsewhere, storage, broken)
        with Session(elsewhere) as session:
            assert session.scalars(select(Tenant.slug)).all() == ["commons"]
            assert session.scalar(text("SELECT count(*) FROM accounts")) == 0
        assert list(storage.list("")) == []

    brought(elsewhere, storage, content)
    before = [one.key for one in storage.list("")]
    with pytest.raises(Conflict, match="already"):
        brought(elsewhere, storage, content)
    assert [one.key for one in storage.list("")] == before, "the files of a city that is here stay"
    other = changed(content, "archive.json", str(cast.city("barat").id).encode(), str(cast.city("timur").id).encode())
    with pytest.raises(Conflict, match="belongs to"):
        brought(elsewhere, storage, other)


def test_no_letter_brings_a_way_into_an_account_or_a_report_along(cast: Cast) -> None:
    complaint_id = cast.complaint("barat", reporter=Reporter(email="ani@warga.example"))
    cast.enter("barat")
    to_reporter = select(Message).where(
        Message.complaint_id == complaint_id, Message.destination == "ani@warga.example"
    )
    sent = cast.session.scalars(to_reporter).first()
    assert sent is not None
    assert "/manage/" in sent.body
    cast.session.add(
        Message(
            event="password", channel="email", destination="admin@timur.example", language="id", subject="Kata sandi",
            body="Buka http://barat.localhost/password/rahasia", link="http://barat.localhost/password/rahasia",
            created_at=NOW, not_before_at=NOW, key="a key", state=State.SENT,
        )
    )  # fmt: skip
    content, _made = taken(cast)
    assert b"/password/rahasia" not in content
    assert b"/manage/" not in content
    assert b"ani@warga.example" in content


@pytest.mark.parametrize("confirmed", [True, False])
def test_whoever_has_an_account_there_keeps_it_once_the_address_was_shown_to_be_theirs(
    cast: Cast, elsewhere: Engine, storage: FileStorage, confirmed: bool
) -> None:
    content, made = taken(cast)
    with Session(elsewhere) as session:
        session.add(
            Account(
                email="admin@barat.example", name="Somebody", password_hash="theirs", created_at=NOW,
                confirmed_at=NOW if confirmed else None,
            )
        )  # fmt: skip
        session.commit()
    brought(elsewhere, storage, content)
    with Session(elsewhere) as session:
        account = session.scalars(select(Account).where(Account.email == "admin@barat.example")).one()
        assert (account.name, account.password_hash) == ("Somebody", "theirs" if confirmed else None)
        scope.name_tenant(session, None)
        session.rollback()
        scope.name_tenant(session, cast.city("barat").id)
        seats = session.scalar(text("SELECT count(*) FROM seats WHERE account_id = :id"), {"id": account.id})
        assert seats == 1
        assert made.manifest["tables"]["people"]["number"] == 5
