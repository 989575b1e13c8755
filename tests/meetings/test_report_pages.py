"""The pages on which a meeting's end is told, read and, by staff, settled."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db.backends.postgresql.psycopg_any import DateTimeTZRange
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext

from accounts.models import User, members_of
from matchmaking.core.local_time import day
from matchmaking.core.models import Notice
from matchmaking.core.notices import Event
from meetings import actions
from meetings.actions import Telling
from meetings.actions.reports import who_came
from meetings.enums import Outcome, RequestStatus
from meetings.forms.reports import ReportForm
from meetings.models import Meeting, MeetingReport, MeetingRequest
from tests import factories
from tests.conftest import Cast
from tests.meetings import pages, stories
from tests.told import fact, read

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
HELD = {
    "company_came": "yes",
    "startup_came": "yes",
    "outcome": Outcome.POSSIBLE,
    "reason": "Both confirmed it by telephone.",  # asked of staff only
}
SECRET = "They seemed in a hurry"
CAME = Telling(company_came=True, startup_came=True, outcome=Outcome.INFORMATIVE, comment=SECRET)
ALONE = Telling(company_came=True, startup_came=False, outcome=Outcome.NOT_HELD)


def over(meeting: Meeting, hours: int = 2) -> Meeting:
    """As if its time had passed."""
    end = timezone.now().replace(microsecond=0) - timedelta(hours=hours)
    Meeting.objects.filter(pk=meeting.pk).update(period=DateTimeTZRange(end - timedelta(minutes=45), end))
    return Meeting.objects.get(pk=meeting.pk)


@pytest.fixture
def meeting(cast: Cast) -> Meeting:
    request = stories.agreed(stories.match_of(cast.company, cast.startup), cast.company_owner)
    return over(actions.book_free_time(request, stories.at(4), by=cast.officer))


def url(name: str, meeting: Meeting, language: str = "en") -> str:
    return pages.path(name, language=language, pk=meeting.request_id)


@pytest.mark.parametrize("person", ["company_member", "startup_member", "officer"])
def test_who_was_there_says_how_it_went(cast: Cast, as_user: SignIn, meeting: Meeting, person: str) -> None:
    client = as_user(getattr(cast, person))
    assert url("report", meeting) in pages.links(client.get(url("detail", meeting)))
    answer = client.post(url("report", meeting), {**HELD, "rating": "4", "comment": SECRET}, follow=True)
    assert answer.redirect_chain[-1][0] == url("detail", meeting)
    shown = pages.words(answer)
    assert "Thank you. What you said has been saved." in shown
    assert {SECRET, "Cooperation possible", "4 / 5"} <= {
        w for w in (SECRET, "Cooperation possible", "4 / 5") if w in shown
    }
    told = MeetingReport.objects.get()
    assert (told.by, told.outcome, told.rating, told.comment) == (
        getattr(cast, person),
        Outcome.POSSIBLE,
        4,
        SECRET,
    )


def test_a_side_never_reads_what_the_other_or_staff_say(
    cast: Cast, as_user: SignIn, meeting: Meeting
) -> None:
    actions.report(meeting, CAME, by=cast.startup_owner)
    actions.report(meeting, ALONE, by=cast.officer)
    client = as_user(cast.company_owner)
    for name in ("detail", "report"):
        assert SECRET not in pages.words(client.get(url(name, meeting)))
    for person in (cast.startup_owner, cast.officer):
        assert SECRET in pages.words(as_user(person).get(url("detail", meeting)))


def test_staff_read_both_sides_where_they_decide(cast: Cast, as_user: SignIn, meeting: Meeting) -> None:
    actions.report(meeting, CAME, by=cast.company_owner)
    actions.report(meeting, ALONE, by=cast.startup_owner)
    shown = pages.words(as_user(cast.officer).get(url("report", meeting)))
    assert "The two sides differ about who came." in shown
    assert SECRET in shown
    assert "Did not take place" in shown
    as_user(cast.officer).post(url("report", meeting), HELD)
    assert MeetingRequest.objects.get().status == RequestStatus.HELD


@pytest.mark.parametrize("language", pages.LANGUAGES)
def test_a_difference_is_decided_by_staff_with_a_reason_that_both_read_and_leads_to_a_partnership(
    cast: Cast, as_user: SignIn, meeting: Meeting, language: str
) -> None:
    actions.report(meeting, CAME, by=cast.company_owner)
    actions.report(meeting, ALONE, by=cast.startup_owner)
    office, address = as_user(cast.officer), url("report", meeting, language)
    assert address in pages.links(office.get(pages.path("ended", language=language)))
    without = office.post(address, {**HELD, "reason": " "})
    assert (list(without.context["form"].errors), 'value="yes"' in pages.source(without)) == (
        ["reason"],
        True,
    )
    assert MeetingRequest.objects.get().status == RequestStatus.SCHEDULED
    Notice.objects.all().delete()
    page = office.post(address, {**HELD, "comment": "Not for the sides"}, follow=True)
    assert MeetingRequest.objects.get().status == RequestStatus.HELD
    both = sorted(
        each.name for side in (cast.company, cast.startup) for each in members_of(side.organisation)
    )
    assert pages.told(*Event) == {"meeting_end_decided": both}
    notice = Notice.objects.get(recipient=cast.startup_owner)
    assert fact(notice, "deed") == "Both sides came"
    assert "“Both confirmed it by telephone.”" in read(notice)
    begin = f"/{language}/staff/partnerships/after/{meeting.request_id}/"
    assert begin in pages.links(page), pages.links(page)
    assert address not in pages.links(office.get(pages.path("ended", language=language)))
    for name in ("company_member", "startup_owner"):
        shown = pages.words(as_user(getattr(cast, name)).get(url("detail", meeting, language)))
        for text in ("Recorded by the programme office", "Both sides came"):
            assert pages.said(text, language) in shown, (name, text)
        assert ("Both confirmed it by telephone." in shown, "Not for the sides" in shown) == (True, False)
    office.post(
        address, {**HELD, "startup_came": "no", "outcome": Outcome.NOT_HELD, "reason": "It was alone."}
    )
    assert MeetingRequest.objects.get().status == RequestStatus.NO_SHOW
    shown = pages.words(as_user(cast.company_owner).get(url("detail", meeting, language)))
    assert pages.said("The firm came, the startup did not", language) in shown
    assert "It was alone." in shown
    assert begin not in pages.links(office.get(url("detail", meeting, language)))


@pytest.mark.parametrize(
    ("company", "startup", "sentence"),
    [
        (True, True, "Both sides came"),
        (True, False, "The firm came, the startup did not"),
        (False, True, "The startup came, the firm did not"),
        (False, False, "Neither side came"),
    ],
)
def test_the_two_facts_in_a_sentence(company: bool, startup: bool, sentence: str) -> None:
    assert who_came(MeetingReport(company_came=company, startup_came=startup)) == sentence


@pytest.mark.parametrize("language", pages.LANGUAGES)
@pytest.mark.parametrize(
    ("typed", "field", "message"),
    [
        ({"company_came": ""}, "company_came", "Say whether the firm came."),
        ({"startup_came": ""}, "startup_came", "Say whether the startup came."),
        ({"outcome": ""}, "outcome", "Choose what came of the meeting."),
        (
            {"outcome": Outcome.NOT_HELD},
            "outcome",
            "You say that both came. Choose what came of the meeting.",
        ),
        (
            {"startup_came": "no"},
            "outcome",
            "You say that one side did not come. Choose “Did not take place”, or correct who came.",
        ),
        ({"next_step": "Call them"}, "next_owner", "Choose who does the next step."),
        ({"next_step": "Call them"}, "next_on", "Give the day by which the next step is done."),
        (
            {"next_owner": "startup"},
            "next_step",
            "Say what the next step is, or leave who and when empty.",
        ),
        ({"next_on": "soon"}, "next_on", "Give a day, for example 2027-04-30."),
        (
            {"next_step": "Call", "next_owner": "staff", "next_on": "2020-01-01"},
            "next_on",
            "The day of the next step must be today or later.",
        ),
    ],
)
def test_what_does_not_fit_is_told_at_the_field(
    language: str, typed: dict[str, Any], field: str, message: str
) -> None:
    with translation.override(language):
        form = ReportForm({**HELD, "comment": SECRET, **typed})
        assert gettext(message) in [str(each) for each in form.errors[field]]
        assert language == "en" or gettext(message) != message


def test_nothing_typed_is_lost_and_nothing_saved_before(
    cast: Cast, as_user: SignIn, meeting: Meeting
) -> None:
    client = as_user(cast.company_owner)
    client.post(url("report", meeting), HELD)
    typed = {**HELD, "comment": "A long thought", "next_step": "Call them"}
    answer = client.post(url("report", meeting), typed)
    assert answer.status_code == 200
    assert {"A long thought", "Call them"} <= {
        answer.context["form"]["comment"].value(),
        answer.context["form"]["next_step"].value(),
    }
    assert MeetingReport.objects.get().comment == ""


def test_a_report_is_corrected_where_it_was_written(cast: Cast, as_user: SignIn, meeting: Meeting) -> None:
    client = as_user(cast.startup_owner)
    tomorrow = (timezone.localdate() + timedelta(days=1)).isoformat()
    step = {"next_step": "Send samples", "next_owner": "startup", "next_on": tomorrow}
    client.post(url("report", meeting), {**HELD, **step})
    form = client.get(url("report", meeting)).context["form"]
    typed = {name: value for name, value in {**HELD, **step}.items() if name != "reason"}
    assert {name: str(form[name].value()) for name in typed} == typed
    client.post(url("report", meeting), {**HELD, **step, "next_step": "Send two samples"})
    assert MeetingReport.objects.get().next_step == "Send two samples"


@pytest.mark.parametrize("person", ["company_owner", "startup_owner", "officer"])
def test_before_its_end_there_is_no_such_page(cast: Cast, as_user: SignIn, person: str) -> None:
    request = stories.agreed(stories.match_of(cast.company, cast.startup), cast.company_owner)
    meeting = actions.book_free_time(request, stories.at(4), by=cast.officer)
    client = as_user(getattr(cast, person))
    assert client.get(url("report", meeting)).status_code == 409
    assert client.post(url("report", meeting), HELD).status_code == 409
    assert url("report", meeting) not in pages.links(client.get(url("detail", meeting)))
    assert not MeetingReport.objects.exists()


@pytest.mark.parametrize("person", ["other_company_owner", "other_startup_owner", "expert", "newcomer"])
def test_strangers_find_nothing(cast: Cast, as_user: SignIn, meeting: Meeting, person: str) -> None:
    client = as_user(getattr(cast, person))
    assert client.get(url("report", meeting)).status_code == 404
    assert client.post(url("report", meeting), HELD).status_code == 404
    assert not MeetingReport.objects.exists()


def second(cast: Cast, day: int = 2) -> Meeting:
    request = stories.agreed(
        stories.match_of(cast.company, factories.StartupFactory(organisation__name="Quietside")),
        cast.company_owner,
    )
    return over(actions.book_free_time(request, stories.at(6, day=day), by=cast.officer), hours=30)


@pytest.mark.parametrize("language", pages.LANGUAGES)
def test_staff_see_what_is_open_and_what_is_told_differently(
    cast: Cast, as_user: SignIn, meeting: Meeting, language: str
) -> None:
    quiet = second(cast)
    actions.report(meeting, CAME, by=cast.company_owner)
    actions.report(meeting, ALONE, by=cast.startup_owner)
    answer = as_user(cast.officer).get(pages.path("ended", language=language))
    rows = answer.context["rows"]
    assert [row["meeting"].pk for row in rows] == [meeting.pk, quiet.pk]
    assert [row["differ"] for row in rows] == [True, False]
    shown = pages.words(answer)
    with translation.override(language):
        assert all(gettext(word) in shown for word in ("They differ", "Record how it was", "Informative"))
    assert {url("report", each, language) for each in (meeting, quiet)} <= pages.links(answer)


def test_what_is_settled_leaves_the_list_and_the_first_page(
    cast: Cast, as_user: SignIn, meeting: Meeting
) -> None:
    def waiting() -> list[int]:
        rows = as_user(cast.officer).get("/en/").context["office_rows"]
        return [each.count for each in rows if each.url == reverse("meetings:ended")]

    assert waiting() == [1]
    actions.report(meeting, CAME, by=cast.officer)
    assert waiting() == [0]
    answer = as_user(cast.officer).get(pages.path("ended"))
    assert "Of every meeting that is over it is known whether it took place." in pages.words(answer)


def test_the_list_costs_the_same_whatever_its_length(
    cast: Cast, as_user: SignIn, meeting: Meeting, django_assert_num_queries: Callable[..., Any]
) -> None:
    client = as_user(cast.officer)
    client.get(pages.path("ended"))
    with django_assert_num_queries(100, exact=False) as one:
        client.get(pages.path("ended"))
    for day_ in (2, 3):
        second(cast, day_)
    with django_assert_num_queries(len(one)):
        assert len(client.get(pages.path("ended")).context["rows"]) == 3


@pytest.mark.parametrize("language", pages.LANGUAGES)
def test_the_next_step_is_shown_with_its_day(
    cast: Cast, as_user: SignIn, meeting: Meeting, language: str
) -> None:
    on = timezone.localdate() + timedelta(days=20)
    telling = replace(
        CAME, outcome=Outcome.POSSIBLE, next_step="Send samples", next_owner="startup", next_on=on
    )
    actions.report(meeting, telling, by=cast.company_owner)
    shown = pages.words(as_user(cast.company_member).get(url("detail", meeting, language)))
    with translation.override(language):
        assert all(each in shown for each in ("Send samples", day(on), gettext("Startup")))
