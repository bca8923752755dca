"""Messages: one file a message, in four languages; `shared.yaml` holds what many of them share."""
