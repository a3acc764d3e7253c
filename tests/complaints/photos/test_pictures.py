"""Photos as phones, editors, generators and mischief make them; every one is built here, by Pillow or byte by byte."""

import random
import struct
import subprocess
import sys
import zipfile
import zlib
from contextlib import suppress
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, ImageDraw, PngImagePlugin

from complaints.photos.exif import Exif
from complaints.photos.likeness import coarse_distance
from complaints.photos.pictures import MAX_BYTES, make_public, make_thumbnail, process, read_metadata
from config.settings import ROOT
from tenants.errors import Invalid

WALL_CLOCK = datetime.fromisoformat("2026-02-03T07:08:09")  # a camera's, without a zone
BEKASI = (106.9896, -6.2349)
FORMATS = {"jpeg": "JPEG", "png": "PNG", "webp": "WEBP", "heic": "HEIF"}
XMP = b"<?xpacket?><x:xmpmeta><rdf:Description %s/></x:xmpmeta>"
GENERATED = b'Iptc4xmpExt:DigitalSourceType="http://cv.iptc.org/newscodes/digitalsourcetype/%s"'
DAMAGED = "The photo is damaged and can't be opened. Please choose another or take a new one."
INCOMPLETE = "The photo arrived incomplete. Please send it again."
HIDDEN = "Another file is hidden in this photo. Please send the photo as your camera made it."


def make_scene(width: int = 640, height: int = 480, seed: int = 1) -> Image.Image:
    """A street of sorts: large shapes and a little noise, red at the upper left so that a turn shows."""
    dice = random.Random(seed)
    small = Image.frombytes("RGB", (16, 12), dice.randbytes(16 * 12 * 3))
    scene = small.resize((width, height), Image.Resampling.BICUBIC)
    ImageDraw.Draw(scene).rectangle((0, 0, width // 4, height // 4), fill=(220, 20, 20))
    return scene


def make_exif(*, orientation: int = 1, gps: tuple[float, float] | None = None, **more: object) -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = orientation
    if "software" in more:
        exif[0x0131] = more["software"]
    photo = exif.get_ifd(0x8769)
    for name, tag in (("taken", 0x9003), ("offset", 0x9011), ("comment", 0x9286)):
        if name in more:
            photo[tag] = more[name]
    if gps:
        exif.get_ifd(0x8825).update(make_gps(*gps))
    return exif


def make_gps(lon: float, lat: float) -> dict[int, object]:
    def sexagesimal(value: float) -> tuple[float, float, float]:
        value = abs(value)
        minutes = value % 1 * 60
        return float(int(value)), float(int(minutes)), minutes % 1 * 60

    return {1: "S" if lat < 0 else "N", 2: sexagesimal(lat), 3: "W" if lon < 0 else "E", 4: sexagesimal(lon)}


def make_file(image: Image.Image | None = None, kind: str = "jpeg", **options: object) -> bytes:
    out = BytesIO()
    if kind == "heic" and isinstance(options.get("exif"), Image.Exif):
        options["exif"] = options["exif"].tobytes()  # only then pillow-heif writes the turn as the format's own
    (image or make_scene()).save(
        out, FORMATS[kind], **({"compress_level": 1} if kind == "png" else {"quality": 90}), **options
    )
    return out.getvalue()


def png_chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def segment(marker: int, body: bytes) -> bytes:
    return struct.pack(">BBH", 0xFF, marker, len(body) + 2) + body


def after_soi(jpeg: bytes, *segments: bytes) -> bytes:
    return jpeg[:2] + b"".join(segments) + jpeg[2:]


def reopened(jpeg: bytes) -> Image.Image:
    image = Image.open(BytesIO(jpeg))
    image.load()
    return image


def markers(jpeg: bytes) -> list[int]:
    """The markers up to the first scan."""
    found, at = [], 2
    while jpeg[at + 1] != 0xDA:
        found.append(jpeg[at + 1])
        at += 2 + struct.unpack_from(">H", jpeg, at + 2)[0]
    return found


# Read at upload


@pytest.mark.parametrize("kind", FORMATS)
def test_a_phones_photo_says_where_and_when_in_each_format(kind):
    exif = make_exif(gps=BEKASI, taken="2026:02:03 07:08:09", offset="+07:00", software="HDR+ 1.0.5")
    metadata = read_metadata(make_file(make_scene(640, 480), kind, exif=exif))
    assert (metadata.format, metadata.width, metadata.height) == (kind, 640, 480)
    assert metadata.gps == pytest.approx(BEKASI, abs=1e-6)
    assert metadata.captured_local == WALL_CLOCK
    assert metadata.captured_at == datetime(2026, 2, 3, 0, 8, 9, tzinfo=UTC)
    assert metadata.captured_at.utcoffset() is not None
    assert (metadata.orientation, metadata.software, metadata.ai_marks, metadata.edited) == (1, "HDR+ 1.0.5", (), False)


@pytest.mark.parametrize("kind", FORMATS)
def test_a_photo_that_says_nothing_has_nothing_to_say(kind):
    metadata = read_metadata(make_file(kind=kind))
    assert (metadata.captured_local, metadata.captured_at, metadata.gps, metadata.software) == (None, None, None, None)
    assert (metadata.orientation, metadata.ai_marks, metadata.edited) == (1, (), False)


def test_without_an_offset_only_the_wall_clock_is_known():
    metadata = read_metadata(make_file(exif=make_exif(taken="2026:02:03 07:08:09")))
    assert metadata.captured_local == WALL_CLOCK
    assert metadata.captured_local.tzinfo is None
    assert metadata.captured_at is None


@pytest.mark.parametrize(
    ("taken", "offset"),
    [
        ("0000:00:00 00:00:00", "+07:00"),
        ("2026:13:01 00:00:00", "+07:00"),
        ("1970:01:01 00:00:00", "+00:00"),
        ("soon", ""),
    ],
)
def test_an_absurd_date_is_none(taken, offset):
    metadata = read_metadata(make_file(exif=make_exif(taken=taken, offset=offset)))
    assert (metadata.captured_local, metadata.captured_at) == (None, None)


@pytest.mark.parametrize("offset", ["+99:00", "WIB", "+07", "+07:77"])
def test_an_absurd_offset_leaves_the_wall_clock(offset):
    metadata = read_metadata(make_file(exif=make_exif(taken="2026:02:03 07:08:09", offset=offset)))
    assert metadata.captured_local == WALL_CLOCK
    assert metadata.captured_at is None


@pytest.mark.parametrize("point", [(106.8, -6.2), (-70.5, 43.25), (179.99, 0.0), (0.0, -89.5)])
def test_a_point_keeps_its_hemispheres(point):
    assert read_metadata(make_file(exif=make_exif(gps=point))).gps == pytest.approx(point, abs=1e-6)


@pytest.mark.parametrize(
    "change",
    [
        {2: (95.0, 0.0, 0.0)},
        {4: (181.0, 0.0, 0.0)},
        {2: (6.0, 61.0, 0.0)},
        {2: (0.0, 0.0, 0.0), 4: (0.0, 0.0, 0.0)},
        {1: "X"},
        {3: ""},
        {9: "V"},
        {2: (6.0, 0.0)},
    ],
)
def test_an_absurd_point_is_none(change):
    exif = make_exif(gps=BEKASI)
    exif.get_ifd(0x8825).update(change)
    assert read_metadata(make_file(exif=exif)).gps is None


def test_a_point_with_zero_denominators_is_none():
    block = make_exif(gps=BEKASI).tobytes()
    packed = struct.pack(">6I", *[number for pair in ((106, 1), (59, 1)) for number in pair], 0, 0)
    at = block.find(struct.pack(">4I", 106, 1, 59, 1))
    assert at > 0
    broken = block[:at] + packed + block[at + 24 :]
    assert Exif(block).gps() is not None
    assert Exif(broken).gps() is None


@pytest.mark.parametrize("kind", ["jpeg", "png", "webp"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_size_and_orientation_are_told_as_the_photo_is_seen(kind, orientation):
    metadata = read_metadata(make_file(make_scene(64, 48), kind, exif=make_exif(orientation=orientation)))
    assert metadata.orientation == orientation
    assert (metadata.width, metadata.height) == ((64, 48) if orientation < 5 else (48, 64))


def test_pixels_are_not_decoded_at_upload(monkeypatch):
    files = [make_file(kind=kind, exif=make_exif(gps=BEKASI)) for kind in FORMATS]

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("decoded")

    monkeypatch.setattr("PIL.ImageFile.ImageFile.load", refuse)
    monkeypatch.setattr("PIL.WebPImagePlugin.WebPImageFile.load", refuse)
    monkeypatch.setattr("pillow_heif.heif.BaseImage.load", refuse)
    for file in files:
        assert read_metadata(file).gps is not None


def test_broken_exif_is_no_reason_to_refuse_a_photo():
    for block in (b"", b"II", b"rubbish", b"II*\0\xff\xff\xff\xff", b"MM\0*\0\0\0\x08\xff\xff" + b"\x01\x12" * 400):
        file = after_soi(make_file(), segment(0xE1, b"Exif\0\0" + block))
        assert read_metadata(file).orientation == 1
        assert process(file).public.width == 640


def test_an_exif_block_that_would_swell_in_memory_is_read_in_little(tmp_path):
    """5,400 entries that each claim the whole block: Pillow copies it 5,400 times."""
    entries = b"".join(struct.pack("<HHII", tag, 7, 64_000, 8) for tag in range(5_400))
    block = b"Exif\0\0II*\0" + struct.pack("<IH", 8, 5_400) + entries
    file = after_soi(make_file(), segment(0xE1, block[:65_533]))
    assert peak_mb(tmp_path, file, "read_metadata") < peak_mb(tmp_path, make_file(), "read_metadata") + 30


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
def test_any_exif_block_is_readable(noise):
    for block in (noise, b"II*\0\x08\0\0\0" + noise, b"MM\0*\0\0\0\x08" + noise):
        exif = Exif(block)
        assert exif.orientation() in range(1, 9)
        point = exif.gps()
        assert point is None or (abs(point[0]) <= 180 and abs(point[1]) <= 90)
        exif.captured()
        exif.comment()
        assert isinstance(exif.software(), str)


# Marks of generators and editors


@pytest.mark.parametrize("kind", FORMATS)
def test_a_generators_source_type_in_xmp_is_marked(kind):
    for source in (b"trainedAlgorithmicMedia", b"compositeWithTrainedAlgorithmicMedia"):
        xmp = XMP % (GENERATED % source)
        if kind == "png":
            note = PngImagePlugin.PngInfo()
            note.add_itxt("XML:com.adobe.xmp", xmp.decode(), zip=source.startswith(b"t"))
            file = make_file(kind=kind, pnginfo=note)
        else:
            file = make_file(kind=kind, xmp=xmp)
        assert read_metadata(file).ai_marks == (f"source:{source.decode()}",)


def test_a_cameras_source_type_is_no_mark():
    metadata = read_metadata(make_file(xmp=XMP % (GENERATED % b"digitalCapture")))
    assert (metadata.ai_marks, metadata.edited) == ((), False)


def test_c2pa_is_marked_in_each_format_and_what_it_says_too():
    manifest = b"\0\0\1\0jumb\0\0\0\x1ejumdc2pa" + bytes(60) + b"digitalsourcetype/trainedAlgorithmicMedia" + bytes(90)
    cut = manifest.index(b"Algorithmic")  # a segment may end anywhere
    head = b"JP\0\1\0\0\0"
    jpeg = after_soi(
        make_file(),
        segment(0xEB, head + b"\1" + manifest[:cut]),
        segment(0xEB, head + b"\2" + manifest[:8] + manifest[cut:]),
    )
    png = make_file(kind="png")
    at = png.index(b"IDAT") - 4
    png = png[:at] + png_chunk(b"caBX", manifest) + png[at:]
    webp = make_file(kind="webp", exif=make_exif())
    webp += b"C2PA" + struct.pack("<I", len(manifest)) + manifest + bytes(len(manifest) % 2)
    webp = webp[:4] + struct.pack("<I", len(webp) - 8) + webp[8:]
    body = bytes.fromhex("d8fec3d61b0e483c92975828877ec481") + manifest
    heic = make_file(kind="heic") + struct.pack(">I", len(body) + 8) + b"uuid" + body
    for file in (jpeg, png, webp, heic):
        metadata = read_metadata(file)
        assert metadata.ai_marks == ("c2pa", "source:trainedAlgorithmicMedia"), metadata.format
        process(file)


def test_the_texts_of_generators_in_png_are_marked_also_after_the_pixels():
    note = PngImagePlugin.PngInfo()
    note.add_text("parameters", "a flooded street, Steps: 20, Sampler: Euler a", zip=True)
    note.add_text("Title", "prompt")
    assert read_metadata(make_file(kind="png", pnginfo=note)).ai_marks == ("text:parameters",)
    png = make_file(kind="png")
    late = png[:-12] + png_chunk(b"tEXt", b"prompt\0{}") + png[-12:]
    assert read_metadata(late).ai_marks == ("text:prompt",)


@pytest.mark.parametrize(
    ("software", "marks", "edited"),
    [
        ("Midjourney v6", ("software:Midjourney",), False),
        ("made with DALL-E 3", ("software:DALL-E",), False),
        ("Adobe Photoshop 25.1 (Windows)", (), True),
        ("Snapseed 2.0", (), True),
        ("A525FXXU4CVJB", (), False),
        ("17.5.1", (), False),
        ("Canvasser", (), False),
    ],
)
def test_names_of_generators_and_editors_are_known(software, marks, edited):
    for file in (
        make_file(exif=make_exif(software=software)),
        make_file(xmp=XMP % b'xmp:CreatorTool="%s"' % software.encode()),
    ):
        metadata = read_metadata(file)
        assert (metadata.software, metadata.ai_marks, metadata.edited) == (software, marks, edited)


def test_a_generators_parameters_in_the_users_comment_are_marked():
    text = "a flooded street, Steps: 20, Sampler: Euler a, CFG scale: 7"
    for comment in (b"ASCII\0\0\0" + text.encode(), b"UNICODE\0" + text.encode("utf-16-be")):
        assert read_metadata(make_file(exif=make_exif(comment=comment))).ai_marks == ("comment:parameters",)


def test_an_editors_history_is_an_edit():
    assert read_metadata(make_file(xmp=XMP % b'stEvt:action="saved"')).edited


def test_what_software_calls_itself_is_cut_and_printable():
    assert read_metadata(make_file(exif=make_exif(software="\x01\x02" + "x" * 500))).software == "x" * 200


# Refused at upload


def test_what_is_no_photo_is_refused_with_a_sentence_of_its_own():
    archive = BytesIO()
    with zipfile.ZipFile(archive, "w") as zipped:
        zipped.writestr("photo.jpg", make_file())
    gif, tiff = BytesIO(), BytesIO()
    make_scene(20, 20).save(gif, "GIF")
    make_scene(20, 20).save(tiff, "TIFF")
    cases = {
        b"": "The photo is empty: it has 0 bytes. Please choose it again or take a new one.",
        bytes(MAX_BYTES + 1): "The photo is larger than 25 MB. Please send a smaller one.",
        b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(99): "This is a video",
        b"\0\0\0\x14ftypqt  \0\0\0\0qt  " + bytes(99): "This is a video",
        b"\x1aE\xdf\xa3\x9fB\x86\x81\x01B\xf7\x81\x01B\xf2\x81\x04B\xf3\x81\x08B\x82\x84webm": "This is a video",
        b"ID3\x03" + bytes(99): "This is a sound recording",
        b"%PDF-1.7\n1 0 obj": "This is a PDF",
        archive.getvalue(): "This is a ZIP file",
        "Jalan rusak di depan sekolah, é".encode() * 200: "This is a text",
        b'<svg xmlns="http://www.w3.org/2000/svg"/>': "This is a text",
        gif.getvalue(): "This kind of picture",
        tiff.getvalue(): "This kind of picture",
        b"\0\0\0\x1cftypavif\0\0\0\0mif1avif" + bytes(99): "This kind of picture",
        bytes(range(1, 200)): "This file isn't a photo",
        b"\0": "This file isn't a photo",
    }
    for data, sentence in cases.items():
        for read in (read_metadata, process, make_public, make_thumbnail):
            with pytest.raises(Invalid) as refusal:
                read(data)
            assert str(refusal.value).startswith(sentence), data[:40]
            assert str(refusal.value).endswith((".", ")."))
            assert refusal.value.field == "photo"


def test_a_png_bomb_is_refused_by_its_header_alone():
    """400 million pixels in 49 kB."""
    rows = zlib.compress(bytes(20_000 // 8 + 1) * 20_000, 9)
    header = struct.pack(">IIBBBBB", 20_000, 20_000, 1, 0, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + b"".join(
        (png_chunk(b"IHDR", header), png_chunk(b"IDAT", rows), png_chunk(b"IEND", b""))
    )
    assert len(bomb) < 60_000
    for read in (read_metadata, process):
        with pytest.raises(Invalid, match="more than 50 million pixels"):
            read(bomb)


@pytest.mark.filterwarnings("ignore::PIL.Image.DecompressionBombWarning")  # as when serving
@pytest.mark.parametrize(("width", "height"), [(7_100, 7_100), (9_000, 9_000), (16_000, 16_000), (65_000, 65_000)])
def test_too_many_pixels_are_refused_in_each_format_by_the_header(width, height):
    jpeg = make_file(make_scene(16, 16))
    at = jpeg.index(b"\xff\xc0") + 5
    png = make_file(make_scene(16, 16), "png")
    webp = make_file(make_scene(16, 16), "webp")
    heic = make_file(make_scene(16, 16), "heic")
    place = heic.index(b"ispe") + 8
    cases = [
        jpeg[:at] + struct.pack(">HH", height, width) + jpeg[at + 4 :],
        png[:8] + png_chunk(b"IHDR", struct.pack(">II", width, height) + png[24:29]) + png[33:],
        heic[:place] + struct.pack(">II", width, height) + heic[place + 8 :],
    ]
    if width < 16_384:
        cases.append(webp[:26] + struct.pack("<HH", width, height) + webp[30:])
    for file in cases:
        with pytest.raises(Invalid, match="50 million pixels"):
            read_metadata(file)


def test_fifty_million_pixels_are_not_too_many():
    png = BytesIO()
    Image.new("1", (10_000, 5_000)).save(png, "PNG")
    assert read_metadata(png.getvalue()).width == 10_000


@pytest.mark.parametrize("kind", FORMATS)
def test_a_photo_cut_off_anywhere_is_refused_at_upload(kind):
    whole = make_file(make_scene(160, 120), kind, exif=make_exif(gps=BEKASI))
    for length in range(1, len(whole), 7):
        with pytest.raises(Invalid) as refusal:
            read_metadata(whole[:length])
        if length > 64:
            assert str(refusal.value) == INCOMPLETE, length
    with pytest.raises(Invalid, match="incomplete"):
        read_metadata(whole[:-1])


def test_the_thumbnail_in_the_exif_is_not_taken_for_the_end_of_the_photo():
    inner = make_file(make_scene(32, 24))
    whole = after_soi(make_file(), segment(0xE1, b"Exif\0\0II*\0\x08\0\0\0\0\0" + inner))
    assert read_metadata(whole).width == 640
    with pytest.raises(Invalid, match="incomplete"):
        read_metadata(whole[:-400])


def test_a_photo_that_is_another_file_too_is_refused():
    archive = BytesIO()
    with zipfile.ZipFile(archive, "w") as zipped:
        zipped.writestr("evil.class", b"x" * 100)
    for kind in FORMATS:
        appended = make_file(kind=kind) + archive.getvalue()
        with zipfile.ZipFile(BytesIO(appended)) as zipped:
            assert zipped.namelist() == ["evil.class"], "a ZIP program really opens it"
        with pytest.raises(Invalid) as refusal:
            read_metadata(appended)
        assert str(refusal.value) == HIDDEN, kind
    jpeg = make_file()
    for file in (
        after_soi(jpeg, segment(0xFE, b"%PDF-1.4\n1 0 obj")),
        after_soi(jpeg, segment(0xFE, b"<?php system($_GET['c']); ?>")),
        jpeg + b"%PDF-1.4\n1 0 obj",
        jpeg + b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + bytes(9_000) + archive.getvalue(),
        jpeg + b"\n<script>alert(1)</script>",
        jpeg + b"\x7fELF\x02\x01\x01" + bytes(50),
        jpeg + b"Rar!\x1a\x07\x00" + bytes(50),
        make_file(kind="png") + b"MZ" + bytes(100),
        make_file(kind="webp") + b"7z\xbc\xaf\x27\x1c" + bytes(50),
    ):
        with pytest.raises(Invalid) as refusal:
            read_metadata(file)
        assert str(refusal.value) == HIDDEN


def test_what_phones_append_to_a_photo_is_let_pass():
    jpeg = make_file()
    film = b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + random.Random(1).randbytes(5_000)
    samsung = b"\0\0\x01\x0a\x0e\0\0\0Image_UTC_Data1770077289000SEFHk\0\0\0\x01\0\0\0SEFT"
    second_view = make_file(make_scene(64, 48))
    for tail in (film, samsung, second_view, bytes(64)):
        assert read_metadata(jpeg + tail).width == 640
        assert process(jpeg + tail).public.width == 640


def test_damaged_pixels_are_refused_by_the_worker_with_a_sentence():
    jpeg = bytearray(make_file())
    jpeg[jpeg.index(b"\xff\xc4") + 5 : jpeg.index(b"\xff\xc4") + 21] = bytes(16)
    png = bytearray(make_file(kind="png"))
    png[len(png) // 2] ^= 0xFF
    heic = bytearray(make_file(kind="heic"))
    heic[heic.index(b"hvcC") + 30 : heic.index(b"hvcC") + 60] = bytes(30)
    for file in (bytes(jpeg), bytes(png), bytes(heic)):
        read_metadata(file)
        with pytest.raises(Invalid) as refusal:
            process(file)
        assert str(refusal.value) == DAMAGED


SIGNATURES = [b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"RIFF\x40\0\0\0WEBPVP8 ", b"RIFF\x40\0\0\0WEBPVP8X"]
SIGNATURES += [b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", b"PK\x03\x04", b"%PDF-", b"GIF89a", b"\0\0\0\x18ftyp"]


@settings(max_examples=600, deadline=None)
@given(st.sampled_from(SIGNATURES), st.binary(max_size=600))
def test_any_bytes_are_read_or_refused_as_invalid(signature, noise):
    for read in (read_metadata, process):
        with suppress(Invalid):
            read(signature + noise)


@pytest.fixture(scope="module", params=FORMATS)
def whole(request) -> bytes:
    exif = make_exif(gps=BEKASI, taken="2026:02:03 07:08:09", software="x")
    return make_file(make_scene(96, 64), request.param, exif=exif)


@settings(max_examples=120, deadline=None)
@given(where=st.floats(0, 1), close=st.booleans())
def test_a_truncation_is_refused_as_invalid_or_read(whole, where, close):
    cut = whole[: int(where * (len(whole) - 1))] + (b"\xff\xd9" if close else b"")
    for read in (read_metadata, process):
        try:
            read(cut)
        except Invalid:
            continue
        assert close, "nothing that is cut off is taken for whole"


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 0.999), st.binary(min_size=1, max_size=4)), min_size=1, max_size=6))
def test_a_photo_with_flipped_bytes_is_refused_as_invalid_or_read(whole, changes):
    data = bytearray(whole)
    for where, noise in changes:
        at = int(where * len(data))
        data[at : at + len(noise)] = noise
    for read in (read_metadata, process):
        with suppress(Invalid):
            read(bytes(data))


# Public copies


@pytest.mark.parametrize("kind", FORMATS)
def test_nothing_of_what_the_photo_told_is_in_its_public_copies(kind):
    exif = make_exif(gps=BEKASI, taken="2026:02:03 07:08:09", offset="+07:00", software="SECRET-PHONE")
    options: dict[str, object] = {
        "exif": exif,
        "icc_profile": ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes(),
    }
    if kind == "png":
        options["pnginfo"] = PngImagePlugin.PngInfo()
        options["pnginfo"].add_text("comment", "SECRET-TEXT")
    else:
        options["xmp"] = XMP % b'dc:creator="SECRET-XMP"'
    if kind == "jpeg":
        options["comment"] = b"SECRET-COMMENT"
        options["dpi"] = (300, 300)
    file = make_file(make_scene(1640, 1230), kind, **options)
    assert b"SECRET" in file
    done = process(file)
    for picture in (done.public, done.thumbnail, make_public(file), make_thumbnail(file)):
        assert set(markers(picture.jpeg)) == {0xE0, 0xDB, 0xC2, 0xC4}, "JFIF, tables, progressive frame; nothing else"
        assert b"SECRET" not in picture.jpeg
        assert b"Exif" not in picture.jpeg
        image = reopened(picture.jpeg)
        assert image.format == "JPEG"
        assert dict(image.getexif()) == {}
        assert not {"exif", "xmp", "icc_profile", "comment", "photoshop"} & set(image.info)
        assert image.info["progressive"]
        assert image.size == (picture.width, picture.height)
    assert (done.public.width, done.public.height) == (1600, 1200)
    assert (done.thumbnail.width, done.thumbnail.height) == (400, 300)
    assert done.metadata == read_metadata(file)


def test_a_comment_in_a_png_does_not_become_one_in_the_jpeg():
    note = PngImagePlugin.PngInfo()
    note.add_text("comment", "SECRET-TEXT")
    picture = make_public(make_file(kind="png", pnginfo=note))
    assert b"SECRET" not in picture.jpeg
    assert 0xFE not in markers(picture.jpeg)


@pytest.mark.parametrize("kind", ["jpeg", "png", "webp"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photo_is_upright_whatever_way_it_was_held(kind, orientation):
    """The file is the scene turned by the inverse of what EXIF says has to be done."""
    undo = {
        2: Image.Transpose.FLIP_LEFT_RIGHT,
        3: Image.Transpose.ROTATE_180,
        4: Image.Transpose.FLIP_TOP_BOTTOM,
        5: Image.Transpose.TRANSPOSE,
        6: Image.Transpose.ROTATE_90,
        7: Image.Transpose.TRANSVERSE,
        8: Image.Transpose.ROTATE_270,
    }
    scene = make_scene(2000, 1200)
    held = scene.transpose(undo[orientation]) if orientation in undo else scene
    file = make_file(held, kind, exif=make_exif(orientation=orientation))
    done = process(file)
    assert (done.public.width, done.public.height) == (1600, 960)
    assert (done.thumbnail.width, done.thumbnail.height) == (400, 240)
    assert (done.metadata.width, done.metadata.height) == (2000, 1200)
    red, green, _ = reopened(done.public.jpeg).getpixel((60, 40))
    assert red > 180
    assert green < 80
    assert coarse_distance(done.likeness.coarse, process(make_file(scene, kind)).likeness.coarse) <= 3


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
def test_a_heic_is_turned_once(orientation):
    """The format turns by itself; the EXIF beside it says so again and must not turn it twice."""
    undo = {3: Image.Transpose.ROTATE_180, 6: Image.Transpose.ROTATE_90, 8: Image.Transpose.ROTATE_270}
    scene = make_scene(640, 400)
    held = scene.transpose(undo[orientation]) if orientation in undo else scene
    done = process(make_file(held, "heic", exif=make_exif(orientation=orientation)))
    assert (done.public.width, done.public.height) == (640, 400)
    assert (done.metadata.width, done.metadata.height, done.metadata.orientation) == (640, 400, 1)
    red, green, _ = reopened(done.public.jpeg).getpixel((60, 40))
    assert red > 180
    assert green < 80


def test_a_small_photo_is_not_enlarged():
    done = process(make_file(make_scene(320, 200)))
    assert (done.public.width, done.public.height) == (320, 200)
    assert (done.thumbnail.width, done.thumbnail.height) == (320, 200)


def test_a_very_long_picture_keeps_at_least_a_pixel():
    picture = make_public(make_file(Image.new("RGB", (60_000, 3)), "png"))
    assert (picture.width, picture.height) == (1600, 1)


def test_side_and_quality_are_as_asked():
    file = make_file(make_scene(1200, 900))
    assert make_public(file, max_side=800).width == 800
    assert make_thumbnail(file, max_side=100).height == 75
    assert len(make_public(file, quality=30).jpeg) < len(make_public(file, quality=95).jpeg)


def middle(picture_jpeg: bytes) -> tuple[int, ...]:
    image = reopened(picture_jpeg)
    return image.getpixel((image.width // 2, image.height // 2))


@pytest.mark.parametrize("kind", ["png", "webp", "heic"])
def test_what_is_transparent_becomes_white(kind):
    image = Image.new("RGBA", (400, 400), (0, 0, 0, 0))
    ImageDraw.Draw(image).rectangle((0, 0, 399, 99), fill=(10, 120, 20, 255))
    picture = make_public(make_file(image, kind))
    assert min(middle(picture.jpeg)) > 245
    assert reopened(picture.jpeg).getpixel((200, 40)) == pytest.approx((10, 120, 20), abs=12)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "I;16"])
def test_every_mode_of_a_png_becomes_the_same_picture(mode):
    scene = make_scene(2000, 1500)
    if mode == "I;16":
        grey = scene.convert("L")
        image = Image.frombytes("I;16", grey.size, b"".join(bytes((0, value)) for value in grey.tobytes()))
    else:
        image = scene.convert(mode)
    done = process(make_file(image, "png"))
    assert done.public.width == 1600
    assert coarse_distance(done.likeness.coarse, process(make_file(scene)).likeness.coarse) <= 6
    if mode == "I;16":
        shown = reopened(done.public.jpeg).convert("L").resize((8, 6)).tobytes()
        expected = grey.resize((8, 6)).tobytes()
        assert all(abs(one - other) < 12 for one, other in zip(shown, expected, strict=True))


@pytest.mark.parametrize("mode", ["P", "L", "RGB", "I;16"])
def test_a_transparent_colour_of_a_png_is_no_obstacle(mode):
    image = Image.new(mode, (40, 40))
    assert make_public(make_file(image, "png", transparency=(0, 0, 0) if mode == "RGB" else 0)).width == 40


def test_cmyk_and_grey_jpegs_become_colours():
    scene = make_scene()
    for mode in ("CMYK", "L"):
        done = process(make_file(scene.convert(mode)))
        assert reopened(done.public.jpeg).mode == "RGB"
        assert coarse_distance(done.likeness.coarse, process(make_file(scene)).likeness.coarse) <= 3


def test_of_an_animation_the_first_frame_is_shown():
    frames = [Image.new("RGB", (200, 200), colour) for colour in ("red", "blue", "blue")]
    for kind in ("png", "webp"):
        file = make_file(frames[0], kind, save_all=True, append_images=frames[1:], duration=100)
        red, _, blue = middle(make_public(file).jpeg)
        assert red > 200 > 100 > blue


def test_colours_are_what_the_profile_meant():
    """A profile with red and blue exchanged shows at once whether it was used."""
    plain = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    count = struct.unpack_from(">I", plain, 128)[0]
    exchanged = bytearray(plain)
    for number in range(count):
        at = 132 + 12 * number
        name = bytes(plain[at : at + 4])
        if name in (b"rXYZ", b"bXYZ"):
            exchanged[at : at + 4] = b"bXYZ" if name == b"rXYZ" else b"rXYZ"
    image = Image.new("RGB", (200, 200), (230, 30, 30))
    for kind in ("jpeg", "png", "webp"):
        assert middle(make_public(make_file(image, kind, icc_profile=plain)).jpeg) == pytest.approx(
            (230, 30, 30), abs=8
        )
        assert middle(make_public(make_file(image, kind, icc_profile=bytes(exchanged))).jpeg)[2] > 180
        assert middle(make_public(make_file(image, kind, icc_profile=b"rubbish")).jpeg) == pytest.approx(
            (230, 30, 30), abs=8
        )


# Bounds


MEASURED = """
import sys
from pathlib import Path
from complaints.photos import pictures
data = Path(sys.argv[1]).read_bytes()
getattr(pictures, sys.argv[2])(data)
status = Path("/proc/self/status").read_text()
print(next(line.split()[1] for line in status.splitlines() if line.startswith("VmHWM")))
"""


def peak_mb(folder: Path, file: bytes, verb: str) -> float:
    """The most memory that a process of its own held, interpreter and libraries included."""
    path = folder / "photo"
    path.write_bytes(file)
    environ = {"PYTHONPATH": f"{ROOT}:{ROOT / 'platform'}"}
    out = subprocess.run(
        [sys.executable, "-c", MEASURED, str(path), verb], env=environ, capture_output=True, text=True, check=True
    )
    return int(out.stdout) / 1024


@pytest.mark.parametrize(
    ("options", "limit_mb"),
    [({}, 120), ({"progressive": True}, 280), ({"progressive": True, "subsampling": 0}, 400)],
)
def test_a_photo_of_48_megapixels_is_never_whole_in_memory(tmp_path, options, limit_mb):
    """A progressive one has all its coefficients there, two bytes each, which the decoder can't avoid."""
    file = make_file(make_scene(8000, 6000), **options)
    assert peak_mb(tmp_path, file, "process") < limit_mb
    assert peak_mb(tmp_path, file, "read_metadata") < 120
