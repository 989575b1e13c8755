"""Where an organisation has nobody to answer, the programme office answers whoever asks to join: once, and openly."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import connection
from django.utils import timezone, translation

from accounts import actions
from accounts.deeds import deeds_of, told
from accounts.enums import JoinStatus, MemberRole, OrganisationStatus
from accounts.models import JoinRequest, Membership, Organisation, User
from matchmaking.core.models import AuditEvent, Notice
from matchmaking.core.notices import body, subject
from matchmaking.core.transitions import TransitionNotAllowed
from tests import factories
from tests.conftest import Cast

pytestmark = pytest.mark.django_db


@pytest.fixture
def orphan(cast: Cast) -> Organisation:
    """A firm that was imported: nobody signs in for it."""
    return factories.CompanyFactory(organisation__website="https://kuzumine.example").organisation


def asked(organisation: Organisation, name: str = "applicant") -> JoinRequest:
    user = factories.UserFactory(name=name, email=f"{name}@kuzumine.example")
    return actions.ask_to_join(organisation, by=user)


def for_office() -> list[JoinRequest]:
    return list(JoinRequest.objects.without_owner())


def news(user: User) -> list[tuple[str, str]]:
    rows = Notice.objects.filter(recipient=user).order_by("pk")
    return [(notice.event, notice.link_name) for notice in rows]


def _nobody(organisation: Organisation) -> None:
    """It was imported."""


def _only_a_member(organisation: Organisation) -> None:
    factories.MembershipFactory(organisation=organisation, role=MemberRole.MEMBER)


def _owner_who_was_erased(organisation: Organisation) -> None:
    actions.erase_person(factories.MembershipFactory(organisation=organisation).user, by=None)


def _owner_who_may_not_sign_in(organisation: Organisation) -> None:
    factories.MembershipFactory(organisation=organisation, user__is_active=False)


def _owner(organisation: Organisation) -> None:
    factories.MembershipFactory(organisation=organisation)


def _owner_beside_one_who_left(organisation: Organisation) -> None:
    _owner_who_may_not_sign_in(organisation)
    _owner(organisation)


def _erased(organisation: Organisation) -> None:
    Organisation.objects.filter(pk=organisation.pk).update(status=OrganisationStatus.ERASED)


@pytest.mark.parametrize(
    ("prepare", "is_for_office"),
    [
        (_nobody, True),
        (_only_a_member, True),
        (_owner_who_was_erased, True),
        (_owner_who_may_not_sign_in, True),
        (_owner, False),
        (_owner_beside_one_who_left, False),
        (_erased, False),
    ],
)
def test_whose_affair_a_request_is(
    prepare: Callable[[Organisation], None], is_for_office: bool, orphan: Organisation
) -> None:
    request = asked(orphan)
    prepare(orphan)
    assert for_office() == ([request] if is_for_office else [])


def test_the_longest_waiting_comes_first_and_what_is_answered_is_gone(
    orphan: Organisation, cast: Cast
) -> None:
    now = timezone.now()
    requests = [asked(orphan, name) for name in ("one", "two", "three")]
    for days, request in enumerate(requests):
        JoinRequest.objects.filter(pk=request.pk).update(asked_at=now - timedelta(days=days))
    assert for_office() == requests[::-1]
    actions.decline_join_request(requests[1], reason="Write from your firm’s address.", by=cast.officer)
    assert for_office() == [requests[2], requests[0]]


def test_whoever_closes_their_account_waits_no_more(orphan: Organisation, cast: Cast) -> None:
    request = asked(orphan)
    owned = actions.ask_to_join(cast.company.organisation, by=factories.UserFactory(is_active=False))
    actions.erase_person(request.user, by=request.user)
    assert for_office() == []
    assert owned not in JoinRequest.objects.waiting()


def test_the_office_is_told_with_a_link_to_its_list(orphan: Organisation, cast: Cast) -> None:
    asked(orphan)
    assert news(cast.officer) == [("join_asked", "accounts:join_requests")]
    assert news(cast.expert) == []


def test_admitting_makes_an_owner_and_says_so(orphan: Organisation, cast: Cast) -> None:
    request = asked(orphan)
    actions.admit_as_owner(request, by=cast.officer)
    place = Membership.objects.get(user=request.user)
    assert (place.organisation, place.role) == (orphan, MemberRole.OWNER)
    assert (request.status, request.answered_by) == (JoinStatus.ADMITTED, cast.officer)
    assert news(request.user) == [("owner_admitted", "home")]
    notice = Notice.objects.get(recipient=request.user)
    assert orphan.name_en in subject(notice)
    assert "owner" in body(notice)


def test_declining_gives_the_reason_and_names_nobody(orphan: Organisation, cast: Cast) -> None:
    """The asker typed a number; whether, and by whom, it is registered they did not learn and do not learn now."""
    request = asked(orphan)
    actions.decline_join_request(request, reason="Write from your firm’s address.", by=cast.officer)
    assert (request.status, request.answered_by) == (JoinStatus.REFUSED, cast.officer)
    assert not Membership.objects.filter(user=request.user).exists()
    notice = Notice.objects.get(recipient=request.user)
    assert "Write from your firm’s address." in body(notice)
    for language in ("en", "ja"):
        with translation.override(language):
            said = subject(notice) + body(notice)
        assert orphan.name not in said
        assert cast.officer.name not in said


@pytest.mark.parametrize("link", ["https://evil.example/now", "www.evil.example"])
def test_a_reason_is_no_link_in_the_mail(link: str, orphan: Organisation, cast: Cast) -> None:
    request = asked(orphan)
    actions.decline_join_request(request, reason=f"See {link}", by=cast.officer)
    assert link not in body(Notice.objects.get(recipient=request.user))


def test_the_trail_has_both_answers_in_words(orphan: Organisation, cast: Cast) -> None:
    first, second = asked(orphan, "first"), asked(orphan, "second")
    actions.decline_join_request(first, reason="Not known to the firm", by=cast.officer)
    actions.admit_as_owner(second, by=cast.administrator)
    events = AuditEvent.objects.filter(actor_label__in=["officer", "administrator"]).order_by("pk")
    lines = [(deed.what, deed.note, deed.event.actor_label) for deed in told(events)]
    assert lines == [
        ("Not admitted to the organisation", "Not known to the firm", "officer"),
        ("Admitted to the organisation", "", "administrator"),
        ("Owner admitted by the programme office", "second", "administrator"),
    ]
    assert deeds_of(orphan)[0].what == "Owner admitted by the programme office"


def test_the_others_who_ask_become_the_new_owners_affair(orphan: Organisation, cast: Cast) -> None:
    first, second = asked(orphan, "first"), asked(orphan, "second")
    actions.admit_as_owner(first, by=cast.officer)
    assert news(first.user) == [("owner_admitted", "home"), ("join_asked", "accounts:members")]
    assert for_office() == []
    for answer in (
        lambda: actions.admit_as_owner(second, by=cast.officer),
        lambda: actions.decline_join_request(second, reason="Too late", by=cast.officer),
    ):
        with pytest.raises(ValidationError, match="has an owner by now"):
            answer()
    second.refresh_from_db()
    assert (second.status, news(second.user)) == (JoinStatus.ASKED, [])
    actions.answer_join_request(second, admit=True, by=first.user)
    assert second.user.organisation == orphan


@pytest.mark.parametrize("place", ["another organisation", "the programme"])
def test_nobody_becomes_owner_who_belongs_elsewhere_by_now(
    place: str, orphan: Organisation, cast: Cast
) -> None:
    request = asked(orphan)
    if place == "the programme":
        User.objects.filter(pk=request.user_id).update(staff_role="expert")
    else:
        factories.MembershipFactory(user=request.user, organisation=cast.startup.organisation)
    with pytest.raises(ValidationError, match="Nobody belongs to two organisations"):
        actions.admit_as_owner(request, by=cast.officer)
    request.refresh_from_db()
    assert request.status == JoinStatus.ASKED, "what was refused left nothing behind"
    assert not orphan.memberships.exists()
    actions.decline_join_request(request, reason="You belong elsewhere", by=cast.officer)
    assert request.status == JoinStatus.REFUSED


Answer = Callable[[JoinRequest, Cast], None]


def admit(request: JoinRequest, cast: Cast) -> None:
    actions.admit_as_owner(request, by=cast.officer)


def decline(request: JoinRequest, cast: Cast) -> None:
    actions.decline_join_request(request, reason="No", by=cast.administrator)


@pytest.mark.parametrize("first", [admit, decline])
@pytest.mark.parametrize("second", [admit, decline])
def test_the_second_answer_to_one_request_is_refused(
    first: Answer, second: Answer, orphan: Organisation, cast: Cast
) -> None:
    request = asked(orphan)
    seen_before = JoinRequest.objects.get()
    first(request, cast)
    before = list(Notice.objects.filter(recipient=request.user).values_list("pk"))
    with pytest.raises(TransitionNotAllowed):
        second(seen_before, cast)
    assert list(Notice.objects.filter(recipient=request.user).values_list("pk")) == before


@pytest.mark.django_db(transaction=True)
def test_of_officers_who_admit_several_people_at_once_one_makes_an_owner(
    orphan: Organisation, cast: Cast
) -> None:
    requests = [asked(orphan, f"applicant{number}") for number in range(6)]

    def answer(number: int) -> str:
        try:
            actions.admit_as_owner(
                JoinRequest.objects.get(pk=requests[number // 2].pk), by=User.objects.get(pk=cast.officer.pk)
            )
        except (ValidationError, TransitionNotAllowed) as refusal:
            return type(refusal).__name__
        finally:
            connection.close()
        return "owner"

    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(answer, range(12)))
    assert answers.count("owner") == 1
    assert set(answers) == {"owner", "ValidationError", "TransitionNotAllowed"}
    assert orphan.memberships.filter(role=MemberRole.OWNER).count() == 1
    assert JoinRequest.objects.filter(status=JoinStatus.ADMITTED).count() == 1
