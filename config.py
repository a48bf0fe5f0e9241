"""Every setting of clearorder in one place, each with its unit and default.

Settings come from the environment (`CLEARORDER_…`), else from files named so
(`clearorder_database_url`) in the folder that `CLEARORDER_SECRETS` names, as
container platforms lay secrets out, else from `clearorder.toml` in the working
directory (or the file that `CLEARORDER_CONFIG` names), else from the defaults.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlparse

from pydantic import BaseModel, ConfigDict, Field, SecretStr, field_validator
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SecretsSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from documents.limits import Limits

# The name of the folder `inbox` among the sources.
INBOX = "folder"


class _Source(BaseModel):
    """What every source has: a name that logs and metrics may show, so it holds nothing of a patient."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    name: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,38}$", description="its name in status, logs and metrics")
    site: str = Field("default", description="slug of the site that its documents belong to")
    urgent: bool = Field(False, description="whether its documents are read before those of other sources")


class FolderSettings(_Source):
    """A watched folder."""

    kind: Literal["folder"]
    path: Path
    marker: str = Field("", description="ending of the file that says another one is finished; empty for none")


class S3Settings(_Source):
    """A bucket. `after` says what becomes of an object that was taken."""

    kind: Literal["s3"]
    bucket: str
    prefix: str = ""
    endpoint: str = Field("", description="URL of a store that speaks S3 and is not Amazon's")
    profile: str = Field("", description="profile of the AWS credentials' file; by default as boto3 finds them")
    queue: str = Field("", description="URL of the SQS queue with the bucket's events; empty to list the bucket")
    visibility_seconds: int = Field(600, gt=0, description="seconds until the queue tells of an object again")
    after: Literal["move", "tag", "leave"] = "move"
    done_prefix: str = ".done/"
    page: int = Field(500, ge=1, le=1000, description="objects listed a look")


class OAuthSettings(BaseModel):
    """How an access token is had: client credentials, or a refresh token where one is given."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    token_url: str
    client_id: str
    client_secret: SecretStr
    scope: str = ""
    refresh_token: SecretStr | None = None


class ImapSettings(_Source):
    """A folder of a mailbox, opened by password or OAuth 2.0."""

    kind: Literal["imap"]
    host: str
    port: int = Field(993, ge=1, le=65535)
    security: Literal["tls", "starttls", "none"] = "tls"
    ca_file: Path | None = None
    user: str
    password: SecretStr = SecretStr("")
    oauth: OAuthSettings | None = None
    folder: str = "INBOX"
    done_folder: str = Field("", description="folder that messages are moved to; empty to leave them where they are")
    since: date | None = Field(None, description="messages received before this day are not looked at")


class SftpSettings(_Source):
    """A folder on an SFTP server, whose key stands in `known_hosts`."""

    kind: Literal["sftp"]
    host: str
    port: int = Field(22, ge=1, le=65535)
    user: str
    password: SecretStr | None = None
    key_file: Path | None = None
    known_hosts: Path
    path: str = "."


class SmtpSettings(BaseModel):
    """The mail server that mail to practices and to a fax gateway goes by; TLS always."""

    model_config = ConfigDict(extra="forbid", hide_input_in_errors=True)

    host: str
    port: int = Field(587, ge=1, le=65535)
    security: Literal["starttls", "tls"] = "starttls"
    ca_file: Path | None = None
    user: str = ""
    password: SecretStr = SecretStr("")
    sender: str = Field(description="the address that mail comes from and receipts go to")


AnySource = Annotated[FolderSettings | S3Settings | ImapSettings | SftpSettings, Field(discriminator="kind")]


class Settings(BaseSettings):
    """The settings in force; raises pydantic.ValidationError for a value that makes no sense."""

    model_config = SettingsConfigDict(env_prefix="CLEARORDER_", extra="forbid")

    data: Path = Field(Path("data"), description="folder for database, documents, logs and outbox")
    database_url: SecretStr | None = Field(
        None, description="the ledger on PostgreSQL, postgresql://user:password@host/name; by default SQLite in DATA"
    )
    documents_s3: str = Field(
        "", pattern=r"^(s3://.+)?$", description="bucket of the document store, s3://bucket/prefix; DATA/documents"
    )
    s3_endpoint: str = Field("", description="URL of a store that speaks S3 and is not Amazon's")
    inbox: Path | None = Field(None, description="folder watched for new files; DATA/inbox by default")
    outbox: Path | None = Field(None, description="folder where letters and finished orders are laid; DATA/outbox")
    sources: list[AnySource] = Field([], description="where documents come from beside the inbox; docs/ops.md")
    source_seconds: float = Field(10.0, gt=0, description="seconds between two looks at a bucket, mailbox or SFTP drop")
    most_waiting: int = Field(5_000, ge=1, description="documents that may wait before sources are left untouched")
    source_attempts: int = Field(5, ge=1, description="times an item of a source is tried before it is set aside")
    settle_seconds: float = Field(2.0, ge=0, description="seconds a file must stand unchanged before it is picked up")
    poll_seconds: float = Field(2.0, gt=0, description="seconds between two looks at the inbox and the ledger")
    workers: int = Field(1, ge=1, le=64, description="worker processes that `up` starts")
    lease_seconds: float = Field(120.0, gt=0, description="seconds a worker may hold a document without a heartbeat")
    attempts: int = Field(3, ge=1, description="times a document is tried before it is set aside")

    host: str = Field("127.0.0.1", description="address the desk listens on")
    port: int = Field(8080, ge=1, le=65535, description="port of the desk")
    prefect_port: int = Field(4200, ge=1, le=65535, description="port of the Prefect server and its page")
    secret_key: SecretStr | None = Field(None, description="Django's secret; made and kept in DATA when not given")
    allowed_hosts: list[str] = Field(["127.0.0.1", "localhost"], description="host names the desk answers to")
    metrics_token: SecretStr | None = Field(None, description="bearer token that opens /metrics; closed without one")
    claim_seconds: float = Field(600.0, gt=0, description="seconds an opened order stays claimed without activity")
    production: bool = Field(False, description="refuse unsafe settings and require HTTPS cookies")

    idle_minutes: int = Field(30, ge=1, le=720, description="minutes without activity until a person is signed out")
    second_factor: list[str] = Field([], description="roles that must sign in with a second factor")

    stat_minutes: float = Field(30.0, gt=0, description="minutes within which a stat order should leave the desk")
    urgent_minutes: float = Field(120.0, gt=0, description="the same of an urgent order, or one with a red flag")
    routine_minutes: float = Field(1440.0, gt=0, description="the same of any other order")

    facility_name: str = Field("Imaging Centre", description="the site's name, as it stands on letters")
    facility_phone: str = Field("", description="the site's telephone, on letters; never taken for a referrer's")
    facility_fax: str = Field("", description="the fax number that replies go to; never taken for a referrer's")
    smtp: SmtpSettings | None = Field(None, description="mail server for requests to practices; docs/ops.md")
    fax_gateway: str = Field(
        "", pattern=r"^([^@]*\{number\}.*@.+)?$", description="address of an SMTP-to-fax gateway, {number}@fax.example"
    )
    receipts: ImapSettings | None = Field(None, description="mailbox that a fax gateway's receipts and bounces come to")
    portal_url: str = Field("", description="address that practices reach the web form at, https://…; empty for none")
    time_zone: str = Field("America/New_York", description="the site's time zone (IANA name)")

    site: Path | None = Field(
        None, description="folder of the site's own checklists, payers' rules and exam words; docs/rules.md"
    )

    max_bytes: int = Field(200_000_000, gt=0, description="bytes of the largest file accepted")
    max_pages: int = Field(200, gt=0, description="pages of a document that are read")
    max_pixels: int = Field(60_000_000, gt=0, description="pixels of the largest page accepted")
    max_depth: int = Field(4, gt=0, description="levels of files within files that are opened")
    read_seconds: float = Field(600.0, gt=0, description="seconds reading one document may take")

    keep_days: int | None = Field(
        None, ge=1, description="days after which `clearorder purge` destroys a document that is done with; never"
    )
    blind_share: float = Field(
        0.02, ge=0, le=1, description="share of cleared orders that a person reads without seeing what was read"
    )
    silent_error: float = Field(
        0.005, gt=0, lt=1, description="share of cleared orders that may hold a wrong critical value"
    )

    @field_validator("database_url")
    @classmethod
    def _postgresql(cls, url: SecretStr | None) -> SecretStr | None:
        if url is None:
            return None
        try:
            said = urlparse(url.get_secret_value())
            good = said.scheme in ("postgresql", "postgres") and said.port is not False
        except ValueError:
            good = False
        if not good:
            raise ValueError("not an address of PostgreSQL: postgresql://user:password@host/name")
        return url

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Environment before secrets' files before the settings file."""
        files = SecretsSettingsSource(settings_cls, secrets_folder())
        return init_settings, env_settings, files, TomlConfigSettingsSource(settings_cls, config_file())

    @field_validator("sources")
    @classmethod
    def _named_once(cls, sources: list[AnySource]) -> list[AnySource]:
        names = [INBOX, *(each.name for each in sources)]
        if len(names) != len(set(names)):
            raise ValueError(f"each source needs a name of its own, and {INBOX} is the inbox's")
        return sources

    @property
    def inbox_folder(self) -> Path:
        return self.inbox or self.data / "inbox"

    @property
    def limits(self) -> Limits:
        """What reading one document may cost at this site."""
        return Limits(self.max_bytes, self.max_pages, self.max_pixels, self.max_depth, self.read_seconds)

    @property
    def outbox_folder(self) -> Path:
        return self.outbox or self.data / "outbox"

    @property
    def documents_folder(self) -> Path:
        return self.data / "documents"

    @property
    def database(self) -> Path:
        return self.data / "ledger.sqlite3"


@dataclass(frozen=True, slots=True)
class InForce:
    """A setting as it stands: its value (a secret hidden) and where it came from."""

    name: str
    value: str
    source: str
    description: str


def settings_in_force() -> list[InForce]:
    """Return every setting with its source: `environment`, the settings file's name, or `default`."""
    said = TomlConfigSettingsSource(Settings, config_file())()
    found = []
    for name, field in Settings.model_fields.items():
        if f"CLEARORDER_{name}".upper() in {key.upper() for key in os.environ}:
            source = "environment"
        elif (secrets_folder() or Path()).joinpath(f"clearorder_{name}").is_file():
            source = str(secrets_folder())
        else:
            source = str(config_file()) if name in said else "default"
        found.append(InForce(name, str(getattr(settings(), name)), source, field.description or ""))
    return found


def config_file() -> Path:
    """Return the path of the settings file, whether it exists or not."""
    return Path(os.environ.get("CLEARORDER_CONFIG", "clearorder.toml"))


def secrets_folder() -> Path | None:
    """Return the folder that `CLEARORDER_SECRETS` names, or None; raises ValueError where it is not there."""
    named = os.environ.get("CLEARORDER_SECRETS")
    if named and not Path(named).is_dir():
        raise ValueError(f"CLEARORDER_SECRETS names {named}, which is no folder.")
    return Path(named) if named else None


@cache
def settings() -> Settings:
    """Return the settings in force, read once a process."""
    return Settings()
