"""Pages of experts and of research."""
