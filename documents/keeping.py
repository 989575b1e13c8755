"""Whose documents are: the apps above know to what a document belongs, who reads it and who may change it.

Each registers a keeper when the portal starts (`AppConfig.ready`), as they register to whom decks are open.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Protocol

from django.db.models import Q

from accounts.models import User

if TYPE_CHECKING:
    from documents.models import Document


@dataclass(frozen=True)
class Place:
    """What a document is called for its reader, and the page it belongs to."""

    name: str
    url: str


class Keeper(Protocol):
    def readable(self, user: User) -> Q: ...

    def changeable(self, user: User) -> Q: ...

    def kept(self) -> Q:
        """Of the files those that stay although a newer one is in use, or none: something refers to them still."""
        ...

    def hold(self, document: Document) -> None:
        """Lock what decides who may change the document; nothing if it belongs to another keeper."""
        ...

    def heard(self, document: Document, now: datetime) -> None:
        """Its file has been sent or deleted."""
        ...

    def place_of(self, document: Document, user: User) -> Place | None:
        """None for what belongs to another keeper."""
        ...


_keepers: list[Keeper] = []
NONE = Q(pk__in=[])


def register(keeper: Keeper) -> None:
    """A portal that starts twice in a process registers the same again."""
    if type(keeper) not in [type(each) for each in _keepers]:
        _keepers.append(keeper)


def readable(user: User) -> Q:
    wanted = NONE
    for each in _keepers:
        wanted |= each.readable(user)
    return wanted


def changeable(user: User) -> Q:
    wanted = NONE
    for each in _keepers:
        wanted |= each.changeable(user)
    return wanted


def kept() -> Q:
    """Of all files those that somebody above still refers to."""
    wanted = NONE
    for each in _keepers:
        wanted |= each.kept()
    return wanted


def hold(document: Document) -> None:
    """Until the end of the transaction nobody delivers, ends or takes away what the document belongs to."""
    for each in _keepers:
        each.hold(document)


def heard(document: Document, now: datetime) -> None:
    for each in _keepers:
        each.heard(document, now)


def place_of(document: Document, user: User) -> Place:
    places = (each.place_of(document, user) for each in _keepers)
    return next((place for place in places if place), Place(document.title, ""))
