"""The vocabularies of what a startup can show (figures, rounds, patents, references), and the states of its deck."""

from __future__ import annotations

from typing import Final

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Measure(TextChoices):
    """What a figure of the track record counts."""

    REVENUE = "revenue", _("Revenue of the year")
    RECURRING_REVENUE = "recurring_revenue", _("Yearly recurring revenue")
    GOODS_SOLD = "goods_sold", _("Value of goods sold through the platform")
    CUSTOMERS = "customers", _("Paying customers")
    USERS = "users", _("Users")
    INSTALLATIONS = "installations", _("Sites or installations")
    PILOTS = "pilots", _("Pilots")
    UNITS_SOLD = "units_sold", _("Units sold")
    OTHER = "other", pgettext_lazy("figure", "Other (say what)")


MONEY: Final = (Measure.REVENUE, Measure.RECURRING_REVENUE, Measure.GOODS_SOLD)


class RoundKind(TextChoices):
    PRE_SEED = "pre_seed", _("Pre-seed")
    SEED = "seed", _("Seed")
    BRIDGE = "bridge", _("Bridge or convertible")
    SERIES_A = "series_a", _("Series A")
    SERIES_B = "series_b", _("Series B")
    SERIES_C = "series_c", _("Series C")
    GROWTH = "growth", _("Growth (series D or later)")
    GRANT = "grant", _("Grant")
    DEBT = "debt", _("Loan")


class PatentOffice(TextChoices):
    """Offices by their code in WIPO's standard ST.3."""

    JP = "JP", _("Japan Patent Office")
    WO = "WO", _("World Intellectual Property Organization (PCT)")
    US = "US", _("United States Patent and Trademark Office")
    EP = "EP", _("European Patent Office")
    SG = "SG", _("Intellectual Property Office of Singapore")
    IN = "IN", _("Indian Patent Office")
    ID = "ID", _("Indonesian patent office (DJKI)")
    VN = "VN", _("Intellectual Property Office of Viet Nam")
    AU = "AU", _("IP Australia")
    IL = "IL", _("Israel Patent Office")
    CN = "CN", _("China National Intellectual Property Administration")
    KR = "KR", _("Korean patent office")
    TW = "TW", _("Taiwan Intellectual Property Office")
    GB = "GB", _("United Kingdom Intellectual Property Office")
    DE = "DE", _("German Patent and Trade Mark Office")
    OTHER = "other", pgettext_lazy("patent office", "Another office")


class PatentStatus(TextChoices):
    PENDING = "pending", pgettext_lazy("patent", "Applied for")
    GRANTED = "granted", pgettext_lazy("patent", "Granted")
    LAPSED = "lapsed", pgettext_lazy("patent", "Lapsed or expired")


class Relation(TextChoices):
    """What somebody who speaks for a startup is to it."""

    CUSTOMER = "customer", pgettext_lazy("reference", "Customer")
    PARTNER = "partner", pgettext_lazy("reference", "Development or sales partner")
    INVESTOR = "investor", pgettext_lazy("reference", "Investor")
    RESEARCH = "research", pgettext_lazy("reference", "University or research institute")
    PUBLIC = "public", pgettext_lazy("reference", "Public body or support programme")


class SpeaksJapanese(TextChoices):
    """The best Japanese in the team."""

    NO = "no", pgettext_lazy("speaks Japanese", "Nobody yet")
    SOME = "some", pgettext_lazy("speaks Japanese", "Everyday conversation")
    BUSINESS = "business", pgettext_lazy("speaks Japanese", "Enough for a business meeting")
    NATIVE = "native", pgettext_lazy("speaks Japanese", "A native speaker")


class DeckStatus(TextChoices):
    RECEIVED = "received", pgettext_lazy("deck", "Received")
    CHECKING = "checking", pgettext_lazy("deck", "Safety check")
    RENDERING = "rendering", pgettext_lazy("deck", "Page images")
    READY = "ready", pgettext_lazy("deck", "In use")
    REFUSED = "refused", pgettext_lazy("deck", "Refused")
    REPLACED = "replaced", pgettext_lazy("deck", "Replaced")
    DELETED = "deleted", pgettext_lazy("deck", "Deleted")


UNDER_WAY = (DeckStatus.RECEIVED, DeckStatus.CHECKING, DeckStatus.RENDERING)
# Only these have files that somebody may still need.
WITH_FILES = (*UNDER_WAY, DeckStatus.READY)
_ANY_TIME = {DeckStatus.REFUSED, DeckStatus.REPLACED, DeckStatus.DELETED}
DECK_TRANSITIONS: dict[str, frozenset[str]] = {
    DeckStatus.RECEIVED: frozenset({DeckStatus.CHECKING, *_ANY_TIME}),
    DeckStatus.CHECKING: frozenset({DeckStatus.RENDERING, *_ANY_TIME}),
    DeckStatus.RENDERING: frozenset({DeckStatus.READY, *_ANY_TIME}),
    DeckStatus.READY: frozenset({DeckStatus.REPLACED, DeckStatus.DELETED}),
    DeckStatus.REFUSED: frozenset(),
    DeckStatus.REPLACED: frozenset(),
    DeckStatus.DELETED: frozenset(),
}


class DeckRefusal(TextChoices):
    """Why a deck is refused, as what to do about it. The codes of the gate (`decks.reasons.Reason`) and two of ours."""

    NOT_PDF = "not_pdf", _("The selected file must be a PDF.")
    TOO_LARGE = "too_large", _("The selected file is too large. Export it with smaller pictures.")
    ENCRYPTED = "encrypted", _("The selected file is password protected. Export it without a password.")
    DAMAGED = "damaged", _("The file is damaged. Export it again as a PDF.")
    TOO_MANY_PAGES = "too_many_pages", _("The file has too many pages. Leave some out.")
    TOO_MANY_OBJECTS = "too_many_objects", _("The file is too complex. Export it again with fewer drawings.")
    PAGE_SIZE = "page_size", _("A page is far too large or too small. Export the file in a usual page size.")
    STREAM_TOO_LARGE = (
        "stream_too_large",
        _("A part of the file is far too large. Export it with smaller pictures."),
    )
    IMAGE_TOO_LARGE = (
        "image_too_large",
        _("A picture is far too large. Export the file with smaller pictures."),
    )
    UNUSUAL_CODING = (
        "unusual_coding",
        _("The file is stored in an unusual way that cannot be checked. Export it again as a PDF."),
    )
    TOO_COMPLEX = "too_complex", _("The file takes too long to check. Export it again with fewer drawings.")
    ACTIVE_CONTENT = (
        "active_content",
        _("The file contains programs that could not be removed. Export it again as a plain PDF."),
    )
    VIRUS = (
        "virus",
        _("The virus scanner found something in the file. Check your computer, then export it again."),
    )
    NOT_CHECKED = "not_checked", _("The file could not be checked. Upload it again.")


class DeckLanguage(TextChoices):
    """The language a deck is written in, as its sender says."""

    ENGLISH = "en", _("English")
    JAPANESE = "ja", _("Japanese")
    BOTH = "both", _("English and Japanese")


class ReadingForm(TextChoices):
    """What of a deck somebody was given."""

    PAGES = "pages", _("Page images")
    FILE = "file", pgettext_lazy("reading", "File")
