"""Pages of site: routes, views and templates."""
