"""Found by words, by part of the city, and by a reader of feeds."""

from collections.abc import Callable
from xml.etree import ElementTree

from complaints.report import Reporter
from complaints.words import vocabulary
from tests.cast import Cast, Visitor
from tests.web.staff.ground import lately, words

Visit = Callable[..., Visitor]
ATOM = "{http://www.w3.org/2005/Atom}"


def test_a_search_finds_public_reports_misspelt_or_not_and_no_private_one(cast: Cast, visit: Visit) -> None:
    found = cast.complaint(words="Jembatan gantung putus", now=lately(hours=3))
    other = cast.complaint(words="Sampah menumpuk", now=lately(hours=2))
    hidden = cast.complaint(
        words="Jembatan rahasia", visibility="private", reporter=Reporter(name="Ani"), now=lately(hours=1)
    )
    reference = {one: cast.read("barat", one).reference for one in (found, other, hidden)}
    cast.enter("barat")
    vocabulary.learn(cast.session, [found, other, hidden])
    cast.session.commit()
    for asked in ("jembatan", "jmbatan gantung", reference[found]):
        page = visit("barat").get("/complaints", query_string={"q": asked}).get_data(as_text=True)
        assert reference[found] in page, asked
        assert reference[other] not in page
        assert f"/complaints/{reference[hidden]}" not in page
    nothing = words(visit("barat").get("/complaints", query_string={"q": reference[hidden], "lang": "en"}))
    assert "Nothing was found" in nothing
    assert reference[found] not in visit("timur").get("/complaints?q=jembatan").get_data(as_text=True)


def test_a_part_of_the_city_has_its_reports_its_numbers_and_a_feed(cast: Cast, visit: Visit) -> None:
    public = cast.read("barat", cast.complaint(words="Lubang", now=lately(hours=2))).reference
    private = cast.read("barat", cast.complaint(visibility="private", now=lately(hours=1))).reference
    index = visit("barat").get("/areas").get_data(as_text=True)
    assert "/areas/BRT.1" in index
    pages = [visit("barat").get(f"/areas/{code}?lang=en").get_data(as_text=True) for code in ("BRT.1", "BRT.2")]
    assert sum(public in page for page in pages) == 1
    assert all("fewer than 5" in page and private not in page for page in pages)
    answer = visit("barat").get("/feed.atom")
    assert answer.content_type.startswith("application/atom+xml")
    feed = ElementTree.fromstring(answer.data)
    links = [entry.find(f"{ATOM}link").get("href") for entry in feed.iter(f"{ATOM}entry")]
    assert links == [f"http://barat.localhost/complaints/{public}"]
    narrowed = visit("barat").get("/feed.atom?category=pju")
    assert public not in narrowed.get_data(as_text=True)
    assert visit("barat").get("/areas/TMR.1").status_code == 404
    assert visit("barat").get("/areas/TMR.1/feed.atom").status_code == 404


def test_no_character_of_a_report_ends_the_feed_for_everybody(cast: Cast, visit: Visit) -> None:
    cast.complaint(place="Gang \ufffeMelati\v & <3", now=lately(hours=2))
    feed = ElementTree.fromstring(visit("barat").get("/feed.atom").data)
    assert "Gang Melati & <3" in "".join(feed.itertext())
