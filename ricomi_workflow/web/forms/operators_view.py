"""The operators of a field for its page: now, as the server judges; later, as data for a script.

The server decides at each saving what applies and what is required. The same condition goes along
as JSON, so that `operators.js` can tell at once; a fact about a field that is not on the page
carries the server's answer. Nobody needs the script.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal

from ricomi_workflow.definitions.computed_fields import RateTable
from ricomi_workflow.definitions.conditions import (
    AllOf,
    AnyOf,
    Comparison,
    Condition,
    Not,
    NoValue,
    Value,
    evaluate,
)
from ricomi_workflow.definitions.evaluation_scope import FormScope, RowScope
from ricomi_workflow.definitions.model import FieldDef, FieldType
from ricomi_workflow.definitions.operator_text import OperatorText
from ricomi_workflow.kernel.canonical import Json
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.web.current_user import services
from ricomi_workflow.web.forms.form_parts import RulesView
from ricomi_workflow.web.i18n import language

Scope = FormScope | RowScope


def rules_view(scope: FormScope | None, definition: FieldDef, path: str) -> RulesView | None:
    """What the page does with the operators of the field at `path`; None when it has none."""
    has_rules = definition.when or definition.required_when or definition.computed
    if scope is None or not has_rules:
        return None
    row = _row(scope, path)
    here: Scope = row or scope
    words = OperatorText(
        scope.given.form,
        language(),
        services().texts,
        services().lookups,
        row.table if row else None,
    )
    return RulesView(
        name=path,
        row=row.path if row else "",
        when=_written(definition.when, here),
        hidden=here.hides(definition.name),
        required=_written(definition.required_when, here),
        needed=here.requires(definition.name),
        words=" ".join(filter(None, [words.applies(definition), words.required(definition)])),
        computed=_computed(definition, here),
        formula=words.formula(definition),
        value=_plain(here.value(definition.name)) if definition.computed else "",
        rates=rates_json([definition]) if row is None else "",
    )


def rates_json(definitions: Iterable[FieldDef]) -> str:
    """The tables that some fields look up, as the script reads them; empty when they look up none.

    By table and place, the first and the last day of each rate and the rate in cents.
    """
    names = {d.computed.table for d in definitions if d.computed and d.is_rate}
    known = services().lookups.rates
    tables = {name: _table(known[name]) for name in sorted(names) if name in known}
    return json.dumps(tables, separators=(",", ":")) if tables else ""


def _table(table: RateTable) -> Mapping[str, Json]:
    return {
        place: [
            [p.since.isoformat(), p.until.isoformat(), str(p.rates[place].minor)]
            for p in table.of(place)
        ]
        for place in table.places
    }


def _row(scope: FormScope, path: str) -> RowScope | None:
    """The row of a path; an empty one where nothing was typed in it yet."""
    table, _, rest = path.partition(".")
    if not rest:
        return None
    number = int(rest.partition(".")[0])
    typed = [row for row in scope.rows(table) if row.number == number]
    return typed[0] if typed else RowScope(scope, scope.known[table], {}, number)


def _written(condition: Condition | None, scope: Scope) -> str:
    if condition is None:
        return ""
    return json.dumps(_tree(condition, scope), separators=(",", ":"), ensure_ascii=False)


def _tree(condition: Condition, scope: Scope) -> Json:
    match condition:
        case Comparison():
            return _comparison(condition, scope)
        case AllOf(parts):
            return {"all": [_tree(part, scope) for part in parts]}
        case AnyOf(parts):
            return {"any": [_tree(part, scope) for part in parts]}
        case Not(part):
            return {"not": _tree(part, scope)}


def _comparison(comparison: Comparison, scope: Scope) -> Json:
    tree: dict[str, Json] = {
        "f": comparison.field,
        "op": comparison.operator,
        "t": _type(comparison.field, scope),
        "now": evaluate(comparison, scope.open),
    }
    if comparison.other is not None:
        return tree | {"o": comparison.other}
    if isinstance(comparison.value, bool):
        return tree | {"v": [_plain(comparison.value)]}
    written = comparison.value if isinstance(comparison.value, list | tuple) else [comparison.value]
    return tree | {"v": [_plain(scope.literal(comparison.field, one)) for one in written]}


def _computed(definition: FieldDef, scope: Scope) -> str:
    """How a field is computed, for the script: the way, the operands with their types."""
    computed = definition.computed
    if computed is None:
        return ""
    tree: Mapping[str, Json] = {
        "how": computed.calculation,
        "t": definition.type,
        "table": computed.table,
        "of": [
            {"f": name, "t": _type(name, scope), "free": scope.neutral(name)}
            for name in computed.operands
        ],
    }
    return json.dumps(tree, separators=(",", ":"))


def _type(name: str, scope: Scope) -> FieldType:
    own, _, column = name.partition(".")
    definition = scope.definition(own)
    if column:
        return next(c.type for c in definition.columns if c.name == column)
    return definition.type


def _plain(value: Value | NoValue) -> str:
    """A value as the script compares it: cents, hundredths, ISO days, yes and no, or text."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Money):
        return str(value.minor)
    if isinstance(value, Decimal):
        return str(int(value.scaleb(2)))
    if isinstance(value, date):
        return value.isoformat()
    return "" if isinstance(value, NoValue | frozenset) else str(value)
