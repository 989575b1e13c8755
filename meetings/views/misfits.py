"""For staff: booked meetings that no longer suit a side, each with one decision to take."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language, ngettext, pgettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.roles import Permission, requires
from accounts.rules import name_of
from meetings import actions
from meetings.models import Misfit

PAGE = 20


@require_safe
@requires(Permission.MANAGE_ROUNDS)
def misfits(request: HttpRequest) -> HttpResponse:
    """The next meeting first."""
    rows = (
        Misfit.objects.visible_to(request.user)
        .to_settle(timezone.now())
        .select_related(
            "organisation",
            "meeting__request__match__company__organisation",
            "meeting__request__match__startup__organisation",
        )
    )
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    context = {
        "heading": _("Meetings that no longer suit a side"),
        "lead": _(
            "After they were booked, a side changed its hours or the times it chose for the round or entered days off,"
            " or a closing day was added. Ask the side, or let the time stand."
        ),
        "columns": [
            _("Firm"),
            _("Startup"),
            _("Whom it does not suit"),
            _("Time on their clock"),
            _("Why"),
            pgettext("column", "Next"),
        ],
        "page": page,
        "rows": [_row(each, get_language() or "") for each in page],
        "empty_text": _("Every meeting to come lies in the hours of both sides."),
    }
    return render(request, "meetings/misfits.html", context)


def _row(misfit: Misfit, language: str) -> dict[str, Any]:
    request = misfit.meeting.request
    return {
        "misfit": misfit,
        "meeting": misfit.meeting,
        "company": name_of(request.company, language),
        "startup": name_of(request.startup, language),
        "side": name_of(misfit.organisation, language),
        "zone": misfit.organisation.time_zone,
    }


@require_POST
@requires(Permission.MANAGE_ROUNDS)
def misfit_keep(request: HttpRequest, pk: int) -> HttpResponse:
    actions.keep_time(get_object_or_404(Misfit.objects.visible_to(request.user), pk=pk), by=request.user)
    messages.success(request, _("The meeting stays at its time."))
    return redirect("meetings:misfits")


@require_POST
@requires(Permission.MANAGE_ROUNDS)
def misfit_ask(request: HttpRequest, pk: int) -> HttpResponse:
    misfit = get_object_or_404(Misfit.objects.visible_to(request.user), pk=pk)
    if asked := actions.ask_to_move(misfit, by=request.user):
        words = ngettext("%(count)s person has been asked.", "%(count)s people have been asked.", asked)
        messages.success(request, words % {"count": asked})
    else:
        messages.info(request, _("They have been asked already, or nobody is left to be asked."))
    return redirect("meetings:misfits")
