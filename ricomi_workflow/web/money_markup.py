"""An amount as markup: it keeps together, and its currency is small."""

from __future__ import annotations

from markupsafe import Markup

from ricomi_workflow.definitions.number_formats import SIGN_AFTER, SIGNS
from ricomi_workflow.kernel.money import Money
from ricomi_workflow.localization import formats

_BEFORE = Markup('<span class="money"><span class="unit">{1} </span>{0}</span>')
_AFTER = Markup('<span class="money">{0} <span class="unit">{1}</span></span>')


def money(amount: Money, lang: str) -> Markup:
    """The figure of `amount` with the currency where `lang` puts it."""
    template = _AFTER if lang in SIGN_AFTER else _BEFORE
    return template.format(formats.amount(amount, lang), SIGNS[lang])
