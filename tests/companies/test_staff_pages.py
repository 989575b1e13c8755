"""A firm as staff see it: full and empty, in both languages, its history, and the page on which they judge it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.enums import OrganisationStatus
from accounts.models import Organisation, User
from companies import actions
from companies.eligibility import Answer, Criterion
from companies.models import Company, EligibilityDecision
from matchmaking.core.models import AuditEvent
from tests import factories
from tests.conftest import Cast
from tests.pages import errors_of

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


@pytest.fixture
def office(cast: Cast, as_user: SignIn) -> Client:
    return as_user(cast.officer)


def opened(office: Client, page: str, company: Company, language: str = "en") -> str:
    with translation.override(language):
        answer = office.get(reverse(f"companies:{page}", args=[company.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def full(cast: Cast) -> Company:
    company = cast.company
    Company.objects.filter(pk=company.pk).update(
        revenue_band="b5_10",
        strengths="焼成に強い。",
        preferred_countries=["SG", "VN"],
        excluded_countries=["US"],
    )
    Organisation.objects.filter(pk=company.pk).update(website="https://kitahama.example", sub_fields=[])
    company.refresh_from_db()
    return company


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["Niigata", "Foods", "420", "310", "Singapore", "Vietnam", "https://kitahama.example"]),
        ("ja", ["新潟県", "食料品", "420", "310", "シンガポール", "ベトナム", "https://kitahama.example"]),
    ],
)
def test_the_detail_says_everything_in_the_readers_words(
    language: str, words: list[str], full: Company, office: Client
) -> None:
    html = opened(office, "detail", full, language)
    assert [word for word in words if word not in html] == []
    assert "焼成に強い。" in html, "what a firm wrote stays in its own language"


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_firm_that_has_said_next_to_nothing_opens_as_well(language: str, office: Client) -> None:
    bare = factories.CompanyFactory(
        organisation__status=OrganisationStatus.DRAFT,
        organisation__name_en="",
        organisation__fields=[],
        organisation__modes=[],
        corporate_number=None,
        prefecture="",
        industry="",
        employees=None,
        capital_million_yen=None,
        business="",
        strengths="",
    )
    html = opened(office, "detail", bare, language)
    assert "None" not in html
    assert bare.organisation.name in html


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "a & b < c",
        "\"quoted\" 'twice'",
        "{{ 7|add:7 }} {% now 'Y' %}",
        "行1\n行2",
    ],
)
def test_what_people_wrote_is_shown_as_they_wrote_it(text: str, cast: Cast, office: Client) -> None:
    Company.objects.filter(pk=cast.company.pk).update(business=text)
    html = opened(office, "detail", cast.company)
    assert "<script>alert" not in html
    assert "14 20" not in html
    for part in text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").split("\n"):
        shown = part.replace('"', "&quot;").replace("'", "&#x27;")
        assert shown in html


def test_the_history_tells_who_changed_what_from_what(cast: Cast, office: Client, as_user: SignIn) -> None:
    actions.change_company(cast.company, {"city": "燕市"}, {"employees": 421}, by=cast.company_owner)
    html = opened(office, "detail", cast.company)
    for word in ("421", "420", "燕市", "長岡市"):
        assert word in html
    assert "Profile changed" in html


def test_a_firm_that_is_not_there_is_not_found(office: Client) -> None:
    for page in ("detail", "eligibility"):
        assert office.get(reverse(f"companies:{page}", args=[999_999])).status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_the_detail_is_only_to_be_looked_at(method: str, cast: Cast, office: Client) -> None:
    assert getattr(office, method)(reverse("companies:detail", args=[cast.company.pk])).status_code == 405


GIVEN = {"criterion": "midsize", "decided": "yes", "reason": "連結では中堅規模です。"}


@pytest.mark.parametrize("criterion", ["midsize", "regional"])
@pytest.mark.parametrize("decided", ["yes", "no"])
def test_a_decision_is_recorded_and_shown(criterion: str, decided: str, cast: Cast, office: Client) -> None:
    url = reverse("companies:eligibility", args=[cast.company.pk])
    answer = office.post(url, {**GIVEN, "criterion": criterion, "decided": decided}, follow=True)
    assert answer.redirect_chain == [(url, 302)]
    row = EligibilityDecision.objects.get()
    assert (row.criterion, row.decided, row.by, row.reason) == (
        criterion,
        decided,
        cast.officer,
        GIVEN["reason"],
    )
    assert GIVEN["reason"] in answer.content.decode()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"criterion": ""}, "criterion"),
        ({"criterion": "size"}, "criterion"),
        ({"decided": ""}, "decided"),
        ({"decided": "open"}, "decided"),
        ({"decided": "maybe"}, "decided"),
        ({"reason": ""}, "reason"),
        ({"reason": " \n "}, "reason"),
        ({"reason": "x" * 2001}, "reason"),
        ({"reason": "hid\u202eden"}, "reason"),
    ],
)
@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_decision_without_its_parts_is_told_at_the_field(
    language: str, change: dict[str, str], field: str, cast: Cast, office: Client
) -> None:
    with translation.override(language):
        url = reverse("companies:eligibility", args=[cast.company.pk])
    page = office.post(url, {**GIVEN, **change})
    assert page.status_code == 200
    errors = errors_of(page)
    assert list(errors) == [field]
    assert errors[field][0].endswith("。" if language == "ja" else ".")
    assert not EligibilityDecision.objects.exists()
    kept = {name: page.context["form"][name].value() for name in GIVEN if name != field}
    assert kept == {name: value for name, value in GIVEN.items() if name != field}


def test_every_decision_stays_on_record_the_latest_first(cast: Cast, office: Client) -> None:
    for answer, reason in ((Answer.YES, "はじめの判断"), (Answer.NO, "あとの判断")):
        actions.decide_eligibility(
            cast.company, Criterion.MIDSIZE, decided=answer, reason=reason, by=cast.officer
        )
    html = opened(office, "eligibility", cast.company)
    assert html.index("あとの判断") < html.index("はじめの判断")
    trail = AuditEvent.objects.filter(action="company.eligibility_decided").order_by("pk")
    assert [event.detail["reason"] for event in trail] == ["はじめの判断", "あとの判断"]


@pytest.mark.parametrize(
    "person", ["company_owner", "other_company_owner", "startup_owner", "expert", "newcomer"]
)
def test_nobody_but_staff_judges_a_firm(person: str, cast: Cast, as_user: SignIn) -> None:
    client = as_user(getattr(cast, person))
    url = reverse("companies:eligibility", args=[cast.company.pk])
    assert (client.get(url).status_code, client.post(url, GIVEN).status_code) == (404, 404)
    assert not EligibilityDecision.objects.exists()


@pytest.mark.parametrize("count", [1, 4])
def test_the_page_takes_the_same_number_of_queries_however_much_was_decided(
    count: int, cast: Cast, office: Client, django_assert_max_num_queries: Any
) -> None:
    for _number in range(count):
        actions.decide_eligibility(
            cast.company, Criterion.MIDSIZE, decided=Answer.YES, reason="判断", by=cast.officer
        )
    url = reverse("companies:eligibility", args=[cast.company.pk])
    office.get(url)
    with django_assert_max_num_queries(12) as queries:
        office.get(url)
    assert len(queries) <= 12
