"""Words and colours that templates ask for: devices, days, who looks at what, and the states in both languages."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.template import Context, Template
from django.test import RequestFactory
from django.utils import timezone, translation

from accounts.enums import (
    DeclineReason,
    InvitationStatus,
    JoinStatus,
    MemberRole,
    OrganisationKind,
    OrganisationStatus,
    ReviewCheck,
    ReviewKind,
    ReviewStatus,
    StaffRole,
    Theme,
)
from accounts.lists import REVIEW_TONES, STATUS_TONES
from accounts.models import Organisation, Review
from accounts.templatetags import profiles
from accounts.templatetags.devices import device
from tests import factories
from tests.conftest import Cast

MOMENT = datetime(2026, 12, 3, 16, 5, tzinfo=UTC)  # after midnight in Japan
VOCABULARIES = (DeclineReason, InvitationStatus, JoinStatus, MemberRole, OrganisationKind, OrganisationStatus,
                ReviewCheck, ReviewKind, ReviewStatus, StaffRole, Theme)  # fmt: skip


@pytest.mark.parametrize("vocabulary", VOCABULARIES, ids=lambda each: each.__name__)
def test_every_value_has_a_word_of_its_own_in_both_languages(vocabulary: Any) -> None:
    english = [str(member.label) for member in vocabulary]
    with translation.override("ja"):
        japanese = [str(member.label) for member in vocabulary]
    assert len(set(english)) == len(set(japanese)) == len(vocabulary)
    assert all(word.replace("’", "'").isascii() for word in english)
    assert not any(word.isascii() for word in japanese)


def rendered(source: str, **values: Any) -> str:
    return Template("{% load profiles devices %}" + source).render(Context(values)).strip()


@pytest.mark.parametrize("status", OrganisationStatus)
def test_a_status_is_told_in_words_before_its_colour(status: OrganisationStatus) -> None:
    for language in ("en", "ja"):
        with translation.override(language):
            html = rendered("{% status_tag row %}", row=Organisation(status=status))
            assert str(status.label) in html
    tone = STATUS_TONES[status]
    assert f"tag-{tone}" in html or f" {tone}" in html or tone in html


@pytest.mark.parametrize("status", ReviewStatus)
def test_where_a_review_stands_is_told_in_words_before_its_colour(status: ReviewStatus) -> None:
    html = rendered("{% review_tag row %}", row=Review(status=status))
    assert str(status.label) in html
    assert REVIEW_TONES[status] in html


@pytest.mark.parametrize(
    ("zone", "english", "japanese"),
    [
        ("Asia/Tokyo", "4 Dec 2026", "2026/12/4"),
        ("Asia/Jerusalem", "3 Dec 2026", "2026/12/3"),
    ],
)
def test_short_days_are_the_readers_days(zone: str, english: str, japanese: str) -> None:
    with timezone.override(zone):
        assert profiles.short_day(MOMENT) == english
        with translation.override("ja"):
            assert profiles.short_day(MOMENT) == japanese
    assert profiles.short_date(date(2026, 12, 3)) == profiles.short_day(date(2026, 12, 3)) == "3 Dec 2026"


@pytest.mark.parametrize(
    ("zone", "clock"), [("Asia/Tokyo", "01:05"), ("Asia/Kolkata", "21:35"), ("UTC", "16:05")]
)
def test_a_short_moment_has_the_time_on_the_readers_clock(zone: str, clock: str) -> None:
    with timezone.override(zone):
        assert profiles.short_moment(MOMENT).endswith(clock)
        assert profiles.looking("Suzuki", MOMENT, "Soma") == f"Suzuki is reviewing this (since {clock})"
        assert profiles.looking("Soma", MOMENT, "Soma") == f"You are reviewing this (since {clock})"
        with translation.override("ja"):
            assert f"{clock}から" in profiles.looking("鈴木", MOMENT, "Soma")


def test_a_month_says_no_more_than_is_known() -> None:
    assert profiles.month(date(2026, 12, 1)) == "December 2026"
    with translation.override("ja"):
        assert profiles.month(date(2026, 12, 1)) == "2026年12月"


def test_values_and_lists_read_in_the_readers_words() -> None:
    row = Organisation(country="SG", modes=["investment"])
    assert rendered('{{ row|label:"country" }}', row=row) == "Singapore"
    with translation.override("ja"):
        assert rendered('{{ row|labels:"modes"|join:"/" }}', row=row) != "Investment"
        assert rendered('{{ row|label:"country" }}', row=row) == "シンガポール"


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_staffs_page_of_a_profile_is_that_of_its_kind(language: str, cast: Cast) -> None:
    with translation.override(language):
        for profile, part in ((cast.company, "firms"), (cast.startup, "startups")):
            address = rendered("{% profile_page row %}", row=profile.organisation)
            assert address.startswith(f"/{language}/")
            assert str(profile.pk) in address
            assert part in address


@pytest.mark.django_db
@pytest.mark.parametrize("status", OrganisationStatus)
@pytest.mark.parametrize("person", ["company_owner", "company_member"])
def test_the_way_out_is_shown_to_owners_where_there_is_one(person: str, status: str, cast: Cast) -> None:
    request = RequestFactory().get("/")
    request.user = getattr(cast, person)
    organisation = cast.company.organisation
    organisation.status = status
    shown = profiles.leaving({"request": request}, organisation)
    leavable = status in ("published", "suspended", "lapsed", "returned")
    assert shown["may_withdraw"] is (person == "company_owner" and leavable)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("status", "days", "asked"),
    [("published", 300, False), ("published", 340, True), ("published", 900, True), ("lapsed", 380, True),
     ("lapsed", 900, False), ("suspended", 340, False), ("withdrawn", 340, False)],
)  # fmt: skip
def test_members_are_asked_to_confirm_while_a_click_is_enough(status: str, days: int, asked: bool) -> None:
    row = factories.CompanyFactory(organisation__status=status).organisation
    row.confirmed_at = timezone.now() - timedelta(days=days)
    assert (profiles.renewal({}, row)["term"] is not None) is asked


WINDOWS, MAC = "Mozilla/5.0 (Windows NT 10.0; Win64; x64)", "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)"
IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X)"
BROWSERS = [
    (f"{WINDOWS} AppleWebKit/537.36 Chrome/142.0.0.0 Safari/537.36 Edg/142.0", "Edge, Windows"),
    (f"{MAC} AppleWebKit/605.1.15 Version/18.0 Safari/605.1.15", "Safari, Mac"),
    (f"{IPHONE} AppleWebKit/605.1.15 CriOS/142.0 Mobile Safari/604.1", "Chrome, iPhone"),
    ("Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X) FxiOS/130.0 Mobile Safari/605.1.15", "Firefox, iPad"),
    ("Mozilla/5.0 (Linux; Android 15; Pixel 9) Chrome/142.0.0.0 Mobile Safari/537.36", "Chrome, Android"),
    ("Mozilla/5.0 (X11; CrOS x86_64) Chrome/142.0.0.0 Safari/537.36 OPR/120.0", "Opera, ChromeOS"),
    ("curl/8.5.0", "Unknown device"),
    ("", "Unknown device"),
    ("Mozilla/5.0 (Linux)", "Linux"),
    ("<script>alert(1)</script> Firefox", "Firefox"),
]


@pytest.mark.parametrize(("user_agent", "words"), BROWSERS)
def test_a_device_is_called_as_its_owner_knows_it(user_agent: str, words: str) -> None:
    assert device(user_agent) == words
    assert rendered("{{ agent|device }}", agent=user_agent) == words, (
        "nothing of what the browser sent is shown"
    )
