"""One firm's list: what stands on it, and what could be put on it."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from companies.models import Company
from matchmaking.matches.models import ShortlistDraft
from matchmaking.matches.shortlists.board import entry, named
from matchmaking.matches.shortlists.checking import Fault, Finding
from matchmaking.matches.shortlists.gathering import candidates

OFFERED = 20


def entries(draft: ShortlistDraft, company: Company) -> list[dict[str, Any]]:
    """The startups of the list, best first."""
    pairs = draft.pairs.with_parties().with_match().filter(company=company)
    return [entry(pair, pair.startup.organisation) for pair in pairs.order_by("-score", "pk")]


def offered(draft: ShortlistDraft, company: Company) -> list[dict[str, Any]]:
    """The best proposed matches of the firm that are not on its list, each with the room that its startup has left."""
    there = draft.pairs.filter(company=company).values("startup")
    rest = candidates().with_parties().filter(company=company).exclude(startup__in=there)
    matches = list(rest.order_by("-score", "-raw_score", "pk")[:OFFERED])
    keys = [match.startup_id for match in matches]
    most = dict(draft.parties.filter(organisation__in=keys).values_list("organisation_id", "most"))
    used = draft.pairs.filter(startup__in=keys).counts("startup")
    return [
        {
            **named(match.startup.organisation),
            "match": match.pk,
            "match_url": reverse("matches:detail", kwargs={"pk": match.pk}),
            "score": match.score,
            "used": used.get(match.startup_id, 0),
            "most": most.get(match.startup_id, 0),
            "is_free": used.get(match.startup_id, 0) < most.get(match.startup_id, 0),
        }
        for match in matches
    ]


def refusal(finding: Finding) -> str:
    """What forbids a change, and what to do about it."""
    return {
        Fault.TWICE: _("This startup stands on the list already."),
        Fault.NO_CANDIDATE: _("This match is no longer proposed. Choose another startup."),
        Fault.FIRM_FULL: _("The list is as long as the firm can take on. Take a startup off first."),
        Fault.STARTUP_FULL: _(
            "The startup stands on as many lists as it can take on. Take it off another list first."
        ),
    }[finding.fault]
