"""People who review, and a call whose requests are reviewed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from ricomi_workflow.calls.commands import open_and_close_due_calls
from ricomi_workflow.identity.commands import add_user, give_role
from ricomi_workflow.identity.queries import find_actor
from ricomi_workflow.kernel.actors import SYSTEM, Actor, Role
from ricomi_workflow.reviews.commands import (
    GivenScore,
    assign_reviewers,
    declare_conflict,
    give_scores,
)
from ricomi_workflow.reviews.ranking_documents import FrozenRanking, find_latest_ranking
from ricomi_workflow.reviews.rows import Review, reviews_by_case
from tests.support import papers
from tests.support.calls import Calling
from tests.support.story import SECRETARIAT, Story

CRITERIA = ("relevance", "opportunity", "clarity", "commitment", "capacity")


def reviewer(story: Story, name: str, country: str | None = None) -> Actor:
    """Somebody new who reviews; with `country` also its focal point."""
    services = story.services
    with services.uow.begin(SYSTEM) as tx:
        key = add_user(tx, f"{name.lower()}@example.org", name, "es")
        give_role(tx, key, Role.REVIEWER)
        if country:
            give_role(tx, key, Role.FOCAL_POINT, country)
    with services.uow.read() as connection:
        found = find_actor(connection, key, story.today)
    assert found is not None
    story.people[f"reviewer:{name}"] = found
    return found


def points(each: int = 15, **changes: int) -> dict[str, GivenScore]:
    """The same points on every criterion, save some."""
    given = dict.fromkeys(CRITERIA, each) | changes
    return {name: GivenScore(str(value), f"Sobre {name}.") for name, value in given.items()}


@dataclass
class Panel:
    """Reviewers at work in a story."""

    story: Story
    names: Sequence[str] = ("Ana", "Bruno")
    calling: Calling = field(init=False)

    def __post_init__(self) -> None:
        self.calling = Calling(self.story)
        for name in self.names:
            reviewer(self.story, name)

    def keys(self, *names: str) -> list[int]:
        """The accounts of reviewers."""
        found = [self.story.people[f"reviewer:{name}"].user_id for name in names or self.names]
        return [key for key in found if key is not None]

    def under_review(self, ref: str | None = None) -> str:
        """A request, rolling unless given, brought into technical review."""
        story = self.story
        if ref is None:
            story.after("submit")
            ref = story.ref
        story.ref = ref
        story.do(SECRETARIAT, "start_review")
        story.do(SECRETARIAT, "record_admissibility", papers.admissibility())
        story.do(SECRETARIAT, "begin_technical_review")
        return ref

    def assign(self, *names: str) -> list[int]:
        """Ask reviewers."""
        with self.story.act(SECRETARIAT) as tx:
            services, keys = self.story.services, self.keys(*names)
            return assign_reviewers(tx, services, self.story.ref, keys)

    def declare(self, name: str, *, conflict: bool = False, reason: str = "") -> None:
        """Declare whether there is a conflict."""
        with self.story.act(f"reviewer:{name}") as tx:
            services, ref = self.story.services, self.story.ref
            declare_conflict(tx, services, ref, conflict=conflict, reason=reason)

    def score(self, name: str, given: Mapping[str, GivenScore]) -> None:
        """Give points."""
        with self.story.act(f"reviewer:{name}") as tx:
            give_scores(tx, self.story.services, self.story.ref, given)

    def reviewed(self, ref: str | None = None, **scores: int) -> str:
        """A request on which each named reviewer gave the same points on every criterion."""
        found = self.under_review(ref)
        self.assign(*scores)
        for name, each in scores.items():
            self.declare(name)
            self.score(name, points(each))
        return found

    def reviews(self) -> list[Review]:
        """The reviews of the case in hand."""
        key = self.story.case().id
        with self.story.services.uow.read() as connection:
            return reviews_by_case(connection, self.story.services, [key]).get(key, [])

    def ranked(self, *requests: tuple[str, int, int], **changes: object) -> list[str]:
        """A call under review with its requests: (state, dollars asked, points of both)."""
        calling, story = self.calling, self.story
        calling.announce(**changes)  # type: ignore[arg-type]  # terms as a form holds them
        calling.at_opening()
        refs = [
            calling.submit(
                f"focal_point:{country}",
                requesting_institution=f"Dirección {n}",
                participants=["CL"],
                budget=[papers.line(papers.FARES, 1, dollars, category="airfare")],
                financing=papers.financing(dollars, 0),
            )
            for n, (country, dollars, _) in enumerate(requests)
        ]
        calling.to_close()
        open_and_close_due_calls(story.services)
        story.do(SECRETARIAT, "begin_call_review", ref=calling.ref)
        for ref, (_, _, each) in zip(refs, requests, strict=True):
            self.reviewed(ref, Ana=each, Bruno=each)
        return refs

    def ranking(self) -> FrozenRanking:
        """The last frozen ranking of the call."""
        with self.story.services.uow.read() as connection:
            found = find_latest_ranking(connection, self.calling.now.id)
        assert found is not None
        return found
