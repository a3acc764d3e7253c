"""What a government reads before it signs: the processing agreement, where data lies, the exit plan; with version and
date, from one file in both languages."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from textwrap import fill
from typing import Any

import yaml

from tenants.database import Words
from tenants.tenant import in_language

FILE = Path(__file__).parents[1] / "data" / "documents.yaml"
WIDTH = 96


@dataclass(frozen=True)
class Section:
    heading: Words
    paragraphs: tuple[Words, ...]
    points: tuple[Words, ...]


@dataclass(frozen=True)
class Document:
    """A document of one version; dated: since when it stands."""

    version: str
    dated: date
    title: Words
    lead: Words
    sections: tuple[Section, ...]

    def as_text(self, language: str, dated: str) -> str:
        """For a file that is kept or printed. dated: its line about version and date."""
        lines = [in_language(self.title, language), dated, "", fill(in_language(self.lead, language), WIDTH)]
        for section in self.sections:
            lines += ["", in_language(section.heading, language)]
            lines += ["", *(f"{fill(in_language(one, language), WIDTH)}\n" for one in section.paragraphs)]
            lines += [
                fill(in_language(one, language), WIDTH, initial_indent="- ", subsequent_indent="  ")
                for one in section.points
            ]
        return "\n".join(lines).rstrip() + "\n"


@cache
def documents() -> dict[str, Document]:
    """agreement, hosting and exit."""
    read: dict[str, Any] = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    return {
        name: Document(
            version=one["version"],
            dated=one["dated"],
            title=one["title"],
            lead=one["lead"],
            sections=tuple(
                Section(row["heading"], tuple(row.get("paragraphs", ())), tuple(row.get("points", ())))
                for row in one["sections"]
            ),
        )
        for name, one in read.items()
    }
