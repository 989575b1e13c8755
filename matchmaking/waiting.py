"""What waits for whom: for the programme office, and of others; each line one query."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import CharField, Count, Min, OuterRef, QuerySet, Subquery
from django.db.models.functions import Cast, Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.enums import OrganisationKind, OrganisationStatus, ReviewStatus
from accounts.models import DeletionRequest, JoinRequest, Organisation, Review, User
from accounts.roles import Permission, can
from matchmaking.core.models import AuditEvent
from matchmaking.matches.enums import MatchStatus
from matchmaking.matches.models import Match
from meetings.enums import Lack, RequestStatus, RoundStatus, TimetableStatus
from meetings.interpreting import all_unfit
from meetings.models import (
    Meeting,
    MeetingRequest,
    Misfit,
    Timetable,
    unattended,
    unconfirmed,
    unconfirmed_in_time,
    uncovered,
)
from partnerships.enums import OutcomeStatus
from partnerships.models import FollowUp, GateRule, Partnership, could_grow, not_asked
from research.enums import CommissionStatus
from research.models import AdviceRequest, Commission


@dataclass(frozen=True)
class Waiting:
    """One line of "what waits for whom"; `since` is when the oldest of them began to wait."""

    what: str
    count: int
    url: str
    since: datetime | None = None


def waiting(what: str, rows: QuerySet[Any], url: str, *, since: str) -> Waiting:
    """Count `rows` and find the oldest by the column `since`, in one query."""
    found = rows.order_by().aggregate(oldest=Min(since), count=Count("pk"))
    return Waiting(what, found["count"], url, found["oldest"])


def waits_for_office(user: User) -> list[Waiting]:
    """What the reader of the programme office can do something about."""
    return [
        *_profiles_for_office(),
        *_meetings_for_office(),
        *_partnerships_for_office(),
        *_research_for_office(),
        *_waits_for_administrators(user),
    ]


def _profiles_for_office() -> list[Waiting]:
    reviews, queue = Review.objects.open(), reverse("accounts:review_queue")
    firms = reviews.filter(organisation__kind=OrganisationKind.COMPANY)
    startups = reviews.filter(organisation__kind=OrganisationKind.STARTUP)
    declines = reviews.filter(status=ReviewStatus.DECLINE_PROPOSED)
    return [
        waiting(_("Firms to review"), firms, f"{queue}?show=firms", since="asked_at"),
        waiting(_("Startups to review"), startups, f"{queue}?show=startups", since="asked_at"),
        waiting(_("Declines to confirm"), declines, f"{queue}?show=declines", since="decline_proposed_at"),
        waiting(
            _("Changed profiles to look at"),
            Organisation.objects.with_unseen_changes(),
            reverse("accounts:changes"),
            since="last_change",
        ),
        waiting(
            _("Requests to join without an owner to answer"),
            JoinRequest.objects.without_owner(),
            reverse("accounts:join_requests"),
            since="asked_at",
        ),
        waiting(
            _("Proposed matches to look at"),
            Match.objects.filter(status=MatchStatus.PROPOSED),
            reverse("matches:staff") + f"?status={MatchStatus.PROPOSED}",
            since="computed_at",
        ),
    ]


def _meetings_for_office() -> list[Waiting]:
    requests = MeetingRequest.objects.awaiting_round()
    drafts = Timetable.objects.filter(status=TimetableStatus.DRAFT, round__status=RoundStatus.CHECKING)
    return [
        waiting(
            _("Accepted requests in no round"), requests, reverse("meetings:rounds"), since="answered_at"
        ),
        waiting(
            _("Meetings to come without a named person or interpreter"),
            uncovered(timezone.now()),
            reverse("meetings:requests") + "?lacks=people",
            since="meeting__published_at",
        ),
        waiting(
            _("Meetings that a side has not confirmed in time"),
            unconfirmed_in_time(timezone.now()),
            reverse("meetings:requests") + f"?lacks={Lack.IN_TIME}",
            since="late_since",
        ),
        waiting(
            _("Meetings to come without an address to join them by"),
            Meeting.objects.without_address(timezone.now()),
            reverse("meetings:requests") + f"?lacks={Lack.ADDRESS}",
            since="published_at",
        ),
        waiting(
            _("Meetings to come without the officer who sits in"),
            unattended(timezone.now()),
            reverse("meetings:requests") + f"?lacks={Lack.OFFICER}",
            since="meeting__changed_at",
        ),
        waiting(
            _("Meetings that no longer suit a side"),
            Misfit.objects.to_settle(timezone.now()),
            reverse("meetings:misfits"),
            since="found_at",
        ),
        _uninterpreted(),
        waiting(
            _("Meetings whose end is not known"),
            Meeting.objects.without_end(timezone.now()),
            reverse("meetings:ended"),
            since="period__endswith",
        ),
        waiting(
            _("Timetables to check and publish"), drafts, reverse("meetings:rounds"), since="finished_at"
        ),
    ]


def _uninterpreted() -> Waiting:
    """Judged in Python: what somebody interprets is not for a query to say. Since when, nobody notes."""
    found = all_unfit(now=timezone.now())
    return Waiting(
        _("Meetings whose interpreter no longer fits"),
        len(found),
        reverse("meetings:interpreters") + "?unfit=on",
    )


def _partnerships_for_office() -> list[Waiting]:
    return [
        waiting(
            _("Meetings from which a partnership could grow"),
            could_grow(),
            reverse("partnerships:to_begin"),
            since="answered_at",
        ),
        waiting(
            _("Partnerships without a next step"),
            Partnership.objects.without_step(),
            reverse("partnerships:staff") + "?idle=on",
            since="news_at",
        ),
        waiting(
            _("Partnerships without news for 60 days"),
            Partnership.objects.quiet(timezone.now()),
            reverse("partnerships:staff") + "?quiet=on",
            since="news_at",
        ),
        waiting(
            _("Outcomes on which two sides differ"),
            FollowUp.objects.differing(),
            reverse("partnerships:outcomes") + f"?status={OutcomeStatus.DIFFERS}",
            since="asked_at",
        ),
        waiting(
            _("Contracts whose outcome nobody was asked about"),
            not_asked(timezone.now()),
            reverse("partnerships:not_asked"),
            since="signed_at",
        ),
        waiting(
            _("Legal checks to compare with their source"),
            GateRule.objects.to_compare(timezone.now()),
            reverse("partnerships:rules") + "?compare=due",
            since="compared_at",
        ),
    ]


def _research_for_office() -> list[Waiting]:
    page = reverse("research:commissions")
    return [
        waiting(
            _("Research without an expert"),
            Commission.objects.waiting(),
            f"{page}?status={CommissionStatus.REQUESTED}",
            since="asked_at",
        ),
        waiting(
            _("Research reports to read"),
            Commission.objects.delivered(),
            f"{page}?status={CommissionStatus.DELIVERED}",
            since="delivered_at",
        ),
    ]


def _waits_for_administrators(user: User) -> list[Waiting]:
    if not can(user, Permission.ERASE):
        return []
    waits = DeletionRequest.objects.waiting()
    return [waiting(_("Requests for deletion"), waits, reverse("accounts:deletions"), since="asked_at")]


def waits_for_others() -> list[Waiting]:
    return [*_people_to_confirm(), *_profiles_to_correct(), *_answers_to_come(), *_experts_late()]


def _people_to_confirm() -> list[Waiting]:
    return [
        waiting(
            _("Meetings to come that a side has not confirmed"),
            unconfirmed(timezone.now()),
            reverse("meetings:requests") + "?lacks=confirmation",
            since="meeting__published_at",
        )
    ]


def _profiles_to_correct() -> list[Waiting]:
    returned = _returned()
    status = f"?status={OrganisationStatus.RETURNED}"
    return [
        waiting(
            _("Firms that must correct their profile"),
            returned.filter(kind=OrganisationKind.COMPANY),
            reverse("companies:list") + status,
            since="returned_at",
        ),
        waiting(
            _("Startups that must correct their profile"),
            returned.filter(kind=OrganisationKind.STARTUP),
            reverse("startups:list") + status,
            since="returned_at",
        ),
        waiting(
            _("Profiles to be confirmed"),
            Organisation.objects.to_be_confirmed(timezone.now()),
            reverse("accounts:renewals"),
            since="confirmed_since",
        ),
    ]


def _answers_to_come() -> list[Waiting]:
    return [
        waiting(
            _("Requests that wait for an answer"),
            MeetingRequest.objects.awaiting_answer(),
            reverse("meetings:requests") + f"?status={RequestStatus.REQUESTED}",
            since="asked_at",
        ),
        waiting(
            _("Outcomes that a side has not told"),
            FollowUp.objects.asked(),
            reverse("partnerships:outcomes") + f"?status={OutcomeStatus.ASKED}",
            since="asked_at",
        ),
    ]


def _experts_late() -> list[Waiting]:
    today = timezone.localdate()
    return [
        waiting(
            _("Research overdue"),
            Commission.objects.overdue(today),
            reverse("research:commissions") + "?overdue=yes",
            since="assigned_at",
        ),
        waiting(
            _("Assessments overdue"),
            AdviceRequest.objects.overdue(today),
            reverse("research:assessments") + "?overdue=yes",
            since="asked_at",
        ),
    ]


def _returned() -> QuerySet[Organisation]:
    """With the time at which each was returned last: the row itself only knows its last edit."""
    deeds = AuditEvent.objects.filter(
        action="organisation.returned", target_id=Cast(OuterRef("pk"), CharField())
    )
    returned = Organisation.objects.filter(status=OrganisationStatus.RETURNED)
    return returned.annotate(returned_at=Coalesce(Subquery(deeds.values("at")[:1]), "submitted_at"))
