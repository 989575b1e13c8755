"""What staff see of matches and runs, and what they decide."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import User
from matchmaking.core.enums import Field
from matchmaking.core.models import Job, Notice
from matchmaking.core.prefectures import Prefecture
from matchmaking.matches import actions
from matchmaking.matches.engine.scoring import RULES
from matchmaking.matches.enums import DismissReason, MatchStatus, RunStatus, Side
from matchmaking.matches.explaining.gaps import (
    FOR_FIRM,
    FOR_STAFF,
    NO_CHALLENGE,
    firms_without_match,
    why_none,
)
from matchmaking.matches.models import Match, Run, ScoringPolicy
from matchmaking.matches.runs.progress import progress_of, seconds_left
from matchmaking.matches.sample import NoRunYet, load_matches
from tests import factories
from tests.conftest import Cast
from tests.matches import world

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
NOON = datetime(2026, 11, 20, 3, 0, tzinfo=UTC)


@pytest.fixture
def staff(cast: Cast, as_user: SignIn) -> Client:
    return as_user(cast.officer)


def text(client: Client, name: str, query: str = "", **kwargs: Any) -> str:
    response = client.get(reverse(name, kwargs=kwargs or None) + query)
    assert response.status_code == 200
    return response.content.decode()


# --- The list ----------------------------------------------------------------------------------------------------


@pytest.fixture
def two(cast: Cast) -> tuple[Match, Match]:
    """A retail pair in Niigata with Singapore at 80, and an agritech pair in Kagawa with Vietnam at 40, disclosed."""
    kagawa = world.firm(5, prefecture=Prefecture.KAGAWA)
    vietnam = world.startup(6, organisation__country="VN")
    high = world.match_of(cast.company, world.startup(0), MatchStatus.PROPOSED)
    return high, world.match_of(kagawa, vietnam, MatchStatus.DISCLOSED, score="40.0", raw_score=0.4)


@pytest.mark.parametrize(
    "query",
    [
        "status=disclosed",
        f"field={Field.AGRITECH}",
        "country=VN",
        f"prefecture={Prefecture.KAGAWA}",
        "score_max=50",
        "q=paddyLINK",
    ],
)
def test_each_filter_narrows_the_list(two: tuple[Match, Match], staff: Client, query: str) -> None:
    page = text(staff, "matches:staff", f"?{query}")
    assert ("Paddylink" in page, "Cartless" in page, "1 match" in page) == (True, False, True)


def test_a_filter_that_makes_no_sense_says_so_and_narrows_nothing(
    two: tuple[Match, Match], staff: Client
) -> None:
    page = text(staff, "matches:staff", "?score_min=many")
    assert ("Enter a number." in page, "2 matches" in page) == (True, True)


@pytest.mark.parametrize(
    ("sort", "first"), [("", "Cartless"), ("score", "Paddylink"), ("-score", "Cartless")]
)
def test_the_list_sorts_by_score_first(
    two: tuple[Match, Match], staff: Client, sort: str, first: str
) -> None:
    page = text(staff, "matches:staff", f"?sort={sort}" if sort else "")
    assert min(("Cartless", "Paddylink"), key=page.index) == first


def test_only_proposed_matches_can_be_ticked(two: tuple[Match, Match], staff: Client) -> None:
    assert text(staff, "matches:staff").count('name="match"') == 1


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_costs_the_same_for_one_and_for_three(
    cast: Cast, staff: Client, count: int, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        world.match_of(cast.company, world.startup(number), MatchStatus.PROPOSED)
    text(staff, "matches:staff")
    with django_assert_num_queries(8):
        text(staff, "matches:staff")


# --- Decisions ---------------------------------------------------------------------------------------------------


def test_disclosing_shows_a_check_first_and_sends_nothing_until_it_is_confirmed(
    cast: Cast, two: tuple[Match, Match], staff: Client
) -> None:
    match, seen = two
    address = reverse("matches:disclose")
    page = staff.get(address, {"match": [match.pk, seen.pk]}).content.decode()
    assert ("Nothing has been sent yet" in page, "company-owner" in page, "Paddylink" in page) == (
        True,
        True,
        False,
    )
    assert Notice.objects.count() == 0
    answer = staff.post(address, {"match": [match.pk, seen.pk]}, follow=True)
    match.refresh_from_db()
    assert (match.status, "1 match disclosed." in answer.content.decode()) == (MatchStatus.DISCLOSED, True)
    assert Notice.objects.count() == 2


def test_disclosing_nothing_is_blocked(staff: Client) -> None:
    page = text(staff, "matches:disclose", "?match=abc")
    assert ("Tick at least one" in page, "disabled" in page) == (True, True)


def test_staff_dismiss_with_a_reason_and_undo_it(two: tuple[Match, Match], staff: Client) -> None:
    match, _seen = two
    address = reverse("matches:dismiss", kwargs={"pk": match.pk})
    assert "There is a problem" in staff.post(address, {}).content.decode()
    staff.post(address, {"reason": "conflict", "note": "They compete in Asia."})
    page = text(staff, "matches:detail", pk=match.pk)
    assert [
        words for words in ("Dismissed", "They compete in Asia.", "Conflict of interest") if words not in page
    ] == []
    staff.post(reverse("matches:restore", kwargs={"pk": match.pk}))
    match.refresh_from_db()
    assert match.status == MatchStatus.PROPOSED


def test_the_pairs_page_tells_staff_rank_policy_run_and_history(
    two: tuple[Match, Match], staff: Client
) -> None:
    match, _seen = two
    staff.post(reverse("matches:disclose"), {"match": match.pk})
    page = text(staff, "matches:detail", pk=match.pk)
    wanted = [
        "Place for the firm",
        f"version {match.policy.version}",
        "after an edit of a profile",
        "Disclosed to the firm",
        "officer",
    ]
    assert [words for words in wanted if words not in page] == []


STAFF_PAGES = ["staff", "disclose", "runs", "run_start"]


@pytest.mark.parametrize("name", STAFF_PAGES)
def test_staff_pages_do_not_exist_for_others(cast: Cast, as_user: SignIn, name: str) -> None:
    address = reverse(f"matches:{name}")
    codes = {
        user.name: as_user(user).get(address).status_code
        for user in (cast.company_owner, cast.startup_owner, cast.expert, cast.officer, cast.administrator)
    }
    wanted = {"company-owner": 404, "startup-owner": 404, "expert": 404, "officer": 200, "administrator": 200}
    assert codes == wanted


@pytest.mark.parametrize("name", ["list", "interest"])
def test_member_pages_do_not_exist_for_staff(staff: Client, name: str) -> None:
    assert staff.get(reverse(f"matches:{name}")).status_code == 404


@pytest.mark.parametrize("name", ["take_back", "restore"])
def test_what_changes_a_state_is_never_a_get(cast: Cast, as_user: SignIn, name: str) -> None:
    match = world.match_of(cast.company, cast.startup, MatchStatus.DISMISSED)
    assert as_user(cast.officer).get(reverse(f"matches:{name}", kwargs={"pk": match.pk})).status_code == 405


# --- Runs --------------------------------------------------------------------------------------------------------


def test_a_run_is_started_after_a_confirmation_and_only_once(staff: Client) -> None:
    assert "All pairs of 2 firms and 2 startups" in text(staff, "matches:run_start")
    assert Run.objects.count() == 0
    staff.post(reverse("matches:run_start"))
    again = staff.post(reverse("matches:run_start"), follow=True).content.decode()
    assert ("A run is under way already" in again, Run.objects.count(), Job.objects.count()) == (True, 1, 1)


@pytest.fixture
def run(policy: ScoringPolicy) -> Run:
    return Run.objects.create(
        policy=policy, status=RunStatus.EMBEDDING, texts_total=200, texts_done=50, phase_started_at=NOON
    )


def test_a_run_under_way_is_polled_and_can_be_cancelled(staff: Client, run: Run) -> None:
    page = text(staff, "matches:run", pk=run.pk)
    polled = reverse("matches:run_progress", kwargs={"pk": run.pk})
    assert (f'hx-get="{polled}"' in page, "Reading the texts: 50 of 200." in page) == (True, True)
    assert 'max="200" value="50"' in text(staff, "matches:run_progress", pk=run.pk)
    address = reverse("matches:run_cancel", kwargs={"pk": run.pk})
    assert staff.get(address).status_code == 200
    staff.post(address)
    run.refresh_from_db()
    assert (run.status, run.finished_at is not None) == (RunStatus.CANCELLED, True)
    assert staff.post(address).status_code == 409


def test_polling_ends_by_loading_the_page_anew(staff: Client, run: Run) -> None:
    address = reverse("matches:run_progress", kwargs={"pk": run.pk})
    assert "HX-Refresh" not in staff.get(address, headers={"HX-Request": "true"})
    Run.objects.update(status=RunStatus.DONE)
    assert staff.get(address, headers={"HX-Request": "true"})["HX-Refresh"] == "true"


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (RunStatus.QUEUED, "The run waits for a worker."),
        (RunStatus.SCORING, "Scoring the pairs: block 0 of 0."),
        (RunStatus.DONE, "The run has finished. The new lists are in use."),
        (RunStatus.FAILED, "The run has failed. The lists still show the last complete run."),
        (RunStatus.CANCELLED, "The run was cancelled. The lists still show the last complete run."),
    ],
)
def test_every_state_of_a_run_has_its_words(run: Run, status: str, words: str) -> None:
    Run.objects.update(status=status)
    run.refresh_from_db()
    assert progress_of(run, NOON).text == words


def test_the_time_left_is_told_once_it_can_be_known(run: Run) -> None:
    later = NOON + timedelta(seconds=60)
    assert progress_of(run, later).text == "Reading the texts: 50 of 200. About 3 minutes left."
    assert seconds_left(NOON, later, done=19, total=200) is None
    assert seconds_left(None, later, done=50, total=200) is None
    assert seconds_left(NOON, later, done=200, total=200) == 0


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_of_runs_costs_the_same_for_one_and_for_three(
    staff: Client, policy: ScoringPolicy, cast: Cast, count: int, django_assert_num_queries: Any
) -> None:
    for _number in range(count):
        Run.objects.create(policy=policy, status=RunStatus.DONE, started_by=cast.officer)
    text(staff, "matches:runs")
    with django_assert_num_queries(6):
        text(staff, "matches:runs")


# --- Who has no match --------------------------------------------------------------------------------------------


def gap(company: Any) -> str | None:
    company.refresh_from_db()
    return why_none(company)


def test_the_rule_that_left_a_firm_without_a_match_is_named(cast: Cast) -> None:
    company = cast.company
    assert gap(company) is None
    company.excluded_countries = ["SG"]
    company.save()
    assert gap(company) == "country_excluded"
    company.challenges.update(modes=["acquisition"])
    assert gap(company) == "no_shared_mode"
    company.challenges.update(field=Field.AGRITECH)
    assert gap(company) == "no_shared_field"
    company.challenges.update(is_open=False)
    assert gap(company) == NO_CHALLENGE


def test_a_firm_whose_startups_are_all_dismissed_is_told_so(cast: Cast) -> None:
    for startup in (cast.startup, cast.other_startup):
        world.match_of(cast.company, startup, MatchStatus.DISMISSED)
    assert gap(cast.company) == "dismissed"


def test_staff_see_exactly_which_firms_have_no_match_and_why(
    cast: Cast, staff: Client, policy: ScoringPolicy
) -> None:
    world.match_of(cast.company, cast.startup, MatchStatus.PROPOSED)
    cast.other_company.challenges.update(field=Field.AGRITECH)
    run = Run.objects.create(policy=policy, status=RunStatus.DONE)
    assert [(gap.company, gap.rule) for gap in firms_without_match()] == [
        (cast.other_company, "no_shared_field")
    ]
    page = text(staff, "matches:run", pk=run.pk)
    assert ("no_shared_field" in page, cast.other_company.organisation.name_en in page) == (True, True)


def test_every_rule_has_words_for_staff_and_for_the_firm() -> None:
    assert set(FOR_STAFF) == set(FOR_FIRM) == {*RULES, NO_CHALLENGE}


# --- The sample --------------------------------------------------------------------------------------------------


def test_the_sample_waits_for_a_run(cast: Cast) -> None:
    with pytest.raises(NoRunYet):
        load_matches(by=cast.officer)


def test_the_sample_brings_matches_into_every_state_once(vectors: None) -> None:
    officer = factories.OfficerFactory()
    for _round in range(2):
        for company in world.populate()[0]:
            factories.MembershipFactory(organisation=company.organisation)
    world.run_now()
    decided = load_matches(by=officer)
    states = set(Match.objects.values_list("status", "dismissed_by"))
    assert states >= {("proposed", ""), ("disclosed", ""), ("dismissed", Side.COMPANY)}
    assert (decided > 0, load_matches(by=officer)) == (True, 0)
    assert not Match.objects.filter(status=MatchStatus.DISMISSED, dismiss_reason="").exists()


def test_the_sample_decides_the_same_every_time(vectors: None) -> None:
    officer = factories.OfficerFactory()
    world.populate()
    world.run_now()
    load_matches(by=officer)
    first = list(Match.objects.order_by("pk").values_list("pk", "status"))
    for match in Match.objects.touched():
        if match.status == MatchStatus.DISCLOSED:
            actions.dismiss(match, side=Side.STAFF, reason=DismissReason.OTHER, by=officer)
        actions.return_changed([match])
    load_matches(by=officer)
    assert list(Match.objects.order_by("pk").values_list("pk", "status")) == first
