"""`manage.py load_sample`: fill the portal with a fictional programme."""

from __future__ import annotations

import time
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from matchmaking import sample
from matchmaking.core import jobs

STEP = 50  # records between two lines of progress


class Command(BaseCommand):
    help = "Fill the portal with a fictional programme: firms, startups, and people of every role."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--force", action="store_true", help="also where DEBUG is off")
        parser.add_argument("--profiles-only", action="store_true", help="no scores, matches and meetings")
        parser.add_argument(
            "--now", action="store_true", help="do the background work here, without a worker"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEBUG and not options["force"]:
            raise CommandError(
                "The sample has one password for all its people: use --force where DEBUG is off."
            )
        start = time.monotonic()

        def tell(what: str, done: int, total: int) -> None:
            if done % STEP == 0 or done == total:
                self.stdout.write(f"{done} of {total} {what} ({time.monotonic() - start:.1f} s)")

        sample.load_profiles(tell)
        if not options["profiles_only"]:
            sample.start_programme()
            self.stdout.write("The scores are computed by the worker; matches and meetings follow.")
        if options["now"]:
            jobs.run_due()
            sample.load_programme()
        self.stdout.write(f"The sample is loaded. Everybody's password: {sample.SAMPLE_PASSWORD}")
