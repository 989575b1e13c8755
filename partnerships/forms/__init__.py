"""What staff and the two sides fill in about a partnership."""
