"""Asking both sides what came of their partnership, comparing what they say, and settling what differs."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict
from datetime import date, datetime

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from matchmaking.core import audit
from matchmaking.core.notices import Event
from matchmaking.core.transitions import TransitionNotAllowed, move
from matchmaking.matches.enums import Side
from partnerships import outcome_mail, outcomes
from partnerships.actions.records import NotTheirs, side_of
from partnerships.enums import Figure, OutcomeStatus
from partnerships.models import (
    FollowUp,
    FollowUpAnswer,
    FollowUpLink,
    Partnership,
    not_asked,
    to_be_asked,
)
from partnerships.outcomes import Told
from partnerships.rules import JAPAN

SIDES = (Side.COMPANY, Side.STARTUP)
FORM, STAFF_PAGE = "partnerships:outcome", "partnerships:outcome_staff"


def ask_due(*, now: datetime) -> int:
    """Ask both sides of every contract whose latest period has just ended. Returns how many partnerships."""
    asked = set(FollowUp.objects.values_list("partnership_id", "signed_on", "months"))
    return sum(_ask(each, now, asked) for each in to_be_asked(now))


def _ask(partnership: Partnership, now: datetime, asked: Collection[tuple[object, ...]]) -> bool:
    signed_on = _signed_on(partnership)
    if signed_on is None:
        return False
    months = outcomes.to_ask(signed_on, now.astimezone(JAPAN).date())
    if months is None or (partnership.pk, signed_on, months) in asked:
        return False
    return _begin(partnership, signed_on, months, now)


def _signed_on(partnership: Partnership) -> date | None:
    return partnership.signed_at.astimezone(JAPAN).date() if partnership.signed_at else None


@transaction.atomic
def ask_missed(partnership: Partnership, *, by: User, now: datetime | None = None) -> None:
    """Staff ask about the latest period though it ended long ago (`not_asked`).

    Raises TransitionNotAllowed if nothing was missed, or a colleague has just asked.
    """
    now = now or timezone.now()
    found = not_asked(now).filter(pk=partnership.pk).first()
    signed_on = _signed_on(found) if found else None
    months = outcomes.latest_due(signed_on, now.astimezone(JAPAN).date()) if signed_on else None
    if found is None or signed_on is None or months is None:
        raise TransitionNotAllowed(partnership, OutcomeStatus.ASKED)
    if not _begin(found, signed_on, months, now, by=by):
        raise TransitionNotAllowed(partnership, OutcomeStatus.ASKED)


@transaction.atomic
def _begin(
    partnership: Partnership, signed_on: date, months: int, now: datetime, by: User | None = None
) -> bool:
    """Two beats at once begin it once: the database holds one for a period."""
    follow_up, made = FollowUp.objects.get_or_create(
        partnership=partnership,
        signed_on=signed_on,
        months=months,
        defaults={"due_on": outcomes.day_after(signed_on, months), "asked_at": now},
    )
    if made:
        audit.record("followup.begun", follow_up, by=by, months=months)
        for side in SIDES:
            outcome_mail.send(follow_up, side, now=now, again=False)
        outcome_mail.tell(Event.OUTCOME_ASKED, follow_up, outcome_mail.people_of(follow_up), link=FORM)
    return made


def remind_silent(*, now: datetime) -> int:
    """Ask whoever has not answered again, twice, each time with a fresh link. Returns how many follow-ups."""
    late = FollowUp.objects.with_parties().silent_since(now - outcomes.REMIND_AFTER, outcomes.MOST_REMINDERS)
    return sum(_remind(each, now) for each in late)


@transaction.atomic
def _remind(follow_up: FollowUp, now: datetime) -> bool:
    rows = FollowUp.objects.asked().filter(pk=follow_up.pk, reminders=follow_up.reminders)
    if not rows.update(reminders=follow_up.reminders + 1, reminded_at=now):
        return False  # another beat was faster, or both have just answered
    for side in _silent(follow_up):
        outcome_mail.send(follow_up, side, now=now, again=True)
    return True


def lapse_unanswered(*, now: datetime) -> int:
    """What nobody has answered for 60 days is not asked any longer. Returns how many."""
    rows = FollowUp.objects.asked().filter(asked_at__lte=now - outcomes.LAPSE_AFTER)
    return sum(_lapse(each, now) for each in rows)


def _lapse(follow_up: FollowUp, now: datetime) -> bool:
    try:
        move(follow_up, OutcomeStatus.LAPSED, by=None, settled_at=now)
    except (
        TransitionNotAllowed
    ):  # both have just answered, or another beat was faster: the others still lapse
        return False
    return True


def _silent(follow_up: FollowUp) -> list[Side]:
    return [side for side in SIDES if follow_up.told_by(side) is None]


@transaction.atomic
def answer_outcome(
    follow_up: FollowUp,
    told: Told,
    *,
    side: Side,
    by: User,
    by_link: bool = False,
    now: datetime | None = None,
) -> FollowUpAnswer:
    """One side says what came of it, or says it anew while the other has not answered; then both are compared.

    Raises NotTheirs for whoever is of the other side, TransitionNotAllowed when it is no longer asked.
    """
    now = now or timezone.now()
    if side_of(by) != side:
        raise NotTheirs
    follow_up = FollowUp.objects.select_for_update(of=("self",)).with_parties().get(pk=follow_up.pk)
    if not follow_up.is_open:
        raise TransitionNotAllowed(follow_up, OutcomeStatus.CONFIRMED)
    values = {**asdict(told), "results": list(told.results), "by": by, "by_link": by_link, "at": now}
    answer, _made = FollowUpAnswer.objects.update_or_create(follow_up=follow_up, side=side, defaults=values)
    audit.record("followup.answered", follow_up, by=by, side=side, by_link=by_link)
    _compare(FollowUp.objects.with_parties().get(pk=follow_up.pk), by=by, now=now)
    return answer


def _compare(follow_up: FollowUp, *, by: User, now: datetime) -> None:
    """Once both have answered: what they say alike is confirmed, what differs goes to the office."""
    if _silent(follow_up):
        return
    if differing(follow_up):
        move(follow_up, OutcomeStatus.DIFFERS, by=by)
        outcome_mail.tell(Event.OUTCOME_DIFFERS, follow_up, list(User.objects.officers()), link=STAFF_PAGE)
        return
    move(follow_up, OutcomeStatus.CONFIRMED, by=by, settled_at=now)
    outcome_mail.tell(Event.OUTCOME_CONFIRMED, follow_up, outcome_mail.people_of(follow_up), link=FORM)


def differing(follow_up: FollowUp) -> list[Figure]:
    """What the two sides give differently; nothing while one of them is silent."""
    company, startup = (follow_up.told_by(side) for side in SIDES)
    if company is None or startup is None:
        return []
    return outcomes.differing(company.told(), startup.told())


@transaction.atomic
def ask_outcome_again(follow_up: FollowUp, *, by: User, reason: str, now: datetime | None = None) -> None:
    """Both sides answer anew, with new links; earlier ones stop. They read which figures differ, not the other's."""
    now = now or timezone.now()
    unlike = differing(follow_up) if follow_up.status == OutcomeStatus.DIFFERS else []
    changes = {"asked_at": now, "reminders": 0, "reminded_at": None, "settled_at": None}
    move(follow_up, OutcomeStatus.ASKED, by=by, reason=reason, decided_side="", decision="", **changes)
    follow_up.links.filter(revoked_at=None).update(revoked_at=now)
    for side in SIDES:
        outcome_mail.send(follow_up, side, now=now, again=True, differing=unlike)
    outcome_mail.tell(Event.OUTCOME_ASKED, follow_up, outcome_mail.people_of(follow_up), link=FORM)


@transaction.atomic
def decide_outcome(
    follow_up: FollowUp, side: str, *, by: User, reason: str, now: datetime | None = None
) -> None:
    """Staff settle what differs: one side's figures stand, or nobody's (""). Both are told, with the reason."""
    changes = {"decided_side": side, "decision": reason, "settled_at": now or timezone.now()}
    move(follow_up, OutcomeStatus.DECIDED, by=by, reason=reason, **changes)
    outcome_mail.tell(Event.OUTCOME_DECIDED, follow_up, outcome_mail.people_of(follow_up), link=FORM)


@transaction.atomic
def send_links(follow_up: FollowUp, *, side: Side, by: User, now: datetime | None = None) -> int:
    """Staff send a side's people new links; those sent before stop. Returns how many were sent."""
    now = now or timezone.now()
    follow_up = FollowUp.objects.select_for_update(of=("self",)).with_parties().get(pk=follow_up.pk)
    if not follow_up.is_open or side not in _silent(follow_up):
        raise TransitionNotAllowed(follow_up, OutcomeStatus.ASKED)
    follow_up.links.filter(side=side, revoked_at=None).update(revoked_at=now)
    audit.record("followup.links_sent", follow_up, by=by, side=side)
    return outcome_mail.send(follow_up, side, now=now, again=True)


@transaction.atomic
def stop_links(follow_up: FollowUp, *, side: Side, by: User, now: datetime | None = None) -> int:
    """Staff stop a side's links at once. Returns how many had been good."""
    now = now or timezone.now()
    audit.record("followup.links_stopped", follow_up, by=by, side=side)
    return follow_up.links.filter(side=side).live(now).update(revoked_at=now)


@transaction.atomic
def renew_link(link: FollowUpLink, *, by: User, now: datetime | None = None) -> None:
    """Whoever's link has run out gets a new one, at the same address only; the old one stays useless."""
    now = now or timezone.now()
    audit.record("followup.link_renewed", link.follow_up, by=by, side=link.side)
    outcome_mail.send_to(link.user, link.follow_up, link.side, now=now, again=True)
