"""Pages of matching: routes, views and templates."""
