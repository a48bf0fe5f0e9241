"""What is unsafe is named, and what is near it is not."""

from __future__ import annotations

from pathlib import Path

import pytest

from config import Settings
from store.safety import unsafe

MAIL = {"kind": "imap", "name": "mail", "user": "fax", "password": "x"}
FAR = "postgresql://clearorder:hush@db.example/clearorder"


@pytest.mark.parametrize(
    ("said", "word"),
    [
        ({}, ""),
        ({"allowed_hosts": ["*"]}, "allowed_hosts"),
        ({"metrics_token": "short"}, "metrics_token"),
        ({"metrics_token": "x" * 16}, ""),
        ({"database_url": FAR}, "sslmode"),
        ({"database_url": f"{FAR}?sslmode=prefer"}, "sslmode"),
        ({"database_url": f"{FAR}?sslmode=verify-full"}, ""),
        ({"database_url": "postgresql://clearorder@127.0.0.1/clearorder"}, ""),
        ({"s3_endpoint": "http://store.example"}, "s3_endpoint"),
        ({"s3_endpoint": "https://store.example"}, ""),
        ({"s3_endpoint": "http://127.0.0.1:9000"}, ""),
        ({"sources": [{**MAIL, "host": "mail.example", "security": "none"}]}, "mail"),
        ({"sources": [{**MAIL, "host": "mail.example"}]}, ""),
    ],
)
def test_unsafe_settings_are_named(tmp_path: Path, said: dict[str, object], word: str) -> None:
    tmp_path.chmod(0o700)
    found = unsafe(Settings(**{"data": tmp_path, **said}))
    assert word in " ".join(found) if word else found == []
    assert "hush" not in " ".join(found)


@pytest.mark.parametrize(("mode", "word"), [(0o755, "chmod"), (0o750, ""), (0o700, "")])
def test_a_data_folder_that_others_may_enter_is_named(tmp_path: Path, mode: int, word: str) -> None:
    tmp_path.chmod(mode)
    found = unsafe(Settings(data=tmp_path))
    assert word in " ".join(found) if word else found == []


def test_secrets_that_others_may_read_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "data").mkdir(mode=0o700)
    (tmp_path / "clearorder_secret_key").write_text("hush")
    monkeypatch.setenv("CLEARORDER_SECRETS", str(tmp_path))
    for mode, number in ((0o644, 1), (0o640, 0)):
        (tmp_path / "clearorder_secret_key").chmod(mode)
        settings = Settings(data=tmp_path / "data")
        assert settings.secret_key and settings.secret_key.get_secret_value() == "hush"
        assert len(unsafe(settings)) == number
