"""The two ways in: `./ricomi` for people, `.ci/run` for machines."""

import os
import shutil
import subprocess
from configparser import ConfigParser
from pathlib import Path

import pytest

from tests.support.tree import ROOT

SET_UP_FILES = ("setup.cfg", "pyproject.toml", "constraints.txt")
OLD_TOOLS = ("cat", "cksum", "dirname", "id", "rm", "sed", "sh", "tail")
PROGRAM = '#!/bin/sh\nprintf "%s\\n" "$0" "$@"\n'


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout that holds the door and nothing that was set up."""
    folder = tmp_path / "checkout"
    folder.mkdir()
    for name in ("ricomi", *SET_UP_FILES):
        shutil.copy(ROOT / name, folder)
    return folder


@pytest.fixture
def bare_machine(tmp_path: Path) -> Path:
    """The programs of a system without Python and without anything that installs."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for program in OLD_TOOLS:
        (folder / program).symlink_to(shutil.which(program, path=os.defpath) or program)
    return folder


def set_up(checkout: Path, extras: str) -> None:
    """Pretend that the door has installed the product with `extras`, the command included."""
    command = checkout / ".venv" / "bin" / "ricomi"
    command.parent.mkdir(parents=True)
    command.write_text(PROGRAM)
    command.chmod(0o755)
    sums = subprocess.run(
        ["cksum", *SET_UP_FILES], cwd=checkout, check=True, capture_output=True, text=True
    )
    (checkout / ".venv" / "ricomi-set-up").write_text(f"{checkout}\n{extras}\n{sums.stdout}")


def run_door(checkout: Path, path: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """Run the front door of `checkout` with no other program than those in `path`."""
    return subprocess.run(
        ["/bin/sh", str(checkout / "ricomi"), *words],
        env={"PATH": str(path)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("script", ["ricomi", ".ci/run"])
def test_scripts_are_programs_in_plain_shell(script: str) -> None:
    file = ROOT / script
    assert os.access(file, os.X_OK)
    assert file.read_text(encoding="utf-8").startswith("#!/bin/sh\n")
    subprocess.run(["/bin/sh", "-n", str(file)], check=True)


@pytest.mark.parametrize("extras", ["postgres", "postgres,test,dev"])
def test_other_words_go_to_the_installed_command(
    checkout: Path, bare_machine: Path, extras: str
) -> None:
    set_up(checkout, extras)
    done = run_door(checkout, bare_machine, "case", "show", "two words")
    command = str(checkout / ".venv" / "bin" / "ricomi")
    assert done.stdout.splitlines() == [command, "case", "show", "two words"]
    assert (done.returncode, done.stderr) == (0, "")


@pytest.mark.parametrize("changed", SET_UP_FILES)
def test_a_changed_requirement_is_set_up_anew(
    checkout: Path, bare_machine: Path, changed: str
) -> None:
    set_up(checkout, "postgres")
    with (checkout / changed).open("a") as file:
        file.write("\n")
    assert run_door(checkout, bare_machine, "demo").returncode == 1


@pytest.mark.parametrize("word", ["demo", "test", "check", "bench", "--help"])
def test_without_python_the_door_says_what_is_missing(
    checkout: Path, bare_machine: Path, word: str
) -> None:
    done = run_door(checkout, bare_machine, word)
    assert done.returncode == 1
    assert done.stderr.startswith("Python 3.11 with venv is missing.")


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
