"""Makes the hostile files beside it: `python tests/documents/hostile/make.py`.

Everything is made here from nothing; no file of anyone is in it. `outcomes.json`
says for each file which named states are right; "pages" means that something
of it could be shown.
"""

from __future__ import annotations

import io
import json
import struct
import zipfile
import zlib
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path

from PIL import Image, ImageDraw, ImageFont
from reportlab.pdfgen.canvas import Canvas

HERE = Path(__file__).parent
File = tuple[str, bytes, set[str]]
ANY = {"pages", "damaged", "unknown_type", "mislabelled", "empty", "no_content"}


def picture(text: str = "CT chest, Ann Lee") -> Image.Image:
    image = Image.new("L", (640, 240), 255)
    ImageDraw.Draw(image).text((30, 90), text, 0, ImageFont.load_default(40))
    return image


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def good_tiff() -> bytes:
    pages = [picture(text).convert("1") for text in ("CT chest", "MR knee", "US liver")]
    return saved(pages[0], "TIFF", compression="group4", save_all=True, append_images=pages[1:], dpi=(200, 200))


def good_pdf() -> bytes:
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(300, 150), invariant=True)
    for text in ("CT chest, Ann Lee", "MR knee, Bo Lee"):
        canvas.drawString(30, 90, text)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def message(text: str = "Order for a CT of the chest") -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"], made["Subject"] = "a@practice.example", "b@imaging.example", "order"
    made.set_content(text)
    return made


def mixed(made: EmailMessage, boundary: str) -> EmailMessage:
    """Fix the boundary, which is random else, so that the files are the same each time."""
    if made.is_multipart():
        made.set_boundary(boundary)
    return made


def mailed(data: bytes, name: str, text: str = "Order attached, please see the file") -> bytes:
    made = message(text)
    made.add_attachment(data, "application", "octet-stream", filename=name)
    return mixed(made, "edge").as_bytes()


def zipped(files: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def pdf_of(*objects: bytes, trailer: bytes = b"") -> bytes:
    """Lay numbered objects down as a PDF whose root is object 1."""
    out, places = bytearray(b"%PDF-1.7\n"), []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n" % number + body + b"\nendobj\n"
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<</Size %d /Root 1 0 R %s>>\nstartxref\n%d\n%%%%EOF" % (len(objects) + 1, trailer, start)
    return bytes(out)


CATALOG, TREE = b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[3 0 R]/Count 1>>"
PAGE = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 150]/Contents 4 0 R>>"


def stream(data: bytes, extra: bytes = b"") -> bytes:
    packed = zlib.compress(data, 9)
    return b"<</Length %d/Filter/FlateDecode%s>>stream\n" % (len(packed), extra) + packed + b"\nendstream"


def truncated() -> Iterator[File]:
    goods = {
        "fax.tif": good_tiff(),
        "print.pdf": good_pdf(),
        "photo.jpg": saved(picture(), "JPEG", quality=80),
        "mail.eml": mailed(good_tiff(), "scan.tif"),
        "pack.zip": zipped({"scan.tif": good_tiff(), "print.pdf": good_pdf()}),
    }
    for name, data in goods.items():
        stem, suffix = name.split(".")
        for tenth in range(1, 10):
            yield f"{stem}_{tenth}0.{suffix}", data[: len(data) * tenth // 10], ANY


def wrong_names() -> Iterator[File]:
    yield "empty.pdf", b"", {"empty"}
    yield "zeros.tif", bytes(5000), {"empty"}
    yield "text.pdf", b"Please see the attached order.\n", {"mislabelled"}
    yield "program.tif", b"MZ\x90\0" + bytes(range(256)) * 8, {"mislabelled"}
    yield "program.exe", b"MZ\x90\0" + bytes(range(256)) * 8, {"unknown_type"}
    yield "page.jpg", b"<html><script>alert(1)</script></html>", {"mislabelled"}
    yield "really_a_fax.pdf", good_tiff(), {"pages"}
    yield "no_suffix", good_pdf(), {"pages"}
    yield "noise.pdf", b"%PDF-1.7\n" + bytes((index * 7919) % 251 for index in range(4000)), {"damaged"}


def bombs() -> Iterator[File]:
    yield "zeros.zip", zipped({"a.tif": bytes(60_000_000)}), {"too_large"}
    inner = zipped({"a.pdf": good_pdf()})
    for _ in range(12):
        inner = zipped({"inner.zip": inner})
    yield "dolls.zip", inner, {"too_deep"}
    yield "many.zip", zipped({f"{index}.tif": b"x" for index in range(500)}), {"too_many_pages"}
    liar = bytearray(zipped({"a.tif": bytes(2_000_000)}))
    struct.pack_into("<I", liar, liar.rfind(b"PK\1\2") + 24, 100)
    yield "liar.zip", bytes(liar), {"damaged", "too_large", "empty"}
    yield "climbing.zip", zipped({"../../../etc/cron.d/job": b"x", "/abs.pdf": good_pdf()}), {"pages"}
    rows = zlib.compress(b"".join(b"\0" + bytes(7500) for _ in range(60_000)), 9)
    chunks = [(b"IHDR", struct.pack(">IIBBBBB", 60_000, 60_000, 1, 0, 0, 0, 0)), (b"IDAT", rows), (b"IEND", b"")]
    png = b"\x89PNG\r\n\x1a\n"
    for kind, body in chunks:
        png += struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
    yield "huge.png", png, {"too_many_pixels"}
    yield "flate.pdf", pdf_of(CATALOG, TREE, PAGE, stream(b" " * 120_000_000)), {"pages", "timeout", "crashed"}
    cells = b"".join(b"%d %d 1 1 re f\n" % (index % 300, index // 300) for index in range(60_000))
    yield "busy.pdf", pdf_of(CATALOG, TREE, PAGE, stream(cells)), {"pages", "timeout", "crashed"}
    yield "bomb.eml", mailed(zipped({"a.tif": bytes(60_000_000)}), "a.zip"), {"pages"}


def tiff_of(entries: list[tuple[int, int, int, int]], following: int = 0) -> bytes:
    body = struct.pack("<H", len(entries)) + b"".join(struct.pack("<HHII", *entry) for entry in entries)
    return b"II*\0" + struct.pack("<I", 8) + body + struct.pack("<I", following) + bytes(600)


def absurd_pictures() -> Iterator[File]:
    size = [(256, 4, 1, 64), (257, 4, 1, 64)]
    rest = [(258, 3, 1, 1), (259, 3, 1, 1), (262, 3, 1, 0), (273, 4, 1, 200), (279, 4, 1, 512)]
    yield "loop.tif", tiff_of(size + rest, following=8), {"pages", "damaged"}
    wide = [(256, 4, 1, 0x7FFFFFFF), (257, 4, 1, 0x7FFFFFFF)]
    yield "wide.tif", tiff_of(wide + rest), {"damaged", "too_many_pixels"}
    tall = [(256, 4, 1, 1728), (257, 4, 1, 4_000_000)]
    yield "tall.tif", tiff_of(tall + rest), {"damaged", "too_many_pixels"}
    yield "counts.tif", tiff_of([(256, 4, 0xFFFFFFFF, 8), *size[1:], *rest]), {"damaged"}
    yield "nothing.tif", tiff_of([]), {"damaged"}
    yield "offset.tif", b"II*\0" + struct.pack("<I", 0xFFFFFFF0), {"damaged"}
    yield "thin.tif", saved(Image.new("1", (1728, 1), 1), "TIFF", compression="group4"), {"damaged"}
    yield "dot.png", saved(Image.new("L", (1, 1), 0), "PNG"), {"damaged"}
    black = Image.new("1", (1728, 1100), 0)
    yield "black.tif", saved(black, "TIFF", compression="group4", dpi=(204, 98)), {"pages"}
    frames = [Image.new("P", (60, 60), index % 2) for index in range(300)]
    yield "film.gif", saved(frames[0], "GIF", save_all=True, append_images=frames[1:]), {"pages"}


def absurd_pdfs() -> Iterator[File]:
    yield "tree_loop.pdf", pdf_of(CATALOG, b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>>"), {"damaged", "pages"}
    claims = b"<</Type/Pages/Kids[3 0 R]/Count 9999999>>"
    yield "claims_pages.pdf", pdf_of(CATALOG, claims, PAGE), {"pages", "damaged"}
    vast = PAGE.replace(b"300 150", b"99999999 99999999")
    yield "vast.pdf", pdf_of(CATALOG, TREE, vast, stream(b"")), {"pages", "damaged", "too_many_pixels"}
    yield "no_area.pdf", pdf_of(CATALOG, TREE, PAGE.replace(b"300 150", b"0 0"), stream(b"")), ANY
    yield "deep.pdf", pdf_of(CATALOG, TREE, b"[" * 60_000 + b"]" * 60_000), {"damaged", "pages", "crashed"}
    yield "self_xref.pdf", pdf_of(CATALOG, TREE, PAGE, stream(b""), trailer=b"/Prev 0"), {"pages", "damaged"}
    form = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</F 4 0 R>>>>"
    caller = PAGE.replace(b"/Contents", b"/Resources<</XObject<</F 4 0 R>>>>/Contents")
    yield "form_loop.pdf", pdf_of(CATALOG, TREE, caller, stream(b"/F Do /F Do", form)), {"pages", "crashed", "timeout"}
    script = b"<</Type/Catalog/Pages 2 0 R/OpenAction<</S/JavaScript/JS(while\\(true\\){})>>>>"
    yield "script.pdf", pdf_of(script, TREE, PAGE, stream(b"")), {"pages"}
    xfa = b"<</Type/Catalog/Pages 2 0 R/AcroForm<</XFA 5 0 R/Fields[]>>>>"
    yield "entities.pdf", pdf_of(xfa, TREE, PAGE, stream(b""), stream(laughs())), {"pages"}
    locked = b"/Encrypt<</Filter/Nonsense/V 9>>"
    yield "locked.pdf", pdf_of(CATALOG, TREE, PAGE, stream(b""), trailer=locked), {"encrypted", "damaged"}
    office = zipped({"[Content_Types].xml": laughs(), "word/document.xml": laughs()})
    yield "entities.docx", office, {"needs_office", "pages", "damaged", "timeout"}
    widgets = (
        b"<</Subtype/Widget/FT/Tx/T(a)/V 5 0 R/Parent 5 0 R/Rect[0 0 10 10]>>",
        b"<</Subtype/Widget/FT/Btn/Rect[(a) null 1]/AS 7/Parent 6 0 R>>",
    )
    root = b"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[5 0 R]>>>>"
    holder = PAGE.replace(b"/Contents", b"/Annots[5 0 R 6 0 R 99 0 R (x) null]/Contents")
    yield "fields.pdf", pdf_of(root, TREE, holder, stream(b""), *widgets), {"pages"}


def laughs() -> bytes:
    """Return XML whose entities swell to gigabytes where they are expanded."""
    levels = [b'<!ENTITY %c "%s">' % (98 + level, b"&%c;" % (97 + level) * 10) for level in range(9)]
    return b'<!DOCTYPE x [<!ENTITY a "ha">' + b"".join(levels) + b"]><xdp>&j;</xdp>"


def absurd_mails() -> Iterator[File]:
    made = message("The innermost")
    for level in range(40):
        outer = message("Forwarded order")
        outer.add_attachment(made)
        made = mixed(outer, f"edge{level}")
    yield "russian.eml", made.as_bytes(), {"pages"}
    head = b"From: a@b.example\nTo: c@d.example\nSubject: s\nMIME-Version: 1.0\n"
    nothing = {"no_content", "pages", "damaged", "crashed"}
    yield "no_end.eml", head + b"Content-Type: multipart/mixed; boundary=x\n\n" + b"--x\n" * 3000, nothing
    part = b"--%d\nContent-Type: multipart/mixed; boundary=%d\n\n"
    nest = b"".join(part % (level, level + 1) for level in range(400))
    yield "nested.eml", head + b"Content-Type: multipart/mixed; boundary=0\n\n" + nest, nothing
    yield "long_header.eml", head + b"X-A: " + b"a" * 300_000 + b"\n\nOrder for a CT chest\n", {"pages"}
    broken = b"Content-Type: application/pdf\nContent-Transfer-Encoding: base64\n\n!!!!not base64====\n"
    yield "base64.eml", head + broken, {"no_content", "unknown_type", "damaged", "mislabelled"}
    yield "charset.eml", head + b"Content-Type: text/plain; charset=klingon-8\n\nOrder for a CT chest\n", {"pages"}
    yield "empty.eml", head + b"\n\n", {"no_content"}
    divs = b"<div>" * 30_000 + b"Order for a CT of the chest" + b"<td>" * 5000
    yield "divs.eml", head + b"Content-Type: text/html\n\n" + divs, {"pages", "no_content"}
    yield "long_text.eml", head + b"\n" + b"order for a CT of the chest\n" * 700, {"pages"}
    crowd = message("A crowd of attachments")
    for index in range(120):
        crowd.add_attachment(b"x", "application", "octet-stream", filename=f"{index}.bin")
    yield "crowd.eml", mixed(crowd, "edge").as_bytes(), {"pages"}
    attribute = struct.pack("<BII", 2, 0x6800F, 0xFFFFFFFF)
    yield "winmail.dat", struct.pack("<IH", 0x223E9F78, 1) + attribute * 20, {"no_content", "damaged"}


def floods() -> Iterator[File]:
    """Much of something that is cheap to write and dear to read."""
    shown = tiff_of([(256, 4, 1, 200), (257, 4, 1, 200), (258, 3, 1, 1), (259, 3, 1, 1), (262, 3, 1, 0)])
    entry = shown[8 : 8 + 2 + 12 * 5]
    chain = b"".join(entry + struct.pack("<I", 8 + (len(entry) + 4) * (index + 1)) for index in range(1500))
    yield "pages.tif", b"II*\0" + struct.pack("<I", 8) + chain + entry + bytes(4), {"damaged", "pages"}
    kids = b"<</Type/Pages/Kids[" + b"3 0 R " * 8000 + b"]/Count 8000>>"
    yield "pages.pdf", pdf_of(CATALOG, kids, PAGE, stream(b"")), {"pages"}
    twice = zlib.compress(zlib.compress(b" " * 1_000_000_000, 9), 9)
    body = b"<</Length %d/Filter[/FlateDecode/FlateDecode]>>stream\n%s\nendstream" % (len(twice), twice)
    yield "twice.pdf", pdf_of(CATALOG, TREE, PAGE, body), {"pages", "crashed", "timeout", "damaged", "too_large"}
    caller = PAGE.replace(b"/Contents", b"/Resources<</XObject<</F 5 0 R>>>>/Contents")
    fan = b"/Type/XObject/Subtype/Form/BBox[0 0 300 150]/Resources<</XObject<</F %d 0 R>>>>"
    levels = [stream(b"/F Do " * 10, fan % (6 + level)) for level in range(12)]
    last = stream(b"0 0 9 9 re f", b"/Type/XObject/Subtype/Form/BBox[0 0 300 150]")
    fanned = pdf_of(CATALOG, TREE, caller, stream(b"/F Do " * 10), *levels, last)
    yield "fan.pdf", fanned, {"pages", "crashed", "timeout", "damaged", "too_large"}
    font = PAGE.replace(b"/Contents", b"/Resources<</Font<</F 5 0 R>>>>/Contents")
    text = stream(b"BT /F 12 Tf 30 90 Td (CT chest) Tj ET")
    ranges = stream(b"1 beginbfrange <00000000> <ffffffff> <0041> endbfrange " * 20)
    named = b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica/ToUnicode 6 0 R>>"
    yield "ranges.pdf", pdf_of(CATALOG, TREE, font, text, named, ranges), {"pages", "crashed", "timeout", "too_large"}
    flood = stream(b"BT /F 8 Tf 30 90 Td " + b"(CT of the chest) Tj 0 -1 Td " * 60_000 + b"ET")
    yield "flood.pdf", pdf_of(CATALOG, TREE, font.replace(b"/F 5 0 R", b""), flood), {"pages", "timeout"}
    root = b"<</Type/Catalog/Pages 2 0 R/Names<</EmbeddedFiles<</Names[(a) 5 0 R]>>>>>>"
    carried = stream(bytes(60_000_000), b"/Type/EmbeddedFile")
    holder = b"<</Type/Filespec/F(a.pdf)/EF<</F 6 0 R>>>>"
    yield "carried.pdf", pdf_of(root, TREE, PAGE, stream(b""), holder, carried), {"pages"}
    vast = b"/Type/XObject/Subtype/Image/Width 50000/Height 50000/BitsPerComponent 8/ColorSpace/DeviceGray"
    picture_of = PAGE.replace(b"/Contents", b"/Resources<</XObject<</I 5 0 R>>>>/Contents")
    placed = stream(b"q 300 0 0 150 0 0 cm /I Do Q")
    yield "picture.pdf", pdf_of(CATALOG, TREE, picture_of, placed, stream(bytes(10**7), vast)), {"damaged", "pages"}


def seals() -> Iterator[File]:
    """Containers of mail programs, cut and nested without end."""
    head = b"From: a@b.example\nTo: c@d.example\nSubject: s\nMIME-Version: 1.0\n"
    seal = b"\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07"
    yield "smime.p7m", b"\x30\x80" + seal + b"\x02" + b"\xa0\x80\x30\x80" * 5000, {"damaged"}
    yield "cut.p7m", b"\x30\x82\x10\x00" + seal + b"\x02\xa0\x82", {"damaged"}
    ole = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    properties = "__properties_version1.0".encode("utf-16-le")
    yield "sectors.msg", ole + b"\xff" * 504 + properties + bytes(4000), {"damaged"}
    yield "zeros.msg", ole + bytes(504) + properties + bytes(4000), {"damaged"}
    yield "cut.msg", ole + bytes(40), {"needs_office", "damaged"}
    yield "photo.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(200), {"needs_jpeg"}
    yield "order.asc", b"-----BEGIN PGP MESSAGE-----\n\nhQEMA\n-----END PGP MESSAGE-----\n", {"encrypted"}
    for suffix, kind in (("webp", "WEBP"), ("avif", "AVIF"), ("jp2", "JPEG2000")):
        whole = saved(picture(), kind)
        yield f"half.{suffix}", whole[: len(whole) // 2], {"damaged", "pages"}
    sized = bytearray(saved(Image.new("L", (64, 64)), "JPEG"))
    struct.pack_into(">HH", sized, sized.find(b"\xff\xc0") + 5, 50_000, 50_000)
    yield "sized.jpg", bytes(sized), {"too_many_pixels"}
    notes = [
        (b"zTXt", b"a\0\0" + zlib.compress(bytes(80_000_000), 9)),
        (b"iCCP", b"a\0\0" + zlib.compress(bytes(10**7))),
    ]
    png = b"\x89PNG\r\n\x1a\n"
    shape = (b"IHDR", struct.pack(">IIBBBBB", 100, 100, 8, 0, 0, 0, 0))
    for tag, body in (shape, *notes, (b"IDAT", zlib.compress(bytes(10_100))), (b"IEND", b"")):
        png += struct.pack(">I", len(body)) + tag + body + struct.pack(">I", zlib.crc32(tag + body))
    yield "notes.png", png, {"damaged", "pages"}
    markup = head + b"Content-Type: text/html\n\n"
    said = {"pages", "no_content"}
    yield "tables.eml", markup + b"<table><tr><td>" * 8000 + b"CT of the chest", said
    yield "attributes.eml", markup + b"<p " + b'a="' * 60_000, said
    yield "hidden.eml", markup + b"<div hidden>" * 20_000 + b"</p>" * 20_000, said
    yield "blanks.eml", head + b"\n" + b" " * 200_000 + b"CT " * 60_000, {"pages"}
    yield "begins.eml", head + b"\n" + b"begin 644 a\n" * 20_000, {"pages", "no_content", "empty", "unknown_type"}
    yield (
        "crowd_of_parts.eml",
        head + b"Content-Type: multipart/mixed; boundary=x\n\n" + b"--x\n\na\n" * 20_000,
        {"pages"},
    )
    long = (
        b'Content-Type: multipart/mixed; boundary="'
        + b'"a' * 20_000
        + b"\nContent-Disposition: attachment; filename*0*="
    )
    yield (
        "headers.eml",
        head + b"X: " + b"( " * 50_000 + b"\n" + long + b"a''%" * 20_000 + b"\n\nCT",
        said | {"damaged"},
    )
    yield (
        "order.html",
        b"<html><script>while(1);</script><iframe src=file:///etc/passwd></iframe></html>",
        {"damaged", "no_content"},
    )
    yield "order.txt", b"CT of the chest for Ann Lee " * 3000, {"pages"}


def files() -> Iterator[File]:
    for group in (truncated, wrong_names, bombs, absurd_pictures, absurd_pdfs, absurd_mails, floods, seals):
        yield from group()


def main() -> None:
    """Write the files and what may come of them."""
    outcomes = {}
    for name, data, allowed in files():
        (HERE / name).write_bytes(data)
        outcomes[name] = sorted(allowed)
    (HERE / "outcomes.json").write_text(json.dumps(outcomes, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
