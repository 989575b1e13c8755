"""Pages about people and organisations, one module a family of screens."""
