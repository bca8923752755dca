"""Form definitions: one folder a form, one file a version."""
