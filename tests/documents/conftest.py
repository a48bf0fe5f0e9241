"""Pages to read, drawn here from strings, so that every test knows what stands on them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from documents.unpack import letter

ORDER = (
    ("Northgate Family Practice",),
    ("",),
    ("Patient name", "Rosalind Okafor"),
    ("Date of birth", "04-17-1969"),
    ("Member ID", "KX 4471 9082"),
    ("",),
    ("Please perform MRI of the right knee without contrast",),
    ("Reason: persistent pain after a fall, suspected tear",),
    ("Telephone (212) 555-0143 and fax (212) 555-0167",),
)


@pytest.fixture(scope="session")
def drawn_page() -> Callable[..., np.ndarray]:
    """Draw rows of cells as a gray page at 200 dpi, letter width and as high as asked (reading costs by area)."""

    def draw(rows: Sequence[tuple[str, ...]] = ORDER, height: int = 800) -> np.ndarray:
        gray = next(letter.sheets(rows, "test")).gray
        assert gray is not None
        return gray[:height].copy()

    return draw


@pytest.fixture(scope="session")
def fax_tiff() -> Callable[..., bytes]:
    """Write gray pages as a Group 4 TIFF; `lines` an inch as a fax machine would, `tags` left out on demand."""

    def write(pages: Sequence[np.ndarray], lines: int = 196, tags: bool = True) -> bytes:
        sheets = []
        for page in pages:
            picture = Image.fromarray(page)
            height = round(page.shape[0] * lines / 200)
            sheets.append(
                picture.resize((1728, height), Image.Resampling.BILINEAR).convert("1", dither=Image.Dither.NONE)
            )
        out = BytesIO()
        dpi = {"dpi": (204, lines)} if tags else {}
        sheets[0].save(out, "TIFF", compression="group4", save_all=True, append_images=sheets[1:], **dpi)
        return out.getvalue()

    return write
