"""Real servers on loopback for tests and measurements: PostgreSQL, S3 (moto), IMAP (Dovecot), SFTP."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import boto3
import paramiko

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


IMAP_PASSWORD = "loopback"
DOVECOT = """
protocols = imap
listen = {host}
base_dir = {folder}/run
state_dir = {folder}/run
log_path = {folder}/log
ssl = no
disable_plaintext_auth = no
mail_location = maildir:{folder}/mail/%u
mail_uid = {user}
mail_gid = {group}
first_valid_uid = 0
first_valid_gid = 0
default_internal_user = {user}
default_internal_group = {group}
default_login_user = {login}
passdb {{
  driver = static
  args = password={password}
}}
userdb {{
  driver = static
  args = uid={user} gid={group} home={folder}/mail/%u
}}
service imap-login {{
  chroot =
  inet_listener imap {{
    port = {port}
  }}
  inet_listener imaps {{
    port = 0
  }}
}}
service anvil {{
  chroot =
}}
"""


class Dovecot:
    """A private Dovecot that opens any mailbox with `IMAP_PASSWORD`. Needs Debian's `dovecot-imapd`, and root."""

    def __init__(self) -> None:
        self.port = free_port()
        self.folder = Path(tempfile.mkdtemp(prefix="clearorder-imap-"))
        self.folder.chmod(0o755)
        (self.folder / "mail").mkdir()
        (self.folder / "run").mkdir()
        shutil.chown(self.folder / "mail", "dovecot", "dovecot")
        said = {"user": "dovecot", "group": "dovecot", "login": "dovenull", "password": IMAP_PASSWORD}
        (self.folder / "dovecot.conf").write_text(DOVECOT.format(host=HOST, folder=self.folder, port=self.port, **said))
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start it; returns when it listens."""
        self._process = subprocess.Popen(
            ["/usr/sbin/dovecot", "-F", "-c", str(self.folder / "dovecot.conf")],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        wait_for(lambda: listening(self.port), "the IMAP server")

    def stop(self) -> None:
        """End it."""
        if self._process:
            self._process.terminate()
            self._process.wait(10)
            self._process = None

    def close(self) -> None:
        """End it and throw its mailboxes away."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)


@contextmanager
def imap_server() -> Iterator[Dovecot]:
    """Run a private IMAP server meanwhile."""
    server = Dovecot()
    try:
        server.start()
        yield server
    finally:
        server.close()


class _OnePassword(paramiko.ServerInterface):
    def check_auth_password(self, username: str, password: str) -> int:
        return paramiko.AUTH_SUCCESSFUL if password == IMAP_PASSWORD else paramiko.AUTH_FAILED

    def get_allowed_auths(self, username: str) -> str:
        return "password"

    def check_channel_request(self, kind: str, chanid: int) -> int:
        return paramiko.OPEN_SUCCEEDED


class _Folder(paramiko.SFTPServerInterface):
    """The part of a file server that a drop needs, over a real folder."""

    def __init__(self, server: paramiko.ServerInterface, root: Path) -> None:
        super().__init__(server)
        self._root = root

    def _path(self, path: str) -> Path:
        return self._root / self.canonicalize(path).lstrip("/")

    def list_folder(self, path: str) -> list[paramiko.SFTPAttributes] | int:
        try:
            entries = sorted(self._path(path).iterdir())
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno or 0)
        return [paramiko.SFTPAttributes.from_stat(each.stat(), each.name) for each in entries]

    def stat(self, path: str) -> paramiko.SFTPAttributes | int:
        try:
            return paramiko.SFTPAttributes.from_stat(self._path(path).stat())
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno or 0)

    lstat = stat

    def open(self, path: str, flags: int, attr: paramiko.SFTPAttributes) -> paramiko.SFTPHandle | int:
        try:
            handle = paramiko.SFTPHandle(flags)
            handle.readfile = self._path(path).open("rb")
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno or 0)
        where = self._path(path)
        handle.stat = lambda: paramiko.SFTPAttributes.from_stat(where.stat())
        return handle

    def mkdir(self, path: str, attr: paramiko.SFTPAttributes) -> int:
        try:
            self._path(path).mkdir()
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno or 0)
        return paramiko.SFTP_OK

    def posix_rename(self, oldpath: str, newpath: str) -> int:
        try:
            self._path(oldpath).replace(self._path(newpath))
        except OSError as error:
            return paramiko.SFTPServer.convert_errno(error.errno or 0)
        return paramiko.SFTP_OK


@contextmanager
def sftp_server(root: Path) -> Iterator[tuple[int, paramiko.RSAKey]]:
    """Run an SFTP server over the folder meanwhile; yield its port and its key. `IMAP_PASSWORD` opens it."""
    key = paramiko.RSAKey.generate(2048)
    listener = socket.create_server((HOST, 0))
    transports: list[paramiko.Transport] = []

    def serve() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            transport = paramiko.Transport(connection)
            transport.add_server_key(key)
            transport.set_subsystem_handler("sftp", paramiko.SFTPServer, _Folder, root)
            transport.start_server(threading.Event(), _OnePassword())
            transports.append(transport)

    threading.Thread(target=serve, daemon=True).start()
    try:
        yield listener.getsockname()[1], key
    finally:
        listener.close()
        for transport in transports:
            transport.close()
