"""When organisations can be met: their own week, their answers for a round, closures."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_countries.fields import CountryField

from accounts.models import Organisation, User
from meetings import hours
from meetings.days_off import FIRST_DAY, IN_A_ROW, LAST_DAY
from meetings.enums import AvailabilityKind, DayHoursKind
from meetings.hours import Span


def validate_week(value: Any) -> None:
    """`{"0": ["09:00", "17:30"], …}`: weekday (0 is Monday) to opening and closing time; 00:00 ends the day."""
    if not isinstance(value, dict) or not value:
        raise ValidationError(_("Name at least one working day."))
    for weekday, span in value.items():
        if weekday not in {str(number) for number in range(7)} or not _is_span(span):
            raise ValidationError(_("Each working day needs an opening time before its closing time."))


def _is_span(hours: Any) -> bool:
    try:
        opens, closes = (time.fromisoformat(each) for each in hours)
    except (TypeError, ValueError):
        return False
    return opens < closes or closes == time(0)


class OwnQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: User) -> OwnQuerySet:
        """Staff see all, members what their own organisation said."""
        if user.is_officer:
            return self
        return self.filter(organisation__memberships__user=user)


class OrganisationHours(models.Model):
    """An organisation's own working week, in its time zone; without one its country's default counts."""

    organisation = models.OneToOneField(Organisation, models.PROTECT, related_name="hours", primary_key=True)
    week = models.JSONField(_("working week"), validators=[validate_week])

    objects = OwnQuerySet.as_manager()

    def __str__(self) -> str:
        return str(self.organisation)

    def spans(self) -> dict[int, Span]:
        """The week as the pure modules want it."""
        return {
            int(weekday): (time.fromisoformat(opens), time.fromisoformat(closes))
            for weekday, (opens, closes) in self.week.items()
        }


class ClosureQuerySet(models.QuerySet["Closure"]):
    def visible_to(self, user: User) -> ClosureQuerySet:
        """Staff see all; members those of their organisation and its country."""
        if user.is_officer:
            return self
        if user.organisation is None:
            return self.none()
        own = Q(organisation=user.organisation)
        return self.filter(own | Q(country=str(user.organisation.country.code), organisation=None))


class Closure(models.Model):
    """Days off that no law names (Obon, the year end, long Tet): of a country or of one organisation."""

    country = CountryField(_("country"), blank=True)
    organisation = models.ForeignKey(
        Organisation, models.PROTECT, null=True, blank=True, related_name="closures"
    )
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    name_en = models.CharField(_("name in English"), max_length=80)
    name_ja = models.CharField(_("name in Japanese"), max_length=80)

    objects = ClosureQuerySet.as_manager()

    class Meta:
        ordering = ["first_day", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")), name="closure_ends_after_start"
            ),
            models.CheckConstraint(
                condition=Q(first_day__gte=FIRST_DAY, last_day__lte=LAST_DAY), name="closure_in_reach"
            ),
            models.CheckConstraint(
                condition=Q(country="", organisation__isnull=False) | (~Q(country="") & Q(organisation=None)),
                name="closure_of_country_or_organisation",
            ),
            models.CheckConstraint(
                condition=Q(organisation=None) | Q(last_day__lt=F("first_day") + timedelta(days=IN_A_ROW)),
                name="closure_of_organisation_is_not_endless",
            ),
        ]

    def __str__(self) -> str:
        return self.name_en


class DayHours(models.Model):
    """Hours of a single day that differ from an organisation's week, on its own clock; 00:00 ends the day."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="day_hours")
    day = models.DateField(_("day"))
    starts = models.TimeField(pgettext_lazy("working hours", "From"))
    ends = models.TimeField(pgettext_lazy("working hours", "until"))
    kind = models.CharField(_("what is different"), max_length=5, choices=DayHoursKind)

    objects = OwnQuerySet.as_manager()

    class Meta:
        ordering = ["day", "starts", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__gt=F("starts")) | Q(ends=time(0)), name="dayhours_end_after_start"
            ),
            models.CheckConstraint(condition=Q(kind__in=DayHoursKind.values), name="dayhours_kind_known"),
            models.CheckConstraint(condition=Q(day__range=(FIRST_DAY, LAST_DAY)), name="dayhours_in_reach"),
            models.UniqueConstraint(
                fields=["organisation", "day", "kind", "starts"], name="dayhours_start_unique"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.day}, {self.starts:%H:%M}–{self.ends:%H:%M}"

    def plain(self) -> hours.DayHours:
        """As the pure modules want it."""
        return hours.DayHours(self.day, self.starts, self.ends, self.kind == DayHoursKind.EXTRA)


class Availability(models.Model):
    """What an organisation answered for a round."""

    round = models.ForeignKey("meetings.Round", models.PROTECT, related_name="availabilities")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="availabilities")
    kind = models.CharField(max_length=10, choices=AvailabilityKind)
    wish = models.CharField(_("other dates"), max_length=300, blank=True)
    # How the organisation told staff, where they entered it.
    consent = models.TextField(_("how the organisation consented"), max_length=500, blank=True)
    given_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    given_at = models.DateTimeField()

    objects = OwnQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["round", "organisation"], name="availability_one_answer"),
            models.CheckConstraint(
                condition=Q(kind__in=AvailabilityKind.values), name="availability_kind_known"
            ),
            models.CheckConstraint(
                condition=Q(wish="") | Q(kind=AvailabilityKind.NONE), name="availability_wish_without_times"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.get_kind_display()}"


class WindowQuerySet(models.QuerySet["AvailabilityWindow"]):
    def visible_to(self, user: User) -> WindowQuerySet:
        """Staff see all, members their own organisation's; a counterpart is only ever a count."""
        if user.is_officer:
            return self
        return self.filter(availability__organisation__memberships__user=user)


class AvailabilityWindow(models.Model):
    """A stretch of time an organisation offers in a round."""

    availability = models.ForeignKey(Availability, models.CASCADE, related_name="windows")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    objects = WindowQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at"]
        constraints = [
            models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="window_ends_after_start"),
            models.UniqueConstraint(fields=["availability", "starts_at"], name="window_start_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at} – {self.ends_at}"
