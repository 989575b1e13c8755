"""Who may see which match, and what a page must never give away."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client

from accounts.enums import MemberRole, OrganisationStatus
from accounts.models import Organisation, User
from companies.models import Company
from matchmaking.matches.enums import MatchStatus, Side
from matchmaking.matches.models import Match
from tests import factories
from tests.conftest import Cast
from tests.matches import world
from tests.matches.pages import answer, source, without_tokens, words

pytestmark = pytest.mark.django_db

ROLES = (
    "administrator",
    "officer",
    "expert",
    "company_owner",
    "company_member",
    "other_company_owner",
    "startup_owner",
    "startup_member",
    "other_startup_owner",
)
STAFF = {"administrator", "officer"}
FIRM = {"company_owner", "company_member"}
STARTUP = {"startup_owner", "startup_member"}
# state, whether it was ever disclosed, who put it aside: who sees it
SEEN: dict[tuple[str, bool, str], set[str]] = {
    ("proposed", False, ""): STAFF,
    ("disclosed", True, ""): STAFF | FIRM,
    ("interested", True, ""): STAFF | FIRM | STARTUP,
    ("dismissed", False, Side.STAFF): STAFF,
    ("dismissed", True, Side.STAFF): STAFF | FIRM,
    ("dismissed", True, Side.COMPANY): STAFF | FIRM,
    ("dismissed", True, Side.STARTUP): STAFF | FIRM,
}


def made(cast: Cast, status: str, disclosed: bool, by: str) -> Match:
    Match.objects.all().delete()
    changes: dict[str, Any] = {"dismissed_by": by} if by else {}
    if not disclosed:
        changes["disclosed_at"] = None
    return world.match_of(cast.company, cast.startup, status, **changes)


def test_every_role_in_every_state_sees_what_the_table_says(cast: Cast) -> None:
    found = {}
    for case in SEEN:
        made(cast, *case)
        found[case] = {role for role in ROLES if Match.objects.visible_to(getattr(cast, role)).exists()}
    assert found == SEEN


def test_the_pairs_page_opens_for_exactly_those(cast: Cast, as_user: Any) -> None:
    clients = {role: as_user(getattr(cast, role)) for role in ROLES}
    for case, readers in SEEN.items():
        match = made(cast, *case)
        codes = {
            role: answer(client, "matches:detail", pk=match.pk).status_code
            for role, client in clients.items()
        }
        assert codes == {role: 200 if role in readers else 404 for role in ROLES}


def test_a_guest_is_asked_to_sign_in(cast: Cast) -> None:
    match = world.match_of(cast.company, cast.startup, MatchStatus.INTERESTED)
    for name, kwargs in (("detail", {"pk": match.pk}), ("list", {}), ("interest", {}), ("staff", {})):
        response = answer(Client(), f"matches:{name}", **kwargs)
        assert (response.status_code, "/login/" in response["Location"]) == (302, True)
    assert AnonymousUser().is_authenticated is False


@pytest.mark.parametrize("status", [OrganisationStatus.SUSPENDED, OrganisationStatus.PUBLISHED])
def test_a_suspended_startup_leaves_the_recommendations_but_not_the_record(
    cast: Cast, as_user: Any, status: str
) -> None:
    match = world.match_of(cast.company, cast.startup)
    Organisation.objects.filter(pk=cast.startup.pk).update(status=status)
    published = status == OrganisationStatus.PUBLISHED
    assert Match.objects.visible_to(cast.company_owner).recommended().exists() == published
    assert answer(as_user(cast.officer), "matches:detail", pk=match.pk).status_code == 200


def test_somebody_who_left_sees_nothing(cast: Cast) -> None:
    world.match_of(cast.company, cast.startup, MatchStatus.INTERESTED)
    for user in (cast.company_member, cast.startup_member):
        user.membership.delete()
        assert not Match.objects.visible_to(User.objects.get(pk=user.pk)).exists()


def test_somebody_who_moved_to_another_firm_sees_that_ones_only(cast: Cast) -> None:
    own = world.match_of(cast.company, cast.startup)
    other = world.match_of(cast.other_company, cast.startup)
    assert list(Match.objects.visible_to(cast.company_member)) == [own]
    cast.company_member.membership.delete()
    factories.MembershipFactory(
        organisation=cast.other_company.organisation, user=cast.company_member, role=MemberRole.MEMBER
    )
    assert list(Match.objects.visible_to(User.objects.get(pk=cast.company_member.pk))) == [other]


# --- What a page must not give away ------------------------------------------------------------------------------


def secretive(company: Company) -> Company:
    Company.objects.filter(pk=company.pk).update(name_disclosed=False)
    return Company.objects.get(pk=company.pk)


def renamed(company: Company) -> None:
    organisation = company.organisation
    organisation.name, organisation.name_kana, organisation.name_en = (
        "別名工業株式会社",
        "ベツメイ",
        "Betsumei",
    )
    organisation.city, organisation.website = "上越市", "https://betsumei.example/"
    organisation.save()
    company.business, company.strengths, company.employees = "別の事業。", "別の強み。", 99
    company.save()
    company.challenges.update(title="別の題", text="別の文章。")


@pytest.mark.parametrize("language", ["en", "ja"])
def test_renaming_an_undisclosed_firm_changes_no_byte_for_the_startup(
    cast: Cast, as_user: Any, language: str
) -> None:
    company = secretive(cast.company)
    match = world.match_of(company, cast.startup, MatchStatus.INTERESTED)
    client = as_user(cast.startup_owner)

    def read() -> list[list[str]]:
        pages = (source(client, "matches:interest", language=language),)
        pages += (source(client, "matches:detail", language=language, pk=match.pk),)
        return [without_tokens(page) for page in pages]

    before = read()
    renamed(company)
    assert read() == before


def test_a_disclosed_firm_is_shown_by_its_name_at_once(cast: Cast, as_user: Any) -> None:
    match = world.match_of(cast.company, cast.startup, MatchStatus.INTERESTED)
    client = as_user(cast.startup_owner)
    renamed(cast.company)
    for language, name in (("en", "Betsumei"), ("ja", "別名工業株式会社")):
        assert name in source(client, "matches:interest", language=language)
        assert name in source(client, "matches:detail", language=language, pk=match.pk)


def test_a_firms_pages_hold_nothing_of_another_firm_and_no_rank(cast: Cast, as_user: Any) -> None:
    own = world.match_of(cast.company, cast.startup, rank_for_company=37, rank_for_startup=43)
    world.match_of(cast.other_company, cast.startup, MatchStatus.INTERESTED, score=91)
    world.match_of(cast.other_company, cast.other_startup, score=91)
    other = cast.other_company
    secrets = [
        other.organisation.name,
        other.organisation.name_en,
        other.challenges.get().title,
        "other-company",
    ]
    secrets += [other.corporate_number, cast.other_startup.organisation.name]
    client = as_user(cast.company_owner)
    for page in (source(client, "matches:list"), source(client, "matches:detail", pk=own.pk)):
        text = words(page)
        assert [secret for secret in secrets if secret in text] == []
        assert [rank for rank in ("Place for", " 37 ", " 43 ", "91 / 100") if rank in text] == []


def test_a_startups_pages_hold_no_rank_and_no_other_startup(cast: Cast, as_user: Any) -> None:
    own = world.match_of(
        cast.company, cast.startup, MatchStatus.INTERESTED, rank_for_company=37, rank_for_startup=43
    )
    world.match_of(cast.company, cast.other_startup, MatchStatus.INTERESTED, score=91)
    client = as_user(cast.startup_owner)
    for page in (source(client, "matches:interest"), source(client, "matches:detail", pk=own.pk)):
        text = words(page)
        hidden = [cast.other_startup.organisation.name, "Place for", " 37 ", " 43 ", "91 / 100"]
        assert [each for each in hidden if each in text] == []


def test_staff_see_both_places_and_where_the_score_comes_from(cast: Cast, as_user: Any) -> None:
    own = world.match_of(cast.company, cast.startup, rank_for_company=37, rank_for_startup=43)
    text = words(source(as_user(cast.officer), "matches:detail", pk=own.pk))
    wanted = ["Place for the firm 37", "Place for the startup 43", f"Policy version {own.policy.version}"]
    assert [each for each in wanted if each not in text] == []


# --- Addresses typed by hand -------------------------------------------------------------------------------------


def test_odd_addresses_of_the_firms_list_break_nothing(cast: Cast, as_user: Any) -> None:
    world.match_of(cast.company, world.startup(0))
    client = as_user(cast.company_owner)
    for query in (
        f"challenge={10**20}",
        "challenge=-1",
        "challenge=²",
        "challenge=x",
        "field=space",
        "country=XX",
        "page=999",
        "page=x",
        "sort=__class__",
        "field=retail&field=space",
    ):
        assert answer(client, "matches:list", f"?{query}").status_code == 200


# --- Constant cost -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("reader", ["officer", "company_owner", "startup_owner"])
def test_the_pairs_page_costs_the_same_however_much_has_happened(
    cast: Cast, as_user: Any, reader: str, django_assert_max_num_queries: Any
) -> None:
    match = world.match_of(cast.company, cast.startup, MatchStatus.INTERESTED)
    client = as_user(getattr(cast, reader))
    source(client, "matches:detail", pk=match.pk)
    with django_assert_max_num_queries(16) as first:
        source(client, "matches:detail", pk=match.pk)
    for number in range(3):
        factories.ChallengeFactory(company=cast.company, title=f"別の課題{number}")
        with django_assert_max_num_queries(len(first)):
            source(client, "matches:detail", pk=match.pk)
