"""Reviewers on each database."""

import pytest
from sqlalchemy import Engine

from tests.support.reviewing import Panel
from tests.support.story import Story


@pytest.fixture
def panel(engine: Engine) -> Panel:
    """Two reviewers, a fund that has enough, on each database."""
    story = Story(engine)
    story.fill_the_fund()
    return Panel(story)
