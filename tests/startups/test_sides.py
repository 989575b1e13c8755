"""What a firm and a startup see of themselves, and of each other, in every state: words, pages, and nothing more."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.enums import OrganisationStatus
from accounts.models import Organisation, User
from accounts.registration.registrations import IN_PREPARATION
from matchmaking.matches.enums import MatchStatus
from startups.models import Startup
from tests import factories
from tests.conftest import Cast
from tests.meetings import stories

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
STATES = sorted(set(OrganisationStatus) - {OrganisationStatus.ERASED})


def set_status(organisation: Organisation, status: str) -> None:
    values = {"status": status, "return_reason": "Correct it" if status == "returned" else ""}
    Organisation.objects.filter(pk=organisation.pk).update(**values)


@pytest.mark.parametrize("status", STATES)
@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_startups_own_page_opens_in_every_state_and_names_it(
    language: str, status: str, cast: Cast, as_user: SignIn
) -> None:
    set_status(cast.startup.organisation, status)
    with translation.override(language):
        answer = as_user(cast.startup_owner).get(reverse("startups:own"), follow=True)
        words = str(OrganisationStatus(status).label)
    assert answer.status_code == 200
    html = answer.content.decode()
    is_list_of_tasks = status in IN_PREPARATION
    assert (cast.startup.organisation.name in html) is not is_list_of_tasks
    assert words in html or is_list_of_tasks


@pytest.mark.parametrize("status", STATES)
@pytest.mark.parametrize(
    ("person", "may_always"),
    [("officer", True), ("company_owner", False), ("other_company_owner", False)],
)
def test_a_profile_is_read_by_staff_always_and_by_firms_while_it_is_published(
    person: str, may_always: bool, status: str, cast: Cast, as_user: SignIn
) -> None:
    set_status(cast.startup.organisation, status)
    answer = as_user(getattr(cast, person)).get(reverse("startups:profile", args=[cast.startup.pk]))
    expected = 200 if may_always or status == OrganisationStatus.PUBLISHED else 404
    assert answer.status_code == expected


@pytest.mark.parametrize("status", STATES)
def test_a_firm_reads_profiles_only_while_it_takes_part_itself(
    status: str, cast: Cast, as_user: SignIn
) -> None:
    set_status(cast.company.organisation, status)
    answer = as_user(cast.company_owner).get(reverse("startups:profile", args=[cast.startup.pk]))
    assert (answer.status_code == 200) is (status == OrganisationStatus.PUBLISHED)


@pytest.mark.parametrize("status", STATES)
def test_what_somebody_may_see_is_what_the_rows_say(status: str, cast: Cast) -> None:
    set_status(cast.startup.organisation, status)
    is_published = status == OrganisationStatus.PUBLISHED
    seen = {
        "officer": True,
        "startup_owner": True,
        "company_owner": is_published,
        "other_startup_owner": False,
        "expert": False,
        "newcomer": False,
    }
    for person, sees in seen.items():
        rows = Startup.objects.visible_to(getattr(cast, person)).filter(pk=cast.startup.pk)
        assert rows.exists() is sees, person


SECRETS = {"referee": "mei@harbour.example", "external": "accelerator-77"}


@pytest.mark.parametrize(
    ("person", "page", "sees"),
    [
        ("officer", "detail", True),
        ("company_owner", "profile", False),
        ("startup_owner", "own", True),
    ],
)
def test_how_a_referee_is_reached_is_not_for_firms(
    person: str, page: str, sees: bool, cast: Cast, as_user: SignIn
) -> None:
    factories.ReferenceFactory(startup=cast.startup, contact=SECRETS["referee"], may_be_shown=False)
    address = reverse(f"startups:{page}", args=[] if page == "own" else [cast.startup.pk])
    html = as_user(getattr(cast, person)).get(address, follow=True).content.decode()
    assert (SECRETS["referee"] in html) is sees


@pytest.mark.parametrize("value", ["<b>bold</b>", "{{ 1|add:1 }}", "a\u00a0b", "שלום", "Đà Nẵng", "😀"])
def test_a_pitch_is_shown_to_firms_as_it_was_written(value: str, cast: Cast, as_user: SignIn) -> None:
    Startup.objects.filter(pk=cast.startup.pk).update(solution=value, one_liner=value)
    html = (
        as_user(cast.company_owner).get(reverse("startups:profile", args=[cast.startup.pk])).content.decode()
    )
    assert value.replace("<", "&lt;").replace(">", "&gt;") in html
    assert "<b>bold</b>" not in html


@pytest.mark.parametrize("status", [MatchStatus.PROPOSED, MatchStatus.DISCLOSED])
def test_a_startup_that_nobody_is_interested_in_learns_of_no_firm(
    status: str, cast: Cast, as_user: SignIn
) -> None:
    stories.match_of(cast.company, cast.startup, status)
    client = as_user(cast.startup_owner)
    for page in ("home", "startups:own", "startups:deck", "matches:interest", "meetings:list"):
        html = client.get(reverse(page)).content.decode()
        for secret in (cast.company.organisation.name, cast.company.organisation.name_en):
            assert secret not in html, page


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize(
    ("person", "pages"),
    [
        ("startup_owner", ["startups:own", "startups:deck", "startups:setup"]),
        ("company_owner", ["companies:own", "companies:challenges", "companies:consents", "companies:setup"]),
        ("officer", ["startups:list", "companies:list"]),
    ],
)
def test_no_page_shows_a_gap_where_a_word_should_be(
    person: str, pages: list[str], language: str, cast: Cast, as_user: SignIn
) -> None:
    client = as_user(getattr(cast, person))
    for page in pages:
        with translation.override(language):
            answer = client.get(reverse(page), follow=True)
        assert answer.status_code == 200, page
        html = answer.content.decode()
        for gap in (">None<", "%(", "django.utils.functional", "<Promise", "Undefined"):
            assert gap not in html, (page, gap)
        assert f'<html lang="{language}"' in html
