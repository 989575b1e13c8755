"""The history tells every kind of field in words: before and after, who and when, in both languages."""

from __future__ import annotations

from datetime import date
from typing import Any

import pghistory
import pytest
from django.urls import reverse
from django.utils import translation

from accounts.models import Organisation
from accounts.profiles.history import SHOWN
from companies.actions import change_challenge, change_company
from companies.models import Challenge
from startups.actions import change_startup
from tests.accounts.told import told

pytestmark = pytest.mark.django_db
# field, value before, value after; label, before and after in English; in Japanese
FIRM: list[tuple[str, Any, Any, tuple[str, str, str], tuple[str, str, str]]] = [
    ("name_en", "Old", "New", ("Name in English", "Old", "New"), ("英語名", "Old", "New")),
    ("languages", ["ja"], ["ja", "en"], ("Working languages", "Japanese", "Japanese, English"),
     ("対応言語", "日本語", "日本語、英語")),
    ("fields", ["retail"], ["retail", "mobility"], ("Fields", "Retail", "Retail, Mobility"), None),
    ("monthly_meeting_limit", 4, 5, ("Meetings a month at most", "4", "5"), None),
    ("employees", 420, 12345, ("Employees", "420", "12,345"), ("従業員数", "420", "12,345")),
    ("employees", 12345, None, ("Employees", "12,345", ""), None),
    ("prefecture", "15", "16", ("Prefecture", "Niigata", "Toyama"), ("都道府県", "新潟県", "富山県")),
    ("industry", "foods", "machinery", ("Industry", "Foods", "Machinery"), ("業種", "食料品", "機械")),
    ("revenue_band", "", "over_100b", ("Yearly sales", "", "Over 100 billion yen"), None),
    ("name_disclosed", True, False, ("Name may be shown before a meeting is accepted", "Yes", "No"), None),
    ("preferred_countries", [], ["SG", "VN"], ("Preferred countries", "", "Singapore, Vietnam"), None),
    ("preferred_countries", ["SG", "VN"], [], ("Preferred countries", "Singapore, Vietnam", ""), None),
    ("business", "新潟で米菓を製造する。", "一\n二", ("Business", "新潟で米菓を製造する。", "一\n二"), None),
]  # fmt: skip


def test_every_change_of_a_firm_is_told_in_words(cast):
    company, member = cast.company, cast.company_member
    company.organisation.name_en = "Old"
    company.organisation.save()
    for name, before, after, english, japanese in FIRM:
        holder = company if hasattr(type(company), name) else company.organisation
        assert (name, getattr(holder, name)) == (name, before)
        values = ({}, {name: after}) if holder is company else ({name: after}, {})
        with pghistory.context(user=member.pk):
            change_company(company, *values, by=member)
        for language, expected in (("en", english), ("ja", japanese)):
            if expected is None:
                continue
            with translation.override(language):
                latest = next(entry for entry in told(holder) if entry.differences)
                [difference] = latest.differences
                assert (difference.label, difference.old, difference.new) == expected
                assert (latest.who, latest.subject, latest.is_new) == (str(member), "", False)


STARTUP: list[tuple[str, Any, tuple[str, str, str]]] = [
    ("country", "IN", ("Country", "Singapore", "India")),
    ("time_zone", "Asia/Kolkata", ("Time zone", "Singapore", None)),
    ("website", "https://a.example", ("Website", "", "https://a.example")),
    ("founded_year", 2020, ("Founded", "2019", "2020")),  # years have no separators
    ("stage", "", ("Stage", "Series A", "")),
    ("readiness_level", 9, (None, None, "9: in operation with customers")),
    ("team_size", 1200, ("Team size", "35", "1,200")),
    ("funding_raised_usd", 5_000_000, ("Funding raised (US dollars)", "", "5,000,000")),
    ("funding_raised_usd", 0, ("Funding raised (US dollars)", "5,000,000", "0")),
    ("solution", "", ("Solution", "Computer vision at the shelf replaces the till.", "")),
]  # fmt: skip


def test_every_change_of_a_startup_is_told_in_words(cast):
    startup = cast.startup
    for name, after, expected in STARTUP:
        own = hasattr(type(startup), name)
        change_startup(startup, {} if own else {name: after}, {name: after} if own else {}, by=None,
                       review_identity=False)  # fmt: skip
        holder = startup if own else startup.organisation
        latest = next(entry for entry in told(holder) if entry.differences)
        [difference] = latest.differences
        words = (difference.label, difference.old, difference.new)
        assert [(a, b) for a, b in zip(words, expected, strict=True) if b is not None and a != b] == []
        assert latest.who == "The portal"  # nobody was signed in


def test_every_change_of_a_challenge_is_told_with_its_title(cast):
    challenge = cast.company.challenges.get()
    changes = [
        ("deadline", date(2027, 3, 31), ("Wanted by", "")),
        ("is_open", False, ("Looking for a partner", "Yes")),
        ("budget_band", "over_1b", ("Budget", "")),
        ("least_readiness", 6, ("Lowest technology readiness", "")),
        ("modes", [], ("Cooperation modes", "Joint development")),
        ("title", "新しい件名", ("Title", challenge.title)),
    ]
    Challenge.objects.filter(pk=challenge.pk).update(sub_fields=[])
    Organisation.objects.filter(pk=cast.company.pk).update(status="draft")
    for name, after, expected in changes:
        change_challenge(challenge, {name: after}, by=None)
        latest = told(challenge)[0]
        assert (latest.subject, [(d.label, d.old) for d in latest.differences]) == (
            challenge.title,
            [expected],
        )


def test_the_page_shows_the_latest_fifty_and_a_dash_for_nothing(cast, as_user):
    startup = cast.startup
    for number in range(SHOWN + 3):
        change_startup(startup, {}, {"team_size": 100 + number}, by=None)
    change_startup(startup, {}, {"edge": "No tags"}, by=None)
    page = as_user(cast.officer).get(reverse("startups:detail", args=[startup.pk]))
    history = page.context["history"]
    assert len(history) == SHOWN
    assert next(entry for entry in history if entry.differences).differences[0].new == "No tags"
    assert [entry.at for entry in history] == sorted((entry.at for entry in history), reverse=True)
    assert '<td data-l="Before" class="user-text">–</td>' in page.content.decode()
