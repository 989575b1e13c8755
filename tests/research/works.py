"""Commissions in every state, made through the actions themselves, with readable defaults."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from accounts.models import User
from companies.models import Company
from matchmaking.matches.models import Match
from research import actions
from research.models import AdviceRequest, Commission, Expert, ReportVersion
from startups.models import Startup

DUE = date(2031, 6, 13)
QUESTION = "How large is the market for checkouts without tills in Singapore?"


def question(pair: Match, **more: Any) -> actions.Question:
    given = {
        "company": pair.company,
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


TEXTS = {
    "summary": "Worth a trial.\n\nThe market grows.",
    "market": "Two years of figures agree.",
    "regulation": "No licence is needed.",
    "competitors": "Two suppliers.",
    "risks": "The currency.",
    "recommendation": "Buy one and try it for a season.",
    "sources": "Retail Board 2025; talks with three chains.",
}


def written(commission: Commission, expert: User, *, without: str = "") -> Commission:
    """A complete report, except for the section (or the figures) that is left out."""
    for kind, text in TEXTS.items():
        known = commission.sections.filter(kind=kind).first()
        if kind != without and known is None:
            actions.save_section(commission, kind, text, seen=0, by=expert)
    if without != "figures":
        for year, amount in ((2025, "12.5"), (2028, "20")):
            values = {"label": "Tills", "year": year, "amount": Decimal(amount), "currency": "USD",
                      "source": "Retail Board 2025"}  # fmt: skip
            actions.add_figure(commission, values, by=expert)
    return commission


def delivered(commission: Commission, expert: User) -> ReportVersion:
    return actions.deliver(written(commission, expert), by=expert)


def published(commission: Commission, expert: User, by: User) -> ReportVersion:
    version = delivered(commission, expert)
    actions.publish_report(commission, by=by)
    return version


def advice_asked(startup: Startup, expert: User, by: User, company: Company | None = None) -> AdviceRequest:
    asked = Expert.objects.select_related("user").get(user=expert)
    return actions.ask_advice(startup, asked, due=DUE, by=by, company=company)
