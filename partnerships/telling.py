"""Telling both sides of a partnership, each in its own language."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.utils import translation

from accounts.models import User, members_of
from accounts.rules import name_of
from matchmaking.core import local_time
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
        due_on=step,
    )


def owners_of(step: NextStep) -> Iterable[User]:
    if step.owner == Side.STAFF:
        return User.objects.officers()
    partnership = step.partnership
    side = partnership.company if step.owner == Side.COMPANY else partnership.startup
    return members_of(side.organisation)


def _tell(event: Event, readers: Iterable[User], partnership: Partnership, **extra: Any) -> None:
    step = extra.pop("due_on", None)
    for reader in readers:
        with translation.override(reader.language):
            words = {
                "company": name_of(partnership.company.organisation, reader.language),
                "startup": name_of(partnership.startup.organisation, reader.language),
                "stage": str(partnership.get_status_display()),
                "reason": str(partnership.get_end_reason_display()),
                **({"due": local_time.day(step.due_on)} if step else {}),
                **extra,
            }
            notify(event, [reader], link="partnerships:detail", link_kwargs={"pk": partnership.pk}, **words)
