"""The API's documents and counts."""

from __future__ import annotations

import hashlib
from pathlib import PurePath
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import File, Path, Router, Status, UploadedFile
from ninja.errors import HttpError

from config import settings
from desk.api_scopes import Token
from desk.api_shapes import CountsOut, DocumentOut, PageOut, Problem, Received
from desk.context import counts
from store import ledger

router = Router(tags=["documents"])
Sha256 = Annotated[str, Path(pattern="^[0-9a-f]{64}$")]
Number = Annotated[int, Path(ge=1, le=100_000)]
REFUSALS = {401: Problem, 403: Problem, 404: Problem}
BYTES = {"responses": {200: {"description": "the bytes", "content": {"application/octet-stream": {}}}}}
PNG = {"responses": {200: {"description": "the upright page", "content": {"image/png": {}}}}}
NAME_LIMIT = 255


@router.post(
    "documents", response={200: Received, 201: Received, 413: Problem, **REFUSALS}, auth=Token("documents:write")
)
def hand_in(request: HttpRequest, file: File[UploadedFile]) -> Status[Any]:
    """Hand a document in; when this answers its bytes are safe. 200 where the same bytes were here already."""
    if (file.size or 0) > settings().max_bytes:
        return Status(413, Problem(code="too_large", message="The file is larger than this site accepts."))
    if not file.size:
        raise HttpError(422, "The file is empty.")
    actor = request.auth.actor
    name = PurePath((file.name or "").replace("\\", "/")).name[:NAME_LIMIT] or "document"
    key = hashlib.sha256(f"{actor} {name}".encode()).hexdigest()[:16]
    receipt = ledger.receive(file.file, name, actor[:40], key, request.auth.site or "default")
    return Status(200 if receipt.known else 201, Received(id=receipt.document_id, known=receipt.known))


@router.get("documents/{document_id}", response={200: DocumentOut, **REFUSALS}, auth=Token("documents:read"))
def document(request: HttpRequest, document_id: Sha256) -> DocumentOut:
    """A document's state, pages and orders."""
    ledger.note_document_seen(document_id, "state", request.auth.actor)
    row = ledger.document(document_id)
    pages = [
        PageOut(number=page.number, type=page.type.type, width=page.width, height=page.height)
        for page in ledger.page_rows(document_id)
    ]
    failure = Problem(code=row.failure, message=row.message) if row.failure else None
    notices = [Problem(code="notice", message=each) for each in row.notices]
    return DocumentOut(
        id=row.id, state=row.state, failure=failure, notices=notices, pages=pages, orders=list(row.cases)
    )


@router.get("documents/{document_id}/original", openapi_extra=BYTES, auth=Token("documents:read"))
def original(request: HttpRequest, document_id: Sha256) -> HttpResponse:
    """The bytes as received."""
    ledger.note_document_seen(document_id, "original", request.auth.actor)
    return _bytes(lambda: ledger.document_bytes(document_id), "application/octet-stream")


@router.get("documents/{document_id}/pages/{number}.png", openapi_extra=PNG, auth=Token("documents:read"))
def page(request: HttpRequest, document_id: Sha256, number: Number) -> HttpResponse:
    """The upright page as PNG."""
    ledger.note_document_seen(document_id, f"page {number}", request.auth.actor)
    return _bytes(lambda: ledger.page_image(document_id, number), "image/png")


@router.get("status", response={200: CountsOut, 401: Problem, 403: Problem}, tags=["status"], auth=Token("status:read"))
def status(request: HttpRequest) -> CountsOut:
    """What is where, at most two seconds old."""
    now = counts()
    return CountsOut(
        documents=now.documents, orders=now.cases, pages=now.pages, oldest_wait=now.oldest_wait, outbox=now.outbox
    )


def _bytes(get: Any, kind: str) -> HttpResponse:
    try:
        data = get()
    except KeyError:
        raise ledger.Refused("unknown", "bytes") from None
    response = HttpResponse(data, content_type=kind)
    # A browser that is led here shows nothing of what a stranger sent.
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["X-Content-Type-Options"] = "nosniff"
    return response
