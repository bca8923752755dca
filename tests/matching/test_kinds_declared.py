"""What stands in the catalogue as a need or an offer is said by its process, not by its name."""

from __future__ import annotations

from pathlib import Path
from shutil import copytree

import pytest
import yaml
from sqlalchemy import Engine

from ricomi_workflow import resources
from ricomi_workflow.bootstrap import Settings, compose, judge_definitions
from ricomi_workflow.cases.commands import open_case
from ricomi_workflow.catalogue.queries import SearchQuery, count_entries, get_entry
from ricomi_workflow.definitions.library import load
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.clock import FrozenClock
from ricomi_workflow.kernel.errors import DefinitionError, Mistake
from ricomi_workflow.matching.jobs import find_matches
from ricomi_workflow.matching.prefill import kinds_opened_from, open_prefilled_case
from ricomi_workflow.network.queries import count_by_state, list_listings, measure_query
from ricomi_workflow.partners.queries import published_offers
from ricomi_workflow.reports.news import list_news, sections
from tests.support import papers
from tests.support.product import MORNING, SECRET, Stage

GAP, COURSE, OFFER, PROJECT = "gap", "course", "cooperation_offer", "cooperation_request"


def edited(folder: Path, kind: str, like: str, **changes: object) -> None:
    """A kind like a shipped one, under another name and with other words in its file."""
    told = yaml.safe_load((resources.root("workflows") / f"{like}/v1.yaml").read_bytes())
    told |= {"kind": kind, **changes}
    path = folder / f"workflows/{kind}/v1.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(yaml.safe_dump(told, allow_unicode=True), encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Definitions in which needs go by another name, and courses are a second kind of offer."""
    for name in ("workflows", "forms", "notifications"):
        copytree(str(resources.root(name)), tmp_path / name)
    (tmp_path / "workflows/cooperation_need/v1.yaml").unlink()
    edited(tmp_path, GAP, "cooperation_need")
    edited(tmp_path, COURSE, OFFER)
    return tmp_path


def published(stage: Stage, kind: str, country: str, values: dict[str, Json]) -> str:
    """A case of `kind` that the Secretariat published."""
    with stage.services.uow.begin(stage.the(Role.FOCAL_POINT, country)) as tx:
        ref = open_case(tx, stage.services, kind, country).ref
    stage.fire(ref, Role.FOCAL_POINT, "submit", country=country, inputs=values)
    stage.fire(ref, Role.SECRETARIAT, "publish")
    return ref


def test_a_kind_of_another_name_is_matched_counted_and_told_of(
    engine: Engine, folder: Path
) -> None:
    address = engine.url.render_as_string(hide_password=False)
    services = compose(Settings(address, SECRET, definitions=folder), FrozenClock(MORNING), engine)
    stage, library = Stage(services), services.library
    today = services.calendar.local_day(MORNING)
    need = published(stage, GAP, "PY", papers.need(today))
    offers = [published(stage, kind, "BR", papers.offer(today)) for kind in (COURSE, OFFER)]
    assert find_matches(services) == len(offers)
    with services.uow.read() as connection:
        assert [each.ref for each in published_offers(connection, services)] == offers
        counts = count_by_state(connection, library, SearchQuery())
        assert (counts["BR"]["offers"], counts["PY"]["needs"], counts["BR"]["given"]) == (2, 1, 0)
        for country, measure in (("BR", "offers"), ("PY", "needs")):
            asked = measure_query(library, measure, country, SearchQuery())
            assert count_entries(connection, asked) == counts[country][measure]
        own = list_listings(connection, library, SearchQuery(), 1, "BR")
        assert {(shelf.kind, shelf.role) for shelf in own} == {
            (k, "country") for k in (COURSE, OFFER)
        }
        told = list_news(connection, services, today, today)
        entry = get_entry(connection, need)
    assert [item.ref for item in told.items] == [need, *reversed(offers)]
    assert sections(library)[:4] == (PROJECT, GAP, OFFER, COURSE)
    assert kinds_opened_from(library, GAP) == (OFFER, COURSE)
    assert kinds_opened_from(library, COURSE) == (PROJECT,)
    assert kinds_opened_from(library, PROJECT) == ()
    with services.uow.begin(stage.the(Role.FOCAL_POINT, "BR")) as tx:
        assert open_prefilled_case(tx, services, entry, COURSE, "BR").kind == COURSE


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"catalogued_as": "wish"}, "'wish'"),
        ({"registry": True}, "offer, and registry: true"),
        ({"form": "good_practice/v1", "catalogued_as": "need"}, ""),
        ({"form": "country_profile/v1"}, "too little by which it is compared"),
    ],
)
def test_a_kind_that_cannot_be_what_it_says_is_named(
    folder: Path, changes: dict[str, object], found: str
) -> None:
    edited(folder, COURSE, OFFER, **changes)
    said = [str(each) for each in mistakes(folder) if "catalogued_as" in str(each)]
    assert [each for each in said if found in each] == said
    assert bool(said) == bool(found)


def mistakes(folder: Path) -> list[Mistake]:
    try:
        return judge_definitions(load(folder))
    except DefinitionError as error:
        return list(error.mistakes)
