from __future__ import annotations

import base64
import binascii
import struct
from email.message import EmailMessage
from io import BytesIO

import pytest
from asn1crypto import cms
from PIL import Image

from documents.limits import Limits
from documents.page import Unreadable
from documents.reader import read
from documents.unpack import html, mail, sealed, tnef
from documents.unpack.opener import sheets

PNG = (
    bytes.fromhex("89504e470d0a1a0a0000000d4948445200000001000000010800000000 3a7e9b55".replace(" ", ""))
    + bytes.fromhex("0000000a49444154789c63600000000200014 8afa471".replace(" ", ""))
    + bytes.fromhex("0000000049454e44ae426082")
)


def message(text: str = "", rich: str = "") -> EmailMessage:
    made = EmailMessage()
    made["From"], made["To"] = "desk@practice.example", "orders@imaging.example"
    if text:
        made.set_content(text)
    if rich:
        made.add_alternative(rich, subtype="html") if text else made.set_content(rich, subtype="html")
    return made


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        ("<p>One</p><p>Two</p>", [("One",), ("Two",)]),
        ("<table><tr><td>Name</td><td>Ann&nbsp;Lee</td></tr></table>", [("Name", "Ann Lee")]),
        ("<table><tr><td><p>One</p><p>Two</p></td></tr></table>", [("One",), ("Two",)]),
        ("<table><tr><td><p>Name</p></td><td><p>Ann</p></td></tr></table>", [("Name", "Ann")]),
        ("<style>p{}</style><script>alert(1)</script><p>One</p>", [("One",)]),
        ("a<br>b", [("a",), ("b",)]),
        ("", []),
        ("<td>loose", [("loose",)]),
        (
            '<p>seen</p><div style="display: none">CT <b>brain</b></div><p hidden>CT</p><p>too</p>',
            [("seen",), ("too",)],
        ),
        (
            '<p style="font-size:0px">CT</p><p style="font-size:0.9em">seen<br style="display:none"> on</p>',
            [("seen",), ("on",)],
        ),
    ],
)
def test_html_rows(text: str, rows: list[tuple[str, ...]]) -> None:
    assert html.rows(text) == rows


def test_logo_of_the_body_is_no_page_but_an_attached_picture_is() -> None:
    made = message(rich='<p>Please schedule this patient</p><img src="cid:logo">')
    made.get_body().add_related(PNG, "image", "png", cid="<logo>")  # type: ignore[union-attr]
    made.add_attachment(PNG, "image", "png", filename="scan.png")
    apart = mail.take_apart(made.as_bytes())
    assert [part.name for part in apart.parts] == ["scan.png"]
    assert apart.body == (("Please schedule this patient",),)


def test_picture_in_a_body_without_words_is_what_was_sent() -> None:
    made = message(rich='<img src="cid:scan">')
    made.add_related(PNG, "image", "png", cid="<scan>", filename="scan.png")
    assert [part.name for part in mail.take_apart(made.as_bytes()).parts] == ["scan.png"]


def test_message_within_a_message() -> None:
    inner = message("CT of the chest for Ann Lee, cough for six weeks")
    outer = message("Forwarded, see below please")
    outer.add_attachment(inner)
    found = list(sheets(outer.as_bytes(), "a.eml", Limits()))
    assert [sheet.fault for sheet in found] == [None, None]
    assert "CT" in [word.text for word in found[1].words]


def test_nesting_is_bounded() -> None:
    made = message("The innermost order, a CT of the chest")
    for level in range(8):
        outer = message(f"Level {level} of forwarding this order")
        outer.add_attachment(made)
        made = outer
    found = list(sheets(made.as_bytes(), "a.eml", Limits(max_depth=3)))
    assert [sheet.fault for sheet in found] == [None, None, None, "too_deep"]


def test_richer_of_two_bodies_is_taken_once() -> None:
    made = message(
        "Name: Ann Lee\nExam: CT chest",
        "<table><tr><td>Name</td><td>Ann Lee</td></tr><tr><td>Exam</td><td>CT chest</td></tr></table>",
    )
    assert mail.take_apart(made.as_bytes()).body == (("Name", "Ann Lee"), ("Exam", "CT chest"))


def attribute(kind: int, value: bytes) -> bytes:
    return struct.pack("<BII", 2, kind, len(value)) + value + struct.pack("<H", sum(value) & 0xFFFF)


def winmail(*attributes: bytes) -> bytes:
    return struct.pack("<IH", 0x223E9F78, 1) + b"".join(attributes)


LONG = struct.pack("<IHHII", 1, 0x1F, 0x3707, 1, 24) + "order 1.tif".encode("utf-16-le") + b"\0\0"
BEGIN = attribute(0x69002, b"x")


@pytest.mark.parametrize(
    ("data", "names", "body"),
    [
        (winmail(attribute(0x2800C, b"CT chest\nAnn Lee\0")), [], (("CT chest",), ("Ann Lee",))),
        (
            winmail(BEGIN, attribute(0x18010, b"A~1.TIF\0"), attribute(0x6800F, b"II*"), attribute(0x69005, LONG)),
            ["order 1.tif"],
            (),
        ),
        (
            winmail(*(part for name in (b"a.pdf", b"b.pdf") for part in (
                BEGIN, attribute(0x18010, name + b"\0"), attribute(0x6800F, b"%PDF")))),
            ["a.pdf", "b.pdf"],
            (),
        ),
        (winmail(struct.pack("<BII", 2, 0x6800F, 0xFFFFFFF0) + b"short"), [], ()),
    ],
)  # fmt: skip
def test_winmail(data: bytes, names: list[str], body: tuple[tuple[str, ...], ...]) -> None:
    apart = tnef.take_apart(data)
    assert ([part.name for part in apart.parts], apart.body) == (names, body)


def test_courtesies_and_icons_are_no_pages_and_take_no_numbers() -> None:
    made = message("Order for Ann Lee")
    made.add_attachment(b"BEGIN:VCARD\n", "text", "vcard", filename="me.vcf")
    made.add_attachment(PNG, "image", "png", filename="icon.png")
    made.add_attachment(b"\x00\x01binary", "application", "octet-stream", filename="odd.bin")
    made.add_attachment(message("CT of the chest for Ann Lee"))
    document = read(made.as_bytes(), "a.eml")
    assert [page.number for page in document.pages] == [1, 2]
    assert [(fault.code, fault.page) for fault in document.faults] == [("unknown_type", None)]


def picture(width: int, height: int) -> bytes:
    out = BytesIO()
    Image.new("L", (width, height), 255).save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize(("size", "kept"), [((1200, 1600), True), ((1200, 200), False), ((90, 90), False)])
def test_a_photographed_page_in_the_body_is_a_page_and_a_banner_is_none(size: tuple[int, int], kept: bool) -> None:
    made = message(rich='<p>Sent from my phone</p><img src="cid:it">')
    made.add_related(picture(*size), "image", "png", cid="<it>", disposition="inline")
    assert len(mail.take_apart(made.as_bytes()).parts) == kept


HEAD = b"From: a@b.example\nTo: c@d.example\nMIME-Version: 1.0\n"


@pytest.mark.parametrize(
    ("charset", "text"),
    [
        (b"windows-1252", "Jos\u00e9".encode("cp1252")),
        (b"us-ascii", "Jos\u00e9".encode()),
        (b"klingon-8", "Jos\u00e9".encode("latin-1")),
        (b"punycode", "Jos\u00e9".encode()),
        (b"undefined", "Jos\u00e9".encode()),
        (b"utf-16", "Jos\u00e9".encode("utf-16")),
    ],
)
def test_charsets(charset: bytes, text: bytes) -> None:
    data = HEAD + b"Content-Type: text/plain; charset=" + charset + b"\nContent-Transfer-Encoding: 8bit\n\n" + text
    assert mail.take_apart(data).body[0] == ("Jos\u00e9",)


def test_a_mark_before_the_header_is_no_text() -> None:
    assert mail.take_apart(b"\xef\xbb\xbf\r\n" + HEAD + b"\nCT chest").body == (("CT chest",),)


def test_a_file_that_stands_in_the_text() -> None:
    lines = b"".join(binascii.b2a_uu(PNG[at : at + 45]) for at in range(0, len(PNG), 45))
    apart = mail.take_apart(HEAD + b"\nOrder below\nbegin 644 scan.png\n" + lines + b"`\nend\nThank you")
    assert apart.body == (("Order below",), ("Thank you",))
    assert [(part.name, part.data) for part in apart.parts] == [("scan.png", PNG)]


def test_a_line_that_begins_something_else_is_text() -> None:
    assert mail.take_apart(HEAD + b"\nbegin 2 weeks of rest\nend").body == (("begin 2 weeks of rest",), ("end",))


def test_an_attached_message_that_was_encoded_against_the_rule() -> None:
    inner = base64.encodebytes(message("CT of the chest for Ann Lee").as_bytes())
    part = b"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n" + inner
    data = HEAD + b"Content-Type: multipart/mixed; boundary=edge\n\n--edge\n" + part + b"\n--edge--\n"
    (sheet,) = sheets(data, "a.eml", Limits())
    assert "chest" in [word.text for word in sheet.words]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("order.txt", b"CT of the chest"),
        ("order.txt", "CT of the chest".encode("utf-16")),
        ("order.html", b"<html><script>alert(1)</script><table><tr><td>CT of</td><td>the chest</td></tr></table>"),
    ],
)
def test_an_order_attached_as_text(name: str, data: bytes) -> None:
    made = message("Please see the file")
    made.add_attachment(data, "application", "octet-stream", filename=name)
    found = list(sheets(made.as_bytes(), "a.eml", Limits()))
    assert [word.text for word in found[1].words] == ["CT", "of", "the", "chest"]


def signed(kind: str, inner: bytes) -> bytes:
    """Seal a message as S/MIME does; nobody looks at the signature, so there is none."""
    content = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": [],
            "encap_content_info": {"content_type": "data", "content": inner},
            "signer_infos": [],
        }
    )
    if kind == "signed_data":
        return cms.ContentInfo({"content_type": kind, "content": content}).dump()
    empty = {
        "content_type": "data",
        "content_encryption_algorithm": {"algorithm": "aes256_cbc", "parameters": bytes(16)},
    }
    locked = cms.EnvelopedData({"version": "v0", "recipient_infos": [], "encrypted_content_info": empty})
    return cms.ContentInfo({"content_type": kind, "content": locked}).dump()


@pytest.mark.parametrize(("kind", "fault"), [("signed_data", None), ("enveloped_data", "encrypted")])
def test_sealed_messages(kind: str, fault: str | None) -> None:
    data = HEAD + b"Content-Type: application/pkcs7-mime; name=smime.p7m\nContent-Transfer-Encoding: base64\n\n"
    data += base64.encodebytes(signed(kind, message("CT of the chest for Ann Lee").as_bytes()))
    (sheet,) = sheets(data, "a.eml", Limits())
    assert sheet.fault == fault
    assert fault or "chest" in [word.text for word in sheet.words]


@pytest.mark.parametrize("data", [b"\x30\x03\x02\x01\x01", b"\x30\x80" + b"\x30\x80" * 500, b"nothing"])
def test_nonsense_under_a_seal(data: bytes) -> None:
    with pytest.raises(Unreadable) as refused:
        sealed.content(data)
    assert refused.value.code == "damaged"
