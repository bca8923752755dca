"""A released file never changes."""

from __future__ import annotations

from pathlib import Path

import pytest

from ricomi_workflow.definitions.library import RELEASED, release, verify
from ricomi_workflow.kernel.errors import DefinitionError
from tests.definitions.samples import put, workflow, write

ZEROS = "0" * 64


def test_a_release_is_written_once_and_verified(tmp_path: Path) -> None:
    write(tmp_path)
    assert release(tmp_path) == ["workflows/loan/v1.yaml", "forms/wish/v1.yaml"]
    assert release(tmp_path) == []
    assert verify(tmp_path) == []
    put(tmp_path / "workflows/loan/v2.yaml", {**workflow(), "version": 2})
    assert release(tmp_path) == ["workflows/loan/v2.yaml"]
    assert len((tmp_path / "workflows" / RELEASED).read_text(encoding="ascii").splitlines()) == 3


def test_a_changed_or_removed_release_is_found_and_stops_the_next(tmp_path: Path) -> None:
    release(write(tmp_path))
    with (tmp_path / "forms/wish/v1.yaml").open("a", encoding="utf-8") as file:
        file.write("\n")
    (tmp_path / "workflows/loan/v1.yaml").unlink()
    found = [f"{m.file}: {m.found}" for m in verify(tmp_path)]
    assert found == [
        "workflows/loan/v1.yaml: nothing",
        "forms/wish/v1.yaml: changed since its release",
    ]
    with pytest.raises(DefinitionError):
        release(tmp_path)


@pytest.mark.parametrize("line", ["abc", f"{ZEROS}  ../../etc/passwd", f"{ZEROS} forms/a/v1.yaml"])
def test_a_line_that_is_no_release_is_a_mistake(tmp_path: Path, line: str) -> None:
    release(write(tmp_path))
    with (tmp_path / "workflows" / RELEASED).open("a", encoding="ascii") as file:
        file.write(line + "\n")
    (mistake,) = verify(tmp_path)
    assert mistake.path == "line 3"
