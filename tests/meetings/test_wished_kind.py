"""Which kind of cooperation a side would like is asked where cooperation is possible; the other side never reads it."""

from __future__ import annotations

from itertools import product
from typing import Any

import pytest
from django.test import Client
from django.utils import translation
from django.utils.translation import gettext

from matchmaking.core.enums import CooperationMode
from meetings import actions
from meetings.actions import Telling
from meetings.cards import report_rows
from meetings.enums import Outcome
from meetings.forms.reports import ReportForm, StaffReportForm, initial_of
from meetings.models import Meeting, MeetingReport
from tests.conftest import Cast
from tests.meetings import pages, stories
from tests.meetings.pages import LANGUAGES, SignIn
from tests.meetings.test_report_pages import HELD, over, url

pytestmark = pytest.mark.django_db
MODES = [str(mode) for mode in CooperationMode]
NOT_POSSIBLE = "Choose “Not decided yet”, or say above that cooperation is possible."


@pytest.fixture
def meeting(cast: Cast) -> Meeting:
    request = stories.agreed(stories.match_of(cast.company, cast.startup), cast.company_owner)
    return over(actions.book_free_time(request, stories.at(4), by=cast.officer))


def wished(mode: str) -> Telling:
    return Telling(
        company_came=True,
        startup_came=True,
        outcome=Outcome.POSSIBLE,
        wished_mode=mode,
        reason="By telephone",
    )


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("person", ["company_owner", "startup_member", "officer"])
def test_each_side_and_the_office_may_say_it(
    person: str, mode: str, cast: Cast, as_user: SignIn, meeting: Meeting
) -> None:
    client = as_user(getattr(cast, person))
    assert client.post(url("report", meeting), {**HELD, "wished_mode": mode}).status_code == 302
    told = MeetingReport.objects.get()
    assert (told.wished_mode, told.outcome, told.by) == (mode, Outcome.POSSIBLE, getattr(cast, person))


@pytest.mark.parametrize("sent", [{}, {"wished_mode": ""}])
@pytest.mark.parametrize("outcome", [each for each in Outcome if each != Outcome.NOT_HELD])
def test_nobody_must_say_it(
    outcome: Outcome, sent: dict[str, str], cast: Cast, as_user: SignIn, meeting: Meeting
) -> None:
    client = as_user(cast.company_owner)
    client.post(url("report", meeting), {**HELD, "outcome": outcome, **sent})
    assert MeetingReport.objects.values_list("outcome", "wished_mode").get() == (outcome, "")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("mode", "outcome"), list(product(MODES, [Outcome.NO_INTEREST, Outcome.INFORMATIVE]))
)
def test_it_does_not_go_with_another_end(mode: str, outcome: Outcome, language: str) -> None:
    with translation.override(language):
        form = ReportForm({**HELD, "outcome": outcome, "wished_mode": mode})
        assert {name: list(told) for name, told in form.errors.items()} == {
            "wished_mode": [gettext(NOT_POSSIBLE)]
        }
        assert language == "en" or gettext(NOT_POSSIBLE) != NOT_POSSIBLE
        assert form["wished_mode"].value() == mode, "what was chosen stays chosen"


def test_of_a_meeting_that_did_not_take_place_it_is_told_too() -> None:
    form = ReportForm(
        {**HELD, "startup_came": "no", "outcome": Outcome.NOT_HELD, "wished_mode": "investment"}
    )
    assert list(form.errors) == ["wished_mode"]


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "Choose a kind of cooperation, or “Not decided yet”."),
        ("ja", "協業の形か、「まだ決まっていない」を選択してください。"),
    ],
)
def test_what_is_no_kind_is_told_what_to_do(language: str, told: str) -> None:
    with translation.override(language):
        form = ReportForm({**HELD, "wished_mode": "marriage"})
        assert list(form.errors["wished_mode"]) == [told]


def test_while_no_end_was_chosen_only_that_is_asked_for() -> None:
    form = ReportForm({**HELD, "outcome": "", "wished_mode": "investment"})
    assert list(form.errors) == ["outcome"]


@pytest.mark.parametrize(
    ("language", "labels"),
    [
        ("en", ["Not decided yet", "Joint development", "Investment", "Acquisition"]),
        ("ja", ["まだ決まっていない", "共同開発", "出資", "買収"]),
    ],
)
@pytest.mark.parametrize("person", ["company_owner", "startup_owner", "officer"])
def test_the_page_offers_the_kinds_right_after_the_end(
    person: str, language: str, labels: list[str], cast: Cast, as_user: SignIn, meeting: Meeting
) -> None:
    answer = as_user(getattr(cast, person)).get(url("report", meeting, language))
    form = answer.context["form"]
    with translation.override(language):
        assert [str(label) for _value, label in form.fields["wished_mode"].choices] == labels
    names = list(form.fields)
    assert names.index("wished_mode") == names.index("outcome") + 1
    assert [label for label in labels if label not in pages.words(answer)] == []


@pytest.mark.parametrize("kind", [ReportForm, StaffReportForm])
@pytest.mark.parametrize("mode", ["", *MODES])
def test_told_once_more_the_form_shows_what_was_said(
    mode: str, kind: Any, cast: Cast, meeting: Meeting
) -> None:
    told = actions.report(meeting, wished(mode), by=cast.company_owner)
    form = kind(initial=initial_of(told))
    assert (form["wished_mode"].value(), form["outcome"].value()) == (mode, Outcome.POSSIBLE)


def test_who_thinks_again_takes_it_back(cast: Cast, as_user: SignIn, meeting: Meeting) -> None:
    client = as_user(cast.company_owner)
    for mode in ("investment", "acquisition", ""):
        client.post(url("report", meeting), {**HELD, "wished_mode": mode})
        assert MeetingReport.objects.get().wished_mode == mode


class TestWhoReadsIt:
    @pytest.fixture
    def told(self, cast: Cast, meeting: Meeting) -> Meeting:
        actions.report(meeting, wished("acquisition"), by=cast.company_owner)
        return meeting

    def reads(self, client: Client, meeting: Meeting, language: str = "en") -> list[bool]:
        label = pages.said("Kind of cooperation wished", language)
        return [
            label in pages.words(client.get(url(name, meeting, language))) for name in ("detail", "report")
        ]

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_the_office_beside_the_rest_of_what_a_side_says(
        self, language: str, cast: Cast, as_user: SignIn, told: Meeting
    ) -> None:
        assert self.reads(as_user(cast.officer), told, language) == [True, True]

    def test_the_side_itself(self, cast: Cast, as_user: SignIn, told: Meeting) -> None:
        assert self.reads(as_user(cast.company_member), told)[0]

    @pytest.mark.parametrize("person", ["startup_owner", "startup_member"])
    def test_never_the_other_side(self, person: str, cast: Cast, as_user: SignIn, told: Meeting) -> None:
        client = as_user(getattr(cast, person))
        assert self.reads(client, told) == [False, False]
        assert pages.source(client.get(url("report", told))).count("checked") == 1, "not decided yet"

    def test_nor_do_the_sides_read_what_staff_recorded(
        self, cast: Cast, as_user: SignIn, meeting: Meeting
    ) -> None:
        actions.report(meeting, wished("acquisition"), by=cast.officer)
        for person in (cast.company_owner, cast.startup_owner):
            assert self.reads(as_user(person), meeting) == [False, False]

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_the_page_says_who_reads_what_is_written(
        self, language: str, cast: Cast, as_user: SignIn, meeting: Meeting
    ) -> None:
        """That the next step and the kind may be passed on is said before they are written."""
        text = pages.words(as_user(cast.startup_owner).get(url("report", meeting, language)))
        for told in (
            (
                "Only the programme office reads what you write here. The next step and the kind of cooperation may be"
                " passed on: if a partnership begins, both sides read them there."
            ),
            "The programme office begins the partnership with it, unless the two sides wish otherwise.",
        ):
            assert pages.said(told, language) in text


@pytest.mark.parametrize(("mode", "told"), [("", False), ("investment", True)])
def test_the_rows_of_a_report_name_it_where_it_was_said(
    mode: str, told: bool, cast: Cast, meeting: Meeting
) -> None:
    rows = report_rows(actions.report(meeting, wished(mode), by=cast.company_owner))["rows"]
    found = {str(row["label"]): str(row["value"]) for row in rows}
    assert ("Kind of cooperation wished" in found) is told
    assert not told or found["Kind of cooperation wished"] == "Investment"
    assert list(found)[2] == "What came of it?"
