"""A repair in words: what it does with each meeting, why, and who is told what."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from accounts.rules import name_of
from matchmaking.core import local_time
from meetings.board import moment_in_japan, names_of_parties
from meetings.busy import JAPAN_TIME
from meetings.enums import Fixed
from meetings.models import Placement, Round
from meetings.repair import Change, Kind
from meetings.unplaced import Unplaced, without_place
from meetings.words import FAULTS


@dataclass(frozen=True, slots=True)
class Line:
    """One meeting of a repair: from when and with whom to when and with whom, in Japan time and the startup's."""

    change: Change
    company: str
    startup: str
    before: str
    before_there: str
    after: str
    after_there: str
    means_before: str
    means_after: str
    why: str

    @property
    def pk(self) -> int:
        return self.change.row.request_id


def lines(found: Iterable[Change], kind: Kind, language: str) -> list[Line]:
    """Those of one kind, in the order in which they will be held."""
    these = [each for each in found if each.kind == kind]
    names = names_of_parties([each.row for each in these], language)
    return [_line(each, names, language) for each in these]


def _line(change: Change, names: Mapping[int, str], language: str) -> Line:
    row, meeting, request = change.row, change.meeting, change.row.request
    before, after = meeting.starts_at if meeting else None, row.starts_at
    zone = request.startup.time_zone
    return Line(
        change,
        company=name_of(request.company, language),
        startup=name_of(request.startup, language),
        before=_here(before),
        before_there=_there(before, zone),
        after=_here(after),
        after_there=_there(after, zone),
        means_before=_means(meeting) if meeting else "",
        means_after=_means(row) if after else "",
        why=why(row, names),
    )


def _here(moment: datetime | None) -> str:
    return moment_in_japan(moment) if moment else ""


def _there(moment: datetime | None, zone: str) -> str:
    return local_time.theirs(moment, zone=JAPAN_TIME, other_zone=zone) if moment else ""


def _means(held: Any) -> str:
    """Room, interpreter and officer, of a meeting or of a row."""
    return " / ".join(str(each) for each in (held.room, held.interpreter, held.officer) if each)


def why(row: Placement, names: Mapping[int, str]) -> str:
    """Why it cannot stay as it is; if nothing stands against it, it makes room for another one."""
    texts = [
        str(FAULTS[fault]) % {"who": names.get(_number(subject), "") if subject.startswith("o") else ""}
        for fault, subject in row.detail.get("why", [])
    ]
    return " ".join(dict.fromkeys(texts)) or _("So that other meetings of the round can keep or find a time.")


def _number(subject: str) -> int:
    return int(subject[1:])


def unplaced(found: Sequence[Change], kind: Kind, round_: Round, language: str) -> list[Unplaced]:
    """Those without a place, with the true reason and what would help."""
    rows = [each.row for each in found]
    return without_place([each.row for each in found if each.kind == kind], rows, round_, language)


def staying(found: Iterable[Change]) -> list[tuple[str, int]]:
    """How many stay as they are, by why they could not have moved."""
    counts: dict[str, int] = {}
    for each in found:
        if each.kind == Kind.STAYS:
            fixed = each.row.detail.get("fixed", "")
            counts[fixed] = counts.get(fixed, 0) + 1
    labels = {**{each.value: str(each.label) for each in Fixed}, "": _("Could have moved, but need not")}
    return [(label, counts[key]) for key, label in labels.items() if counts.get(key)]
