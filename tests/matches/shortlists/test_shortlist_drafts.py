"""Drafts of lists: worked out in the background, changed by hand within what parties take on, disclosed once."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest
from django.core import mail
from django.db import IntegrityError, transaction
from django.utils import timezone
from post_office.models import Email

from accounts.enums import OrganisationKind, OrganisationStatus
from matchmaking.core import jobs
from matchmaking.core.models import AuditEvent, Job, Notice
from matchmaking.core.transitions import TransitionNotAllowed
from matchmaking.matches import actions, tasks
from matchmaking.matches.actions.shortlists import month_began
from matchmaking.matches.enums import DismissReason, LeftOut, MatchStatus, ShortlistStatus, Side
from matchmaking.matches.models import Match, ShortlistDraft, ShortlistPair, ShortlistRule
from matchmaking.matches.shortlists.checking import Fault, Finding
from matchmaking.matches.shortlists.sending import sending_of
from tests import factories
from tests.conftest import Cast
from tests.matches import lists_world
from tests.matches.lists_world import Lists
from tests.told import fact

pytestmark = pytest.mark.django_db


@pytest.fixture
def lists(db: None) -> Lists:
    return lists_world.three_by_three()


def audits(draft: ShortlistDraft) -> list[str]:
    rows = AuditEvent.objects.filter(target_type="matches.shortlistdraft", target_id=str(draft.pk))
    return list(rows.order_by("pk").values_list("action", flat=True))


def approve(draft: ShortlistDraft, cast: Cast, companies: list[int] | None = None) -> int:
    seen = sending_of(draft, companies).fingerprint
    told = actions.approve_lists(draft, companies=companies, seen=seen, by=cast.officer)
    jobs.run_due()
    draft.refresh_from_db()
    return told


# --- Working out -------------------------------------------------------------------------------------------------


def test_everybody_gets_a_list_though_all_have_the_same_favourite(lists: Lists, cast: Cast) -> None:
    draft = lists.draft(cast.officer)
    assert draft.is_ready
    assert lists.shown(draft) == [(0, 1), (1, 2), (2, 0)]  # 80 + 30 + 86, the best total of three apart
    assert draft.pairs.totals() == {"points": Decimal("196.0"), "pairs": 3, "companies": 3, "startups": 3}
    assert (draft.candidate_count, draft.by_itself_total, draft.gap) == (9, 90 + 88 + 86, 0)


def test_the_draft_keeps_how_it_was_with_every_list_by_itself(lists: Lists, cast: Cast) -> None:
    draft = lists.draft(cast.officer)
    own = {party.organisation_id: party.by_itself for party in draft.parties.of_kind("startup")}
    assert [own[startup.pk] for startup in lists.startups] == [3, 0, 0]
    assert set(draft.parties.most(OrganisationKind.COMPANY)) >= {firm.pk for firm in lists.companies}


def test_progress_is_seen_between_its_two_jobs(lists: Lists, cast: Cast) -> None:
    draft = actions.start_shortlists(by=cast.officer)
    first, second = "matches.gather_shortlists", "matches.solve_shortlists"
    jobs.run(Job.objects.get(name=first).pk)
    draft.refresh_from_db()
    assert (draft.is_computing, draft.candidate_count, draft.gathered_at is not None) == (True, 9, True)
    jobs.run(Job.objects.get(name=second).pk)
    draft.refresh_from_db()
    assert draft.is_ready
    assert Notice.objects.get(event="shortlists_ready").recipient == cast.officer


def test_a_job_that_is_delivered_again_changes_nothing(lists: Lists, cast: Cast) -> None:
    draft = lists.draft(cast.officer)
    before = (lists.shown(draft), draft.gathered_at, draft.finished_at)
    tasks.gather_shortlists(draft_id=draft.pk)
    tasks.solve_shortlists(draft_id=draft.pk)
    draft.refresh_from_db()
    assert (lists.shown(draft), draft.gathered_at, draft.finished_at) == before


def test_there_is_one_at_a_time(lists: Lists, cast: Cast) -> None:
    actions.start_shortlists(by=cast.officer)
    with pytest.raises(actions.ShortlistsUnderWay):
        actions.start_shortlists(by=cast.administrator)
    assert ShortlistDraft.objects.count() == 1


def test_a_newer_draft_discards_the_one_that_was_ready(lists: Lists, cast: Cast) -> None:
    old = lists.draft(cast.officer)
    new = lists.draft(cast.administrator)
    old.refresh_from_db()
    assert (old.status, new.status) == (ShortlistStatus.DISCARDED, ShortlistStatus.READY)
    assert AuditEvent.objects.get(action="shortlistdraft.discarded").detail["reason"] == "replaced"


def test_a_draft_that_cannot_be_worked_out_is_discarded_and_its_starter_told(
    lists: Lists, cast: Cast
) -> None:
    draft = actions.start_shortlists(by=cast.officer)
    for _twice in range(2):
        tasks.give_up_shortlists(draft_id=draft.pk)
    draft.refresh_from_db()
    assert draft.status == ShortlistStatus.DISCARDED
    assert Notice.objects.filter(event="shortlists_failed", recipient=cast.officer).count() == 1
    assert Email.objects.filter(to=[cast.officer.email]).count() == 1


@pytest.mark.parametrize(
    ("status", "listed"),
    [
        (MatchStatus.PROPOSED, True),
        (MatchStatus.DISCLOSED, False),
        (MatchStatus.INTERESTED, False),
        (MatchStatus.DISMISSED, False),
    ],
)
def test_only_proposed_matches_are_chosen(lists: Lists, cast: Cast, status: str, listed: bool) -> None:
    told = None if status == MatchStatus.PROPOSED else timezone.now()
    put_aside = {"dismissed_at": told, "dismissed_by": Side.STAFF, "dismiss_reason": DismissReason.OTHER}
    changes: dict[str, Any] = put_aside if status == MatchStatus.DISMISSED else {}
    Match.objects.filter(pk=lists.match(2, 0).pk).update(status=status, disclosed_at=told, **changes)
    assert ((2, 0) in lists.shown(lists.draft(cast.officer, month_only=False))) is listed


def test_who_does_not_take_part_now_stands_on_no_list(lists: Lists, cast: Cast) -> None:
    organisation = lists.startups[0].organisation
    type(organisation).objects.filter(pk=organisation.pk).update(status=OrganisationStatus.SUSPENDED)
    draft = lists.draft(cast.officer)
    assert 0 not in {startup for _firm, startup in lists.shown(draft)}
    assert not draft.parties.filter(organisation=organisation).exists()


def test_what_has_fallen_off_both_lists_is_no_candidate(lists: Lists, cast: Cast) -> None:
    Match.objects.filter(pk=lists.match(2, 0).pk).update(rank_for_company=None, rank_for_startup=None)
    assert (2, 0) not in lists.shown(lists.draft(cast.officer))


@pytest.mark.parametrize(("month_only", "has_list"), [(True, False), (False, True)])
def test_what_was_disclosed_this_month_counts_only_if_asked(
    lists: Lists, cast: Cast, month_only: bool, has_list: bool
) -> None:
    actions.disclose(lists.match(0, 0), by=cast.officer)
    draft = lists.draft(cast.officer, month_only=month_only)
    assert (0 in {firm for firm, _startup in lists.shown(draft)}) is has_list
    reason = draft.parties.get(organisation=lists.companies[0].pk).reason
    assert reason == ("" if has_list else LeftOut.NO_ROOM)


def test_what_was_disclosed_last_month_uses_nothing_up(lists: Lists, cast: Cast) -> None:
    actions.disclose(lists.match(0, 0), by=cast.officer)
    earlier = month_began(timezone.now()) - timezone.timedelta(seconds=1)
    Match.objects.filter(pk=lists.match(0, 0).pk).update(disclosed_at=earlier)
    assert 0 in {firm for firm, _startup in lists.shown(lists.draft(cast.officer))}


@pytest.mark.parametrize(
    ("now", "expected"),
    [
        (datetime(2026, 11, 30, 14, 59, tzinfo=UTC), datetime(2026, 10, 31, 15, 0, tzinfo=UTC)),
        (datetime(2026, 11, 30, 15, 0, tzinfo=UTC), datetime(2026, 11, 30, 15, 0, tzinfo=UTC)),
    ],
    ids=["the last minute of November in Japan", "the first of December"],
)
def test_a_month_begins_at_midnight_in_japan(now: datetime, expected: datetime) -> None:
    assert month_began(now) == expected


# --- Rules -------------------------------------------------------------------------------------------------------


def test_the_rules_cap_what_organisations_say_themselves(cast: Cast) -> None:
    lists = lists_world.three_by_three(company_limit=3, startup_limit=3)
    actions.set_shortlist_rule(by=cast.administrator, company_most=2, startup_most=1, least=0, reason="trial")
    draft = lists.draft(cast.officer)
    assert set(draft.parties.most("company").values()) == {2}
    assert set(draft.parties.most("startup").values()) == {1}
    assert len(lists.shown(draft)) == 3


def test_a_draft_keeps_the_rules_it_was_made_by(lists: Lists, cast: Cast) -> None:
    draft = lists.draft(cast.officer)
    newer = actions.set_shortlist_rule(by=cast.administrator, least=0, reason="no minimum any more")
    draft.refresh_from_db()
    assert draft.rule_id != newer.pk
    assert ShortlistRule.objects.in_force() == newer
    assert AuditEvent.objects.get(action="shortlistrule.set").actor_label == "administrator"


@pytest.mark.parametrize("area", ["05", "tohoku"])
def test_a_region_below_its_target_is_preferred(cast: Cast, area: str) -> None:
    """Two firms are about equally good for the one startup: the firm of Akita gets it when its area has a target."""
    city, akita = (factories.ChallengeFactory(company__prefecture=code).company for code in ("13", "05"))
    startup = factories.StartupFactory(organisation__monthly_meeting_limit=1)
    for firm, points in ((city, 80), (akita, 78)):
        lists_world.world.match_of(firm, startup, MatchStatus.PROPOSED, score=points, raw_score=points)
    lists = Lists([city, akita], [startup])
    assert lists.shown(lists.draft(cast.officer)) == [(0, 0)]
    actions.set_shortlist_rule(
        by=cast.administrator, targets={area: 1}, area_bonus=5, reason="Akita has none"
    )
    assert lists.shown(lists.draft(cast.officer)) == [(1, 0)]


@pytest.mark.parametrize(
    "values", [{"company_most": 0}, {"startup_most": 41}, {"least": 6}], ids=["no room", "too many", "least"]
)
def test_the_database_refuses_rules_out_of_range(values: dict[str, int]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        ShortlistRule.objects.create(**values)


# --- By hand -----------------------------------------------------------------------------------------------------


def test_a_startup_is_taken_off_and_who_has_nothing_left_is_said_to_be_emptied_by_hand(
    lists: Lists, cast: Cast
) -> None:
    draft = lists.draft(cast.officer)
    actions.take_off_list(draft, company=lists.companies[0].pk, startup=lists.startups[1].pk, by=cast.officer)
    assert lists.shown(draft) == [(1, 2), (2, 0)]
    emptied = draft.parties.filter(reason=LeftOut.BY_HAND).values_list("organisation", flat=True)
    assert set(emptied) == {lists.companies[0].pk, lists.startups[1].pk}
    assert "shortlistdraft.taken_off" in audits(draft)


def test_another_is_put_on_in_its_place(lists: Lists, cast: Cast) -> None:
    draft = lists.draft(cast.officer)
    for company, startup in ((0, 1), (2, 0)):
        actions.take_off_list(
            draft, company=lists.companies[company].pk, startup=lists.startups[startup].pk, by=cast.officer
        )
    pair = actions.add_to_list(draft, lists.match(0, 0), by=cast.officer)
    assert (pair.added_by, pair.score) == (cast.officer, Decimal(90))
    assert lists.shown(draft) == [(0, 0), (1, 2)]
    assert draft.parties.get(organisation=lists.companies[0].pk).reason == ""


def test_what_is_too_much_for_either_side_is_refused_with_the_findings(lists: Lists, cast: Cast) -> None:
    draft = lists.draft(cast.officer)
    with pytest.raises(actions.ListsRefused) as refused:
        actions.add_to_list(draft, lists.match(0, 0), by=cast.officer)
    assert refused.value.findings == [
        Finding(Fault.FIRM_FULL, lists.companies[0].pk, None),
        Finding(Fault.STARTUP_FULL, None, lists.startups[0].pk),
    ]
    assert lists.shown(draft) == [(0, 1), (1, 2), (2, 0)]


def test_a_pair_that_is_there_is_not_added_twice(cast: Cast) -> None:
    lists = lists_world.three_by_three(company_limit=2, startup_limit=3)
    draft = lists.draft(cast.officer)
    company, startup = lists.shown(draft)[0]
    with pytest.raises(actions.ListsRefused, match="twice"):
        actions.add_to_list(draft, lists.match(company, startup), by=cast.officer)


def test_a_match_that_is_no_longer_proposed_is_not_added(lists: Lists, cast: Cast) -> None:
    draft = lists.draft(cast.officer)
    actions.take_off_list(draft, company=lists.companies[0].pk, startup=lists.startups[1].pk, by=cast.officer)
    match = lists.match(0, 1)
    actions.dismiss(match, side=Side.STAFF, reason=DismissReason.OTHER, by=cast.officer)
    with pytest.raises(actions.ListsRefused, match="no_candidate"):
        actions.add_to_list(draft, match, by=cast.officer)


@pytest.mark.parametrize(
    "status", [ShortlistStatus.COMPUTING, ShortlistStatus.DISCLOSED, ShortlistStatus.DISCARDED]
)
def test_only_a_draft_that_is_ready_is_changed(lists: Lists, cast: Cast, status: str) -> None:
    draft = lists.draft(cast.officer)
    ShortlistDraft.objects.filter(pk=draft.pk).update(status=status)
    company, startup = lists.companies[0].pk, lists.startups[1].pk
    with pytest.raises(TransitionNotAllowed):
        actions.take_off_list(draft, company=company, startup=startup, by=cast.officer)
    with pytest.raises(TransitionNotAllowed):
        actions.add_to_list(draft, lists.match(0, 0), by=cast.officer)
    with pytest.raises(TransitionNotAllowed):
        actions.approve_lists(draft, companies=None, seen="", by=cast.officer)
    assert lists.shown(draft) == [(0, 1), (1, 2), (2, 0)]


def test_what_is_not_on_a_list_cannot_be_taken_off(lists: Lists, cast: Cast) -> None:
    draft = lists.draft(cast.officer)
    with pytest.raises(TransitionNotAllowed):
        actions.take_off_list(
            draft, company=lists.companies[0].pk, startup=lists.startups[0].pk, by=cast.officer
        )


# --- Disclosing --------------------------------------------------------------------------------------------------


def test_one_list_is_disclosed_and_its_firm_told_once(cast: Cast) -> None:
    lists = lists_world.three_by_three(company_limit=2, startup_limit=2)
    reader = factories.MembershipFactory(organisation=lists.companies[0].organisation).user
    draft = lists.draft(cast.officer)
    mine = [startup for firm, startup in lists.shown(draft) if firm == 0]
    assert (len(mine), approve(draft, cast, [lists.companies[0].pk])) == (2, 1)
    states = [lists.match(0, startup).status for startup in mine]
    assert states == [MatchStatus.DISCLOSED] * 2
    [notice] = Notice.objects.filter(event="list_disclosed")
    assert (notice.recipient, notice.link_name) == (reader, "matches:list")
    assert set(fact(notice, "startups").split(", ")) == {str(lists.startups[one]) for one in mine}
    assert (draft.is_ready, Email.objects.filter(to=[reader.email]).count()) == (True, 1)
    assert Match.objects.filter(company=lists.companies[1]).exclude(status=MatchStatus.PROPOSED).count() == 0


def test_the_draft_is_disclosed_with_its_last_list(lists: Lists, cast: Cast) -> None:
    draft = lists.draft(cast.officer)
    approve(draft, cast, [lists.companies[0].pk])
    assert draft.status == ShortlistStatus.READY
    assert approve(draft, cast) == 2
    assert draft.status == ShortlistStatus.DISCLOSED
    assert Match.objects.filter(status=MatchStatus.DISCLOSED).count() == 3
    assert mail.outbox == []  # mails wait in the queue of the worker
    by = AuditEvent.objects.filter(action="match.disclosed").values_list("actor_label", flat=True)
    assert set(by) == {"officer"}


@pytest.mark.parametrize("change", ["pair", "reader", "score", "elsewhere"])
def test_what_changed_since_the_check_is_not_disclosed(lists: Lists, cast: Cast, change: str) -> None:
    draft = lists.draft(cast.officer)
    seen = sending_of(draft).fingerprint
    company, startup = lists.companies[0], lists.startups[1]
    if change == "pair":
        actions.take_off_list(draft, company=company.pk, startup=startup.pk, by=cast.administrator)
    elif change == "reader":
        factories.MembershipFactory(organisation=company.organisation)
    elif change == "score":
        ShortlistPair.objects.filter(company=company).update(score=1)
    else:
        actions.dismiss(lists.match(0, 1), side=Side.STAFF, reason=DismissReason.OTHER, by=cast.administrator)
    with pytest.raises(actions.ListsChanged):
        actions.approve_lists(draft, companies=None, seen=seen, by=cast.officer)
    assert not Match.objects.filter(status=MatchStatus.DISCLOSED).exists()
    assert not Job.objects.filter(name="matches.disclose_list").exists()


def test_a_list_is_approved_once(lists: Lists, cast: Cast) -> None:
    draft = lists.draft(cast.officer)
    seen = sending_of(draft, [lists.companies[0].pk]).fingerprint
    actions.approve_lists(draft, companies=[lists.companies[0].pk], seen=seen, by=cast.officer)
    with pytest.raises(actions.ListsChanged):
        actions.approve_lists(draft, companies=[lists.companies[0].pk], seen=seen, by=cast.officer)
    assert Job.objects.filter(name="matches.disclose_list").count() == 1


def test_what_is_approved_is_not_taken_off_any_more(lists: Lists, cast: Cast) -> None:
    draft = lists.draft(cast.officer)
    seen = sending_of(draft).fingerprint
    actions.approve_lists(draft, companies=None, seen=seen, by=cast.officer)
    with pytest.raises(TransitionNotAllowed):
        actions.take_off_list(
            draft, company=lists.companies[0].pk, startup=lists.startups[1].pk, by=cast.administrator
        )


def test_a_match_that_somebody_dismissed_after_approval_stays_dismissed_and_its_firm_hears_nothing(
    lists: Lists, cast: Cast
) -> None:
    draft = lists.draft(cast.officer)
    companies = [lists.companies[0].pk]
    actions.approve_lists(
        draft, companies=companies, seen=sending_of(draft, companies).fingerprint, by=cast.officer
    )
    actions.dismiss(lists.match(0, 1), side=Side.STAFF, reason=DismissReason.CONFLICT, by=cast.administrator)
    jobs.run_due()
    assert lists.match(0, 1).status == MatchStatus.DISMISSED
    assert not Notice.objects.filter(event="list_disclosed").exists()


def test_a_list_delivered_twice_is_disclosed_once(lists: Lists, cast: Cast) -> None:
    factories.MembershipFactory(organisation=lists.companies[0].organisation)
    draft = lists.draft(cast.officer)
    approve(draft, cast)
    tasks.disclose_list(draft_id=draft.pk, company_id=lists.companies[0].pk, by_id=cast.officer.pk)
    assert Notice.objects.filter(event="list_disclosed").count() == 1


def test_discarding_ends_the_draft_and_leaves_what_was_disclosed(lists: Lists, cast: Cast) -> None:
    draft = lists.draft(cast.officer)
    approve(draft, cast, [lists.companies[0].pk])
    actions.discard_shortlists(draft, by=cast.officer)
    assert (draft.status, lists.match(0, 1).status) == (ShortlistStatus.DISCARDED, MatchStatus.DISCLOSED)
    assert audits(draft)[-1] == "shortlistdraft.discarded"


def test_a_run_that_drops_a_match_leaves_the_draft_readable(lists: Lists, cast: Cast) -> None:
    """Pairs stand by themselves: a later run may delete a match that nobody has seen."""
    draft = lists.draft(cast.officer)
    lists.match(0, 1).delete()
    assert lists.shown(draft) == [(0, 1), (1, 2), (2, 0)]
    assert lists.companies[0].pk not in sending_of(draft).by_firm
    assert draft.pairs.with_match().get(company=lists.companies[0]).match_status is None


def test_the_database_keeps_one_open_draft_and_each_pair_once(lists: Lists, cast: Cast) -> None:
    draft = lists.draft(cast.officer)
    with pytest.raises(IntegrityError), transaction.atomic():
        ShortlistDraft.objects.create(rule=draft.rule, started_by=cast.officer)
    pair = draft.pairs.first()
    with pytest.raises(IntegrityError), transaction.atomic():
        ShortlistPair.objects.create(draft=draft, company=pair.company, startup=pair.startup, score=1)
    with pytest.raises(IntegrityError), transaction.atomic():
        ShortlistPair.objects.filter(pk=pair.pk).update(approved_at=timezone.now())
