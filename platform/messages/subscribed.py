"""What is told to whoever asked to be told: who follows or watches a report, and the daily digest. By language."""

TEXTS: dict[str, dict[str, tuple[str, str]]] = {
    "id": {
        "follow_confirm": (
            "Ikuti laporan {reference}?",
            """\
Seseorang, mungkin Anda, meminta kabar tentang laporan {reference} ({category}) untuk alamat ini.
Laporannya: {url}

Jika itu Anda, buka tautan ini lalu tekan "Ya, kabari saya": {manage_url}
Jika bukan, abaikan saja: Anda tidak akan mendapat pesan lagi.

Pemerintah {city}
""",
        ),
        "followed_moved": (
            "Laporan {reference} ({category}): {step}",
            """\
Laporan {reference} ({category}) yang Anda ikuti: {step}.

Lihat laporan: {url}
Berhenti mengikuti: {manage_url}

Pemerintah {city}
""",
        ),
        "followed_resolved": (
            "Selesai: laporan {reference} yang Anda ikuti",
            """\
Laporan {reference} ({category}) yang Anda ikuti dinyatakan selesai.

Lihat apa yang dikerjakan: {url}
Berhenti mengikuti: {manage_url}

Pemerintah {city}
""",
        ),
        "followed_rejected": (
            "Laporan {reference} yang Anda ikuti tidak dapat ditangani",
            """\
Laporan {reference} ({category}) yang Anda ikuti tidak dapat ditangani.

Baca alasannya: {url}
Berhenti mengikuti: {manage_url}

Pemerintah {city}
""",
        ),
        "watched_moved": (
            "Laporan {reference}: {step}",
            """\
Laporan {reference} ({category}) yang Anda pantau: {step}.
Dipegang: {agency}
Batas waktu: {due}

Buka laporan: {url}

Pemerintah {city}
""",
        ),
        "alert_confirm": (
            "Kabar laporan baru: {about}?",
            """\
Seseorang, mungkin Anda, meminta kabar harian tentang laporan baru untuk alamat ini: {about}.
Laporan yang sudah ada: {url}

Jika itu Anda, buka tautan ini lalu tekan "Ya, kabari saya": {manage_url}
Jika bukan, abaikan saja: Anda tidak akan mendapat pesan lagi.

Pemerintah {city}
""",
        ),
        "alerted": (
            "Laporan baru: {category}, {area} ({reference})",
            """\
Laporan baru: {category}, {area}.

Lihat laporan: {url}
Berhenti dikabari: {manage_url}

Pemerintah {city}
""",
        ),
        "alerted_now": (
            "Bahaya dilaporkan: {category}, {area} ({reference})",
            """\
Seorang warga melaporkan bahaya: {category}, {area}. Petugas sudah menerima laporannya, tetapi belum tentu sudah
memeriksanya. Berhati-hatilah di sana; jika ada orang dalam bahaya, telepon 112.

Lihat laporan: {url}
Berhenti dikabari: {manage_url}

Pemerintah {city}
""",
        ),
        "digest": (
            "Ringkasan harian laporan: {count} kabar",
            """\
Inilah yang terjadi sejak ringkasan terakhir.

{lines}

Atur apa yang dikabari dan kapan: {manage_url}

Pemerintah {city}
""",
        ),
    },
    "en": {
        "follow_confirm": (
            "Follow report {reference}?",
            """\
Somebody, perhaps you, asked for news about report {reference} ({category}) at this address.
The report: {url}

If it was you, open this link and press "Yes, tell me": {manage_url}
If not, do nothing: you will get no further message.

Government of {city}
""",
        ),
        "followed_moved": (
            "Report {reference} ({category}): {step}",
            """\
Report {reference} ({category}), which you follow: {step}.

See the report: {url}
Stop following: {manage_url}

Government of {city}
""",
        ),
        "followed_resolved": (
            "Done: report {reference}, which you follow",
            """\
Report {reference} ({category}), which you follow, has been declared done.

See what was done: {url}
Stop following: {manage_url}

Government of {city}
""",
        ),
        "followed_rejected": (
            "Report {reference}, which you follow, can't be dealt with",
            """\
Report {reference} ({category}), which you follow, can't be dealt with.

Read why: {url}
Stop following: {manage_url}

Government of {city}
""",
        ),
        "watched_moved": (
            "Report {reference}: {step}",
            """\
Report {reference} ({category}), which you watch: {step}.
With: {agency}
Due by: {due}

Open the report: {url}

Government of {city}
""",
        ),
        "alert_confirm": (
            "News of new reports: {about}?",
            """\
Somebody, perhaps you, asked for daily news of new reports at this address: {about}.
The reports so far: {url}

If it was you, open this link and press "Yes, tell me": {manage_url}
If not, do nothing: you will get no further message.

Government of {city}
""",
        ),
        "alerted": (
            "New report: {category}, {area} ({reference})",
            """\
New report: {category}, {area}.

See the report: {url}
Stop these messages: {manage_url}

Government of {city}
""",
        ),
        "alerted_now": (
            "Danger reported: {category}, {area} ({reference})",
            """\
A resident has reported a danger: {category}, {area}. The officials have the report; they may not have looked at it
yet. Take care there; if somebody is in danger, call 112.

See the report: {url}
Stop these messages: {manage_url}

Government of {city}
""",
        ),
        "digest": (
            "Your daily digest of reports: {count} news",
            """\
This has happened since the last digest.

{lines}

Choose what you hear of, and when: {manage_url}

Government of {city}
""",
        ),
    },
}
