"""Days and times as people read them: the reader's clock first, a city's name, never an abbreviation."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime

import pytest
from django.template import Context, Template
from django.utils import timezone, translation

from matchmaking.core import local_time
from matchmaking.core.templatetags import portal

START, END = datetime(2026, 12, 3, 1, 0, tzinfo=UTC), datetime(2026, 12, 3, 1, 45, tzinfo=UTC)


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", "Thu 3 December 2026, 10:00–10:45 (Japan time)"),
        ("ja", "2026年12月3日（木） 10:00〜10:45（日本時間）"),
    ],
)
def test_span_reads_as_each_language_writes_it(language: str, expected: str, compiled_japanese: None) -> None:
    with translation.override(language):
        assert local_time.span(START, END, zone="Asia/Tokyo").replace("） ", "）") == expected.replace(
            "） ", "）"
        )


@pytest.fixture
def compiled_japanese() -> None:
    with translation.override("ja"):
        if translation.pgettext("date format", "D j F Y") == "D j F Y":
            pytest.skip("the Japanese catalogue has not been compiled: run `make setup`")


def test_counterparts_time_names_a_city_and_another_day() -> None:
    same = local_time.theirs(START, zone="Asia/Tokyo", other_zone="Asia/Singapore")
    other = local_time.theirs(START, zone="Asia/Tokyo", other_zone="America/Los_Angeles")
    named = local_time.theirs(START, zone="Asia/Tokyo", other_zone="Asia/Kolkata", other_city="Bengaluru")
    assert (same, other, named) == ("Singapore 09:00", "Los Angeles 17:00, Wed 2 Dec", "Bengaluru 06:30")


def test_no_zone_is_shown_as_an_abbreviation() -> None:
    labels = [local_time.time_label(zone) for zone in local_time.CITIES if zone != "UTC"]
    assert [label for label in labels if re.search(r"\b[A-Z]{2,4}\b", label)] == []


def test_two_times_show_the_readers_clock_first() -> None:
    with timezone.override("Asia/Tokyo"):
        source = Template('{% load portal %}{% two_times start end "Asia/Singapore" %}')
        html = re.sub(r"\s+", " ", source.render(Context({"start": START, "end": END})))
    assert "10:00–10:45 (Japan time)" in html
    assert html.index("10:00") < html.index("Theirs: Singapore 09:00")


def test_day_is_read_in_the_readers_zone() -> None:
    late = datetime(2026, 12, 2, 20, 0, tzinfo=UTC)
    with timezone.override("Asia/Tokyo"):
        assert (portal.day(late), portal.day(date(2026, 12, 2), year=False)) == (
            "Thu 3 December 2026",
            "Wed 2 Dec",
        )
        assert portal.moment(late) == "Thu 3 December 2026, 05:00"
