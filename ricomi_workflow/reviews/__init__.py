"""Reviews: several people score a request by weighted criteria; a call's requests are ranked.

Owns `review_assignment`, `review_step`, `call_ranking`, `ranking_adoption`.
Verbs: `assign_reviewers`, `declare`, `give_scores`, `assign_to_call`, `relieve`.
Invariants: nobody sees a request to review it before declaring that there is no conflict of
interest; nobody sees the scores of others before giving their own; a changed score is a new row;
a ranking that was frozen does not change.
"""
