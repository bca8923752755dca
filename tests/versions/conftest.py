from pathlib import Path

import pytest
from sqlalchemy import Engine

from tests.versions.loans import Loans


@pytest.fixture
def loans(engine: Engine, tmp_path: Path) -> Loans:
    """The product with a small kind in version 1, on each database."""
    return Loans(engine, tmp_path / "definitions")
