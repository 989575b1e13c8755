"""Legal checks: the list that staff keep, and what was found for one partnership."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.roles import Permission, requires
from partnerships import actions, cards
from partnerships.enums import STAGES, GateStatus
from partnerships.forms.gates import CompareForm, DecisionForm, GateRuleForm
from partnerships.forms.partnerships import ReasonForm
from partnerships.models import GateCheck, GateRule, Partnership
from partnerships.rules import JAPAN
from partnerships.views.page import FORM_PAGE, posted


@require_safe
@requires(Permission.MANAGE_PARTNERSHIPS)
def rule_list(request: HttpRequest) -> HttpResponse:
    """All rules in the order of the stages, or those to compare with their source, with how many wait for each."""
    only_due = request.GET.get("compare") == "due"
    chosen = GateRule.objects.to_compare(timezone.now()) if only_due else GateRule.objects.all()
    waits = Q(checks__in=GateCheck.objects.open().filter(partnership__in=Partnership.objects.open()))
    order = {str(stage): number for number, stage in enumerate(STAGES)}
    rules = sorted(
        chosen.select_related("checked_by").annotate(waiting=Count("checks", filter=waits)),
        key=lambda rule: (not rule.in_use, order[rule.before], rule.pk),
    )
    return render(request, "partnerships/rules.html", {"rules": rules, "only_due": only_due})


@require_http_methods(FORM_PAGE)
@requires(Permission.MANAGE_PARTNERSHIPS)
def rule_new(request: HttpRequest) -> HttpResponse:
    form = GateRuleForm(posted(request))
    if request.method == "POST" and form.is_valid():
        actions.add_rule(form.text(), by=request.user)
        messages.success(
            request, _("The rule is in use. Open partnerships that it concerns have it on their list.")
        )
        return redirect("partnerships:rules")
    return _rule_page(request, form, _("New legal check"))


@require_http_methods(FORM_PAGE)
@requires(Permission.MANAGE_PARTNERSHIPS)
def rule_edit(request: HttpRequest, pk: int) -> HttpResponse:
    rule = get_object_or_404(GateRule, pk=pk)
    form = GateRuleForm(posted(request), instance=rule)
    if request.method == "POST" and form.is_valid():
        actions.edit_rule(rule, form.text(), by=request.user)
        messages.success(request, _("Saved."))
        return redirect("partnerships:rules")
    return _rule_page(request, form, _("Change a legal check"))


def _rule_page(request: HttpRequest, form: GateRuleForm, title: str) -> HttpResponse:
    context = {
        "form": form,
        "title": title,
        "save_label": _("Save"),
        "back_url": reverse("partnerships:rules"),
    }
    return render(request, "partnerships/form.html", context)


@require_http_methods(FORM_PAGE)
@requires(Permission.MANAGE_PARTNERSHIPS)
def rule_compare(request: HttpRequest, pk: int) -> HttpResponse:
    """The text beside its source: whoever finds it right writes down that it was compared, and when."""
    rule = get_object_or_404(GateRule.objects.select_related("checked_by"), pk=pk)
    today = timezone.localdate(timezone=JAPAN)
    form = CompareForm(posted(request), since=rule.checked_on, initial={"checked_on": today})
    if request.method == "POST" and form.is_valid():
        actions.compare(rule, form.cleaned_data["checked_on"], by=request.user)
        messages.success(request, _("Saved."))
        return redirect("partnerships:rules")
    return render(request, "partnerships/compare.html", {"rule": rule, "form": form})


@require_http_methods(FORM_PAGE)
@requires(Permission.MANAGE_PARTNERSHIPS)
def rule_use(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a rule out of use or back into it, after being told what that does."""
    rule = get_object_or_404(GateRule, pk=pk)
    if request.method == "POST":
        actions.set_in_use(rule, in_use=not rule.in_use, by=request.user)
        messages.success(request, _("Saved."))
        return redirect("partnerships:rules")
    context = {
        "title": _("Take this legal check out of use?") if rule.in_use else _("Use this legal check again?"),
        "lead": _("Open checks of it no longer hold up any partnership. What was decided stays.")
        if rule.in_use
        else _("Every open partnership that it concerns gets it on its list."),
        "confirm_label": _("Take out of use") if rule.in_use else _("Use again"),
        "back_url": reverse("partnerships:rules"),
    }
    return render(request, "components/confirm_page.html", context)


@require_http_methods(FORM_PAGE)
@requires(Permission.MANAGE_PARTNERSHIPS)
def check(request: HttpRequest, pk: int) -> HttpResponse:
    """Decide a check, or open a decided one again with a reason."""
    found = get_object_or_404(
        GateCheck.objects.visible_to(request.user).select_related(
            "rule", "partnership__company__organisation", "partnership__startup__organisation"
        ),
        pk=pk,
    )
    is_open = found.status == GateStatus.OPEN
    form = (DecisionForm if is_open else ReasonForm)(posted(request))
    if request.method == "POST" and form.is_valid():
        _decided(found, form.cleaned_data, request)
        messages.success(request, _("Saved."))
        return redirect("partnerships:detail", pk=found.partnership_id)
    context = {
        "check": found,
        "rule": found.rule,
        "form": form,
        "is_open": is_open,
        **cards.names(found.partnership, get_language() or ""),
    }
    return render(request, "partnerships/check.html", context)


def _decided(found: GateCheck, data: dict[str, Any], request: HttpRequest) -> None:
    if "reason" in data:
        actions.reopen_check(found, data["reason"], by=request.user)
        return
    actions.decide(found, GateStatus(data["status"]), data["decided_on"], data["note"], by=request.user)
