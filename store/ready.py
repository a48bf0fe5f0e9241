"""Importing this makes Django ready in a process that is not the desk, so that tables can be imported after it."""

from __future__ import annotations

import os

import django
from django.apps import apps

if not (apps.ready or apps.loading):
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "desk.settings")
    django.setup()
