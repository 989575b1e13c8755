"""Changes of reviewed profiles: what waits for review, and what staff have not looked at yet."""

from __future__ import annotations

from datetime import UTC, datetime

import django_filters
from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from accounts import actions
from accounts.enums import OrganisationKind
from accounts.lists import chips
from accounts.models import Organisation
from accounts.profiles.unseen import unseen_changes
from accounts.roles import Permission, requires
from matchmaking.core.enums import Field

ON_A_PAGE = 20


class ChangesFilterSet(django_filters.FilterSet):  # type: ignore[misc]
    """Which profiles' changes are shown."""

    kind = django_filters.ChoiceFilter(label=gettext_lazy("Kind"), choices=OrganisationKind)
    field = django_filters.MultipleChoiceFilter(
        label=gettext_lazy("Field"),
        choices=Field,
        method="overlapping_fields",
        widget=forms.CheckboxSelectMultiple,
    )

    def overlapping_fields(self, queryset: QuerySet[Organisation], name: str, value: list[str]) -> object:
        return queryset.filter(fields__overlap=value) if value else queryset


@require_POST
@requires(Permission.EDIT_OWN_PROFILE)
def identity_take_back(request: HttpRequest) -> HttpResponse:
    """The members keep the name, number and country in force."""
    organisation = request.user.organisation
    if organisation is None:
        raise Http404
    actions.take_back_identity(organisation, by=request.user)
    messages.success(request, _("The change is taken back."))
    return redirect(actions.PROFILE_PAGE[OrganisationKind(organisation.kind)])


@require_safe
@requires(Permission.REVIEW_PROFILES)
def changes(request: HttpRequest) -> HttpResponse:
    """Published profiles that members changed since staff last looked, with what they changed."""
    filters = ChangesFilterSet(request.GET, Organisation.objects.with_unseen_changes())
    page = Paginator(filters.qs, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": unseen_changes(list(page)),
        "form": filters.form,
        "chips": chips(filters.form),
    }
    return render(request, "accounts/changes.html", context)


@require_POST
@requires(Permission.REVIEW_PROFILES)
def changes_seen(request: HttpRequest, pk: int) -> HttpResponse:
    """Staff have looked at what the page showed of one profile."""
    organisation = get_object_or_404(Organisation, pk=pk)
    until = _moment(request.POST.get("until", ""))
    actions.mark_changes_seen(organisation, until=until or timezone.now(), by=request.user)
    messages.success(request, _("Marked as seen: %(name)s") % {"name": organisation.name})
    query = request.POST.get("query", "")
    return redirect(f"{reverse('accounts:changes')}?{query}" if query else "accounts:changes")


def _moment(text: str) -> datetime | None:
    """The latest change that the page showed; a page that lost it counts as having shown all."""
    try:
        found = parse_datetime(text)
        return found.astimezone(UTC) if found is not None and timezone.is_aware(found) else None
    except (ValueError, OverflowError):  # the second: in Greenwich it would be before the year 1
        return None
