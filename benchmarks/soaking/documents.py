"""What a soak hands in: small documents, near copies and exact ones, spread over folder, bucket and mailbox."""

from __future__ import annotations

import hashlib
import imaplib
import random
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

from benchmarks.servers import HOST, IMAP_PASSWORD, Dovecot, s3_client
from benchmarks.soaking.worker import SIGN

# Surnames that nothing but a document holds, so that each place they turn up in is a leak.
FAMILIES = 500
# Of each hundred documents: those that come a second time, byte for byte, from the folder.
AGAIN = 2


@dataclass(frozen=True, slots=True)
class Handed:
    """What was handed in: the hashes of the different contents, how many things in all, the patients' names."""

    contents: frozenset[str]
    things: int
    families: tuple[str, ...]


def families() -> tuple[str, ...]:
    """Return the surnames of the soak's patients."""
    letters = random.Random(8)
    return tuple("Zq" + "".join(letters.choices("aeioukmnrst", k=9)) for _ in range(FAMILIES))


def hand_in(number: int, inbox: Path, s3_address: str, mail: Dovecot | None) -> Handed:
    """Lay `number` documents into the inbox, the bucket `faxes` and the mailbox `soak`, a third each."""
    names, bucket = families(), s3_client(s3_address)
    client = _signed_in(mail) if mail else None
    contents, things = set(), 0
    for each in range(number):
        family = names[each % len(names)]
        route = "clarification" if each % 20 == 0 else "ready" if each % 4 else "review"
        text = f"document {each} of the soak\n{SIGN} {route} {family}\n".encode()
        place = each % 3
        if place == 1:
            bucket.put_object(Bucket="faxes", Key=f"in/{family} {each}.txt", Body=text)
        elif place == 2 and client:
            text = _message(f"{family} {each}", text)
            client.append("INBOX", "", None, text)
        else:
            _lay(inbox / f"{family} {each}.txt", text)
        contents.add(hashlib.sha256(text).hexdigest())
        things += 1
        if each % 100 < AGAIN:
            _lay(inbox / f"{family} {each} again.txt", text)
            things += 1
    if client:
        client.logout()
    return Handed(frozenset(contents), things, names)


def _lay(path: Path, data: bytes) -> None:
    draft = path.with_name(f"{path.name}.part")
    draft.write_bytes(data)
    draft.rename(path)


def _message(subject: str, text: bytes) -> bytes:
    message = EmailMessage()
    message["Subject"] = subject
    message.set_content(text.decode())
    return message.as_bytes().replace(b"\n", b"\r\n")


def _signed_in(mail: Dovecot) -> imaplib.IMAP4:
    client = imaplib.IMAP4(HOST, mail.port)
    client.login("soak", IMAP_PASSWORD)
    return client
