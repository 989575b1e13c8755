"""What research has found about a pair, for whoever prepares to meet: the recommendation of each published report."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import reverse

from accounts.models import User
from matchmaking.matches.explaining.findings import Finding
from matchmaking.matches.models import Match
from research.content import latest
from research.models import Commission
from research.words import title_of


def find_research(match: Match, user: User) -> Iterator[Finding]:
    """Staff and the firm; to a startup research is never shown."""
    about = Commission.objects.visible_to(user).published().filter(match=match).prefetch_related("versions")
    page = "research:commission" if user.is_officer else "research:own_commission"
    for commission in about:
        if version := latest(commission):
            text = version.content["sections"]["recommendation"]
            url = reverse(page, kwargs={"pk": commission.pk})
            yield Finding(title_of(commission), text, commission.language, url)
