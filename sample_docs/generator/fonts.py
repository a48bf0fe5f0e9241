"""The fonts a document is drawn with, and how wide and high their words are.

Fonts are looked for by file name in the system's font folders, in
`sample_docs/fonts` and among those that reportlab brings. What is not installed is left out, so the same seed gives
the same documents only where the same fonts are installed.
"""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

import reportlab
from PIL import ImageFont

_FOLDERS = (
    Path(reportlab.__file__).parent / "fonts",
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path(__file__).parent.parent / "fonts",
)
_FALLBACK = {"hand": "type", "type": "mono", "mono": "sans", "serif": "sans"}
_EM = 200


@dataclass(frozen=True, slots=True)
class Face:
    """A typeface. `scale` brings its capitals to seven tenths of the size asked for."""

    kind: str
    regular: str
    bold: str
    scale: float


@cache
def faces(kind: str) -> tuple[Face, ...]:
    """Return the installed faces of `kind` (sans, serif, mono, type, hand), or those of the nearest kind.

    Raises LookupError when no font of the list is installed.
    """
    installed = _installed()
    found = []
    for font in tomllib.loads(files("sample_docs.generator").joinpath("data", "fonts.toml").read_text("utf-8"))["font"]:
        regular = installed.get(font["files"]["regular"])
        if font["kind"] == kind and regular:
            bold = installed.get(font["files"].get("bold", ""), regular)
            found.append(Face(kind, regular, bold, _scale(regular)))
    if found:
        return tuple(found)
    if kind not in _FALLBACK:
        raise LookupError(f"no font for {kind}: sample_docs/FONTS.md names the packages")
    return faces(_FALLBACK[kind])


def embeddable(path: str) -> bool:
    """Whether reportlab can embed the font: TrueType outlines in a plain file."""
    return path.endswith(".ttf")


@cache
def pillow_font(path: str, pixels: int) -> ImageFont.FreeTypeFont:
    """Return the font at `pixels` an em for drawing."""
    return ImageFont.truetype(path, pixels, layout_engine=ImageFont.Layout.BASIC)


@cache
def advance(path: str, text: str) -> float:
    """Return the width of `text` in ems."""
    return pillow_font(path, _EM).getlength(text) / _EM


@cache
def ink(path: str, text: str) -> tuple[float, float, float, float]:
    """Return the box of the ink of `text` in ems, relative to the start of its baseline, y down."""
    x0, y0, x1, y1 = pillow_font(path, _EM).getbbox(text, anchor="ls")
    return x0 / _EM, y0 / _EM, x1 / _EM, y1 / _EM


@cache
def thin(path: str) -> bool:
    """Whether the font's strokes are so thin that a fax would lose them."""
    font = pillow_font(path, _EM)
    mask = font.getmask("Hamburg 079")
    return bool(sum(bytes(mask)) / 255 / (mask.size[0] * mask.size[1]) < 0.16)


def _scale(path: str) -> float:
    top = -ink(path, "H0E5")[1]
    return 0.7 / top if top > 0 else 1.0


@cache
def _installed() -> dict[str, str]:
    found: dict[str, str] = {}
    for folder in _FOLDERS:
        for root, _, names in sorted(os.walk(folder, followlinks=False)):
            for name in names:
                found.setdefault(name, str(Path(root) / name))
    return found
