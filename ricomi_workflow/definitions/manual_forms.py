"""The part of a manual that explains a form: its fields, what each takes, what must add up."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from decimal import Decimal

from ricomi_workflow.definitions.conditions import Operator
from ricomi_workflow.definitions.fields import Lookups
from ricomi_workflow.definitions.model import Check, FieldDef, FieldType, FormDef
from ricomi_workflow.definitions.number_formats import (
    format_day,
    format_integer,
    format_money,
    format_percent,
)
from ricomi_workflow.definitions.operator_text import OperatorText
from ricomi_workflow.definitions.texts import Texts
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.kernel.text import join_clauses


def form_manual(form: FormDef, lang: str, texts: Texts) -> Iterator[str]:
    """The lines about one form."""
    yield f"\n### {form.label[lang]} (`{form.key}`)"
    for section in form.sections:
        yield f"\n**{section.label[lang]}**\n"
        if section.intro is not None:
            yield f"{section.intro[lang]}\n"
        for definition in section.fields:
            yield from _field(definition, OperatorText(form, lang, texts, Lookups()), indent="")
    if form.checks:
        yield ""
    for check in form.checks:
        yield _check(form, check, OperatorText(form, lang, texts, Lookups()))


def _field(definition: FieldDef, words: OperatorText, *, indent: str) -> Iterator[str]:
    lang = words.lang
    rules = join_clauses(_rules(definition, words), lang)
    parts = [definition.help[lang] if definition.help else ""]
    parts += [words.applies(definition), words.required(definition)]
    colon = "\u00a0:" if lang == "fr" else ":"
    text = " ".join(
        [f"{indent}- **{definition.label[lang]}**{colon} {rules}.", *filter(None, parts)]
    )
    yield text
    inside = replace(words, table=definition)
    for column in definition.columns:
        yield from _field(column, inside, indent=indent + "  ")


def _rules(definition: FieldDef, words: OperatorText) -> Iterator[str]:
    lang, texts = words.lang, words.texts

    def say(key: str, **params: object) -> str:
        return texts.text(f"manual.{key}", lang, **params)

    yield say(f"type_{definition.type}")
    if definition.is_computed:
        yield say("computed", factors=words.formula(definition))
        return
    if definition.required_when is None:
        yield say("required") if definition.required else say("optional")
    yield from _limits(definition, lang, texts)
    yield from words.limits(definition)
    if definition.options:
        yield say("options", options=", ".join(o.label[lang] for o in definition.options))
    if definition.options_from is not None:
        yield say(f"list_{definition.options_from}")
    if definition.min_rows:
        yield say("min_rows", n=definition.min_rows)
    if definition.group_by is not None:
        labels = {c.name: c.label[lang] for c in definition.columns}
        yield say("group_by", column=labels.get(definition.group_by, definition.group_by))
    if definition.public:
        yield say("public")


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


def _check(form: FormDef, check: Check, words: OperatorText) -> str:
    if check.forbids or check.compare is not Operator.EQUALS or check.when is not None:
        return f"- {words.check(check)}"
    left, right = (_side(form, side, words.lang) for side in (check.left, check.right))
    return "- " + words.texts.text("manual.check", words.lang, left=left, right=right)


def _side(form: FormDef, side: str, lang: str) -> str:
    name, _, column_name = side.partition(".")
    definition = form.field(name)
    labels = [c.label[lang] for c in definition.columns if c.name == column_name]
    return ", ".join([definition.label[lang], *labels])
