"""Asking one side what came of its partnership: a mail with a link of its own to each person, and a notice."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import translation
from django.utils.translation import pgettext

from accounts.models import Organisation, User, members_of
from accounts.rules import name_of, names_of
from matchmaking.core import mailing
from matchmaking.core.facts import Day, Words
from matchmaking.core.notices import Event, notify
from matchmaking.core.texts import unlinked
from matchmaking.matches.enums import Side
from partnerships.enums import Figure
from partnerships.links import new_secret
from partnerships.models import FollowUp, FollowUpLink
from partnerships.outcomes import LINK_DAYS
from partnerships.rules import JAPAN


def organisation_of(follow_up: FollowUp, side: str) -> Organisation:
    partnership = follow_up.partnership
    return (partnership.company if side == Side.COMPANY else partnership.startup).organisation


def asked_of(follow_up: FollowUp, side: str) -> list[User]:
    """Whoever takes notices by mail; where nobody of a side does, all of it: otherwise it would never be asked."""
    people = list(members_of(organisation_of(follow_up, side)))
    return [person for person in people if person.notices_by_mail] or people


def send(
    follow_up: FollowUp, side: str, *, now: datetime, again: bool, differing: Sequence[Figure] = ()
) -> int:
    """A fresh link to each person of a side. Returns how many."""
    people = asked_of(follow_up, side)
    for person in people:
        send_to(person, follow_up, side, now=now, again=again, differing=differing)
    return len(people)


def send_to(
    person: User,
    follow_up: FollowUp,
    side: str,
    *,
    now: datetime,
    again: bool,
    differing: Sequence[Figure] = (),
) -> FollowUpLink:
    """The secret is in this mail and nowhere else."""
    token, token_hash = new_secret()
    link = FollowUpLink.objects.create(
        follow_up=follow_up,
        side=side,
        user=person,
        token_hash=token_hash,
        sent_at=now,
        expires_at=now + LINK_DAYS,
    )
    with translation.override(person.language):
        context = {
            **_names(follow_up, person.language),
            "period": follow_up.period,
            "again": again,
            "differing": pgettext("list separator", ", ").join(str(each.label) for each in differing),
            "until": Day(link.expires_at.astimezone(JAPAN).date()),
            "url": settings.SITE_URL + reverse("partnerships:outcome_link", args=[token]),
        }
        subject = render_to_string("partnerships/mail/outcome_subject.txt", context)
        text = render_to_string("partnerships/mail/outcome.txt", context)
        mailing.queue(person.email, subject, text, private=True)
    return link


def _names(follow_up: FollowUp, language: str) -> dict[str, str]:
    return {
        side.value: unlinked(name_of(organisation_of(follow_up, side), language))
        for side in (Side.COMPANY, Side.STARTUP)
    }


def tell(event: Event, follow_up: FollowUp, readers: Sequence[User], *, link: str) -> None:
    """What both sides, or the office, are told of the asking and its end."""
    notify(
        event,
        readers,
        link=link,
        link_kwargs={"pk": follow_up.pk},
        company=names_of(follow_up.partnership.company.organisation),
        startup=names_of(follow_up.partnership.startup.organisation),
        months=follow_up.months,
        stands=_stands(follow_up),
        reason=follow_up.decision,
    )


def _stands(follow_up: FollowUp) -> Words:
    """Whose figures a decision lets stand."""
    if not follow_up.decided_side:
        return Words.of(lambda _language: pgettext("figures that stand", "none"))
    return Words.of(lambda _language: follow_up.get_decided_side_display())


def people_of(follow_up: FollowUp) -> list[User]:
    return [
        person
        for side in (Side.COMPANY, Side.STARTUP)
        for person in members_of(organisation_of(follow_up, side))
    ]
