"""When interpreters work in a round, if not in all its hours."""

from __future__ import annotations

from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from meetings.intervals import Interval
from meetings.models.rounds import Interpreter, Round, StaffOnlyQuerySet


class Shift(models.Model):
    """A day of an interpreter in a round, on the clock of the zone; who has none works in all hours of the round."""

    round = models.ForeignKey(Round, models.CASCADE, related_name="shifts")
    interpreter = models.ForeignKey(Interpreter, models.PROTECT, related_name="shifts")
    day = models.DateField(_("day"))
    opens = models.TimeField(_("from"))
    closes = models.TimeField(_("until"))
    zone = models.CharField(_("time zone"), max_length=60, default="Asia/Tokyo")

    objects = StaffOnlyQuerySet.as_manager()

    class Meta:
        ordering = ["day", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["round", "interpreter", "day"], name="shift_once_a_day"),
            models.CheckConstraint(condition=Q(closes__gt=F("opens")), name="shift_ends_after_start"),
        ]

    def __str__(self) -> str:
        return f"{self.interpreter} {self.day}"

    @property
    def interval(self) -> Interval:
        start, end = (self._moment(each) for each in (self.opens, self.closes))
        return Interval(start, end)

    def _moment(self, clock: time) -> datetime:
        return datetime.combine(self.day, clock, ZoneInfo(self.zone)).astimezone(UTC)
