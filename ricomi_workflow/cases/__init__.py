"""Cases: the spine. Everything that moves is a case of a kind, in a pinned workflow version.

Owns `case`, `case_number`, `draft_field`, `draft_contributor`, `draft_presence`, `submission`,
`participation`.
Verbs: `open_case`, `save_draft`, `save_fields`, `advance`, `lock`. Queries: one function a screen.
Invariants: a case moves only by an entry of its trail; a submission is frozen; a running case
keeps the definition it began with; who may see a case is decided by role, state and country.
"""
