"""Why a run has failed, for the staff who look at it: which work was given up, and what its last attempt said."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from matchmaking.core.models import Job, JobState
from matchmaking.matches.models import Run

WORK: dict[str, Promise] = {
    "matches.plan_run": _("Looking for texts that have changed"),
    "matches.embed_block": _("Reading a block of texts"),
    "matches.score_block": _("Scoring a block of firms"),
    "matches.finish_run": _("Replacing the lists"),
}


@dataclass(frozen=True)
class Failure:
    """The work that could not be done, after how many attempts; `said` is the program's own text, for the operator."""

    work: Promise
    attempts: int
    said: str


def failure_of(run: Run) -> Failure | None:
    """The first job of the run that was given up; None if there is none, or if it is no longer on record."""
    given_up = Job.objects.filter(state=JobState.DEAD, name__in=WORK, payload__run_id=run.pk)
    job = given_up.order_by("finished_at", "pk").first()
    return Failure(WORK[job.name], job.attempts, job.last_error) if job else None
