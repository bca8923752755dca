"""A meeting on each database."""

from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine

from ricomi_workflow.files.folder_store import FolderStore
from tests.support.meeting import Room
from tests.support.story import Story


@pytest.fixture
def room(engine: Engine, tmp_path: Path) -> Room:
    """A story on each database in which the Secretariat prepares a meeting."""
    story = Story(engine)
    story.services = replace(story.services, store=FolderStore(tmp_path))
    made = Room(story)
    made.prepare()
    return made
