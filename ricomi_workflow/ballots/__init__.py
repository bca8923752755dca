"""Ballots: how a body decides on a case, one vote a state.

Owns `ballot`, `ballot_seat`, `vote`, `ballot_outcome`; none of them is ever changed or deleted.
Verbs: `cast_vote`, `preview_vote`, `close_due`. Queries: `open_ballots`, `ballot_view`.
Offered to YAML: guards `ballot_carried`, `ballot_lost`, `ballot_undecided`, `ballot_still_open`,
`votes_missing`; effects `open_ballot`, `close_ballot`, `remind_voters`.
Invariants: electorate, rule and content are frozen when the ballot opens; the last vote of a state
counts; a ballot is decided once, as soon as no state that has not voted can change the result, else
at its closing time, which is a stored fact compared with the moment of the vote, not the work of a
job; the vote that decides moves the case in its own transaction.
"""
