"""Trials of drafts: begun, ended, given up. A trial touches no match."""

from __future__ import annotations

from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from matchmaking.core import audit, jobs
from matchmaking.core.facts import Words
from matchmaking.core.notices import Event, notify
from matchmaking.core.transitions import TransitionNotAllowed, move
from matchmaking.matches.actions.policies import ensure_policy
from matchmaking.matches.enums import PolicyStatus, TrialStatus
from matchmaking.matches.models import EvaluationSet, ScoringPolicy, ThesaurusVersion, Trial


class TrialUnderWay(Exception):
    """A trial is waiting or working already, and there is one at a time."""


@transaction.atomic
def start_trial(draft: ScoringPolicy, *, by: User, files: dict[str, Any] | None = None) -> Trial:
    """Score with a draft beside the policy in force; `files` are the fields of an EvaluationSet.

    Raises TrialUnderWay if there is one already, TransitionNotAllowed if it is a draft no longer.
    """
    against = ensure_policy(by=by)
    if not ScoringPolicy.objects.drafts().filter(pk=draft.pk).exists():
        raise TransitionNotAllowed(draft, PolicyStatus.DRAFT)
    evaluation = EvaluationSet.objects.create(**files) if files else None
    weights = draft.parameters["weights"]
    try:
        with transaction.atomic():
            trial = Trial.objects.create(
                policy=draft, against=against, weights=weights, evaluation=evaluation, started_by=by
            )
    except IntegrityError as error:
        raise TrialUnderWay from error
    audit.record("trial.started", trial, by=by, weights=weights)
    jobs.enqueue("matches.plan_trial", dedupe_key=f"trial:{trial.pk}:plan", trial_id=trial.pk)
    return trial


@transaction.atomic
def cancel_trial(trial: Trial, *, by: User) -> None:
    """Stop a trial; what it has found is thrown away."""
    move(trial, TrialStatus.CANCELLED, by=by, finished_at=timezone.now())
    trial.lists.all().delete()


@transaction.atomic
def fail_trial(trial: Trial) -> None:
    """Say that a trial will not end, because one of its jobs was given up."""
    move(trial, TrialStatus.FAILED, by=None, finished_at=timezone.now())
    trial.lists.all().delete()
    policy, page = _called(trial.policy), {"pk": trial.pk}
    notify(Event.TRIAL_FAILED, [trial.started_by], link="matches:trial", link_kwargs=page, policy=policy)


@transaction.atomic
def overtake_trial(edition: ThesaurusVersion, *, by: User) -> None:
    """Stop the trial under way, if there is one: what it still had to read would be read by another edition."""
    for trial in Trial.objects.under_way().select_related("policy", "started_by"):
        why = {"finished_at": timezone.now(), "overtaken_by": edition}
        move(trial, TrialStatus.CANCELLED, by=by, reason=str(edition), **why)
        trial.lists.all().delete()
        notify(
            Event.TRIAL_OVERTAKEN,
            [trial.started_by],
            link="matches:trial",
            link_kwargs={"pk": trial.pk},
            policy=_called(trial.policy),
            edition=edition.number,
        )


@transaction.atomic
def finish_trial(trial: Trial, *, outcome: dict[str, Any]) -> None:
    """Close a trial with what it found; each firm's lists are kept for the table that can be downloaded."""
    move(trial, TrialStatus.DONE, by=None, finished_at=timezone.now(), outcome=outcome)
    notify(
        Event.TRIAL_FINISHED,
        [trial.started_by],
        link="matches:trial",
        link_kwargs={"pk": trial.pk},
        policy=_called(trial.policy),
        companies=outcome["firms"]["all"],
        changed=outcome["firms"]["changed"],
    )


def _called(policy: ScoringPolicy) -> Words:
    """The policy's name in both languages, for notices."""
    return Words.of(lambda _language: policy.label)
