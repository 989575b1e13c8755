"""For staff: who has said when it can meet in a round; and entering the times of a side that told them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import Organisation
from accounts.roles import Permission, requires
from accounts.rules import name_of
from matchmaking.core.transitions import TransitionNotAllowed
from meetings import actions, answers
from meetings.forms.attendees import ConsentForm
from meetings.models import MeetingRequest, Round
from meetings.offer import Offer, offer_of
from meetings.views.availability import address, changed, counts, keep_draft, table, zone_for


@require_safe
@requires(Permission.MANAGE_ROUNDS)
def answer_list(request: HttpRequest, pk: int) -> HttpResponse:
    """Whoever is silent stands first."""
    round_ = get_object_or_404(Round.objects.visible_to(request.user), pk=pk)
    rows = answers.rows(round_, get_language() or "")
    context = {
        "round": round_,
        "rows": rows,
        "silent": sum(each.answer is None for each in rows),
    }
    return render(request, "meetings/answers.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_ROUNDS)
def availability_for(request: HttpRequest, pk: int, organisation_pk: int) -> HttpResponse:
    """The table of times of one side; POST saves what it told staff, or does what its button says with it."""
    round_ = get_object_or_404(Round.objects.visible_to(request.user), pk=pk)
    organisation = get_object_or_404(_sides(round_), pk=organisation_pk)
    if not round_.is_editable:
        raise TransitionNotAllowed(round_, round_.status)
    asked = request.POST if request.method == "POST" else request.GET
    zone = zone_for(asked.get("zone", ""), organisation)
    offer = offer_of(round_, organisation, zone=zone, now=timezone.now())
    if request.method != "POST":
        return _page(request, offer, ConsentForm())
    return _ticked(request, offer)


def _sides(round_: Round) -> Any:
    """Whoever is to meet in the round, or has a meeting in it."""
    requests = MeetingRequest.objects.filter(round=round_)
    firms, startups = requests.values("match__company"), requests.values("match__startup")
    return Organisation.objects.filter(pk__in=firms) | Organisation.objects.filter(pk__in=startups)


def _ticked(request: HttpRequest, offer: Offer) -> HttpResponse:
    deed, _colon, day = request.POST.get("do", "save").partition(":")
    chosen = offer.known(request.POST.getlist("slot"))
    if deed == "count":
        keep_draft(request, _draft_of(offer), chosen)
        return render(request, "meetings/_chosen.html", {"chosen": _counts(offer, chosen)})
    if deed == "save":
        return _save(request, offer, chosen)
    kept = changed(offer, chosen, deed, day) if deed != "discard" else None
    keep_draft(request, _draft_of(offer), kept)
    return redirect(address(_address(offer), request.POST, day=day or request.POST.get("day", "")))


def _save(request: HttpRequest, offer: Offer, chosen: set[str]) -> HttpResponse:
    form, windows = ConsentForm(request.POST), offer.windows(chosen)
    if not chosen or not windows:
        form.add_error(
            None,
            _(
                "Choose at least one time. If they cannot meet in this round, leave their requests for another one."
            ),
        )
    if not form.is_valid():
        keep_draft(request, _draft_of(offer), chosen)
        return _page(request, offer, form)
    consent = form.cleaned_data["consent"]
    actions.give_availability(offer.round, offer.organisation, windows, consent=consent, by=request.user)
    keep_draft(request, _draft_of(offer), None)
    messages.success(request, _("The times have been saved, and the people of that side have been told."))
    return redirect("meetings:answers", pk=offer.round.pk)


def _page(request: HttpRequest, offer: Offer, form: ConsentForm) -> HttpResponse:
    context = {
        **table(request, offer, _draft_of(offer)),
        "name": name_of(offer.organisation, get_language() or ""),
        "told": answers.told(offer.answer),
        "page_url": _address(offer),
        "form": form,
    }
    context["chosen"] |= _NEUTRAL
    return render(request, "meetings/availability_for.html", context)


# Staff read of the side, not of themselves.
_NEUTRAL = {"side": "", "hopeless": False}


def _counts(offer: Offer, chosen: set[str]) -> dict[str, Any]:
    return counts(offer, chosen) | _NEUTRAL


def _address(offer: Offer) -> str:
    return reverse(
        "meetings:availability_for",
        kwargs={"pk": offer.round.pk, "organisation_pk": offer.organisation.pk},
    )


def _draft_of(offer: Offer) -> str:
    """Apart from those of other sides of the round."""
    return f"{offer.round.pk}:{offer.organisation.pk}"
