"""What firms and startups see, and what they can do about it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation
from django.utils.html import escape

from accounts.enums import OrganisationStatus
from accounts.models import User
from companies.models import Company
from matchmaking.core.enums import Field
from matchmaking.matches.enums import MatchStatus, RunStatus
from matchmaking.matches.explaining.explanation import PART_LABELS
from matchmaking.matches.models import Match, Run
from tests import factories
from tests.conftest import Cast
from tests.matches import world
from tests.matches.pages import words

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


def text(client: Client, name: str, query: str = "", **kwargs: Any) -> str:
    response = client.get(reverse(name, kwargs=kwargs or None) + query)
    assert response.status_code == 200
    return response.content.decode()


# --- The firm ----------------------------------------------------------------------------------------------------


def test_a_firm_sees_the_startups_disclosed_to_it_and_no_others(cast: Cast, firm: Client) -> None:
    shown = world.match_of(cast.company, world.startup(0))
    world.match_of(cast.company, world.startup(1), MatchStatus.PROPOSED)
    world.match_of(cast.other_company, world.startup(2))
    page = text(firm, "matches:list")
    assert [name in page for name in ("Cartless", "Shelfwise", "Paywave")] == [True, False, False]
    assert reverse("meetings:request", kwargs={"match_pk": shown.pk}) in page


def test_the_card_says_score_word_bars_reasons_and_caution(cast: Cast, firm: Client) -> None:
    world.match_of(cast.company, world.startup(0))
    page = text(firm, "matches:list")
    wanted = [
        "<b>80</b>",
        "High",
        "Fit with the challenge",
        "<b>62</b> / 67",
        "Wanted by both",
        "interpreter",
    ]
    assert [words for words in wanted if words not in page] == []


def test_members_never_see_a_rank(cast: Cast, as_user: SignIn) -> None:
    match = world.match_of(cast.company, cast.startup, MatchStatus.INTERESTED)
    for user in (cast.company_member, cast.startup_member):
        page = text(as_user(user), "matches:detail", pk=match.pk)
        assert ("Place for" in page, "Policy" in page, "History" in page) == (False, False, False)


def test_filters_narrow_the_list_and_stay_in_the_address(cast: Cast, firm: Client) -> None:
    world.match_of(cast.company, world.startup(0, organisation__country="IN"))
    world.match_of(cast.company, world.startup(1, organisation__fields=[Field.RETAIL, Field.MOBILITY]))
    assert "2 startups" in text(firm, "matches:list")
    by_country, by_field = (
        text(firm, "matches:list", "?country=IN"),
        text(firm, "matches:list", "?field=mobility"),
    )
    assert ("Cartless" in by_country, "Shelfwise" in by_country) == (True, False)
    assert ("Cartless" in by_field, "Shelfwise" in by_field) == (False, True)
    assert "No startups fit these filters" in text(firm, "matches:list", "?country=IN&field=mobility")


@pytest.mark.parametrize(
    ("sort", "first"), [("score", "Shelfwise"), ("name", "Cartless"), ("nonsense", "Shelfwise")]
)
def test_the_list_can_be_sorted(cast: Cast, firm: Client, sort: str, first: str) -> None:
    world.match_of(cast.company, world.startup(0), score="50.0", raw_score=0.5)
    world.match_of(cast.company, world.startup(1), score="70.0", raw_score=0.7)
    page = text(firm, "matches:list", f"?sort={sort}")
    assert min(("Cartless", "Shelfwise"), key=lambda name: page.index(f">{name}<")) == first


def test_the_challenge_switch_shows_one_challenge(cast: Cast, firm: Client) -> None:
    second = factories.ChallengeFactory(company=cast.company, title="在庫の数え直しをやめたい")
    world.match_of(cast.company, world.startup(0))
    world.match_of(cast.company, world.startup(1), challenge=second)
    page = text(firm, "matches:list", f"?challenge={second.pk}")
    assert ("Cartless" in page, "Shelfwise" in page, "Switch challenge" in page) == (False, True, True)


def test_a_suspended_startup_is_no_longer_recommended(cast: Cast, firm: Client) -> None:
    world.match_of(cast.company, world.startup(0, organisation__status=OrganisationStatus.SUSPENDED))
    assert "Cartless" not in text(firm, "matches:list")


def test_a_requested_startup_offers_no_second_request(cast: Cast, firm: Client) -> None:
    match = world.match_of(cast.company, world.startup(0), MatchStatus.INTERESTED)
    page = text(firm, "matches:list")
    assert (
        "Meeting requested" in page,
        reverse("meetings:request", kwargs={"match_pk": match.pk}) in page,
    ) == (
        True,
        False,
    )


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (OrganisationStatus.SUBMITTED, "Recommendations begin when your profile has been reviewed"),
        (OrganisationStatus.PUBLISHED, "Your recommendations are being prepared"),
    ],
)
def test_an_empty_list_says_what_it_waits_for(as_user: SignIn, status: str, words: str) -> None:
    company = world.firm(0, organisation__status=status)
    member = factories.MembershipFactory(organisation=company.organisation).user
    assert words in text(as_user(member), "matches:list")


def test_a_firm_without_a_possible_startup_is_told_kindly_why(cast: Cast, firm: Client, policy: Any) -> None:
    Run.objects.create(policy=policy, status=RunStatus.DONE)
    cast.company.challenges.update(field=Field.AGRITECH)
    page = text(firm, "matches:list")
    assert "No startup in the field of your challenge has registered yet" in page
    assert "no_shared_field" not in page


def test_not_for_us_asks_one_reason_and_can_be_taken_back(cast: Cast, firm: Client) -> None:
    match = world.match_of(cast.company, world.startup(0))
    address = reverse("matches:put_aside", kwargs={"pk": match.pk})
    assert firm.get(address).status_code == 200
    assert "There is a problem" in firm.post(address, {}).content.decode()
    assert Match.objects.get().status == MatchStatus.DISCLOSED
    assert firm.post(address, {"reason": "known"}).status_code == 302
    match.refresh_from_db()
    assert (match.status, match.dismissed_by, match.dismiss_reason) == ("dismissed", "company", "known")
    page = text(firm, "matches:list")
    assert "1 startup put aside" in page
    firm.post(reverse("matches:take_back", kwargs={"pk": match.pk}))
    match.refresh_from_db()
    assert match.status == MatchStatus.DISCLOSED


def test_a_firm_cannot_take_back_what_staff_dismissed(cast: Cast, firm: Client) -> None:
    match = world.match_of(cast.company, world.startup(0), MatchStatus.DISMISSED)
    assert firm.post(reverse("matches:take_back", kwargs={"pk": match.pk})).status_code == 404
    assert "put aside" not in text(firm, "matches:list")


def test_putting_aside_twice_is_a_conflict(cast: Cast, firm: Client) -> None:
    match = world.match_of(cast.company, world.startup(0))
    address = reverse("matches:put_aside", kwargs={"pk": match.pk})
    firm.post(address, {"reason": "known"})
    assert firm.post(address, {"reason": "known"}).status_code == 409


@pytest.mark.parametrize("name", ["matches:put_aside", "matches:take_back", "matches:detail"])
def test_another_firms_match_does_not_exist(cast: Cast, as_user: SignIn, name: str) -> None:
    match = world.match_of(cast.company, world.startup(0))
    client = as_user(cast.other_company_owner)
    address = reverse(name, kwargs={"pk": match.pk})
    answer = client.get(address) if name == "matches:detail" else client.post(address, {"reason": "known"})
    assert answer.status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_firms_list_costs_the_same_for_one_and_for_three(
    cast: Cast, firm: Client, count: int, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        world.match_of(cast.company, world.startup(number))
    text(firm, "matches:list")
    with django_assert_num_queries(14):
        text(firm, "matches:list")


# --- The startup -------------------------------------------------------------------------------------------------


def undisclosed(cast: Cast) -> Company:
    Company.objects.filter(pk=cast.company.pk).update(name_disclosed=False)
    cast.company.refresh_from_db()
    return cast.company


def test_a_startup_sees_who_is_interested_and_nothing_before(cast: Cast, as_user: SignIn) -> None:
    client = as_user(cast.startup_owner)
    match = world.match_of(cast.company, cast.startup, MatchStatus.DISCLOSED)
    assert "No firm has asked for a meeting yet" in text(client, "matches:interest")
    assert "See requests and meetings" not in text(client, "matches:interest")
    assert client.get(reverse("matches:detail", kwargs={"pk": match.pk})).status_code == 404
    Match.objects.update(status=MatchStatus.INTERESTED)
    assert cast.company.organisation.name_en in text(client, "matches:interest")
    assert "See requests and meetings" in text(client, "matches:interest")
    with translation.override("ja"):
        assert cast.company.organisation.name in text(client, "matches:interest")


def test_a_firm_is_led_to_the_profile_that_it_may_open(cast: Cast, as_user: SignIn) -> None:
    match = world.match_of(cast.company, cast.startup, MatchStatus.DISCLOSED)
    profile = reverse("startups:profile", kwargs={"pk": cast.startup.pk})
    client = as_user(cast.company_owner)
    assert f'href="{profile}"' in text(client, "matches:detail", pk=match.pk)
    assert client.get(profile).status_code == 200


def test_an_undisclosed_firm_is_an_industry_and_a_prefecture(cast: Cast, as_user: SignIn) -> None:
    company = undisclosed(cast)
    match = world.match_of(company, cast.startup, MatchStatus.INTERESTED)
    for page in (
        text(as_user(cast.startup_owner), "matches:interest"),
        text(as_user(cast.startup_owner), "matches:detail", pk=match.pk),
    ):
        secrets = [
            company.organisation.name,
            company.organisation.name_en,
            company.business,
            company.strengths,
        ]
        secrets += [match.challenge.title, match.challenge.text]
        assert [secret for secret in secrets if secret in page] == []
        assert "Foods firm in Niigata" in page


@pytest.mark.parametrize("name", ["matches:interest", "matches:detail"])
def test_renaming_an_undisclosed_firm_changes_no_byte_of_what_the_startup_sees(
    cast: Cast, as_user: SignIn, name: str
) -> None:
    company = undisclosed(cast)
    match = world.match_of(company, cast.startup, MatchStatus.INTERESTED)
    client = as_user(cast.startup_owner)
    kwargs = {"pk": match.pk} if name == "matches:detail" else {}
    before = _without_tokens(text(client, name, **kwargs))
    company.organisation.name, company.organisation.name_en = "別名工業株式会社", "Betsumei"
    company.organisation.save()
    company.challenges.update(title="別の題", text="別の文章")
    assert _without_tokens(text(client, name, **kwargs)) == before


def _without_tokens(page: str) -> list[str]:
    return [line for line in page.splitlines() if "csrf" not in line.lower() and "nonce=" not in line]


def test_the_startup_reads_its_own_side_of_the_explanation(cast: Cast, as_user: SignIn) -> None:
    match = world.match_of(cast.company, cast.startup, MatchStatus.INTERESTED)
    page = text(as_user(cast.startup_owner), "matches:detail", pk=match.pk)
    assert "Your pitch is close in content to their challenge" in page
    assert "Request a meeting" not in page


@pytest.mark.parametrize("count", [1, 3])
def test_the_startups_list_costs_the_same_for_one_and_for_three(
    cast: Cast, as_user: SignIn, count: int, django_assert_num_queries: Any
) -> None:
    for number in range(count):
        world.match_of(world.firm(number), cast.startup, MatchStatus.INTERESTED)
    client = as_user(cast.startup_owner)
    text(client, "matches:interest")
    with django_assert_num_queries(9):
        text(client, "matches:interest")


# --- The pair's page and the help --------------------------------------------------------------------------------


def test_the_pairs_page_shows_every_part_and_both_sides_words(cast: Cast, firm: Client) -> None:
    match = world.match_of(cast.company, world.startup(0))
    page = text(firm, "matches:detail", pk=match.pk)
    wanted = [
        "Capabilities asked for and offered",
        "80.0",
        match.challenge.text,
        "Computer vision replaces the till.",
    ]
    assert [words for words in wanted if words not in page] == []


def test_missing_information_is_shown_as_missing_and_the_score_as_provisional(
    cast: Cast, firm: Client
) -> None:
    match = world.match_of(cast.company, world.startup(0), missing=["partner_e5", "partner_use"])
    page = text(firm, "matches:detail", pk=match.pk)
    assert ("No data (8)" in page, "Provisional" in page, "no data, average" in page) == (
        True,
        True,
        True,
    )


def test_everybody_may_read_how_scores_are_worked_out(cast: Cast, as_user: SignIn, policy: Any) -> None:
    for user in (cast.company_member, cast.startup_member, cast.expert, cast.officer):
        assert f"Policy in force: version {policy.version}." in text(as_user(user), "matches:score_help")
    assert Client().get(reverse("matches:score_help")).status_code == 200


@pytest.mark.parametrize("bands", [None, (90, 60)])
def test_the_help_page_names_the_bands_in_force_and_every_part(
    settings: Any, policy: Any, bands: Any
) -> None:
    if bands:
        settings.SCORE_BANDS = bands
    page = text(Client(), "matches:score_help")
    high, fairly = bands or (80, 70)
    assert f"{high} and more is called high, {fairly} and more fairly high, less possible." in page
    labels = [escape(str(label)) for label in PART_LABELS.values()]
    assert [label for label in labels if page.count(label) < 2] == []


@pytest.mark.parametrize(("part", "points"), [("country", "0.9"), ("advice", "2.3")])
def test_the_help_page_says_what_counts_where_nobody_is_asked(policy: Any, part: str, points: str) -> None:
    """The same as pairs without it are given: the shift of the policy in force, rounded."""
    assert f"{policy.parameters['scale']['shifts'][part] / 10:.1f}" == points
    page = words(text(Client(), "matches:score_help"))
    assert f"this part: {PART_LABELS[part]}. Without it {points} points count for everybody" in page


def test_a_card_names_its_challenge_where_the_firm_has_several(cast: Cast, firm: Client) -> None:
    world.match_of(cast.company, world.startup(0))
    page, title = text(firm, "matches:list"), cast.company.challenges.get().title
    assert (page.count("Your challenge:"), page.count(title)) == (1, 1), "once for all of them"
    second = factories.ChallengeFactory(company=cast.company, title="在庫の数え直しをやめたい")
    world.match_of(cast.company, world.startup(1), challenge=second)
    page = text(firm, "matches:list")
    assert page.count("Your challenge:") == 2
    assert re.search(rf"Your challenge:</span>\s*<span lang=\"ja\">{second.title}", page)
