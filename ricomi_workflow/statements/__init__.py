"""Statements on any day and by any breakdown, and the books in standard formats.

Owns no tables. Every statement is made from the postings of facts up to its day; each figure keeps
the query that opens it (`rules.PostingQuery`), and a forecast the parts that it is made of.
Queries: `get_fund_statement` and the breakdowns (`by_donor`, `by_case`, `by_country`, `by_topic`,
`by_year`, `by_source`, `by_month`), `list_postings`; exports: `beancount`, `hledger`,
`csv_archive`. Invariants: the figure is the sum of its postings; rows that overlap are not added
up; play money of exercises is in no figure.
"""
