"""What those who run the platform mail, and what it mails for itself: (subject, body) by event and language.

No city has words of its own here. A line whose value is empty is left out.
"""

from collections.abc import Mapping

from messages.texts import DEFAULT_LANGUAGE, filled

TEXTS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "id": {
        "help_answered": (
            "Jawaban atas pertanyaan Anda tentang pengaturan {city}",
            """\
Anda bertanya: {question}

Pengelola Aduan menjawab: {answer}

Halaman yang Anda tanyakan: {url}

Aduan
""",
        ),
        "commons_waits": (
            "{count} laporan warga menunggu Pemerintah {city}",
            """\
Warga melaporkan masalah di {city} lewat Aduan. {count} laporan menunggu, dan belum ada petugas yang menjawabnya.

{lines}

Pemerintah {city} dapat menerimanya langsung, tanpa biaya untuk memulai; laporan yang menunggu ikut masuk: {url}

Surat ini dikirim paling banyak sekali seminggu. Jangan kirim lagi: {ending}

Aduan
""",
        ),
        "border_asked": (
            "Batas {city} tumpang tindih dengan {other}",
            """\
{city} sedang disiapkan di Aduan. Batasnya tumpang tindih dengan {other} seluas {area} m².
Itu lebih dari selisih dua peta. Sebelum ada persetujuan, {city} tidak dapat tayang.

Lihat petanya, lalu setujui atau tolak: {url}

Aduan
""",
        ),
        "new_border_asked": (
            "Batas baru {city} tumpang tindih dengan {other}",
            """\
Daftar wilayah resmi mengusulkan batas baru bagi {city}. Batas itu tumpang tindih dengan {other} seluas {area} m².
Itu lebih dari selisih dua peta. Sebelum ada persetujuan, batas itu tidak berlaku.

Lihat petanya, lalu setujui atau tolak: {url}

Aduan
""",
        ),
        "new_border_refused": (
            "Batas baru Anda tidak disetujui {other}",
            """\
Batas baru Anda tumpang tindih dengan {other} dan tidak disetujui.
Alasannya: {reason}

Batas yang sekarang tetap berlaku. Usulannya: {url}

Aduan
""",
        ),
        "catalogue_proposes": (
            "Daftar wilayah {edition} mengusulkan perubahan bagi {city}",
            """\
Daftar wilayah resmi edisi {edition} berbeda dengan yang berlaku bagi {city}. Usulannya: {count}.
Tidak ada yang berubah sebelum Anda menerimanya.

Lihat petanya, lalu terima atau tolak: {url}

Aduan
""",
        ),
        "border_agreed": (
            "Tumpang tindih dengan {other} disetujui",
            """\
Tumpang tindih batas Anda dengan {other} disetujui.
Alasannya: {reason}

Lanjutkan: {url}

Aduan
""",
        ),
        "opened_by_consent": (
            "{city} sudah tayang",
            """\
Semua pihak yang wilayahnya tumpang tindih sudah setuju, jadi {city} tayang sejak sekarang: {url}

Laporan warga di wilayah itu mulai masuk ke sana.

Aduan
""",
        ),
        "areas_proposed": (
            "Wilayah {city} tidak pas lagi dengan batasnya",
            """\
Batas {city} sudah berubah. Wilayah di dalamnya (kecamatan, kelurahan) belum ikut:
{misfit}.

Ada usulan wilayah yang pas. Lihat petanya dan laporan yang akan berpindah, lalu tentukan mulai kapan berlaku: {url}

Aduan
""",
        ),
        "border_refused": (
            "Tumpang tindih dengan {other} tidak disetujui",
            """\
Tumpang tindih batas Anda dengan {other} tidak disetujui.
Alasannya: {reason}

Kota Anda dapat tayang setelah batasnya diperbaiki bersama pengelola: {url}

Aduan
""",
        ),
    },
    "en": {
        "help_answered": (
            "Answer to your question about the settings of {city}",
            """\
You asked: {question}

The operators of Aduan answer: {answer}

The page that you asked about: {url}

Aduan
""",
        ),
        "commons_waits": (
            "{count} reports of residents wait for the government of {city}",
            """\
Residents report problems in {city} through Aduan. {count} reports wait, and no official answers them yet.

{lines}

The government of {city} can take them over itself, at no cost to begin with; what waits comes along: {url}

This letter is sent once a week at most. Send it no more: {ending}

Aduan
""",
        ),
        "border_asked": (
            "The boundary of {city} overlaps that of {other}",
            """\
{city} is being set up on Aduan. Its boundary overlaps that of {other} by {area} m².
That is more than two maps differ by. Before somebody agrees, {city} can't go live.

Look at the map, then agree or refuse: {url}

Aduan
""",
        ),
        "new_border_asked": (
            "The new boundary of {city} overlaps that of {other}",
            """\
The catalogue proposes a new boundary for {city}. It overlaps that of {other} by {area} m².
That is more than two maps differ by. Before somebody agrees, it doesn't hold.

Look at the map, then agree or refuse: {url}

Aduan
""",
        ),
        "new_border_refused": (
            "Your new boundary isn't agreed to by {other}",
            """\
Your new boundary overlaps that of {other} and isn't agreed to.
The reason: {reason}

The present boundary goes on. The proposal: {url}

Aduan
""",
        ),
        "catalogue_proposes": (
            "The catalogue of {edition} proposes changes for {city}",
            """\
The official catalogue of municipalities, edition {edition}, differs from what holds for {city}. Proposals: {count}.
Nothing changes before you accept it.

Look at the map, then accept or decline: {url}

Aduan
""",
        ),
        "border_agreed": (
            "The overlap with {other} is agreed to",
            """\
The overlap of your boundary with that of {other} is agreed to.
The reason: {reason}

Go on: {url}

Aduan
""",
        ),
        "opened_by_consent": (
            "{city} is live",
            """\
Everybody whose ground it overlaps has agreed, so {city} is live from now on: {url}

What residents report there comes to it.

Aduan
""",
        ),
        "areas_proposed": (
            "The areas of {city} don't fit its boundary any more",
            """\
The boundary of {city} has changed, and its areas (kecamatan, kelurahan) haven't followed:
{misfit}.

A proposal fits. Look at the map and at the reports that would change hands, then say from when on it holds: {url}

Aduan
""",
        ),
        "border_refused": (
            "The overlap with {other} isn't agreed to",
            """\
The overlap of your boundary with that of {other} isn't agreed to.
The reason: {reason}

Your city can go live once its boundary is mended together with the operator: {url}

Aduan
""",
        ),
    },
}


MISFIT = {
    "id": ("{} terletak di luar batas", "{} di dalam batas tidak termasuk wilayah mana pun"),
    "en": ("{} lie outside the boundary", "{} inside the boundary are in no area"),
}


def misfit(out_m2: float, bare_m2: float, language: str) -> str:
    """How much of a city's areas sticks out and how much ground lies in none, in words; what rounds to 0 m² isn't."""
    said = zip(MISFIT.get(language, MISFIT[DEFAULT_LANGUAGE]), (out_m2, bare_m2), strict=True)
    return "; ".join(words.format(_size(area_m2, language)) for words, area_m2 in said if round(area_m2))


def _size(area_m2: float, language: str) -> str:
    written = f"{area_m2:,.0f} m²" if area_m2 < 10_000 else f"{area_m2 / 10_000:,.1f}".removesuffix(".0") + " ha"
    return written if language == "en" else written.translate(str.maketrans(",.", ".,"))


def compose(event: str, language: str, values: Mapping[str, str]) -> tuple[str, str]:
    """(subject in one line, body)."""
    return filled(TEXTS.get(language, TEXTS[DEFAULT_LANGUAGE])[event], values)
