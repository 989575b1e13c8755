"""The words of notices: every event, in both languages, filled as its callers fill it."""

from __future__ import annotations

import ast
import re
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.utils import translation

from matchmaking.core import notices
from matchmaking.core.facts import ClockThere, Day, Listing, Moment, Span, Words, keep
from matchmaking.core.models import Notice
from matchmaking.core.notices import WORDINGS, Event, notify
from tests import factories

SAMPLE: dict[str, Any] = {
    "organisation": "北浜食品株式会社",
    "reason": "Add the number of employees.",
    "matches": 120,
    "companies": 12,
    "startups": 34,
    "startup": "Checkoutless",
    "company": "Kitahama Foods",
    "reply_by": Moment(datetime(2026, 11, 25, 10, tzinfo=UTC)),
    "round": "Week 23",
    "other": "Kitahama Foods",
    "policy": "v4",
    "changed": 5,
    "edition": 3,
    "limit": 4,
    "placed": 9,
    "unplaced": 2,
    "when": Span(datetime(2026, 12, 3, 1, tzinfo=UTC), datetime(2026, 12, 3, 1, 45, tzinfo=UTC)),
    "before": Span(datetime(2026, 12, 2, 1, tzinfo=UTC), datetime(2026, 12, 2, 1, 45, tzinfo=UTC)),
    "meetings": 9,
    "there": ClockThere(datetime(2026, 12, 3, 1, tzinfo=UTC), "Asia/Jerusalem"),
    "officer": "Soma Yusuke",
    "person": "Tal Ben-Ami",
    "colleague": "Mei Tanaka",
    "wish": "Any afternoon from 14 December.",
    "place": "Checkoutless Labs",
    "email": "tal@checkoutless.example",
    "by": "Yael Brennerman",
    "file": "Deck.pdf",
    "confirmed": Day(date(2026, 9, 1)),
    "due": Day(date(2027, 9, 1)),
    "lapses": Day(date(2027, 9, 15)),
    "pairs": 240,
    "number": 17,
    "expert": "Noa Shternfeld",
    "stage": "Agreed in principle",
    "step": "Send a sample of the counter",
    "months": 3,
    "stands": "those of the firm",
    "until": Day(date(2028, 9, 15)),
    "deed": Words("申込みを承諾しました", "The request was accepted on your behalf"),
    "lacking": Words("企業側はまだ確認していません。", "The firm has not confirmed yet."),
    "unattended": Listing(
        (Words("北浜食品と海峡", "Kitahama and Straits"), Words("西と東", "West and East"))
    ),
}
PLACEHOLDER = re.compile(r"%\((\w+)\)s")
# Those of which the mailbox of a person who is not at work for it would only be filled.
IN_THE_PORTAL_ONLY = {
    Event.PROFILE_SUBMITTED,
    Event.IDENTITY_PROPOSED,
    Event.ORGANISATION_LEFT,
    Event.PARTNER_PAUSED,
    Event.PARTNER_BACK,
    Event.REVIEW_TAKEN_BACK,
    Event.DECK_READY,
    Event.DOCUMENT_READY,
    Event.RUN_FINISHED,
    Event.SHORTLISTS_READY,
    Event.TRIAL_FINISHED,
    Event.TRIAL_OVERTAKEN,
    Event.TIMETABLE_READY,
    Event.ROUND_PUBLISHED,
    Event.REPAIR_READY,
    Event.ROUND_REPAIRED,
    Event.RESEARCH_ASKED,
    Event.RESEARCH_ACCEPTED,
    Event.MEETINGS_UNFIT,
    Event.ADVICE_GIVEN,
    Event.OUTCOME_ASKED,  # its mail, with the link to answer by, is one of its own
}


def wanted(event: Event) -> set[str]:
    wording = WORDINGS[event]
    with translation.override("en"):
        return set(PLACEHOLDER.findall(f"{wording.subject} {wording.body}"))


def told(event: Event) -> Notice:
    return Notice(event=event, params={name: keep(SAMPLE[name]) for name in wanted(event)})


def calls() -> list[tuple[str, Event, set[str]]]:
    """Where events are named with the words that go with them: `notify(Event.X, …, name=…)`."""
    found = []
    for path in settings.BASE_DIR.glob("**/*.py"):
        if {"tests", "var", ".venv", "migrations"} & set(path.relative_to(settings.BASE_DIR).parts):
            continue
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "notify" and node.args:
                event = node.args[0]
                if isinstance(event, ast.Attribute):
                    names = {keyword.arg for keyword in node.keywords} - {"link", "link_kwargs"}
                    found.append((path.name, Event[event.attr], {str(name) for name in names}))
    return found


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("event", Event)
def test_a_filled_notice_names_everything_once_and_leaves_no_gap(event: Event, language: str) -> None:
    notice = told(event)
    with translation.override(language):
        subject, body = notices.subject(notice), notices.body(notice)
    for text in (subject, body):
        assert text.strip() == text != ""
        assert "%" not in text
        assert "None" not in text
    for name in wanted(event):
        template = str(WORDINGS[event].subject) + str(WORDINGS[event].body)
        expected = PLACEHOLDER.findall(template).count(name)
        same = [other for other in wanted(event) if SAMPLE[other] == SAMPLE[name]]
        if len(same) == 1 and isinstance(SAMPLE[name], str):
            assert (subject + body).count(SAMPLE[name]) == expected


@pytest.mark.parametrize("event", Event)
def test_japanese_words_are_japanese_and_polite(event: Event) -> None:
    wording = WORDINGS[event]
    with translation.override("ja"):
        texts = [str(wording.subject), str(wording.body), str(wording.audience)]
    for text in texts:
        assert re.search(r"[\u3040-\u30ff\u4e00-\u9fff]", text), text
    assert texts[1].endswith("。")
    assert re.search(r"(です|ます|ください|ません|ました|でした|せん)。", texts[1])


@pytest.mark.parametrize("event", Event)
def test_english_subjects_are_sentences_without_a_stop(event: Event) -> None:
    wording = WORDINGS[event]
    with translation.override("en"):
        subject, body, audience = str(wording.subject), str(wording.body), str(wording.audience)
    assert not subject.endswith(".")
    assert body.endswith((".", "”"))
    assert audience[0].isupper()


def test_what_is_not_mailed_is_what_staff_see_anyway() -> None:
    assert {event for event, wording in WORDINGS.items() if not wording.by_mail} == IN_THE_PORTAL_ONLY


def test_the_direct_callers_give_what_the_words_want() -> None:
    found = calls()
    assert len(found) >= 5
    assert [(place, event) for place, event, given in found if not given >= wanted(event)] == []


@pytest.mark.parametrize("event", Event)
def test_every_event_is_used_somewhere(event: Event) -> None:
    sources = [
        path.read_text("utf-8")
        for folder in (
            "accounts",
            "companies",
            "startups",
            "documents",
            "meetings",
            "matchmaking",
            "research",
            "partnerships",
        )
        for path in (settings.BASE_DIR / folder).rglob("*.py")
        if path != Path(notices.__file__)
    ]
    assert any(f"Event.{event.name}" in source for source in sources)


def test_a_percent_sign_in_what_people_wrote_is_a_percent_sign() -> None:
    notice = Notice(event=Event.PROFILE_RETURNED, params={"organisation": "100%", "reason": "50% of %(x)s"})
    assert notices.body(notice) == "The reviewer wrote: “50% of %(x)s” Correct the profile and send it again."


def test_an_event_that_was_never_known_is_a_mistake_and_not_silence() -> None:
    with pytest.raises(ValueError, match="of_tomorrow"):
        notices.subject(Notice(event="of_tomorrow"))


@pytest.mark.django_db
def test_whoever_is_named_twice_is_told_once() -> None:
    """The starter of a run may be of the programme office, which is told as well."""
    first, second = factories.UserFactory(), factories.UserFactory()
    notify(Event.PROFILE_PUBLISHED, [first, second, first], organisation="Acme")
    assert list(Notice.objects.order_by("id").values_list("recipient", flat=True)) == [first.pk, second.pk]


@pytest.mark.django_db
def test_telling_nobody_tells_nobody() -> None:
    notify(Event.PROFILE_PUBLISHED, [], organisation="Acme")
    assert Notice.objects.count() == 0


@pytest.mark.django_db
def test_a_notice_is_stored_without_words_and_read_in_any_language() -> None:
    reader = factories.UserFactory(language="ja")
    notify(Event.PROFILE_SUBMITTED, [reader], link="core:help", organisation="Acme")
    notice = Notice.objects.get()
    assert (notice.params, notice.link_name, notice.link_kwargs) == (
        {"organisation": "Acme"},
        "core:help",
        {},
    )
    assert (notices.subject(notice), notices.path(notice)) == ("Acme has applied", "/en/help/")
    with translation.override("ja"):
        assert notices.path(notice) == "/ja/help/"
        assert notices.subject(notice) != "Acme has applied"
    assert str(notice) == f"profile_submitted → {reader.pk}"
