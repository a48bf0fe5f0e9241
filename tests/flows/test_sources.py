"""Sources as they are looked at, real ones on loopback: each thing once, put away when it is safe, faults named."""

from __future__ import annotations

import imaplib
import json
import shutil
from collections.abc import Iterator
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import paramiko
import pytest
from pydantic import SecretStr

from benchmarks.servers import (
    HOST,
    IMAP_PASSWORD,
    S3_KEYS,
    Dovecot,
    free_port,
    imap_server,
    s3_client,
    s3_server,
    sftp_server,
)
from config import AnySource, FolderSettings, ImapSettings, OAuthSettings, S3Settings, Settings, SftpSettings, settings
from flows.outcome import Body, Outcome
from flows.sources import Sources
from store import ledger
from store.bytes import document_store
from store.models import Sighting, SourceState

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("data")]


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


class Looks:
    """The sources of a site, looked at as often as a test says."""

    def __init__(self, *said: AnySource, holder: str = "schedules-1") -> None:
        self.clock = Clock()
        self.outcomes: list[str] = []
        site = settings().model_copy(update={"sources": list(said), "settle_seconds": 0.0})
        site.inbox_folder.mkdir(exist_ok=True)
        self.sources = Sources(site, holder, self.run, self.clock)

    def run(self, name: str, body: Body) -> Outcome:
        outcome = body()
        self.outcomes.append(outcome.code)
        return outcome

    def look(self, times: int = 1) -> None:
        for _ in range(times):
            self.clock.now += 3600
            self.sources.look()


def received() -> list[str]:
    return sorted(row.name for row in ledger.documents())


def health(name: str) -> ledger.SourceHealth:
    return next(row for row in ledger.sources() if row.name == name)


@pytest.fixture(scope="module")
def s3_address() -> Iterator[str]:
    with s3_server("faxes") as address:
        yield address


@pytest.fixture
def s3(s3_address: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    for name, value in S3_KEYS.items():
        monkeypatch.setenv(name, value)
    client = s3_client(s3_address)
    for each in client.list_objects_v2(Bucket="faxes").get("Contents", ()):
        client.delete_object(Bucket="faxes", Key=each["Key"])
    return client


@pytest.fixture(scope="module")
def imap() -> Iterator[Dovecot]:
    if not shutil.which("dovecot", path="/usr/sbin"):
        pytest.fail("Debian's dovecot-imapd is needed; `make test` installs it")
    with imap_server() as server:
        yield server


def bucket(address: str, **said: Any) -> S3Settings:
    return S3Settings(**{"kind": "s3", "name": "bucket", "bucket": "faxes", "endpoint": address, **said})


# --- the folder ---------------------------------------------------------------------------------------------------


def test_a_folder_that_refuses_the_moving_away_gives_each_file_once(data: Path) -> None:
    looks = Looks()
    (data / "inbox" / "a.txt").write_bytes(b"order")
    (data / "inbox" / ".done").write_bytes(b"in the way")
    looks.look(3)
    assert [row.sightings for row in ledger.documents()] == [1]
    (data / "inbox" / ".done").unlink()
    looks.look()
    assert [row.sightings for row in ledger.documents()] == [1]
    assert [path.name for path in (data / "inbox").iterdir()] == [".done"]
    # The same file once more is seen once more.
    (data / "inbox" / "a.txt").write_bytes(b"order")
    looks.look()
    assert [row.sightings for row in ledger.documents()] == [2]
    assert ledger.verify() == []


def test_a_full_disk_sets_nothing_aside_too_early_and_names_the_reason(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLEARORDER_SOURCE_ATTEMPTS", "2")
    monkeypatch.setenv("CLEARORDER_SOURCE_SECONDS", "0.001")
    settings.cache_clear()
    looks = Looks()
    document_store().folder.parent.joinpath("documents").write_bytes(b"no room for a folder")
    (data / "inbox" / "a.txt").write_bytes(b"order")
    looks.look()
    assert (health("folder").failing, health("folder").aside) == (1, 0)
    looks.look(2)
    (aside,) = ledger.set_aside()
    assert (aside.key, aside.failure, aside.attempts) == ("a.txt", "not_readable", 2)
    assert (data / "inbox" / "a.txt").read_bytes() == b"order"
    looks.look(2)
    assert looks.outcomes == ["0 received, 1 refused"] * 2
    (data / "documents").unlink()
    ledger.item_again(aside.id, "anna")
    looks.look()
    assert received() == ["a.txt"] and ledger.set_aside() == [] and ledger.verify() == []
    with pytest.raises(ledger.Refused):
        ledger.item_again(aside.id, "anna")


def test_one_process_at_a_time_looks_at_a_source(data: Path) -> None:
    first, second = Looks(), Looks(holder="schedules-2")
    ledger.seen("schedules-1", "schedules")
    (data / "inbox" / "a.txt").write_bytes(b"order")
    first.look()
    (data / "inbox" / "b.txt").write_bytes(b"another")
    second.look()
    assert received() == ["a.txt"]
    # It dies, and the other takes over; the other ends in order.
    ledger.gone("schedules-1")
    second.look()
    assert received() == ["a.txt", "b.txt"]
    ledger.seen("schedules-2", "schedules")
    second.sources.end()
    (data / "inbox" / "c.txt").write_bytes(b"a third")
    first.look()
    assert len(received()) == 3


def test_one_source_that_is_away_does_not_touch_the_others(data: Path, tmp_path: Path) -> None:
    looks = Looks(FolderSettings(kind="folder", name="scanner", path=tmp_path / "gone"))
    (data / "inbox" / "a.txt").write_bytes(b"order")
    looks.look()
    assert received() == ["a.txt"]
    assert (health("scanner").failure, health("scanner").failures) == ("gone", 1)
    # It is left alone for a while, and looked at again when that is over.
    looks.look()
    assert health("scanner").failures == 1


def test_documents_belong_to_the_site_and_the_haste_of_their_source(data: Path, tmp_path: Path) -> None:
    ledger.make_site("east", "East", "root")
    folders = {name: tmp_path / name for name in ("usual", "eastern")}
    for name, folder in folders.items():
        folder.mkdir()
        (folder / "a.txt").write_bytes(name.encode())
    (data / "inbox").mkdir(exist_ok=True)
    (data / "inbox" / "a.txt").write_bytes(b"inbox")
    Looks(
        FolderSettings(kind="folder", name="usual", path=folders["usual"]),
        FolderSettings(kind="folder", name="eastern", path=folders["eastern"], site="east", urgent=True),
    ).look()
    found = Sighting.objects.values_list("source", "document__site__slug", "document__haste")
    assert set(found) == {("folder", "default", 1), ("usual", "default", 1), ("eastern", "east", 0)}


def test_a_source_of_a_site_that_is_not_there_is_left_alone_and_says_so(data: Path, tmp_path: Path) -> None:
    (tmp_path / "drop").mkdir()
    (tmp_path / "drop" / "a.txt").write_bytes(b"order")
    said = FolderSettings(kind="folder", name="drop", path=tmp_path / "drop", site="east")
    Looks(said).look()
    assert (health("drop").failure, health("drop").failures, received()) == ("site", 1, [])
    assert [path.name for path in (tmp_path / "drop").iterdir()] == ["a.txt"]
    ledger.make_site("east", "East", "root")
    SourceState.objects.update(not_before=None)
    Looks(said).look()
    assert (health("drop").failure, received()) == ("", ["a.txt"])


# --- S3 -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("after", ["move", "tag", "leave"])
def test_each_object_is_taken_once_whatever_becomes_of_it(s3: Any, s3_address: str, after: str) -> None:
    for number in range(5):
        s3.put_object(Bucket="faxes", Key=f"in/Zanzibar {number}.tif", Body=f"fax {number}".encode())
    s3.put_object(Bucket="faxes", Key="elsewhere/x.tif", Body=b"not ours")
    looks = Looks(bucket(s3_address, prefix="in/", done_prefix="in/.done/", after=after, page=2))
    looks.look(8)
    assert received() == [f"Zanzibar {number}.tif" for number in range(5)]
    assert {row.sightings for row in ledger.documents()} == {1}
    keys = {each["Key"] for each in s3.list_objects_v2(Bucket="faxes")["Contents"]}
    ids = {row.id for row in ledger.documents()}
    if after == "move":
        assert keys == {f"in/.done/{each}" for each in ids} | {"elsewhere/x.tif"}
    else:
        assert len(keys) == 6
    if after == "tag":
        tags = s3.get_object_tagging(Bucket="faxes", Key="in/Zanzibar 0.tif")["TagSet"]
        assert tags[0]["Value"] in ids
    # An object written anew under its old name is another one.
    s3.put_object(Bucket="faxes", Key="in/Zanzibar 0.tif", Body=b"a correction")
    looks.look(4)
    assert len(received()) == 6 and ledger.verify() == []


def test_events_in_a_queue_tell_of_objects(s3: Any, s3_address: str) -> None:
    queue = s3_client(s3_address, "sqs")
    url = queue.create_queue(QueueName="events")["QueueUrl"]
    s3.put_object(Bucket="faxes", Key="a b.tif", Body=b"fax")
    event = {"Records": [{"eventName": "ObjectCreated:Put", "s3": {"object": {"key": "a+b.tif"}}}]}
    for body in (json.dumps(event), json.dumps({"Event": "s3:TestEvent"}), "no JSON at all", '["a list"]'):
        queue.send_message(QueueUrl=url, MessageBody=body)
    looks = Looks(bucket(s3_address, queue=url, after="leave"))
    looks.look(2)
    assert received() == ["a b.tif"]
    said = queue.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    assert said["ApproximateNumberOfMessages"] == said["ApproximateNumberOfMessagesNotVisible"] == "0"


def test_an_object_over_the_limit_is_set_aside_at_once(
    s3: Any, s3_address: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CLEARORDER_MAX_BYTES", "10")
    settings.cache_clear()
    s3.put_object(Bucket="faxes", Key="big.tif", Body=b"x" * 11)
    s3.put_object(Bucket="faxes", Key="good.tif", Body=b"x" * 10)
    Looks(bucket(s3_address)).look()
    assert received() == ["good.tif"]
    assert [(each.key, each.failure) for each in ledger.set_aside()] == [("big.tif", "too_large")]


# --- the mailbox --------------------------------------------------------------------------------------------------


def mailbox(server: Dovecot, user: str, **said: Any) -> ImapSettings:
    base = {"kind": "imap", "name": "mail", "host": HOST, "port": server.port, "security": "none", "user": user}
    return ImapSettings(**{**base, "password": IMAP_PASSWORD, **said})


def sent(server: Dovecot, user: str, *subjects: str) -> imaplib.IMAP4:
    client = imaplib.IMAP4(HOST, server.port)
    client.login(user, IMAP_PASSWORD)
    for subject in subjects:
        message = EmailMessage()
        message["Subject"] = subject
        message.set_content(f"order {subject} \u00e4")
        client.append("INBOX", "", None, message.as_bytes())
    client.select("INBOX")
    return client


def unread(client: imaplib.IMAP4) -> int:
    client.noop()
    return len(client.search(None, "UNSEEN")[1][0].split())


def test_messages_are_moved_once_their_bytes_are_durable(imap: Dovecot) -> None:
    client = sent(imap, "mover", "one", "two/three")
    looks = Looks(mailbox(imap, "mover", done_folder="Done"))
    looks.look(3)
    assert received() == ["one.eml", "two-three.eml"]
    assert {row.sightings for row in ledger.documents()} == {1}
    assert unread(client) == 0
    client.select("Done")
    assert unread(client) == 2
    body = ledger.document_bytes(ledger.documents()[0].id)
    assert body.startswith(b"Subject: ") and b"order" in body


def test_messages_that_stay_are_taken_once_and_stay_unread(imap: Dovecot) -> None:
    client = sent(imap, "stayer", "one", "two")
    looks = Looks(mailbox(imap, "stayer"))
    looks.look(3)
    sent(imap, "stayer", "three").logout()
    # Another process, which remembers nothing, asks the ledger.
    looks.sources.end()
    Looks(mailbox(imap, "stayer"), holder="schedules-2").look(2)
    assert received() == ["one.eml", "three.eml", "two.eml"]
    assert {row.sightings for row in ledger.documents()} == {1} and unread(client) == 3


def test_messages_numbered_anew_are_the_same_documents(imap: Dovecot) -> None:
    client = sent(imap, "anew", "one")
    Looks(mailbox(imap, "anew")).look()
    client.create("Kept")
    client.copy("1", "Kept")
    looks = Looks(mailbox(imap, "anew", name="kept", folder="Kept"))
    looks.look()
    client.delete("Kept")
    client.create("Kept")
    client.copy("1", "Kept")
    looks.look(2)
    (document,) = ledger.documents()
    assert document.sightings == 3 and ledger.verify() == []


def test_a_message_over_the_limit_is_set_aside_by_its_header(imap: Dovecot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLEARORDER_MAX_BYTES", "1000")
    settings.cache_clear()
    sent(imap, "large", "x" * 2000, "small")
    Looks(mailbox(imap, "large")).look()
    assert received() == ["small.eml"]
    assert [each.failure for each in ledger.set_aside()] == ["too_large"]


# --- SFTP ---------------------------------------------------------------------------------------------------------


def test_an_sftp_drop_is_emptied_file_by_file(tmp_path: Path) -> None:
    root = tmp_path / "far"
    (root / "drop" / "sub").mkdir(parents=True)
    (root / "drop" / "a.txt").write_bytes(b"one")
    (root / "drop" / "sub" / "b.txt").write_bytes(b"x" * 600_000)
    (root / "drop" / "c.txt.part").write_bytes(b"half")
    with sftp_server(root) as (port, key):
        hosts = paramiko.HostKeys()
        hosts.add(f"[{HOST}]:{port}", key.get_name(), key)
        hosts.save(str(tmp_path / "known_hosts"))
        said = {"kind": "sftp", "name": "drop", "host": HOST, "port": port, "user": "fax", "path": "/drop"}
        good = SftpSettings(**said, password=IMAP_PASSWORD, known_hosts=tmp_path / "known_hosts")
        Looks(good).look(2)
        assert received() == ["a.txt", "b.txt"]
        assert {path.name for path in (root / "drop" / ".done").iterdir()} == {row.id for row in ledger.documents()}
        (tmp_path / "nobody").touch()
        for name, change in (
            ("stranger", {"known_hosts": tmp_path / "nobody"}),
            ("wrong", {"password": SecretStr("no")}),
            ("nowhere", {"path": "/no"}),
        ):
            Looks(good.model_copy(update={"name": name, **change})).look()
        assert [health(name).failure for name in ("stranger", "wrong", "nowhere")] == ["credentials"] * 2 + ["gone"]


# --- what is away -------------------------------------------------------------------------------------------------


def test_what_is_wrong_with_a_source_is_named(s3: Any, s3_address: str, imap: Dovecot) -> None:
    nowhere = free_port()
    oauth = OAuthSettings(token_url=f"{s3_address}/no-such-token", client_id="c", client_secret="s")
    cases: dict[str, tuple[AnySource, str]] = {
        "s3-gone": (bucket(s3_address, name="s3-gone", bucket="no-such-bucket"), "gone"),
        "s3-away": (bucket(f"http://{HOST}:{nowhere}", name="s3-away"), "unreachable"),
        "imap-wrong": (mailbox(imap, "a", name="imap-wrong", password="wrong"), "credentials"),
        "imap-gone": (mailbox(imap, "a", name="imap-gone", folder="Nowhere"), "gone"),
        "imap-away": (mailbox(imap, "a", name="imap-away", port=nowhere), "unreachable"),
        "imap-token": (mailbox(imap, "a", name="imap-token", oauth=oauth), "credentials"),
    }
    Looks(*(said for said, _ in cases.values())).look()
    assert {name: health(name).failure for name in cases} == {name: code for name, (_, code) in cases.items()}


@pytest.mark.parametrize(
    "sources",
    [
        [{"kind": "folder", "name": "folder", "path": "/x"}],
        [{"kind": "folder", "name": "twice", "path": "/x"}, {"kind": "folder", "name": "twice", "path": "/y"}],
        [{"kind": "folder", "name": "Anna Abbott", "path": "/x"}],
        [{"kind": "ftp", "name": "old"}],
        [{"kind": "s3", "name": "a", "bucket": "b", "nonsense": 1}],
    ],
)
def test_sources_that_make_no_sense_are_refused(sources: list[dict[str, str]]) -> None:
    with pytest.raises(ValueError):
        Settings(sources=sources)
