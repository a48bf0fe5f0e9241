"""What Prefect is told: where it lives, and that it keeps to itself."""

from __future__ import annotations

import http.client

from config import Settings

HOST = "127.0.0.1"


def server_url(settings: Settings) -> str:
    """Return the address of the Prefect server and its page."""
    return f"http://{HOST}:{settings.prefect_port}"


def environment(settings: Settings) -> dict[str, str]:
    """Return the environment that every process with Prefect in it runs under."""
    home = settings.data.absolute() / "prefect"
    return {
        "PREFECT_HOME": str(home),
        "PREFECT_API_URL": f"{server_url(settings)}/api",
        "PREFECT_API_DATABASE_CONNECTION_URL": f"sqlite+aiosqlite:///{home / 'prefect.sqlite3'}",
        "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
        "PREFECT_SERVER_UI_SHOW_PROMOTIONAL_CONTENT": "false",
        "PREFECT_TELEMETRY_ENABLE_RESOURCE_METRICS": "false",
        "DO_NOT_TRACK": "1",
        # Log lines and results would carry what a document says to Prefect's disk.
        "PREFECT_LOGGING_TO_API_ENABLED": "false",
        "PREFECT_RESULTS_PERSIST_BY_DEFAULT": "false",
        "PREFECT_LOGGING_LEVEL": "WARNING",
        # The ledger decides, so a server that is away must cost seconds, not minutes; `catch_up` tells it later.
        "PREFECT_CLIENT_MAX_RETRIES": "0",
        "PREFECT_API_REQUEST_TIMEOUT": "10",
        "PREFECT_CLIENT_SERVER_VERSION_CHECK_ENABLED": "false",
    }


def answers(host: str, port: int, path: str = "/") -> bool:
    """Whether a web server there answers within a second, with anything but an error of its own."""
    connection = http.client.HTTPConnection(host, port, timeout=1)
    try:
        connection.request("GET", path)
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def server_up(settings: Settings) -> bool:
    """Whether the Prefect server answers within a second."""
    return answers(HOST, settings.prefect_port, "/api/health")
