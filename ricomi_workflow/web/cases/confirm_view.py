"""The page that says an act back before it binds, and what happened if it did not go through."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from flask import url_for

from ricomi_workflow.ballots.voting_methods import RULE_BY_METHOD, Secrecy, VotingMethod
from ricomi_workflow.cases.locked_case import capacities, office_of
from ricomi_workflow.cases.queries import Option
from ricomi_workflow.definitions.forms import validate_submission
from ricomi_workflow.definitions.library import opening_form
from ricomi_workflow.definitions.model import TransitionDef
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.errors import (
    Conflict,
    DomainError,
    FieldError,
    Invalid,
    Refusal,
    Refused,
)
from ricomi_workflow.kernel.text import Shown
from ricomi_workflow.localization import formats
from ricomi_workflow.reference_data.decision_rules import Rule
from ricomi_workflow.reference_data.membership import electorate
from ricomi_workflow.web.cases.ballot_text import short_digest
from ricomi_workflow.web.cases.case_file import CaseFile
from ricomi_workflow.web.cases.requested_changes_view import ChangeChoices, change_choices
from ricomi_workflow.web.cases.trail_view import trail_rows
from ricomi_workflow.web.components import Confirmation, Facts, Reason, TrailRow
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.forms.form_editing import EditableForm, submission_errors
from ricomi_workflow.web.forms.form_page import section_href, section_of
from ricomi_workflow.web.forms.form_view import FormContents, ReadSection, read_sections, target_of
from ricomi_workflow.web.i18n import language, t, term
from ricomi_workflow.web.messages import (
    case_title,
    in_whose_name,
    mistake,
    office_label,
    offices,
    reason,
    shortage_label,
    waiting_label,
)

_REASON = "reason"


@dataclass(frozen=True, slots=True)
class SentConfirmation:
    """What was sent with a confirmation: the reason, and the case and draft that were read."""

    version: int = 0
    revision: int = 0
    reason: str = ""
    points: tuple[Mapping[str, Json], ...] = ()


@dataclass(frozen=True, slots=True)
class Gap:
    """One thing that keeps a form from being handed in, and where it is mended."""

    text: str
    href: str


@dataclass(frozen=True, slots=True)
class ConfirmPage:
    """Everything that the template of a confirmation draws."""

    ref: str
    trigger: str
    label: str
    title: Shown
    illustrative: bool
    shortages: tuple[str, ...]
    oath: Confirmation | None
    facts: Facts
    reasons: tuple[Reason, ...]
    gaps: tuple[Gap, ...]
    meanwhile: tuple[TrailRow, ...]
    draft_changed: bool
    needs_reason: bool
    reason: str
    reason_error: str
    points: ChangeChoices
    version: int
    revision: int
    form_label: str
    form_href: str
    sections: tuple[ReadSection, ...]
    long: bool


@dataclass(frozen=True, slots=True)
class Attempt:
    """An act somebody is about to do: the case, the option that offers it, the form, what came."""

    file: CaseFile
    trigger: str
    option: Option | None
    desk: EditableForm | None
    given: SentConfirmation = field(default_factory=SentConfirmation)
    error: DomainError | None = None


def confirm_page(attempt: Attempt) -> ConfirmPage:
    """The confirmation for the reader: the oath when the act is possible, else why it is not."""
    file, option = attempt.file, attempt.option
    reasons, gaps = _reasons(attempt), _gaps(attempt)
    desk, taken = attempt.desk, option.taken if option else None
    possible = bool(option and option.possible and not gaps)
    return ConfirmPage(
        ref=file.case.ref,
        trigger=attempt.trigger,
        label=taken.label[language()] if taken else t("act.unknown"),
        title=case_title(file.title),
        illustrative=file.case.illustrative,
        shortages=shortage_label(file.shortages) if possible else (),
        oath=_confirmation(file, option) if possible and option else None,
        facts=_opening(file, taken, desk) + _facts(file, taken) if taken else (),
        reasons=reasons,
        gaps=gaps,
        meanwhile=_meanwhile(attempt),
        draft_changed=isinstance(attempt.error, Conflict) and not _meanwhile(attempt),
        needs_reason=bool(taken and taken.reason),
        reason=attempt.given.reason,
        reason_error=_reason_error(attempt.error),
        points=_points(attempt, taken) if possible and taken else ChangeChoices(),
        version=file.case.version,
        revision=desk.draft.revision if desk else 0,
        form_label=desk.form.label[language()] if desk else "",
        form_href=section_href(desk, None) if desk else "",
        sections=read_sections(desk.form, _readable(desk)) if desk and possible else (),
        long=bool(desk and desk.paged),
    )


def already_done(attempt: Attempt) -> int | None:
    """The number of the entry by which the reader has just done this very act, if they have."""
    own = [
        e.seq
        for e in attempt.file.entries
        if e.seq > attempt.given.version
        and e.act == f"case.{attempt.trigger}"
        and e.actor_id == attempt.file.reader.user_id
    ]
    return own[-1] if own and attempt.given.version else None


def _readable(desk: EditableForm) -> dict[str, Json]:
    """What will be handed in, as far as the reader may see it: no answer that does not apply."""
    whole = validate_submission(desk.form, desk.values, services().lookups, desk.today)
    return {name: value for name, value in whole.items() if name not in desk.hidden}


def _confirmation(file: CaseFile, option: Option) -> Confirmation:
    taken, own = option.taken, file.reader
    reader = next((c for c in capacities(own, file.case) if c.under == option.under), own)
    held = office_of(reader, file.case, taken.roles)
    act = taken.label[language()]
    title = case_title(file.title).text
    return Confirmation(
        opening=in_whose_name(t("act.opening", office=office_label(held)), reader),
        said=act,
        closing=t("act.closing", title=title, ref=file.case.ref),
        recorded=t("act.recorded", number=file.case.version + 1),
        change=taken.hint[language()],
        button=t("act.button", act=_small(act)),
        back=t("act.back"),
        back_href=url_for("cases.case_page", ref=file.case.ref),
    )


def _opening(file: CaseFile, taken: TransitionDef, desk: EditableForm | None) -> Facts:
    return opening_facts(file, taken, desk.values if desk else {})


def _facts(file: CaseFile, taken: TransitionDef) -> Facts:
    """What follows: the state, who is waited for then and how long, who is told; open money."""
    lang, pairs = language(), list[tuple[str, str]]()
    waiting = [part for part in file.money.tranches if part.is_open]
    for part in waiting:
        amount = formats.money(part.amount, lang)
        words = t("act.tranche", number=part.number, amount=amount, purpose=part.purpose)
        pairs.append((t("act.fact_tranche"), words))
    if file.money.advances:
        pairs.append((t("case.money_advances"), formats.money(file.money.advances, lang)))
    target = file.workflow.states[taken.target] if taken.target else None
    if target:
        pairs.append((t("act.fact_then"), target.label[lang]))
        if target.waits_for:
            pairs.append((t("act.fact_waits"), waiting_label(target.waits_for, file.case)))
        if target.deadline and not opens_ballot(taken):  # its own end is told above
            days = t("ui.business_days", n=target.deadline.business_days)
            pairs.append((t("act.fact_term"), days))
    notices = [*taken.notify, *(target.notify if target else ())]
    told = dict.fromkeys(role for notice in notices for role in notice.to)
    if told:
        pairs.append((t("act.fact_told"), offices(list(told))))
    return tuple(pairs)


def _reasons(attempt: Attempt) -> tuple[Reason, ...]:
    if attempt.option is None:
        label = attempt.file.state.label[language()]
        return (reason(Refusal("not_offered", {"state": label})),)
    if attempt.option.refusals:
        return tuple(reason(refusal) for refusal in attempt.option.refusals)
    if isinstance(attempt.error, Refused):
        return tuple(reason(refusal) for refusal in attempt.error.refusals)
    return ()


def _gaps(attempt: Attempt) -> tuple[Gap, ...]:
    """What is wrong with the form, each with the page on which it stands."""
    desk = attempt.desk
    if desk is None:
        return ()
    errors = [e for e in _errors_of(attempt.error) if e.path != _REASON]
    errors = errors or submission_errors(services(), desk, desk.values)
    filling = FormContents({}, errors)
    return tuple(_gap(desk, e, target_of(desk.form, e, filling)) for e in errors)


def _gap(desk: EditableForm, error: FieldError, target: str) -> Gap:
    section = section_of(desk.form, error.path)
    label = _field_label(desk, error)
    text = t("ui.mistake_of", name=label, mistake=mistake(error)) if label else mistake(error)
    here = section if desk.paged else None
    return Gap(text, section_href(desk, here, check=1, _anchor=target))


def _field_label(desk: EditableForm, error: FieldError) -> str:
    name = error.path.partition(".")[0]
    return next((f.label[language()] for f in desk.form.fields() if f.name == name), "")


def _errors_of(error: DomainError | None) -> Sequence[FieldError]:
    return error.fields if isinstance(error, Invalid) else ()


def _reason_error(error: DomainError | None) -> str:
    return " ".join(t("act.reason_missing") for e in _errors_of(error) if e.path == _REASON)


def _points(attempt: Attempt, taken: TransitionDef) -> ChangeChoices:
    return change_choices(attempt.file, taken, attempt.given.points, _errors_of(attempt.error))


def _meanwhile(attempt: Attempt) -> tuple[TrailRow, ...]:
    """What others did since the page was made; nothing on a first look."""
    if not attempt.given.version:
        return ()
    rows = trail_rows(attempt.file, lambda _form, _number: "")
    return tuple(row for row in rows if row.number > attempt.given.version)


def _small(label: str) -> str:
    return label[:1].lower() + label[1:]


_EFFECTS = {"open_ballot": "", "open_reallocation_ballot": "reallocation"}


def opens_ballot(taken: TransitionDef) -> bool:
    """Whether an act opens a ballot, whose term may be another than that of the state."""
    return not _EFFECTS.keys().isdisjoint(taken.effects)


def opening_facts(file: CaseFile, taken: TransitionDef, values: Mapping[str, Json]) -> Facts:
    """Who votes, by which rule, on what and until when; nothing for any other act."""
    effect = next((name for name in _EFFECTS if name in taken.effects), None)
    if effect is None or file.workflow.body is None:
        return ()
    way = VotingMethod(str(values.get("way") or VotingMethod.ELECTRONIC))
    secrecy = Secrecy(str(values.get("secrecy") or Secrecy.OPEN))
    body = services().reference.body(file.workflow.body)
    rule = body.rules.get(RULE_BY_METHOD[way], body.rule)
    voters = electorate(body, services().reference, file.today).count
    form = _EFFECTS[effect] or opening_form(file.workflow)
    pairs = [
        (t("ballot.opens_who"), t("ballot.opens_states", n=voters)),
        (t("case.rule"), _rule(rule)),
        (t("ballot.opens_what"), _content(file, form)),
        (t("ballot.opens_until"), _until(file, taken, way, values)),
        (t("ballot.opens_secrecy"), t(f"ballot.secrecy_{secrecy}")),
    ]
    return tuple(pair for pair in pairs if pair[1])


def _rule(rule: Rule) -> str:
    note = rule.note[language()]
    return note if rule.confirmed else f"{note} {t('committees.read_in_part')}"


def _content(file: CaseFile, form: str) -> str:
    given = file.paper(form)
    if given is None:
        return ""
    label = services().library.forms[given.form_key].label[language()]
    digest = short_digest(given.digest)
    return t("ballot.opens_text", form=label, number=given.number, digest=digest)


def _until(
    file: CaseFile, taken: TransitionDef, way: VotingMethod, values: Mapping[str, Json]
) -> str:
    if way in {VotingMethod.CONSENSUS, VotingMethod.ROLL_CALL}:
        return t("ballot.until_concluded")
    target = file.workflow.states[taken.target] if taken.target else None
    usual = target.deadline.business_days if target and target.deadline else 0
    asked = values.get("business_days")
    days = asked if isinstance(asked, int) and asked > 0 else usual
    if way is VotingMethod.SILENCE:
        return t("ballot.opens_period", days=formats.number(days, language()))
    return term(services().calendar.due(file.now, days)) if days else ""
