"""Pages of the matching, one module a family of screens."""
