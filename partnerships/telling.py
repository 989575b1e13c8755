"""Telling both sides of a partnership."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from accounts.models import User, members_of
from accounts.rules import names_of
from matchmaking.core.facts import Day, Words
from matchmaking.core.notices import Event, notify
from matchmaking.matches.enums import Side
from partnerships.models import NextStep, Partnership


def tell_sides(event: Event, partnership: Partnership, *, by: User) -> None:
    """Members of both sides, but not who did it."""
    organisations = (partnership.company.organisation, partnership.startup.organisation)
    readers = [person for each in organisations for person in members_of(each) if person != by]
    _tell(event, readers, partnership)


def tell_owner(event: Event, step: NextStep, *, by: User | None = None) -> None:
    """Whoever has to take the step: the members of that side, or the programme office."""
    _tell(
        event,
        [person for person in owners_of(step) if person != by],
        step.partnership,
        step=step.text,
        due=Day(step.due_on),
    )


def owners_of(step: NextStep) -> Iterable[User]:
    if step.owner == Side.STAFF:
        return User.objects.officers()
    partnership = step.partnership
    side = partnership.company if step.owner == Side.COMPANY else partnership.startup
    return members_of(side.organisation)


def _tell(event: Event, readers: Iterable[User], partnership: Partnership, **extra: Any) -> None:
    told = {
        "company": names_of(partnership.company.organisation),
        "startup": names_of(partnership.startup.organisation),
        "stage": Words.of(lambda _language: partnership.get_status_display()),
        "reason": Words.of(lambda _language: partnership.get_end_reason_display()),
        **extra,
    }
    notify(event, readers, link="partnerships:detail", link_kwargs={"pk": partnership.pk}, **told)
