"""A ledger in a throw-away folder, a clerk who is signed in, and people to tell apart."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import Group, User
from django.core.cache import cache
from django.test import Client

import config
from store.bytes import document_store


@pytest.fixture(autouse=True)
def desk_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[Path]:
    """The data folder that settings and document store use during the test."""
    monkeypatch.setenv("CLEARORDER_DATA", str(tmp_path))
    # Slow on purpose in production, and no part of what is tested here.
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.WHITENOISE_USE_FINDERS = False
    config.settings.cache_clear()
    document_store.cache_clear()
    cache.clear()
    yield tmp_path
    config.settings.cache_clear()
    document_store.cache_clear()


def desk_person(name: str, password: str, role: str) -> User:
    """A person of the desk with one role."""
    made = User.objects.create_user(name, password=password, is_staff=True)
    made.groups.add(Group.objects.get(name=role))
    return made


@pytest.fixture
def mara(db: None) -> User:
    return desk_person("mara", "a long pass-word", "clerk")


@pytest.fixture
def jonah(db: None) -> User:
    return desk_person("jonah", "another pass-word", "clerk")


@pytest.fixture
def clerk(mara: User) -> Client:
    """A browser in which mara is signed in."""
    client = Client()
    client.force_login(mara)
    return client


@pytest.fixture
def lead(db: None) -> Client:
    """A browser in which nora, a lead, is signed in."""
    client = Client()
    client.force_login(desk_person("nora", "a third pass-word", "lead"))
    return client


@pytest.fixture
def colleague(jonah: User) -> Client:
    """A browser in which jonah is signed in."""
    client = Client()
    client.force_login(jonah)
    return client
