"""Asking experts for an assessment, and their answers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction

from accounts.models import Organisation, User
from companies.models import Company
from matchmaking.core import audit
from matchmaking.core.notices import Event, notify
from matchmaking.core.transitions import TransitionNotAllowed, move
from matchmaking.matches.actions import give_advice
from matchmaking.matches.enums import Rating
from matchmaking.matches.models import ExpertAdvice
from research.actions.commissions import NotFitting
from research.actions.conflicts import declare_conflict, end_unanswered
from research.actions.experts import hold
from research.actions.reports import AlreadyThere
from research.assessing import overall
from research.enums import AdviceStatus, Unfit
from research.models import AdviceRequest, Conflict, Expert, Mark
from startups.models import Startup


@dataclass(frozen=True, slots=True)
class Opinion:
    """A mark from 1 to 5 and the reason for it."""

    rating: int
    reason: str


@transaction.atomic
def ask_advice(
    startup: Startup, expert: Expert, *, due: date, by: User, company: Company | None = None
) -> AdviceRequest:
    """Ask an expert to assess a startup, or its pair with a firm. Raises NotFitting with the reason, AlreadyThere if
    the same is asked of them already.
    """
    if not hold(expert):
        raise NotFitting(Unfit.LEFT)
    _without_conflict(expert.pk, startup, company)
    try:
        with transaction.atomic():
            made = AdviceRequest.objects.create(
                startup=startup, company=company, expert=expert, asked_by=by, due=due
            )
    except IntegrityError as error:
        raise AlreadyThere from error
    audit.record("advicerequest.asked", made, by=by)
    notify(
        Event.ADVICE_ASKED,
        [expert.user],
        link="research:assess",
        link_kwargs={"pk": made.pk},
        number=made.pk,
    )
    return made


def _without_conflict(expert_id: int, startup: Startup, company: Company | None) -> None:
    parties = [startup.pk, *([company.pk] if company else [])]
    if Conflict.objects.filter(expert=expert_id, organisation__in=parties).exists():
        raise NotFitting(Unfit.CONFLICT)


@transaction.atomic
def give_assessment(asked: AdviceRequest, opinions: Mapping[str, Opinion], *, by: User) -> ExpertAdvice:
    """Every criterion with its reason. Their mean becomes the rating that counts in the score; once.

    Raises NotFitting for a conflict of interest, however long ago it was declared.
    """
    if set(opinions) != set(asked.criteria()) or asked.expert_id != by.pk:
        raise TransitionNotAllowed(asked, AdviceStatus.GIVEN)
    if not all(each.reason.strip() for each in opinions.values()):
        raise ValueError("an assessment is given with a reason for each mark")
    hold(by)
    _without_conflict(by.pk, asked.startup, asked.company)
    rating = Rating(overall([each.rating for each in opinions.values()]))
    reasons = {name: each.reason for name, each in opinions.items()}
    advice = give_advice(asked.startup, rating=rating, reasons=reasons, by=by, company=asked.company)
    move(asked, AdviceStatus.GIVEN, by=by, advice=advice)
    for name, each in opinions.items():
        Mark.objects.create(advice=advice, criterion=name, rating=each.rating)
    office = User.objects.officers()
    notify(Event.ADVICE_GIVEN, office, link="research:assessments", number=asked.pk, expert=str(by))
    return advice


@transaction.atomic
def decline_assessment(
    asked: AdviceRequest,
    *,
    reason: str,
    text: str = "",
    conflicts: Iterable[Organisation] = (),
    by: User,
) -> None:
    """The expert gives none, and says why. Conflicts of interest are kept, and end what else is asked about them."""
    if asked.expert_id != by.pk:
        raise TransitionNotAllowed(asked, AdviceStatus.DECLINED)
    hold(by)
    end_unanswered(asked, reason=reason, text=text, by=by)
    for organisation in conflicts:
        declare_conflict(asked.expert, organisation, reason=text, by=by)


@transaction.atomic
def take_back_advice_request(asked: AdviceRequest, *, by: User) -> None:
    """It is no longer wanted: the expert sees it no more."""
    move(asked, AdviceStatus.TAKEN_BACK, by=by)
