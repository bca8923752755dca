"""Simulation: cases, funds and meetings driven through the real commands.

`accounts` creates one account for each office, `answers` fills forms from a seeded source,
`random_walks` lets random actors act, `fund_years` runs a fund for some years. Everything created
here is marked illustrative.
"""
