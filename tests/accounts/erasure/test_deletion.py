"""An organisation asks to be erased: who may, who is told, what stands in the way, and that it happens once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone
from post_office.models import STATUS, Email

from accounts import actions
from accounts.enums import DeletionStatus, OrganisationStatus
from accounts.erasure import holdings
from accounts.erasure.holdings import Holder
from accounts.models import DeletionRequest, Organisation, User
from matchmaking.core import mailing
from matchmaking.core.models import AuditEvent, Job, Notice
from matchmaking.core.notices import Event
from matchmaking.core.transitions import TransitionNotAllowed
from meetings.models import MeetingRequest
from startups.models import Deck
from tests import factories
from tests.accounts.erasure import stories as erasure
from tests.accounts.racing import at_once, refused
from tests.conftest import Cast
from tests.meetings import stories
from tests.startups import decks
from tests.told import fact

pytestmark = pytest.mark.django_db
ERASED = "削除済み / Deleted"
# An organisation in any of these states may ask; a draft that was never sent in is deleted by its owner.
ASKING = sorted(set(OrganisationStatus) - {OrganisationStatus.ERASED, OrganisationStatus.DRAFT})


def a_startup(status: str, **values: Any) -> tuple[Organisation, User]:
    organisation = factories.StartupFactory(organisation__status=status, **values).organisation
    return organisation, factories.MembershipFactory(organisation=organisation).user


def told(event: Event) -> set[User]:
    return {notice.recipient for notice in Notice.objects.filter(event=event)}


@pytest.mark.parametrize("status", ASKING)
def test_an_owner_asks_in_any_state_after_the_draft(status: str, cast: Cast) -> None:
    organisation, owner = a_startup(status)
    request = actions.ask_for_deletion(organisation, reason="We stop", by=owner)
    assert (request.status, request.asked_by, request.reason) == ("waiting", owner, "We stop")
    assert actions.waiting_request(organisation) == request
    organisation.refresh_from_db()
    assert organisation.status == status
    assert told(Event.DELETION_ASKED) == {owner, cast.administrator}
    assert AuditEvent.objects.get(action="deletionrequest.waiting").actor_id == owner.pk


def test_the_term_is_counted_from_the_offices_day(settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """At 20:00 UTC the office is in the next day already."""
    settings.DELETION_DAYS = 10
    monkeypatch.setattr(timezone, "now", lambda: datetime(2026, 11, 1, 20, 0, tzinfo=UTC))
    organisation, owner = a_startup("published")
    assert str(actions.ask_for_deletion(organisation, reason="", by=owner).due_on) == "2026-11-12"


def test_who_asks_twice_has_asked_once() -> None:
    organisation, owner = a_startup("published")
    first = actions.ask_for_deletion(organisation, reason="", by=owner)
    assert actions.ask_for_deletion(organisation, reason="Again", by=owner) == first
    assert DeletionRequest.objects.get().reason == ""


@pytest.mark.parametrize("status", ["draft", "erased"])
def test_a_draft_and_what_is_erased_ask_for_nothing(status: str) -> None:
    organisation, owner = a_startup(status)
    with pytest.raises(TransitionNotAllowed):
        actions.ask_for_deletion(organisation, reason="", by=owner)


def test_an_application_that_was_taken_back_is_no_draft_any_more() -> None:
    """Staff have seen it: its owner asks, and does not delete."""
    organisation, owner = a_startup("draft")
    factories.ReviewFactory(organisation=organisation, status="taken_back", decided_at=timezone.now())
    assert not actions.is_never_sent_in(organisation)
    with pytest.raises(TransitionNotAllowed):
        actions.delete_draft(organisation, by=owner)
    assert actions.ask_for_deletion(organisation, reason="", by=owner)


def test_an_owner_takes_the_request_back_and_may_ask_anew(cast: Cast) -> None:
    organisation, owner = a_startup("published")
    request = actions.ask_for_deletion(organisation, reason="", by=owner)
    actions.take_back_deletion(request, by=owner)
    request.refresh_from_db()
    assert (request.status, request.answered_by, actions.waiting_request(organisation)) == (
        "taken_back",
        owner,
        None,
    )
    assert told(Event.DELETION_TAKEN_BACK) == {owner, cast.administrator}
    assert actions.ask_for_deletion(organisation, reason="", by=owner) != request


@pytest.mark.parametrize("answer", ["take_back", "carry_out"])
def test_what_is_answered_is_answered(answer: str, cast: Cast) -> None:
    organisation, owner = a_startup("withdrawn")
    request = actions.ask_for_deletion(organisation, reason="", by=owner)
    actions.take_back_deletion(DeletionRequest.objects.get(), by=owner)
    with pytest.raises(TransitionNotAllowed):
        if answer == "take_back":
            actions.take_back_deletion(request, by=owner)
        else:
            actions.carry_out_deletion(request, reason="x", by=cast.administrator)
    organisation.refresh_from_db()
    assert organisation.status == "withdrawn"


def test_a_draft_is_gone_at_once_and_its_people_stay() -> None:
    organisation, owner = a_startup("draft")
    colleague = factories.MembershipFactory(organisation=organisation, role="member").user
    deck = decks.in_use(organisation.startup, owner)
    actions.delete_draft(organisation, by=owner)
    organisation.refresh_from_db()
    assert (organisation.status, organisation.name, organisation.memberships.count()) == ("erased", ERASED, 0)
    for user in (owner, colleague):
        user.refresh_from_db()
        assert (user.is_active, user.erased_at) == (True, None)
        assert user.name
    assert told(Event.DRAFT_DELETED) == {colleague}
    assert Deck.objects.get(pk=deck.pk).status == "deleted"
    assert organisation.name not in str(list(Notice.objects.values_list("params", flat=True)))


@pytest.mark.parametrize("status", ["published", "suspended", "lapsed", "returned", "withdrawn", "declined"])
def test_it_is_carried_out_from_every_state_in_which_nothing_is_open(status: str, cast: Cast) -> None:
    """What takes part leaves first; the way is in the trail, without the name."""
    organisation, owner = a_startup(status)
    request = actions.ask_for_deletion(organisation, reason="", by=owner)
    actions.carry_out_deletion(request, reason="By letter", by=cast.administrator)
    for row in (organisation, owner, request):
        row.refresh_from_db()
    assert (organisation.status, request.status, owner.is_active) == ("erased", "carried_out", False)
    event = AuditEvent.objects.get(action="organisation.erased")
    assert (event.actor_id, event.target_label, event.detail["reason"]) == (
        cast.administrator.pk,
        ERASED,
        "By letter",
    )
    left = AuditEvent.objects.filter(action="organisation.withdrawn").exists()
    assert left == (status in actions.LEAVABLE)


def test_an_open_review_and_a_meeting_to_come_stand_in_the_way(cast: Cast) -> None:
    match = stories.match_of(cast.company, cast.startup)
    request = stories.asked(match, cast.company_owner)
    stories.actions.accept(request, by=cast.startup_owner)
    stories.published(stories.a_round(cast.officer, [request]), cast.officer)
    review = factories.ReviewFactory(organisation=cast.startup.organisation, kind="identity")
    wish = actions.ask_for_deletion(cast.startup.organisation, reason="", by=cast.startup_owner)
    found = actions.obstacles(cast.startup.organisation)
    assert [(each.what, each.url.removeprefix("/en")) for each in found] == [
        ("A meeting is to come.", f"/meetings/{request.pk}/"),
        ("A review is open.", f"/staff/review/{review.pk}/"),
    ]
    with pytest.raises(ValidationError, match="stands in the way"):
        actions.carry_out_deletion(wish, reason="x", by=cast.administrator)
    wish.refresh_from_db()
    assert wish.status == "waiting"
    assert [each.what for each in actions.obstacles(cast.company.organisation)] == ["A meeting is to come."]


def test_the_other_sides_are_told_that_it_left_and_read_no_name(cast: Cast) -> None:
    match = stories.match_of(cast.company, cast.startup)
    name = cast.startup.organisation.name
    stories.asked(match, cast.company_owner)
    wish = actions.ask_for_deletion(cast.startup.organisation, reason="", by=cast.startup_owner)
    actions.carry_out_deletion(wish, reason="x", by=cast.administrator)
    notice = Notice.objects.filter(recipient=cast.company_owner, event=Event.REQUEST_ENDED).get()
    assert fact(notice, "startup") == "a deleted organisation"
    match.refresh_from_db()
    assert (match.status, MeetingRequest.objects.get().status) == ("dismissed", "withdrawn")
    waiting = Email.objects.filter(to=cast.company_owner.email, status=STATUS.queued, subject__contains=name)
    assert waiting.exists(), "what is still to be sent says who left"
    Email.objects.update(status=STATUS.sent)
    mailing.forget_last_mail()
    assert not Email.objects.filter(subject__contains=name).exists()


@pytest.mark.parametrize(
    ("language", "words"), [("en", "have been deleted"), ("ja", "貴社の情報を削除しました")]
)
def test_its_people_are_told_by_one_last_mail(language: str, words: str, cast: Cast) -> None:
    organisation, owner = a_startup("withdrawn")
    owner.language, owner.notices_by_mail = language, False
    owner.save()
    address, name = owner.email, owner.name
    wish = actions.ask_for_deletion(organisation, reason="", by=owner)
    actions.carry_out_deletion(wish, reason="x", by=cast.administrator)
    [mail] = Email.objects.filter(to=address)
    assert words in mail.subject
    assert name not in mail.subject + mail.message
    assert organisation.name not in mail.subject + mail.message
    assert mailing.forget_last_mail() == 0, "not before it has been sent"
    Email.objects.update(status=STATUS.sent)
    assert mailing.forget_last_mail() == 2, "that to the administrator names the organisation"
    assert not Email.objects.filter(to=address).exists()


def test_while_debugging_the_last_mail_stays_to_be_read(settings: Any) -> None:
    mailing.queue("a@people.example", "S", "T", last=True)
    Email.objects.update(status=STATUS.sent)
    settings.DEBUG = True
    assert mailing.forget_last_mail() == 0
    assert Email.objects.count() == 1


def test_erasing_twice_is_refused(cast: Cast) -> None:
    organisation, owner = a_startup("withdrawn")
    wish = actions.ask_for_deletion(organisation, reason="", by=owner)
    actions.carry_out_deletion(wish, reason="x", by=cast.administrator)
    before = AuditEvent.objects.count()
    for again in (
        lambda: actions.carry_out_deletion(wish, reason="x", by=cast.administrator),
        lambda: actions.erase_organisation(organisation, by=cast.administrator),
        lambda: actions.delete_draft(organisation, by=cast.administrator),
    ):
        with pytest.raises(TransitionNotAllowed), transaction.atomic():
            again()
    with pytest.raises(ValidationError), transaction.atomic():
        actions.erase_person(owner, by=cast.administrator)
    assert AuditEvent.objects.count() == before


class Breaking(Holder):
    """An app whose rows cannot be let go: the power fails half way."""

    app = "breaking"

    def __init__(self, step: str) -> None:
        self.step = step

    def names(self, organisation: Organisation) -> set[str]:
        if self.step == "names":
            raise RuntimeError
        return set()

    def let_go(self, organisation: Organisation, *, by: User | None) -> None:
        if self.step == "let_go":
            raise RuntimeError


@pytest.mark.parametrize("step", ["names", "let_go", "people"])
def test_a_crash_half_way_leaves_nothing_half_done(
    step: str, cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    organisation, owner = a_startup("withdrawn")
    deck = decks.in_use(organisation.startup, owner)
    name, address = organisation.name, owner.email
    wish = actions.ask_for_deletion(organisation, reason="Why", by=owner)
    monkeypatch.setattr(holdings, "_holders", [Breaking(step), *holdings._holders])
    if step == "people":
        User.objects.filter(pk=owner.pk).update(erased_at=timezone.now())
    jobs, mails, trail = Job.objects.count(), Email.objects.count(), AuditEvent.objects.count()
    with pytest.raises((RuntimeError, ValidationError)), transaction.atomic():
        actions.carry_out_deletion(wish, reason="x", by=cast.administrator)
    for row in (organisation, owner, wish, deck):
        row.refresh_from_db()
    assert (organisation.name, organisation.status, owner.email) == (name, "withdrawn", address)
    assert (wish.status, wish.reason, deck.status) == (DeletionStatus.WAITING, "Why", "ready")
    assert (Job.objects.count(), Email.objects.count(), AuditEvent.objects.count()) == (jobs, mails, trail)
    assert decks.files(deck)


def test_files_go_after_the_commit_by_the_ledger_and_not_before(cast: Cast) -> None:
    organisation, owner = a_startup("withdrawn")
    deck = decks.in_use(organisation.startup, owner)
    wish = actions.ask_for_deletion(organisation, reason="", by=owner)
    actions.carry_out_deletion(wish, reason="x", by=cast.administrator)
    assert decks.files(deck), "another process may still take the transaction back"
    erasure.let_the_ledger_work()
    assert not decks.files(deck)
    assert Deck.objects.get(pk=deck.pk).original_name == ""


@pytest.mark.django_db(transaction=True)
def test_of_two_administrators_one_wins(cast: Cast) -> None:
    organisation, owner = a_startup("withdrawn")
    actions.ask_for_deletion(organisation, reason="", by=owner)

    def carry_out() -> None:
        actions.carry_out_deletion(DeletionRequest.objects.get(), reason="x", by=cast.administrator)

    lost = refused(at_once(carry_out, carry_out))
    assert [type(each) for each in lost] == [TransitionNotAllowed]
    assert AuditEvent.objects.filter(action="organisation.erased").count() == 1


@pytest.mark.django_db(transaction=True)
def test_an_owner_who_takes_back_and_an_administrator_who_carries_out_take_turns(cast: Cast) -> None:
    organisation, owner = a_startup("withdrawn")
    actions.ask_for_deletion(organisation, reason="", by=owner)
    request = DeletionRequest.objects.get()
    deeds = (
        lambda: actions.take_back_deletion(DeletionRequest.objects.get(pk=request.pk), by=owner),
        lambda: actions.carry_out_deletion(request, reason="x", by=cast.administrator),
    )
    lost = refused(at_once(*deeds))
    assert [type(each) for each in lost] == [TransitionNotAllowed]
    organisation.refresh_from_db()
    assert (organisation.status == "erased") == (DeletionRequest.objects.get().status == "carried_out")


BAD_ROWS: list[dict[str, Any]] = [
    {"status": "gone"},
    {"status": "carried_out"},
    {"status": "taken_back", "answered_at": timezone.now()},
]


@pytest.mark.parametrize("values", BAD_ROWS, ids=str)
def test_the_database_takes_no_request_that_cannot_be(values: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.DeletionRequestFactory(**values)


def test_the_database_lets_an_organisation_wait_once() -> None:
    first = factories.DeletionRequestFactory()
    with pytest.raises(IntegrityError), transaction.atomic():
        factories.DeletionRequestFactory(organisation=first.organisation)


# days after the last day for carrying it out, how many reminders are written down until then, looking every day
REMINDERS = [(-8, 0), (-7, 1), (-1, 1), (0, 2), (6, 2), (7, 3), (13, 3), (14, 4), (365, 54)]


@pytest.mark.parametrize(("late", "count"), REMINDERS)
def test_administrators_are_reminded_ahead_on_the_day_and_every_week_after(late: int, count: int) -> None:
    request = factories.DeletionRequestFactory()
    noon = datetime(request.due_on.year, request.due_on.month, request.due_on.day, 3, tzinfo=UTC)
    for day in range(-10, late + 1):
        actions.look_after_deletions(now=noon + timedelta(days=day))
        actions.look_after_deletions(now=noon + timedelta(days=day, hours=6))
    assert Job.objects.filter(name="accounts.remind_of_deletion").count() == count


@pytest.mark.parametrize(("language", "words"), [("en", "Delete the data of"), ("ja", "削除してください")])
def test_a_reminder_goes_to_administrators_alone(language: str, words: str, cast: Cast) -> None:
    cast.administrator.language = language
    cast.administrator.save()
    request = factories.DeletionRequestFactory()
    actions.remind_of_deletion(request.pk)
    assert told(Event.DELETION_DUE) == {cast.administrator}
    assert words in Email.objects.get(to=cast.administrator.email).subject


def test_nobody_is_reminded_of_what_is_over(cast: Cast) -> None:
    request = factories.DeletionRequestFactory(
        status="taken_back", answered_by=cast.officer, answered_at=timezone.now()
    )
    actions.remind_of_deletion(request.pk)
    actions.look_after_deletions(now=timezone.now() + timedelta(days=90))
    assert (told(Event.DELETION_DUE), Job.objects.count()) == (set(), 0)


def test_old_mail_goes_and_new_mail_and_mail_to_be_sent_stays(settings: Any) -> None:
    settings.MAIL_DAYS = 30
    for name, status, days in (("old", STATUS.sent, 31), ("failed", STATUS.failed, 31), ("new", STATUS.sent, 29),
                               ("waiting", STATUS.queued, 99)):  # fmt: skip
        mailing.queue("a@people.example", name, "T")
        Email.objects.filter(subject=name).update(
            status=status, last_updated=timezone.now() - timedelta(days=days)
        )
    assert mailing.forget_old_mail(timezone.now()) == 2
    assert set(Email.objects.values_list("subject", flat=True)) == {"new", "waiting"}
