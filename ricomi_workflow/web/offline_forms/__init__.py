"""Pages of offline forms: routes, views and templates."""
