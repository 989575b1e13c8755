"""Commissions in every state, made through the actions themselves, with readable defaults."""

from __future__ import annotations

from datetime import date
from typing import Any

from accounts.models import User
from matchmaking.matches.models import Match
from research import actions
from research.models import Commission, Expert

DUE = date(2031, 6, 13)
QUESTION = "How large is the market for checkouts without tills in Singapore?"


def question(pair: Match, **more: Any) -> actions.Question:
    given = {
        "challenge": pair.challenge,
        "field": "retail",
        "market": "SG",
        "language": "en",
        "question": QUESTION,
    }
    return actions.Question(**{**given, "match": pair, **more})


def asked(pair: Match, by: User, **more: Any) -> Commission:
    return actions.ask(question(pair, **more), by=by)


def offered(commission: Commission, expert: User, by: User, due: date = DUE) -> Commission:
    actions.assign(commission, Expert.objects.select_related("user").get(user=expert), due=due, by=by)
    return commission


def accepted(commission: Commission, expert: User, by: User, due: date = DUE) -> Commission:
    actions.accept(offered(commission, expert, by, due), by=expert)
    return commission


def states_of(commission: Commission) -> tuple[str, Any]:
    """As the database has it: the state, and who has it in hand."""
    commission.refresh_from_db()
    return commission.status, commission.expert_id
