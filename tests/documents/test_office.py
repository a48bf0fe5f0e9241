"""Word-processor files: with LibreOffice where it is installed, with a program in its place where it is not."""

from __future__ import annotations

import shutil
import threading
import zipfile
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BytesIO
from pathlib import Path

import pytest
from reportlab.pdfgen.canvas import Canvas

from documents.limits import Limits
from documents.unpack.opener import sheets


def test_word_processor_files_go_through_libreoffice_where_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A program in LibreOffice's place on the path, which lays down the PDF that a real one would make."""
    out = BytesIO()
    canvas = Canvas(out)
    canvas.drawString(72, 700, "CT of the chest for Ann Lee")
    canvas.save()
    (tmp_path / "made.pdf").write_bytes(out.getvalue())
    program = tmp_path / "soffice"
    program.write_text(
        f'#!/bin/sh\nwhile [ "$1" != --outdir ]; do shift; done\ncp {tmp_path}/made.pdf "$2"/document.pdf\n'
    )
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    (sheet,) = sheets(b"{\\rtf1 CT}", "a.rtf", Limits())
    assert "chest" in [word.text for word in sheet.words]


LINKED = {
    "[Content_Types].xml": '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>',
    "_rels/.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" '
    'Target="word/document.xml"/></Relationships>',
    "word/_rels/document.xml.rels": '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/'
    'relationships"><Relationship Id="r9" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/'
    'image" Target="http://127.0.0.1:PORT/seen.png" TargetMode="External"/></Relationships>',
    "word/document.xml": '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" '
    'xmlns:d="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:p="http://schemas.openxmlformats.org/drawingml/2006/picture"><w:body>'
    "<w:p><w:r><w:t>CT of the chest for Ann Lee</w:t></w:r></w:p><w:p><w:r><w:drawing><d:inline>"
    '<d:extent cx="900000" cy="900000"/><d:docPr id="1" name="p"/><a:graphic>'
    '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><p:pic><p:nvPicPr>'
    '<p:cNvPr id="1" name="p"/><p:cNvPicPr/></p:nvPicPr><p:blipFill><a:blip r:link="r9"/></p:blipFill><p:spPr>'
    '<a:xfrm><a:off x="0" y="0"/><a:ext cx="900000" cy="900000"/></a:xfrm><a:prstGeom prst="rect"/></p:spPr>'
    "</p:pic></a:graphicData></a:graphic></d:inline></w:drawing></w:r></w:p></w:body></w:document>",
}


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed here")
def test_libreoffice_reads_a_letter_and_fetches_nothing_that_it_points_to() -> None:
    asked = []

    class Listener(BaseHTTPRequestHandler):
        def handle(self) -> None:
            asked.append(self.client_address)

    with ThreadingHTTPServer(("127.0.0.1", 0), Listener) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        out = BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for name, text in LINKED.items():
                archive.writestr(name, text.replace("PORT", str(server.server_port)))
        (sheet,) = sheets(out.getvalue(), "a.docx", Limits())
        server.shutdown()
    assert "chest" in [word.text for word in sheet.words]
    assert not asked
