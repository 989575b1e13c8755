"""The reader's organisation's working week and days off."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.roles import Permission, requires
from matchmaking.core import local_time
from meetings import actions, hours
from meetings.calendars import calendar_of
from meetings.forms.own_hours import DaysOffForm, WeekForm
from meetings.models import Closure, OrganisationHours

PAGE = "meetings:own_hours"


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.SEE_OWN_MEETINGS)
def own_hours(request: HttpRequest) -> HttpResponse:
    """Both on one page; POST saves the week."""
    organisation = request.user.organisation
    form = WeekForm(request.POST or None, week=calendar_of(organisation).week)
    if request.method == "POST" and form.is_valid():
        actions.set_week(organisation, form.week(), by=request.user)
        messages.success(request, _("Your working week has been saved."))
        return redirect(PAGE)
    return _page(request, form, DaysOffForm())


@require_POST
@requires(Permission.SEE_OWN_MEETINGS)
def week_reset(request: HttpRequest) -> HttpResponse:
    if actions.reset_week(request.user.organisation, by=request.user):
        messages.success(request, _("The usual week of your country counts again."))
    return redirect(PAGE)


@require_POST
@requires(Permission.SEE_OWN_MEETINGS)
def days_off_add(request: HttpRequest) -> HttpResponse:
    """Saved, or back with what was typed and why it was not taken."""
    organisation, form = request.user.organisation, DaysOffForm(request.POST)
    if form.is_valid():
        actions.add_days_off(organisation, by=request.user, **form.cleaned_data)
        messages.success(request, _("Your days off have been saved."))
        return redirect(PAGE)
    return _page(request, WeekForm(week=calendar_of(organisation).week), form)


@require_POST
@requires(Permission.SEE_OWN_MEETINGS)
def days_off_remove(request: HttpRequest, pk: int) -> HttpResponse:
    own = Closure.objects.filter(organisation=request.user.organisation)
    actions.remove_days_off(get_object_or_404(own, pk=pk), by=request.user)
    messages.success(request, _("Removed: you work on these days."))
    return redirect(PAGE)


def _page(request: HttpRequest, form: WeekForm, days_off: DaysOffForm) -> HttpResponse:
    organisation = request.user.organisation
    today = hours.local_date(organisation.time_zone, timezone.now())
    context = {
        "form": form,
        "days_off": days_off,
        "closures": Closure.objects.filter(organisation=organisation, last_day__gte=today),
        "is_own": OrganisationHours.objects.filter(organisation=organisation).exists(),
        "zone_label": local_time.time_label(organisation.time_zone),
    }
    return render(request, "meetings/own_hours.html", context)
