"""What is installed is what is in the tree: the list of packages, the wheel, the data folders."""

import json
import shutil
import subprocess
import sys
from configparser import ConfigParser
from pathlib import Path
from zipfile import ZipFile

import pytest

from ricomi_workflow.resources import FOLDERS, root
from tests.support.tree import DATA_ROOTS, ROOT, shipped_files

READ_INSTALLED = """
import json, sys
sys.path.insert(0, sys.argv[1])
from ricomi_workflow.resources import FOLDERS, root
print(json.dumps({name: str(root(name)) for name in FOLDERS}))
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The content of a wheel, built from a copy of the tree without asking any server."""
    work = tmp_path_factory.mktemp("wheel")
    tree = work / "tree"
    for name in ("ricomi_workflow", *DATA_ROOTS):
        shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__"))
    for file in ROOT.iterdir():
        if file.is_file():
            shutil.copy(file, tree)
    command: list[str | Path] = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-index"]
    command += ["--no-deps", "--no-build-isolation", "-w", work, tree]
    subprocess.run(command, check=True)
    with ZipFile(next(work.glob("*.whl"))) as wheel:
        wheel.extractall(work / "site")
    return work / "site"


def listed_packages() -> set[str]:
    """The packages that setup.cfg names."""
    config = ConfigParser()
    config.read(ROOT / "setup.cfg", encoding="utf-8")
    return set(config["options"]["packages"].split())


def test_listed_packages_are_those_of_the_tree() -> None:
    code = {
        file.parent.relative_to(ROOT).as_posix().replace("/", ".")
        for file in (ROOT / "ricomi_workflow").rglob("*.py")
    }
    assert listed_packages() == code | {f"ricomi_workflow.resources.{name}" for name in FOLDERS}


def test_every_package_has_its_init() -> None:
    faults = [
        str(folder.relative_to(ROOT))
        for folder in {file.parent for file in (ROOT / "ricomi_workflow").rglob("*.py")}
        | {ROOT / name for name in FOLDERS}
        if not (folder / "__init__.py").exists()
    ]
    assert not faults, "\n".join(faults)


def test_the_wheel_holds_every_file_of_the_product(installed: Path) -> None:
    package = installed / "ricomi_workflow"
    wanted = shipped_files(ROOT / "ricomi_workflow") | {
        f"resources/{name}/{file}" for name in FOLDERS for file in shipped_files(ROOT / name)
    }
    assert shipped_files(package) == wanted


def test_the_wheel_holds_the_licence_and_the_server_entry(installed: Path) -> None:
    assert (installed / "wsgi.py").exists()
    assert list(installed.glob("*.dist-info/**/LICENSE"))


def test_data_folders_are_found_in_an_installed_wheel(installed: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-I", "-c", READ_INSTALLED, str(installed)],
        check=True,
        capture_output=True,
        text=True,
    )
    expected = {name: str(installed / "ricomi_workflow" / "resources" / name) for name in FOLDERS}
    assert json.loads(done.stdout) == expected


def test_data_folders_are_found_in_the_checkout() -> None:
    assert {name: root(name) for name in FOLDERS} == {name: ROOT / name for name in FOLDERS}


def test_an_unknown_data_folder_is_refused_by_name() -> None:
    with pytest.raises(LookupError, match="there are forms, migrations"):
        root("secrets")
