"""A yardstick from elsewhere: PostgreSQL's own pgbench, TPC-B, on the same server in the same run.

One transaction of TPC-B is seven statements that move three balances and write one row of history;
it knows neither lines that add up nor an account that must not be overdrawn. Its program is C.
"""

from __future__ import annotations

import re
import resource
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import URL, make_url

from benchmarks.harness import Round
from benchmarks.places import Place
from tests.support.postgres import find_binaries

SCALE = 10
_THREADS = 2
_TPS = re.compile(rb"^tps = ([0-9.]+)", re.MULTILINE)


def find_pgbench() -> Path | None:
    """The program beside the server's own, or on the path; some distributions leave it out."""
    binaries = find_binaries()
    beside = binaries / "pgbench" if binaries else None
    if beside and beside.exists():
        return beside
    on_path = shutil.which("pgbench")
    return Path(on_path) if on_path else None


class PgBench:
    """TPC-B by pgbench; the CPU is that of the program, not of the server."""

    def __init__(self, program: Path, place: Place, clients: int, scale: int = SCALE) -> None:
        self.name = f"pgbench TPC-B, scale {scale}"
        self.clients = clients
        self._program = program
        self._url = make_url(place.blank())
        self._run("-i", "-q", "-s", str(scale))

    def turn(self, acts: int) -> Round:
        """So many transactions, split over the clients; its own clock counts."""
        each = max(acts // self.clients, 1)
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        threads = str(min(self.clients, _THREADS))
        said = self._run("-n", "-c", str(self.clients), "-j", threads, "-t", str(each))
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        found = _TPS.search(said)
        if found is None:
            raise RuntimeError(said.decode(errors="replace"))
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return Round(each * self.clients, each * self.clients / float(found[1]), cpu)

    def statements(self) -> float | None:
        """Seven, as the manual says; nothing is counted."""
        return None

    def faults(self) -> Sequence[str]:
        """It proves itself."""
        return ()

    def close(self) -> None:
        """It keeps no connection."""

    def _run(self, *options: str) -> bytes:
        command = [str(self._program), *_where(self._url), *options, str(self._url.database)]
        done = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False
        )
        if done.returncode:
            raise RuntimeError(done.stdout.decode(errors="replace"))
        return done.stdout


def _where(url: URL) -> list[str]:
    """How the server is reached: a folder with its socket, or a host and a port."""
    host = url.query.get("host") or url.host
    named = {"-h": host, "-p": url.port, "-U": url.username}
    return [part for flag, value in named.items() if value for part in (flag, str(value))]
