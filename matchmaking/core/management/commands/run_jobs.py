"""`manage.py run_jobs`: do the waiting background work here and now, without broker or worker."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from matchmaking.core import jobs


class Command(BaseCommand):
    help = "Do all waiting background work in this process (the broker may be away)."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"{jobs.run_due()} jobs done.")
