"""What becomes of matches when one side leaves, pauses or comes back. The other side is told, if it knew of them."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.enums import OrganisationKind
from accounts.models import Organisation, User, members_of
from accounts.profiles.ties import Ending, Tie
from accounts.rules import name_of
from matchmaking.core.facts import Words
from matchmaking.core.notices import Event, notify
from matchmaking.matches import actions
from matchmaking.matches.enums import MatchStatus, Side
from matchmaking.matches.models import Match

KNOWN = (MatchStatus.DISCLOSED, MatchStatus.INTERESTED)
LIST_PAGE = {Side.COMPANY: "matches:list", Side.STARTUP: "matches:interest"}


class MatchTie(Tie):
    def endings(self, organisation: Organisation) -> Sequence[Ending]:
        """Those it knows of: a startup is not told here which firms were recommended it."""
        side = _side(organisation)
        known = KNOWN if side == Side.COMPANY else (MatchStatus.INTERESTED,)
        language = get_language() or "en"
        names = [
            name_of_other(match, side, language) for match in _matches(organisation) if match.status in known
        ]
        return [Ending(_("Matches"), tuple(names))]

    def end(self, organisation: Organisation, *, by: User | None) -> None:
        matches = list(_matches(organisation))
        for match in matches:
            was = match.status
            actions.end_match(match, side=_side(organisation), by=by)
            _tell(Event.PARTNER_LEFT, match, was, organisation)

    def pause(self, organisation: Organisation) -> None:
        for match in _matches(organisation):
            _tell(Event.PARTNER_PAUSED, match, match.status, organisation)

    def resume(self, organisation: Organisation) -> None:
        for match in _matches(organisation):
            _tell(Event.PARTNER_BACK, match, match.status, organisation)


def _side(organisation: Organisation) -> Side:
    return Side.COMPANY if organisation.kind == OrganisationKind.COMPANY else Side.STARTUP


def _matches(organisation: Organisation) -> Sequence[Match]:
    own = {f"{organisation.kind}_id": organisation.pk}
    return Match.objects.with_parties().filter(status__in=KNOWN, **own).order_by("pk")


def name_of_other(match: Match, side: Side, language: str) -> str:
    """The other side as `side` may know it."""
    if side == Side.COMPANY:
        return name_of(match.startup.organisation, language)
    company = match.company
    return name_of(company.organisation, language) if company.name_disclosed else company.summary_name()


def _tell(event: Event, match: Match, status: str, organisation: Organisation) -> None:
    """The firm knows of a match once it is disclosed, the startup once the firm is interested."""
    other = Side.STARTUP if _side(organisation) == Side.COMPANY else Side.COMPANY
    if other == Side.STARTUP and status != MatchStatus.INTERESTED:
        return
    told = match.startup.organisation if other == Side.STARTUP else match.company.organisation
    name = Words.of(lambda language: name_of_other(match, other, language))
    notify(event, members_of(told), link=LIST_PAGE[other], organisation=name)
