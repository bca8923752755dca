"""Tables of what is given. Each row is a fact: inserted and read, never changed or deleted.

The money itself moves by journals of the ledger; what stands here is what a journal cannot say:
who gives under which agreement, at which rate, and for which pledge. `invariants.py` holds the two
against each other.
"""

from __future__ import annotations

from sqlalchemy import (
    BigInteger,
    Boolean,
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

_CLASSES = "donor_class IN ('member_states', 'permanent_observers', 'other')"


def _donor() -> tuple[Column[str], Column[str]]:
    """Who gives: an ISO 3166-1 code or a name, and the class that follows from it."""
    return (
        Column("donor", String(120), nullable=False),
        Column("donor_class", String(20), nullable=False),
    )


def _recorded() -> tuple[Column[object], Column[object]]:
    """When a fact was written down, and by whom; NULL: the system."""
    return Column("recorded_at", UtcDateTime, nullable=False), Column("actor_id", BigInteger)


# The instrument that creates contributions; without limits its money goes to the pool.
agreement = Table(
    "agreement",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("ref", String(20), nullable=False, unique=True),  # `AGR-2026-0001`
    *_donor(),
    Column("kind", String(20), nullable=False),
    Column("reference", String(120), nullable=False),  # its own number or title
    Column("signed_on", Date, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("countries", JsonText, nullable=False),
    Column("topics", JsonText, nullable=False),
    Column("modalities", JsonText, nullable=False),
    Column("reporting_months", Integer),  # a report to the donor every so many months
    Column("unspent", String(10), nullable=False),
    Column("currency", CURRENCY, nullable=False),
    Column("illustrative", Boolean, nullable=False),
    *_recorded(),
    CheckConstraint("kind IN ('agreement', 'mou', 'exchange_of_letters')", name="kind"),
    CheckConstraint("unspent IN ('return', 'extend', 'reassign')", name="unspent"),
    CheckConstraint("reporting_months > 0", name="reporting_months"),
    CheckConstraint(_CLASSES, name="donor_class"),
)
Index("ix_agreement_donor", agreement.c.donor)

# What an agreement says from a day on, when both sides changed it; the newest is in force.
agreement_amendment = Table(
    "agreement_amendment",
    metadata,
    Column("agreement_id", BigInteger, ForeignKey("agreement.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("reference", String(120), nullable=False),  # the instrument that changes it
    Column("from_on", Date, nullable=False),
    Column("purpose", Text, nullable=False),
    Column("countries", JsonText, nullable=False),
    Column("topics", JsonText, nullable=False),
    Column("modalities", JsonText, nullable=False),
    Column("reporting_months", Integer),
    Column("unspent", String(10), nullable=False),
    *_recorded(),
    CheckConstraint("unspent IN ('return', 'extend', 'reassign')", name="unspent"),
    CheckConstraint("reporting_months > 0", name="reporting_months"),
)

# A pledge, in the currency in which it was made.
contribution = Table(
    "contribution",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("ref", String(20), nullable=False, unique=True),  # `FUND-2026-0003`
    *_donor(),
    Column("currency", CURRENCY, nullable=False),
    Column("pledged_minor", BigInteger, nullable=False),
    Column("value_minor", BigInteger, nullable=False),  # US$ at the rate of the pledge
    Column("rate", String(20)),  # US$ for a unit; NULL for US$
    Column("rate_source", String(120)),
    Column("rate_on", Date),
    Column("pledged_on", Date, nullable=False),
    Column("due_on", Date),  # for when it was pledged
    Column("illustrative", Boolean, nullable=False),
    Column("agreement_id", BigInteger, ForeignKey("agreement.id")),
    Column("agreement", Text),  # the instrument as it is quoted
    Column("created_at", UtcDateTime, nullable=False),
    CheckConstraint("pledged_minor > 0", name="pledged"),
    CheckConstraint("value_minor > 0", name="value"),
    CheckConstraint("(currency = 'USD') = (rate IS NULL)", name="rate"),
    CheckConstraint(
        "(rate IS NULL) = (rate_source IS NULL) AND (rate IS NULL) = (rate_on IS NULL)",
        name="rate_known",
    ),
    CheckConstraint("due_on >= pledged_on", name="due_on"),
    CheckConstraint(_CLASSES, name="donor_class"),
)
Index("ix_contribution_donor", contribution.c.donor)
Index("ix_contribution_agreement_id", contribution.c.agreement_id)

# A request to a donor to pay a part of a pledge by a day.
payment_call = Table(
    "payment_call",
    metadata,
    Column("contribution_id", BigInteger, ForeignKey("contribution.id"), primary_key=True),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("amount_minor", BigInteger, nullable=False),  # in the currency of the pledge
    Column("came_minor", BigInteger, nullable=False),  # what of the pledge had come before it
    Column("issued_on", Date, nullable=False),
    Column("due_on", Date, nullable=False),
    *_recorded(),
    CheckConstraint("amount_minor > 0", name="amount"),
    CheckConstraint("came_minor >= 0", name="came"),
    CheckConstraint("due_on >= issued_on", name="due_on"),
)

# What of a pledge will not come: its donor lowered it, or the fund no longer waits for it.
pledge_reduction = Table(
    "pledge_reduction",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("ref", String(20), nullable=False, unique=True),  # `RED-2026-0001`
    Column("contribution_id", BigInteger, ForeignKey("contribution.id"), nullable=False),
    Column("kind", String(12), nullable=False),
    Column("amount_minor", BigInteger, nullable=False),  # in the currency of the pledge
    Column("reduced_on", Date, nullable=False),
    Column("reason", Text, nullable=False),
    Column("document", String(200), nullable=False),
    Column("journal_id", BigInteger, ForeignKey("journal.id"), nullable=False, unique=True),
    *_recorded(),
    CheckConstraint("kind IN ('lowered', 'written_off')", name="kind"),
    CheckConstraint("amount_minor > 0", name="amount"),
)
Index("ix_pledge_reduction_contribution_id", pledge_reduction.c.contribution_id)

# Money that arrived, as the bank shows it.
receipt = Table(
    "receipt",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("ref", String(20), nullable=False, unique=True),  # `REC-2026-0001`
    *_donor(),
    Column("currency", CURRENCY, nullable=False),
    Column("amount_minor", BigInteger, nullable=False),
    Column("value_minor", BigInteger, nullable=False),  # US$, as the books hold it
    Column("rate", String(20)),
    Column("rate_source", String(120)),
    Column("rate_on", Date),
    Column("received_on", Date, nullable=False),
    Column("bank_account", String(20), nullable=False),
    Column("bank_reference", String(120), nullable=False),
    Column("instructed", Boolean, nullable=False),  # the donor named the pledge
    Column("journal_id", BigInteger, ForeignKey("journal.id"), nullable=False, unique=True),
    *_recorded(),
    CheckConstraint("amount_minor > 0", name="amount"),
    CheckConstraint("value_minor > 0", name="value"),
    CheckConstraint("(currency = 'USD') = (rate IS NULL)", name="rate"),
    CheckConstraint(
        "(rate IS NULL) = (rate_source IS NULL) AND (rate IS NULL) = (rate_on IS NULL)",
        name="rate_known",
    ),
    CheckConstraint("rate IS NOT NULL OR value_minor = amount_minor", name="in_dollars"),
    CheckConstraint(_CLASSES, name="donor_class"),
)
Index("ix_receipt_donor", receipt.c.donor, receipt.c.received_on)

# What part of a contribution a donor is not charged, from a decision on.
icr_waiver = Table(
    "icr_waiver",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("contribution_id", BigInteger, ForeignKey("contribution.id"), nullable=False),
    Column("rate", Integer, nullable=False),  # charged instead, hundredths of a percent
    Column("from_on", Date, nullable=False),
    Column("reason", Text, nullable=False),
    Column("document", String(200), nullable=False),
    *_recorded(),
    CheckConstraint("rate >= 0 AND rate < 10000", name="rate"),
    UniqueConstraint("contribution_id", "from_on"),
)

# For which pledges a receipt was, and what was charged.
receipt_part = Table(
    "receipt_part",
    metadata,
    Column("receipt_id", BigInteger, ForeignKey("receipt.id"), primary_key=True),
    Column("contribution_id", BigInteger, ForeignKey("contribution.id"), primary_key=True),
    Column("amount_minor", BigInteger, nullable=False),  # in the currency of the receipt
    Column("credited_minor", BigInteger, nullable=False),  # in the currency of the pledge
    Column("value_minor", BigInteger, nullable=False),  # US$
    Column("icr_minor", BigInteger, nullable=False),  # US$, of the value
    Column("icr_rate", Integer, nullable=False),  # hundredths of a percent
    Column("waiver_id", BigInteger, ForeignKey("icr_waiver.id")),
    CheckConstraint("amount_minor > 0 AND credited_minor > 0", name="amount"),
    CheckConstraint("icr_minor >= 0 AND icr_minor <= value_minor", name="icr"),
)
Index("ix_receipt_part_contribution_id", receipt_part.c.contribution_id)
Index("ix_receipt_part_waiver_id", receipt_part.c.waiver_id)

# A receipt that was recorded by mistake: by which journal it was undone, and why.
receipt_taken_back = Table(
    "receipt_taken_back",
    metadata,
    Column("receipt_id", BigInteger, ForeignKey("receipt.id"), primary_key=True),
    Column("journal_id", BigInteger, ForeignKey("journal.id"), nullable=False, unique=True),
    Column("reason", Text, nullable=False),
    *_recorded(),
)

# That the letter of acknowledgement for a receipt was sent.
receipt_acknowledged = Table(
    "receipt_acknowledged",
    metadata,
    Column("receipt_id", BigInteger, ForeignKey("receipt.id"), primary_key=True),
    Column("sent_on", Date, nullable=False),
    Column("sent_to", String(200), nullable=False),  # an office, an address
    *_recorded(),
)

# Foreign money that was sold for US$.
conversion = Table(
    "conversion",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("currency", CURRENCY, nullable=False),
    Column("sold_minor", BigInteger, nullable=False),
    Column("bought_minor", BigInteger, nullable=False),  # US$
    Column("book_minor", BigInteger, nullable=False),  # US$: at what it stood in the books
    Column("converted_on", Date, nullable=False),
    Column("bank_reference", String(120), nullable=False),
    Column("journal_id", BigInteger, ForeignKey("journal.id"), nullable=False, unique=True),
    *_recorded(),
    CheckConstraint("sold_minor > 0 AND bought_minor > 0 AND book_minor > 0", name="amounts"),
    CheckConstraint("currency <> 'USD'", name="currency"),
)

# What of a contribution is left over and goes back to its donor: prepared by one person...
donor_return = Table(
    "donor_return",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("ref", String(20), nullable=False, unique=True),  # `RET-2026-0001`
    Column("contribution_id", BigInteger, ForeignKey("contribution.id"), nullable=False),
    Column("amount_minor", BigInteger, nullable=False),  # US$
    Column("prepared_on", Date, nullable=False),
    Column("document", String(200), nullable=False),  # by which it goes back
    Column("journal_id", BigInteger, ForeignKey("journal.id"), nullable=False, unique=True),
    *_recorded(),
    CheckConstraint("amount_minor > 0", name="amount"),
)
Index("ix_donor_return_contribution_id", donor_return.c.contribution_id)

# ... and paid by another, with the bank's reference and evidence; or reversed before.
donor_return_end = Table(
    "donor_return_end",
    metadata,
    Column("return_id", BigInteger, ForeignKey("donor_return.id"), primary_key=True),
    Column("event", String(10), nullable=False),
    Column("ended_on", Date, nullable=False),
    Column("bank_reference", String(120)),
    Column("evidence", Text),  # the paper that proves the payment
    Column("reason", Text),
    Column("journal_id", BigInteger, ForeignKey("journal.id"), nullable=False, unique=True),
    *_recorded(),
    CheckConstraint("event IN ('paid', 'taken_back')", name="event"),
    CheckConstraint(
        "(event = 'paid') = (bank_reference IS NOT NULL)"
        " AND (event = 'paid') = (evidence IS NOT NULL)"
        " AND (event = 'taken_back') = (reason IS NOT NULL)",
        name="evidence",
    ),
)

# What is given beside the money: services, or money that others spend for the same work.
in_kind = Table(
    "in_kind",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("ref", String(20), nullable=False, unique=True),  # `KIND-2026-0001`
    *_donor(),
    Column("kind", String(12), nullable=False),
    Column("description", Text, nullable=False),
    Column("spending", String(30)),  # the expense category it stands for; NULL: projects
    Column("value_minor", BigInteger, nullable=False),  # US$
    Column("valued_by", Text, nullable=False),  # how the value was found
    Column("given_on", Date, nullable=False),
    Column("illustrative", Boolean, nullable=False),
    Column("journal_id", BigInteger, ForeignKey("journal.id"), nullable=False, unique=True),
    *_recorded(),
    CheckConstraint("kind IN ('in_kind', 'cofinancing')", name="kind"),
    CheckConstraint("value_minor > 0", name="value"),
    CheckConstraint(_CLASSES, name="donor_class"),
)
Index("ix_in_kind_donor", in_kind.c.donor)

for _table in (
    agreement,
    agreement_amendment,
    contribution,
    payment_call,
    pledge_reduction,
    receipt,
    icr_waiver,
    receipt_part,
    receipt_taken_back,
    receipt_acknowledged,
    conversion,
    donor_return,
    donor_return_end,
    in_kind,
):
    append_only(_table)

for _table, _same in (
    (agreement, "id = NEW.id OR ref = NEW.ref"),
    (agreement_amendment, "agreement_id = NEW.agreement_id AND number = NEW.number"),
    (contribution, "id = NEW.id OR ref = NEW.ref"),
    (pledge_reduction, "id = NEW.id OR ref = NEW.ref OR journal_id = NEW.journal_id"),
    (donor_return, "id = NEW.id OR ref = NEW.ref OR journal_id = NEW.journal_id"),
    (donor_return_end, "return_id = NEW.return_id OR journal_id = NEW.journal_id"),
    (payment_call, "contribution_id = NEW.contribution_id AND number = NEW.number"),
    (receipt, "id = NEW.id OR ref = NEW.ref OR journal_id = NEW.journal_id"),
    (
        icr_waiver,
        "id = NEW.id OR (contribution_id = NEW.contribution_id AND from_on = NEW.from_on)",
    ),
    (receipt_part, "receipt_id = NEW.receipt_id AND contribution_id = NEW.contribution_id"),
    (receipt_taken_back, "receipt_id = NEW.receipt_id OR journal_id = NEW.journal_id"),
    (receipt_acknowledged, "receipt_id = NEW.receipt_id"),
    (conversion, "id = NEW.id OR journal_id = NEW.journal_id"),
    (in_kind, "id = NEW.id OR ref = NEW.ref OR journal_id = NEW.journal_id"),
):
    refuse_existing_keys(_table, _same)

# Whoever prepared a return does not pay it.
_BY_ONE = """NEW.event = 'paid' AND NOT EXISTS (SELECT 1 FROM donor_return AS r
    WHERE r.id = NEW.return_id AND r.actor_id <> NEW.actor_id)"""
refuse_updates(donor_return_end, "donor_return_by_two", {"own_return": _BY_ONE})

# Amendments of an agreement follow one another.
_OUT_OF_ORDER = """NEW.number <> (SELECT 1 + count(*) FROM agreement_amendment AS a
        WHERE a.agreement_id = NEW.agreement_id)
    OR NEW.from_on < (SELECT signed_on FROM agreement AS g WHERE g.id = NEW.agreement_id)
    OR EXISTS (SELECT 1 FROM agreement_amendment AS a
        WHERE a.agreement_id = NEW.agreement_id AND a.from_on > NEW.from_on)"""
refuse_updates(agreement_amendment, "amendment_in_order", {"amendment_out_of_order": _OUT_OF_ORDER})
