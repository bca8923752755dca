"""Deadlines: what falls due in a case, stored as instants with the rule they come from.

Owns `deadline` and `heartbeat`. Verbs: `sweep` (the worker's), `beat`. Queries: `due_of`,
`is_overdue`, `heartbeats`. Offered to YAML: effect `schedule_deadline`, implied by every act that
moves a case.
Invariants: a deadline lives as long as the case stays in the state it was set for; it is done once,
however many workers look; its instant never moves; overdue is a property of a case, never a state.
"""
