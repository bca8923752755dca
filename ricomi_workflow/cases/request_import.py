"""A request written in a file, opened and submitted through the verbs that a person uses.

The file (YAML, or JSON, which is YAML) names kind, country and form, and holds the values as the
form stores them. Nothing of it is trusted more than what a person types.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import cast

from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.commands import advance, open_case
from ricomi_workflow.cases.drafts import save_draft
from ricomi_workflow.cases.locked_case import Case
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.definitions.forms import validate_submission
from ricomi_workflow.definitions.model import FormDef
from ricomi_workflow.definitions.number_formats import parse_day
from ricomi_workflow.definitions.yaml_node import YamlNode
from ricomi_workflow.definitions.yaml_reader import read_yaml
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import DefinitionError, Mistake, NotFound
from ricomi_workflow.kernel.text import LocalizedText


@dataclass(frozen=True, slots=True)
class CaseFile:
    """What a file says of a case that is to be opened."""

    kind: str
    country: str
    form: str
    values: Mapping[str, Json]
    illustrative: bool = False
    as_of: date | None = None  # the document's own day, by which its dates are judged
    note: LocalizedText | None = None  # what is real and what is illustrative in it


def read_case_file(path: Path) -> CaseFile:
    """The request in `path`; raises `DefinitionError` with every mistake of its frame."""
    try:
        value, mistakes = read_yaml(path.read_bytes(), path.name)
    except OSError as error:
        fault = Mistake(path.name, "file", str(error.strerror), "a readable file")
        raise DefinitionError([fault]) from error
    found = list(mistakes)
    top = YamlNode(path.name, "", value, found)
    at = top.record("kind country form values", "illustrative as_of note source")
    if not at["values"].absent and not isinstance(at["values"].value, Mapping):
        at["values"].wrong("the fields of the form")
    as_of = None if at["as_of"].absent else parse_day(at["as_of"].text())
    if as_of is None and not at["as_of"].absent:
        at["as_of"].wrong("a day as 2011-08-31")
    made = CaseFile(
        at["kind"].text(),
        at["country"].text(),
        at["form"].text(),
        cast("Mapping[str, Json]", at["values"].value),
        at["illustrative"].flag(),
        as_of,
        at["note"].optional_localized(),
    )
    if found:
        raise DefinitionError(found)
    return made


def form_of_file(services: Services, file: CaseFile) -> FormDef:
    """The form that the file fills; it must be the one by which its kind opens.

    Raises `NotFound` for an unknown kind or another form.
    """
    try:
        workflow = services.library.latest(file.kind)
    except KeyError:
        raise NotFound("kind", file.kind) from None
    if file.form != workflow.form:
        raise NotFound("form", f"{file.form}; {file.kind} takes {workflow.form}")
    return services.library.forms[file.form]


def countries_of_file(file: CaseFile) -> tuple[str, ...]:
    """The state that asks and those that are to take part."""
    named = file.values.get("participants")
    others = [str(country) for country in named] if isinstance(named, list) else []
    return tuple(dict.fromkeys([file.country, *others]))


def import_case(
    tx: Tx, services: Services, file: CaseFile, *, submit: bool = True, exercise: bool = False
) -> Case:
    """Open the case for the actor, fill its form and, with `submit`, submit it.

    Raises `NotFound`, `Forbidden`, and `Invalid` with every mistake, whether submitted or not.
    """
    form = form_of_file(services, file)
    day = file.as_of or services.calendar.local_day(tx.now)
    case = open_case(
        tx,
        services,
        file.kind,
        file.country,
        illustrative=file.illustrative,
        exercise=exercise,
        note=file.note,
    )
    tx.flush()  # what follows refers to the row of the case, or moves it
    if not submit:
        save_draft(
            tx, services, case, form, validate_submission(form, file.values, services.lookups, day)
        )
        return case
    for transition in services.process(case).workflow.transitions:
        if transition.form == form.key and case.state in transition.sources:
            advance(
                tx, services, case, transition.trigger, inputs=file.values, judged_on=file.as_of
            )
            return case
    raise AssertionError(f"nothing submits {form.key} from {case.state}")
