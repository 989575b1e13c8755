"""Rounds of meetings: their means, and the timetables worked out for them."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import TYPE_CHECKING, Any, ClassVar, TypeVar

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from matchmaking.core.enums import Field, Language
from meetings.days_off import FIRST_DAY, LAST_DAY
from meetings.enums import (
    ROUND_TRANSITIONS,
    TIMETABLE_TRANSITIONS,
    MeetingLength,
    MeetingStatus,
    RoundStatus,
    TimetableStatus,
    UnplacedReason,
)
from meetings.models.requests import MeetingRequest

if TYPE_CHECKING:
    from matchmaking.core.transitions import TransitionTable

M = TypeVar("M", bound=models.Model)
# Addresses of video meetings carry who invited and to what: 300 characters and more are usual.
LINK_MAX = 1000
ROOM_NAME_MAX = 40


class StaffOnlyQuerySet(models.QuerySet[M]):
    def visible_to(self, user: User) -> StaffOnlyQuerySet[M]:
        """The programme office's own affairs."""
        return self if user.is_officer else self.none()


class Interpreter(models.Model):
    """Somebody who interprets between Japanese and other languages."""

    name = models.CharField(_("name"), max_length=80)
    languages: Any = ArrayField(
        models.CharField(max_length=2, choices=Language), verbose_name=_("interprets between Japanese and")
    )
    # None named: all of them.
    fields: Any = ArrayField(
        models.CharField(max_length=20, choices=Field), verbose_name=_("fields"), default=list, blank=True
    )
    daily_limit = models.PositiveSmallIntegerField(
        _("meetings a day at most"), default=6, validators=[MinValueValidator(1), MaxValueValidator(20)]
    )
    is_active = models.BooleanField(_("works for the programme"), default=True)
    # They have no account: with an address they get their meetings by mail.
    email = models.EmailField(_("e-mail address"), blank=True)
    mail_language = models.CharField(
        _("language of the mails"),
        max_length=2,
        choices=[(each.value, each.label) for each in (Language.JAPANESE, Language.ENGLISH)],
        default=Language.JAPANESE.value,
    )

    objects = StaffOnlyQuerySet.as_manager()

    class Meta:
        ordering = ["name", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(languages__contained_by=Language.values) & Q(languages__len__gt=0),
                name="interpreter_languages_known",
            ),
            models.CheckConstraint(
                condition=Q(fields__contained_by=Field.values), name="interpreter_fields_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def language_names(self) -> str:
        return " / ".join(str(Language(code).label) for code in self.languages)

    @property
    def field_names(self) -> str:
        return " / ".join(str(Field(each).label) for each in self.fields) or gettext("All fields")


class RoundQuerySet(models.QuerySet["Round"]):
    def visible_to(self, user: User) -> RoundQuerySet:
        """Staff see all; members the rounds in which a request of theirs waits for a time or has one."""
        if user.is_officer:
            return self
        own = MeetingRequest.objects.visible_to(user).filter(round__isnull=False)
        return self.filter(pk__in=own.values("round"))

    def taking_availability(self) -> RoundQuerySet:
        return self.filter(status__in=[RoundStatus.COLLECTING, RoundStatus.CHECKING])

    def with_meetings_to_come(self, user: User, now: datetime) -> RoundQuerySet:
        """Published ones in which a meeting of the reader's is to come: its times can still be changed."""
        return self.filter(
            status=RoundStatus.PUBLISHED,
            meetings__status=MeetingStatus.BOOKED,
            meetings__period__startswith__gt=now,
            meetings__request__in=MeetingRequest.objects.visible_to(user),
        ).distinct()

    def with_counts(self) -> RoundQuerySet:
        """For the list: how many requests."""
        return self.annotate(request_count=models.Count("requests", distinct=True)).order_by(
            "-first_day", "-pk"
        )


def every_length() -> list[int]:
    return list(MeetingLength.values)


class Round(models.Model):
    """A matching week: dates and hours in Japan time, lengths, rooms, interpreters, officers, limits.

    *Collecting requests* (and availability) → *auto-placement running* → *staff check* (move, lock, place
    again) → *published* (both sides are told) → *finished*. A placement that fails goes back to collecting.
    """

    TRANSITIONS: ClassVar[TransitionTable] = ROUND_TRANSITIONS

    name = models.CharField(_("name"), max_length=80)
    status = models.CharField(
        _("status"), max_length=10, choices=RoundStatus, default=RoundStatus.COLLECTING, editable=False
    )
    first_day = models.DateField(_("first day"))
    last_day = models.DateField(_("last day"))
    opens = models.TimeField(_("opens"), default=time(9, 30))
    closes = models.TimeField(_("closes"), default=time(18))
    break_start = models.TimeField(_("break from"), null=True, blank=True, default=time(12))
    break_end = models.TimeField(_("break until"), null=True, blank=True, default=time(13))
    answer_by = models.DateField(_("availability wanted by"))
    company_daily_limit = models.PositiveSmallIntegerField(
        _("meetings a day at most, per firm"),
        default=3,
        validators=[MinValueValidator(1), MaxValueValidator(12)],
    )
    startup_daily_limit = models.PositiveSmallIntegerField(
        _("meetings a day at most, per startup"),
        default=4,
        validators=[MinValueValidator(1), MaxValueValidator(12)],
    )
    buffer_minutes = models.PositiveSmallIntegerField(
        _("pause between meetings (minutes)"), default=15, validators=[MaxValueValidator(120)]
    )
    lengths: Any = ArrayField(
        models.PositiveSmallIntegerField(choices=MeetingLength),
        verbose_name=_("lengths of a meeting"),
        default=every_length,
    )
    interpreters = models.ManyToManyField(
        Interpreter, verbose_name=_("interpreters"), related_name="rounds", blank=True
    )
    officer_attends = models.BooleanField(_("an officer attends each meeting"), default=False)
    officers = models.ManyToManyField(
        User, verbose_name=_("officers who sit in"), related_name="rounds", blank=True
    )
    # The last change of what timetables are made from.
    changed_at = models.DateTimeField(null=True, editable=False)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+", editable=False)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = RoundQuerySet.as_manager()

    class Meta:
        ordering = ["-first_day", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(status__in=RoundStatus.values), name="round_status_known"),
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day"), last_day__lte=F("first_day") + timedelta(days=31)),
                name="round_at_most_a_month",
            ),
            models.CheckConstraint(
                condition=Q(first_day__gte=FIRST_DAY, last_day__lte=LAST_DAY)
                & Q(answer_by__range=(FIRST_DAY, LAST_DAY)),
                name="round_in_reach",
            ),
            models.CheckConstraint(condition=Q(closes__gt=F("opens")), name="round_closes_after_opening"),
            models.CheckConstraint(
                condition=Q(break_start=None, break_end=None)
                | Q(break_start__isnull=False, break_end__isnull=False)
                & Q(break_start__gte=F("opens"), break_end__gt=F("break_start"), break_end__lte=F("closes")),
                name="round_break_inside",
            ),
            models.CheckConstraint(
                condition=Q(lengths__contained_by=MeetingLength.values, lengths__len__gt=0),
                name="round_lengths_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_editable(self) -> bool:
        """Whether staff may still change its means, and organisations their availability."""
        return self.status in (RoundStatus.COLLECTING, RoundStatus.CHECKING)

    @property
    def takes_means(self) -> bool:
        """Whether staff may change rooms, people and hours; what is published follows only by a repair."""
        return self.is_editable or self.status == RoundStatus.PUBLISHED

    @property
    def length_names(self) -> str:
        return " / ".join(str(MeetingLength(minutes).label) for minutes in sorted(self.lengths))

    @property
    def is_checked(self) -> bool:
        """Whether staff look its draft over, and may change it."""
        return self.status == RoundStatus.CHECKING

    @property
    def repair(self) -> Timetable | None:
        """The repair of its published timetable that waits for a decision."""
        return self.timetables.filter(status=TimetableStatus.DRAFT, is_repair=True).first()

    @property
    def draft(self) -> Timetable | None:
        """The timetable that staff look over; after an undo it is not the latest."""
        return self.timetables.filter(status=TimetableStatus.DRAFT).first()

    @property
    def latest(self) -> Timetable | None:
        """The timetable last worked out, or being worked out."""
        return self.timetables.order_by("-version").first()


class Room(models.Model):
    """A place where one meeting can be held at a time, on line or not; it belongs to one round."""

    round = models.ForeignKey(Round, models.PROTECT, related_name="rooms")
    name = models.CharField(_("name"), max_length=ROOM_NAME_MAX)
    link = models.URLField(_("address of the video meeting"), max_length=LINK_MAX, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    # One that is gone stays as long as something was placed there.
    is_open = models.BooleanField(default=True, editable=False)

    objects = StaffOnlyQuerySet.as_manager()

    class Meta:
        ordering = ["position", "pk"]
        constraints = [models.UniqueConstraint(fields=["round", "name"], name="room_name_unique_in_round")]

    def __str__(self) -> str:
        return self.name


class Timetable(models.Model):
    """One result of the placement, with what proves how good it is; also its progress while it is made.

    *Waiting to start* → *looking for the best timetable* → *draft* → *published*, or *replaced* by a later
    version; *failed* if it could not be made. No timetable whatever has an objective above `bound`. A repair
    stands beside the published one, which it replaces when it is applied; or it is *discarded*.
    """

    TRANSITIONS: ClassVar[TransitionTable] = TIMETABLE_TRANSITIONS

    round = models.ForeignKey(Round, models.PROTECT, related_name="timetables")
    version = models.PositiveIntegerField()
    status = models.CharField(max_length=10, choices=TimetableStatus, default=TimetableStatus.WAITING)
    is_repair = models.BooleanField(default=False)
    created_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    request_count = models.PositiveIntegerField(default=0)
    option_count = models.PositiveIntegerField(default=0)
    # While it is solved: seconds, limit, placed, objective and bound, as the solver last told them.
    progress: Any = models.JSONField(default=dict, editable=False)
    stop_asked = models.BooleanField(default=False, editable=False)
    solver = models.CharField(max_length=10, blank=True)
    solver_status = models.CharField(max_length=40, blank=True)
    objective = models.FloatField(null=True)
    bound = models.FloatField(null=True)
    greedy_objective = models.FloatField(null=True)

    objects = StaffOnlyQuerySet.as_manager()

    class Meta:
        ordering = ["-version"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=TimetableStatus.values), name="timetable_status_known"
            ),
            models.UniqueConstraint(fields=["round", "version"], name="timetable_version_unique"),
            models.UniqueConstraint(
                fields=["round"],
                condition=Q(status__in=[TimetableStatus.WAITING, TimetableStatus.SOLVING]),
                name="timetable_one_in_work",
            ),
            models.UniqueConstraint(
                fields=["round"],
                condition=Q(status=TimetableStatus.PUBLISHED),
                name="timetable_one_published",
            ),
            models.UniqueConstraint(
                fields=["round"],
                condition=Q(status=TimetableStatus.DRAFT, is_repair=True),
                name="timetable_one_repair",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=[TimetableStatus.DRAFT, TimetableStatus.PUBLISHED])
                | Q(bound__isnull=False, objective__isnull=False),
                name="timetable_has_bound",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round} v{self.version}"

    @property
    def gap_percent(self) -> float:
        """How far from the proven best it is at most, in percent."""
        if not self.bound:
            return 0.0
        return 100 * max(self.bound - (self.objective or 0.0), 0.0) / self.bound

    @property
    def in_work(self) -> bool:
        return self.status in (TimetableStatus.WAITING, TimetableStatus.SOLVING)


class PlacementQuerySet(StaffOnlyQuerySet["Placement"]):
    def placed(self) -> PlacementQuerySet:
        return self.filter(starts_at__isnull=False)

    def unplaced(self) -> PlacementQuerySet:
        return self.filter(starts_at=None)

    def for_board(self) -> PlacementQuerySet:
        """What a cell of the board needs."""
        return self.select_related(
            "room",
            "interpreter",
            "officer",
            "request__match__company__organisation",
            "request__match__startup__organisation",
        ).order_by("starts_at", "room__position", "pk")


class Placement(models.Model):
    """A request in a timetable: where it was put, or the true reason why it has no place."""

    timetable = models.ForeignKey(Timetable, models.CASCADE, related_name="placements")
    request = models.ForeignKey(MeetingRequest, models.PROTECT, related_name="placements")
    starts_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    room = models.ForeignKey(Room, models.PROTECT, null=True, related_name="+")
    interpreter = models.ForeignKey(Interpreter, models.PROTECT, null=True, related_name="+")
    officer = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    locked = models.BooleanField(_("locked"), default=False)
    reason = models.CharField(_("reason"), max_length=20, choices=UnplacedReason, blank=True)
    detail = models.JSONField(default=dict)

    objects = PlacementQuerySet.as_manager()

    class Meta:
        ordering = ["starts_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["timetable", "request"], name="placement_once"),
            models.CheckConstraint(
                condition=Q(
                    starts_at__isnull=False, ends_at__isnull=False, ends_at__gt=F("starts_at"), reason=""
                )
                | (
                    Q(starts_at=None, ends_at=None, room=None, interpreter=None, officer=None, locked=False)
                    & ~Q(reason="")
                ),
                name="placement_has_place_or_reason",
            ),
        ]

    def __str__(self) -> str:
        return str(self.request)

    @property
    def start(self) -> datetime:
        """The start of a placed request; raises ValueError if it has no place."""
        if self.starts_at is None:
            raise ValueError("the request has no place")
        return self.starts_at
