"""What happened to a report, in a few words of a digest, by the name of the move and the language."""

from collections.abc import Mapping

WORDS: Mapping[str, tuple[str, str]] = {
    "verify": ("diperiksa", "checked"),
    "assign": ("ditugaskan ke perangkat daerah", "assigned to an agency"),
    "coordinate": ("dikoordinasikan dengan perangkat daerah lain", "being agreed with another agency"),
    "accept": ("diterima perangkat daerah", "accepted by the agency"),
    "refuse": ("dikembalikan ke perangkat daerah semula", "back with the former agency"),
    "start": ("sedang dikerjakan", "being worked on"),
    "schedule": ("dijadwalkan", "scheduled"),
    "ask": ("menunggu jawaban pelapor", "waiting for the reporter's answer"),
    "answer": ("pelapor sudah menjawab", "answered by the reporter"),
    "resume": ("dilanjutkan", "going on"),
    "secure": ("diamankan sementara", "made safe for the time being"),
    "show_added": ("warga lain menambahkan sesuatu", "added to by somebody else"),
    "reply": ("dijawab petugas", "answered by the officials"),
    "submit": ("pekerjaan sedang diperiksa", "work being checked"),
    "resolve": ("selesai", "done"),
    "validate": ("selesai", "done"),
    "confirm": ("dikonfirmasi selesai oleh pelapor", "confirmed as done by the reporter"),
    "close": ("ditutup", "closed"),
    "reopen": ("dibuka kembali oleh pelapor", "opened again by the reporter"),
    "reject": ("tidak dapat ditangani", "can't be dealt with"),
    "merge": ("digabung dengan laporan lain", "merged with another report"),
    "unmerge": ("berdiri sendiri lagi", "on its own again"),
    "hand_over": ("dialihkan ke pemerintah lain", "passed on to another government"),
    "return": ("dikembalikan ke pemerintah semula", "back with the former government"),
    "withdraw": ("ditarik oleh pelapor", "withdrawn by the reporter"),
    "correct": ("datanya diperbaiki", "corrected"),
}
"""(Indonesian, English), lower case, to stand after the report's number."""


def words_of(move: str, language: str) -> str:
    """The words of a move. Raises KeyError for one that nobody outside is told of."""
    indonesian, english = WORDS[move]
    return indonesian if language == "id" else english
