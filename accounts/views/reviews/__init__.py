"""Pages about applications: the queue, one application, decisions about it."""
