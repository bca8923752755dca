"""Meetings of a committee: notice, order of business, attendance, documents, minutes, tasks.

Owns the tables `meeting…`. A meeting is a case of kind `committee_meeting`; its transitions are in
YAML, its other acts are the verbs of `agenda`, `session`, `documents`, `minutes` and `tasks`.
Decisions are taken by ballots: of the case that an item names, or of the meeting itself for a
question of order. Invariants: every row is sealed by the entry of the trail that wrote it
(`acts.py`); an adopted order of business grows only by a ballot; a number of a document is never
used twice; minutes are approved once, and only as the rapporteur certified them.
"""
