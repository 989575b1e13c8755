"""Every field of every page that a registration asks, walked through: whatever may be wrong, it says what to do.

A step or a field that is added without its own words fails here; nobody has to remember to add a case.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django import forms
from django.contrib.postgres.fields import ArrayField
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import translation

from accounts.profiles.forms import SectionForm, control
from accounts.profiles.messages import LIMITS, needs_prompt, tell
from accounts.registration.questions import Step, Words
from accounts.registration.registrations import Registration
from companies.forms import ChallengeForm
from companies.questions import CHALLENGE
from companies.registration import REGISTRATION as FIRMS
from companies.registration import challenge_question
from startups.forms import DeckForm
from startups.record_forms import FORMS, RecordForm
from startups.registration import REGISTRATION as STARTUPS
from tests import factories
from tests.field_messages import Told, decimals, hidden, least, longer, most, whole_digits

pytestmark = pytest.mark.django_db
LANGUAGES = ("en", "ja")
PAGES: list[tuple[Registration, Step]] = [
    (registration, step) for registration in (FIRMS, STARTUPS) for step in registration.steps if step.asks
]
NAMES = [f"{registration.namespace}-{step.key}" for registration, step in PAGES]
# What no person can type into the control, so that no words are owed: a box has two states.
BOXES = (forms.BooleanField,)
UNSEEN = ("\u202e", "\x07", "\u2066")  # turns the text round, a bell, begins a hidden direction


def rows_of(registration: Registration, step: Step) -> dict[str, Any]:
    user = factories.UserFactory()
    return challenge_question(None).find(user) if step is CHALLENGE else registration.rows(user)


def form_of(registration: Registration, step: Step, data: dict[str, Any]) -> SectionForm:
    made = ChallengeForm if step is CHALLENGE else registration.form
    return made(data, rows=rows_of(registration, step), step=step)


def told(form: forms.Form, name: str, language: str) -> list[str]:
    with translation.override(language):
        return [str(text) for text in form.errors.get(name, [])]


def in_both(words: Words) -> Told:
    said = []
    for language in LANGUAGES:
        with translation.override(language):
            said.append(str(words))
    return said[0], said[1]


def columns(registration: Registration, step: Step) -> dict[str, Any]:
    rows = rows_of(registration, step)
    return {name: rows[part]._meta.get_field(name) for part, names in step.asks.items() for name in names}


def wrong_answers(column: Any, field: forms.Field, prompt: Told) -> Iterator[tuple[Any, Told]]:
    """What somebody may send that this field cannot take, and what they are to be told."""
    if isinstance(field, forms.MultipleChoiceField):
        yield ["nowhere"], prompt
    elif isinstance(field, forms.ChoiceField | forms.TypedChoiceField):
        yield "nowhere", prompt
    elif isinstance(field, forms.URLField):
        yield "javascript:alert(1)", prompt
        yield "https://a.example/" + "x" * 200, longer(200, 218)
    elif isinstance(field, forms.DecimalField):
        yield "a lot", prompt
        yield "-1", least(0)
        yield "1" * 17, whole_digits(16)
        yield "1.234", decimals(2)
    elif isinstance(field, forms.IntegerField):
        yield "a lot", prompt
        yield "1.5", prompt
        yield from _out_of_range(column)
    elif isinstance(field, forms.DateField):
        yield "soon", prompt
        yield "2026-02-30", prompt
    elif isinstance(field, forms.CharField) and column.name != "corporate_number":
        yield from _words(column)


def _out_of_range(column: Any) -> Iterator[tuple[str, Told]]:
    lowest = [each.limit_value for each in column.validators if isinstance(each, MinValueValidator)]
    highest = [each.limit_value for each in column.validators if isinstance(each, MaxValueValidator)]
    yield str(max(lowest) - 1), least(max(lowest))
    if column.name != "founded_year":  # its latest year is the present one, told in words of its own
        yield str(min(highest) + 1), most(min(highest))


def _words(column: Any) -> Iterator[tuple[str, Told]]:
    letter = "カ" if column.name == "name_kana" else "x"
    if column.name != "phone":  # told in its own words, at any length
        yield letter * (column.max_length + 1), longer(column.max_length)
    for character in UNSEEN:
        yield f"{letter}{character}", hidden(letter, f"U+{ord(character):04X}")


# --- the pages of the task list ----------------------------------------------------------------------------------


@pytest.mark.parametrize(("registration", "step"), PAGES, ids=NAMES)
def test_every_field_that_may_be_missing_or_misread_has_words_of_its_own(registration, step):
    form = form_of(registration, step, {})
    owed = {name for name, field in form.fields.items() if needs_prompt(field, is_needed=name in step.needed)}
    shared = {name for name in step.prompts if name not in step.names}  # one table may serve several pages
    assert owed == set(step.prompts) - shared
    for name in owed:
        english, japanese = in_both(step.prompts[name])
        assert (name, english.endswith("."), japanese.endswith("。")) == (name, True, True)
        assert (name, japanese.isascii(), english == japanese) == (name, False, False)
        assert "入力" in japanese or "選択" in japanese or "書いて" in japanese


@pytest.mark.parametrize(("registration", "step"), PAGES, ids=NAMES)
def test_a_missing_answer_says_what_to_enter(registration, step):
    form = form_of(registration, step, {})
    for name in step.needed:
        prompt = in_both(step.prompts[name])
        for language, words in zip(LANGUAGES, prompt, strict=True):
            assert (name, told(form_of(registration, step, {}), name, language)) == (name, [words])
    assert set(form.errors) == set(step.needed)


@pytest.mark.parametrize(("registration", "step"), PAGES, ids=NAMES)
def test_whatever_is_wrong_with_an_answer_is_told_with_what_to_do(registration, step):
    fields = form_of(registration, step, {}).fields
    tried = {}
    for name, column in columns(registration, step).items():
        prompt = in_both(step.prompts.get(name, ""))
        cases = list(wrong_answers(column, fields[name], prompt))
        tried[name] = len(cases)
        for typed, expected in cases:
            for language, words in zip(LANGUAGES, expected, strict=True):
                said = told(form_of(registration, step, {name: typed}), name, language)
                if (
                    name == "phone"
                ):  # a character that cannot be seen is no digit either: the first words help
                    said = said[:1]
                assert (name, typed, said) == (name, typed, [words])
    boxes = {name for name, field in fields.items() if isinstance(field, BOXES)}
    assert {name for name, count in tried.items() if not count} == boxes | (
        {"corporate_number"} & set(fields)  # every slip of it has words of its own: test_corporate_numbers
    )


@pytest.mark.parametrize(("registration", "step"), PAGES, ids=NAMES)
def test_saving_for_later_asks_for_the_core_only_in_the_same_words(registration, step):
    made = ChallengeForm if step is CHALLENGE else registration.form
    form = made({}, rows=rows_of(registration, step), step=step, later=True)
    for language, index in (("en", 0), ("ja", 1)):
        said = {name: told(form, name, language) for name in form.errors}
        assert said == {name: [in_both(step.prompts[name])[index]] for name in step.core}


# --- the lists of a startup, and its deck ------------------------------------------------------------------------


def record_form(kind: str, data: dict[str, Any]) -> RecordForm:
    return FORMS[kind](data)


@pytest.mark.parametrize("kind", sorted(FORMS))
def test_every_field_of_a_list_that_may_be_missing_or_misread_has_words_of_its_own(kind):
    form = record_form(kind, {})
    owed = {
        name
        for name in form.model.asked()
        if needs_prompt(form.fields[name], is_needed=form.fields[name].required)
    }
    assert owed == set(form.prompts)


@pytest.mark.parametrize("kind", sorted(FORMS))
def test_whatever_is_wrong_in_a_row_is_told_with_what_to_do(kind):
    form = record_form(kind, {})
    for name in form.model.asked():
        field, column = form.fields[name], form.model._meta.get_field(name)
        prompt = in_both(form.prompts.get(name, ""))
        cases = list(wrong_answers(column, field, prompt))
        if field.required:
            cases.append(("", prompt))
        assert cases or isinstance(field, BOXES), name
        for typed, expected in cases:
            for language, words in zip(LANGUAGES, expected, strict=True):
                said = told(record_form(kind, {name: typed}), name, language)
                assert (name, typed, said[:1]) == (name, typed, [words])


@pytest.mark.parametrize(
    ("data", "field", "words"),
    [
        ({}, "file", ("Select a PDF file.", "PDFファイルを選択してください。")),
        (
            {"language": "tlh"},
            "language",
            ("Choose the language of the deck from the list.", "資料の言語を一覧から選択してください。"),
        ),
    ],
)
def test_the_form_of_the_deck_says_what_to_do(data, field, words):
    for language, expected in zip(LANGUAGES, words, strict=True):
        assert told(DeckForm(data, {}), field, language) == [expected]


# --- how it works ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "needed", "owed"),
    [
        (forms.CharField(), True, True),
        (forms.CharField(), False, False),
        (forms.URLField(assume_scheme="https"), False, True),
        (forms.IntegerField(), False, True),
        (forms.DateField(), False, True),
        (forms.ChoiceField(), False, True),
        (forms.MultipleChoiceField(), False, True),
        (forms.BooleanField(), True, False),
    ],
)
def test_words_are_owed_where_an_answer_may_be_missing_or_misread(field, needed, owed):
    assert needs_prompt(field, is_needed=needed) is owed


def test_one_field_that_says_what_to_do_does_not_speak_for_others():
    """Messages of a field are its own: Django shares them by class until somebody changes them."""
    first, second = forms.IntegerField(max_value=3), forms.IntegerField(max_value=3)
    tell(first, "Enter a number.")
    assert str(second.error_messages["required"]) == "This field is required."
    assert (first.error_messages["required"], second.error_messages.get("max_value")) == (
        "Enter a number.",
        None,
    )


def test_without_words_of_its_own_a_field_still_tells_its_limits():
    field = forms.CharField(max_length=3)
    tell(field)
    with pytest.raises(forms.ValidationError) as caught:
        field.clean("four")
    assert caught.value.messages == ["Shorten this to 3 characters: it has 4 now."]


def test_every_limit_has_its_parameter_in_both_languages():
    for code, words in LIMITS.items():
        english, japanese = in_both(words)
        places = {part.split(")")[0] for part in english.split("%(")[1:]}
        assert (code, places) == (code, {part.split(")")[0] for part in japanese.split("%(")[1:]})
        assert places


def test_a_column_of_a_list_becomes_boxes_or_a_list_with_words(cast):
    """The walk above relies on it: what is stored as a list is asked as a choice."""
    for registration, step in PAGES:
        for name, column in columns(registration, step).items():
            if isinstance(column, ArrayField):
                assert isinstance(control(column), forms.MultipleChoiceField), name
            elif isinstance(column, models.BooleanField):
                assert isinstance(control(column), forms.BooleanField), name
