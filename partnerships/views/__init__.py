"""Pages about partnerships: lists, the page that all share, what is recorded, the legal checks."""
