"""A second person registers a firm that is registered already: they may ask its owner to be let in.

They learn nothing: the page is the same for every number, registered or not, and so is what it answers.
"""

from __future__ import annotations

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts.actions import ask_to_join
from accounts.roles import Permission, requires
from companies.models import Company
from companies.rules import corporate_number


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.REGISTER)
def ask(request: HttpRequest) -> HttpResponse:
    """Ask the owner of a registration, whoever that is."""
    try:
        number = corporate_number(request.GET.get("number", ""))
    except ValidationError:
        return redirect("companies:step", step="company")
    if request.method == "POST":
        _ask(request, number)
        messages.success(
            request,
            _(
                "Your request has been passed on. You will be told the answer by mail; until then there is nothing to"
                " do."
            ),
        )
        return redirect("home")
    context = {
        "title": _("Ask to be let in"),
        "lead": _("If a colleague has registered this firm, they are told of your request, and decide."),
        "rows": [
            {"label": _("Corporate number"), "value": number},
            {
                "label": _("What the owner of the registration is told"),
                "value": _("Your name and e-mail address"),
            },
            {"label": _("Your name"), "value": request.user.name},
            {"label": _("Your e-mail address"), "value": request.user.email},
        ],
        "send_label": _("Ask to be let in"),
        "back_url": reverse("companies:step", args=["company"]),
    }
    return render(request, "components/check_page.html", context)


def _ask(request: HttpRequest, number: str) -> None:
    company = Company.objects.select_related("organisation").filter(corporate_number=number).first()
    if company is not None:
        ask_to_join(company.organisation, by=request.user)
