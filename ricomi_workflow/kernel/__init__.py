"""Words that every layer shares: errors, actors, time, money, references, text.

Standard library only. Nothing here knows of a database, a web framework or a workflow file.
"""
