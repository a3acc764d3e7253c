"""The rightful calls of its categories, as files and as templates too."""

import io
from collections.abc import Callable

from configuration import categories, category_bringing, category_staging, published
from configuration.category_sheet import Given
from configuration.category_staging import StagedCategories
from configuration.editing import Author
from tests.web.rightful.world import Ask, Call, World, clock, plain

CATEGORY = {
    "name-id": "Kata",
    "agency": "pu",
    "kinds": "complaint",
    "place": "exact",
    "visibility": "public",
    "go": "save",
}


def category_form(path: str, name: str, **more: str) -> Callable[[World], Ask]:
    """A form of the list about one category."""

    def make(world: World) -> Ask:
        world.cast.enter("barat")
        one = str(categories.category_of(world.cast.session, "jalan-rusak").id)
        return Ask(f"/admin/categories{path}", lambda: {name: one, **more})

    return make


def category_file(step: str | None, *, send: bool = True) -> Callable[[World], Ask]:
    """Sending a list of categories, or taking over one that was looked at."""
    csv = b"code,name:id,agency\nkata,Kata,pu\n"

    def make(world: World) -> Ask:
        if step is None:
            return Ask("/admin/categories/files", lambda: {"file": (io.BytesIO(csv), "kata.csv")})
        card, office = world.cast.enter("barat"), world.cast.office
        staged = StagedCategories("kata.csv", [Given(2, {"code": "pju", "safety": True})])
        key = category_staging.stage(office.storage, card.id, staged)
        category_bringing.look(world.cast.session, office, card, key, staged)
        world.cast.session.commit()
        return Ask(f"/admin/categories/files/{key}{step}", dict if send else None)

    return make


def category(path: str, *, ended: bool = False, **form: str) -> Callable[[World], Ask]:
    """A page or a form of one category."""

    def make(world: World) -> Ask:
        author = Author(world.cast.actor("barat", "admin").seat_id)
        one = categories.category_of(world.cast.session, "hewan" if ended else "macet")
        if ended and one.ended_at is None:
            categories.end(world.cast.session, one, author=author, now=clock())
            world.cast.session.commit()
        return Ask(f"/admin/categories/{one.id}{path}", lambda: {**CATEGORY, **form})

    return make


def template_withdrawn(world: World) -> Ask:
    world.cast.enter("barat")
    row = published.publish(
        world.cast.session, {"id": "Katalog lama"}, {}, languages=["id"], author=Author(), now=clock()
    )
    path = f"/admin/categories/publishing/{row.id}/withdrawal"
    world.cast.session.commit()
    return Ask(path, dict)


CALLS: dict[tuple[str, str], Call | dict[str, Call]] = {
    ("admin_categories.page", "GET"): Call("admin", plain("/admin/categories")),
    ("admin_categories.arrange", "POST"): Call("admin", category_form("/order", "up")),
    ("admin_categories.change_several", "POST"): Call(
        "admin", category_form("/bulk", "id", change="visibility=private")
    ),
    ("admin_category_files.page", "GET"): Call("admin", plain("/admin/categories/files")),
    ("admin_category_files.download", "GET"): Call("admin", plain("/admin/categories/list.csv")),
    ("admin_category_files.read", "POST"): Call("admin", category_file(None)),
    ("admin_category_files.take_over", "POST"): Call("admin", category_file("/taking")),
    ("admin_category_files.look", "GET"): Call("admin", category_file("", send=False)),
    ("admin_category_files.stop", "POST"): Call("admin", category_file("/stopping")),
    ("category_templates.shelf", "GET"): Call("admin", plain("/admin/categories/templates?q=kota")),
    ("admin_category_publishing.page", "GET"): Call("admin", plain("/admin/categories/publishing")),
    ("admin_category_publishing.publish", "POST"): Call(
        "admin", lambda world: Ask("/admin/categories/publishing", lambda: {"name-id": "Katalog kami", "codes": "pju"})
    ),
    ("admin_category_publishing.withdraw", "POST"): Call("admin", template_withdrawn),
    ("category_templates.page", "GET"): Call("admin", plain("/admin/categories/templates/kabupaten")),
    ("category_templates.take_over", "POST"): Call(
        "admin", lambda world: Ask("/admin/categories/templates/kota", lambda: {"code": "halte"})
    ),
    ("admin_category.begin", "GET"): Call("admin", plain("/admin/categories/new")),
    ("admin_category.make", "POST"): Call("admin", lambda world: Ask("/admin/categories/new", lambda: CATEGORY)),
    ("admin_category.page", "GET"): Call("admin", category("")),
    ("admin_category.change", "POST"): Call("admin", category("", **{"go": "look"})),
    ("admin_category.preview", "POST"): Call("admin", lambda world: Ask("/admin/categories/preview", lambda: CATEGORY)),
    ("admin_category.end", "POST"): Call("admin", category("/end")),
    ("admin_category.bring_back", "POST"): Call("admin", category("/return", ended=True)),
    ("admin_category.of_code", "GET"): Call("admin", plain("/admin/categories/of/pju")),
}
