"""The raw material of a bulletin: what entered, changed and ended in the network in some days.

Owns nothing. `news` reads it from the trails of what is public, by section; `telling` writes it as
Markdown and as plain values. Nothing is typed again, and nothing is told that is not public now.
"""
