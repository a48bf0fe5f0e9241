"""Real servers on loopback for tests and measurements: PostgreSQL, S3 (moto's server), each private and thrown away."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import boto3

HOST = "127.0.0.1"
START_SECONDS = 30.0


def free_port() -> int:
    """Return a port on loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        return probe.getsockname()[1]


def listening(port: int) -> bool:
    """Whether somebody listens on the port."""
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((HOST, port)) == 0


def wait_for(holds: Callable[[], object], what: str) -> None:
    """Wait until it holds; raises TimeoutError, naming `what`, after half a minute."""
    deadline = time.monotonic() + START_SECONDS
    while not holds():
        if time.monotonic() > deadline:
            raise TimeoutError(f"{what} did not come up")
        time.sleep(0.05)


class PostgreSQL:
    """A private PostgreSQL cluster; it can be killed and started again. Needs Debian's `postgresql`."""

    def __init__(self) -> None:
        self._programs = sorted(Path("/usr/lib/postgresql").glob("*/bin"))[-1]
        # It refuses to run as root, so root runs it as the account that Debian makes for it.
        self._user = "postgres" if os.getuid() == 0 else None
        self.folder = Path(tempfile.mkdtemp(prefix="clearorder-pg-"))
        self.port = free_port()
        if self._user:
            shutil.chown(self.folder, self._user)
        words = ("--auth=trust", "--username=clearorder", "--encoding=UTF8", "--no-sync", "--locale=C.UTF-8")
        subprocess.run(
            [self._programs / "initdb", *words, str(self.folder / "data")],
            check=True, stdout=subprocess.DEVNULL, user=self._user, cwd="/",
        )  # fmt: skip
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, *options: str) -> None:
        """Start it, with `name=value` options beside the usual; returns when it answers."""
        fixed = (f"port={self.port}", f"listen_addresses={HOST}", f"unix_socket_directories={self.folder}")
        words = [word for each in (*fixed, *options) for word in ("-c", each)]
        with (self.folder.parent / f"{self.folder.name}.log").open("ab") as log:
            self._process = subprocess.Popen(
                [self._programs / "postgres", "-D", str(self.folder / "data"), *words],
                stdout=log, stderr=log, user=self._user, cwd="/",
            )  # fmt: skip
        probe = [self._programs / "pg_isready", "-q", "-h", HOST, "-p", str(self.port)]
        wait_for(lambda: subprocess.run(probe, check=False).returncode == 0, "PostgreSQL")

    def kill(self) -> None:
        """End it as a power cut would, its children with it."""
        if self._process:
            subprocess.run(
                [self._programs / "pg_ctl", "stop", "-m", "immediate", "-w", "-D", str(self.folder / "data")],
                check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, user=self._user, cwd="/",
            )  # fmt: skip
            self._process.wait(30)
            self._process = None

    def url(self, name: str = "postgres") -> str:
        """Return the address of its database `name`."""
        return f"postgresql://clearorder@{HOST}:{self.port}/{name}"

    def create(self, name: str) -> str:
        """Make an empty database; return its address."""
        words = ["-h", HOST, "-p", str(self.port), "-U", "clearorder", name]
        subprocess.run([self._programs / "createdb", *words], check=True)
        return self.url(name)

    def close(self) -> None:
        """End it and throw its files away."""
        self.kill()
        shutil.rmtree(self.folder)
        (self.folder.parent / f"{self.folder.name}.log").unlink(missing_ok=True)


@contextmanager
def postgresql(*options: str) -> Iterator[PostgreSQL]:
    """Run a private PostgreSQL meanwhile; quick, because nothing in it has to outlive a power cut."""
    server = PostgreSQL()
    try:
        server.start("fsync=off", "synchronous_commit=off", "full_page_writes=off", *options)
        yield server
    finally:
        server.close()


# What boto3 needs to find to speak with moto's server; it takes any credentials.
S3_KEYS = {
    "AWS_ACCESS_KEY_ID": "loopback",
    "AWS_SECRET_ACCESS_KEY": "loopback",
    "AWS_DEFAULT_REGION": "us-east-1",
}


@contextmanager
def s3_server(*buckets: str) -> Iterator[str]:
    """Run moto's S3 and SQS server meanwhile, with `buckets` in it; yield its address. `S3_KEYS` open it."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-m", "moto.server", "-H", HOST, "-p", str(port)],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_for(lambda: listening(port), "the S3 server")
        address = f"http://{HOST}:{port}"
        for bucket in buckets:
            s3_client(address).create_bucket(Bucket=bucket)
        yield address
    finally:
        process.terminate()
        process.wait(10)


def s3_client(address: str, service: str = "s3"):
    """Return a boto3 client for moto's server at `address`."""
    return boto3.client(
        service, endpoint_url=address, region_name="us-east-1",
        aws_access_key_id="loopback", aws_secret_access_key="loopback",
    )  # fmt: skip
