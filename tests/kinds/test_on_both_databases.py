"""A kind of two files lives by the same verbs on each database."""

from datetime import timedelta
from pathlib import Path

from sqlalchemy import Engine

from ricomi_workflow.audit.queries import verify
from ricomi_workflow.bootstrap import WITNESSES, Settings, compose
from ricomi_workflow.cases.commands import advance, lock, open_case
from ricomi_workflow.cases.rows import read_case
from ricomi_workflow.catalogue.queries import Filters, search
from ricomi_workflow.deadlines.commands import sweep
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.clock import FrozenClock
from tests.kinds.study_visit import VALUES
from tests.support.product import MORNING, SECRET, person


def test_it_is_asked_for_agreed_found_or_ends_by_itself(engine: Engine, folder: Path) -> None:
    clock = FrozenClock(MORNING)
    address = engine.url.render_as_string(hide_password=False)
    services = compose(Settings(address, SECRET, definitions=folder), clock, engine)
    applicant = person(services, Role.INSTITUTION_USER, "PY")
    office = person(services, Role.SECRETARIAT)
    refs = []
    for _ in range(2):
        with services.uow.begin(applicant) as tx:
            case = open_case(tx, services, "study_visit", "PY")
        with services.uow.begin(applicant) as tx:
            advance(tx, services, lock(tx, services, case.ref), "ask", inputs=VALUES)
        refs.append(case.ref)
    with services.uow.begin(office) as tx:
        advance(tx, services, lock(tx, services, refs[0]), "agree")
    clock.advance(timedelta(days=30))
    assert sweep(services)["fired"] == 1
    with services.uow.read() as connection:
        states = [found.state for ref in refs if (found := read_case(connection, ref))]
        assert states == ["agreed", "dropped"]
        results = search(connection, Filters("nuble", {"kind": ["study_visit"]}))
        assert [entry.ref for entry in results.entries] == refs[:1]
        assert not [fault for fault in verify(connection, WITNESSES) if fault]
