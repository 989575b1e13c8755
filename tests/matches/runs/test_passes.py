"""Full passes end to end, with the real encoders, the real database and the real ledger."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.actions import ask_for_rescore, suspend
from accounts.enums import OrganisationStatus
from accounts.models import Organisation
from companies.actions import add_challenge, change_challenge, change_company
from companies.models import Challenge
from matchmaking.core import jobs
from matchmaking.core.models import Job, JobState, Notice
from matchmaking.matches import actions, tasks
from matchmaking.matches.enums import DismissReason, MatchStatus, RunStatus, Side
from matchmaking.matches.models import BlockResult, Match, Run, TextVector
from matchmaking.matches.runs import candidates, lists, passes, reranking, rescoring
from matchmaking.matches.thesauri.editions import delivered
from startups.actions import change_startup
from startups.models import Startup
from tests import factories
from tests.matches import world

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vectors")]


def test_a_run_lists_every_firm_with_the_startups_of_its_field_and_tells_who_started_it() -> None:
    firms, startups = world.populate()
    officer = factories.OfficerFactory()
    run = world.run_now(officer)
    retail, mooring = startups[:3], startups[4]
    assert (run.status, run.company_count, run.startup_count) == (RunStatus.DONE, 6, 8)
    assert run.match_count == Match.objects.count() == 3 + 3 + 2 + 2 + 1 + 2
    best = Match.objects.get(company=firms[0], rank_for_company=1)
    assert {best.startup_id} <= {startup.pk for startup in retail}
    assert Match.objects.get(company=firms[3], rank_for_company=1).startup_id == mooring.pk
    notice = Notice.objects.get()
    assert (notice.recipient, notice.event, notice.link_kwargs) == (officer, "run_finished", {"pk": run.pk})
    assert BlockResult.objects.count() == 0


def test_a_need_in_japanese_finds_the_pitch_in_english_and_says_which_capability_both_name() -> None:
    firms, startups = world.populate()
    world.run_now()
    best = Match.objects.get(company=firms[5], rank_for_company=1)
    assert best.startup_id == startups[6].pk
    assert best.shared_capabilities


def test_parts_of_every_stored_match_add_up_to_its_score() -> None:
    world.populate()
    world.run_now()
    sums = [(sum(match.parts.values()), int(match.score * 10)) for match in Match.objects.all()]
    assert sums
    assert [parts for parts, _ in sums] == [score for _, score in sums]


def test_the_best_challenge_of_a_firm_counts_and_is_named() -> None:
    firms, startups = world.populate()
    world.run_now()
    till, shelf = firms[0].challenges.order_by("pk")
    named = dict(Match.objects.filter(company=firms[0]).values_list("startup_id", "challenge_id"))
    assert (named[startups[0].pk], named[startups[1].pk]) == (till.pk, shelf.pk)


def test_texts_without_a_vector_are_read_in_blocks_and_never_twice() -> None:
    _firms, startups = world.populate()
    Startup.objects.filter(pk=startups[0].pk).update(edge="No gates, no app, no waiting.")
    run = world.run_now()
    assert (run.texts_total, run.texts_done) == (1, 1)
    assert Job.objects.filter(name="matches.embed_block").count() == 1
    assert world.run_now().texts_total == 0


def test_blocks_hold_about_as_many_texts_as_they_should() -> None:
    world.populate()
    TextVector.objects.all().delete()
    sizes = [texts for _what, _which, texts in passes.embed_blocks(delivered())]
    assert max(sizes) <= passes.TEXTS_IN_BLOCK
    assert sum(sizes) >= 444 + 3 * 7 + 2 * 8
    assert len(sizes) <= 2 + sum(sizes) // passes.TEXTS_IN_BLOCK + 2


def test_a_second_run_changes_nothing_and_writes_nothing() -> None:
    world.populate()
    first = world.run_now()
    before, rows = world.pairs(), set(Match.objects.values_list("pk", "run_id"))
    second = world.run_now()
    assert (world.pairs(), second.match_count) == (before, first.match_count)
    assert set(Match.objects.values_list("pk", "run_id")) == rows


def test_jobs_delivered_again_after_their_work_do_nothing() -> None:
    world.populate()
    run = world.run_now()
    before = world.pairs()
    for job in Job.objects.filter(state=JobState.DONE).order_by("pk"):
        jobs.HANDLERS[job.name](**job.payload)
    run.refresh_from_db()
    assert (world.pairs(), run.blocks_done, run.status) == (before, run.blocks_total, RunStatus.DONE)


def test_a_block_that_is_lost_halfway_leaves_nothing_and_is_done_again() -> None:
    firms, _startups = world.populate()
    run = actions.start_run(by=None)
    (plan,) = Job.objects.all()
    jobs.run(plan.pk)
    block = Job.objects.get(name="matches.score_block")
    Job.objects.filter(pk=block.pk).update(payload={**block.payload, "companies": ["lost"]})
    with pytest.raises(ValueError, match="lost"):
        jobs.run(block.pk)
    assert (BlockResult.objects.count(), Run.objects.get().blocks_done) == (0, 0)
    Job.objects.filter(pk=block.pk).update(payload=block.payload, not_before=timezone.now())
    jobs.run_due()
    run.refresh_from_db()
    assert (run.status, run.blocks_done) == (RunStatus.DONE, 1)
    assert Match.objects.filter(company=firms[0]).count() == 3


def test_old_lists_stand_until_the_run_ends_and_then_all_change() -> None:
    _firms, startups = world.populate()
    world.run_now()
    before = world.pairs()
    Organisation.objects.filter(pk=startups[4].pk).update(status=OrganisationStatus.SUSPENDED)
    actions.start_run(by=None)
    for _step in range(2):  # the plan, and the one block of firms
        jobs.run(Job.objects.filter(state=JobState.READY).order_by("pk").first().pk)
        assert world.pairs() == before
    assert BlockResult.objects.exists()
    jobs.run_due()
    assert not Match.objects.filter(startup=startups[4]).exists()


def test_matches_that_people_have_touched_keep_their_state_and_get_the_new_score() -> None:
    firms, _startups = world.populate()
    world.run_now()
    match = Match.objects.get(company=firms[3], rank_for_company=1)
    actions.disclose(match, by=factories.OfficerFactory())
    was = match.raw_score
    Challenge.objects.filter(pk=match.challenge_id).update(text="乾燥炉の排熱を蒸気に変えたい。")
    world.run_now()
    match.refresh_from_db()
    assert (match.status, match.raw_score == was) == (MatchStatus.DISCLOSED, False)


def test_a_touched_match_that_may_no_longer_be_made_stays_without_a_rank() -> None:
    firms, _startups = world.populate()
    world.run_now()
    match = Match.objects.get(company=firms[4])
    actions.disclose(match, by=factories.OfficerFactory())
    Organisation.objects.filter(pk=match.startup_id).update(status=OrganisationStatus.SUSPENDED)
    world.run_now()
    match.refresh_from_db()
    assert (match.status, match.rank_for_company, match.rank_for_startup) == (
        MatchStatus.DISCLOSED,
        None,
        None,
    )


def dismissed_match(reason: str = DismissReason.TOO_EARLY) -> Match:
    firms, _startups = world.populate()
    world.run_now()
    match = Match.objects.get(company=firms[4])
    actions.dismiss(match, side=Side.STAFF, reason=reason, by=factories.OfficerFactory())
    return match


def test_a_dismissed_pair_stays_away_while_nothing_changes() -> None:
    match = dismissed_match()
    world.run_now()
    match.refresh_from_db()
    assert (match.status, match.rank_for_company) == (MatchStatus.DISMISSED, None)


@pytest.mark.parametrize("side", ["company", "startup"])
def test_a_dismissed_pair_comes_back_after_an_edit_of_either_side(side: str) -> None:
    match = dismissed_match()
    getattr(match, side).organisation.save()
    world.run_now()
    match.refresh_from_db()
    assert (match.status, match.dismissed_at, match.dismiss_reason) == (MatchStatus.PROPOSED, None, "")
    assert match.rank_for_company == 1


def test_a_conflict_of_interest_outlasts_every_edit_but_not_the_one_who_takes_it_back() -> None:
    match = dismissed_match(DismissReason.CONFLICT)
    match.startup.organisation.save()
    world.run_now()
    match.refresh_from_db()
    assert (match.status, match.rank_for_company) == (MatchStatus.DISMISSED, None)
    actions.restore(match, by=factories.OfficerFactory())
    world.run_now()
    match.refresh_from_db()
    assert (match.status, match.rank_for_company) == (MatchStatus.PROPOSED, 1)


def test_an_edit_before_the_dismissal_does_not_bring_a_pair_back() -> None:
    match = dismissed_match()
    match.challenge.save()
    Match.objects.filter(pk=match.pk).update(dismissed_at=timezone.now() + timedelta(seconds=1))
    world.run_now()
    match.refresh_from_db()
    assert match.status == MatchStatus.DISMISSED


def test_there_is_one_run_at_a_time() -> None:
    actions.start_run(by=None)
    with pytest.raises(actions.RunUnderWay):
        actions.start_run(by=None)
    assert Run.objects.count() == 1


def test_a_cancelled_run_leaves_the_lists_and_its_jobs_do_nothing() -> None:
    world.populate()
    world.run_now()
    before = world.pairs()
    run = actions.start_run(by=None)
    jobs.run(Job.objects.get(state=JobState.READY).pk)
    run.refresh_from_db()
    actions.cancel_run(run, by=factories.OfficerFactory())
    Startup.objects.update(one_liner="Something else")
    jobs.run_due()
    run.refresh_from_db()
    assert (run.status, world.pairs(), BlockResult.objects.count()) == (RunStatus.CANCELLED, before, 0)


def test_a_run_whose_job_is_given_up_fails_and_the_office_is_told() -> None:
    officer = factories.OfficerFactory()
    run = actions.start_run(by=None)
    Job.objects.update(attempts=jobs.MAX_ATTEMPTS)
    jobs.relay()
    run.refresh_from_db()
    notice = Notice.objects.get()
    assert (run.status, notice.recipient, notice.event) == (RunStatus.FAILED, officer, "run_failed")
    tasks.give_up(run_id=run.pk)
    assert Notice.objects.count() == 1


def test_a_new_run_can_start_after_one_that_failed() -> None:
    world.populate()
    actions.fail_run(actions.start_run(by=None))
    assert world.run_now().status == RunStatus.DONE


def test_a_run_over_nobody_ends_with_empty_lists() -> None:
    run = world.run_now()
    assert (run.status, run.match_count) == (RunStatus.DONE, 0)


def test_the_nightly_run_gives_way_to_one_under_way() -> None:
    tasks.start_nightly_run()
    tasks.start_nightly_run()
    assert list(Run.objects.values_list("started_by", flat=True)) == [None]


@pytest.mark.parametrize("closed", ["challenge", "firm"])
def test_only_open_challenges_of_published_firms_are_matched(closed: str) -> None:
    firms, _startups = world.populate()
    if closed == "challenge":
        firms[5].challenges.update(is_open=False)
    else:
        Organisation.objects.filter(pk=firms[5].pk).update(status=OrganisationStatus.SUSPENDED)
    assert world.run_now().company_count == 5
    assert not Match.objects.filter(company=firms[5]).exists()


def test_an_excluded_country_is_not_matched() -> None:
    firms, _startups = world.populate()
    firms[0].excluded_countries = ["SG"]
    firms[0].save()
    world.run_now()
    assert not Match.objects.filter(company=firms[0]).exists()


# --- One changed profile -----------------------------------------------------------------------------------------


def rescored(organisation: Organisation) -> None:
    ask_for_rescore(organisation)
    jobs.run_due()


def test_before_the_first_run_an_edit_makes_no_list() -> None:
    firms, _startups = world.populate()
    rescored(firms[0].organisation)
    assert not Match.objects.exists()


@pytest.mark.parametrize("side", ["firm", "startup"])
def test_a_changed_profile_is_listed_as_a_full_run_would_list_it(side: str) -> None:
    firms, startups = world.populate()
    world.run_now()
    if side == "firm":
        firms[2].challenges.update(text="洋上風力の係留索の疲労を海上で測りたい。")
        rescored(firms[2].organisation)
    else:
        Startup.objects.filter(pk=startups[2].pk).update(one_liner="Robots that count stock on shelves")
        rescored(startups[2].organisation)
    at_once = world.pairs()
    world.run_now()
    assert world.pairs() == at_once


@pytest.fixture
def short_lists(monkeypatch: pytest.MonkeyPatch) -> None:
    """Lists of two places, so that a list is full and somebody waits behind it."""
    for module in (candidates, lists, rescoring, reranking):
        monkeypatch.setattr(module, "LISTED", 2)


@pytest.mark.usefixtures("short_lists")
@pytest.mark.parametrize("edit", ["leaves", "falls back", "comes"])
def test_a_full_list_is_full_again_after_somebody_has_left_it(edit: str) -> None:
    """Whoever was next takes the place, without a full pass."""
    firms, startups = world.populate()
    world.run_now()
    best = Match.objects.get(company=firms[1], rank_for_company=1).startup
    if edit == "leaves":
        Organisation.objects.filter(pk=best.pk).update(fields=["agritech"])
    elif edit == "falls back":
        Startup.objects.filter(pk=best.pk).update(one_liner="Music lessons", solution="Pianos by post.")
    else:
        Organisation.objects.filter(pk=startups[7].pk).update(fields=["retail"])
    rescored((startups[7] if edit == "comes" else best).organisation)
    at_once = world.pairs()
    assert Match.objects.filter(company=firms[1], rank_for_company__isnull=False).count() == 2
    world.run_now()
    assert world.pairs() == at_once


FIELDS_IN_TURN = ("retail", "agritech", "decarbonization", "retail")


@pytest.mark.usefixtures("short_lists")
@pytest.mark.parametrize("seed", range(4))
def test_edits_whose_jobs_are_done_in_any_order_end_in_the_lists_of_a_full_run(seed: int) -> None:
    """Places that are numbered late, and lists that are filled up late, overtake one another."""
    chance = random.Random(seed)
    firms, startups = world.populate()
    for each in (*firms, *startups):
        Organisation.objects.filter(pk=each.pk).update(fields=["retail"])
    Challenge.objects.update(field="retail")
    world.run_now()
    for field in FIELDS_IN_TURN:
        edited = chance.choice([*startups, *firms])
        Organisation.objects.filter(pk=edited.pk).update(fields=[field])
        Challenge.objects.filter(company_id=edited.pk).update(field=field)
        ask_for_rescore(Organisation.objects.get(pk=edited.pk))
        waiting = list(Job.objects.filter(state=JobState.READY).values_list("pk", flat=True))
        for pk in chance.sample(waiting, chance.randrange(len(waiting) + 1)):
            jobs.run(pk)
    while waiting := list(Job.objects.filter(state=JobState.READY).values_list("pk", flat=True)):
        jobs.run(chance.choice(waiting))
    in_steps = world.pairs()
    world.run_now()
    assert world.pairs() == in_steps


@pytest.mark.usefixtures("short_lists")
@pytest.mark.parametrize("side", ["company", "startup"])
def test_filling_up_a_list_that_is_as_it_should_be_changes_nothing(side: str) -> None:
    firms, startups = world.populate()
    world.run_now()
    before = set(Match.objects.values_list("pk", "computed_at", "rank_for_company", "rank_for_startup"))
    keys = [each.pk for each in (firms if side == "company" else startups)]
    rescoring.fill_up(side, keys)
    assert before == set(
        Match.objects.values_list("pk", "computed_at", "rank_for_company", "rank_for_startup")
    )


@pytest.mark.usefixtures("short_lists")
@pytest.mark.parametrize("side", ["company", "startup"])
def test_a_list_that_lost_its_places_gets_them_back(side: str) -> None:
    firms, startups = world.populate()
    world.run_now()
    before = world.pairs()
    key = (firms[1] if side == "company" else startups[0]).pk
    other = "startup" if side == "company" else "company"
    own = Match.objects.filter(**{f"{side}_id": key})
    own.filter(**{f"rank_for_{other}": None}).delete()
    own.update(**{f"rank_for_{side}": None})
    assert world.pairs() != before
    rescoring.fill_up(side, [key])
    assert world.pairs() == before


def test_a_list_whose_owner_has_left_is_not_filled_up() -> None:
    firms, _startups = world.populate()
    world.run_now()
    Organisation.objects.filter(pk=firms[1].pk).update(status=OrganisationStatus.SUSPENDED)
    before = world.pairs()
    rescoring.fill_up("company", [firms[1].pk])
    assert world.pairs() == before


def test_before_the_first_run_there_is_nothing_to_fill_up() -> None:
    firms, _startups = world.populate()
    rescoring.fill_up("company", [firms[0].pk])
    assert not Match.objects.exists()


def test_a_new_firm_is_listed_without_a_full_run() -> None:
    _firms, startups = world.populate()
    world.run_now()
    newcomer = world.firm(4)
    rescored(newcomer.organisation)
    match = Match.objects.get(company=newcomer)
    assert (match.startup_id, match.rank_for_company, match.run_id) == (startups[5].pk, 1, None)
    ranks = Match.objects.filter(startup=startups[5]).values_list("rank_for_startup", flat=True)
    assert sorted(ranks) == [1, 2]


def test_a_suspended_startup_leaves_all_lists_and_the_others_close_up() -> None:
    firms, _startups = world.populate()
    world.run_now()
    gone = Match.objects.get(company=firms[0], rank_for_company=1).startup
    Organisation.objects.filter(pk=gone.pk).update(status=OrganisationStatus.SUSPENDED)
    rescored(gone.organisation)
    ranks = Match.objects.filter(company=firms[0]).values_list("rank_for_company", flat=True)
    assert (Match.objects.filter(startup=gone).count(), sorted(ranks)) == (0, [1, 2])


def test_profiles_edited_during_a_run_are_scored_again_after_it() -> None:
    firms, startups = world.populate()
    actions.start_run(by=None)
    for _step in range(2):
        jobs.run(Job.objects.filter(state=JobState.READY).order_by("pk").first().pk)
    startups[6].one_liner = "Bed sensors for care homes"
    startups[6].organisation.fields = ["healthcare"]
    startups[6].save()
    startups[6].organisation.save()
    jobs.run_due()
    assert Match.objects.filter(company=firms[4], startup=startups[6]).exists()
    assert not Match.objects.filter(company=firms[5], startup=startups[6]).exists()


@pytest.mark.parametrize("edit", ["profile", "challenge", "new challenge", "pitch", "suspension"])
def test_saving_a_profile_brings_the_lists_up_to_date_by_itself(edit: str) -> None:
    firms, startups = world.populate()
    world.run_now()
    officer = factories.OfficerFactory()
    if edit == "profile":
        change_company(firms[4], {}, {"excluded_countries": ["SG"]}, by=officer)
    elif edit == "challenge":
        change_challenge(firms[4].challenges.get(), {"is_open": False}, by=officer)
    elif edit == "new challenge":
        title, text, field = world.NEEDS[5]
        add_challenge(firms[4], {"title": title, "text": text, "field": field}, by=officer)
    elif edit == "pitch":
        change_startup(startups[5], {"fields": ["agritech"]}, {}, by=officer)
    else:
        suspend(startups[5].organisation, reason="Insolvent", by=officer)
    jobs.run_due()
    wanted = {startups[5].pk, startups[6].pk, startups[7].pk} if edit == "new challenge" else set()
    assert set(Match.objects.filter(company=firms[4]).values_list("startup_id", flat=True)) == wanted


def test_an_edit_of_a_profile_in_preparation_asks_for_nothing() -> None:
    draft = world.firm(0, organisation__status=OrganisationStatus.DRAFT, organisation__published_at=None)
    change_company(draft, {}, {"strengths": "別の強み"}, by=None)
    assert not Job.objects.filter(name="matches.rescore").exists()
