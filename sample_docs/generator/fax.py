"""What happens to a sheet on its way: fax machines good and bad, copiers, telephones' cameras.

Each function takes a grey picture of a sheet at 204 dpi and returns the picture
as it arrives, with the 3x3 matrix that takes a point of the sheet to its place
there, both as fractions of width and height.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from sample_docs.generator.fonts import faces, pillow_font

WIDTH, LINES = 1728, {"fine": 2156, "standard": 1078}
RESOLUTION = {"fine": (204, 196), "standard": (204, 98)}


@dataclass(frozen=True, slots=True)
class Arrived:
    """A picture as it arrived. `dpi` is its resolution across and down."""

    image: Image.Image
    matrix: np.ndarray
    dpi: tuple[int, int]


def faxed(rng: random.Random, image: Image.Image, poor: bool, coarse: bool, header: str | None) -> Arrived:
    """Send the picture through a fax machine, a bad one if `poor`, at 204x98 dpi if `coarse`, else at 204x196.

    `header` is the sending machine's line across the top.
    """
    grid = "standard" if coarse else "fine"
    angle = rng.gauss(0, 1.3) if poor else rng.gauss(0, 0.25)
    size = image.size
    image = image.rotate(angle, Image.Resampling.BICUBIC, fillcolor=255)
    matrix = _about_middle(angle, size)
    if poor:
        image = _copied(rng, image)
    image = image.resize((WIDTH, 2156), Image.Resampling.BILINEAR)
    if header:
        _print_header(image, header)
    noise = np.random.default_rng(rng.getrandbits(32))
    pixels = np.asarray(image) + noise.normal(0, 26 if poor else 8, (image.height, image.width))
    image = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
    if grid == "standard":
        image = image.resize((WIDTH, LINES["standard"]), Image.Resampling.BOX)
    cut = rng.uniform(125, 185) if poor else rng.uniform(130, 170)
    image = image.point(lambda value: 255 if value > cut else 0)
    if poor:
        _spoil(rng, image, noise)
    elif rng.random() < 0.35:
        _specks(image, noise, rng.uniform(0.00002, 0.0002))
    return Arrived(image.convert("1", dither=Image.Dither.NONE), matrix, RESOLUTION[grid])


def photographed(rng: random.Random, image: Image.Image) -> Arrived:
    """Photograph the sheet lying on a table: perspective, uneven light, a little blur.

    The matrix is that of the sheet itself, which a reader sees once it has found its edges.
    """
    width, height = 1500, 2000
    margin = 0.06

    def corner(x: float, y: float) -> tuple[float, float]:
        return (
            (x * (1 - 2 * margin) + margin + rng.uniform(-0.03, 0.03)) * width,
            (y * (1 - 2 * margin) + margin + rng.uniform(-0.025, 0.025)) * height,
        )

    target = [corner(0, 0), corner(1, 0), corner(1, 1), corner(0, 1)]
    source = [(0.0, 0.0), (image.width, 0.0), (image.width, image.height), (0.0, float(image.height))]
    forward = _homography(source, target)
    back = np.linalg.inv(forward)
    back /= back[2, 2]
    table = rng.randint(40, 120)
    flat = image.filter(ImageFilter.GaussianBlur(1.0)).transform(
        (width, height),
        Image.Transform.PERSPECTIVE,
        tuple(back.flatten()[:8]),
        Image.Resampling.BICUBIC,
        fillcolor=table,
    )
    across, down = np.meshgrid(np.linspace(-1, 1, width), np.linspace(-1, 1, height))
    light = 0.86 + 0.12 * (across * rng.uniform(-1, 1) + down * rng.uniform(-1, 1))
    pixels = np.asarray(flat, dtype=np.float32) * light
    pixels += np.random.default_rng(rng.getrandbits(32)).normal(0, 5, pixels.shape)
    tint = (1.0, rng.uniform(0.95, 1.0), rng.uniform(0.86, 0.97))
    colour = np.stack([np.clip(pixels * part, 0, 255) for part in tint], axis=-1).astype(np.uint8)
    return Arrived(Image.fromarray(colour), np.eye(3), (150, 150))


def moved(box: tuple[float, float, float, float], matrix: np.ndarray) -> tuple[float, float, float, float]:
    """Return where the box (fractions of the sheet) lies on the picture that arrived, kept within the page."""
    corners = np.array([[x, y, 1.0] for x in (box[0], box[2]) for y in (box[1], box[3])])
    there = corners @ matrix.T
    there = np.clip(there[:, :2] / there[:, 2:], 0.0, 1.0)
    (x0, y0), (x1, y1) = there.min(axis=0), there.max(axis=0)
    return float(x0), float(y0), float(x1), float(y1)


def _about_middle(angle: float, size: tuple[int, int]) -> np.ndarray:
    """Return the matrix of a turn by `angle` degrees counter-clockwise about the middle, in fractions."""
    turn = np.radians(angle)
    ratio = size[0] / size[1]
    cosine, sine = np.cos(turn), np.sin(turn)
    there = np.array([[cosine, sine / ratio, 0], [-sine * ratio, cosine, 0], [0, 0, 1]])
    middle = np.array([[1, 0, 0.5], [0, 1, 0.5], [0, 0, 1]])
    matrix: np.ndarray = middle @ there @ np.linalg.inv(middle)
    return matrix


def _homography(source: list[tuple[float, float]], target: list[tuple[float, float]]) -> np.ndarray:
    rows, right = [], []
    for (x, y), (u, v) in zip(source, target, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        right += [u, v]
    return np.append(np.linalg.solve(np.array(rows), np.array(right)), 1.0).reshape(3, 3)


def _copied(rng: random.Random, image: Image.Image) -> Image.Image:
    """A copier's generations: blurred, then hardened, darker or lighter than it was."""
    for _ in range(rng.choice([1, 1, 2])):
        image = image.filter(ImageFilter.GaussianBlur(rng.uniform(0.6, 1.3)))
        low, high = rng.choice([(30, 235), (60, 245), (20, 215)])
        image = image.point(lambda value, low=low, high=high: max(0, min(255, (value - low) * 255 // (high - low))))
    return image


def _print_header(image: Image.Image, text: str) -> None:
    draw = ImageDraw.Draw(image)
    draw.rectangle((0, 0, image.width, 34), fill=255)
    draw.text((30, 28), text, 0, pillow_font(faces("mono")[0].regular, 26), anchor="ls")


def _specks(image: Image.Image, noise: np.random.Generator, share: float) -> None:
    draw = ImageDraw.Draw(image)
    for _ in range(int(image.width * image.height * share)):
        x, y, size = noise.integers(0, image.width), noise.integers(0, image.height), noise.integers(1, 4)
        draw.rectangle((int(x), int(y), int(x + size), int(y + size - 1)), fill=0)


def _spoil(rng: random.Random, image: Image.Image, noise: np.random.Generator) -> None:
    """Add what a bad line and an old machine add: specks, streaks, bands, black edges, punch holes."""
    draw = ImageDraw.Draw(image)
    width, height = image.size
    _specks(image, noise, rng.uniform(0.0001, 0.0012))
    for _ in range(rng.choice([0, 1, 1, 2, 3])):
        x = rng.randint(0, width)
        draw.line((x, 0, x + rng.randint(-4, 4), height), fill=rng.choice([0, 0, 255]), width=rng.choice([1, 2, 3]))
    if rng.random() < 0.4:
        y = rng.randint(0, height)
        draw.rectangle((0, y, width, y + rng.randint(1, 3)), fill=255)
    if rng.random() < 0.35:
        draw.rectangle((0, 0, rng.randint(8, 30), height), fill=0)
    if rng.random() < 0.3:
        for share in (0.2, 0.5, 0.8):
            middle, down = share * height, 26 * height / 2156
            draw.ellipse((14, middle - down, 66, middle + down), fill=0)
