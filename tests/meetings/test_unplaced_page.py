"""The requests without a place: ten beside the board, all on a page of their own, by reason and in pages."""

from __future__ import annotations

import pytest
from django.urls import reverse

from meetings import actions
from meetings.enums import RoundStatus, UnplacedReason
from meetings.models import Placement, Round, Timetable
from meetings.views import board as board_view
from meetings.views import unplaced as page_view
from tests.conftest import Cast
from tests.meetings import stories
from tests.meetings.pages import SignIn, links, path, queries, table, words

DETAIL = {
    "remedy": "offer_more_times",
    "parties": [],
    "by": [],
    "language": "",
    "start": "",
    "near": "",
    "short_by": 0,
    "also": [],
}
REASONS = [UnplacedReason.NO_SHARED_TIME] * 3 + [UnplacedReason.DAILY_LIMIT] * 2


def a_draft(cast: Cast, count: int) -> Timetable:
    round_ = stories.a_round(cast.officer, stories.pairs(count, cast.officer))
    return stories.placed(round_, cast.officer)


def take_off(rows: list[Placement], reasons: list[str]) -> None:
    nowhere = {"starts_at": None, "ends_at": None, "room": None, "interpreter": None}
    for row, reason in zip(rows, reasons, strict=True):
        detail = {**DETAIL, "start": "2031-06-02T01:00:00+00:00"}
        Placement.objects.filter(pk=row.pk).update(**nowhere, reason=reason, detail=detail)


@pytest.mark.django_db
def test_the_board_shows_the_first_and_leads_to_the_rest_by_reason_and_page(
    cast: Cast, as_user: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(board_view, "SHOWN_UNPLACED", 3)
    monkeypatch.setattr(page_view, "PAGE", 2)
    draft = a_draft(cast, 6)
    rows = list(draft.placements.order_by("pk"))
    take_off(rows[:5], REASONS)
    client = as_user(cast.officer)
    beside = client.get(path("round", pk=draft.round_id))
    assert (len(beside.context["unplaced"]), beside.context["unplaced_count"]) == (3, 5)
    assert ("5 unplaced" in words(beside), "Show 2 more" in words(beside)) == (True, True)
    address = path("unplaced", pk=draft.round_id)
    assert address in links(beside)

    seen = [client.get(f"{address}?page={page}").context["rows"] for page in (1, 2, 3)]
    assert [[each.placement for each in page] for page in seen] == [rows[:2], rows[2:4], rows[4:5]]
    first = client.get(f"{address}?reason=no_shared_time")
    assert "?reason=no_shared_time&page=2" in links(first)
    second = client.get(f"{address}?reason=no_shared_time&page=2")
    assert [each.placement for each in second.context["rows"]] == rows[2:3]
    assert [
        text for text in ("All (5)", "No shared time (3)", "Daily limit reached (2)") if text in words(second)
    ] == ["All (5)", "No shared time (3)", "Daily limit reached (2)"]
    assert {"?reason=no_shared_time", "?reason=daily_limit"} <= links(second)
    head, *_rest = table(second)
    assert head == ["Firm", "Startup", "Reason", "What stands in the way", "Next"]
    empty = client.get(f"{address}?reason=no_room")
    assert (empty.status_code, "No request is without a place for this reason." in words(empty)) == (
        200,
        True,
    )


@pytest.mark.django_db
def test_a_place_that_has_become_free_is_offered_and_taken_with_one_press(
    cast: Cast, as_user: SignIn
) -> None:
    draft = a_draft(cast, 2)
    row, _other = draft.placements.order_by("pk")
    take_off([row], [UnplacedReason.CROWDED_OUT])
    client = as_user(cast.officer)
    address = path("unplaced", pk=draft.round_id)
    (shown,) = client.get(address).context["rows"]
    (beside,) = client.get(path("round", pk=draft.round_id)).context["unplaced"]
    assert (shown.offer, shown.action) == (beside.offer, "Ask for more times")
    page = client.get(address)
    assert f"Place at {shown.offer.where}" in words(page)
    assert path("move", pk=row.pk) in links(page)
    client.post(path("move", pk=row.pk), {"starts_at": shown.offer.value})
    row.refresh_from_db()
    assert (row.starts_at, row.locked, row.reason) == (shown.offer.starts_at, True, "")
    after = client.get(address)
    assert (after.context["rows"], "Every request has a place." in words(after)) == ([], True)


@pytest.mark.django_db
def test_without_a_board_there_is_no_such_page_and_once_published_nothing_to_press(
    cast: Cast, as_user: SignIn
) -> None:
    client = as_user(cast.officer)
    collecting = stories.a_round(cast.officer)
    assert client.get(path("unplaced", pk=collecting.pk)).status_code == 404
    draft = a_draft(cast, 2)
    take_off([draft.placements.order_by("pk")[0]], [UnplacedReason.NO_ROOM])
    actions.publish(draft, by=cast.officer)
    page = client.get(path("unplaced", pk=draft.round_id))
    assert [len(cells) for cells in table(page)] == [4, 4]
    assert not [each for each in links(page) if each.endswith(("/move/", "/ask/"))]
    assert Round.objects.get(pk=draft.round_id).status == RoundStatus.PUBLISHED
    member = as_user(cast.company_owner).get(reverse("meetings:unplaced", kwargs={"pk": draft.round_id}))
    assert member.status_code == 404


@pytest.mark.django_db
def test_the_list_asks_the_same_however_long_it_is(cast: Cast, as_user: SignIn) -> None:
    found = []
    for count in (1, 3):
        draft = a_draft(cast, count)
        take_off(list(draft.placements.all()), [UnplacedReason.NO_ROOM] * count)
        found.append(queries(as_user(cast.officer), path("unplaced", pk=draft.round_id)))
    assert (found[0], found[0] <= 20) == (found[1], True)
