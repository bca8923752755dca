"""Guards and effects that the fund offers to YAML."""

from __future__ import annotations

from ricomi_workflow.cases.act import Effect, Guard
from ricomi_workflow.definitions.check import Reads
from ricomi_workflow.definitions.model import FieldType
from ricomi_workflow.fund import (
    advances,
    budget,
    disbursement_deadlines,
    disbursements,
    effects,
    exceptions,
    guards,
)

GUARDS: dict[str, Guard] = {
    guard.__name__: guard
    for guard in (
        guards.funds_available,
        guards.grant_reserved,
        guards.no_open_tranche,
        guards.reports_in_order,
        guards.tranche_requested,
        guards.tranche_unpaid,
        guards.tranche_certified,
        guards.not_own_request,
        guards.not_own_certification,
        guards.something_paid,
        guards.accounts_settled,
        guards.advances_settled,
        guards.final_expenditure_open,
        guards.final_expenditure_recorded,
        guards.grant_left,
        guards.advances_outstanding,
        guards.report_covered,
        guards.final_report_covered,
        disbursements.certification_overdue,
        advances.accounts_not_overdue,
        disbursement_deadlines.commitment_in_time,
        disbursement_deadlines.commitment_over,
        exceptions.exception_asked,
        exceptions.no_exception_asked,
        exceptions.exception_by_another,
        budget.reallocation_within,
        budget.reallocation_beyond,
        budget.reallocation_fits,
        budget.reallocation_overtaken,
        budget.report_within_budget,
        budget.final_report_within_budget,
    )
}
EFFECTS: dict[str, Effect] = {
    effect.__name__: effect
    for effect in (
        effects.reserve_grant,
        effects.commit_grant,
        effects.release_grant,
        effects.release_remaining,
        effects.adopt_plan,
        disbursements.request_tranche,
        disbursements.certify_tranche,
        disbursements.refuse_tranche,
        disbursements.expire_tranche,
        disbursements.pay_tranche,
        disbursement_deadlines.expire_commitment,
        effects.record_expenditure,
        effects.record_final_expenditure,
        disbursements.record_refund,
        exceptions.grant_exception,
        budget.check_reallocation,
        budget.adopt_reallocation,
    )
}
TERMS: dict[str, tuple[str, ...]] = {
    "reallocation_within": (budget.TOLERANCE,),
    "reallocation_beyond": (budget.TOLERANCE,),
    "report_within_budget": (budget.LINE_TOLERANCE,),
    "final_report_within_budget": (budget.LINE_TOLERANCE,),
    "certification_overdue": (disbursements.PAYMENT_DAYS,),
    "commitment_in_time": (disbursement_deadlines.LIQUIDATION_YEARS,),
    "commitment_over": (disbursement_deadlines.LIQUIDATION_YEARS,),
    "accounts_not_overdue": (advances.ACCOUNTS_DAYS, advances.OVERDUE_DAYS),
}
READS: Reads = {
    "check_reallocation": {"moves": FieldType.TABLE},
    "request_tranche": {"amount": FieldType.MONEY, "purpose": FieldType.TEXT},
    "pay_tranche": {"paid_on": FieldType.DATE, "bank_reference": FieldType.TEXT},
    "record_refund": {
        "amount": FieldType.MONEY,
        "received_on": FieldType.DATE,
        "bank_reference": FieldType.TEXT,
    },
}
