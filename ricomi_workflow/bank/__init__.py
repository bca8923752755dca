"""What the bank says, beside what the books say: statements, matches, reconciliation.

Owns `bank_file`, `bank_statement`, `bank_line`, `bank_match` and what undoes them. Reads the
cash postings of the ledger and never writes one: nothing posts by itself.

- `commands.receive_file`, `commands.import_file`: a statement, as CSV or ISO 20022 camt.053;
- `commands.confirm`, `commands.undo`: a person says that lines and postings are the same fact;
- `matching.propose`: what a person may confirm, with reasons; the same rows, the same proposals;
- `reconciling.reconcile`: bank balance = book balance + what explains the difference, on any day.

Invariants, kept by the database too: opening + lines = closing; a line or a posting stands in one
match at a time; a match whose sums differ says why; nobody confirms a posting of their own;
nothing is changed or deleted, a mistake is undone by a row of its own.
"""
