"""The same picture is known again after what messengers do to it; other pictures, and plain ones, are not."""

import io
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw, ImageEnhance

from complaints.photos.likeness import (
    NEAR,
    NEAR_FINE,
    bands,
    coarse_distance,
    coarse_hash,
    fine_distance,
    is_near,
    is_same,
    likeness,
    probes,
)

HASHES = st.integers(-(2**63), 2**63 - 1)


def scene(seed: int, size: tuple[int, int] = (640, 480)) -> Image.Image:
    """A street of sorts: large shapes, and edges as of houses, poles and wires."""
    dice = random.Random(seed)
    image = Image.frombytes("RGB", (12, 9), dice.randbytes(12 * 9 * 3)).resize(size, Image.Resampling.BICUBIC)
    draw = ImageDraw.Draw(image)
    for _ in range(14):
        x, y = dice.randrange(size[0]), dice.randrange(size[1])
        box = (x, y, x + dice.randrange(20, 200), y + dice.randrange(20, 200))
        draw.rectangle(box, fill=tuple(dice.randbytes(3)))
    return image


def compressed(image: Image.Image, quality: int, share: float = 1.0) -> Image.Image:
    out = io.BytesIO()
    image.resize((int(image.width * share), int(image.height * share))).save(out, "JPEG", quality=quality)
    return Image.open(io.BytesIO(out.getvalue()))


def stamped(image: Image.Image) -> Image.Image:
    """With the date in a corner, as some cameras print it."""
    copy = image.copy()
    ImageDraw.Draw(copy).rectangle((0, copy.height * 9 // 10, copy.width // 2, copy.height), fill="black")
    return copy


@pytest.mark.parametrize("seed", range(6))
def test_a_picture_is_known_again_after_compressing_scaling_brightening_and_stamping(seed: int) -> None:
    image = scene(seed)
    original = likeness(image)
    for other in (
        compressed(image, 40),
        compressed(image, 55, 0.6),
        ImageEnhance.Brightness(image).enhance(1.15),
        image.convert("L"),
    ):
        assert is_near(original, likeness(other))
        assert is_same(original, likeness(other))
    assert is_near(original, likeness(stamped(image)))


def test_other_pictures_are_far_from_each_other() -> None:
    prints = [likeness(scene(seed)) for seed in range(40)]
    pairs = [(one, other) for at, one in enumerate(prints) for other in prints[:at]]
    assert not any(is_near(one, other) for one, other in pairs)
    assert min(coarse_distance(one.coarse, other.coarse) for one, other in pairs) > NEAR
    assert min(fine_distance(one.fine, other.fine) for one, other in pairs) > NEAR_FINE


def test_the_same_place_from_a_step_aside_is_another_shot() -> None:
    for seed in range(6):
        image = scene(seed)
        aside = image.crop((image.width // 20, image.height // 30, image.width, image.height))
        assert not is_same(likeness(image), likeness(aside))


@given(HASHES, st.sets(st.integers(0, 63), max_size=NEAR))
def test_whatever_differs_in_up_to_seven_bits_is_found_by_one_band(coarse: int, flipped: set[int]) -> None:
    other = coarse ^ sum(1 << at if at < 63 else -(1 << 63) for at in flipped)
    assert coarse_distance(coarse, other) == len(flipped)
    here, there = bands(coarse), bands(other)
    if here is not None and there is not None:
        assert any(one in probes(band) for one, band in zip(there, here, strict=True))


@given(HASHES)
def test_bands_are_small_integers_that_hold_every_bit_once(coarse: int) -> None:
    pieces = bands(coarse)
    if pieces is not None:
        assert all(0 <= piece < 1 << 16 for piece in pieces)
        assert sum(piece.bit_count() for piece in pieces) == (coarse & (1 << 64) - 1).bit_count()
        assert all(len(set(probes(piece))) == 17 for piece in pieces)


def test_a_wall_a_sky_and_a_night_are_looked_for_by_nobody() -> None:
    night = Image.new("L", (640, 480), 5)
    ImageDraw.Draw(night).ellipse((300, 200, 340, 240), fill=250)
    for plain in (Image.new("L", (640, 480), 128), Image.linear_gradient("L").rotate(90), night):
        assert bands(coarse_hash(plain)) is None


def test_a_hash_is_signed_and_its_distance_counts_bits() -> None:
    falling = Image.linear_gradient("L").rotate(90)
    rising = falling.transpose(Image.Transpose.FLIP_LEFT_RIGHT)
    assert {coarse_hash(falling), coarse_hash(rising)} == {-1, 0}
    assert coarse_distance(-1, 0) == 64
    assert coarse_distance(-(2**63), 0) == 1
    assert coarse_distance(5, 5) == 0
