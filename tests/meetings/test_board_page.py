"""The scheduling board as staff see it: cells, days, flags, reasons with what helps, and moves."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from django.utils import timezone

from matchmaking.core.models import AuditEvent
from meetings import actions, board
from meetings.enums import AvailabilityKind, RoundStatus, TimetableStatus, UnplacedReason
from meetings.models import Placement, Round, Timetable
from tests import factories
from tests.conftest import Cast
from tests.meetings import stories
from tests.meetings.pages import LANGUAGES, SignIn, answers, links, only, path, said, source, table, words

STAFF = ("officer", "administrator")


@pytest.fixture
def draft(cast: Cast) -> Timetable:
    """Two meetings in two rooms on one day."""
    round_ = stories.a_round(cast.officer, stories.pairs(2, cast.officer), last_day=stories.MONDAY)
    return stories.placed(round_, cast.officer)


def put(row: Placement, start: datetime, **more: object) -> None:
    """Where nobody would have put it, behind the actions' back."""
    Placement.objects.filter(pk=row.pk).update(starts_at=start, ends_at=start + timedelta(minutes=45), **more)


def nowhere(row: Placement, cast: Cast) -> None:
    """The firm has no time in the round, so that no place can be offered."""
    row.timetable.round.availabilities.create(
        organisation=row.request.company,
        kind=AvailabilityKind.NONE,
        given_by=cast.officer,
        given_at=timezone.now(),
    )


@pytest.mark.django_db
def test_every_page_of_a_round_is_the_offices_own(cast: Cast, as_user: SignIn, draft: Timetable) -> None:
    row = draft.placements.first()
    for page in ("round", "round_edit", "publish"):
        assert answers(cast, as_user, path(page, pk=draft.round_id)) == only(*STAFF)
    assert answers(cast, as_user, path("placement", pk=row.pk)) == only(*STAFF)
    members = [name for name in only() if name not in STAFF]
    for page in ("move", "lock", "unlock", "ask_times"):
        found = {n: as_user(getattr(cast, n)).post(path(page, pk=row.pk)).status_code for n in members}
        assert (page, set(found.values())) == (page, {404})


@pytest.mark.django_db
def test_each_meeting_stands_in_its_room_at_its_time(cast: Cast, as_user: SignIn, draft: Timetable) -> None:
    response = as_user(cast.officer).get(path("round", pk=draft.round_id))
    head, *rows = table(response)
    assert [cell.split(" No interpreter")[0] for cell in head] == ["Start", "Online 1", "Online 2"]
    shown = {(cells[0], column) for cells in rows for column, text in enumerate(cells) if "Kitahama" in text}
    expected = set()
    for row in draft.placements.for_board():
        clock = (row.start + timedelta(hours=9)).strftime("%H:%M")
        expected.add((clock, 1 + [room.name for room in draft.round.rooms.all()].index(row.room.name)))
    assert shown == expected


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_cell_names_the_pair_and_the_time_there(
    cast: Cast, as_user: SignIn, draft: Timetable, language: str
) -> None:
    page = words(as_user(cast.officer).get(path("round", language=language, pk=draft.round_id)))
    for row in draft.placements.for_board():
        company = row.request.company
        clock = (row.start + timedelta(hours=8)).strftime("%H:%M")
        assert (company.name_en if language == "en" else company.name) in page
        assert f"{said('Singapore', language)} {clock}" in page


LOOKS = ("Placed", "Draft (not yet published)", "Locked", "Caution", "Clash")


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_legend_names_every_look(cast: Cast, as_user: SignIn, draft: Timetable, language: str) -> None:
    page = source(as_user(cast.officer).get(path("round", language=language, pk=draft.round_id)))
    legend = page[page.index('class="legend"') :]
    legend = legend[: legend.index("</ul>")]
    assert [said(text, language) in legend for text in LOOKS] == [True] * 5


@pytest.mark.django_db
def test_days_have_tabs_with_how_much_is_on_them(cast: Cast, as_user: SignIn) -> None:
    round_ = stories.a_round(cast.officer, stories.pairs(3, cast.officer))
    timetable = stories.placed(round_, cast.officer)
    first, second, third = timetable.placements.all()
    for row, day in ((first, 2), (second, 2), (third, 3)):
        put(row, stories.at(1 + (row == second) * 4, day=day))
    client = as_user(cast.officer)
    tabs = client.get(path("round", pk=round_.pk)).context["tabs"]
    assert [(tab["label"], tab["note"]) for tab in tabs] == [
        ("Mon 2 Jun", "2 meetings"),
        ("Tue 3 Jun", "1 meeting"),
    ]
    shown = {
        day: sum(
            "Kitahama" in cell for row in table(client.get(path("round", pk=round_.pk) + day)) for cell in row
        )
        for day in ("", "?day=2031-06-02", "?day=2031-06-03", "?day=2031-06-05", "?day=never")
    }
    assert shown == {"": 2, "?day=2031-06-02": 2, "?day=2031-06-03": 1, "?day=2031-06-05": 2, "?day=never": 2}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("country", "zone", "hour", "minute", "flag"),
    [
        ("IL", "Asia/Jerusalem", 4, 0, "Before 08:00 there"),
        ("IL", "Asia/Jerusalem", 5, 0, ""),
        ("AU", "Australia/Sydney", 9, 0, ""),
        ("AU", "Australia/Sydney", 9, 30, "After 20:00 there"),
        ("US", "America/Los_Angeles", 6, 0, "After 20:00 there"),
        ("IN", "Asia/Kolkata", 2, 0, "Before 08:00 there"),
        ("IN", "Asia/Kolkata", 2, 30, ""),
    ],
)
def test_a_meeting_early_or_late_there_is_flagged_on_the_board(
    cast: Cast, as_user: SignIn, country: str, zone: str, hour: int, minute: int, flag: str
) -> None:
    startup = factories.StartupFactory(
        organisation__country=country, organisation__time_zone=zone, organisation__region=""
    )
    request = stories.agreed(stories.match_of(cast.company, startup), cast.company_owner)
    timetable = stories.placed(stories.a_round(cast.officer, [request]), cast.officer)
    row = timetable.placements.get()
    put(row, stories.at(hour, minute, day=3), room=row.timetable.round.rooms.first(), reason="", detail={})
    page = words(as_user(cast.officer).get(path("round", pk=timetable.round_id)))
    for text in ("Before 08:00 there", "After 20:00 there"):
        assert (text, text in page) == (text, text == flag)


@pytest.mark.django_db
def test_two_meetings_in_one_room_are_both_to_be_seen(cast: Cast, as_user: SignIn, draft: Timetable) -> None:
    first, second = draft.placements.for_board()
    put(second, first.start, room=first.room)
    response = as_user(cast.officer).get(path("round", pk=draft.round_id))
    head = [cell.split(" No interpreter")[0] for cell in table(response)[0]]
    shown = sum("Kitahama" in cell for row in table(response) for cell in row)
    assert (shown, head.count(first.room.name), response.context["clash_count"]) == (2, 2, 1)


@pytest.mark.django_db
def test_a_round_without_rooms_is_placed_and_shown(cast: Cast, as_user: SignIn) -> None:
    requests = stories.pairs(3, cast.officer)
    round_ = stories.a_round(cast.officer, requests, rooms=[], last_day=stories.MONDAY)
    timetable = stories.placed(round_, cast.officer)
    rows = list(timetable.placements.placed())
    assert [row.room for row in rows] == [None] * 3
    for row in rows:
        put(row, stories.at(1))
    response = as_user(cast.officer).get(path("round", pk=round_.pk))
    assert [column.name for column in response.context["rooms"]] == ["Online 1", "Online 2", "Online 3"]
    assert sum("Kitahama" in cell for row in table(response) for cell in row) == 3
    assert len(actions.publish(timetable, by=cast.officer)) == 3


@pytest.mark.django_db
def test_a_room_that_is_too_small_for_all_says_so(cast: Cast, as_user: SignIn) -> None:
    requests = stories.pairs(2, cast.officer, minutes=60)
    more = {"opens": "10:00", "closes": "11:00", "break_start": None, "break_end": None}
    round_ = stories.a_round(cast.officer, requests, rooms=["Hall"], last_day=stories.MONDAY, **more)
    timetable = stories.placed(Round.objects.get(pk=round_.pk), cast.officer)
    row = timetable.placements.unplaced().get()
    assert row.reason in (UnplacedReason.NO_ROOM, UnplacedReason.CROWDED_OUT)
    response = as_user(cast.officer).get(path("round", pk=round_.pk))
    assert path("round_edit", pk=round_.pk) + "#id_room_names" in links(response)


DETAIL = {
    "parties": [],
    "by": [],
    "language": "en",
    "start": "2031-06-02T01:00:00+00:00",
    "near": "",
    "short_by": 0,
    "also": [],
}
REMEDIES = [
    ("waiting", "ask_availability", "Ask for their times", ""),
    ("no_shared_time", "offer_more_times", "Ask for more times", ""),
    ("no_shared_time", "widen_round", "Widen the hours of the round", "#id_opens"),
    ("no_interpreter", "add_interpreter", "Add an interpreter", "#div_id_interpreters"),
    ("no_officer", "add_officer", "Add an officer", "#div_id_officers"),
    ("no_room", "add_room", "Add a room", "#id_room_names"),
    ("daily_limit", "raise_daily_limit", "Raise the daily limit", "#id_company_daily_limit"),
    ("monthly_limit", "ask_for_more_a_month", "Ask to take on one more", ""),
]


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_each_reason_stands_with_the_one_thing_that_helps(
    cast: Cast, as_user: SignIn, draft: Timetable, language: str
) -> None:
    client = as_user(cast.officer)
    row = draft.placements.first()
    nowhere(row, cast)
    for reason, remedy, label, anchor in REMEDIES:
        Placement.objects.filter(pk=row.pk).update(
            starts_at=None,
            ends_at=None,
            room=None,
            reason=reason,
            detail={**DETAIL, "remedy": remedy, "parties": [cast.company.pk]},
        )
        response = client.get(path("round", language=language, pk=draft.round_id))
        page = words(response)
        assert (remedy, said(label, language) in page) == (remedy, True)
        edit = path("round_edit", language=language, pk=draft.round_id)
        wanted = edit + anchor if anchor else path("ask_times", language=language, pk=row.pk)
        assert (remedy, wanted in links(response)) == (remedy, True)


@pytest.mark.django_db
def test_the_anchors_of_the_remedies_are_on_the_form(cast: Cast, as_user: SignIn, draft: Timetable) -> None:
    page = source(as_user(cast.officer).get(path("round_edit", pk=draft.round_id)))
    anchors = [anchor[1:] for *_more, anchor in REMEDIES if anchor]
    assert [f'id="{anchor}"' in page for anchor in anchors] == [True] * len(anchors)


@pytest.mark.django_db
def test_moves_are_best_first_and_none_is_where_it_stands(
    cast: Cast, as_user: SignIn, draft: Timetable
) -> None:
    row = draft.placements.first()
    moves = as_user(cast.officer).get(path("placement", pk=row.pk)).context["moves"]
    starts = [each["start"] for each in moves]
    assert (row.starts_at in starts, len(starts) == len(set(starts)), 0 < len(moves) <= 24) == (
        False,
        True,
        True,
    )
    assert {each["end"] - each["start"] for each in moves} == {timedelta(minutes=45)}


@pytest.mark.django_db
def test_every_move_that_is_offered_works(cast: Cast, as_user: SignIn, draft: Timetable) -> None:
    client = as_user(cast.officer)
    row = draft.placements.first()
    for each in client.get(path("placement", pk=row.pk)).context["moves"][:5]:
        client.post(path("move", pk=row.pk), {"starts_at": each["value"]})
        assert Placement.objects.get(pk=row.pk).starts_at == each["start"]
        assert client.get(path("round", pk=draft.round_id)).context["clash_count"] == 0


@pytest.mark.django_db
@pytest.mark.parametrize(
    "value",
    ["2031-06-02T10:00:00", "now", "", "2031-13-01", "2031-06-02T10:00:00+99:00", "9999-12-31T23:00Z"],
)
def test_a_forged_time_moves_nothing(cast: Cast, as_user: SignIn, draft: Timetable, value: str) -> None:
    row = draft.placements.first()
    response = as_user(cast.officer).post(path("move", pk=row.pk), {"starts_at": value}, follow=True)
    assert "Choose a time." in words(response) or "This time is no longer free." in words(response)
    assert Placement.objects.get(pk=row.pk).starts_at == row.starts_at
    assert AuditEvent.objects.filter(action="placement.moved").count() == 0


@pytest.mark.django_db
def test_a_lock_survives_a_new_placement_and_its_unlocking_does_not_hold(
    cast: Cast, as_user: SignIn, draft: Timetable
) -> None:
    client = as_user(cast.officer)
    row = draft.placements.first()
    target = client.get(path("placement", pk=row.pk)).context["moves"][-1]
    client.post(path("move", pk=row.pk), {"starts_at": target["value"]})
    again = stories.placed(draft.round, cast.officer).placements.get(request=row.request)
    assert (again.starts_at, again.locked) == (target["start"], True)
    assert "Locked" in words(client.get(path("round", pk=draft.round_id)))
    client.post(path("unlock", pk=again.pk))
    third = stories.placed(draft.round, cast.officer).placements.get(request=row.request)
    assert third.locked is False


@pytest.mark.django_db
def test_a_replaced_board_is_looked_at_but_no_longer_changed(
    cast: Cast, as_user: SignIn, draft: Timetable
) -> None:
    row = draft.placements.first()
    stories.placed(draft.round, cast.officer)
    client = as_user(cast.officer)
    shown = client.get(path("placement", pk=row.pk))
    assert (shown.context["editable"], shown.context["moves"]) == (False, [])
    for page in ("lock", "unlock"):
        assert client.post(path(page, pk=row.pk)).status_code == 409
    response = client.post(path("move", pk=row.pk), {"starts_at": row.starts_at.isoformat()}, follow=True)
    assert "This time is no longer free" in response.content.decode()


STATE_BUTTONS = {
    RoundStatus.CHECKING: {"place", "publish", "round_edit"},
    RoundStatus.PLACING: set(),
    RoundStatus.PUBLISHED: {"round_edit", "repair_start"},
    RoundStatus.HELD: set(),
}


@pytest.mark.django_db
@pytest.mark.parametrize("status", list(STATE_BUTTONS))
def test_a_round_offers_what_its_state_allows(
    cast: Cast, as_user: SignIn, draft: Timetable, status: RoundStatus
) -> None:
    Round.objects.update(status=status)
    if status in (RoundStatus.PUBLISHED, RoundStatus.HELD):
        Timetable.objects.update(status=TimetableStatus.PUBLISHED)
    client = as_user(cast.officer)
    response = client.get(path("round", pk=draft.round_id))
    names = ("place", "publish", "round_edit", "repair_start")
    found = {name for name in names if path(name, pk=draft.round_id) in links(response)}
    assert (response.status_code, found) == (200, STATE_BUTTONS[status])
    for name in ("publish", "round_edit"):
        expected = 200 if name in STATE_BUTTONS[status] else 409
        assert (name, client.get(path(name, pk=draft.round_id)).status_code) == (name, expected)


@pytest.mark.django_db
@pytest.mark.parametrize("status", [RoundStatus.PLACING, RoundStatus.PUBLISHED, RoundStatus.HELD])
def test_an_old_page_of_a_round_changes_nothing(
    cast: Cast, as_user: SignIn, draft: Timetable, status: str
) -> None:
    Round.objects.update(status=status)
    client, row = as_user(cast.officer), draft.placements.first()
    round_pages = {
        n: client.post(path(n, pk=draft.round_id)).status_code for n in ("collect", "place", "publish")
    }
    row_pages = {n: client.post(path(n, pk=row.pk)).status_code for n in ("lock", "unlock", "ask_times")}
    aside = client.post(path("set_aside", pk=row.request_id)).status_code
    assert {*round_pages.values(), *row_pages.values(), aside} == {409}
    assert Round.objects.get().status == status


def test_lanes_never_overlap_and_none_is_lost() -> None:
    times = [(0, 45), (30, 75), (45, 90), (60, 120), (90, 100), (0, 10)]
    rows = [
        Placement(
            pk=number,
            starts_at=stories.at(1) + timedelta(minutes=start),
            ends_at=stories.at(1) + timedelta(minutes=end),
        )
        for number, (start, end) in enumerate(times, start=1)
    ]
    columns = board.columns([], rows)
    assert sorted(each.pk for column in columns for each in column.placements) == [1, 2, 3, 4, 5, 6]
    for column in columns:
        for one, two in zip(column.placements, column.placements[1:], strict=False):
            assert one.ends_at <= two.start


@pytest.mark.django_db
def test_a_cell_is_dashed_until_its_round_is_published_unless_staff_locked_it(
    cast: Cast, as_user: SignIn, draft: Timetable
) -> None:
    client = as_user(cast.officer)
    first = draft.placements.first()
    looks = []
    for deed in (lambda: None, lambda: actions.lock(first, by=cast.officer)):
        deed()
        page = source(client.get(path("round", pk=draft.round_id)))
        looks.append((page.count('class="meet meet-draft"'), page.count('class="meet meet-lock"')))
    actions.publish(draft, by=cast.officer)
    page = source(client.get(path("round", pk=draft.round_id)))
    looks.append((page.count('class="meet meet-draft"'), page.count('class="meet meet-lock"')))
    assert (looks, page.count('class="meet "')) == ([(2, 0), (1, 1), (0, 1)], 1)


@pytest.mark.django_db
def test_a_column_is_headed_by_its_interpreters_and_what_they_speak(
    cast: Cast, as_user: SignIn, draft: Timetable
) -> None:
    first, second = draft.placements.for_board()
    hanoi, delhi = stories.interpreter("vi", "en", name="Pham"), stories.interpreter("en", name="Ohno")
    put(first, stories.at(1), room=second.room, interpreter=hanoi)
    put(second, stories.at(3), interpreter=delhi)
    heads = {}
    for language in LANGUAGES:
        head = table(as_user(cast.officer).get(path("round", language=language, pk=draft.round_id)))[0]
        heads[language] = next(cell for cell in head if cell.startswith(second.room.name))
    assert heads == {
        "en": f"{second.room.name} Pham (Vietnamese / English) Ohno (English)",
        "ja": f"{second.room.name} Pham（ベトナム語 / 英語） Ohno（英語）",
    }
