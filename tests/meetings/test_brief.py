"""The brief of a meeting: who reads what of it, what is asked, and how the clocks stand."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from django.utils import translation

from accounts.models import User
from companies.models import Challenge, Company
from matchmaking.core.facts import Words
from matchmaking.core.templatetags import portal
from matchmaking.matches.actions import give_advice
from matchmaking.matches.enums import Rating, Side
from matchmaking.matches.explaining import findings
from matchmaking.matches.explaining.findings import Finding, findings_on
from matchmaking.matches.models import Match
from meetings import actions, questions
from meetings.bilingual import in_both
from meetings.brief import clocks
from meetings.models import Meeting, MeetingRequest
from meetings.questions import BY_PART, open_questions
from tests import factories
from tests.conftest import Cast
from tests.meetings import stories
from tests.meetings.pages import LANGUAGES, SignIn, answers, links, only, path, queries, said, words
from tests.meetings.people import MORI, SATO, TAN

pytestmark = pytest.mark.django_db
BOTH_SIDES = (
    "company_owner",
    "company_member",
    "startup_owner",
    "startup_member",
    "officer",
    "administrator",
)


@pytest.fixture
def meeting(cast: Cast) -> Meeting:
    Challenge.objects.filter(company=cast.company).update(
        title="待ち時間の短縮", text="レジの待ち時間を短くしたい。"
    )
    made = stories.agreed(stories.match_of(cast.company, cast.startup), cast.company_owner)
    return actions.book_free_time(
        made, stories.at(4), by=cast.officer, link="https://video.example/room", now=stories.at(0, day=1)
    )


def page(reader: User, as_user: SignIn, meeting: Meeting, language: str = "en") -> Any:
    return as_user(reader).get(path("brief", language=language, pk=meeting.request_id))


def request_of(meeting: Meeting) -> MeetingRequest:
    return MeetingRequest.objects.for_list().get(pk=meeting.request_id)


def test_both_sides_and_the_office_read_it_and_nobody_else(
    cast: Cast, as_user: SignIn, meeting: Meeting
) -> None:
    assert answers(cast, as_user, path("brief", pk=meeting.request_id)) == only(*BOTH_SIDES)


def test_a_request_without_a_time_and_a_cancelled_meeting_have_none(
    cast: Cast, as_user: SignIn, meeting: Meeting
) -> None:
    waiting = stories.asked(stories.match_of(cast.company, factories.StartupFactory()), cast.company_owner)
    actions.cancel(meeting, reason="Ill", by=cast.officer)
    for pk in (waiting.pk, meeting.request_id):
        assert as_user(cast.company_owner).get(path("brief", pk=pk)).status_code == 404


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_meeting_leads_to_its_brief_while_it_is_to_be_held(
    cast: Cast, as_user: SignIn, meeting: Meeting, language: str
) -> None:
    client, here = as_user(cast.startup_owner), {"language": language, "pk": meeting.request_id}
    assert path("brief", **here) in links(client.get(path("detail", **here)))
    assert path("detail", **here) in links(client.get(path("brief", **here)))
    actions.cancel(meeting, reason="Ill", by=cast.officer)
    assert path("brief", **here) not in links(client.get(path("detail", **here)))


@pytest.mark.parametrize("language", LANGUAGES)
def test_it_says_what_both_want_in_their_own_words_and_where_they_meet_in_both_languages(
    cast: Cast, as_user: SignIn, meeting: Meeting, language: str
) -> None:
    """Whichever language the reader has chosen: the other side at the table reads the same sheet."""
    made = request_of(meeting)
    actions.name_attendees(made, Side.COMPANY, [SATO, MORI], by=cast.company_owner)
    both = {"What the firm wants", "What the startup wants", "Open questions", "Match score", "From the firm"}
    both |= {"Nobody is named yet.", "Purpose", "Without an interpreter", str(questions.NEXT_STEP)}
    levels = {
        "Can decide",
        "Informs",
    }  # of the firm's people, whose names do not go abroad without its consent
    for name in ("company_owner", "startup_owner", "officer"):
        answer = page(getattr(cast, name), as_user, meeting, language)
        shown = words(answer)
        for text in ("待ち時間の短縮", cast.startup.one_liner, "A first talk", "https://video.example/room"):
            assert text in shown, (name, text)
        for text, each in product(both | (set() if name == "startup_owner" else levels), LANGUAGES):
            assert said(text, each) in shown, (name, text, each)
        for clock in (
            "13:00–13:45 (Japan time)",
            "12:00–12:45 (Singapore time)",
            "日本時間",
            "シンガポール時間",
        ):
            assert clock in shown, (name, clock)
        parts = answer.context["bars"]
        assert all(isinstance(each["label"], Words) and each["label"].ja in shown for each in parts)


def test_what_is_the_same_in_both_languages_stands_once() -> None:
    made = in_both(
        lambda language: {"name": "Tan Wei", "level": said("Can decide", language), "rows": [language]}
    )
    assert made == {"name": "Tan Wei", "level": Words(said("Can decide", "ja"), "Can decide"),
                    "rows": [Words("ja", "en")]}  # fmt: skip
    assert portal.both(made["name"]) == "Tan Wei"
    shown = str(portal.both(Words("<決>", "<d>")))
    assert shown == '<span lang="ja">&lt;決&gt;</span> <span lang="en" class="both-en">&lt;d&gt;</span>'


def test_attendees_stand_with_what_they_may_decide_and_without_their_address(
    cast: Cast, as_user: SignIn, meeting: Meeting
) -> None:
    actions.name_attendees(request_of(meeting), Side.STARTUP, [TAN], by=cast.startup_owner)
    shown = words(page(cast.company_owner, as_user, meeting))
    for text in (TAN.name, TAN.role, said("Can decide", "ja"), "Can decide"):
        assert text in shown, text
    assert TAN.email not in shown


@pytest.mark.parametrize(
    ("name", "first", "second"),
    [
        ("company_owner", "13:00–13:45 (Japan time)", "12:00–12:45 (Singapore time)"),
        ("startup_owner", "12:00–12:45 (Singapore time)", "13:00–13:45 (Japan time)"),
        ("officer", "13:00–13:45 (Japan time)", "12:00–12:45 (Singapore time)"),
    ],
)
def test_the_readers_own_clock_stands_first(
    cast: Cast, meeting: Meeting, name: str, first: str, second: str
) -> None:
    own, theirs = clocks(request_of(meeting), meeting, getattr(cast, name))
    assert (own.endswith(first), theirs.endswith(second)) == (True, True), (own, theirs)


def test_two_sides_on_one_clock_read_it_once(cast: Cast, meeting: Meeting) -> None:
    made = request_of(meeting)
    made.startup.time_zone = made.company.time_zone
    assert len(clocks(made, meeting, cast.officer)) == 1


def test_a_startup_reads_of_a_firm_that_hides_its_name_once_both_have_agreed(
    cast: Cast, as_user: SignIn, meeting: Meeting
) -> None:
    """They are to meet: from the acceptance on it knows the firm and its challenge."""
    Company.objects.filter(pk=cast.company.pk).update(name_disclosed=False)
    shown = words(page(cast.startup_owner, as_user, meeting))
    assert (cast.company.organisation.name_en in shown, "待ち時間の短縮" in shown) == (True, True)


@pytest.mark.parametrize(
    ("name", "own", "others"),
    [
        ("company_owner", "your challenge in their pitch", "their challenge in your pitch"),
        ("startup_owner", "their challenge in your pitch", "your challenge in their pitch"),
        ("officer", "the challenge in the pitch", "your"),
    ],
)
def test_reasons_are_told_to_each_side_as_its_own(
    cast: Cast, as_user: SignIn, meeting: Meeting, name: str, own: str, others: str
) -> None:
    match = meeting.request.match
    quote = cast.startup.one_liner
    parts = {**match.parts, "need_e5": 400, "need_use": 400}
    Match.objects.filter(pk=match.pk).update(quote=quote, parts=parts, missing=[])
    answer = page(getattr(cast, name), as_user, meeting)
    found = " ".join(str(each["text"]) for each in answer.context["reasons"])
    assert (own in found, others in found) == (True, False), found
    assert quote in [each["quote"] for each in answer.context["reasons"]]


def test_the_parts_shown_add_up_to_the_score(cast: Cast, as_user: SignIn, meeting: Meeting) -> None:
    for name in ("company_owner", "startup_owner", "officer"):
        context = page(getattr(cast, name), as_user, meeting).context
        assert sum(each["counted"] for each in context["bars"]) == context["score"]


def test_what_experts_wrote_is_for_the_office_only(cast: Cast, as_user: SignIn, meeting: Meeting) -> None:
    give_advice(
        cast.startup,
        company=cast.company,
        rating=Rating.values[0],
        reasons="Doubtful margins",
        by=cast.expert,
    )
    for name in BOTH_SIDES:
        shown = words(page(getattr(cast, name), as_user, meeting))
        assert ("Doubtful margins" in shown) is (name in ("officer", "administrator")), name


def test_advice_on_another_pair_and_retired_advice_are_not_told(cast: Cast, meeting: Meeting) -> None:
    match = request_of(meeting).match
    give_advice(
        cast.startup, company=cast.other_company, rating=Rating.values[0], reasons="Other", by=cast.expert
    )
    assert findings_on(match, cast.officer) == []
    give_advice(cast.startup, company=None, rating=Rating.values[-1], reasons="Sound", by=cast.expert)
    (only_one,) = findings_on(match, cast.officer)
    assert (only_one.text, "expert" in only_one.title) == ("Sound", True)


def test_another_app_adds_what_it_knows_for_each_reader(
    cast: Cast, as_user: SignIn, meeting: Meeting
) -> None:
    def report(match: Match, user: User) -> list[Finding]:
        mine = match.pk == meeting.request.match_id and user.organisation == cast.company.organisation
        return (
            [Finding("Market of checkouts", "Grows by a tenth a year", "en", "/en/report/")] if mine else []
        )

    findings.register(report)
    findings.register(report)  # a second start of the portal
    try:
        answer = page(cast.company_owner, as_user, meeting)
        assert words(answer).count("Grows by a tenth a year") == 1
        assert "/en/report/" in links(answer)
        assert "Market of checkouts" not in words(page(cast.startup_owner, as_user, meeting))
    finally:
        findings._finders.remove(report)


# what is unsettled, whose question it becomes
UNSETTLED = [
    ({"parts": {"stage": 0}}, "stage", Side.values),
    ({"parts": {"size": 0}}, "size", Side.values),
    ({"missing": ["stage"]}, "stage", Side.values),
    ({"missing": ["partner_e5"]}, "partner_e5", Side.values),
    ({"parts": {"advice": 0}}, "advice", [Side.STAFF, Side.COMPANY]),
    ({"missing": ["advice"]}, "advice", []),
    ({}, "stage", []),
]


@pytest.mark.parametrize(("change", "part", "asked_of"), UNSETTLED)
def test_what_the_score_rests_little_on_becomes_a_question(
    cast: Cast, meeting: Meeting, change: dict[str, Any], part: str, asked_of: list[str]
) -> None:
    made = request_of(meeting)
    made.match.parts = {**dict.fromkeys(made.match.parts, 500), **change.get("parts", {})}
    made.match.missing = change.get("missing", [])
    found = {side: open_questions(made, meeting, Side(side)) for side in Side.values}
    assert {side for side, asked in found.items() if str(BY_PART[part]) in asked} == set(asked_of)


@pytest.mark.parametrize(
    ("wanted", "link", "asked"),
    [
        (False, "https://video.example/room", []),
        (True, "https://video.example/room", [questions.NO_INTERPRETER]),
        (False, "", [questions.NO_PLACE]),
        (True, "", [questions.NO_INTERPRETER, questions.NO_PLACE]),
    ],
)
def test_what_is_not_settled_about_the_meeting_is_asked_first(
    cast: Cast, meeting: Meeting, wanted: bool, link: str, asked: list[str]
) -> None:
    made = request_of(meeting)
    made.match.parts, made.match.missing = dict.fromkeys(made.match.parts, 500), []
    made.interpreter_wanted, meeting.link = wanted, link
    assert open_questions(made, meeting, Side.STAFF) == [str(each) for each in (*asked, questions.NEXT_STEP)]


def test_a_page_has_room_for_four_questions_and_the_last_is_always_the_next_step(
    cast: Cast, meeting: Meeting
) -> None:
    made = request_of(meeting)
    made.match.missing = list(BY_PART)
    asked = open_questions(made, meeting, Side.COMPANY)
    assert (len(asked), asked[-1]) == (questions.MOST + 1, str(questions.NEXT_STEP))


def test_every_question_is_in_japanese_too() -> None:
    every = [*BY_PART.values(), questions.NO_INTERPRETER, questions.NO_PLACE, questions.NEXT_STEP]
    with translation.override("ja"):
        assert all(not str(each).isascii() for each in every)


@pytest.mark.parametrize("name", ["company_owner", "startup_owner", "officer"])
def test_the_page_needs_the_same_few_queries_however_much_there_is_to_tell(
    cast: Cast, as_user: SignIn, meeting: Meeting, name: str
) -> None:
    client, address = as_user(getattr(cast, name)), path("brief", pk=meeting.request_id)
    before = queries(client, address)
    for expert in (cast.expert, factories.ExpertFactory().user, factories.ExpertFactory().user):
        give_advice(cast.startup, company=None, rating=Rating.values[0], reasons="Words", by=expert)
    assert queries(client, address) == before <= 16
