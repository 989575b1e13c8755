"""The task list and the question pages, as a newcomer and two colleagues go through them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.html import escape

from accounts.enums import MemberRole, ReviewStatus
from accounts.models import Membership, Organisation, Remark
from companies.models import Company
from companies.registration import REGISTRATION as FIRMS
from matchmaking.core.models import AuditEvent
from startups.models import Startup
from tests import factories
from tests.factories import PASSWORD
from tests.imports import row_counts
from tests.pages import carried_values, errors_of, shown_values

pytestmark = pytest.mark.django_db
NUMBER = "5070001000715"
FIRST = {"corporate_number": NUMBER, "name": "北浜食品株式会社"}
COMPANY = {
    **FIRST, "name_kana": "キタハマ", "name_en": "Kitahama", "prefecture": "15", "industry": "foods",
    "employees": "420", "capital_million_yen": "310", "business": "米菓を製造する。",
}  # fmt: skip
CONTACT = {"name": "山田 花子", "title": "部長", "phone": "0258-12-3456"}
CHALLENGE = {
    "field": "retail",
    "title": "列をなくしたい",
    "text": "夕方のレジに列ができる。",
    "is_open": "on",
}
WISHES = {"modes": ["investment"], "fields": ["retail"], "languages": ["ja"], "monthly_meeting_limit": "4"}


def url(step: str) -> str:
    return reverse("companies:step", args=[step])


def states(client: Client) -> dict[str, str]:
    groups = client.get(reverse("companies:setup")).context["groups"]
    return {str(task.label): str(task.status) for _title, tasks in groups for task in tasks}


@pytest.fixture
def newcomer(cast: Any, as_user: Any) -> Client:
    return as_user(cast.newcomer)


@pytest.fixture
def draft() -> Company:
    company = factories.ChallengeFactory(
        company__organisation__status="draft", company__corporate_number=NUMBER
    ).company
    factories.TransferConsentFactory(company=company)
    return company


@pytest.fixture
def pair(draft: Company, as_user: Any) -> list[Client]:
    """Two colleagues at two browsers."""
    members = [factories.MembershipFactory(organisation=draft.organisation) for _number in range(2)]
    return [as_user(membership.user) for membership in members]


# --- somebody begins ---------------------------------------------------------------------------------------------


def test_looking_at_the_pages_makes_nothing(newcomer):
    before = row_counts()
    for address in (reverse("companies:setup"), url("company"), url("contact"), url("wishes")):
        assert newcomer.get(address).status_code == 200
    assert newcomer.get(reverse("companies:check")).url == reverse("companies:setup")
    assert row_counts() == before


def test_the_first_saved_step_makes_a_draft_that_its_writer_owns(newcomer, cast):
    assert states(newcomer)["Contact person"] == "Cannot start yet"
    answer = newcomer.post(reverse("companies:step_later", args=["company"]), FIRST)
    assert answer.url == reverse("companies:setup")
    membership = Membership.objects.get(user=cast.newcomer)
    organisation = membership.organisation
    assert (membership.role, organisation.status, organisation.kind) == (MemberRole.OWNER, "draft", "company")
    assert (organisation.name, organisation.company.corporate_number) == (FIRST["name"], NUMBER)
    assert [(event.action, event.actor_id) for event in AuditEvent.objects.all()] == [
        ("organisation.created", cast.newcomer.pk)
    ]
    assert states(newcomer) == {
        "Company": "In progress",
        "Contact person": "Not started",
        "Challenge": "Not started",
        "Partnership wishes": "Not started",
        "Agreement": "Not started",
    }


@pytest.mark.parametrize("missing", ["corporate_number", "name"])
def test_without_number_and_name_nothing_is_begun(newcomer, missing):
    before = row_counts()
    page = newcomer.post(reverse("companies:step_later", args=["company"]), {**COMPANY, missing: ""})
    assert list(errors_of(page)) == [missing]
    assert row_counts() == before


def test_the_steps_may_be_done_in_any_order_and_lead_on_to_what_waits(newcomer):
    newcomer.post(url("company"), FIRST)  # refused: continuing asks for everything
    newcomer.post(reverse("companies:step_later", args=["company"]), FIRST)
    assert newcomer.post(url("wishes"), WISHES).url == reverse("companies:agreement")
    assert newcomer.post(reverse("companies:agreement"), {"everywhere": "on"}).url == url("company")
    assert newcomer.post(reverse("companies:challenge_new"), CHALLENGE).url == url("company")
    assert newcomer.post(url("company"), COMPANY).url == url("contact")
    assert newcomer.post(url("contact"), CONTACT).url == reverse("companies:check")
    assert set(states(newcomer).values()) == {"Completed"}


def test_a_complete_draft_is_sent_in_and_told_so(newcomer, cast):
    for address, sent in (
        (url("company"), COMPANY), (url("contact"), CONTACT),
        (reverse("companies:challenge_new"), CHALLENGE), (url("wishes"), WISHES),
        (reverse("companies:agreement"), {"countries": ["SG"]}),
    ):  # fmt: skip
        newcomer.post(address, sent)
    page = newcomer.get(reverse("companies:check"))
    assert (page.context["unfinished"], escape(COMPANY["name"]) in page.content.decode()) == ([], True)
    page = newcomer.post(reverse("companies:check"), follow=True)
    assert "We have your application. We will reply within 5 working days." in page.content.decode()
    assert Organisation.objects.get(memberships__user=cast.newcomer).status == "submitted"


def test_a_startup_begins_in_the_same_way(newcomer, cast):
    sent = {"name": "Checkoutless", "country": "SG", "time_zone": "Asia/Singapore", "stage": "seed"}
    assert newcomer.post(reverse("startups:step", args=["startup"]), sent).status_code == 302
    startup = Startup.objects.get(organisation__memberships__user=cast.newcomer)
    assert (startup.stage, startup.organisation.time_zone, startup.organisation.status) == (
        "seed", "Asia/Singapore", "draft",
    )  # fmt: skip
    assert newcomer.get(reverse("companies:setup")).status_code == 404


def test_the_agreement_asks_for_a_tick_and_takes_consents_back(draft, as_user):
    client = as_user(factories.MembershipFactory(organisation=draft.organisation).user)
    address = reverse("companies:agreement")
    page = client.post(address, {})
    assert errors_of(page) == {"everywhere": ["Tick this box, or choose at least one country below."]}
    client.post(address, {"countries": ["IN", "VN"]})
    assert {str(each.country.code) for each in draft.transfer_consents.in_force()} == {"IN", "VN"}
    assert draft.transfer_consents.filter(country="SG", ended_at__isnull=False).exists()


# --- nothing is lost ---------------------------------------------------------------------------------------------


def test_right_answers_beside_a_wrong_one_are_saved_while_the_profile_is_prepared(pair, draft):
    page = pair[0].post(url("company"), {**COMPANY, "name_en": "Minami", "employees": "many"})
    assert list(errors_of(page)) == ["employees"]
    assert "Your other answers on this page are saved." in page.content.decode()
    draft.organisation.refresh_from_db()
    assert draft.organisation.name_en == "Minami"


def test_two_people_who_save_the_same_step_lose_no_word(pair, draft):
    """They changed different answers: both are saved, and nobody has to choose."""
    one, other = pair
    first, second = carried_values(one, url("company")), carried_values(other, url("company"))
    assert one.post(url("company"), first | {"business": "米菓を作る。"}).status_code == 302
    assert other.post(url("company"), second | {"strengths": "焼成に強い。"}).status_code == 302
    draft.refresh_from_db()
    assert (draft.business, draft.strengths) == ("米菓を作る。", "焼成に強い。")


def test_two_people_who_write_the_same_answer_see_both_texts(pair, draft):
    one, other = pair
    first, second = carried_values(one, url("company")), carried_values(other, url("company"))
    one.post(url("company"), first | {"business": "一人目の文章"})
    page = other.post(url("company"), second | {"business": "二人目の文章", "strengths": "焼成"})
    text = page.content.decode()
    assert page.status_code == 200
    assert "Somebody else has changed this page meanwhile" in text
    assert text.count("一人目の文章") == 1
    assert text.count("二人目の文章") == 1
    draft.refresh_from_db()
    assert (draft.business, draft.strengths) == ("一人目の文章", "焼成")


@pytest.mark.parametrize(
    ("chosen", "kept"),
    [
        ({}, "二人目の文章"),
        ({"business": "一人目の文章と二人目の文章"}, "一人目の文章と二人目の文章"),
        ({"theirs": "business"}, "一人目の文章"),
    ],
)
def test_the_second_keeps_theirs_their_own_or_both(pair, draft, chosen, kept):
    one, other = pair
    first, second = carried_values(one, url("company")), carried_values(other, url("company"))
    one.post(url("company"), first | {"business": "一人目の文章"})
    clash = other.post(url("company"), second | {"business": "二人目の文章"})
    again = second | {"business": "二人目の文章", "shown": clash.context["shown"]} | chosen
    assert other.post(url("company"), again).status_code == 302
    draft.refresh_from_db()
    assert draft.business == kept


def test_a_second_tab_of_a_newcomer_does_not_begin_twice(newcomer, cast):
    first, second = carried_values(newcomer, url("company")), carried_values(newcomer, url("company"))
    assert newcomer.post(url("company"), first | COMPANY).status_code == 302
    page = newcomer.post(url("company"), second | COMPANY | {"name": "別の名前"})
    assert [field.name for field in page.context["clashes"]] == ["name"]
    assert Organisation.objects.filter(memberships__user=cast.newcomer).count() == 1


@pytest.mark.parametrize("button", ["companies:step", "companies:step_later"])
def test_what_was_typed_outlives_the_session(draft, button):
    user = factories.MembershipFactory(organisation=draft.organisation).user
    client = Client()
    client.login(email=user.email, password=PASSWORD)
    typed = carried_values(client, url("company")) | {"business": "一時間かけて書いた文章"}
    client.cookies.pop("sessionid")
    answer = client.post(reverse(button, args=["company"]), typed)
    assert answer.url == f"{reverse('account_login')}?next={url('company')}"
    answer = client.post(answer.url, {"login": user.email, "password": PASSWORD})
    assert answer.url == url("company")
    page = client.get(answer.url)
    assert "What you had typed is here; it is not saved yet." in page.content.decode()
    assert page.context["form"]["business"].value() == "一時間かけて書いた文章"
    draft.refresh_from_db()
    assert draft.business != "一時間かけて書いた文章"
    assert client.post(url("company"), typed).status_code == 302
    draft.refresh_from_db()
    assert draft.business == "一時間かけて書いた文章"
    assert client.get(url("company")).context["form"].is_bound is False


def test_nobody_else_is_shown_what_was_typed(draft):
    """The next person at the same computer signs in: the words were not meant for them."""
    members = [factories.MembershipFactory(organisation=draft.organisation).user for _number in range(2)]
    client = Client()
    client.login(email=members[0].email, password=PASSWORD)
    typed = carried_values(client, url("company")) | {"business": "内緒の文章"}
    client.cookies.pop("sessionid")
    client.post(url("company"), typed)
    client.post(reverse("account_login"), {"login": members[1].email, "password": PASSWORD})
    assert "内緒の文章" not in client.get(url("company")).content.decode()
    assert "kept_answers" not in client.session


@pytest.mark.parametrize("writer", ["", "forged", "3:aaaa:bbbb"])
def test_a_form_that_nobody_was_given_is_not_kept(client, writer):
    client.post(url("company"), {**COMPANY, "writer": writer})
    assert "kept_answers" not in client.session


# --- what a reviewer asked for -----------------------------------------------------------------------------------


@pytest.fixture
def returned() -> Company:
    company = factories.ChallengeFactory(company__organisation__status="returned").company
    Company.objects.filter(pk=company.pk).update(corporate_number=NUMBER)
    factories.TransferConsentFactory(company=company)
    now = timezone.now()
    review = factories.ReviewFactory(
        organisation=company.organisation, status=ReviewStatus.RETURNED, decided_at=now
    )
    earlier = factories.ReviewFactory(
        organisation=company.organisation, status=ReviewStatus.RETURNED, decided_at=now,
        asked_at=now - timedelta(days=30),
    )  # fmt: skip
    challenge = company.challenges.get()
    for subject, text in (
        ("organisation.name_en", "As in your articles."),
        ("company.employees", "Only regular employees."),
        (f"challenge.{challenge.pk}.text", "How many people wait?"),
    ):
        factories.RemarkFactory(review=review, subject=subject, text=text)
    factories.RemarkFactory(review=earlier, subject="organisation.city", text="An old matter.")
    return company


def test_a_remark_stands_in_the_list_and_at_its_field(returned, as_user):
    client = as_user(factories.MembershipFactory(organisation=returned.organisation).user)
    page = client.get(reverse("companies:setup"))
    assert states(client)["Company"] == states(client)["Challenge"] == "Needs a correction"
    assert "As in your articles." in page.content.decode()
    shown = {
        item.field.name: item.remark for item in client.get(url("company")).context["asked"] if item.remark
    }
    assert shown == {"name_en": "As in your articles.", "employees": "Only regular employees."}
    challenge = client.get(reverse("companies:challenge_edit", args=[returned.challenges.get().pk]))
    assert "How many people wait?" in challenge.content.decode()


@pytest.mark.parametrize(
    ("language", "company", "challenge"),
    [
        (
            "en",
            "Name in English: As in your articles.\nEmployees: Only regular employees.",
            "What hurts of “レジの列をなくしたい”: How many people wait?",
        ),
        (
            "ja",
            "英語名：As in your articles.\n従業員数：Only regular employees.",
            "「レジの列をなくしたい」の困っていること：How many people wait?",
        ),
    ],
)
def test_the_list_says_which_field_each_remark_is_about(returned, as_user, language, company, challenge):
    returned.challenges.update(title="レジの列をなくしたい")
    client = as_user(factories.MembershipFactory(organisation=returned.organisation).user)
    with translation.override(language):
        groups = client.get(reverse("companies:setup")).context["groups"]
    assert [task.note for _title, tasks in groups for task in tasks if task.note] == [company, challenge]


def test_a_remark_on_what_no_step_asks_is_told_in_its_own_words_only(returned):
    """The labels of fields are those of the step; a subject of another part has none there."""
    step = next(each for each in FIRMS.steps if each.key == "company")
    rows = FIRMS.rows(factories.MembershipFactory(organisation=returned.organisation).user)
    told = {
        subject: FIRMS.says(step, Remark(subject=subject, text="Why?"), rows)
        for subject in ("company.employees", "company.unheard_of", "startup.employees", "employees", "")
    }
    assert told.pop("company.employees") == "Employees: Why?"
    assert set(told.values()) == {"Why?"}


def test_saving_for_later_settles_what_changed_and_continuing_the_whole_page(returned, as_user):
    client = as_user(factories.MembershipFactory(organisation=returned.organisation).user)
    sent = shown_values(client, url("company"))
    client.post(reverse("companies:step_later", args=["company"]), sent | {"employees": "430"})
    open_ = set(returned.organisation.reviews.get(asked_at__gte=timezone.now() - timedelta(days=1))
                .remarks.filter(resolved_at=None).values_list("subject", flat=True))  # fmt: skip
    assert open_ == {"organisation.name_en", f"challenge.{returned.challenges.get().pk}.text"}
    client.post(url("company"), shown_values(client, url("company")))
    assert states(client)["Company"] == "Completed"
    told = AuditEvent.objects.filter(action="organisation.remarks_resolved").order_by("pk")
    assert [event.detail["fields"] for event in told] == [["company.employees"], ["organisation.name_en"]]


def test_a_profile_with_an_open_remark_is_not_sent_in(returned, as_user):
    client = as_user(factories.MembershipFactory(organisation=returned.organisation).user)
    page = client.post(reverse("companies:check"))
    assert [str(title) for title in page.context["unfinished"]] == ["Company", "Challenge"]
    returned.organisation.refresh_from_db()
    assert returned.organisation.status == "returned"


BEGIN = {
    ("companies", "en"): "Begin with “Company”: it takes two minutes.",
    ("companies", "ja"): "まず「会社」を入力してください。2分ほどで終わります。",
    ("startups", "en"): "Begin with “The startup”: it takes two minutes.",
    ("startups", "ja"): "まず「スタートアップの情報」を入力してください。2分ほどで終わります。",
}


@pytest.mark.parametrize(("app", "language"), list(BEGIN))
def test_a_newcomer_is_told_where_to_begin_and_nobody_else(cast, draft, as_user, app, language):
    """The other tasks cannot be opened yet: the page says why before anybody wonders."""
    newcomer, member = cast.newcomer, factories.MembershipFactory(organisation=draft.organisation).user
    with translation.override(language):
        fresh = as_user(newcomer).get(reverse(f"{app}:setup")).content.decode()
        begun = as_user(member).get(reverse("companies:setup")).content.decode()
    assert (BEGIN[app, language] in fresh, BEGIN["companies", language] in begun) == (True, False)


# --- addresses ---------------------------------------------------------------------------------------------------


def test_a_step_that_is_not_asked_does_not_exist(cast, as_user):
    client = as_user(cast.company_owner)
    for key in ("secrets", "challenge"):
        assert client.get(url(key)).status_code == 404
        assert client.post(reverse("companies:step_later", args=[key])).status_code == 404


def test_the_address_of_the_second_button_leads_to_the_page(pair):
    assert pair[0].get(reverse("companies:step_later", args=["contact"])).url == url("contact")


def test_a_published_firm_is_shown_its_profile_instead_of_the_list(cast, as_user):
    client = as_user(cast.company_owner)
    assert client.get(reverse("companies:setup")).url == reverse("companies:own")
    page = client.get(url("wishes")).content.decode()
    assert ("Save and return later" in page, "Back without saving" in page) == (False, True)


@pytest.mark.parametrize("language", ["ja", "en"])
def test_limits_are_told_before_anything_is_typed(cast, as_user, language):
    with translation.override(language):
        page = as_user(cast.company_owner).get(reverse("companies:challenge_new")).content.decode()
    assert ("200文字まで" if language == "ja" else "Up to 200 characters") in page
    assert 'maxlength="200"' not in page  # a browser would cut what is pasted without a word
