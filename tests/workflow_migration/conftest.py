from pathlib import Path
from shutil import copytree

import pytest
from sqlalchemy import Engine

from ricomi_workflow import resources
from tests.support.story import KIND
from tests.workflow_migration.loans import Loans


@pytest.fixture
def loans(engine: Engine, tmp_path: Path) -> Loans:
    """The product with a small kind in version 1, on each database."""
    return Loans(engine, tmp_path / "definitions")


@pytest.fixture(scope="session")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The shipped definitions with version 1 of the request process only.

    They are read and judged once; no test changes them.
    """
    folder = tmp_path_factory.mktemp("first")
    for name in ("workflows", "forms", "notifications"):
        copytree(str(resources.root(name)), folder / name)
    for later in (folder / "workflows" / KIND).glob("v[2-9]*.yaml"):
        later.unlink()
    return folder
