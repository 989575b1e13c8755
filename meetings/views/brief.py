"""The brief of a meeting."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from accounts.roles import Permission, requires
from meetings.brief import brief as brief_of
from meetings.cards import other_name
from meetings.enums import MeetingStatus
from meetings.models import MeetingRequest


@require_safe
@requires(Permission.SEE_MEETING)
def brief(request: HttpRequest, pk: int) -> HttpResponse:
    """One page to print, in both languages, for a meeting that has a time; a cancelled one has none."""
    rows = MeetingRequest.objects.visible_to(request.user).for_list().select_related("meeting__interpreter")
    made = get_object_or_404(rows, pk=pk, meeting__status=MeetingStatus.BOOKED)
    context = {
        "made": made,
        "name": other_name(made, request.user, get_language() or ""),
        **brief_of(made, made.meeting, request.user),
    }
    return render(request, "meetings/brief.html", context)
