"""Background work of rounds. Each job may be delivered again (at least once); each looks at the state first."""

from __future__ import annotations

from datetime import datetime

from celery import shared_task
from django.utils import timezone

from matchmaking.core import jobs
from matchmaking.matches.enums import Side
from meetings import actions
from meetings.actions.answer_reminders import REMIND_TO_ANSWER
from meetings.actions.asking import ASK
from meetings.actions.confirm_reminders import REMIND_TO_CONFIRM
from meetings.actions.placement import PLACE, SOLVE
from meetings.actions.rechecks import RECHECK
from meetings.actions.reminders import REMIND
from meetings.enums import Ask, Lead
from meetings.models import Timetable


def give_up(*, timetable_id: int) -> None:
    """The round goes back, and the programme office is told."""
    actions.give_up_placement(Timetable.objects.select_related("round").get(pk=timetable_id))


@jobs.handler(PLACE, on_give_up=give_up)
def place_round(*, timetable_id: int) -> None:
    """At least once: a timetable that no longer waits is left alone."""
    actions.gather(Timetable.objects.select_related("round").get(pk=timetable_id))


@jobs.handler(SOLVE, on_give_up=give_up)
def solve_timetable(*, timetable_id: int) -> None:
    """At least once: a timetable that is no longer being solved is left alone."""
    actions.work_out(Timetable.objects.select_related("round", "created_by").get(pk=timetable_id))


@jobs.handler(REMIND)
def remind(*, meeting_id: int, sequence: int, lead: str) -> None:
    """At least once: notices and the end of the job are one transaction, so that they are written once."""
    actions.remind(meeting_id, sequence=sequence, lead=Lead(lead), now=timezone.now())


@shared_task(name="meetings.queue_reminders")
def queue_reminders() -> int:
    """At least once: the ledger takes each reminder but once."""
    return actions.queue_reminders(now=timezone.now())


@jobs.handler(RECHECK)
def recheck(*, organisations: list[int]) -> None:
    """At least once: what is known already is not told again."""
    actions.recheck(now=timezone.now(), organisations=organisations)


@shared_task(name="meetings.recheck_all")
def recheck_all() -> int:
    """Daily, for what nobody announces: a zone or country that changed, holidays that became known."""
    return actions.recheck(now=timezone.now())


@jobs.handler(ASK)
def ask_availability(*, round_id: int, organisation_id: int, ask: str) -> None:
    """At least once: notices and the end of the job are one transaction, so that they are written once."""
    actions.ask_availability(round_id, organisation_id, ask=Ask(ask))


@shared_task(name="meetings.queue_asks")
def queue_asks() -> int:
    """At least once: the ledger takes each asking but once."""
    return actions.queue_asks(now=timezone.now())


@jobs.handler(REMIND_TO_ANSWER)
def remind_to_answer(*, request_id: int, side: str, until: str) -> None:
    """At least once: notices and the end of the job are one transaction, so that they are written once."""
    actions.remind_to_answer(
        request_id, side=Side(side), until=datetime.fromisoformat(until), now=timezone.now()
    )


@shared_task(name="meetings.queue_answer_reminders")
def queue_answer_reminders() -> int:
    """At least once: the ledger takes each deadline but once."""
    return actions.queue_answer_reminders(now=timezone.now())


@jobs.handler(REMIND_TO_CONFIRM)
def remind_to_confirm(*, term_id: int) -> None:
    """At least once: notices and the end of the job are one transaction, so that they are written once."""
    actions.remind_to_confirm(term_id, now=timezone.now())


@shared_task(name="meetings.follow_up_confirmations")
def follow_up_confirmations() -> int:
    """At least once: the ledger takes each term but once, and who has been told that it passed is not told again."""
    now = timezone.now()
    return actions.queue_confirm_reminders(now=now) + actions.tell_unconfirmed(now=now)


@shared_task(name="meetings.lapse_requests")
def lapse_requests() -> int:
    """At least once: what has lapsed does not lapse again."""
    now = timezone.now()
    return actions.lapse_overdue(now=now) + actions.lapse_changes(now=now)


@shared_task(name="meetings.finish_rounds")
def finish_rounds() -> int:
    """At least once: what is finished is not finished again."""
    return actions.finish_rounds(now=timezone.now())


@shared_task(name="meetings.ask_how_it_went")
def ask_how_it_went() -> int:
    """At least once: who has been asked is not asked again."""
    return actions.ask_how_it_went(now=timezone.now())
