"""What the books say: statements on any day and by any cut, and the books in formats of others.

Owns no tables. Every statement is made from the postings of facts up to its day; each figure keeps
the question that opens it (`rules.Ask`), and what is only expected the parts that it is made of.
Read verbs: `statement` and the cuts (`by_donor`, `by_case`, `by_country`, `by_topic`, `by_year`,
`by_source`, `forecast`), `postings_of`; exports: `beancount`, `hledger`, `tables`. Invariants: the
figure is the sum of its postings; rows that overlap are not added up; play money of exercises is in
no figure.
"""
