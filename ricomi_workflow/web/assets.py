"""Style, script and icon, each under a name that carries its digest.

A name with a digest never changes its content, so a browser may keep it for ever; a new release
has new names. Everything is compressed once, at start. Bootstrap's style sheet comes from the
installed `bootstrap-flask`, ours from `web/static`.
"""

from __future__ import annotations

import atexit
import functools
import hashlib
import os
import shutil
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

from flask import Flask
from whitenoise import WhiteNoise
from whitenoise.compress import Compressor

PREFIX = "static/"
_DIGEST_LENGTH = 12


@dataclass(frozen=True, slots=True)
class Assets:
    """The folder that is served, and the published name of each file."""

    folder: Path
    names: Mapping[str, str]

    def url(self, name: str) -> str:
        """The address of the file called `name`; KeyError when it is not shipped."""
        return f"/{PREFIX}{self.names[name]}"


def install(app: Flask) -> None:
    """Serve the assets before the application is asked, and offer `asset(name)` to templates."""
    assets = collect()
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        assets.folder,
        PREFIX,
        allow_all_origins=False,
        immutable_file_test=lambda _path, _url: True,
    )
    app.jinja_env.globals["asset"] = assets.url


@functools.cache
def collect() -> Assets:
    """Copy and compress the assets into a folder of this process, once."""
    folder = Path(tempfile.mkdtemp(prefix="ricomi-static-"))
    atexit.register(_remove, folder, os.getpid())
    compressor = Compressor(quiet=True)
    names = {source.name: _publish(source, folder, compressor) for source in _sources()}
    return Assets(folder, names)


def _sources() -> list[Traversable]:
    bootstrap = files("flask_bootstrap") / "static" / "bootstrap5" / "css" / "bootstrap.min.css"
    own = (files("ricomi_workflow.web") / "static").iterdir()
    return [bootstrap, *sorted(own, key=lambda source: source.name)]


def _publish(source: Traversable, folder: Path, compressor: Compressor) -> str:
    content = source.read_bytes()
    stem, _, ending = source.name.rpartition(".")
    name = f"{stem}.{hashlib.sha256(content).hexdigest()[:_DIGEST_LENGTH]}.{ending}"
    (folder / name).write_bytes(content)
    compressor.compress(str(folder / name))
    return name


def _remove(folder: Path, owner: int) -> None:
    if os.getpid() == owner:  # a forked server process leaves the folder to its parent
        shutil.rmtree(folder, ignore_errors=True)
