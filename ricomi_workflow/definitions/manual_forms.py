"""The part of a manual that explains a form: its fields, what each takes, what must add up."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from ricomi_workflow.definitions.model import Check, FieldDef, FieldType, FormDef
from ricomi_workflow.definitions.notation import day_shown, money_shown, whole_text
from ricomi_workflow.definitions.texts import Texts
from ricomi_workflow.kernel.money import Money


def joined(parts: Iterable[str], lang: str) -> str:
    """Parts of a sentence between semicolons, which French sets apart."""
    return ("\u00a0; " if lang == "fr" else "; ").join(parts)


def form_part(form: FormDef, lang: str, texts: Texts) -> Iterator[str]:
    """The lines about one form."""
    yield f"\n### {form.label[lang]} (`{form.key}`)"
    for section in form.sections:
        yield f"\n**{section.label[lang]}**\n"
        if section.intro is not None:
            yield f"{section.intro[lang]}\n"
        for definition in section.fields:
            yield from _field(definition, section.fields, lang, texts, indent="")
    if form.checks:
        yield ""
    for check in form.checks:
        yield _check(form, check, lang, texts)


def _field(
    definition: FieldDef, among: Sequence[FieldDef], lang: str, texts: Texts, *, indent: str
) -> Iterator[str]:
    rules = joined(_rules(definition, among, lang, texts), lang)
    text = f" {definition.help[lang]}" if definition.help else ""
    colon = "\u00a0:" if lang == "fr" else ":"
    yield f"{indent}- **{definition.label[lang]}**{colon} {rules}.{text}"
    for column in definition.columns:
        yield from _field(column, definition.columns, lang, texts, indent=indent + "  ")


def _rules(
    definition: FieldDef, among: Sequence[FieldDef], lang: str, texts: Texts
) -> Iterator[str]:
    def say(key: str, **params: object) -> str:
        return texts.text(f"manual.{key}", lang, **params)

    yield say(f"type_{definition.type}")
    if definition.product:
        labels = {c.name: c.label[lang] for c in among}
        yield say("computed", factors=" × ".join(labels.get(n, n) for n in definition.product))
        return
    yield say("required") if definition.required else say("optional")
    if definition.max_words is not None:
        yield say("max_words", n=whole_text(definition.max_words, lang))
    if definition.max_length is not None:
        yield say("max_length", n=whole_text(definition.max_length, lang))
    yield from _limits(definition, lang, texts)
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
        return money_shown(Money.parse(limit), lang)
    if definition.type is FieldType.DATE:
        return day_shown(date.fromisoformat(limit), lang)
    return whole_text(int(limit), lang)


def _check(form: FormDef, check: Check, lang: str, texts: Texts) -> str:
    left, right = (_side(form, side, lang) for side in (check.left, check.right))
    return "- " + texts.text("manual.check", lang, left=left, right=right)


def _side(form: FormDef, side: str, lang: str) -> str:
    name, _, column_name = side.partition(".")
    definition = form.field(name)
    labels = [c.label[lang] for c in definition.columns if c.name == column_name]
    return ", ".join([definition.label[lang], *labels])
