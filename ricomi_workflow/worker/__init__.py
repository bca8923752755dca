"""The worker: a scheduler that asks the slices, again and again, to do what is due.

The only package that imports APScheduler. What is due is always a row in the database, claimed
there; so a missed beat is made up by the next one and a second worker does nothing twice.
"""
