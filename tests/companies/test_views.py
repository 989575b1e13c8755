"""Pages about firms: the staff's list and detail, and the members' own profile."""

from __future__ import annotations

import re

import pytest
from django.template.loader import render_to_string
from django.urls import reverse

from companies.actions import REGISTERED
from companies.models import Challenge, Company
from matchmaking.core.models import AuditEvent, Notice
from tests import factories

pytestmark = pytest.mark.django_db
LIST = "companies:list"
COMPANY_DATA = {
    "name": "北浜食品株式会社",
    "name_kana": "キタハマ",
    "name_en": "Kitahama",
    "city": "燕市",
    "website": "",
    "corporate_number": "5070001000715",
    "prefecture": "15",
    "industry": "foods",
    "employees": "420",
    "capital_million_yen": "310",
    "revenue_band": "",
    "business": "米菓を製造する。",
    "strengths": "",
}
CHALLENGE_DATA = {
    "title": "電気代を減らしたい",
    "text": "冷凍庫の電気代が高い。",
    "field": "decarbonization",
    "sub_fields": ["energy_efficiency"],
    "modes": ["joint_development"],
    "budget_band": "",
    "deadline": "2027-03-31",
    "is_open": "on",
}


@pytest.fixture
def staff(as_user):
    return as_user(factories.OfficerFactory())


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_takes_the_same_number_of_queries(staff, django_assert_num_queries, count):
    for _number in range(count):
        factories.ChallengeFactory()
    staff.get(reverse(LIST))  # a process reads the list of capabilities once
    with django_assert_num_queries(5):
        page = staff.get(reverse(LIST))
    assert page.context["listing"].count == count


@pytest.mark.parametrize("count", [1, 3])
def test_the_detail_takes_the_same_number_of_queries(staff, django_assert_num_queries, count):
    company = factories.CompanyFactory()
    for _number in range(count):
        factories.ChallengeFactory(company=company)
        factories.MembershipFactory(organisation=company.organisation)
    with django_assert_num_queries(15):
        staff.get(reverse("companies:detail", args=[company.pk]))


def names(client, query: str) -> list[str]:
    return [
        company.organisation.name for company in client.get(reverse(LIST) + query).context["listing"].page
    ]


def test_the_list_is_narrowed_down_and_sorted(staff):
    first = factories.CompanyFactory(
        organisation__name="ア社", organisation__name_kana="ア", organisation__name_en="Alpha", employees=100
    )
    factories.CompanyFactory(
        organisation__name="ベ社",
        organisation__name_kana="ベ",
        organisation__fields=["agritech"],
        organisation__sub_fields=["smart_farming"],
        organisation__status="submitted",
        prefecture="01",
        industry="machinery",
        employees=900,
    )
    factories.ChallengeFactory(company=first)
    for query, expected in (
        ("", ["ア社", "ベ社"]),
        ("?q=ａｌｐｈａ", ["ア社"]),
        ("?q=alpha+ア", ["ア社"]),
        ("?q=alpha+ベ", []),
        ("?status=submitted&status=draft", ["ベ社"]),
        ("?field=agritech", ["ベ社"]),
        ("?sub_field=smart_farming", ["ベ社"]),
        ("?prefecture=01&prefecture=47", ["ベ社"]),
        ("?industry=machinery", ["ベ社"]),
        ("?challenge=open", ["ア社"]),
        ("?challenge=none", ["ベ社"]),
        ("?sort=-name", ["ベ社", "ア社"]),
        ("?sort=employees", ["ア社", "ベ社"]),
        ("?sort=-employees", ["ベ社", "ア社"]),
        ("?sort=prefecture", ["ベ社", "ア社"]),
        ("?sort=nonsense&page=99", ["ア社", "ベ社"]),
    ):
        assert (query, names(staff, query)) == (query, expected)


def test_filters_in_use_are_chips_in_words(staff):
    page = staff.get(reverse(LIST) + "?q=abc&prefecture=15&prefecture=01&challenge=open&sort=-name")
    chips = [(chip.name, chip.value, chip.label) for chip in page.context["listing"].chips]
    assert chips == [
        ("q", None, "abc"),
        ("prefecture", "15", "Niigata"),
        ("prefecture", "01", "Hokkaido"),
        ("challenge", None, "With an open challenge"),
    ]
    assert "No firms fit these filters. Remove a filter." in page.content.decode()


def test_a_page_holds_fifty(staff):
    for _number in range(51):
        factories.CompanyFactory()
    first = names(staff, "")
    (onward,) = re.findall(r'href="([^"]+)" rel="next"', staff.get(reverse(LIST)).content.decode())
    assert [len(first), len(names(staff, onward))] == [50, 1]
    assert not set(first) & set(names(staff, onward)), "no firm stands on both pages"


@pytest.mark.parametrize("person", ["company_owner", "startup_owner", "expert"])
def test_only_staff_see_the_list_and_the_detail(cast, as_user, person):
    client = as_user(getattr(cast, person))
    for url in (reverse(LIST), reverse("companies:detail", args=[cast.company.pk])):
        assert client.get(url).status_code == 404


@pytest.mark.parametrize(
    ("status", "offered"),
    [
        ("draft", []),
        ("submitted", []),  # its review decides
        ("returned", []),
        ("published", ["suspend"]),
        ("suspended", ["publish_again"]),
    ],
)
def test_the_detail_offers_what_the_state_allows(staff, status, offered):
    company = factories.CompanyFactory(organisation__status=status)
    text = staff.get(reverse("companies:detail", args=[company.pk])).content.decode()
    found = [
        name
        for name in ("publish_again", "suspend")
        if reverse(f"accounts:{name}", args=[company.pk]) in text
    ]
    assert found == offered


def test_the_detail_leads_to_the_review_that_waits(staff):
    review = factories.ReviewFactory()
    address = reverse("accounts:review", args=[review.pk])
    page = reverse("companies:detail", args=[review.organisation_id])
    assert address in staff.get(page).content.decode()
    review.organisation.reviews.update(status="taken_back", decided_at=review.asked_at)
    assert address not in staff.get(page).content.decode()


def test_visible_to_staff_all_to_members_their_own(cast):
    assert Company.objects.visible_to(cast.officer).count() == 2
    assert list(Company.objects.visible_to(cast.company_member)) == [cast.company]
    for person in (cast.startup_owner, cast.expert):
        assert not Company.objects.visible_to(person).exists()


def test_the_own_page_shows_status_and_what_is_missing(cast, as_user):
    Company.objects.filter(pk=cast.company.pk).update(employees=None)
    page = as_user(cast.company_member).get(reverse("companies:own"))
    assert [str(item) for item in page.context["missing"]] == ["employees"]
    assert as_user(cast.startup_owner).get(reverse("companies:own")).status_code == 404


def test_a_section_is_saved_with_audit_and_history(cast, as_user):
    client = as_user(cast.company_owner)
    data = {**COMPANY_DATA, "name": cast.company.organisation.name, "corporate_number": "5070001000715"}
    Company.objects.filter(pk=cast.company.pk).update(corporate_number="5070001000715")
    answer = client.post(reverse("companies:step", args=["company"]), data)
    assert (answer.status_code, answer.url) == (302, reverse("companies:own"))
    company = Company.objects.get(pk=cast.company.pk)
    assert (company.organisation.city, company.organisation.name_en) == ("燕市", "Kitahama")
    event = AuditEvent.objects.get(action="organisation.changed")
    assert (event.actor_id, event.detail) == (
        cast.company_owner.pk,
        {"fields": ["business", "city", "name_en", "name_kana", "strengths"]},
    )
    assert company.organisation.status == "published"


def test_a_new_name_waits_for_review_while_the_earlier_one_stays_published(cast, as_user):
    name = cast.company.organisation.name
    as_user(cast.company_owner).post(reverse("companies:step", args=["company"]), COMPANY_DATA)
    cast.company.organisation.refresh_from_db()
    assert (cast.company.organisation.status, cast.company.organisation.name) == ("published", name)
    assert cast.company.organisation.reviews.get().identity["organisation"] == {"name": COMPANY_DATA["name"]}


@pytest.mark.parametrize(
    ("section", "data", "errors"),
    [
        (
            "company",
            {
                **COMPANY_DATA,
                "corporate_number": "6070001000715",
                "employees": "0",
                "website": "javascript:x",
            },
            ["corporate_number", "employees", "website"],
        ),
        ("company", {**COMPANY_DATA, "name": "a\u202eb"}, ["name"]),
        (
            "wishes",
            {"modes": [], "fields": ["retail"], "sub_fields": ["charging"], "monthly_meeting_limit": "41"},
            ["languages", "modes", "monthly_meeting_limit", "sub_fields"],
        ),
        (
            "wishes",
            {"modes": ["investment"], "fields": [], "languages": ["ja"]},
            ["fields", "monthly_meeting_limit"],
        ),
        (
            "wishes",
            {
                "modes": ["investment"],
                "fields": ["retail"],
                "languages": ["ja"],
                "monthly_meeting_limit": "4",
                "preferred_countries": ["SG"],
                "excluded_countries": ["SG"],
            },
            ["excluded_countries"],
        ),
        ("contact", {"name": "typed", "title": "", "phone": "call me"}, ["phone", "title"]),
    ],
)
def test_errors_stand_at_their_fields_and_nothing_typed_is_lost(cast, as_user, section, data, errors):
    page = as_user(cast.company_owner).post(reverse("companies:step", args=[section]), data)
    assert page.status_code == 200
    assert sorted(page.context["form"].errors) == errors
    text = page.content.decode()
    assert [value for value in ("typed",) if value in data.values() and value not in text] == []
    assert not AuditEvent.objects.exists()


def test_the_number_of_another_firm_is_refused(cast, as_user):
    factories.CompanyFactory(corporate_number="5070001000715")
    page = as_user(cast.company_owner).post(reverse("companies:step", args=["company"]), COMPANY_DATA)
    assert page.context["form"].errors["corporate_number"] == [str(REGISTERED)]


def test_an_unknown_section_does_not_exist(cast, as_user):
    assert as_user(cast.company_owner).get(reverse("companies:step", args=["secrets"])).status_code == 404


def test_a_challenge_is_added_and_edited(cast, as_user):
    client = as_user(cast.company_member)
    client.post(reverse("companies:challenge_new"), CHALLENGE_DATA)
    challenge = Challenge.objects.get(title="電気代を減らしたい")
    assert (challenge.company, challenge.sub_fields) == (cast.company, ["energy_efficiency"])
    url = reverse("companies:challenge_edit", args=[challenge.pk])
    closed = {name: value for name, value in CHALLENGE_DATA.items() if name != "is_open"}
    client.post(url, {**closed, "text": "もっと詳しく。"})
    challenge.refresh_from_db()
    assert (challenge.is_open, challenge.text) == (False, "もっと詳しく。")
    assert [event.action for event in AuditEvent.objects.order_by("pk")] == [
        "challenge.added",
        "organisation.changed",  # the firm is active in the field of its challenge
        "challenge.changed",
    ]


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"title": ""}, "title"),
        ({"field": "mobility"}, "sub_fields"),
        ({"text": ""}, "text"),
        ({"deadline": "soon"}, "deadline"),
    ],
)
def test_a_wrong_challenge_says_where(cast, as_user, change, error):
    page = as_user(cast.company_owner).post(reverse("companies:challenge_new"), {**CHALLENGE_DATA, **change})
    assert list(page.context["form"].errors) == [error]
    assert Challenge.objects.filter(company=cast.company).count() == 1


def test_two_challenges_of_a_firm_do_not_share_a_title(cast, as_user):
    title = cast.company.challenges.get().title
    page = as_user(cast.company_owner).post(
        reverse("companies:challenge_new"), {**CHALLENGE_DATA, "title": title}
    )
    assert page.context["form"].errors["title"] == ["Another challenge of your firm has this title."]


@pytest.mark.parametrize(
    ("status", "is_open", "leads"),
    [("published", True, True), ("published", False, False), ("suspended", True, False)],
)
def test_an_open_challenge_of_a_published_firm_leads_to_its_startups(cast, as_user, status, is_open, leads):
    challenge = cast.company.challenges.get()
    type(challenge).objects.update(is_open=is_open)
    type(cast.company.organisation).objects.filter(pk=cast.company.pk).update(status=status)
    page = as_user(cast.company_owner).get(reverse("companies:challenges")).content.decode()
    assert (f'href="{reverse("matches:list")}?challenge={challenge.pk}"' in page) is leads


def test_the_challenge_of_another_firm_does_not_exist(cast, as_user):
    url = reverse("companies:challenge_edit", args=[cast.other_company.challenges.get().pk])
    assert as_user(cast.company_owner).get(url).status_code == 404


def test_a_draft_is_looked_over_and_sent_in(cast, as_user):
    draft = factories.ChallengeFactory(company__organisation__status="draft").company
    factories.TransferConsentFactory(company=draft)
    member = factories.MembershipFactory(organisation=draft.organisation).user
    client, url = as_user(member), reverse("companies:check")
    assert client.get(url).context["unfinished"] == []
    client.post(url)
    draft.organisation.refresh_from_db()
    assert draft.organisation.status == "submitted"
    assert {notice.recipient for notice in Notice.objects.all()} == {cast.officer, cast.administrator}
    assert client.post(url).status_code == 409


def test_an_incomplete_draft_is_not_sent_in(as_user):
    draft = factories.CompanyFactory(organisation__status="draft", employees=None)
    member = factories.MembershipFactory(organisation=draft.organisation).user
    page = as_user(member).post(reverse("companies:check"))
    draft.organisation.refresh_from_db()
    assert (page.status_code, draft.organisation.status) == (200, "draft")
    assert [str(each) for each in page.context["unfinished"]] == [
        "Company",
        "Challenge",
        "Agreement",
    ]


@pytest.mark.parametrize(
    ("disclosed", "known", "shows"), [(False, False, False), (True, False, True), (False, True, True)]
)
def test_what_a_startup_sees_hides_the_name_until_it_may_be_shown(disclosed, known, shows):
    company = factories.CompanyFactory(
        name_disclosed=disclosed, organisation__website="https://kitahama.example"
    )
    text = render_to_string("companies/includes/public.html", {"company": company, "name_known": known})
    secrets = (company.organisation.name, company.organisation.name_en, "kitahama.example", company.business)
    assert [secret in text for secret in secrets] == [shows] * 4
    assert ("Foods firm in Niigata" in text) is not shows
