"""Ballots: how a body decides on a case, one position a state.

Owns `ballot`, `ballot_seat`, `ballot_period`, `ballot_service`, `vote`, `ballot_outcome`; none of
them is ever changed or deleted. Verbs: `cast_vote`, `take_back_vote`,
`preview_vote`, `close_due` (`commands.py`), `record_vote` (`recording.py`), `open_in`
(`opening.py`); the silence procedure and the roll call have theirs in `silence.py`, `calling.py`.
Queries: `ballot_view`, `ballot_views` (`queries.py`), `open_ballots`, `ended_ballots` (`lists.py`);
they alone know who may learn what, and nothing else of the product reads a position.
Offered to YAML: guards `ballot_carried`, `ballot_lost`, `ballot_undecided`, `ballot_broken`,
`ballot_still_open`, `votes_missing`; effects `open_ballot`, `open_reallocation_ballot`,
`close_ballot`, `defer_ballot`, `recall_ballot`, `remind_voters`.
Invariants: electorate, rule and content are frozen when the ballot opens; the last answer of a
state counts; a ballot is decided once, an open electronic one as soon as no state that has not
voted can change the result, else at its closing time, which is a stored fact compared with the
moment of the vote, not the work of a job; a sealed one never before it. The vote that decides moves
the case in its own transaction. What is recalled is void, counts nothing and is never deleted.
"""
