"""What the pages about outcomes show: rows of words, made for one reader. No queries but for what is prefetched."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.models import User
from matchmaking.core.currencies import money_about
from matchmaking.matches.enums import Side
from partnerships import outcomes
from partnerships.actions.outcomes import SIDES, differing
from partnerships.actions.records import side_of
from partnerships.enums import Figure, OutcomeStatus, Result, Without
from partnerships.models import FollowUp, FollowUpAnswer, FollowUpLink, Partnership
from partnerships.models.outcomes import period_words
from partnerships.outcomes import Told
from partnerships.rules import JAPAN

Row = dict[str, Any]
TONES = {
    OutcomeStatus.ASKED: "info",
    OutcomeStatus.CONFIRMED: "ok",
    OutcomeStatus.DIFFERS: "warn",
    OutcomeStatus.DECIDED: "line",
    OutcomeStatus.LAPSED: "line",
}


def shown(told: Told | None) -> dict[str, str]:
    """Every figure of an answer in words; a dash where a side has not answered."""
    if told is None:
        return dict.fromkeys([*Figure.values, "without", "words"], "–")
    return {
        Figure.RESULTS: pgettext("list separator", ", ").join(
            str(each.label) for each in Result if each in told.results
        ),
        Figure.SALES: money_about(told.sales, told.sales_currency),
        Figure.INVESTED: money_about(told.invested, told.invested_currency),
        Figure.JOBS: str(told.jobs),
        Figure.PRODUCTS: str(told.products),
        "without": str(Without(told.without).label) if told.without else "–",
        "words": told.words or "–",
    }


def own_rows(answer: FollowUpAnswer) -> list[Row]:
    """What a side has answered, for itself."""
    words = shown(answer.told())
    return [{"label": label, "value": words[name]} for name, label in _labels()]


def both_rows(follow_up: FollowUp) -> list[Row]:
    """The two answers beside each other, for staff, with what differs."""
    told = {side: follow_up.told_by(side) for side in SIDES}
    company, startup = (shown(each.told() if each else None) for each in told.values())
    unlike = set(differing(follow_up))
    return [
        {"label": label, "company": company[name], "startup": startup[name], "differs": name in unlike}
        for name, label in _labels()
    ]


def _labels() -> list[tuple[str, str]]:
    return [
        *((each.value, str(each.label)) for each in Figure),
        ("without", _("Would it have happened without the programme?")),
        ("words", _("In your words")),
    ]


def line(follow_up: FollowUp) -> Row:
    """One period in a list: its state and for whom it waits."""
    waiting = [side for side in SIDES if follow_up.is_open and follow_up.told_by(side) is None]
    return {
        "follow_up": follow_up,
        "period": follow_up.period,
        "tone": TONES[OutcomeStatus(follow_up.status)],
        "waits_for": pgettext("list separator", ", ").join(str(side.label) for side in waiting),
    }


def panel_rows(follow_ups: Iterable[FollowUp], user: User) -> list[Row]:
    """For the partnership's page: each period, and where its reader goes on."""
    page = "partnerships:outcome_staff" if user.is_officer else "partnerships:outcome"
    return [
        {
            **line(each),
            "url": reverse(page, kwargs={"pk": each.pk}),
            "to_answer": each.is_open and not user.is_officer and each.told_by(side_of(user)) is None,
        }
        for each in follow_ups
    ]


def missed_line(partnership: Partnership, now: datetime) -> Row:
    """A contract about whose latest period nobody was asked: which, since when it is over."""
    signed_on = partnership.signed_at.astimezone(JAPAN).date()  # type: ignore[union-attr]  # a contract was signed
    months = outcomes.latest_due(signed_on, now.astimezone(JAPAN).date()) or outcomes.PERIODS[0]
    return {
        "partnership": partnership,
        "signed_on": signed_on,
        "period": period_words(months),
        "over_on": outcomes.day_after(signed_on, months),
    }


def next_ask(partnership: Partnership, now: datetime) -> Any:
    """The day on which both sides will be asked next; None before a contract and after the last period."""
    if partnership.signed_at is None:
        return None
    signed_on = partnership.signed_at.astimezone(JAPAN).date()
    return outcomes.next_due(signed_on, now.astimezone(JAPAN).date())


def link_rows(links: Iterable[FollowUpLink], now: datetime) -> list[Row]:
    """To whom a link was sent, and whether it is good."""
    return [
        {
            "link": each,
            "who": str(each.user),
            "side": each.get_side_display(),
            "state": _link_state(each, now),
            "live": each.revoked_at is None and not each.is_past(now),
        }
        for each in links
    ]


def _link_state(link: FollowUpLink, now: datetime) -> str:
    if link.revoked_at is not None:
        return pgettext("link", "Stopped")
    return pgettext("link", "Run out") if link.is_past(now) else pgettext("link", "Good")


def side_rows(follow_up: FollowUp) -> list[Row]:
    """For staff: who has answered when and how, and whether more links may be sent."""
    rows = []
    for side in SIDES:
        answer = follow_up.told_by(side)
        rows.append(
            {
                "side": Side(side),
                "label": Side(side).label,
                "answer": answer,
                "may_send": follow_up.is_open and answer is None,
            }
        )
    return rows
