"""Periods that ended long ago: nobody is written to by surprise; staff see them and ask where it still makes sense."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from post_office.models import Email

from accounts.models import Organisation
from matchmaking.core.models import AuditEvent, Notice
from matchmaking.core.notices import Event
from matchmaking.core.transitions import TransitionNotAllowed
from partnerships import actions
from partnerships.enums import EndReason
from partnerships.models import FollowUp, FollowUpLink, Partnership, not_asked
from partnerships.outcomes import ASK_WITHIN, PERIODS, day_after, latest_due, signed_by, to_ask
from partnerships.rules import JAPAN
from tests import factories
from tests.conftest import Cast
from tests.partnerships import stories
from tests.partnerships.pages import LANGUAGES, SignIn, links, path, words
from tests.partnerships.test_lists import queries

SIGNED = date(2031, 8, 31)
days = st.dates(date(2021, 1, 1), date(2045, 12, 31))
periods = st.sampled_from(PERIODS)


# --- Plain values ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("today", "months"),
    [
        (date(2031, 11, 29), None),
        (date(2031, 11, 30), 3),
        (date(2032, 1, 29), 3),
        (date(2032, 1, 30), None),
        (date(2032, 2, 29), 6),
        (date(2032, 4, 29), 6),
        (date(2032, 4, 30), None),
        (date(2032, 8, 31), 12),
        (date(2032, 10, 30), 12),
        (date(2032, 10, 31), None),
        (date(2033, 8, 31), 24),
        (date(2033, 10, 30), 24),
        (date(2033, 10, 31), None),
        (date(2040, 1, 1), None),
    ],
)
def test_a_period_is_asked_about_for_sixty_days_after_its_end(today: date, months: int | None) -> None:
    assert to_ask(SIGNED, today) == months


@given(signed_on=days, today=days)
def test_what_is_asked_about_is_the_latest_period_and_its_end_is_near(signed_on: date, today: date) -> None:
    months = to_ask(signed_on, today)
    latest = latest_due(signed_on, today)
    if months is None:
        assert latest is None or today - day_after(signed_on, latest) > ASK_WITHIN
    else:
        assert months == latest
        assert timedelta(0) <= today - day_after(signed_on, months) <= ASK_WITHIN


@given(months=periods, day=days)
def test_the_latest_signing_is_the_last_whose_months_are_over(months: int, day: date) -> None:
    found = signed_by(months, day)
    assert day_after(found, months) <= day < day_after(found + timedelta(days=1), months)


@given(signed_on=days, months=periods, day=days)
def test_signed_by_then_is_the_same_as_over_by_then(signed_on: date, months: int, day: date) -> None:
    assert (signed_on <= signed_by(months, day)) == (day_after(signed_on, months) <= day)


@given(signed_on=days, months=periods)
def test_day_after_goes_back_where_it_came_from(signed_on: date, months: int) -> None:
    there = day_after(signed_on, months)
    back = day_after(there, -months)
    assert signed_on - timedelta(days=3) <= back <= signed_on


# --- The rows ----------------------------------------------------------------------------------------------------

database = pytest.mark.django_db
NOW = datetime(2035, 6, 15, 3, tzinfo=JAPAN)


def signed_days_ago(cast: Cast, number: int, **plan: Any) -> Partnership:
    return stories.signed(cast, NOW - timedelta(days=number), **plan)


@database
@pytest.mark.parametrize(
    ("ago", "missed"),
    [
        (0, False),
        (91, False),  # 3 months are not over
        (93, False),  # just over: the beat asks
        (150, False),
        (151, True),
        (180, True),
        (184, False),  # 6 months are just over: the beat asks about these
        (242, False),
        (243, True),
        (365, False),
        (426, True),
        (731, False),
        (792, True),
        (3_000, True),
    ],
)
def test_by_how_long_ago_it_was_signed(cast: Cast, ago: int, missed: bool) -> None:
    partnership = signed_days_ago(cast, ago)
    assert list(not_asked(NOW)) == [partnership] * missed
    actions.ask_due(now=NOW)
    assert list(not_asked(NOW)) == [partnership] * missed, "what the beat asks about is not what it leaves"
    assert FollowUp.objects.exists() == (not missed and ago > 91)


@database
@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(ago=st.integers(0, 1_100), hour=st.integers(0, 23))
def test_rows_and_rule_say_the_same(ago: int, hour: int) -> None:
    """One partnership for all examples: its day of signing is moved."""
    found = Partnership.objects.first() or _one()
    signed_on = NOW.date() - timedelta(days=ago)
    Partnership.objects.filter(pk=found.pk).update(signed_at=datetime.combine(signed_on, time(hour), JAPAN))
    due = latest_due(signed_on, NOW.date())
    expected = due is not None and to_ask(signed_on, NOW.date()) is None
    assert not_asked(NOW).exists() == expected


def _one() -> Partnership:
    company, startup = stories.pair()
    officer = factories.OfficerFactory()
    plan = actions.Plan(company, startup, stories.JOINT, "Try it.")
    made = actions.begin(plan, by=officer)
    Partnership.objects.filter(pk=made.pk).update(status="signed", signed_at=NOW)
    return made


@database
class TestWhichOnes:
    def test_an_earlier_period_s_answer_does_not_make_up_for_the_latest(self, cast: Cast) -> None:
        signed = signed_days_ago(cast, 260)
        asked(signed, 3)
        assert list(not_asked(NOW)) == [signed]
        asked(signed, 6)
        assert not not_asked(NOW).exists()

    def test_a_period_of_an_earlier_contract_does_not_count_for_this_one(self, cast: Cast) -> None:
        signed = signed_days_ago(cast, 260)
        follow_up = asked(signed, 6)
        FollowUp.objects.filter(pk=follow_up.pk).update(signed_on=date(2031, 1, 1))
        assert list(not_asked(NOW)) == [signed]

    @pytest.mark.parametrize("side", ["company", "startup"])
    def test_nobody_is_asked_of_an_erased_side(self, cast: Cast, side: str) -> None:
        signed_days_ago(cast, 300)
        Organisation.objects.filter(pk=getattr(cast, side).pk).update(status="erased")
        assert not not_asked(NOW).exists()

    def test_what_ended_after_its_contract_is_among_them(self, cast: Cast) -> None:
        signed = signed_days_ago(cast, 300)
        actions.end(signed, EndReason.COMPLETED, by=cast.officer)
        assert list(not_asked(NOW)) == [signed]

    def test_what_never_came_to_a_contract_is_not(self, cast: Cast) -> None:
        stories.begun(cast, now=NOW - timedelta(days=800))
        assert not not_asked(NOW).exists()

    def test_the_oldest_contract_comes_first(self, cast: Cast) -> None:
        made = [signed_days_ago(cast, ago, startup=factories.StartupFactory()) for ago in (300, 900, 160)]
        assert list(not_asked(NOW)) == [made[1], made[0], made[2]]

    def test_the_first_beat_on_an_old_database_writes_to_nobody_about_old_contracts(self, cast: Cast) -> None:
        for ago in (151, 300, 500, 1_000, 4_000):
            signed_days_ago(cast, ago, startup=factories.StartupFactory())
        Email.objects.all().delete()
        assert actions.ask_due(now=NOW) == 0
        assert not Email.objects.exists()
        assert not_asked(NOW).count() == 5

    def test_after_a_month_without_a_beat_nothing_is_missed(self, cast: Cast) -> None:
        signed_days_ago(cast, 92 + 31)
        assert actions.ask_due(now=NOW) == 1
        assert FollowUp.objects.get().months == 3


def asked(partnership: Partnership, months: int) -> FollowUp:
    assert partnership.signed_at is not None
    follow_up = stories.follow_up_of(partnership, months, NOW)
    FollowUp.objects.filter(pk=follow_up.pk).update(signed_on=partnership.signed_at.astimezone(JAPAN).date())
    return follow_up


# --- Asking after all ----------------------------------------------------------------------------------------------


@database
class TestAskingAfterAll:
    def test_both_sides_get_their_links_and_the_trail_names_who_asked(self, cast: Cast) -> None:
        signed = signed_days_ago(cast, 260)
        Notice.objects.all().delete()
        actions.ask_missed(signed, by=cast.officer, now=NOW)
        follow_up = FollowUp.objects.get()
        assert (follow_up.months, follow_up.status, follow_up.asked_at) == (6, "asked", NOW)
        assert follow_up.due_on == day_after(follow_up.signed_on, 6)
        assert FollowUpLink.objects.count() == 4
        assert Notice.objects.filter(event=Event.OUTCOME_ASKED).count() == 4
        [row] = AuditEvent.objects.filter(action="followup.begun")
        assert row.actor_id == cast.officer.pk
        assert not not_asked(NOW).exists()

    def test_it_is_reminded_of_and_lapses_like_any_other(self, cast: Cast) -> None:
        actions.ask_missed(signed_days_ago(cast, 260), by=cast.officer, now=NOW)
        assert actions.remind_silent(now=NOW + timedelta(days=14)) == 1
        assert actions.lapse_unanswered(now=NOW + timedelta(days=60)) == 1
        assert not not_asked(NOW + timedelta(days=60)).exists(), "what lapsed was asked about"

    def test_the_next_period_is_asked_about_in_its_time(self, cast: Cast) -> None:
        actions.ask_missed(signed_days_ago(cast, 260), by=cast.officer, now=NOW)
        assert actions.ask_due(now=NOW + timedelta(days=105)) == 1
        assert set(FollowUp.objects.values_list("months", flat=True)) == {6, 12}

    @pytest.mark.parametrize("ago", [10, 100, 200])
    def test_what_was_not_missed_is_refused(self, cast: Cast, ago: int) -> None:
        signed = signed_days_ago(cast, ago)
        with pytest.raises(TransitionNotAllowed):
            actions.ask_missed(signed, by=cast.officer, now=NOW)
        assert not FollowUp.objects.exists()

    def test_a_colleague_who_was_faster_is_told_from(self, cast: Cast) -> None:
        signed = signed_days_ago(cast, 260)
        actions.ask_missed(signed, by=cast.officer, now=NOW)
        with pytest.raises(TransitionNotAllowed):
            actions.ask_missed(signed, by=cast.administrator, now=NOW)
        assert FollowUpLink.objects.count() == 4


# --- The pages -----------------------------------------------------------------------------------------------------


@pytest.fixture
def missed(cast: Cast) -> Partnership:
    return stories.signed(cast, timezone.now() - timedelta(days=260))


@database
class TestPages:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_the_list_tells_which_period_since_when_and_leads_on(
        self, cast: Cast, as_user: SignIn, missed: Partnership, language: str
    ) -> None:
        answer = as_user(cast.officer).get(path("not_asked", language=language))
        period = {"en": "6 months after signing", "ja": "6か月"}[language]
        assert period in words(answer)
        assert {
            path("ask_missed", language=language, pk=missed.pk),
            path("detail", language=language, pk=missed.pk),
        } <= links(answer)

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_an_empty_list_says_so(self, cast: Cast, as_user: SignIn, language: str) -> None:
        text = {
            "en": "Everybody has been asked in time.",
            "ja": "すべての契約について、期間内に依頼しています。",
        }[language]
        assert text in words(as_user(cast.officer).get(path("not_asked", language=language)))

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_asking_is_asked_before_and_told_after(
        self, cast: Cast, as_user: SignIn, missed: Partnership, language: str
    ) -> None:
        client, url = as_user(cast.officer), path("ask_missed", language=language, pk=missed.pk)
        question = {"en": "Ask both sides what came of it?", "ja": "双方に成果の回答を依頼しますか？"}
        assert question[language] in words(client.get(url))
        assert not FollowUp.objects.exists()
        answer = client.post(url, follow=True)
        told = {"en": "Both sides have been asked.", "ja": "双方に依頼しました。"}[language]
        assert told in answer.content.decode()
        assert FollowUp.objects.get().months == 6

    @pytest.mark.parametrize("method", ["get", "post"])
    def test_sent_twice_the_second_answers_that_the_page_is_old(
        self, cast: Cast, as_user: SignIn, missed: Partnership, method: str
    ) -> None:
        client, url = as_user(cast.officer), path("ask_missed", pk=missed.pk)
        client.post(url)
        assert getattr(client, method)(url).status_code == 409
        assert FollowUp.objects.count() == 1

    def test_what_does_not_exist_is_no_page(self, cast: Cast, as_user: SignIn) -> None:
        assert as_user(cast.officer).get(path("ask_missed", pk=999_999)).status_code == 404

    @pytest.mark.parametrize(
        "person", ["company_owner", "startup_owner", "other_company_owner", "expert", "newcomer"]
    )
    def test_it_is_the_office_s_affair(
        self, cast: Cast, as_user: SignIn, missed: Partnership, person: str
    ) -> None:
        client = as_user(getattr(cast, person))
        for url in (path("not_asked"), path("ask_missed", pk=missed.pk)):
            assert client.get(url).status_code == 404
        assert client.post(path("ask_missed", pk=missed.pk)).status_code == 404
        assert not FollowUp.objects.exists()

    @pytest.mark.parametrize(("person", "shown"), [("officer", True), ("company_owner", False)])
    def test_the_partnership_s_page_tells_staff_and_offers_to_ask(
        self, cast: Cast, as_user: SignIn, missed: Partnership, person: str, shown: bool
    ) -> None:
        answer = as_user(getattr(cast, person)).get(path("detail", pk=missed.pk))
        assert (path("ask_missed", pk=missed.pk) in links(answer)) == shown
        assert ("nobody was asked about it" in words(answer)) == shown

    def test_the_first_page_counts_them_and_leads_there(
        self, cast: Cast, as_user: SignIn, missed: Partnership
    ) -> None:
        client = as_user(cast.officer)

        def row() -> Any:
            rows = {str(each.what): each for each in client.get("/en/").context["office_rows"]}
            return rows["Contracts whose outcome nobody was asked about"]

        assert (row().count, row().url, row().since) == (1, path("not_asked"), missed.signed_at)
        actions.ask_missed(missed, by=cast.officer)
        assert row().count == 0

    def test_the_list_of_outcomes_leads_there(self, cast: Cast, as_user: SignIn) -> None:
        assert path("not_asked") in links(as_user(cast.officer).get(path("outcomes")))

    def test_it_asks_the_same_for_few_and_for_many_and_has_pages(self, cast: Cast, as_user: SignIn) -> None:
        client, counts = as_user(cast.officer), []
        for number in (2, 25):
            for _each in range(number):
                company, startup = cast.company, factories.StartupFactory()
                old = timezone.now() - timedelta(days=300)
                Partnership.objects.create(
                    company=company,
                    startup=startup,
                    mode="investment",
                    status="signed",
                    summary="Take a share.",
                    started_by=cast.officer,
                    started_at=old,
                    stage_since=old,
                    news_at=old,
                    signed_at=old,
                )
            counts.append(queries(client, path("not_asked")))
        assert counts[0] == counts[1]
        assert len(client.get(path("not_asked")).context["rows"]) == 25
        assert len(client.get(path("not_asked") + "?page=2").context["rows"]) == 2
