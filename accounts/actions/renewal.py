"""Profiles are confirmed every twelve months: asked for, confirmed, lapsed, brought back.

Every reminder of every term, and every lapse, is one job of the ledger: its key keeps it from happening twice, and its
row tells when it went out, so that nobody lapses who was not reminded in time, however long the beat was away.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.db.models.functions import Coalesce
from django.utils import timezone

from accounts.actions.reviews import ask_for_rescore
from accounts.enums import OrganisationStatus
from accounts.models import Organisation, User, members_of
from accounts.profiles import ties
from accounts.profiles.renewal import GRACE, Reminder, Term, term_from
from accounts.rules import names_of
from matchmaking.core import audit, jobs
from matchmaking.core.facts import Day
from matchmaking.core.models import Job
from matchmaking.core.notices import Event, notify
from matchmaking.core.transitions import TransitionNotAllowed, move

REMIND, LAPSE = "accounts.remind", "accounts.lapse"
_AHEAD = timedelta(days=40)  # further than the first reminder and any month's end


def confirmed_since(organisation: Organisation) -> datetime | None:
    """When the profile was last known to be true: confirmed, or reviewed before there were confirmations."""
    return organisation.confirmed_at or organisation.published_at


def term_of(organisation: Organisation) -> Term | None:
    """Of one that was never published: None."""
    since = confirmed_since(organisation)
    if since is None:
        return None
    return term_from(since.astimezone(ZoneInfo(organisation.time_zone)).date(), settings.RENEWAL_MONTHS)


def today_of(organisation: Organisation, now: datetime | None = None) -> date:
    return (now or timezone.now()).astimezone(ZoneInfo(organisation.time_zone)).date()


def may_return(organisation: Organisation, now: datetime | None = None) -> bool:
    """Whether a lapsed profile comes back by a click, without a review."""
    term = term_of(organisation)
    return term is not None and today_of(organisation, now) <= term.returns_until


def is_to_be_confirmed(organisation: Organisation, now: datetime | None = None) -> bool:
    """Whether its members are asked on their pages."""
    if organisation.status == OrganisationStatus.LAPSED:
        return may_return(organisation, now)
    term = term_of(organisation)
    asked = term is not None and term.reminder_on(today_of(organisation, now)) is not None
    return asked and organisation.is_published


@transaction.atomic
def confirm(organisation: Organisation, *, by: User) -> None:
    """Its members say that it is still true: a new term begins; a lapsed one takes part again.

    Raises TransitionNotAllowed in other states, and when it lapsed so long ago that a review must look at it first.
    """
    now = timezone.now()
    if organisation.status == OrganisationStatus.LAPSED and may_return(organisation, now):
        move(organisation, OrganisationStatus.PUBLISHED, by=by, confirmed_at=now)
        ask_for_rescore(organisation)
        for tie in ties.ties():
            tie.resume(organisation)
        return
    rows = Organisation.objects.published().filter(pk=organisation.pk)
    if not organisation.is_published or rows.update(confirmed_at=now) != 1:
        raise TransitionNotAllowed(organisation, OrganisationStatus.PUBLISHED)
    organisation.confirmed_at = now
    audit.record("organisation.confirmed", organisation, by=by)


def look_after_terms(*, now: datetime) -> int:
    """Write down every reminder and lapse that is due. Returns how many were not written down before."""
    since = Coalesce("confirmed_at", "published_at")
    latest = now - timedelta(days=settings.RENEWAL_MONTHS * 30) + _AHEAD
    due = Organisation.objects.published().annotate(since=since).filter(since__lte=latest).order_by("pk")
    return sum(_write_down(organisation, now) for organisation in due)


@transaction.atomic
def _write_down(organisation: Organisation, now: datetime) -> int:
    term = term_of(organisation)
    reminder = term.reminder_on(today_of(organisation, now)) if term else None
    if term is None or reminder is None:
        return 0
    if _may_lapse(organisation, term, now):
        return _enqueue(LAPSE, organisation, "lapse")
    return _enqueue(REMIND, organisation, reminder, reminder=reminder)


def _may_lapse(organisation: Organisation, term: Term, now: datetime) -> bool:
    """After the grace, counted from the last reminder too: it may have gone out late."""
    if today_of(organisation, now) < term.lapses_on:
        return False
    last = Job.objects.filter(dedupe_key=_key(organisation, Reminder.DAY)).values_list(
        "created_at", flat=True
    )
    return any(at + GRACE <= now for at in last)


def _key(organisation: Organisation, what: str) -> str:
    return f"renewal:{organisation.pk}:{_stamp(organisation)}:{what}"


def _stamp(organisation: Organisation) -> str:
    """Tells one term from another."""
    since = confirmed_since(organisation)
    return since.isoformat() if since else ""


def _enqueue(name: str, organisation: Organisation, what: str, **payload: Any) -> int:
    key = _key(organisation, what)
    if Job.objects.filter(dedupe_key=key).exists():
        return 0
    jobs.enqueue(name, dedupe_key=key, organisation_id=organisation.pk, term=_stamp(organisation), **payload)
    return 1


def _still_due(organisation_id: int, term: str) -> Organisation | None:
    """The organisation, if it still waits for the confirmation that was asked for."""
    organisation = (
        Organisation.objects.select_for_update(no_key=True).published().filter(pk=organisation_id).first()
    )
    return organisation if organisation is not None and _stamp(organisation) == term else None


@transaction.atomic
def remind(organisation_id: int, *, term: str, reminder: str) -> None:
    """Ask the members. Nothing happens if they have confirmed meanwhile."""
    organisation = _still_due(organisation_id, term)
    if organisation is None or (known := term_of(organisation)) is None:
        return
    event = Event.RENEWAL_LAST_DAY if reminder == Reminder.DAY else Event.RENEWAL_DUE
    lapses_on = (
        max(known.lapses_on, today_of(organisation) + GRACE) if reminder == Reminder.DAY else known.lapses_on
    )
    notify(
        event,
        members_of(organisation),
        link="accounts:renew",
        organisation=names_of(organisation),
        confirmed=Day(known.confirmed_on),
        due=Day(known.due_on),
        lapses=Day(lapses_on),
    )


@transaction.atomic
def lapse(organisation_id: int, *, term: str) -> None:
    """Nobody has confirmed it: no longer matched. Requests and meetings go on; members and the other sides are told."""
    organisation = _still_due(organisation_id, term)
    if organisation is None:
        return
    move(organisation, OrganisationStatus.LAPSED, by=None)
    ask_for_rescore(organisation)
    for tie in ties.ties():
        tie.pause(organisation)
    if (ended := term_of(organisation)) is not None:
        notify(
            Event.PROFILE_LAPSED,
            members_of(organisation),
            link="accounts:renew",
            organisation=names_of(organisation),
            until=Day(ended.returns_until),
        )
