"""News and results of the network in some days: for a bulletin, a report, the chair's report.

Owns nothing. `news` reads from the trails of what is public what entered, changed and ended, and
`news_text` writes it. `results` reads what projects changed, taught and cost, and `results_text`
writes that. `chair_report` adds the officers, meetings and decisions of a committee. Nothing is
typed again, and only what is public now is reported.
"""
