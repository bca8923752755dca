"""Workflow definitions: one folder a kind, one file a version."""
