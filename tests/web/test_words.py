"""Every page in the pseudo-locale and in Indonesian: nothing that isn't translated, nothing that stayed English.

What may stand outside the pseudo-locale's brackets is what a tenant or a person wrote (the template's words, the cast's
names, what the walker's calls contain), names that are the same in all languages, numbers, and dates.
"""

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml
from babel import Locale
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from flask import Flask
from flask_babel import get_babel

from complaints.safety.breach_notice import DRAFTS
from messages import operating
from messages.texts import TEXTS
from onboarding.billing.documents import FILE as DOCUMENTS
from onboarding.bundle import TEMPLATE
from tenants.calendar_days import LANGUAGES, official_names
from tenants.times import WORDS
from tests.cast import CITIES, NOW, Cast
from tests.conftest import put_together
from tests.web.every_page import every_page
from tests.web.pseudo import speak_pseudo, write_pseudo_catalogue
from tests.web.reading import says_nothing, texts, untranslated, without
from tests.web.rightful.world import HIDDEN, SHOWN, World
from web import app as web_app
from web.translating import TRANSLATIONS, extracted, read
from web.translating import untranslated as lacking

NAMES = (
    "Aduan",
    "Bahasa Indonesia",
    "English",
    "Basa Jawa",
    "Basa Sunda",
    "Basa Madura",
    "Baso Minangkabau",
    "Basa Bali",
    "Basa Ugi",
    "Bahsa Acèh",
    "Cahya DSN, wilayah_boundaries (MIT); Kepmendagri 300.2.2-2138/2025",
    "lapor.go.id",
    "CSV",
    "GeoJSON",
    "Excel",
    "XLSX",
    "Asia/Jakarta",
    "Asia/Makassar",
    "Asia/Jayapura",
    "Operator",
    "localhost",
    "barat",
    "timur",
    "BRT",
    "TMR",
    "UMM",
    "BGR",
    "BKS",
    "Jawa Barat",
    "Kota Bogor",
    "bogor.example",
    "tengah.example",
    "Kota Tengah",
    "tengah",
    "surat.pdf",
    "go.id",
    "bogor",
    "kecamatan",
    "kelurahan",
    "WIB",
    "TXT",
    "CNAME",
    "m²",
    "TGH",
)
"""The same in every language: the platform, languages by their own names, a source's attribution, addresses, codes."""

TYPED = (
    "Lubang besar di depan pasar.",
    "Lubang di jalan.",
    "Kami datang besok.",
    "Selesai.",
    "Di mana?",
    "Sebab itu.",
    "Di seberang.",
    "Di gang tiga.",
    "Belum.",
    "Kata",
    "Laporan",
    "Atlantis",
    "Depan pasar",
    "bukan nomor",
    "siapa@contoh.example",
    "Salah kategori.",
    "Regu Dua",
    "Saya",
    "Punya saya",
    "Surat itu benar.",
    "Kami yang berwenang.",
    "Hari Uji",
    "SKB",
    "Kantor",
    "kecamatan.geojson",
    "logo.png",
    "Pendaftaran",
    "disetujui",
    "Tengah",
    "Keterangan",
    "(boleh kosong)",
    "Ani",
    "Lain",
    "Lain.",
    "Kota Tengah",
    "Jawa Tengah",
    "Redirecting...",
    "You should be redirected automatically to the target URL:",
    "/signup/place",
    "If not, click the link.",
    "kata",
    "pu",
    "Katalog bawaan",
    ".geojson –",
    ".geojson",
    "pju.csv",
    "pju.csv –",
    "PJU-1",
    "PJU-",
    "PJU-  –",
    "kode",
    "nama",
    "jenis",
    "id",
    "en",
    "status",
    "nasional",
    "/admin/agencies",
    "Katalog kami",
    "BCA 123",
    "SPK/1",
    "bast.pdf",
    "spk.pdf",
    "kepala",
    "wakil",
    "PMK",
    "PMK 131/2024; PMK 59/PMK.03/2022",
    "UU 7/2021 (HPP) pasal 7; PMK 59/PMK.03/2022",
)
"""What people type into the forms of these tests."""

SHORT = (
    r"Rp[\d.,]+",
    r"ADN/[A-Z]{3}/\d{4}/\d{3,}",
    r"v?\d+ kB",
    r"https?://\S*",
    r"[A-Z]{3}-[0-9A-Z]{4}-[0-9A-Z]{4}|[0-9A-Z]{4}-[0-9A-Z]{4}",
    r"[\w.…+-]+@[\w.-]+\.(?:example|go\.id)",
    r"\+\d\d…\d\d",
    r"id, en",
    r"/admin/[a-z]+",
    r"\{[a-z_]+\}",
    r"[\w.-]+\.example",
    r"\d+ (?:d|h|min)|\d+ h \d\d m",
    r"[a-z2-9]{5}-[a-z2-9]{5}",
    r"(?:kata-)?[0-9a-f]{8}|[0-9a-f]{32}",
    r"PJU-[0-9a-zA-Z]*",
    r"Nama [0-9a-f]{6}",
    r"Jam [0-9a-f]{32}",
    r"\d+ m around the chosen place",
)
"""Addresses, references, codes of languages, lengths of time in a table's cell, recovery codes, codes of agencies."""

ROLES = ("Admin", "Supervisor", "Officer", "Colleague", "Resident")


@pytest.fixture
def app(database: str, owner_url: str, tmp_path: Path) -> Iterator[Flask]:
    """An app of the test's own, since what it speaks is changed."""
    with put_together(database, owner_url, tmp_path, own=True) as app:
        yield app


@pytest.fixture
def speak(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Let every page be in one language, from catalogues that are made now and not by an earlier `make`."""

    def in_language(code: str) -> None:
        if code == "xx":
            write_pseudo_catalogue(tmp_path)
            speak_pseudo(app, tmp_path)
        else:
            _write_catalogue(read(TRANSLATIONS / code / "LC_MESSAGES" / "messages.po"), tmp_path / code)
            get_babel(app).translation_directories = [str(tmp_path)]
        monkeypatch.setattr(web_app, "language_of", lambda *_: code)

    return in_language


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_nothing_on_any_page_was_written_past_the_catalogue(
    speak: Callable[[str], None], app: Flask, cast: Cast
) -> None:
    speak("xx")
    known = _known(cast)
    left = {}
    for name, answer in every_page(app, World(cast)):
        for outside, text in untranslated(texts(answer.get_data(as_text=True))):
            rest = without(outside, known)
            if not says_nothing(rest):
                left.setdefault(rest.strip(), f"{name}: {text[:160]}")
    assert not left, "\n".join(f"{rest!r} in {where}" for rest, where in left.items())


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_nothing_on_any_page_stays_english_in_indonesian(speak: Callable[[str], None], app: Flask, cast: Cast) -> None:
    speak("id")
    english, beginnings = _english()
    left = {}
    for name, answer in every_page(app, World(cast)):
        for text in texts(answer.get_data(as_text=True)):
            if (text in english or text.startswith(beginnings)) and text not in ROLES:
                left.setdefault(text, name)
    assert not left, left


def test_every_sentence_of_the_sources_is_in_indonesian() -> None:
    catalogue = read(TRANSLATIONS / "id" / "LC_MESSAGES" / "messages.po")
    catalogue.update(extracted(), no_fuzzy_matching=True)
    assert list(lacking(catalogue)) == [], "run .venv/bin/python -m web.translating and translate these"


def _known(cast: Cast) -> re.Pattern[str]:
    """What may stand outside the brackets, the longest first, each as whole words."""
    english = Locale("en")
    dates = [word for width in ("wide", "abbreviated") for word in english.months["format"][width].values()]
    dates += [word for width in ("wide", "abbreviated") for word in english.days["format"][width].values()]
    dates += english.days["stand-alone"]["narrow"].values()
    # the trial of a message has its dates in the message's own language
    dates += [*Locale("id").days["format"]["wide"].values(), *Locale("id").months["format"]["wide"].values(), "pukul"]
    years = range(NOW.year - 4, NOW.year + 5)
    dates += [name for year in years for tongue in LANGUAGES.values() for name in _holidays(year, tongue)]
    times = WORDS["en"]
    clock = [times.just_now, times.today, times.yesterday, times.tomorrow, "ago", "in", "at"]
    clock += [word for pair in times.units.values() for word in pair]
    template = [yaml.safe_load(path.read_text()) for path in [*sorted(TEMPLATE.parent.glob("*.yaml")), DOCUMENTS]]
    tenants = [word for card in cast.office.directory.by_id.values() for word in card.name.values()]
    people = [f"{role} {name}" for _, name, _ in CITIES.values() for role in (*ROLES, "Dinas PU", "UPTD Jalan")]
    people += [f"{role} {name.split()[1][0]}." for _, name, _ in CITIES.values() for role in ROLES]
    written = [
        *_words_of(template),
        *_codes_of(template),
        *tenants,
        *people,
        *ROLES,
        "Utara",
        "Selatan",
        "Works",
        *TYPED,
        *NAMES,
    ]
    written += [
        part.strip()
        for text in (*TEXTS["id"].values(), *DRAFTS.values())
        for line in "\n".join(text).splitlines()
        for part in re.split(r"\{[a-z_]+\}", line)
        if len(part.strip()) > 1
    ]
    words = sorted({*written, *SHOWN.values(), *HIDDEN.values(), *dates, *clock}, key=len, reverse=True)
    said = [*TEXTS["id"].values(), *operating.TEXTS["id"].values()]
    subjects = [re.sub(r"\\{\w+\\}", ".+", re.escape(subject)) for subject, _ in said]
    sentences = [re.escape(one) for one in words if len(one) > 80]  # before a subject takes a part of one
    return re.compile(
        rf"(?<!\w)(?:{'|'.join([*SHORT, *sentences, *subjects, *map(re.escape, filter(None, words))])})(?!\w)"
    )


def _holidays(year: int, language: str) -> list[str]:
    """The names of the country's holidays, which come from their library."""
    return [name for _kind, name in official_names("ID", year, language).values()]


def _codes_of(value: object) -> Iterator[str]:
    """The codes that a template gives, which stay as they are, and its everyday words as one text."""
    if isinstance(value, dict):
        for key, one in value.items():
            if key in ("code", "agency", "parent") and isinstance(one, str):
                yield one
            elif key == "search_words" and isinstance(one, dict):
                yield from (", ".join(map(str, words)) for words in one.values())
            else:
                yield from _codes_of(one)
    elif isinstance(value, list):
        for one in value:
            yield from _codes_of(one)


def _words_of(value: object) -> Iterator[str]:
    """What a template says in several languages."""
    if isinstance(value, dict):
        for key, one in value.items():
            if key in ("id", "en") and isinstance(one, str):
                yield re.sub(r"\s+", " ", one).strip()
                title, _line, text = one.partition("\n")  # of a ready reply
                yield title
                yield from (part for part in re.split(r"\s*\{[a-z_]+\}\s*", re.sub(r"\s+", " ", text)) if len(part) > 1)
            elif key in ("id", "en") and isinstance(one, list):
                yield " ".join(map(str, one))  # a line each
            else:
                yield from _words_of(one)
    elif isinstance(value, list):
        for one in value:
            yield from _words_of(one)


def _english() -> tuple[set[str], tuple[str, ...]]:
    """The msgids that differ from their translation, and how those begin in which a value stands."""
    catalogue = read(TRANSLATIONS / "id" / "LC_MESSAGES" / "messages.po")
    forms = [(message.id, message.string) for message in catalogue if isinstance(message.id, str)]
    forms += [pair for m in catalogue if isinstance(m.id, tuple) for pair in zip(m.id, m.string, strict=False)]
    differing = {msgid for msgid, said in forms if msgid and msgid != said}
    begin = {beginning for msgid in differing if len(beginning := msgid.partition("%(")[0]) > 12 and "%(" in msgid}
    return differing, tuple(begin)


def _write_catalogue(catalogue: Catalog, folder: Path) -> None:
    path = folder / "LC_MESSAGES" / "messages.mo"
    path.parent.mkdir(parents=True)
    with path.open("wb") as file:
        write_mo(file, catalogue)
