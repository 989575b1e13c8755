"""Asking both sides what came of their contract: when, whom, how often; and what their answers make of it."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from post_office.models import Email

from accounts.models import Membership, Organisation, User
from matchmaking.core.models import AuditEvent, Notice
from matchmaking.core.notices import Event
from matchmaking.core.transitions import TransitionNotAllowed
from matchmaking.matches.enums import Side
from partnerships import actions
from partnerships.actions import NotTheirs
from partnerships.enums import EndReason
from partnerships.holdings import PartnershipsHolder
from partnerships.models import FollowUp, FollowUpAnswer, FollowUpLink, Partnership
from partnerships.story import story_of
from tests import told as told_words
from tests.conftest import Cast
from tests.partnerships import stories

pytestmark = pytest.mark.django_db
SIGNED = stories.NOON
DUE = SIGNED + timedelta(days=92)  # 2 June to 2 September


def asked(cast: Cast, now: datetime = DUE) -> FollowUp:
    stories.signed(cast)
    actions.ask_due(now=now)
    return FollowUp.objects.with_parties().get()


def told(event: Event) -> list[User]:
    return [notice.recipient for notice in Notice.objects.filter(event=event).order_by("pk")]


def mailed() -> list[str]:
    return sorted(mail.to[0] for mail in Email.objects.filter(message__contains="/outcomes/"))


def people(cast: Cast) -> list[User]:
    return [cast.company_owner, cast.company_member, cast.startup_owner, cast.startup_member]


class TestAsking:
    def test_signing_says_when_and_the_end_does_not_change_it(self, cast: Cast) -> None:
        stories.only_rule()
        begun = stories.begun(cast)
        assert begun.signed_at is None
        stories.brought_to(begun, "signed", cast.officer)
        assert begun.signed_at == begun.stage_since is not None
        signed_at = begun.signed_at
        actions.end(begun, EndReason.COMPLETED, by=cast.officer, now=signed_at + timedelta(days=50))
        actions.take_up_again(begun, by=cast.officer, reason="A second project.")
        begun.refresh_from_db()
        assert (begun.signed_at, begun.status) == (signed_at, "exploring")

    def test_everybody_of_both_sides_gets_a_link_of_their_own_once(self, cast: Cast) -> None:
        stories.signed(cast)
        assert actions.ask_due(now=DUE - timedelta(days=1)) == 0
        assert [actions.ask_due(now=DUE) for _twice in range(2)] == [1, 0]
        assert mailed() == sorted(person.email for person in people(cast))
        secrets = stories.tokens(Email.objects.filter(message__contains="/outcomes/"))
        assert len(set(secrets)) == 4
        assert not any(link.token_hash in secrets for link in FollowUpLink.objects.all())
        assert told(Event.OUTCOME_ASKED) == people(cast)
        follow_up = FollowUp.objects.get()
        assert (follow_up.months, follow_up.status, follow_up.asked_at) == (3, "asked", DUE)
        assert follow_up.due_on.isoformat() == "2031-09-02"

    def test_each_reads_it_in_their_own_language_and_it_is_forgotten_once_sent(self, cast: Cast) -> None:
        User.objects.filter(pk=cast.company_owner.pk).update(language="ja")
        asked(cast)
        mails = {mail.to[0]: mail for mail in Email.objects.filter(message__contains="/outcomes/")}
        ours, theirs = mails[cast.company_owner.email], mails[cast.startup_owner.email]
        assert ("協業の成果" in ours.subject, "/ja/outcomes/" in ours.message) == (True, True)
        assert theirs.subject.startswith("What has come of the partnership of")
        assert ("/en/outcomes/" in theirs.message, "3 months after signing" in theirs.message) == (True, True)
        assert {mail.headers["Sensitivity"] for mail in mails.values()} == {"Private"}

    def test_whoever_takes_no_mail_gets_none_unless_the_side_would_not_be_asked_at_all(
        self, cast: Cast
    ) -> None:
        User.objects.filter(pk=cast.company_member.pk).update(notices_by_mail=False)
        User.objects.filter(pk__in=[cast.startup_owner.pk, cast.startup_member.pk]).update(
            notices_by_mail=False
        )
        asked(cast)
        assert mailed() == sorted(
            [cast.company_owner.email, cast.startup_owner.email, cast.startup_member.email]
        )

    def test_what_has_ended_after_its_contract_is_asked_about_and_nothing_else_that_ended(
        self, cast: Cast
    ) -> None:
        ended = stories.signed(cast)
        actions.end(ended, EndReason.COMPLETED, by=cast.officer)
        never = stories.begun(cast, mode="investment")
        actions.end(never, EndReason.TERMS, by=cast.officer)
        assert actions.ask_due(now=DUE) == 1
        assert FollowUp.objects.get().partnership == ended

    def test_only_the_latest_period_is_asked_about_and_each_in_its_time(self, cast: Cast) -> None:
        stories.signed(cast)
        for days in (200, 201, 366, 731, 900):
            actions.ask_due(now=SIGNED + timedelta(days=days))
        assert list(FollowUp.objects.values_list("months", flat=True)) == [6, 12, 24]

    def test_a_new_contract_of_the_same_two_is_asked_about_anew(self, cast: Cast) -> None:
        asked(cast)
        again = DUE + timedelta(days=30)
        Partnership.objects.update(signed_at=again)
        assert actions.ask_due(now=again + timedelta(days=93)) == 1
        assert FollowUp.objects.count() == 2

    def test_nobody_is_asked_of_a_side_that_was_erased_and_what_was_asked_ends(self, cast: Cast) -> None:
        follow_up = asked(cast)
        PartnershipsHolder().let_go(cast.startup.organisation, by=cast.administrator)
        follow_up.refresh_from_db()
        assert follow_up.status == "lapsed"
        Organisation.objects.filter(pk=cast.startup.pk).update(status="erased")
        assert actions.ask_due(now=SIGNED + timedelta(days=400)) == 0


class TestReminding:
    def test_the_silent_are_reminded_twice_with_fresh_links_and_then_it_lapses(self, cast: Cast) -> None:
        follow_up = asked(cast)
        stories.answered(follow_up, cast.company_owner, DUE + timedelta(days=1))
        Email.objects.all().delete()
        days = [13, 14, 15, 27, 28, 29, 50, 59]
        sent = [actions.remind_silent(now=DUE + timedelta(days=day)) for day in days]
        assert sent == [0, 1, 0, 0, 1, 0, 0, 0]
        assert mailed() == sorted([cast.startup_owner.email, cast.startup_member.email] * 2)
        assert Email.objects.first().subject.startswith("Reminder: ")
        assert actions.lapse_unanswered(now=DUE + timedelta(days=59)) == 0
        assert [actions.lapse_unanswered(now=DUE + timedelta(days=60)) for _twice in range(2)] == [1, 0]
        follow_up.refresh_from_db()
        assert (follow_up.status, follow_up.settled_at) == ("lapsed", DUE + timedelta(days=60))
        assert actions.remind_silent(now=DUE + timedelta(days=90)) == 0

    def test_staff_send_a_side_new_links_and_the_old_ones_stop(self, cast: Cast) -> None:
        follow_up = asked(cast)
        later = DUE + timedelta(days=2)
        assert actions.send_links(follow_up, side=Side.STARTUP, by=cast.officer, now=later) == 2
        links = follow_up.links.filter(side="startup")
        assert [links.live(later).count(), links.filter(revoked_at=later).count()] == [2, 2]
        assert actions.stop_links(follow_up, side=Side.STARTUP, by=cast.officer, now=later) == 2
        assert follow_up.links.live(later).filter(side="startup").count() == 0
        assert follow_up.links.live(later).filter(side="company").count() == 2
        stories.answered(follow_up, cast.startup_owner, later)
        with pytest.raises(TransitionNotAllowed):
            actions.send_links(follow_up, side=Side.STARTUP, by=cast.officer)


class TestAnswering:
    def test_the_same_from_both_is_confirmed_and_both_are_told(self, cast: Cast) -> None:
        follow_up = asked(cast)
        assert stories.answered(follow_up, cast.company_member).status == "asked"
        Notice.objects.all().delete()
        settled = stories.answered(follow_up, cast.startup_owner, results=["sales"], without="no")
        assert (settled.status, settled.settled_at) == ("confirmed", DUE)
        assert told(Event.OUTCOME_CONFIRMED) == people(cast)
        actions_done = AuditEvent.objects.filter(target_type="partnerships.followup").order_by("pk")
        assert [event.action for event in actions_done] == [
            "followup.begun",
            "followup.answered",
            "followup.answered",
            "followup.confirmed",
        ]

    def test_what_differs_goes_to_the_office_and_to_nobody_else(self, cast: Cast) -> None:
        follow_up = asked(cast)
        stories.answered(follow_up, cast.company_owner)
        Notice.objects.all().delete()
        differs = stories.answered(follow_up, cast.startup_owner, jobs=9)
        assert (differs.status, differs.settled_at) == ("differs", None)
        assert set(told(Event.OUTCOME_DIFFERS)) == {cast.officer, cast.administrator}
        assert Notice.objects.count() == 2
        assert actions.outcomes.differing(differs) == ["jobs"]

    def test_results_that_have_nothing_in_common_go_to_the_office_too(self, cast: Cast) -> None:
        follow_up = asked(cast)
        stories.answered(follow_up, cast.company_owner, results=["in_use"])
        differs = stories.answered(follow_up, cast.startup_owner, results=["acquired"])
        assert (differs.status, actions.outcomes.differing(differs)) == ("differs", ["results"])

    def test_an_answer_may_be_changed_until_the_other_side_has_answered(self, cast: Cast) -> None:
        follow_up = asked(cast)
        stories.answered(follow_up, cast.company_owner, jobs=1)
        stories.answered(follow_up, cast.company_member, jobs=3)
        answer = FollowUpAnswer.objects.get()
        assert (answer.jobs, answer.by, answer.by_link) == (3, cast.company_member, False)
        stories.answered(follow_up, cast.startup_owner)
        with pytest.raises(TransitionNotAllowed):
            stories.answered(follow_up, cast.company_owner, jobs=2)
        assert FollowUpAnswer.objects.get(side="company").jobs == 3

    @pytest.mark.parametrize("person", ["startup_owner", "officer", "expert", "newcomer"])
    def test_nobody_answers_for_another_side(self, cast: Cast, person: str) -> None:
        with pytest.raises(NotTheirs):
            actions.answer_outcome(asked(cast), stories.told(), side=Side.COMPANY, by=getattr(cast, person))
        assert not FollowUpAnswer.objects.exists()

    def test_each_side_reads_its_own_answer_and_staff_both(self, cast: Cast) -> None:
        stories.settled(asked(cast), cast)
        seen = {
            name: set(FollowUpAnswer.objects.visible_to(getattr(cast, name)).values_list("side", flat=True))
            for name in ("company_owner", "startup_member", "officer", "other_company_owner", "expert")
        }
        assert seen == {
            "company_owner": {"company"},
            "startup_member": {"startup"},
            "officer": {"company", "startup"},
            "other_company_owner": set(),
            "expert": set(),
        }


class TestSettling:
    def test_asked_again_both_answer_anew_and_read_which_figures_differ_only(self, cast: Cast) -> None:
        follow_up = stories.settled(asked(cast), cast, jobs=9, sales=stories.Decimal(77))
        Email.objects.all().delete()
        Notice.objects.all().delete()
        later = DUE + timedelta(days=5)
        actions.ask_outcome_again(follow_up, by=cast.officer, reason="Count only new posts.", now=later)
        follow_up = FollowUp.objects.with_parties().get()
        assert (follow_up.status, follow_up.asked_at, follow_up.reminders) == ("asked", later, 0)
        assert [follow_up.told_by(side) for side in ("company", "startup")] == [None, None]
        assert follow_up.links.live(later).count() == 4
        message = Email.objects.first().message
        assert "differently on: Sales that came of it, New jobs." in message
        assert "77" not in message.split("/outcomes/")[0]
        assert told(Event.OUTCOME_ASKED) == people(cast)
        assert stories.settled(follow_up, cast).status == "confirmed"

    @pytest.mark.parametrize(
        ("side", "words"),
        [("company", "Midsize firm"), ("startup", "Startup"), ("", "none")],
    )
    def test_decided_by_staff_both_are_told_whose_figures_stand_and_why(
        self, cast: Cast, side: str, words: str
    ) -> None:
        follow_up = stories.settled(asked(cast), cast, jobs=9)
        Notice.objects.all().delete()
        actions.decide_outcome(follow_up, side, by=cast.officer, reason="The payroll says so.")
        assert (follow_up.status, follow_up.decided_side) == ("decided", side)
        assert told(Event.OUTCOME_DECIDED) == people(cast)
        text = told_words.read(Notice.objects.first())
        assert f"The figures that stand: {words}. Reason given: “The payroll says so.”" in text

    def test_what_nobody_disputes_is_not_decided(self, cast: Cast) -> None:
        follow_up = asked(cast)
        with pytest.raises(TransitionNotAllowed):
            actions.decide_outcome(follow_up, "company", by=cast.officer, reason="So be it.")
        confirmed = stories.settled(follow_up, cast)
        with pytest.raises(TransitionNotAllowed):
            actions.decide_outcome(confirmed, "company", by=cast.officer, reason="So be it.")

    def test_it_is_part_of_the_story_of_the_pair(self, cast: Cast) -> None:
        follow_up = stories.settled(asked(cast), cast)
        texts = [entry.text for entry in story_of(follow_up.partnership, cast.officer)]
        assert f"Outcome confirmed by both sides: {follow_up.period}" in texts

    def test_whoever_changes_sides_does_not_take_the_link_along(self, cast: Cast) -> None:
        """The other half of this stands with the pages: the link is no page any more."""
        follow_up = asked(cast)
        Membership.objects.filter(user=cast.company_member).update(organisation=cast.startup.organisation)
        cast.company_member.refresh_from_db()
        member = User.objects.get(pk=cast.company_member.pk)
        with pytest.raises(NotTheirs):
            actions.answer_outcome(follow_up, stories.told(), side=Side.COMPANY, by=member)
