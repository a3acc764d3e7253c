"""What a resident's phone loads at the first visit: the page, and each file that it names, as they are sent.

Counted are the bodies and the headers of the answers, as a browser that takes gzip gets them from gunicorn; a proxy in
front could only make them smaller. Scripts are counted too, though the pages do without them.
"""

import gzip
from html.parser import HTMLParser
from urllib.parse import urldefrag, urljoin, urlsplit

from tests.bench.ground import DEMONSTRATION, Ground
from tests.bench.serving import Answer, fetch, serving

HOST = "bekasi.localhost"
PATHS = ("/", "/report")
LOADED = {"script": "src", "img": "src", "source": "src", "use": "href", "image": "href"}
RELATIONS = {"stylesheet", "icon", "preload", "manifest"}
"""Of the links of a page, those that a browser fetches by itself."""


def run(ground: Ground) -> dict[str, float | str]:
    """Kilobytes (1,000 bytes) of the city's front page and of the first page of a report, each from nothing."""
    figures: dict[str, float | str] = {}
    with serving(ground.environment(DEMONSTRATION)) as port:
        for path in PATHS:
            page = _get(port, path)
            files = {name: _get(port, name) for name in _loaded(page, path)}
            name = path.strip("/") or "home"
            figures[f"first_page_{name}_kb"] = round(sum(map(_size, [page, *files.values()])) / 1000, 1)
            figures[f"first_page_{name}_html_kb"] = round(_size(page) / 1000, 1)
            figures[f"first_page_{name}_files"] = len(files)
            largest = max(files, key=lambda one: _size(files[one]))
            figures[f"first_page_{name}_largest"] = f"{urlsplit(largest).path} {_size(files[largest]) / 1000:.1f} kB"
    return figures


def _get(port: int, path: str) -> Answer:
    return fetch(port, path, {"Host": HOST, "Accept-Encoding": "gzip, deflate, br", "Accept-Language": "id"})


def _loaded(page: Answer, path: str) -> list[str]:
    """The addresses of what the page loads, each once."""
    reader = _Reader()
    reader.feed((gzip.decompress(page.body) if "content-encoding" in page.headers else page.body).decode())
    found = {urldefrag(urljoin(path, address))[0] for address in reader.loaded}
    return sorted(address for address in found if address and not urlsplit(address).scheme)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.loaded: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag in LOADED:
            self.loaded.append(given.get(LOADED[tag], ""))
        elif tag == "link" and RELATIONS & set(given.get("rel", "").split()):
            self.loaded.append(given.get("href", ""))


def _size(answer: Answer) -> int:
    return len(answer.body) + sum(len(name) + len(value) + 4 for name, value in answer.headers.items())
