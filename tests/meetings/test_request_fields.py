"""Every field of the forms about requests, badly filled in, in both languages."""

from __future__ import annotations

from typing import Any

import pytest

from matchmaking.core.models import AuditEvent, Notice
from matchmaking.matches.models import Match
from meetings.enums import DeclineReason, RequestStatus
from meetings.forms.requests import DeclineForm, RequestForm, StaffRequestForm
from meetings.models import MeetingRequest
from tests.conftest import Cast
from tests.meetings import stories
from tests.meetings.pages import LANGUAGES, SignIn, path, said, source, words
from tests.meetings.people import line

GOOD = {
    **line(),
    "purpose": "See the camera at work",
    "minutes": "45",
    "language": "en",
    "interpreter_wanted": "on",
    "consent": "Mr Tanaka by telephone",
}
REQUIRED = "This field is required."
LONG = "x" * 601
# field, what is written there, the field's anchor, the message in English
BAD: list[tuple[str, str, str, str]] = [
    ("purpose", "", "id_purpose", REQUIRED),
    ("purpose", "  \n ", "id_purpose", REQUIRED),
    ("purpose", LONG, "id_purpose", "Ensure this value has at most 600 characters (it has 601)."),
    (
        "purpose",
        "a\x00b",
        "id_purpose",
        "This contains a character that cannot be seen (U+0000). Delete it. It stands after “a”.",
    ),
    ("minutes", "", "id_minutes_0", REQUIRED),
    ("minutes", "50", "id_minutes_0", "Select a valid choice. 50 is not one of the available choices."),
    ("minutes", "-30", "id_minutes_0", "Select a valid choice. -30 is not one of the available choices."),
    ("minutes", "abc", "id_minutes_0", "Select a valid choice. abc is not one of the available choices."),
    ("language", "", "id_language", REQUIRED),
    ("language", "fr", "id_language", "Select a valid choice. fr is not one of the available choices."),
    ("language", "EN", "id_language", "Select a valid choice. EN is not one of the available choices."),
]
BAD_CONSENT: list[tuple[str, str, str, str]] = [
    ("consent", "", "id_consent", REQUIRED),
    ("consent", "\t", "id_consent", REQUIRED),
    ("consent", "x" * 501, "id_consent", "Ensure this value has at most 500 characters (it has 501)."),
]


@pytest.fixture
def match(cast: Cast) -> Match:
    return stories.match_of(cast.company, cast.startup)


def nothing_happened() -> bool:
    counts = (
        MeetingRequest.objects.count(),
        Notice.objects.count(),
        AuditEvent.objects.filter(action="meetingrequest.requested").count(),
    )
    return counts == (0, 0, 0)


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("step", ["request_check", "request_send"])
def test_a_firms_bad_field_is_named_and_the_rest_kept(
    cast: Cast, as_user: SignIn, match: Match, language: str, step: str
) -> None:
    client = as_user(cast.company_owner)
    address = path(step, language=language, match_pk=match.pk)
    for field, value, anchor, message in BAD:
        response = client.post(address, {**GOOD, field: value})
        form = response.context["form"]
        assert (field, value, list(form.errors)) == (field, value, [field])
        assert (
            form.errors[field] == [message],
            form.errors[field][0].strip("“”.").replace("“", "").isascii(),
        ) == (
            language == "en",
            language == "en",
        )
        assert f'href="#{anchor}"' in source(response)
        assert [form[name].value() for name in ("purpose", "minutes", "language") if name != field] == [
            GOOD[name] for name in ("purpose", "minutes", "language") if name != field
        ]
    assert nothing_happened()


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("step", ["request_for_firm_check", "request_for_firm_send"])
def test_staffs_bad_field_is_named_and_the_rest_kept(
    cast: Cast, as_user: SignIn, match: Match, language: str, step: str
) -> None:
    client = as_user(cast.officer)
    address = path(step, language=language, match_pk=match.pk)
    for field, value, anchor, message in BAD + BAD_CONSENT:
        response = client.post(address, {**GOOD, field: value})
        form = response.context["form"]
        assert (list(form.errors), f'href="#{anchor}"' in source(response)) == ([field], True)
        assert (form.errors[field][0] == message) is (language == "en")
        assert said("There is a problem", language) in words(response)
        others = {name: form[name].value() for name in GOOD if name not in (field, "interpreter_wanted")}
        assert others == {name: GOOD[name] for name in others}
    assert nothing_happened()


@pytest.mark.django_db
def test_every_wrong_field_is_named_at_once_in_the_order_of_the_form(
    cast: Cast, as_user: SignIn, match: Match
) -> None:
    response = as_user(cast.officer).post(path("request_for_firm_check", match_pk=match.pk), {})
    page = source(response)
    anchors = [page.index(f'href="#id_{name}') for name in ("purpose", "minutes", "language", "consent")]
    assert anchors == sorted(anchors)
    assert nothing_happened()


@pytest.mark.django_db
def test_what_was_typed_stands_there_again_as_text_and_not_as_markup(
    cast: Cast, as_user: SignIn, match: Match
) -> None:
    written = '<script>alert("x")</script> & 商談'
    client = as_user(cast.company_owner)
    sent_back = client.post(
        path("request_check", match_pk=match.pk), {**GOOD, "purpose": written, "minutes": ""}
    )
    checked = client.post(path("request_check", match_pk=match.pk), {**GOOD, "purpose": written})
    for response in (sent_back, checked):
        assert ("<script>alert" in source(response), "&lt;script&gt;alert" in source(response)) == (
            False,
            True,
        )


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_check_page_says_what_was_chosen_in_words(
    cast: Cast, as_user: SignIn, match: Match, language: str
) -> None:
    data = {**GOOD, "minutes": "60", "language": "vi"}
    response = as_user(cast.company_owner).post(
        path("request_check", language=language, match_pk=match.pk), data
    )
    page = words(response)
    for text in ("60 minutes", "Vietnamese", "Wanted", "Nothing has been sent yet."):
        assert said(text, language) in page
    assert [data["purpose"] in page, cast.startup.organisation.name in page] == [True, True]
    assert nothing_happened()


@pytest.mark.django_db
def test_an_unticked_interpreter_is_not_wanted(cast: Cast, as_user: SignIn, match: Match) -> None:
    data = {name: value for name, value in GOOD.items() if name != "interpreter_wanted"}
    client = as_user(cast.company_owner)
    assert "Not needed" in words(client.post(path("request_check", match_pk=match.pk), data))
    client.post(path("request_send", match_pk=match.pk), data)
    assert MeetingRequest.objects.get().interpreter_wanted is False


@pytest.mark.django_db
def test_what_the_check_page_hides_is_what_is_sent(cast: Cast, as_user: SignIn, match: Match) -> None:
    client = as_user(cast.company_owner)
    checked = client.post(path("request_check", match_pk=match.pk), GOOD)
    hidden = {name: value for name, value in checked.context["hidden"].items() if name in GOOD}
    client.post(path("request_send", match_pk=match.pk), hidden)
    made = MeetingRequest.objects.get()
    assert (made.purpose, made.minutes, made.language, made.interpreter_wanted) == (
        GOOD["purpose"],
        45,
        "en",
        True,
    )


@pytest.mark.django_db
def test_a_firm_cannot_smuggle_a_consent_or_a_state_in(cast: Cast, as_user: SignIn, match: Match) -> None:
    data = {**GOOD, "consent": "forged", "status": "accepted", "asked_side": "staff", "round": "1"}
    as_user(cast.company_owner).post(path("request_send", match_pk=match.pk), data)
    made = MeetingRequest.objects.get()
    assert (made.consent, made.status, made.asked_side, made.round) == (
        "",
        RequestStatus.REQUESTED,
        "company",
        None,
    )


@pytest.mark.parametrize("minutes", ["30", "45", "60"])
@pytest.mark.parametrize("code", ["ja", "en", "id", "vi", "he"])
def test_every_length_and_language_that_is_offered_is_taken(minutes: str, code: str) -> None:
    form = RequestForm({**GOOD, "minutes": minutes, "language": code})
    assert form.is_valid() is (code in dict(form.fields["language"].choices))
    if form.is_valid():
        assert (form.wish().minutes, form.wish().language, form.wish().consent) == (int(minutes), code, "")


@pytest.mark.parametrize("length", [1, 599, 600])
def test_a_purpose_may_be_as_long_as_its_limit(length: int) -> None:
    assert RequestForm({**GOOD, "purpose": "談" * length}).is_valid()


def test_the_consent_stands_among_the_words_of_the_check_page() -> None:
    form = StaffRequestForm(GOOD)
    assert form.is_valid()
    assert [str(row["label"]) for row in form.rows()] == [
        "Purpose",
        "Length",
        "Language",
        "Interpreter",
        "Attendee",
        "Consent of the firm",
    ]
    assert form.wish().consent == GOOD["consent"]


BAD_ANSWERS: list[tuple[dict[str, str], str, str]] = [
    ({}, "reason", REQUIRED),
    ({"reason": ""}, "reason", REQUIRED),
    ({"reason": "lazy"}, "reason", "Select a valid choice. lazy is not one of the available choices."),
    ({"reason": "other"}, "text", "Write the reason in a sentence."),
    ({"reason": "other", "text": "   "}, "text", "Write the reason in a sentence."),
    (
        {"reason": "terms", "text": "x" * 501},
        "text",
        "Ensure this value has at most 500 characters (it has 501).",
    ),
]


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_bad_answer_declines_nothing(cast: Cast, as_user: SignIn, match: Match, language: str) -> None:
    made = stories.asked(match, cast.company_owner)
    Notice.objects.all().delete()
    client = as_user(cast.startup_owner)
    for data, field, message in BAD_ANSWERS:
        response = client.post(path("decline", language=language, pk=made.pk), data)
        form: Any = response.context["form"]
        assert (data, list(form.errors), form.data.get("text", "")) == (data, [field], data.get("text", ""))
        assert (form.errors[field][0] == message) is (language == "en")
    assert (MeetingRequest.objects.get().status, Notice.objects.count()) == (RequestStatus.REQUESTED, 0)


@pytest.mark.parametrize("reason", [each for each in DeclineReason.values if each != DeclineReason.OTHER])
def test_only_another_reason_needs_words(reason: str) -> None:
    assert DeclineForm({"reason": reason}).is_valid()


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_what_was_written_is_there_again_when_the_firm_goes_back(
    cast: Cast, as_user: SignIn, match: Match, language: str
) -> None:
    response = as_user(cast.company_owner).post(
        path("request", language=language, match_pk=match.pk), {**GOOD, "minutes": "60"}
    )
    form = response.context["form"]
    assert (form.is_bound, form["purpose"].value(), form["minutes"].value()) == (
        False,
        GOOD["purpose"],
        "60",
    )
    assert nothing_happened()


@pytest.mark.django_db
def test_a_box_that_was_not_ticked_is_not_ticked_when_the_firm_goes_back(
    cast: Cast, as_user: SignIn, match: Match
) -> None:
    data = {name: value for name, value in GOOD.items() if name != "interpreter_wanted"}
    response = as_user(cast.company_owner).post(path("request", match_pk=match.pk), data)
    assert bool(response.context["form"]["interpreter_wanted"].value()) is False
