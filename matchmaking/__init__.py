"""The project: its wiring, its kernel (core) and its core domain (matches)."""

from matchmaking.celery import app as celery_app

__all__ = ["celery_app"]
