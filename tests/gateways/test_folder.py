"""The watched folder and its near-misses: growing, renamed, empty, twice the same, cut short."""

from __future__ import annotations

import hashlib
import io
import os
import zipfile
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path
from typing import BinaryIO

import pytest
from PIL import Image

from gateways.endings import whole
from gateways.folder import WatchedFolder
from gateways.settling import PATIENCE
from gateways.source import Away, NotYet, TooLarge

SETTLE = 2.0


class Clock:
    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Receiver:
    """Keeps what it is given, as the ledger would; says its hash."""

    def __init__(self) -> None:
        self.seen: list[tuple[str, str, bytes]] = []
        self.meanwhile: Callable[[], object] = lambda: None

    def __call__(self, file: BinaryIO, name: str, key: str) -> str:
        data = file.read()
        self.seen.append((name, key, data))
        self.meanwhile()
        return hashlib.sha256(data).hexdigest()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    (tmp_path / "inbox").mkdir()
    return tmp_path / "inbox"


@pytest.fixture
def watched(inbox: Path, clock: Clock) -> WatchedFolder:
    return WatchedFolder("inbox", inbox, SETTLE, clock=clock)


def look(watched: WatchedFolder, clock: Clock, receiver: Receiver, seconds: float) -> tuple[str, ...]:
    clock.now += seconds
    received = []
    for offer in watched.offers():
        with watched.open(offer, 1_000) as opened:
            received.append(receiver(opened.file, opened.name, offer.key))
        watched.put_away(offer, received[-1])
    return tuple(received)


def test_a_file_is_picked_up_when_it_stood_still_and_moved_when_it_is_safe(
    inbox: Path, watched: WatchedFolder, clock: Clock
) -> None:
    (inbox / "Abbott Anna.txt").write_bytes(b"an order")
    receiver = Receiver()
    assert look(watched, clock, receiver, 0) == ()
    assert look(watched, clock, receiver, SETTLE - 0.1) == ()
    (opaque,) = look(watched, clock, receiver, 0.2)
    assert receiver.seen == [("Abbott Anna.txt", "Abbott Anna.txt", b"an order")]
    assert [path.relative_to(inbox).as_posix() for path in inbox.rglob("*") if path.is_file()] == [f".done/{opaque}"]
    assert look(watched, clock, receiver, 10) == ()


def test_a_growing_file_is_left_alone(inbox: Path, watched: WatchedFolder, clock: Clock) -> None:
    receiver = Receiver()
    with (inbox / "a.txt").open("wb") as file:
        for _ in range(5):
            file.write(b"more")
            file.flush()
            assert look(watched, clock, receiver, SETTLE) == ()
    assert len(look(watched, clock, receiver, SETTLE)) == 1
    assert receiver.seen[0][2] == b"more" * 5


def test_a_file_rewritten_at_the_same_size_is_left_alone(inbox: Path, watched: WatchedFolder, clock: Clock) -> None:
    receiver = Receiver()
    path = inbox / "a.txt"
    path.write_bytes(b"old!")
    look(watched, clock, receiver, 0)
    path.write_bytes(b"new!")
    os.utime(path, (1, 1))
    assert look(watched, clock, receiver, SETTLE) == ()
    assert len(look(watched, clock, receiver, SETTLE)) == 1


def test_a_renamed_file_is_picked_up_once_under_its_last_name(
    inbox: Path, watched: WatchedFolder, clock: Clock
) -> None:
    receiver = Receiver()
    (inbox / "a.part").write_bytes(b"order")
    assert look(watched, clock, receiver, 60) == ()
    (inbox / "a.part").rename(inbox / "a.txt")
    assert look(watched, clock, receiver, 60) == ()
    (inbox / "a.txt").rename(inbox / "b.txt")
    assert look(watched, clock, receiver, SETTLE) == ()
    assert len(look(watched, clock, receiver, SETTLE)) == 1
    assert [name for name, _, _ in receiver.seen] == ["b.txt"]


@pytest.mark.parametrize("name", [".hidden", "~lock.pdf", "scan.PDF.tmp", "scan.filepart"])
def test_what_is_no_finished_file_by_its_name_is_left(
    inbox: Path, watched: WatchedFolder, clock: Clock, name: str
) -> None:
    (inbox / name).write_bytes(b"x")
    look(watched, clock, Receiver(), 0)
    assert look(watched, clock, Receiver(), 1000) == ()


def test_links_and_folders_are_no_files_but_subfolders_are_watched(
    inbox: Path, watched: WatchedFolder, clock: Clock, tmp_path: Path
) -> None:
    (tmp_path / "secret.txt").write_bytes(b"elsewhere")
    (inbox / "link.txt").symlink_to(tmp_path / "secret.txt")
    (inbox / "scanner 2").mkdir()
    (inbox / "scanner 2" / "a.txt").write_bytes(b"order")
    receiver = Receiver()
    look(watched, clock, receiver, 0)
    assert len(look(watched, clock, receiver, SETTLE)) == 1
    assert receiver.seen[0][:2] == ("a.txt", "scanner 2/a.txt")
    assert (tmp_path / "secret.txt").read_bytes() == b"elsewhere"


@pytest.mark.parametrize("data", [b"", b"%PDF-1.4 cut short"])
def test_a_file_without_an_end_waits_longer_but_not_for_good(
    inbox: Path, watched: WatchedFolder, clock: Clock, data: bytes
) -> None:
    (inbox / "a.pdf").write_bytes(data)
    receiver = Receiver()
    look(watched, clock, receiver, 0)
    assert look(watched, clock, receiver, SETTLE * (PATIENCE - 1)) == ()
    assert len(look(watched, clock, receiver, SETTLE)) == 1
    assert receiver.seen[0][2] == data


def test_the_same_bytes_twice_are_both_handed_in(inbox: Path, watched: WatchedFolder, clock: Clock) -> None:
    (inbox / "a.txt").write_bytes(b"order")
    (inbox / "b.txt").write_bytes(b"order")
    receiver = Receiver()
    look(watched, clock, receiver, 0)
    assert len(look(watched, clock, receiver, SETTLE)) == 2
    assert [key for _, key, _ in receiver.seen] == ["a.txt", "b.txt"]
    assert len(list((inbox / ".done").iterdir())) == 1


def test_a_file_changed_while_it_is_read_stays_and_comes_again(
    inbox: Path, watched: WatchedFolder, clock: Clock
) -> None:
    path = inbox / "a.txt"
    path.write_bytes(b"half")
    receiver = Receiver()
    receiver.meanwhile = lambda: path.write_bytes(b"half and half")
    look(watched, clock, receiver, 0)
    look(watched, clock, receiver, SETTLE)
    assert path.exists()
    receiver.meanwhile = lambda: None
    look(watched, clock, receiver, 0)
    look(watched, clock, receiver, SETTLE)
    assert [data for _, _, data in receiver.seen] == [b"half", b"half and half"]
    assert not path.exists()


def test_a_marker_says_that_a_file_is_finished(inbox: Path, clock: Clock) -> None:
    watched = WatchedFolder("inbox", inbox, SETTLE, ".ok", clock)
    (inbox / "a.pdf").write_bytes(b"%PDF-1.4 whose end no program would know")
    receiver = Receiver()
    look(watched, clock, receiver, 0)
    assert look(watched, clock, receiver, 1000) == ()
    (inbox / "a.pdf.ok").touch()
    assert len(look(watched, clock, receiver, 1)) == 1
    assert [path.name for path in inbox.iterdir()] == [".done"]


def test_a_file_that_is_not_the_one_offered_is_not_handed_in(inbox: Path, watched: WatchedFolder, clock: Clock) -> None:
    path = inbox / "a.txt"
    for change in (path.unlink, lambda: path.write_bytes(b"longer than it was")):
        path.write_bytes(b"order")
        watched.offers()
        clock.now += SETTLE
        (offer,) = watched.offers()
        change()
        with pytest.raises(NotYet), watched.open(offer, 1_000):
            pass
        # Nor is what lies there now moved away for it.
        watched.put_away(offer, "opaque")
        assert not (inbox / ".done").exists()


def test_a_file_over_the_limit_is_not_opened(inbox: Path, watched: WatchedFolder, clock: Clock) -> None:
    (inbox / "a.txt").write_bytes(b"x" * 1_001)
    with pytest.raises(TooLarge):
        look(watched, clock, Receiver(), 0)
        look(watched, clock, Receiver(), SETTLE)


def test_a_folder_that_refuses_to_have_a_file_moved_says_so_and_moves_it_later(
    inbox: Path, watched: WatchedFolder, clock: Clock
) -> None:
    (inbox / "a.txt").write_bytes(b"order")
    (inbox / ".done").write_bytes(b"in the way")
    watched.offers()
    clock.now += SETTLE
    (offer,) = watched.offers()
    with pytest.raises(OSError):
        watched.put_away(offer, "opaque")
    (inbox / ".done").unlink()
    watched.put_away(offer, "opaque")
    watched.put_away(offer, "opaque")
    assert [path.name for path in (inbox / ".done").iterdir()] == ["opaque"]


def test_a_folder_that_is_away_is_named(tmp_path: Path) -> None:
    with pytest.raises(Away, match="gone"):
        WatchedFolder("inbox", tmp_path / "gone", SETTLE).offers()


def picture(form: str, **options: object) -> bytes:
    out = io.BytesIO()
    frames = [Image.effect_noise((300, 200), 90).convert("1" if form == "TIFF" else "L") for _ in range(2)]
    more = {"save_all": True, "append_images": frames[1:]} if form in ("TIFF", "PDF") else {}
    frames[0].save(out, form, **more, **options)
    return out.getvalue()


def mail(attach: bool) -> bytes:
    message = EmailMessage()
    message["Subject"] = "order"
    message.set_content("see below")
    if attach:
        message.add_attachment(picture("PNG"), maintype="image", subtype="png", filename="a.png")
    return message.as_bytes()


def packed() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("a.txt", "order")
    return out.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "keep"),
    [
        ("a.tif", picture("TIFF", compression="group4"), 0.7),
        ("a.tif", picture("TIFF", compression="raw"), 0.7),
        ("a.pdf", picture("PDF"), 0.9),
        ("a.jpg", picture("JPEG"), 0.9),
        ("a.png", picture("PNG"), 0.9),
        ("a.zip", packed(), 0.9),
        ("a.eml", mail(True), 0.9),
        ("fax-without-ending", picture("TIFF", compression="group4"), 0.7),
    ],
)
def test_the_end_of_a_file_tells_whether_it_is_whole(tmp_path: Path, name: str, data: bytes, keep: float) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    assert whole(path)
    path.write_bytes(data[: int(len(data) * keep)])
    assert not whole(path)


@pytest.mark.parametrize(("name", "data"), [("a.eml", mail(False)), ("a.txt", b"x"), ("a.pdf", b"no PDF at all")])
def test_what_has_no_mark_at_its_end_counts_as_whole(tmp_path: Path, name: str, data: bytes) -> None:
    (tmp_path / name).write_bytes(data)
    assert whole(tmp_path / name)


@pytest.mark.parametrize(
    "data", [b"II*\0", b"II*\0\0\0\0\0", b"II*\0\x08\0\0\0", b"II*\0\x08\0\0\0\xff\xff", b"MM\0*\xff\xff\xff\xff"]
)
def test_a_tiff_that_is_nothing_but_a_beginning(tmp_path: Path, data: bytes) -> None:
    (tmp_path / "a.tif").write_bytes(data)
    assert not whole(tmp_path / "a.tif")


def test_a_tiff_whose_directories_go_in_a_circle_ends(tmp_path: Path) -> None:
    (tmp_path / "a.tif").write_bytes(b"II*\0\x08\0\0\0" + b"\0\0" + b"\x08\0\0\0")
    assert whole(tmp_path / "a.tif")
