"""The supervised processes of the site that is soaked: `python -m benchmarks.soaking.site [prefect]`."""

from __future__ import annotations

import sys

from config import settings
from flows import logs
from flows.supervisor import Supervisor, everything

WORKER = (sys.executable, "-m", "benchmarks.soaking.worker")

if __name__ == "__main__":
    site = settings()
    (site.data / "logs").mkdir(parents=True, exist_ok=True)
    logs.configure("supervisor", (site.data / "logs" / "supervisor.log").open("a", encoding="utf-8"))
    left_out = () if "prefect" in sys.argv else ("prefect", "desk")
    programs = [each for each in everything(site, WORKER) if each.name not in left_out]
    Supervisor(programs, site, print).run(lambda: print("ready", flush=True))
