"""What a reviewer says of a challenge names the challenge and the field, wherever the firm or the office reads it."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from accounts import actions
from accounts.actions import ask_for_changes
from accounts.enums import ReviewStatus
from accounts.models import Remark, Review
from accounts.reviewing.cases import labels_in, review_context
from companies.models import Company
from companies.remarks import told_at_challenges
from matchmaking.core.models import Notice
from tests import factories
from tests.accounts import review_stories as stories

pytestmark = pytest.mark.django_db
WORDS = {
    ("en", "text"): "What hurts of “Shorten the queue”",
    ("ja", "text"): "「Shorten the queue」の困っていること",
    ("en", "budget_band"): "Budget of “Shorten the queue”",
    ("ja", "budget_band"): "「Shorten the queue」の予算",
}
LABELS = {
    ("en", "text"): "What hurts",
    ("ja", "text"): "困っていること",
    ("en", "budget_band"): "Budget",
    ("ja", "budget_band"): "予算",
}


@pytest.fixture
def firm() -> Company:
    """Returned for changes, with two challenges that have the same fields."""
    company = factories.ChallengeFactory(
        company__organisation__status="returned", title="Shorten the queue"
    ).company
    factories.ChallengeFactory(company=company, title="Waste less heat")
    factories.TransferConsentFactory(company=company)
    return company


@pytest.fixture
def review(firm: Company) -> Review:
    return factories.ReviewFactory(
        organisation=firm.organisation, status=ReviewStatus.RETURNED, decided_at=timezone.now()
    )


@pytest.fixture
def client(firm: Company, as_user: Any) -> Client:
    return as_user(factories.MembershipFactory(organisation=firm.organisation).user)


def remark_on(review: Review, number: int, field: str, text: str) -> Remark:
    challenge = review.organisation.company.challenges.order_by("pk")[number]
    return factories.RemarkFactory(review=review, subject=f"challenge.{challenge.pk}.{field}", text=text)


def page(client: Client, name: str, *args: Any, language: str = "en") -> Any:
    with translation.override(language):
        return client.get(reverse(f"companies:{name}", args=args))


def panel_of(answer: Any, title: str) -> str:
    """The part of the page of challenges that is about one of them."""
    [part] = [part for part in answer.content.decode().split("<article")[1:] if f">{title}</h3>" in part]
    return part


@pytest.mark.parametrize(("language", "field"), list(WORDS))
def test_the_task_list_names_the_challenge_and_the_field(client, review, language, field):
    remark_on(review, 0, field, "Say how long.")
    with translation.override(language):
        groups = page(client, "setup", language=language).context["groups"]
        notes = [task.note for _title, tasks in groups for task in tasks if task.note]
    between = "：" if language == "ja" else ": "
    assert notes == [f"{WORDS[language, field]}{between}Say how long."]


@pytest.mark.parametrize(("language", "field"), list(WORDS))
def test_it_stands_at_its_challenge_with_the_field_and_the_way_there(client, review, language, field):
    remark = remark_on(review, 0, field, "Say how long.")
    answer = page(client, "challenges", language=language)
    shown, other = panel_of(answer, "Shorten the queue"), panel_of(answer, "Waste less heat")
    assert ("Say how long." in shown, "Say how long." in other) == (True, False)
    assert answer.content.decode().count("Say how long.") == 1
    assert (
        f"{'修正してください：' if language == 'ja' else 'Needs a correction: '}{LABELS[language, field]}"
        in shown
    )
    number = remark.subject.split(".")[1]
    with translation.override(language):
        place = reverse("companies:challenge_edit", args=[number])
    assert f'href="{place}#remark-{field}"' in shown
    assert f'id="remark-{field}"' in client.get(place).content.decode()


def test_two_remarks_on_two_challenges_are_told_apart_and_follow_the_order_of_the_page(client, review):
    remark_on(review, 1, "text", "Which heat?")
    remark_on(review, 0, "amount", "How many?")
    remark_on(review, 0, "title", "Shorter.")
    first, second = review.organisation.company.challenges.order_by("pk")
    remarks = page(client, "challenges").context["remarks"]
    assert [(each.challenge, each.label, each.text) for each in remarks] == [
        (first.pk, "Title", "Shorter."),
        (first.pk, "Scale and frequency", "How many?"),
        (second.pk, "What hurts", "Which heat?"),
    ]


def test_of_a_challenge_that_is_gone_it_stands_above_the_others(client, review):
    factories.RemarkFactory(review=review, subject="challenge.4711.text", text="Which plant?")
    answer = page(client, "challenges")
    [told] = answer.context["remarks"]
    assert (told.challenge, told.label, told.url, told.text) == (None, "", "", "Which plant?")
    before_the_list = answer.content.decode().split("<article")[0]
    assert "Which plant?" in before_the_list
    [note] = [
        task.note for _title, tasks in page(client, "setup").context["groups"] for task in tasks if task.note
    ]
    assert note == "Which plant?"


def test_once_the_challenge_is_saved_its_remark_is_gone_and_the_others_stay(client, review):
    remark_on(review, 0, "text", "How long?")
    remark_on(review, 1, "text", "Which heat?")
    first = review.organisation.company.challenges.order_by("pk")[0]
    form = page(client, "challenge_edit", first.pk).context["form"]
    sent = {name: value for name, value in form.initial.items() if value not in (None, "", [])}
    client.post(reverse("companies:challenge_edit", args=[first.pk]), sent | {"text": "Nine minutes."})
    assert [each.text for each in page(client, "challenges").context["remarks"]] == ["Which heat?"]


def test_a_challenge_of_another_firm_with_the_same_title_takes_nothing(firm, review):
    stranger = factories.ChallengeFactory(title="Shorten the queue")
    remark = factories.RemarkFactory(review=review, subject=f"challenge.{stranger.pk}.text", text="Whose?")
    [told] = told_at_challenges([remark], firm.challenges.all())
    assert told.challenge is None


@pytest.mark.parametrize(("language", "field"), list(WORDS))
def test_the_mail_to_the_members_names_the_challenge_too(language, field):
    """Two challenges have the same fields: in one text each is told from the other."""
    waiting = stories.applied()
    company = waiting.organisation.company
    company.challenges.update(title="Shorten the queue")
    factories.ChallengeFactory(company=company, title="Waste less heat")
    subject = f"challenge.{company.challenges.order_by('pk')[0].pk}.{field}"
    labels = labels_in(language, waiting.organisation)
    assert labels[subject] == WORDS[language, field]
    assert len({label for key, label in labels.items() if key.endswith(f".{field}")}) == 2
    ask_for_changes(
        waiting, remarks={subject: "Say how long."}, text="", told=f"{labels[subject]}: Say how long.",
        seen=stories.seen(waiting), by=factories.OfficerFactory(),
    )  # fmt: skip
    member = waiting.organisation.memberships.get().user
    assert WORDS[language, field] in str(Notice.objects.filter(recipient=member).latest("pk").params)


def test_the_office_reads_it_by_the_same_name_and_the_plain_one_where_there_is_only_one(firm, review):
    remark_on(review, 1, "text", "Which heat?")
    factories.RemarkFactory(review=review, subject="company.employees", text="Regular ones.")
    remarks = review_context(review, factories.OfficerFactory())["remarks"]
    assert remarks == [
        {"label": "What hurts of “Waste less heat”", "text": "Which heat?"},
        {"label": "Employees", "text": "Regular ones."},
    ]


def test_the_reviewers_boxes_are_told_apart_by_their_challenge(as_user):
    waiting = stories.applied()
    company = waiting.organisation.company
    factories.ChallengeFactory(company=company, title="Waste less heat")
    form = as_user(factories.OfficerFactory()).get(
        reverse("accounts:review_changes", args=[waiting.pk]) + stories.address_part(waiting)
    ).context["form"]  # fmt: skip
    labels = [str(field.label) for name, field in form.fields.items() if name.startswith("text-")]
    assert len(labels) == len(set(labels))
    assert "What to correct: What hurts of “Waste less heat”" in labels


@pytest.mark.parametrize(("language", "field"), list(WORDS))
def test_an_earlier_reviews_remark_names_challenge_and_field_beside_the_next_review(as_user, language, field):
    officer, first = factories.OfficerFactory(), stories.applied()
    company = first.organisation.company
    company.challenges.update(title="Shorten the queue")
    factories.ChallengeFactory(company=company, title="Waste less heat")
    challenge = company.challenges.order_by("pk")[0]
    stories.returned(first, officer, **{f"challenge__{challenge.pk}__{field}": "Say how long."})
    again = actions.submit(stories.fresh(first).organisation, by=first.asked_by)
    with translation.override(language):
        answer = as_user(officer).get(reverse("accounts:review", args=[again.pk]))
    [other] = answer.context["others"]
    assert (other.review, other.remarks) == (
        first, [{"label": WORDS[language, field], "text": "Say how long."}]
    )  # fmt: skip
    assert WORDS[language, field] in answer.content.decode()


def test_a_remark_on_what_is_no_longer_there_stands_without_a_name(as_user):
    officer, first = factories.OfficerFactory(), stories.applied()
    stories.returned(first, officer, challenge__4711__text="Which plant?")
    again = actions.submit(stories.fresh(first).organisation, by=first.asked_by)
    answer = as_user(officer).get(reverse("accounts:review", args=[again.pk]))
    assert [each.remarks for each in answer.context["others"]] == [[{"label": "", "text": "Which plant?"}]]
