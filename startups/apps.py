"""Foreign startups."""

from __future__ import annotations

from django.apps import AppConfig


class StartupsConfig(AppConfig):
    name = "startups"
