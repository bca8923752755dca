"""What a script is told about a draft: saved or not, mistakes of the field, what others did."""

from __future__ import annotations

from collections.abc import Mapping

from ricomi_workflow.cases.composite_answers import value_tag
from ricomi_workflow.definitions.html_values import format_inputs
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.clock import iso
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.forms.form_editing import EditableForm, SaveResult, validate_values
from ricomi_workflow.web.forms.form_page import section_links, section_of
from ricomi_workflow.web.forms.form_view import field_id
from ricomi_workflow.web.forms.shared_draft import (
    OtherEditors,
    present_text,
    saved_by,
    saved_text,
    shown_value,
)
from ricomi_workflow.web.i18n import language
from ricomi_workflow.web.messages import mistake

ScriptAnswer = dict[str, Json]


def field_saved(outcome: SaveResult, company: OtherEditors, name: str) -> ScriptAnswer:
    """The answer to a saving of one field: saved, or what somebody else saved meanwhile."""
    desk = outcome.desk
    told: ScriptAnswer = {
        "saved": name not in outcome.taken,
        "revision": desk.draft.revision,
        "at": iso(desk.saved_at) if desk.saved_at else None,
        "words": saved_text(desk, company),
        "mark": value_tag(outcome.sent.get(name)),  # of what the page shows, others' rows apart
        "errors": _errors(outcome, name),
        "sections": _sections(outcome, name),
        "present": [*present_text(desk, company)],
    }
    return told | {"taken": _standing(desk, company, name)} if name in outcome.taken else told


def presence_answer(
    desk: EditableForm, company: OtherEditors, began: Mapping[str, str]
) -> ScriptAnswer:
    """Who else is here, and the fields that they saved since the page was made."""
    changed = [
        name for name, mark in began.items()
        if name in desk.editable and value_tag(desk.values.get(name)) != mark
    ]  # fmt: skip
    return {
        "words": saved_text(desk, company),
        "present": [*present_text(desk, company)],
        "changed": {name: _standing(desk, company, name) for name in changed},
    }


def _standing(desk: EditableForm, company: OtherEditors, name: str) -> ScriptAnswer:
    """What stands in a field now: for reading, and as the texts of its controls."""
    texts = format_inputs(desk.form, desk.values, language())
    own = {k: [*v] for k, v in texts.items() if k == name or k.startswith(f"{name}.")}
    return {
        "mark": value_tag(desk.values.get(name)),
        "who": saved_by(desk, company, name),
        "text": shown_value(desk, name),
        "inputs": own,
    }


def _errors(outcome: SaveResult, name: str) -> list[Json]:
    _, found = validate_values(services(), outcome.desk, outcome.typed)
    return [
        {"id": field_id(e.path), "text": mistake(e)}
        for e in found
        if e.path.partition(".")[0] == name
    ]


def _sections(outcome: SaveResult, name: str) -> list[Json]:
    """How far each section has come: complete is another fact than saved."""
    desk = outcome.desk
    current = section_of(desk.form, name)
    if not desk.paged or current is None:
        return []
    links = section_links(desk, outcome.typed, current)
    return [{"name": x.name, "state": x.state, "note": x.note} for x in links]
