"""Lists of firms and startups from files: reading, judging each cell, and telling what happened to each row."""
