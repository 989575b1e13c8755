"""What research has found, for whoever prepares to meet: of a report about the pair the recommendation, of one about
the challenge that the pair answers, or about the firm as a whole, the summary.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import F, Q
from django.urls import reverse

from accounts.models import User
from matchmaking.matches.explaining.findings import Finding
from matchmaking.matches.models import Match
from research.content import latest
from research.enums import SectionKind
from research.models import Commission
from research.words import title_of


def find_research(match: Match, user: User) -> Iterator[Finding]:
    """Staff and the firm, what is nearest to the pair first; to a startup research is never shown."""
    general = Q(match=None) & (Q(challenge=match.challenge_id) | Q(challenge=None, company=match.company_id))
    about = Commission.objects.visible_to(user).published().filter(Q(match=match.pk) | general)
    nearest = about.order_by(
        F("match").asc(nulls_last=True), F("challenge").asc(nulls_last=True), "-published_at"
    )
    page = "research:commission" if user.is_officer else "research:own_commission"
    for commission in nearest.prefetch_related("versions"):
        if version := latest(commission):
            told = SectionKind.RECOMMENDATION if commission.match_id else SectionKind.SUMMARY
            text = version.content["sections"][told]
            url = reverse(page, kwargs={"pk": commission.pk})
            yield Finding(title_of(commission), text, commission.language, url)
