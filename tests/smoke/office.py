"""What the steps of a walk share: the people at work, and what they have got so far."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from django.urls import reverse
from django.utils import translation

from accounts.models import User
from matchmaking.matches.models import Match
from meetings.models import MeetingRequest, Round
from tests.smoke import inputs
from tests.smoke.browser import Broken, Browser

if TYPE_CHECKING:
    from tests.smoke.walk import Diary

PAIRS = 6
T = TypeVar("T")


@dataclass
class Pair:
    """A match whose two sides are going to meet, and the people who act for them."""

    match: Match
    firm: Browser
    startup: Browser
    request: MeetingRequest = field(init=False)


@dataclass
class Office:
    """The programme office, with the pairs it has brought together."""

    diary: Diary
    pairs: list[Pair] = field(default_factory=list)
    round: Round = field(init=False)
    everybody: dict[int, Browser] = field(default_factory=dict)

    def fill(self, name: str, folder: Path) -> str:
        told, self.doors = inputs.load(name, folder)
        return told

    def open(self, site: str) -> None:
        """Let the officer in."""
        self.doors.site = site
        self.staff = self.browser_of(inputs.officer())

    def browser_of(self, user: User) -> Browser:
        """The person's browser, signed in once. The first who come choose their passwords by mail."""
        if user.pk not in self.everybody:
            first = self.doors.let_in_by_mail < 2
            self.everybody[user.pk] = self.doors.browser_of(user, by_mail=first)
        return self.everybody[user.pk]

    def wait(self, found: Callable[[], T | None], *, seconds: float, told: Callable[[], str]) -> T:
        """Ask again until something is found, and say from time to time how far it is."""
        started = said = time.monotonic()
        while (result := found()) is None:
            now = time.monotonic()
            if now - started > seconds:
                raise Broken(f"not finished after {seconds:.0f} s: {told()}")
            if now - said > 20:
                said = now
                self.diary.line("…", started, told())
            time.sleep(0.5)
        return result


def path(name: str, language: str = "en", **kwargs: int) -> str:
    with translation.override(language):
        return reverse(name, kwargs=kwargs)


def require(truth: object, otherwise: str) -> None:
    if not truth:
        raise Broken(otherwise)
