"""What a registration asks, a step at a time, and how far each step is: plain data, no database and no request."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import TextChoices
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

Names = tuple[str, ...]
Words = Promise | str
EMPTY: tuple[Any, ...] = (None, "", [], ())


class StepState(TextChoices):
    """How far a step is, in the words of the task list."""

    COMPLETED = "completed", pgettext_lazy("step", "Completed")
    IN_PROGRESS = "in_progress", pgettext_lazy("step", "In progress")
    NOT_STARTED = "not_started", pgettext_lazy("step", "Not started")
    OPTIONAL = "optional", pgettext_lazy("step", "Optional")
    BLOCKED = "blocked", pgettext_lazy("step", "Cannot start yet")
    CORRECTION = "correction", pgettext_lazy("step", "Needs a correction")


# What is done is plain text; colour is for what the reader has to do.
TONES: Mapping[StepState, str] = {
    StepState.COMPLETED: "",
    StepState.IN_PROGRESS: "info",
    StepState.NOT_STARTED: "line",
    StepState.OPTIONAL: "",
    StepState.BLOCKED: "",
    StepState.CORRECTION: "danger",
}


@dataclass(frozen=True)
class Step:
    """One task of the list, and its question page.

    `asks` names the rows (as the registration calls them) and the fields of each; without `order` the page follows
    it. A step is complete once its `needed` fields are filled; an optional one holds nobody up. `core` fields are
    needed even to save it for later. `prefilled` ones hold something before anybody has answered, and so do not
    count as begun. `chooses` names the row whose capabilities are chosen beside the fields, by what is written in
    those of `chosen_by`.
    """

    key: str
    group: Words
    title: Words
    asks: Mapping[str, Names]
    needed: Names = ()
    core: Names = ()
    prefilled: Names = ()
    order: Names = ()
    is_optional: bool = False
    chooses: str = ""
    chosen_by: Names = ()
    lead: Words = ""
    hints: Mapping[str, Words] = field(default_factory=dict)
    prompts: Mapping[str, Words] = field(
        default_factory=dict
    )  # what to do about an answer that cannot be taken
    labels: Mapping[str, Words] = field(default_factory=dict)  # where the row's own word is too general

    @property
    def names(self) -> Names:
        """Its fields in the order of the page."""
        asked = tuple(name for names in self.asks.values() for name in names)
        return (*self.order, *(name for name in asked if name not in self.order))


def is_complete(step: Step, values: Mapping[str, Any]) -> bool:
    return all(values[name] not in EMPTY for name in step.needed)


def is_begun(step: Step, values: Mapping[str, Any]) -> bool:
    """Somebody has answered something; a box that is not ticked is no answer."""
    asked = [values[name] for name in step.names if name not in step.prefilled]
    return any(value not in EMPTY and value is not False for value in asked)


def state_of(
    *, complete: bool, begun: bool, to_correct: bool = False, blocked: bool = False, optional: bool = False
) -> StepState:
    """What the list says of a step; what a reviewer asked for comes before everything else."""
    if blocked:
        return StepState.BLOCKED
    if to_correct:
        return StepState.CORRECTION
    if optional and not begun:
        return StepState.OPTIONAL
    if complete:
        return StepState.COMPLETED
    return StepState.IN_PROGRESS if begun else StepState.NOT_STARTED


@dataclass(frozen=True)
class Task:
    """A line of the task list, as its template shows it."""

    label: Words
    state: StepState
    url: str = ""
    note: str = ""

    @property
    def status(self) -> Words:
        return self.state.label

    @property
    def tone(self) -> str:
        return TONES[self.state]
