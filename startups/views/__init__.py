"""Pages about startups: for staff, for firms, and for their own members."""
