"""Who should meet whom, and why."""

from __future__ import annotations

from django.apps import AppConfig


class MatchesConfig(AppConfig):
    name = "matchmaking.matches"
    label = "matches"
