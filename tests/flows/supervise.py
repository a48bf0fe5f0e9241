"""What `clearorder up` and `clearorder work` do, with toy workers: `python supervise.py up|work`."""

from __future__ import annotations

import sys
from pathlib import Path

from config import settings
from flows import logs
from flows.supervisor import Supervisor, everything, workers

WORKER = (sys.executable, str(Path(__file__).parent / "toy_worker.py"))

if __name__ == "__main__":
    site = settings()
    (site.data / "logs").mkdir(parents=True, exist_ok=True)
    logs.configure("supervisor", (site.data / "logs" / "supervisor.log").open("a", encoding="utf-8"))
    programs = everything(site, WORKER) if sys.argv[1] == "up" else workers(site.workers, WORKER)
    Supervisor(programs, site, print).run(lambda: print("ready", flush=True))
