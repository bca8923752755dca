"""Who shares their experience in a case: the search for a partner, and notes that confirm one.

Owns no table. What was asked, answered and accepted stands in the trail and in the submissions
`provider`, `partner_choice` and `endorsement`; who takes part stands with the case.
Invariant: a state comes into a case as partner only by its own answer and by the acceptance of
the state that asks; a state that takes no part in the organization comes into none.
"""
