"""What is mailed while a city leaves the platform: (subject, body) by event and language; no city words it itself."""

from collections.abc import Mapping

from messages.texts import DEFAULT_LANGUAGE, filled

TEXTS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "id": {
        "city_leaves": (
            "{city} akan keluar dari Aduan",
            """\
Anda mengikuti atau pernah mengirim laporan di portal {city}: {url}

{city} akan keluar dari platform ini. Paling cepat mulai {from}, laporan, foto, dan data Anda di sana diserahkan
kepada pemerintah {city} lalu dihapus dari sini.
Sampai saat itu Anda masih dapat membuka laporan Anda dan mengunduh data Anda melalui tautan pribadi laporan.
Laporan yang sudah dialihkan ke pemerintah lain tetap ada di sana.

Pesan ini hanya dikirim satu kali.

Aduan
""",
        ),
        "leaving_asked": (
            "{city} meminta keluar dari Aduan",
            """\
Seorang administrator {city} meminta agar kota ini keluar dari Aduan.
Mulai {from} permintaan itu dapat dikonfirmasi; sehari kemudian semuanya dihapus dari sini.

Jika itu bukan kehendak pemerintah Anda, batalkan di: {url}/admin/standing

Aduan
""",
        ),
        "leaving_confirmed": (
            "{city} keluar dari Aduan dalam satu hari",
            """\
Seorang administrator {city} telah mengonfirmasi bahwa kota ini keluar. Dalam satu hari semuanya dihapus dari sini,
dan tidak dapat dikembalikan.

Sampai saat itu masih dapat dibatalkan di: {url}/admin/standing

Aduan
""",
        ),
        "leaving_void": (
            "{city} belum dihapus: ada yang baru",
            """\
Sejak arsip {city} dibuat, sesuatu terjadi pada laporannya. Karena itu belum ada yang dihapus.
Buat dan unduh arsip baru, lalu konfirmasi lagi: {url}/admin/standing

Aduan
""",
        ),
        "leaving_withdrawn": (
            "{city} tidak jadi keluar dari Aduan",
            """\
Seorang administrator {city} membatalkan permintaan keluar. Tidak ada yang dihapus. Layanannya masih dijeda sampai
Anda melanjutkannya: {url}/admin/standing

Aduan
""",
        ),
        "leaving_stopped": (
            "Pengelola menghentikan keluarnya {city}",
            """\
Pengelola Aduan menghentikan permintaan keluar {city}. Tidak ada yang dihapus.
Alasannya: {reason}

Lihat: {url}/admin/standing

Aduan
""",
        ),
    },
    "en": {
        "city_leaves": (
            "{city} leaves Aduan",
            """\
You follow or have sent reports on the portal of {city}: {url}

{city} is leaving this platform. From {from} at the earliest, the reports, photos and data of yours there are handed
to the government of {city} and then erased from here.
Until then you can open your reports and download your data by the personal link of each.
What was passed on to another government stays there.

This is said once.

Aduan
""",
        ),
        "leaving_asked": (
            "{city} has asked to leave Aduan",
            """\
An administrator of {city} has asked that the city leaves Aduan.
From {from} on that can be confirmed; a day later everything is erased from here.

If your government doesn't want that, take it back: {url}/admin/standing

Aduan
""",
        ),
        "leaving_confirmed": (
            "{city} leaves Aduan in a day",
            """\
An administrator of {city} has confirmed that the city leaves. In a day everything is erased from here, and nothing
brings it back.

Until then it can be taken back: {url}/admin/standing

Aduan
""",
        ),
        "leaving_void": (
            "{city} isn't erased yet: something is new",
            """\
Something was done to reports of {city} since its archive was made. So nothing was erased.
Have a new archive made, download it and confirm again: {url}/admin/standing

Aduan
""",
        ),
        "leaving_withdrawn": (
            "{city} stays with Aduan",
            """\
An administrator of {city} has taken the leaving back. Nothing was erased. The city stays paused until you let it go
on: {url}/admin/standing

Aduan
""",
        ),
        "leaving_stopped": (
            "The operator has stopped the leaving of {city}",
            """\
The operator of Aduan has stopped the leaving of {city}. Nothing was erased.
The reason: {reason}

See: {url}/admin/standing

Aduan
""",
        ),
    },
}


def compose(event: str, language: str, values: Mapping[str, str]) -> tuple[str, str]:
    """(subject in one line, body)."""
    return filled(TEXTS.get(language, TEXTS[DEFAULT_LANGUAGE])[event], values)
