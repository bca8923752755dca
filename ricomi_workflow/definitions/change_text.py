"""What differs between two versions of a process, said to people in one of the four languages."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby

from ricomi_workflow.definitions.fields import Lookups
from ricomi_workflow.definitions.library import Library
from ricomi_workflow.definitions.manual import role_names
from ricomi_workflow.definitions.model import FormDef, WorkflowDef
from ricomi_workflow.definitions.operator_text import OperatorText
from ricomi_workflow.definitions.texts import Texts
from ricomi_workflow.definitions.version_changes import (
    ADDED,
    REMOVED,
    Part,
    VersionChange,
    transition_key,
)
from ricomi_workflow.kernel.actors import Role
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.text import join_clauses

_ROLES = frozenset({"waits_for", "readers", "escalate_to", "opens", "roles"})
_STATES = frozenset({"from", "to", "initial"})
_SHORT = frozenset({"remind", "unique", "options"})
_NOTHING: tuple[Json, ...] = (None, [], "")
_RULES = frozenset({"separation", "checks"})  # told by their sentence
_WORTH_NO = frozenset({"required"})  # also said of a new part when the answer is no
_OPAQUE = frozenset({"when", "required_when", "computed", "help", "rationale", "hint"})


@dataclass(frozen=True, slots=True)
class ChangedPart:
    """One part of the process with everything that is said of it."""

    part: Part
    name: str
    label: str
    sentences: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ChangeText:
    """Two versions and the language in which their differences are said."""

    before: WorkflowDef
    after: WorkflowDef
    library: Library
    texts: Texts
    lang: str

    def subjects(self, found: Iterable[VersionChange]) -> Iterator[ChangedPart]:
        """The alterations, those of one part together."""
        for (part, name), own in groupby(found, key=lambda each: (each.part, each.name)):
            said = tuple(self.sentence(each) for each in own)
            yield ChangedPart(part, name, self.subject(part, name), said)

    def sentence(self, each: VersionChange) -> str:
        """One alteration."""
        if each.aspect in {ADDED, REMOVED}:
            return self.t(each.aspect, facts=self.summary(each))
        aspect = self.aspect(each.aspect)
        if each.aspect in _OPAQUE:
            told = self.operators(each, self.after).get(each.aspect, "") if each.new else ""
            new = told[:1].lower() + told[1:].removesuffix(".")
            return self.t("now" if told else "otherwise", aspect=aspect, new=new)
        if isinstance(each.old, list) and isinstance(each.new, list) and each.old and each.new:
            return self.listed(each.aspect, each.old, each.new)
        old = self.value(each.aspect, each.old, self.before)
        new = self.value(each.aspect, each.new, self.after)
        if each.old in _NOTHING:
            return self.t("now", aspect=aspect, new=new)
        if each.new in _NOTHING:
            return self.t("no_more", aspect=aspect, old=old)
        return self.t("changed", aspect=aspect, old=old, new=new)

    def listed(self, aspect: str, old: list[Json], new: list[Json]) -> str:
        """What a list has more and what less."""
        more = [item for item in new if item not in old]
        less = [item for item in old if item not in new]
        parts = []
        if more:
            parts.append(self.t("more", what=self.value(aspect, more, self.after)))
        if less:
            parts.append(self.t("less", what=self.value(aspect, less, self.before)))
        told = join_clauses(parts, self.lang) or self.t("order")
        return self.t("listed", aspect=self.aspect(aspect), told=told)

    def summary(self, each: VersionChange) -> str:
        """What an added or removed part is, as far as it fits in a line."""
        facts, flow = (each.new, self.after) if each.aspect == ADDED else (each.old, self.before)
        if not isinstance(facts, Mapping):
            return str(facts or "")
        settled = facts.get("computed") or facts.get("required_when")
        wanted = {
            Part.ACT: ("from", "to", "roles", "form", "reason", "guards", "bulk", "points"),
            Part.STATE: ("step", "waits_for", "business_days"),
            Part.FIELD: ("type",) if settled else ("type", "required"),
        }.get(each.part, ())
        told = [
            self.t("listed", aspect=self.aspect(name), told=self.value(name, facts[name], flow))
            for name in wanted
            if facts.get(name) not in (None, [], "") and (name in _WORTH_NO or facts.get(name))
        ]
        operators = self.operators(each, flow)
        if formula := operators.get("computed"):
            computed = self.t("listed", aspect=self.aspect("computed"), told=formula)
            operators = {**operators, "computed": computed}
        return join_clauses([*told, *filter(None, operators.values())], self.lang)

    def operators(self, each: VersionChange, flow: WorkflowDef) -> Mapping[str, str]:
        """When a field applies or is required, and what it is computed from; empty: never."""
        form, path = self._form_of(flow, each.name.partition(".")[0]), each.name.split(".")[1:]
        if each.part is not Part.FIELD or form is None:
            return {}
        table = form.field(path[0])
        field = next(c for c in table.columns if c.name == path[1]) if path[1:] else table
        words = OperatorText(form, self.lang, self.texts, Lookups(), table if path[1:] else None)
        return {
            "when": words.applies(field),
            "required_when": words.required(field),
            "computed": words.formula(field),
        }

    def subject(self, part: Part, name: str) -> str:
        """How a part is called."""
        for flow in (self.after, self.before):
            found = self._named(flow, part, name)
            if found:
                return found
        return name

    def _named(self, flow: WorkflowDef, part: Part, name: str) -> str:
        match part:
            case Part.PROCESS:
                return flow.label[self.lang]
            case Part.STEP:
                steps = {step.name: step.label[self.lang] for step in flow.steps}
                return steps.get(name, "")
            case Part.STATE:
                return flow.states[name].label[self.lang] if name in flow.states else ""
            case Part.ACT:
                acts = {transition_key(act): act.label[self.lang] for act in flow.transitions}
                return acts.get(name, "")
            case Part.FORM | Part.FIELD:
                return self._in_form(flow, name)

    def _in_form(self, flow: WorkflowDef, name: str) -> str:
        """A form, or one of its fields or columns, by their labels."""
        wanted, _, path = name.partition(".")
        form = self._form_of(flow, wanted)
        if form is None:
            return ""
        labels, fields = [form.label[self.lang]], form.fields()
        for step in path.split(".") if path else ():
            field = next((each for each in fields if each.name == step), None)
            if field is None:
                return ""
            labels, fields = [*labels, field.label[self.lang]], field.columns
        return ": ".join([labels[0], ", ".join(labels[1:])]) if path else labels[0]

    def _form_of(self, flow: WorkflowDef, name: str) -> FormDef | None:
        """The version of a form that a process takes."""
        keys = [flow.form, *(act.form for act in flow.transitions if act.form)]
        forms = (self.library.forms.get(key) for key in keys)
        return next((form for form in forms if form and form.name == name), None)

    def aspect(self, name: str) -> str:
        """How a key of the file is called."""
        for prefix in ("edit_", "read_", "term_"):
            if name.startswith(prefix):
                rest = name.removeprefix(prefix)
                label = self.term(rest) if prefix == "term_" else self.subject(Part.FORM, rest)
                return self.t(f"aspect_{prefix}of", form=label)
        return self.t(f"aspect_{name}")

    def term(self, name: str) -> str:
        """How a figure that conditions obey is called."""
        return self._hook(f"process.term_{name}", name)

    def value(self, aspect: str, value: Json, flow: WorkflowDef) -> str:
        """What stands under a key, in words."""
        if value in _NOTHING:
            return self.t("nothing")
        if isinstance(value, bool):
            return self.t("yes" if value else "no")
        if isinstance(value, Mapping) and aspect != "notify":
            return self.t("quoted", text=str(value.get(self.lang, "")))
        words = (self.one(aspect, each, flow) for each in _items(value))
        return ", ".join(words) if aspect in _SHORT else join_clauses(words, self.lang)

    def one(self, aspect: str, value: Json, flow: WorkflowDef) -> str:
        """One value of a key, in words."""
        if isinstance(value, Mapping) and aspect in _RULES:
            return self.t("quoted", text=str(value[self.lang]))
        text = str(value)
        if aspect in _ROLES or aspect.startswith(("edit_", "read_")):
            return role_names(frozenset({Role(text)}), self.lang, self.texts)
        if aspect in _STATES:
            return self.t("quoted", text=self._named(flow, Part.STATE, text) or text)
        named = {
            "points": self._section,
            "depends_on": self._section,
            "notify": self._notice,
            "business_days": self._days,
            "form": self._form,
            "guards": self._guard,
            "effects": self._effect,
            "type": self._type,
            "catalogued_as": self._sort,
        }
        if aspect in named:
            return named[aspect](value)
        if aspect == "then":
            return {act.trigger: act.label[self.lang] for act in flow.transitions}.get(text, text)
        return (self._named(flow, Part.STEP, text) or text) if aspect == "step" else text

    def t(self, phrase: str, **params: object) -> str:
        """A sentence of `texts/process.yaml`."""
        return self.texts.text(f"process.{phrase}", self.lang, **params).strip()

    def _section(self, value: Json) -> str:
        """A form, or `form.section`, by the labels of its newest version."""
        name, _, section = str(value).partition(".")
        form = self.library.latest_form(name)
        label = {each.name: each.label[self.lang] for each in form.sections}.get(section, section)
        said = f"{form.label[self.lang]}: {label}" if label else form.label[self.lang]
        return self.t("quoted", text=said)

    def _sort(self, value: Json) -> str:
        return self.t(f"as_{value}")

    def _days(self, value: Json) -> str:
        number = value if isinstance(value, int) else 0
        return self.texts.text("manual.business_days", self.lang, n=number)

    def _form(self, value: Json) -> str:
        form = self.library.forms.get(str(value))
        if form is None:
            return str(value)
        return self.t("form_version", form=form.label[self.lang], version=form.version)

    def _type(self, value: Json) -> str:
        key = f"manual.type_{value}"
        return self.texts.text(key, self.lang) if self.texts.has(key) else str(value)

    def _guard(self, value: Json) -> str:
        return self._hook(f"manual.guard_{value}", str(value))

    def _effect(self, value: Json) -> str:
        return self._hook(f"process.effect_{value}", str(value))

    def _hook(self, key: str, name: str) -> str:
        return self.texts.text(key, self.lang) if self.texts.has(key) else name.replace("_", " ")

    def _notice(self, value: Json) -> str:
        if not isinstance(value, Mapping):
            return str(value)
        message = self.library.messages.get(str(value["message"]))
        subject = message.subject[self.lang] if message else str(value["message"])
        words = subject.rpartition("}}")[2].lstrip(" :") or subject
        roles = frozenset(Role(str(role)) for role in _items(value["to"]))
        return self.t("notice", subject=words, who=role_names(roles, self.lang, self.texts))


def _items(value: Json) -> list[Json]:
    return list(value) if isinstance(value, list | tuple) else [value]
