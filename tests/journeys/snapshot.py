"""A photo as a phone takes it: with the place, the time and the phone's name in its EXIF."""

import io

from PIL import Image, ImageDraw

GPS, LATITUDE_REF, LATITUDE, LONGITUDE_REF, LONGITUDE = 0x8825, 1, 2, 3, 4
MAKE, MODEL = 0x010F, 0x0110


def snapshot(colour: str, at: tuple[float, float]) -> bytes:
    """A JPEG of a road in a colour, taken at (lon, lat)."""
    image = Image.new("RGB", (1200, 900), colour)
    draw = ImageDraw.Draw(image)
    draw.polygon([(0, 900), (450, 350), (750, 350), (1200, 900)], fill="#56585c")
    draw.ellipse([430, 600, 760, 760], fill="#23211f")
    exif = Image.Exif()
    exif[MAKE], exif[MODEL] = "Contoh", "Ponsel rahasia 7"
    exif.get_ifd(GPS).update(
        {
            LATITUDE_REF: "S" if at[1] < 0 else "N",
            LATITUDE: _sexagesimal(abs(at[1])),
            LONGITUDE_REF: "E",
            LONGITUDE: _sexagesimal(at[0]),
        }
    )
    data = io.BytesIO()
    image.save(data, "JPEG", quality=85, exif=exif)
    return data.getvalue()


def has_exif(data: bytes) -> bool:
    """Whether a picture carries any metadata of a camera."""
    return bool(Image.open(io.BytesIO(data)).getexif()) or b"Exif" in data or b"Ponsel rahasia" in data


def _sexagesimal(degrees: float) -> tuple[float, float, float]:
    minutes = degrees % 1 * 60
    return float(int(degrees)), float(int(minutes)), round(minutes % 1 * 60, 3)
