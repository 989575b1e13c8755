"""Passes over all profiles or one, and how what they find becomes the lists in the database."""
