"""Pages of reports: routes, views and templates."""
