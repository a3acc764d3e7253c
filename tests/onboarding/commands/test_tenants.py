"""`flask tenants …`: looking, moving, suspending, and erasing in two steps."""

from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from onboarding.billing.contract import new_contract
from onboarding.billing.plans import Plan
from tests.cast import NOW, Cast, jpeg, photo
from tests.onboarding.commands.conftest import Run
from tests.tenants import walls


def test_all_are_listed_with_code_stage_and_name(run: Run) -> None:
    said = run("tenants", "list")

    assert said.code == 0
    assert [line.split()[:3] for line in said.out.splitlines()] == [
        ["barat", "BRT", "live"],
        ["commons", "UMM", "live"],
        ["timur", "TMR", "live"],
    ]
    assert "latihan" not in said.out


def test_one_is_shown_with_its_ground_and_what_it_holds(run: Run, cast: Cast) -> None:
    cast.complaint("barat")
    facts = dict(line.split(":", 1) for line in run("tenants", "show", "barat").out.splitlines())
    facts = {name: value.strip() for name, value in facts.items()}

    assert facts["name"] == "Kota Barat"
    assert facts["address"] == "http://barat.localhost"
    assert facts["ground"] == "122.38 km² from the beginning"
    assert (facts["areas"], facts["people"], facts["complaints"], facts["of them open"]) == ("2", "5", "1", "1")


def test_an_unknown_one_is_refused_in_a_sentence(run: Run) -> None:
    for command in ("show", "export", "suspend", "resume", "erase"):
        said = run("tenants", command, "nowhere")
        assert (said.code, said.out) == (1, "")
        assert said.err == "Error: There is no tenant called nowhere; 'flask tenants list' names them all.\n"


def test_an_exported_one_is_the_same_bytes_and_imports_without_a_change(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "barat.zip"
    first = run("tenants", "export", "barat").out_bytes
    assert run("tenants", "export", "barat", "--out", out).code == 0
    assert out.read_bytes() == first
    assert first.startswith(b"PK")

    said = run("tenants", "import", out)
    assert (said.code, said.out) == (0, "barat: nothing changed.\n")


def test_a_file_that_cannot_be_written_or_read_is_a_sentence(run: Run, tmp_path: Path) -> None:
    said = run("tenants", "export", "barat", "--out", tmp_path / "no" / "barat.zip")
    assert said.code == 1
    assert "can't be written: No such file or directory." in said.err
    said = run("tenants", "import", tmp_path / "none.zip")
    assert said.code == 1
    assert "can't be read" in said.err


def test_a_suspended_one_keeps_its_ground_and_comes_back(run: Run, cast: Cast, session: Session) -> None:
    assert run("tenants", "suspend", "barat").out == "barat is suspended.\n"
    assert run("tenants", "suspend", "barat").out == "barat is suspended already; nothing changed.\n"
    assert cast.tenant("barat").stage == "suspended"
    session.rollback()
    cast.office.keeper.refresh()
    assert cast.office.directory.index.locate(106.95, -6.25, at=NOW).slug == "barat"

    assert run("tenants", "resume", "barat").out == "barat is in service again.\n"
    assert run("tenants", "resume", "barat").out == "barat is in service; nothing changed.\n"
    assert cast.tenant("barat").stage == "live"


def test_the_commons_is_neither_suspended_nor_erased(run: Run) -> None:
    for arguments in (("suspend", "commons"), ("erase", "commons", "--yes-erase", "commons")):
        said = run("tenants", *arguments)
        assert said.code == 1
        assert "part of the platform" in said.err


def test_erasing_says_first_what_would_go_and_deletes_nothing(run: Run, cast: Cast, owner: Connection) -> None:
    cast.complaint("barat", photos=[photo()])
    run("tenants", "suspend", "barat")
    before = rows_of(owner, cast)
    for arguments in ((), ("--yes-erase", "timur")):
        said = run("tenants", "erase", "barat", *arguments)
        assert said.code in (1, 2)
        assert "deleted" in said.err
    assert "1 complaints, 1 photos" in run("tenants", "erase", "barat").err
    assert "flask tenants erase barat --yes-erase barat" in run("tenants", "erase", "barat").err

    owner.rollback()
    assert rows_of(owner, cast) == before


def test_one_in_service_is_not_erased(run: Run, cast: Cast, owner: Connection) -> None:
    before = rows_of(owner, cast)
    said = run("tenants", "erase", "barat", "--yes-erase", "barat")

    assert said.code == 1
    assert said.err == "Error: barat is live. Suspend it first: 'flask tenants suspend barat'.\n"
    owner.rollback()
    assert rows_of(owner, cast) == before


def test_an_erased_one_leaves_no_row_and_no_file_and_its_neighbour_is_whole(
    run: Run, cast: Cast, owner: Connection
) -> None:
    barat, timur = cast.city("barat"), cast.city("timur")
    cast.complaint("barat", photos=[photo()])
    cast.complaint("timur", photos=[photo("#aa0000")])
    storage = cast.office.storage
    storage.put(f"tenant/{barat.id}/look/crest.jpg", jpeg(), "image/jpeg")
    theirs = rows_of(owner, cast)[timur.id]
    owner.rollback()
    run("tenants", "suspend", "barat")
    cast.enter("barat")
    cast.session.add(contract := new_contract(Plan.CITY, 300_000, NOW))
    contract.since_on = NOW.date().replace(day=1)
    cast.session.commit()

    said = run("tenants", "erase", "barat", "--yes-erase", "barat")

    assert said.code == 0
    assert said.out.startswith("barat is erased: ")
    assert said.out.endswith(" and 2 files.\n")
    assert rows_of(owner, cast) == {barat.id: {"invoices": 1}, timur.id: theirs}, "only the last months' invoice"
    assert owner.scalar(text("SELECT amount_minor FROM invoices WHERE tenant_id = :id"), {"id": barat.id}) > 0
    assert list(storage.list(f"tenant/{barat.id}/")) == []
    assert len(list(storage.list(f"tenant/{timur.id}/"))) == 1
    assert owner.scalar(text("SELECT count(*) FROM boundaries WHERE tenant_id = :id"), {"id": barat.id}) == 0
    assert owner.scalar(text("SELECT count(*) FROM tenants WHERE shadow_of = :id"), {"id": barat.id}) == 0


def test_slug_and_code_of_an_erased_one_stay_taken(run: Run, tmp_path: Path) -> None:
    bundle = tmp_path / "barat.zip"
    run("tenants", "export", "barat", "--out", bundle)
    run("tenants", "suspend", "barat")
    run("tenants", "erase", "barat", "--yes-erase", "barat")

    said = run("tenants", "import", bundle)
    assert said.code == 1
    assert "never given again" in said.err
    assert ["barat", "BRT", "erased"] in [line.split()[:3] for line in run("tenants", "list").out.splitlines()]
    for command in ("suspend", "resume", "export"):
        assert run("tenants", command, "barat").code == 1
    again = run("tenants", "erase", "barat", "--yes-erase", "barat")
    assert again.out == "barat is erased: 0 rows and 0 files.\n"


def rows_of(owner: Connection, cast: Cast) -> dict[object, dict[str, int]]:
    """How many rows each tenant but the commons has in each table that belongs to tenants, shadows included."""
    counted: dict[object, dict[str, int]] = {}
    for table in [*walls.tenant_owned(owner), "intake_keys"]:
        for tenant_id, number in owner.execute(text(f"SELECT tenant_id, count(*) FROM {table} GROUP BY 1")):
            if tenant_id != cast.office.directory.commons.id:
                counted.setdefault(tenant_id, {})[table] = number
    return counted
