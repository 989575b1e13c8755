"""What rounds draw on: interpreters, and the days on which nobody works."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.roles import Permission, requires
from meetings import actions
from meetings.forms.rounds import ClosureForm, InterpreterForm
from meetings.models import Closure, Interpreter

PAGE = 50


@require_safe
@requires(Permission.MANAGE_ROUNDS)
def interpreter_list(request: HttpRequest) -> HttpResponse:
    page = Paginator(Interpreter.objects.visible_to(request.user), PAGE).get_page(request.GET.get("page"))
    return render(request, "meetings/interpreters.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_ROUNDS)
def interpreter_new(request: HttpRequest) -> HttpResponse:
    form = InterpreterForm(request.POST or None)
    if form.is_valid():
        actions.add_interpreter(by=request.user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("meetings:interpreters")
    return _form(request, form, _("New interpreter"), "meetings:interpreters")


@require_safe
@requires(Permission.MANAGE_ROUNDS)
def closure_list(request: HttpRequest) -> HttpResponse:
    """Days off that no law names."""
    rows = Closure.objects.visible_to(request.user).select_related("organisation")
    page = Paginator(rows.order_by("-first_day"), PAGE).get_page(request.GET.get("page"))
    return render(request, "meetings/closures.html", {"page": page})


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_ROUNDS)
def closure_new(request: HttpRequest) -> HttpResponse:
    form = ClosureForm(request.POST or None)
    if form.is_valid():
        actions.add_closure(by=request.user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("meetings:closures")
    return _form(request, form, _("New closing days"), "meetings:closures")


def _form(request: HttpRequest, form: InterpreterForm | ClosureForm, title: str, back: str) -> HttpResponse:
    context = {"form": form, "title": title, "save_label": _("Save"), "back_url": reverse(back)}
    return render(request, "meetings/round_form.html", context)
