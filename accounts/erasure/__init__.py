"""Erasing an organisation or a person: what holds their data, what stands in the way, and what becomes of each row."""
