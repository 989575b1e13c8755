"""What else ends when somebody works for the programme no longer, told by the apps that know.

The other half of `arrivals`: those apps lie above this one, so each registers when the portal starts.
"""

from __future__ import annotations

from typing import Protocol

from accounts.models import User


class Farewell(Protocol):
    def __call__(self, user: User, *, by: User | None) -> None: ...


_farewells: list[Farewell] = []


def register(farewell: Farewell) -> None:
    """Called in the transaction that ends somebody's access or erases them; with somebody who had nothing, it does
    nothing.
    """
    if farewell not in _farewells:
        _farewells.append(farewell)


def farewell(user: User, *, by: User | None) -> None:
    for each in _farewells:
        each(user, by=by)
