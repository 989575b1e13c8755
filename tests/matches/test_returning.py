"""Whoever decides about a pair comes back to the list as it was narrowed down."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse

from tests.conftest import Cast
from tests.matches import world
from tests.matches.pages import main, source, words

pytestmark = pytest.mark.django_db
NARROWED = "sort=name&country=SG"


def escaped(query: str) -> str:
    return query.replace("&", "&amp;")


def test_staff_come_back_from_the_check_of_what_they_ticked(cast: Cast, officer: Client) -> None:
    match = world.match_of(cast.company, cast.startup, "proposed")
    query = "status=proposed&sort=-score"
    assert f'name="list" value="{escaped(query)}"' in main(source(officer, "matches:staff", f"?{query}"))
    ticked = {"match": match.pk, "list": query}
    back = reverse("matches:staff") + f"?{query}"
    checked = main(source(officer, "matches:disclose", f"?{urlencode(ticked)}"))
    assert f'href="{escaped(back)}"' in checked
    assert f'name="list" value="{escaped(query)}"' in checked
    assert officer.post(reverse("matches:disclose"), ticked)["Location"] == back


def test_the_page_of_a_pair_leads_staff_back_to_their_list(cast: Cast, officer: Client) -> None:
    match = world.match_of(cast.company, cast.startup, "proposed")
    there = reverse("matches:detail", kwargs={"pk": match.pk})
    query = "status=proposed&sort=-score"
    assert f'href="{there}?{urlencode({"list": query})}"' in source(officer, "matches:staff", f"?{query}")
    back = f'href="{reverse("matches:staff")}?{escaped(query)}"'
    assert back in main(source(officer, "matches:detail", f"?{urlencode({'list': query})}", pk=match.pk))
    assert f'href="{reverse("matches:staff")}">' in main(source(officer, "matches:detail", pk=match.pk))


@pytest.mark.parametrize(
    "written", ["//elsewhere.example/", "https://elsewhere.example/?a=1", "javascript:x"]
)
def test_what_somebody_else_writes_there_leads_nowhere_else(cast: Cast, firm: Client, written: str) -> None:
    match = world.match_of(cast.company, cast.startup)
    there = reverse("matches:put_aside", kwargs={"pk": match.pk}) + f"?{urlencode({'list': written})}"
    answer = firm.post(there, {"reason": "known"})
    assert answer["Location"].startswith(reverse("matches:list") + "?")
    assert firm.get(answer["Location"]).status_code == 200


def test_a_firm_that_puts_aside_comes_back_to_its_list_and_reads_where_to_take_it_back(
    cast: Cast, firm: Client
) -> None:
    match = world.match_of(cast.company, cast.startup)
    there = f"{reverse('matches:put_aside', kwargs={'pk': match.pk})}?{urlencode({'list': NARROWED})}"
    assert f'href="{there}"' in source(firm, "matches:list", f"?{NARROWED}")
    back = f"{reverse('matches:list')}?{NARROWED}"
    answer = firm.post(there, {"reason": "known"})
    assert answer["Location"] == back
    told = words(firm.get(back).content.decode())
    assert f"{cast.startup} is put aside. You can take it back at the end of this list." in told
    assert "1 startup put aside" in told
    taken = firm.post(reverse("matches:take_back", kwargs={"pk": match.pk}), {"list": NARROWED})
    assert taken["Location"] == back


def test_without_a_narrowed_list_the_addresses_stay_plain(cast: Cast, firm: Client) -> None:
    match = world.match_of(cast.company, cast.startup)
    there = reverse("matches:put_aside", kwargs={"pk": match.pk})
    assert f'href="{there}"' in source(firm, "matches:list")
    assert firm.post(there, {"reason": "known"})["Location"] == reverse("matches:list")
