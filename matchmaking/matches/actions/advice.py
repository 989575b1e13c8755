"""Experts rate startups and pairs."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import transaction
from django.utils import timezone

from accounts.actions import ask_for_rescore
from accounts.models import User
from companies.models import Company
from matchmaking.core import audit
from matchmaking.matches.enums import Rating
from matchmaking.matches.models import ExpertAdvice
from startups.models import Startup


@transaction.atomic
def give_advice(
    startup: Startup,
    *,
    rating: Rating,
    reasons: str | Mapping[str, str],
    by: User,
    company: Company | None = None,
) -> ExpertAdvice:
    """Rate a startup, or its pair with `company`; what the same expert said of it before is retired.

    `reasons` by criterion (`Criterion`), or in one text about the whole.
    """
    told = {ExpertAdvice.AS_A_WHOLE: reasons} if isinstance(reasons, str) else reasons
    kept = {criterion: words for criterion, words in told.items() if words}
    User.objects.select_for_update(no_key=True).get(pk=by.pk)  # who sends twice at once is taken in turn
    before = ExpertAdvice.objects.standing().filter(startup=startup, company=company, by=by)
    before.update(retired_at=timezone.now())
    advice = ExpertAdvice.objects.create(startup=startup, company=company, rating=rating, reasons=kept, by=by)
    audit.record("expertadvice.given", advice, by=by)
    ask_for_rescore(startup.organisation)
    return advice


@transaction.atomic
def retire_advice(advice: ExpertAdvice, *, by: User) -> None:
    """Let advice count no longer; it stays on record. What is retired already stays as it is."""
    standing = ExpertAdvice.objects.standing().filter(pk=advice.pk)
    if standing.update(retired_at=timezone.now()):
        audit.record("expertadvice.retired", advice, by=by)
        ask_for_rescore(advice.startup.organisation)
