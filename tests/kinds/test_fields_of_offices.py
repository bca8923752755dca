"""A field that a state keeps from an office is kept from its programs too."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import pytest
import yaml

from ricomi_workflow.bootstrap import Settings, compose
from ricomi_workflow.cases.commands import lock, open_case
from ricomi_workflow.cases.drafts import save_draft
from ricomi_workflow.identity.tokens import make_token
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.clock import FrozenClock
from tests.kinds.study_visit import VALUES
from tests.support.office import MORNING, SECRET, OfficeHouse

OF_OFFICES = {
    "passport": {"edit": ["focal_point"]},
    "host": {"edit": ["focal_point"], "read": ["institution_user"]},
}
FORM = "visit_plan"


@pytest.fixture
def parted(address: str, folder: Path, tmp_path: Path) -> Iterator[OfficeHouse]:
    """The kind with one field hidden from the institution, and one that it only reads."""
    own = Path(copytree(folder, tmp_path / "own"))
    file = own / "workflows" / "study_visit" / "v1.yaml"
    tree = yaml.safe_load(file.read_text(encoding="utf-8"))
    tree["states"]["planning"]["forms"][FORM]["fields"] = OF_OFFICES
    file.write_text(yaml.safe_dump(tree, allow_unicode=True), encoding="utf-8")
    services = compose(Settings("sqlite://", SECRET, definitions=own), FrozenClock(MORNING))
    made = OfficeHouse(address, services)
    yield made
    made.services.uow.engine.dispose()


def test_a_program_neither_reads_nor_changes_the_field_of_another_office(
    parted: OfficeHouse,
) -> None:
    focal = parted.actor(Role.FOCAL_POINT, "PY")
    institution = parted.actor(Role.INSTITUTION_USER, "PY")
    services = parted.services
    with services.uow.begin(institution) as tx:
        token = make_token(tx, "test").token
        ref = open_case(tx, services, "study_visit", "PY").ref
    known: dict[str, Json] = {"passport": "N 0000001", "host": "Registro Civil"}
    with services.uow.begin(focal) as tx:
        form = services.library.forms[f"{FORM}/v1"]
        save_draft(tx, services, lock(tx, services, ref), form, known)
    headers = {"Authorization": f"Bearer {token}"}
    draft, act = f"/api/v1/cases/{ref}/drafts/{FORM}", f"/api/v1/cases/{ref}/actions/ask"
    with parted.app.test_client() as client:
        assert client.get(draft, headers=headers).get_json()["values"] == {"host": known["host"]}
        for name, value in (("passport", "N 7"), ("host", "Otro")):
            sent = {"values": {name: value}}
            assert client.put(draft, json=sent, headers=headers).status_code == 403, name
            forged = {"inputs": {**VALUES, **known, name: value}}
            assert client.post(act, json=forged, headers=headers).status_code == 403, name
        kept = client.put(draft, json={"values": {"people": 3}}, headers=headers).get_json()
        assert kept["values"] == {"people": 3, "host": known["host"]}
        own = {name: value for name, value in VALUES.items() if name not in known}
        done = client.post(act, json={"inputs": own}, headers=headers)
        assert done.status_code == 200, done.text
        given = client.get(f"/api/v1/cases/{ref}", headers=headers).get_json()["submissions"]
    assert known.items() <= given[0]["values"].items()
