"""States and clocks within a country, where they matter: for public holidays, for the time, for finding each other.

Values are the codes that the holiday calendars use (ISO 3166-2, with India's own code for Telangana, Odisha,
Chhattisgarh and Uttarakhand); Indonesia's are the names of its three clocks, which everybody there knows.
"""

from __future__ import annotations

from collections.abc import Mapping

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class AustralianState(TextChoices):
    ACT = "ACT", _("Australian Capital Territory")
    NSW = "NSW", _("New South Wales")
    NT = "NT", _("Northern Territory")
    QLD = "QLD", _("Queensland")
    SA = "SA", _("South Australia")
    TAS = "TAS", _("Tasmania")
    VIC = "VIC", _("Victoria")
    WA = "WA", _("Western Australia")


class IndianState(TextChoices):
    """The 28 states and 8 union territories."""

    AN = "AN", _("Andaman and Nicobar Islands")
    AP = "AP", _("Andhra Pradesh")
    AR = "AR", _("Arunachal Pradesh")
    AS = "AS", _("Assam")
    BR = "BR", _("Bihar")
    CH = "CH", _("Chandigarh")
    CG = "CG", _("Chhattisgarh")
    DH = "DH", _("Dadra and Nagar Haveli and Daman and Diu")
    DL = "DL", _("Delhi")
    GA = "GA", _("Goa")
    GJ = "GJ", _("Gujarat")
    HR = "HR", _("Haryana")
    HP = "HP", _("Himachal Pradesh")
    JK = "JK", _("Jammu and Kashmir")
    JH = "JH", _("Jharkhand")
    KA = "KA", _("Karnataka")
    KL = "KL", _("Kerala")
    LA = "LA", _("Ladakh")
    LD = "LD", _("Lakshadweep")
    MP = "MP", _("Madhya Pradesh")
    MH = "MH", _("Maharashtra")
    MN = "MN", _("Manipur")
    ML = "ML", _("Meghalaya")
    MZ = "MZ", _("Mizoram")
    NL = "NL", _("Nagaland")
    OD = "OD", _("Odisha")
    PY = "PY", _("Puducherry")
    PB = "PB", _("Punjab")
    RJ = "RJ", _("Rajasthan")
    SK = "SK", _("Sikkim")
    TN = "TN", _("Tamil Nadu")
    TS = "TS", _("Telangana")
    TR = "TR", _("Tripura")
    UP = "UP", _("Uttar Pradesh")
    UK = "UK", _("Uttarakhand")
    WB = "WB", _("West Bengal")


class IndonesianZone(TextChoices):
    WIB = "WIB", _("Western Indonesia (WIB: Java, Sumatra)")
    WITA = "WITA", _("Central Indonesia (WITA: Bali, Sulawesi)")
    WIT = "WIT", _("Eastern Indonesia (WIT: Maluku, Papua)")


REGIONS: Mapping[str, type[TextChoices]] = {
    "AU": AustralianState,
    "IN": IndianState,
    "ID": IndonesianZone,
}


def region_label(country: str, region: str) -> str:
    """The region's name; what we have no name for stays as it is."""
    found = dict(REGIONS[country].choices) if country in REGIONS else {}
    return str(found.get(region, region))
