"""The outbox folder: whole files, opaque names, and no harm in laying twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateways.outbox import lay


def test_a_file_is_laid_whole_in_the_folder_of_its_kind(tmp_path: Path) -> None:
    path = lay(tmp_path / "outbox", "letter", "7K3M9QXA-letter-1.pdf", b"%PDF")
    assert path == tmp_path / "outbox" / "letters" / "7K3M9QXA-letter-1.pdf"
    assert lay(tmp_path / "outbox", "letter", "7K3M9QXA-letter-1.pdf", b"%PDF") == path
    assert [each.name for each in path.parent.iterdir()] == [path.name]
    assert path.read_bytes() == b"%PDF"


@pytest.mark.parametrize("name", ["Abbott-letter-1.pdf", "../A-letter-1.pdf", "A-letter-1.pdf/..", "A-letter.pdf", ""])
def test_a_name_that_is_not_opaque_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(ValueError):
        lay(tmp_path, "letter", name, b"")
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_refuses_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "letters").mkdir()
    (tmp_path / "letters" / "A-letter-1.pdf").mkdir()
    with pytest.raises(OSError):
        lay(tmp_path, "letter", "A-letter-1.pdf", b"%PDF")
    assert [path.name for path in (tmp_path / "letters").iterdir()] == ["A-letter-1.pdf"]
