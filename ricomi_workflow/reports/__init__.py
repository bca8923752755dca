"""What happened in the network in some days and what came of it: for a bulletin, a report.

Owns nothing. `news` reads from the trails of what is public what entered, changed and ended, and
`telling` writes it; `results` reads what projects changed, taught and cost, and `results_telling`
writes that; `chair_report` adds the officers, meetings and decisions of a body. Nothing is typed
again, and nothing is told that is not public now.
"""
