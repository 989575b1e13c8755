"""The pages of reviews: one application with its checks and decisions, step by step."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone, translation

from accounts import actions
from accounts.enums import ReviewCheck, ReviewStatus
from accounts.models import Remark, Review
from companies.actions import change_challenge, change_company
from matchmaking.core.models import Notice
from startups.actions import RecordChanges, change_records
from tests import factories
from tests.accounts import review_stories as stories
from tests.pages import errors_of

pytestmark = pytest.mark.django_db
ALL_OF_A_FIRM = ["existence", "eligibility", "field", "personal_data"]


@pytest.fixture
def officer():
    return factories.OfficerFactory(name="Soma")


@pytest.fixture
def client(officer, as_user):
    return as_user(officer)


def url(page: str, review: Review) -> str:
    return reverse(f"accounts:{page}", args=[review.pk])


def seen_url(page: str, review: Review) -> str:
    return url(page, review) + stories.address_part(review)


def text_of(answer) -> str:
    return re.sub(r"\s+", " ", answer.content.decode())


def test_the_page_shows_what_was_applied_for(client):
    review = stories.applied(employees=431)
    page = client.get(url("review", review))
    html = text_of(page)
    assert page.status_code == 200
    for words in (
        "431",
        review.organisation.name,
        "Partnership wishes",
        "Challenge: レジの列",
        "Corporate number",
        "Waiting",
    ):
        assert words in html
    assert page.context["seen"] in stories.address_part(review)


def test_the_consents_of_a_firm_in_force_are_shown_with_who_gave_them(client):
    review = stories.applied()
    html = text_of(client.get(url("review", review)))
    assert ("Singapore" in html, "Vietnam" in html) == (True, False)
    factories.TransferConsentFactory(
        company=review.organisation.company, country="VN", agreed_by=review.asked_by
    )
    html = text_of(client.get(url("review", review)))
    assert "Vietnam" in html
    assert f"{review.asked_by}, " in html


@pytest.mark.parametrize(("employees", "answer"), [(412, "Met"), (40, "Not met")])
def test_whether_a_firm_may_take_part_is_shown_with_the_way_to_decide_otherwise(client, employees, answer):
    review = stories.applied()
    company = review.organisation.company
    type(company).objects.filter(pk=company.pk).update(
        industry="machinery", employees=employees, capital_million_yen=480, prefecture="18"
    )
    html = text_of(client.get(url("review", review)))
    assert "Eligibility" in html
    assert answer in html
    page = client.get(url("review", review)).content.decode()
    assert reverse("companies:eligibility", args=[company.pk]) in page


def test_what_changed_since_the_last_decision_is_marked_with_what_was_asked_for(client, officer):
    review = stories.applied()
    company = review.organisation.company
    challenge = company.challenges.get()
    stories.returned(review, officer, company__employees="Count the regular ones only.")
    change_company(company, {}, {"employees": 510}, by=review.asked_by)
    change_challenge(challenge, {"text": "別の課題です。"}, by=review.asked_by)
    again = actions.submit(stories.fresh(review.organisation), by=review.asked_by)
    page = client.get(url("review", again))
    shown = {each.answer.subject: each for section in page.context["sections"] for each in section.answers}
    assert {subject for subject, each in shown.items() if each.before is not None} == {
        "company.employees",
        f"challenge.{challenge.pk}.text",
    }
    assert (shown["company.employees"].before, shown["company.employees"].remark) == (
        "420",
        "Count the regular ones only.",
    )
    html = text_of(page)
    assert "Before: 420" in html
    assert "Asked for: Count the regular ones only." in html


# --- the checklist ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("before", "sent", "after"),
    [
        ([], ["existence"], ["existence"]),
        (["existence"], [], []),
        ([], ["all"], ALL_OF_A_FIRM),
        (["field"], ["all", "field"], ALL_OF_A_FIRM),
        (ALL_OF_A_FIRM, ALL_OF_A_FIRM, []),  # the box for all was cleared
        (ALL_OF_A_FIRM, ["all", "existence", "field"], ["existence", "field"]),
        ([], ["deck", "mood"], []),  # not of a firm, and none at all
    ],
)
def test_checks_are_saved_as_they_are_ticked(client, before, sent, after):
    review = stories.applied()
    Review.objects.filter(pk=review.pk).update(checks=before)
    shown = (
        {"was_complete": "1"} if 'name="was_complete"' in text_of(client.get(url("review", review))) else {}
    )
    assert client.post(url("review_tick", review), {"checks": sent, **shown}).url == url("review", review)
    assert stories.fresh(review).checks == after
    fragment = client.post(url("review_tick", review), {"checks": after}, headers={"HX-Request": "true"})
    assert (fragment.status_code, "<html" in fragment.content.decode()) == (200, False)


def test_of_two_clicks_under_way_at_once_the_second_undoes_nothing(client):
    """The box for all is ticked and saved; before the page shows it, the form is sent as it was."""
    review = stories.applied()
    for page in ("review_tick", "review_ticked"):
        client.post(url(page, review), {"checks": ["all"]})
        assert stories.fresh(review).checks == ALL_OF_A_FIRM


def test_checks_of_a_decided_application_are_not_changed(client, officer):
    review = stories.approved(stories.applied(), officer)
    answer = client.post(url("review_tick", review), {"checks": []})
    assert (answer.status_code, len(stories.fresh(review).checks)) == (409, 4)


# --- approving --------------------------------------------------------------------------------------------------


def test_approving_goes_over_a_check_page_to_the_next_application(client):
    first, second = stories.applied(), stories.applied("startup")
    sent = {"checks": ["all"], "seen": stories.address_part(first).removeprefix("?seen=")}
    answer = client.post(url("review_ticked", first), sent)
    page = client.get(answer.url)
    assert "Nothing has been sent yet." in text_of(page)
    assert stories.fresh(first).status == ReviewStatus.WAITING
    answer = client.post(answer.url)
    assert (answer.url, stories.fresh(first).status) == (url("review", second), ReviewStatus.APPROVED)
    Review.objects.filter(pk=second.pk).update(checks=[str(check) for check in ReviewCheck])
    answer = client.post(seen_url("review_approve", second))
    assert answer.url == reverse("accounts:review_queue")
    assert "No applications are waiting." in text_of(client.get(answer.url))


def test_without_all_checks_the_page_says_which_are_left_and_nothing_happens(client):
    review = stories.applied()
    client.post(url("review_tick", review), {"checks": ["existence"]})
    page = client.get(seen_url("review_approve", review))
    assert [str(label) for label in page.context["left"]] == [
        "It may take part",
        "The field fits what it does",
        "No personal data of third parties",
    ]
    assert 'class="btn btn-primary" disabled' in text_of(page)
    page = client.post(seen_url("review_approve", review))
    assert (page.status_code, stories.fresh(review).status) == (200, "waiting")
    assert "Tick all checks before you approve." in text_of(page)


def test_the_next_is_neither_somebody_elses_nor_looked_at_by_somebody_else(client, officer):
    other, now = factories.OfficerFactory(), timezone.now()
    current, assigned, looked_at, proposed, mine = (stories.applied() for _number in range(5))
    actions.assign(assigned, to=other, by=other)
    actions.open_for_review(looked_at, by=other, now=now)
    stories.decline_proposed(proposed, other)
    actions.assign(mine, to=officer, by=other)
    actions.tick(current, ALL_OF_A_FIRM, by=officer)
    assert client.post(seen_url("review_approve", current)).url == url("review", mine)


@pytest.mark.parametrize("page", ["review_approve", "review_decline_confirm"])
def test_an_edit_in_between_is_shown_and_nothing_is_decided(client, officer, page):
    review = stories.applied()
    if page == "review_decline_confirm":
        stories.decline_proposed(review, factories.OfficerFactory())
    else:
        actions.tick(review, ALL_OF_A_FIRM, by=officer)
    address = seen_url(page, review)
    change_company(review.organisation.company, {}, {"employees": 777}, by=review.asked_by)
    answer = client.post(address)
    html = text_of(answer)
    assert (answer.status_code, stories.fresh(review).is_open) == (409, True)
    assert "The applicant has just changed the profile" in html
    assert "777" in html
    assert f'href="{url("review", review)}"' in html


def test_an_address_without_a_version_decides_nothing(client, officer):
    review = stories.applied()
    actions.tick(review, ALL_OF_A_FIRM, by=officer)
    for query in ("", "?seen=", "?seen=company:x", "?seen=company"):
        assert client.post(url("review_approve", review) + query).status_code == 409
    assert stories.fresh(review).status == "waiting"


# --- asking for changes -----------------------------------------------------------------------------------------


def test_remarks_are_asked_for_by_field_in_the_applicants_language(client):
    review = stories.applied()
    review.asked_by.language = "ja"
    review.asked_by.save()
    page = client.get(seen_url("review_changes", review))
    html = text_of(page)
    assert "The applicant reads Japanese: write in Japanese." in html
    assert "登記のとおりに記入してください。" in html
    sent = {
        "tick-company.employees": "on",
        "text-company.employees": "常時使用する人数だけを数えてください。",
        "tick-organisation.name_en": "on",
        "ready-organisation.name_en": "register",
        "text-organisation.city": "not ticked, so not sent",
        "text": "二点、お願いします。",
    }
    answer = client.post(seen_url("review_changes", review), sent)
    assert answer.status_code == 302
    assert dict(Remark.objects.values_list("subject", "text")) == {
        "company.employees": "常時使用する人数だけを数えてください。",
        "organisation.name_en": "登記のとおりに記入してください。",
    }
    told = stories.fresh(review.organisation).return_reason
    assert told == (
        "二点、お願いします。\n英語名：登記のとおりに記入してください。\n"
        "従業員数：常時使用する人数だけを数えてください。"
    )


def test_the_applicant_reads_what_to_correct(client, as_user):
    review = stories.applied()
    sent = {
        "tick-company.employees": "on",
        "ready-company.employees": "source",
        "text-company.employees": "Why 420?",
    }
    client.post(seen_url("review_changes", review), sent)
    page = text_of(as_user(review.asked_by).get(reverse("companies:own"), follow=True))
    assert "Employees: Say where the figure comes from" in page
    assert "Why 420?" in page


BAD = [  # what is sent, where it is told, in both languages
    ({"text": " "}, "__all__", "Tick a field and say what to correct, or write about the application.",
     "項目にチェックを入れて修正内容を書くか、申請全体について記入してください。"),
    ({"tick-company.employees": "on"}, "text-company.employees", "Say what to correct, or choose a ready sentence.",
     "修正してほしい内容を書くか、定型文を選択してください。"),
    ({"tick-company.employees": "on", "text-company.employees": "x" * 2001}, "text-company.employees",
     "Shorten this to 2000 characters: it has 2001 now.", "2000文字以内にしてください（今は2001文字です）。"),
    ({"tick-company.employees": "on", "ready-company.employees": "register", "text-company.employees": "x" * 2000},
     "text-company.employees", "Shorten this: with the ready sentence it is too long.",
     "定型文と合わせると長すぎます。短くしてください。"),
]  # fmt: skip


@pytest.mark.parametrize(("sent", "field", "english", "japanese"), BAD)
def test_what_will_not_do_is_told_at_the_field_and_nothing_typed_is_lost(
    client, sent, field, english, japanese
):
    review = stories.applied()
    for language, expected in (("en", english), ("ja", japanese)):
        with translation.override(language):
            page = client.post(seen_url("review_changes", review), sent)
            assert (page.status_code, errors_of(page)) == (200, {field: [expected]})
            assert sent.get("text-company.employees", "") in page.content.decode()
    assert stories.fresh(review).status == "waiting"


@pytest.mark.parametrize("page", ["review_changes", "review_decline"])
def test_words_survive_an_edit_in_between_and_go_out_with_the_second_click(client, page):
    review = stories.applied()
    address = seen_url(page, review)
    change_company(review.organisation.company, {}, {"employees": 777}, by=review.asked_by)
    sent = {"text": "Please look at your figures again.", "reason": "other"}
    answer = client.post(address, sent)
    html = text_of(answer)
    assert (answer.status_code, sent["text"] in html, "777" in html) == (409, True, True)
    assert stories.fresh(review).status == "waiting"
    assert client.post(answer.context["action"], sent).status_code == 302
    assert stories.fresh(review).status in ("returned", "decline_proposed")


# --- declining and reversing ------------------------------------------------------------------------------------


def test_declining_takes_two_people_and_reversing_one_with_a_reason(client, officer, as_user):
    review = stories.applied()
    answer = client.post(
        seen_url("review_decline", review), {"reason": "duplicate", "text": "You are registered."}
    )
    assert (answer.status_code, stories.fresh(review).status) == (302, "decline_proposed")
    page = client.get(seen_url("review_decline_confirm", review))
    assert "You proposed it yourself: a second person confirms." in text_of(page)
    assert client.post(seen_url("review_decline_confirm", review)).status_code == 200
    second = as_user(factories.OfficerFactory(name="Suzuki"))
    assert "You are registered." in text_of(second.get(seen_url("review_decline_confirm", review)))
    assert second.post(seen_url("review_decline_confirm", review)).status_code == 302
    assert "Declined by Suzuki" in text_of(client.get(url("review", review)))
    assert client.post(url("review_reverse", review), {"reason": ""}).status_code == 200
    answer = client.post(url("review_reverse", review), {"reason": "Another firm."})
    fresh = Review.objects.open().get()
    assert answer.url == url("review", fresh)
    assert "It waits again because an earlier decision was reversed." in text_of(client.get(answer.url))


def test_a_decline_that_is_refused_waits_again(client, as_user):
    review = stories.decline_proposed(stories.applied(), factories.OfficerFactory())
    assert client.post(url("review_decline_refuse", review), {"reason": "It may."}).url == url(
        "review", review
    )
    assert stories.fresh(review).status == "waiting"


@pytest.mark.parametrize(
    "page",
    ["review_approve", "review_changes", "review_decline", "review_decline_confirm", "review_decline_refuse"],
)
def test_who_comes_too_late_reads_who_was_faster_and_their_own_words(client, page):
    other = factories.OfficerFactory(name="Suzuki")
    review = stories.approved(stories.applied(), other)
    words = "A long remark that took ten minutes to write."
    for answer in (client.get(seen_url(page, review)), client.post(seen_url(page, review), {"text": words})):
        html = text_of(answer)
        assert (answer.status_code, "Already decided by Suzuki" in html) == (409, True)
    assert words in html
    with translation.override("ja"):
        assert "Suzukiさんがすでに決定しました" in text_of(client.get(url(page, review)))


@pytest.mark.parametrize(
    ("page", "sent", "kept"),
    [
        ("review_changes", {"text": "社名は登記どおりに。"}, ["社名は登記どおりに。"]),
        (
            "review_changes",
            {"text-company.employees": "人数は？", "tick-company.employees": "on"},
            ["人数は？"],
        ),
        ("review_changes", {"ready-company.employees": "register", "text": " "}, []),
        ("review_decline", {"reason": "out_of_scope", "text": "分野外です。"}, ["分野外です。"]),
        ("review_decline_refuse", {"reason": "要件を満たします。"}, ["要件を満たします。"]),
        ("review_decline_refuse", {"reason": "a\r\nb", "csrfmiddlewaretoken": "x" * 64}, ["a\r\nb"]),
    ],
)
def test_whoever_comes_too_late_keeps_short_words_and_no_codes(client, page, sent, kept):
    """In Japanese a whole request is a dozen letters; what was chosen from a list was not written."""
    review = stories.approved(stories.applied(), factories.OfficerFactory())
    answer = client.post(seen_url(page, review), sent)
    assert (answer.status_code, answer.context["typed"]) == (409, kept)


# --- a change of identity ---------------------------------------------------------------------------------------


def test_a_new_identity_is_shown_beside_the_old_and_put_in_force(client, officer):
    review = stories.identity_proposed(officer)
    old = review.organisation.name
    html = text_of(client.get(url("review", review)))
    assert old in html
    assert "<b>新北浜食品株式会社</b>" in html
    client.post(url("review_tick", review), {"checks": ["all"]})
    assert f"{old} → 新北浜食品株式会社" in text_of(client.get(seen_url("review_approve", review)))
    assert client.post(seen_url("review_approve", review)).status_code == 302
    assert stories.fresh(review.organisation).name == "新北浜食品株式会社"


def test_a_number_that_was_taken_meanwhile_is_told_on_the_check_page(client, officer):
    company = factories.ChallengeFactory().company
    number = {"company": {"corporate_number": "5070001000715"}}
    review = actions.propose_identity(company.organisation, number, by=officer)
    factories.CompanyFactory(corporate_number="5070001000715")
    client.post(url("review_tick", review), {"checks": ["all"]})
    page = client.post(seen_url("review_approve", review))
    assert "Another firm with this corporate number is registered." in text_of(page)
    assert stories.fresh(review).status == "waiting"


# --- who looks at it --------------------------------------------------------------------------------------------


def test_who_looks_is_shown_to_the_others_until_they_give_no_sign(client, officer, as_user, settings):
    review, other = stories.applied(), factories.OfficerFactory(name="Suzuki")
    assert "Nobody is reviewing this." in text_of(client.get(url("review", review)))
    assert as_user(other).post(url("review_open", review)).url == url("review", review)
    html = text_of(client.get(url("review", review)))
    assert "Suzuki is reviewing this (since " in html
    client.post(url("review_open", review), headers={"HX-Request": "true"})
    assert stories.fresh(review).opened_by == other
    with translation.override("ja"):
        assert "Suzukiさんが確認中です" in text_of(client.get(reverse("accounts:review_queue")))
    long_ago = timezone.now() - timedelta(minutes=settings.REVIEW_SILENCE_MINUTES, seconds=1)
    Review.objects.update(seen_at=long_ago)
    html = client.post(url("review_open", review), headers={"HX-Request": "true"}).content.decode()
    assert "You are reviewing this" in html
    assert 'hx-trigger="every 60s"' in html
    assert stories.fresh(review).opened_by == officer


def test_looking_at_a_decided_application_marks_nothing(client, officer):
    review = stories.approved(stories.applied(), officer)
    Review.objects.update(opened_by=None, seen_at=None)
    client.post(url("review_open", review))
    assert stories.fresh(review).opened_by is None


def test_an_application_is_given_to_an_officer_who_is_told(client, officer):
    review, other = stories.applied(), factories.OfficerFactory(name="Suzuki")
    client.post(url("review_assign", review), {"assignee": other.pk})
    assert stories.fresh(review).assignee == other
    assert Notice.objects.filter(recipient=other, event="review_assigned").count() == 1
    client.post(url("review_assign", review), {"assignee": review.asked_by_id})  # no officer
    assert stories.fresh(review).assignee == other
    client.post(url("review_assign", review), {"assignee": ""})
    assert stories.fresh(review).assignee is None


# --- the applicant ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["company", "startup"])
def test_the_applicant_takes_an_application_back_and_who_looked_at_it_is_told(officer, as_user, kind):
    review = stories.applied(kind)
    actions.open_for_review(review, by=officer)
    member = as_user(review.asked_by)
    address = reverse("accounts:review_take_back")
    page = "companies:own" if kind == "company" else "startups:own"
    assert address in member.get(reverse(page)).content.decode()
    assert member.get(address).status_code == 200
    assert stories.fresh(review).status == "waiting"
    assert member.post(address).url == reverse(page)
    review = stories.fresh(review)
    assert (review.status, review.organisation.status) == ("taken_back", "draft")
    assert Notice.objects.filter(recipient=officer, event="review_taken_back").count() == 1
    assert member.post(address).status_code == 409


@pytest.mark.parametrize("count", [1, 3])
def test_one_application_takes_the_same_number_of_queries_whatever_it_holds(
    client, officer, count, django_assert_num_queries
):
    review = stories.applied()
    for number in range(count - 1):
        factories.ChallengeFactory(company=review.organisation.company, title=f"more {number}")
        factories.MembershipFactory(organisation=review.organisation)
    for _number in range(count):
        stories.returned(review, officer, company__employees="Count again.", organisation__city="Where?")
        review = actions.submit(stories.fresh(review.organisation), by=None)
    client.get(url("review", review))
    with django_assert_num_queries(27):
        assert client.get(url("review", review)).status_code == 200


# --- what a startup can show ------------------------------------------------------------------------------------


def test_figures_are_read_row_by_row_and_their_removal_is_an_edit(client, officer):
    review = stories.applied("startup")
    startup = review.organisation.startup
    figure = factories.FigureFactory(startup=startup)
    stories.returned(review, officer)
    change_records(startup, "figures", RecordChanges(changed={figure.pk: {"value": 777}}), by=review.asked_by)
    again = actions.submit(stories.fresh(review.organisation), by=review.asked_by)
    page = client.get(url("review", again))
    shown = {each.answer.subject: each for section in page.context["sections"] for each in section.answers}
    row = shown[f"tractionfigure.{figure.pk}"]
    assert "777" in row.answer.value
    assert row.before is not None
    address = seen_url("review_decline", again)
    change_records(startup, "figures", RecordChanges(removed=[figure.pk]), by=review.asked_by)
    answer = client.post(address, {"reason": "other", "text": "Too few figures."})
    assert (answer.status_code, "Removed: " in text_of(answer)) == (409, True)
