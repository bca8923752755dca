"""The manual of a process, written from its definition: what each office does, and when.

It is Markdown for people who never see YAML. What the system enforces is what the manual says,
because both come from the same file; grounds that nobody has confirmed are marked as such.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from ricomi_workflow.definitions.diagram import mermaid, role_names
from ricomi_workflow.definitions.manual_forms import form_manual
from ricomi_workflow.definitions.model import (
    Deadline,
    FormAccess,
    FormDef,
    Library,
    Notice,
    StateDef,
    TransitionDef,
    WorkflowDef,
)
from ricomi_workflow.definitions.texts import Texts, load_texts
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.text import join_clauses

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

    def say(self, phrase: str, **params: object) -> str:
        return self.texts.text(f"manual.{phrase}", self.lang, **params)

    def people(self, roles: Iterable[Role]) -> str:
        found = frozenset(roles)
        return role_names(found, self.lang, self.texts) if found else self.say("nobody")

    def lines(self) -> Iterator[str]:
        flow, lang = self.workflow, self.lang
        yield f"# {self.say('title', label=flow.label[lang])}\n"
        yield f"{self.say('written', name=flow.key, digest=flow.digest[:12] or '–')}\n"
        yield f"{flow.rationale[lang]}\n"
        yield self.say("opened_by", who=self.people(flow.opens))
        yield from self.basis()
        yield from self.steps()
        yield from self.separations()
        yield f"\n## {self.say('diagram')}\n\n```mermaid"
        yield mermaid(flow, lang, self.texts) + "```"
        yield f"\n## {self.say('states')}"
        for state in flow.states.values():
            yield from self.state(state)
        yield f"\n## {self.say('forms')}"
        for form in self.forms():
            yield from form_manual(form, lang, self.texts)

    def basis(self) -> Iterator[str]:
        yield f"\n## {self.say('basis')}\n"
        for ground in self.workflow.basis:
            mark = "" if ground.confirmed else " " + self.say("unconfirmed")
            source = self.say("source", source=ground.source)
            yield f"- {ground.text[self.lang]} {source}{mark}"

    def steps(self) -> Iterator[str]:
        yield f"\n## {self.say('steps')}\n"
        yield row(["", self.say("step"), self.say("who")])
        yield row(["---:", "---", "---"])
        for number, step in enumerate(self.workflow.steps, 1):
            yield row([str(number), step.label[self.lang], step.who[self.lang]])

    def separations(self) -> Iterator[str]:
        """Which acts one person does not both do, and why."""
        if not self.workflow.separation:
            return
        yield f"\n## {self.say('separation')}\n\n{self.say('separation_means')}\n"
        for rule in self.workflow.separation:
            done = [self.act_label(act) for act in rule.did]
            done += [self.say("wrote", form=self.form_label(form)) for form in rule.wrote]
            kept = join_clauses([self.act_label(act) for act in rule.excludes], self.lang)
            told = self.say("kept_apart", did=join_clauses(done, self.lang), excludes=kept)
            yield f"- {rule.reason[self.lang]} {told}"

    def act_label(self, act: str) -> str:
        labels = [t.label[self.lang] for t in self.workflow.transitions if t.trigger == act]
        return next(iter(labels), self.say("vote"))

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
            yield f"\n**{self.say('acts')}**\n"
            yield from self.acts(acts)

    def facts(self, state: StateDef) -> Iterator[str]:
        if state.label != state.public:
            yield self.say("staff_label", label=state.label[self.lang])
        steps = {step.name: step.label[self.lang] for step in self.workflow.steps}
        yield self.say("in_step", step=steps.get(state.step, state.step))
        if state.final:
            yield self.say("final")
        if state.waits_for:
            yield self.say("waits_for", who=self.people(state.waits_for))
        if state.deadline is not None:
            yield from self.deadline(state, state.deadline)
        if state.is_public:
            yield self.say("catalogued")
        if state.readers:
            yield self.say("readers", who=self.people(state.readers))
        for notice in state.notify:
            yield self.notice("notice", notice)
        for name, access in state.forms.items():
            yield self.access(name, access)

    def deadline(self, state: StateDef, deadline: Deadline) -> Iterator[str]:
        yield self.say("deadline", days=self.days(deadline.business_days))
        if deadline.remind:
            days = ", ".join(self.days(n) for n in deadline.remind)
            yield self.say("remind", days=days)
        if deadline.then is None:
            yield self.say("overdue")
        else:
            acts = [
                t.label[self.lang]
                for t in self.workflow.transitions
                if t.trigger == deadline.then and state.name in t.sources
            ]
            yield self.say("then", act=" / ".join(dict.fromkeys(acts)))
        if deadline.escalate_to:
            yield self.say("escalate", who=self.people(deadline.escalate_to))

    def days(self, number: int) -> str:
        return self.say("business_days", n=number)

    def notice(self, key: str, notice: Notice) -> str:
        message = self.library.messages.get(notice.message)
        subject = message.subject[self.lang] if message else notice.message
        plain = _TEMPLATE.sub("", subject).strip()
        return self.say(key, who=self.people(notice.to), subject=plain)

    def access(self, name: str, access: FormAccess) -> str:
        form = self.form_named(name)
        label = form.label[self.lang] if form else name
        parts = []
        if access.edit:
            parts.append(self.say("edits", who=self.people(access.edit)))
        if access.read:
            parts.append(self.say("reads", who=self.people(access.read)))
        fields = {f.name: f.label[self.lang] for f in form.fields()} if form else {}
        for field, own in access.fields.items():
            who = self.people(own.edit | own.read)
            parts.append(self.say("field_access", field=fields.get(field, field), who=who))
        return f"{self.say('form_access', form=label)} {join_clauses(parts, self.lang)}."

    def acts(self, acts: list[TransitionDef]) -> Iterator[str]:
        yield row([self.say(k) for k in ("act", "who", "means", "leads_to", "needs")])
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
        return state.public[self.lang] if state else self.say("stays")

    def needs(self, act: TransitionDef) -> Iterator[str]:
        if act.form is not None:
            form = self.library.forms.get(act.form)
            yield self.say("needs_form", form=form.label[self.lang] if form else act.form)
        if act.reason:
            yield self.say("needs_reason")
        if act.points is not None:
            yield self.say("may_point", form=self.form_label(act.points))
        for name, sections in act.depends_on.items():
            yield self.rests_on(name, sections)
        for guard in act.guards:
            known = self.texts.has(f"manual.guard_{guard}")
            yield self.say(f"guard_{guard}") if known else guard.replace("_", " ")

    def form_label(self, name: str) -> str:
        form = self.form_named(name)
        return form.label[self.lang] if form else name

    def rests_on(self, name: str, sections: Sequence[str]) -> str:
        """The sections of a form whose change ends an approval."""
        form = self.form_named(name)
        labels = {s.name: s.label[self.lang] for s in form.sections} if form else {}
        told = join_clauses((labels.get(section, section) for section in sections), self.lang)
        return self.say("rests_on", form=self.form_label(name), sections=told)


def row(cells: Iterable[str]) -> str:
    """One row of a Markdown table."""
    return "| " + " | ".join(" ".join(c.split()).replace("|", "\\|") for c in cells) + " |"
