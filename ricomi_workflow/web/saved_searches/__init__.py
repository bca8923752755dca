"""Pages of saved searches: routes, views and templates."""
