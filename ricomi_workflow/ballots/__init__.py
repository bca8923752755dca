"""Ballots: how a body decides on a case, one vote a state.

Owns `ballot`, `ballot_seat`, `ballot_period`, `ballot_service`, `ballot_roll`, `vote` and
`ballot_outcome`; none of them is ever changed or deleted.

- Verbs: `cast_vote`, `withdraw_vote`, `preview_vote`, `record_vote`, `close_if_due`
  (`commands.py`), `open_case_ballot` (`opening.py`); the silence procedure and voting in a
  meeting have theirs in `silence_procedure.py` and `meeting_vote.py`.
- Queries: `ballot_view`, `ballot_views` (`queries.py`), `list_open_ballots`, `list_ended_ballots`
  (`ballot_lists.py`). They alone know who may learn what; nothing else reads a position.
- Offered to YAML: guards `ballot_carried`, `ballot_lost`, `ballot_undecided`, `ballot_broken`,
  `ballot_still_open`, `votes_missing`; effects `open_ballot`, `open_reallocation_ballot`,
  `close_ballot`, `defer_ballot`, `recall_ballot`, `remind_voters`.

Invariants: electorate, rule and content are frozen when the ballot opens. The last vote of a state
counts. A ballot is decided once: an open electronic one as soon as no missing vote can change the
result, else at its closing time; a sealed one never before it. The closing time is a stored fact,
compared with the moment of the vote. The vote that decides moves the case in its own transaction.
What is recalled is void, counts nothing and is never deleted.
"""
