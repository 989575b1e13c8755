"""How the talk of a pair about its meeting stands: held still for whoever acts, and ended with the request."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from matchmaking.core.transitions import move
from meetings import rules
from meetings.enums import ProposalStatus
from meetings.models import MeetingRequest, Proposal, open_proposal


class AnsweredMeanwhile(Exception):
    """Somebody else has answered or proposed since the page was shown; nothing was changed."""


def as_it_stands(request: MeetingRequest, seen: str | None) -> tuple[MeetingRequest, Proposal | None]:
    """The request, locked, and its open proposal; raises AnsweredMeanwhile if they are not what the page showed."""
    found = MeetingRequest.objects.select_for_update(of=("self",)).with_parties().get(pk=request.pk)
    proposal = open_proposal(found)
    if seen is not None and rules.standing(found, proposal) != seen:
        raise AnsweredMeanwhile
    return found, proposal


@transaction.atomic
def settle(request: MeetingRequest, status: ProposalStatus, *, by: User | None) -> None:
    """The open proposal of a request, if there is one, ends as the request does."""
    proposal = open_proposal(request)
    if proposal is not None:
        move(proposal, status, by=by)
