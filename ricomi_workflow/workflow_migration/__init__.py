"""Versions: cases that pass from one version of their process into another, by a plan.

Owns no table: the entry `case.migrated` of the trail is what moves a case, and all that is kept.
Verbs: `migrate`, `revert`. Queries: `survey`, `survey_back`, which say beforehand the very same.
Invariants: nothing moves while the plan leaves a case open; each case is one transaction, wholly
old or wholly new, judged again under its lock; nothing of entering a state is done again; drafts,
ballots, assignments and kept terms are not touched; a move is taken back only while no act has
been built on it.
"""
