"""`manage.py import_companies FILE`: take over a list of midsize firms."""

from __future__ import annotations

from companies.import_rows import COLUMNS, CompanyImporter
from matchmaking.core.importing.command import ImportCommand


class Command(ImportCommand):
    help = "Take over a list of midsize firms; a firm is known by its corporate number."
    columns = COLUMNS

    def importer(self, status: str) -> CompanyImporter:
        return CompanyImporter(status)
