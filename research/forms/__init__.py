"""What is asked of whom in research."""
