"""The settings: safe in production as Django judges it, and a secret that only its owner can read."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from desk.settings import kept_secret

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(("production", "clean"), [("true", True), ("false", False)])
def test_production_passes_the_deployment_check_and_a_trial_does_not(tmp_path, production, clean):
    environment = {
        **os.environ,
        "CLEARORDER_DATA": str(tmp_path),
        "CLEARORDER_PRODUCTION": production,
        "DJANGO_SETTINGS_MODULE": "desk.settings",
    }
    command = [
        sys.executable,
        "-m",
        "django",
        "check",
        "--deploy",
        "--fail-level",
        "WARNING",
        "--pythonpath",
        str(ROOT),
    ]
    told = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, timeout=120)
    assert (told.returncode == 0) is clean, told.stderr


def test_the_secret_is_made_once_and_is_its_owners(tmp_path):
    path = tmp_path / "data" / "secret"
    secret = kept_secret(path)
    assert len(secret) >= 50 and kept_secret(path) == secret
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert [each.name for each in path.parent.iterdir()] == ["secret"]
