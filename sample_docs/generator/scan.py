"""Pictures of pages as one file: a TIFF as fax machines write it, or a PDF of scans; the same bytes each time."""

from __future__ import annotations

import io
import math
from collections.abc import Sequence

from PIL import Image
from PIL.TiffImagePlugin import TiffImageFile

Picture = tuple[Image.Image, tuple[int, int]]
"""An image and its dots an inch, across and down."""


Layer = Sequence[tuple[str, tuple[float, float, float, float]]]
"""Words with their boxes in fractions of the page."""


def tiff(pictures: Sequence[Picture], compression: str) -> bytes:
    """Return bilevel pictures as a multi-page TIFF; `compression` is group3 or group4."""
    (first, dpi), *rest = pictures
    out = io.BytesIO()
    more = [image for image, _ in rest]
    first.save(out, "TIFF", compression=compression, dpi=dpi, save_all=True, append_images=more)
    return out.getvalue()


def jpeg(image: Image.Image, quality: int) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=quality)
    return out.getvalue()


def scanned_pdf(pictures: Sequence[Picture], quality: int, layers: Sequence[Layer] | None = None) -> bytes:
    """Return a PDF with one picture a page: Group 4 for bilevel ones, JPEG of `quality` for others.

    `layers` are words that lie unseen over each page's picture, as programs that
    recognise text leave them.
    """
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b""]
    kids = []
    for place, (image, (across, down)) in enumerate(pictures):
        width, height = image.width * 72 / across, image.height * 72 / down
        number = len(objects) + 1
        kids.append(b"%d 0 R" % number)
        box = f"[0 0 {width:.2f} {height:.2f}]".encode()
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox %s /Contents %d 0 R /Resources << "
            b"/XObject << /P %d 0 R >> /Font << /F << /Type /Font /Subtype /Type1 /BaseFont /Helvetica >> >> >> >>"
            % (box, number + 1, number + 2)
        )
        paint = f"q {width:.2f} 0 0 {height:.2f} 0 0 cm /P Do Q".encode()
        if layers:
            paint += _unseen(layers[place], width, height)
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(paint), paint))
        objects.append(_picture(image, quality))
    objects[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(kids), len(kids))
    return _assembled(objects)


def _unseen(layer: Layer, width: float, height: float) -> bytes:
    """Return the words as text that is drawn neither filled nor stroked (rendering mode 3)."""
    out = [b"BT 3 Tr"]
    for text, (x0, y0, _, y1) in layer:
        size = max((y1 - y0) * height, 4.0)
        escaped = text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)").encode("cp1252", "replace")
        out.append(b"/F %.1f Tf 1 0 0 1 %.1f %.1f Tm (%s) Tj" % (size, x0 * width, (1 - y1) * height, escaped))
    return b"\n" + b"\n".join([*out, b"ET"])


def _picture(image: Image.Image, quality: int) -> bytes:
    if image.mode == "1":
        out = io.BytesIO()
        strip = math.ceil(image.width / 8) * image.height
        image.save(out, "TIFF", compression="group4", strip_size=strip)
        with Image.open(io.BytesIO(out.getvalue())) as kept:
            assert isinstance(kept, TiffImageFile)
            start, length = kept.tag_v2[273][0], kept.tag_v2[279][0]
        stream = out.getvalue()[start : start + length]
        fax = f"<< /K -1 /BlackIs1 true /Columns {image.width} /Rows {image.height} >>"
        coding = f"/BitsPerComponent 1 /ColorSpace /DeviceGray /Filter /CCITTFaxDecode /DecodeParms {fax}"
    else:
        stream = jpeg(image, quality)
        space = "/DeviceGray" if image.mode == "L" else "/DeviceRGB"
        coding = f"/BitsPerComponent 8 /ColorSpace {space} /Filter /DCTDecode"
    head = f"<< /Subtype /Image /Width {image.width} /Height {image.height} {coding} /Length {len(stream)} >>"
    return head.encode() + b"\nstream\n" + stream + b"\nendstream"


def _assembled(objects: Sequence[bytes]) -> bytes:
    out = io.BytesIO(b"")
    out.write(b"%PDF-1.4\n")
    places = []
    for number, content in enumerate(objects, 1):
        places.append(out.tell())
        out.write(b"%d 0 obj\n%s\nendobj\n" % (number, content))
    start = out.tell()
    out.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1))
    out.write(b"".join(b"%010d 00000 n \n" % place for place in places))
    out.write(b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start))
    return out.getvalue()
