"""What happens to startups' profiles, to what they can show, and to their decks."""

from startups.actions.decks import (
    TooManyUploads,
    begin_check,
    check_deck,
    clear_shelf,
    delete_deck,
    draw_deck,
    drop_decks,
    drop_files,
    give_up_deck,
    receive_deck,
)
from startups.actions.profiles import StartupRow, change_startup, import_startup, register_startup
from startups.actions.readings import note_reading
from startups.actions.records import (
    KINDS,
    RecordChanges,
    TypedList,
    change_records,
    replace_records,
    save_list,
    shown_values,
)

__all__ = [
    "KINDS",
    "RecordChanges",
    "StartupRow",
    "TooManyUploads",
    "TypedList",
    "begin_check",
    "change_records",
    "change_startup",
    "check_deck",
    "clear_shelf",
    "delete_deck",
    "draw_deck",
    "drop_decks",
    "drop_files",
    "give_up_deck",
    "import_startup",
    "note_reading",
    "receive_deck",
    "register_startup",
    "replace_records",
    "save_list",
    "shown_values",
]
