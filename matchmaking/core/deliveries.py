"""What a worker does with a delivery whose broker has gone away in the meantime."""

from __future__ import annotations

from typing import Any

from celery.worker.request import Request


class Delivery(Request):
    """A message at a worker; that it can no longer be acknowledged is written to the log and ends nobody.

    An acknowledgement goes out at the next turn of the worker's loop. If the connection was lost and made anew before
    that, it meets a closed channel, and kombu's Redis transport answers with an AttributeError instead of an error
    of the connection; Celery takes any other error for one that cannot be recovered from and ends the worker. The
    ledger knows that the work is done, so a second delivery of the message does nothing.
    """

    def __init__(
        self, message: Any, *, connection_errors: tuple[type[Exception], ...] = (), **options: Any
    ) -> None:
        errors = (*(connection_errors or ()), AttributeError)
        super().__init__(message, connection_errors=errors, **options)
