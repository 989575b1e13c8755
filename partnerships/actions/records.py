"""What is recorded about a partnership: each record is news of it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db import transaction
from django.utils import timezone

from accounts.enums import OrganisationKind
from accounts.models import User
from documents.actions import open_document
from documents.models import Document
from matchmaking.core import audit
from matchmaking.core.notices import Event
from matchmaking.core.transitions import TransitionNotAllowed
from matchmaking.matches.enums import Side
from partnerships.enums import AmountKind, PaperKind, PartnershipStage
from partnerships.models import Amount, NextStep, Paper, Partnership, SupportMeasure
from partnerships.rules import JAPAN
from partnerships.telling import tell_owner

REMIND_BEFORE = timedelta(days=1)


MOST_FILES = 30  # of one partnership


class TooManyFiles(Exception):
    """A partnership has as many files as it may have."""


class NotTheirs(Exception):
    """The step is another side's to take; nothing has changed."""


@transaction.atomic
def add_step(
    partnership: Partnership, text: str, owner: Side, due_on: date, *, by: User, now: datetime | None = None
) -> NextStep:
    """Write down what one side does next, and tell that side unless it says so itself."""
    now = record_news(partnership, now)
    step = NextStep.objects.create(
        partnership=partnership, text=text, owner=owner, due_on=due_on, by=by, at=now
    )
    audit.record("nextstep.added", step, by=by, owner=owner, due_on=due_on.isoformat())
    if side_of(by) != owner:
        tell_owner(Event.STEP_GIVEN, step, by=by)
    return step


@transaction.atomic
def finish_step(step: NextStep, *, by: User, now: datetime | None = None) -> None:
    """Say that a step is done: once, by the side that had to take it, or by staff.

    Raises NotTheirs for the other side, TransitionNotAllowed when it is done already.
    """
    if not may_finish(step, by):
        raise NotTheirs
    now = record_news(step.partnership, now)
    if not NextStep.objects.filter(pk=step.pk, done_at=None).update(done_at=now, done_by=by):
        raise TransitionNotAllowed(step, "done")
    step.done_at, step.done_by = now, by
    audit.record("nextstep.done", step, by=by)


def may_finish(step: NextStep, user: User) -> bool:
    return user.is_officer or side_of(user) == step.owner


def side_of(user: User) -> Side:
    """For whom somebody speaks: their organisation, or the programme office."""
    if user.organisation is None:
        return Side.STAFF
    return Side.COMPANY if user.organisation.kind == OrganisationKind.COMPANY else Side.STARTUP


@transaction.atomic
def add_paper(
    partnership: Partnership,
    kind: PaperKind,
    dated: date,
    *,
    by: User,
    note: str = "",
    now: datetime | None = None,
) -> Paper:
    """Write down that a document exists between the two sides."""
    now = record_news(partnership, now)
    paper = Paper.objects.create(
        partnership=partnership, kind=kind, dated=dated, note=note, side=side_of(by), by=by, at=now
    )
    audit.record("paper.added", paper, by=by, kind=kind)
    return paper


@transaction.atomic
def open_file(paper: Paper, *, by: User) -> Document:
    """The place for a paper's file, made when it is first asked for. Raises TooManyFiles."""
    held = Paper.objects.select_for_update(of=("self",)).select_related("document").get(pk=paper.pk)
    known: Document | None = held.document
    if known is not None:
        return known
    partnership = held.partnership
    if partnership.papers.exclude(document=None).count() >= MOST_FILES:
        raise TooManyFiles
    document = open_document(
        "", firm=partnership.company.organisation, startup=partnership.startup.organisation, by=by
    )
    held.document = document
    held.save(update_fields=["document"])
    return document


def may_send_file(paper: Paper, user: User) -> bool:
    """Staff, and of those who see the paper the side that noted it."""
    return user.is_officer or (user.organisation is not None and paper.side == side_of(user))


@transaction.atomic
def add_amount(
    partnership: Partnership,
    kind: AmountKind,
    amount: Decimal,
    currency: str,
    as_of: date,
    *,
    by: User,
    now: datetime | None = None,
) -> Amount:
    """Write down money: what for, how much, in which currency, as of which day."""
    now = record_news(partnership, now)
    row = Amount.objects.create(
        partnership=partnership, kind=kind, amount=amount, currency=currency, as_of=as_of, by=by, at=now
    )
    audit.record("amount.added", row, by=by, kind=kind, amount=str(amount), currency=currency)
    return row


@transaction.atomic
def add_measure(
    partnership: Partnership,
    name: str,
    decided_on: date,
    *,
    by: User,
    amount: Decimal | None = None,
    currency: str = "JPY",
    now: datetime | None = None,
) -> SupportMeasure:
    """Write down what the ministry does for the pair."""
    now = record_news(partnership, now)
    row = SupportMeasure.objects.create(
        partnership=partnership,
        name=name,
        decided_on=decided_on,
        amount=amount,
        currency=currency,
        by=by,
        at=now,
    )
    audit.record("supportmeasure.added", row, by=by)
    return row


def remind_of_steps(*, now: datetime) -> int:
    """Remind whoever has a step to take by tomorrow, once each. Returns how many steps."""
    due = NextStep.objects.filter(
        done_at=None,
        reminded_at=None,
        due_on__lte=now.astimezone(JAPAN).date() + REMIND_BEFORE,
        partnership__in=Partnership.objects.open(),
    ).select_related("partnership")
    return sum(_remind(step, now) for step in due)


@transaction.atomic
def _remind(step: NextStep, now: datetime) -> bool:
    if not NextStep.objects.filter(pk=step.pk, reminded_at=None, done_at=None).update(reminded_at=now):
        return False  # another beat was faster, or it has just been done
    tell_owner(Event.STEP_DUE, step)
    return True


def record_news(partnership: Partnership, now: datetime | None) -> datetime:
    """Something is recorded: the partnership is not quiet. One that has ended takes nothing more."""
    now = now or timezone.now()
    living = Partnership.objects.filter(pk=partnership.pk).exclude(status=PartnershipStage.ENDED)
    if not living.update(news_at=now):
        raise TransitionNotAllowed(partnership, partnership.status)
    partnership.news_at = now
    return now
