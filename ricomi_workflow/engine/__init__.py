"""The state machine: one compiled process per workflow version, holding no case.

The only package that imports `transitions`. It knows neither SQL nor Flask: a context is passed
in, guards and effects are callables contributed by the slices under the names that YAML uses.
"""
