"""Needs and offers that States published."""

from __future__ import annotations

from ricomi_workflow.cases.commands import open_case
from ricomi_workflow.kernel.canonical import Json
from tests.support import papers
from tests.support.story import SECRETARIAT, Story

BRAZIL, ARGENTINA = "focal_point:BR", "focal_point:AR"
NEED, OFFER = "cooperation_need", "cooperation_offer"


def published(story: Story, kind: str, office: str, **changes: Json) -> str:
    """A need or offer of the State of `office` that the Secretariat published."""
    with story.act(office) as tx:
        ref = open_case(tx, story.services, kind, office[-2:]).ref
    plain = papers.need(story.today) if kind == NEED else papers.offer(story.today)
    story.do(office, "submit", plain | changes, ref=ref)
    story.do(SECRETARIAT, "publish", ref=ref)
    return ref
