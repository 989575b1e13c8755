"""One module a family of screens."""
