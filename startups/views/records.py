"""The pages of a startup's lists: figures, rounds, patents, certifications, references.

The page is one form. “Save” checks and saves it; “add another”, “remove” and “undo” send it to addresses of their own,
which show it again as it was typed, with a row more, marked or unmarked. Nothing is saved on the way.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.actions import resolve_remarks
from accounts.registration import keeping
from accounts.registration.answers import carried, marks_of, read_marks
from accounts.registration.keeping import keeps_what_was_typed
from accounts.registration.questions import Step
from accounts.registration.registrations import Progress
from accounts.roles import Permission, requires
from startups import actions
from startups.models import Startup
from startups.questions import LISTS
from startups.record_forms import RecordFormSet, sent, stored, typed
from startups.registration import REGISTRATION, records_of, row_subject


@keeps_what_was_typed
@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.EDIT_OWN_PROFILE)
def records(request: HttpRequest, kind: str) -> HttpResponse:
    """One list: shown, or checked and saved."""
    step, progress = _opened(request, kind)
    if request.method == "POST":
        return _save(request, step, progress)
    if (before := keeping.kept(request)) is not None:
        text = _("You had to sign in again. What you had typed is here; it is not saved yet.")
        messages.warning(request, text)
        return _show(request, step, progress, typed(before, kind), shown=before.get("shown", ""))
    return _show(request, step, progress, stored(records_of(step, progress.rows), kind))


@keeps_what_was_typed
@require_POST
@requires(Permission.EDIT_OWN_PROFILE)
def record_add(request: HttpRequest, kind: str) -> HttpResponse:
    """The page as it was typed, with an empty row more."""
    step, progress = _opened(request, kind)
    formset = typed(request.POST, kind, blank=1)
    return _show(
        request, step, progress, formset, shown=request.POST.get("shown", ""), new=len(formset.forms)
    )


@keeps_what_was_typed
@require_POST
@requires(Permission.EDIT_OWN_PROFILE)
def record_remove(request: HttpRequest, kind: str, number: int) -> HttpResponse:
    """The page as it was typed, with row `number` marked to go once the page is saved."""
    return _marked(request, kind, number, is_gone=True)


@keeps_what_was_typed
@require_POST
@requires(Permission.EDIT_OWN_PROFILE)
def record_restore(request: HttpRequest, kind: str, number: int) -> HttpResponse:
    """The page as it was typed, with row `number` back."""
    return _marked(request, kind, number, is_gone=False)


def _marked(request: HttpRequest, kind: str, number: int, *, is_gone: bool) -> HttpResponse:
    step, progress = _opened(request, kind)
    formset = typed(request.POST, kind, gone={number - 1: is_gone})
    return _show(request, step, progress, formset, shown=request.POST.get("shown", ""))


def _opened(request: HttpRequest, kind: str) -> tuple[Step, Progress]:
    if kind not in LISTS:
        raise Http404
    progress = Progress(REGISTRATION, REGISTRATION.rows(request.user))
    if not progress.has_begun:
        raise Http404
    return LISTS[kind], progress


def _save(request: HttpRequest, step: Step, progress: Progress) -> HttpResponse:
    formset, shown = sent(request.POST, step.key), request.POST.get("shown", "")
    if not formset.is_valid():
        return _show(request, step, progress, formset, shown=shown)
    startup = _startup(progress)
    try:
        clashes = actions.save_list(startup, step.key, formset.typed(read_marks(shown)), by=request.user)
    except ValidationError as error:
        formset.non_form_errors().extend(error.messages)
        return _show(request, step, progress, formset, shown=shown)
    if clashes:
        formset.add_clashes(clashes)
        return _show(request, step, progress, formset)
    return _go_on(request, step, progress)


def _go_on(request: HttpRequest, step: Step, progress: Progress) -> HttpResponse:
    keeping.forget(request)
    subjects = [remark.subject for remark in progress.remarks_on(step)]
    resolve_remarks(progress.organisation, subjects, by=request.user)
    now = time_format(timezone.localtime(), "H:i")
    messages.success(request, _("Saved at %(time)s.") % {"time": now})
    if not progress.in_preparation:
        return redirect("startups:own")
    fresh = Progress(REGISTRATION, REGISTRATION.rows(request.user))
    return redirect(reverse("startups:setup") if step.is_optional else fresh.next_address(step.key))


def _startup(progress: Progress) -> Startup:
    startup: Any = progress.rows["startup"]
    return startup  # type: ignore[no-any-return]


def _show(
    request: HttpRequest,
    step: Step,
    progress: Progress,
    formset: RecordFormSet,
    *,
    shown: str | None = None,
    new: int = 0,
) -> HttpResponse:
    """`shown` is what the page carried already; without it, fingerprints of what stands there now. `new`: a row to
    go to."""
    now = records_of(step, progress.rows)
    remarks = {remark.subject: remark for remark in progress.remarks_on(step)}
    for row in formset.forms:
        row.remark = remarks.pop(row_subject(step.key, row["id"].value()), None)
    context: Mapping[str, Any] = {
        "formset": formset,
        "form": next(iter(formset.faulty), None) if formset.is_bound else None,
        "step": step,
        "title": step.title,
        "kind": step.key,
        "new": new,
        "remarks": list(remarks.values()),  # of rows that are there no more
        "shown": carried(marks_of(actions.shown_values(now))) if shown is None else shown,
        "writer": keeping.writer_mark(request.user),
        "back_url": reverse("startups:setup" if progress.in_preparation else "startups:own"),
        "in_preparation": progress.in_preparation,
    }
    return render(request, "startups/records.html", context)
