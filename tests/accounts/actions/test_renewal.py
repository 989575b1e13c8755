"""Profiles are confirmed every twelve months: reminders, the click, the lapse, the way back; late runs, odd clocks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.urls import reverse
from post_office.models import Email

from accounts import actions
from accounts.models import Organisation
from accounts.tasks import look_after_terms
from companies.actions import change_company
from matchmaking.core import jobs
from matchmaking.core.models import AuditEvent, Job, Notice
from matchmaking.core.transitions import TransitionNotAllowed
from matchmaking.matches.enums import MatchStatus
from tests import factories
from tests.consenting import agreed_to_all
from tests.meetings import stories

pytestmark = pytest.mark.django_db
CONFIRMED = datetime(2026, 9, 1, 3, 0, tzinfo=UTC)  # noon in Tokyo
DUE = datetime(2027, 9, 1, 0, 30, tzinfo=UTC)  # half past nine in Tokyo, on the day of the term's end


def told(*recipients):
    """Events of the renewal, oldest first, by reader."""
    events = Notice.objects.filter(event__in=["renewal_due", "renewal_last_day", "profile_lapsed"]).order_by(
        "pk"
    )
    return [notice.event for notice in events if not recipients or notice.recipient in recipients]


def run_at(moment):
    """What the beat does then, and the worker after it."""
    with time_machine.travel(moment, tick=False):
        look_after_terms()
        jobs.run_due()


@pytest.fixture
def firm():
    """A published firm with a Japanese owner and an English-speaking member."""
    made = factories.CompanyFactory(organisation__confirmed_at=CONFIRMED)
    owner = factories.MembershipFactory(organisation=made.organisation, user__language="ja").user
    factories.MembershipFactory(organisation=made.organisation, role="member", user__language="en")
    return made.organisation, owner


def state(organisation):
    return Organisation.objects.get(pk=organisation.pk).status


def days(number):
    return timedelta(days=number)


def test_members_are_reminded_30_and_7_days_before_and_on_the_day_and_then_it_lapses(firm):
    organisation, owner = firm
    for number in range(-40, 40):  # every day, and twice a day
        run_at(DUE + days(number))
        run_at(DUE + days(number) + timedelta(hours=6))
    assert told(owner) == ["renewal_due", "renewal_due", "renewal_last_day", "profile_lapsed"]
    created = list(Notice.objects.filter(recipient=owner).order_by("pk").values_list("created_at", flat=True))
    assert [(at - DUE).days for at in created] == [-30, -7, 0, 14]
    assert state(organisation) == "lapsed"


def test_each_reads_it_by_notice_and_mail_in_their_language(firm):
    _organisation, owner = firm
    run_at(DUE - days(30))
    mails = {mail.to[0]: mail for mail in Email.objects.all()}
    assert len(mails) == 2
    asked = "プロフィールの内容に変更はありませんか。2027年9月1日（水）までにご確認ください"
    assert mails[owner.email].subject == asked
    other = next(mail for address, mail in mails.items() if address != owner.email)
    assert other.subject == "Is your profile still true? Confirm it by Wed 1 September 2027"
    assert "last confirmed on Tue 1 September 2026" in other.message
    assert "no longer matched from Wed 15 September 2027" in " ".join(other.message.split())
    assert reverse("accounts:renew") in other.message


def test_the_same_run_again_reminds_nobody_twice(firm):
    for _again in range(3):
        run_at(DUE - days(7))
    assert told() == ["renewal_due"] * 2  # one a member
    assert Job.objects.filter(name="accounts.remind").count() == 1


AWAY = [  # the beat is away from one day to another: what the owner hears, and when it lapses
    (-31, -5, ["renewal_due", "renewal_last_day", "profile_lapsed"], 14),
    (-10, 3, ["renewal_due", "renewal_last_day", "profile_lapsed"], 17),
    (-31, 60, ["renewal_last_day", "profile_lapsed"], 74),
    (1, 90, ["renewal_due", "renewal_due", "renewal_last_day", "profile_lapsed"], 90),
]


@pytest.mark.parametrize(("gone", "back", "events", "lapse"), AWAY)
def test_a_beat_that_was_away_reminds_once_and_nobody_lapses_without_two_weeks_notice(
    firm, gone, back, events, lapse
):
    _organisation, owner = firm
    for number in [*range(-35, gone), *range(back, 110)]:
        run_at(DUE + days(number))
    assert told(owner) == events
    last = Notice.objects.filter(event="profile_lapsed").first()
    assert (last.created_at - DUE).days == lapse


def test_one_click_begins_a_new_term_and_the_old_ones_reminders_come_to_nothing(firm):
    organisation, owner = firm
    with time_machine.travel(DUE - days(7), tick=False):
        look_after_terms()  # the job waits
        actions.confirm(Organisation.objects.get(pk=organisation.pk), by=owner)
        jobs.run_due()
    for number in range(-6, 40):
        run_at(DUE + days(number))
    assert (told(), state(organisation)) == ([], "published")
    run_at(DUE - days(7) + days(366) - days(30))
    assert told(owner) == ["renewal_due"]
    assert AuditEvent.objects.filter(action="organisation.confirmed", actor_id=owner.pk).count() == 1


def test_editing_most_of_the_profile_does_not_count_as_a_confirmation(firm):
    organisation, owner = firm
    with time_machine.travel(DUE - days(60), tick=False):
        values = {"city": "燕市", "website": "https://new.example", "name_en": "New", "name_kana": "ニュー"}
        change_company(organisation.company, values, {"employees": 500, "business": "新しい事業"}, by=owner)
    run_at(DUE - days(30))
    assert told(owner) == ["renewal_due"]


@pytest.mark.parametrize(
    "status", ["draft", "submitted", "returned", "declined", "suspended", "withdrawn", "lapsed"]
)
def test_only_published_profiles_are_to_be_confirmed(firm, status):
    organisation, _owner = firm
    extra = {"return_reason": "Why."} if status == "returned" else {}
    Organisation.objects.filter(pk=organisation.pk).update(status=status, **extra)
    run_at(DUE + days(100))
    assert told() == []


def test_a_profile_from_before_there_were_confirmations_counts_from_its_publication():
    made = factories.StartupFactory(organisation__published_at=CONFIRMED).organisation
    owner = factories.MembershipFactory(organisation=made).user
    run_at(DUE - days(7))
    assert told(owner) == ["renewal_due"]


CLOCKS = [  # zone, confirmed, the first run that reminds on the day
    ("Asia/Tokyo", datetime(2028, 2, 29, 3, tzinfo=UTC), datetime(2029, 2, 28, 0, 20, tzinfo=UTC)),
    ("Australia/Sydney", datetime(2027, 4, 3, 13, 30, tzinfo=UTC), datetime(2028, 4, 4, 0, 20, tzinfo=UTC)),
    # half past midnight there, on the 4th; summer time ends that night
    ("Asia/Jerusalem", datetime(2027, 3, 25, 23, 30, tzinfo=UTC), datetime(2028, 3, 26, 0, 20, tzinfo=UTC)),
    (
        "Pacific/Auckland",
        datetime(2026, 12, 31, 12, 0, tzinfo=UTC),
        datetime(2027, 12, 31, 12, 0, tzinfo=UTC),
    ),
]


@pytest.mark.parametrize(("zone", "confirmed", "on_the_day"), CLOCKS)
def test_days_are_those_of_the_organisations_own_place(zone, confirmed, on_the_day):
    made = factories.StartupFactory(
        organisation__confirmed_at=confirmed, organisation__time_zone=zone
    ).organisation
    factories.MembershipFactory(organisation=made)
    run_at(on_the_day - timedelta(hours=24))
    assert told() == ["renewal_due"]
    run_at(on_the_day)
    assert told() == ["renewal_due", "renewal_last_day"]


# --- the lapse and the way back ----------------------------------------------------------------------------------


@pytest.fixture
def pair(cast):
    """A firm that has asked a startup for a meeting, and another that the startup was recommended to."""
    Organisation.objects.update(confirmed_at=DUE)  # nobody else lapses
    match = stories.match_of(cast.company, cast.startup)
    request = stories.asked(match, cast.company_owner)
    stories.match_of(cast.other_company, cast.startup)
    Organisation.objects.filter(pk=cast.startup.pk).update(confirmed_at=CONFIRMED)
    Notice.objects.all().delete()
    return match, request


def lapse(organisation):
    organisation.refresh_from_db()
    actions.lapse(organisation.pk, term=organisation.confirmed_at.isoformat())
    organisation.refresh_from_db()


def test_a_lapse_ends_nothing_and_is_told_to_both_sides(cast, pair):
    match, request = pair
    lapse(cast.startup.organisation)
    match.refresh_from_db()
    assert (state(cast.startup.organisation), match.status) == ("lapsed", MatchStatus.INTERESTED)
    heard = {(notice.recipient, notice.event) for notice in Notice.objects.all()}
    assert heard == {
        (cast.startup_owner, "profile_lapsed"),
        (cast.startup_member, "profile_lapsed"),
        (cast.company_owner, "partner_paused"),
        (cast.company_member, "partner_paused"),
        (cast.other_company_owner, "partner_paused"),
    }
    assert Job.objects.filter(name="matches.rescore", payload__organisation_id=cast.startup.pk).exists()
    stories.actions.accept(request, by=cast.startup_owner)  # what was asked may still be answered
    request.refresh_from_db()
    assert request.status == "accepted"


def test_while_lapsed_nobody_new_is_asked(cast, pair):
    lapse(cast.startup.organisation)
    other = cast.other_company.matches.get()
    with pytest.raises(TransitionNotAllowed):
        stories.asked(other, cast.other_company_owner)


def test_a_firm_that_lapses_is_told_to_startups_only_where_it_showed_interest(cast, pair):
    stories.match_of(cast.company, cast.other_startup)  # disclosed to the firm, unknown to the startup
    Organisation.objects.filter(pk=cast.company.pk).update(confirmed_at=CONFIRMED)
    lapse(cast.company.organisation)
    heard = {notice.recipient for notice in Notice.objects.filter(event="partner_paused")}
    assert heard == {cast.startup_owner, cast.startup_member}


@pytest.mark.parametrize(
    ("after", "returns"), [(0, True), (365, True), (366, True), (367, False), (800, False)]
)
def test_within_a_year_the_same_click_brings_it_back_and_later_a_review_does(cast, pair, after, returns):
    organisation = cast.startup.organisation
    lapse(organisation)
    with time_machine.travel(DUE + days(14 + after), tick=False):
        if returns:
            actions.confirm(organisation, by=cast.startup_owner)
        else:
            with pytest.raises(TransitionNotAllowed):
                actions.confirm(organisation, by=cast.startup_owner)
            actions.submit(agreed_to_all(organisation, cast.startup_owner), by=cast.startup_owner)
    assert state(organisation) == ("published" if returns else "submitted")
    back = Notice.objects.filter(event="partner_back").count()
    assert back == (3 if returns else 0)


# --- pages -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("page", ["companies:own", "home", "accounts:renew"])
def test_one_click_on_three_pages(firm, as_user, page):
    organisation, owner = firm
    with time_machine.travel(DUE - days(5), tick=False):
        client = as_user(owner)
        assert f'action="{reverse("accounts:renew")}"' in client.get(
            reverse(page)
        ).content.decode() or page.endswith("renew")
        assert "Still true" in client.get(reverse(page)).content.decode()
        assert client.post(reverse("accounts:renew")).status_code == 302
        organisation.refresh_from_db()
        assert organisation.confirmed_at == DUE - days(5)
        assert "Still true" not in client.get(reverse("companies:own")).content.decode()


def test_long_before_the_end_nobody_is_asked(firm, as_user):
    _organisation, owner = firm
    with time_machine.travel(DUE - days(31), tick=False):
        assert "Still true" not in as_user(owner).get(reverse("home")).content.decode()


def test_looking_at_the_page_confirms_nothing(firm, as_user):
    organisation, owner = firm
    as_user(owner).get(reverse("accounts:renew"))
    organisation.refresh_from_db()
    assert organisation.confirmed_at == CONFIRMED


def test_staff_see_who_is_due(cast, firm, as_user):
    organisation, _owner = firm
    lapsed = factories.StartupFactory(
        organisation__status="lapsed", organisation__confirmed_at=CONFIRMED
    ).organisation
    with time_machine.travel(DUE - days(29), tick=False):
        Organisation.objects.exclude(pk__in=[organisation.pk, lapsed.pk]).update(confirmed_at=DUE - days(100))
        client = as_user(cast.officer)
        page = client.get(reverse("accounts:renewals"))
        assert [row["organisation"] for row in page.context["rows"]] == [organisation, lapsed]
        assert "1 Sep 2027" in page.content.decode()
        rows = client.get(reverse("home")).context["other_rows"]
        assert [row.count for row in rows if row.url == reverse("accounts:renewals")] == [2]
