"""Drafts of lists for all firms at once: worked out by the worker, changed by hand, disclosed list by list."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.enums import OrganisationKind
from accounts.models import User, members_of
from accounts.rules import names_of
from companies.models import Company
from matchmaking.core import audit, jobs
from matchmaking.core.facts import Listing
from matchmaking.core.notices import Event, notify
from matchmaking.core.transitions import TransitionNotAllowed, move
from matchmaking.matches.actions.decisions import log_decision
from matchmaking.matches.enums import DecisionKind, LeftOut, MatchStatus, ShortlistStatus, Side
from matchmaking.matches.models import (
    Match,
    Run,
    ShortlistDraft,
    ShortlistPair,
    ShortlistParty,
    ShortlistRule,
)
from matchmaking.matches.shortlists.checking import Finding, check
from matchmaking.matches.shortlists.gathering import Gathered, candidates, gather
from matchmaking.matches.shortlists.sending import sending_of
from matchmaking.matches.shortlists.shortlist import Shortlists, choose, each_by_itself, total_of

GATHER, SOLVE, DISCLOSE = "matches.gather_shortlists", "matches.solve_shortlists", "matches.disclose_list"


class ShortlistsUnderWay(Exception):
    """A draft is being worked out already, and there is one at a time."""


class ListsRefused(Exception):
    """The checker found a fault: these lists are not kept."""

    def __init__(self, findings: list[Finding]) -> None:
        self.findings = findings
        super().__init__("; ".join(f"{each.fault} {each.company} {each.startup}" for each in findings[:5]))


class ListsChanged(Exception):
    """The lists are no longer those that somebody has checked."""


# --- Rules -------------------------------------------------------------------------------------------------------


@transaction.atomic
def set_shortlist_rule(*, by: User, **values: Any) -> ShortlistRule:
    """From now on drafts are made by these rules; those that are there keep theirs."""
    rule = ShortlistRule.objects.create(set_by=by, **values)
    audit.record("shortlistrule.set", rule, by=by, reason=rule.reason)
    return rule


def ensure_shortlist_rule() -> ShortlistRule:
    """The rules in force; those delivered, where nobody has set any."""
    return ShortlistRule.objects.in_force() or ShortlistRule.objects.create()


# --- Working out -------------------------------------------------------------------------------------------------


@transaction.atomic
def start_shortlists(*, by: User, month_only: bool = True) -> ShortlistDraft:
    """Have all lists worked out in the background; a draft that is ready is discarded for it."""
    for before in ShortlistDraft.objects.open().select_for_update():
        if before.is_computing:
            raise ShortlistsUnderWay
        move(before, ShortlistStatus.DISCARDED, by=by, reason="replaced", finished_at=timezone.now())
    try:
        with transaction.atomic():
            draft = ShortlistDraft.objects.create(
                rule=ensure_shortlist_rule(),
                run=Run.objects.finished().first(),
                month_only=month_only,
                started_by=by,
            )
    except IntegrityError as error:
        raise ShortlistsUnderWay from error
    audit.record("shortlistdraft.started", draft, by=by)
    jobs.enqueue(GATHER, dedupe_key=f"shortlists:{draft.pk}:gather", draft_id=draft.pk)
    return draft


def month_began(now: datetime) -> datetime:
    """When the month of `now` began in Japan."""
    local = now.astimezone(ZoneInfo(settings.TIME_ZONE))
    return local.replace(day=1, hour=0, minute=0, second=0, microsecond=0)


@transaction.atomic
def gather_shortlists(draft: ShortlistDraft) -> None:
    """Count what there is to choose from, so that staff see it while the rest is worked out."""
    if draft.is_computing and draft.gathered_at is None:
        draft.gathered_at, draft.candidate_count = timezone.now(), candidates().count()
        draft.save(update_fields=["gathered_at", "candidate_count"])
        jobs.enqueue(SOLVE, dedupe_key=f"shortlists:{draft.pk}:solve", draft_id=draft.pk)


@transaction.atomic
def work_out_shortlists(draft: ShortlistDraft) -> None:
    """Choose, have the choice checked independently, store it. Raises ListsRefused if the check finds a fault."""
    if not draft.is_computing:
        return
    gathered = gather(draft.rule, since=month_began(draft.created_at) if draft.month_only else None)
    result = choose(gathered.problem)
    _store(draft, gathered, result)
    _refuse_faults(draft, set(gathered.pairs))
    own = total_of(gathered.problem, each_by_itself(gathered.problem))
    move(
        draft,
        ShortlistStatus.READY,
        by=None,
        finished_at=timezone.now(),
        solver=result.solver.value,
        value=result.value,
        bound=result.bound,
        greedy_value=result.greedy_value,
        by_itself_total=own,
        candidate_count=gathered.problem.pairs,
    )
    notify(
        Event.SHORTLISTS_READY,
        [draft.started_by],
        link="matches:shortlist",
        link_kwargs={"pk": draft.pk},
        pairs=int(result.chosen.sum()),
    )


def _store(draft: ShortlistDraft, gathered: Gathered, result: Shortlists) -> None:
    problem, chosen = gathered.problem, result.chosen
    pairs = gathered.pairs
    ShortlistPair.objects.bulk_create(
        (
            ShortlistPair(draft=draft, company_id=company, startup_id=startup, score=score)
            for (company, startup), score, is_chosen in zip(pairs, problem.score, chosen, strict=True)
            if is_chosen
        ),
        batch_size=1000,
    )
    alone = [pair for pair, is_chosen in zip(pairs, each_by_itself(problem), strict=True) if is_chosen]
    sides = (
        (
            gathered.company_most,
            Counter(one for one, _ in alone),
            result.companies_without,
            gathered.companies,
        ),
        (gathered.startup_most, Counter(one for _, one in alone), result.startups_without, gathered.startups),
    )
    for most, by_itself, without, keys in sides:
        reasons = {keys[number]: reason.value for number, reason in without.items()}
        ShortlistParty.objects.bulk_create(
            (
                ShortlistParty(
                    draft=draft,
                    organisation_id=key,
                    most=most[key],
                    by_itself=by_itself[key],
                    reason=reasons.get(key, ""),
                )
                for key in keys
            ),
            batch_size=1000,
        )


def _refuse_faults(
    draft: ShortlistDraft, allowed: Collection[tuple[int, int]], more: Collection[tuple[int, int]] = ()
) -> None:
    """Check what stands in the draft, and `more` with it."""
    findings = check(
        [*draft.pairs.values_list("company_id", "startup_id"), *more],
        candidates=allowed,
        company_most=draft.parties.most(OrganisationKind.COMPANY),
        startup_most=draft.parties.most(OrganisationKind.STARTUP),
    )
    if findings:
        raise ListsRefused(findings)


@transaction.atomic
def give_up_shortlists(draft: ShortlistDraft) -> None:
    """The lists cannot be worked out: say so to whoever waits for them."""
    move(draft, ShortlistStatus.DISCARDED, by=None, reason="given up", finished_at=timezone.now())
    notify(Event.SHORTLISTS_FAILED, [draft.started_by], link="matches:shortlists")


@transaction.atomic
def discard_shortlists(draft: ShortlistDraft, *, by: User) -> None:
    """Nothing more of it is disclosed; what was stays as it is."""
    move(draft, ShortlistStatus.DISCARDED, by=by, finished_at=timezone.now())


# --- By hand -----------------------------------------------------------------------------------------------------


def _lock_ready(draft: ShortlistDraft) -> ShortlistDraft:
    """Nobody else changes the draft meanwhile. Raises TransitionNotAllowed when it is not, or no longer, ready."""
    locked = ShortlistDraft.objects.select_for_update().get(pk=draft.pk)
    if not locked.is_ready:
        raise TransitionNotAllowed(locked, ShortlistStatus.DISCLOSED)
    return locked


@transaction.atomic
def take_off_list(draft: ShortlistDraft, *, company: int, startup: int, by: User) -> None:
    """Take a startup off a firm's list that has not been disclosed."""
    locked = _lock_ready(draft)
    pair = locked.pairs.filter(company=company, startup=startup, approved_at=None).first()
    if pair is None:
        raise TransitionNotAllowed(locked, ShortlistStatus.DISCLOSED)
    audit.record("shortlistdraft.taken_off", locked, by=by, company=company, startup=startup)
    pair.delete()
    for side, key in (("company", company), ("startup", startup)):
        if not locked.pairs.filter(**{side: key}).exists():
            locked.parties.filter(organisation=key).update(reason=LeftOut.BY_HAND)


@transaction.atomic
def add_to_list(draft: ShortlistDraft, match: Match, *, by: User) -> ShortlistPair:
    """Put a proposed match on its firm's list. Raises ListsRefused where the checker finds that too much."""
    locked = _lock_ready(draft)
    new = (match.company_id, match.startup_id)
    there = set(locked.pairs.values_list("company_id", "startup_id"))
    is_candidate = candidates().filter(pk=match.pk).exists()
    _refuse_faults(locked, there | ({new} if is_candidate else set()), [new])
    pair = ShortlistPair.objects.create(
        draft=locked, company_id=new[0], startup_id=new[1], score=match.score, added_by=by
    )
    locked.parties.filter(organisation__in=new).update(reason="")
    audit.record("shortlistdraft.added", locked, by=by, company=new[0], startup=new[1])
    return pair


# --- Disclosing --------------------------------------------------------------------------------------------------


@transaction.atomic
def approve_lists(draft: ShortlistDraft, *, companies: Collection[int] | None, seen: str, by: User) -> int:
    """Have the lists of these firms (None: of all) disclosed, one job a firm; returns how many firms are told.

    `seen` is the fingerprint of what was checked. Raises ListsChanged when that is not what would be sent now, and
    TransitionNotAllowed when the draft is not ready.
    """
    locked = _lock_ready(draft)
    sending = sending_of(locked, companies)
    if not sending.pairs or sending.fingerprint != seen:
        raise ListsChanged
    keys = [pair.pk for pair in sending.pairs]
    locked.pairs.filter(pk__in=keys).update(approved_by=by, approved_at=timezone.now())
    audit.record("shortlistdraft.approved", locked, by=by, firms=len(sending.by_firm), pairs=len(keys))
    for company, pairs in sending.by_firm.items():
        first = pairs[0].pk  # a pair is approved once, so no other job has this name
        jobs.enqueue(
            DISCLOSE,
            dedupe_key=f"shortlists:list:{first}",
            draft_id=locked.pk,
            company_id=company,
            by_id=by.pk,
        )
    return len(sending.by_firm)


@transaction.atomic
def disclose_list(draft: ShortlistDraft, company: Company, *, by: User) -> None:
    """Disclose what was approved of a firm's list, and tell its members once. What somebody decided meanwhile stays."""
    locked = ShortlistDraft.objects.select_for_update().get(pk=draft.pk)
    approved = locked.pairs.filter(company=company, approved_at__isnull=False).values("startup")
    matches = Match.objects.with_parties().filter(
        company=company, startup__in=approved, status=MatchStatus.PROPOSED
    )
    locked_in_order = matches.select_for_update(of=("self",)).order_by(
        "pk"
    )  # as everybody who discloses locks them
    disclosed = sorted(locked_in_order, key=lambda match: (-match.score, match.pk))
    for match in disclosed:
        move(match, MatchStatus.DISCLOSED, by=by, disclosed_at=timezone.now())
    for match in disclosed:  # with all of them before the firm
        log_decision(match, DecisionKind.DISCLOSED, side=Side.STAFF)
    if disclosed:
        notify(
            Event.LIST_DISCLOSED,
            members_of(company.organisation),
            link="matches:list",
            startups=Listing(tuple(names_of(match.startup.organisation) for match in disclosed)),
        )
    if locked.is_ready and not locked.pairs.still_to_disclose().exists():
        move(locked, ShortlistStatus.DISCLOSED, by=by)
