"""The house's floors: imports go down only, siblings do not meet, one heavy library a folder."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent

FLOORS = {
    "documents": 1,
    "orders": 2,
    "extractors": 3,
    "classifiers": 3,
    "store": 3,
    "gateways": 3,
    "clarifications": 3,
    "pipeline": 4,
    "batch": 5,
    "desk": 5,
    "flows": 5,
    "console": 6,
    "upkeep": 7,
    "clearorder": 8,
}

# `config` holds no logic and may be read where a process is put together, not below.
READS_CONFIG = {"store", "gateways", "flows", "desk", "console", "upkeep", "clearorder", "clarifications", "pipeline"}

HEAVY = {
    "cv2": {"documents"},
    "pytesseract": {"documents"},
    "pypdfium2": {"documents"},
    "pdfplumber": {"documents"},
    "onnxruntime": {"documents"},
    "rapidocr": {"documents"},
    "zxingcpp": {"documents"},
    "spacy": {"extractors"},
    "sklearn": {"classifiers", "extractors"},
    "django": {"store", "desk", "clearorder"},
    "prefect": {"flows"},
    "boto3": {"gateways", "store"},
    "psycopg": {"store"},
    "cryptography": {"store"},
    "paramiko": {"gateways"},
    "imap_tools": {"gateways"},
    "reportlab": {"clarifications"},
    "typer": {"console", "upkeep", "clearorder"},
}


def imports(path: Path) -> Iterator[tuple[int, str]]:
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.lineno, node.module


def breaches(home: str, name: str) -> str | None:
    """Say how an import of module `name` from folder `home` breaks the house, or None."""
    top = name.split(".")[0]
    if top in HEAVY and home not in HEAVY[top]:
        return f"{top} belongs to {' and '.join(sorted(HEAVY[top]))}"
    if top == "config" and home not in READS_CONFIG:
        return "settings are handed in from above"
    if top in FLOORS and top != home and FLOORS[top] >= FLOORS[home]:
        return f"{top} is on floor {FLOORS[top]}, {home} on floor {FLOORS[home]}"
    return None


def sources() -> list[tuple[str, Path]]:
    found = []
    for home in FLOORS:
        folder = ROOT / home
        files = folder.rglob("*.py") if folder.is_dir() else [ROOT / f"{home}.py"]
        found += [(home, path) for path in files if path.exists()]
    return found


@pytest.mark.parametrize(("home", "path"), sources(), ids=lambda item: item.name if isinstance(item, Path) else item)
def test_imports_go_down_only(home: str, path: Path) -> None:
    broken = [
        f"{path.relative_to(ROOT)}:{line}: {why}" for line, name in imports(path) if (why := breaches(home, name))
    ]
    assert not broken, "\n".join(broken)


@pytest.mark.parametrize(
    ("home", "name", "breaks"),
    [
        ("documents", "orders.order", True),
        ("extractors", "classifiers.exam", True),
        ("extractors", "documents.page", False),
        ("orders", "config", True),
        ("store", "spacy", True),
        ("flows", "prefect.states", False),
        ("desk", "flows", True),
        ("clearorder", "flows.worker", False),
    ],
)
def test_the_rule_itself(home: str, name: str, breaks: bool) -> None:
    assert (breaches(home, name) is not None) == breaks


def test_every_folder_of_code_has_a_floor() -> None:
    skipped = {"tests", "benchmarks", "sample_docs", "build"}
    homes = {path.parent.name for path in ROOT.glob("*/__init__.py")} - skipped
    assert homes <= set(FLOORS)
