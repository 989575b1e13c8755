"""The reader's organisation's working week, days off and hours of single days."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models import Organisation
from accounts.roles import Permission, requires
from matchmaking.core import local_time
from meetings import actions, hours
from meetings.calendars import calendar_of
from meetings.forms.own_hours import DayHoursForm, DaysOffForm, WeekForm
from meetings.models import AvailabilityWindow, Closure, DayHours, OrganisationHours

PAGE = "meetings:own_hours"


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.SEE_OWN_MEETINGS)
def own_hours(request: HttpRequest) -> HttpResponse:
    """All on one page; POST saves the week."""
    organisation = request.user.organisation
    if request.method != "POST":
        return _page(request)
    form = WeekForm(request.POST, week=calendar_of(organisation).week)
    if not form.is_valid():
        return _page(request, form=form)
    actions.set_week(organisation, form.week(), by=request.user)
    messages.success(request, _("Your working week has been saved."))
    return redirect(PAGE)


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
    organisation = request.user.organisation
    form = DaysOffForm(request.POST, today=_today(organisation))
    if form.is_valid():
        before = _offered(organisation)
        try:
            actions.add_days_off(organisation, by=request.user, **form.cleaned_data)
        except actions.TooManyDaysOff as error:
            form.add_excess(error.excess)
        else:
            return _saved(request, _("Your days off have been saved."), before)
    return _page(request, days_off=form)


@require_POST
@requires(Permission.SEE_OWN_MEETINGS)
def days_off_remove(request: HttpRequest, pk: int) -> HttpResponse:
    own = Closure.objects.filter(organisation=request.user.organisation)
    actions.remove_days_off(get_object_or_404(own, pk=pk), by=request.user)
    messages.success(request, _("Removed: you work on these days."))
    return redirect(PAGE)


@require_POST
@requires(Permission.SEE_OWN_MEETINGS)
def day_hours_add(request: HttpRequest) -> HttpResponse:
    """As with days off."""
    organisation = request.user.organisation
    form = DayHoursForm(request.POST, calendar=calendar_of(organisation), today=_today(organisation))
    if form.is_valid():
        before = _offered(organisation)
        try:
            actions.set_day_hours(organisation, by=request.user, **form.cleaned_data)
        except actions.TooManyDayHours:
            form.add_too_many()
        else:
            return _saved(request, _("The hours of this day have been saved."), before)
    return _page(request, day_hours=form)


@require_POST
@requires(Permission.SEE_OWN_MEETINGS)
def day_hours_remove(request: HttpRequest, pk: int) -> HttpResponse:
    own = DayHours.objects.filter(organisation=request.user.organisation)
    actions.remove_day_hours(get_object_or_404(own, pk=pk), by=request.user)
    messages.success(request, _("Removed: your working week counts on this day."))
    return redirect(PAGE)


def _offered(organisation: Organisation) -> list[tuple[Any, ...]]:
    """What it offers in rounds."""
    windows = AvailabilityWindow.objects.filter(availability__organisation=organisation)
    return list(
        windows.order_by("availability", "starts_at").values_list("availability", "starts_at", "ends_at")
    )


def _saved(request: HttpRequest, told: str, before: list[tuple[Any, ...]]) -> HttpResponse:
    """Also says where it changed what was offered in a round."""
    messages.success(request, told)
    if _offered(request.user.organisation) != before:
        messages.warning(
            request, _("Times that you had offered in a meeting round have been taken back. Look them over.")
        )
    return redirect(PAGE)


def _today(organisation: Organisation) -> date:
    return hours.local_date(organisation.time_zone, timezone.now())


def _page(request: HttpRequest, **sent: forms.Form) -> HttpResponse:
    """The three forms, each as it was sent or anew."""
    organisation = request.user.organisation
    today, calendar = _today(organisation), calendar_of(organisation)
    context = {
        "form": WeekForm(week=calendar.week),
        "days_off": DaysOffForm(today=today),
        "day_hours": DayHoursForm(calendar=calendar, today=today),
        "closures": Closure.objects.filter(organisation=organisation, last_day__gte=today),
        "changes": DayHours.objects.filter(organisation=organisation, day__gte=today),
        "is_own": OrganisationHours.objects.filter(organisation=organisation).exists(),
        "zone_label": local_time.time_label(organisation.time_zone),
        **sent,
    }
    return render(request, "meetings/own_hours.html", context)
