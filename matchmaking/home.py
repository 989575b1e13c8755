"""The first page: for guests what the programme is, for everybody else what waits for whom."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.enums import OrganisationKind
from accounts.models import Organisation
from accounts.roles import Role, public, role_of
from accounts.rules import name_of
from matchmaking import sample
from matchmaking.core.enums import Field
from matchmaking.matches.enums import MatchStatus, Side
from matchmaking.matches.models import Match, Run
from matchmaking.waiting import waits_for_office, waits_for_others
from meetings.cards import cards
from meetings.models import MeetingRequest, Round
from meetings.waits import waits_for
from research.models import AdviceRequest, Commission, Expert
from research.words import row_of

NEXT_MEETINGS = 3
MOST_WAITS = 10


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
        "office_rows": waits_for_office(request.user),
        "other_rows": waits_for_others(),
        "counters": _counters(),
        "latest_run": Run.objects.select_related("policy").first(),
    }
    return render(request, "home/staff.html", context)


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
