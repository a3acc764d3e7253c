"""The console's menu: what doesn't fit on one line stands behind "More", and nothing is lost."""

import re
from collections.abc import Callable

from tests.cast import Visitor


def test_every_entry_stands_in_the_menu_once_and_the_page_that_is_open_is_named(visit: Callable[..., Visitor]) -> None:
    html = visit("barat", "admin").get("/admin?lang=en").get_data(as_text=True)
    menu = html[html.index('<nav class="menu') : html.index("</nav>")]
    shown, _more, behind = menu.partition("<details")
    links = re.findall(r'href="([^"]+)"', menu)
    assert len(links) == len(set(links))
    assert {"/staff", "/staff/incidents", "/staff/figures", "/staff/reads", "/admin", "/"} <= set(links)
    assert len(re.findall("href=", shown)) == 7
    assert "More: Settings</summary>" in behind
