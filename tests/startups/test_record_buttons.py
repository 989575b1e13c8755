"""The buttons of a list of evidence: who may press them, in which language, and that nothing typed is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.models import User
from startups.models import RECORDS
from startups.record_forms import FORMS, MOST
from tests.conftest import Cast
from tests.imports import row_counts

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
BUTTONS = (("record_add", ()), ("record_remove", (1,)), ("record_restore", (1,)))
PEOPLE = {
    "startup_owner": 200,
    "startup_member": 200,
    "company_owner": 404,
    "expert": 404,
    "officer": 404,
    "administrator": 404,
    "newcomer": 404,
}


def address(name: str, kind: str, *number: int, language: str = "en") -> str:
    with translation.override(language):
        return reverse(f"startups:{name}", args=[kind, *number])


def form(kind: str, *rows: dict[str, Any]) -> dict[str, Any]:
    sent: dict[str, Any] = {f"{kind}-TOTAL_FORMS": len(rows), f"{kind}-INITIAL_FORMS": 0, "shown": "{}"}
    for number, row in enumerate(rows):
        sent |= {f"{kind}-{number}-{name}": value for name, value in row.items()}
    return sent


def asked(kind: str) -> list[str]:
    return FORMS[kind].model.asked()


def odd(kind: str) -> dict[str, str]:
    """Something in every field that nobody would save."""
    return {name: f"typed <b> {name} {kind}" for name in asked(kind) if name != "may_be_shown"}


def values(page: Any) -> list[dict[str, Any]]:
    return [{name: row[name].value() for name in row.fields} for row in page.context["formset"].forms]


@pytest.mark.parametrize(("name", "number"), BUTTONS)
@pytest.mark.parametrize(("person", "status"), PEOPLE.items())
def test_only_the_startups_own_people_press_them(
    name: str, number: tuple[int, ...], person: str, status: int, cast: Cast, as_user: SignIn
) -> None:
    answer = as_user(getattr(cast, person)).post(address(name, "figures", *number), form("figures", {}))
    assert answer.status_code == status


@pytest.mark.parametrize(("name", "number"), BUTTONS)
@pytest.mark.parametrize("method", ["get", "head", "put", "delete"])
def test_they_are_pressed_and_not_opened(
    name: str, number: tuple[int, ...], method: str, cast: Cast, as_user: SignIn
) -> None:
    answer = getattr(as_user(cast.startup_owner), method)(address(name, "figures", *number))
    assert answer.status_code == 405


@pytest.mark.parametrize("name", ["record_add", "record_remove", "record_restore"])
@pytest.mark.parametrize("kind", ["decks", "figure", "FIGURES", "startup"])
def test_a_list_that_is_none_has_no_buttons(name: str, kind: str, cast: Cast, as_user: SignIn) -> None:
    number = () if name == "record_add" else (1,)
    answer = as_user(cast.startup_owner).post(address(name, kind, *number), form(kind, {}))
    assert answer.status_code == 404


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("kind", RECORDS)
@pytest.mark.parametrize(("name", "number"), BUTTONS)
def test_each_shows_what_was_typed_unchecked_and_saves_nothing(
    name: str, number: tuple[int, ...], kind: str, language: str, cast: Cast, as_user: SignIn
) -> None:
    client, sent = as_user(cast.startup_owner), odd(kind)
    before = row_counts()
    page = client.post(address(name, kind, *number, language=language), form(kind, sent))
    shown = values(page)[0]
    assert {key: shown[key] for key in sent} == sent
    assert (page.context["formset"].is_bound, row_counts()) == (False, before)
    html = page.content.decode()
    assert (f'lang="{language}"' in html, "typed <b>" in html) == (True, False)


@pytest.mark.parametrize(
    ("number", "gone"), [(1, ["on", ""]), (2, ["", "on"]), (3, ["", ""]), (0, ["", ""]), (99_999, ["", ""])]
)
def test_only_the_row_that_was_meant_is_marked(
    number: int, gone: list[str], cast: Cast, as_user: SignIn
) -> None:
    rows = [odd("patents") | {"title": title} for title in ("first", "second")]
    page = as_user(cast.startup_owner).post(
        address("record_remove", "patents", number), form("patents", *rows)
    )
    assert [row["DELETE"] or "" for row in values(page)] == gone
    assert [row["title"] for row in values(page)] == ["first", "second"]


def test_marks_of_other_rows_stay_when_one_comes_back(cast: Cast, as_user: SignIn) -> None:
    rows = [{"title": title, "DELETE": "on"} for title in ("first", "second", "third")]
    page = as_user(cast.startup_owner).post(address("record_restore", "patents", 2), form("patents", *rows))
    assert [row["DELETE"] for row in values(page)] == ["on", "", "on"]


@pytest.mark.parametrize(("there", "rows"), [(0, 1), (1, 2), (MOST - 1, MOST), (MOST, MOST)])
def test_a_row_more_is_given_while_there_is_room(there: int, rows: int, cast: Cast, as_user: SignIn) -> None:
    sent = form("patents", *[{"title": f"Patent {n}"} for n in range(there)])
    page = as_user(cast.startup_owner).post(address("record_add", "patents"), sent)
    found = values(page)
    assert (page.status_code, len(found)) == (200, rows)
    assert [row["title"] for row in found[:there]] == [f"Patent {n}" for n in range(there)]


@pytest.mark.parametrize("status", ["draft", "returned", "submitted", "published", "suspended"])
def test_where_the_way_back_leads_follows_the_state(status: str, cast: Cast, as_user: SignIn) -> None:
    organisation = cast.startup.organisation
    type(organisation).objects.filter(pk=organisation.pk).update(status=status, return_reason="Add a figure.")
    page = as_user(cast.startup_owner).get(address("records", "figures"))
    leads = "startups:setup" if status in ("draft", "returned") else "startups:own"
    assert (page.status_code, page.context["back_url"]) == (200, reverse(leads))
