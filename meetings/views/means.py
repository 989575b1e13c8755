"""What rounds draw on: interpreters, and the days on which nobody works."""

from __future__ import annotations

from collections import Counter
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.roles import Permission, requires
from accounts.views.confirming import Question, confirm
from matchmaking.core import local_time
from meetings import actions
from meetings.board import pair_name
from meetings.forms.rounds import ClosureForm, InterpreterForm
from meetings.interpreting import all_unfit, unfit_in_drafts, unfit_meetings
from meetings.models import Closure, Interpreter, Meeting

PAGE = 50


@require_safe
@requires(Permission.MANAGE_ROUNDS)
def interpreter_list(request: HttpRequest) -> HttpResponse:
    """All, or those with booked meetings that no longer fit them; how many those are."""
    unfit = Counter(each.interpreter_id for each in all_unfit(now=timezone.now()))
    people = Interpreter.objects.visible_to(request.user)
    if only_unfit := request.GET.get("unfit") == "on":
        people = people.filter(pk__in=unfit)
    page = Paginator(people, PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [(each, unfit[each.pk]) for each in page],
        "unfit": sum(unfit.values()),
        "only_unfit": only_unfit,
    }
    return render(request, "meetings/interpreters.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_ROUNDS)
def interpreter_new(request: HttpRequest) -> HttpResponse:
    form = InterpreterForm(request.POST or None)
    if form.is_valid():
        actions.add_interpreter(by=request.user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("meetings:interpreters")
    return _form(request, form, _("New interpreter"), "meetings:interpreters")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_ROUNDS)
def interpreter_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """What is known of one interpreter, and which booked meetings no longer fit that."""
    interpreter = get_object_or_404(Interpreter.objects.visible_to(request.user), pk=pk)
    title, unfit = interpreter.name, unfit_meetings(interpreter, now=timezone.now())
    form = InterpreterForm(request.POST or None, instance=interpreter)
    if form.is_valid():
        actions.change_interpreter(interpreter, by=request.user, **form.cleaned_data)
        return _changed(request, interpreter)
    context = {
        "form": form,
        "title": title,
        "save_label": _("Save"),
        "back_url": reverse("meetings:interpreters"),
        "unfit": [_booked(each, get_language() or "") for each in unfit],
    }
    return render(request, "meetings/interpreter_form.html", context)


def _changed(request: HttpRequest, interpreter: Interpreter) -> HttpResponse:
    """How much no longer fits; booked meetings are listed below the form."""
    messages.success(request, _("Saved."))
    if drafted := unfit_in_drafts(interpreter, now=timezone.now()):
        text = ngettext(
            "%(count)s meeting in the draft of a round no longer fits this interpreter: the board says why."
            " Move it, or start the auto-placement again.",
            "%(count)s meetings in drafts of rounds no longer fit this interpreter: the board says why."
            " Move them, or start the auto-placement again.",
            drafted,
        )
        messages.warning(request, text % {"count": drafted})
    if booked := len(unfit_meetings(interpreter, now=timezone.now())):
        text = ngettext(
            "%(count)s booked meeting no longer fits this interpreter. It stays as it was booked.",
            "%(count)s booked meetings no longer fit this interpreter. They stay as they were booked.",
            booked,
        )
        messages.warning(request, text % {"count": booked})
        return redirect("meetings:interpreter_edit", pk=interpreter.pk)
    return redirect("meetings:interpreters")


def _booked(meeting: Meeting, language: str) -> dict[str, Any]:
    return {
        "request_id": meeting.request_id,
        "name": pair_name(meeting, language),
        "starts_at": meeting.starts_at,
        "ends_at": meeting.ends_at,
    }


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


def _national(request: HttpRequest, pk: int) -> Closure:
    """Closing days of a country; those of an organisation are its own affair."""
    return get_object_or_404(Closure.objects.visible_to(request.user).filter(organisation=None), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_ROUNDS)
def closure_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """What was announced later, or typed wrongly, is put right; booked meetings are looked at again."""
    closure = _national(request, pk)
    form = ClosureForm(request.POST or None, instance=closure)
    if form.is_valid():
        actions.change_closure(closure, by=request.user, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("meetings:closures")
    context = {
        "form": form,
        "title": _("Change closing days"),
        "save_label": _("Save"),
        "back_url": reverse("meetings:closures"),
        "remove_url": reverse("meetings:closure_remove", kwargs={"pk": pk}),
    }
    return render(request, "meetings/closure_form.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_ROUNDS)
def closure_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Asked before it is done: from then on meetings are placed on these days."""
    closure = _national(request, pk)
    name = closure.name_ja if get_language() == "ja" else closure.name_en
    days = {"first": local_time.day(closure.first_day), "last": local_time.day(closure.last_day)}
    question = Question(
        title=_("Remove these closing days?"),
        lead=_("%(country)s, %(name)s, %(first)s to %(last)s: meetings can then be placed on these days.")
        % {"country": closure.country.name, "name": name, **days},
        label=_("Remove the closing days"),
        done=_("The closing days have been removed."),
        back=reverse("meetings:closure_edit", kwargs={"pk": pk}),
        after=reverse("meetings:closures"),
        danger=True,
    )
    return confirm(request, question, lambda: actions.remove_closure(closure, by=request.user))


def _form(request: HttpRequest, form: InterpreterForm | ClosureForm, title: str, back: str) -> HttpResponse:
    context = {"form": form, "title": title, "save_label": _("Save"), "back_url": reverse(back)}
    return render(request, "meetings/round_form.html", context)
