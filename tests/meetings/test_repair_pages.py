"""The pages of a repair: what would change and why, every message before it is sent, and the published board beside."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.utils import translation

from accounts.rules import name_of
from matchmaking.core import jobs, local_time
from matchmaking.core.models import Notice
from matchmaking.core.notices import Event
from meetings import actions
from meetings.enums import RoundStatus, TimetableStatus
from meetings.models import Meeting, Round, Timetable
from meetings.repair import booked_in
from meetings.words import FAULTS
from tests.conftest import Cast
from tests.meetings import stories
from tests.meetings.pages import LANGUAGES, SignIn, links, path, queries, said, source, table, words
from tests.meetings.stories import repaired
from tests.meetings.test_repairs import closes, confirmed, published

pytestmark = pytest.mark.django_db


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
    assert "The timetable is repaired. Moved: 1. Other room or people: 0. New: 1. Times given up: 0." in words(
        done
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
