"""Where one joins on line: the address of a video meeting, and rooms as they are written, one a line."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from matchmaking.core.fields import WebAddressField
from meetings.models import Room
from meetings.models.rounds import LINK_MAX, ROOM_NAME_MAX

ENCRYPTED = _("Enter an address that begins with https://.")
ADDRESS = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://\S*|\bwww\.\S*")
# What people put between a name and an address.
BETWEEN = " \t\u3000:：,，、|"


def _check_encrypted(value: str) -> None:
    """Validator: a meeting is joined over an encrypted connection; what is no address at all is said elsewhere."""
    if value.lower().startswith("http:"):
        raise ValidationError(ENCRYPTED, code="scheme")


class VideoLinkField(WebAddressField):
    def __init__(self, **options: Any) -> None:
        defaults: dict[str, Any] = {
            "label": _("Address of the video meeting"),
            "max_length": LINK_MAX,
            "validators": [_check_encrypted],
            "error_messages": {"invalid": ENCRYPTED},
        }
        super().__init__(**{**defaults, **options})


def as_lines(rooms: Iterable[Room]) -> str:
    """As `rooms_in` reads them."""
    return "\n".join(f"{room.name} {room.link}".rstrip() for room in rooms)


def rooms_in(text: str) -> dict[str, str]:
    """The address of each room by its name, empty without one; in the order of the lines, each once.

    Raises ValidationError, which names every line that is wrong.
    """
    rooms: dict[str, str] = {}
    errors = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            name, link = _room(line.strip())
            _check_beside(name, link, rooms)
        except ValidationError as error:
            errors += [
                ValidationError(_("Line %(number)s: %(problem)s") % {"number": number, "problem": each})
                for each in error.messages
            ]
        else:
            rooms[name] = link or rooms.get(name, "")
    if errors:
        raise ValidationError(errors)
    return rooms


def _room(line: str) -> tuple[str, str]:
    """Name and address of one line."""
    found = list(ADDRESS.finditer(line))
    if not found:
        return _named(line), ""
    if len(found) > 1 or found[0].end() != len(line):
        raise ValidationError(_("Write one address at most, at the end of the line."))
    if "://" not in found[0].group():
        raise ValidationError(ENCRYPTED)
    link = str(VideoLinkField().clean(found[0].group()))
    return _named(line[: found[0].start()]), link


def _named(text: str) -> str:
    name = text.strip(BETWEEN)
    if not name:
        raise ValidationError(_("Write the name of the room before the address."))
    if len(name) > ROOM_NAME_MAX:
        raise ValidationError(_("A room's name has at most %(limit)s characters.") % {"limit": ROOM_NAME_MAX})
    return name


def _check_beside(name: str, link: str, rooms: dict[str, str]) -> None:
    """Meetings at the same time need an address each, and a room has one."""
    if link and rooms.get(name) not in (None, "", link):
        raise ValidationError(_("This room stands above with another address."))
    if link and any(each == link for other, each in rooms.items() if other != name):
        raise ValidationError(_("Another room has this address already. Each room needs one of its own."))
