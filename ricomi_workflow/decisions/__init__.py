"""Decisions: the record by which every ballot that ended proves itself, without asking us.

Owns `decision`, `decision_number`, `decision_position`, `decision_note`; none is ever changed, save
the last number of a series. Verbs: `keep_record` (in the very act that ends a ballot), `annotate`.
Queries: `list_decisions`, `get_decision`, `document_of`, `history_of`.
Invariants: the canonical form of a record has the digest that the entry which ended the ballot
names; a record tells no more than the secrecy of its ballot lets it; what is noted later stands
beside it and changes nothing; exercises are never in a list of the public.
"""
