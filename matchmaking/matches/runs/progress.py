"""How far a run is, in words and numbers, and how long it may take. Takes the time; asks no clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from math import ceil

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from matchmaking.matches.enums import RunStatus, TrialStatus
from matchmaking.matches.models import Run, Trial

SURE_AFTER = 0.1  # share of a phase that must be done before its speed says anything


@dataclass(frozen=True)
class Progress:
    """`total` is 0 while it is not known how much there is to do."""

    text: str
    done: int = 0
    total: int = 0


def progress_of(run: Run, now: datetime) -> Progress:
    """The progress of the phase the run is in."""
    if run.status == RunStatus.EMBEDDING:
        values = {"done": run.texts_done, "total": run.texts_total}
        text = _("Reading the texts: %(done)s of %(total)s.") % values
        return Progress(_with_rest(text, run, now, **values), **values)
    if run.status == RunStatus.SCORING:
        values = {"done": run.blocks_done, "total": run.blocks_total}
        text = _("Scoring the pairs: block %(done)s of %(total)s.") % values
        return Progress(_with_rest(text, run, now, **values), **values)
    return Progress(_standing(run))


def progress_of_trial(trial: Trial, now: datetime) -> Progress:
    """The progress of a trial of a draft."""
    if trial.status == TrialStatus.SCORING:
        values = {"done": trial.blocks_done, "total": trial.blocks_total}
        text = _("Comparing the lists: block %(done)s of %(total)s.") % values
        return Progress(_with_rest(text, trial, now, **values), **values)
    words = {
        TrialStatus.QUEUED: _("The trial waits for a worker."),
        TrialStatus.DONE: _("The trial has finished. No list and no match was touched."),
        TrialStatus.FAILED: _(
            "The trial has failed. Start it again, or tell the operator if it fails again."
        ),
        TrialStatus.CANCELLED: _("The trial was cancelled."),
    }
    return Progress(words[TrialStatus(trial.status)])


def _standing(run: Run) -> str:
    return {
        RunStatus.QUEUED: _("The run waits for a worker."),
        RunStatus.DONE: _("The run has finished. The new lists are in use."),
        RunStatus.FAILED: _("The run has failed. The lists still show the last complete run."),
        RunStatus.CANCELLED: _("The run was cancelled. The lists still show the last complete run."),
    }[RunStatus(run.status)]


def _with_rest(text: str, run: Run | Trial, now: datetime, *, done: int, total: int) -> str:
    seconds = seconds_left(run.phase_started_at, now, done=done, total=total)
    if not seconds:
        return text
    minutes = ceil(seconds / 60)
    rest = ngettext("About %(n)s minute left.", "About %(n)s minutes left.", minutes) % {"n": minutes}
    return f"{text} {rest}"


def seconds_left(since: datetime | None, now: datetime, *, done: int, total: int) -> float | None:
    """Seconds until the phase ends at its speed so far; None while that is not known well enough."""
    if since is None or not total or done < SURE_AFTER * total:
        return None
    return (now - since).total_seconds() * (total - done) / max(done, 1)
