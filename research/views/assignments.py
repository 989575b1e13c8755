"""What an expert sees of what is assigned to them, until the assignment ends."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts.roles import Permission, requires
from research import actions, words
from research.forms.commissions import AcceptForm, RefuseForm
from research.models import Commission
from startups.deck_cards import deck_card
from startups.models import Startup


def in_hand(request: HttpRequest, pk: int) -> Commission:
    """A commission that the reader has in hand; anything else is not there."""
    rows = Commission.objects.in_hand_of(request.user.pk).with_parties()
    return get_object_or_404(rows, pk=pk)


def deck_of(request: HttpRequest, startup: Startup | None) -> dict[str, Any]:
    """The startup's deck, if the assignment opens it; its pages only when asked, because looking is written down."""
    card = deck_card(startup, request.user) if startup else None
    return {"deck": card, "deck_pages": "deck" in request.GET}


@require_safe
@requires(Permission.SEE_ASSIGNMENTS)
def assignment(request: HttpRequest, pk: int) -> HttpResponse:
    """The question, and what is known of the firm and the startup; before it is accepted, the two answers."""
    return _page(request, in_hand(request, pk))


def _page(request: HttpRequest, made: Commission, **forms: Any) -> HttpResponse:
    parties = made.parties()
    context = {
        "made": made,
        **words.row_of(made, timezone.localdate()),
        "facts": words.facts_of(made, for_staff=False),
        "sides": words.sides_of(made),
        **deck_of(request, made.match.startup if made.match else None),
        "accept_form": AcceptForm(),
        "refuse_form": RefuseForm(parties=parties),
        **forms,
    }
    context["faulty"] = next((form for form in forms.values() if form.errors), None)
    return render(request, "research/assignment.html", context)


@require_POST
@requires(Permission.SEE_ASSIGNMENTS)
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    made, form = in_hand(request, pk), AcceptForm(request.POST)
    if not form.is_valid():
        return _page(request, made, accept_form=form)
    actions.accept(made, by=request.user)
    messages.success(request, _("Accepted. Thank you."))
    return redirect("research:assignment", pk=made.pk)


@require_POST
@requires(Permission.SEE_ASSIGNMENTS)
def refuse(request: HttpRequest, pk: int) -> HttpResponse:
    made = in_hand(request, pk)
    form = RefuseForm(request.POST, parties=made.parties())
    if not form.is_valid():
        return _page(request, made, refuse_form=form)
    data = form.cleaned_data
    actions.refuse(made, reason=data["reason"], text=data["text"], conflicts=form.named(), by=request.user)
    messages.success(request, _("The programme office has been told, and asks somebody else."))
    return redirect("home")
