"""The office's list of research: narrowed down, put in order, and what each row says of where it stands."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from research import actions
from research.models import Commission, Expert
from tests import factories
from tests.conftest import Cast
from tests.meetings import stories
from tests.research import works

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
LIST = "/en/staff/research/"


@pytest.fixture
def office(cast: Cast, as_user: SignIn) -> Client:
    return as_user(cast.officer)


@pytest.fixture
def rows(cast: Cast) -> dict[str, Commission]:
    """One in each state that the office tells apart, of two firms, in three fields and markets."""
    Expert.objects.update(capacity=9)
    own, theirs = (stories.match_of(firm, cast.startup) for firm in (cast.company, cast.other_company))
    today = timezone.localdate()
    made = {
        "waiting": works.asked(own, cast.company_owner, field="retail", market="SG"),
        "offered": works.asked(own, cast.officer, field="mobility", market="VN"),
        "late": works.asked(theirs, cast.officer, field="retail", market="VN"),
        "delivered": works.asked(theirs, cast.officer, field="agritech", market="IL"),
        "cancelled": works.asked(theirs, cast.officer, field="agritech", market="SG"),
    }
    works.offered(made["offered"], cast.expert, cast.officer, today + timedelta(days=9))
    works.accepted(made["late"], cast.expert, cast.officer, today - timedelta(days=1))
    works.accepted(made["delivered"], cast.expert, cast.officer, today - timedelta(days=9))
    works.delivered(made["delivered"], cast.expert)
    actions.cancel(made["cancelled"], reason="There is one.", by=cast.officer)
    return made


def found(office: Client, rows: dict[str, Commission], query: str) -> list[str]:
    """Which of them the list holds, in its order."""
    names = {made.pk: name for name, made in rows.items()}
    return [names[row["commission"].pk] for row in office.get(LIST + query).context["rows"]]


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["waiting", "offered", "late", "delivered", "cancelled"]),
        ("?status=requested", ["waiting"]),
        ("?status=assigned", ["offered", "late"]),
        ("?status=delivered&status=cancelled", ["delivered", "cancelled"]),
        ("?field=retail", ["waiting", "late"]),
        ("?field=retail&field=agritech", ["waiting", "late", "delivered", "cancelled"]),
        ("?market=VN", ["offered", "late"]),
        ("?market=VN&field=retail", ["late"]),
        ("?market=IN", []),
        ("?overdue=yes", ["late"]),
        ("?overdue=yes&status=requested", []),
        ("?sort=-asked", ["cancelled", "delivered", "late", "offered", "waiting"]),
    ],
)
def test_the_list_is_narrowed_down_and_put_in_order(
    query: str, expected: list[str], office: Client, rows: dict[str, Commission]
) -> None:
    assert found(office, rows, query) == expected


@pytest.mark.parametrize(
    "query", ["?status=lost", "?field=space", "?market=ZZ", "?overdue=maybe", "?page=99"]
)
def test_an_address_somebody_made_up_is_no_mishap(
    query: str, office: Client, rows: dict[str, Commission]
) -> None:
    assert office.get(LIST + query).status_code == 200


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ("?market=IN", ["No research fits these filters.", "Remove all filters"]),
        ("", ["No research has been asked for yet.", "Commission research"]),
    ],
)
def test_an_empty_list_says_what_to_do(query: str, words: list[str], office: Client, cast: Cast) -> None:
    html = office.get(LIST + query).content.decode()
    assert [each for each in words if each not in html] == []


def test_a_row_says_where_it_stands_who_has_it_and_whether_it_is_late(
    office: Client, rows: dict[str, Commission], cast: Cast
) -> None:
    shown = {row["commission"].pk: row for row in office.get(LIST).context["rows"]}
    told = {name: (shown[made.pk]["status"], shown[made.pk]["overdue"]) for name, made in rows.items()}
    assert told == {
        "waiting": ("Requested", False),
        "offered": ("Waits for the expert's answer", False),
        "late": ("With the expert", True),
        "delivered": ("Report delivered", False),
        "cancelled": ("Cancelled", False),
    }
    assert {
        name: shown[made.pk]["commission"].expert_id for name, made in rows.items() if made.expert_id
    } == dict.fromkeys(("offered", "late", "delivered"), cast.expert.pk)


def test_research_of_a_second_expert_is_not_counted_as_the_first_ones(
    office: Client, rows: dict[str, Commission], cast: Cast
) -> None:
    second = factories.ExpertFactory(user__name="Second")
    works.offered(rows["waiting"], second.user, cast.officer)
    loads = {each.pk: each.load for each in Expert.objects.for_list()}
    assert loads == {cast.expert.pk: 3, second.pk: 1}
