"""How research is named on its pages."""

from __future__ import annotations

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from accounts.erasure.emptying import GONE
from accounts.rules import name_of
from matchmaking.core import local_time
from matchmaking.core.working_days import OFFICE_ZONE
from matchmaking.matches.enums import Side
from matchmaking.matches.explaining.cards import firm_alone, firm_texts, startup_texts
from matchmaking.matches.models import Match
from research.enums import IN_HAND, IN_WRITING, CommissionStatus
from research.fit import Fit
from research.models import Commission, ReportVersion, country_choices

STATUS_TONES = {
    CommissionStatus.REQUESTED: "warn",
    CommissionStatus.ASSIGNED: "info",
    CommissionStatus.DELIVERED: "warn",
    CommissionStatus.RETURNED: "info",
    CommissionStatus.PUBLISHED: "ok",
    CommissionStatus.CANCELLED: "line",
}


def title_of(commission: Commission) -> str:
    """The field and the market; the number tells those apart that are alike."""
    market = dict(country_choices()).get(commission.market, commission.market)
    return _("%(field)s in %(market)s (no. %(number)s)") % {
        "field": commission.get_field_display(),
        "market": market,
        "number": commission.pk,
    }


def imprint_of(commission: Commission, version: ReportVersion) -> str:
    """Whose report it is, of which day and which version; the day is that of the office's clock, whoever reads it."""
    day = local_time.day(version.at.astimezone(ZoneInfo(OFFICE_ZONE)).date(), year=True)
    return " · ".join((firm_of(commission), day, _("Version %(number)s") % {"number": version.number}))


def firm_of(commission: Commission) -> str:
    return name_of(commission.company.organisation, get_language() or "")


def status_of(commission: Commission) -> str:
    """Staff and experts also read whether the expert has accepted."""
    if commission.status == CommissionStatus.ASSIGNED and commission.accepted_at is None:
        return pgettext("research", "Waits for the expert's answer")
    return str(commission.get_status_display())


def status_for_firm(commission: Commission) -> str:
    """A firm reads that it is under way, not how often a report went back."""
    if commission.status == CommissionStatus.REQUESTED:
        return pgettext("research", "Waits for the programme office")
    if commission.status in (CommissionStatus.PUBLISHED, CommissionStatus.CANCELLED):
        return {
            CommissionStatus.PUBLISHED: pgettext("research", "Report received"),
            CommissionStatus.CANCELLED: pgettext("research", "Not done"),
        }[CommissionStatus(commission.status)]
    return pgettext("research", "Under way")


def is_overdue(commission: Commission, today: date) -> bool:
    return bool(commission.status in IN_WRITING and commission.due and commission.due < today)


def tone_for_firm(commission: Commission) -> str:
    """The colour of what a firm reads: one colour from the assignment to the publication."""
    if commission.status in IN_HAND:
        return "info"
    return STATUS_TONES[CommissionStatus(commission.status)]


def end_reason_of(commission: Commission) -> str:
    """Why it was not done; the reason of an erasure is not kept, and told in the reader's language."""
    if commission.end_reason == GONE:
        return _("The firm or the startup it was about has left the programme.")
    return commission.end_reason


def row_of(commission: Commission, today: date) -> dict[str, Any]:
    """One line of a list."""
    return {
        "commission": commission,
        "title": title_of(commission),
        "firm": firm_of(commission),
        "status": status_of(commission),
        "firm_status": status_for_firm(commission),
        "firm_tone": tone_for_firm(commission),
        "tone": STATUS_TONES[CommissionStatus(commission.status)],
        "due": commission.due,
        "end_reason": end_reason_of(commission),
        "overdue": is_overdue(commission, today),
    }


def facts_of(commission: Commission, *, for_staff: bool) -> list[dict[str, Any]]:
    """What the commission is, for the list of facts beside it."""
    rows = [
        {"label": _("Firm"), "value": firm_of(commission)},
        {"label": _("Challenge"), "value": commission.challenge or "–", "lang": "ja"},
        {"label": _("Language of the report"), "value": commission.get_language_display()},
    ]
    if commission.needed_on:
        rows.append({"label": _("Needed before"), "value": local_time.day(commission.needed_on, year=True)})
    if commission.published_at:
        day = timezone.localdate(commission.published_at)
        rows.append({"label": _("Published on"), "value": local_time.day(day, year=True)})
    elif commission.due:
        rows.append({"label": _("Due"), "value": local_time.day(commission.due, year=True)})
    if for_staff:
        by = commission.asked_by.name if commission.asked_side == Side.COMPANY else _("Programme office")
        rows.append({"label": _("Asked for by"), "value": by})
        if commission.match_id:
            url = reverse("matches:detail", kwargs={"pk": commission.match_id})
            rows.append({"label": _("Pair"), "value": commission.match, "url": url})
        if commission.expert:
            url = reverse("research:expert", kwargs={"pk": commission.expert_id})
            rows.append({"label": _("Expert"), "value": commission.expert, "url": url})
    return rows


def sides_of(commission: Commission) -> list[dict[str, Any]]:
    """What an expert reads of the firm, and of the startup where it is about a pair: without links."""
    firm = firm_alone(commission.company, Side.COMPANY)
    if commission.challenge:
        about = commission.match or Match(company=commission.company, challenge=commission.challenge)
        firm = firm_texts(about, Side.COMPANY)
    sides = [{"side": firm, "lang": "ja"}]
    if commission.match:
        sides.append({"side": {**startup_texts(commission.match, Side.STARTUP), "url": ""}, "lang": "en"})
    return sides


def why(fit: Fit) -> list[dict[str, Any]]:
    """The parts of a fit as bars: "Field 35 / 35"; None is what is not known."""
    labels = {
        "field": _("Field"),
        "country": _("Market"),
        "meaning": _("Question and experience"),
        "language": _("Working language"),
        "load": _("Free capacity"),
    }
    return [{"label": labels[each.name], "points": each.points, "max": each.most} for each in fit.parts]
