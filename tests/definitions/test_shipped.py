"""The definitions that are shipped agree with each other and stand by their releases."""

from __future__ import annotations

from ricomi_workflow.bootstrap import judge_definitions
from ricomi_workflow.definitions.load import load
from ricomi_workflow.definitions.released import verify


def test_the_shipped_library_has_no_mistakes() -> None:
    assert judge_definitions(load()) == []


def test_no_released_file_was_changed() -> None:
    assert verify() == []
