"""Decisions: the certified record by which every ballot that ended proves itself.

Owns `decision`, `decision_number`, `decision_position`, `decision_note`; none is ever changed, save
the last number of a series. Verbs: `write_record` (in the very act that ends a ballot), `add_note`.
Queries: `list_decisions`, `get_decision`, `get_document`, `list_votes_of_state`.
Invariants: the canonical form of a record has the digest that the entry which ended the ballot
names; a record reveals no more than the secrecy of its ballot allows; what is noted later stands
beside it and changes nothing; exercises are never in a list of the public.
"""
