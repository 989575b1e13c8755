"""Reminding experts of what they owe, two working days before its day and the day after, when the office hears of it
too: each deadline once.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from matchmaking.core import jobs
from matchmaking.core.facts import Day
from matchmaking.core.notices import Event, notify
from matchmaking.core.working_days import LONGEST_BREAK, office_days_between
from research.enums import IN_WRITING, Lead, Owed
from research.models import AdviceRequest, Commission, Expert

REMIND = "research.remind"
BEFORE_DAYS = 2  # of the office's working days
# To the expert before and after the day, and to the office; and where the two read more.
EVENTS = {
    Owed.REPORT: (Event.RESEARCH_DUE, Event.RESEARCH_LATE, Event.RESEARCH_OVERDUE),
    Owed.ASSESSMENT: (Event.ADVICE_DUE, Event.ADVICE_LATE, Event.ADVICE_OVERDUE),
}


@dataclass(frozen=True, slots=True)
class Debt:
    """A report or an assessment, whose it is, and by when."""

    what: Owed
    pk: int
    expert_id: int
    due: date

    def key(self, lead: Lead) -> str:
        """Another expert, or another day, is another deadline."""
        return f"research-due:{self.what}:{self.pk}:{self.expert_id}:{self.due}:{lead}"


def lead_of(due: date, today: date) -> Lead | None:
    """Which reminder is due; None while there is time."""
    if due < today:
        return Lead.AFTER
    return Lead.BEFORE if office_days_between(today, due) <= BEFORE_DAYS else None


def queue_reminders(*, today: date) -> int:
    """Put every reminder that is due into the ledger, which knows each but once. Returns how many are due."""
    due = [(each, lead) for each in _debts(today + LONGEST_BREAK) if (lead := lead_of(each.due, today))]
    for debt, lead in due:
        _queue(debt, lead)
    return len(due)


def _debts(until: date) -> Iterator[Debt]:
    for what in Owed:
        rows = _owed(what).filter(due__lte=until).order_by("pk")
        for pk, expert, due in rows.values_list("pk", "expert", "due"):
            if due is not None:
                yield Debt(what, pk, expert, due)


def _owed(what: Owed) -> QuerySet[Commission] | QuerySet[AdviceRequest]:
    if what == Owed.REPORT:
        return Commission.objects.filter(status__in=IN_WRITING)
    return AdviceRequest.objects.open()


@transaction.atomic
def _queue(debt: Debt, lead: Lead) -> None:
    jobs.enqueue(
        REMIND,
        dedupe_key=debt.key(lead),
        what=debt.what.value,
        pk=debt.pk,
        expert=debt.expert_id,
        due=debt.due.isoformat(),
        lead=lead.value,
    )


@transaction.atomic
def remind(debt: Debt, lead: Lead, *, today: date) -> bool:
    """Tell them, unless it was delivered, refused or given another day meanwhile, or the time for it is over."""
    still = _owed(debt.what).filter(pk=debt.pk, expert=debt.expert_id, due=debt.due)
    if not still.select_for_update(of=("self",)).exists() or lead_of(debt.due, today) != lead:
        return False
    expert = Expert.objects.select_related("user").get(pk=debt.expert_id)
    before, after, office = EVENTS[debt.what]
    page = "research:assignment" if debt.what == Owed.REPORT else "research:assess"
    event = before if lead == Lead.BEFORE else after
    keys, due = {"pk": debt.pk}, Day(debt.due)
    notify(event, [expert.user], link=page, link_kwargs=keys, number=str(debt.pk), due=due)
    if lead == Lead.AFTER:
        _tell_office(office, debt, expert)
    return True


def _tell_office(event: Event, debt: Debt, expert: Expert) -> None:
    is_report = debt.what == Owed.REPORT
    notify(
        event,
        User.objects.officers(),
        link="research:commission" if is_report else "research:assessments",
        link_kwargs={"pk": debt.pk} if is_report else None,
        number=str(debt.pk),
        due=Day(debt.due),
        expert=str(expert),
    )
