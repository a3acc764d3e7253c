"""What a picture says of itself before a pixel of it is decoded: its kind, its size, where and when it was taken.

Uploads are anybody's bytes and this runs while somebody waits, so it reads the containers itself, in time and memory
proportional to the file.
"""

import re
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

import filetype  # type: ignore[import-untyped]  # it brings none

from complaints.photos.exif import Exif
from tenants.errors import N_, Invalid

MAX_BYTES = 25 * 1024 * 1024
MAX_PIXELS = 50_000_000

PictureFormat = Literal["jpeg", "png", "webp", "heic"]

_MAX_PARTS = 50_000
_HEVC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"hevm", b"hevs"}
_HEIF_BRANDS = _HEVC_BRANDS | {b"mif1", b"msf1"}
_HEIC_SIZE = re.compile(rb"\x00\x00\x00\x14ispe....(.{8})", re.DOTALL)
_C2PA_UUID = bytes.fromhex("d8fec3d61b0e483c92975828877ec481")
_XMP_IN_JPEG = b"http://ns.adobe.com/xap/1.0/\0"
_XMP_IN_PNG = b"XML:com.adobe.xmp"
_JPEG_MARKER = re.compile(rb"\xff([^\x00\xff\xd0-\xd8\x01])")
_SOURCE_TYPE = re.compile(
    rb"(?<![A-Za-z])(trainedAlgorithmicMedia|compositeWithTrainedAlgorithmicMedia|algorithmicMedia)"
)
_CREATOR_TOOL = re.compile(rb"CreatorTool\s*(?:=\s*[\"']|>)([^\"'<]{1,200})")
_GENERATOR_KEYS = {"parameters", "prompt", "workflow", "dream", "sd-metadata", "invokeai_metadata", "generation_data"}
_GENERATORS = re.compile(
    r"\b(midjourney|dall[-·. ]?e|openai|chatgpt|gpt-4o|stable ?diffusion|automatic1111|comfyui|invokeai|novelai|"
    r"adobe firefly|firefly|google (?:ai|gemini|imagen)|gemini|grok|flux\.?1|ideogram|leonardo\.ai|bing image creator|"
    r"microsoft designer|runway|fooocus|dreamstudio|nightcafe)(?![a-z])",
    re.IGNORECASE,
)
_EDITORS = re.compile(
    r"\b(photoshop|lightroom|gimp|snapseed|picsart|canva|photopea|pixlr|affinity photo|paint\.net|facetune|meitu|"
    r"beautyplus|remini|faceapp|vsco|polarr|photoroom|inshot|capcut|pixelmator|photodirector|luminar|krita|darktable|"
    r"windows photo editor|microsoft (?:photos|paint))(?![a-z])",
    re.IGNORECASE,
)
_ACTIVE = re.compile(rb"<\?php|<script[\s>]", re.IGNORECASE)
_HIDDEN_KINDS = (
    "zip",
    "rar",
    "7z",
    "gz",
    "tar",
    "xz",
    "bz2",
    "pdf",
    "exe",
    "elf",
    "swf",
    "rtf",
    "doc",
    "docx",
    "xlsx",
    "pptx",
)


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the picture claims; anybody can write anything there, so these are hints and never proofs.

    width, height: pixels as shown, upright. captured_local: the camera's wall clock, naive; captured_at: aware UTC,
    only where the camera named its offset. gps: (lon, lat) in WGS84 degrees. orientation: EXIF's 1 to 8, 1 where the
    format turned it already. software: at most 200 printable characters. ai_marks: where a generator left its name, as
    `source:trainedAlgorithmicMedia`, `c2pa`, `text:parameters`, `software:Midjourney`; c2pa alone may be a camera's.
    edited: an image editor left its name or its history.
    """

    format: PictureFormat
    width: int
    height: int
    captured_local: datetime | None
    captured_at: datetime | None
    gps: tuple[float, float] | None
    orientation: int
    software: str | None
    ai_marks: tuple[str, ...]
    edited: bool


@dataclass(frozen=True, slots=True)
class Block:
    """A piece of metadata in the container. kind: exif, xmp, iptc, c2pa, comment or, with its keyword, text."""

    kind: str
    body: bytes
    keyword: str = ""


@dataclass(frozen=True, slots=True)
class Container:
    """format; its metadata; pixels: what a decoder has to be given, the whole file but for a JPEG's metadata."""

    format: PictureFormat
    blocks: tuple[Block, ...]
    pixels: bytes


def read_container(data: bytes) -> Container:
    """Walk through the container to its end. Raises Invalid in a sentence about what the file is instead of a photo."""
    if not data:
        raise _refusal(N_("The photo is empty: it has 0 bytes. Please choose it again or take a new one."))
    if len(data) > MAX_BYTES:
        raise _refusal(N_("The photo is larger than 25 MB. Please send a smaller one."))
    kind = _format(data)
    if kind is None:
        raise _refusal(_what_it_is(data))
    try:
        blocks, end, pixels = _WALKERS[kind](data)
    except (struct.error, IndexError) as error:
        raise incomplete() from error
    if _hides_another_file(data, end, blocks):
        raise _refusal(N_("Another file is hidden in this photo. Please send the photo as your camera made it."))
    return Container(kind, tuple(blocks), pixels)


def describe(container: Container, size: tuple[int, int], more: tuple[Block, ...] = ()) -> Metadata:
    """The metadata of a container whose picture has size (width, height) before any turn; more: blocks found deeper."""
    blocks = container.blocks + more
    exif = Exif(next((block.body for block in blocks if block.kind == "exif"), b""))
    orientation = 1 if container.format == "heic" else exif.orientation()
    width, height = size if orientation < 5 else (size[1], size[0])
    captured_local, captured_at = exif.captured()
    creator_tools = [
        match[1].decode("utf-8", "replace")
        for b in blocks
        if b.kind == "xmp"
        for match in _CREATOR_TOOL.finditer(b.body)
    ]
    written = [block.body.decode("utf-8", "replace") for block in blocks if block.keyword.lower() == "software"]
    programs = [program for program in map(_printable, (exif.software(), *creator_tools, *written)) if program]
    return Metadata(
        format=container.format,
        width=width,
        height=height,
        captured_local=captured_local,
        captured_at=captured_at,
        gps=exif.gps(),
        orientation=orientation,
        software=programs[0] if programs else None,
        ai_marks=tuple(dict.fromkeys(_ai_marks(blocks, programs, exif.comment()))),
        edited=any(map(_EDITORS.search, programs)) or any(b"stEvt:action" in b.body for b in blocks if b.kind == "xmp"),
    )


def damaged() -> Invalid:
    return _refusal(N_("The photo is damaged and can't be opened. Please choose another or take a new one."))


def incomplete() -> Invalid:
    return _refusal(N_("The photo arrived incomplete. Please send it again."))


def too_many_pixels() -> Invalid:
    return _refusal(N_("The photo has more than 50 million pixels. Please send it in a smaller size."))


def _refusal(sentence: str) -> Invalid:
    return Invalid(sentence, field="photo")


def _format(data: bytes) -> PictureFormat | None:
    if data.startswith(b"\xff\xd8\xff"):
        return "jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "webp"
    if data[4:8] == b"ftyp" and data[8:12] in _HEIF_BRANDS:
        brands = data[8 : min(int.from_bytes(data[:4], "big"), 256)]
        if any(brands[at : at + 4] in _HEVC_BRANDS for at in range(0, len(brands), 4)):
            return "heic"  # otherwise it may be AVIF under a common brand, which isn't read here
    return None


def _what_it_is(data: bytes) -> str:
    guess = filetype.guess(data[:8192])
    mime: str = guess.mime if guess else ""
    if mime.startswith("video/") or (data[4:8] == b"ftyp" and not mime.startswith(("image/", "audio/"))):
        return N_("This is a video. Please send a photo (JPEG, PNG, WebP or HEIC).")
    if mime.startswith("audio/"):
        return N_("This is a sound recording. Please send a photo (JPEG, PNG, WebP or HEIC).")
    if mime.startswith("image/"):
        return N_("This kind of picture can't be used. Please send a photo as JPEG, PNG, WebP or HEIC.")
    if mime == "application/pdf":
        return N_("This is a PDF. Please send a photo (JPEG, PNG, WebP or HEIC).")
    if mime.startswith(("application/vnd.", "application/msword", "application/rtf", "application/epub")):
        return N_("This is a document. Please send a photo (JPEG, PNG, WebP or HEIC).")
    if guess and guess.extension in ("zip", "rar", "7z", "gz", "tar", "xz", "bz2", "zst", "lz4"):
        return N_("This is a ZIP file or another archive. Please send the photo itself (JPEG, PNG, WebP or HEIC).")
    if (
        not re.search(rb"[\x00-\x08\x0e-\x1f\x7f]", data[:4096])
        and "\ufffd" not in data[:4000].decode("utf-8", "replace")[:-3]
    ):
        return N_("This is a text, not a photo. Please send a photo (JPEG, PNG, WebP or HEIC).")
    return N_("This file isn't a photo. Please send a photo (JPEG, PNG, WebP or HEIC).")


Walked = tuple[list[Block], int, bytes]  # metadata, where the picture ends, what to decode


def _walk_jpeg(data: bytes) -> Walked:
    """Through all markers to the end of the image: after the last scan, not that of the thumbnail in the EXIF.

    A decoder gets only what pixels need: of the application segments JFIF's, the colour profile and Adobe's.
    """
    blocks: list[Block] = []
    kept = [data[:2]]
    jumbf: list[bytes] = []
    at = 2
    for _ in range(_MAX_PARTS):
        found = _JPEG_MARKER.search(data, at)
        if not found:
            raise incomplete()
        marker, start = found[1][0], found.start()
        if marker == 0xD9:
            kept.append(data[at : found.end()])
            if jumbf:
                blocks.append(Block("c2pa", b"".join(jumbf)))
            return blocks, found.end(), b"".join(kept)
        end = found.end() + struct.unpack_from(">H", data, found.end())[0]
        if end > len(data):
            raise incomplete()
        body = data[found.end() + 2 : end]
        kept.append(data[at:start])
        if marker == 0xE1 and body.startswith(b"Exif\0\0"):
            blocks.append(Block("exif", body[6:]))
        elif marker == 0xE1 and body.startswith(_XMP_IN_JPEG):
            blocks.append(Block("xmp", body[len(_XMP_IN_JPEG) :]))
        elif marker == 0xEB and body.startswith(b"JP"):
            jumbf.append(body[16:] if jumbf else body[8:])
        elif marker == 0xED:
            blocks.append(Block("iptc", body))
        elif marker == 0xFE:
            blocks.append(Block("comment", body))
        if not (0xE1 <= marker <= 0xEF or marker == 0xFE) or marker == 0xEE or body.startswith(b"ICC_PROFILE\0"):
            kept.append(data[start:end])
        at = end
    raise damaged()


def _walk_png(data: bytes) -> Walked:
    blocks: list[Block] = []
    at = 8
    for _ in range(_MAX_PARTS):
        length, name = struct.unpack_from(">I4s", data, at)
        body = data[at + 8 : at + 8 + length] if name in (b"tEXt", b"zTXt", b"iTXt", b"eXIf", b"caBX") else b""
        at += 12 + length
        if at > len(data):
            raise incomplete()
        if name == b"IEND":
            return blocks, at, data
        if name == b"eXIf":
            blocks.append(Block("exif", body))
        elif name == b"caBX":
            blocks.append(Block("c2pa", body))
        elif body:
            keyword, _, value = body.partition(b"\0")
            compressed = name == b"zTXt" or (name == b"iTXt" and value[:1] == b"\1")
            if name == b"iTXt":
                value = value[2:].partition(b"\0")[2].partition(b"\0")[2]
            value = _inflated(value[1:] if name == b"zTXt" else value) if compressed else value
            kind = "xmp" if keyword == _XMP_IN_PNG else "text"
            blocks.append(Block(kind, value, keyword.decode("latin-1")))
    raise damaged()


def _walk_webp(data: bytes) -> Walked:
    blocks: list[Block] = []
    at, end = 12, 8 + struct.unpack_from("<I", data, 4)[0]
    if end > len(data):
        raise incomplete()
    for _ in range(_MAX_PARTS):
        if at + 8 > end:
            return blocks, end, data
        name, length = struct.unpack_from("<4sI", data, at)
        if at + 8 + length > end:
            raise incomplete()
        if kind := {b"EXIF": "exif", b"XMP ": "xmp", b"C2PA": "c2pa"}.get(name):
            blocks.append(Block(kind, data[at + 8 : at + 8 + length].removeprefix(b"Exif\0\0")))
        at += 8 + length + length % 2
    raise damaged()


def _walk_heic(data: bytes) -> Walked:
    """Through the outermost boxes; EXIF and XMP lie deeper, where libheif finds them."""
    blocks: list[Block] = []
    at = 0
    names = set()
    for _ in range(_MAX_PARTS):
        if at == len(data):
            if b"meta" not in names:
                raise damaged()
            if b"mdat" not in names and b"idat" not in data:
                raise incomplete()
            return blocks, at, data
        length, name = struct.unpack_from(">I4s", data, at)
        names.add(name)
        head = 8
        if length == 1:
            head, length = 16, struct.unpack_from(">Q", data, at + 8)[0]
        elif length == 0:
            length = len(data) - at
        if length < head:
            raise damaged()
        if at + length > len(data):
            if _zip_ends(data):
                return blocks, at, data
            raise incomplete()
        for size in _HEIC_SIZE.finditer(data, at, at + length) if name == b"meta" else ():
            width, height = struct.unpack(">II", size[1])
            if width * height > MAX_PIXELS:  # before cropping, which could make anything look small
                raise too_many_pixels()
        if name == b"uuid" and data[at + head : at + head + 16] == _C2PA_UUID:
            blocks.append(Block("c2pa", data[at + head + 16 : at + length]))
        at += length
    raise damaged()


_WALKERS = {"jpeg": _walk_jpeg, "png": _walk_png, "webp": _walk_webp, "heic": _walk_heic}


def _inflated(packed: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(packed, 1024 * 1024)
    except zlib.error:
        return b""


def _hides_another_file(data: bytes, end: int, blocks: list[Block]) -> bool:
    """Whether another program would open the same bytes as something else.

    Not whatever follows the picture: phones append the short film of a motion photo, a second view, their own marks.
    """
    tail = data[end : end + 8192]
    guess = filetype.guess(tail) if tail else None
    return (
        b"%PDF-" in data[:1024]
        or b"%PDF-" in tail[:1024]
        or _zip_ends(data)
        or bool(guess and guess.extension in _HIDDEN_KINDS)
        or bool(_ACTIVE.search(tail))
        or any(_ACTIVE.search(block.body) for block in blocks)
    )


def _zip_ends(data: bytes) -> bool:
    """Whether the file ends as a ZIP does: the closing record, and the directory right before it."""
    at = data.rfind(b"PK\x05\x06", max(0, len(data) - 65_557))
    if at < 0 or at + 22 > len(data):
        return False
    size = int.from_bytes(data[at + 12 : at + 16], "little")
    return 0 < size <= at and data[at - size : at - size + 4] == b"PK\x01\x02"


def _ai_marks(blocks: tuple[Block, ...], programs: list[str], comment: str) -> Iterator[str]:
    for block in blocks:
        if block.kind == "c2pa":
            yield "c2pa"
        for found in _SOURCE_TYPE.finditer(block.body):
            yield f"source:{found[1].decode()}"
        if block.kind == "text" and block.keyword.lower() in _GENERATOR_KEYS:
            yield f"text:{block.keyword.lower()}"
        if b"Made with Google AI" in block.body:
            yield "credit:Made with Google AI"
    for program in programs:
        if found_name := _GENERATORS.search(program):
            yield f"software:{found_name[0]}"
    if "Steps: " in comment and "Sampler: " in comment:
        yield "comment:parameters"


def _printable(text: str) -> str:
    return "".join(character for character in text if character.isprintable()).strip()[:200]
