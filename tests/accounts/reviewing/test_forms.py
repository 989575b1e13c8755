"""What reviewers fill in: the checklist and its box for all, remarks with ready sentences, the reasons of a decline."""

from __future__ import annotations

from itertools import chain, combinations
from typing import Any

import pytest
from django.utils import translation

from accounts.enums import DeclineReason, ReviewCheck
from accounts.models import Review, User
from accounts.profiles.kinds import Answer, Section
from accounts.reviewing.forms import ALL, MOST_LETTERS, AssignForm, ChangesForm, ChecksForm, DeclineForm
from accounts.reviewing.sentences import SENTENCES, choices, sentence
from accounts.rules import checks_of, unchecked
from tests import factories
from tests.accounts import review_stories as stories

pytestmark = pytest.mark.django_db
FOUR = ["existence", "eligibility", "field", "personal_data"]
NAME = Answer("organisation.name", "Name", "Alpha")
SIZE = Answer("company.employees", "Employees", "420")
SECTIONS = [Section("Firm", (NAME, SIZE))]
SUBSETS = [list(each) for each in chain.from_iterable(combinations(FOUR, size) for size in range(5))]


def checks(review: Review, sent: list[str], *, was_complete: bool) -> list[str]:
    form = ChecksForm({"checks": sent, "was_complete": "on" if was_complete else ""}, review=review)
    assert form.is_valid(), form.errors
    return list(form.cleaned_data["checks"])


@pytest.mark.parametrize(
    ("kind", "identity", "expected"),
    [
        ("company", False, FOUR),
        ("startup", False, [*FOUR[:3], "deck", "personal_data"]),
        ("company", True, ["existence", "eligibility"]),
    ],
)
def test_what_is_to_be_checked_depends_on_what_is_reviewed(
    kind: str, identity: bool, expected: list[str]
) -> None:
    review = stories.identity_proposed(factories.OfficerFactory()) if identity else stories.applied(kind)
    assert [str(check) for check in checks_of(review)] == expected
    assert unchecked(review) == checks_of(review)
    boxes = ChecksForm(review=review).boxes()
    assert [box.value for box in boxes] == [ALL, *expected]
    assert [box.is_for_all for box in boxes] == [True] + [False] * len(expected)


@pytest.mark.parametrize("ticked", SUBSETS, ids=lambda ticked: "+".join(ticked) or "none")
@pytest.mark.parametrize("was_complete", [False, True])
@pytest.mark.parametrize("box_for_all", [False, True])
def test_the_box_for_all_in_every_combination(
    ticked: list[str], was_complete: bool, box_for_all: bool
) -> None:
    """Ticked anew it ticks the others, cleared it clears them; otherwise the single boxes count as they are."""
    found = checks(
        factories.ReviewFactory(), [*ticked, *([ALL] if box_for_all else [])], was_complete=was_complete
    )
    if box_for_all and not was_complete:
        expected = FOUR
    elif was_complete and not box_for_all and len(ticked) == 4:
        expected = []
    else:
        expected = ticked
    assert found == expected


def test_the_boxes_show_what_is_saved() -> None:
    review = factories.ReviewFactory(checks=["existence", "field"])
    ticked = {box.value for box in ChecksForm(review=review).boxes() if box.is_ticked}
    assert ticked == {"existence", "field"}
    review.checks = [*FOUR, "deck"]  # one of them is no check of a firm
    ticked = {box.value for box in ChecksForm(review=review).boxes() if box.is_ticked}
    assert ticked >= {ALL, *FOUR}
    assert unchecked(review) == []


def test_every_check_has_words_in_both_languages() -> None:
    for check in ReviewCheck:
        with translation.override("ja"):
            japanese = str(check.label)
        assert (japanese.isascii(), str(check.label).isascii()) == (False, True)


# --- remarks ----------------------------------------------------------------------------------------------------


READY = "Write it as it stands in the commercial register."
# what is sent; the remarks by field, the text about all of it
RIGHT: list[tuple[dict[str, str], dict[str, str], str]] = [
    ({"text": "Two things."}, {}, "Two things."),
    ({"tick-organisation.name": "on", "text-organisation.name": "As registered."},
     {"organisation.name": "As registered."}, ""),
    ({"tick-organisation.name": "on", "ready-organisation.name": "register"}, {"organisation.name": READY}, ""),
    ({"tick-organisation.name": "on", "ready-organisation.name": "register", "text-organisation.name": "Look."},
     {"organisation.name": f"{READY}\nLook."}, ""),
    ({"text-organisation.name": "Not ticked.", "text": "Hello."}, {}, "Hello."),
    ({"tick-organisation.name": "on", "text-organisation.name": "A.", "tick-company.employees": "on",
      "text-company.employees": "B.", "text": "C."}, {"organisation.name": "A.", "company.employees": "B."}, "C."),
    ({"tick-organisation.name": "on", "text-organisation.name": "x" * MOST_LETTERS},
     {"organisation.name": "x" * MOST_LETTERS}, ""),
]  # fmt: skip


@pytest.mark.parametrize(("sent", "expected", "text"), RIGHT)
def test_what_is_ticked_and_said_is_a_remark(
    sent: dict[str, str], expected: dict[str, str], text: str
) -> None:
    form = ChangesForm(sent, sections=SECTIONS, language="en")
    assert form.is_valid(), form.errors
    assert (form.remarks, form.cleaned_data["text"]) == (expected, text)


NOTHING = ("Tick a field and say what to correct, or write about the application.",
           "項目にチェックを入れて修正内容を書くか、申請全体について記入してください。")  # fmt: skip
SAY = (
    "Say what to correct, or choose a ready sentence.",
    "修正してほしい内容を書くか、定型文を選択してください。",
)
LONG = (
    "Shorten this: with the ready sentence it is too long.",
    "定型文と合わせると長すぎます。短くしてください。",
)
WRONG: list[tuple[dict[str, str], str, tuple[str, str]]] = [
    ({}, "__all__", NOTHING),
    ({"text": "  "}, "__all__", NOTHING),
    ({"text-organisation.name": "Not ticked."}, "__all__", NOTHING),
    ({"tick-organisation.name": "on"}, "text-organisation.name", SAY),
    ({"tick-organisation.name": "on", "text-organisation.name": " \r\n"}, "text-organisation.name", SAY),
    ({"tick-organisation.name": "on", "ready-organisation.name": "register",
      "text-organisation.name": "x" * MOST_LETTERS}, "text-organisation.name", LONG),
]  # fmt: skip


@pytest.mark.parametrize("language", [0, 1], ids=["en", "ja"])
@pytest.mark.parametrize(("sent", "field", "words"), WRONG)
def test_what_is_ticked_without_words_is_told_at_its_field(
    sent: dict[str, str], field: str, words: tuple[str, str], language: int
) -> None:
    with translation.override(("en", "ja")[language]):
        form = ChangesForm(sent, sections=SECTIONS, language="en")
        assert {name: list(told) for name, told in form.errors.items()} == {field: [words[language]]}


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_applicant_is_told_all_of_it_in_their_own_language(language: str) -> None:
    """A Japanese officer reads English labels; the firm gets Japanese ones, in the order of the page."""
    sent = {"tick-company.employees": "on", "ready-company.employees": "source", "text": "Hello.",
            "tick-organisation.name": "on", "text-organisation.name": "As registered."}  # fmt: skip
    form = ChangesForm(sent, sections=SECTIONS, language=language)
    assert form.is_valid()
    labels = {"organisation.name": "N", "company.employees": "E"}
    first, second, third = form.told(labels).split("\n")
    assert first == "Hello."
    assert (second.startswith("N"), second.endswith("As registered.")) == (True, True)
    assert third.endswith(sentence("source", language))


def test_a_page_names_its_controls_after_the_field_and_groups_them_by_section() -> None:
    form = ChangesForm(sections=SECTIONS, language="ja")
    [(title, fields)] = form.groups()
    assert (title, [each.answer for each in fields]) == ("Firm", [NAME, SIZE])
    assert fields[1].ready.label == "Ready sentence: Employees"
    assert fields[1].text.label == "What to correct: Employees"
    assert fields[1].tick.name == "tick-company.employees"


@pytest.mark.parametrize("key", SENTENCES)
def test_a_ready_sentence_is_whole_in_both_languages(key: str) -> None:
    english, japanese = sentence(key, "en"), sentence(key, "ja")
    assert (english.isascii() or "’" in english, japanese.isascii()) == (True, False)
    assert (english[-1], japanese[-1]) == (".", "。")


def test_a_reviewer_reads_the_sentence_in_the_applicants_language_and_in_their_own() -> None:
    with translation.override("en"):
        own, other = dict(choices("en")), dict(choices("ja"))
    assert list(own) == list(other) == ["", *SENTENCES]
    assert own["link"] == "The link does not open. Check the address."
    assert sentence("link", "ja") in other["link"]
    assert own["link"] in other["link"]
    with translation.override("ja"):
        assert dict(choices("ja"))["link"] == sentence("link", "ja")


# --- declines, and who takes what -------------------------------------------------------------------------------


@pytest.mark.parametrize("reason", DeclineReason)
def test_every_reason_of_a_decline_can_be_given(reason: str) -> None:
    form = DeclineForm({"reason": reason, "text": "Not yet.\r\nNext year."})
    assert form.is_valid()
    assert form.cleaned_data == {"reason": reason, "text": "Not yet.\nNext year."}


def test_a_review_may_be_given_to_officers_and_administrators_who_are_there() -> None:
    there = [factories.OfficerFactory(name="B"), factories.AdministratorFactory(name="A")]
    gone = factories.OfficerFactory(is_active=False)
    others: list[User] = [factories.ExpertFactory().user, factories.UserFactory(), gone]
    review = factories.ReviewFactory()
    field: Any = AssignForm(review=review).fields["assignee"]
    assert list(field.queryset) == [there[1], there[0]], "by name"
    for person in others:
        assert list(AssignForm({"assignee": person.pk}, review=review).errors) == ["assignee"]
    assert AssignForm({"assignee": ""}, review=review).is_valid(), "nobody in particular"
