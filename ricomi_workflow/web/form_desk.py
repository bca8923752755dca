"""A form on somebody's desk: what of it they may edit, what stands in it, what is wrong with it.

A draft keeps what was typed, complete or not. A form of many sections is filled in page by page,
a short one on a single page. Saved and complete are two facts: saving never refuses.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.case import Case, roles_on
from ricomi_workflow.cases.commands import lock
from ricomi_workflow.cases.drafts import Draft, get_draft, save_draft
from ricomi_workflow.cases.queries import get_case
from ricomi_workflow.cases.rows import Submission, latest_submission
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.definitions.forms import SectionState, complete, partial, sections_state
from ricomi_workflow.definitions.model import FormAccess, FormDef, Section, TransitionDef
from ricomi_workflow.definitions.web_values import from_web
from ricomi_workflow.kernel.canonical import Json, digest
from ricomi_workflow.kernel.errors import FieldError, Forbidden, Invalid, NotFound

Values = Mapping[str, Json]
Posted = Mapping[str, Sequence[str]]
MANY = 3  # more sections than this are a page each


@dataclass(frozen=True, slots=True)
class Desk:
    """A form that somebody may edit in a case as it stands now."""

    case: Case
    form: FormDef
    taken: TransitionDef  # the act that hands the form in
    may_hand_in: bool
    draft: Draft
    values: Values
    previous: Submission | None
    today: date
    editable: frozenset[str]
    hidden: frozenset[str]

    @property
    def paged(self) -> bool:
        """Whether each section is a page of its own."""
        return len(self.form.sections) > MANY

    @property
    def saved_at(self) -> datetime | None:
        """When the draft was last saved."""
        return self.draft.updated_at

    @property
    def read_only(self) -> frozenset[str]:
        """The fields that are shown and not changed."""
        shown = {f.name for f in self.form.fields()} - self.hidden
        return frozenset(shown - self.editable)

    def sections(self, name: str | None) -> tuple[Section, ...]:
        """The sections on the page called `name`; raises `NotFound`."""
        if not self.paged:
            return self.form.sections
        found = [s for s in self.form.sections if s.name == (name or self.form.sections[0].name)]
        if not found:
            raise NotFound("section", name or "")
        return tuple(found)

    def after(self, section: Section) -> Section | None:
        """The section that follows."""
        place = self.form.sections.index(section) + 1
        return self.form.sections[place] if self.paged and place < len(self.form.sections) else None


@dataclass(frozen=True, slots=True)
class Saving:
    """What was sent from a page of a form: its texts, and the seal of what it began with."""

    sections: tuple[Section, ...]
    posted: Posted
    seen: str
    lang: str


def open_desk(tx: Tx, services: Services, ref: str, name: str, *, hold: bool = False) -> Desk:
    """The form `name` of a case for the actor of `tx`; `hold` locks the case for a saving.

    Raises `NotFound` for a case or form that is not theirs to see, `Forbidden` to edit it.
    """
    seek = lock if hold else None
    case = seek(tx, services, ref) if seek else get_case(tx.connection, services, tx.actor, ref)
    taken = _handing_in(services, case, name)
    form = services.library.forms[taken.form or ""]
    access, roles = services.state(case).forms.get(name), roles_on(tx.actor, case)
    if access is None or not access.edit & roles:
        raise Forbidden(name)
    draft = get_draft(tx.connection, case.id, name)
    previous = latest_submission(tx.connection, case.id, name)
    return Desk(
        case=case,
        form=form,
        taken=taken,
        may_hand_in=bool(taken.roles & roles),
        draft=draft,
        values=_start(services, case, form, draft, previous),
        previous=previous,
        today=services.calendar.local_day(tx.now),
        editable=_names(form, access, lambda own: bool(own.edit & roles)),
        hidden=frozenset(f.name for f in form.fields())
        - _names(form, access, lambda own: bool((own.edit | own.read) & roles)),
    )


def save(tx: Tx, services: Services, desk: Desk, values: Values) -> Desk:
    """Keep `values` as the draft; answer the desk as it is then."""
    kept, _ = computed(services, desk, values)
    save_draft(tx, services, desk.case, desk.form, kept)
    return replace(desk, values=kept, draft=get_draft(tx.driver, desk.case.id, desk.form.name))


def merged(desk: Desk, saving: Saving) -> dict[str, Json]:
    """The draft with the editable fields of the page as they were sent."""
    sent = from_web(desk.form, saving.posted, saving.lang)
    on_page = _on_page(desk, saving.sections)
    kept = {name: value for name, value in desk.values.items() if name not in on_page}
    return kept | {name: value for name, value in sent.items() if name in on_page}


def seal(desk: Desk, sections: Sequence[Section]) -> str:
    """A short name for what the draft holds in the editable fields of a page."""
    return _seal(desk, sections, desk.values)


def overtaken(services: Services, desk: Desk, saving: Saving) -> bool:
    """Whether these fields were saved elsewhere, with other answers, since the page was made.

    Another section, the same answers and a button pressed twice overtake nobody.
    """
    held = seal(desk, saving.sections)
    if saving.seen == held:
        return False
    kept, _ = computed(services, desk, merged(desk, saving))
    return _seal(desk, saving.sections, kept) != held


def computed(
    services: Services, desk: Desk, values: Values
) -> tuple[dict[str, Json], list[FieldError]]:
    """`values` with what can be computed, and their mistakes; what is missing is none yet."""
    return partial(desk.form, values, services.lookups, desk.today)


def whole_errors(services: Services, desk: Desk, values: Values) -> list[FieldError]:
    """What keeps `values` from being handed in, missing fields included."""
    try:
        complete(desk.form, values, services.lookups, desk.today)
    except Invalid as error:
        return list(error.fields)
    return []


def errors_in(sections: Sequence[Section], errors: Sequence[FieldError]) -> list[FieldError]:
    """The errors that stand in fields of `sections`."""
    names = {f.name for section in sections for f in section.fields}
    return [e for e in errors if e.path.partition(".")[0] in names]


def states_of(services: Services, desk: Desk, values: Values) -> Mapping[str, SectionState]:
    """How far each section has come."""
    return sections_state(desk.form, *computed(services, desk, values))


def _on_page(desk: Desk, sections: Sequence[Section]) -> frozenset[str]:
    return desk.editable & {f.name for section in sections for f in section.fields}


def _seal(desk: Desk, sections: Sequence[Section], values: Values) -> str:
    on_page = _on_page(desk, sections)
    return digest({name: value for name, value in values.items() if name in on_page})[:16]


def _handing_in(services: Services, case: Case, name: str) -> TransitionDef:
    for transition in services.process(case).workflow.transitions:
        form = (transition.form or "").partition("/")[0]
        if form == name and case.state in transition.sources:
            return transition
    raise NotFound("form", name)


def _start(
    services: Services, case: Case, form: FormDef, draft: Draft, previous: Submission | None
) -> Values:
    """The draft; a request that comes back begins with what was handed in before."""
    opening = form.key == services.process(case).workflow.form
    return previous.values if opening and previous and not draft.revision else draft.values


def _names(
    form: FormDef, access: FormAccess, holds: Callable[[FormAccess], bool]
) -> frozenset[str]:
    return frozenset(f.name for f in form.fields() if holds(access.fields.get(f.name, access)))
