"""Tests of RICOMI Workflow; each folder is a part of the product, `house` holds the house rules."""
