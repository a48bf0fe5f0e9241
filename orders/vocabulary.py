"""The coded values that a read referral may hold, from `vocabulary.json`."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any, Final

_RAW: Final[dict[str, Any]] = json.loads(files("orders").joinpath("vocabulary.json").read_text("utf-8"))

PAGE_TYPES: Final[tuple[str, ...]] = tuple(_RAW["page_types"])
MODALITIES: Final[dict[str, str]] = _RAW["modalities"]
BODY_REGIONS: Final[dict[str, str]] = _RAW["body_regions"]
PAIRED_REGIONS: Final[frozenset[str]] = frozenset(_RAW["paired_regions"])
LATERALITIES: Final[tuple[str, ...]] = tuple(_RAW["lateralities"])
CONTRASTS: Final[tuple[str, ...]] = tuple(_RAW["contrasts"])
TECHNIQUES: Final[dict[str, str]] = _RAW["techniques"]
PRIORITIES: Final[tuple[str, ...]] = tuple(_RAW["priorities"])
BLOCKING: Final[tuple[str, ...]] = tuple(_RAW["problems"]["blocking"])
FOLLOW_UP: Final[tuple[str, ...]] = tuple(_RAW["problems"]["follow_up"])
ROUTES: Final[tuple[str, ...]] = tuple(_RAW["routes"])
