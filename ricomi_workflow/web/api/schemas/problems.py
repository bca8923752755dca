"""The shape of an error."""

from __future__ import annotations

from marshmallow import fields

from ricomi_workflow.web.api.schemas.fields import Answer, Several, Text, Values, Whole


class FieldProblem(Answer):
    """One mistake of the input."""

    path = Text("Dotted path of the field: `budget.3.unit_cost`")
    code = Text("Stable code of the rule that is broken")
    message = Text("What is wrong, in the language of the answer")


class RefusalReason(Answer):
    """One reason why an act is not possible now."""

    code = Text("Stable code of the reason")
    params = Values("The figures of the reason: amounts as decimal text, instants as RFC 3339")
    message = Text("What is missing, in the language of the answer")
    need = Text("What or who would make the act possible, in the language of the answer")


class Problem(Answer):
    """What was not done, and why (RFC 9457)."""

    type = Text("Stable name of this kind of problem")
    title = Text("The kind of problem, in the language of the answer")
    status = Whole("The HTTP status", least=400, most=599)
    code = Text("Stable code of this kind of problem")
    detail = Text("What happened and what to do, in the language of the answer")
    mistakes = Several(fields.Nested(FieldProblem), "Every mistake of the input", data_key="fields")
    refusals = Several(fields.Nested(RefusalReason), "Every reason of the rule")
