"""What reviewers see of an application: its queue, its versions, what it may be confused with, ready sentences."""
