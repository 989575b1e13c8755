"""What the startup agrees to before it is sent in, and what it agreed to."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.actions import Rows, agree
from accounts.consents import Wording, lacking
from accounts.models import Consent
from accounts.registration.registrations import Progress
from accounts.roles import Permission, requires
from startups.agreement import agreement
from startups.forms import AgreementForm
from startups.questions import AGREEMENT
from startups.registration import REGISTRATION, consents_of


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.EDIT_OWN_PROFILE)
def agree_to_all(request: HttpRequest) -> HttpResponse:
    """One tick for all of it; what was agreed to is shown in the words that were agreed to."""
    progress = Progress(REGISTRATION, REGISTRATION.rows(request.user))
    if not progress.has_begun:
        raise Http404
    asked, given = _asked(progress.rows), consents_of(progress.rows)
    form = AgreementForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        agree(progress.organisation, asked, by=request.user)
        messages.success(request, _("Your consent is recorded."))
        return redirect(_next_url(progress))
    context = {
        "form": form,
        "rows": [_row(wording, given) for wording in asked],
        "step": AGREEMENT,
        "is_newer": bool(given and lacking(asked, given)),
        "is_agreed": not lacking(asked, given),
        "in_preparation": progress.in_preparation,
        "back_url": reverse("startups:setup" if progress.in_preparation else "startups:own"),
    }
    return render(request, "startups/agreement.html", context)


def _next_url(progress: Progress) -> str:
    if not progress.in_preparation:
        return reverse("startups:own")
    fresh = Progress(REGISTRATION, {**progress.rows})
    return fresh.next_address(AGREEMENT.key)


def _asked(rows: Rows) -> list[Wording]:
    organisation: Any = rows["organisation"]
    return agreement(str(organisation.country.code), get_language() or "en")


def _row(wording: Wording, given: list[Consent]) -> dict[str, Any]:
    """The words that hold: those that were agreed to, if they are of the version in force now."""
    consent = next((each for each in given if not lacking([wording], [each])), None)
    return {
        "name": wording.subject.label,
        "text": consent.text if consent else wording.text,
        "lang": consent.language if consent else wording.language,
        "consent": consent,
    }
