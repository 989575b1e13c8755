"""Facts of notices: kept as they are, worded in the reader's present language, on the reader's present clock."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.utils import translation

from matchmaking.core import facts, notices
from matchmaking.core.facts import ClockThere, Day, Fact, Listing, Moment, Span, Words, keep, worded
from matchmaking.core.models import Notice
from matchmaking.core.notices import FACTS, WORDINGS, Event, notify
from tests import factories
from tests.core.test_notice_words import SAMPLE, wanted
from tests.told import fact, read, reading

START = datetime(2026, 12, 3, 1, tzinfo=UTC)
END = START + timedelta(minutes=45)
JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")
ENGLISH = re.compile(r"[A-Za-z]{2,}")
# Names and texts of people, one set for each language, so that whatever else is of the other one is a flaw.
OWN_WORDS = {"ja": "青葉工業", "en": "Aoba Works"}


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        (Day(date(2026, 12, 3)), {"day": "2026-12-03"}),
        (Moment(START), {"moment": "2026-12-03T01:00:00+00:00"}),
        (Moment(START.astimezone(ZoneInfo("Asia/Tokyo"))), {"moment": "2026-12-03T01:00:00+00:00"}),
        (Span(START, END), {"span": ["2026-12-03T01:00:00+00:00", "2026-12-03T01:45:00+00:00"]}),
        (ClockThere(START, "Asia/Jerusalem"), {"there": ["2026-12-03T01:00:00+00:00", "Asia/Jerusalem"]}),
        (Words("青葉", "Aoba"), {"words": {"ja": "青葉", "en": "Aoba"}}),
        (
            Listing((Words("青葉", "Aoba"), "Acme")),
            {"list": [{"words": {"ja": "青葉", "en": "Aoba"}}, "Acme"]},
        ),
    ],
)
def test_a_fact_is_kept_as_what_it_is_and_read_back_the_same(told: Fact, kept: dict[str, Any]) -> None:
    assert json.loads(json.dumps(keep(told))) == kept
    for language, zone in [("ja", "Asia/Tokyo"), ("en", "Australia/Sydney")]:
        with reading(language, zone):
            assert worded(kept) == str(told)


@pytest.mark.parametrize(
    ("told", "language", "zone", "words"),
    [
        (Day(date(2026, 12, 3)), "en", "Australia/Sydney", "Thu 3 December 2026"),
        (Day(date(2026, 12, 3)), "ja", "America/Los_Angeles", "2026年12月3日（木）"),
        (Moment(START), "en", "Asia/Singapore", "Thu 3 December 2026, 09:00 (Singapore time)"),
        (Moment(START), "ja", "Asia/Tokyo", "2026年12月3日（木） 10:00（日本時間）"),
        (Moment(START), "en", "America/Los_Angeles", "Wed 2 December 2026, 17:00 (Los Angeles time)"),
        (Span(START, END), "en", "Asia/Tokyo", "Thu 3 December 2026, 10:00–10:45 (Japan time)"),
        (Span(START, END), "en", "Asia/Kolkata", "Thu 3 December 2026, 06:30–07:15 (New Delhi time)"),
        (ClockThere(START, "Asia/Jerusalem"), "en", "Asia/Tokyo", "Tel Aviv 03:00"),
        (ClockThere(START, "America/Los_Angeles"), "en", "Asia/Tokyo", "Los Angeles 17:00, Wed 2 Dec"),
        (Words("青葉", "Aoba"), "ja", "Asia/Tokyo", "青葉"),
        (Words("青葉", "Aoba"), "en", "Asia/Tokyo", "Aoba"),
        (Listing((Words("青葉", "Aoba"), "Acme")), "ja", "Asia/Tokyo", "青葉、Acme"),
        (Listing((Words("青葉", "Aoba"), "Acme")), "en", "Asia/Tokyo", "Aoba, Acme"),
        (Listing(()), "en", "Asia/Tokyo", ""),
        (12000, "en", "Asia/Tokyo", "12,000"),
        (12000, "ja", "Asia/Tokyo", "12,000"),
        ("", "ja", "Asia/Tokyo", ""),
        ("{'day': 'x'}", "ja", "Asia/Tokyo", "{'day': 'x'}"),  # somebody's words are never taken for a fact
    ],
)
def test_words_come_when_it_is_read(told: Any, language: str, zone: str, words: str) -> None:
    with reading(language, zone):
        assert worded(keep(told)) == words


@pytest.mark.parametrize(
    ("at", "zone", "words"),
    [  # the hour before and the hour after the clocks change, of the same instant's zone
        ("2026-10-03T15:30+00:00", "Australia/Sydney", "Sun 4 October 2026, 01:30 (Sydney time)"),
        ("2026-10-03T16:30+00:00", "Australia/Sydney", "Sun 4 October 2026, 03:30 (Sydney time)"),
        ("2026-10-24T22:30+00:00", "Asia/Jerusalem", "Sun 25 October 2026, 01:30 (Tel Aviv time)"),
        ("2026-10-24T23:30+00:00", "Asia/Jerusalem", "Sun 25 October 2026, 01:30 (Tel Aviv time)"),
        ("2027-03-25T23:30+00:00", "Asia/Jerusalem", "Fri 26 March 2027, 01:30 (Tel Aviv time)"),
        ("2027-03-26T00:30+00:00", "Asia/Jerusalem", "Fri 26 March 2027, 03:30 (Tel Aviv time)"),
    ],
)
def test_a_moment_follows_summer_time_of_the_day_it_is_on(at: str, zone: str, words: str) -> None:
    with reading("en", zone):
        assert worded(keep(Moment(datetime.fromisoformat(at)))) == words


def test_a_span_over_the_change_shows_the_clock_at_each_end() -> None:
    start = datetime(2026, 10, 3, 15, 45, tzinfo=UTC)
    with reading("en", "Australia/Sydney"):
        assert str(Span(start, start + timedelta(minutes=45))) == (
            "Sun 4 October 2026, 01:45–03:30 (Sydney time)"
        )


def told_in(event: Event, language: str) -> Notice:
    """The event about people whose names and words are of one language."""
    params = {name: SAMPLE[name] for name in wanted(event)}
    own = {name: OWN_WORDS[language] for name, value in params.items() if isinstance(value, str)}
    return Notice(event=event, params={name: keep(value) for name, value in (params | own).items()})


@pytest.mark.parametrize("zone", ["Asia/Tokyo", "Australia/Sydney", "Asia/Jerusalem"])
@pytest.mark.parametrize("event", Event)
def test_nothing_of_the_other_language_is_in_any_notice(event: Event, zone: str) -> None:
    with reading("ja", zone):
        japanese = notices.subject(told_in(event, "ja")) + notices.body(told_in(event, "ja"))
    with reading("en", zone):
        english = notices.subject(told_in(event, "en")) + notices.body(told_in(event, "en"))
    japanese = japanese.replace("No. ", "").replace("URL", "")  # Japanese writes these so as well
    assert ENGLISH.findall(japanese) == []
    assert JAPANESE.findall(english) == []


@pytest.mark.parametrize("event", [event for event in Event if {"when", "reply_by", "there"} & wanted(event)])
def test_every_notice_of_a_time_changes_with_the_clock_and_names_its_city(event: Event) -> None:
    notice, seen = told_in(event, "en"), set()
    for zone, whose in [("Asia/Tokyo", "Japan time"), ("Australia/Sydney", "Sydney time")]:
        with reading("en", zone):
            text = notices.subject(notice) + notices.body(notice)
        assert whose in text
        seen.add(text)
    assert len(seen) == 2


@pytest.mark.parametrize("event", [event for event in Event if {"confirmed", "due", "until"} & wanted(event)])
def test_every_notice_of_a_day_changes_with_the_language_and_not_with_the_clock(event: Event) -> None:
    notice, texts = told_in(event, "ja"), {}
    for language in ("ja", "en"):
        for zone in ("Asia/Tokyo", "America/Los_Angeles"):
            with reading(language, zone):
                texts[language, zone] = notices.subject(notice) + notices.body(notice)
    assert texts["ja", "Asia/Tokyo"] == texts["ja", "America/Los_Angeles"] != texts["en", "Asia/Tokyo"]
    assert texts["en", "Asia/Tokyo"] == texts["en", "America/Los_Angeles"]
    assert "年" in texts["ja", "Asia/Tokyo"]


@pytest.mark.parametrize("name", sorted(set(FACTS) - {"startups"}))
def test_what_is_worded_already_is_not_taken(name: str) -> None:
    """Whoever would freeze a date in somebody's language learns it from the first test that runs there."""
    event = next(event for event in WORDINGS if name in wanted(event))
    with pytest.raises(TypeError, match=name):
        notify(event, [], **{name: "Thu 3 December 2026"})


@pytest.mark.django_db
def test_a_reader_who_changes_language_and_clock_reads_old_notices_in_the_new_ones() -> None:
    reader = factories.UserFactory(language="en", time_zone="Asia/Singapore")
    notify(Event.MEETING_REQUESTED, [reader], company=Words("青葉", "Aoba"), reply_by=Moment(START))
    notice = Notice.objects.get()
    assert fact(notice, "reply_by") == "Thu 3 December 2026, 09:00 (Singapore time)"
    reader.language, reader.time_zone = "ja", "Asia/Tokyo"
    reader.save()
    notice = Notice.objects.select_related("recipient").get()
    assert read(notice).startswith("青葉")
    assert "2026年12月3日（木） 10:00（日本時間）" in read(notice)
    assert ENGLISH.findall(read(notice)) == []


@pytest.mark.django_db
def test_a_notice_of_earlier_days_that_holds_worded_text_is_shown_as_it_was() -> None:
    before = {"company": "Aoba", "startup": "Acme", "when": "Thu 3 December 2026, 10:00–10:45 (Japan time)"}
    notice = Notice.objects.create(
        recipient=factories.UserFactory(language="en"), event=Event.MEETING_SCHEDULED, params=before
    )
    assert read(notice).startswith(
        "Meeting of Aoba and Acme: Thu 3 December 2026, 10:00–10:45 (Japan time)\n"
    )


def test_a_kind_that_was_never_known_is_a_mistake_and_not_silence() -> None:
    with pytest.raises(KeyError, match="tomorrow"):
        worded({"tomorrow": "2026-12-03"})


def test_words_are_asked_for_with_their_language_active() -> None:
    asked = Words.of(lambda language: f"{language} {translation.get_language()}")
    assert (asked.ja, asked.en, facts.LANGUAGES) == ("ja ja", "en en", ("ja", "en"))
