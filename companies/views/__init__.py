"""Pages about firms, one module a family of screens."""
