"""The document store in a bucket of Amazon S3, or of another store that speaks its language."""

from __future__ import annotations

import hashlib
import io
import tempfile
from collections.abc import Iterator
from typing import Any, BinaryIO
from urllib.parse import urlparse

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

CHUNK = 1 << 20
# Bytes up to which a file waits in memory, while its hash is made, instead of on the disk.
IN_MEMORY = 16 << 20
GONE = {"404", "NoSuchKey", "NotFound"}
PATIENCE = Config(connect_timeout=5, read_timeout=30, retries={"mode": "standard", "total_max_attempts": 4})


class ObjectStore:
    """A document store in a bucket: `prefix/ab/abcdef…`; an object is written whole or not at all.

    Credentials are found as boto3 finds them: environment, files, the machine's role.
    Whatever the store refuses is an OSError, as a disk's refusal is.
    """

    def __init__(self, address: str, endpoint: str = "") -> None:
        said = urlparse(address)
        self._bucket, self._prefix = said.netloc, said.path.strip("/")
        self._client = boto3.client("s3", endpoint_url=endpoint or None, config=PATIENCE)

    def put(self, source: bytes | BinaryIO) -> tuple[str, int]:
        """Keep the bytes; return their SHA-256 and their number. Raises OSError when the store refuses."""
        stream = io.BytesIO(source) if isinstance(source, bytes) else source
        digest, size = hashlib.sha256(), 0
        with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY) as draft:
            while chunk := stream.read(CHUNK):
                draft.write(chunk)
                digest.update(chunk)
                size += len(chunk)
            sha256 = digest.hexdigest()
            if not self.has(sha256):
                draft.seek(0)
                self._asked("upload_fileobj", draft, self._bucket, self._key(sha256))
        return sha256, size

    def has(self, sha256: str) -> bool:
        """Whether the bytes are here."""
        try:
            self._asked("head_object", Bucket=self._bucket, Key=self._key(sha256))
        except KeyError:
            return False
        return True

    def get(self, sha256: str) -> bytes:
        """Return the bytes; raises KeyError when they are not here, OSError when the store is away."""
        return b"".join(self.chunks(sha256))

    def chunks(self, sha256: str) -> Iterator[bytes]:
        """Yield the bytes a megabyte at a time; raises KeyError when they are not here."""
        body = self._asked("get_object", Bucket=self._bucket, Key=self._key(sha256))["Body"]
        try:
            yield from body.iter_chunks(CHUNK)
        except BotoCoreError as error:
            raise OSError(f"the document store broke off: {type(error).__name__}") from None

    def remove(self, sha256: str) -> None:
        """Remove the bytes, if they are here; older versions in a versioned bucket are the bucket's to expire."""
        self._asked("delete_object", Bucket=self._bucket, Key=self._key(sha256))

    def _key(self, sha256: str) -> str:
        return "/".join(part for part in (self._prefix, sha256[:2], sha256) if part)

    def _asked(self, what: str, *words: Any, **said: Any) -> Any:
        try:
            return getattr(self._client, what)(*words, **said)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            if code in GONE:
                raise KeyError(self._bucket) from None
            raise OSError(f"the document store refuses: {code}") from None
        except (BotoCoreError, boto3.exceptions.Boto3Error) as error:
            raise OSError(f"the document store is away: {type(error).__name__}") from None
