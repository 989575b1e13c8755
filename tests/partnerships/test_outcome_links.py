"""The link in the mail: what it opens, for whom, for how long; and that looking at it changes nothing."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core.signing import Signer
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone
from post_office.models import Email

from accounts.models import Membership, User
from matchmaking.core.models import AuditEvent, Notice
from partnerships import actions
from partnerships.models import FollowUp, FollowUpAnswer, FollowUpLink
from tests.conftest import Cast
from tests.partnerships import stories
from tests.partnerships.pages import errors, path, words

pytestmark = pytest.mark.django_db
ANSWER = {
    "results": ["in_use", "sales"],
    "sales": "12,000,000",
    "sales_currency": "JPY",
    "invested": "0",
    "invested_currency": "JPY",
    "jobs": "3",
    "products": "1",
    "without": "later",
    "words": "The tills came late.",
}


@pytest.fixture
def sent(cast: Cast) -> dict[str, str]:
    """The contract is three months old and both sides have just been asked; the address in each one's mail."""
    now = timezone.now()
    stories.signed(cast, now - timedelta(days=93))
    actions.ask_due(now=now)
    mails = Email.objects.filter(message__contains="/outcomes/")
    return {
        mail.to[0].split("@")[0]: path("outcome_link", token=token)
        for mail in mails
        for token in stories.tokens([mail])
    }


def get(url: str) -> HttpResponse:
    return Client().get(url)


def counts() -> list[int]:
    return [
        each.objects.count() for each in (FollowUp, FollowUpAnswer, FollowUpLink, Email, Notice, AuditEvent)
    ]


def test_it_opens_the_form_without_a_password_and_says_what_is_asked(
    cast: Cast, sent: dict[str, str]
) -> None:
    answer = get(sent["company-owner"])
    assert answer.status_code == 200
    text = words(answer)
    for told in ("3 months after signing", "Joint development", "The other side does not read your answer"):
        assert told in text
    assert "sessionid" not in answer.cookies


def test_its_address_is_told_to_nobody(cast: Cast, sent: dict[str, str]) -> None:
    headers = get(sent["company-owner"]).headers
    assert headers["Referrer-Policy"] == "strict-origin"
    assert "noindex" in headers["X-Robots-Tag"]
    assert "no-store" in headers["Cache-Control"]


def test_looking_changes_nothing_however_often_a_program_looks(cast: Cast, sent: dict[str, str]) -> None:
    before = counts()
    for method in ("get", "head", "get"):
        assert getattr(Client(), method)(sent["startup-owner"]).status_code == 200
    assert counts() == before
    for method in ("put", "patch", "delete"):
        assert getattr(Client(), method)(sent["startup-owner"]).status_code == 405
    assert counts() == before


def test_it_takes_one_answer_of_its_side_and_then_shows_nothing_of_it(
    cast: Cast, sent: dict[str, str]
) -> None:
    answer = Client().post(sent["company-owner"], ANSWER, follow=True)
    assert "Your answer has arrived" in words(answer)
    found = FollowUpAnswer.objects.get()
    assert (found.side, found.by, found.by_link) == ("company", cast.company_owner, True)
    assert found.told() == stories.told(words="The tills came late.")
    for mine in ("company-owner", "company-member"):
        page = words(get(sent[mine]))
        assert "Your answer has arrived" in page
        assert ("12,000,000" in page, "tills came late" in page) == (False, False)
    Client().post(sent["company-member"], {**ANSWER, "jobs": "99"})
    assert FollowUpAnswer.objects.get().jobs == 3
    assert get(sent["startup-owner"]).context["form"] is not None


def test_both_links_used_confirm_the_outcome(cast: Cast, sent: dict[str, str]) -> None:
    for person in ("company-member", "startup-owner"):
        Client().post(sent[person], ANSWER)
    assert FollowUp.objects.get().status == "confirmed"
    assert "Your answer has arrived" in words(get(sent["startup-owner"]))


def test_a_form_without_its_token_against_forgery_is_refused(cast: Cast, sent: dict[str, str]) -> None:
    assert Client(enforce_csrf_checks=True).post(sent["company-owner"], ANSWER).status_code == 403
    assert not FollowUpAnswer.objects.exists()


@pytest.mark.parametrize(
    ("given", "field", "error"),
    [
        ({"results": []}, "results", "Choose at least one. “Nothing yet” is an answer too."),
        ({"results": ["nothing", "sales"]}, "results", "Choose “Nothing yet” alone, or what has come of it."),
        (
            {"sales": ""},
            "sales",
            "Give the amount in figures, for example 12,000,000. Write 0 if there is none.",
        ),
        (
            {"sales": "-1"},
            "sales",
            "Give the amount in figures, for example 12,000,000. Write 0 if there is none.",
        ),
        ({"jobs": "two"}, "jobs", "Give a whole number. Write 0 if there are none."),
        ({"jobs": "-2"}, "jobs", "Give a whole number. Write 0 if there are none."),
        ({"products": ""}, "products", "Give a whole number. Write 0 if there are none."),
        ({"without": ""}, "without", "Choose what you think. “We cannot say” is an answer too."),
    ],
)
def test_what_is_amiss_is_told_at_its_field_and_nothing_typed_is_lost(
    cast: Cast, sent: dict[str, str], given: dict[str, Any], field: str, error: str
) -> None:
    answer = Client().post(sent["company-owner"], {**ANSWER, **given})
    assert errors(answer) == {field: [error]}
    assert "The tills came late." in answer.content.decode()
    assert not FollowUpAnswer.objects.exists()


def test_full_width_figures_are_read(cast: Cast, sent: dict[str, str]) -> None:
    Client().post(sent["company-owner"], {**ANSWER, "sales": "１２，０００", "jobs": "３"})
    found = FollowUpAnswer.objects.get()
    assert (found.sales, found.jobs) == (12_000, 3)


def test_whatever_is_wrong_is_no_page(cast: Cast, sent: dict[str, str]) -> None:
    token = sent["company-owner"].split("/")[-2]
    secret, signature = token.split(".")
    elsewhere = Signer(salt="another.purpose", sep=".").sign(secret)
    unknown = Signer(salt="partnerships.outcome", sep=".").sign("a-secret-that-was-never-sent")
    wrong = [secret, f"{secret}.", f"{secret[:-1]}A.{signature}", elsewhere, unknown, "guess", "x" * 500]
    for token in wrong:
        for name in ("outcome_link", "outcome_link_renew"):
            assert Client().post(path(name, token=token), ANSWER).status_code == 404
        assert get(path("outcome_link", token=token)).status_code == 404


def test_a_stopped_link_and_one_of_somebody_who_has_left_are_no_page(
    cast: Cast, sent: dict[str, str]
) -> None:
    follow_up = FollowUp.objects.get()
    actions.stop_links(follow_up, side=stories.Side.STARTUP, by=cast.officer)
    Membership.objects.filter(user=cast.company_member).update(organisation=cast.other_company.organisation)
    User.objects.filter(pk=cast.company_owner.pk).update(is_active=False)
    for url in sent.values():
        assert get(url).status_code == 404
        assert Client().post(url, ANSWER).status_code == 404
    assert not FollowUpAnswer.objects.exists()


def test_one_that_was_sent_before_both_were_asked_again_is_no_page(cast: Cast, sent: dict[str, str]) -> None:
    follow_up = stories.settled(FollowUp.objects.get(), cast, jobs=9)
    actions.ask_outcome_again(follow_up, by=cast.officer, reason="Look again.")
    assert get(sent["company-owner"]).status_code == 404


class TestRunOut:
    @pytest.fixture
    def past(self, sent: dict[str, str]) -> dict[str, str]:
        now = timezone.now()
        FollowUpLink.objects.update(sent_at=now - timedelta(days=30), expires_at=now)
        return sent

    def test_it_says_so_kindly_and_takes_nothing(self, cast: Cast, past: dict[str, str]) -> None:
        answer = get(past["startup-owner"])
        assert answer.status_code == 410
        assert "Send me a new link" in words(answer)
        assert Client().post(past["startup-owner"], ANSWER).status_code == 410
        assert not FollowUpAnswer.objects.exists()

    def test_a_new_one_goes_to_the_same_address_only(self, cast: Cast, past: dict[str, str]) -> None:
        Email.objects.all().delete()
        renew = f"{past['startup-owner']}renew/"
        assert get(renew).status_code == 405
        assert "A new link is on its way" in words(Client().post(renew, {"email": "thief@elsewhere.example"}))
        [mail] = Email.objects.all()
        assert mail.to == [cast.startup_owner.email]
        [token] = stories.tokens([mail])
        assert get(path("outcome_link", token=token)).status_code == 200
        assert get(past["startup-owner"]).status_code == 410

    def test_not_more_than_twice_an_hour(self, cast: Cast, past: dict[str, str]) -> None:
        renew = f"{past['startup-owner']}renew/"
        assert [Client().post(renew).status_code for _each in range(2)] == [200, 200]
        refused = Client().post(renew)
        assert (refused.status_code, refused.headers["Retry-After"]) == (429, "600")
        assert "Wait five minutes" in words(refused)

    def test_a_good_link_is_not_renewed(self, cast: Cast, sent: dict[str, str]) -> None:
        Email.objects.all().delete()
        Client().post(f"{sent['company-owner']}renew/")
        assert not Email.objects.exists()


def test_what_has_lapsed_is_no_longer_asked(cast: Cast, sent: dict[str, str]) -> None:
    actions.lapse_unanswered(now=timezone.now() + timedelta(days=61))
    assert "This is no longer asked" in words(get(sent["company-owner"]))
    Client().post(sent["company-owner"], ANSWER)
    assert not FollowUpAnswer.objects.exists()


def test_guessing_is_slowed_down(cast: Cast) -> None:
    found = [get(path("outcome_link", token=f"guess-{number}")).status_code for number in range(61)]
    assert found == [404] * 60 + [429]


@pytest.mark.parametrize("language", ["en", "ja"])
def test_its_pages_speak_the_language_of_the_mail(cast: Cast, sent: dict[str, str], language: str) -> None:
    url = sent["company-owner"].replace("/en/", f"/{language}/")
    heading = {"en": "What has come of your partnership?", "ja": "協業の成果をお知らせください"}[language]
    assert heading in words(get(url))
