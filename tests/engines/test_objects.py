"""The document store in a folder and in a bucket keep the same promises."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.servers import S3_KEYS, s3_client, s3_server
from store.bytes import DocumentStore, FolderStore, intact
from store.objects import ObjectStore


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with s3_server("documents") as running:
        yield running


@pytest.fixture(params=["folder", "bucket"])
def store(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> DocumentStore:
    if request.param == "folder":
        return FolderStore(tmp_path / "documents")
    for name, value in S3_KEYS.items():
        monkeypatch.setenv(name, value)
    return ObjectStore("s3://documents/clear/order", request.getfixturevalue("address"))


@pytest.mark.parametrize("size", [0, 3, (1 << 20) + 1, 17 << 20])
def test_bytes_are_kept_under_their_hash(store: DocumentStore, size: int) -> None:
    data = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    sha256 = hashlib.sha256(data).hexdigest()
    assert not store.has(sha256) and not intact(store, sha256)
    assert store.put(io.BytesIO(data)) == store.put(data) == (sha256, size)
    assert store.has(sha256) and intact(store, sha256) and store.get(sha256) == data
    store.remove(sha256)
    store.remove(sha256)
    assert not store.has(sha256)
    with pytest.raises(KeyError):
        store.get(sha256)


def test_an_object_that_was_changed_is_not_intact(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in S3_KEYS.items():
        monkeypatch.setenv(name, value)
    sha256, _ = ObjectStore("s3://documents", address).put(b"fax")
    s3_client(address).put_object(Bucket="documents", Key=f"{sha256[:2]}/{sha256}", Body=b"fox")
    assert not intact(ObjectStore("s3://documents", address), sha256)


@pytest.mark.parametrize(
    ("bucket", "away"), [("s3://no-such-bucket", False), ("s3://documents", True)], ids=["gone", "away"]
)
def test_a_store_that_refuses_is_an_oserror_without_names(
    address: str, bucket: str, away: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in S3_KEYS.items():
        monkeypatch.setenv(name, value)
    store = ObjectStore(bucket, "http://127.0.0.1:1" if away else address)
    with pytest.raises(OSError, match="document store"):
        store.put(b"fax")
