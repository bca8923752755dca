"""Points of a return: ticked on the confirmation, shown on the case."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

from ricomi_workflow.cases.requested_changes import (
    RequestedChange,
    requested_changes_in,
    visible_changes,
)
from ricomi_workflow.definitions.model import FormDef, TransitionDef
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import FieldError
from ricomi_workflow.web.cases.case_file import CaseFile
from ricomi_workflow.web.components import Mistake
from ricomi_workflow.web.current_user import address, services
from ricomi_workflow.web.forms.form_editing import MANY
from ricomi_workflow.web.forms.form_view import field_id
from ricomi_workflow.web.i18n import language, t
from ricomi_workflow.web.messages import mistake

TICK = "point"  # name of the boxes; the text beside one is `point_text.<place>`
TEXT = "point_text."
Posted = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class ChangeChoice:
    """One place that may be named: a box, and what to change there."""

    place: str  # `money` or `money.budget`
    id: str
    label: str
    ticked: bool
    text: str
    error: str


@dataclass(frozen=True, slots=True)
class ChangeGroup:
    """A section with its fields; open when one of them is ticked."""

    label: str
    choices: tuple[ChangeChoice, ...]

    @property
    def open(self) -> bool:
        """Whether something in it is ticked."""
        return any(choice.ticked for choice in self.choices)


@dataclass(frozen=True, slots=True)
class ChangeChoices:
    """The part of a confirmation in which sections and fields of a form are named."""

    form_label: str = ""
    groups: tuple[ChangeGroup, ...] = ()

    @property
    def mistakes(self) -> tuple[Mistake, ...]:
        """What is wrong, with the way to where it stands."""
        choices = [c for group in self.groups for c in group.choices if c.error]
        return tuple(Mistake(f"{c.label}: {c.error}", f"{c.id}-text") for c in choices)


@dataclass(frozen=True, slots=True)
class RequestedChangeRow:
    """A point as it is read: where, what, and the way to the field for those who may edit it."""

    place: str
    text: str
    seq: int
    href: str = ""


@dataclass(frozen=True, slots=True)
class RequestedChanges:
    """What the present return asks to be changed in a form of a case."""

    form_label: str = ""
    rows: tuple[RequestedChangeRow, ...] = field(default_factory=tuple)


def read_requested_changes(posted: Posted) -> tuple[dict[str, Json], ...]:
    """The points of a confirmation: every place that was ticked or has a text."""
    places = [*posted.get(TICK, ())]
    for name, texts in posted.items():
        place = name.removeprefix(TEXT)
        if name.startswith(TEXT) and place not in places and any(text.strip() for text in texts):
            places.append(place)
    return tuple(_sent(place, posted) for place in places)


def change_choices(
    file: CaseFile,
    taken: TransitionDef,
    given: Sequence[Mapping[str, Json]],
    faults: Sequence[FieldError],
) -> ChangeChoices:
    """The places that the act may name, with what was ticked and typed already."""
    paper = file.paper(taken.points) if taken.points else None
    if paper is None:
        return ChangeChoices()
    form = services().library.forms[paper.form_key]
    wrong = {e.path: mistake(e) for e in faults}
    typed = {
        _place(str(p["section"]), p.get("field")): (str(p["text"]), wrong.get(f"points.{n}", ""))
        for n, p in enumerate(given)
    }
    groups = tuple(
        ChangeGroup(
            section.label[language()],
            (
                _choice(section.name, t("points.whole_section"), typed),
                *(
                    _choice(_place(section.name, f.name), f.label[language()], typed)
                    for f in section.fields
                    if f.name in paper.values or not f.required
                ),
            ),
        )
        for section in form.sections
    )
    return ChangeChoices(form.label[language()], groups)


def open_requested_changes(file: CaseFile) -> tuple[RequestedChanges, ...]:
    """By form: what was asked since it was last handed in, as far as the reader may read it."""
    found = []
    for name in dict.fromkeys(x.points for x in file.workflow.transitions if x.points):
        paper, access = file.paper(name), file.state.forms.get(name)
        if paper is None or access is None:
            continue
        since = [e for e in file.entries if e.seq > paper.seq]
        points = [p for e in since for p in requested_changes_in(e.seq, e.detail, name)]
        hidden = [f for f, own in access.fields.items() if not (own.edit | own.read) & file.roles]
        form = services().library.forms[paper.form_key]
        ref = file.case.ref if access.edit & file.roles else ""
        rows = requested_change_rows(form, points, ref=ref, hidden=hidden)
        found.append(RequestedChanges(form.label[language()], rows))
    return tuple(each for each in found if each.rows)


def requested_change_rows(
    form: FormDef, points: Sequence[RequestedChange], *, ref: str = "", hidden: Collection[str] = ()
) -> tuple[RequestedChangeRow, ...]:
    """Points as they are read; `ref` names the case in which their fields can be edited."""
    return tuple(
        RequestedChangeRow(
            _place_label(form, p), p.text or t("points.see_reason"), p.seq, _href(form, p, ref)
        )
        for p in visible_changes(points, form, hidden)
    )


def _sent(place: str, posted: Posted) -> dict[str, Json]:
    section, _, name = place.partition(".")
    texts = posted.get(TEXT + place, ())
    return {"section": section, "field": name or None, "text": texts[0] if texts else ""}


def _choice(place: str, label: str, typed: Mapping[str, tuple[str, str]]) -> ChangeChoice:
    text, error = typed.get(place, ("", ""))
    return ChangeChoice(place, f"p-{field_id(place)}", label, place in typed, text, error)


def _place(section: str, name: Json) -> str:
    return f"{section}.{name}" if name else section


def _place_label(form: FormDef, point: RequestedChange) -> str:
    section = next(s for s in form.sections if s.name == point.section)
    if point.field is None:
        return section.label[language()]
    return t(
        "points.place",
        section=section.label[language()],
        field=form.field(point.field).label[language()],
    )


def _href(form: FormDef, point: RequestedChange, ref: str) -> str:
    if not ref:
        return ""
    paged = point.section if len(form.sections) > MANY else None
    anchor = field_id(point.field) if point.field else f"s-{point.section}"
    return address("forms.form_page", ref=ref, name=form.name, section=paged, _anchor=anchor)
