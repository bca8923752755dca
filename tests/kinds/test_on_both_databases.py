"""A kind of two files lives by the same verbs on each database."""

from datetime import timedelta
from pathlib import Path

from sqlalchemy import Engine

from ricomi_workflow.audit.queries import verify_trails
from ricomi_workflow.bootstrap import TRAIL_CHECKS, Settings, compose
from ricomi_workflow.cases.commands import advance, lock, open_case
from ricomi_workflow.cases.rows import read_case
from ricomi_workflow.catalogue.commands import list_differences
from ricomi_workflow.catalogue.queries import SearchQuery, get_entry, list_links, search_entries
from ricomi_workflow.deadlines.commands import sweep
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.clock import FrozenClock
from ricomi_workflow.registries.starter import import_records, read_starter
from ricomi_workflow.reports.news import list_news
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
        results = search_entries(connection, SearchQuery("nuble", {"kind": ["study_visit"]}))
        assert [entry.ref for entry in results.entries] == refs[:1]
        assert not [fault for fault in verify_trails(connection, TRAIL_CHECKS) if fault]


def test_facts_of_the_registries_are_recorded_linked_and_told_alike(engine: Engine) -> None:
    clock = FrozenClock(MORNING)
    address = engine.url.render_as_string(hide_password=False)
    services = compose(Settings(address, SECRET), clock, engine)
    office = person(services, Role.SECRETARIAT)
    records = [record for record in read_starter() if record.country == "PY"]
    refs = {
        record.key: case.ref
        for record, case in zip(records, import_records(services, office, records), strict=True)
    }
    today = services.calendar.local_day(MORNING)
    with services.uow.read() as connection:
        old, new = (get_entry(connection, refs[key]) for key in ("py_978", "py_6984"))
        for entry, other, back in ((old, new, False), (new, old, True)):
            (link,) = list_links(connection, entry.entry_id, entry.ref)
            assert (link.name, link.ref, link.back) == ("repealed_by", other.ref, back)
        assert (old.year, old.verified_on) == (1996, records[0].verified_on)
        told = list_news(connection, services, today, today)
        assert {item.ref for item in told.section("law")} == set(refs.values())
        assert not any(differs for _, differs in list_differences(connection, services))
        found = search_entries(connection, SearchQuery("migraciones", {"year": ["1996"]}))
        assert [entry.ref for entry in found.entries] == [old.ref]
