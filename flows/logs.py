"""Logs with ids only: what went where and when, never a word of a document.

Messages of exceptions and of other people's libraries may quote what they were
working on, so of an exception the type and the place are kept, and of a
library's log line its logger and level.
"""

from __future__ import annotations

import logging
import sys
import traceback
from types import TracebackType
from typing import TextIO

import structlog


def configure(process: str, file: TextIO = sys.stdout) -> None:
    """Send this process's log to `file`, one JSON object a line, and silence what could quote a document."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(file),
    )
    structlog.contextvars.bind_contextvars(process=process)
    foreign = _Foreign(logging.WARNING)
    logging.root.handlers = [foreign]
    for name in list(logging.root.manager.loggerDict):
        # Libraries bring handlers of their own (Prefect's prints tracebacks); each goes through the root's instead.
        logging.getLogger(name).handlers = []
        logging.getLogger(name).propagate = True
    sys.excepthook = _uncaught


def place(error: BaseException) -> str:
    """Return where an exception arose, as `file:line` of its innermost frame."""
    frames = traceback.extract_tb(error.__traceback__)
    return f"{frames[-1].filename}:{frames[-1].lineno}" if frames else ""


class _Foreign(logging.Handler):
    """Passes on that a library had something to say, and not what."""

    def emit(self, record: logging.LogRecord) -> None:
        kind = record.exc_info[0].__name__ if record.exc_info and record.exc_info[0] else ""
        structlog.get_logger().warning("library", logger=record.name, severity=record.levelname, error=kind)


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    structlog.get_logger().error("uncaught", error=kind.__name__, place=place(error))
