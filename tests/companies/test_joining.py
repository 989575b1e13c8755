"""A second person registers the same firm: pointed to its owner, without learning who that is."""

from __future__ import annotations

import re

import pytest
from django.urls import reverse

from accounts.models import JoinRequest
from companies.actions import REGISTERED
from matchmaking.core.models import Notice
from tests import factories
from tests.pages import errors_of

pytestmark = pytest.mark.django_db
NUMBER, FREE = "5070001000715", "1010001185037"
URL = "/en/firm/join/?number="


@pytest.fixture
def firm():
    company = factories.CompanyFactory(corporate_number=NUMBER, organisation__status="draft")
    factories.MembershipFactory(organisation=company.organisation, user__name="秘密の担当者")
    return company


def test_the_form_offers_to_ask_and_begins_nothing(firm, cast, as_user):
    client = as_user(cast.newcomer)
    page = client.post(
        reverse("companies:step_later", args=["company"]),
        {"corporate_number": "5070-0010-00715", "name": "別名"},
    )
    assert errors_of(page) == {"corporate_number": [str(REGISTERED)]}
    assert f"{URL}{NUMBER}" in page.content.decode()
    assert cast.newcomer.organisation is None


@pytest.mark.parametrize("button", ["step", "step_later"])
def test_whoever_is_to_join_is_told_of_nothing_else_and_keeps_what_they_typed(firm, cast, as_user, button):
    """The rest of the page is for whoever registers the firm."""
    typed = {
        "corporate_number": NUMBER,
        "name": "別名",
        "employees": "many",
        "website": "javascript:alert(1)",
    }
    page = as_user(cast.newcomer).post(reverse(f"companies:{button}", args=["company"]), typed)
    assert errors_of(page) == {"corporate_number": [str(REGISTERED)]}
    assert page.context["form"]["employees"].value() == "many"
    assert page.content.decode().count("field-error") <= 1


def test_a_firm_in_preparation_that_takes_anothers_number_is_told_of_everything(firm, as_user):
    other = factories.CompanyFactory(organisation__status="draft")
    client = as_user(factories.MembershipFactory(organisation=other.organisation).user)
    sent = {"corporate_number": NUMBER, "name": "別名", "employees": "many"}
    page = client.post(reverse("companies:step_later", args=["company"]), sent)
    assert set(errors_of(page)) == {"corporate_number", "employees"}
    assert URL not in page.content.decode()  # they belong to a firm: there is nothing to join


def test_asking_tells_the_owner_and_nobody_else(firm, cast, as_user):
    client = as_user(cast.newcomer)
    assert "Nothing has been sent yet." in client.get(URL + NUMBER).content.decode()
    assert client.post(URL + NUMBER).url == reverse("home")
    request = JoinRequest.objects.get()
    assert (request.organisation, request.user) == (firm.organisation, cast.newcomer)
    assert {notice.recipient.name for notice in Notice.objects.all()} == {"秘密の担当者"}


def without_token(answer) -> str:
    """The page without what is drawn anew each time."""
    return re.sub(r'(csrfmiddlewaretoken" value=|x-csrftoken": ?|nonce=)"[^"]*"', "", answer.content.decode())


def test_the_answers_are_the_same_for_a_number_that_nobody_has(firm, cast, as_user):
    """Otherwise the page would tell who takes part in the programme."""
    client = as_user(cast.newcomer)
    taken, free = (without_token(client.get(URL + number)).replace(number, "N") for number in (NUMBER, FREE))
    assert taken == free
    assert "秘密の担当者" not in taken
    assert firm.organisation.name not in taken
    pages = [client.post(URL + number, follow=True) for number in (NUMBER, FREE)]
    assert len({without_token(page) for page in pages}) == 1
    assert JoinRequest.objects.count() == 1


@pytest.mark.parametrize("number", ["", "123", "6070001000715"])
def test_without_a_number_there_is_nothing_to_ask(cast, as_user, number):
    assert as_user(cast.newcomer).get(URL + number).url == reverse("companies:step", args=["company"])


def test_who_belongs_to_a_firm_has_nobody_to_ask(cast, as_user):
    assert as_user(cast.company_owner).get(URL + NUMBER).status_code == 404
