"""Other engines for the same work, run by `benchmarks/remote.py` in an environment of their own.

A Django application: django-fsm-2 with its log, viewflow's state machine with a row of log, and
viewflow's workflow of processes and tasks, all doing the full work of a move of the product.
"""
