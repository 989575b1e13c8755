"""Conflicts of interest: what experts declare, what that ends, and that the office alone takes them back."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.test import Client
from django.utils import translation

from accounts import deeds
from accounts.deeds import Deed
from accounts.models import Organisation, User
from matchmaking.core.models import AuditEvent, Notice
from matchmaking.matches.models import Match
from research import actions
from research.finding import advisers, fit_of
from research.models import AdviceRequest, Commission, Conflict, Expert
from research.naming import assigned_to, named
from tests import factories
from tests.conftest import Cast
from tests.meetings import stories
from tests.pages import errors_of
from tests.research import works

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
PAGE = "/en/expert/conflicts/"


@pytest.fixture
def pair(cast: Cast) -> Match:
    return stories.match_of(cast.company, cast.startup)


@pytest.fixture
def expert(cast: Cast, as_user: SignIn) -> Client:
    return as_user(cast.expert)


def told(event: str) -> set[tuple[str, str]]:
    """Which number, and who reads it."""
    notices = Notice.objects.filter(event=event).select_related("recipient")
    return {(str(each.params["number"]), each.recipient.name) for each in notices}


def declared() -> list[tuple[str, str]]:
    return sorted(Conflict.objects.values_list("organisation__name", "reason"))


def test_declaring_gives_back_what_is_in_writing_or_asked_about_them_and_nothing_else(
    pair: Match, cast: Cast
) -> None:
    Expert.objects.update(capacity=10)
    row = Expert.objects.select_related("user").get(user=cast.expert)
    offered = works.offered(works.asked(pair, cast.company_owner), cast.expert, cast.officer)
    writing, delivered = (
        works.accepted(works.asked(pair, cast.company_owner), cast.expert, cast.officer) for _ in range(2)
    )
    general = works.accepted(works.asked(pair, cast.officer, match=None), cast.expert, cast.officer)
    actions.save_section(writing, "summary", "Half of it.", seen=0, by=cast.expert)
    works.delivered(delivered, cast.expert)
    other = factories.ExpertFactory().user
    theirs = works.advice_asked(cast.startup, other, cast.officer)
    alone = works.advice_asked(cast.startup, cast.expert, cast.officer)
    both = works.advice_asked(cast.startup, cast.expert, cast.officer, company=cast.company)
    elsewhere = works.advice_asked(factories.StartupFactory(), cast.expert, cast.officer)
    Notice.objects.all().delete()

    actions.declare_conflict(row, cast.startup.organisation, reason="Shares", by=cast.expert)

    office = (cast.officer.name, cast.administrator.name)
    assert dict(Commission.objects.values_list("pk", "status")) == {
        offered.pk: "requested",
        writing.pk: "requested",
        delivered.pk: "delivered",
        general.pk: "assigned",
    }
    for each in (offered, writing):
        assert works.states_of(each) == ("requested", None)
        assert (each.due, each.assigned_at, each.accepted_at) == (None, None, None)
    assert writing.sections.get().text == "Half of it.", "what was written is the programme's"
    assert dict(AdviceRequest.objects.values_list("pk", "status")) == {
        theirs.pk: "asked",
        alone.pk: "declined",
        both.pk: "declined",
        elsewhere.pk: "asked",
    }
    assert AdviceRequest.objects.get(pk=both.pk).decline_reason == "conflict"
    assert told("research_refused") == {
        (str(each.pk), name) for each in (offered, writing) for name in office
    }
    assert told("advice_declined") == {(str(each.pk), name) for each in (alone, both) for name in office}

    assert fit_of(writing, row).ruled_out == "conflict"
    with pytest.raises(actions.NotFitting):
        works.offered(writing, cast.expert, cast.officer)
    assert {each.expert.pk: each.fit.ruled_out for each in advisers(cast.startup, None)} == {
        cast.expert.pk: "conflict",
        other.pk: "asked",
    }
    [taken] = Conflict.objects.all()
    actions.take_back_conflict(taken, by=cast.officer)
    works.offered(writing, cast.expert, cast.officer)
    assert works.states_of(writing) == ("assigned", cast.expert.pk)


@pytest.mark.parametrize(
    ("language", "words"),
    [("en", ["A conflict of interest", "Outside my field: I know pumps only"]),
     ("ja", ["利益相反がある", "専門分野ではない: I know pumps only"])],
)  # fmt: skip
def test_reasons_are_kept_as_facts_and_read_in_the_readers_language(
    language: str, words: list[str], pair: Match, cast: Cast, as_user: SignIn
) -> None:
    """Whatever language the expert had chosen: the list of assessments, the commission's page and the trail."""
    wish = works.offered(works.asked(pair, cast.company_owner), cast.expert, cast.officer)
    advice = works.advice_asked(cast.startup, cast.expert, cast.officer)
    other = works.advice_asked(factories.StartupFactory(), cast.expert, cast.officer)
    with translation.override("ja" if language == "en" else "en"):
        expert = Expert.objects.get(pk=cast.expert.pk)
        actions.decline_assessment(other, reason="field", text="I know pumps only", by=cast.expert)
        actions.declare_conflict(expert, cast.startup.organisation, reason="Shares", by=cast.expert)
    for asked in (advice, other):
        asked.refresh_from_db()
    assert [(each.decline_reason, each.decline_text) for each in (advice, other)] == [
        ("conflict", ""),
        ("field", "I know pumps only"),
    ]
    with translation.override(language):
        assert [each.note for each in told_deeds("research.advicerequest", "declined")] == words
        assert [each.note for each in told_deeds("research.commission", "requested") if each.note] == words[
            :1
        ]
    office = as_user(cast.officer)
    html = unescape(office.get(f"/{language}/staff/research/advice/").content.decode())
    assert [
        each for each in (words[0], words[1].split(":")[0], "I know pumps only") if each not in html
    ] == []
    assert words[0] in unescape(office.get(f"/{language}/staff/research/{wish.pk}/").content.decode())


def told_deeds(target: str, verb: str) -> list[Deed]:
    rows = AuditEvent.objects.filter(target_type=target, action__endswith=f".{verb}")
    return deeds.told(rows.order_by("target_id", "pk"))


def test_an_expert_declares_among_their_assignments_and_by_name(
    expert: Client, pair: Match, cast: Cast
) -> None:
    works.accepted(works.asked(pair, cast.company_owner), cast.expert, cast.officer)
    far = factories.StartupFactory(organisation__name="Umbra Looms Pte. Ltd.").organisation
    page = expert.get(PAGE)
    assert "You have declared none." in page.content.decode()
    assert {key for key, _label in page.context["form"].fields["assigned"].choices} == {
        str(cast.company.pk),
        str(cast.startup.pk),
    }
    given = {"assigned": [cast.startup.pk], "name": "umbra looms", "text": "I hold shares"}
    page = expert.post(PAGE, given, follow=True)
    assert declared() == sorted(
        [(cast.startup.organisation.name, "I hold shares"), (far.name, "I hold shares")]
    )
    html = page.content.decode()
    assert "Declared." in html
    assert far.name in html
    assert "Only the programme office can take one back." in html
    assert not Commission.objects.in_hand_of(cast.expert.pk).exists()
    assert "assigned" not in page.context["form"].fields, "nothing is left in hand"


@pytest.mark.parametrize(
    ("given", "field", "message"),
    [
        ({}, "name", "Choose an organisation, or write its name."),
        ({"name": "No Such Firm"}, "name", "No organisation of the programme has this name."),
        ({"name": "Umbra"}, "name", "No organisation of the programme has this name."),
        ({"name": "Hidden Mills"}, "name", "No organisation of the programme has this name."),
        ({"assigned": ["999999"]}, "assigned", "Choose among the organisations named here."),
        ({"name": "Umbra Looms", "text": "x" * 501}, "text", "500"),
    ],
)
def test_a_slip_is_told_at_its_field_and_nothing_typed_is_lost(
    given: dict[str, Any], field: str, message: str, expert: Client, cast: Cast
) -> None:
    works.advice_asked(cast.startup, cast.expert, cast.officer)
    factories.StartupFactory(organisation__name="Umbra Looms")
    factories.StartupFactory(organisation__name="Hidden Mills", organisation__status="draft")
    page = expert.post(PAGE, given)
    found = errors_of(page)
    assert (list(found), message in found[field][0], declared()) == ([field], True, [])
    assert page.context["form"]["name"].value() in (given.get("name"), None)
    assert "Umbra Looms" not in page.content.decode() or given.get("name") == "Umbra Looms", (
        "nobody is listed"
    )


def test_form_width_case_and_language_of_a_name_make_no_difference_and_parts_of_it_find_nobody() -> None:
    firm = factories.CompanyFactory(
        organisation__name="株式会社北浜製作所", organisation__name_en="Kitahama Works Co., Ltd."
    ).organisation
    for name in (
        "北浜製作所",
        "株式会社 北浜製作所",
        "北浜製作所株式会社",
        "KITAHAMA WORKS",
        "Kitahama Works",
    ):
        assert named(name) == [firm], name
    for name in ("北浜", "Kitahama", "K", "株式会社"):
        assert named(name) == [], name
    Organisation.objects.filter(pk=firm.pk).update(status="suspended")
    assert named("北浜製作所") == []


def test_looking_up_costs_the_same_for_one_and_for_many(
    cast: Cast, expert: Client, django_assert_max_num_queries: Any
) -> None:
    prices = []
    for _round in range(2):
        works.advice_asked(factories.StartupFactory(), cast.expert, cast.officer)
        expert.get(PAGE)
        with django_assert_max_num_queries(40) as seen:
            expert.get(PAGE)
        prices.append(len(seen))
        for _each in range(3):
            works.advice_asked(factories.StartupFactory(), cast.expert, cast.officer)
            Conflict.objects.create(
                expert=cast.expert.expert, organisation=factories.StartupFactory().organisation
            )
    assert prices[0] == prices[1]
    assert len(assigned_to(cast.expert)) == 8


def test_the_office_takes_one_back_after_asking_and_it_stays_on_record(cast: Cast, as_user: SignIn) -> None:
    actions.declare_conflict(cast.expert.expert, cast.startup.organisation, reason="Shares", by=cast.expert)
    [conflict] = Conflict.objects.all()
    address = f"/en/staff/experts/conflicts/{conflict.pk}/take-back/"
    office, about = as_user(cast.officer), f"/en/staff/experts/{cast.expert.pk}/"
    assert address in office.get(about).content.decode()
    page = office.get(address).content.decode()
    assert f"can be asked about {cast.startup.organisation} again." in page
    assert Conflict.objects.exists()
    for person in (cast.expert, cast.company_owner):
        assert as_user(person).post(address).status_code == 404
    answer = office.post(address)
    assert (answer.status_code, answer["Location"]) == (302, about)
    assert not Conflict.objects.exists()
    assert office.post(address).status_code == 404
    deeds = AuditEvent.objects.filter(action__startswith="expert.conflict").order_by("pk")
    assert [(each.action, each.actor_id, each.detail["expert"]) for each in deeds] == [
        ("expert.conflict_declared", cast.expert.pk, cast.expert.pk),
        ("expert.conflict_taken_back", cast.officer.pk, cast.expert.pk),
    ]


def test_an_expert_without_a_row_can_declare_all_the_same(cast: Cast, as_user: SignIn) -> None:
    """Made by hand at a shell, say."""
    user = factories.UserFactory(staff_role="expert")
    client = as_user(user)
    assert client.get(PAGE).status_code == 200
    assert not Expert.objects.filter(user=user).exists(), "looking writes nothing"
    client.post(PAGE, {"name": cast.startup.organisation.name})
    assert Conflict.objects.get().expert_id == user.pk


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ["Conflicts of interest", "You have declared none.", "Another organisation"]),
        ("ja", ["利益相反", "申告はありません。", "ほかの組織"]),
    ],
)
def test_the_page_is_in_both_languages_and_the_profile_leads_to_it(
    language: str, words: list[str], expert: Client
) -> None:
    html = expert.get(f"/{language}/expert/conflicts/").content.decode()
    assert [each for each in words if each not in html] == []
    assert f"/{language}/expert/conflicts/" in expert.get(f"/{language}/expert/profile/").content.decode()
