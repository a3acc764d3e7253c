"""The front pages, tracking, and what is kept of people."""

import gzip
from collections.abc import Callable

from complaints.complaint import Complaint
from tenants.catalogue import Municipality
from tenants.database import Base
from tenants.personal import personal_columns
from tests.cast import Cast, Visitor
from web.context import STATIC
from web.resident.privacy import kept

Visit = Callable[..., Visitor]

STAFFS_OWN = {
    ("invoice_files", "name"),  # of officials who pay
    ("help_requests", "question"),  # of officials who ask the operators, and what these answer
    ("help_requests", "answer"),
    ("border_questions", "why"),  # of governments about a border
    ("catalogue_differences", "why"),
    ("breach_steps", "said"),  # of operators
    ("claims", "email"),  # of officials who sign a city up
    ("claims", "name"),
    ("claims", "invited"),
    ("claims", "dispute"),
    ("claims", "letter_name"),
    ("claims", "reason"),
    ("claim_devices", "name"),
    ("agencies", "email"),
    ("agencies", "phone"),
    ("evidence", "claimed_lon"),  # the camera of our page is the officials'
    ("evidence", "claimed_lat"),
    ("seats", "name"),
    ("invitations", "email"),
    ("invitations", "name"),
    ("preferences", "choices"),
    ("disputes", "reason"),
    ("subtasks", "task"),  # what officials and their crews tell one another about the work
    ("subtasks", "words"),
    ("work_links", "crew"),
    ("work_links", "destination"),
    ("work_links", "task"),
    ("work_results", "note"),
    ("work_results", "reason"),
}


def test_a_citys_front_page_asks_one_question_and_shows_what_is_new(visit: Visit, cast: Cast) -> None:
    reference = cast.read("barat", cast.complaint("barat")).reference
    neighbours = cast.read("timur", cast.complaint("timur")).reference
    page = visit("barat").get("/").get_data(as_text=True)
    assert page.count("btn main") == 1
    assert 'href="tel:112"' in page
    assert reference in page
    assert neighbours not in page


def test_a_city_without_reports_says_so_and_offers_the_next_step(visit: Visit) -> None:
    page = visit("barat").get("/").get_data(as_text=True)
    assert 'class="panel empty"' in page


def test_the_first_page_costs_less_than_150_kilobytes(visit: Visit, cast: Cast) -> None:
    for _ in range(5):
        cast.complaint("barat")
    visitor = visit("barat")
    parts = [visitor.get(path).data for path in ("/", "/theme.css")]
    parts += [
        (STATIC / name).read_bytes()
        for name in ("vendor/aduan.css", "icons.svg", "pictures.svg", "favicon.svg", "js/chosen.js")
    ]
    assert sum(len(gzip.compress(part)) for part in parts) < 150_000 - 5 * 20_000  # five thumbnails


def test_the_national_page_finds_a_city_and_says_which_are_served(visit: Visit, cast: Cast) -> None:
    cast.session.add_all(
        [
            _municipality("99.01", "Kota Uji", "Provinsi Uji"),
            _municipality("99.02", "Kabupaten Uji", "Provinsi Uji"),
        ]
    )
    cast.session.commit()
    page = visit().get("/?city=uji").get_data(as_text=True)
    assert "Kota Uji" in page
    assert "Kabupaten Uji" in page
    assert 'href="http://barat.localhost/"' in page
    assert "Kota Uji" not in visit().get("/?city=100%25").get_data(as_text=True)


def test_track_forgives_and_says_what_is_wrong(visit: Visit, cast: Cast) -> None:
    reference = cast.read("barat", cast.complaint("barat")).reference
    visitor = visit("timur")
    assert visitor.get("/track").status_code == 200
    for written in (reference, reference.lower(), reference.replace("-", ""), f"  {reference} "):
        assert visitor.get("/track", query_string={"reference": written}).location.endswith(f"/complaints/{reference}")
    for written in ("BRT-0000-0001", "x", "😀", "BRT" + "0" * 50):
        answer = visitor.get("/track", query_string={"reference": written})
        assert answer.status_code == 404
        assert 'id="reference-error"' in answer.get_data(as_text=True)


def test_the_page_about_personal_data_names_every_column_that_holds_some_of_residents() -> None:
    named = {column for one in kept({}) for column in one.columns}
    assert named == set(personal_columns(Base.metadata)) - STAFFS_OWN


def test_the_page_about_personal_data_says_the_citys_own_periods(visit: Visit) -> None:
    page = visit("barat").get("/privacy").get_data(as_text=True)
    assert "24" in page
    assert "60" in page
    assert visit().get("/privacy").status_code == 200


def _municipality(code: str, name: str, province: str) -> Municipality:
    return Municipality(
        code=code,
        level="municipality",
        type=name.split(maxsplit=1)[0].lower(),
        name=name,
        province_code="99",
        province_name=province,
        claimable=True,
    )


def test_no_page_changes_a_row_when_it_is_looked_at(visit: Visit, cast: Cast) -> None:
    before = cast.read("barat", cast.complaint("barat"))
    version, reference = before.version, before.reference
    for path in ("/", "/complaints", "/map", f"/complaints/{reference}", "/track", "/privacy", "/report"):
        assert visit("barat").get(path).status_code == 200, path
    cast.enter("barat")
    assert [(one.version, one.status) for one in cast.session.query(Complaint)] == [(version, "received")]
