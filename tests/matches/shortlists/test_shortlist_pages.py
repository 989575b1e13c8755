"""The staff's pages of shortlists: what they show, what they change, and what they refuse."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from matchmaking.core import jobs
from matchmaking.core.models import Job
from matchmaking.matches import actions
from matchmaking.matches.enums import MatchStatus, ShortlistStatus
from matchmaking.matches.models import Match, ShortlistDraft, ShortlistRule
from tests import factories
from tests.conftest import Cast
from tests.matches import lists_world
from tests.matches.lists_world import Lists
from tests.matches.pages import answer, columns, links, main, source, words
from tests.pages import errors_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def lists(db: None) -> Lists:
    return lists_world.three_by_three()


@pytest.fixture
def draft(lists: Lists, cast: Cast) -> ShortlistDraft:
    return lists.draft(cast.officer)


def firm_page(client: Client, draft: ShortlistDraft, company: Any, **more: Any) -> str:
    return source(client, "matches:shortlist_firm", pk=draft.pk, company_pk=company.pk, **more)


def post(client: Client, name: str, data: dict[str, Any], **kwargs: Any) -> Any:
    return client.post(reverse(name, kwargs=kwargs or None), data)


def seen_on(page: str) -> str:
    return re.search(r'name="seen" value="([0-9a-f]{64})"', page).group(1)


# --- Start and progress ------------------------------------------------------------------------------------------


def test_the_start_page_tells_the_rules_and_starts(officer: Client, lists: Lists) -> None:
    page = main(source(officer, "matches:shortlist_start"))
    assert "at most 5 startups" in words(page)
    assert "is discarded" not in page
    response = post(officer, "matches:shortlist_start", {"month_only": "on"})
    draft = ShortlistDraft.objects.get()
    assert (response.status_code, draft.month_only) == (302, True)
    assert response["Location"] == reverse("matches:shortlist", kwargs={"pk": draft.pk})


def test_a_whole_month_is_planned_when_the_box_is_left_empty(officer: Client, lists: Lists) -> None:
    post(officer, "matches:shortlist_start", {})
    assert ShortlistDraft.objects.get().month_only is False


def test_starting_twice_is_told_kindly(officer: Client, lists: Lists) -> None:
    post(officer, "matches:shortlist_start", {})
    response = officer.post(reverse("matches:shortlist_start"), {}, follow=True)
    assert "being worked out already" in response.content.decode()
    assert ShortlistDraft.objects.count() == 1


def test_the_start_page_says_which_draft_is_discarded(officer: Client, draft: ShortlistDraft) -> None:
    assert f"The draft {draft.pk} is discarded" in words(source(officer, "matches:shortlist_start"))


def test_progress_is_shown_while_it_is_worked_out_and_nothing_of_lists(
    officer: Client, cast: Cast, lists: Lists
) -> None:
    draft = actions.start_shortlists(by=cast.officer)
    page = main(source(officer, "matches:shortlist", pk=draft.pk))
    assert "Waiting to start" in page
    assert "Lists of firms" not in page
    jobs.run(Job.objects.get(name="matches.gather_shortlists").pk)
    part = source(officer, "matches:shortlist_progress", pk=draft.pk)
    assert "Choosing among 9 pairs" in part
    assert 'max="2" value="1"' in part


@pytest.mark.parametrize("name", ["matches:shortlist_firm", "matches:shortlist_disclose"])
def test_a_draft_under_way_has_no_lists_to_open(officer: Client, cast: Cast, lists: Lists, name: str) -> None:
    draft = actions.start_shortlists(by=cast.officer)
    more = {"company_pk": lists.companies[0].pk} if name.endswith("firm") else {}
    assert answer(officer, name, pk=draft.pk, **more).status_code == 404


def test_the_page_loads_anew_when_the_lists_are_ready(officer: Client, draft: ShortlistDraft) -> None:
    url = reverse("matches:shortlist_progress", kwargs={"pk": draft.pk})
    assert officer.get(url, headers={"hx-request": "true"})["HX-Refresh"] == "true"
    assert "HX-Refresh" not in officer.get(url)


# --- A draft -----------------------------------------------------------------------------------------------------


def test_the_draft_shows_exposure_with_and_without_choosing_together(
    officer: Client, draft: ShortlistDraft
) -> None:
    rows = {
        row[0]: row[1:] for row in columns(source(officer, "matches:shortlist", pk=draft.pk)) if len(row) == 3
    }
    assert rows["0 lists"] == ["4", "2"]  # two startups have no match at all
    assert rows["1 list"] == ["0", "3"]
    assert rows["3 lists"] == ["1", "0"]
    assert rows["Share of the most listed tenth"] == ["100%", "33%"]
    assert rows["Gini coefficient (0: all alike)"] == ["0.80", "0.40"]


def test_the_counters_say_who_is_served_and_how_good_the_lists_are(
    officer: Client, draft: ShortlistDraft
) -> None:
    page = words(main(source(officer, "matches:shortlist", pk=draft.pk)))
    assert "Points together 196.0" in page
    assert "proven to be the best possible" in page
    ShortlistDraft.objects.filter(pk=draft.pk).update(bound=draft.bound * 1.01)
    page = words(main(source(officer, "matches:shortlist", pk=draft.pk)))
    assert "at most 1.0% below the best possible" in page


def test_every_firm_has_a_row_with_its_list(officer: Client, lists: Lists, draft: ShortlistDraft) -> None:
    rows = {
        row[0]: row[1:] for row in columns(source(officer, "matches:shortlist", pk=draft.pk)) if len(row) == 3
    }
    assert rows[str(lists.companies[0].organisation.name_en or lists.companies[0])][0] == "1 of 1"
    assert (
        f"{lists.startups[1]} 80.0"
        in rows[str(lists.companies[0].organisation.name_en or lists.companies[0])][1]
    )


@pytest.mark.parametrize(
    ("show", "heading"),
    [
        ("firms", "Lists of firms"),
        ("startups", "Startups and their firms"),
        ("firms_without", "Firms without a list"),
        ("startups_without", "Startups on no list"),
        ("nonsense", "Lists of firms"),
    ],
)
def test_tabs_are_addresses(officer: Client, draft: ShortlistDraft, show: str, heading: str) -> None:
    page = source(officer, "matches:shortlist", f"?show={show}", pk=draft.pk)
    assert f'aria-current="page">{heading}</a>' in page
    assert f"<h2>{heading}</h2>" in page


def test_who_has_no_list_is_named_with_the_reason(officer: Client, cast: Cast, lists: Lists) -> None:
    lonely = factories.ChallengeFactory(company__organisation__name_en="Lonely Works").company
    Match.objects.filter(company=lists.companies[2]).exclude(startup=lists.startups[0]).delete()
    Match.objects.filter(company=lists.companies[1]).exclude(startup=lists.startups[0]).delete()
    draft = lists.draft(cast.officer)
    rows = {
        row[0]: row[1]
        for row in columns(source(officer, "matches:shortlist", "?show=firms_without", pk=draft.pk))
    }
    crowded = lists.companies[2].organisation
    assert rows[crowded.name_en or crowded.name] == "All its matches are on as many lists as they can take on"
    assert rows["Lonely Works"] != ""
    assert lonely.pk in draft.parties.filter(reason="no_candidate").values_list("organisation", flat=True)


def test_regions_show_their_target(officer: Client, cast: Cast, lists: Lists) -> None:
    type(lists.companies[0]).objects.all().update(prefecture="05")
    actions.set_shortlist_rule(by=cast.administrator, targets={"tohoku": 7, "13": 2}, reason="trial")
    draft = lists.draft(cast.officer)
    rows = {
        row[0]: row[1:] for row in columns(source(officer, "matches:shortlist", pk=draft.pk)) if len(row) == 5
    }
    assert rows["Tohoku region"][2:] == ["3", "7"]
    assert "Kanto region" not in rows


def test_the_page_is_whole_in_japanese(officer: Client, draft: ShortlistDraft) -> None:
    page = words(main(source(officer, "matches:shortlist", language="ja", pk=draft.pk)))
    assert "企業ごとのリスト" in page
    assert not re.search(r"[a-z]{5,} [a-z]{4,} [a-z]{4,}", page), "an English sentence in a Japanese page"


@pytest.mark.parametrize(
    ("status", "buttons"),
    [(ShortlistStatus.READY, 2), (ShortlistStatus.DISCLOSED, 0), (ShortlistStatus.DISCARDED, 0)],
)
def test_only_a_ready_draft_has_buttons(
    officer: Client, draft: ShortlistDraft, status: str, buttons: int
) -> None:
    ShortlistDraft.objects.filter(pk=draft.pk).update(status=status)
    page = source(officer, "matches:shortlist", pk=draft.pk)
    assert len(links(page, f"/{draft.pk}/disclose/") + links(page, f"/{draft.pk}/discard/")) == buttons


@pytest.mark.parametrize("show", ["firms", "startups", "firms_without", "startups_without"])
def test_the_number_of_queries_does_not_grow(officer: Client, cast: Cast, show: str) -> None:
    counts = []
    for _times in range(2):
        lists = lists_world.three_by_three()
        factories.StartupFactory()
        draft = lists.draft(cast.officer)
        source(officer, "matches:shortlist", f"?show={show}", pk=draft.pk)
        with CaptureQueriesContext(connection) as queries:
            source(officer, "matches:shortlist", f"?show={show}", pk=draft.pk)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_the_list_of_drafts_offers_what_can_be_done(
    officer: Client, cast: Cast, as_user: Any, lists: Lists
) -> None:
    empty = source(officer, "matches:shortlists")
    assert "No shortlists have been worked out yet." in empty
    draft = actions.start_shortlists(by=cast.officer)
    page = source(officer, "matches:shortlists")
    assert "See the draft under way" in page
    assert links(page, reverse("matches:shortlist", kwargs={"pk": draft.pk}))
    assert not links(page, reverse("matches:shortlist_rules"))
    assert links(
        source(as_user(cast.administrator), "matches:shortlists"), reverse("matches:shortlist_rules")
    )


def test_a_draft_is_discarded_after_a_question(officer: Client, draft: ShortlistDraft) -> None:
    assert "Discard the shortlists" in source(officer, "matches:shortlist_discard", pk=draft.pk)
    post(officer, "matches:shortlist_discard", {}, pk=draft.pk)
    draft.refresh_from_db()
    assert draft.status == ShortlistStatus.DISCARDED
    assert post(officer, "matches:shortlist_discard", {}, pk=draft.pk).status_code == 409


# --- One list ----------------------------------------------------------------------------------------------------


def test_a_list_shows_what_is_on_it_and_what_else_there_is(
    officer: Client, lists: Lists, draft: ShortlistDraft
) -> None:
    page = firm_page(officer, draft, lists.companies[0])
    rows = {row[0]: row[1:] for row in columns(page) if len(row) == 4}
    assert rows[str(lists.startups[1])][:2] == ["80.0", "not disclosed yet"]
    assert rows[str(lists.startups[0])][:2] == ["90.0", "1 of 1"]
    assert "1 of at most 1 startups, 80.0 points together." in words(page)
    assert "Put on the list" not in page  # the list is full


def test_a_change_by_hand_and_its_totals(officer: Client, lists: Lists, draft: ShortlistDraft) -> None:
    first, keys = lists.companies[0], {"pk": draft.pk, "company_pk": lists.companies[0].pk}
    post(officer, "matches:shortlist_take_off", {"startup": lists.startups[1].pk}, **keys)
    assert "The list is empty." in firm_page(officer, draft, first)
    others = {"pk": draft.pk, "company_pk": lists.companies[2].pk}
    post(officer, "matches:shortlist_take_off", {"startup": lists.startups[0].pk}, **others)
    page = firm_page(officer, draft, first)
    assert page.count("Put on the list") == 2  # both startups are free now; the third is on its one list
    response = post(officer, "matches:shortlist_add", {"match": lists.match(0, 0).pk}, **keys)
    assert response.status_code == 302
    page = firm_page(officer, draft, first)
    assert "1 of at most 1 startups, 90.0 points together." in words(page)
    assert "by hand" in page


def test_what_the_checker_finds_is_said_with_what_to_do(
    officer: Client, lists: Lists, draft: ShortlistDraft
) -> None:
    url = reverse("matches:shortlist_add", kwargs={"pk": draft.pk, "company_pk": lists.companies[0].pk})
    page = officer.post(url, {"match": lists.match(0, 0).pk}, follow=True).content.decode()
    assert "Take a startup off first." in page
    assert "Take it off another list first." in page
    assert lists.shown(draft) == [(0, 1), (1, 2), (2, 0)]


@pytest.mark.parametrize("value", ["", "x", "-1", "9" * 30, "0"])
def test_keys_that_nothing_has_are_not_found(
    officer: Client, lists: Lists, draft: ShortlistDraft, value: str
) -> None:
    keys = {"pk": draft.pk, "company_pk": lists.companies[0].pk}
    assert post(officer, "matches:shortlist_add", {"match": value}, **keys).status_code == 404
    taken = post(officer, "matches:shortlist_take_off", {"startup": value}, **keys)
    assert taken.status_code == (409 if value == "0" else 404)


def test_another_firms_match_is_not_put_on_a_list(
    officer: Client, lists: Lists, draft: ShortlistDraft
) -> None:
    keys = {"pk": draft.pk, "company_pk": lists.companies[0].pk}
    assert post(officer, "matches:shortlist_add", {"match": lists.match(1, 1).pk}, **keys).status_code == 404


def test_a_startup_is_no_firm_of_the_draft(officer: Client, lists: Lists, draft: ShortlistDraft) -> None:
    keys = {"pk": draft.pk, "company_pk": lists.startups[0].pk}
    assert answer(officer, "matches:shortlist_firm", **keys).status_code == 404


# --- Disclosing --------------------------------------------------------------------------------------------------


def test_the_check_page_lists_counts_startups_and_who_is_told(
    officer: Client, lists: Lists, draft: ShortlistDraft
) -> None:
    reader = factories.MembershipFactory(organisation=lists.companies[0].organisation).user
    text = words(main(source(officer, "matches:shortlist_disclose", pk=draft.pk)))
    assert "Nothing has been sent yet." in text
    assert "Firms 3 Recommendations 3 People told by e-mail 1 Firms in which nobody is told 2" in text
    assert f"{lists.startups[1]} (80.0) Told by e-mail: {reader}" in text
    assert text.count("Told by e-mail: nobody yet") == 2


def test_looking_at_the_check_page_sends_nothing(officer: Client, draft: ShortlistDraft) -> None:
    source(officer, "matches:shortlist_disclose", pk=draft.pk)
    assert not Match.objects.filter(status=MatchStatus.DISCLOSED).exists()
    assert draft.pairs.filter(approved_at=None).count() == 3


def test_what_was_checked_is_disclosed(officer: Client, lists: Lists, draft: ShortlistDraft) -> None:
    page = source(officer, "matches:shortlist_disclose", f"?firm={lists.companies[0].pk}", pk=draft.pk)
    sent = {"seen": seen_on(page), "firm": [lists.companies[0].pk]}
    response = post(officer, "matches:shortlist_disclose", sent, pk=draft.pk)
    assert response.status_code == 302
    jobs.run_due()
    told = Match.objects.filter(status=MatchStatus.DISCLOSED).values_list("company", "startup")
    assert list(told) == [(lists.companies[0].pk, lists.startups[1].pk)]
    assert "Disclosed" in firm_page(officer, draft, lists.companies[0])


def test_lists_that_changed_since_are_shown_again_and_not_sent(
    officer: Client, cast: Cast, lists: Lists, draft: ShortlistDraft
) -> None:
    seen = seen_on(source(officer, "matches:shortlist_disclose", pk=draft.pk))
    actions.take_off_list(
        draft, company=lists.companies[0].pk, startup=lists.startups[1].pk, by=cast.administrator
    )
    response = post(officer, "matches:shortlist_disclose", {"seen": seen}, pk=draft.pk)
    page = response.content.decode()
    assert response.status_code == 409
    assert "The lists have changed since you opened this page." in page
    assert seen_on(page) != seen
    assert not Job.objects.filter(name="matches.disclose_list").exists()
    again = post(officer, "matches:shortlist_disclose", {"seen": seen_on(page)}, pk=draft.pk)
    assert again.status_code == 302


@pytest.mark.parametrize("seen", ["", "0" * 64])
def test_nothing_is_sent_without_having_been_checked(
    officer: Client, draft: ShortlistDraft, seen: str
) -> None:
    assert post(officer, "matches:shortlist_disclose", {"seen": seen}, pk=draft.pk).status_code == 409
    assert not draft.pairs.exclude(approved_at=None).exists()


def test_with_nothing_to_disclose_the_button_is_off_and_says_why(
    officer: Client, draft: ShortlistDraft
) -> None:
    seen = seen_on(source(officer, "matches:shortlist_disclose", pk=draft.pk))
    post(officer, "matches:shortlist_disclose", {"seen": seen}, pk=draft.pk)
    page = source(officer, "matches:shortlist_disclose", pk=draft.pk)
    assert "No list waits to be disclosed." in page
    assert "disabled" in page


def test_a_long_check_page_names_the_first_and_counts_the_rest(
    officer: Client, draft: ShortlistDraft, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("matchmaking.matches.views.shortlist_changes.SHOWN", 1)
    text = words(main(source(officer, "matches:shortlist_disclose", pk=draft.pk)))
    assert text.count("Told by e-mail:") == 1
    assert "And 2 further firms." in text


# --- Rules -------------------------------------------------------------------------------------------------------


def rules_sent(**changes: Any) -> dict[str, Any]:
    return {
        "company_most": 4,
        "startup_most": 6,
        "least": 1,
        "area_bonus": 8,
        "reason": "Akita has had nothing since spring.",
        **changes,
    }


def test_an_administrator_sets_rules_and_targets(as_user: Any, cast: Cast) -> None:
    client = as_user(cast.administrator)
    sent = rules_sent(target_tohoku=20, target_05=5, target_13=0)
    assert post(client, "matches:shortlist_rules", sent).status_code == 302
    rule = ShortlistRule.objects.in_force()
    assert (rule.company_most, rule.startup_most, rule.area_bonus) == (4, 6, 8)
    assert (rule.targets, rule.set_by) == ({"tohoku": 20, "05": 5}, cast.administrator)
    page = source(client, "matches:shortlist_rules")
    assert "Akita has had nothing since spring." in page
    assert re.search(r'name="target_05" value="5"', page)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("company_most", 0),
        ("startup_most", 41),
        ("least", 6),
        ("area_bonus", 51),
        ("reason", " "),
        ("target_05", -1),
        ("target_okinawa", "many"),
    ],
)
def test_rules_that_make_no_sense_are_refused_at_their_field(
    as_user: Any, cast: Cast, field: str, value: Any
) -> None:
    answered = post(as_user(cast.administrator), "matches:shortlist_rules", rules_sent(**{field: value}))
    assert list(errors_of(answered)) == [field]
    assert not ShortlistRule.objects.exists()
