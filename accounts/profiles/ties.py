"""What binds an organisation to others, told by the apps that know: matches, requests, meetings, files.

Those apps lie above this one, so each registers its ties when the portal starts (`AppConfig.ready`). What happens to an
organisation asks all of them: nothing that somebody else counts on ends, or pauses, without a word to them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise

from accounts.models import Organisation, User


@dataclass(frozen=True)
class Ending:
    """Things of one sort that end when an organisation leaves, in the words of its members."""

    label: Promise | str
    names: tuple[str, ...]


class Tie:
    """What one app does about an organisation that leaves, pauses or comes back."""

    def endings(self, organisation: Organisation) -> Sequence[Ending]:
        """What would end, for the page that asks whether it shall."""
        return ()

    def end(self, organisation: Organisation, *, by: User | None) -> None:
        """End it, and tell the other sides."""

    def pause(self, organisation: Organisation) -> None:
        """Tell the other sides that it is not matched for the time being."""

    def resume(self, organisation: Organisation) -> None:
        """Tell the other sides that it takes part again."""


_ties: list[Tie] = []


def register(tie: Tie) -> None:
    """Apps start from the lowest to the highest, so what rests on another tie stands behind it."""
    if type(tie) not in [type(known) for known in _ties]:
        _ties.append(tie)


def ties() -> tuple[Tie, ...]:
    """All of them, those that rest on others first: a meeting ends before the match it came from."""
    return tuple(reversed(_ties))
