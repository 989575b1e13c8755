"""Weights in the ministry's hands: trials of a draft, and what past decisions say about the weights."""
