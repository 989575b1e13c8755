"""A draft policy tried in blocks by the worker: firms' ten best under both policies, without touching a match.

As in `passes`: each step runs in its job's transaction, a block that is lost leaves nothing and is done again, and
whoever counts the last block calls for the end.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
from django.db.models import F
from django.utils import timezone

from companies.models import Company
from matchmaking.core import jobs
from matchmaking.core.transitions import move
from matchmaking.matches import actions
from matchmaking.matches.engine.calibration import recentred
from matchmaking.matches.engine.embedding import Job
from matchmaking.matches.engine.evaluation import figures, rank_pool, read_pool, read_rows
from matchmaking.matches.engine.features import company_jobs, startup_jobs, thesaurus_jobs
from matchmaking.matches.engine.policy import Policy
from matchmaking.matches.engine.results import Results, places
from matchmaking.matches.enums import TrialStatus
from matchmaking.matches.models import EvaluationSet, ScoringPolicy, Trial, TrialList
from matchmaking.matches.policies.trial_figures import TOP, Lists, Traits, compare
from matchmaking.matches.runs.candidates import Matcher, Party
from matchmaking.matches.runs.passes import FIRMS_IN_BLOCK, TEXTS_IN_BLOCK, known_pairs
from matchmaking.matches.runs.vectors import embed
from matchmaking.matches.sides import open_challenges, open_startups
from matchmaking.matches.thesauri import editions
from startups.models import Startup

BEFORE, AFTER = "before", "after"


def trial_in(trial_id: int, status: TrialStatus) -> Trial | None:
    """The trial, if it is in that state; None if it was cancelled, has failed or is further."""
    rows = Trial.objects.select_related("policy__based_on", "against", "evaluation")
    return rows.filter(pk=trial_id, status=status).first()


def plan(trial_id: int) -> None:
    """Cut the firms, and the texts of an evaluation, into blocks."""
    if (trial := trial_in(trial_id, TrialStatus.QUEUED)) is None:
        return
    firms = list(open_challenges().order_by("company_id").values_list("company_id", flat=True).distinct())
    blocks = [firms[start : start + FIRMS_IN_BLOCK] for start in range(0, len(firms), FIRMS_IN_BLOCK)]
    texts = range(0, len(_texts(trial.evaluation)), TEXTS_IN_BLOCK)
    total = len(blocks) + len(texts)
    move(trial, TrialStatus.SCORING, by=None, phase_started_at=timezone.now(), blocks_total=total)
    for number, block in enumerate(blocks):
        key = f"trial:{trial.pk}:score:{number}"
        jobs.enqueue("matches.trial_block", dedupe_key=key, trial_id=trial.pk, companies=block)
    for start in texts:
        key = f"trial:{trial.pk}:texts:{start}"
        jobs.enqueue("matches.trial_texts", dedupe_key=key, trial_id=trial.pk, start=start)
    if not total:
        _enqueue_finish(trial)


def score_block(trial_id: int, companies: list[int]) -> None:
    """Store the best of a block of firms under both policies."""
    if (trial := trial_in(trial_id, TrialStatus.SCORING)) is None:
        return
    best = {which: _best(trial, which, companies) for which in (BEFORE, AFTER)}
    TrialList.objects.bulk_create(
        TrialList(
            trial=trial,
            company_id=company,
            before=best[BEFORE].get(company, []),
            after=best[AFTER].get(company, []),
        )
        for company in companies
    )
    _count(trial)


def read_texts(trial_id: int, start: int) -> None:
    """Encode a block of the evaluation's texts."""
    if (trial := trial_in(trial_id, TrialStatus.SCORING)) is None:
        return
    embed(_texts(trial.evaluation)[start : start + TEXTS_IN_BLOCK])
    _count(trial)


def finish(trial_id: int) -> None:
    """Compare, and close the trial."""
    if (trial := trial_in(trial_id, TrialStatus.SCORING)) is None:
        return
    rows = trial.lists.order_by("company_id")
    lists = [Lists(row.company_id, row.before, row.after) for row in rows]
    outcome = compare(lists, _traits()) | {"evaluation": _evaluated(trial)}
    actions.finish_trial(trial, outcome=outcome)


def _policy(trial: Trial, which: str) -> ScoringPolicy:
    """The policy that is in force, or a draft with the weights the trial began with, which is never saved."""
    return trial.against if which == BEFORE else ScoringPolicy(parameters=trial.parameters())


@lru_cache(maxsize=2)
def _startups_of(trial_id: int, which: str) -> Party:
    """The startups' vectors, made once in a process for all blocks of a trial."""
    trial = Trial.objects.select_related("policy__based_on", "against").get(pk=trial_id)
    return Matcher(_policy(trial, which)).startups(list(open_startups()))


def _best(trial: Trial, which: str, companies: list[int]) -> dict[int, list[tuple[int, int]]]:
    """Each firm's ten best: (startup, score in tenths)."""
    matcher = Matcher(_policy(trial, which))
    firms = matcher.firms(list(open_challenges().filter(company_id__in=companies)))
    startups = _startups_of(trial.pk, which)
    if not len(firms.keys) or not len(startups.keys):
        return {}
    known = known_pairs({"company_id__in": companies})
    cells = matcher.worth_a_place(firms, startups, dismissed=known["dismissed"], ratings=known["ratings"])
    place = places(firms.owners[cells.rows], startups.keys[cells.columns], cells.scores)
    order = np.argsort(place, kind="stable")
    return _by_firm(matcher.explained(firms, startups, cells.take(order[place[order] < TOP])))


def _by_firm(best: Results) -> dict[int, list[tuple[int, int]]]:
    """Pairs come from the best down."""
    found: dict[int, list[tuple[int, int]]] = {}
    rows = zip(
        best.rows["company_id"].tolist(),
        best.rows["startup_id"].tolist(),
        best.tenths().tolist(),
        strict=True,
    )
    for company, startup, tenths in rows:
        found.setdefault(company, []).append((startup, tenths))
    return found


def _count(trial: Trial) -> None:
    counted = Trial.objects.filter(pk=trial.pk, status=TrialStatus.SCORING)
    if counted.update(blocks_done=F("blocks_done") + 1):
        trial = counted.get()
        if trial.blocks_done >= trial.blocks_total:
            _enqueue_finish(trial)
    else:  # cancelled while the block was computed
        trial.lists.all().delete()


def _enqueue_finish(trial: Trial) -> None:
    jobs.enqueue("matches.finish_trial", dedupe_key=f"trial:{trial.pk}:finish", trial_id=trial.pk)


def _traits() -> Traits:
    companies = Company.objects.published().select_related("organisation")
    startups = Startup.objects.published().select_related("organisation")
    return Traits(
        fields={each.pk: list(each.organisation.fields) for each in companies},
        prefectures={each.pk: str(each.prefecture) for each in companies},
        countries={each.pk: str(each.organisation.country) for each in startups},
    )


def _texts(evaluation: EvaluationSet | None) -> list[Job]:
    """Every text of the two files."""
    if evaluation is None:
        return []
    rows, pool = read_rows(evaluation.pairs), read_pool(evaluation.pool)
    return company_jobs([row.side for row in rows]) + startup_jobs([each.side for each in pool])


def _evaluated(trial: Trial) -> dict[str, Any] | None:
    """Figures of both policies on the two files, with means of the files' own texts, as the command measures them."""
    if trial.evaluation is None:
        return None
    rows, pool = read_rows(trial.evaluation.pairs), read_pool(trial.evaluation.pool)
    texts, sides = _texts(trial.evaluation), ([row.side for row in rows], [each.side for each in pool])
    found = {}
    for which in (BEFORE, AFTER):
        policy = Policy.from_dict(_policy(trial, which).parameters)
        thesaurus = editions.named(policy.thesaurus)
        cache = embed([*thesaurus_jobs(thesaurus), *texts])
        ranked = rank_pool(rows, pool, recentred(policy, *sides, cache), thesaurus, cache)
        found[which] = figures(rows, ranked)
    return found
