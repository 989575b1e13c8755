"""Finding startups and challenges by what they mean, in either language."""
