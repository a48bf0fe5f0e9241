"""TIFFs laid down tag by tag, as encoders other than Pillow write them, and broken ones."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from documents.limits import Limits
from documents.reader import each
from documents.unpack import tiff
from documents.unpack.sheet import Sheet

Tags = dict[int, list[int]]
SHORT, LONG, RATIONAL = 3, 4, 5
TYPES = {256: LONG, 257: LONG, 273: LONG, 278: LONG, 279: LONG, 282: RATIONAL, 283: RATIONAL}
TYPES |= dict.fromkeys((254, 322, 323, 324, 325, 513, 514), LONG)
BACKWARDS = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))


def laid(pages: Sequence[tuple[Tags, Sequence[bytes]]], order: str = "<", first: bool = False) -> bytes:
    """Lay pages down, each its tags and strips; `first` puts directories before all strips (several a page)."""
    out = bytearray((b"II" if order == "<" else b"MM") + struct.pack(f"{order}HI", 42, 0))
    link, waiting = 4, []
    for tags, strips in pages:
        tiled = 322 in tags
        every = {**tags, (324 if tiled else 273): [0] * len(strips), (325 if tiled else 279): [len(s) for s in strips]}
        if not first:
            every[324 if tiled else 273] = places(out, strips)
        entries = []
        for tag in sorted(tag for tag, values in every.items() if values):
            kind, values = TYPES.get(tag, SHORT), every[tag]
            body = struct.pack(order + ("H" if kind == SHORT else "I") * len(values), *values)
            if len(body) > 4:
                if first and tag == 273:
                    waiting.append((len(out), strips))
                at, body = struct.pack(f"{order}I", len(out)), out.extend(body) or b""  # type: ignore[func-returns-value]
                body = at
            count = len(values) // 2 if kind == RATIONAL else len(values)
            entries.append(struct.pack(f"{order}HHI", tag, kind, count) + body.ljust(4, b"\0"))
        out += b"\0" * (len(out) % 2)
        struct.pack_into(f"{order}I", out, link, len(out))
        out += struct.pack(f"{order}H", len(entries)) + b"".join(entries)
        link = len(out)
        out += bytes(4)
    for at, strips in waiting:
        struct.pack_into(order + "I" * len(strips), out, at, *places(out, strips))
    return bytes(out)


def places(out: bytearray, strips: Sequence[bytes]) -> list[int]:
    found = []
    for strip in strips:
        out += b"\0" * (len(out) % 2)
        found.append(len(out))
        out += strip
    return found


@pytest.fixture(scope="module")
def page(drawn_page: Callable[..., np.ndarray]) -> np.ndarray:
    lines = [(f"Line {number} of an order for an examination",) for number in range(40)]
    return drawn_page(lines, 2200)


def fax(page: np.ndarray, codec: str = "group4", rows: int = 275) -> tuple[Tags, list[bytes]]:
    """Return the tags and strips of a page of 1700 x 2200, as fax software writes them: white is zero."""
    out = BytesIO()
    Image.fromarray(page).convert("1", dither=Image.Dither.NONE).save(
        out, "TIFF", compression=codec, tiffinfo={262: 0, 278: rows}
    )
    with Image.open(out) as made:
        tags = made.tag_v2  # type: ignore[attr-defined]
        found = [out.getvalue()[at : at + size] for at, size in zip(tags[273], tags[279], strict=True)]
    kind = 4 if codec == "group4" else 3
    return plain(258, [1]) | {259: [kind], 262: [0], 278: [rows]}, found


def plain(*changed: object) -> Tags:
    tags = {256: [1700], 257: [2200], 258: [8], 259: [1], 262: [1], 277: [1], 278: [2200], 282: [200, 1]}
    tags |= {283: [200, 1], 296: [2]}
    return tags | dict(zip(changed[::2], changed[1::2], strict=True))  # type: ignore[arg-type]


def jpeg(page: np.ndarray) -> bytes:
    out = BytesIO()
    Image.fromarray(page).save(out, "JPEG", quality=85)
    return out.getvalue()


def tiles(page: np.ndarray) -> list[bytes]:
    whole = np.full((2304, 1792), 255, np.uint8)
    whole[:2200, :1700] = page
    return [whole[y : y + 256, x : x + 256].tobytes() for y in range(0, 2304, 256) for x in range(0, 1792, 256)]


def sheets(data: bytes) -> list[Sheet]:
    return list(tiff.sheets(data, Limits(), ""))


def alike(sheet: Sheet, page: np.ndarray) -> bool:
    return sheet.gray is not None and bool(np.corrcoef(sheet.gray.ravel(), page.ravel())[0, 1] > 0.9)


WAYS: dict[str, Callable[[np.ndarray], bytes]] = {
    "big-endian": lambda page: laid([fax(page)], ">"),
    "directory before the strips": lambda page: laid([fax(page)], first=True),
    "bits from the right": lambda page: laid(
        [(fax(page)[0] | {266: [2]}, [strip.translate(BACKWARDS) for strip in fax(page)[1]])]
    ),
    "group 3": lambda page: laid([fax(page, "group3")]),
    "white and black mixed up": lambda page: laid([(fax(page)[0] | {262: [1]}, fax(page)[1])]),
    "tiled": lambda page: laid([({k: v for k, v in plain(322, [256], 323, [256]).items() if k != 278}, tiles(page))]),
    "new JPEG": lambda page: laid([(plain(259, [7]), [jpeg(page)])]),
    "old JPEG, gray": lambda page: laid([(plain(259, [6]), [jpeg(page)])]),
    "16 bits": lambda page: laid([(plain(258, [16]), [(page.astype("<u2") * 257).tobytes()])]),
    "16 bits, white is zero": lambda page: laid(
        [(plain(258, [16], 262, [0]), [((255 - page).astype("<u2") * 257).tobytes()])]
    ),
    "12 bits in 16": lambda page: laid([(plain(258, [16]), [(page.astype("<u2") * 16).tobytes()])]),
    "resolution of a screen": lambda page: laid([(plain(282, [72, 1], 283, [72, 1]), [page.tobytes()])]),
}


@pytest.mark.parametrize("way", WAYS)
def test_ways_to_write_a_page(way: str, page: np.ndarray) -> None:
    (sheet,) = sheets(WAYS[way](page))
    assert (sheet.fault, sheet.dpi) == (None, pytest.approx(200))
    assert alike(sheet, page)


def test_a_page_scanned_finer_is_brought_to_reading_size_and_says_so(page: np.ndarray) -> None:
    fine = np.asarray(Image.fromarray(page).resize((2550, 3300)))
    (sheet,) = sheets(
        laid([(plain(256, [2550], 257, [3300], 278, [3300], 282, [300, 1], 283, [300, 1]), [fine.tobytes()])])
    )
    assert sheet.dpi == pytest.approx(200) and alike(sheet, page)


@pytest.mark.parametrize("kind", [1, 4])
def test_thumbnails_and_masks_are_no_pages(page: np.ndarray, kind: int) -> None:
    small = np.ascontiguousarray(page[::10, ::10])
    data = laid([(plain(254, [kind], 256, [170], 257, [220]), [small.tobytes()]), (plain(), [page.tobytes()])])
    assert [sheet.origin for sheet in sheets(data)] == ["page 1"]


def test_a_thumbnail_alone_is_what_was_sent(page: np.ndarray) -> None:
    data = laid([(plain(254, [1], 256, [170], 257, [220]), [np.ascontiguousarray(page[::10, ::10]).tobytes()])])
    assert len(sheets(data)) == 1


def noise(strip: bytes) -> bytes:
    return np.random.default_rng(3).integers(0, 256, len(strip), np.uint8).tobytes()


BREAKS: dict[str, tuple[str | None, Callable[[Tags, list[bytes]], tuple[Tags, list[bytes]]]]] = {
    "whole": (None, lambda tags, strips: (tags, strips)),
    "no strips": ("damaged_page", lambda tags, strips: (tags, [])),
    "unknown compression": ("damaged_page", lambda tags, strips: (tags | {259: [9999]}, strips)),
    "all noise": ("damaged_page", lambda tags, strips: (tags, [noise(strip) for strip in strips])),
    "noise at the end": ("damaged_part", lambda tags, strips: (tags, [*strips[:6], *map(noise, strips[6:])])),
    "half of its strips": ("damaged_part", lambda tags, strips: (tags, [*strips[:4], *[b""] * (len(strips) - 4)])),
}


@pytest.mark.parametrize("way", BREAKS)
@pytest.mark.parametrize("codec", ["group4", "group3"])
def test_a_broken_page_among_good_ones_is_named_and_the_others_are_kept(way: str, codec: str, page: np.ndarray) -> None:
    code, broken = BREAKS[way]
    good = fax(page, codec)
    first, middle, last = sheets(laid([good, broken(*good), good]))
    assert (first.fault, middle.fault, last.fault) == (None, code, None)
    assert alike(first, page) and alike(last, page)
    assert (middle.gray is None) == (code == "damaged_page")


def test_what_is_lost_of_a_page_is_white_and_the_rest_stands(page: np.ndarray) -> None:
    good = fax(page)
    (sheet,) = sheets(laid([BREAKS["noise at the end"][1](*good)]))
    assert sheet.gray is not None
    assert float((sheet.gray[1700:] == 255).mean()) > 0.99 and alike(Sheet(sheet.gray[:1600], ""), page[:1600])


def test_a_file_cut_within_the_strips_of_its_last_page(page: np.ndarray) -> None:
    data = laid([fax(page), fax(page)], first=True)
    assert [sheet.fault for sheet in sheets(data[:-200])] == [None, "damaged_part"]


def test_a_line_spoilt_here_and_there_is_a_common_fax(page: np.ndarray) -> None:
    tags, strips = fax(page, "group3", rows=2200)
    strip = bytearray(strips[0])
    strip[len(strip) // 2] ^= 0x5A
    (sheet,) = sheets(laid([(tags, [bytes(strip)])]))
    assert sheet.fault is None and alike(sheet, page)


def test_a_page_that_is_shown_in_part_says_so_beside_the_page(page: np.ndarray) -> None:
    short = page[:440]
    tags, strips = fax(short, rows=110)
    data = laid([(tags | {257: [440]}, [*strips[:2], *map(noise, strips[2:])])])
    shown, said = each(data, "a.tif", Limits())
    assert "order" in [word.text for word in shown.words]  # type: ignore[union-attr]
    assert (said.code, said.page) == ("damaged_part", 1)  # type: ignore[union-attr]


@pytest.mark.parametrize("big", [False, True])
def test_the_chain_of_directories(big: bool, page: np.ndarray) -> None:
    picture = Image.fromarray(page).convert("1")
    out = BytesIO()
    picture.save(
        out, "TIFF", compression="group4", save_all=True, append_images=[picture] * 3, big_tiff=big, dpi=(200, 200)
    )
    data = out.getvalue()
    assert tiff.directories(data, 10) == (4, True)
    assert tiff.directories(data, 2) == (2, True)
    count, whole = tiff.directories(data[: len(data) * 6 // 10], 10)
    assert 0 < count < 4 and not whole


def test_a_chain_that_leads_back_ends(page: np.ndarray) -> None:
    data = bytearray(laid([fax(page)]))
    start = struct.unpack_from("<I", data, 4)[0]
    entries = struct.unpack_from("<H", data, start)[0]
    struct.pack_into("<I", data, start + 2 + 12 * entries, start)
    assert tiff.directories(bytes(data), 10) == (1, True)
    assert len(sheets(bytes(data))) == 1
