"""Conflicts of interest: experts declare them, the office alone takes them back."""

from __future__ import annotations

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.roles import Permission, requires
from research import actions
from research.forms.conflicts import ConflictForm
from research.models import Conflict, Expert
from research.naming import assigned_to


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.DESCRIBE_EXPERTISE)
def own(request: HttpRequest) -> HttpResponse:
    """What the reader has declared, and declaring more."""
    form = ConflictForm(
        request.POST if request.method == "POST" else None, assigned=assigned_to(request.user)
    )
    if request.method == "POST" and form.is_valid():
        _declare(request, form)
        messages.success(request, _("Declared. The programme office asks you nothing about them any more."))
        return redirect("research:conflicts")
    declared = Conflict.objects.filter(expert=request.user.pk).select_related("organisation")
    return render(request, "research/conflicts.html", {"form": form, "conflicts": declared})


@transaction.atomic
def _declare(request: HttpRequest, form: ConflictForm) -> None:
    """All of them, or none."""
    actions.begin(request.user)
    expert = Expert.objects.select_related("user").get(user=request.user)
    for organisation in form.organisations():
        actions.declare_conflict(expert, organisation, reason=form.cleaned_data["text"], by=request.user)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_RESEARCH)
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    conflict = get_object_or_404(Conflict.objects.select_related("expert__user", "organisation"), pk=pk)
    back = reverse("research:expert", kwargs={"pk": conflict.expert_id})
    if request.method == "POST":
        actions.take_back_conflict(conflict, by=request.user)
        return redirect(back)
    about = {"expert": conflict.expert, "organisation": conflict.organisation}
    context = {
        "title": _("Take back the conflict of interest"),
        "lead": _("%(expert)s can be asked about %(organisation)s again.") % about,
        "confirm_label": _("Take back"),
        "back_url": back,
    }
    return render(request, "components/confirm_page.html", context)
