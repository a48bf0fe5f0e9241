"""The fixture that draws pages."""

from __future__ import annotations

import pytest
from drawn_views import Drawn, drawn


@pytest.fixture
def draw() -> Drawn:
    return drawn
