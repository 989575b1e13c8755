"""Booked meetings looked at again after hours or days off have changed; what no longer suits goes to staff."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import Organisation, User, members_of
from accounts.rules import names_of
from matchmaking.core import audit, jobs
from matchmaking.core.facts import Span
from matchmaking.core.models import AuditEvent
from matchmaking.core.notices import Event, notify
from meetings.calendars import calendars_for
from meetings.enums import AvailabilityKind
from meetings.fitting import Unfit, why_unfit
from meetings.intervals import Interval
from meetings.models import AvailabilityWindow, Meeting, Misfit
from meetings.telling import tell

RECHECK = "meetings.recheck"
Key = tuple[int, int]  # meeting and organisation


def call_for_recheck(change: AuditEvent, organisations: Iterable[int]) -> None:
    """Once for each change, by a worker: a closing day of a country concerns many."""
    if concerned := sorted(organisations):
        jobs.enqueue(RECHECK, dedupe_key=f"recheck:{change.pk}", organisations=concerned)


@transaction.atomic
def recheck(*, now: datetime, organisations: Collection[int] | None = None) -> int:
    """Look at the meetings to come of these organisations, or of all. Returns how many no longer suit a side.

    The office is told of what it has not been told of. Two looks at the same meetings are taken in turn.
    """
    meetings = _to_come(now, organisations)
    sides = {
        each.pk: each
        for meeting in meetings
        for each in (meeting.request.company, meeting.request.startup)
        if organisations is None or each.pk in organisations
    }
    found = _unfit(meetings, sides)
    known = _known(meetings, sides, found)
    new = [
        Misfit(
            meeting=meeting,
            organisation_id=side,
            sequence=meeting.sequence,
            reason=unfit.reason,
            name_en=unfit.name_en,
            name_ja=unfit.name_ja,
            found_at=now,
        )
        for (meeting, side), unfit in found.items()
        if (meeting.pk, side) not in known
    ]
    Misfit.objects.bulk_create(new)
    if new:
        notify(Event.MEETINGS_UNFIT, User.objects.officers(), link="meetings:misfits", meetings=len(new))
    return len(found)


def _to_come(now: datetime, organisations: Collection[int] | None) -> list[Meeting]:
    rows = Meeting.objects.to_come(now).select_related(
        "request__match__company__organisation", "request__match__startup__organisation"
    )
    if organisations is not None:
        match = "request__match__"
        rows = rows.filter(
            Q(**{f"{match}company__in": organisations}) | Q(**{f"{match}startup__in": organisations})
        )
    return list(rows.order_by("pk").select_for_update(of=("self",)))


def _unfit(meetings: Iterable[Meeting], sides: dict[int, Organisation]) -> dict[tuple[Meeting, int], Unfit]:
    calendars, given = calendars_for(sides.values()), _given(sides)
    found = {}
    for meeting in meetings:
        time = Interval(meeting.starts_at, meeting.ends_at)
        for side in (meeting.request.company.pk, meeting.request.startup.pk):
            if side in calendars and (
                unfit := why_unfit(calendars[side], time, given.get((meeting.round_id or 0, side), ()))
            ):
                found[meeting, side] = unfit
    return found


def _given(sides: Iterable[int]) -> dict[Key, list[Interval]]:
    """What they ticked themselves for a round, by round and organisation."""
    windows = AvailabilityWindow.objects.filter(
        availability__organisation__in=list(sides), availability__kind=AvailabilityKind.CHOSEN
    )
    found: dict[Key, list[Interval]] = {}
    for round_, side, start, end in windows.values_list(
        "availability__round", "availability__organisation", "starts_at", "ends_at"
    ):
        found.setdefault((round_, side), []).append(Interval(start, end))
    return found


def _known(
    meetings: Iterable[Meeting], sides: Iterable[int], found: dict[tuple[Meeting, int], Unfit]
) -> set[Key]:
    """Those noted before that are still as they were; the others are forgotten."""
    now_found = {
        (meeting.pk, side): (meeting.sequence, unfit.reason, unfit.name_en)
        for (meeting, side), unfit in found.items()
    }
    known = set()
    for row in Misfit.objects.filter(meeting__in=list(meetings), organisation__in=list(sides)):
        key = (row.meeting_id, row.organisation_id)
        if now_found.get(key) == (row.sequence, row.reason, row.name_en):
            known.add(key)
        else:
            row.delete()
    return known


@transaction.atomic
def keep_time(misfit: Misfit, *, by: User, now: datetime | None = None) -> None:
    """The meeting stays where it is, although the side's hours say otherwise."""
    if Misfit.objects.filter(pk=misfit.pk, kept_at=None).update(kept_at=now or timezone.now()):
        audit.record("misfit.kept", misfit, by=by)


@transaction.atomic
def ask_to_move(misfit: Misfit, *, by: User, now: datetime | None = None) -> int:
    """Ask the side's people, once, whether they can come. Returns how many were asked."""
    if not Misfit.objects.filter(pk=misfit.pk, asked_at=None).update(asked_at=now or timezone.now()):
        return 0
    people = list(members_of(misfit.organisation))
    meeting = misfit.meeting
    sides = (meeting.request.company, meeting.request.startup)
    other = sides[1] if misfit.organisation == sides[0] else sides[0]
    tell(
        Event.MEETING_UNFIT_ASKED,
        people,
        link="meetings:detail",
        link_kwargs={"pk": meeting.request_id},
        params=lambda _reader: {
            "other": names_of(other),
            "when": Span(meeting.starts_at, meeting.ends_at),
        },
    )
    audit.record("misfit.asked", misfit, by=by, people=len(people))
    return len(people)
