"""Why a document or a page could not be read: a code, and the clerk's sentence."""

from __future__ import annotations

from documents.page import Fault

MESSAGES: dict[str, str] = {
    "empty": "The file is empty. Ask the sender to send it again.",
    "mislabelled": "The file's name says one type, but its content is another that cannot be read as an order.",
    "unknown_type": "Files of this type cannot be read. Ask for a fax, a PDF or a picture.",
    "damaged": "The file is damaged and no page of it can be shown. Ask the sender to send it again.",
    "damaged_page": "This page is damaged and could not be read; the other pages were kept.",
    "damaged_part": "Part of this page is damaged and is missing in what is shown. Ask the sender to send it again.",
    "encrypted": "The file is locked with a password. Ask the sender for an unlocked copy.",
    "dynamic_form": "This PDF form shows itself in Adobe Acrobat only. Ask the sender for a printed or flattened copy.",
    "too_large": "The file is larger than this site accepts.",
    "too_many_pages": "The document has more pages than this site accepts; the first ones were kept.",
    "too_many_pixels": "A page is too large to be opened safely.",
    "too_deep": "Files within files were nested too deeply to be opened safely.",
    "no_content": "The message holds no attachment and no text that could be an order.",
    "missing_page": "The sending machine counted more pages than arrived. Ask the sender for the missing page.",
    "needs_jpeg": "Photos in Apple's HEIC format cannot be opened here. Ask for a JPEG or a PDF.",
    "needs_office": "Word-processor files cannot be opened on this installation. Ask for a PDF.",
    "timeout": "Reading took too long and was stopped.",
    "crashed": "Reading stopped unexpectedly. The file was kept for a person to look at.",
}


def fault(code: str, page: int | None = None) -> Fault:
    """Return the fault for `code`; raises KeyError for a code that has no sentence."""
    return Fault(code, MESSAGES[code], page)
