"""Calls: a dated call of the network, what it asks for, and the clock that closes it.

Owns `call` (the present terms), `call_link` (which request belongs to which call),
`call_proposal` (what was submitted into it), `call_question`, `call_answer`.
Verbs: `open_in_call`, `ask_question`, `answer_question`, `keep_time`.
Invariants: whether something is late is decided by comparing instants, never by a job; announced
terms change only by an extension for all, and only later; the link of a request never changes.
"""
