"""The pages on which the office chooses an expert or declines, and the expert accepts or refuses."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from matchmaking.core import local_time
from matchmaking.core.working_days import add_office_days
from matchmaking.matches.models import Match
from research import actions
from research.models import Commission, Conflict, Refusal
from tests import factories
from tests.conftest import Cast
from tests.meetings import stories
from tests.pages import errors_of
from tests.research import works

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


@pytest.fixture
def wish(match: Match, cast: Cast) -> Commission:
    return works.asked(match, cast.company_owner)


def test_the_office_chooses_among_those_who_fit(office: Client, wish: Commission, cast: Cast) -> None:
    in_conflict = factories.ExpertFactory(user__name="Cousin", countries=["SG"])
    actions.declare_conflict(in_conflict, cast.company.organisation, reason="", by=in_conflict.user)
    address = f"/en/staff/research/{wish.pk}/"
    html = office.get(address).content.decode()
    assert (html.index("expert</b>") < html.index("Cousin</b>"), "Conflict of interest declared" in html) == (
        True,
        True,
    )
    refused = office.post(f"{address}assign/", {"expert": in_conflict.pk, "term": "10"})
    assert errors_of(refused) == {"expert": ["Choose an expert of the list."]}
    answer = office.post(f"{address}assign/", {"expert": cast.expert.pk, "term": "10"}, follow=True)
    assert "expert has been asked." in answer.content.decode()
    assert works.states_of(wish) == ("assigned", cast.expert.pk)
    assert timezone.localdate() + timedelta(days=13) <= wish.due, "ten working days are at least two weekends"
    assert office.post(f"{address}assign/", {"expert": cast.expert.pk, "term": "10"}).status_code == 409


@pytest.mark.parametrize(("days", "expected"), [(None, "10"), (60, "10"), (12, "5"), (2, "5")])
def test_the_term_that_is_proposed_ends_before_the_meeting_if_any_does(
    days: int | None, expected: str, office: Client, wish: Commission
) -> None:
    """Each term is told with its day, the meeting's own above them."""
    today = timezone.localdate()
    needed = today + timedelta(days=days) if days else None
    Commission.objects.filter(pk=wish.pk).update(needed_on=needed)
    field = office.get(f"/en/staff/research/{wish.pk}/").context["form"]["term"]
    assert str(field.value()) == expected
    ends = local_time.day(add_office_days(today, 5), year=True)
    assert field.field.choices[0] == ("5", f"5 working days ({ends})")
    told = local_time.day(needed, year=True) if needed else ""
    assert field.help_text == (f"The report is needed before {told}." if needed else "")


@pytest.mark.parametrize(
    ("sent", "field", "message"),
    [
        ({"term": "10"}, "expert", "Choose an expert of the list."),
        ({"expert": "x", "term": "10"}, "expert", "Choose an expert of the list."),
        ({"expert": "OWN", "term": "11"}, "term", "Choose in how many working days"),
    ],
)
def test_a_slip_in_choosing_is_told(
    sent: dict[str, str], field: str, message: str, office: Client, wish: Commission, cast: Cast
) -> None:
    values = {key: str(cast.expert.pk) if value == "OWN" else value for key, value in sent.items()}
    page = office.post(f"/en/staff/research/{wish.pk}/assign/", values)
    assert (list(errors_of(page)), message in errors_of(page)[field][0]) == ([field], True)
    assert works.states_of(wish)[0] == "requested"


@pytest.mark.parametrize(
    ("language", "heading", "button"),
    [("en", "Decline the research request", "Decline"), ("ja", "調査依頼を見送る", "見送る")],
)
def test_a_wish_is_declined_on_a_page_that_asks_for_the_reason(
    language: str, heading: str, button: str, office: Client, firm: Client, wish: Commission
) -> None:
    address = f"/{language}/staff/research/{wish.pk}/cancel/"
    html = office.get(address).content.decode()
    assert (heading in html, button in html) == (True, True)
    assert list(errors_of(office.post(address, {"reason": " "}))) == ["reason"]
    assert office.post(address, {"reason": "同じ報告書があります。"}).status_code == 302
    assert "同じ報告書があります。" in firm.get(f"/{language}/research/{wish.pk}/").content.decode()
    assert (office.get(address).status_code, office.post(address, {"reason": "x"}).status_code) == (409, 409)


def test_an_expert_accepts_only_with_the_declaration(expert: Client, wish: Commission, cast: Cast) -> None:
    works.offered(wish, cast.expert, cast.officer)
    address = f"/en/expert/{wish.pk}/"
    assert works.QUESTION in expert.get(address).content.decode()
    assert cast.company.organisation.name_en in expert.get("/en/").content.decode()
    page = expert.post(f"{address}accept/", {})
    assert "Declare this, or refuse the research." in page.content.decode()
    assert Commission.objects.get().accepted_at is None
    assert expert.post(f"{address}accept/", {"declared": "on"}).status_code == 302
    assert Commission.objects.get().accepted_at is not None
    assert expert.post(f"{address}accept/", {"declared": "on"}).status_code == 409


REFUSALS: list[tuple[dict[str, Any], str, str]] = [
    ({}, "reason", "Choose why you refuse."),
    ({"reason": "conflict"}, "conflicts", "Choose with whom you have a conflict of interest."),
    ({"reason": "time", "conflicts": ["FIRM"]}, "reason", "Choose “A conflict of interest” if you have one."),
    ({"reason": "other"}, "text", "Write the reason in a sentence."),
    (
        {"reason": "conflict", "conflicts": ["OTHER"]},
        "conflicts",
        "Choose among the organisations named here.",
    ),
]


@pytest.mark.parametrize(("sent", "field", "message"), REFUSALS)
def test_a_slip_in_refusing_is_told_and_nothing_happens(
    sent: dict[str, Any], field: str, message: str, expert: Client, wish: Commission, cast: Cast
) -> None:
    works.offered(wish, cast.expert, cast.officer)
    keys = {"FIRM": cast.company.pk, "OTHER": cast.other_company.pk}
    values = {**sent, "conflicts": [keys[each] for each in sent.get("conflicts", [])]}
    page = expert.post(f"/en/expert/{wish.pk}/refuse/", values)
    found = page.context["refuse_form"].errors
    assert (list(found)[:1], message in found[field][0]) == ([field], True)
    assert (works.states_of(wish)[0], Refusal.objects.count()) == ("assigned", 0)


def test_a_conflict_is_declared_with_one_of_the_two_and_the_page_is_gone(
    expert: Client, wish: Commission, cast: Cast, office: Client
) -> None:
    works.offered(wish, cast.expert, cast.officer)
    form = expert.get(f"/en/expert/{wish.pk}/").context["refuse_form"]
    named = [label for _key, label in form.fields["conflicts"].choices]
    assert named == [cast.company.organisation.name_en, str(cast.startup)]
    sent = {"reason": "conflict", "conflicts": [cast.startup.pk], "text": "A cousin works there"}
    answer = expert.post(f"/en/expert/{wish.pk}/refuse/", sent)
    assert (answer.status_code, answer["Location"]) == (302, "/en/")
    assert Conflict.objects.get().organisation == cast.startup.organisation
    for path in ("", "accept/", "refuse/"):
        method = expert.post if path else expert.get
        assert method(f"/en/expert/{wish.pk}/{path}").status_code == 404, path
    html = office.get(f"/en/staff/experts/{cast.expert.pk}/").content.decode()
    assert ("A cousin works there" in html, str(cast.startup) in html) == (True, True)


@pytest.mark.parametrize("ending", ["cancelled", "given to another"])
def test_after_the_end_of_the_assignment_everything_is_gone(
    ending: str, expert: Client, wish: Commission, cast: Cast
) -> None:
    works.accepted(wish, cast.expert, cast.officer)
    assert expert.get(f"/en/expert/{wish.pk}/").status_code == 200
    if ending == "cancelled":
        actions.cancel(wish, reason="No budget", by=cast.officer)
    else:
        Commission.objects.update(expert=factories.ExpertFactory())
    assert expert.get(f"/en/expert/{wish.pk}/").status_code == 404
    assert expert.post(f"/en/expert/{wish.pk}/accept/", {"declared": "on"}).status_code == 404
    assert cast.company.organisation.name_en not in expert.get("/en/").content.decode()


def test_an_expert_reads_of_both_sides_but_gets_no_link_to_them(
    expert: Client, wish: Commission, cast: Cast
) -> None:
    works.offered(wish, cast.expert, cast.officer)
    html = expert.get(f"/en/expert/{wish.pk}/").content.decode()
    assert [text for text in (wish.challenge.text, cast.startup.one_liner) if text not in html] == []
    assert f"/companies/{cast.company.pk}" not in html
    assert f"/startups/{cast.startup.pk}" not in html


def test_the_pairs_page_tells_staff_every_step_and_the_startup_nothing(
    office: Client, cast: Cast, match: Match, as_user: SignIn, wish: Commission
) -> None:
    works.accepted(wish, cast.expert, cast.officer)
    stories.asked(match, cast.company_owner)
    html = office.get(f"/en/matches/{match.pk}/").content.decode()
    steps = [
        "Research offered to an expert",
        "Research accepted by the expert",
        f"/en/staff/research/{wish.pk}/",
    ]
    assert [step for step in steps if step not in html] == []
    for person in (cast.startup_owner, cast.company_owner):
        page = as_user(person).get(f"/en/matches/{match.pk}/")
        assert (page.status_code, "esearch offered" in page.content.decode()) == (200, False)
