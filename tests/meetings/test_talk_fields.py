"""Every field of the forms with which a pair arranges its meeting, badly filled in, in both languages."""

from __future__ import annotations

import html
from typing import Any

import pytest
from django.db.models import Model
from django.forms import Form

from matchmaking.core.models import AuditEvent, Job, Notice
from matchmaking.matches.enums import Side
from meetings import actions, rules
from meetings.actions import Terms
from meetings.models import (
    Attendee,
    BookingSeat,
    Closure,
    Confirmation,
    Meeting,
    MeetingRequest,
    OrganisationHours,
    Proposal,
    open_proposal,
)
from tests.conftest import Cast
from tests.field_messages import hidden
from tests.meetings import stories
from tests.meetings.pages import LANGUAGES, SignIn, path, said, source, words
from tests.meetings.people import MORI, SATO, line
from tests.meetings.test_own_hours_pages import ticked

pytestmark = pytest.mark.django_db
Told = tuple[str, str]
Case = tuple[str, dict[str, str], str, Told]
UNSEEN = "a\u202eb"
TWO_LINES = "a\nb"
BLANK = " \t "

REQUIRED: Told = ("This field is required.", "このフィールドは必須です。")
WHOLE: Told = (
    "Fill this in too, or leave the whole person empty.",
    "この欄も入力するか、この出席者の欄をすべて空にしてください。",
)
ONE_LINE: Told = ("Write this on one line.", "改行を入れずに1行で入力してください。")
NO_MAIL: Told = ("Enter a valid email address.", "有効なメールアドレスを入力してください。")
NO_DATE: Told = ("Enter a valid date.", "日付を正しく入力してください。")
NO_TIME: Told = ("Enter a valid time.", "時間を正しく入力してください。")
NO_ADDRESS: Told = (
    "Enter the address under which others find you, such as https://example.com.",
    "外部から閲覧できるアドレスを入力してください（例：https://example.com）。",
)
BACKWARDS: Told = (
    "The last day must not be before the first.",
    "最終日は初日以降の日にしてください。",
)
BOTH_TIMES: Told = (
    "Give the time at which you begin and the time at which you end.",
    "開始時刻と終了時刻の両方を入力してください。",
)
ENDS_LATER: Told = ("The day must end after it begins.", "終了時刻は開始時刻より後にしてください。")
NOTHING_NEW: Told = (
    "Nothing differs from what stands now. Change something, or write why.",
    "現在の内容から変わっていません。いずれかを変えるか、理由を入力してください。",
)
NO_DAY_WORKED: Told = (
    "Tick at least one day on which you work.",
    "営業日を1日以上選んでください。",
)


def longer(limit: int) -> Told:
    return (
        f"Ensure this value has at most {limit} characters (it has {limit + 1}).",
        f"この値は {limit} 文字以下でなければなりません( {limit + 1} 文字になっています)。",
    )


def no_choice(given: str) -> Told:
    return (
        f"Select a valid choice. {given} is not one of the available choices.",
        f"正しく選択してください。 {given} は候補にありません。",
    )


def bad_line(page: str, number: int) -> list[Case]:
    """A person whose line is broken in one place."""
    broken: list[tuple[str, str, Told]] = [
        ("name", "", WHOLE),
        ("name", BLANK, WHOLE),
        ("name", "x" * 101, longer(100)),
        ("name", UNSEEN, hidden()),
        ("name", TWO_LINES, ONE_LINE),
        ("role", "", WHOLE),
        ("role", "長" * 101, longer(100)),
        ("role", "a\x00b", hidden("a", "U+0000")),
        ("role", TWO_LINES, ONE_LINE),
        ("decision", "", WHOLE),
        ("decision", "boss", no_choice("boss")),
        ("email", "nowhere", NO_MAIL),
        ("email", "a@b@c.example", NO_MAIL),
        ("email", "佐藤@firm.example", NO_MAIL),
    ]
    return [
        (page, {f"person_{number}_{part}": value}, f"person_{number}_{part}", told)
        for part, value, told in broken
    ]


def bad_consent(page: str) -> list[Case]:
    """What staff write when they act for a side."""
    broken = [("", REQUIRED), (BLANK, REQUIRED), ("x" * 501, longer(500)), (UNSEEN, hidden())]
    return [(page, {"consent": value}, "consent", told) for value, told in broken]


def bad_terms(page: str) -> list[Case]:
    """A proposal that cannot be read."""
    broken: list[tuple[str, str, Told]] = [
        ("minutes", "", REQUIRED),
        ("minutes", "50", no_choice("50")),
        ("minutes", "long", no_choice("long")),
        ("language", "", REQUIRED),
        ("language", "xx", no_choice("xx")),
        ("weeks", "x" * 201, longer(200)),
        ("weeks", UNSEEN, hidden()),
        ("weeks", TWO_LINES, ONE_LINE),
        ("remark", "談" * 601, longer(600)),
        ("remark", UNSEEN, hidden()),
    ]
    return [(page, {field: value}, field, told) for field, value, told in broken]


BAD: list[Case] = [
    *bad_line("attendees", 1),
    *bad_line("attendees", 5),
    *bad_line("attendees_for", 2),
    *bad_consent("attendees_for"),
    *bad_line("accept", 1),
    *bad_terms("propose"),
    *bad_terms("propose_for"),
    *bad_consent("propose_for"),
    *bad_consent("agree_for"),
    *bad_consent("refuse_for"),
    *bad_consent("confirm_for"),
    ("days_off_add", {"first_day": ""}, "first_day", REQUIRED),
    ("days_off_add", {"first_day": "soon"}, "first_day", NO_DATE),
    ("days_off_add", {"first_day": "2031-02-30"}, "first_day", NO_DATE),
    ("days_off_add", {"last_day": "2031-13-01"}, "last_day", NO_DATE),
    ("days_off_add", {"last_day": "2031-06-01"}, "last_day", BACKWARDS),
    ("days_off_add", {"name": BLANK}, "name", REQUIRED),
    ("days_off_add", {"name": "x" * 81}, "name", longer(80)),
    ("days_off_add", {"name": UNSEEN}, "name", hidden()),
    ("days_off_add", {"name": TWO_LINES}, "name", ONE_LINE),
    ("own_hours", {"opens_1": "nine"}, "opens_1", NO_TIME),
    ("own_hours", {"closes_1": "24:00"}, "closes_1", NO_TIME),
    ("own_hours", {"opens_6": "9.30"}, "opens_6", NO_TIME),  # also on a day that is not worked
    ("own_hours", {"opens_1": "", "closes_1": ""}, "opens_1", BOTH_TIMES),
    ("own_hours", {"closes_3": ""}, "closes_3", BOTH_TIMES),
    ("own_hours", {"opens_3": "17:00"}, "closes_3", ENDS_LATER),
    ("own_hours", {"opens_3": "17:01"}, "closes_3", ENDS_LATER),
    ("book", {"reason": ""}, "reason", REQUIRED),
    ("book", {"reason": BLANK}, "reason", REQUIRED),
    ("book", {"reason": "x" * 501}, "reason", longer(500)),
    ("book", {"reason": UNSEEN}, "reason", hidden()),
    ("book", {"link": "https://localhost/room"}, "link", NO_ADDRESS),
    ("cancel", {"reason": ""}, "reason", REQUIRED),
    ("cancel", {"reason": BLANK}, "reason", REQUIRED),
    ("cancel", {"reason": "x" * 501}, "reason", longer(500)),
    ("cancel", {"reason": UNSEEN}, "reason", hidden()),
]
CONSENT = {"consent": "Mr Tanaka by telephone"}
TERMS = {"minutes": "60", "language": "en", "weeks": "7 to 18 December", "remark": "For a demo"}
LINES = {**line(1, SATO), **line(2, MORI), **line(5, MORI)}
GOOD: dict[str, dict[str, str]] = {
    "attendees": LINES,
    "attendees_for": {**LINES, **CONSENT},
    "accept": line(1, SATO),
    "propose": TERMS,
    "propose_for": {**TERMS, **CONSENT},
    "agree_for": CONSENT,
    "refuse_for": CONSENT,
    "confirm_for": CONSENT,
    "days_off_add": {"first_day": "2031-06-02", "last_day": "2031-06-03", "name": "Founding day"},
    "own_hours": ticked(),
    "book": {
        "start": stories.at(5).isoformat(),
        "reason": "A train",
        "link": "https://video.example/42",
    },
    "cancel": {"reason": "A strike"},
}
READERS = {
    "attendees": "company_member",
    "accept": "startup_member",
    "propose": "startup_owner",
    "days_off_add": "startup_owner",
    "own_hours": "company_owner",
    "cancel": "company_owner",
}
WATCHED: list[type[Model]] = [
    MeetingRequest,
    Attendee,
    Proposal,
    Confirmation,
    Meeting,
    BookingSeat,
    OrganisationHours,
    Closure,
    Notice,
    AuditEvent,
    Job,
]


def everything() -> list[list[dict[str, Any]]]:
    """All that a form of these could change, as it stands."""
    return [list(model._default_manager.order_by("pk").values()) for model in WATCHED]


def asked(cast: Cast) -> MeetingRequest:
    return stories.asked(stories.match_of(cast.company, cast.startup), cast.company_owner, people=(SATO,))


def world_of(page: str, cast: Cast) -> MeetingRequest:
    """A talk in which the page may be used: waiting for its answer, or booked; with a change to be answered."""
    made = asked(cast)
    if page in ("accept", "propose", "propose_for"):
        return made
    actions.accept(made, by=cast.startup_owner)
    actions.book_free_time(made, stories.at(4), by=cast.officer)
    if page in ("agree_for", "refuse_for"):
        change = Terms(60, "en", interpreter_wanted=False)
        actions.propose(made, Side.STARTUP, change, by=cast.startup_owner)
    return MeetingRequest.objects.with_parties().get(pk=made.pk)


def address(page: str, made: MeetingRequest, language: str = "en") -> str:
    if page in ("own_hours", "days_off_add"):
        return path(page, language=language)
    if page.endswith("_for"):
        side = "startup" if page == "propose_for" else "company"
        return path(page, language=language, pk=made.pk, side=side)
    return path(page, language=language, pk=made.pk)


def unseen(page: str, made: MeetingRequest) -> dict[str, str]:
    """What the page carries along so that an old one is told from a new one."""
    if page == "confirm_for":
        return {"sequence": str(made.meeting.sequence)}
    if page in ("book", "cancel", "own_hours", "days_off_add", "attendees", "attendees_for"):
        return {}
    return {"seen": rules.standing(made, open_proposal(made))}


def form_of(page: str, answer: Any) -> Form:
    form: Form = answer.context["days_off" if page == "days_off_add" else "form"]
    return form


def as_sent(form: Form, name: str) -> Any:
    """What stands in the field now, as a browser would send it again."""
    value = form[name].value()
    return {True: "on", False: ""}.get(value, value)


def send(
    cast: Cast, as_user: SignIn, page: str, made: MeetingRequest, typed: dict[str, str], language: str = "en"
) -> Any:
    client = as_user(getattr(cast, READERS.get(page, "officer")))
    return client.post(address(page, made, language), {**unseen(page, made), **typed})


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("page", "bad", "field", "told"), BAD)
def test_a_bad_answer_is_told_at_its_field_and_nothing_else_happens(
    cast: Cast, as_user: SignIn, page: str, bad: dict[str, str], field: str, told: Told, language: str
) -> None:
    made = world_of(page, cast)
    before, typed = everything(), {**GOOD[page], **bad}
    answer = send(cast, as_user, page, made, typed, language)
    form, why = form_of(page, answer), told[LANGUAGES.index(language)]
    assert answer.status_code == 200
    assert {name: list(found) for name, found in form.errors.items()} == {field: [why]}
    assert everything() == before
    assert {name: as_sent(form, name) for name in typed} == typed
    assert words(answer).count(why) >= 2  # in the list above the form, and at the field
    assert f'href="#{form[field].id_for_label or f"id_{field}_0"}"' in source(answer)


@pytest.mark.parametrize("page", GOOD)
def test_the_same_without_the_fault_is_taken(cast: Cast, as_user: SignIn, page: str) -> None:
    made = world_of(page, cast)
    before = everything()
    assert send(cast, as_user, page, made, GOOD[page]).status_code == 302
    assert everything() != before


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("page", "typed", "why"),
    [
        ("propose", {"minutes": "45", "language": "en"}, NOTHING_NEW),
        ("propose_for", {"minutes": "45", "language": "en", **CONSENT}, NOTHING_NEW),
        ("own_hours", ticked(works_1="", works_3=""), NO_DAY_WORKED),
    ],
)
def test_what_is_wrong_as_a_whole_is_told_above_the_form(
    cast: Cast, as_user: SignIn, page: str, typed: dict[str, str], why: Told, language: str
) -> None:
    made = world_of(page, cast)
    before = everything()
    answer = send(cast, as_user, page, made, typed, language)
    form = form_of(page, answer)
    assert {name: list(found) for name, found in form.errors.items()} == {
        "__all__": [why[LANGUAGES.index(language)]]
    }
    assert why[LANGUAGES.index(language)] in words(answer)
    assert everything() == before


PARTS = ("name", "role", "decision", "email")


@pytest.mark.parametrize("number", [1, 3, 5])
@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("page", ["attendees", "attendees_for", "accept"])
def test_of_a_person_who_is_begun_everything_but_the_address_is_asked(
    cast: Cast, as_user: SignIn, page: str, part: str, number: int
) -> None:
    made = world_of(page, cast)
    before = everything()
    typed = {f"person_{number}_{part}": line(1, SATO)[f"person_1_{part}"]}
    answer = send(cast, as_user, page, made, {**typed, **CONSENT})
    asked_for = [f"person_{number}_{each}" for each in PARTS if each not in (part, "email")]
    assert {name: list(why) for name, why in form_of(page, answer).errors.items()} == {
        name: [WHOLE[0]] for name in asked_for
    }
    labels = [str(form_of(page, answer).fields[name].label) for name in asked_for]
    assert all(f"Person {number}:" in label for label in labels)
    assert everything() == before


@pytest.mark.parametrize("gap", [1, 2, 4])
def test_an_empty_line_between_people_is_no_person(cast: Cast, as_user: SignIn, gap: int) -> None:
    made = world_of("attendees", cast)
    typed = {name: text for number in range(1, 6) if number != gap for name, text in line(number).items()}
    send(cast, as_user, "attendees", made, typed)
    found = Attendee.objects.filter(request=made).of(made.company)
    assert [each.name for each in found] == [SATO.name] * 4


def test_a_sixth_person_and_what_no_field_asks_for_is_not_taken(cast: Cast, as_user: SignIn) -> None:
    made = world_of("attendees", cast)
    smuggled = {**line(6, MORI), "consent": "forged", "side": "startup", "request": "0"}
    send(cast, as_user, "attendees", made, {**line(1, SATO), **smuggled})
    assert [(each.name, each.organisation_id) for each in Attendee.objects.all()] == [
        (SATO.name, made.company.pk)
    ]
    assert "forged" not in str(list(AuditEvent.objects.values_list("detail", flat=True)))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("sato@firm.example", "sato@firm.example"),
        ("  Sato@Firm.Example ", "sato@firm.example"),
        ("ｓａｔｏ＠ｆｉｒｍ．ｅｘａｍｐｌｅ", "sato@firm.example"),
        ("", ""),
    ],
)
def test_an_address_is_kept_as_mail_programs_write_it(
    cast: Cast, as_user: SignIn, typed: str, kept: str
) -> None:
    made = world_of("attendees", cast)
    send(cast, as_user, "attendees", made, {**line(1, MORI), "person_1_email": typed})
    assert Attendee.objects.get().email == kept


@pytest.mark.parametrize(
    ("page", "limits"),
    [
        ("attendees", {"person_1_name": 100, "person_1_role": 100}),
        ("propose", {"weeks": 200, "remark": 600}),
        ("days_off_add", {"name": 80}),
        ("cancel", {"reason": 500}),
        ("book", {"reason": 500}),
        ("confirm_for", {"consent": 500}),
    ],
)
def test_a_text_may_be_as_long_as_its_limit(
    cast: Cast, as_user: SignIn, page: str, limits: dict[str, int]
) -> None:
    made = world_of(page, cast)
    typed = {**GOOD[page], **{name: "談" * limit for name, limit in limits.items()}}
    assert send(cast, as_user, page, made, typed).status_code == 302


@pytest.mark.parametrize(
    ("page", "field"),
    [
        ("attendees", "person_2_name"),
        ("propose", "remark"),
        ("propose", "weeks"),
        ("days_off_add", "name"),
        ("book", "link"),
        ("confirm_for", "consent"),
    ],
)
def test_what_was_typed_comes_back_as_text_and_not_as_markup(
    cast: Cast, as_user: SignIn, page: str, field: str
) -> None:
    made = world_of(page, cast)
    written = '"><script>alert(1)</script>' + UNSEEN
    answer = send(cast, as_user, page, made, {**GOOD[page], field: written})
    assert "<script>alert" not in source(answer)
    assert written in html.unescape(source(answer))


@pytest.mark.parametrize("page", ["attendees_for", "propose_for", "agree_for", "refuse_for", "confirm_for"])
def test_how_a_side_consented_is_kept_as_staff_wrote_it(cast: Cast, as_user: SignIn, page: str) -> None:
    made = world_of(page, cast)
    told = "Ms Sato, by telephone:\n“yes” & <soon>"
    sent = told.replace("\n", "\r\n")
    assert send(cast, as_user, page, made, {**GOOD[page], "consent": sent}).status_code == 302
    kept = AuditEvent.objects.filter(actor_id=cast.officer.pk, detail__reason=told)
    assert kept.exists()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("page", ["agree_for", "refuse_for", "confirm_for", "attendees_for", "propose_for"])
def test_what_staff_do_for_a_side_asks_for_its_consent_before_anything_is_sent(
    cast: Cast, as_user: SignIn, page: str, language: str
) -> None:
    made = world_of(page, cast)
    before = everything()
    answer = as_user(cast.officer).get(address(page, made, language))
    assert said("How did the organisation consent?", language) in words(answer)
    assert not form_of(page, answer).is_bound
    assert everything() == before
