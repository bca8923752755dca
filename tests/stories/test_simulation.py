"""Random actors play whole cases; what must always hold, holds afterwards."""

import pytest
from sqlalchemy import Engine, func, select

from ricomi_workflow.audit.models import audit_entry
from ricomi_workflow.audit.queries import verify_trails
from ricomi_workflow.bootstrap import TRAIL_CHECKS
from ricomi_workflow.cases.models import case
from ricomi_workflow.catalogue.commands import list_differences
from ricomi_workflow.catalogue.models import catalogue_entry
from ricomi_workflow.fund.invariants import verify as verify_books
from ricomi_workflow.simulation.random_walks import simulate_cases
from tests.support.rehearsed import Rehearsed, rehearsed


@pytest.fixture
def played(engine: Engine) -> Rehearsed:
    """A product in which six cases were played to their end."""
    made = rehearsed(engine)
    story = simulate_cases(made.services, made.accounts, made.clock, cases=6, seed=3)
    assert story.acts["give_scores"], "nobody reviewed anything"
    return made


def test_after_random_lives_every_book_and_chain_holds(played: Rehearsed) -> None:
    services = played.services
    with services.uow.read() as connection:
        assert not [fault for fault in verify_trails(connection, TRAIL_CHECKS) if fault]
        assert not list(verify_books(connection))
        assert not [ref for ref, differs in list_differences(connection, services) if differs]
        entries = select(audit_entry.c.case_id, func.count()).group_by(audit_entry.c.case_id)
        versions = select(case.c.id, case.c.version)
        assert set(connection.execute(entries)) == set(connection.execute(versions))
        decided, number = catalogue_entry.c.kind == "decision", catalogue_entry.c.entry_id
        public = connection.execute(select(number).where(~decided)).scalars().all()
        assert connection.execute(select(number).where(decided)).scalars().all()
        approved = connection.execute(
            select(audit_entry.c.case_id)
            .where(audit_entry.c.to_state == "approved_awaiting_funds")
            .distinct()
        ).scalars()
        assert set(public) <= set(approved)
        assert public


def test_a_simulation_repeats_in_its_database_with_the_same_seed(engine: Engine) -> None:
    """A fact whose key were drawn from the seed would be recorded twice here."""
    made = rehearsed(engine)
    for _ in range(2):
        story = simulate_cases(made.services, made.accounts, made.clock, cases=1, seed=11)
        assert story.acts["open"] == 1
