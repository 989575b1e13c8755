"""What happens to policies, runs and matches: the only code that changes their state."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone

from accounts.actions import ask_for_rescore
from accounts.models import User, members_of
from companies.models import Company
from matchmaking.core import audit, jobs
from matchmaking.core.notices import Event, notify
from matchmaking.core.transitions import TransitionNotAllowed, move
from matchmaking.matches.enums import DismissReason, MatchStatus, PolicyStatus, Rating, RunStatus, Side
from matchmaking.matches.models import Candidate, ExpertAdvice, Match, Run, ScoringPolicy
from matchmaking.matches.policy import load_policy
from startups.models import Startup

NOT_DISMISSED: dict[str, Any] = {
    "dismissed_at": None,
    "dismissed_by": "",
    "dismiss_reason": "",
    "dismiss_note": "",
}


class RunUnderWay(Exception):
    """A run is waiting or working already, and there is one at a time."""


@transaction.atomic
def ensure_policy(*, by: User | None = None) -> ScoringPolicy:
    """The policy in force; where there is none that weighs the score's parts of today, the default comes into force."""
    current = ScoringPolicy.objects.in_force().first()
    if current is not None and current.fits_engine:
        return current
    if current is not None:
        move(current, PolicyStatus.RETIRED, by=by, reason="the score has other parts now")
    return _default_in_force(by)


def _default_in_force(by: User | None) -> ScoringPolicy:
    """The delivered policy, under the next free version."""
    policy = load_policy()
    latest = ScoringPolicy.objects.aggregate(latest=Max("version"))["latest"] or 0
    version = max(policy.version, latest + 1)
    row, created = ScoringPolicy.objects.get_or_create(
        status=PolicyStatus.IN_FORCE,
        defaults={
            "version": version,
            "parameters": {**policy.to_dict(), "version": version},
            "in_force_since": timezone.now(),
        },
    )
    if created:
        audit.record("scoringpolicy.in_force", row, by=by)
    return row


# --- Experts' advice ---------------------------------------------------------------------------------------------


@transaction.atomic
def give_advice(
    startup: Startup, *, rating: Rating, reasons: str, by: User, company: Company | None = None
) -> ExpertAdvice:
    """Rate a startup, or its pair with `company`; what the same expert said of it before is retired."""
    before = ExpertAdvice.objects.standing().filter(startup=startup, company=company, by=by)
    before.update(retired_at=timezone.now())
    advice = ExpertAdvice.objects.create(
        startup=startup, company=company, rating=rating, reasons=reasons, by=by
    )
    audit.record("expertadvice.given", advice, by=by)
    ask_for_rescore(startup.organisation)
    return advice


@transaction.atomic
def retire_advice(advice: ExpertAdvice, *, by: User) -> None:
    """Let advice count no longer; it stays on record. What is retired already stays as it is."""
    standing = ExpertAdvice.objects.standing().filter(pk=advice.pk)
    if standing.update(retired_at=timezone.now()):
        audit.record("expertadvice.retired", advice, by=by)
        ask_for_rescore(advice.startup.organisation)


# --- Runs --------------------------------------------------------------------------------------------------------


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
def cancel_run(run: Run, *, by: User) -> None:
    """Stop a run: blocks that are still to come find it cancelled and do nothing; the old lists stay."""
    move(run, RunStatus.CANCELLED, by=by, finished_at=timezone.now())
    Candidate.objects.filter(run=run).delete()


@transaction.atomic
def fail_run(run: Run) -> None:
    """Say that a run will not end, because one of its jobs was given up; the old lists stay."""
    move(run, RunStatus.FAILED, by=None, finished_at=timezone.now())
    Candidate.objects.filter(run=run).delete()
    notify(Event.RUN_FAILED, User.objects.officers(), link="matches:run", link_kwargs={"pk": run.pk})


@transaction.atomic
def finish_run(run: Run, *, match_count: int) -> None:
    """Close a run whose lists have just replaced the old ones, and tell who started it."""
    move(run, RunStatus.DONE, by=None, finished_at=timezone.now(), match_count=match_count)
    Candidate.objects.filter(run=run).delete()
    notify(
        Event.RUN_FINISHED,
        [run.started_by] if run.started_by else [],
        link="matches:run",
        link_kwargs={"pk": run.pk},
        matches=match_count,
        companies=run.company_count,
        startups=run.startup_count,
    )


# --- Matches -----------------------------------------------------------------------------------------------------


@transaction.atomic
def disclose(match: Match, *, by: User) -> None:
    """Recommend the startup to the firm, and tell the firm's members."""
    move(match, MatchStatus.DISCLOSED, by=by, disclosed_at=timezone.now())
    notify(
        Event.MATCH_DISCLOSED,
        members_of(match.company.organisation),
        link="matches:detail",
        link_kwargs={"pk": match.pk},
        startup=str(match.startup),
    )


@transaction.atomic
def disclose_several(matches: Iterable[Match], *, by: User) -> list[Match]:
    """Disclose those that are still proposed; returns them. What somebody else decided meanwhile stays.

    Raises TransitionNotAllowed if all of them were decided meanwhile.
    """
    chosen = {match.pk: match for match in matches}
    waiting = Match.objects.with_parties().filter(pk__in=chosen, status=MatchStatus.PROPOSED)
    disclosed = list(waiting.select_for_update(of=("self",)).order_by("pk"))
    if chosen and not disclosed:
        raise TransitionNotAllowed(next(iter(chosen.values())), MatchStatus.DISCLOSED)
    for match in disclosed:
        disclose(match, by=by)
    return disclosed


@transaction.atomic
def dismiss(match: Match, *, side: Side, reason: DismissReason, note: str = "", by: User | None) -> None:
    """Put a pair aside; it does not come back until one of the two profiles changes, or by `restore`.

    A firm that has asked for a meeting withdraws the request instead: TransitionNotAllowed.
    """
    if side == Side.COMPANY and match.status == MatchStatus.INTERESTED:
        raise TransitionNotAllowed(match, MatchStatus.DISMISSED)
    move(
        match,
        MatchStatus.DISMISSED,
        by=by,
        reason=f"{reason.value}: {note}" if note else reason.value,
        dismissed_at=timezone.now(),
        dismissed_by=side,
        dismiss_reason=reason,
        dismiss_note=note,
    )


@transaction.atomic
def end_match(match: Match, *, side: Side, by: User | None) -> None:
    """One side leaves the programme. The pair is proposed anew if it comes back, as any dismissed one."""
    move(
        match,
        MatchStatus.DISMISSED,
        by=by,
        reason=DismissReason.LEFT.value,
        dismissed_at=timezone.now(),
        dismissed_by=side,
        dismiss_reason=DismissReason.LEFT,
    )


@transaction.atomic
def restore(match: Match, *, by: User) -> None:
    """Undo a dismissal: back to disclosed if the firm had seen the pair, else to proposed."""
    back = MatchStatus.DISCLOSED if match.disclosed_at else MatchStatus.PROPOSED
    move(match, back, by=by, **NOT_DISMISSED)


@transaction.atomic
def return_changed(matches: Iterable[Match]) -> None:
    """Propose dismissed pairs anew, because one of their two profiles has changed since."""
    for match in matches:
        move(
            match,
            MatchStatus.PROPOSED,
            by=None,
            reason="profile changed",
            disclosed_at=None,
            **NOT_DISMISSED,
        )
