"""The work itself: its plan, the officials who answer for the money, its term.

Owns no table: plan, officials and extensions are submissions, and what became of them stands in
the trail. Invariants: progress is reported against a plan that the Secretariat accepted; each state
that receives money has designated who answers for it; no disbursement is requested after the end.
"""
