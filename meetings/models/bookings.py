"""Booked meetings and who is taken when: the database refuses a double booking."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import Count, DurationField, ExpressionWrapper, F, Func, Q, Value
from django.db.models.lookups import GreaterThanOrEqual, LessThanOrEqual
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Organisation, User
from matchmaking.core import history
from meetings.enums import BLOCKING_SEATS, BOOKED_REQUEST, MeetingStatus, SeatStatus
from meetings.models.requests import MeetingRequest, MeetingRequestQuerySet
from meetings.models.rounds import LINK_MAX, Interpreter, Room, Round, StaffOnlyQuerySet

LENGTH = ExpressionWrapper(F("period__endswith") - F("period__startswith"), output_field=DurationField())
FEED_PAST, FEED_CANCELLED = timedelta(days=90), timedelta(days=30)
HALF_OPEN = Q(period__isempty=False, period__lower_inc=True, period__upper_inc=False)


def length_constraint(name: str) -> models.CheckConstraint:
    """A half-open stretch of at least ten minutes and at most four hours: anything else is a slip."""
    return models.CheckConstraint(
        condition=HALF_OPEN
        & Q(GreaterThanOrEqual(LENGTH, timedelta(minutes=10)), LessThanOrEqual(LENGTH, timedelta(hours=4))),
        name=name,
    )


class Resource(models.Model):
    """Whoever or whatever can be in one meeting at a time; its id is what seats are booked for.

    Organisations, interpreters, officers and rooms have number ranges of their own that overlap; this table
    gives each of them one number that no other has.
    """

    organisation = models.OneToOneField(Organisation, models.PROTECT, null=True, related_name="resource")
    interpreter = models.OneToOneField(Interpreter, models.PROTECT, null=True, related_name="resource")
    officer = models.OneToOneField(User, models.PROTECT, null=True, related_name="resource")
    room = models.OneToOneField(Room, models.PROTECT, null=True, related_name="resource")

    KINDS: ClassVar[tuple[str, ...]] = ("organisation", "interpreter", "officer", "room")

    objects = StaffOnlyQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(organisation__isnull=False, interpreter=None, officer=None, room=None)
                | Q(organisation=None, interpreter__isnull=False, officer=None, room=None)
                | Q(organisation=None, interpreter=None, officer__isnull=False, room=None)
                | Q(organisation=None, interpreter=None, officer=None, room__isnull=False),
                name="resource_is_one_thing",
            ),
        ]

    def __str__(self) -> str:
        return str(self.organisation or self.interpreter or self.officer or self.room)


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def visible_to(self, user: User) -> MeetingQuerySet:
        """Whoever sees the request sees its meeting."""
        return self.filter(request__in=MeetingRequest.objects.visible_to(user))

    def sat_in_by(self, officer: User) -> MeetingQuerySet:
        return self.filter(officer=officer)

    def over(self, now: datetime) -> MeetingQuerySet:
        """Whose time has passed without anybody having cancelled."""
        return self.filter(status=MeetingStatus.BOOKED, period__endswith__lte=now)

    def without_end(self, now: datetime) -> MeetingQuerySet:
        """Over, and nobody knows yet whether they met: the sides differ, or one of them is silent."""
        return self.over(now).filter(request__status__in=BOOKED_REQUEST)

    def to_come(self, now: datetime) -> MeetingQuerySet:
        return self.filter(status=MeetingStatus.BOOKED, period__startswith__gt=now)

    def without_address(self, now: datetime) -> MeetingQuerySet:
        """To come, and nobody could join them on line: neither they nor their rooms have an address."""
        return self.to_come(now).filter(Q(room=None) | Q(room__link=""), link="")

    def of_sides(self, organisations: Collection[int]) -> MeetingQuerySet:
        """Of which one of the two sides is among these."""
        match = "request__match__"
        return self.filter(
            Q(**{f"{match}company__in": organisations}) | Q(**{f"{match}startup__in": organisations})
        )

    def starting(self, after: datetime, until: datetime) -> MeetingQuerySet:
        """Booked ones that begin after the one moment and at the other at the latest."""
        return self.filter(
            status=MeetingStatus.BOOKED, period__startswith__gt=after, period__startswith__lte=until
        )

    def for_feed(self, now: datetime) -> MeetingQuerySet:
        """What a subscribed calendar shows: all to come, the latest past ones, and those cancelled of late."""
        return (
            self.filter(period__endswith__gt=now - FEED_PAST)
            .exclude(status=MeetingStatus.CANCELLED, changed_at__lte=now - FEED_CANCELLED)
            .select_related(
                "room", "request__match__company__organisation", "request__match__startup__organisation"
            )
            .order_by("period", "pk")
        )

    def with_parties(self) -> MeetingQuerySet:
        """The request as its own `with_parties` fetches it."""
        sides = "request__match__company__organisation", "request__match__startup__organisation"
        return self.select_related(*sides, "request__match__challenge")

    def with_tellings(self) -> MeetingQuerySet:
        """`tellings`: how many sides have said how it ended."""
        return self.annotate(tellings=Count("reports"))


@history.track()
class Meeting(models.Model):
    """A request with a time: *booked*, or *cancelled* (its seats are free again, its row stays).

    A request whose time was given up is *booked* in the same row again when it finds another one.
    `uid` never changes and `sequence` rises with every change that calendars must learn of.
    """

    request = models.OneToOneField(MeetingRequest, models.PROTECT, related_name="meeting")
    round = models.ForeignKey(Round, models.PROTECT, null=True, related_name="meetings")
    period = DateTimeRangeField(_("time"))
    room = models.ForeignKey(Room, models.PROTECT, null=True, related_name="meetings")
    interpreter = models.ForeignKey(Interpreter, models.PROTECT, null=True, related_name="meetings")
    officer = models.ForeignKey(User, models.PROTECT, null=True, related_name="meetings")
    link = models.URLField(_("address of the video meeting"), max_length=LINK_MAX, blank=True)
    status = models.CharField(max_length=10, choices=MeetingStatus, default=MeetingStatus.BOOKED)
    cancel_reason = models.TextField(_("why it was cancelled"), max_length=500, blank=True)
    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    sequence = models.PositiveIntegerField(default=0)
    published_at = models.DateTimeField()
    # When its time was last fixed: what a side ticks for the round afterwards is said of this time too.
    timed_at = models.DateTimeField(default=timezone.now, editable=False)
    # The last change that calendars must learn of: cancelled ones leave the feeds some time after it.
    changed_at = models.DateTimeField(default=timezone.now, editable=False)
    # When both sides were asked how it went, and when those who had not answered were asked again.
    asked_at = models.DateTimeField(null=True, editable=False)
    reminded_at = models.DateTimeField(null=True, editable=False)

    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering = ["period", "pk"]
        constraints = [
            length_constraint("meeting_length"),
            models.CheckConstraint(condition=Q(status__in=MeetingStatus.values), name="meeting_status_known"),
            models.CheckConstraint(
                condition=~Q(status=MeetingStatus.CANCELLED) | ~Q(cancel_reason=""),
                name="meeting_cancelled_has_reason",
            ),
        ]

    def __str__(self) -> str:
        return str(self.request)

    @property
    def video_link(self) -> str:
        """Its own, or that of its room."""
        return self.link or (self.room.link if self.room else "")

    @property
    def starts_at(self) -> datetime:
        return self.period.lower

    @property
    def ends_at(self) -> datetime:
        return self.period.upper


def unaddressed(now: datetime) -> MeetingRequestQuerySet:
    """Requests whose meeting is to come and could be joined by nobody on line."""
    return MeetingRequest.objects.filter(meeting__in=Meeting.objects.without_address(now))


def unattended(now: datetime) -> MeetingRequestQuerySet:
    """Requests whose meeting is to come and lacks the officer that its round promised."""
    found = Meeting.objects.to_come(now).filter(officer=None, round__officer_attends=True)
    return MeetingRequest.objects.filter(meeting__in=found)


class BookingSeatQuerySet(models.QuerySet["BookingSeat"]):
    def visible_to(self, user: User) -> BookingSeatQuerySet:
        """Staff see all, members their own organisation's."""
        if user.is_officer:
            return self
        return self.filter(resource__organisation__memberships__user=user)

    def blocking(self) -> BookingSeatQuerySet:
        return self.filter(status__in=BLOCKING_SEATS)


class BookingSeat(models.Model):
    """One participant's, interpreter's, officer's or room's place in a meeting.

    No two blocking seats of a resource overlap. The range over a single number stands in for equality,
    which GiST indexes lack without an extension that not every server has.
    """

    NO_OVERLAP: ClassVar[str] = "seat_no_overlap"

    meeting = models.ForeignKey(Meeting, models.PROTECT, related_name="seats")
    resource = models.ForeignKey(Resource, models.PROTECT, related_name="seats")
    period = DateTimeRangeField()
    status = models.CharField(max_length=10, choices=SeatStatus, default=SeatStatus.CONFIRMED)

    objects = BookingSeatQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["meeting", "resource"], name="seat_once_in_meeting"),
            models.CheckConstraint(condition=Q(status__in=SeatStatus.values), name="seat_status_known"),
            length_constraint("seat_length"),
            ExclusionConstraint(
                name="seat_no_overlap",
                expressions=[
                    (
                        Func("resource_id", "resource_id", Value("[]"), function="int8range"),
                        RangeOperators.OVERLAPS,
                    ),
                    ("period", RangeOperators.OVERLAPS),
                ],
                condition=Q(status__in=BLOCKING_SEATS),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.resource} {self.period}"
