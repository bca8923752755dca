"""A case that passed into another version of its process says so, and tells its past as it was."""

from __future__ import annotations

from dataclasses import replace

import pytest

from ricomi_workflow.bootstrap import MOVERS, processes_of
from ricomi_workflow.definitions.library import Library
from ricomi_workflow.definitions.migration_plan import MigrationPlan
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.text import LocalizedText
from ricomi_workflow.web.app import create_app
from ricomi_workflow.workflow_migration.commands import migrate, revert
from tests.support.office import OfficeHouse

KIND = "cooperation_request"
NEW = LocalizedText(es="Examen", en="Examination", pt="Exame", fr="Examen")
SAID = {
    "es": "El proceso de este caso cambió de la versión 2 a la 9",
    "pt": "O processo deste caso mudou da versão 2 para a 9",
}


def with_version_9(house: OfficeHouse) -> Library:
    """The same process in which a request that was submitted is called otherwise."""
    library = house.services.library
    old = library.latest(KIND)
    states = {
        ("examined" if name == "submitted" else name): replace(state, name="examined", label=NEW)
        if name == "submitted"
        else state
        for name, state in old.states.items()
    }
    acts = tuple(
        replace(
            act,
            sources=tuple("examined" if s == "submitted" else s for s in act.sources),
            target="examined" if act.target == "submitted" else act.target,
            done=NEW if act.trigger == "submit" else act.done,
        )
        for act in old.transitions
    )
    new = replace(old, version=9, states=states, transitions=acts, digest="9" * 64)
    return replace(library, workflows={**library.workflows, new.key: new})


@pytest.mark.parametrize("lang", ["es", "pt"])
def test_the_page_tells_the_change_and_keeps_the_words_of_the_past(
    house: OfficeHouse, lang: str
) -> None:
    ref = house.submitted()
    acts = house.services.library.latest(KIND).transitions
    submit = next(act for act in acts if act.trigger == "submit")
    library = with_version_9(house)
    house.services = replace(house.services, library=library, processes=processes_of(library))
    house.app = create_app(house.services)
    both = library.workflows[f"{KIND}/v2"], library.workflows[f"{KIND}/v9"]
    plan = MigrationPlan(*both, reason="La Comisión lo acordó.", states={"submitted": "examined"})
    house.later(days=2)
    assert [each.verdict for each in migrate(house.services, plan, MOVERS)] == ["safe"]

    page = house.the(Role.SECRETARIAT, "", lang).open(f"/{lang}/cases/{ref}")
    assert page.status == 200
    assert SAID[lang] in page.text
    assert "La Comisión lo acordó." in page.text
    assert submit.done[lang] in page.text  # and not as version 9 would say it
    assert not page.page.faults(), page.page.faults()
    printed = page.client.get(f"/{lang}/cases/{ref}/dossier.pdf")
    assert (printed.status_code, printed.data[:4]) == (200, b"%PDF")

    list(revert(house.services, both, MOVERS, reason="Fue un error."))
    page.open(f"/{lang}/cases/{ref}")
    assert "Fue un error." in page.text
    assert house.case(ref).definition == f"{KIND}/v2"
