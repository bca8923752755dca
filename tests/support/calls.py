"""A dated call on the shipped definitions: its terms, its clock, the requests opened in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from ricomi_workflow.calls.commands import open_in_call
from ricomi_workflow.calls.queries import Call, get_call
from ricomi_workflow.cases.commands import open_case
from ricomi_workflow.kernel.actors import NETWORK
from ricomi_workflow.kernel.canonical import Json
from tests.support import papers
from tests.support.story import KIND, SECRETARIAT, Story

FIVE = {"relevance": 30, "opportunity": 15, "clarity": 20, "commitment": 20, "capacity": 15}


def weights(**changes: int) -> list[Json]:
    """The table of criteria, by default with the five that are always there."""
    return [{"criterion": name, "weight": weight} for name, weight in (FIVE | changes).items()]


def terms(today: date, **changes: Json) -> dict[str, Json]:
    """The terms of a call that opens tomorrow, for fifty days."""
    plain: dict[str, Json] = {
        "number": "1/2026",
        "title": {"es": "Primera convocatoria", "en": "First call"},
        "summary": {"es": "Visitas entre instituciones de migración."},
        "themes": ["labour_migration"],
        "languages": ["es", "pt"],
        "opens_on": day(today, 1),
        "questions_on": day(today, 30),
        "closes_on": day(today, 51),
        "results_on": day(today, 86),
        "envelope": papers.usd(25_000),
        "ceiling": papers.usd(12_000),
        "per_institution": 1,
        "criteria": weights(),
        "tie_break": "commitment",
        "reviewers": 2,
    }
    return plain | changes


def day(today: date, after: int) -> str:
    """The day so many days after `today`, as forms hold it."""
    return (today + timedelta(days=after)).isoformat()


@dataclass
class Calling:
    """A story in which the Secretariat makes a call."""

    story: Story
    ref: str = ""

    def prepare(self, *, exercise: bool = False) -> str:
        """Open the case of a call."""
        with self.story.act(SECRETARIAT) as tx:
            services = self.story.services
            self.ref = open_case(tx, services, "call", NETWORK, exercise=exercise).ref
        return self.ref

    def announce(self, *, exercise: bool = False, **changes: Json) -> str:
        """Announce a call with the usual terms."""
        self.prepare(exercise=exercise)
        given = terms(self.story.today, **changes)
        self.story.do(SECRETARIAT, "announce", given, ref=self.ref)
        return self.ref

    def open(self, office: str = "focal_point:PY") -> str:
        """Open a request in the call; it is the case in hand from now on."""
        with self.story.act(office) as tx:
            country = office.partition(":")[2]
            made = open_in_call(tx, self.story.services, KIND, country, self.ref)
        self.story.ref = made.ref
        return made.ref

    def submit(self, office: str = "focal_point:PY", **changes: Json) -> str:
        """Open a request in the call and submit it."""
        ref = self.open(office)
        given = papers.request(self.story.today, **changes)
        self.story.do(office, "submit", given)
        return ref

    def extend(self, closes: str, results: str, reason: str = "Feriado.") -> None:
        """Move the close."""
        given: dict[str, Json] = {"closes_on": closes, "results_on": results}
        self.story.do(SECRETARIAT, "extend_call", given, reason=reason, ref=self.ref)

    @property
    def now(self) -> Call:
        """The call as it stands."""
        with self.story.services.uow.read() as connection:
            return get_call(connection, self.story.services, self.ref)

    def at_opening(self) -> None:
        """Go to the instant at which the call opens."""
        self.story.clock.at = self.now.terms.opens_at

    def to_close(self, seconds: int = 0) -> None:
        """Go so many seconds past the close, or before it."""
        self.story.clock.at = self.now.terms.closes_at + timedelta(seconds=seconds)
