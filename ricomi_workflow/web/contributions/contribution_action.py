"""What an act on gifts is: its form, how it is said back, and how it is written."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ricomi_workflow.db.uow import Tx
from ricomi_workflow.definitions.model import FormDef
from ricomi_workflow.web.components import Facts
from ricomi_workflow.web.contributions.receipt_actions import Said
from ricomi_workflow.web.fund.treasury_forms import Filled

if TYPE_CHECKING:
    from sqlalchemy import Connection

Typed = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class GiftAct:
    """One act. `ref` is the contribution, receipt, agreement or return it is about, or empty."""

    form: Callable[[Connection, str], FormDef]
    say: Callable[[Connection, str, Filled], Said]
    write: Callable[[Tx, str, Filled], str]  # answers the reference of what was recorded
    about: Callable[[Connection, str], Facts] = lambda _connection, _ref: ()
    seen: Callable[[Connection, str], str] = lambda _connection, _ref: ""
    usual: Callable[[Connection, str], Typed] = lambda _connection, _ref: {}


def fixed(form: Callable[[], FormDef]) -> Callable[[Connection, str], FormDef]:
    """A form that is the same whatever it is about."""
    return lambda _connection, _ref: form()
