"""A report's form as a browser without script sends it: whatever stands in its fields, and the pressed button."""

import io
import re
from collections.abc import Mapping, Sequence
from typing import Any
from xml.etree import ElementTree

from werkzeug.test import TestResponse

from tests.cast import Visitor
from tests.web.stand import strict


class Sheet:
    """One form on the page that a browser shows. answer: the last response."""

    def __init__(self, visitor: Visitor, path: str = "/report") -> None:
        self.visitor = visitor
        self.fields: dict[str, list[str]] = {}
        self.answer = visitor.get(path)
        self.read()

    @property
    def text(self) -> str:
        """The page in words, blanks made one."""
        document = strict(self.answer.get_data(as_text=True))
        return re.sub(r"\s+", " ", " ".join(document.itertext()))

    @property
    def step(self) -> int:
        """The step that stands in front."""
        found = re.search(r'class="step now" id="step-(\d)"', self.answer.get_data(as_text=True))
        assert found is not None
        return int(found[1])

    def oops(self, name: str) -> str:
        """The sentence beside a field, "" for none."""
        for element in strict(self.answer.get_data(as_text=True)).iter():
            if element.get("id") == f"{name}-error":
                return "".join(element.itertext())
        return ""

    def read(self) -> None:
        """Take over what the page's form holds."""
        document = strict(self.answer.get_data(as_text=True))
        form = document.find(".//form[@data-report]")
        self.fields = _fields(form) if form is not None else {}

    def press(
        self,
        go: str,
        typed: Mapping[str, Any] | None = None,
        *,
        photos: Sequence[tuple[bytes, str]] = (),
        follow: bool = True,
    ) -> TestResponse:
        """Type into fields, press a button, and follow where it leads on this host."""
        for name, value in (typed or {}).items():
            self.fields[name] = value if isinstance(value, list) else [value]
        data: dict[str, Any] = {name: values for name, values in self.fields.items() if values}
        data["go"] = go
        if photos:
            data["camera"] = [(io.BytesIO(content), name) for content, name in photos]
        self.answer = self.visitor.post("/report", data=data, content_type="multipart/form-data")
        if follow and self.answer.status_code == 303 and self.answer.location.startswith("/"):
            self.answer = self.visitor.get(self.answer.location.partition("#")[0])
        self.read()
        return self.answer


def _fields(form: ElementTree.Element) -> dict[str, list[str]]:
    fields: dict[str, list[str]] = {}
    for element in form.iter():
        name = element.get("name")
        kind = element.get("type")
        if not name or (kind in ("radio", "checkbox") and element.get("checked") is None) or kind == "file":
            continue
        if element.tag == "input":
            fields.setdefault(name, []).append(element.get("value", ""))
        elif element.tag == "textarea":
            fields.setdefault(name, []).append("".join(element.itertext()).removeprefix("\n"))
        elif element.tag == "select":
            chosen = [one.get("value", "") for one in element.iter("option") if one.get("selected") is not None]
            fields.setdefault(name, []).append(chosen[0] if chosen else "")
    return fields
