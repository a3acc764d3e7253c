"""What messages say to residents in Indonesian, by event: (subject, body).

A line whose optional value is empty is left out.
"""

TEXTS: dict[str, tuple[str, str]] = {
    "received": (
        "Laporan {reference} diterima",
        """\
Laporan Anda tentang {category} diterima Pemerintah {city}.
Nomor laporan: {reference}
Ditangani oleh: {agency}
Dijawab paling lambat: {due}

Lihat perkembangannya: {url}
Untuk menjawab, mengonfirmasi, atau menarik laporan, buka tautan pribadi Anda: {manage_url}
Siapa pun yang memegang tautan itu dapat bertindak atas nama Anda.

Pemerintah {city}
""",
    ),
    "received_commons": (
        "Laporan {reference} tersimpan, tetapi belum ada pemerintah yang menjawab",
        """\
Laporan Anda tentang {category} tersimpan dengan nomor {reference}.
Wilayahnya: {city}.
Saat ini belum ada pemerintah daerah yang menjawab laporan di lokasi itu melalui platform ini.
Supaya ditangani, sampaikan juga melalui SP4N-LAPOR!: https://www.lapor.go.id atau SMS ke 1708.
Begitu pemerintahnya melayani di sini, laporan ini diteruskan dengan nomor yang sama.

Lihat atau tarik laporan dengan tautan pribadi Anda: {manage_url}

Aduan
""",
    ),
    "asked": (
        "Kami perlu jawaban Anda tentang laporan {reference}",
        """\
Untuk menangani laporan {reference} ({category}), kami perlu jawaban Anda.
Yang bertanya: {agency}

{question}

Jawab di sini: {manage_url}
Selama menunggu jawaban Anda, batas waktu penanganan berhenti.

Pemerintah {city}
""",
    ),
    "asked_again": (
        "Jawaban Anda untuk laporan {reference} masih kami tunggu",
        """\
Kami menanyakan sesuatu tentang laporan {reference} ({category}) dan belum menerima jawaban Anda.
Ditanyakan oleh: {agency}

{question}

Jawab di sini: {manage_url}
Kami menunggu sampai {until}.

Pemerintah {city}
""",
    ),
    "lapsed": (
        "Laporan {reference} ditutup tanpa jawaban Anda",
        """\
Laporan Anda tentang {category} tidak dapat dilanjutkan tanpa jawaban atas pertanyaan kami, sehingga ditutup.
Ditangani oleh: {agency}
Jika masih bermasalah, silakan buat laporan baru.

Lihat laporan Anda: {manage_url}

Pemerintah {city}
""",
    ),
    "replied": (
        "Tanggapan atas laporan {reference}",
        """\
Pemerintah {city} menanggapi laporan Anda tentang {category}.

{note}

Ditanggapi oleh: {agency}
Perkiraan selesai: {due}

Lihat di sini: {manage_url}

Pemerintah {city}
""",
    ),
    "started": (
        "Laporan {reference} sedang dikerjakan",
        """\
Laporan Anda tentang {category} sedang dikerjakan.
Ditangani oleh: {agency}
Diperkirakan selesai paling lambat: {due}
Catatan petugas: {note}

Lihat perkembangannya: {manage_url}

Pemerintah {city}
""",
    ),
    "scheduled": (
        "Laporan {reference} dijadwalkan",
        """\
Pekerjaan untuk laporan Anda tentang {category} dijadwalkan pada {due}.
Ditangani oleh: {agency}
Catatan petugas: {note}

Lihat perkembangannya: {manage_url}

Pemerintah {city}
""",
    ),
    "resolved": (
        "Laporan {reference} selesai. Apakah benar sudah beres?",
        """\
Laporan Anda tentang {category} dinyatakan selesai.
Ditangani oleh: {agency}
Yang dikerjakan: {note}

Lihat hasilnya, lalu konfirmasi atau buka kembali laporan: {manage_url}
Anda dapat membuka kembali laporan sampai {until}.

Pemerintah {city}
""",
    ),
    "expired": (
        "Laporan {reference} ditutup otomatis. Apakah sudah teratasi?",
        """\
Laporan Anda tentang {category} ditutup otomatis, karena hal seperti ini biasanya teratasi dalam beberapa jam.
Belum ada petugas yang menyatakannya selesai.
Ditangani oleh: {agency}

Jika belum teratasi, buka kembali laporan Anda: {manage_url}
Anda dapat membuka kembali laporan sampai {until}.

Pemerintah {city}
""",
    ),
    "rejected": (
        "Laporan {reference} tidak dapat ditangani",
        """\
Laporan Anda tentang {category} tidak dapat ditangani Pemerintah {city}.
Alasannya: {reason}

Jika menurut Anda keliru, sampaikan di sini: {manage_url}

Pemerintah {city}
""",
    ),
    "concealed": (
        "Laporan {reference} tidak lagi terbuka untuk umum",
        """\
Laporan Anda tentang {category} semula terbuka untuk umum. Mulai sekarang hanya Anda dan petugas yang dapat membacanya;
penanganannya tetap berjalan.
Alasannya: {reason}

Jika menurut Anda keliru, sampaikan di sini: {manage_url}

Pemerintah {city}
""",
    ),
    "wrong_category": (
        "Laporan {reference}: kategorinya belum tepat",
        """\
Laporan Anda dikirim dengan kategori {category}, sehingga sampai ke pihak yang tidak menanganinya.
Kategori yang tepat: {right_category}
Alasannya: {reason}

Kirim ulang dengan satu ketukan, dengan nomor yang sama: {manage_url}

Pemerintah {city}
""",
    ),
    "corrected": (
        "Data laporan {reference} diperbaiki",
        """\
Petugas memperbaiki data laporan Anda supaya sampai ke pihak yang tepat.
Kategori sekarang: {category}
Ditangani oleh: {agency}
Berikutnya paling lambat: {due}

Lihat apa yang berubah: {manage_url}

Pemerintah {city}
""",
    ),
    "handed_over": (
        "Laporan {reference} diteruskan ke Pemerintah {new_city}",
        """\
Lokasi laporan Anda tentang {category} termasuk wilayah {new_city}.
Pemerintah {city} sudah meneruskannya ke Pemerintah {new_city}. Nomornya tetap {reference}; tidak perlu melapor lagi.
Alasannya: {reason}
Dijawab paling lambat: {due}

Ikuti di sini: {manage_url}

Pemerintah {city}
""",
    ),
    "opened_by_check": (
        "Laporan {reference} dibuka lagi: pekerjaannya belum seperti yang dijanjikan",
        """\
Kami telah menyatakan laporan Anda tentang {category} selesai. Petugas lain yang memeriksa di tempat menemukan bahwa
pekerjaannya belum seperti yang dijanjikan: {note}
Laporan dibuka kembali pada {agency}.
Akan diselesaikan paling lambat: {due}

Ikuti di sini: {manage_url}

Pemerintah {city}
""",
    ),
    "due_moved": (
        "Laporan {reference}: janji berubah ke hari lain",
        """\
Hari kerja Pemerintah {city} berubah, sehingga waktu yang dijanjikan untuk laporan Anda ikut berubah.
Tentang: {category}
Ditangani oleh: {agency}
Kini dijanjikan paling lambat: {due}

Ikuti di sini: {manage_url}

Pemerintah {city}
""",
    ),
    "promise_passed": (
        "Laporan {reference}: janji kami belum terpenuhi",
        """\
Kami menjanjikan jawaban atau penyelesaian laporan {reference} ({category}) sampai sekarang, dan belum memenuhinya.
Dipegang: {agency}
Janji berikutnya: {due}
Atasan yang berwenang sudah diberi tahu.

Apakah masalahnya masih ada atau sudah selesai? Beri tahu kami lewat tautan pribadi Anda: {manage_url}

Pemerintah {city}
""",
    ),
    "merged": (
        "Laporan {reference} digabung dengan {other_reference}",
        """\
Laporan Anda {reference} ({category}) tentang hal yang sama dengan laporan {other_reference}, jadi keduanya digabung.
Yang dikerjakan adalah laporan {other_reference}; Anda dikabari begitu selesai.

Lihat perkembangannya dengan tautan pribadi Anda: {manage_url}

Pemerintah {city}
""",
    ),
    "unmerged": (
        "Laporan {reference} berdiri sendiri lagi",
        """\
Laporan Anda {reference} ({category}) ternyata bukan hal yang sama, jadi ditangani tersendiri lagi.
Ditangani oleh: {agency}
Janji penanganannya: {due}

Lihat perkembangannya dengan tautan pribadi Anda: {manage_url}

Pemerintah {city}
""",
    ),
    "merged_resolved": (
        "Selesai: {other_reference}, yang digabung dengan laporan Anda {reference}",
        """\
Laporan {other_reference}, yang digabung dengan laporan Anda {reference} ({category}), dinyatakan selesai.

Lihat apa yang dikerjakan dengan tautan pribadi Anda: {manage_url}

Pemerintah {city}
""",
    ),
    "merged_rejected": (
        "{other_reference}, yang digabung dengan laporan Anda {reference}, tidak dapat ditangani",
        """\
Laporan {other_reference}, yang digabung dengan laporan Anda {reference} ({category}), tidak dapat ditangani.

Baca alasannya dengan tautan pribadi Anda: {manage_url}

Pemerintah {city}
""",
    ),
    "incident_answered": (
        "Kabar tentang: {incident}",
        """\
Pemerintah {city} memberi kabar tentang "{incident}", yang mencakup laporan Anda {reference}.

{answer}

Anda menerima pesan ini satu kali, meskipun Anda mengirim beberapa laporan tentang hal itu.
Laporan Anda: {manage_url}

Pemerintah {city}
""",
    ),
    "incident_closed": (
        "Berakhir: {incident}",
        """\
"{incident}", yang mencakup laporan Anda {reference}, sudah berakhir. Ini kabar terakhir dari Pemerintah {city}.

{answer}

Jika di tempat Anda belum berakhir, buka lagi laporan Anda dengan tautan pribadi ini: {manage_url}

Pemerintah {city}
""",
    ),
    "incident_answered_followed": (
        "Kabar tentang: {incident}",
        """\
Pemerintah {city} memberi kabar tentang "{incident}".

{answer}

Selengkapnya: {url}
Berhenti mengikuti: {manage_url}

Pemerintah {city}
""",
    ),
    "incident_closed_followed": (
        "Berakhir: {incident}",
        """\
"{incident}" sudah berakhir. Ini kabar terakhir dari Pemerintah {city}.

{answer}

Selengkapnya: {url}
Berhenti mengikuti: {manage_url}

Pemerintah {city}
""",
    ),
    "incident_confirm": (
        'Ikuti "{incident}"?',
        """\
Seseorang, mungkin Anda, meminta kabar tentang "{incident}" untuk alamat ini.
Selengkapnya: {url}

Jika itu Anda, buka tautan ini lalu tekan "Ya, kabari saya": {manage_url}
Jika bukan, abaikan saja: Anda tidak akan mendapat pesan lagi.

Pemerintah {city}
""",
    ),
    "sign_in_code": (
        "Kode untuk masuk: {code}",
        """\
Kode Anda untuk masuk: {code}
Kode ini berlaku sepuluh menit, satu kali. Halamannya: {url}

Jika bukan Anda yang meminta, abaikan saja. Jangan berikan kode ini kepada siapa pun, juga tidak kepada petugas.

Pemerintah {city}
""",
    ),
}
