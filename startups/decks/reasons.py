"""Why a deck is refused. The words for people stand in `startups.enums.DeckRefusal`."""

from __future__ import annotations

from enum import StrEnum


class Reason(StrEnum):
    """What the child process may report; each is something the sender can mend."""

    NOT_PDF = "not_pdf"
    TOO_LARGE = "too_large"
    ENCRYPTED = "encrypted"
    DAMAGED = "damaged"
    TOO_MANY_PAGES = "too_many_pages"
    TOO_MANY_OBJECTS = "too_many_objects"
    PAGE_SIZE = "page_size"
    STREAM_TOO_LARGE = "stream_too_large"
    IMAGE_TOO_LARGE = "image_too_large"
    UNUSUAL_CODING = "unusual_coding"
    TOO_COMPLEX = "too_complex"
    ACTIVE_CONTENT = "active_content"


class Refused(Exception):
    """The file does not pass. `detail` is for the operator's log, never for the sender."""

    def __init__(self, reason: Reason, detail: str = "") -> None:
        self.reason, self.detail = reason, detail
        super().__init__(f"{reason}: {detail}")
