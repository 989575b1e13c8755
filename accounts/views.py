"""The reader's own settings; the audit trail for administrators."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms.models import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import actions
from accounts.deeds import found, told
from accounts.forms import AuditFilterForm, SettingsForm
from accounts.lists import PAGE_SIZE, chips
from accounts.roles import Permission, requires


@require_http_methods(["GET", "HEAD", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """Name, language and time zone of the reader."""
    form = SettingsForm(request.POST or None, initial=model_to_dict(request.user, SettingsForm.Meta.fields))
    if request.method == "POST" and form.is_valid():
        actions.change_settings(request.user, form.cleaned_data, by=request.user)
        messages.success(request, _("Saved."))
        with translation.override(form.cleaned_data["language"]):
            return redirect(reverse("accounts:settings"))
    return render(request, "accounts/settings.html", {"form": form})


@require_safe
@requires(Permission.SEE_AUDIT)
def audit_trail(request: HttpRequest) -> HttpResponse:
    """Who did what, and when; newest first; read only."""
    form = AuditFilterForm(request.GET)
    form.is_valid()  # a slip in one filter leaves the others in force, as their chips say
    page = Paginator(found(form.cleaned_data), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page": page, "deeds": told(page), "form": form, "chips": chips(form)}
    return render(request, "accounts/audit_trail.html", context)
