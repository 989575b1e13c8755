"""The staff's list of matches, and what staff decide about them."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST, require_safe
from django_tables2 import RequestConfig

from accounts.models import Membership
from accounts.roles import Permission, requires
from matchmaking.matches import actions
from matchmaking.matches.enums import DismissReason, MatchStatus, Side
from matchmaking.matches.filters import StaffMatchFilter
from matchmaking.matches.forms import DismissForm
from matchmaking.matches.models import Match, MatchQuerySet, Run
from matchmaking.matches.returning import kept_query, list_url
from matchmaking.matches.tables import MatchTable, turn_to

PAGE = 50
LONGEST_KEY = 18  # digits that fit the database's numbers whatever they are


@require_safe
@requires(Permission.MANAGE_MATCHES)
def match_list(request: HttpRequest) -> HttpResponse:
    """All matches, dense, with filters and sorting in the address."""
    filters = StaffMatchFilter(request.GET, queryset=Match.objects.visible_to(request.user).with_parties())
    table = MatchTable(filters.qs, request=request)
    RequestConfig(request, paginate=False).configure(table)
    context = {
        "filter": filters,
        "counted": turn_to(table, filters.qs, request.GET, PAGE),
        "table": table,
        "sort": request.GET.get("sort", ""),
        "latest": Run.objects.finished().first(),
    }
    return render(request, "matches/staff.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_MATCHES)
def disclose(request: HttpRequest) -> HttpResponse:
    """Check the ticked matches, then disclose them: nothing is sent before."""
    source = request.POST if request.method == "POST" else request.GET
    ticked = _ticked(request, source.getlist("match"))
    if request.method == "POST" and ticked:
        done = actions.disclose_several(ticked, by=request.user)
        messages.success(
            request,
            ngettext("%(n)s match disclosed.", "%(n)s matches disclosed.", len(done)) % {"n": len(done)},
        )
        return redirect(list_url("matches:staff", request))
    chosen = [match for match in ticked if match.status == MatchStatus.PROPOSED]
    context = {
        "title": _("Disclose matches"),
        "lead": _("The members of each firm receive an e-mail and see the startup with its score."),
        "rows": _check_rows(chosen),
        "chosen": chosen,
        "send_label": _("Disclose"),
        "list_query": kept_query(request),
        "back_url": list_url("matches:staff", request),
        "blocked": "" if chosen else _("Tick at least one proposed match in the list."),
    }
    return render(request, "matches/disclose.html", context)


def _ticked(request: HttpRequest, keys: list[str]) -> list[Match]:
    """The matches of these keys in whatever state; words and numbers no key can have are passed over."""
    wanted = [int(key) for key in keys if key.isdecimal() and len(key) <= LONGEST_KEY][: 4 * PAGE]
    return list(_all(request).filter(pk__in=wanted).order_by("company_id", "-raw_score"))


def _check_rows(chosen: list[Match]) -> list[dict[str, str]]:
    """One line a firm: the startups it will see, and who receives the mail."""
    members: dict[int, list[str]] = {}
    firms = {match.company_id for match in chosen}
    for membership in Membership.objects.filter(organisation__in=firms, user__is_active=True).select_related(
        "user"
    ):
        members.setdefault(membership.organisation_id, []).append(str(membership.user))
    rows: dict[int, dict[str, str]] = {}
    for match in chosen:
        row = rows.setdefault(match.company_id, {"label": str(match.company), "value": ""})
        row["value"] += f"{match.startup} ({match.score})\n"
    for company, row in rows.items():
        names = ", ".join(members.get(company, [])) or _("nobody yet")
        row["value"] += _("Told by e-mail: %(names)s") % {"names": names}
    return list(rows.values())


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_MATCHES)
def dismiss(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a pair aside, with a reason."""
    match = get_object_or_404(_all(request), pk=pk)
    form = DismissForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        reason, note = DismissReason(form.cleaned_data["reason"]), form.cleaned_data["note"]
        actions.dismiss(match, side=Side.STAFF, reason=reason, note=note, by=request.user)
        return redirect("matches:detail", pk=match.pk)
    context = {
        "title": _("Dismiss a match"),
        "lead": _(
            "%(company)s and %(startup)s are not proposed again until one of the two profiles changes; with a conflict "
            "of interest, not until somebody undoes the dismissal."
        )
        % {"company": match.company, "startup": match.startup},
        "form": form,
        "confirm_label": _("Dismiss"),
        "danger": True,
        "back_url": reverse("matches:detail", kwargs={"pk": match.pk}),
    }
    return render(request, "components/confirm_page.html", context)


@require_POST
@requires(Permission.MANAGE_MATCHES)
def restore(request: HttpRequest, pk: int) -> HttpResponse:
    """Undo a dismissal."""
    actions.restore(get_object_or_404(_all(request), pk=pk), by=request.user)
    return redirect("matches:detail", pk=pk)


def _all(request: HttpRequest) -> MatchQuerySet:
    return Match.objects.visible_to(request.user).with_parties()
