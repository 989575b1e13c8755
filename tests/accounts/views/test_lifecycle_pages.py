"""Pages on which a profile is confirmed and on which its organisation leaves: where they open, and to whom."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.contrib.messages import get_messages
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.enums import OrganisationStatus
from accounts.lists import PAGE_SIZE
from accounts.models import Organisation, User
from matchmaking.core.models import AuditEvent
from tests import factories
from tests.conftest import Cast

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
S = OrganisationStatus
CONFIRMED = datetime(2026, 9, 1, 3, 0, tzinfo=UTC)
DUE = datetime(2027, 9, 1, 0, 30, tzinfo=UTC)  # in Tokyo the day on which the term ends
KINDS = ["company", "startup"]


def put(cast: Cast, kind: str, status: str, confirmed_at: datetime = CONFIRMED) -> Organisation:
    """The cast's organisation of a kind, as it stands in that state."""
    organisation: Organisation = getattr(cast, kind).organisation
    values = {"status": status, "confirmed_at": confirmed_at, "published_at": CONFIRMED, "return_reason": "x"}
    Organisation.objects.filter(pk=organisation.pk).update(**values)
    return Organisation.objects.get(pk=organisation.pk)


def spoken(answer: Any) -> list[str]:
    return [str(message) for message in get_messages(answer.wsgi_request)]


def trail(action: str) -> int:
    return AuditEvent.objects.filter(action=action).count()


# --- confirming -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("status", [each for each in S if each not in (S.PUBLISHED, S.LAPSED, S.ERASED)])
def test_what_is_not_in_force_is_not_to_be_confirmed(
    status: str, kind: str, cast: Cast, as_user: SignIn
) -> None:
    put(cast, kind, status)
    client = as_user(getattr(cast, f"{kind}_owner"))
    page = "companies:own" if kind == "company" else "startups:own"
    assert client.get(reverse("accounts:renew")).url == reverse(page)
    assert client.post(reverse("accounts:renew")).status_code == 409
    stored = Organisation.objects.get(pk=getattr(cast, kind).pk)
    assert (stored.status, stored.confirmed_at) == (status, CONFIRMED)
    assert trail("organisation.confirmed") == 0


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize(
    ("status", "words"),
    [
        (
            S.PUBLISHED,
            {"en": "Thank you: the profile is confirmed.", "ja": "プロフィールの内容を確認しました。"},
        ),
        (S.LAPSED, {"en": "You take part again.", "ja": "再び参加できるようになりました。"}),
    ],
)
def test_a_click_confirms_and_says_what_has_come_of_it(
    status: str, words: dict[str, str], language: str, cast: Cast, as_user: SignIn
) -> None:
    organisation = put(cast, "company", status)
    moment = DUE + timedelta(days=20)
    with time_machine.travel(moment, tick=False), translation.override(language):
        client = as_user(cast.company_member)
        answer = client.post(reverse("accounts:renew"))
        assert (answer.url, spoken(answer)) == (reverse("companies:own"), [words[language]])
    organisation.refresh_from_db()
    assert (organisation.status, organisation.confirmed_at) == (S.PUBLISHED, moment)


@pytest.mark.parametrize(("after", "opens"), [(0, True), (1, False)])
def test_a_lapsed_profile_is_asked_up_to_the_last_day_of_its_year(
    after: int, opens: bool, cast: Cast, as_user: SignIn
) -> None:
    put(cast, "company", S.LAPSED)
    last = datetime(
        2028, 9, 15, 14, 59, tzinfo=UTC
    )  # two weeks and a year after the end, a minute before midnight
    with time_machine.travel(last + timedelta(minutes=after), tick=False):
        client = as_user(cast.company_owner)
        assert (client.get(reverse("accounts:renew")).status_code == 200) is opens
        assert client.post(reverse("accounts:renew")).status_code == (302 if opens else 409)
    assert Organisation.objects.get(pk=cast.company.pk).is_published is opens


@pytest.mark.parametrize("name", ["accounts:renew", "accounts:withdraw"])
@pytest.mark.parametrize("person", ["newcomer", "officer", "expert"])
def test_who_belongs_to_no_organisation_has_nothing_to_confirm_or_leave(
    person: str, name: str, cast: Cast, as_user: SignIn
) -> None:
    client = as_user(getattr(cast, person))
    assert (client.get(reverse(name)).status_code, client.post(reverse(name)).status_code) == (404, 404)


# --- leaving --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_an_owner_leaves_once_and_an_old_page_is_told_so(kind: str, cast: Cast, as_user: SignIn) -> None:
    put(cast, kind, S.PUBLISHED)
    client = as_user(getattr(cast, f"{kind}_owner"))
    page = reverse("accounts:withdraw")
    assert client.get(page).status_code == 200
    assert trail("organisation.withdrawn") == 0
    answer = client.post(page)
    assert spoken(answer) == ["You have left the programme."]
    assert Organisation.objects.get(pk=getattr(cast, kind).pk).status == S.WITHDRAWN
    assert (client.post(page).status_code, trail("organisation.withdrawn")) == (409, 1)


@pytest.mark.parametrize("kind", KINDS)
def test_a_member_does_not_leave_the_programme_for_all(kind: str, cast: Cast, as_user: SignIn) -> None:
    put(cast, kind, S.PUBLISHED)
    assert as_user(getattr(cast, f"{kind}_member")).post(reverse("accounts:withdraw")).status_code == 404
    assert Organisation.objects.get(pk=getattr(cast, kind).pk).is_published


# --- the office's list ----------------------------------------------------------------------------------------------


def due(count: int) -> list[Organisation]:
    return [
        factories.CompanyFactory(
            organisation__confirmed_at=CONFIRMED + timedelta(minutes=number)
        ).organisation
        for number in range(count)
    ]


@pytest.mark.parametrize("count", [1, 7])
def test_the_list_costs_the_same_for_few_and_many(
    count: int, cast: Cast, as_user: SignIn, django_assert_num_queries: Callable[..., Any]
) -> None:
    with time_machine.travel(DUE, tick=False):
        Organisation.objects.update(confirmed_at=DUE)
        due(count)
        client = as_user(cast.officer)
        client.get(reverse("accounts:renewals"))
        with django_assert_num_queries(5):
            page = client.get(reverse("accounts:renewals"))
    assert len(page.context["rows"]) == count


def test_the_list_goes_on_on_a_second_page_and_a_page_that_is_none_shows_one(
    cast: Cast, as_user: SignIn
) -> None:
    with time_machine.travel(DUE, tick=False):
        Organisation.objects.update(confirmed_at=DUE)
        made = due(PAGE_SIZE + 1)
        client = as_user(cast.officer)
        shown = {
            number: [
                row["organisation"]
                for row in client.get(reverse("accounts:renewals"), {"page": number}).context["rows"]
            ]
            for number in ("1", "2", "99", "x")
        }
    assert shown == {"1": made[:-1], "2": made[-1:], "99": made[-1:], "x": made[:-1]}


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "Every profile is confirmed for more than 30 days to come."), ("ja", "30日")],
)
def test_an_empty_list_says_so(language: str, words: str, cast: Cast, as_user: SignIn) -> None:
    with time_machine.travel(DUE, tick=False), translation.override(language):
        Organisation.objects.update(confirmed_at=DUE)
        page = as_user(cast.officer).get(reverse("accounts:renewals"))
    assert page.context["rows"] == []
    assert words in page.content.decode()
