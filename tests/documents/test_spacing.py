from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from documents.ocr import LineRead, Token
from documents.spacing import respaced


def line(words: Sequence[str], between: int, space: int) -> tuple[np.ndarray, dict[int, float]]:
    """Draw words, `between` pixels from letter to letter and `space` from word to word; return the letters' places."""
    font = ImageFont.load_default(32)
    picture = Image.new("L", (1400, 48), 255)
    pen = ImageDraw.Draw(picture)
    x, places = 20.0, []
    for word in words:
        for letter in word:
            left, _, right, _ = pen.textbbox((0, 0), letter, font)
            pen.text((x - left, 4), letter, 0, font)
            places.append(x + (right - left) / 2)
            x += right - left + between
        x += space - between
    return np.asarray(picture, np.uint8), dict(enumerate(places))


@pytest.mark.parametrize(
    ("drawn", "between", "space", "read", "joined"),
    [
        ("CEDAR BLUFF IMAGING", 14, 34, "CE D AR BL U FF IM AGIN G", "CEDAR BLUFF IMAGING"),
        ("RADIOLOGY ORDER", 12, 30, "RA DIOL O GY O R D ER", "RADIOLOGY ORDER"),
        ("FAX 12 SHEET", 12, 30, "F A X 12 S H E ET", "F A X 12 S H E ET"),
        ("XR CT MRI US NM", 4, 20, "XR CT MRI US NM", "XR CT MRI US NM"),
        ("R L B W WO", 4, 24, "R L B W WO", "R L B W WO"),
        ("R L B A W WO R L B A", 3, 24, "R L B A W WO R L B A", "R L B A W WO R L B A"),
        ("ANN LEE B MOSS MD", 4, 20, "ANN LEE B MOSS MD", "ANN LEE B MOSS MD"),
        ("Cedar Bluff", 14, 34, "Ce d ar Bl u ff", "Ce d ar Bl u ff"),
    ],
)
def test_spaced_out_capitals(drawn: str, between: int, space: int, read: str, joined: str) -> None:
    part, places = line(drawn.split(), between, space)
    tokens, at = [], 0
    for text in read.split():
        mine = tuple(places[at + index] / part.shape[1] for index in range(len(text)))
        tokens.append(Token(text, mine[0], mine[-1], 0.9 - at / 100, 0.0, mine))
        at += len(text)
    found = respaced(LineRead(tuple(tokens), 0.9), part)
    assert found.text == joined
    assert found.tokens[-1].end == tokens[-1].end
    assert found.lowest == min(token.confidence for token in tokens)
