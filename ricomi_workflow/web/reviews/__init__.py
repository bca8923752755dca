"""Pages of reviews: routes, views and templates."""
