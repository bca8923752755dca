"""Pages of statements: routes, views and templates."""
