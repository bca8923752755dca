"""Pages of committees: routes, views and templates."""
