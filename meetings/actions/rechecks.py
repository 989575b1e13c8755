"""Booked meetings looked at again after hours, days off or ticked times changed; what no longer suits goes to staff."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User, members_of
from accounts.rules import names_of
from matchmaking.core import audit, jobs
from matchmaking.core.facts import Span
from matchmaking.core.models import AuditEvent
from matchmaking.core.notices import Event, notify
from meetings.calendars import calendars_for
from meetings.fitting import Unfit
from meetings.models import Meeting, Misfit
from meetings.telling import tell
from meetings.unfit import Key, answers_of, unfit

RECHECK = "meetings.recheck"


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
    found = unfit(meetings, calendars_for(sides.values()), answers_of(meetings, sides))
    known = _known(meetings, sides, found)
    new = [
        Misfit(
            meeting=meeting,
            organisation_id=side,
            sequence=meeting.sequence,
            reason=why.reason,
            name_en=why.name_en,
            name_ja=why.name_ja,
            found_at=now,
        )
        for (meeting, side), why in found.items()
        if (meeting.pk, side) not in known
    ]
    Misfit.objects.bulk_create(new)
    if new:
        notify(Event.MEETINGS_UNFIT, User.objects.officers(), link="meetings:misfits", meetings=len(new))
    return len(found)


def _to_come(now: datetime, organisations: Collection[int] | None) -> list[Meeting]:
    rows = Meeting.objects.to_come(now).with_parties()
    if organisations is not None:
        rows = rows.of_sides(organisations)
    return list(rows.order_by("pk").select_for_update(of=("self",)))


def _known(
    meetings: Iterable[Meeting], sides: Iterable[int], found: dict[tuple[Meeting, int], Unfit]
) -> set[Key]:
    """Those noted before that are still as they were; the others are forgotten."""
    now_found = {
        (meeting.pk, side): (meeting.sequence, why.reason, why.name_en)
        for (meeting, side), why in found.items()
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
