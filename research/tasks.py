"""The jobs of this app. All may be delivered more than once; what was read once is not read again."""

from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

from celery import shared_task
from django.utils import timezone

from matchmaking.core import jobs
from matchmaking.core.working_days import OFFICE_ZONE
from research import actions, reading
from research.actions.reminders import REMIND, Debt
from research.enums import Lead, Owed
from research.models import Commission, Expert


@jobs.handler("research.read_question")
def read_question(*, commission_id: int) -> None:
    for commission in Commission.objects.filter(pk=commission_id):
        reading.read_question(commission.question, commission.market)


@jobs.handler("research.read_expert")
def read_expert(*, expert_id: int) -> None:
    for expert in Expert.objects.filter(pk=expert_id).exclude(biography=""):
        reading.read("passage", expert.biography)


def _today() -> date:
    """On the office's clock, in whose working days terms are counted."""
    return timezone.localdate(timezone=ZoneInfo(OFFICE_ZONE))


@jobs.handler(REMIND)
def remind(*, what: str, pk: int, expert: int, due: str, lead: str) -> None:
    """At least once: notices and the end of the job are one transaction, so that they are written once."""
    actions.remind(Debt(Owed(what), pk, expert, date.fromisoformat(due)), Lead(lead), today=_today())


@shared_task(name="research.queue_reminders")
def queue_reminders() -> int:
    """At least once: the ledger takes each reminder but once."""
    return actions.queue_reminders(today=_today())


@shared_task(name="research.read_anew")
def read_anew() -> int:
    """At least once: the ledger has the same words read but once."""
    return actions.read_anew()
