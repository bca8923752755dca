"""Messages: one folder a message, one template a language."""
