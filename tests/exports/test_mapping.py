"""Every column of the catalogue and every public field has a decision; mistakes are told."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from ricomi_workflow.catalogue.models import catalogue_entry
from ricomi_workflow.definitions.library import load
from ricomi_workflow.exports.mapping import FILE, load_exports, public_fields, read_exports
from ricomi_workflow.kernel.errors import DefinitionError
from ricomi_workflow.reference_data.loader import load as load_reference
from ricomi_workflow.resources import root

LIBRARY, REFERENCE = load(), load_reference()
File = dict[str, Any]  # the notation of the file


def test_every_public_field_is_told_or_left_out_with_a_reason() -> None:
    found = load_exports(LIBRARY, REFERENCE)
    assert list(found.entry) == list(catalogue_entry.c.keys())
    told = {each.name for each in found.fields}
    public = public_fields(LIBRARY)
    assert told == {
        n
        for form, names in public.items()
        if form not in ("call", "country_profile")
        for n in names
    }


def _left(file: File) -> None:
    del file["forms"]["request"]["fields"]["title"]


def _unknown(file: File) -> None:
    file["forms"]["request"]["fields"]["gold"] = {"csv": "gold", "iati": "title"}


def _form_left(file: File) -> None:
    del file["forms"]["final_report"]


def _column_left(file: File) -> None:
    del file["entry"]["country"]


def _without_reason(file: File) -> None:
    file["entry"]["country"]["iati"] = "none"


def _no_element(file: File) -> None:
    file["entry"]["country"]["iati"] = "colour"


def _brief_left(file: File) -> None:
    del file["entry"]["title"]["brief"]


def _no_concept(file: File) -> None:
    file["entry"]["title"]["brief"] = "colour"


def _no_word(file: File) -> None:
    file["brief"]["title"]["atom"] = "none"


def _status(file: File) -> None:
    del file["activities"]["statuses"]["closed"]


def _kind(file: File) -> None:
    file["activities"]["kinds"].append("loan")


def _topic(file: File) -> None:
    del file["activities"]["sectors"]["integration"]


def _approach(file: File) -> None:
    file["activities"]["markers"]["poverty"] = "1"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (_left, ("forms.request.fields.title", "no decision")),
        (_unknown, ("forms.request.fields.gold", "requesting_institution")),
        (_form_left, ("forms.final_report", "no decision")),
        (_column_left, ("entry.country", "no decision")),
        (_without_reason, ("entry.country", "why")),
        (_no_element, ("entry.country.iati", "colour", "recipient-country")),
        (_brief_left, ("entry.title.brief", "no decision")),
        (_no_concept, ("entry.title.brief", "colour", "subject")),
        (_no_word, ("brief.title", "why")),
        (_status, ("activities.statuses.closed", "a code")),
        (_kind, ("activities.kinds.loan", "cooperation_request")),
        (_topic, ("activities.sectors.integration", "a code")),
        (_approach, ("activities.markers.poverty", "gender")),
    ],
)
def test_a_mistake_in_the_mapping_is_told(
    change: Callable[[File], None], said: tuple[str, ...], tmp_path: Path
) -> None:
    file = yaml.safe_load((root("reference") / FILE).read_text(encoding="utf-8"))
    change(file)
    (tmp_path / FILE).write_text(yaml.safe_dump(file, sort_keys=False), encoding="utf-8")
    with pytest.raises(DefinitionError) as told:
        read_exports(tmp_path, LIBRARY, REFERENCE)
    for words in (FILE, *said):
        assert words in str(told.value)


def test_what_an_installation_has_of_its_own_is_left_out() -> None:
    own = replace(LIBRARY, forms={k: f for k, f in LIBRARY.forms.items() if f.name != "request"})
    assert "start_date" not in {told.name for told in load_exports(own, REFERENCE).fields}
