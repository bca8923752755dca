"""Pages of contributions: routes, views and templates."""
