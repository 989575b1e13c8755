"""What is known of a pair beyond its score, for whoever prepares to meet: what other apps add, and experts' advice.

Research lies above this app and beside the meetings that print what it found: it registers a finder when the portal
starts (`AppConfig.ready`). A finder is given the reader and finds only what is theirs to read.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from django.utils.translation import gettext as _

from accounts.models import User
from matchmaking.matches.models import ExpertAdvice, Match


@dataclass(frozen=True)
class Finding:
    """One thing to know; `lang` is that of the text, `url` where all of it stands."""

    title: str
    text: str
    lang: str = ""
    url: str = ""


Finder = Callable[[Match, User], Iterable[Finding]]
_finders: list[Finder] = []


def register(finder: Finder) -> None:
    """A portal that starts twice in a process registers the same again."""
    if finder not in _finders:
        _finders.append(finder)


def findings_on(match: Match, user: User) -> list[Finding]:
    """In the order of registration, experts' advice last: where there is room for little, research says more."""
    return [each for find in (*_finders, _advice) for each in find(match, user)]


def _advice(match: Match, user: User) -> Iterator[Finding]:
    """Staff read what experts wrote; a firm has no more of it than its part of the score, a startup nothing."""
    if not user.is_officer:
        return
    for advice in ExpertAdvice.objects.standing().filter(startup=match.startup_id).select_related("by"):
        if advice.company_id in (None, match.company_id):
            about = {"rating": advice.get_rating_display(), "expert": advice.by}
            yield Finding(_("%(expert)s advises: %(rating)s") % about, advice.told())
