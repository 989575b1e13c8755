"""The jobs of this app. All may be delivered more than once; what a job did, it does not do again."""

from __future__ import annotations

import logging
from typing import Any

from celery import shared_task

from accounts.models import User
from companies.models import Company
from matchmaking.core import jobs
from matchmaking.matches import actions
from matchmaking.matches.explaining import quotes
from matchmaking.matches.meaning import index
from matchmaking.matches.models import Run, ShortlistDraft, Trial
from matchmaking.matches.policies import trials
from matchmaking.matches.runs import passes, rescoring
from matchmaking.matches.thesauri import readings

logger = logging.getLogger(__name__)


def give_up(*, run_id: int, **_: Any) -> None:
    """A job of a run cannot be done: the run has failed, unless it ended otherwise."""
    if (run := Run.objects.under_way().filter(pk=run_id).first()) is not None:
        actions.fail_run(run)


@jobs.handler("matches.plan_run", on_give_up=give_up)
def plan_run(*, run_id: int) -> None:
    passes.plan(run_id)


@jobs.handler("matches.embed_block", on_give_up=give_up, patient=True)
def embed_block(*, run_id: int, what: str, which: list[int], texts: int) -> None:
    passes.embed_block(run_id, what, which, texts)


@jobs.handler("matches.score_block", on_give_up=give_up, patient=True)
def score_block(*, run_id: int, companies: list[int]) -> None:
    passes.score_block(run_id, companies)


@jobs.handler("matches.finish_run", on_give_up=give_up)
def finish_run(*, run_id: int) -> None:
    passes.finish(run_id)


def give_up_shortlists(*, draft_id: int) -> None:
    """Lists that cannot be worked out are discarded, unless that has happened."""
    draft = ShortlistDraft.objects.open().select_related("started_by").filter(pk=draft_id).first()
    if draft is not None and draft.is_computing:
        actions.give_up_shortlists(draft)


@jobs.handler("matches.gather_shortlists", on_give_up=give_up_shortlists)
def gather_shortlists(*, draft_id: int) -> None:
    actions.gather_shortlists(ShortlistDraft.objects.get(pk=draft_id))


@jobs.handler("matches.solve_shortlists", on_give_up=give_up_shortlists)
def solve_shortlists(*, draft_id: int) -> None:
    actions.work_out_shortlists(ShortlistDraft.objects.select_related("rule", "started_by").get(pk=draft_id))


@jobs.handler("matches.disclose_list")
def disclose_list(*, draft_id: int, company_id: int, by_id: int) -> None:
    company = Company.objects.select_related("organisation").get(pk=company_id)
    actions.disclose_list(ShortlistDraft.objects.get(pk=draft_id), company, by=User.objects.get(pk=by_id))


@jobs.handler("matches.rescore")
def rescore(*, organisation_id: int) -> None:
    rescoring.rescore(organisation_id)


@jobs.handler("matches.renumber", patient=True)
def renumber(*, side: str, organisations: list[int], of: int, held: list[tuple[int, float]]) -> None:
    rescoring.renumber(side, organisations, of, held)


@jobs.handler("matches.fill_up", patient=True)
def fill_up(*, side: str, organisations: list[int]) -> None:
    rescoring.fill_up(side, organisations)


@jobs.handler("matches.index_meaning", patient=True)
def index_meaning(*, sought: str, which: list[int]) -> None:
    index.refresh(sought, which)


@jobs.handler("matches.answer_search")
def answer_search(*, sought: str, words: str) -> None:
    index.answer(sought, words)


@jobs.handler("matches.read_capabilities", patient=True)
def read_capabilities(*, what: str, which: list[int]) -> None:
    readings.read(what, which)


@jobs.handler("matches.quote")
def quote(*, startups: list[int]) -> None:
    quotes.choose(startups)


def give_up_trial(*, trial_id: int, **_: Any) -> None:
    """A job of a trial cannot be done: the trial has failed, unless it ended otherwise."""
    if (trial := Trial.objects.under_way().filter(pk=trial_id).first()) is not None:
        actions.fail_trial(trial)


@jobs.handler("matches.plan_trial", on_give_up=give_up_trial)
def plan_trial(*, trial_id: int) -> None:
    trials.plan(trial_id)


@jobs.handler("matches.trial_block", on_give_up=give_up_trial, patient=True)
def trial_block(*, trial_id: int, companies: list[int]) -> None:
    trials.score_block(trial_id, companies)


@jobs.handler("matches.trial_texts", on_give_up=give_up_trial, patient=True)
def trial_texts(*, trial_id: int, start: int) -> None:
    trials.read_texts(trial_id, start)


@jobs.handler("matches.finish_trial", on_give_up=give_up_trial)
def finish_trial(*, trial_id: int) -> None:
    trials.finish(trial_id)


@shared_task(name="matches.start_nightly_run")
def start_nightly_run() -> None:
    """At most once a night; where somebody's run is still at work, that one counts."""
    try:
        actions.start_run(by=None)
    except actions.RunUnderWay:
        logger.info("No nightly run: one is under way.")
