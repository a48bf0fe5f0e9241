"""Word-processor files, turned into PDF by LibreOffice where it is installed."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from documents.page import Unreadable

SECONDS = 60.0

# LibreOffice fetches linked pictures from wherever a document points, unless its profile forbids it.
_SETTINGS = {
    "Office.Common/Security/Scripting": {
        "BlockUntrustedRefererLinks": "true",
        "DisableMacrosExecution": "true",
        "DisableActiveContent": "true",
        "MacroSecurityLevel": "3",
    },
    "Office.Writer/Content/Update": {"Link": "0"},
    # Whatever asks the net all the same asks a port that nobody answers.
    "Inet/Settings": {
        "ooInetProxyType": "2",
        "ooInetHTTPProxyName": "127.0.0.1",
        "ooInetHTTPProxyPort": "9",
        "ooInetHTTPSProxyName": "127.0.0.1",
        "ooInetHTTPSProxyPort": "9",
        "ooInetNoProxy": "",
    },
}


def as_pdf(data: bytes, seconds: float = SECONDS) -> bytes:
    """Return the document as a PDF.

    Macros, active content and links to the outside are off in the profile,
    which is new each time, so nothing of one document reaches the next. Raises
    Unreadable: "needs_office" without LibreOffice, "timeout", or "damaged" when
    it makes no PDF.
    """
    program = shutil.which("soffice") or shutil.which("libreoffice")
    if program is None:
        raise Unreadable("needs_office")
    with tempfile.TemporaryDirectory(prefix="clearorder-") as folder:
        source = Path(folder) / "document"
        source.write_bytes(data)
        profile = Path(folder) / "profile"
        (profile / "user").mkdir(parents=True)
        (profile / "user" / "registrymodifications.xcu").write_text(_profile(), "utf-8")
        command = [program, f"-env:UserInstallation={profile.as_uri()}", "--headless", "--norestore"]
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


def _profile() -> str:
    """Return the settings as LibreOffice keeps them in a profile."""
    items = "".join(
        f'<item oor:path="/org.openoffice.{path}"><prop oor:name="{name}" oor:op="fuse"><value>{value}</value>'
        "</prop></item>\n"
        for path, values in _SETTINGS.items()
        for name, value in values.items()
    )
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<oor:items xmlns:oor="http://openoffice.org/2001/registry" '
        'xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">\n'
        f"{items}</oor:items>\n"
    )
