"""The check page of disclosing several: what it shows, what it sends, and what it refuses."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from matchmaking.core.models import AuditEvent, Notice
from matchmaking.matches import actions
from matchmaking.matches.enums import DismissReason, MatchStatus, Side
from matchmaking.matches.models import Match
from tests import factories
from tests.conftest import Cast
from tests.matches import world
from tests.matches.pages import source, words
from tests.told import fact

pytestmark = pytest.mark.django_db

TOO_LARGE = 10**20  # no key of the database is that large


@pytest.fixture
def mixed(cast: Cast) -> dict[str, Match]:
    """Two proposals for one firm, one for the other, and one match in each further state."""
    return {
        "first": world.match_of(cast.company, world.startup(0), MatchStatus.PROPOSED),
        "second": world.match_of(
            cast.company, world.startup(1), MatchStatus.PROPOSED, score=70, raw_score=0.7
        ),
        "other": world.match_of(cast.other_company, world.startup(2), MatchStatus.PROPOSED),
        "disclosed": world.match_of(cast.company, world.startup(3), MatchStatus.DISCLOSED),
        "interested": world.match_of(cast.company, world.startup(4), MatchStatus.INTERESTED),
        "dismissed": world.match_of(cast.company, world.startup(5), MatchStatus.DISMISSED),
    }


def query(matches: list[Match]) -> str:
    return "?" + "&".join(f"match={match.pk}" for match in matches)


def check_rows(page: str) -> list[tuple[str, str]]:
    block = re.search(r'<dl class="panel check-list">(.*?)</dl>', page, re.DOTALL).group(1)
    found = re.findall(r"<dt>(.*?)</dt>\s*<dd[^>]*>(.*?)</dd>", block, re.DOTALL)
    return [(html.unescape(label), html.unescape(value)) for label, value in found]


def ticked(page: str) -> set[int]:
    return {int(pk) for pk in re.findall(r'<input type="hidden" name="match" value="(\d+)">', page)}


def states(mixed: dict[str, Match]) -> dict[str, str]:
    return {name: Match.objects.get(pk=match.pk).status for name, match in mixed.items()}


def test_the_check_page_names_firm_startups_scores_and_who_is_told(
    cast: Cast, officer: Client, mixed: dict[str, Match]
) -> None:
    page = source(officer, "matches:disclose", query(list(mixed.values())))
    rows = dict(check_rows(page))
    assert rows == {
        str(cast.company): (
            "Cartless (80.0)\nShelfwise (70.0)\nTold by e-mail: company-owner, company-member"
        ),
        str(cast.other_company): "Paywave (80.0)\nTold by e-mail: other-company-owner",
    }
    assert ticked(page) == {mixed[name].pk for name in ("first", "second", "other")}


def test_nothing_is_sent_and_nothing_changes_by_looking(officer: Client, mixed: dict[str, Match]) -> None:
    before = states(mixed)
    page = source(officer, "matches:disclose", query(list(mixed.values())))
    assert "Nothing has been sent yet." in page
    assert (states(mixed), Notice.objects.count()) == (before, 0)
    assert not AuditEvent.objects.filter(action="match.disclosed").exists()


def test_members_who_left_are_not_named_and_not_told(
    cast: Cast, officer: Client, mixed: dict[str, Match]
) -> None:
    cast.company_member.is_active = False
    cast.company_member.save()
    page = source(officer, "matches:disclose", query([mixed["first"]]))
    assert "company-member" not in page
    officer.post(reverse("matches:disclose"), {"match": [mixed["first"].pk]})
    assert [notice.recipient for notice in Notice.objects.all()] == [cast.company_owner]


def test_a_firm_without_members_is_shown_as_such(officer: Client, cast: Cast) -> None:
    match = world.match_of(world.firm(0), cast.startup, MatchStatus.PROPOSED)
    ((_firm, value),) = check_rows(source(officer, "matches:disclose", query([match])))
    assert value.endswith("Told by e-mail: nobody yet")


def test_confirming_discloses_the_proposals_and_leaves_all_others(
    cast: Cast, officer: Client, mixed: dict[str, Match]
) -> None:
    keys = [match.pk for match in mixed.values()]
    answer = officer.post(reverse("matches:disclose"), {"match": keys}, follow=True)
    assert "3 matches disclosed." in words(answer.content.decode())
    assert states(mixed) == {
        "first": "disclosed",
        "second": "disclosed",
        "other": "disclosed",
        "disclosed": "disclosed",
        "interested": "interested",
        "dismissed": "dismissed",
    }
    told = [(str(each.recipient), fact(each, "startup")) for each in Notice.objects.all()]
    assert sorted(told) == [
        ("company-member", "Cartless"),
        ("company-member", "Shelfwise"),
        ("company-owner", "Cartless"),
        ("company-owner", "Shelfwise"),
        ("other-company-owner", "Paywave"),
    ]


def test_every_disclosure_is_written_down_with_who_did_it(
    cast: Cast, officer: Client, mixed: dict[str, Match]
) -> None:
    officer.post(reverse("matches:disclose"), {"match": [mixed["first"].pk, mixed["other"].pk]})
    events = AuditEvent.objects.filter(action="match.disclosed").order_by("pk")
    assert [(event.actor_id, event.target_id, event.detail["before"]) for event in events] == [
        (cast.officer.pk, str(mixed["first"].pk), "proposed"),
        (cast.officer.pk, str(mixed["other"].pk), "proposed"),
    ]


@pytest.mark.parametrize("chosen", [["disclosed"], ["interested"], ["dismissed"], ["disclosed", "dismissed"]])
def test_a_stale_page_of_which_nothing_is_left_is_a_conflict(
    officer: Client, mixed: dict[str, Match], chosen: list[str]
) -> None:
    before = states(mixed)
    keys = [mixed[name].pk for name in chosen]
    response = officer.post(reverse("matches:disclose"), {"match": keys})
    assert (response.status_code, "Somebody was faster" in response.content.decode()) == (409, True)
    assert (states(mixed), Notice.objects.count()) == (before, 0)


def test_sending_the_same_page_twice_tells_nobody_twice(officer: Client, mixed: dict[str, Match]) -> None:
    address, data = reverse("matches:disclose"), {"match": [mixed["other"].pk]}
    assert [officer.post(address, data).status_code for _ in range(2)] == [302, 409]
    assert Notice.objects.count() == 1


def test_what_somebody_else_dismissed_meanwhile_stays_and_the_rest_is_sent(
    cast: Cast, officer: Client, mixed: dict[str, Match]
) -> None:
    page = source(officer, "matches:disclose", query([mixed["first"], mixed["second"]]))
    actions.dismiss(mixed["second"], side=Side.STAFF, reason=DismissReason.KNOWN, by=cast.administrator)
    answer = officer.post(reverse("matches:disclose"), {"match": sorted(ticked(page))}, follow=True)
    assert "1 match disclosed." in words(answer.content.decode())
    assert (states(mixed)["first"], states(mixed)["second"]) == ("disclosed", "dismissed")


@pytest.mark.parametrize(
    "data", [{}, {"match": []}, {"match": ["abc"]}, {"match": ["0"]}, {"match": [str(TOO_LARGE)]}]
)
def test_nothing_ticked_sends_nothing_and_says_what_to_do(
    officer: Client, mixed: dict[str, Match], data: dict[str, list[str]]
) -> None:
    before = states(mixed)
    for response in (
        officer.get(reverse("matches:disclose"), data),
        officer.post(reverse("matches:disclose"), data),
    ):
        page = response.content.decode()
        assert (response.status_code, "Tick at least one proposed match" in page) == (200, True)
        assert re.search(r"<button[^>]*disabled>", page)
    assert (states(mixed), Notice.objects.count()) == (before, 0)


def test_odd_keys_choose_nothing_and_break_nothing(officer: Client, mixed: dict[str, Match]) -> None:
    odd = ["-1", "1.5", "０", "٠", "", " ", "1e3", "None", "1;drop"]
    response = officer.get(reverse("matches:disclose"), {"match": [*odd, str(mixed["first"].pk)]})
    assert ticked(response.content.decode()) == {mixed["first"].pk}


def test_one_pair_is_disclosed_from_its_own_page(officer: Client, mixed: dict[str, Match]) -> None:
    page = source(officer, "matches:detail", pk=mixed["other"].pk)
    address = f"{reverse('matches:disclose')}?match={mixed['other'].pk}"
    assert address in page
    assert ticked(officer.get(address).content.decode()) == {mixed["other"].pk}


def test_the_check_page_costs_the_same_for_one_firm_and_for_three(
    officer: Client, cast: Cast, django_assert_num_queries: Any
) -> None:
    firms = [cast.company, cast.other_company, world.firm(2)]
    matches = [world.match_of(firm, cast.startup, MatchStatus.PROPOSED) for firm in firms]
    source(officer, "matches:disclose")
    for some in (matches[:1], matches):
        with django_assert_num_queries(5):
            source(officer, "matches:disclose", query(some))


def test_a_check_page_in_japanese_says_the_same(officer: Client, cast: Cast, mixed: dict[str, Match]) -> None:
    page = source(officer, "matches:disclose", query([mixed["other"]]), language="ja")
    ((firm, value),) = check_rows(page)
    assert (firm, value.splitlines()[0]) == (str(cast.other_company), "Paywave (80.0)")
    assert "Told by e-mail" not in page
    assert "Nothing has been sent yet" not in page


@pytest.mark.parametrize("person", ["company_owner", "company_member", "startup_owner", "expert"])
def test_nobody_else_discloses(cast: Cast, as_user: Any, mixed: dict[str, Match], person: str) -> None:
    client = as_user(getattr(cast, person))
    assert client.post(reverse("matches:disclose"), {"match": [mixed["first"].pk]}).status_code == 404
    assert states(mixed)["first"] == "proposed"


def test_an_administrator_may_do_what_an_officer_may(
    cast: Cast, as_user: Any, mixed: dict[str, Match]
) -> None:
    client = as_user(cast.administrator)
    assert client.post(reverse("matches:disclose"), {"match": [mixed["first"].pk]}).status_code == 302
    assert states(mixed)["first"] == "disclosed"


def test_the_order_of_several_does_not_depend_on_the_order_of_the_ticks(cast: Cast) -> None:
    startups = [factories.StartupFactory() for _ in range(3)]
    matches = [world.match_of(cast.company, startup, MatchStatus.PROPOSED) for startup in startups]
    done = actions.disclose_several(reversed(matches), by=cast.officer)
    assert [match.pk for match in done] == sorted(match.pk for match in matches)
