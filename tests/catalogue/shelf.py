"""A shelf of catalogue entries, projected and written as the product does, without their cases."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine

from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.locked_case import Case, Participation
from ricomi_workflow.catalogue.commands import write_entry
from ricomi_workflow.catalogue.confirmations import with_confirmation
from ricomi_workflow.catalogue.projection import project_entry
from ricomi_workflow.catalogue.queries import SearchQuery, SearchResults, search_entries
from ricomi_workflow.definitions.forms import validate_submission
from ricomi_workflow.kernel.actors import SYSTEM
from ricomi_workflow.kernel.canonical import Json
from tests.support import papers
from tests.support.product import product
from tests.support.story import KIND

PLAIN: papers.Form = {
    "title": {"es": "Plan"},
    "summary": {"es": "Texto"},
    "objectives": {"es": "Texto"},
    "requesting_institution": "Oficina",
    "topics": ["legislation"],
}
FIRST = datetime(2026, 9, 14, 14, tzinfo=UTC)


@dataclass
class Shelf:
    """The catalogue of one database; entries are numbered and change an hour after another."""

    engine: Engine
    services: Services = field(init=False)
    refs: list[str] = field(default_factory=list)
    joined: dict[int, tuple[str, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.services = product(self.engine)

    def put(
        self,
        country: str = "PY",
        *,
        state: str = "executing",
        year: int = 2026,
        hour: int | None = None,
        joined: tuple[str, ...] = (),
        **changes: Json,
    ) -> None:
        """Put an entry on the shelf; `changes` replace answers of the plain request.

        `joined` are states that came in after the request.
        """
        number = len(self.refs) + 1
        at = FIRST + timedelta(hours=number if hour is None else hour)
        workflow = self.services.library.latest(KIND)
        form = self.services.library.forms[workflow.form]
        alone = {} if changes.get("participants", True) else papers.ALONE
        asked = papers.request(FIRST.date(), **PLAIN | changes | alone)
        values = validate_submission(form, asked, self.services.lookups, FIRST.date())
        ref = f"RICOMI-{year}-{number:04}"
        case = Case(
            number, ref, KIND, workflow.key, country, False, at, 9, "", state, 9, at, at, {}
        )
        self.joined[number] = joined
        named = changes.get("participants", ["CL"])
        sides = (*joined, *(map(str, named) if isinstance(named, list) else ()))
        case.participants = tuple(Participation(code, 1) for code in dict.fromkeys(sides))
        entry = project_entry(case, workflow, [(form, values)], at, self.services.reference)
        assert entry is not None
        with self.services.uow.begin(SYSTEM) as tx:
            write_entry(tx, with_confirmation(entry, None))
        self.refs.append(ref)

    def results(self, words: str = "", **chosen: Iterable[str]) -> SearchResults:
        """What a search answers."""
        asked = SearchQuery(words, {facet: tuple(values) for facet, values in chosen.items()})
        with self.services.uow.read() as connection:
            return search_entries(connection, asked, limit=100)

    def found(self, words: str = "", **chosen: Iterable[str]) -> list[int]:
        """The numbers of the entries that fit, in their order."""
        return [entry.entry_id for entry in self.results(words, **chosen).entries]
