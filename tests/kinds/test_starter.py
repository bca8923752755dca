"""The facts with which the network begins: each has its source and is recorded once."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select

from ricomi_workflow.catalogue.models import catalogue_entry
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.errors import DefinitionError
from ricomi_workflow.registries.starter import import_records, plan_import, read_starter
from ricomi_workflow.resources import root
from tests.support.office import OfficeHouse
from tests.support.visitor import Visitor

TRAP = "tarjeta de visitante regional"


def test_each_fact_that_is_shipped_has_a_source_and_no_state_speaks_for_it() -> None:
    records = read_starter()
    assert len(records) == len({record.key for record in records})
    for record in records:
        assert record.values["source"], record.key
        assert "to be confirmed" in str(record.values["verified_by"])
        assert TRAP not in str(record.values["title"]).lower()
    assert {record.kind for record in records} == {
        *("law", "labour_programme", "publication", "statistic")
    }


def test_a_mistake_in_a_file_is_told_with_its_place(tmp_path: Path) -> None:
    folder = root("reference") / "starter"
    text = (folder / "laws.yaml").read_text(encoding="utf-8")
    broken = text.replace('repealed_by: "py_6984"', "repealed_by: py_1")
    assert broken != text
    (tmp_path / "laws.yaml").write_text(broken, encoding="utf-8")
    with pytest.raises(DefinitionError) as refused:
        read_starter(tmp_path)
    assert "py_1" in str(refused.value)


def test_seeding_writes_each_fact_once_and_links_repealed_laws_both_ways(
    house: OfficeHouse,
) -> None:
    records = [r for r in read_starter() if r.country in {"PY", "CR", "XO"}]
    office = house.actor(Role.SECRETARIAT)
    opened = list(import_records(house.services, office, records))
    assert len(opened) == len(records)
    assert not any(case.illustrative for case in opened)
    assert list(import_records(house.services, office, records)) == []
    with house.services.uow.read() as connection:
        written = connection.execute(select(func.count()).select_from(catalogue_entry)).scalar()
        assert written == len(records)
        there = plan_import(connection, house.services, records)
        refs = {each.record.key: each.ref for each in there}
    assert all(refs.values())
    visitor = Visitor(house.app)
    old = visitor.open(f"/es/catalogue/{refs['py_978']}")
    assert "Derogada o reemplazada por" in old.text
    assert f"/es/catalogue/{refs['py_6984']}" in old.source
    assert "no tiene valor jurídico" in old.text
    assert "1.996" not in old.text
    assert "Presenta" not in old.text  # the Secretariat wrote it down, the State said nothing yet
    new = visitor.open(f"/fr/catalogue/{refs['py_6984']}")
    assert "Abroge ou remplace" in new.text
    assert refs["py_978"] in new.source
    assert not new.page.faults()
    counted = visitor.open(f"/pt/catalogue/{refs['cr_ni']}")
    assert "6.638" in counted.text
    assert not counted.page.faults()
