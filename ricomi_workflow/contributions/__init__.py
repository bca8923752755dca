"""What is given to the fund: pledges, and the money of them that arrives.

Owns `contribution`.
Verbs: `pledge`, `receive`.
Invariants: a pledge stands on an account of its own and is never spendable; what arrives shrinks
it, and never by more than was promised.
"""
