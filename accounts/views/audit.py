"""The audit trail, for administrators."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.deeds import found, told
from accounts.forms import AuditFilterForm
from accounts.lists import PAGE_SIZE, chips
from accounts.roles import Permission, requires


@require_safe
@requires(Permission.SEE_AUDIT)
def audit_trail(request: HttpRequest) -> HttpResponse:
    """Who did what, and when; newest first; read only."""
    form = AuditFilterForm(request.GET)
    form.is_valid()  # a slip in one filter leaves the others in force, as their chips say
    page = Paginator(found(form.cleaned_data), PAGE_SIZE).get_page(request.GET.get("page"))
    context = {"page": page, "deeds": told(page), "form": form, "chips": chips(form)}
    return render(request, "accounts/audit_trail.html", context)
