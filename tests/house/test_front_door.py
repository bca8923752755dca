"""The two ways in: `./ricomi` for people, `.ci/run` for machines."""

import os
import subprocess
from configparser import ConfigParser
from pathlib import Path

import pytest

from tests.support.tree import ROOT

DOOR = ROOT / "ricomi"


def run_door(*words: str, path: Path, root: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run the front door of `root` with nothing on the PATH but what `path` holds."""
    return subprocess.run(
        ["/bin/sh", str(root / "ricomi"), *words],
        env={"PATH": str(path), "HOME": str(path)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture
def bare_machine(tmp_path: Path) -> Path:
    """A folder of programs that a system without Python has, and none that installs."""
    for program in ("cat", "cksum", "dirname", "id", "rm", "sed", "sh", "tail"):
        (tmp_path / program).symlink_to(next(Path(d) / program for d in ("/bin", "/usr/bin")))
    return tmp_path


@pytest.mark.parametrize("script", ["ricomi", ".ci/run"])
def test_scripts_are_programs_in_plain_shell(script: str) -> None:
    file = ROOT / script
    assert os.access(file, os.X_OK)
    assert file.read_text(encoding="utf-8").startswith("#!/bin/sh\n")
    subprocess.run(["/bin/sh", "-n", str(file)], check=True)


def test_other_words_go_to_the_installed_command() -> None:
    done = subprocess.run([DOOR, "--version"], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout.split(",")[0]) == (0, "ricomi")


def test_without_python_the_door_says_what_is_missing(bare_machine: Path, tmp_path: Path) -> None:
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    (checkout / "ricomi").write_bytes(DOOR.read_bytes())
    for name in ("setup.cfg", "pyproject.toml", "constraints.txt"):
        (checkout / name).touch()
    done = run_door("demo", path=bare_machine, root=checkout)
    assert done.returncode == 1
    assert "Python 3.11 with venv is missing." in done.stderr


def test_every_required_library_is_pinned() -> None:
    config = ConfigParser()
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    extras = config["options.extras_require"].values()
    lines = "\n".join([config["options"]["install_requires"], *extras]).split("\n")
    required = {plain(line) for line in lines if line.strip()}
    pinned = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert required <= {plain(line) for line in pinned if not line.startswith("#")}


def plain(requirement: str) -> str:
    """The name a requirement is known by, without extras and versions."""
    return requirement.strip().partition("[")[0].partition("=")[0].partition(">")[0].lower()
