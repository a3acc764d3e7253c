"""What stands at the foot of a message: how to end such messages, or why they can't be ended. Pure."""

from collections.abc import Mapping

ENDING = "ending"
"""It can be ended by the link."""
DUTY = "duty"
"""It can't: the report waits for its reader, who can choose the hour by the link."""
OFFICE = "office"
"""It can't: it went to an agency's own address."""

WORDS: Mapping[str, Mapping[str, str]] = {
    "id": {
        ENDING: "Tidak ingin pesan seperti ini lagi? Berhenti di sini: {url}",
        DUTY: "Pesan seperti ini tidak dapat dihentikan, karena laporannya menunggu Anda. Atur jamnya: {url}",
        OFFICE: "Pesan ini dikirim ke alamat resmi perangkat daerah, jadi tidak dapat dihentikan dari sini; "
        "administrator kota dapat mengganti alamatnya.",
    },
    "en": {
        ENDING: "No more messages like this? End them here: {url}",
        DUTY: "Messages like this can't be ended, since the report waits for you. Choose their hour: {url}",
        OFFICE: "This went to an agency's own address, so it can't be ended from here; "
        "the city's administrator can change the address.",
    },
}


def footed(body: str, language: str, why: str, url: str = "") -> str:
    """The body with its foot."""
    words = WORDS.get(language, WORDS["id"])[why]
    return f"{body.rstrip()}\n\n--\n{words.replace('{url}', url)}\n"
