"""What the pages about an erasure know: whom an address leads to, how long somebody waits, what would be lost."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone, translation

from accounts import actions
from accounts.enums import DeletionStatus, InvitationStatus
from accounts.erasure.knowing import kept_of_organisation, losses_of, person_with, waiting_days
from accounts.models import DeletionRequest, User
from tests import factories
from tests.conftest import Cast

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]


# --- whom an address leads to ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "typed",
    [
        "ana@people.example",
        "  ana@people.example ",
        "ANA@People.Example",
        "ａｎａ＠ｐｅｏｐｌｅ．ｅｘａｍｐｌｅ",
    ],
)
def test_an_address_leads_to_its_account_however_it_is_typed(typed: str) -> None:
    user = factories.UserFactory(email="ana@people.example")
    known = person_with(typed)
    assert known is not None
    assert (known.user, known.invitations) == (user, 0)


@pytest.mark.parametrize(
    "typed", ["", "   ", "nobody@people.example", "ana", "a\0b@people.example", "\0", "%", "_"]
)
def test_what_is_nobodys_address_leads_to_nobody(typed: str) -> None:
    factories.UserFactory(email="ana@people.example")
    assert person_with(typed) is None


def test_invitations_count_in_every_state_and_case() -> None:
    now = timezone.now()
    friend = factories.UserFactory()
    factories.InvitationFactory(email="ana@people.example")
    factories.InvitationFactory(email="ANA@people.example", status=InvitationStatus.REVOKED)
    factories.InvitationFactory(
        email="ana@people.example", status=InvitationStatus.ACCEPTED, accepted_by=friend, accepted_at=now
    )
    factories.InvitationFactory(email="hana@people.example")
    known = person_with("ana@people.example")
    assert known is not None
    assert (known.user, known.invitations) == (None, 3)


def test_who_is_erased_is_known_no_more(cast: Cast) -> None:
    address = cast.newcomer.email
    actions.erase_person(cast.newcomer, by=cast.administrator)
    erased = User.objects.get(pk=cast.newcomer.pk)
    assert person_with(address) is None
    assert person_with(erased.email) is None, "nor under what stands in the place of the address"


def administrator_at(as_user: SignIn, cast: Cast) -> tuple[Client, str]:
    return as_user(cast.administrator), reverse("accounts:person_erase")


@pytest.mark.parametrize("typed", ["%00", "a%00b%40people.example", "%FF", "x" * 300, "%E2%80%AE"])
def test_no_address_in_the_address_line_makes_the_page_fail(typed: str, cast: Cast, as_user: SignIn) -> None:
    client, page = administrator_at(as_user, cast)
    answer = client.get(f"{page}?email={typed}")
    assert (answer.status_code, answer.context["known"]) == (200, None)


def test_the_page_names_whom_the_address_leads_to_before_anything_is_done(
    cast: Cast, as_user: SignIn
) -> None:
    client, page = administrator_at(as_user, cast)
    cast.company_member.name = "<b>Ana</b>"
    cast.company_member.save()
    html = client.get(page, {"email": cast.company_member.email.upper()}).content.decode()
    assert "This address is known" in html
    assert "&lt;b&gt;Ana&lt;/b&gt;" in html
    assert cast.company.organisation.name in html
    assert User.objects.filter(pk=cast.company_member.pk, is_active=True).exists()


# --- how long somebody waits ----------------------------------------------------------------------------------------


def request_of(asked_at: datetime, due_on: date) -> DeletionRequest:
    return DeletionRequest(asked_at=asked_at, due_on=due_on)


@pytest.mark.parametrize(
    ("now", "waiting", "is_overdue"),
    [
        (datetime(2026, 11, 27, 14, 59, tzinfo=UTC), 0, False),  # Friday, 23:59 in Tokyo: the same day
        (datetime(2026, 11, 27, 15, 0, tzinfo=UTC), 0, False),  # Saturday there
        (datetime(2026, 11, 30, 0, 0, tzinfo=UTC), 1, False),  # Monday
        (datetime(2026, 12, 4, 14, 59, tzinfo=UTC), 5, False),  # the last day, to its last minute
        (datetime(2026, 12, 4, 15, 0, tzinfo=UTC), 5, True),  # over by the office's clock
    ],
)
def test_waiting_is_counted_by_the_offices_calendar(now: datetime, waiting: int, is_overdue: bool) -> None:
    asked = request_of(datetime(2026, 11, 26, 15, 30, tzinfo=UTC), date(2026, 12, 4))  # Friday 00:30 in Tokyo
    assert waiting_days(asked, now) == {"waiting": waiting, "is_overdue": is_overdue}


# --- what would be lost ---------------------------------------------------------------------------------------------


def test_what_is_there_is_counted_and_what_is_not_is_not_named(cast: Cast) -> None:
    organisation = cast.company.organisation

    def counted() -> dict[str, int]:
        return {str(loss.label): loss.count for loss in losses_of(organisation)}

    before = counted()
    assert before["People and their accounts"] == 2
    assert "Invitations and requests to join" not in before
    factories.InvitationFactory(organisation=organisation)
    factories.JoinRequestFactory(organisation=organisation)
    factories.InvitationFactory()  # somebody else's
    review = factories.ReviewFactory(organisation=organisation)
    factories.RemarkFactory(review=review)
    after = counted()
    assert (after["Invitations and requests to join"], after["Remarks of reviewers"]) == (2, 1)
    assert all(count > 0 for count in after.values())


def test_what_goes_and_what_stays_is_told_in_both_languages(cast: Cast) -> None:
    told = {}
    for language in ("en", "ja"):
        with translation.override(language):
            told[language] = [
                *map(str, kept_of_organisation()),
                *(str(loss.label) for loss in losses_of(cast.company.organisation)),
            ]
    assert len(told["en"]) == len(told["ja"]) > 5
    assert [text for text in told["ja"] if text.isascii()] == []
    assert [text for text in told["en"] if not text.isascii()] == []


# --- requests that are over -----------------------------------------------------------------------------------------


def answered(request: DeletionRequest, cast: Cast) -> None:
    DeletionRequest.objects.filter(pk=request.pk).update(
        status=DeletionStatus.TAKEN_BACK, answered_by=cast.company_owner, answered_at=timezone.now()
    )


def test_everybody_sees_the_requests_of_their_own_organisation(cast: Cast) -> None:
    mine = factories.DeletionRequestFactory(organisation=cast.company.organisation)
    other = factories.DeletionRequestFactory(organisation=cast.startup.organisation)
    seen = {
        name: set(DeletionRequest.objects.visible_to(getattr(cast, name)))
        for name in ("company_owner", "company_member", "startup_owner", "newcomer", "expert", "officer")
    }
    assert seen == {
        "company_owner": {mine},
        "company_member": {mine},
        "startup_owner": {other},
        "newcomer": set(),
        "expert": set(),
        "officer": {mine, other},
    }


def test_requests_are_due_up_to_and_on_their_day_and_only_while_they_wait(cast: Cast) -> None:
    request = factories.DeletionRequestFactory(organisation=cast.company.organisation)
    day = timedelta(days=1)
    due = [bool(DeletionRequest.objects.due_by(request.due_on + after)) for after in (-day, 0 * day, day)]
    assert due == [False, True, True]
    answered(request, cast)
    assert not DeletionRequest.objects.due_by(request.due_on + day).exists()


def test_an_old_page_of_a_request_that_is_over_erases_nothing(cast: Cast, as_user: SignIn) -> None:
    request = factories.DeletionRequestFactory(organisation=cast.company.organisation)
    answered(request, cast)
    client = as_user(cast.administrator)
    assert client.get(reverse("accounts:deletion", args=[request.pk])).status_code == 409
    assert actions.waiting_request(cast.company.organisation) is None
    take_back = as_user(cast.company_owner).post(reverse("accounts:delete_take_back"))
    assert take_back.status_code == 409
    request.refresh_from_db()
    assert request.status == DeletionStatus.TAKEN_BACK
