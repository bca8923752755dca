"""The manual of a process and its diagram, written from its definition alone.

The manual is Markdown for people who never see YAML: what each office does, when, and what each
form asks. It says what the system enforces, because both come from the same file. Legal bases that
nobody has confirmed are marked. The diagram is Mermaid, in the reader's language.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from ricomi_workflow.definitions.conditions import Operator
from ricomi_workflow.definitions.fields import Lookups
from ricomi_workflow.definitions.library import Library
from ricomi_workflow.definitions.model import (
    Check,
    Deadline,
    FieldDef,
    FieldType,
    FormAccess,
    FormDef,
    Notice,
    StateDef,
    TransitionDef,
    WorkflowDef,
)
from ricomi_workflow.definitions.number_formats import (
    format_day,
    format_integer,
    format_money,
    format_percent,
)
from ricomi_workflow.definitions.operator_text import OperatorText
from ricomi_workflow.definitions.texts import Texts, load_texts
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.kernel.text import join_clauses

_CODES = str.maketrans({"#": "#35;", '"': "#quot;", ";": "#59;", ":": "#58;", "\n": " "})


def mermaid(workflow: WorkflowDef, lang: str, texts: Texts | None = None) -> str:
    """The states and the acts that move a case between them, with who may do each.

    Acts that do not move the case are left out. The same workflow gives the same text.
    """
    return "\n".join(_diagram_lines(workflow, lang, texts or load_texts())) + "\n"


def role_names(roles: frozenset[Role], lang: str, texts: Texts) -> str:
    """The offices of an act in a fixed order; the system where there is none."""
    if not roles:
        return texts.text("manual.system", lang)
    return ", ".join(texts.text(f"ui.role_{role}", lang) for role in Role if role in roles)


def _diagram_lines(workflow: WorkflowDef, lang: str, texts: Texts) -> Iterator[str]:
    yield "stateDiagram-v2"
    yield "    direction TB"
    yield "    classDef side stroke-dasharray: 4 3"
    yield "    classDef final stroke-width: 3px"
    for name, state in workflow.states.items():
        yield f'    state "{_escaped(state.label[lang])}" as {name}'
    yield f"    [*] --> {workflow.initial}"
    for transition in workflow.transitions:
        yield from _arrows(transition, lang, texts)
    for name, state in workflow.states.items():
        if state.final:
            yield f"    {name} --> [*]"
    for kind in ("side", "final"):
        names = [name for name, state in workflow.states.items() if getattr(state, kind)]
        if names:
            yield f"    class {', '.join(names)} {kind}"


def _arrows(transition: TransitionDef, lang: str, texts: Texts) -> Iterator[str]:
    if transition.target is None:
        return
    who = role_names(transition.roles, lang, texts)
    label = _escaped(f"{transition.label[lang]} ({who})")
    for source in transition.sources:
        yield f"    {source} --> {transition.target}: {label}"


def _escaped(text: str) -> str:
    """`text` with the signs that Mermaid reads as its own written as codes."""
    return text.translate(_CODES)


def form_manual(form: FormDef, lang: str, texts: Texts) -> Iterator[str]:
    """The lines about one form."""
    words = OperatorText(form, lang, texts, Lookups())
    yield f"\n### {form.label[lang]} (`{form.key}`)"
    for section in form.sections:
        yield f"\n**{section.label[lang]}**\n"
        if section.intro is not None:
            yield f"{section.intro[lang]}\n"
        for definition in section.fields:
            yield from _form_field(definition, words, indent="")
    if form.checks:
        yield ""
    for check in form.checks:
        yield _form_check(form, check, words)


def _form_field(definition: FieldDef, words: OperatorText, *, indent: str) -> Iterator[str]:
    lang = words.lang
    rules = join_clauses(_field_rules(definition, words), lang)
    parts = [definition.help[lang] if definition.help else ""]
    parts += [words.applies(definition), words.required(definition)]
    colon = "\u00a0:" if lang == "fr" else ":"
    text = " ".join(
        [f"{indent}- **{definition.label[lang]}**{colon} {rules}.", *filter(None, parts)]
    )
    yield text
    inside = replace(words, table=definition)
    for column in definition.columns:
        yield from _form_field(column, inside, indent=indent + "  ")


def _field_rules(definition: FieldDef, words: OperatorText) -> Iterator[str]:
    lang, texts = words.lang, words.texts

    def t(key: str, **params: object) -> str:
        return texts.text(f"manual.{key}", lang, **params)

    yield t(f"type_{definition.type}")
    if definition.is_computed:
        yield t("computed", factors=words.formula(definition))
        return
    if definition.required_when is None:
        yield t("required") if definition.required else t("optional")
    yield from _limits(definition, lang, texts)
    yield from words.limits(definition)
    if definition.options:
        yield t("options", options=", ".join(o.label[lang] for o in definition.options))
    if definition.options_from is not None:
        yield t(f"list_{definition.options_from}")
    if definition.min_rows:
        yield t("min_rows", n=definition.min_rows)
    if definition.group_by is not None:
        labels = {c.name: c.label[lang] for c in definition.columns}
        yield t("group_by", column=labels.get(definition.group_by, definition.group_by))
    if definition.public:
        yield t("public")


def _limits(definition: FieldDef, lang: str, texts: Texts) -> Iterator[str]:
    for name in ("max_words", "max_length"):
        longest = definition.max_words if name == "max_words" else definition.max_length
        if longest is not None:
            yield texts.text(f"manual.{name}", lang, n=format_integer(longest, lang))
    if definition.type is FieldType.YES_NO:
        if definition.minimum == "true":
            yield texts.text("manual.must_be_yes", lang)
        return
    for key in ("minimum", "maximum"):
        limit = definition.minimum if key == "minimum" else definition.maximum
        if limit is not None:
            yield texts.text(f"manual.{key}", lang, limit=_limit(definition, limit, lang, texts))


def _limit(definition: FieldDef, limit: str, lang: str, texts: Texts) -> str:
    if limit == "today":
        return texts.text("manual.today", lang)
    if definition.type is FieldType.MONEY:
        return format_money(Money.parse(limit), lang)
    if definition.type is FieldType.PERCENTAGE:
        return format_percent(Decimal(limit), lang)
    if definition.type is FieldType.DATE:
        return format_day(date.fromisoformat(limit), lang)
    return format_integer(int(limit), lang)


def _form_check(form: FormDef, check: Check, words: OperatorText) -> str:
    if check.forbids or check.compare is not Operator.EQUALS or check.when is not None:
        return f"- {words.check(check)}"
    left, right = (_side_label(form, side, words.lang) for side in (check.left, check.right))
    return "- " + words.texts.text("manual.check", words.lang, left=left, right=right)


def _side_label(form: FormDef, side: str, lang: str) -> str:
    name, _, column_name = side.partition(".")
    definition = form.field(name)
    labels = [c.label[lang] for c in definition.columns if c.name == column_name]
    return ", ".join([definition.label[lang], *labels])


_TEMPLATE = re.compile(r"\{\{\s*ref\s*\}\}\s*:?\s*|\{[{%].*?[}%]\}")


def manual(workflow: WorkflowDef, library: Library, lang: str, texts: Texts | None = None) -> str:
    """The manual of `workflow` in `lang`, as Markdown."""
    return "\n".join(_Manual(workflow, library, lang, texts or load_texts()).lines()) + "\n"


@dataclass(frozen=True, slots=True)
class _Manual:
    """One manual being written."""

    workflow: WorkflowDef
    library: Library
    lang: str
    texts: Texts

    def t(self, phrase: str, **params: object) -> str:
        return self.texts.text(f"manual.{phrase}", self.lang, **params)

    def people(self, roles: Iterable[Role]) -> str:
        found = frozenset(roles)
        return role_names(found, self.lang, self.texts) if found else self.t("nobody")

    def lines(self) -> Iterator[str]:
        flow, lang = self.workflow, self.lang
        yield f"# {self.t('title', label=flow.label[lang])}\n"
        yield f"{self.t('written', name=flow.key, digest=flow.digest[:12] or '–')}\n"
        yield f"{flow.rationale[lang]}\n"
        yield self.t("opened_by", who=self.people(flow.opens))
        yield from self.basis()
        yield from self.steps()
        yield from self.separations()
        yield f"\n## {self.t('diagram')}\n\n```mermaid"
        yield mermaid(flow, lang, self.texts) + "```"
        yield f"\n## {self.t('states')}"
        for state in flow.states.values():
            yield from self.state(state)
        yield f"\n## {self.t('forms')}"
        for form in self.forms():
            yield from form_manual(form, lang, self.texts)

    def basis(self) -> Iterator[str]:
        yield f"\n## {self.t('basis')}\n"
        for ground in self.workflow.basis:
            mark = "" if ground.confirmed else " " + self.t("unconfirmed")
            source = self.t("source", source=ground.source)
            yield f"- {ground.text[self.lang]} {source}{mark}"

    def steps(self) -> Iterator[str]:
        yield f"\n## {self.t('steps')}\n"
        yield row(["", self.t("step"), self.t("who")])
        yield row(["---:", "---", "---"])
        for number, step in enumerate(self.workflow.steps, 1):
            yield row([str(number), step.label[self.lang], step.who[self.lang]])

    def separations(self) -> Iterator[str]:
        """Which acts one person does not both do, and why."""
        if not self.workflow.separation:
            return
        yield f"\n## {self.t('separation')}\n\n{self.t('separation_means')}\n"
        for rule in self.workflow.separation:
            done = [self.act_label(act) for act in rule.did]
            done += [self.t("wrote", form=self.form_label(form)) for form in rule.wrote]
            kept = join_clauses([self.act_label(act) for act in rule.excludes], self.lang)
            told = self.t("kept_apart", did=join_clauses(done, self.lang), excludes=kept)
            yield f"- {rule.reason[self.lang]} {told}"

    def act_label(self, act: str) -> str:
        labels = [t.label[self.lang] for t in self.workflow.transitions if t.trigger == act]
        return next(iter(labels), self.t("vote"))

    def forms(self) -> list[FormDef]:
        """The forms that the process takes, in the order in which it takes them."""
        keys = [self.workflow.form, *(t.form for t in self.workflow.transitions if t.form)]
        return [self.library.forms[k] for k in dict.fromkeys(keys) if k in self.library.forms]

    def form_named(self, name: str) -> FormDef | None:
        """The form of that name which this process takes, else its newest version."""
        every = [form for form in self.library.forms.values() if form.name == name]
        taken = [form for form in every if form in self.forms()]
        return max(taken or every, key=lambda form: form.version, default=None)

    def state(self, state: StateDef) -> Iterator[str]:
        lang = self.lang
        yield f"\n### {state.public[lang]}\n"
        yield from (f"- {line}" for line in self.facts(state))
        acts = [t for t in self.workflow.transitions if state.name in t.sources]
        if acts:
            yield f"\n**{self.t('acts')}**\n"
            yield from self.acts(acts)

    def facts(self, state: StateDef) -> Iterator[str]:
        if state.label != state.public:
            yield self.t("staff_label", label=state.label[self.lang])
        steps = {step.name: step.label[self.lang] for step in self.workflow.steps}
        yield self.t("in_step", step=steps.get(state.step, state.step))
        if state.final:
            yield self.t("final")
        if state.waits_for:
            yield self.t("waits_for", who=self.people(state.waits_for))
        if state.deadline is not None:
            yield from self.deadline(state, state.deadline)
        if state.is_public:
            yield self.t("catalogued")
        if state.readers:
            yield self.t("readers", who=self.people(state.readers))
        for notice in state.notify:
            yield self.notice("notice", notice)
        for name, access in state.forms.items():
            yield self.access(name, access)

    def deadline(self, state: StateDef, deadline: Deadline) -> Iterator[str]:
        yield self.t("deadline", days=self.days(deadline.business_days))
        if deadline.remind:
            days = ", ".join(self.days(n) for n in deadline.remind)
            yield self.t("remind", days=days)
        if deadline.then is None:
            yield self.t("overdue")
        else:
            acts = [
                t.label[self.lang]
                for t in self.workflow.transitions
                if t.trigger == deadline.then and state.name in t.sources
            ]
            yield self.t("then", act=" / ".join(dict.fromkeys(acts)))
        if deadline.escalate_to:
            yield self.t("escalate", who=self.people(deadline.escalate_to))

    def days(self, number: int) -> str:
        return self.t("business_days", n=number)

    def notice(self, key: str, notice: Notice) -> str:
        message = self.library.messages.get(notice.message)
        subject = message.subject[self.lang] if message else notice.message
        plain = _TEMPLATE.sub("", subject).strip()
        return self.t(key, who=self.people(notice.to), subject=plain)

    def access(self, name: str, access: FormAccess) -> str:
        form = self.form_named(name)
        label = form.label[self.lang] if form else name
        parts = []
        if access.edit:
            parts.append(self.t("edits", who=self.people(access.edit)))
        if access.read:
            parts.append(self.t("reads", who=self.people(access.read)))
        fields = {f.name: f.label[self.lang] for f in form.fields()} if form else {}
        for field, own in access.fields.items():
            who = self.people(own.edit | own.read)
            parts.append(self.t("field_access", field=fields.get(field, field), who=who))
        return f"{self.t('form_access', form=label)} {join_clauses(parts, self.lang)}."

    def acts(self, acts: list[TransitionDef]) -> Iterator[str]:
        yield row([self.t(k) for k in ("act", "who", "means", "leads_to", "needs")])
        yield row(["---"] * 5)
        for act in acts:
            yield row(
                [
                    act.label[self.lang],
                    role_names(act.roles, self.lang, self.texts),
                    " ".join([act.hint[self.lang], *self.notices(act)]),
                    self.target(act),
                    join_clauses(self.needs(act), self.lang),
                ]
            )

    def notices(self, act: TransitionDef) -> Iterator[str]:
        return (self.notice("notice_of_act", notice) for notice in act.notify)

    def target(self, act: TransitionDef) -> str:
        state = self.workflow.states.get(act.target or "")
        return state.public[self.lang] if state else self.t("stays")

    def needs(self, act: TransitionDef) -> Iterator[str]:
        if act.form is not None:
            form = self.library.forms.get(act.form)
            yield self.t("needs_form", form=form.label[self.lang] if form else act.form)
        if act.reason:
            yield self.t("needs_reason")
        if act.points is not None:
            yield self.t("may_point", form=self.form_label(act.points))
        for name, sections in act.depends_on.items():
            yield self.rests_on(name, sections)
        for guard in act.guards:
            known = self.texts.has(f"manual.guard_{guard}")
            yield self.t(f"guard_{guard}") if known else guard.replace("_", " ")

    def form_label(self, name: str) -> str:
        form = self.form_named(name)
        return form.label[self.lang] if form else name

    def rests_on(self, name: str, sections: Sequence[str]) -> str:
        """The sections of a form whose change ends an approval."""
        form = self.form_named(name)
        labels = {s.name: s.label[self.lang] for s in form.sections} if form else {}
        told = join_clauses((labels.get(section, section) for section in sections), self.lang)
        return self.t("rests_on", form=self.form_label(name), sections=told)


def row(cells: Iterable[str]) -> str:
    """One row of a Markdown table."""
    return "| " + " | ".join(" ".join(c.split()).replace("|", "\\|") for c in cells) + " |"
