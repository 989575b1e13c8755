"""A full pass in blocks, and the short pass for one changed profile. Called by jobs only.

Each step runs in its job's transaction: a block that is lost leaves nothing and is done again, a step that finds
the run no longer in its phase does nothing. Progress is counted in the transaction of the work, and whoever
counts the last block of a phase begins the next.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any

from django.db.models import F, Q
from django.utils import timezone

from accounts.actions import ask_for_rescore
from accounts.enums import OrganisationKind
from accounts.models import Organisation
from companies.models import Challenge
from matchmaking.core import jobs
from matchmaking.core.transitions import move
from matchmaking.matches import actions
from matchmaking.matches.engine.embedding import Job
from matchmaking.matches.engine.features import company_jobs, startup_jobs, thesaurus_jobs
from matchmaking.matches.engine.results import Pair, Scored
from matchmaking.matches.engine.thesaurus import Thesaurus
from matchmaking.matches.enums import MatchStatus, RunStatus
from matchmaking.matches.explaining import quotes
from matchmaking.matches.meaning import index
from matchmaking.matches.models import ExpertAdvice, Match, Run
from matchmaking.matches.runs import lists, reranking, warm
from matchmaking.matches.runs.candidates import LISTED, Matcher, Party
from matchmaking.matches.runs.lists import Listed, Placed
from matchmaking.matches.runs.vectors import embed, keys_of, stored
from matchmaking.matches.sides import (
    changed_at,
    company_side,
    open_challenges,
    open_startups,
    pair_ratings,
    startup_side,
)
from matchmaking.matches.thesauri import editions, readings

TEXTS_IN_BLOCK = 32  # some seconds of one core
FIRMS_IN_BLOCK = 40
GLOSSES, CHALLENGES, STARTUPS = "glosses", "challenges", "startups"
Work = tuple[int, list[Job]]  # a profile's key (a gloss's place) and its texts
Block = tuple[str, list[int], int]  # what, which, how many texts are missing


def run_in(run_id: int, status: RunStatus) -> Run | None:
    """The run, if it is in that phase; None if it was cancelled, has failed or is further."""
    return Run.objects.select_related("policy", "started_by").filter(pk=run_id, status=status).first()


# --- Reading the texts -------------------------------------------------------------------------------------------


def plan(run_id: int) -> None:
    """Find the texts without a vector and cut them into blocks."""
    if (run := run_in(run_id, RunStatus.QUEUED)) is None:
        return
    blocks = embed_blocks(_edition_of(run))
    total = sum(texts for _, _, texts in blocks)
    move(run, RunStatus.EMBEDDING, by=None, texts_total=total, phase_started_at=timezone.now())
    for number, (what, which, texts) in enumerate(blocks):
        key = f"run:{run.pk}:embed:{number}"
        payload = {"run_id": run.pk, "what": what, "which": which, "texts": texts}
        jobs.enqueue("matches.embed_block", dedupe_key=key, **payload)
    if not blocks:
        begin_scoring(run)


def _edition_of(run: Run) -> Thesaurus:
    return editions.named(run.policy.parameters["thesaurus"])


def embed_blocks(thesaurus: Thesaurus) -> list[Block]:
    """All texts without a vector, in blocks of about `TEXTS_IN_BLOCK`."""
    return [block for what in (GLOSSES, CHALLENGES, STARTUPS) for block in _cut(what, _work(what, thesaurus))]


def _work(what: str, thesaurus: Thesaurus, which: Iterable[int] | None = None) -> list[Work]:
    """The texts of all, or of the given, glosses, challenges or startups as they are now."""
    if what == GLOSSES:
        every = list(enumerate(thesaurus_jobs(thesaurus)))
        return [(place, [text]) for place, text in every if which is None or place in set(which)]
    if what == CHALLENGES:
        challenges = open_challenges() if which is None else open_challenges().filter(pk__in=which)
        return [(each.pk, company_jobs([company_side(each)])) for each in challenges]
    startups = open_startups() if which is None else open_startups().filter(pk__in=which)
    return [(each.pk, startup_jobs([startup_side(each)])) for each in startups]


def _cut(what: str, work: Sequence[Work]) -> list[Block]:
    done = stored({key for _, texts in work for key in keys_of(texts)})
    blocks: list[Block] = []
    which, count = list[int](), 0
    for key, texts in work:
        missing = sum(not keys_of([text]) <= done for text in texts)
        if missing and count + missing > TEXTS_IN_BLOCK and which:
            blocks.append((what, which, count))
            which, count = [], 0
        if missing:
            which, count = [*which, key], count + missing
    return [*blocks, (what, which, count)] if which else blocks


def embed_block(run_id: int, what: str, which: list[int], texts: int) -> None:
    """Embed what a block's profiles say now; the last block begins the scoring."""
    if (run := run_in(run_id, RunStatus.EMBEDDING)) is None:
        return
    embed([text for _, found in _work(what, _edition_of(run), which) for text in found])
    counted = Run.objects.filter(pk=run_id, status=RunStatus.EMBEDDING)
    if counted.update(texts_done=F("texts_done") + texts):
        run = counted.get()
        if run.texts_done >= run.texts_total:
            begin_scoring(run)


# --- Scoring the pairs -------------------------------------------------------------------------------------------


def begin_scoring(run: Run) -> None:
    """Cut the firms into blocks."""
    firms = list(open_challenges().order_by("company_id").values_list("company_id", flat=True).distinct())
    blocks = [firms[start : start + FIRMS_IN_BLOCK] for start in range(0, len(firms), FIRMS_IN_BLOCK)]
    counts: dict[str, Any] = {
        "company_count": len(firms),
        "startup_count": open_startups().count(),
        "blocks_total": len(blocks),
    }
    move(run, RunStatus.SCORING, by=None, phase_started_at=timezone.now(), **counts)
    for number, block in enumerate(blocks):
        key = f"run:{run.pk}:score:{number}"
        jobs.enqueue("matches.score_block", dedupe_key=key, run_id=run.pk, companies=block)
    if not blocks:
        _enqueue_finish(run)


@lru_cache(maxsize=1)
def _startups_of(run_id: int, began: datetime) -> Party:
    """The startups' vectors, made once in a process for all blocks of a run."""
    run = Run.objects.select_related("policy").get(pk=run_id)
    return Matcher(run.policy).startups(list(open_startups()))


def score_block(run_id: int, companies: list[int]) -> None:
    """Find and store the candidates of a block of firms; the last block calls for the end of the run."""
    if (run := run_in(run_id, RunStatus.SCORING)) is None:
        return
    matcher = Matcher(run.policy)
    firms = matcher.firms(list(open_challenges().filter(company_id__in=companies)))
    if len(firms.keys):
        own = {"company_id__in": companies}
        startups = _startups_of(run.pk, run.created_at)
        lists.keep_block(run.pk, matcher.candidates(firms, startups, **known_pairs(own)))
    counted = Run.objects.filter(pk=run_id, status=RunStatus.SCORING)
    if counted.update(blocks_done=F("blocks_done") + 1):
        run = counted.get()
        if run.blocks_done >= run.blocks_total:
            _enqueue_finish(run)
    else:  # cancelled while the block was computed
        run.results.all().delete()


def _enqueue_finish(run: Run) -> None:
    jobs.enqueue("matches.finish_run", dedupe_key=f"run:{run.pk}:finish", run_id=run.pk)


def finish(run_id: int) -> None:
    """Replace all lists at once; profiles that were edited meanwhile are then scored anew."""
    if (run := run_in(run_id, RunStatus.SCORING)) is None:
        return
    lists.lock_lists()
    listed = lists.listed_in_run(run.pk)
    actions.return_changed(_come_back(listed))
    changed = lists.publish(listed, policy_id=run.policy_id, run_id=run.pk, now=timezone.now())
    actions.finish_run(run, match_count=len(listed), **changed)
    readings.call_for(f"run:{run.pk}")
    quotes.call_for(f"run:{run.pk}", Match.objects.to_quote())
    index.call_for_all(f"run:{run.pk}")
    for organisation in Organisation.objects.published().filter(pk__in=_changed_since(run.created_at)):
        ask_for_rescore(organisation)


def standing_dismissals(**narrowed: Any) -> list[Pair]:
    """Pairs put aside whose two profiles have not changed since."""
    rows = Match.objects.filter(status=MatchStatus.DISMISSED, **narrowed)
    found = list(rows.values_list("company_id", "startup_id", "dismissed_at"))
    latest = changed_at(key for company, startup, _ in found for key in (company, startup))
    return [(firm, other) for firm, other, at in found if at and max(latest[firm], latest[other]) <= at]


def touched_pairs(**narrowed: Any) -> list[Pair]:
    return list(Match.objects.touched().filter(**narrowed).values_list("company_id", "startup_id"))


def known_pairs(own: dict[str, Any]) -> dict[str, Any]:
    """What people have said of pairs: put aside, acted on, rated."""
    return {
        "dismissed": standing_dismissals(**own),
        "wanted": touched_pairs(**own),
        "ratings": pair_ratings(**own),
    }


def _come_back(listed: Listed) -> list[Match]:
    """Dismissed pairs that are listed although nobody restored them: a profile has changed."""
    dismissed = list(Match.objects.filter(status=MatchStatus.DISMISSED).order_by("pk"))
    standing = set(standing_dismissals())
    pairs = [(match.company_id, match.startup_id) for match in dismissed]
    found = zip(dismissed, pairs, listed.holds(pairs), strict=True)
    return [match for match, pair, is_listed in found if is_listed and pair not in standing]


def _changed_since(moment: datetime) -> list[int]:
    """Profiles edited since, and startups that experts have advised on since."""
    published = Organisation.objects.published().values_list("pk", flat=True)
    edited = {pk for pk, at in changed_at(published).items() if at > moment}
    advised = ExpertAdvice.objects.filter(Q(at__gt=moment) | Q(retired_at__gt=moment))
    return sorted(edited | set(advised.values_list("startup_id", flat=True)))


# --- One changed profile -----------------------------------------------------------------------------------------


def rescore(organisation_id: int) -> None:
    """Score one organisation against all others and bring both sides' lists up to date.

    Its own list is exact. On the others' lists it enters, moves or leaves; whose full list it leaves is scored anew in
    a job of its own. Before the first full pass, or before the first since the score got other parts, there are no
    lists to keep up to date.
    """
    ready = _ready(organisation_id)  # what takes long comes before others have to wait
    lists.lock_lists()
    if ready and ready.moment != _moment():  # somebody edited, or a run ended, while others were waited for
        ready = _ready(organisation_id)
    if ready is None:
        return
    organisation, own = ready.organisation, ready.organisation.kind
    other = "startup" if own == OrganisationKind.COMPANY else "company"
    before, held = _standing(own, other, organisation), reranking.held(other, of=organisation.pk)
    found = _found(ready)
    rows = _worth_keeping(_ranked(found, own, organisation), own, organisation)
    listed = lists.listed_of(rows)
    actions.return_changed(_come_back(listed))
    scope = (own, organisation.pk)
    lists.publish(listed, policy_id=ready.matcher.row.pk, run_id=None, now=timezone.now(), of=scope)
    reranking.rerank(other, before | {getattr(row, f"{other}_id") for row, *_ in rows})
    _follow_up(organisation, reranking.left_short(other, held, of=organisation.pk))


def _standing(own: str, other: str, organisation: Organisation) -> set[int]:
    """Everyone with whom the organisation has a match."""
    return set(Match.objects.filter(**{f"{own}_id": organisation.pk}).values_list(f"{other}_id", flat=True))


def _follow_up(organisation: Organisation, short: Iterable[int]) -> None:
    """What need not be done before the lists can be seen: quotes, and the lists that lack their last place."""
    moment = timezone.now().isoformat()
    own = {f"{organisation.kind}_id": organisation.pk}
    readings.call_for(f"rescore:{organisation.pk}:{moment}", organisation)
    quotes.call_for(f"rescore:{organisation.pk}:{moment}", Match.objects.to_quote().filter(**own))
    if organisation.kind == OrganisationKind.STARTUP:
        index.call_for(f"rescore:{organisation.pk}:{moment}", [organisation.pk], [])
    else:
        challenges = Challenge.objects.filter(company_id=organisation.pk).order_by("pk")
        index.call_for(f"rescore:{organisation.pk}:{moment}", [], challenges.values_list("pk", flat=True))
    for key in sorted(short):
        jobs.enqueue("matches.rescore", dedupe_key=f"rescore:{key}:short:{moment}", organisation_id=key)


@dataclass(frozen=True)
class _Ready:
    """One organisation and all others as vectors, as they were at a moment; no parties where a side has nobody."""

    moment: tuple[object, ...]
    organisation: Organisation
    matcher: Matcher
    parties: tuple[Party, Party] | None


def _moment() -> tuple[object, ...]:
    return (Run.objects.finished().values_list("pk", flat=True).first(), *warm.stamp())


def _ready(organisation_id: int) -> _Ready | None:
    moment, last = _moment(), Run.objects.finished().select_related("policy").first()
    organisation = Organisation.objects.filter(pk=organisation_id).first()
    if last is None or organisation is None or not last.policy.fits_engine:
        return None
    matcher = Matcher(last.policy)
    return _Ready(moment, organisation, matcher, _parties(matcher, organisation))


def _found(ready: _Ready) -> list[Scored]:
    """Every pair of the organisation that may stand on a list."""
    known = known_pairs({f"{ready.organisation.kind}_id": ready.organisation.pk})
    return ready.matcher.candidates(*ready.parties, **known) if ready.parties else []


def _parties(matcher: Matcher, organisation: Organisation) -> tuple[Party, Party] | None:
    """The firms and startups to be scored; the other side is kept warm between jobs. None where one has nobody."""
    own = {f"{organisation.kind}_id": organisation.pk}
    if organisation.kind == OrganisationKind.COMPANY:
        firms = matcher.firms(list(open_challenges().filter(**own)))
        startups = warm.all_startups(matcher.row) if len(firms.keys) else None
    else:
        startups = matcher.startups(list(open_startups().filter(pk=organisation.pk)))
        firms = warm.all_firms(matcher.row) if len(startups.keys) else None
    if not firms or not startups or not len(firms.keys) or not len(startups.keys):
        return None
    return firms, startups


def _worth_keeping(rows: Sequence[Placed], own: str, organisation: Organisation) -> list[Placed]:
    """Pairs with a place on a list, and those that people have touched."""
    touched = set(touched_pairs(**{f"{own}_id": organisation.pk}))
    return [row for row in rows if any(row[1:]) or (row[0].company_id, row[0].startup_id) in touched]


def _ranked(found: Sequence[Scored], own: str, organisation: Organisation) -> list[Placed]:
    """Each pair with its place on the own list and, as a mark to be numbered, whether it enters the other's."""
    other = "startup_id" if own == OrganisationKind.COMPANY else "company_id"
    full = reranking.thresholds(other.removesuffix("_id"), without=organisation.pk)
    order = sorted(found, key=lambda row: (-row.raw_score, getattr(row, other)))
    ranked = []
    for place, row in enumerate(order, start=1):
        rank = place if place <= LISTED else None
        enters = LISTED + 1 if row.raw_score >= full.get(getattr(row, other), float("-inf")) else None
        ranked.append((row, rank, enters) if own == OrganisationKind.COMPANY else (row, enters, rank))
    return ranked
