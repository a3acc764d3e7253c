"""The catalogues of translations, kept in step with the sources: `.venv/bin/python -m web.translating`.

Not `pybabel extract`, because a refusal's sentence is a msgid too: `raise Invalid("…")` stands on floors that know
nothing of languages, and web/errors.py translates it. babel.cfg says what is searched, docs/translating.md how to work.
"""

import re
import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages import pofile
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from click import echo

ROOT = Path(__file__).resolve().parents[2]
TRANSLATIONS = Path(__file__).parent / "translations"
KINDS = ("AduanError", "NotFound", "NotAllowed", "Invalid", "Conflict", "Unavailable")
SEARCHED = ("tenants", "platform", "onboarding")
HEADER_BLANKS = re.compile(
    rb'^"(Project-Id-Version|Report-Msgid-Bugs-To|POT-Creation-Date|PO-Revision-Date|Last-Translator|Language-Team'
    rb"|Generated-By):.*\n",
    re.MULTILINE,
)


def main() -> int:
    """Bring every catalogue up to date and name what each lacks; the exit code is 1 if any lacks something."""
    template, lacking = extracted(), 0
    for path in sorted(TRANSLATIONS.glob("*/LC_MESSAGES/messages.po")):
        catalogue = read(path)
        catalogue.update(template, no_fuzzy_matching=True)
        path.write_bytes(written(catalogue))
        missing = list(untranslated(catalogue))
        lacking += len(missing)
        echo(f"{catalogue.locale_identifier}: {len(catalogue)} msgids, {len(missing)} without a translation")
        for msgid in missing:
            echo(f"  {msgid}")
    return 1 if lacking else 0


def extracted(root: Path = ROOT) -> Catalog:
    """All msgids of the sources, with the file of each and no line number, so that moved code changes no catalogue."""
    with (root / "babel.cfg").open() as mapping:
        methods, options = parse_mapping_cfg(mapping, "babel.cfg")  # type: ignore[no-untyped-call]  # Babel has no types there
    catalogue = Catalog(project="Aduan", charset="utf-8")
    for part in SEARCHED:
        found = extract_from_dir(
            root / part,
            method_map=[
                (pattern.removeprefix(f"{part}/"), method) for pattern, method in methods if f"{part}/" in pattern
            ],
            options_map={pattern.removeprefix(f"{part}/"): option for pattern, option in options.items()},
            keywords={**DEFAULT_KEYWORDS, **dict.fromkeys({"Sentence", *refusals(root)})},
            comment_tags=("Translators:",),
            strip_comment_tags=True,
        )
        for filename, _line, message, comments, context in found:
            catalogue.add(message, None, [(f"{part}/{filename}", 0)], auto_comments=comments, context=context)
    return catalogue


def refusals(root: Path = ROOT) -> set[str]:
    """The names of the five kinds of refusal and of all classes made from them, however far down."""
    sources = "\n".join(path.read_text() for part in SEARCHED for path in sorted((root / part).rglob("*.py")))
    made = re.findall(r"^class (\w+)\(([\w, ]+)\):", sources, re.MULTILINE)
    names = set(KINDS)
    while more := {name for name, bases in made if names & set(re.split(r",\s*", bases))} - names:
        names |= more
    return names


def untranslated(catalogue: Catalog) -> Iterator[str]:
    """The msgids that have no translation, or only a guess."""
    for message in catalogue:
        if message.id and (message.fuzzy or not all(_strings(message.string or ""))):
            yield _strings(message.id)[0]


def read(path: Path) -> Catalog:
    """A .po file; its language is the name of its folder."""
    with path.open("rb") as file:
        return pofile.read_po(file, locale=path.parts[-3])


def written(catalogue: Catalog) -> bytes:
    """A .po file's bytes, the same each time: without the dates and blanks that gettext's header has."""
    catalogue.header_comment = "# What was translated by hand; the msgids come from the sources."
    buffer = BytesIO()
    pofile.write_po(buffer, catalogue, width=100, sort_by_file=True, ignore_obsolete=True, include_lineno=False)
    return HEADER_BLANKS.sub(b"", buffer.getvalue())


def _strings(text: str | list[str] | tuple[str, ...]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)


if __name__ == "__main__":
    sys.exit(main())
