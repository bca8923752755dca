"""A meeting on the shipped definitions: its people, its order of business, its room."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from ricomi_workflow.ballots import meeting_vote
from ricomi_workflow.ballots.rows import find_ballot_state
from ricomi_workflow.cases.commands import lock, open_case
from ricomi_workflow.kernel.actors import NETWORK
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.meetings import agenda, session
from ricomi_workflow.meetings.queries import Meeting, MeetingView, find_meeting, view_meeting
from ricomi_workflow.meetings.session import RollEntry
from tests.support.settled import settled
from tests.support.story import CHAIR, SECRETARIAT, Story

OBSERVER, VICE, RAPPORTEUR = "observer:ES", "vice_chair", "rapporteur"
KIND = "committee_meeting"


def notice(story: Story, days: int = 10, **changes: Json) -> dict[str, Json]:
    """A notice for ten in the morning, so many days from now."""
    plain: dict[str, Json] = {
        "title": {"es": "Segunda reunión ordinaria", "en": "Second regular meeting"},
        "session": "regular",
        "held_on": (story.today + timedelta(days=days)).isoformat(),
        "begins": "10:00",
        "ends": "13:00",
        "mode": "hybrid",
        "place": "Salón de las Américas, Washington",
        "link": "https://room.example/1",
    }
    return plain | changes


@dataclass
class Room:
    """A story in which a meeting is prepared and held."""

    story: Story
    ref: str = ""

    def __post_init__(self) -> None:
        missing = [o for o in (VICE, RAPPORTEUR, OBSERVER) if o not in self.story.people]
        self.story.people |= settled(self.story.services, missing)

    def prepare(self, *, exercise: bool = False) -> str:
        """Open the case of a meeting."""
        with self.story.act(SECRETARIAT) as tx:
            services = self.story.services
            self.ref = open_case(tx, services, KIND, NETWORK, exercise=exercise).ref
        return self.ref

    def add(self, title: str = "", *, public: bool = True, about: str = "") -> int:
        """Put an item on the draft order of business."""
        with self.story.act(SECRETARIAT) as tx:
            said = {"es": title, "fr": f"{title} (fr)"} if title else {}
            services = self.story.services
            return agenda.add_item(tx, services, self.ref, said, public=public, about=about)

    def convene(self, days: int = 10) -> None:
        """Issue the notice."""
        self.do(SECRETARIAT, "convene", notice(self.story, days))

    def do(
        self,
        office: str,
        trigger: str,
        inputs: dict[str, Json] | None = None,
        reason: str | None = None,
    ) -> None:
        """Fire a trigger on the meeting."""
        self.story.do(office, trigger, inputs, reason=reason, ref=self.ref)

    def at_the_hour(self) -> None:
        """Go to the hour of the notice."""
        terms = self.now.terms
        assert terms is not None
        self.story.clock.at = terms.begins_at

    def call_roll(self, present: tuple[str, ...] = (), *observers: str) -> None:
        """Call the roll; by default every state that is counted is there."""
        states = present or self.story.voters
        answers = [RollEntry(country, "titular", f"Delegate of {country}") for country in states]
        answers += [RollEntry(country, "observer") for country in observers]
        with self.story.act(RAPPORTEUR) as tx:
            session.call_roll(tx, self.story.services, self.ref, answers)

    def open_session(self) -> None:
        """Bring the meeting from preparation into session."""
        self.convene()
        self.at_the_hour()
        self.call_roll()
        self.do(CHAIR, "adopt_agenda")

    def take_up(self, item: int) -> None:
        """Let the chair take up an item."""
        with self.story.act(CHAIR) as tx:
            session.take_up_item(tx, self.story.services, self.ref, item)

    def put_to_vote(self, item: int, way: str = "roll_call") -> str:
        """Let the chair open the ballot on an item."""
        with self.story.act(CHAIR) as tx:
            services = self.story.services
            return session.open_item_ballot(tx, services, self.ref, item, way=way)

    def decide(self, ref: str, **positions: str) -> str:
        """Record what each state says when it is called (by default in favour), and conclude."""
        for country in self.story.voters:
            with self.story.act(CHAIR) as tx:
                found = lock(tx, self.story.services, ref)
                said = positions.get(country, positions.get("every", "in_favour"))
                meeting_vote.record_roll_call_vote(tx, self.story.services, found, country, said)
        return self.conclude(ref)

    def conclude(self, ref: str) -> str:
        """Let the chair conclude the ballot of a case; answer the outcome."""
        with self.story.act(CHAIR) as tx:
            found = lock(tx, self.story.services, ref)
            meeting_vote.conclude_ballot(tx, self.story.services, found)
        with self.story.services.uow.read() as connection:
            standing = find_ballot_state(connection, self.story.case(ref).id)
        assert standing is not None
        assert standing.ballot.outcome is not None
        return standing.ballot.outcome.value

    def seen_by(self, office: str) -> MeetingView:
        """The meeting as an office sees it."""
        with self.story.services.uow.read() as connection:
            return view_meeting(connection, self.story.people[office], self.ref)

    @property
    def now(self) -> Meeting:
        """The meeting as it stands."""
        with self.story.services.uow.read() as connection:
            found = find_meeting(connection, self.ref)
        assert found is not None
        return found
