"""Partnerships made through the actions themselves, with readable defaults."""

from __future__ import annotations

import re
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from accounts.models import User
from companies.models import Company
from matchmaking.core.enums import CooperationMode
from matchmaking.matches.enums import Side
from meetings.enums import RequestStatus
from meetings.models import Meeting, MeetingReport, MeetingRequest
from partnerships import actions
from partnerships.actions import GateText, Plan
from partnerships.actions.records import side_of
from partnerships.enums import AmountKind, GateStatus, Need, PaperKind, PartnershipStage
from partnerships.models import FollowUp, FollowUpLink, GateRule, NextStep, Partnership
from partnerships.outcomes import Told, day_after
from partnerships.rules import JAPAN, NEEDS
from startups.models import Startup
from tests import factories
from tests.conftest import Cast
from tests.meetings import stories as meetings

JOINT = CooperationMode.JOINT_DEVELOPMENT
TODAY = date(2031, 6, 2)
NOON = datetime(2031, 6, 2, 3, 0, tzinfo=UTC)  # in Japan


def begun(cast: Cast, *, by: User | None = None, now: datetime | None = None, **plan: Any) -> Partnership:
    """Of the cast's firm and startup, unless others are named."""
    given = {
        "company": cast.company,
        "startup": cast.startup,
        "mode": JOINT,
        "summary": "Try the counter on two tills.",
        **plan,
    }
    return actions.begin(Plan(**given), by=by or cast.officer, now=now)


def pair() -> tuple[Company, Startup]:
    return factories.ChallengeFactory().company, factories.StartupFactory()


def a_step(partnership: Partnership, by: User, **given: Any) -> NextStep:
    wanted = {"text": "Send a sample", "owner": Side.STARTUP, "due_on": TODAY + timedelta(days=7), **given}
    return actions.add_step(partnership, by=by, **wanted)


def meet(partnership: Partnership, need: Need, by: User) -> None:
    """Bring what a stage needs."""
    if need == Need.NEXT_STEP:
        a_step(partnership, by)
    elif need == Need.AMOUNT:
        actions.add_amount(partnership, AmountKind.BUDGET, Decimal(12_000_000), "JPY", TODAY, by=by)
    elif need == Need.GATES:
        settle(partnership, by)
    else:
        actions.add_paper(partnership, PaperKind(need.value), TODAY, by=by)


def settle(partnership: Partnership, by: User, before: str = "") -> None:
    """All open checks, or those for one stage."""
    checks = partnership.checks.open()
    for check in checks.filter(rule__before=before) if before else checks:
        actions.decide(check, GateStatus.SETTLED, TODAY, "Looked at by counsel.", by=by)


def brought_to(partnership: Partnership, stage: str, by: User) -> Partnership:
    """From where it is to a later stage, with all that each stage on the way needs."""
    for to in list(PartnershipStage)[1:5]:
        if partnership.status == stage:
            break
        for need in NEEDS[partnership.mode][to]:
            if need != Need.GATES:
                meet(partnership, need, by)
        settle(partnership, by, before=to)
        actions.move_on(partnership, to, by=by)
    return partnership


def held(cast: Cast, startup: Startup | None = None) -> MeetingRequest:
    """A request of the cast's firm whose meeting has been held."""
    match = meetings.match_of(cast.company, startup or cast.startup)
    request = meetings.asked(match, cast.company_owner)
    MeetingRequest.objects.filter(pk=request.pk).update(status=RequestStatus.HELD)
    request.refresh_from_db()
    return request


def rule_text(**given: Any) -> GateText:
    wanted = {
        "title_en": "Product liability",
        "title_ja": "製造物責任",
        "text_en": "Look at who answers for faults.",
        "text_ja": "不具合の責任を確認します。",
        "modes": [JOINT],
        "countries": [],
        "before": PartnershipStage.SIGNED,
        "source": "製造物責任法",
        "source_url": "",
        "checked_on": TODAY,
        **given,
    }
    return GateText(**wanted)


def only_rule(**given: Any) -> GateRule:
    """The one rule in use: those that come with the portal are taken out of use."""
    GateRule.objects.update(in_use=False)
    return GateRule.objects.create(**{**asdict(rule_text()), **given})


def told_of(cast: Cast, outcome: str, side: str = "company", status: str = "held") -> Meeting:
    """A meeting of which a side tells what came of it."""
    request = meetings.agreed(meetings.match_of(cast.company, cast.startup), cast.company_owner)
    meeting = meetings.actions.book_free_time(request, meetings.at(4), by=cast.officer)
    MeetingReport.objects.create(
        meeting=meeting,
        side=side,
        by=cast.officer,
        at=timezone.now(),
        company_came=outcome != "not_held",
        startup_came=outcome != "not_held",
        outcome=outcome,
    )
    type(request).objects.filter(pk=request.pk).update(status=status)
    return meeting


# --- What came of it ---------------------------------------------------------------------------------------------


def signed(cast: Cast, on: datetime = NOON, **plan: Any) -> Partnership:
    """A partnership whose contract was signed then."""
    begun_ = begun(cast, **plan)
    Partnership.objects.filter(pk=begun_.pk).update(
        status=PartnershipStage.SIGNED, signed_at=on, stage_since=on, news_at=on
    )
    begun_.refresh_from_db()
    return begun_


def follow_up_of(partnership: Partnership, months: int = 3, asked_at: datetime | None = None) -> FollowUp:
    """One that was asked, without any mail."""
    asked_at = asked_at or timezone.now()
    day = asked_at.astimezone(JAPAN).date()
    return FollowUp.objects.create(
        partnership=partnership,
        months=months,
        signed_on=day,
        due_on=day_after(day, months),
        asked_at=asked_at,
    )


def told(**given: Any) -> Told:
    wanted = {
        "results": ["in_use", "sales"],
        "sales": Decimal(12_000_000),
        "sales_currency": "JPY",
        "invested": Decimal(0),
        "invested_currency": "JPY",
        "jobs": 3,
        "products": 1,
        "without": "later",
        "words": "",
        **given,
    }
    return Told(**wanted)


def answered(follow_up: FollowUp, by: User, now: datetime | None = None, **given: Any) -> FollowUp:
    """One side answers; the follow-up as it is then."""
    actions.answer_outcome(follow_up, told(**given), side=side_of(by), by=by, now=now or follow_up.asked_at)
    return FollowUp.objects.with_parties().get(pk=follow_up.pk)


def settled(follow_up: FollowUp, cast: Cast, **startup_says: Any) -> FollowUp:
    """Both sides answer; the startup says otherwise what is named."""
    answered(follow_up, cast.company_owner)
    return answered(follow_up, cast.startup_owner, **startup_says)


def tokens(mails: Any) -> list[str]:
    """The secrets in mails, in order."""
    return [found for mail in mails for found in re.findall(r"/outcomes/([^/\s]+)/", mail.message)]


def newest_link(user: User) -> FollowUpLink:
    return FollowUpLink.objects.filter(user=user).latest("pk")
