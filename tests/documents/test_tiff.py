from __future__ import annotations

from collections.abc import Callable
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from documents.limits import Limits
from documents.page import Unreadable
from documents.unpack import tiff


def opened(size: tuple[int, int], **info: object) -> Image.Image:
    image = Image.new("1", size, 1)
    image.info.update(info)
    return image


@pytest.mark.parametrize(
    ("size", "info", "across", "down"),
    [
        ((1728, 1078), {"dpi": (204.0, 98.0)}, 204, 98),
        ((1728, 2156), {"dpi": (204.0, 196.0)}, 204, 196),
        ((1728, 4312), {"dpi": (204.0, 391.0)}, 204, 391),
        ((2550, 3300), {"dpi": (300.0, 300.0)}, 300, 300),
        # ResolutionUnit 1 keeps the ratio only.
        ((1728, 1078), {"resolution": (204.0, 98.0)}, 204, 98),
        ((1728, 1078), {"resolution": (2.0, 1.0)}, 204, 102),
        # No tags: known by its width and rows.
        ((1728, 1078), {"dpi": (1, 1)}, 204, 98),
        ((1728, 2200), {}, 204, 204),
        ((1728, 4300), {}, 204, 391),
        ((1700, 2200), {}, 200, 200),
        # A camera's 72 is a resolution, 0 is none.
        ((1728, 1078), {"dpi": (0, 0)}, 204, 98),
    ],
)
def test_resolution(size: tuple[int, int], info: dict[str, object], across: float, down: float) -> None:
    found = tiff.resolution(opened(size, **info))
    assert found == pytest.approx((across, down), rel=0.01)


@pytest.mark.parametrize("lines", [98, 196, 391])
@pytest.mark.parametrize("tags", [True, False])
def test_fax_pixels_become_square(
    drawn_page: Callable[..., np.ndarray], fax_tiff: Callable[..., bytes], lines: int, tags: bool
) -> None:
    data = fax_tiff([drawn_page(height=2200)], lines, tags)
    (sheet,) = tiff.sheets(data, Limits(), "")
    assert sheet.gray is not None
    height, width = sheet.gray.shape
    assert width == 1728
    assert height / width == pytest.approx(11 / 8.5, rel=0.05)


def test_pages_before_a_break_are_kept(drawn_page: Callable[..., np.ndarray], fax_tiff: Callable[..., bytes]) -> None:
    data = fax_tiff([drawn_page(height=2200)] * 3)
    sheets = list(tiff.sheets(data[: len(data) * 6 // 10], Limits(), ""))
    assert sheets[0].fault is None
    assert sheets[-1].fault == "damaged_page"


def test_not_a_picture_at_all() -> None:
    with pytest.raises(Unreadable) as refused:
        list(tiff.sheets(b"II*\0" + b"\xff" * 40, Limits(), ""))
    assert refused.value.code == "damaged"


def test_absurd_size_is_not_decoded() -> None:
    out = BytesIO()
    Image.new("1", (9000, 9000), 1).save(out, "TIFF", compression="group4")
    (sheet,) = tiff.sheets(out.getvalue(), Limits(max_pixels=60_000_000), "")
    assert (sheet.gray, sheet.fault) == (None, "too_many_pixels")
