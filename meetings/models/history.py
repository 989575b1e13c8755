"""The history of a round's board: every move, lock and auto-placement is a step that staff can take back."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models
from django.db.models import Q

from accounts.models import User
from meetings.enums import STEP_TRANSITIONS, StepKind, StepStatus
from meetings.models.requests import MeetingRequest
from meetings.models.rounds import Round, StaffOnlyQuerySet, Timetable

if TYPE_CHECKING:
    from matchmaking.core.transitions import TransitionTable


class BoardStepQuerySet(StaffOnlyQuerySet["BoardStep"]):
    def to_undo(self) -> BoardStep | None:
        """The latest step in force; before the first auto-placement there was no board to go back to."""
        undoable = self.filter(status=StepStatus.DONE).exclude(kind=StepKind.PLACED, replaced=None)
        return undoable.order_by("-number").first()

    def to_redo(self) -> BoardStep | None:
        """The step that was taken back last."""
        return self.filter(status=StepStatus.UNDONE).order_by("number").first()

    def for_history(self) -> BoardStepQuerySet:
        """Newest first, with what a line of the history names."""
        return self.select_related(
            "by",
            "timetable",
            "request__match__company__organisation",
            "request__match__startup__organisation",
        ).order_by("-number")


class BoardStep(models.Model):
    """One change of a draft, with what stood there `before` and `after` (see `actions.history.standing`).

    *In force* ↔ *undone*; *undone for good* once something else was done instead, or its request left the round.
    An auto-placement has no rows of its own to put back: it `replaced` one timetable by another.
    """

    TRANSITIONS: ClassVar[TransitionTable] = STEP_TRANSITIONS

    round = models.ForeignKey(Round, models.PROTECT, related_name="steps")
    number = models.PositiveIntegerField()
    kind = models.CharField(max_length=10, choices=StepKind)
    status = models.CharField(max_length=10, choices=StepStatus, default=StepStatus.DONE)
    timetable = models.ForeignKey(Timetable, models.PROTECT, related_name="+")
    replaced = models.ForeignKey(Timetable, models.PROTECT, null=True, related_name="+")
    request = models.ForeignKey(MeetingRequest, models.PROTECT, null=True, related_name="+")
    before: Any = models.JSONField(default=dict)
    after: Any = models.JSONField(default=dict)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField(auto_now_add=True)
    changed_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    changed_at = models.DateTimeField(null=True)

    objects = BoardStepQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.UniqueConstraint(fields=["round", "number"], name="step_number_unique"),
            models.CheckConstraint(condition=Q(status__in=StepStatus.values), name="step_status_known"),
            models.CheckConstraint(
                condition=Q(kind=StepKind.PLACED, request=None)
                | Q(kind__in=[StepKind.MOVED, StepKind.LOCKED, StepKind.UNLOCKED], request__isnull=False),
                name="step_is_of_a_request_or_placement",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.round} {self.number}"
