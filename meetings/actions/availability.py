"""What organisations offer in a round."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from django.db import transaction
from django.utils import timezone

from accounts.enums import OrganisationKind
from accounts.models import Organisation, User, members_of
from accounts.rules import names_of
from matchmaking.core import audit
from matchmaking.core.facts import Day
from matchmaking.core.notices import Event, notify
from matchmaking.core.transitions import TransitionNotAllowed
from meetings.actions.rechecks import call_for_recheck
from meetings.actions.reports import side_of
from meetings.actions.requests import withdraw
from meetings.actions.rounds import lock_round
from meetings.enums import AvailabilityKind, RoundStatus, UnplacedReason
from meetings.intervals import Interval, merge, subtract
from meetings.models import Availability, AvailabilityWindow, MeetingRequest, Placement, Round
from meetings.telling import not_told_of_late, tell
from meetings.unfit import takes_times

# Until a round is published, later days off win over what was offered; afterwards its meetings are looked at again.
TAKES_BACK = (RoundStatus.COLLECTING, RoundStatus.PLACING, RoundStatus.CHECKING)

# Where an organisation changes how many meetings it takes on.
PROFILES = {OrganisationKind.COMPANY: "companies:own", OrganisationKind.STARTUP: "startups:own"}


def give_availability(
    round_: Round, organisation: Organisation, windows: Iterable[Interval], *, by: User, consent: str = ""
) -> Availability:
    """Store the times an organisation offers, in place of what it said before; none at all is no time in the round.

    Once the round is published its meetings to come are looked at again: none is moved or cancelled by it. `consent`
    says how it told staff, when they enter its times; its people then read that they did.
    """
    offered = merge(windows)
    kind = AvailabilityKind.CHOSEN if offered else AvailabilityKind.NONE
    return _answer(round_, organisation, kind, offered, by, consent=consent)


def reset_availability(round_: Round, organisation: Organisation, *, by: User) -> Availability:
    """Its usual working hours count."""
    return _answer(round_, organisation, AvailabilityKind.USUAL, (), by)


@transaction.atomic
def refuse_round(round_: Round, organisation: Organisation, *, wish: str, by: User) -> Availability:
    """It has no time in this round; the programme office reads when it would rather meet, once a day at most."""
    answer = _answer(round_, organisation, AvailabilityKind.NONE, (), by, wish=wish)
    who, link = names_of(organisation), {"pk": round_.pk}
    notify(
        Event.ROUND_REFUSED,
        not_told_of_late(
            Event.ROUND_REFUSED,
            User.objects.officers(),
            now=timezone.now(),
            link_kwargs=link,
            organisation=who,
        ),
        link="meetings:round",
        link_kwargs=link,
        organisation=who,
        round=round_.name,
        wish=wish,
    )
    return answer


@transaction.atomic
def pass_on(round_: Round, organisation: Organisation, *, to: User, by: User) -> None:
    """A colleague is asked to choose the times, and the programme office told; nobody more than once a day."""
    if not lock_round(round_).is_editable:
        raise TransitionNotAllowed(round_, round_.status)
    who, link, now = names_of(organisation), {"pk": round_.pk}, timezone.now()
    for readers, page in (([to], "meetings:availability"), (User.objects.officers(), "meetings:round")):
        notify(
            Event.TIMES_PASSED_ON,
            not_told_of_late(Event.TIMES_PASSED_ON, readers, now=now, link_kwargs=link, organisation=who),
            link=page,
            link_kwargs=link,
            organisation=who,
            round=round_.name,
            person=by.name,
            colleague=to.name,
            until=Day(round_.answer_by),
        )
    audit.record("availability.passed_on", round_, by=by, to=to.pk, organisation=organisation.pk)


@transaction.atomic
def give_up(requests: Iterable[MeetingRequest], *, reason: str, by: User) -> None:
    """A side no longer wishes to meet several others; they and the programme office read why. All or none."""
    for each in requests:
        withdraw(each, side=side_of(by), reason=reason, by=by)


@transaction.atomic
def _answer(
    round_: Round,
    organisation: Organisation,
    kind: AvailabilityKind,
    windows: Iterable[Interval],
    by: User,
    *,
    wish: str = "",
    consent: str = "",
) -> Availability:
    locked = lock_round(round_)
    if not takes_times(locked, organisation, timezone.now()):
        raise TransitionNotAllowed(locked, locked.status)
    answer, _created = Availability.objects.update_or_create(
        round=round_,
        organisation=organisation,
        defaults={
            "kind": kind,
            "wish": wish,
            "consent": consent,
            "given_by": by,
            "given_at": timezone.now(),
        },
    )
    change = audit.record(
        "availability.given", answer, by=by, kind=kind, windows=_write(answer, windows), reason=consent
    )
    if consent:
        notify(
            Event.TIMES_GIVEN_FOR_YOU,
            members_of(organisation),
            link="meetings:availability",
            link_kwargs={"pk": round_.pk},
            round=round_.name,
            reason=consent,
        )
    if locked.status == RoundStatus.PUBLISHED:
        call_for_recheck(change, [organisation.pk])
    return answer


def _write(answer: Availability, windows: Iterable[Interval]) -> int:
    """In place of what was offered before. Returns how many stretches of time it is now."""
    answer.windows.all().delete()
    rows = [AvailabilityWindow(availability=answer, starts_at=w.start, ends_at=w.end) for w in windows]
    return len(AvailabilityWindow.objects.bulk_create(rows))


@transaction.atomic
def take_back(organisation: Organisation, holes: Iterable[Interval], *, by: User) -> int:
    """What was offered for rounds to come lies in these times no longer. Returns in how many rounds that changed it."""
    holes, changed = list(holes), 0
    rounds = Round.objects.filter(status__in=TAKES_BACK, availabilities__organisation=organisation)
    for round_ in rounds.order_by("pk").select_for_update(of=("self",)):
        answer = Availability.objects.get(round=round_, organisation=organisation)
        before = merge(Interval(each.starts_at, each.ends_at) for each in answer.windows.all())
        after = subtract(before, holes)
        if after != before:
            audit.record("availability.taken_back", answer, by=by, windows=_write(answer, after))
            changed += 1
    return changed


@transaction.atomic
def ask_for_times(request: MeetingRequest, *, by: User, now: datetime | None = None) -> int:
    """Ask both sides of an unplaced request to offer more times. Returns how many people were asked."""
    round_ = request.round
    if round_ is None or not round_.is_editable:
        raise TransitionNotAllowed(request, request.status)
    readers = [*members_of(request.company), *members_of(request.startup)]
    tell(
        Event.TIMES_ASKED,
        readers,
        link="meetings:availability",
        link_kwargs={"pk": round_.pk},
        params=lambda reader: {
            "round": round_.name,
            "other": names_of(_other(request, reader)),
        },
    )
    audit.record("availability.asked", request, by=by, people=len(readers), at=str(now or timezone.now()))
    return len(readers)


@transaction.atomic
def ask_to_take_on_more(placement: Placement, *, by: User) -> int:
    """Ask whoever has its month full whether it takes on one more meeting. Returns how many people were asked."""
    request = placement.request
    round_ = request.round
    if round_ is None or not round_.is_editable or placement.reason != UnplacedReason.MONTHLY_LIMIT:
        raise TransitionNotAllowed(request, request.status)
    count = sum(
        _ask_for_more(round_, request, side)
        for side in _sides(request)
        if side.pk in placement.detail["parties"]
    )
    audit.record("month.asked", request, by=by, people=count)
    return count


def _ask_for_more(round_: Round, request: MeetingRequest, side: Organisation) -> int:
    readers = list(members_of(side))
    tell(
        Event.MONTH_FULL_ASKED,
        readers,
        link=PROFILES[OrganisationKind(side.kind)],
        link_kwargs={},
        params=lambda reader: {
            "round": round_.name,
            "other": names_of(_other(request, reader)),
            "limit": side.monthly_meeting_limit,
        },
    )
    return len(readers)


def _sides(request: MeetingRequest) -> tuple[Organisation, Organisation]:
    return request.company, request.startup


def _other(request: MeetingRequest, reader: User) -> Organisation:
    return request.startup if reader.organisation == request.company else request.company
