"""A hundred thousand reports as residents write them, in Indonesian and English, and forty queries full of slips."""

# ruff: noqa: E501  (tables of examples)
import random
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import Connection, text

from complaints.reference import ALPHABET, format_reference
from tests.complaints.plenty import ROUTING

STREETS = (
    "Melati Mawar Kenanga Anggrek Cempaka Flamboyan Dahlia Teratai Seruni Bougenville Kamboja Nusa Rambutan Mangga Durian"
    " Jambu Manggis Salak Nangka Belimbing Sawo Duku Pisang Semangka Kelapa Merpati Cendrawasih Kutilang Elang Rajawali"
    " Garuda Kasuari Merak Walet Jalak Sudirman Thamrin Diponegoro Hasanuddin Imam_Bonjol Cut_Nyak_Dien Kartini Gajah_Mada"
    " Hayam_Wuruk Majapahit Sriwijaya Pajajaran Siliwangi Veteran Pahlawan Merdeka Proklamasi Pemuda Pramuka Juanda"
    " Ahmad_Yani Gatot_Subroto Panglima_Polim Wahid_Hasyim Cokroaminoto Agus_Salim Kalimalang Bintara Kranji Jatiasih"
    " Pondok_Ungu Harapan_Indah Galaxy Pekayon Jatibening Jatiwaringin Jatimulya Cikunir Cakung Narogong Bantargebang"
    " Mustikajaya Rawalumbu Margahayu Perjuangan Kartika Cipendawa Bojong_Menteng Sepanjang_Jaya Pengasinan Duren_Jaya"
    " Aren_Jaya Teluk_Pucung Kaliabang Marga_Mulya Harapan_Jaya Seroja Kusuma Nangka_Raya Mayor_Oking Chairil_Anwar"
).replace(" ", "\n").replace("_", " ").splitlines()  # fmt: skip
MARKS = (
    "depan Indomaret", "dekat masjid Al Ikhlas", "samping SD Negeri 4", "depan Alfamart", "dekat pos ronda",
    "belakang pasar", "depan kantor kelurahan", "dekat jembatan", "seberang SPBU", "di tikungan", "depan puskesmas",
    "dekat perlintasan kereta", "samping lapangan", "depan gereja", "dekat terminal", "di pertigaan", "di perempatan",
    "near the mosque", "in front of the school", "next to the market", "across the gas station", "at the corner",
)  # fmt: skip
TAILS = (
    "Mohon segera ditindaklanjuti.", "Sudah tiga hari.", "Sudah seminggu belum ada petugas.", "Sangat mengganggu warga.",
    "Bahaya kalau malam.", "Tolong dibantu ya pak.", "Sudah lapor RT.", "Anak sekolah lewat sini.", "Hampir jatuh kemarin.",
    "Please fix it soon.", "It has been a week.", "Very dangerous at night.", "Warga resah.", "Terima kasih.", "Kapan"
    " diperbaiki?", "Setiap hujan begini terus.", "",
)  # fmt: skip
SAID: dict[str, Sequence[str]] = {
    "jalan-lubang": ("Jalan berlubang cukup dalam", "Lubang besar di tengah jalan", "Aspal bolong", "Big pothole",
                     "Jalannya pada lobang", "Deep hole in the road", "Jalan rusak dan berlubang"),
    "pju": ("Lampu jalan mati", "PJU padam", "Penerangan jalan mati total", "Street light is out", "Lampu berkedip terus",
            "Gelap sekali, lampu jalan tidak menyala", "The lamp post is broken"),
    "sampah-liar": ("Sampah menumpuk tidak diangkut", "Tumpukan sampah bau", "Garbage pile on the sidewalk",
                        "Sampah berserakan", "Trash not collected", "Banyak sampah liar"),
    "banjir": ("Banjir setinggi lutut", "Genangan air tinggi", "Air masuk rumah", "Flood up to the knee", "Jalan tergenang",
               "Banjir lagi setelah hujan"),
    "drainase": ("Selokan mampet", "Gorong-gorong tersumbat", "Drainage clogged", "Got penuh lumpur", "Saluran air meluap"),
    "pohon-tumbang": ("Pohon tumbang menutup jalan", "Dahan patah menimpa kabel", "Fallen tree blocks the road",
                      "Pohon miring mau roboh"),
    "parkir-liar": ("Parkir liar di trotoar", "Mobil parkir sembarangan", "Illegal parking", "Juru parkir memaksa"),
    "macet": ("Macet total", "Kemacetan parah", "Traffic jam every morning", "Angkot ngetem bikin macet"),
}  # fmt: skip


@dataclass(frozen=True)
class Planted:
    """A report among all, and the query that somebody types who looks for it."""

    query: str
    category: str
    words: str
    place: str


PLANTED = (
    Planted("jln brlubang dpn smp muhamadiyah", "jalan-lubang", "Jalan berlubang parah", "depan SMP Muhammadiyah 7"),
    Planted("lampu jln mti gang kelinci", "pju", "Lampu jalan mati sejak Senin", "Gang Kelinci II"),
    Planted("sampah numpuk pasar kecapi", "sampah-liar", "Sampah menumpuk dan bau", "Pasar Kecapi, pintu barat"),
    Planted("banjr prumahan bumi nasio", "banjir", "Banjir masuk rumah warga", "Perumahan Bumi Nasio Blok C"),
    Planted("pohn tumbng stasiun", "pohon-tumbang", "Pohon besar tumbang menimpa warung", "Stasiun Cikarang lama"),
    Planted("selokn mampet pabrik tahu", "drainase", "Selokan mampet oleh limbah", "belakang pabrik tahu Pak Dirman"),
    Planted("lubang gali pdam belum ditutp", "jalan-lubang", "Bekas galian PDAM belum ditutup", "Jl. Seroja"),
    Planted("tiang listrk mirng bengkel", "pju", "Tiang listrik miring hampir roboh", "bengkel Jaya Motor"),
    Planted("got meluap klinik bersalin", "drainase", "Air got meluap ke jalan", "klinik bersalin Ibu Sukaesih"),
    Planted("parkr liar trotoar hotel amaroosa", "parkir-liar", "Mobil parkir di trotoar", "Hotel Amaroossa"),
    Planted("kabel menjuntai gapura", "pju", "Kabel menjuntai rendah sekali", "gapura Kampung Sawah"),
    Planted("pothle near railway crosing bulak", "jalan-lubang", "Huge pothole, two bikes fell", "railway crossing Bulak Kapal"),
    Planted("stret light brokn futsal", "pju", "Street light broken for weeks", "Futsal court Cikas"),
    Planted("garbge burning kindergarten", "sampah-liar", "Someone burns garbage every night", "kindergarten Tunas Bangsa"),
    Planted("floded underpass", "banjir", "Underpass flooded, cars stuck", "Underpass Tambun"),
    Planted("falen tree cemetary", "pohon-tumbang", "A fallen tree lies over the fence", "cemetery Perwira"),
    Planted("drain cloged noodle", "drainase", "Drain clogged by cooking grease", "noodle shop Ameng"),
    Planted("trafic jam factory gate", "macet", "Traffic jam at shift change", "factory gate Astra Honda"),
    Planted("jembatn gantung putus", "jalan-lubang", "Papan jembatan gantung putus", "Kali Cikeas"),
    Planted("anjing liar mengigit", "sampah-liar", "Anjing liar menggigit anak saya", "Taman Wisma Asri"),
    Planted("lampu merh eror perempatan bulog", "macet", "Lampu merah error semua hijau", "perempatan Bulog"),
    Planted("genangn air depan rs ananda", "banjir", "Genangan air tidak surut", "RS Ananda"),
    Planted("bau limbah ternak ayam", "sampah-liar", "Bau limbah peternakan ayam menyengat", "Kampung Pedurenan"),
    Planted("beton jln retk tol cimanggis", "jalan-lubang", "Beton jalan retak memanjang", "pintu tol Cimanggis"),
    Planted("tutup gorong hilang dicuri", "drainase", "Tutup gorong-gorong hilang dicuri orang", "Jl. Kartini"),
    Planted("angkot ngetm k02 pasar proyek", "macet", "Angkot K02 ngetem seenaknya", "Pasar Proyek"),
    Planted("dahan ptah menimpa mobil avansa", "pohon-tumbang", "Dahan patah menimpa mobil Avanza", "Ruko Sentra Niaga"),
    Planted("pju padm sepanjang kalimlang", "pju", "PJU padam sepanjang inspeksi", "Inspeksi Kalimalang km 3"),
    Planted("sungai penuh ecng gondok", "drainase", "Sungai penuh eceng gondok", "Kali Blencong"),
    Planted("jukir maksa minimarket teluk angsan", "parkir-liar", "Juru parkir memaksa minta uang", "minimarket Teluk Angsan"),
)  # fmt: skip

ABOUT = (
    ("jln brlubang", "jalan-lubang"),
    ("lampu jalan mti", "pju"),
    ("banjr", "banjir"),
    ("sampah numpuk", "sampah-liar"),
    ("pothle", "jalan-lubang"),
    ("trfic jam", "macet"),
)
"""Everyday words: what is found must be of that kind, all five."""


@dataclass(frozen=True)
class Crowd:
    """ids, references: of the planted reports, in their order."""

    ids: Sequence[UUID]
    references: Sequence[str]


FILL = """
WITH given AS (
    SELECT n, id, reference, category, body, place FROM unnest(CAST(:ids AS uuid[]), CAST(:references AS text[]),
        CAST(:categories AS text[]), CAST(:bodies AS text[]), CAST(:places AS text[]))
        WITH ORDINALITY AS g (id, reference, category, body, place, n)
), filed AS (
    INSERT INTO complaints (tenant_id, id, reference, birth_tenant_id, status, is_open, kind, channel, category_id,
        category_revision, priority, urgency, agency_id, area_id, visibility, anonymous, lon, lat, cell, routing,
        received_at, clock_from_at, sort_at, adopted, hand_overs, updated_at, version)
    SELECT t.id, g.id, g.reference, t.id,
        CASE WHEN n % 4 = 0 THEN 'in_progress' ELSE 'confirmed' END, n % 4 = 0, 'complaint', 'web', c.id, 1, 'normal', 1,
        a.ids[1 + n % cardinality(a.ids)], r.ids[1 + n % cardinality(r.ids)], CASE WHEN n % 21 = 0 THEN 'private' ELSE
        'public' END, false, 106.9 + n % 1000 / 10000.0, -6.3 + n % 991 / 10000.0, 0, CAST(:routing AS jsonb),
        now() - n * interval '5 minutes', now(), now() + n * interval '1 minute', false, 0, now(), 1
    FROM given g JOIN tenants t ON t.slug = 'barat'
        JOIN categories c ON c.tenant_id = t.id AND c.code = g.category,
        LATERAL (SELECT array_agg(id ORDER BY code) AS ids FROM agencies WHERE tenant_id = t.id) a,
        LATERAL (SELECT array_agg(id ORDER BY code) AS ids FROM areas WHERE tenant_id = t.id) r
    RETURNING tenant_id, id, received_at
)
INSERT INTO remarks (tenant_id, id, complaint_id, kind, body, place, answers, "inner", created_at)
SELECT f.tenant_id, gen_random_uuid(), f.id, 'description', g.body, g.place, '{}', false, f.received_at
FROM filed f JOIN given g ON g.id = f.id
"""


def body_of(number: int) -> str:
    return "".join(ALPHABET[number >> shift & 31] for shift in range(30, -1, -5))


def report(chance: random.Random) -> tuple[str, str, str]:
    """(category, words, place) of a report as somebody writes it."""
    category = chance.choice(list(SAID))
    street = chance.choice(STREETS)
    place = f"{chance.choice(('Jl.', 'Jalan', 'Jln', 'Gg.'))} {street} {chance.choice(('', 'Raya', 'I', 'II', 'III'))}"
    place += f" No. {chance.randint(1, 200)} RT {chance.randint(1, 12):02} RW {chance.randint(1, 20):02}"
    body = f"{chance.choice(SAID[category])} {chance.choice(MARKS)}. {chance.choice(TAILS)}"
    return category, chance.choice((body, body.lower(), body.upper())), place


def fill(superuser: Connection, many: int) -> Crowd:
    """So many reports of barat, the planted ones spread among them; and the words that they are written in.

    superuser: foreign keys aren't looked up, which would take most of the time.
    """
    chance = random.Random(311)
    rows = [report(chance) for _ in range(many)]
    ids = [uuid4() for _ in rows]
    at = [1 + index * (many // len(PLANTED)) for index in range(len(PLANTED))]
    for index, one in zip(at, PLANTED, strict=True):
        rows[index] = (one.category, one.words, one.place)
    # Drawn without putting back: among 100,000 of 32^7, two alike are met once in seven.
    references = [format_reference("BRT", body_of(number)) for number in chance.sample(range(32**7), len(rows))]
    values: dict[str, Any] = {
        "ids": ids,
        "references": references,
        "categories": [row[0] for row in rows],
        "bodies": [row[1] for row in rows],
        "places": [row[2] for row in rows],
        "routing": ROUTING,
    }
    superuser.exec_driver_sql("SET session_replication_role = replica")
    superuser.execute(text(FILL), values)
    superuser.exec_driver_sql(
        "INSERT INTO vocabulary (tenant_id, id, word, skeleton, times)"
        " SELECT tenant_id, gen_random_uuid(), word, translate(word, 'aeiou', ''), count(*)"
        " FROM remarks, unnest(tsvector_to_array(words)) AS word GROUP BY tenant_id, word"
    )
    superuser.commit()
    superuser.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("VACUUM ANALYZE")
    return Crowd([ids[index] for index in at], [references[index] for index in at])
