"""S/MIME: what a signed message holds (RFC 8551, 3.4.2). Signatures are not checked: the sender's word is not."""

from __future__ import annotations

from asn1crypto import cms

from documents.page import Unreadable


def content(data: bytes) -> bytes:
    """Return the message within an opaque signature (smime.p7m).

    Raises Unreadable: "encrypted" when it is enveloped for a key, "damaged"
    when it holds nothing or cannot be parsed.
    """
    try:
        info = cms.ContentInfo.load(data)
        kind = str(info["content_type"].native)
        if kind in ("enveloped_data", "authenticated_enveloped_data", "encrypted_data"):
            raise Unreadable("encrypted")
        inner = info["content"]["encap_content_info"]["content"].native if kind == "signed_data" else None
    except (ValueError, TypeError, KeyError, IndexError, AttributeError, RecursionError) as error:
        raise Unreadable("damaged") from error
    if not isinstance(inner, bytes) or not inner.strip():
        raise Unreadable("damaged")
    return inner
