"""What the entries of a kind are to cooperation between States."""

from __future__ import annotations

from enum import StrEnum


class RecordType(StrEnum):
    """`catalogued_as` of a process: as what its entries are counted, compared and begun from."""

    NEED = "need"  # what a State lacks: compared with offers
    OFFER = "offer"  # what a State would share: compared with needs, asked when a partner is sought
    PROJECT = (
        "project"  # cooperation itself: begun from an offer, counted by who gives and receives
    )
