"""The honest way out of a round: other dates, a colleague, or no meeting."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.models import members_of
from accounts.roles import Permission, requires
from accounts.rules import name_of
from meetings import actions
from meetings.forms.cannot_meet import ColleagueForm, NoMeetingForm, OtherDatesForm
from meetings.models import Round
from meetings.offer import requests_in
from meetings.views.availability import closed, forget_draft, round_of


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.SEE_OWN_MEETINGS)
def cannot_meet(request: HttpRequest, pk: int) -> HttpResponse:
    """Three forms on one page; POST does what the one that was sent says."""
    round_ = round_of(request, pk)
    if not round_.is_editable:
        return closed(request, round_)
    made = _forms(request, round_)
    way = request.POST.get("way", "")
    if way in made and made[way].is_valid():
        told = DEEDS[way](request, round_, made[way].cleaned_data)
        messages.success(request, told)
        return redirect("meetings:list")
    return render(request, "meetings/cannot_meet.html", {"round": round_, "way": way, **made})


def _forms(request: HttpRequest, round_: Round) -> dict[str, forms.Form]:
    """Each as it was sent, or empty."""
    way = request.POST.get("way")
    sent = {name: request.POST if name == way else None for name in DEEDS}
    language, own = get_language() or "", request.user.organisation
    others = [
        (each.pk, name_of(each.startup if each.company == own else each.company, language))
        for each in requests_in(round_, own)
    ]
    return {
        "dates": OtherDatesForm(sent["dates"]),
        "colleague": ColleagueForm(sent["colleague"], colleagues=members_of(own).exclude(pk=request.user.pk)),
        "decline": NoMeetingForm(sent["decline"], others=others),
    }


def _other_dates(request: HttpRequest, round_: Round, data: dict[str, Any]) -> str:
    actions.refuse_round(round_, request.user.organisation, wish=data["wish"], by=request.user)
    forget_draft(request, round_.pk)
    return _("Noted: no meeting will be placed for you in this round. The programme office has your dates.")


def _colleague(request: HttpRequest, round_: Round, data: dict[str, Any]) -> str:
    actions.pass_on(round_, request.user.organisation, to=data["colleague"], by=request.user)
    return _("%(name)s has been asked to choose the times. The programme office knows.") % {
        "name": data["colleague"].name
    }


def _decline(request: HttpRequest, round_: Round, data: dict[str, Any]) -> str:
    mine = [each for each in requests_in(round_, request.user.organisation) if each.pk in data["requests"]]
    actions.give_up(mine, reason=data["reason"], by=request.user)
    words = ngettext(
        "%(count)s meeting will not take place. The other side and the programme office have been told.",
        "%(count)s meetings will not take place. The other sides and the programme office have been told.",
        len(mine),
    )
    return words % {"count": len(mine)}


DEEDS = {"dates": _other_dates, "colleague": _colleague, "decline": _decline}
