"""The firm's consent to transfer abroad: what it agreed to, country by country, and the way back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.consents import country_name
from accounts.models import User
from accounts.registration.registrations import Progress
from accounts.roles import Permission, requires
from companies import actions
from companies.consents import transfer_text, version
from companies.forms import AgreementForm, ConsentForm
from companies.models import Company
from companies.questions import AGREEMENT
from companies.registration import REGISTRATION, agreed_countries
from matchmaking.core.enums import TARGET_COUNTRIES


def _own(request: HttpRequest) -> Company:
    """The reader's own firm; people of a startup have none."""
    organisation = request.user.organisation
    return get_object_or_404(
        Company.objects.visible_to(request.user), pk=organisation.pk if organisation else None
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.EDIT_OWN_PROFILE)
def consents(request: HttpRequest) -> HttpResponse:
    """All target countries, with what was agreed to and since when; agreeing to more of them."""
    company = _own(request)
    rows = _rows(company)
    left = [row["country"] for row in rows if not row["is_current"]]
    form = ConsentForm(request.POST if request.method == "POST" else None, left=left)
    if request.method == "POST" and form.is_valid():
        chosen, language = form.cleaned_data["countries"], get_language() or "ja"
        actions.agree_to_transfer(company, chosen, language=language, by=request.user)
        messages.success(request, _("Your consent is recorded."))
        return redirect("companies:consents")
    context = {"form": form, "rows": rows, "back_url": reverse("companies:own")}
    return render(request, "companies/consents.html", context)


def _rows(company: Company) -> list[dict[str, Any]]:
    """What was agreed to in the words now in force is shown as it was; for anything else, the words now in force."""
    language = get_language() or "ja"
    in_force = {str(each.country.code): each for each in company.transfer_consents.in_force()}
    found = []
    for country in [*TARGET_COUNTRIES, *sorted(set(in_force) - set(TARGET_COUNTRIES))]:
        consent = in_force.get(country)
        is_current = consent is not None and consent.version == version()
        found.append(
            {
                "country": country,
                "name": country_name(country),
                "consent": consent,
                "is_current": is_current,
                "text": consent.text if consent and is_current else transfer_text(country, language),
                "lang": consent.language if consent and is_current else language,
            }
        )
    return found


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.EDIT_OWN_PROFILE)
def agreement(request: HttpRequest) -> HttpResponse:
    """The last step of the registration: what is ticked is what the firm agrees to; anything else it takes back."""
    progress = Progress(REGISTRATION, REGISTRATION.rows(request.user))
    company, agreed = _own(request), agreed_countries(progress.rows)
    form = AgreementForm(request.POST if request.method == "POST" else None, agreed=agreed)
    if request.method == "POST" and form.is_valid():
        _agree_to_just(company, form.chosen(), by=request.user)
        messages.success(request, _("Your consent is recorded."))
        return redirect(Progress(REGISTRATION, REGISTRATION.rows(request.user)).next_address(AGREEMENT.key))
    context = {
        "form": form,
        "rows": _rows(company),
        "step": AGREEMENT,
        "in_preparation": progress.in_preparation,
        "is_newer": bool(REGISTRATION.asks_to_agree(progress.rows)),
        "back_url": reverse("companies:setup" if progress.in_preparation else "companies:own"),
    }
    return render(request, "companies/agreement.html", context)


@transaction.atomic
def _agree_to_just(company: Company, chosen: set[str], *, by: User) -> None:
    in_force = {str(each.country.code) for each in company.transfer_consents.in_force()}
    for country in sorted((in_force & set(TARGET_COUNTRIES)) - chosen):
        actions.withdraw_transfer(company, country, by=by)
    actions.agree_to_transfer(company, chosen, language=get_language() or "ja", by=by)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.EDIT_OWN_PROFILE)
def consent_withdraw(request: HttpRequest, country: str) -> HttpResponse:
    """A page that asks whether it is meant, then the deed."""
    company = _own(request)
    if not company.transfer_consents.in_force().filter(country=country).exists():
        raise Http404
    if request.method == "POST":
        actions.withdraw_transfer(company, country, by=request.user)
        messages.success(request, _("Your consent is withdrawn."))
        return redirect("companies:consents")
    context = {
        "title": _("Withdraw the consent for %(country)s?") % {"country": country_name(country)},
        "lead": _(
            "You cannot request meetings with startups there until you agree again. "
            "What was passed on before is not affected."
        ),
        "confirm_label": _("Withdraw the consent"),
        "danger": True,
        "back_url": reverse("companies:consents"),
    }
    return render(request, "components/confirm_page.html", context)
