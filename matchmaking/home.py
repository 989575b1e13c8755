"""The first page: for guests what the programme is, for everybody else what waits for whom."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db.models import CharField, Count, Min, OuterRef, QuerySet, Subquery
from django.db.models.functions import Cast, Coalesce
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.enums import OrganisationKind, OrganisationStatus, ReviewStatus
from accounts.models import DeletionRequest, JoinRequest, Organisation, Review, User
from accounts.roles import Permission, Role, can, public, role_of
from accounts.rules import name_of
from matchmaking import sample
from matchmaking.core.enums import Field
from matchmaking.core.models import AuditEvent
from matchmaking.matches.enums import MatchStatus, Side
from matchmaking.matches.models import Match, Run
from meetings.cards import cards
from meetings.enums import RequestStatus, RoundStatus, TimetableStatus
from meetings.models import Meeting, MeetingRequest, Misfit, Round, Timetable, unconfirmed, uncovered
from meetings.waits import waits_for
from partnerships.enums import OutcomeStatus
from partnerships.models import FollowUp, Partnership, could_grow
from research.enums import CommissionStatus
from research.models import AdviceRequest, Commission, Expert
from research.words import row_of

NEXT_MEETINGS = 3
MOST_WAITS = 10


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


@public
@require_safe
def start(request: HttpRequest) -> HttpResponse:
    """One address, one page per role."""
    role = role_of(request.user)
    if role is None:
        return render(
            request, "home/guest.html", {"sample_logins": sample_logins(), "field_labels": Field.labels}
        )
    return PAGES[role](request)


def staff_home(request: HttpRequest) -> HttpResponse:
    """Today: everything that waits for the programme office, and what waits for others."""
    context = {
        "office_rows": [*_waits_for_office(), *_waits_for_administrators(request.user)],
        "other_rows": _waits_for_others(),
        "counters": _counters(),
        "latest_run": Run.objects.select_related("policy").first(),
    }
    return render(request, "home/staff.html", context)


def _waits_for_office() -> list[Waiting]:
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
        *_meetings_for_office(),
        *_partnerships_for_office(),
        *_research_for_office(),
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
            _("Meetings that no longer suit a side"),
            Misfit.objects.to_settle(timezone.now()),
            reverse("meetings:misfits"),
            since="found_at",
        ),
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


def _waits_for_others() -> list[Waiting]:
    returned = _returned()
    status = f"?status={OrganisationStatus.RETURNED}"
    requests = MeetingRequest.objects.awaiting_answer()
    return [
        waiting(
            _("Meetings to come that a side has not confirmed"),
            unconfirmed(timezone.now()),
            reverse("meetings:requests") + "?lacks=confirmation",
            since="meeting__published_at",
        ),
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
        waiting(
            _("Requests that wait for an answer"),
            requests,
            reverse("meetings:requests") + f"?status={RequestStatus.REQUESTED}",
            since="asked_at",
        ),
        waiting(
            _("Outcomes that a side has not told"),
            FollowUp.objects.asked(),
            reverse("partnerships:outcomes") + f"?status={OutcomeStatus.ASKED}",
            since="asked_at",
        ),
        waiting(
            _("Research overdue"),
            Commission.objects.overdue(timezone.localdate()),
            reverse("research:commissions") + "?overdue=yes",
            since="assigned_at",
        ),
        waiting(
            _("Assessments overdue"),
            AdviceRequest.objects.overdue(timezone.localdate()),
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


def _counters() -> list[dict[str, Any]]:
    published = Organisation.objects.published()
    booked = MeetingRequest.objects.booked()
    disclosed = Match.objects.filter(status__in=[MatchStatus.DISCLOSED, MatchStatus.INTERESTED])
    return [
        {"label": _("Firms taking part"), "value": published.filter(kind=OrganisationKind.COMPANY).count()},
        {
            "label": _("Startups taking part"),
            "value": published.filter(kind=OrganisationKind.STARTUP).count(),
        },
        {"label": _("Matches disclosed"), "value": disclosed.count()},
        {"label": _("Meetings scheduled"), "value": booked.count()},
    ]


def company_home(request: HttpRequest) -> HttpResponse:
    """A firm's first page: where its registration stands, and its next step."""
    matches, requests = (
        Match.objects.visible_to(request.user),
        MeetingRequest.objects.visible_to(request.user),
    )
    context = {
        "organisation": request.user.organisation,
        "name": name_of(request.user.organisation, get_language() or ""),
        "counters": [
            {
                "label": _("Recommended startups"),
                "value": matches.recommended().count(),
                "url": reverse("matches:list"),
                "link": _("See them"),
            },
            {
                "label": _("Waiting for an answer"),
                "value": requests.awaiting_answer_of(Side.STARTUP).count(),
            },
            _meetings_counter(requests),
        ],
        **_next_meetings(request, requests),
    }
    return render(request, "home/company.html", context)


def startup_home(request: HttpRequest) -> HttpResponse:
    """A startup's first page: requests that wait for its answer come first."""
    requests = MeetingRequest.objects.visible_to(request.user)
    context = {
        "organisation": request.user.organisation,
        "counters": [
            {
                "label": _("Interested firms"),
                "value": Match.objects.visible_to(request.user).count(),
                "url": reverse("matches:interest"),
                "link": _("See them"),
            },
            {"label": _("Requests to answer"), "value": requests.awaiting_answer_of(Side.STARTUP).count()},
            _meetings_counter(requests),
        ],
        **_next_meetings(request, requests),
    }
    return render(request, "home/startup.html", context)


def _next_meetings(request: HttpRequest, requests: Any) -> dict[str, Any]:
    """What waits for the reader, and what has a time: it comes before any count."""
    now, language = timezone.now(), get_language() or ""
    booked = requests.booked().for_list().filter(meeting__period__endswith__gt=now)
    waits = waits_for(request.user, language, now)
    return {
        "waits": waits[:MOST_WAITS],
        "more": len(waits[MOST_WAITS:]),
        "rounds": list(Round.objects.visible_to(request.user).taking_availability()),
        "upcoming": cards(booked.order_by("meeting__period")[:NEXT_MEETINGS], request.user, language),
    }


def _meetings_counter(requests: Any) -> dict[str, Any]:
    booked = requests.booked()
    url = reverse("meetings:list")
    return {"label": _("Meetings scheduled"), "value": booked.count(), "url": url, "link": _("See them")}


def expert_home(request: HttpRequest) -> HttpResponse:
    """What is assigned to an expert; whoever has not said what they know yet is asked to."""
    expert = Expert.objects.filter(user=request.user).first()
    in_hand = Commission.objects.in_hand_of(request.user.pk).with_parties().order_by("due", "pk")
    context = {
        "is_described": bool(expert and expert.is_described),
        "rows": [row_of(each, timezone.localdate()) for each in in_hand],
        "to_assess": AdviceRequest.objects.visible_to(request.user).with_parties().order_by("due", "pk"),
    }
    return render(request, "home/expert.html", context)


def newcomer_home(request: HttpRequest) -> HttpResponse:
    """Whoever has an account and belongs nowhere yet says what they come for."""
    return render(request, "home/newcomer.html")


def sample_logins() -> list[Any]:
    """The people of the sample, told only while DEBUG is on and only if the sample is loaded."""
    if not settings.DEBUG or not settings.SHOW_SAMPLE_LOGINS or not sample.loaded():
        return []
    return [
        {"role": person.role, "name": person.name, "email": person.email, "password": sample.SAMPLE_PASSWORD}
        for person in sample.SAMPLE_PEOPLE
    ]


PAGES: dict[Role, Callable[[HttpRequest], HttpResponse]] = {
    Role.ADMINISTRATOR: staff_home,
    Role.OFFICER: staff_home,
    Role.EXPERT: expert_home,
    Role.COMPANY_OWNER: company_home,
    Role.COMPANY_MEMBER: company_home,
    Role.STARTUP_OWNER: startup_home,
    Role.STARTUP_MEMBER: startup_home,
    Role.NEWCOMER: newcomer_home,
}
