"""Each clash of a board has one notice with ready moves, and each of them solves it with one press."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest

from meetings import clashes
from meetings.board import pair_name
from meetings.models import Placement, Timetable
from meetings.offers import Places
from meetings.problem import RoundProblem
from meetings.timetable import Problem, Rules
from tests import factories
from tests.conftest import Cast
from tests.meetings import stories
from tests.meetings.pages import LANGUAGES, SignIn, path, source, words

TEN = stories.at(1)


def put(row: Placement, start: datetime, **more: object) -> None:
    Placement.objects.filter(pk=row.pk).update(starts_at=start, ends_at=start + timedelta(minutes=45), **more)


@pytest.fixture
def one_firm(cast: Cast) -> Timetable:
    """The cast's firm in two rooms at ten, with two startups of Singapore."""
    pairs = [
        stories.match_of(cast.company, factories.StartupFactory(organisation__name=name))
        for name in ("Surya", "Xanh")
    ]
    requests = [stories.agreed(each, cast.company_owner) for each in pairs]
    draft = stories.placed(stories.a_round(cast.officer, requests, last_day=stories.MONDAY), cast.officer)
    one, two = draft.round.rooms.all()
    for row, room in zip(draft.placements.order_by("request"), (one, two), strict=True):
        put(row, TEN, room=room)
    return draft


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_firm_in_two_meetings_has_one_notice_that_names_the_startups_to_move(
    cast: Cast, as_user: SignIn, one_firm: Timetable, language: str
) -> None:
    response = as_user(cast.officer).get(path("round", language=language, pk=one_firm.round_id))
    (clash,) = response.context["clashes"]
    assert (response.context["clash_count"], clash.blocks, len(clash.texts)) == (1, True, 1)
    assert [offer.name for offer in clash.moves] == ["Surya", "Xanh", "Surya"]
    assert all(offer.starts_at != TEN for offer in clash.moves)
    first = clash.moves[0]
    clock = (first.starts_at + timedelta(hours=9)).strftime("%H:%M")
    room = one_firm.round.rooms.first().name
    label = {
        "en": f"Move Surya to {clock} ({room})",
        "ja": f"Suryaを{clock}（{room}）へ移す",
    }[language]
    assert label in words(response)


@pytest.mark.django_db
def test_every_ready_move_solves_the_clash_as_the_page_of_the_meeting_does(
    cast: Cast, as_user: SignIn, one_firm: Timetable
) -> None:
    client = as_user(cast.officer)
    page = path("round", pk=one_firm.round_id)
    form = re.compile(r'action="([^"]+/move/)">.*?name="starts_at" value="([^"]+)"')
    offered = form.findall(source(client.get(page)))
    kept = [(row.pk, row.room_id) for row in one_firm.placements.order_by("request")]
    assert len(offered) == 3
    for address, value in offered:
        assert client.post(address, {"starts_at": value}).status_code == 302
        moved = one_firm.placements.get(pk=int(address.split("/")[-3]))
        assert (moved.starts_at.isoformat(), moved.locked) == (value, True)
        after = client.get(page).context
        assert (after["clash_count"], after["clashes"]) == (0, [])
        for pk, room in kept:
            put(Placement(pk=pk), TEN, room=room, locked=False)


@pytest.mark.django_db
def test_two_meetings_in_one_room_stay_at_their_time_in_another_room(cast: Cast, as_user: SignIn) -> None:
    round_ = stories.a_round(cast.officer, stories.pairs(2, cast.officer), last_day=stories.MONDAY)
    draft = stories.placed(round_, cast.officer)
    one, two = round_.rooms.all()
    for row in draft.placements.all():
        put(row, TEN, room=one)
    client = as_user(cast.officer)
    (clash,) = client.get(path("round", pk=round_.pk)).context["clashes"]
    assert [(each.starts_at, each.where) for each in clash.moves[:2]] == [(TEN, f"10:00 ({two})")] * 2
    best = clash.moves[0]
    client.post(path("move", pk=best.placement.pk), {"starts_at": best.value})
    assert set(draft.placements.values_list("starts_at", "room")) == {(TEN, one.pk), (TEN, two.pk)}


@pytest.mark.django_db
def test_what_staff_locked_so_is_a_caution_below_the_clashes_and_blocks_nothing(
    cast: Cast, as_user: SignIn, one_firm: Timetable
) -> None:
    first = one_firm.placements.order_by("request")[0]
    put(first, stories.at(12), locked=True)  # nine in the evening
    response = as_user(cast.officer).get(path("round", pk=one_firm.round_id))
    (clash,) = response.context["clashes"]
    assert (clash.blocks, response.context["clash_count"]) == (False, 0)
    name = pair_name(first, "en")
    assert [told for _row, told in clash.meetings] == [name]
    assert (clash.moves[0].placement, clash.moves[0].name) == (first, name)
    assert 'class="notice notice-warn"' in source(response)


@pytest.mark.django_db
def test_where_nothing_else_is_free_the_notice_says_so(cast: Cast, as_user: SignIn) -> None:
    more = {"opens": "10:00", "closes": "11:00", "break_start": None, "break_end": None}
    requests = stories.pairs(2, cast.officer, minutes=60)
    round_ = stories.a_round(cast.officer, requests, rooms=["A", "B"], last_day=stories.MONDAY, **more)
    draft = stories.placed(type(round_).objects.get(pk=round_.pk), cast.officer)
    room = round_.rooms.first()
    Placement.objects.filter(timetable=draft).update(room=room)
    round_.rooms.exclude(pk=room.pk).delete()
    response = as_user(cast.officer).get(path("round", pk=round_.pk))
    (clash,) = response.context["clashes"]
    assert (clash.moves, clash.looked) == ((), True)
    assert "No other time is free for any of them" in words(response)


@pytest.mark.django_db
def test_only_the_first_clashes_are_given_moves(one_firm: Timetable) -> None:
    """Whoever solves ten sees the others anew: looking at hundreds would make the page slow."""
    row = one_firm.placements.for_board().first()
    found = [clashes.Clash((row,), "", (), ((row, ""),), blocks=True)] * (clashes.READY + 2)
    nobody = RoundProblem(Problem((), {}, Rules(open=())), {})
    ready = clashes.with_moves(found, Places(one_firm.round, nobody, [], {}), "en")
    assert [each.looked for each in ready] == [True] * clashes.READY + [False] * 2
    assert {each.moves for each in ready} == {()}
