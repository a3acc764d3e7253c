"""Photos of complaints: checked and described on arrival, decoded once by the worker for all that is shown of them.

What residents and officials see is never the file that was sent: public copies are drawn anew, upright, in sRGB, and
carry nothing but pixels.
"""

from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageCms
from pillow_heif import register_heif_opener

from complaints.photos.likeness import Likeness, likeness
from complaints.photos.picture_header import (
    MAX_BYTES,
    MAX_PIXELS,
    Block,
    Container,
    Metadata,
    PictureFormat,
    damaged,
    describe,
    read_container,
    too_many_pixels,
)

__all__ = [
    "MAX_BYTES",
    "MAX_PIXELS",
    "Metadata",
    "Picture",
    "PictureFormat",
    "Processed",
    "make_public",
    "make_thumbnail",
    "process",
    "read_metadata",
]

PUBLIC_SIDE = 1600
THUMBNAIL_SIDE = 400
QUALITY = 82

# Without the thumbnails that a HEIC may carry: they needn't show what the picture shows.
register_heif_opener(thumbnails=False, depth_images=False, aux_images=False, decode_threads=2)
# Pillow warns above this and refuses above twice this, for whoever else opens a picture in this process.
Image.MAX_IMAGE_PIXELS = MAX_PIXELS

_DECODERS = {"jpeg": "JPEG", "png": "PNG", "webp": "WEBP", "heic": "HEIF"}
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


@dataclass(frozen=True, slots=True)
class Picture:
    """jpeg: the file, progressive, without metadata. width, height: pixels."""

    jpeg: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Processed:
    """Everything that is kept of one photo besides the photo."""

    public: Picture
    thumbnail: Picture
    likeness: Likeness
    metadata: Metadata


def read_metadata(data: bytes) -> Metadata:
    """What the photo says of itself, without decoding a pixel.

    data: the file as it was sent. Raises Invalid, in a sentence for its sender, for what is no photo (JPEG, PNG, WebP
    or HEIC), has more than MAX_BYTES or MAX_PIXELS, is cut off, or is another file as well.
    """
    _, metadata = _open(data)
    return metadata


def make_public(data: bytes, max_side: int = PUBLIC_SIDE, quality: int = QUALITY) -> Picture:
    """A copy for everybody's eyes, its longer side at most max_side pixels, never enlarged. Raises as process does."""
    image, _ = _decode(data, max_side)
    return _as_jpeg(image, quality)


def make_thumbnail(data: bytes, max_side: int = THUMBNAIL_SIDE, quality: int = QUALITY) -> Picture:
    """The same, small. Raises as process does."""
    return make_public(data, max_side, quality)


def process(data: bytes) -> Processed:
    """All of it from one decoding; for the worker, never while a resident waits.

    Raises Invalid as read_metadata does, and where the pixels turn out to be damaged.
    """
    image, metadata = _decode(data, PUBLIC_SIDE)
    small = image.resize(_fitted(image.size, THUMBNAIL_SIDE), Image.Resampling.LANCZOS)
    return Processed(_as_jpeg(image, QUALITY), _as_jpeg(small, QUALITY), likeness(small), metadata)


def _open(data: bytes) -> tuple[Image.Image, Metadata]:
    container = read_container(data)
    try:
        image = Image.open(BytesIO(container.pixels), formats=[_DECODERS[container.format]])
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise too_many_pixels() from error
    except Exception as error:  # whatever a decoder raises, it is the file's fault
        raise damaged() from error
    if image.width * image.height > MAX_PIXELS:
        raise too_many_pixels()
    return image, describe(container, image.size, _deeper_blocks(container, image))


def _deeper_blocks(container: Container, image: Image.Image) -> tuple[Block, ...]:
    if container.format != "heic":
        return ()
    found = ((kind, image.info.get(kind)) for kind in ("exif", "xmp"))
    return tuple(Block(kind, body) for kind, body in found if isinstance(body, bytes))


def _decode(data: bytes, max_side: int) -> tuple[Image.Image, Metadata]:
    """The picture upright in sRGB, not larger than asked, and what it says of itself."""
    image, metadata = _open(data)
    fitted = _fitted(image.size, max_side)
    try:
        if metadata.format == "jpeg":
            image.draft(None, fitted)  # decodes at 1/2, 1/4 or 1/8, still at least as large as asked
        image.load()
        image = _in_srgb(_resized(image, fitted))
        turn = _TURNS.get(metadata.orientation)
        return (image.transpose(turn) if turn is not None else image), metadata
    except Exception as error:  # whatever a decoder raises, it is the file's fault
        raise damaged() from error


def _fitted(size: tuple[int, int], max_side: int) -> tuple[int, int]:
    scale = min(1.0, max_side / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _resized(image: Image.Image, size: tuple[int, int]) -> Image.Image:
    """In a mode that can be interpolated: palettes become colours, 16 bits stay."""
    if image.mode in ("1", "P", "PA") or ("transparency" in image.info and not image.mode.startswith("I")):
        image = image.convert("RGBA" if image.has_transparency_data else "RGB")
    if image.size == size:
        return image
    return image.resize(size, Image.Resampling.LANCZOS, reducing_gap=None if image.mode.startswith("I") else 2.0)


def _in_srgb(image: Image.Image) -> Image.Image:
    """Flat, 8 bits, three channels, white where it was transparent, colours as its profile meant them."""
    profile = image.info.get("icc_profile")
    if image.mode.startswith("I"):
        image = image.convert("I").point(lambda value: value * (1 / 256) + 0).convert("L")
    elif image.has_transparency_data:
        image = image.convert("RGBA")
        white = Image.new("RGBA", image.size, "white")
        white.alpha_composite(image)
        image = white.convert("RGB")
    if profile and image.mode in ("RGB", "L", "CMYK"):
        try:
            given = ImageCms.ImageCmsProfile(BytesIO(profile))
            converted = ImageCms.profileToProfile(image, given, ImageCms.createProfile("sRGB"), outputMode="RGB")
        except (ImageCms.PyCMSError, OSError):
            converted = None  # a broken or foreign profile: as most viewers do, as if there were none
        image = converted or image
    return image.convert("RGB")


def _as_jpeg(image: Image.Image, quality: int) -> Picture:
    clean = Image.new("RGB", image.size)  # knows nothing of the file, whose comments Pillow would write again
    clean.paste(image)
    out = BytesIO()
    clean.save(out, "JPEG", quality=quality, progressive=True, optimize=True)
    return Picture(out.getvalue(), clean.width, clean.height)
