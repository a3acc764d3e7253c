"""What messages to officials, crews and operators say in Indonesian, as `indonesian.py` says it to residents."""

TEXTS: dict[str, tuple[str, str]] = {
    "new_for_agency": (
        "Laporan baru {reference}: {category}",
        """\
Laporan baru tentang {category} masuk untuk {agency}.
Nomor laporan: {reference}
Harus dijawab paling lambat: {due}

Buka dan tindak lanjuti: {url}
Jika bukan kewenangan Anda, teruskan dari halaman yang sama.

Pemerintah {city}
""",
    ),
    "new_in_agency": (
        "Baru untuk {agency}: laporan {reference}, {category}",
        """\
Laporan tentang {category} masuk untuk {agency} dan belum ada yang mengambilnya.
Nomor laporan: {reference}
Harus dijawab paling lambat: {due}

Buka dan ambil: {url}
Jika bukan kewenangan Anda, teruskan dari halaman yang sama.

Pemerintah {city}
""",
    ),
    "many_for_agency": (
        "{count} laporan baru untuk {agency}",
        """\
{count} laporan masuk sekaligus untuk {agency}. Dalam kurung: harus dijawab paling lambat.

{lines}

Semuanya di antrean Anda: {url}
Yang bukan kewenangan Anda, teruskan dari halamannya.

Pemerintah {city}
""",
    ),
    "many_in_agency": (
        "{count} laporan baru untuk {agency}",
        """\
{count} laporan masuk sekaligus untuk {agency} dan belum ada yang mengambilnya.
Dalam kurung: harus dijawab paling lambat.

{lines}

Semuanya di antrean Anda: {url}
Yang bukan kewenangan Anda, teruskan dari halamannya.

Pemerintah {city}
""",
    ),
    "unanswered": (
        "Laporan {reference} belum dijawab pelapor: waktu berjalan lagi",
        """\
Pelapor belum menjawab pertanyaan tentang laporan {reference} ({category}), meskipun sudah diingatkan.
Batas waktu berjalan lagi.
Batas berikutnya: {due}

Lanjutkan tanpa jawaban: {url}

Pemerintah {city}
""",
    ),
    "pause_asked": (
        "Perlu keputusan: jeda waktu untuk laporan {reference}",
        """\
Jeda waktu diminta untuk laporan {reference} ({category}).
Ditangani oleh: {agency}
Selama belum disetujui, waktu tetap berjalan.

Setujui atau tolak: {url}

Pemerintah {city}
""",
    ),
    "answered": (
        "Pelapor menjawab tentang laporan {reference}",
        """\
Pelapor sudah menjawab pertanyaan tentang laporan {reference} ({category}).
Batas waktu penanganan berjalan lagi.
Berikutnya paling lambat: {due}

Baca jawabannya dan lanjutkan: {url}

Pemerintah {city}
""",
    ),
    "reporter_wrote": (
        "Pelapor menulis tentang laporan {reference}",
        """\
Pelapor membalas pesan tentang laporan {reference} ({category}).
Batas berikutnya: {due}

Baca di sini: {url}

Pemerintah {city}
""",
    ),
    "objected": (
        "Keberatan atas isi laporan {reference}",
        """\
Seseorang keberatan atas yang dapat dibaca semua orang dalam laporan {reference} ({category}).
Keberatannya: {note}

Periksa di sini: {url}

Pemerintah {city}
""",
    ),
    "added": (
        "Tambahan warga pada laporan {reference}",
        """\
Warga lain menambahkan foto atau keterangan pada laporan {reference} ({category}).
Tambahan itu belum dapat dilihat siapa pun sebelum Anda memeriksanya.

Tampilkan atau abaikan: {url}

Pemerintah {city}
""",
    ),
    "returned": (
        "Laporan {reference} dikembalikan oleh Pemerintah {new_city}",
        """\
Pemerintah {new_city} mengembalikan laporan {reference} ({category}) kepada Pemerintah {city}.
Alasannya: {reason}
Harus dijawab paling lambat: {due}

Buka dan tindak lanjuti: {url}

Pemerintah {city}
""",
    ),
    "overturned": (
        "Laporan {reference}: pemeriksaan di tempat menemukan pekerjaan belum sesuai",
        """\
Laporan {reference} ({category}) diperiksa di tempat dan belum seperti yang dijanjikan, sehingga dibuka kembali.
Yang ditemukan: {note}
Harus ditangani paling lambat: {due}

Buka dan tindak lanjuti: {url}

Pemerintah {city}
""",
    ),
    "reopened": (
        "Laporan {reference} dibuka kembali oleh pelapor",
        """\
Pelapor membuka kembali laporan {reference} ({category}) karena belum beres.
Alasannya: {reason}
Harus ditangani paling lambat: {due}

Buka dan tindak lanjuti: {url}

Pemerintah {city}
""",
    ),
    "withdrawn": (
        "Laporan {reference} ditarik oleh pelapor",
        """\
Pelapor menarik laporan {reference} ({category}).
Tidak ada yang perlu dikerjakan lagi untuk laporan ini.
Alasannya: {reason}

Lihat laporan: {url}

Pemerintah {city}
""",
    ),
    "disputed": (
        "Laporan {reference} milik siapa: {city} atau {new_city}?",
        """\
Pemerintah {city} dan Pemerintah {new_city} saling mengalihkan laporan {reference}.
Pemerintah {city}, yang sekarang memegangnya, menyatakan: {reason}

Putuskan siapa yang menanganinya: {url}

Aduan
""",
    ),
    "decided": (
        "Diputuskan: laporan {reference} ditangani {new_city}",
        """\
Pengelola platform memutuskan bahwa laporan {reference} ({category}) ditangani Pemerintah {new_city}.
Alasannya: {reason}
Laporan ini tidak dapat dialihkan kembali ke kota yang satunya.

Lihat laporannya: {url}

Pemerintah {city}
""",
    ),
    "disagree": (
        "Dua perangkat daerah saling melempar laporan {reference}",
        """\
Laporan {reference} ({category}) bolak-balik di antara dua perangkat daerah.
{agency}, yang sekarang memegangnya, menyatakan bukan kewenangannya.
Alasannya: {reason}

Putuskan siapa yang menangani, lalu disposisikan: {url}
Yang diputuskan menangani tidak dapat melemparnya kembali.

Pemerintah {city}
""",
    ),
    "work": (
        "Tugas untuk {who}: {category}",
        """\
{note}

Buka tugasnya, potret di lokasi, lalu kirim ({reference}): {url}
Tautan berlaku sampai {due}.

Pemerintah {city}
""",
    ),
    "work_done": (
        "{who} mengirim hasil kerja untuk laporan {reference}",
        """\
{who} mengirim foto hasil kerja untuk laporan {reference} ({category}).
Catatannya: {note}

Periksa, lalu terima atau kembalikan: {url}

Pemerintah {city}
""",
    ),
    "part_asked": (
        "Bagian untuk {agency}: laporan {reference}",
        """\
Perangkat daerah Anda diminta mengerjakan satu bagian dari laporan {reference} ({category}).
Yang harus dikerjakan: {note}
Paling lambat: {due}

Lihat, dan beri tahu bila sudah selesai: {url}

Pemerintah {city}
""",
    ),
    "part_done": (
        "{who} menyelesaikan bagiannya dari laporan {reference}",
        """\
{who} menyelesaikan bagiannya dari laporan {reference} ({category}).
Catatannya: {note}

Lanjutkan laporannya: {url}

Pemerintah {city}
""",
    ),
    "part_refused": (
        "{who} menolak bagiannya dari laporan {reference}",
        """\
{who} tidak mengambil bagian yang dimintakan dari laporan {reference} ({category}).
Alasannya: {note}

Mintalah yang lain, atau hapus bagian itu: {url}

Pemerintah {city}
""",
    ),
    "part_dropped": (
        "Bagian dari laporan {reference} tidak diperlukan lagi",
        """\
Bagian perangkat daerah Anda dari laporan {reference} ({category}) tidak diperlukan lagi.
Alasannya: {note}

Lihat laporannya: {url}

Pemerintah {city}
""",
    ),
    "part_late": (
        "Satu bagian dari laporan {reference} terlambat",
        """\
Satu bagian dari laporan {reference} ({category}) seharusnya sudah dikerjakan {agency}.
Yang harus dikerjakan: {note}
Batas waktunya: {due}

Tindak lanjuti: {url}

Pemerintah {city}
""",
    ),
    "reminder": (
        "Pengingat: laporan {reference}, {category}",
        """\
Laporan {reference} ({category}) masih menunggu dan waktunya hampir habis.
Dipegang: {agency}
Batas waktu: {due}

Buka dan tindak lanjuti: {url}

Pemerintah {city}
""",
    ),
    "escalated": (
        "Terlambat: laporan {reference}, {category}",
        """\
Janji untuk laporan {reference} ({category}) belum terpenuhi, sehingga laporan ini sampai kepada Anda.
Dipegang: {agency}
Batas waktu: {due}

Lihat yang diperlukan: {url}

Pemerintah {city}
""",
    ),
    "on_the_board": (
        "Belum ada yang menjawab laporan {reference}",
        """\
Belum ada yang menjawab pelapor {reference} ({category}), sehingga laporan ini kini ada di papan kota.
Dipegang: {agency}
Batas waktu: {due}

Lihat laporan: {url}

Pemerintah {city}
""",
    ),
    "mentioned": (
        "{who} menyebut Anda pada laporan {reference}",
        """\
{who} menyebut Anda dalam catatan internal laporan {reference} ({category}).

{note}

Buka laporannya: {url}
Catatan seperti ini hanya dibaca petugas.

Pemerintah {city}
""",
    ),
    "invited": (
        "Anda diundang menangani laporan {city}",
        """\
Yth. {who},

Anda diundang untuk ikut menangani laporan warga di {city}.
Pengundang: {inviter}

Buka halamannya dan terima undangan ini: {url}
Tautan ini hanya untuk Anda, berlaku satu kali, dan sampai {until}.

Jika Anda tidak mengetahui hal ini, abaikan saja.

Pemerintah {city}
""",
    ),
    "password": (
        "Kata sandi baru untuk akun Anda",
        """\
Yth. {who},

seseorang, mungkin Anda, meminta kata sandi baru untuk akun Anda.

Buat kata sandinya di sini: {url}
Tautan ini berlaku satu kali, dan sampai {until}.

Jika bukan Anda yang meminta, abaikan saja: kata sandi Anda tetap seperti semula.

Aduan
""",
    ),
}
