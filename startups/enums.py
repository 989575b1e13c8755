"""The vocabularies of what a startup can show: figures, rounds, patents, references, readiness for Japan."""

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
