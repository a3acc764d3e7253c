"""What is mailed about plans and payment: (subject, body) by event and language.

No city has words of its own here. A line whose value is empty is left out.
"""

from collections.abc import Mapping

from messages.texts import DEFAULT_LANGUAGE, filled

TEXTS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "id": {
        "invoice_issued": (
            "Tagihan {number} untuk {city}",
            """\
Tagihan {number} untuk {period} sebesar {amount} sudah terbit. Jatuh tempo: {due}.

Cetak tagihan dan lengkapi dokumen pajaknya di sini: {url}

Layanan untuk warga dan petugas tidak pernah berhenti karena tagihan.

Aduan
""",
        ),
        "payment_failed": (
            "Pembayaran {city} dengan kartu belum berhasil",
            """\
Penyedia pembayaran belum dapat menagih kartu untuk langganan {city}.

Perbarui kartu atau pilih tagihan di sini: {url}

Ada waktu {days} hari. Portal warga dan layanan petugas tetap berjalan seperti biasa, juga sesudahnya.

Aduan
""",
        ),
    },
    "en": {
        "invoice_issued": (
            "Invoice {number} for {city}",
            """\
Invoice {number} for {period}, {amount}, is there. It is due on {due}.

Print it and add its tax documents here: {url}

The service for residents and officials never stops over an invoice.

Aduan
""",
        ),
        "payment_failed": (
            "The payment of {city} by card has failed",
            """\
The payment provider couldn't charge the card for the subscription of {city}.

Bring the card up to date, or choose invoices, here: {url}

There are {days} days for it. The portal and the officials' console go on as ever, afterwards too.

Aduan
""",
        ),
    },
}


def compose(event: str, language: str, values: Mapping[str, str]) -> tuple[str, str]:
    """(subject in one line, body)."""
    return filled(TEXTS.get(language, TEXTS[DEFAULT_LANGUAGE])[event], values)
