"""Moving the work: workers, schedules and the one place that knows Prefect.

Prefect reads its settings when it is imported, so they are set here, before any
module of this folder can import it: no network, nothing of a document on disk.
"""

from __future__ import annotations

import os

from config import settings
from flows.environment import environment

os.environ.update(environment(settings()))
