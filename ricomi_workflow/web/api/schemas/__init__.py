"""The shapes of what the API takes and answers, from which its OpenAPI document is written."""
