"""The reader's own settings."""

from __future__ import annotations

from django.contrib import messages
from django.forms.models import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import actions
from accounts.forms import SettingsForm


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
