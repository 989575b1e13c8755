"""An organisation leaves: what others count on ends, each of them is told, and the way back is a review."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone, translation

from accounts import actions
from accounts.enums import OrganisationStatus, ReviewStatus
from accounts.models import Organisation
from matchmaking.core.models import AuditEvent, Job, Notice
from matchmaking.core.transitions import TransitionNotAllowed
from matchmaking.matches.enums import DismissReason, MatchStatus
from matchmaking.matches.forms import DismissForm, PassForm
from matchmaking.matches.models import Match
from meetings.models import BookingSeat, MeetingRequest, Placement
from startups.actions import change_startup
from tests import factories
from tests.consenting import agreed_to_all
from tests.meetings import stories

pytestmark = pytest.mark.django_db


def heard(event):
    return {notice.recipient for notice in Notice.objects.filter(event=event)}


def statuses(rows):
    return {row.status for row in rows}


@pytest.fixture
def booked(cast):
    """A published meeting of the cast's pair."""
    match = stories.match_of(cast.company, cast.startup)
    request = stories.agreed(match, cast.company_owner)
    [meeting] = stories.published(stories.a_round(cast.officer, [request]), cast.officer)
    Notice.objects.all().delete()
    return meeting


@pytest.mark.parametrize("side", ["company", "startup"])
def test_a_meeting_to_come_is_cancelled_and_both_sides_and_the_office_read_why(cast, booked, side):
    leaver = getattr(cast, side)
    actions.withdraw(leaver.organisation, by=getattr(cast, f"{side}_owner"))
    booked.refresh_from_db()
    assert (booked.status, booked.request.status) == ("cancelled", "cancelled")
    assert statuses(BookingSeat.objects.filter(meeting=booked)) == {"released"}
    assert f"{leaver.organisation.name} no longer takes part in the programme." in booked.cancel_reason or (
        leaver.organisation.name_en in booked.cancel_reason
    )
    both = {each.user for one in (cast.company, cast.startup) for each in one.organisation.memberships.all()}
    assert heard("meeting_cancelled") == both | {cast.officer, cast.administrator}


@pytest.mark.parametrize(("side", "accepted"), list(product(["company", "startup"], [False, True])))
def test_an_open_request_ends_and_the_other_side_and_the_office_are_told(cast, side, accepted):
    match = stories.match_of(cast.company, cast.startup)
    request = (stories.agreed if accepted else stories.asked)(match, cast.company_owner)
    leaver, other = (cast.company, cast.startup) if side == "company" else (cast.startup, cast.company)
    actions.withdraw(leaver.organisation, by=getattr(cast, f"{side}_owner"))
    request.refresh_from_db()
    assert request.status == "withdrawn"
    told = {member.user for member in other.organisation.memberships.all()} | {
        cast.officer,
        cast.administrator,
    }
    assert heard("request_ended") == told


def test_a_request_in_a_draft_timetable_leaves_it(cast):
    match = stories.match_of(cast.company, cast.startup)
    round_ = stories.a_round(cast.officer, [stories.agreed(match, cast.company_owner)])
    stories.placed(round_, cast.officer)
    actions.withdraw(cast.startup.organisation, by=cast.startup_owner)
    assert (Placement.objects.count(), MeetingRequest.objects.get().round) == (0, None)


def test_a_meeting_that_has_begun_is_recorded_as_any_other(cast, booked):
    with time_machine.travel(booked.starts_at + timedelta(minutes=5), tick=False):
        actions.withdraw(cast.startup.organisation, by=cast.startup_owner)
    booked.refresh_from_db()
    assert (booked.status, booked.request.status) == ("booked", "scheduled")


def test_firms_are_told_of_matches_disclosed_to_them_and_startups_only_of_firms_that_showed_interest(cast):
    asked = stories.match_of(cast.company, cast.startup)
    stories.asked(asked, cast.company_owner)
    disclosed = stories.match_of(cast.other_company, cast.startup)
    unknown = stories.match_of(cast.company, cast.other_startup)
    actions.withdraw(cast.startup.organisation, by=cast.startup_owner)
    assert heard("partner_left") == {cast.company_owner, cast.company_member, cast.other_company_owner}
    Notice.objects.all().delete()
    actions.withdraw(cast.company.organisation, by=cast.company_owner)
    assert heard("partner_left") == set()  # the startup never knew
    for match in (asked, disclosed, unknown):
        match.refresh_from_db()
        assert (match.status, match.dismiss_reason) == (MatchStatus.DISMISSED, DismissReason.LEFT)


def test_a_hidden_firm_stays_hidden_when_it_leaves(cast):
    cast.company.name_disclosed = False
    cast.company.save()
    stories.asked(stories.match_of(cast.company, cast.startup), cast.company_owner)
    Notice.objects.all().delete()
    actions.withdraw(cast.company.organisation, by=cast.company_owner)
    names = {cast.company.organisation.name, cast.company.organisation.name_en}
    told = Notice.objects.filter(recipient=cast.startup_owner)
    assert told.count() == 2
    assert [notice for notice in told if any(name in str(notice.params) for name in names)] == []


LEAVING = {
    OrganisationStatus.PUBLISHED,
    OrganisationStatus.SUSPENDED,
    OrganisationStatus.LAPSED,
    OrganisationStatus.RETURNED,
}


@pytest.mark.parametrize("status", list(OrganisationStatus))
def test_from_which_states_an_owner_may_leave(cast, as_user, status):
    extra = {"return_reason": "Why."} if status == "returned" else {}
    Organisation.objects.filter(pk=cast.startup.pk).update(status=status, **extra)
    client = as_user(cast.startup_owner)
    expected = (200, 302, "withdrawn") if status in LEAVING else (409, 409, status)
    answers = client.get(reverse("accounts:withdraw")), client.post(reverse("accounts:withdraw"))
    cast.startup.organisation.refresh_from_db()
    assert (*[answer.status_code for answer in answers], cast.startup.organisation.status) == expected


def test_the_page_names_what_ends_before_it_does(cast, as_user, booked):
    stories.asked(stories.match_of(cast.other_company, cast.startup), cast.other_company_owner)
    hidden = stories.match_of(factories.ChallengeFactory().company, cast.startup)
    page = as_user(cast.startup_owner).get(reverse("accounts:withdraw"))
    text = page.content.decode()
    assert [(str(group.label), len(group.names)) for group in page.context["endings"]] == [
        ("Meetings to come", 1), ("Open requests", 1), ("Matches", 2),
    ]  # fmt: skip
    assert "(Singapore time)" in text
    assert hidden.company.organisation.name not in text  # it was recommended us; we do not know it
    assert Organisation.objects.get(pk=cast.startup.pk).status == "published"


def test_members_may_not_leave_for_the_whole_and_see_no_way_to(cast, as_user):
    client = as_user(cast.company_member)
    assert client.post(reverse("accounts:withdraw")).status_code == 404
    assert reverse("accounts:withdraw") not in client.get(reverse("companies:own")).content.decode()
    assert (
        reverse("accounts:withdraw")
        in as_user(cast.company_owner).get(reverse("companies:own")).content.decode()
    )


def test_leaving_is_recorded_told_to_colleagues_and_office_and_ends_the_matching(cast):
    actions.withdraw(cast.company.organisation, by=cast.company_owner)
    assert (heard("profile_withdrawn"), heard("organisation_left")) == (
        {cast.company_member},
        {cast.officer, cast.administrator},
    )
    assert AuditEvent.objects.get(action="organisation.withdrawn").actor_id == cast.company_owner.pk
    assert Job.objects.filter(name="matches.rescore", payload__organisation_id=cast.company.pk).exists()


def test_a_new_identity_that_waited_is_taken_back(cast):
    change_startup(cast.startup, {"name": "New"}, {}, by=cast.startup_owner)
    actions.withdraw(cast.startup.organisation, by=cast.startup_owner)
    assert cast.startup.organisation.reviews.get().status == ReviewStatus.TAKEN_BACK


def test_the_way_back_is_a_review_and_pairs_that_ended_may_come_again(cast):
    match = stories.match_of(cast.company, cast.startup)
    organisation = cast.startup.organisation
    actions.withdraw(organisation, by=cast.startup_owner)
    with pytest.raises(TransitionNotAllowed):
        actions.confirm(organisation, by=cast.startup_owner)
    actions.submit(agreed_to_all(organisation, cast.startup_owner), by=cast.startup_owner)
    match.refresh_from_db()
    organisation.refresh_from_db()
    assert (organisation.status, organisation.updated_at > match.dismissed_at) == ("submitted", True)
    assert organisation.reviews.open().exists()


def test_statistics_keep_every_row(cast, booked):
    def count():
        return (Match.objects.count(), MeetingRequest.objects.count(), BookingSeat.objects.count())

    before = count()
    actions.withdraw(cast.company.organisation, by=cast.company_owner)
    assert count() == before


@pytest.mark.parametrize("form", [DismissForm, PassForm])
def test_nobody_chooses_the_reason_that_follows_from_leaving(form):
    assert DismissReason.LEFT not in dict(form().fields["reason"].choices)
    assert not form({"reason": "left"}).is_valid()


def test_the_trail_tells_the_reason_in_words(cast, as_user):
    stories.asked(stories.match_of(cast.company, cast.startup), cast.company_owner)
    actions.withdraw(cast.company.organisation, by=cast.company_owner)
    with translation.override("ja"):
        page = as_user(cast.administrator).get(reverse("accounts:audit")).content.decode()
    assert "一方が参加を終了" in page
    assert timezone.now() > AuditEvent.objects.latest("pk").at
