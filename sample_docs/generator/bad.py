"""Files that no reader can make an order of, for tests of what happens to them."""

from __future__ import annotations

import io
import random
import struct
import zlib
from typing import Any

from reportlab.lib.pdfencrypt import StandardEncryption
from reportlab.pdfgen.canvas import Canvas

from sample_docs.generator.make import make_referral


def bad_inputs() -> dict[str, bytes]:
    """Return bad files by name."""
    asked: dict[str, Any] = {
        "kind": "single",
        "family": "template",
        "quality": "fine_fax",
        "by_mail": False,
        "defects": (),
    }
    number = 0
    while (fax := make_referral(random.Random(f"truncated/{number}"), **asked)).suffix != ".tif":
        number += 1
    return {
        "empty.pdf": b"",
        "text_renamed.pdf": b"Please schedule an ultrasound.\nThis is a text file whose name says PDF.\n",
        "truncated.tif": fax.data[: len(fax.data) // 3],
        "locked.pdf": _locked(),
        "unknown_type.xyz": random.Random(7).randbytes(2048),
        "email_without_attachment.eml": _forgetful_mail(),
    }


def _locked() -> bytes:
    """Return a PDF that opens with a password only."""
    out = io.BytesIO()
    canvas = Canvas(out, invariant=True, encrypt=StandardEncryption("secret-of-the-sender", canPrint=0, strength=128))
    canvas.drawString(72, 720, "Imaging order")
    canvas.showPage()
    canvas.save()
    return out.getvalue()


def _forgetful_mail() -> bytes:
    return (
        b"From: Front Desk <orders@lakesidepractice.example>\r\n"
        b"To: intake@imagingcenter.example\r\n"
        b"Subject: Order attached\r\n"
        b"Date: Mon, 08 Jun 2026 10:12:00 -0500\r\n"
        b"Message-ID: <5f1d2c8e90aa@lakesidepractice.example>\r\n"
        b"MIME-Version: 1.0\r\n"
        b'Content-Type: text/plain; charset="utf-8"\r\n'
        b"\r\n"
        b"Hi, the order is attached, please call when it is scheduled. Thanks!\r\n"
    )


def pixel_bomb(width: int = 46_000, height: int = 46_000) -> bytes:
    """Return a PNG of a few bytes that claims width x height grey pixels (2 GB as it comes)."""

    def chunk(kind: bytes, content: bytes) -> bytes:
        body = kind + content
        return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(bytes(64))) + chunk(b"IEND", b"")
