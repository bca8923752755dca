"""Pages of webhooks: routes, views and templates."""
