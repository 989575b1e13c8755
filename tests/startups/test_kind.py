"""What reviews, changes and figures are told of a startup: its answers, its rows, its place, its deck."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import timezone, translation

from accounts.actions import agree
from accounts.enums import OrganisationKind
from accounts.profiles.kinds import kind_of, profiles_of
from startups.agreement import agreement
from startups.enums import Measure
from startups.kind import StartupKind
from startups.models import RECORDS, Startup
from startups.questions import LISTS
from tests import factories
from tests.conftest import Cast

pytestmark = pytest.mark.django_db
KIND = StartupKind()
ASKED = ["The startup", "One-line pitch and solution", "Looking for in Japan",
         "Funding sought, and what figures do not say", "Pitch deck"]  # fmt: skip
ROWS: dict[str, Any] = {
    "figures": factories.FigureFactory,
    "rounds": factories.RoundFactory,
    "patents": factories.PatentFactory,
    "certifications": factories.CertificationFactory,
    "references": factories.ReferenceFactory,
}


def profile(startup: Startup) -> Startup:
    return KIND.profiles([startup.pk])[startup.pk]


def deck_of(startup: Startup, status: str, name: str = "pitch.pdf") -> Any:
    return factories.DeckFactory(
        startup=startup, status=status, original_name=name, pages=3, image_width=8, image_height=6,
        ready_at=timezone.now(), refusal="not_pdf" if status == "refused" else "",
    )  # fmt: skip


def answers(startup: Startup) -> dict[str, tuple[str, str]]:
    sections = KIND.sections(profile(startup))
    return {answer.subject: (answer.label, answer.value) for each in sections for answer in each.answers}


# --- Which kind --------------------------------------------------------------------------------------------------


def test_a_startup_is_told_by_this_kind_and_a_firm_by_another(cast: Cast) -> None:
    assert isinstance(kind_of(cast.startup.organisation), StartupKind)
    assert not isinstance(kind_of(cast.company.organisation), StartupKind)
    assert cast.startup.organisation.kind == OrganisationKind.STARTUP


def test_of_mixed_organisations_each_has_the_profile_of_its_kind(cast: Cast) -> None:
    found = profiles_of(
        [cast.startup.organisation, cast.company.organisation, cast.other_startup.organisation]
    )
    assert found == {
        cast.startup.pk: cast.startup,
        cast.company.pk: cast.company,
        cast.other_startup.pk: cast.other_startup,
    }


def test_profiles_of_firms_and_of_nobody_are_not_found_here(cast: Cast) -> None:
    assert KIND.profiles([cast.company.pk, 0]) == {}
    assert KIND.profiles([]) == {}


@pytest.mark.parametrize("count", [1, 4])
def test_fifty_profiles_take_as_many_queries_as_one(count: int, django_assert_num_queries: Any) -> None:
    startups = factories.StartupFactory.create_batch(count)
    for startup in startups:
        deck_of(startup, "ready")
        for make in ROWS.values():
            make(startup=startup)
    with django_assert_num_queries(2 + len(LISTS)):
        for found in KIND.profiles([startup.pk for startup in startups]).values():
            KIND.sections(found)
            KIND.rows(found)
            KIND.place(found)


# --- What it says ------------------------------------------------------------------------------------------------


def test_a_bare_startup_has_its_questions_and_no_empty_list(cast: Cast) -> None:
    assert [section.title for section in KIND.sections(profile(cast.startup))] == ASKED


@pytest.mark.parametrize("kind", RECORDS)
def test_a_list_with_a_row_is_a_section_and_each_row_an_answer(kind: str, cast: Cast) -> None:
    row = ROWS[kind](startup=cast.startup)
    ROWS[kind](startup=cast.other_startup)
    last = KIND.sections(profile(cast.startup))[-1]
    assert last.title == str(LISTS[kind].title)
    [answer] = last.answers
    assert (answer.subject, answer.label) == (f"{row._meta.model_name}.{row.pk}", row.title)
    assert answer.value not in ("", "–")


def test_what_a_row_says_is_told_line_by_line_without_what_is_empty(cast: Cast) -> None:
    row = factories.CertificationFactory(startup=cast.startup, name="PSE", number="", valid_until=None)
    [answer] = KIND.sections(profile(cast.startup))[-1].answers
    assert answer.value.splitlines() == ["Name: PSE", f"Issued by: {row.issuer}"]


def test_every_answer_has_an_address_of_its_own(cast: Cast) -> None:
    for make in ROWS.values():
        make(startup=cast.startup)
    subjects = [answer.subject for each in KIND.sections(profile(cast.startup)) for answer in each.answers]
    assert len(subjects) == len(set(subjects))
    assert {"organisation.name", "startup.one_liner", "startup.deck"} <= set(subjects)


@pytest.mark.parametrize(
    ("field", "value", "english", "japanese"),
    [
        ("speaks_japanese", "business", "Enough for a business meeting", "商談ができます"),
        ("stage", "seed", "Seed", "シード"),
        ("founded_year", None, "–", "–"),
        ("problem", "", "–", "–"),
    ],
)
def test_answers_are_words_in_the_readers_language_and_nothing_is_a_dash(
    field: str, value: Any, english: str, japanese: str, cast: Cast
) -> None:
    Startup.objects.filter(pk=cast.startup.pk).update(**{field: value})
    told = []
    for language in ("en", "ja"):
        with translation.override(language):
            told.append(answers(cast.startup)[f"startup.{field}"][1])
    assert told == [english, japanese]


def test_words_of_a_measure_are_those_of_the_startup(cast: Cast) -> None:
    factories.FigureFactory(
        startup=cast.startup, what=Measure.OTHER, words="Fuel saved (%)", value=12, currency=""
    )
    with translation.override("ja"):
        [answer] = KIND.sections(profile(cast.startup))[-1].answers
    assert answer.label == "Fuel saved (%): 12"


# --- The deck ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("statuses", "shown"),
    [
        ([], "–"),
        (["received"], "–"),
        (["refused"], "–"),
        (["deleted"], "–"),
        (["ready"], "0.pdf"),
        (["ready", "received"], "0.pdf"),  # the new one has not been checked
        (["ready", "refused"], "0.pdf"),
        (["replaced", "ready"], "1.pdf"),
    ],
)
def test_only_the_deck_in_use_is_named_and_counted(statuses: list[str], shown: str, cast: Cast) -> None:
    made = {f"{n}.pdf": deck_of(cast.startup, status, f"{n}.pdf").pk for n, status in enumerate(statuses)}
    deck_of(cast.other_startup, "ready", "theirs.pdf")
    assert answers(cast.startup)["startup.deck"] == ("Pitch deck", shown)
    assert KIND.numbers(cast.startup.organisation) == {"deck": made.get(shown, 0)}


# --- What else a review shows ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("country", "english", "japanese"),
    [("SG", "Singapore", "シンガポール"), ("VN", "Vietnam", "ベトナム"), ("IL", "Israel", "イスラエル")],
)
def test_its_place_is_its_country(country: str, english: str, japanese: str) -> None:
    startup = factories.StartupFactory(organisation__country=country)
    assert KIND.place(profile(startup)) == english
    with translation.override("ja"):
        assert KIND.place(profile(startup)) == japanese


def test_a_review_shows_what_was_agreed_to_in_the_order_it_was(cast: Cast) -> None:
    startup = cast.startup
    assert list(KIND.more(profile(startup), cast.officer)["consents"]) == []
    agree(startup.organisation, agreement("SG", "ja"), by=cast.startup_owner)
    given = KIND.more(profile(startup), cast.officer)["consents"]
    assert [(consent.subject, consent.language) for consent in given] == [
        ("terms", "ja"),
        ("disclosure", "ja"),
        ("transfer", "ja"),
    ]
    assert {consent.agreed_by for consent in given} == {cast.startup_owner}


def test_its_rows_are_all_it_is_made_of_and_nobody_elses(cast: Cast) -> None:
    for make in ROWS.values():
        make(startup=cast.startup)
        make(startup=cast.other_startup)
    rows = KIND.rows(profile(cast.startup))
    assert set(rows) == set(KIND.models)
    assert {model.__name__: len(found) for model, found in rows.items()} == {
        model.__name__: 1 for model in KIND.models
    }
    assert rows[Startup] == [cast.startup]


def test_a_whole_profile_misses_nothing_and_a_bare_one_its_evidence(cast: Cast) -> None:
    assert list(map(str, KIND.missing(profile(cast.startup)))) == ["Pitch deck", "Track record"]
    deck_of(cast.startup, "ready")
    factories.FigureFactory(startup=cast.startup)
    assert list(KIND.missing(profile(cast.startup))) == []
