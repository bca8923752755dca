"""Offline packets: a form as a workbook that is filled in without a line and handed back.

Owns the receipts of packets (`packet`). Verbs: `make_packet`, `take_in`. Invariants: what comes
back is a file of an unknown hand and is trusted in nothing; the same packet has its effect once;
rights are those of whoever hands it in, on the day of handing it in; what others changed in the
meantime is never overwritten without being asked about, field by field.
"""
