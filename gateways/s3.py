"""A bucket of Amazon S3, or of another store that speaks its language, as a source.

Objects are found by listing, a few pages a look with a cursor that comes round
again, or by the store's events in an SQS queue. Once its bytes are durable an
object is moved under another prefix, tagged, or left.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import PurePosixPath
from tempfile import TemporaryFile
from typing import Any
from urllib.parse import unquote_plus

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError, HTTPClientError, NoCredentialsError, PartialCredentialsError

from config import S3Settings
from gateways.source import Away, NotYet, Offer, Opened, TooLarge

CHUNK = 1 << 20
PATIENCE = Config(connect_timeout=5, read_timeout=30, retries={"mode": "standard", "total_max_attempts": 2})
CODES = {
    "NoSuchBucket": "gone",
    "404": "gone",
    "AWS.SimpleQueueService.NonExistentQueue": "gone",
    "QueueDoesNotExist": "gone",
    "AccessDenied": "credentials",
    "403": "credentials",
    "InvalidAccessKeyId": "credentials",
    "SignatureDoesNotMatch": "credentials",
    "ExpiredToken": "credentials",
}
# The object changed, or went, between the listing and the asking for it.
CHANGED = ("NoSuchKey", "NoSuchVersion", "404", "PreconditionFailed", "412")
TAG = "clearorder"


class Bucket:
    """The objects under a prefix of a bucket."""

    kind = "s3"

    def __init__(self, said: S3Settings) -> None:
        self.name = said.name
        self.stays = said.after != "move"
        self._said = said
        session = boto3.Session(profile_name=said.profile or None)
        self._client = session.client("s3", endpoint_url=said.endpoint or None, config=PATIENCE)
        self._queue = session.client("sqs", endpoint_url=said.endpoint or None, config=PATIENCE) if said.queue else None
        self._after = ""
        self._messages: dict[str, str] = {}

    def offers(self) -> list[Offer]:
        """Return what the queue tells of, or the next page of the listing."""
        with _asking():
            return self._told() if self._queue else self._listed()

    @contextmanager
    def open(self, offer: Offer, max_bytes: int) -> Iterator[Opened]:
        """Fetch it to a temporary file; raises NotYet when it is not the object that was offered."""
        if offer.size > max_bytes:
            raise TooLarge
        with TemporaryFile() as file:
            with _asking():
                answer = self._client.get_object(Bucket=self._said.bucket, Key=offer.key, IfMatch=offer.stamp)
                if answer["ContentLength"] > max_bytes:
                    raise TooLarge
                for chunk in answer["Body"].iter_chunks(CHUNK):
                    file.write(chunk)
            file.seek(0)
            yield Opened(file, PurePosixPath(offer.key).name)

    def put_away(self, offer: Offer, opaque: str) -> None:
        """Move or tag it, unless it was written anew meanwhile, and tell the queue that it is seen to."""
        bucket, key = self._said.bucket, offer.key
        try:
            with _asking():
                if self._said.after == "move":
                    source = {"Bucket": bucket, "Key": key}
                    target = f"{self._said.done_prefix}{opaque}"
                    self._client.copy_object(
                        Bucket=bucket, Key=target, CopySource=source, CopySourceIfMatch=offer.stamp
                    )
                    self._client.delete_object(Bucket=bucket, Key=key, IfMatch=offer.stamp)
                elif self._said.after == "tag":
                    self._client.head_object(Bucket=bucket, Key=key, IfMatch=offer.stamp)
                    tags = {"TagSet": [{"Key": TAG, "Value": opaque}]}
                    self._client.put_object_tagging(Bucket=bucket, Key=key, Tagging=tags)
        except NotYet:
            # Another object lies there now, or this one is away already.
            pass
        if self._queue and (handle := self._messages.pop(key, "")):
            with _asking():
                self._queue.delete_message(QueueUrl=self._said.queue, ReceiptHandle=handle)

    def _listed(self) -> list[Offer]:
        page = self._client.list_objects_v2(
            Bucket=self._said.bucket, Prefix=self._said.prefix, StartAfter=self._after, MaxKeys=self._said.page
        )
        found = [_offer(each) for each in page.get("Contents", ()) if self._wanted(each["Key"])]
        # After the last page the listing begins anew: an object's name may sort before the cursor.
        self._after = page["Contents"][-1]["Key"] if page.get("IsTruncated") else ""
        return found

    def _told(self) -> list[Offer]:
        assert self._queue is not None
        answer = self._queue.receive_message(
            QueueUrl=self._said.queue, MaxNumberOfMessages=10, VisibilityTimeout=self._said.visibility_seconds
        )
        found = []
        for message in answer.get("Messages", ()):
            keys = [key for key in _keys(message["Body"]) if self._wanted(key)]
            for key in keys:
                self._messages[key] = message["ReceiptHandle"]
                try:
                    with _asking():
                        head = self._client.head_object(Bucket=self._said.bucket, Key=key)
                except NotYet:
                    continue
                found.append(Offer(key, head["ETag"], head["ContentLength"]))
            if not keys:
                self._queue.delete_message(QueueUrl=self._said.queue, ReceiptHandle=message["ReceiptHandle"])
        return found

    def _wanted(self, key: str) -> bool:
        done = self._said.after == "move" and key.startswith(self._said.done_prefix)
        return key.startswith(self._said.prefix) and not key.endswith("/") and not done


def _offer(listed: dict[str, Any]) -> Offer:
    return Offer(listed["Key"], listed["ETag"], listed["Size"])


def _keys(body: str) -> list[str]:
    """The keys of the objects that an event tells of (Amazon S3, event message structure 2.x); none for other text."""
    try:
        records = json.loads(body).get("Records", [])
        return [unquote_plus(each["s3"]["object"]["key"]) for each in records if "Created" in each["eventName"]]
    except (ValueError, KeyError, TypeError, AttributeError):
        return []


@contextmanager
def _asking() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code in CHANGED and code != "NoSuchBucket":
            raise NotYet from None
        raise Away(CODES.get(code, "refused")) from None
    except (NoCredentialsError, PartialCredentialsError):
        raise Away("credentials") from None
    except (BotoCoreError, HTTPClientError):
        raise Away("unreachable") from None
