"""Every field of the forms about rounds, interpreters and closing days, badly filled in, in both languages."""

from __future__ import annotations

from typing import Any

import pytest

from matchmaking.core.models import AuditEvent
from meetings.models import Closure, Interpreter, Room, Round
from tests.conftest import Cast
from tests.meetings import stories
from tests.meetings.pages import LANGUAGES, SignIn, path, source

ROUND = {
    "name": "Round 9",
    "first_day": "2031-06-02",
    "last_day": "2031-06-06",
    "answer_by": "2031-05-26",
    "opens": "09:30",
    "closes": "18:00",
    "break_start": "12:00",
    "break_end": "13:00",
    "room_names": "Hall\nStudio",
    "company_daily_limit": "3",
    "startup_daily_limit": "4",
    "buffer_minutes": "15",
    "lengths": ["30", "45", "60"],
}
REQUIRED = "This field is required."
NO_DATE, NO_TIME = "Enter a valid date.", "Enter a valid time."
ORDER = "The last day must not be before the first, nor over a month after it."
REACH = "Give a day within the next 10 years."
AT_MOST = "Ensure this value is less than or equal to {}."
AT_LEAST = "Ensure this value is greater than or equal to {}."
# what is written, the field that is named, the message in English
BAD_ROUNDS: list[tuple[dict[str, str], str, str]] = [
    ({"name": ""}, "name", REQUIRED),
    ({"name": "   "}, "name", REQUIRED),
    ({"name": "x" * 81}, "name", "Ensure this value has at most 80 characters (it has 81)."),
    ({"first_day": ""}, "first_day", REQUIRED),
    ({"first_day": "2 June"}, "first_day", NO_DATE),
    ({"first_day": "2031-02-30"}, "first_day", NO_DATE),
    ({"last_day": ""}, "last_day", REQUIRED),
    ({"last_day": "soon"}, "last_day", NO_DATE),
    ({"last_day": "2031-06-01"}, "last_day", ORDER),
    ({"last_day": "2031-07-04"}, "last_day", ORDER),
    ({"last_day": "9999-12-31"}, "last_day", REACH),
    ({"first_day": "0001-01-01"}, "first_day", REACH),
    ({"first_day": "9999-12-25", "last_day": "2031-06-06"}, "first_day", REACH),
    ({"answer_by": "2231-05-26"}, "answer_by", REACH),
    ({"answer_by": ""}, "answer_by", REQUIRED),
    ({"answer_by": "26/05"}, "answer_by", NO_DATE),
    ({"opens": ""}, "opens", REQUIRED),
    ({"opens": "25:00"}, "opens", NO_TIME),
    ({"closes": ""}, "closes", REQUIRED),
    ({"closes": "six"}, "closes", NO_TIME),
    (
        {"closes": "09:30", "break_start": "", "break_end": ""},
        "closes",
        "The round must close after it opens.",
    ),
    (
        {"closes": "09:00", "break_start": "", "break_end": ""},
        "closes",
        "The round must close after it opens.",
    ),
    ({"break_start": ""}, "break_end", "Give both ends of the break, or neither."),
    ({"break_end": ""}, "break_end", "Give both ends of the break, or neither."),
    ({"break_start": "noon"}, "break_start", NO_TIME),
    ({"break_end": "19:00"}, "break_end", "The break must lie within the hours of the round."),
    ({"break_start": "09:00"}, "break_end", "The break must lie within the hours of the round."),
    ({"break_end": "12:00"}, "break_end", "The break must lie within the hours of the round."),
    ({"break_end": "11:00"}, "break_end", "The break must lie within the hours of the round."),
    (
        {"room_names": "Hall\n" + "x" * 41},
        "room_names",
        "Line 2: A room's name has at most 40 characters.",
    ),
    (
        {"room_names": "Hall\n\nOnline 1 http://video.example/1"},
        "room_names",
        "Line 3: Enter an address that begins with https://.",
    ),
    ({"company_daily_limit": ""}, "company_daily_limit", REQUIRED),
    ({"company_daily_limit": "0"}, "company_daily_limit", AT_LEAST.format(1)),
    ({"company_daily_limit": "13"}, "company_daily_limit", AT_MOST.format(12)),
    ({"company_daily_limit": "two"}, "company_daily_limit", "Enter a whole number."),
    ({"startup_daily_limit": ""}, "startup_daily_limit", REQUIRED),
    ({"startup_daily_limit": "0"}, "startup_daily_limit", AT_LEAST.format(1)),
    ({"startup_daily_limit": "13"}, "startup_daily_limit", AT_MOST.format(12)),
    ({"buffer_minutes": ""}, "buffer_minutes", REQUIRED),
    ({"buffer_minutes": "-5"}, "buffer_minutes", AT_LEAST.format(0)),
    ({"buffer_minutes": "121"}, "buffer_minutes", AT_MOST.format(120)),
    (
        {"interpreters": "999999"},
        "interpreters",
        "Select a valid choice. 999999 is not one of the available choices.",
    ),
    ({"interpreters": "x"}, "interpreters", "“x” is not a valid value."),
]


def kept(form: Any, sent: dict[str, str], but: str) -> list[str]:
    """The fields whose text the page lost."""
    return [name for name in sent if name != but and name in form.fields and form[name].value() != sent[name]]


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_bad_field_opens_no_round(cast: Cast, as_user: SignIn, language: str) -> None:
    client = as_user(cast.officer)
    for change, field, message in BAD_ROUNDS:
        response = client.post(path("round_new", language=language), {**ROUND, **change})
        form = response.context["form"]
        assert (change, response.status_code, list(form.errors)) == (change, 200, [field])
        assert (change, form.errors[field][0] == message) == (change, language == "en")
        assert f'href="#id_{field}' in source(response)
        assert (change, kept(form, ROUND | change, "interpreters")) == (change, [])
    assert (Round.objects.count(), Room.objects.count(), AuditEvent.objects.count()) == (0, 0, 0)


@pytest.mark.django_db
def test_a_bad_field_changes_no_round(cast: Cast, as_user: SignIn) -> None:
    round_ = stories.a_round(cast.officer)
    before = Round.objects.values().get()
    client = as_user(cast.officer)
    for change, field, message in BAD_ROUNDS:
        response = client.post(path("round_edit", pk=round_.pk), {**ROUND, **change})
        assert (change, response.context["form"].errors[field][0]) == (change, message)
    assert Round.objects.values().get() == before
    assert sorted(room.name for room in round_.rooms.all()) == ["Online 1", "Online 2"]


@pytest.mark.django_db
def test_an_interpreter_who_no_longer_works_cannot_be_chosen(cast: Cast, as_user: SignIn) -> None:
    gone = stories.interpreter("en", is_active=False)
    response = as_user(cast.officer).post(path("round_new"), {**ROUND, "interpreters": [gone.pk]})
    assert (list(response.context["form"].errors), Round.objects.count()) == (["interpreters"], 0)


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        {},
        {"last_day": "2031-06-02"},
        {"last_day": "2031-07-03"},
        {"break_start": "", "break_end": ""},
        {"break_start": "09:30", "break_end": "10:00"},
        {"break_start": "17:00", "break_end": "18:00"},
        {"opens": "00:00", "closes": "23:59"},
        {"company_daily_limit": "1", "startup_daily_limit": "12"},
        {"buffer_minutes": "0"},
        {"buffer_minutes": "120"},
        {"name": "第５回商談ラウンド"},
    ],
)
def test_the_edges_of_what_is_allowed_are_allowed(
    cast: Cast, as_user: SignIn, change: dict[str, str]
) -> None:
    response = as_user(cast.officer).post(path("round_new"), {**ROUND, **change})
    made = Round.objects.get()
    assert response.url == path("round", pk=made.pk)
    assert made.status == "collecting"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("written", "rooms"),
    [
        ("Hall", ["Hall"]),
        ("Hall\r\nStudio\r\n", ["Hall", "Studio"]),
        ("  Studio  \n\n\nHall\nStudio", ["Studio", "Hall"]),
        ("\n".join(f"Room {number}" for number in range(1, 13)), [f"Room {n}" for n in range(1, 13)]),
        ("x" * 40, ["x" * 40]),
        ("オンライン１\nオンライン２", ["オンライン１", "オンライン２"]),
        ("", []),
        (" \n \n", []),
    ],
)
def test_rooms_are_lines_in_their_order_each_once(
    cast: Cast, as_user: SignIn, written: str, rooms: list[str]
) -> None:
    as_user(cast.officer).post(path("round_new"), {**ROUND, "room_names": written})
    assert [room.name for room in Round.objects.get().rooms.all()] == rooms


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_field_of_a_round_has_words_in_the_readers_language(
    cast: Cast, as_user: SignIn, language: str
) -> None:
    form = as_user(cast.officer).get(path("round_new", language=language)).context["form"]
    japanese = {name: not f"{field.label}{field.help_text}".isascii() for name, field in form.fields.items()}
    assert set(japanese.values()) == {language == "ja"}


PERSON = {
    "mail_language": "ja",
    "name": "Ohno",
    "languages": ["en", "vi"],
    "daily_limit": "5",
    "is_active": "on",
}
BAD_PEOPLE: list[tuple[dict[str, Any], str, str]] = [
    ({"name": ""}, "name", REQUIRED),
    ({"name": "x" * 81}, "name", "Ensure this value has at most 80 characters (it has 81)."),
    ({"languages": []}, "languages", REQUIRED),
    (
        {"languages": ["en", "ja"]},
        "languages",
        "Select a valid choice. ja is not one of the available choices.",
    ),
    ({"languages": ["xx"]}, "languages", "Select a valid choice. xx is not one of the available choices."),
    ({"fields": ["space"]}, "fields", "Select a valid choice. space is not one of the available choices."),
    ({"daily_limit": ""}, "daily_limit", REQUIRED),
    ({"daily_limit": "0"}, "daily_limit", AT_LEAST.format(1)),
    ({"daily_limit": "21"}, "daily_limit", AT_MOST.format(20)),
    ({"daily_limit": "1.5"}, "daily_limit", "Enter a whole number."),
]


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_bad_field_adds_no_interpreter(cast: Cast, as_user: SignIn, language: str) -> None:
    client = as_user(cast.officer)
    for change, field, message in BAD_PEOPLE:
        sent = {**PERSON, **change}
        response = client.post(path("interpreter_new", language=language), sent)
        form = response.context["form"]
        assert (change, list(form.errors), form.errors[field][0] == message) == (
            change,
            [field],
            language == "en",
        )
        assert f'href="#id_{field}' in source(response)
        assert (form["name"].value(), form["daily_limit"].value()) == (sent["name"], sent["daily_limit"])
    assert (Interpreter.objects.count(), AuditEvent.objects.count()) == (0, 0)


DAYS = {
    "country": "JP",
    "name_ja": "お盆",
    "name_en": "Obon",
    "first_day": "2031-08-12",
    "last_day": "2031-08-16",
}
BACKWARDS = "The last day must not be before the first."
BAD_DAYS: list[tuple[dict[str, str], str, str]] = [
    ({"country": ""}, "country", REQUIRED),
    ({"country": "FR"}, "country", "Select a valid choice. FR is not one of the available choices."),
    ({"name_ja": ""}, "name_ja", REQUIRED),
    ({"name_en": ""}, "name_en", REQUIRED),
    ({"name_en": "x" * 81}, "name_en", "Ensure this value has at most 80 characters (it has 81)."),
    ({"first_day": ""}, "first_day", REQUIRED),
    ({"first_day": "Obon"}, "first_day", NO_DATE),
    ({"last_day": ""}, "last_day", REQUIRED),
    ({"last_day": "2031-13-01"}, "last_day", NO_DATE),
    ({"last_day": "2031-08-11"}, "last_day", BACKWARDS),
]


@pytest.mark.django_db
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_bad_field_closes_no_day(cast: Cast, as_user: SignIn, language: str) -> None:
    client = as_user(cast.officer)
    for change, field, message in BAD_DAYS:
        sent = {**DAYS, **change}
        response = client.post(path("closure_new", language=language), sent)
        form = response.context["form"]
        assert (change, list(form.errors), kept(form, sent, "")) == (change, [field], [])
        assert (form.errors[field][0] == message, f'href="#id_{field}' in source(response)) == (
            language == "en",
            True,
        )
    assert (Closure.objects.count(), AuditEvent.objects.count()) == (0, 0)


@pytest.mark.django_db
@pytest.mark.parametrize("country", ["JP", "SG", "IN", "ID", "VN", "AU", "IL"])
def test_days_of_every_country_of_the_programme_can_be_closed(
    cast: Cast, as_user: SignIn, country: str
) -> None:
    as_user(cast.officer).post(
        path("closure_new"), {**DAYS, "country": country, "last_day": DAYS["first_day"]}
    )
    made = Closure.objects.get()
    assert (str(made.country.code), made.organisation, made.first_day == made.last_day) == (
        country,
        None,
        True,
    )


@pytest.mark.django_db
@pytest.mark.parametrize(("language", "name"), [("en", "Obon"), ("ja", "お盆")])
def test_closing_days_are_named_in_the_readers_language(
    cast: Cast, as_user: SignIn, language: str, name: str
) -> None:
    client = as_user(cast.officer)
    client.post(path("closure_new"), DAYS)
    page = source(client.get(path("closures", language=language)))
    assert [each in page for each in ("Obon", "お盆")] == [each == name for each in ("Obon", "お盆")]
