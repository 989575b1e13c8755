"""The forms of requests, rounds, bookings and reports, one file a family of screens."""
