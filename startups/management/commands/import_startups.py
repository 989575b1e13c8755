"""`manage.py import_startups FILE`: take over a list of startups."""

from __future__ import annotations

from matchmaking.core.importing.command import ImportCommand
from startups.import_rows import COLUMNS, StartupImporter


class Command(ImportCommand):
    help = "Take over a list of startups; one is known by its identifier, or by its name and country."
    columns = COLUMNS

    def importer(self, status: str) -> StartupImporter:
        return StartupImporter(status)
