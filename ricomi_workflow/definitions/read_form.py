"""Reads the trees of a form file and of a message file into their values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from ricomi_workflow.definitions.fields import LISTS
from ricomi_workflow.definitions.file_refs import MAX_FILES
from ricomi_workflow.definitions.model import (
    USUAL_PARTS,
    Check,
    FieldDef,
    FieldType,
    FormDef,
    MessageDef,
    MessagePart,
    Option,
    Section,
    ValueFormat,
)
from ricomi_workflow.definitions.read_operators import (
    read_comparison,
    read_computed,
    read_condition,
    read_operand,
    read_prefill,
    read_relation,
)
from ricomi_workflow.definitions.yaml_node import YamlNode
from ricomi_workflow.kernel.money import Money, NotMoney
from ricomi_workflow.kernel.text import LANGUAGES

_TEXTS = {FieldType.TEXT, FieldType.LONG_TEXT, FieldType.LOCALIZED, FieldType.LOCALIZED_LONG}
_OPTIONS = {FieldType.CHOICE, FieldType.CHOICES, FieldType.COUNTRY, FieldType.COUNTRIES}
CALLER_LISTS = (  # filled by the page that shows the form: what they hold depends on the books
    "agreements",
    "currencies",
    "donors",
    "donors_with_pledges",
    "expense_categories",
    "foreign_currencies",
    "funding_sources",
)
SUGGESTIONS = ("institutions", "entries")
MEANT = {FieldType.TEXT: ValueFormat.ADDRESS, FieldType.INTEGER: ValueFormat.YEAR}
_ORDERED = {FieldType.DATE, FieldType.INTEGER, FieldType.MONEY, FieldType.PERCENTAGE}
_COMPUTED = {FieldType.MONEY, FieldType.INTEGER, FieldType.PERCENTAGE}
_NO_COLUMN = {FieldType.TABLE, FieldType.LOCALIZED_LONG, FieldType.LOCALIZED, FieldType.CHOICES,
              FieldType.COUNTRIES, FieldType.FILES}  # fmt: skip


def read_form(node: YamlNode, digest: str) -> FormDef:
    """The form written at `place`; mistakes go to `place.mistakes`."""
    at = node.record("name version label sections", "checks")
    form = FormDef(
        name=at["name"].name(),
        version=at["version"].whole(1, least=1),
        label=at["label"].localized(),
        sections=tuple(_section(p) for p in at["sections"].each()),
        checks=tuple(_check(p) for p in at["checks"].each()),
        digest=digest,
    )
    _distinct(at["sections"], [f.name for f in form.fields()], "field")
    _distinct(at["sections"], [s.name for s in form.sections], "section")
    _distinct(at["checks"], [c.code for c in form.checks], "check")
    if not form.fields() and not at["sections"].absent:
        at["sections"].wrong("at least one section with a field")
    return form


def _distinct(node: YamlNode, names: list[str], what: str) -> None:
    for name in dict.fromkeys(names):
        if name and names.count(name) > 1:
            node.wrong(f"each {what} name once", found=f"{what} {name} more than once")


def _section(node: YamlNode) -> Section:
    at = node.record("name label fields", "intro")
    fields = tuple(_field(p) for p in at["fields"].each())
    return Section(
        at["name"].name(), at["label"].localized(), fields, at["intro"].optional_localized()
    )


def _field(node: YamlNode, *, column: bool = False) -> FieldDef:
    at = node.record(
        "name type label",
        "help required max_words max_length min max options options_from columns product group_by"
        " min_rows public material when required_when computed unique suggest prefill was as",
    )
    type_ = _type(at["type"], column=column)
    _fits(type_, at)
    columns = tuple(_field(p, column=True) for p in at["columns"].each())
    _distinct(at["columns"], [c.name for c in columns], "column")
    least_of, least = read_relation(at["min"])
    most_of, most = read_relation(at["max"])
    return FieldDef(
        name=at["name"].name(),
        type=type_,
        label=at["label"].localized(),
        help=at["help"].optional_localized(),
        required=at["required"].flag(default=at["required_when"].absent),
        max_words=None if at["max_words"].absent else at["max_words"].whole(1, least=1),
        max_length=None if at["max_length"].absent else at["max_length"].whole(1, least=1),
        minimum=_limit(least, type_),
        maximum=_limit(most, type_),
        min_field=least_of,
        max_field=most_of,
        options=tuple(_option(p) for p in at["options"].each()),
        options_from=at["options_from"].name() or None,
        format=None if at["as"].absent else at["as"].one_of(ValueFormat, ValueFormat.ADDRESS),
        columns=columns,
        computed=read_computed(at["computed"], at["product"]),
        group_by=at["group_by"].name() or None,
        min_rows=at["min_rows"].whole(),
        unique=at["unique"].names(),
        public=at["public"].flag(),
        material=at["material"].flag(default=True),
        when=read_condition(at["when"]),
        required_when=read_condition(at["required_when"]),
        suggest=at["suggest"].name() or None,
        prefill=read_prefill(at["prefill"], at["name"].name()),
        was=at["was"].name() or None,
    )


def _type(node: YamlNode, *, column: bool) -> FieldType:
    type_ = node.one_of(FieldType, FieldType.TEXT)
    if column and type_ in _NO_COLUMN:
        node.wrong("a type of one value", found=str(type_))
    return type_


def _fits(type_: FieldType, at: Mapping[str, YamlNode]) -> None:
    """Refuse the keys that mean nothing for the type."""
    rules = {
        "max_words": type_ in _TEXTS,
        "max_length": type_ in _TEXTS,
        "min": type_ in _ORDERED or type_ is FieldType.YES_NO,
        "max": type_ in _ORDERED or type_ is FieldType.FILES,
        "options": type_ in {FieldType.CHOICE, FieldType.CHOICES},
        "options_from": type_ in _OPTIONS,
        "columns": type_ is FieldType.TABLE,
        "group_by": type_ is FieldType.TABLE,
        "min_rows": type_ is FieldType.TABLE,
        "product": type_ in _COMPUTED,
        "computed": type_ in _COMPUTED,
        "unique": type_ is FieldType.TABLE,
        "suggest": type_ is FieldType.TEXT,
    }
    for key, fits in rules.items():
        if not fits and not at[key].absent:
            at[key].wrong(f"no {key} for {type_}")
    listed = type_ in {FieldType.CHOICE, FieldType.CHOICES}
    if listed and at["options"].absent == at["options_from"].absent:
        at["options"].wrong("either options or options_from", found="both or neither")
    if type_ is FieldType.TABLE and not at["columns"].absent and not at["columns"].each():
        at["columns"].wrong("at least one column")
    lists = (*LISTS, *CALLER_LISTS)
    if not at["options_from"].absent and at["options_from"].name() not in lists:
        at["options_from"].wrong(", ".join(lists))
    if not at["suggest"].absent and at["suggest"].name() not in SUGGESTIONS:
        at["suggest"].wrong(", ".join(SUGGESTIONS))
    if not at["as"].absent and MEANT.get(type_) != at["as"].value:
        at["as"].wrong(f"{MEANT[type_]} for {type_}" if type_ in MEANT else f"no as for {type_}")
    if not at["required_when"].absent and not at["required"].absent:
        at["required_when"].wrong("either required or required_when", found="both")


def _limit(node: YamlNode, type_: FieldType) -> str | None:
    """The text of a `min` or `max`; checked against the type."""
    if node.absent:
        return None
    value = node.value
    text = ("true" if value else "false") if isinstance(value, bool) else str(value)
    if not _limit_fits(text, type_):
        node.wrong(
            {
                FieldType.DATE: "an ISO day or `today`",
                FieldType.MONEY: "an amount like 0.01",
                FieldType.PERCENTAGE: "a figure like 12.5",
                FieldType.YES_NO: "true",
            }.get(type_, "a whole number")
        )
    return text


def _limit_fits(text: str, type_: FieldType) -> bool:
    try:
        if type_ is FieldType.DATE:
            return text == "today" or date.fromisoformat(text).isoformat() == text
        if type_ in {FieldType.MONEY, FieldType.PERCENTAGE}:
            Money.parse(text)
            return True
    except (ValueError, NotMoney):
        return False
    if type_ is FieldType.YES_NO:
        return text == "true"
    if type_ is FieldType.FILES:
        return text.isdecimal() and 0 < int(text) <= MAX_FILES
    return type_ is not FieldType.INTEGER or text.lstrip("-").isdecimal()


def _option(node: YamlNode) -> Option:
    at = node.record("value label")
    return Option(at["value"].name(), at["label"].localized())


def _check(node: YamlNode) -> Check:
    forbids = isinstance(node.value, dict) and not {"left", "right"} & node.value.keys()
    sides, further = ("when", "left right compare") if forbids else ("left right", "compare when")
    at = node.record(f"code at message {sides}", further)
    return Check(
        code=at["code"].name(),
        left=read_operand(at["left"]),
        right=read_operand(at["right"]),
        at=at["at"].name(),
        message=at["message"].localized(),
        compare=read_comparison(at["compare"]),
        when=read_condition(at["when"]),
    )


def read_message_parts(node: YamlNode) -> dict[str, MessagePart]:
    """The parts that messages share, by name."""
    parts = {}
    for name, each in node.mapping().items():
        at = each.record("text", "params")
        parts[name] = MessagePart(at["params"].names(), at["text"].localized())
    return parts


def read_message(node: YamlNode, name: str, shared: Mapping[str, MessagePart]) -> MessageDef:
    """The message written at `node`, composed with the parts that it shares with others."""
    at = node.record("subject why text", "params parts")
    own = MessagePart(at["params"].names(), at["text"].localized())
    known = {**shared, "text": own}
    names = USUAL_PARTS if at["parts"].absent else at["parts"].names()
    for unknown in (each for each in names if each not in known):
        at["parts"].wrong(", ".join(known), found=unknown)
    parts = [known[each] for each in names if each in known]
    params = dict.fromkeys(param for part in (*parts, own) for param in part.params)
    bodies = {lang: "\n\n".join(part.text[lang] for part in parts) for lang in LANGUAGES}
    subject, why = at["subject"].localized(), at["why"].localized()
    return MessageDef(name, subject, why, tuple(params), own.text, bodies)
