"""A full pass in blocks. Called by jobs only.

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

import numpy as np
from django.db.models import F, Q
from django.utils import timezone

from accounts.actions import ask_for_rescore
from accounts.models import Organisation
from matchmaking.core import jobs
from matchmaking.core.transitions import move
from matchmaking.matches import actions
from matchmaking.matches.engine.embedding import Job
from matchmaking.matches.engine.features import company_jobs, startup_jobs, thesaurus_jobs
from matchmaking.matches.engine.results import Pair
from matchmaking.matches.engine.thesaurus import Thesaurus
from matchmaking.matches.enums import DismissReason, MatchStatus, RunStatus
from matchmaking.matches.explaining import quotes
from matchmaking.matches.meaning import index
from matchmaking.matches.models import ExpertAdvice, Match, Run
from matchmaking.matches.runs import lists
from matchmaking.matches.runs.candidates import Cells, Matcher, Party
from matchmaking.matches.runs.lists import Listed
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


@dataclass(frozen=True)
class _Board:
    """Everybody's vectors, and all pairs that are worth a place on a list."""

    firms: Party
    startups: Party
    cells: Cells

    def of(self, companies: Sequence[int]) -> Cells:
        """The pairs of these firms."""
        wanted = np.array(companies, dtype=np.int64)
        return self.cells.take(np.isin(self.firms.owners[self.cells.rows], wanted))


@lru_cache(maxsize=1)
def _board_of(run_id: int, began: datetime) -> _Board:
    """One product of everybody with everybody, made once in a process for all blocks of a run.

    Only who knows all firms knows which of them stand on a startup's list: a block that knew its own alone would have
    to explain every pair that might.
    """
    run = Run.objects.select_related("policy").get(pk=run_id)
    matcher = Matcher(run.policy)
    firms, startups = matcher.firms(list(open_challenges())), matcher.startups(list(open_startups()))
    return _Board(firms, startups, matcher.worth_a_place(firms, startups, **known_pairs({})))


def score_block(run_id: int, companies: list[int]) -> None:
    """Explain and store the pairs of a block of firms; the last block calls for the end of the run."""
    if (run := run_in(run_id, RunStatus.SCORING)) is None:
        return
    board = _board_of(run.pk, run.created_at)
    found = Matcher(run.policy).explained(board.firms, board.startups, board.of(companies))
    lists.keep_block(run.pk, found)
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
    actions.return_changed(come_back(listed))
    changed = lists.publish(listed, policy_id=run.policy_id, run_id=run.pk, now=timezone.now())
    actions.finish_run(run, match_count=len(listed), **changed)
    readings.call_for(f"run:{run.pk}")
    quotes.call_for(f"run:{run.pk}", Match.objects.to_quote())
    index.call_for_all(f"run:{run.pk}")
    for organisation in Organisation.objects.published().filter(pk__in=_changed_since(run.created_at)):
        ask_for_rescore(organisation)


def standing_dismissals(**narrowed: Any) -> list[Pair]:
    """Pairs put aside whose two profiles have not changed since, and those with a conflict of interest: no words of a
    profile end that, only somebody who takes the dismissal back.
    """
    rows = Match.objects.filter(status=MatchStatus.DISMISSED, **narrowed)
    lasting = rows.filter(dismiss_reason=DismissReason.CONFLICT).values_list("company_id", "startup_id")
    passing = list(
        rows.exclude(dismiss_reason=DismissReason.CONFLICT).values_list(
            "company_id", "startup_id", "dismissed_at"
        )
    )
    latest = changed_at(key for company, startup, _ in passing for key in (company, startup))
    unchanged = [
        (firm, other) for firm, other, at in passing if at and max(latest[firm], latest[other]) <= at
    ]
    return [*lasting, *unchanged]


def touched_pairs(**narrowed: Any) -> list[Pair]:
    return list(Match.objects.touched().filter(**narrowed).values_list("company_id", "startup_id"))


def known_pairs(own: dict[str, Any]) -> dict[str, Any]:
    """What people have said of pairs: put aside, acted on, rated."""
    return {
        "dismissed": standing_dismissals(**own),
        "wanted": touched_pairs(**own),
        "ratings": pair_ratings(**own),
    }


def come_back(listed: Listed, **narrowed: Any) -> list[Match]:
    """Dismissed pairs that are listed although nobody restored them: a profile has changed."""
    dismissed = list(Match.objects.filter(status=MatchStatus.DISMISSED, **narrowed).order_by("pk"))
    standing = set(standing_dismissals(**narrowed))
    pairs = [(match.company_id, match.startup_id) for match in dismissed]
    found = zip(dismissed, pairs, listed.holds(pairs), strict=True)
    return [match for match, pair, is_listed in found if is_listed and pair not in standing]


def _changed_since(moment: datetime) -> list[int]:
    """Profiles edited since, and startups that experts have advised on since."""
    published = Organisation.objects.published().values_list("pk", flat=True)
    edited = {pk for pk, at in changed_at(published).items() if at > moment}
    advised = ExpertAdvice.objects.filter(Q(at__gt=moment) | Q(retired_at__gt=moment))
    return sorted(edited | set(advised.values_list("startup_id", flat=True)))
