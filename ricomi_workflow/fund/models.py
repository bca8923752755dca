"""Tables of the fund: budgets, tranches and refunds of cases, and its own operating expenses.

Triggers hold the books to these rows, whoever writes them. Obligated and paid is what a tranche
says, returned what a refund says; all of it is within the grant, and expenditure within the lines
of the budget. An operating expense is booked as it was prepared, and paid by another person.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from ricomi_workflow.db.schema import (
    CURRENCY,
    JsonText,
    UtcDateTime,
    append_only,
    metadata,
    refuse_existing_keys,
    refuse_updates,
)
from ricomi_workflow.ledger.models import account, journal, of_entry

tranche = Table(
    "tranche",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("case_id", BigInteger, ForeignKey("case.id"), nullable=False),
    Column("number", Integer, nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("currency", CURRENCY, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("requested_by", BigInteger, nullable=False),
    Column("requested_seq", Integer, nullable=False),
    Column("requested_at", UtcDateTime, nullable=False),
    UniqueConstraint("case_id", "number"),
    CheckConstraint("amount_minor > 0", name="amount"),
    of_entry("requested_seq"),
)

tranche_event = Table(
    "tranche_event",
    metadata,
    Column("tranche_id", BigInteger, ForeignKey("tranche.id"), primary_key=True),
    Column("event", String(12), primary_key=True),
    Column("at", UtcDateTime, nullable=False),
    Column("actor_id", BigInteger),  # nobody where a term ended
    Column("case_id", BigInteger, nullable=False),
    Column("seq", Integer, nullable=False),
    Column("pay_by", Date),  # of a certification: the last day on which it is paid
    Column("paid_on", Date),
    Column("bank_reference", String(120)),
    Column("accounts_due_on", Date),  # of a payment: by when it is accounted for
    CheckConstraint("event IN ('certified', 'refused', 'expired', 'paid')", name="event"),
    CheckConstraint("(event = 'paid') = (bank_reference IS NOT NULL)", name="bank_reference"),
    CheckConstraint("event = 'certified' OR pay_by IS NULL", name="pay_by"),
    CheckConstraint(
        "accounts_due_on IS NULL OR (event = 'paid' AND accounts_due_on >= paid_on)",
        name="accounts_due_on",
    ),
    CheckConstraint("(event = 'expired') = (actor_id IS NULL)", name="actor"),
    of_entry("seq"),
)
Index("ix_tranche_event_entry", tranche_event.c.case_id, tranche_event.c.seq)
Index("ix_tranche_event_pay_by", tranche_event.c.pay_by)
Index("ix_tranche_event_accounts_due_on", tranche_event.c.accounts_due_on)

budget = Table(
    "budget",
    metadata,
    Column("case_id", BigInteger, ForeignKey("case.id"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),  # the newest is in force
    Column("total_minor", BigInteger, nullable=False),  # what was approved; no change moves it
    Column("tolerance", Integer, nullable=False),  # percent by which a line may be exceeded
    Column("lines", JsonText, nullable=False),  # [{line, amount}], whole cents, each line once
    CheckConstraint("total_minor > 0", name="total"),
    CheckConstraint("tolerance BETWEEN 0 AND 25", name="tolerance"),
    of_entry("seq"),
)

refund = Table(
    "refund",
    metadata,
    Column("case_id", BigInteger, primary_key=True, autoincrement=False),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    Column("tranche_id", BigInteger, ForeignKey("tranche.id"), primary_key=True),
    Column("amount_minor", BigInteger, nullable=False),
    Column("received_on", Date, nullable=False),
    Column("bank_reference", String(120), nullable=False),
    UniqueConstraint("tranche_id", "bank_reference"),  # one transfer pays a tranche back once
    CheckConstraint("amount_minor > 0", name="amount"),
    of_entry("seq"),
)
Index("ix_refund_tranche", refund.c.tranche_id)
for _table in (tranche, tranche_event, budget, refund):
    append_only(_table)
for _table in (tranche_event, budget, refund):
    journal.add_is_dependent_on(_table)  # it moves money that they speak of

refuse_existing_keys(tranche, "id = NEW.id OR (case_id = NEW.case_id AND number = NEW.number)")
refuse_existing_keys(budget, "case_id = NEW.case_id AND seq = NEW.seq")
refuse_existing_keys(
    refund,
    """tranche_id = NEW.tranche_id AND (bank_reference = NEW.bank_reference
    OR (case_id = NEW.case_id AND seq = NEW.seq))""",
)

# A tranche: refused before it is paid or not at all; three people ask, certify and pay. A
# certification that ended without payment ended by its term.
_NOT_IN_ORDER = """NOT EXISTS (
    SELECT 1 FROM tranche AS t
    LEFT JOIN tranche_event AS c ON c.tranche_id = t.id AND c.event = 'certified'
    LEFT JOIN tranche_event AS e ON e.tranche_id = t.id AND e.event <> 'certified'
    WHERE t.id = NEW.tranche_id AND t.case_id = NEW.case_id AND e.event IS NULL AND (
        NEW.event = 'refused' OR (NEW.event = 'expired' AND c.pay_by IS NOT NULL)
        OR (NEW.event = 'certified' AND c.event IS NULL AND NEW.actor_id <> t.requested_by)
        OR (NEW.event = 'paid' AND NEW.actor_id <> t.requested_by
            AND NEW.actor_id <> c.actor_id)))"""
refuse_updates(tranche_event, "tranche_event_in_order", {"tranche_out_of_order": _NOT_IN_ORDER})

# A budget: never more than was approved, nor less on a line than was accounted for. The first one
# is what was reserved; a change moves money between lines and adds none.
_LINES = {
    "sqlite": "SELECT json_extract(value, '$.line') AS line, json_extract(value, '$.amount') AS"
    " amount FROM json_each({0})",
    "postgresql": "SELECT line, amount FROM json_to_recordset({0}) AS l(line text, amount bigint)",
}
_OVER_BUDGET = """(SELECT coalesce(sum(l.amount), 0) FROM ({lines}) AS l) > NEW.total_minor
    OR EXISTS (SELECT 1 FROM ({lines}) AS l GROUP BY l.line
        HAVING count(*) > 1 OR min(l.amount) < 0 OR count(l.amount) < count(*))
    OR EXISTS (SELECT 1 FROM budget AS b WHERE b.case_id = NEW.case_id
        AND (b.seq >= NEW.seq OR b.total_minor <> NEW.total_minor))
    OR (NOT EXISTS (SELECT 1 FROM budget AS b WHERE b.case_id = NEW.case_id)
        AND NOT EXISTS (SELECT 1 FROM account AS a WHERE a.owner = NEW.case_id
            AND a.kind = 'reserved' AND -a.balance = NEW.total_minor))
    OR EXISTS (SELECT p.note FROM account AS a JOIN posting AS p ON p.account_id = a.id
        WHERE a.owner = NEW.case_id AND a.kind = 'expenditure' GROUP BY p.note
        HAVING sum(p.amount) > coalesce((SELECT l.amount * (100 + NEW.tolerance) / 100
            FROM ({lines}) AS l WHERE l.line = p.note), 0))"""

# Money that comes back: of a tranche that was paid, never more than it paid.
_OVER_TRANCHE = """NOT EXISTS (SELECT 1 FROM tranche AS t
    JOIN tranche_event AS e ON e.tranche_id = t.id AND e.event = 'paid'
    WHERE t.id = NEW.tranche_id AND t.case_id = NEW.case_id AND e.paid_on <= NEW.received_on
    AND NEW.amount_minor + (SELECT coalesce(sum(r.amount_minor), 0) FROM refund AS r
        WHERE r.tranche_id = t.id) <= t.amount_minor)"""

# The money of a case, judged when an account of it has moved by the postings after OLD.postings:
# obligated and paid is what a tranche says, paid back what a refund says, each by one journal of
# its entry; committed, obligated and paid together are within what was approved; what is accounted
# for is within the line of the budget in force, and its tolerance.
_FACT_OF = """EXISTS (SELECT 1 FROM tranche_event AS e JOIN tranche AS t ON t.id = e.tranche_id
    WHERE e.case_id = NEW.owner AND e.seq = j.case_seq AND e.event = '{event}'
    AND j.memo = '{memo}' AND t.amount_minor = -p.amount)"""
_CERTIFIED = _FACT_OF.format(event="certified", memo="obligation")
_PAID = _FACT_OF.format(event="paid", memo="payment")
_CAME_BACK = """(j.memo = 'refund' AND p.amount = (SELECT coalesce(sum(r.amount_minor), 0)
    FROM refund AS r WHERE r.case_id = NEW.owner AND r.seq = j.case_seq))"""
_NO_TRANCHE = f"""NEW.kind IN ('obligated', 'disbursed') AND EXISTS (
    SELECT 1 FROM posting AS p JOIN journal AS j ON j.id = p.journal_id
    WHERE p.account_id = NEW.id AND p.nth > OLD.postings AND j.reverses IS NULL
    AND (NEW.kind = 'disbursed' OR p.amount < 0)
    AND (coalesce(j.case_id, 0) <> NEW.owner
        OR NOT ((NEW.kind = 'obligated' AND {_CERTIFIED})
            OR (NEW.kind = 'disbursed' AND ({_PAID} OR {_CAME_BACK})))
        OR EXISTS (SELECT 1 FROM journal AS o WHERE o.case_id = j.case_id
            AND o.case_seq = j.case_seq AND o.memo = j.memo AND o.id <> j.id
            AND o.reverses IS NULL)))"""
_OVER_GRANT = """NEW.kind <> 'expenditure' AND NEW.balance < OLD.balance
    AND (SELECT -coalesce(sum(p.amount), 0) FROM account AS a
        JOIN posting AS p ON p.account_id = a.id
        WHERE a.owner = NEW.owner AND a.kind IN ('committed', 'obligated', 'disbursed'))
    > coalesce((SELECT b.total_minor FROM budget AS b WHERE b.case_id = NEW.owner
        ORDER BY b.seq DESC LIMIT 1), 0)"""
_IN_FORCE = (
    "(SELECT b.{0} FROM budget AS b WHERE b.case_id = NEW.owner ORDER BY b.seq DESC LIMIT 1)"
)
_OVER_LINE = """NEW.kind = 'expenditure' AND NEW.balance > OLD.balance AND EXISTS (
    SELECT p.note FROM posting AS p WHERE p.account_id = NEW.id GROUP BY p.note
    HAVING sum(p.amount) > coalesce((SELECT l.amount * (100 + {tolerance}) / 100
        FROM ({lines}) AS l WHERE l.line = p.note), 0))"""
_OF_CASE = """ WHEN (NEW.owner IS NOT NULL
    AND NEW.kind IN ('committed', 'obligated', 'disbursed', 'expenditure'))"""


def _in_dialect(against: str, dialect: str) -> str:
    """A condition in the words of one database."""
    if "{lines}" not in against:
        return against
    source = _IN_FORCE.format("lines") if "{tolerance}" in against else "NEW.lines"
    lines, tolerance = _LINES[dialect].format(source), _IN_FORCE.format("tolerance")
    return against.format(lines=lines, tolerance=tolerance)


refuse_updates(budget, "budget_within_grant", {"over_budget": _OVER_BUDGET}, said=_in_dialect)
refuse_updates(
    refund,
    "refund_of_tranche",
    {"over_tranche": _OVER_TRANCHE},
    lock="PERFORM 1 FROM tranche WHERE id = NEW.tranche_id FOR UPDATE",
)
refuse_updates(
    account,
    "account_holds_case",
    {"no_tranche": _NO_TRANCHE, "over_grant": _OVER_GRANT, "over_line": _OVER_LINE},
    when="AFTER UPDATE",
    only=_OF_CASE,
    said=_in_dialect,
)


spending = Table(
    "spending",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("ref", String(20), nullable=False, unique=True),  # SPEND-2026-0001
    Column("category", String(40), nullable=False),
    Column("source", String(80), nullable=False),  # what its account of money is of
    Column("amount_minor", BigInteger, nullable=False),  # in US$
    Column("document", String(120), nullable=False),
    Column("prepared_by", BigInteger, nullable=False),
    Column("prepared_at", UtcDateTime, nullable=False),
    CheckConstraint("amount_minor > 0", name="amount"),
)

spending_event = Table(
    "spending_event",
    metadata,
    Column("spending_id", BigInteger, ForeignKey("spending.id"), primary_key=True),
    Column("event", String(8), nullable=False),
    Column("at", UtcDateTime, nullable=False),
    Column("actor_id", BigInteger, nullable=False),
    Column("paid_on", Date),
    Column("bank_reference", String(120)),
    Column("reason", String(1000)),
    UniqueConstraint("bank_reference"),  # the bank shows a payment once
    CheckConstraint("event IN ('paid', 'dropped')", name="event"),
    CheckConstraint("(event = 'paid') = (paid_on IS NOT NULL)", name="paid_on"),
    CheckConstraint("(event = 'paid') = (bank_reference IS NOT NULL)", name="bank_reference"),
    CheckConstraint("(event = 'dropped') = (reason IS NOT NULL)", name="reason"),
)
for _table in (spending, spending_event):
    append_only(_table)
journal.add_is_dependent_on(spending_event)  # it moves money that it speaks of

refuse_existing_keys(spending, "id = NEW.id OR ref = NEW.ref")
refuse_existing_keys(
    spending_event, "spending_id = NEW.spending_id OR bank_reference = NEW.bank_reference"
)

_OWN_PAYMENT = """NEW.event = 'paid' AND NOT EXISTS (SELECT 1 FROM spending AS s
    WHERE s.id = NEW.spending_id AND s.prepared_by <> NEW.actor_id)"""
refuse_updates(spending_event, "spending_event_of_two", {"own_spending": _OWN_PAYMENT})

# Judged when an account of operating expenses has moved by the postings after OLD.postings.
_NOT_PREPARED = """EXISTS (SELECT 1 FROM posting AS p JOIN journal AS j ON j.id = p.journal_id
    WHERE p.account_id = NEW.id AND p.nth > OLD.postings AND j.reverses IS NULL
    AND NOT EXISTS (SELECT 1 FROM spending AS s
        JOIN spending_event AS e ON e.spending_id = s.id AND e.event = 'paid'
        WHERE j.key = 'operation:' || s.ref AND j.at = e.paid_on AND p.amount = s.amount_minor
        AND NEW.code = 'operations:' || s.category || '/' || s.source))"""
refuse_updates(
    account,
    "account_holds_spending",
    {"no_spending": _NOT_PREPARED},
    when="AFTER UPDATE",
    only=" WHEN (NEW.kind = 'operations')",
)
