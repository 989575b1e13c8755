"""A deck as pages show it: which state is told, in which words, and what is known of the file."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone, translation

from startups.deck_cards import USUALLY, deck_card, deck_state
from startups.enums import UNDER_WAY, DeckLanguage, DeckRefusal, DeckStatus
from startups.models import Deck
from tests import factories
from tests.conftest import Cast
from tests.meetings import stories

pytestmark = pytest.mark.django_db
READY: dict[str, Any] = {
    "status": DeckStatus.READY,
    "pages": 3,
    "image_width": 800,
    "image_height": 450,
    "ready_at": timezone.now(),
}
OVER = (DeckStatus.REPLACED, DeckStatus.DELETED)


def of(cast: Cast, **values: Any) -> Deck:
    return factories.DeckFactory(startup=cast.startup, uploaded_by=cast.startup_owner, **values)


def test_without_an_upload_there_is_nothing(cast: Cast) -> None:
    state = deck_state(cast.startup, timezone.now())
    assert (state.current, state.under_way, state.refused, state.steps, state.slow) == (
        None,
        None,
        None,
        [],
        False,
    )


@pytest.mark.parametrize(
    ("status", "states"),
    [
        (DeckStatus.RECEIVED, ["current", "todo", "todo"]),
        (DeckStatus.CHECKING, ["done", "current", "todo"]),
        (DeckStatus.RENDERING, ["done", "done", "current"]),
    ],
)
@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_steps_say_how_far_the_check_has_come(
    status: str, states: list[str], language: str, cast: Cast
) -> None:
    deck = of(cast, status=status)
    with translation.override(language):
        state = deck_state(cast.startup, timezone.now())
        labels = [str(step["label"]) for step in state.steps]
    assert [step["state"] for step in state.steps] == states
    assert (state.under_way, state.current, state.refused) == (deck, None, None)
    assert labels[0] == {"en": "Received", "ja": "受領"}[language] or language == "ja"
    assert len(set(labels)) == 3


@pytest.mark.parametrize("status", OVER)
def test_what_is_over_is_not_shown(status: str, cast: Cast) -> None:
    of(cast, status=status)
    state = deck_state(cast.startup, timezone.now())
    assert (state.current, state.under_way, state.refused, state.steps) == (None, None, None, [])


@pytest.mark.parametrize(
    ("age", "slow"),
    [
        (timedelta(0), False),
        (USUALLY, False),
        (USUALLY + timedelta(seconds=1), True),
        (timedelta(days=1), True),
    ],
)
@pytest.mark.parametrize("status", UNDER_WAY)
def test_a_check_is_slow_after_a_minute(status: str, age: timedelta, slow: bool, cast: Cast) -> None:
    now = timezone.now()
    of(cast, status=status, uploaded_at=now - age)
    assert deck_state(cast.startup, now).slow is slow


def test_an_old_deck_in_use_is_not_slow(cast: Cast) -> None:
    of(cast, **READY, uploaded_at=timezone.now() - timedelta(days=300))
    assert deck_state(cast.startup, timezone.now()).slow is False


@pytest.mark.parametrize("later", [*UNDER_WAY, DeckStatus.REFUSED, *OVER])
def test_the_deck_in_use_is_shown_whatever_came_after_it(later: str, cast: Cast) -> None:
    of(cast, **READY, original_name="first.pdf")
    latest = of(cast, status=later, refusal="virus" if later == DeckStatus.REFUSED else "")
    state = deck_state(cast.startup, timezone.now())
    assert state.current is not None
    assert state.current["name"] == "first.pdf"
    assert state.under_way == (latest if later in UNDER_WAY else None)
    assert state.refused == (latest if later == DeckStatus.REFUSED else None)


def test_only_the_latest_refusal_is_told(cast: Cast) -> None:
    of(cast, status=DeckStatus.REFUSED, refusal=DeckRefusal.VIRUS)
    assert deck_state(cast.startup, timezone.now()).refused is not None
    of(cast, **READY)
    assert deck_state(cast.startup, timezone.now()).refused is None


def test_another_startups_decks_are_not_its_own(cast: Cast) -> None:
    factories.DeckFactory(startup=cast.other_startup, **READY)
    assert deck_state(cast.startup, timezone.now()).current is None
    assert deck_card(cast.startup, cast.officer) is None


@pytest.mark.parametrize(
    ("language", "values", "summary"),
    [
        ("en", {"language": "en", "pages": 1, "size": 628}, "English, 1 page, 628\xa0bytes"),
        (
            "en",
            {"language": "both", "pages": 12, "size": 2_500_000},
            "English and Japanese, 12 pages, 2.4\xa0MB",
        ),
        ("en", {"language": "", "pages": 3, "size": 10_240}, "3 pages, 10.0\xa0KB"),
        ("ja", {"language": "en", "pages": 1, "size": 628}, "英語、1ページ、628\xa0バイト"),
        ("ja", {"language": "", "pages": 30, "size": 20 * 1024 * 1024}, "30ページ、20.0\xa0MB"),
    ],
)
def test_one_line_says_language_pages_and_size(
    language: str, values: dict[str, Any], summary: str, cast: Cast
) -> None:
    of(cast, **{**READY, **values})
    with translation.override(language):
        card = deck_card(cast.startup, cast.officer)
    assert card is not None
    assert card["summary"] == summary


@pytest.mark.parametrize(("scanned_by", "tone"), [("ClamAV 1.4.2/27500", "ok"), ("", "warn")])
@pytest.mark.parametrize("language", ["en", "ja"])
def test_whether_a_scanner_has_looked_is_never_left_open(
    scanned_by: str, tone: str, language: str, cast: Cast
) -> None:
    of(cast, **READY, scanned_by=scanned_by)
    with translation.override(language):
        card = deck_card(cast.startup, cast.officer)
    assert card is not None
    assert (card["scan"]["tone"], bool(card["scan"]["text"])) == (tone, True)
    assert (scanned_by in [fact["value"] for fact in card["facts"]]) is bool(scanned_by)


@pytest.mark.parametrize(("pages", "thumbnails"), [(1, []), (2, [2]), (4, [2, 3, 4])])
def test_the_first_page_is_large_and_the_others_are_small(
    pages: int, thumbnails: list[int], cast: Cast
) -> None:
    of(cast, **{**READY, "pages": pages})
    card = deck_card(cast.startup, cast.officer)
    assert card is not None
    assert [page["number"] for page in card["thumbnails"]] == thumbnails
    assert [page["url"].rsplit("/", 1)[1] for page in card["thumbnails"]] == [f"{n}.png" for n in thumbnails]
    assert (card["width"], card["height"]) == (800, 450)
    assert card["first_page"].endswith(f"/startups/{cast.startup.pk}/deck/first-page.png")


@pytest.mark.parametrize("language", DeckLanguage)
def test_every_language_of_a_deck_has_words_in_both(language: DeckLanguage) -> None:
    with translation.override("ja"):
        japanese = str(language.label)
    assert japanese not in ("", str(language.label))


@pytest.mark.parametrize("refusal", DeckRefusal)
def test_every_refusal_ends_with_what_to_do(refusal: DeckRefusal) -> None:
    assert str(refusal.label).endswith(".")
    with translation.override("ja"):
        assert str(refusal.label).endswith("。")


VIEWERS = [
    ("officer", "disclosed", True, False),
    ("administrator", "disclosed", True, False),
    ("startup_owner", "disclosed", True, True),
    ("startup_member", "disclosed", True, True),
    ("company_owner", "disclosed", True, True),
    ("company_member", "disclosed", True, True),
    ("company_owner", "proposed", False, False),
    ("other_company_owner", "disclosed", False, False),
    ("other_startup_owner", "disclosed", False, False),
    ("expert", "disclosed", False, False),
    ("newcomer", "disclosed", False, False),
]


@pytest.mark.parametrize(("person", "status", "sees", "is_told"), VIEWERS)
def test_who_sees_the_card_and_to_whom_the_log_is_announced(
    person: str, status: str, sees: bool, is_told: bool, cast: Cast
) -> None:
    stories.match_of(cast.company, cast.startup, status)
    of(cast, **READY)
    card = deck_card(cast.startup, getattr(cast, person))
    assert (card is not None) is sees
    if card is not None:
        assert card["is_told"] is is_told


@pytest.mark.parametrize("status", ["draft", "submitted", "returned", "suspended", "lapsed", "withdrawn"])
def test_a_firm_reads_no_deck_of_a_startup_that_takes_no_part(status: str, cast: Cast) -> None:
    stories.match_of(cast.company, cast.startup, "disclosed")
    of(cast, **READY)
    organisation = cast.startup.organisation
    organisation.status, organisation.return_reason = status, "Correct it"
    organisation.save()
    assert deck_card(cast.startup, cast.company_owner) is None
    assert deck_card(cast.startup, cast.officer) is not None
