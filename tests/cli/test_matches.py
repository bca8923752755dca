"""Needs and offers at a terminal: found, listed, explained."""

import json
from datetime import UTC, datetime

from click.testing import CliRunner, Result
from sqlalchemy import Engine

from ricomi_workflow.cli import main
from tests.cli.conftest import printed, told
from tests.matching.scene import BRAZIL, NEED, OFFER, published
from tests.support.product import SECRET
from tests.support.story import APPLICANT, Story


def run(engine: Engine, *arguments: str) -> Result:
    """A command on the database of the story."""
    address = engine.url.render_as_string(hide_password=False)
    environment = {"RICOMI_DATABASE_URL": address, "RICOMI_SECRET_KEY": SECRET}
    return CliRunner().invoke(main, ("matches", *arguments), env=environment)


def test_matches_are_found_listed_and_explained(sqlite_engine: Engine) -> None:
    story = Story(sqlite_engine)
    story.clock.at = max(story.clock.at, datetime.now(UTC))  # at a terminal what is old is stale
    need, offer = published(story, NEED, APPLICANT), published(story, OFFER, BRAZIL)
    said = printed(run(sqlite_engine, "explain", need.lower()))
    assert offer in said
    assert "topics: labour_migration" in said
    assert printed(run(sqlite_engine, "find")) == "1 matches found\n"
    assert printed(run(sqlite_engine, "find")) == "0 matches found\n"
    (row,) = json.loads(printed(run(sqlite_engine, "list", "br", "--json")))
    assert (row["need"], row["offer"], row["step"]) == (need, offer, "proposed")
    assert need in printed(run(sqlite_engine, "list", "PY", "--step", "proposed"))
    assert printed(run(sqlite_engine, "summaries")) == "2 summaries sent\n"
    assert told(run(sqlite_engine, "explain", "RICOMI-1999-0001"))
