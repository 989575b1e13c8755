"""The kernel: vocabularies, audit, transitions, background work, notices. It imports no other app."""

from __future__ import annotations

from django.apps import AppConfig
from django.utils.module_loading import autodiscover_modules


class CoreConfig(AppConfig):
    name = "matchmaking.core"
    label = "core"

    def ready(self) -> None:
        autodiscover_modules("tasks")  # every process must know every job's handler
