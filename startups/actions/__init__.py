"""What happens to startups' profiles and to what they can show."""

from startups.actions.profiles import StartupRow, change_startup, import_startup
from startups.actions.records import KINDS, RecordChanges, change_records, replace_records

__all__ = [
    "KINDS",
    "RecordChanges",
    "StartupRow",
    "change_records",
    "change_startup",
    "import_startup",
    "replace_records",
]
