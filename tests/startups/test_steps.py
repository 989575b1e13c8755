"""The steps of a startup's registration as a table: what each asks, when it is done, and whose remarks it carries."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.http import Http404
from django.test import Client
from django.urls import reverse
from django.utils import translation

from accounts.actions import agree
from accounts.models import User
from accounts.registration.registrations import Progress
from startups.agreement import agreement
from startups.models import RECORDS, Startup
from startups.questions import LISTS, STEPS
from startups.registration import REGISTRATION, records_of, row_subject
from tests import factories
from tests.conftest import Cast

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]

# key, whether it may be left out, what nobody is sent in without, the address
TABLE: list[tuple[str, bool, tuple[str, ...], str]] = [
    ("startup", False, ("name", "country", "time_zone", "stage"), "/en/startup/setup/startup/"),
    ("deck", False, (), "/en/startup/deck/"),
    ("figures", False, (), "/en/startup/lists/figures/"),
    ("pitch", False, ("one_liner", "solution", "fields"), "/en/startup/setup/pitch/"),
    ("cooperation", False, ("modes", "languages", "monthly_meeting_limit", "seeks_partner"),
     "/en/startup/setup/cooperation/"),
    ("funding", True, (), "/en/startup/setup/funding/"),
    ("rounds", True, (), "/en/startup/lists/rounds/"),
    ("patents", True, (), "/en/startup/lists/patents/"),
    ("certifications", True, (), "/en/startup/lists/certifications/"),
    ("references", True, (), "/en/startup/lists/references/"),
    ("agreement", False, (), "/en/startup/setup/agreement/"),
]  # fmt: skip
STEP = {step.key: step for step in STEPS}
FACTORIES = {
    "figures": factories.FigureFactory,
    "rounds": factories.RoundFactory,
    "patents": factories.PatentFactory,
    "certifications": factories.CertificationFactory,
    "references": factories.ReferenceFactory,
}


def rows_of(startup: Startup) -> dict[str, Any]:
    found = Startup.objects.for_registration().get(pk=startup.pk)
    return {"organisation": found.organisation, "startup": found}


def deck_of(startup: Startup, status: str) -> Any:
    pages = {"pages": 1, "image_width": 1, "image_height": 1, "ready_at": "2026-11-01T00:00:00Z"}
    return factories.DeckFactory(
        startup=startup, status=status, refusal="not_pdf" if status == "refused" else "", **pages
    )


def states(startup: Startup) -> dict[str, str]:
    return {key: str(state.value) for key, state in Progress(REGISTRATION, rows_of(startup)).states.items()}


def test_the_steps_are_these_in_this_order() -> None:
    found = [(step.key, step.is_optional, step.needed, REGISTRATION.address(step, {})) for step in STEPS]
    assert found == TABLE


def test_no_field_is_asked_twice_and_whatever_is_needed_is_asked() -> None:
    asked = [f"{part}.{name}" for step in STEPS for part, names in step.asks.items() for name in names]
    assert len(asked) == len(set(asked))
    for step in STEPS:
        names = {name for each in step.asks.values() for name in each}
        assert {*step.needed, *step.core, *step.prefilled, *step.order} <= names, step.key


def test_every_step_has_a_title_of_its_own_in_both_languages() -> None:
    titles = {}
    for language in ("en", "ja"):
        with translation.override(language):
            titles[language] = [str(step.title) for step in STEPS]
    assert [len(set(each)) for each in titles.values()] == [len(STEPS)] * 2
    assert set(titles["en"]).isdisjoint(titles["ja"])


@pytest.mark.parametrize("key", [*LISTS, "deck", "agreement", "check", "", "../pitch"])
def test_a_step_with_a_page_of_its_own_is_no_page_of_questions(key: str) -> None:
    with pytest.raises(Http404):
        REGISTRATION.question(key)


# --- Somebody who begins -----------------------------------------------------------------------------------------


def test_before_the_first_page_is_saved_everything_waits_for_it(cast: Cast) -> None:
    rows = REGISTRATION.rows(cast.newcomer)
    progress = Progress(REGISTRATION, rows)
    assert (progress.has_begun, progress.done, progress.remarks) == (False, 0, [])
    assert {key: state.value for key, state in progress.states.items() if key != "startup"} == dict.fromkeys(
        [key for key, *_rest in TABLE if key != "startup"], "blocked"
    )
    assert [progress.task(step).url for step in STEPS[1:]] == [""] * (len(STEPS) - 1)
    assert progress.next_address("") == "/en/startup/setup/startup/"
    assert [records_of(step, rows) for step in LISTS.values()] == [[]] * len(LISTS)


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("en", ["name", "country", "stage", "Pitch deck", "Track record", "one-line pitch", "solution", "fields",
                "cooperation modes", "partner looked for in Japan"]),
        ("ja", 10),
    ],
)  # fmt: skip
def test_what_is_missing_is_told_in_words_and_never_the_agreement(
    language: str, expected: Any, cast: Cast
) -> None:
    rows = REGISTRATION.rows(cast.newcomer)
    with translation.override(language):
        told = [str(words) for words in REGISTRATION.missing(rows)]
    assert told == expected if isinstance(expected, list) else len(set(told)) == expected
    if language == "ja":
        assert all(not words.isascii() for words in told)


# --- When a step is done -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("status", "complete", "begun"),
    [
        ("received", False, True),
        ("checking", False, True),
        ("rendering", False, True),
        ("ready", True, True),
        ("refused", False, False),
        ("replaced", False, False),
        ("deleted", False, False),
    ],
)
def test_only_a_deck_in_use_is_a_deck(status: str, complete: bool, begun: bool, cast: Cast) -> None:
    deck_of(cast.startup, status)
    rows = rows_of(cast.startup)
    step = STEP["deck"]
    assert (REGISTRATION.is_complete(step, rows), REGISTRATION.is_begun(step, rows)) == (complete, begun)
    assert ("Pitch deck" in map(str, REGISTRATION.missing(rows))) is not complete


@pytest.mark.parametrize("later", ["received", "refused"])
def test_a_further_upload_takes_nothing_away_from_the_deck_in_use(later: str, cast: Cast) -> None:
    deck_of(cast.startup, "ready")
    deck_of(cast.startup, later)
    assert REGISTRATION.is_complete(STEP["deck"], rows_of(cast.startup))


@pytest.mark.parametrize("kind", RECORDS)
def test_one_row_begins_a_list_and_completes_the_one_that_is_needed(kind: str, cast: Cast) -> None:
    step = STEP[kind]
    before = rows_of(cast.startup)
    assert (REGISTRATION.is_begun(step, before), REGISTRATION.is_complete(step, before)) == (
        False,
        step.is_optional,
    )
    row = FACTORIES[kind](startup=cast.startup)
    after = rows_of(cast.startup)
    assert (REGISTRATION.is_begun(step, after), REGISTRATION.is_complete(step, after)) == (True, True)
    [fact] = REGISTRATION.facts(step, after)
    assert (fact["label"], fact["value"]) == (row.title, ", ".join(row.details))


@pytest.mark.parametrize("kind", [*RECORDS, "deck"])
def test_an_empty_list_is_told_as_a_dash(kind: str, cast: Cast) -> None:
    assert REGISTRATION.facts(STEP[kind], rows_of(cast.startup)) == [
        {"label": str(STEP[kind].title), "value": "–"}
    ]


@pytest.mark.parametrize(
    ("owner", "name", "empty", "step"),
    [
        ("startup", "one_liner", "", "pitch"),
        ("startup", "solution", "", "pitch"),
        ("organisation", "fields", [], "pitch"),
        ("organisation", "modes", [], "cooperation"),
        ("organisation", "languages", [], "cooperation"),
        ("startup", "seeks_partner", "", "cooperation"),
    ],
)
def test_each_answer_that_is_needed_keeps_its_step_open(
    owner: str, name: str, empty: Any, step: str, cast: Cast
) -> None:
    complete = rows_of(cast.startup)
    assert REGISTRATION.is_complete(STEP[step], complete)
    setattr(complete[owner], name, empty)
    assert not REGISTRATION.is_complete(STEP[step], complete)
    [missing] = REGISTRATION.missing_of(STEP[step], complete)
    assert str(missing) == str(complete[owner]._meta.get_field(name).verbose_name)


# --- The agreement -----------------------------------------------------------------------------------------------


def moved(startup: Startup, country: str) -> Startup:
    organisation = startup.organisation
    organisation.country, organisation.region = country, ""
    organisation.save()
    return startup


@pytest.mark.parametrize(
    ("country", "language", "agreed_in", "asked"),
    [
        ("SG", "en", "SG", False),
        ("SG", "ja", "SG", False),  # the words agreed to were those of the reader's language
        ("VN", "en", "SG", True),  # another law
        ("FR", "en", "DE", True),  # one law, yet another country: consent names where data comes from
        ("SG", "en", None, True),
    ],
)
def test_who_is_asked_to_agree_again(
    country: str, language: str, agreed_in: str | None, asked: bool, cast: Cast
) -> None:
    if agreed_in:
        agree(cast.startup.organisation, agreement(agreed_in, language), by=cast.startup_owner)
    rows = rows_of(moved(cast.startup, country))
    assert bool(REGISTRATION.asks_to_agree(rows)) is asked
    assert REGISTRATION.is_complete(STEP["agreement"], rows) is not asked
    assert REGISTRATION.is_begun(STEP["agreement"], rows) is bool(agreed_in)


def test_an_agreement_is_told_by_its_parts_and_their_day(cast: Cast) -> None:
    agree(cast.startup.organisation, agreement("SG", "en"), by=cast.startup_owner)
    told = REGISTRATION.facts(STEP["agreement"], rows_of(cast.startup))
    assert len({fact["label"] for fact in told}) == len(told) == 3
    assert len({fact["value"] for fact in told}) == 1


# --- Remarks -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("subject", "owner"),
    [
        ("organisation.name", "startup"),
        ("startup.stage", "startup"),
        ("startup.deck", "deck"),
        ("startup.one_liner", "pitch"),
        ("organisation.sub_fields", "pitch"),
        ("organisation.modes", "cooperation"),
        ("startup.sought_amount", "funding"),
        ("tractionfigure.3", "figures"),
        ("fundinground.3", "rounds"),
        ("patent.3", "patents"),
        ("certification.3", "certifications"),
        ("reference.3", "references"),
        ("tractionfigure", None),  # of no row
        ("startup.name", None),  # the name is the organisation's
        ("company.employees", None),
        ("deck", None),
        ("", None),
    ],
)
def test_a_remark_belongs_to_one_step_at_most(subject: str, owner: str | None) -> None:
    assert [step.key for step in STEPS if REGISTRATION.owns(step, subject)] == ([owner] if owner else [])


@pytest.mark.parametrize("kind", RECORDS)
def test_a_remark_on_a_row_names_it_and_one_on_a_row_that_went_does_not(kind: str, cast: Cast) -> None:
    row = FACTORIES[kind](startup=cast.startup)
    other = FACTORIES[kind](startup=cast.other_startup)
    review = factories.ReviewFactory(organisation=cast.startup.organisation)
    rows, step = rows_of(cast.startup), STEP[kind]
    said = [
        REGISTRATION.says(
            step,
            factories.RemarkFactory(review=review, subject=row_subject(kind, pk), text="Which year?"),
            rows,
        )
        for pk in (row.pk, other.pk)
    ]
    assert said == [f"{row.title}: Which year?", "Which year?"]


# --- The way through ---------------------------------------------------------------------------------------------


def test_the_way_goes_round_from_the_step_just_saved_and_ends_at_the_check(cast: Cast) -> None:
    startup = factories.StartupFactory(
        organisation__status="draft", one_liner="", organisation__languages=["en"]
    )
    progress = Progress(REGISTRATION, rows_of(startup))
    assert [
        progress.next_address(after) for after in ("startup", "deck", "figures", "pitch", "agreement")
    ] == [
        reverse("startups:deck"),
        reverse("startups:records", args=["figures"]),
        reverse("startups:step", args=["pitch"]),
        reverse("startups:agreement"),
        reverse("startups:deck"),
    ]
    startup.one_liner = "Tills that think"
    startup.save()
    deck_of(startup, "ready")
    factories.FigureFactory(startup=startup)
    assert Progress(REGISTRATION, rows_of(startup)).next_address("figures") == reverse("startups:agreement")
    agree(startup.organisation, agreement("SG", "en"), by=cast.startup_owner)
    done = Progress(REGISTRATION, rows_of(startup))
    assert (done.may_be_sent, done.done, len(done.required)) == (True, 6, 6)
    assert done.next_address("agreement") == reverse("startups:check")


def test_optional_steps_never_keep_a_startup_from_being_sent_in(cast: Cast) -> None:
    found = states(cast.startup)
    assert {found[step.key] for step in STEPS if step.is_optional} == {"optional"}


@pytest.mark.parametrize("person", ["company_owner", "company_member"])
def test_people_of_a_firm_find_no_registration_here(person: str, cast: Cast) -> None:
    with pytest.raises(Http404):
        REGISTRATION.rows(getattr(cast, person))
