"""Small forms that no definition writes: what was typed, what is wrong with it, what was done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import request

from ricomi_workflow.kernel.errors import Conflict, DomainError, Invalid, Refused
from ricomi_workflow.web.components import Mistake
from ricomi_workflow.web.messages import mistake, reason


@dataclass(frozen=True, slots=True)
class PlainForm:
    """The values of a form by name, and the sentence for each name that is wrong."""

    values: Mapping[str, str] = field(default_factory=dict)
    errors: Mapping[str, str] = field(default_factory=dict)

    def value(self, name: str) -> str:
        """What stands in the control called `name`."""
        return self.values.get(name, "")

    def error(self, name: str) -> str:
        """What is wrong with it; empty when nothing is."""
        return self.errors.get(name, "")

    def mistakes(self) -> list[Mistake]:
        """Every mistake with the control to go to."""
        return [Mistake(text, name) for name, text in self.errors.items()]


def typed(*names: str) -> dict[str, str]:
    """What was sent under `names`; a password is never among them."""
    return {name: request.form.get(name, "") for name in names}


def refused(values: Mapping[str, str], error: Invalid) -> PlainForm:
    """The form as it was sent, with what is wrong."""
    return PlainForm(values, {each.path: mistake(each) for each in error.fields})


def outcome(error: DomainError | None, *names: str) -> dict[str, Any]:
    """What a template shows after a plain form was sent: its texts, and what speaks against it.

    `names` are its controls; without an error the form is still empty.
    """
    form = PlainForm(typed(*names) if error else {})
    refusals = error.refusals if isinstance(error, Refused) else ()
    return {
        "form": refused(form.values, error) if isinstance(error, Invalid) else form,
        "reasons": [reason(each) for each in refusals],
        "overtaken": isinstance(error, Conflict),
    }


def done(*known: str) -> str:
    """Which of `known` the address says was just done; empty when none."""
    said = request.args.get("done", "")
    return said if said in known else ""
