"""What a pair's page tells of research about it: to staff every step, to the firm that a report is there."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.deeds import told
from accounts.models import User
from matchmaking.core.models import AuditEvent
from matchmaking.matches.explaining.story import Happening
from matchmaking.matches.models import Match
from research.models import Commission
from research.words import title_of


def tell_research(match: Match, user: User) -> Iterator[Happening]:
    """The firm reads what is published to it; a startup nothing."""
    about = {each.pk: each for each in Commission.objects.visible_to(user).filter(match=match)}
    if user.is_officer:
        yield from _steps(about)
        return
    for commission in about.values():
        if commission.published_at:
            url = reverse("research:own_commission", kwargs={"pk": commission.pk})
            words = _("Research report received: %(title)s") % {"title": title_of(commission)}
            yield Happening(commission.published_at, words, _("Programme office"), url=url)


def _steps(about: dict[int, Commission]) -> Iterator[Happening]:
    keys = [str(key) for key in about]
    events = AuditEvent.objects.filter(target_type=Commission._meta.label_lower, target_id__in=keys)
    for deed in told(events):
        commission = about[int(deed.event.target_id)]
        url = reverse("research:commission", kwargs={"pk": commission.pk})
        yield Happening(deed.event.at, deed.what, deed.who, title_of(commission), url=url)
