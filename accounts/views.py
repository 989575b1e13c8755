"""The reader's own settings; the audit trail for administrators."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import translate_url
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from accounts.forms import SettingsForm
from accounts.roles import Permission, requires
from matchmaking.core.models import AuditEvent


@require_http_methods(["GET", "POST"])
def settings(request: HttpRequest) -> HttpResponse:
    """Name, language and time zone of the reader."""
    form = SettingsForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect(translate_url(request.path, form.instance.language))
    return render(request, "accounts/settings.html", {"form": form})


@require_GET
@requires(Permission.SEE_AUDIT)
def audit_trail(request: HttpRequest) -> HttpResponse:
    """Who did what, and when; newest first; read only."""
    page = Paginator(AuditEvent.objects.all(), 50).get_page(request.GET.get("page"))
    return render(request, "accounts/audit_trail.html", {"page": page})
