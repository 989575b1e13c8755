"""Background work of the wiring: the sample's programme, once its scores are there."""

from __future__ import annotations

from matchmaking.core import jobs


@jobs.handler("sample.programme")
def programme(*, tries: int) -> None:
    """Fill in the programme, or come back later. At least once: what is filled in already stays."""
    from matchmaking import sample  # noqa: PLC0415 - only a demonstration needs it

    if not sample.load_programme():
        sample.await_scores(tries=tries + 1)
