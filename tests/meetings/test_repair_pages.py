"""The pages of a repair: what would change and why, every message before it is sent, and the published board beside."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.utils import translation

from accounts.rules import name_of
from matchmaking.core import jobs, local_time
from matchmaking.core.models import Notice
from matchmaking.core.notices import Event
from meetings import actions
from meetings.enums import Fixed, RoundStatus, TimetableStatus
from meetings.models import Closure, Interpreter, Meeting, MeetingRequest, Placement, Round, Timetable
from meetings.repair import booked_in
from meetings.words import FAULTS
from tests.conftest import Cast
from tests.meetings import stories
from tests.meetings.pages import (
    EVERYBODY,
    LANGUAGES,
    SignIn,
    answers,
    links,
    only,
    path,
    queries,
    said,
    source,
    table,
    words,
)
from tests.meetings.stories import repaired
from tests.meetings.test_repairs import closes, confirmed, published

pytestmark = pytest.mark.django_db
STAFF = ("officer", "administrator")
OUTDATED = (
    "Something has changed since the repair was worked out, so it can no longer be applied."
    " Nothing has been changed or sent."
)


def changed(cast: Cast) -> tuple[Round, Meeting]:
    """Three meetings; the side of the first is closed on its day, and a request waits."""
    round_, (first, second, _third) = published(cast)
    confirmed(second, cast.officer)
    closes(first)
    jobs.run_due()
    stories.agreed(stories.match_of(cast.company, cast.startup), cast.company_owner)
    return round_, first


def test_the_board_says_why_a_repair_may_be_needed_and_has_it_worked_out(cast: Cast, as_user: SignIn) -> None:
    round_, _first = changed(cast)
    client = as_user(cast.officer)
    page = client.get(path("round", pk=round_.pk))
    assert "This timetable may need a repair." in words(page)
    assert "1 meeting no longer suits a side." in words(page)
    assert "1 accepted request without a round could still find a place." in words(page)
    started = client.post(path("repair_start", pk=round_.pk), follow=True)
    assert "The repair is being worked out. Nothing changes until you apply it." in words(started)
    assert 'id="placement-progress"' in source(started)
    assert client.post(path("repair_start", pk=round_.pk)).status_code == 409
    jobs.run_due()
    ready = client.get(path("round", pk=round_.pk))
    assert "A repair of this timetable is ready." in words(ready)
    assert path("repair", pk=round_.pk) in links(ready)
    notice = Notice.objects.get(event=Event.REPAIR_READY)
    assert (notice.recipient, notice.link_name) == (cast.officer, "meetings:repair")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_page_tells_what_moves_from_when_to_when_on_both_clocks_and_why(
    language: str, cast: Cast, as_user: SignIn
) -> None:
    round_, first = changed(cast)
    repair = repaired(round_, cast.officer)
    page = as_user(cast.officer).get(path("repair", language=language, pk=round_.pk))
    row = repair.placements.get(request=first.request)
    moved = next(
        line for line in table(page) if len(line) == 4 and line[3] not in ("", said("Why", language))
    )
    for cell, moment in ((moved[1], first.starts_at), (moved[2], row.start)):
        assert local_time.clock(moment, "Asia/Tokyo") in cell
        assert local_time.clock(moment, "Asia/Singapore") in cell
    with translation.override(language):
        assert FAULTS["day_off"] % {"who": name_of(first.request.startup, language)} in moved[3]
    assert said("Confirmed by both sides", language) in words(page)
    assert said("Nothing has changed and nobody has been told yet.", language) in words(page)
    assert source(page).count("meet-draft") >= 1


def test_the_check_page_lists_every_message_and_applying_sends_just_these(
    cast: Cast, as_user: SignIn
) -> None:
    round_, first = changed(cast)
    repair = repaired(round_, cast.officer)
    client = as_user(cast.officer)
    page = client.get(path("repair_check", pk=round_.pk))
    rows = {each["name"]: each for each in page.context["audience"]}
    kinds = {name: [line["kind"] for line in each["lines"]] for name, each in rows.items()}
    assert {kind for found in kinds.values() for kind in found} == {"moves", "comes"}
    assert "Moved from Mon 2 June 2031" in words(page)
    Notice.objects.all().delete()
    done = client.post(
        path("repair_check", pk=round_.pk), {"checked": page.context["fingerprint"]}, follow=True
    )
    assert (
        "The timetable is repaired. Moved: 1. Other room or people: 0. New: 1. Times given up: 0."
        in words(done)
    )
    promised = sum(len(each["people"]) * len(each["lines"]) for each in rows.values())
    sent = Notice.objects.exclude(event=Event.ROUND_REPAIRED)
    assert sent.count() == promised > 0
    assert Notice.objects.filter(event=Event.ROUND_REPAIRED).count() == 2
    repair.refresh_from_db()
    assert (repair.status, Meeting.objects.get(pk=first.pk).sequence) == (TimetableStatus.PUBLISHED, 1)


def test_a_repair_overtaken_by_events_answers_409_and_changes_nothing(cast: Cast, as_user: SignIn) -> None:
    round_, first = changed(cast)
    repaired(round_, cast.officer)
    client = as_user(cast.officer)
    seen = client.get(path("repair_check", pk=round_.pk)).context["fingerprint"]
    actions.cancel(first, reason="Ill", by=cast.officer)
    assert "have changed since the repair was worked out" in words(client.get(path("repair", pk=round_.pk)))
    answer = client.post(path("repair_check", pk=round_.pk), {"checked": seen})
    assert answer.status_code == 409
    assert "it can no longer be applied. Nothing has been changed or sent." in words(answer)
    assert [each.sequence for each in booked_in(round_)] == [0, 0]


def test_a_reader_who_saw_another_repair_is_shown_this_one(cast: Cast, as_user: SignIn) -> None:
    round_, _first = changed(cast)
    repaired(round_, cast.officer)
    answer = as_user(cast.officer).post(path("repair_check", pk=round_.pk), {"checked": "another"})
    assert answer.status_code == 409
    assert "so it was not applied" in words(answer)


def test_a_discarded_repair_leaves_no_page(cast: Cast, as_user: SignIn) -> None:
    round_, _first = changed(cast)
    repaired(round_, cast.officer)
    client = as_user(cast.officer)
    page = client.post(path("repair_discard", pk=round_.pk), follow=True)
    assert "The repair is discarded." in words(page)
    assert client.get(path("repair", pk=round_.pk)).status_code == 404
    assert client.post(path("repair_discard", pk=round_.pk)).status_code == 409
    assert not Timetable.objects.filter(status=TimetableStatus.DRAFT).exists()


def test_what_can_be_kept_nowhere_stands_in_red_with_what_would_help(cast: Cast, as_user: SignIn) -> None:
    round_, (first, *_others) = published(cast)
    for day in range(2, 7):
        closes(first, date(2031, 6, day))
    repaired(round_, cast.officer)
    page = as_user(cast.officer).get(path("repair", pk=round_.pk))
    assert "1 meeting can be kept at no time of the round." in words(page)
    assert "No shared time" in words(page)
    check = as_user(cast.officer).get(path("repair_check", pk=round_.pk))
    assert "Given up, the request stays accepted: Mon 2 June 2031" in words(check)


def test_the_means_of_a_published_round_may_change_and_the_board_says_so(cast: Cast, as_user: SignIn) -> None:
    round_, meetings = published(cast, 2, rooms=["Blue", "Red"])
    client = as_user(cast.officer)
    form = client.get(path("round_edit", pk=round_.pk)).context["form"]
    data: dict[str, Any] = {name: value for name in form.fields if (value := form[name].value())}
    answer = client.post(path("round_edit", pk=round_.pk), {**data, "room_names": "Red"}, follow=True)
    assert "What is published stays as it is until you repair the timetable." in words(answer)
    assert "Rooms, people or hours of the round have been changed since." in words(answer)
    assert [each.period for each in booked_in(round_)] == [each.period for each in meetings]
    assert Round.objects.get().status == RoundStatus.PUBLISHED


def test_the_board_of_a_published_round_shows_the_meetings_as_they_stand(cast: Cast, as_user: SignIn) -> None:
    """Moved one by one or cancelled since: the timetable that was published says otherwise."""
    round_, (first, second, third) = published(cast)
    client = as_user(cast.officer)
    free = first.starts_at.replace(day=5)
    actions.reschedule(first, free, reason="Asked for it", by=cast.officer)
    actions.cancel(second, reason="Ill", by=cast.officer)
    page = client.get(path("round", pk=round_.pk))
    shown = {
        cell.placement.request_id for row in page.context["table"] for cell in row.cells if cell.placement
    }
    assert shown == {third.request_id}
    page = client.get(path("round", pk=round_.pk) + "?day=2031-06-05")
    shown = {
        cell.placement.request_id for row in page.context["table"] for cell in row.cells if cell.placement
    }
    assert shown == {first.request_id}


def test_as_many_queries_for_many_meetings_as_for_few(cast: Cast, as_user: SignIn) -> None:
    client, counts = as_user(cast.officer), []
    for number in (2, 5):
        round_, (first, *_others) = published(cast, number)
        closes(first)
        repaired(round_, cast.officer)
        counts.append(
            [queries(client, path(page, pk=round_.pk)) for page in ("repair", "repair_check", "round")]
        )
    assert counts[0] == counts[1]


@pytest.mark.parametrize("page", ["repair", "repair_check"])
def test_only_the_office_reads_a_repair(page: str, cast: Cast, as_user: SignIn) -> None:
    round_, _first = changed(cast)
    repaired(round_, cast.officer)
    assert answers(cast, as_user, path(page, pk=round_.pk)) == only(*STAFF)


@pytest.mark.parametrize("page", ["repair_start", "repair_check", "repair_discard"])
def test_nobody_else_starts_applies_or_discards_one(page: str, cast: Cast, as_user: SignIn) -> None:
    round_, first = changed(cast)
    repair = repaired(round_, cast.officer)
    before = list(Timetable.objects.order_by("pk").values())
    for name in set(EVERYBODY) - set(STAFF):
        answer = as_user(getattr(cast, name)).post(path(page, pk=round_.pk), {"checked": "x"})
        assert answer.status_code == 404, name
    assert list(Timetable.objects.order_by("pk").values()) == before
    assert Meeting.objects.get(pk=first.pk).sequence == 0
    assert repair.status == TimetableStatus.DRAFT


@pytest.mark.parametrize("page", ["repair", "repair_check"])
def test_without_a_repair_there_is_no_page_of_one(page: str, cast: Cast, as_user: SignIn) -> None:
    client = as_user(cast.officer)
    published_, _meetings = published(cast, 1)
    collecting = stories.a_round(cast.officer)
    drafted = stories.placed(
        stories.a_round(cast.officer, stories.pairs(1, cast.officer)), cast.officer
    ).round
    for pk in (published_.pk, collecting.pk, drafted.pk, 0):
        assert client.get(path(page, pk=pk)).status_code == 404
        assert client.post(path("repair_check", pk=pk)).status_code == 404
    assert client.get(path("repair_start", pk=published_.pk)).status_code == 405
    assert client.get(path("repair_discard", pk=published_.pk)).status_code == 405


def a_day_off(round_: Round, first: Meeting, repair: Timetable, cast: Cast) -> None:
    """On the day to which the meeting would move."""
    closes(first, (repair.placements.get(request=first.request).start + timedelta(hours=8)).date())


def a_room_less(round_: Round, first: Meeting, repair: Timetable, cast: Cast) -> None:
    row = repair.placements.get(request=first.request)
    left = [room.name for room in round_.rooms.all() if room != row.room]
    actions.edit_round(round_, by=cast.administrator, rooms=left, interpreters=[])


def another_moved(round_: Round, first: Meeting, repair: Timetable, cast: Cast) -> None:
    meeting = booked_in(round_)[-1]
    free = meeting.starts_at + timedelta(days=1)
    actions.reschedule(meeting, free, reason="Asked for it", by=cast.administrator)


def the_newcomer_booked(round_: Round, first: Meeting, repair: Timetable, cast: Cast) -> None:
    new = MeetingRequest.objects.awaiting_round().get()
    actions.book_free_time(new, stories.at(4, day=12), by=cast.company_owner)


def its_time_taken(round_: Round, first: Meeting, repair: Timetable, cast: Cast) -> None:
    """The firm, which meets in the round, books somebody else at the time to which its meeting would move."""
    row = repair.placements.get(request=first.request)
    match = stories.match_of(first.request.match.company, cast.other_startup)
    other = stories.agreed(match, cast.administrator, consent="By telephone")
    actions.book_free_time(other, row.start, by=cast.administrator)


def one_given_up(round_: Round, first: Meeting, repair: Timetable, cast: Cast) -> None:
    actions.cancel(booked_in(round_)[-1], reason="Ill", by=cast.administrator)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "change", [a_day_off, a_room_less, another_moved, the_newcomer_booked, its_time_taken, one_given_up]
)
def test_applying_after_a_change_answers_409_in_words_and_tells_nobody(
    change: Callable[..., None], language: str, cast: Cast, as_user: SignIn
) -> None:
    round_, first = changed(cast)
    repair = repaired(round_, cast.officer)
    client = as_user(cast.officer)
    check = path("repair_check", language=language, pk=round_.pk)
    seen = client.get(check).context["fingerprint"]
    change(round_, first, repair, cast)
    Notice.objects.all().delete()
    before = list(Meeting.objects.order_by("pk").values())
    answer = client.post(check, {"checked": seen})
    assert answer.status_code == 409
    assert said(OUTDATED, language) in words(answer)
    assert " disabled" in source(answer)
    assert path("repair", language=language, pk=round_.pk) in links(answer)
    assert (list(Meeting.objects.order_by("pk").values()), Notice.objects.count()) == (before, 0)
    assert Timetable.objects.get(pk=repair.pk).status == TimetableStatus.DRAFT


def test_worked_out_again_after_the_change_it_is_applied(cast: Cast, as_user: SignIn) -> None:
    round_, first = changed(cast)
    repair = repaired(round_, cast.officer)
    a_day_off(round_, first, repair, cast)
    client = as_user(cast.officer)
    client.post(path("repair_start", pk=round_.pk))
    jobs.run_due()
    check = client.get(path("repair_check", pk=round_.pk))
    done = client.post(
        path("repair_check", pk=round_.pk), {"checked": check.context["fingerprint"]}, follow=True
    )
    assert "The timetable is repaired." in words(done)
    states = list(Timetable.objects.order_by("version").values_list("status", flat=True))
    assert states == [TimetableStatus.REPLACED, TimetableStatus.DISCARDED, TimetableStatus.PUBLISHED]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_repair_with_nothing_to_mend_says_so_and_has_no_button_to_apply(
    language: str, cast: Cast, as_user: SignIn
) -> None:
    round_, _meetings = published(cast, 2)
    repaired(round_, cast.officer)
    client = as_user(cast.officer)
    page = client.get(path("repair", language=language, pk=round_.pk))
    text = "Nothing has to change: every meeting can stay as it is, and no waiting request finds a place."
    assert said(text, language) in words(page)
    assert path("repair_check", language=language, pk=round_.pk) not in links(page)
    check = client.get(path("repair_check", language=language, pk=round_.pk))
    assert " disabled" in source(check)


@pytest.mark.parametrize("language", LANGUAGES)
def test_why_the_others_stay_is_counted_by_reason(language: str, cast: Cast, as_user: SignIn) -> None:
    round_, (first, second, third, fourth) = published(cast, 4)
    confirmed(second, cast.officer)
    closes(third)
    jobs.run_due()
    actions.keep_time(third.misfits.get(), by=cast.officer)
    Placement.objects.filter(timetable__round=round_, request=fourth.request).update(locked=True)
    closes(first)
    repaired(round_, cast.officer)
    page = as_user(cast.officer).get(path("repair", language=language, pk=round_.pk))
    with translation.override(language):
        wanted = [(str(each.label), 1) for each in (Fixed.LOCKED, Fixed.CONFIRMED, Fixed.KEPT)]
    assert page.context["staying"] == wanted
    for label, _count in wanted:
        assert label in words(page)


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_interpreter_who_leaves_is_told_of_with_room_and_people_before_and_after(
    language: str, cast: Cast, as_user: SignIn
) -> None:
    leaving = stories.interpreter("en", name="Ohno Kei")
    round_, (meeting,) = published(cast, 1, interpreter_wanted=True, interpreters=[leaving])
    staying = stories.interpreter("en", name="Sato Yumi")
    actions.edit_round(
        round_, by=cast.officer, rooms=["Online 1", "Online 2"], interpreters=[leaving, staying]
    )
    Interpreter.objects.filter(pk=leaving.pk).update(is_active=False)
    repaired(round_, cast.officer)
    client = as_user(cast.officer)
    page = client.get(path("repair", language=language, pk=round_.pk))
    (line,) = page.context["means"]
    assert (leaving.name in line.means_before, staying.name in line.means_after) == (True, True)
    with translation.override(language):
        assert str(FAULTS["interpreter_unknown"]) in words(page)
    check = client.get(path("repair_check", language=language, pk=round_.pk))
    kinds = {
        each["people"][0] if each["people"] else each["no_address"]: [one["kind"] for one in each["lines"]]
        for each in check.context["audience"]
        if each["name"] == said("Interpreter", language)
    }
    assert kinds == {leaving.name: ["left"], staying.name: ["means"]}
    assert said("No address, so no mail", language) in words(check)
    assert Meeting.objects.get(pk=meeting.pk).interpreter == leaving


def test_the_success_is_told_in_japanese_too(cast: Cast, as_user: SignIn) -> None:
    round_, (first, *_others) = published(cast)
    for day in range(2, 7):
        closes(first, date(2031, 6, day))
    repaired(round_, cast.officer)
    client = as_user(cast.officer)
    check = path("repair_check", language="ja", pk=round_.pk)
    done = client.post(check, {"checked": client.get(check).context["fingerprint"]}, follow=True)
    assert "移動：0件、会議室・担当者の変更：0件、追加：0件、日時の取消し：1件" in words(done)


def test_the_pages_of_one_with_times_given_up_need_as_many_queries_for_many_as_for_few(
    cast: Cast, as_user: SignIn
) -> None:
    client, counts = as_user(cast.officer), []
    for number in (1, 3):
        round_, meetings = published(cast, number + 1)
        for each in meetings[:number]:
            for day in range(2, 7):
                closes(each, date(2031, 6, day))
        jobs.run_due()
        repair = repaired(round_, cast.officer)
        found = [queries(client, path(page, pk=round_.pk)) for page in ("repair", "repair_check")]
        assert actions.apply_repair(repair, by=cast.officer).given_up == number
        counts.append([*found, queries(client, path("round", pk=round_.pk))])
        Closure.objects.all().delete()
        MeetingRequest.objects.awaiting_round().update(status="withdrawn")
    assert counts[0] == counts[1]
