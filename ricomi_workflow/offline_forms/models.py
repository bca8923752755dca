"""What was taken in from packets: a receipt for each content of each, written once."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, ForeignKey, Index, String, Table

from ricomi_workflow.db.schema import DIGEST, JsonText, UtcDateTime, append_only, metadata

packet_receipt = Table(
    "packet_receipt",
    metadata,
    Column("packet", String(32), primary_key=True),
    Column("content", DIGEST, primary_key=True),  # of the answers, however often it was saved
    Column("case_id", BigInteger, ForeignKey("case.id"), nullable=False),
    Column("form", String(50), nullable=False),
    Column("fields", JsonText, nullable=False),  # the names of the fields that it changed
    Column("by", BigInteger, nullable=False),
    Column("at", UtcDateTime, nullable=False),
)
Index("ix_packet_receipt_case", packet_receipt.c.case_id)
append_only(packet_receipt)
