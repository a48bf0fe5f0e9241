"""Settings and file permissions that would let others see patients' data: refused in production, told of elsewhere."""

from __future__ import annotations

import stat
from pathlib import Path
from urllib.parse import parse_qs, urlparse

from config import ImapSettings, S3Settings, Settings, config_file, secrets_folder

NEAR = ("", "localhost", "127.0.0.1", "::1")
# PostgreSQL's modes in which nobody between can read along (libpq, SSL support).
ENCRYPTED = ("require", "verify-ca", "verify-full")


def unsafe(settings: Settings) -> list[str]:
    """Return what is unsafe, a sentence each, naming settings and paths and no secret."""
    found = [*_open_to_others(settings), *_in_clear(settings)]
    if "*" in settings.allowed_hosts:
        found.append("allowed_hosts names every host: name the desk's own.")
    if settings.metrics_token and len(settings.metrics_token.get_secret_value()) < 16:
        found.append("metrics_token is shorter than 16 characters.")
    return found


def _open_to_others(settings: Settings) -> list[str]:
    found = []
    for path in (settings.data, settings.data / "secret", settings.database):
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o007:
            found.append(f"{path} can be had by every account of this machine: chmod o-rwx.")
    folder = secrets_folder()
    for path in [config_file(), *(sorted(folder.iterdir()) if folder else ())]:
        if path.is_file() and stat.S_IMODE(path.stat().st_mode) & 0o007 and _secret(path, settings):
            found.append(f"{path} holds secrets and can be read by every account of this machine.")
    return found


def _secret(path: Path, settings: Settings) -> bool:
    """Whether a file may hold a secret: one of the secrets' folder, or a settings file with sources or a key."""
    return path != config_file() or bool(settings.sources or settings.secret_key or settings.database_url)


def _in_clear(settings: Settings) -> list[str]:
    found = []
    if settings.database_url:
        said = urlparse(settings.database_url.get_secret_value())
        mode = parse_qs(said.query).get("sslmode", [""])[0]
        if (said.hostname or "") not in NEAR and mode not in ENCRYPTED:
            found.append("database_url leads to another machine without sslmode=require or better.")
    addresses = {"s3_endpoint": settings.s3_endpoint}
    addresses |= {each.name: each.endpoint for each in settings.sources if isinstance(each, S3Settings)}
    for name, address in addresses.items():
        if address.startswith("http://") and urlparse(address).hostname not in NEAR:
            found.append(f"{name} is asked without TLS.")
    for each in settings.sources:
        if isinstance(each, ImapSettings) and each.security == "none" and each.host not in NEAR:
            found.append(f"The mailbox {each.name} is asked without TLS.")
    return found
