"""Following a solver at work: what it has found stands in the timetable's row while it runs, and it can be stopped."""

from __future__ import annotations

import time
from threading import Thread

from django.db import connection, transaction

from accounts.models import User
from matchmaking.core import audit
from matchmaking.core.transitions import TransitionNotAllowed
from meetings.enums import TimetableStatus
from meetings.models import Timetable
from meetings.timetable import Seen

# Seconds between two looks at the database; a solve that is over sooner needs none.
EVERY = 2.0


class Watcher:
    """Shown how far the solver is, as often as it likes; True once somebody has asked for it to stop.

    The solve is part of a transaction whose rows nobody else sees: what is told meanwhile goes through a connection of
    its own, in a thread that the solver does not wait for.
    """

    def __init__(self, timetable: Timetable, *, every: float = EVERY) -> None:
        self.timetable_id, self.every = timetable.pk, every
        self.stop = timetable.stop_asked
        self.next = time.monotonic() + every
        self.thread: Thread | None = None

    def __call__(self, seen: Seen) -> bool:
        if time.monotonic() >= self.next and (self.thread is None or not self.thread.is_alive()):
            self.next = time.monotonic() + self.every
            self.thread = Thread(target=self._tell, args=(seen,), daemon=True)
            self.thread.start()
        return self.stop

    def _tell(self, seen: Seen) -> None:
        try:
            rows = Timetable.objects.filter(pk=self.timetable_id)
            rows.update(
                progress={
                    "seconds": round(seen.seconds),
                    "limit": round(seen.limit),
                    "placed": seen.placed,
                    "objective": seen.objective,
                    "bound": seen.bound,
                }
            )
            self.stop = self.stop or rows.filter(stop_asked=True).exists()
        finally:
            connection.close()

    def end(self) -> None:
        """Wait for what is being told, so that nothing is written after the result."""
        if self.thread is not None:
            self.thread.join(timeout=2 * EVERY)


@transaction.atomic
def stop_placement(timetable: Timetable, *, by: User) -> None:
    """End the search with the best timetable found so far. Raises TransitionNotAllowed if it is over already."""
    in_work = (TimetableStatus.WAITING, TimetableStatus.SOLVING)
    if not Timetable.objects.filter(pk=timetable.pk, status__in=in_work).update(stop_asked=True):
        raise TransitionNotAllowed(timetable, timetable.status)
    audit.record("timetable.stopped", timetable, by=by)
