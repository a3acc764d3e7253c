"""What is mailed while a city signs itself up: (subject, body) by event and language.

No city has words of its own here. A line whose value is empty is left out.
"""

from collections.abc import Mapping

from messages.texts import DEFAULT_LANGUAGE, filled

TEXTS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "id": {
        "confirm": (
            "Kode {code} untuk mendaftarkan kota Anda",
            """\
Seseorang, mungkin Anda, mendaftarkan sebuah pemerintah daerah di Aduan dengan alamat ini.

Kode Anda: {code}
Atau buka tautan ini lalu tekan tombolnya: {url}

Keduanya berlaku 24 jam dan satu kali. Di perangkat lain pun Anda melanjutkan dari langkah terakhir.
Jika bukan Anda, abaikan saja pesan ini: tanpa kode tidak terjadi apa-apa.

Aduan
""",
        ),
        "live": (
            "Portal aduan {city} sudah tayang",
            """\
Mulai sekarang laporan warga di wilayah {city} masuk ke portal Anda: {url}
Laporan yang sudah menunggu di wilayah itu menyusul dengan nomor yang sama.

Untuk mengundang petugas lain dan mengubah pengaturan, buka: {url}/admin

Aduan
""",
        ),
        "live_at_office": (
            "{city} sekarang memiliki portal aduan",
            """\
{who} telah mendaftarkan {city} di Aduan. Portalnya: {url}

Jika ini bukan atas nama pemerintah {city}, balas pesan ini: pengelola Aduan akan memeriksanya.

Aduan
""",
        ),
        "claim_waits": (
            "Pendaftaran {city} menunggu keputusan Anda",
            """\
{who} mendaftarkan {city} dan mengirim surat atau keberatan.

Lihat dan putuskan: {url}

Aduan
""",
        ),
        "claim_approved": (
            "Pendaftaran {city} disetujui",
            """\
Pengelola Aduan menyetujui pendaftaran {city}.
Alasannya: {reason}

Lanjutkan dengan alamat surel Anda di sini: {url}

Aduan
""",
        ),
        "claim_refused": (
            "Pendaftaran {city} tidak disetujui",
            """\
Pengelola Aduan tidak menyetujui pendaftaran {city} oleh Anda.
Alasannya: {reason}

Jika ada surat lain, kirimkan di sini: {url}

Aduan
""",
        ),
        "asked_to_join": (
            "{who} ingin menjadi petugas {city}",
            """\
{who} mencoba mendaftarkan {city} dan melihat bahwa Anda sudah mengerjakannya.
Ia meminta diundang sebagai petugas.

Undang, jika ia memang dari pemerintah Anda: {url}
Jika tidak, abaikan saja pesan ini.

Aduan
""",
        ),
    },
    "en": {
        "confirm": (
            "Code {code} to sign your city up",
            """\
Somebody, perhaps you, is signing a local government up to Aduan with this address.

Your code: {code}
Or open this link and press its button: {url}

Both are good for 24 hours, once. On another device, too, you go on where you were.
If it wasn't you, ignore this message: without the code nothing happens.

Aduan
""",
        ),
        "live": (
            "The complaints portal of {city} is live",
            """\
From now on what residents report in {city} comes to your portal: {url}
Reports that wait on that ground already follow, under the same numbers.

To invite further officials and to change settings, open: {url}/admin

Aduan
""",
        ),
        "live_at_office": (
            "{city} has a complaints portal now",
            """\
{who} has signed {city} up to Aduan. Its portal: {url}

If this wasn't in the name of the government of {city}, answer this message: the operator of Aduan will look into it.

Aduan
""",
        ),
        "claim_waits": (
            "The claim on {city} waits for your decision",
            """\
{who} claims {city} and has sent a letter or an objection.

Look and decide: {url}

Aduan
""",
        ),
        "claim_approved": (
            "Your claim on {city} is approved",
            """\
The operator of Aduan has approved your claim on {city}.
The reason: {reason}

Go on with your address here: {url}

Aduan
""",
        ),
        "claim_refused": (
            "Your claim on {city} isn't approved",
            """\
The operator of Aduan has not approved your claim on {city}.
The reason: {reason}

If you have another letter, send it here: {url}

Aduan
""",
        ),
        "asked_to_join": (
            "{who} would like to be an official of {city}",
            """\
{who} has tried to sign {city} up and seen that you do so already.
They ask to be invited as an official.

Invite them, if they are of your government: {url}
If not, ignore this message.

Aduan
""",
        ),
    },
}


def compose(event: str, language: str, values: Mapping[str, str]) -> tuple[str, str]:
    """(subject in one line, body)."""
    return filled(TEXTS.get(language, TEXTS[DEFAULT_LANGUAGE])[event], values)
