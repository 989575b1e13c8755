"""What both sides said of a meeting becomes the beginning of their partnership: its kind and its first step."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import permutations, product
from typing import Any

import pytest
from django.utils import timezone

from accounts.models import User
from matchmaking.core.enums import CooperationMode
from matchmaking.core.models import AuditEvent, Notice
from matchmaking.core.notices import Event
from matchmaking.matches.enums import Side
from meetings.enums import Outcome
from meetings.models import Meeting, MeetingReport
from partnerships.models import NextStep, Partnership
from partnerships.wishes import beginning, first_step, wished_mode
from tests.conftest import Cast
from tests.field_messages import longer
from tests.meetings.pages import queries
from tests.partnerships import stories
from tests.partnerships.pages import LANGUAGES, SignIn, errors, path, words
from tests.told import read

TODAY = date(2031, 6, 2)
SIDES = [str(side) for side in Side]
MODES = ["", *map(str, CooperationMode)]
SOON = (timezone.localdate() + timedelta(days=10)).isoformat()
LATER = (timezone.localdate() + timedelta(days=20)).isoformat()


def unsaved(side: str, mode: str = "", step: str = "", days: int = 0) -> MeetingReport:
    """What a side says, with a step that is due so many days from today."""
    told: dict[str, Any] = {"side": side, "outcome": Outcome.POSSIBLE, "wished_mode": mode}
    if step:
        told |= {"next_step": step, "next_owner": "startup", "next_on": TODAY + timedelta(days=days)}
    return MeetingReport(**told)


class TestTheKindThatIsWished:
    @pytest.mark.parametrize(("company", "startup"), list(product(MODES, MODES)))
    def test_the_sides_say_it_together_or_one_of_them(self, company: str, startup: str) -> None:
        found = wished_mode([unsaved("company", company), unsaved("startup", startup)])
        differ = bool(company) and bool(startup) and company != startup
        assert found == ("" if differ else company or startup)

    @pytest.mark.parametrize("staff", MODES[1:])
    @pytest.mark.parametrize("company", MODES)
    def test_what_staff_recorded_holds_whatever_the_sides_say(self, company: str, staff: str) -> None:
        reports = [unsaved("company", company), unsaved("startup", "acquisition"), unsaved("staff", staff)]
        assert {wished_mode(order) for order in permutations(reports)} == {staff}

    def test_staff_who_leave_it_open_leave_it_to_the_sides(self) -> None:
        assert wished_mode([unsaved("staff"), unsaved("startup", "investment")]) == "investment"

    def test_where_nobody_said_anything_it_is_open(self) -> None:
        assert (wished_mode([]), wished_mode([unsaved("company")])) == ("", "")


class TestTheFirstStep:
    def test_where_none_was_told_the_form_is_empty(self) -> None:
        assert first_step([], TODAY) == first_step([unsaved(side) for side in SIDES], TODAY) == {}

    @pytest.mark.parametrize("side", SIDES)
    def test_one_is_taken_with_who_does_it_and_when(self, side: str) -> None:
        assert first_step([unsaved(side, step="Send a sample", days=3)], TODAY) == {
            "step": "Send a sample",
            "step_owner": "startup",
            "step_on": TODAY + timedelta(days=3),
        }

    @pytest.mark.parametrize(
        ("company", "startup", "taken"),
        [(3, 9, "firm's"), (9, 3, "startup's"), (-1, 9, "startup's"), (4, -4, "firm's")],
    )
    def test_of_two_the_one_that_is_due_first_of_those_to_come(
        self, company: int, startup: int, taken: str
    ) -> None:
        reports = [
            unsaved("company", step="The firm's", days=company),
            unsaved("startup", step="The startup's", days=startup),
        ]
        found = {first_step(order, TODAY)["step"] for order in permutations(reports)}
        assert found == {f"The {taken}"}

    def test_that_of_staff_goes_before_both(self) -> None:
        reports = [
            unsaved("company", step="The firm's", days=1),
            unsaved("startup", step="The startup's", days=2),
            unsaved("staff", step="The office's", days=30),
        ]
        assert {first_step(order, TODAY)["step"] for order in permutations(reports)} == {"The office's"}

    def test_due_on_the_same_day_it_is_always_the_same_one(self) -> None:
        reports = [unsaved(side, step=f"Of the {side}", days=2) for side in ("company", "startup")]
        assert {first_step(order, TODAY)["step"] for order in permutations(reports)} == {"Of the company"}

    @pytest.mark.parametrize(("days", "day"), [(-1, None), (0, TODAY), (1, TODAY + timedelta(days=1))])
    def test_a_day_that_has_passed_is_asked_for_anew(self, days: int, day: date | None) -> None:
        found = first_step([unsaved("company", step="Call", days=days)], TODAY)
        assert (found["step"], found["step_on"]) == ("Call", day)

    def test_what_was_written_on_several_lines_stands_on_one(self) -> None:
        found = first_step([unsaved("company", step="Send a sample,\n then  call.\n", days=1)], TODAY)
        assert found["step"] == "Send a sample, then call."


def said(meeting: Meeting, side: str, by: User, **told: Any) -> MeetingReport:
    given = {"outcome": Outcome.POSSIBLE, "company_came": True, "startup_came": True, **told}
    return MeetingReport.objects.create(meeting=meeting, side=side, by=by, at=timezone.now(), **given)


def step_of(text: str, owner: str = "startup", on: str = SOON) -> dict[str, Any]:
    return {"next_step": text, "next_owner": owner, "next_on": on}


@pytest.fixture
def meeting(cast: Cast) -> Meeting:
    """A held meeting after which the firm would like an investment and tells a next step."""
    meeting = stories.told_of(cast, Outcome.POSSIBLE)
    MeetingReport.objects.update(wished_mode="investment", **step_of("Send the figures"))
    return meeting


def begin_at(meeting: Meeting, language: str = "en") -> str:
    return path("begin_after", language=language, request_pk=meeting.request_id)


def shown(answer: Any) -> dict[str, Any]:
    """What the form is filled in with, as its fields show it."""
    form = answer.context["form"]
    return {name: str(form[name].value() or "") for name in ("mode", "step", "step_owner", "step_on")}


def as_sent(answer: Any, **changes: Any) -> dict[str, Any]:
    """The form as somebody sends it who changes nothing but what is named."""
    return {**shown(answer), "summary": "Take a share.", **changes}


WHAT = (
    "Say what the next step is, or leave who and when empty.",
    "次の予定の内容を入力するか、担当と期限を空欄にしてください。",
)
WHO = ("Choose who does the next step.", "次の予定の担当を選んでください。")
WHEN = ("Give the day by which the next step is done.", "次の予定の期限を入力してください。")
NO_DAY = ("Give a day, for example 2027-04-30.", "日付を入力してください（例：2027-04-30）。")
OVER = ("This day is over. Give a day to come.", "過ぎた日付です。今日以降の日付を入力してください。")
NOT_WHOLE: list[tuple[dict[str, str], str, tuple[str, str]]] = [
    ({"step": ""}, "step", WHAT),
    ({"step": "   "}, "step", WHAT),
    ({"step": "x" * 301}, "step", longer(300)),
    ({"step_owner": ""}, "step_owner", WHO),
    ({"step_owner": "chamber"}, "step_owner", WHO),
    ({"step_on": ""}, "step_on", WHEN),
    ({"step_on": "soon"}, "step_on", NO_DAY),
    ({"step_on": "2021-04-01"}, "step_on", OVER),
]


@pytest.mark.django_db
class TestTheFormThatBegins:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_it_is_filled_in_with_what_was_said(
        self, cast: Cast, as_user: SignIn, meeting: Meeting, language: str
    ) -> None:
        answer = as_user(cast.officer).get(begin_at(meeting, language))
        assert shown(answer) == {
            "mode": "investment",
            "step": "Send the figures",
            "step_owner": "startup",
            "step_on": SOON,
        }
        html = answer.content.decode()
        assert 'value="Send the figures"' in html
        assert f'value="{SOON}"' in html
        assert 'value="investment"' in html
        assert html.count("checked") == 1

    def test_sent_as_it_is_the_partnership_has_the_kind_and_its_first_step(
        self, cast: Cast, as_user: SignIn, meeting: Meeting
    ) -> None:
        client = as_user(cast.officer)
        Notice.objects.all().delete()
        client.post(begin_at(meeting), as_sent(client.get(begin_at(meeting))))
        made, step = Partnership.objects.get(), NextStep.objects.get()
        assert (made.mode, made.request_id) == ("investment", meeting.request_id)
        assert (step.partnership, step.text, step.owner) == (made, "Send the figures", "startup")
        assert (step.due_on.isoformat(), step.by, step.done_at) == (SOON, cast.officer, None)
        told = Notice.objects.filter(event=Event.STEP_GIVEN).values_list("recipient__name", flat=True)
        assert {"startup-owner", "startup-member"} <= set(told)
        assert not {"company-owner", "company-member", "officer"} & set(told)
        assert AuditEvent.objects.filter(action="nextstep.added").count() == 1
        for person in (cast.company_owner, cast.startup_owner):
            assert "Send the figures" in words(as_user(person).get(path("detail", pk=made.pk)))

    def test_it_no_longer_counts_as_without_a_step(
        self, cast: Cast, as_user: SignIn, meeting: Meeting
    ) -> None:
        client = as_user(cast.officer)
        form = as_sent(client.get(begin_at(meeting)))
        client.post(begin_at(meeting), form)
        client.post(
            begin_at(meeting), {**form, "mode": "acquisition", "step": "", "step_owner": "", "step_on": ""}
        )
        assert [each.mode for each in Partnership.objects.without_step()] == ["acquisition"]

    def test_whatever_is_changed_at_the_form_holds(
        self, cast: Cast, as_user: SignIn, meeting: Meeting
    ) -> None:
        client = as_user(cast.officer)
        form = as_sent(
            client.get(begin_at(meeting)),
            mode="joint_development",
            step="Visit the plant",
            step_owner="company",
            step_on=LATER,
        )
        client.post(begin_at(meeting), form)
        step = NextStep.objects.get()
        found = (step.partnership.mode, step.text, step.owner, step.due_on.isoformat())
        assert found == ("joint_development", "Visit the plant", "company", LATER)

    @pytest.mark.parametrize("owner", SIDES)
    def test_whoever_has_to_take_it_is_told_and_the_office_knows_its_own(
        self, cast: Cast, as_user: SignIn, meeting: Meeting, owner: str
    ) -> None:
        client = as_user(cast.officer)
        Notice.objects.all().delete()
        client.post(begin_at(meeting), as_sent(client.get(begin_at(meeting)), step_owner=owner))
        told = set(Notice.objects.filter(event=Event.STEP_GIVEN).values_list("recipient__name", flat=True))
        sides = {"company", "startup"}
        assert {side for side in sides if f"{side}-owner" in told and f"{side}-member" in told} == sides & {
            owner
        }
        assert {side for side in sides if f"{side}-owner" in told or f"{side}-member" in told} == sides & {
            owner
        }
        for notice in Notice.objects.filter(event=Event.STEP_GIVEN):
            assert "Send the figures" in read(notice)

    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize(("changes", "field", "told"), NOT_WHOLE)
    def test_a_step_that_is_not_whole_is_told_at_its_field_and_nothing_begins(
        self,
        cast: Cast,
        as_user: SignIn,
        meeting: Meeting,
        changes: dict[str, str],
        field: str,
        told: tuple[str, str],
        language: str,
    ) -> None:
        client, url = as_user(cast.officer), begin_at(meeting, language)
        form = as_sent(client.get(url), **changes)
        answer = client.post(url, form)
        assert errors(answer) == {field: [told[LANGUAGES.index(language)]]}
        assert (Partnership.objects.count(), NextStep.objects.count()) == (0, 0)
        for name, value in form.items():
            assert str(answer.context["form"][name].value() or "") == value, "nothing typed is lost"

    def test_without_a_step_it_begins_all_the_same(
        self, cast: Cast, as_user: SignIn, meeting: Meeting
    ) -> None:
        client = as_user(cast.officer)
        form = as_sent(client.get(begin_at(meeting)), step="", step_owner="", step_on="")
        client.post(begin_at(meeting), form)
        assert (Partnership.objects.count(), NextStep.objects.count()) == (1, 0)

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_a_step_as_long_as_a_report_takes_is_carried_whole(
        self, cast: Cast, as_user: SignIn, meeting: Meeting, language: str
    ) -> None:
        text = "試" * 300
        MeetingReport.objects.update(next_step=text)
        client, url = as_user(cast.officer), begin_at(meeting, language)
        client.post(url, as_sent(client.get(url)))
        assert NextStep.objects.get().text == text

    def test_a_step_whose_day_has_passed_is_offered_without_it(
        self, cast: Cast, as_user: SignIn, meeting: Meeting
    ) -> None:
        MeetingReport.objects.update(next_on="2021-04-01")
        client = as_user(cast.officer)
        found = shown(client.get(begin_at(meeting)))
        assert (found["step"], found["step_on"]) == ("Send the figures", "")
        answer = client.post(begin_at(meeting), as_sent(client.get(begin_at(meeting))))
        assert list(errors(answer)) == ["step_on"]

    def test_where_the_sides_wish_different_things_nothing_is_chosen_and_both_are_shown(
        self, cast: Cast, as_user: SignIn, meeting: Meeting
    ) -> None:
        said(meeting, "startup", cast.startup_owner, wished_mode="acquisition", comment="We would sell.")
        answer = as_user(cast.officer).get(begin_at(meeting))
        assert shown(answer)["mode"] == ""
        text = words(answer)
        assert text.count("Kind of cooperation wished") == 2
        assert "We would sell." in text
        assert list(errors(as_user(cast.officer).post(begin_at(meeting), as_sent(answer)))) == ["mode"]

    def test_a_meeting_of_which_nobody_told_anything_begins_with_an_empty_form(
        self, cast: Cast, as_user: SignIn
    ) -> None:
        request = stories.held(cast)
        answer = as_user(cast.officer).get(path("begin_after", request_pk=request.pk))
        assert set(shown(answer).values()) == {""}
        assert "What was said after the meeting" not in words(answer)

    def test_another_pair_s_report_fills_in_nothing(
        self, cast: Cast, as_user: SignIn, meeting: Meeting
    ) -> None:
        other = stories.held(cast, cast.other_startup)
        answer = as_user(cast.officer).get(path("begin_after", request_pk=other.pk))
        assert set(shown(answer).values()) == {""}

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_entered_by_staff_it_may_have_a_first_step_too(
        self, cast: Cast, as_user: SignIn, language: str
    ) -> None:
        form = {
            "company": cast.company.organisation.name,
            "startup": cast.startup.organisation.name,
            "mode": "investment",
            "summary": "Take a share.",
            "step": "Send the figures",
            "step_owner": "company",
            "step_on": SOON,
        }
        as_user(cast.officer).post(path("begin", language=language), form)
        assert NextStep.objects.values_list("text", "owner").get() == ("Send the figures", "company")

    def test_the_fields_stand_in_the_order_in_which_they_are_filled_in(
        self, cast: Cast, as_user: SignIn
    ) -> None:
        form = as_user(cast.officer).get(path("begin")).context["form"]
        wanted = ["company", "startup", "mode", "summary", "step", "step_owner", "step_on"]
        assert [field.name for field in form] == wanted

    def test_a_second_of_the_same_kind_leaves_no_step_behind(
        self, cast: Cast, as_user: SignIn, meeting: Meeting
    ) -> None:
        client = as_user(cast.officer)
        form = as_sent(client.get(begin_at(meeting)))
        for _twice in range(2):
            client.post(begin_at(meeting), form)
        assert (Partnership.objects.count(), NextStep.objects.count()) == (1, 1)


@pytest.mark.django_db
class TestTheListOfWhatCouldBegin:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_it_says_which_kind_is_wished(
        self, cast: Cast, as_user: SignIn, meeting: Meeting, language: str
    ) -> None:
        text = words(as_user(cast.officer).get(path("to_begin", language=language)))
        assert {"en": "Wished: Investment", "ja": "希望：出資"}[language] in text.replace(" : ", ": ")

    def test_where_it_is_open_it_says_nothing(self, cast: Cast, as_user: SignIn, meeting: Meeting) -> None:
        MeetingReport.objects.update(wished_mode="")
        answer = as_user(cast.officer).get(path("to_begin"))
        assert [row["wish"] for row in answer.context["rows"]] == [""]
        assert "Wished" not in words(answer)

    def test_it_costs_the_same_for_one_and_for_many(
        self, cast: Cast, as_user: SignIn, meeting: Meeting
    ) -> None:
        client = as_user(cast.officer)
        before = queries(client, path("to_begin"))
        for _each in range(3):
            company, startup = stories.pair()
            told_by_staff(company, startup, cast)
        assert len(client.get(path("to_begin")).context["rows"]) == 4
        assert queries(client, path("to_begin")) == before


def told_by_staff(company: Any, startup: Any, cast: Cast) -> None:
    """Another held meeting, of which staff recorded a wish."""
    meetings = stories.meetings
    request = meetings.agreed(meetings.match_of(company, startup), cast.officer, consent="By telephone")
    meeting = meetings.actions.book_free_time(request, meetings.at(4), by=cast.officer)
    said(meeting, "staff", cast.officer, wished_mode="acquisition", reason="By telephone")
    type(request).objects.filter(pk=request.pk).update(status="held")


@pytest.mark.django_db
@pytest.mark.parametrize("person", ["company_owner", "startup_owner", "expert", "other_company_owner"])
def test_nobody_but_the_office_reads_there_what_was_said(
    person: str, cast: Cast, as_user: SignIn, meeting: Meeting
) -> None:
    client = as_user(getattr(cast, person))
    assert client.get(begin_at(meeting)).status_code == 404
    assert client.get(path("to_begin")).status_code == 404


def test_the_beginning_has_both() -> None:
    found = beginning([unsaved("company", "investment", "Call", 1)], TODAY)
    assert found == {
        "mode": "investment",
        "step": "Call",
        "step_owner": "startup",
        "step_on": TODAY + timedelta(days=1),
    }
    assert beginning([], TODAY) == {"mode": ""}
