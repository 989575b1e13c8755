"""Pages on which an owner asks that everything be erased, and on which an administrator does it."""

from __future__ import annotations

from typing import Any

from allauth.account.decorators import reauthentication_required
from django import forms
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import actions
from accounts.enums import DeletionStatus, OrganisationStatus
from accounts.erasure.forms import AskForm, CarryOutForm, PersonForm
from accounts.erasure.knowing import kept_of_organisation, losses_of, person_with, waiting_days
from accounts.lists import PAGE_SIZE
from accounts.models import DeletionRequest, Organisation
from accounts.roles import Permission, requires
from accounts.views.lifecycle import own_organisation, profile_page
from matchmaking.core.transitions import TransitionNotAllowed


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.END_PARTICIPATION)
def delete(request: HttpRequest) -> HttpResponse:
    """An owner deletes a draft at once, or asks for the deletion of anything else, or sees where that stands."""
    organisation = own_organisation(request)
    if actions.is_never_sent_in(organisation):
        return _delete_draft(request, organisation)
    if (known := actions.waiting_request(organisation)) is not None:
        if request.method == "POST":
            return redirect("accounts:delete")  # the other owner, or another tab, was faster
        context = {"deletion": known, "back_url": profile_page(organisation)}
        return render(request, "accounts/deletion/asked.html", context)
    form = AskForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.ask_for_deletion(organisation, reason=form.cleaned_data["reason"], by=request.user)
        messages.success(request, _("The programme office has your request."))
        return redirect("accounts:delete")
    return render(request, "accounts/deletion/ask.html", _check(organisation, form))


def _delete_draft(request: HttpRequest, organisation: Organisation) -> HttpResponse:
    if request.method == "POST":
        actions.delete_draft(organisation, by=request.user)
        messages.success(request, _("The draft is deleted."))
        return redirect("home")
    return render(request, "accounts/deletion/draft.html", _check(organisation, forms.Form()))


@require_POST
@requires(Permission.END_PARTICIPATION)
def take_back(request: HttpRequest) -> HttpResponse:
    """An owner wants to keep everything after all."""
    organisation = own_organisation(request)
    known = actions.waiting_request(organisation)
    if known is None:
        raise TransitionNotAllowed(organisation, OrganisationStatus.ERASED)
    actions.take_back_deletion(known, by=request.user)
    messages.success(request, _("The request is taken back. Everything stays."))
    return redirect(profile_page(organisation))


@require_safe
@requires(Permission.ERASE)
def deletions(request: HttpRequest) -> HttpResponse:
    """Who waits for an erasure, the longest waiting first."""
    waiting = DeletionRequest.objects.visible_to(request.user).waiting().for_list()
    page = Paginator(waiting, PAGE_SIZE).get_page(request.GET.get("page"))
    now = timezone.now()
    rows = [{"deletion": each, **waiting_days(each, now)} for each in page]
    return render(request, "accounts/deletion/list.html", {"page": page, "rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.ERASE)
@reauthentication_required(allow_get=True)
def deletion(request: HttpRequest, pk: int) -> HttpResponse:
    """What is erased, what is kept, what stands in the way; then it is carried out."""
    deletion = get_object_or_404(DeletionRequest.objects.visible_to(request.user).for_list(), pk=pk)
    if deletion.status != DeletionStatus.WAITING:
        raise TransitionNotAllowed(deletion, DeletionStatus.CARRIED_OUT)
    form = CarryOutForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.carry_out_deletion(deletion, reason=form.cleaned_data["reason"], by=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, _("The data are deleted. Its people have been told by mail."))
            return redirect("accounts:deletions")
    context = {
        **_check(deletion.organisation, form),
        **waiting_days(deletion, timezone.now()),
        "deletion": deletion,
        "obstacles": actions.obstacles(deletion.organisation),
        "back_url": reverse("accounts:deletions"),
    }
    return render(request, "accounts/deletion/carry_out.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.ERASE)
@reauthentication_required(allow_get=True)
def person(request: HttpRequest) -> HttpResponse:
    """An administrator erases one person: somebody who was invited, an expert, staff who left, a newcomer."""
    form = PersonForm(request.POST or None, initial={"email": request.GET.get("email", "")})
    if request.method == "POST" and form.is_valid():
        address = form.cleaned_data["email"]
        try:
            actions.erase_on_request(address, reason=form.cleaned_data["reason"], by=request.user)
        except ValidationError as error:
            form.add_error("email", error)
        else:
            messages.success(request, _("The person’s data are erased."))
            return redirect("accounts:staff")
    known = person_with(str(form["email"].value() or ""))
    context = {"form": form, "known": known, "back_url": reverse("accounts:staff")}
    return render(request, "accounts/deletion/person.html", context)


def _check(organisation: Organisation, form: forms.Form) -> dict[str, Any]:
    return {
        "organisation": organisation,
        "form": form,
        "losses": losses_of(organisation),
        "kept": kept_of_organisation(),
        "back_url": profile_page(organisation),
        "days_to_delete": settings.DELETION_DAYS,
    }
