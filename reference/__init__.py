"""Dated facts shipped with the product, each row with its source."""
