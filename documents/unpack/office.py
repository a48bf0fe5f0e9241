"""Word-processor files, turned into PDF by LibreOffice where it is installed."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from documents.page import Unreadable

SECONDS = 60.0


def as_pdf(data: bytes, seconds: float = SECONDS) -> bytes:
    """Return the document as a PDF.

    Macros are off in a headless conversion, and the profile is new each time,
    so nothing of one document reaches the next. Raises Unreadable: "needs_office"
    without LibreOffice, "timeout", or "damaged" when it makes no PDF.
    """
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        raise Unreadable("needs_office")
    with tempfile.TemporaryDirectory(prefix="clearorder-") as folder:
        source = Path(folder) / "document"
        source.write_bytes(data)
        command = [program, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--norestore"]
        command += ["--convert-to", "pdf", "--outdir", folder, str(source)]
        try:
            subprocess.run(command, capture_output=True, timeout=seconds, check=False)
        except subprocess.TimeoutExpired as error:
            raise Unreadable("timeout") from error
        except OSError as error:
            raise Unreadable("needs_office") from error
        made = source.with_suffix(".pdf")
        if not made.is_file():
            raise Unreadable("damaged")
        return made.read_bytes()
