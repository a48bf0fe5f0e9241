"""Files of knowledge: where a fault stands, and the last good reading that stays in force."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from orders.knowledge import FileFault, Held, KeyFault, Source
from orders.suitability import TABLE, suitabilities

TEXT = """# a comment
name = "x"

[rules.one]
severity = "a"
clerk = { none = "b" }

[rules.two.clerk]   # with a comment
none = "c"

[[exam]]
reason = "first"

[[exam]]
reason = "second"
ages = [
    1,
    2,
]
"""


@pytest.mark.parametrize(
    ("key", "nth", "line"),
    [
        ("name", 0, 2),
        ("version", 0, 1),
        ("rules.one", 0, 4),
        ("rules.one.severity", 0, 5),
        ("rules.one.clerk.none", 0, 6),
        ("rules.one.authority", 0, 4),
        ("rules.two.clerk.none", 0, 9),
        ("exam.reason", 0, 12),
        ("exam.reason", 1, 15),
        ("exam.ages", 1, 16),
        ("exam.sex", 1, 14),
    ],
)
def test_the_line_of_a_key(key: str, nth: int, line: int) -> None:
    assert Source(TEXT, "x.toml").line(key, nth) == line


@pytest.mark.parametrize(
    ("text", "line"), [('name = "x"\nversion = \n', 2), ('name = "x"\nname = "y"\n', 2), ("[rules\n", 1)]
)
def test_the_line_of_what_is_no_toml(text: str, line: int) -> None:
    with pytest.raises(KeyFault, match="no TOML") as refused:
        Source(text, "x.toml")
    assert refused.value.line == line


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (('"prostate"', '"prostrate"'), "no such value 'prostrate'"),
        (('sex = "M"', 'sex = "male"'), "no sex 'male'"),
        (("[10, 60]", "[60, 10]"), "first and the last year"),
        (("[10, 60]", '["10", "60"]'), "first and the last year"),
        (("ages = [35, 120]\n", ""), "for whom"),
        (('technique = "screening"\nsex', 'technic = "screening"\nsex'), "no such key"),
        (('reason = "the organ is a man\'s"\n', ""), "missing"),
    ],
)
def test_a_table_of_suitability_with_a_fault_is_refused(tmp_path: Path, change: tuple[str, str], said: str) -> None:
    path = tmp_path / "table.toml"
    text = TABLE.read_text("utf-8")
    assert change[0] in text
    path.write_text(text.replace(*change, 1), "utf-8")
    with pytest.raises(KeyFault, match=said) as refused:
        suitabilities(path)
    assert refused.value.file == "table.toml" and refused.value.line > 5


def words(folder: Path | None) -> tuple[str, ...]:
    """Read the word of each file, as a pack would be read."""
    assert folder is not None
    return tuple(Source.read(path).data["word"] for path in sorted(folder.glob("*.toml")))


def write(path: Path, text: str, at: int) -> None:
    path.write_text(text, "utf-8")
    os.utime(path, (at, at))


def test_the_last_good_reading_stays_in_force(tmp_path: Path) -> None:
    told: list[FileFault] = []
    held = Held(tmp_path, words, told.append)
    write(tmp_path / "a.toml", 'word = "one"', 1)
    assert held.book() == ("one",)
    write(tmp_path / "a.toml", 'word = "two"', 2)
    assert held.book() == ("two",)
    write(tmp_path / "a.toml", "word = three", 3)
    assert held.book() == ("two",) and held.book() == ("two",)
    assert held.refused is told[0] and len(told) == 1 and "a.toml, line 1" in str(told[0])
    write(tmp_path / "a.toml", "word = four", 4)
    assert held.book() == ("two",) and len(told) == 2
    write(tmp_path / "a.toml", 'word = "five"', 5)
    assert held.book() == ("five",) and held.refused is None
    write(tmp_path / "b.toml", 'word = "six"', 5)
    assert held.book() == ("five", "six")
    (tmp_path / "b.toml").unlink()
    assert held.book() == ("five",)


def test_with_no_good_reading_yet_there_is_nothing_to_go_on_with(tmp_path: Path) -> None:
    write(tmp_path / "a.toml", "word = one", 1)
    held = Held(tmp_path, words)
    for _ in range(2):
        with pytest.raises(KeyFault):
            held.book()
    write(tmp_path / "a.toml", 'word = "one"', 2)
    assert held.book() == ("one",)


def test_a_folder_is_read_once_while_nothing_changes(tmp_path: Path) -> None:
    read: list[int] = []
    held = Held(tmp_path, lambda folder: read.append(1) or len(read))
    assert [held.book() for _ in range(3)] == [1, 1, 1]
