"""Pages of calls: routes, views and templates."""
