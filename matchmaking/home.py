"""The first page: for guests what the programme is, for everybody else what waits for them."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from accounts.models import Organisation, User
from accounts.roles import Role, public, role_of
from matchmaking.core.models import Notice
from matchmaking.matches.models import Match, Run

TEMPLATES = {
    Role.ADMINISTRATOR: "home/staff.html",
    Role.OFFICER: "home/staff.html",
    Role.EXPERT: "home/expert.html",
    Role.COMPANY_OWNER: "home/company.html",
    Role.COMPANY_MEMBER: "home/company.html",
    Role.STARTUP_OWNER: "home/startup.html",
    Role.STARTUP_MEMBER: "home/startup.html",
}


@public
@require_GET
def start(request: HttpRequest) -> HttpResponse:
    """One address, one page per role."""
    role = role_of(request.user)
    if role is None:
        return render(request, "home/guest.html", {"sample_logins": _sample_logins()})
    return render(request, TEMPLATES[role], {})


def _sample_logins() -> list[Any]:
    """The people of the sample, told only while DEBUG is on and only if the sample is loaded."""
    return []
