"""Which table holds what of an organisation or a person, and what becomes of it: the register of personal data.

Every app registers its tables when the portal starts (`AppConfig.ready`), as it does its ties, because those that know
of matches and meetings lie above this one. A test reads all models: a column that nobody has decided about fails it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Model
from django.utils.functional import Promise

from accounts.models import Organisation, User

# The name of whoever was erased, in a column that some pages show to readers of either language.
NO_NAME = "削除済み / Deleted"


@dataclass(frozen=True)
class Holding:
    """One table: by which lookups its rows are somebody's, and the fate of each column that is no key and no time.

    `empties` become blank, `instead` get this value where blank is not allowed, `keeps` stay as figures or proof. If
    the row `goes`, `empties` is what goes from its history.
    """

    model: type[Model]
    organisation: tuple[str, ...] = ()
    person: tuple[str, ...] = ()
    goes: bool = False
    empties: tuple[str, ...] = ()
    instead: Mapping[str, Any] = field(default_factory=dict)
    keeps: tuple[str, ...] = ()


@dataclass(frozen=True)
class Obstacle:
    """What must be done before an organisation is erased, and where."""

    what: str
    to_do: str
    url: str = ""


@dataclass(frozen=True)
class Loss:
    """Things of one sort that are erased, for the page that asks whether they shall be."""

    label: Promise | str
    count: int


class Holder:
    """What one app holds."""

    app: str
    holdings: Sequence[Holding] = ()
    nothing: Mapping[str, str] = {}  # its other tables: why nothing in them is erased, or what erases it

    def losses(self, organisation: Organisation) -> Sequence[Loss]:
        """What would go."""
        return ()

    def obstacles(self, organisation: Organisation) -> Sequence[Obstacle]:
        """What others still count on."""
        return ()

    def names(self, organisation: Organisation) -> set[str]:
        """By what else than its own and its members' names others may have written of it."""
        return set()

    def let_go(self, organisation: Organisation, *, by: User | None) -> None:
        """Before the rows are emptied: end what is under way, and have files deleted after the commit."""


_holders: list[Holder] = []


def register(holder: Holder) -> None:
    """Apps start from the lowest to the highest."""
    if holder.app not in [known.app for known in _holders]:
        _holders.append(holder)


def holders() -> tuple[Holder, ...]:
    """All of them, the highest first: what rests on other rows goes before them."""
    return tuple(reversed(_holders))


def all_holdings() -> list[Holding]:
    return [holding for holder in holders() for holding in holder.holdings]
