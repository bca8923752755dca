"""The demonstration: the 2011 proposal before the committee, and an illustrative network around it.

`network` builds all of it through the real commands; the other modules add one part each.
"""
