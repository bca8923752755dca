"""Pages of bank: routes, views and templates."""
