"""Full passes: begun, ended, given up."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from matchmaking.core import audit, jobs
from matchmaking.core.notices import Event, notify
from matchmaking.core.transitions import move
from matchmaking.matches.actions.policies import ensure_policy
from matchmaking.matches.enums import RunStatus
from matchmaking.matches.models import BlockResult, Run


class RunUnderWay(Exception):
    """A run is waiting or working already, and there is one at a time."""


@transaction.atomic
def start_run(*, by: User | None) -> Run:
    """Begin a full pass under the policy in force. Raises RunUnderWay if there is one already."""
    policy = ensure_policy(by=by)
    try:
        with transaction.atomic():
            run = Run.objects.create(policy=policy, started_by=by)
    except IntegrityError as error:
        raise RunUnderWay from error
    audit.record("run.started", run, by=by)
    jobs.enqueue("matches.plan_run", dedupe_key=f"run:{run.pk}:plan", run_id=run.pk)
    return run


@transaction.atomic
def score_anew(*, by: User) -> Run:
    """Begin a full pass under what has just come into force; one that is under way is cancelled for it."""
    if (under_way := Run.objects.under_way().select_for_update().first()) is not None:
        cancel_run(under_way, by=by)
    return start_run(by=by)


@transaction.atomic
def cancel_run(run: Run, *, by: User) -> None:
    """Stop a run: blocks that are still to come find it cancelled and do nothing; the old lists stay."""
    move(run, RunStatus.CANCELLED, by=by, finished_at=timezone.now())
    BlockResult.objects.filter(run=run).delete()


@transaction.atomic
def fail_run(run: Run) -> None:
    """Say that a run will not end, because one of its jobs was given up; the old lists stay."""
    move(run, RunStatus.FAILED, by=None, finished_at=timezone.now())
    BlockResult.objects.filter(run=run).delete()
    notify(Event.RUN_FAILED, User.objects.officers(), link="matches:run", link_kwargs={"pk": run.pk})


@transaction.atomic
def finish_run(
    run: Run, *, match_count: int, new_count: int = 0, gone_count: int = 0, moved_count: int = 0
) -> None:
    """Close a run whose lists have just replaced the old ones, and tell who started it.

    Counted are the pairs on the lists, and those that came onto them, left them and moved on them.
    """
    changed = {"new_count": new_count, "gone_count": gone_count, "moved_count": moved_count}
    counts: dict[str, Any] = {"match_count": match_count, **changed}
    move(run, RunStatus.DONE, by=None, finished_at=timezone.now(), **counts)
    BlockResult.objects.filter(run=run).delete()
    notify(
        Event.RUN_FINISHED,
        [run.started_by] if run.started_by else [],
        link="matches:run",
        link_kwargs={"pk": run.pk},
        matches=match_count,
        companies=run.company_count,
        startups=run.startup_count,
    )
