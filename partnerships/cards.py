"""What the pages about partnerships show: rows of words, made for one reader. No queries."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils.translation import pgettext

from accounts.models import User
from accounts.rules import name_of
from documents.cards import line as file_line
from matchmaking.core.currencies import money_about
from matchmaking.matches.enums import Side
from partnerships import rules
from partnerships.actions.corrections import Entry, may_take_out
from partnerships.actions.records import may_finish, may_send_file
from partnerships.enums import STAGES, GateStatus, PartnershipStage
from partnerships.models import Amount, GateCheck, NextStep, Paper, Partnership, SupportMeasure

Row = dict[str, Any]
TONES = {
    PartnershipStage.EXPLORING: "info",
    PartnershipStage.AGREED: "info",
    PartnershipStage.PROVING: "info",
    PartnershipStage.NEGOTIATING: "info",
    PartnershipStage.SIGNED: "ok",
    PartnershipStage.ENDED: "line",
}
CHECK_TONES = {GateStatus.OPEN: "warn", GateStatus.SETTLED: "ok", GateStatus.NOT_NEEDED: "line"}


def names(partnership: Partnership, language: str) -> Row:
    return {
        "company": name_of(partnership.company.organisation, language),
        "startup": name_of(partnership.startup.organisation, language),
    }


def line(partnership: Partnership, language: str, now: datetime) -> Row:
    """One line of a list."""
    return {
        "partnership": partnership,
        **names(partnership, language),
        "tone": TONES[PartnershipStage(partnership.status)],
        "quiet": rules.is_quiet(partnership.status, partnership.news_at, now),
        "step_due": getattr(partnership, "step_due", None),
        "waits_for": _side(getattr(partnership, "step_owner", None) if partnership.is_open else None),
        "idle": partnership.is_open and getattr(partnership, "step_due", None) is None,
    }


def _side(owner: str | None) -> str:
    return str(Side(owner).label) if owner else ""


def stage_steps(partnership: Partnership) -> list[Row]:
    """The way to the contract, and where the partnership stands on it; one that has ended stands nowhere."""
    here = partnership.status
    return [{"label": stage.label, "state": _state(here, stage)} for stage in STAGES]


def _state(here: str, stage: PartnershipStage) -> str:
    if here == PartnershipStage.ENDED:
        return "todo"
    if here == stage:
        return "done" if stage == PartnershipStage.SIGNED else "current"
    return "done" if rules.is_forward(stage, here) else "todo"


def step_rows(steps: Iterable[NextStep], user: User, now: datetime) -> list[Row]:
    """Next steps: what waits for whom, the overdue ones told apart."""
    today = now.astimezone(rules.JAPAN).date()
    return [
        {
            "step": step,
            "owner": step.get_owner_display(),
            "overdue": step.done_at is None and step.due_on < today,
            "finish_url": _finish_url(step, user),
            "take_out_url": _take_out_url("step", step, user),
        }
        for step in steps
    ]


def awaited(rows: Iterable[Row]) -> Row | None:
    """Of next steps, the open ones first, what the partnership waits for."""
    return next((row for row in rows if row["step"].done_at is None), None)


def _finish_url(step: NextStep, user: User) -> str:
    if step.done_at or not may_finish(step, user):
        return ""
    return reverse("partnerships:step_done", kwargs={"pk": step.pk})


def _take_out_url(kind: str, entry: Entry, user: User) -> str:
    """Where it is taken out again; nowhere what is done, or was written down by the other side."""
    if not may_take_out(entry, user) or (isinstance(entry, NextStep) and entry.done_at):
        return ""
    return reverse("partnerships:take_out", kwargs={"entry": kind, "pk": entry.pk})


def amount_rows(amounts: Iterable[Amount], user: User) -> list[Row]:
    return [
        {
            "row": each,
            "what": each.get_kind_display(),
            "amount": money_about(each.amount, each.currency),
            "take_out_url": _take_out_url("amount", each, user),
        }
        for each in amounts
    ]


def measure_rows(measures: Iterable[SupportMeasure], user: User) -> list[Row]:
    return [
        {
            "row": each,
            "amount": money_about(each.amount, each.currency) if each.amount else "",
            "take_out_url": _take_out_url("support", each, user),
        }
        for each in measures
    ]


def paper_rows(papers: Iterable[Paper], user: User) -> list[Row]:
    """Documents, each with its file if one was sent, and whether this reader may send one."""
    return [
        {
            "row": each,
            "what": each.get_kind_display(),
            "file": file_line(each.document, each.get_kind_display()) if each.document else None,
            "may_send": may_send_file(each, user),
            "take_out_url": _take_out_url("document", each, user),
        }
        for each in papers
    ]


def check_rows(checks: Iterable[GateCheck]) -> list[Row]:
    """Legal checks in the order of the stages for which they must be settled."""
    order = {stage.value: number for number, stage in enumerate(STAGES)}
    ordered = sorted(checks, key=lambda check: (order[check.rule.before], check.rule_id))
    return [
        {
            "check": check,
            "rule": check.rule,
            "before": check.rule.get_before_label(),
            "tone": CHECK_TONES[GateStatus(check.status)],
        }
        for check in ordered
    ]


def need_rows(standing: rules.Standing, to: str) -> list[Row]:
    """What the next stage needs, and whether it is there."""
    lacking = rules.missing(standing, to)
    needs = rules.NEEDS[standing.mode].get(to, ())
    there, absent = pgettext("need of a stage", "There"), pgettext("need of a stage", "Missing")
    return [
        {
            "label": need.label,
            "status": absent if need in lacking else there,
            "tone": "warn" if need in lacking else "ok",
        }
        for need in needs
    ]
