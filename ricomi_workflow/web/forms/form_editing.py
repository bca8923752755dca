"""A form that somebody edits: which fields they may edit, what it holds, what is wrong with it.

A draft keeps what was typed, complete or not. A form of many sections is filled in page by page,
a short one on a single page. Saved and complete are two facts: saving never refuses. An empty form
offers first answers, and lists of names to choose from.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from ricomi_workflow.cases.act import Services
from ricomi_workflow.cases.commands import lock
from ricomi_workflow.cases.composite_answers import value_tag
from ricomi_workflow.cases.drafts import (
    Draft,
    get_own_draft,
    merge,
    save_draft,
    save_fields,
)
from ricomi_workflow.cases.locked_case import Case, draft_name, roles_on
from ricomi_workflow.cases.prefill import (
    PrefilledValue,
    Reader,
    find_country_profile,
    institution_names,
    list_prefilled_values,
)
from ricomi_workflow.cases.queries import get_case, readable_values
from ricomi_workflow.cases.requested_changes import RequestedChange, list_requested_changes
from ricomi_workflow.cases.rows import Submission, find_latest_submission
from ricomi_workflow.catalogue.queries import list_latest
from ricomi_workflow.db.uow import Tx
from ricomi_workflow.definitions.forms import (
    SectionState,
    section_states,
    validate_draft,
    validate_submission,
)
from ricomi_workflow.definitions.html_values import parse_inputs
from ricomi_workflow.definitions.model import FormAccess, FormDef, Section, TransitionDef
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import FieldError, Forbidden, Invalid, NotFound
from ricomi_workflow.kernel.text import show
from ricomi_workflow.localization import formats
from ricomi_workflow.web.i18n import language, t
from ricomi_workflow.web.messages import local_day

ENTRIES = 100


@dataclass(frozen=True, slots=True)
class Prefills:
    """First answers by field, and the lists that suggest and do not bind, by their name."""

    first: Mapping[str, PrefilledValue] = field(default_factory=dict)
    lists: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def copied(self, name: str, value: Json) -> str:
        """Where the answer that stands in a field was copied from; empty when it was not."""
        offered = self.first.get(name)
        if offered is None or value != offered.value:
            return ""
        day = formats.day(local_day(offered.at), language())
        return t(f"operators.copied_{offered.source}", ref=offered.ref, day=day)


def list_prefills(tx: Tx, services: Services, case: Case, form: FormDef) -> Prefills:
    """What a form offers the actor of `tx` in a case; nothing is asked for that no field wants."""
    reader = Reader(tx.connection, services, tx.actor)
    fields = [*form.fields(), *(c for f in form.fields() for c in f.columns)]
    wanted = {f.suggest for f in fields if f.suggest}
    lists: dict[str, tuple[str, ...]] = {}
    if "institutions" in wanted:
        lists["institutions"] = institution_names(find_country_profile(reader, case))
    if "entries" in wanted:
        lists["entries"] = _entries(tx)
    first = (
        list_prefilled_values(reader, case, form) if any(f.prefill for f in form.fields()) else {}
    )
    return Prefills(first, lists)


def _entries(tx: Tx) -> tuple[str, ...]:
    """The newest projects of the catalogue, each with its number."""
    found = list_latest(tx.connection, ENTRIES)
    return tuple(f"{show(e.title, language()).text} ({e.ref})" for e in found)


Values = Mapping[str, Json]
Posted = Mapping[str, Sequence[str]]
MANY = 3  # more sections than this are a page each


@dataclass(frozen=True, slots=True)
class EditableForm:
    """A form that somebody may edit in a case as it stands now."""

    case: Case
    form: FormDef
    taken: TransitionDef  # the act that hands the form in
    may_submit: bool
    draft_name: str  # what the draft is called in the case
    draft: Draft
    values: Values
    previous: Submission | None
    today: date
    editable: frozenset[str]
    hidden: frozenset[str]
    points: tuple[RequestedChange, ...] = ()  # what a return asks to be changed
    offers: Prefills = field(default_factory=Prefills)

    @property
    def paged(self) -> bool:
        """Whether each section is a page of its own."""
        return len(self.form.sections) > MANY

    @property
    def outdated(self) -> bool:
        """Whether the draft was begun with an older version of the form."""
        return self.draft.version not in {None, self.form.version}

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
class SentAnswers:
    """What was sent from a form: its texts, and the marks of the answers it began with.

    `theirs` names the fields in which somebody else's answer is taken over.
    """

    names: frozenset[str]
    posted: Posted
    began: Mapping[str, str]
    lang: str
    theirs: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class SaveResult:
    """The form after a saving, what was typed beside it, and the fields that somebody else took.

    `typed` is what the page shows: what is saved now, and in fields that are taken what was typed.
    """

    edited: EditableForm
    typed: Values
    taken: tuple[str, ...] = ()
    sent: Values = field(default_factory=dict)  # the answers that were sent, as they are kept


def open_form(
    tx: Tx, services: Services, ref: str, name: str, *, hold: bool = False, shown: bool = False
) -> EditableForm:
    """The form `name` of a case for the actor of `tx`; `hold` locks the case for a saving.

    `shown`: its page may be shown after the saving, with everything that it offers.

    Raises `NotFound` for a case or form that is not theirs to see, `Forbidden` to edit it.
    """
    seek = lock if hold else None
    case = seek(tx, services, ref) if seek else get_case(tx.connection, services, tx.actor, ref)
    taken = _handing_in(services, case, name)
    form = services.library.forms[taken.form or ""]
    access, roles = services.state(case).forms.get(name), roles_on(tx.actor, case)
    if access is None or not access.edit & roles:
        raise Forbidden(name)
    draft = get_own_draft(tx, services, case, name)
    previous = previous_of(tx, services, case, name)
    is_saving = hold and draft.revision and not shown  # then nobody is offered anything
    offers = Prefills() if is_saving else list_prefills(tx, services, case, form)
    start = _start(services, case, form, draft, previous)
    editable = _names(form, access, lambda own: bool(own.edit & roles))
    return EditableForm(
        case=case,
        form=form,
        taken=taken,
        may_submit=bool(taken.roles & roles),
        draft_name=draft_name(services.state(case), tx.actor, case, name),
        draft=draft,
        values=start if draft.revision or start else _offered(offers, editable),
        previous=previous,
        today=services.calendar.local_day(tx.now),
        editable=editable - {f.name for f in form.fields() if f.is_computed},
        hidden=frozenset(f.name for f in form.fields())
        - _names(form, access, lambda own: bool((own.edit | own.read) & roles)),
        points=_asked(tx, services, case, previous),
        offers=offers,
    )


def _offered(offers: Prefills, editable: frozenset[str]) -> Values:
    """The first answers of an empty form, in the fields that the actor may fill in."""
    return {name: one.value for name, one in offers.first.items() if name in editable}


def _asked(
    tx: Tx, services: Services, case: Case, previous: Submission | None
) -> tuple[RequestedChange, ...]:
    """What was asked of the form since it was last handed in."""
    if previous is None:
        return ()
    workflow = services.process(case).workflow
    return list_requested_changes(tx.connection, workflow, case, previous.form, after=previous.seq)


def in_sent_version(services: Services, edited: EditableForm, key: str) -> EditableForm:
    """The form in the version of the form in which a page was made, unless its draft is in another.

    A process that moved on under somebody's hands takes nothing from them: what they send joins
    the draft, which waits for its upgrade as before.
    """
    form, known = services.library.forms.get(key), {f.name for f in edited.form.fields()}
    if form is None or form.name != edited.form.name or form.version == edited.form.version:
        return edited
    if edited.draft.version not in {None, form.version}:
        return edited
    gone = {f.name for f in form.fields() if not f.is_computed and f.name not in known}
    return replace(edited, form=form, editable=edited.editable | gone)


def save(tx: Tx, services: Services, edited: EditableForm, values: Values) -> EditableForm:
    """Keep `values` as the whole draft; answer the form as it is then."""
    kept, _ = validate_values(services, edited, values)
    save_draft(tx, services, edited.case, edited.form, kept)
    return _reread(tx, services, edited, kept)


def save_answers(
    tx: Tx, services: Services, edited: EditableForm, saving: SentAnswers
) -> SaveResult:
    """Keep the fields that were sent; those that somebody else saved meanwhile stay as they are.

    Fields that were not changed on the page, and fields of other pages, disturb nobody.
    """
    sent = _sent(services, edited, saving)
    merged = merge(edited.values, sent, saving.began)
    values = {**edited.values, **merged.changed}
    if edited.draft.revision:
        save_fields(tx, services, edited.case, edited.form, merged.changed, known=edited.draft)
    elif merged.changed or not edited.draft.fields:
        save_draft(tx, services, edited.case, edited.form, _filled(values))
    found = _reread(tx, services, edited, _filled(values))
    typed = {**found.values, **{name: sent[name] for name in merged.taken}}
    return SaveResult(found, _filled(typed), merged.taken, sent)


def _sent(services: Services, edited: EditableForm, saving: SentAnswers) -> dict[str, Json]:
    """The answers that were sent, as they are kept; None for those that were emptied."""
    read = parse_inputs(edited.form, saving.posted, saving.lang)
    names = saving.names & edited.editable
    kept, _ = validate_values(
        services, edited, _filled({**edited.values, **{name: read.get(name) for name in names}})
    )
    return {name: kept.get(name) for name in sorted(names - saving.theirs)}


def _filled(values: Values) -> dict[str, Json]:
    return {name: value for name, value in values.items() if value is not None}


def _reread(tx: Tx, services: Services, edited: EditableForm, values: Values) -> EditableForm:
    draft = get_own_draft(tx, services, edited.case, edited.form.name)
    return replace(edited, values=values, draft=draft)


def answer_tokens(edited: EditableForm, sections: Sequence[Section]) -> dict[str, str]:
    """The marks of the answers in the editable fields of a page: with what its writer begins."""
    names = [f.name for s in sections for f in s.fields if f.name in edited.editable]
    return {name: value_tag(edited.values.get(name)) for name in names}


def validate_values(
    services: Services, edited: EditableForm, values: Values
) -> tuple[dict[str, Json], list[FieldError]]:
    """`values` with what can be computed, and their mistakes; what is missing is none yet."""
    return validate_draft(edited.form, values, services.lookups, edited.today)


def submission_errors(services: Services, edited: EditableForm, values: Values) -> list[FieldError]:
    """What keeps `values` from being handed in, missing fields included."""
    try:
        validate_submission(edited.form, values, services.lookups, edited.today)
    except Invalid as error:
        return list(error.fields)
    return []


def errors_in(sections: Sequence[Section], errors: Sequence[FieldError]) -> list[FieldError]:
    """The errors that stand in fields of `sections`."""
    names = {f.name for section in sections for f in section.fields}
    return [e for e in errors if e.path.partition(".")[0] in names]


def states_of(
    services: Services, edited: EditableForm, values: Values
) -> Mapping[str, SectionState]:
    """How far each section has come."""
    return section_states(edited.form, *validate_values(services, edited, values), edited.today)


def _handing_in(services: Services, case: Case, name: str) -> TransitionDef:
    for transition in services.process(case).workflow.transitions:
        form = (transition.form or "").partition("/")[0]
        if form == name and case.state in transition.sources:
            return transition
    raise NotFound("form", name)


def previous_of(tx: Tx, services: Services, case: Case, name: str) -> Submission | None:
    """What was handed in the time before, if the actor may read it."""
    found = find_latest_submission(tx.connection, case.id, name)
    if found is None:
        return None
    form = services.library.forms[found.form_key]
    return None if readable_values(services, tx.actor, case, form, found) is None else found


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
