"""Pages of decisions: routes, views and templates."""
