"""What the import commands have in common: arguments, progress, the tale of each row, the exit code."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pghistory
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from matchmaking.core.importing.reading import Table, UnreadableFile, read_table
from matchmaking.core.importing.report import Report
from matchmaking.core.importing.running import Importer, columns_of, run, unused_columns

STATUSES = ("draft", "submitted", "published")
STEP = 100  # rows between two lines of progress
UNREADABLE, SOME_BAD = 2, 1


class ImportCommand(BaseCommand):
    """Exit code 0: all rows are good; 1: some are bad, the others are kept; 2: the file cannot be read."""

    columns: tuple[str, ...]

    def importer(self, status: str) -> Importer:
        raise NotImplementedError

    def create_parser(self, prog_name: str, subcommand: str, **kwargs: Any) -> CommandParser:
        kwargs["epilog"] = f"Columns (other spellings: docs/import.md):\n  {self._column_lines()}"
        kwargs["formatter_class"] = argparse.RawDescriptionHelpFormatter
        return super().create_parser(prog_name, subcommand, **kwargs)

    def _column_lines(self) -> str:
        return "\n  ".join(self.columns)

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, help="a .csv (UTF-8 or CP932), .xlsx or .json file")
        parser.add_argument("--status", choices=STATUSES, default="draft", help="status of new records")
        parser.add_argument("--dry-run", action="store_true", help="say what would happen, write nothing")
        parser.add_argument("--language", choices=("ja", "en"), default="en", help="language of the messages")

    def handle(self, *args: Any, **options: Any) -> None:
        with translation.override(options["language"]):
            report = self._import(options["file"], options["status"], options["dry_run"])
            for line in report.lines():
                self.stdout.write(line)
            self.stdout.write(_summary(report, dry_run=options["dry_run"]))
        if report.bad_rows:
            sys.exit(SOME_BAD)

    def _import(self, path: Path, status: str, dry_run: bool) -> Report:
        try:
            table, importer = read_table(path), self.importer(status)
            if unused := unused_columns(table, columns_of(table, importer)):
                self.stderr.write(_("Columns not used: %(columns)s") % {"columns": ", ".join(unused)})
            with pghistory.context(source="import"):
                return self._run(table, importer, dry_run)
        except UnreadableFile as error:
            raise CommandError(str(error), returncode=UNREADABLE) from error
        except OSError as error:
            reason = _("The file cannot be read: %(reason)s") % {"reason": error.strerror or error}
            raise CommandError(reason, returncode=UNREADABLE) from error

    def _run(self, table: Table, importer: Importer, dry_run: bool) -> Report:
        on_row = self._progress(len(table.rows))
        if not dry_run:
            return run(table, importer, on_row=on_row)
        with transaction.atomic():  # a dry run is the real run, taken back
            report = run(table, importer, on_row=on_row)
            transaction.set_rollback(True)
        return report

    def _progress(self, total: int) -> Callable[[int], None]:
        def tell(done: int) -> None:
            if done % STEP == 0 or done == total:
                self.stderr.write(_("%(done)s of %(total)s rows") % {"done": done, "total": total})

        return tell


def _summary(report: Report, *, dry_run: bool) -> str:
    counts = report.counts()
    if dry_run:
        wording = _("Dry run, nothing was written: created %(created)s, updated %(updated)s, "
                    "unchanged %(unchanged)s, bad %(bad)s")  # fmt: skip
    else:
        wording = _("created %(created)s, updated %(updated)s, unchanged %(unchanged)s, bad %(bad)s")
    return wording % counts
