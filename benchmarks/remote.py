"""Peers: installed on demand in an environment of their own, each run in a process of its own."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
import venv
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import make_url

from benchmarks.harness import Round
from benchmarks.places import Place

ROOT = Path(__file__).parents[1]
_REQUIREMENTS = Path(__file__).parent / "peers" / "requirements.txt"
DATASETTE = Path(__file__).parent / "peers" / "datasette.txt"
ENGINES = ("django-fsm-2 + log", "viewflow.fsm + log row", "viewflow.workflow")
ALONE = ("django-fsm-2", "viewflow.fsm")
_PATIENCE = 300  # seconds for pip


class PeersMissingError(Exception):
    """The environment of the peers could not be made; the text says why."""


def peer_python(requirements: Path | None = None) -> Path:
    """The Python of the environment of the peers, or of other `requirements`, made when needed.

    It stands in the user's cache folder, by the digest of what it holds. Raises
    `PeersMissingError`.
    """
    listed = requirements or _REQUIREMENTS
    wanted = hashlib.sha256(listed.read_bytes() + sys.version.encode()).hexdigest()[:12]
    cache = os.environ.get("XDG_CACHE_HOME") or Path(os.environ.get("HOME", ".")) / ".cache"
    folder = Path(cache) / "ricomi" / f"bench-peers-{wanted}"
    python, stamp = folder / "bin" / "python", folder / "complete"
    if not stamp.exists():
        _install(folder, python, listed)
        stamp.touch()
    return python


def _install(folder: Path, python: Path, requirements: Path) -> None:
    print("Installing the peers (once) ...", file=sys.stderr)
    try:
        venv.create(folder, clear=True, with_pip=True)
        subprocess.run(
            [*_pip(python), "install", "--quiet", "--requirement", requirements],
            check=True,
            capture_output=True,
            text=True,
            timeout=_PATIENCE,
        )
    except subprocess.CalledProcessError as error:
        said = (error.stderr or error.stdout or "").strip().splitlines()
        raise PeersMissingError(said[-1] if said else str(error)) from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise PeersMissingError(str(error)) from error


def _pip(python: Path) -> list[str | Path]:
    return [python, "-m", "pip", "--disable-pip-version-check", "--no-input"]


class Remote:
    """A peer as a contestant."""

    clients = 1
    module = "benchmarks.peers.serve"  # what its process runs

    def __init__(
        self, python: Path, engine: str, facts: Mapping[str, Any], place: Place | None = None
    ) -> None:
        self.name = engine
        self._place = place
        self._address = place.blank() if place else ""
        self._process = subprocess.Popen(
            [python, "-m", self.module],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        database = _django(self._address) if place else None
        self._ask({"engine": engine, "database": database, "facts": facts})

    def turn(self, acts: int) -> Round:
        """Let the process do `acts` acts; it takes the time itself."""
        there = self._cpu()
        took = self._ask({"do": "turn", "acts": acts})
        return Round(acts, took["seconds"], took["cpu"] + self._cpu() - there)

    def statements(self) -> float | None:
        """As the process counts them."""
        found: float | None = self._ask({"do": "statements"})["statements"]
        return found

    def faults(self) -> Sequence[str]:
        """As the process finds them."""
        found: list[str] = self._ask({"do": "faults"})["faults"]
        return found

    def close(self) -> None:
        """Let the process end."""
        self._process.communicate(timeout=30)

    def _cpu(self) -> float:
        return self._place.cpu(self._address) if self._place else 0.0

    def _ask(self, question: Mapping[str, Any]) -> dict[str, Any]:
        if self._process.stdin is None or self._process.stdout is None:
            raise AssertionError("the process has an input and an output")
        self._process.stdin.write(json.dumps(question) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.name} ended with {self._process.wait()}")
        answer: dict[str, Any] = json.loads(line)
        return answer


def _django(address: str) -> dict[str, Any]:
    """A database in Django's words, tuned as the product tunes it."""
    url = make_url(address)
    if url.get_backend_name() == "sqlite":
        pragmas = "PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL"
        options: dict[str, Any] = {"transaction_mode": "IMMEDIATE", "init_command": pragmas}
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": url.database, "OPTIONS": options}
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": url.database,
        "USER": url.username,
        "PASSWORD": url.password or "",
        "HOST": str(url.query.get("host") or url.host or ""),
        "PORT": str(url.port or ""),
        "CONN_MAX_AGE": None,
    }
