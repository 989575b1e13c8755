"""One question page: shown, answered, saved; nothing that was typed is lost on the way.

Its form carries who was shown it (accounts/registration/keeping.py) and fingerprints of what it showed
(accounts/registration/answers.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import BoundField
from django.forms.models import model_to_dict
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import time_format
from django.utils.translation import gettext as _

from accounts.actions import Answers, Rows, resolve_remarks, save_answers
from accounts.profiles.forms import SectionForm
from accounts.profiles.labels import value_label
from accounts.registration import keeping
from accounts.registration.answers import Merged, carried, marks_of, read_marks
from accounts.registration.registrations import Progress, Question, Registration

QUESTION_TEMPLATE = "accounts/step.html"
THEIRS = "theirs"  # the boxes of a clash: these fields keep what the other person wrote


@dataclass(frozen=True)
class Way:
    """Where a question page lies, and what follows it."""

    registration: Registration
    key: str
    page_url: str
    later_url: str
    back_url: str = ""  # after saving and on the way back, if not the task list or the profile
    title: str = ""
    template: str = QUESTION_TEMPLATE
    more: Callable[[SectionForm], Mapping[str, Any]] = lambda form: {}


@dataclass(frozen=True)
class Asked:
    """A field as the page shows it: with what a reviewer said of it, and what somebody else wrote meanwhile."""

    field: BoundField
    remark: str = ""
    is_clash: bool = False
    theirs: str = ""


@dataclass(frozen=True)
class Outcome:
    """What became of answers: `merged` is None if nothing could be saved."""

    form: SectionForm
    shown: Mapping[str, str]
    merged: Merged | None = None

    @property
    def is_done(self) -> bool:
        return not self.form.errors and self.merged is not None and not self.merged.clashes


def question_page(request: HttpRequest, question: Question, way: Way, *, later: bool = False) -> HttpResponse:
    """Show a question, or save its answers and go on."""
    progress = Progress(way.registration, way.registration.rows(request.user))
    if request.method != "POST":
        return _show(request, question, way, progress, _first(request, question))
    outcome = _save(request, question, progress, later=later)
    if not outcome.is_done:
        return _show(request, question, way, progress, outcome)
    keeping.forget(request)
    return _go_on(request, question, way, outcome, later=later)


def save_for_later(request: HttpRequest, question: Question, way: Way) -> HttpResponse:
    """The second button of the page. Whoever opens its address is sent to the page."""
    question.find(request.user)  # or the page does not exist
    if request.method != "POST":
        return redirect(way.page_url)
    return question_page(request, question, way, later=True)


def _first(request: HttpRequest, question: Question) -> Outcome:
    """The page as it is opened; with what its reader had typed before they had to sign in again."""
    rows = question.find(request.user)
    if (typed := keeping.kept(request)) is not None:
        text = _("You had to sign in again. What you had typed is here; it is not saved yet.")
        messages.warning(request, text)
        form = question.form(typed, rows=rows, step=question.step)
        return Outcome(form, read_marks(typed.get("shown", "")))
    form = question.form(rows=rows, step=question.step)
    return Outcome(form, marks_of(form.initial))


def _save(request: HttpRequest, question: Question, progress: Progress, *, later: bool) -> Outcome:
    """Save what can be saved: before a profile is sent in, also the right answers beside a wrong one."""
    rows = question.find(request.user)
    later = later and progress.in_preparation
    form = question.form(request.POST, rows=rows, step=question.step, later=later)
    shown = read_marks(request.POST.get("shown", ""))
    is_there = all(row.pk is not None for row in rows.values())
    if not form.is_valid() and not (is_there and progress.in_preparation):
        return Outcome(form, shown)
    theirs = request.POST.getlist(THEIRS)
    answers = Answers(question.step.asks, form.answers(), shown, theirs, form.beside())
    try:
        merged = save_answers(answers, find=question.find, write=question.write, by=request.user)
    except ValidationError as error:
        _add_errors(form, error)
        return Outcome(form, shown)
    return Outcome(form, {**shown, **_marks(question, request, answers)}, merged)


def _marks(question: Question, request: HttpRequest, answers: Answers) -> dict[str, str]:
    """Fingerprints of what stands there now, of the fields whose answers were looked at."""
    current = _values(question.find(request.user), answers.asks)
    return marks_of({name: current[name] for name in answers.typed})


def _values(rows: Rows, asks: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: value
        for part, names in asks.items()
        for name, value in model_to_dict(rows[part], fields=names).items()
    }


def _add_errors(form: SectionForm, error: ValidationError) -> None:
    """What only the rows together could tell, at the field it is about."""
    for name, told in (error.error_dict if hasattr(error, "error_dict") else {None: [error]}).items():
        form.add_error(name if name in form.fields else None, told)


def _go_on(
    request: HttpRequest, question: Question, way: Way, outcome: Outcome, *, later: bool
) -> HttpResponse:
    progress = Progress(way.registration, way.registration.rows(request.user))
    seen_to = question.step.names if not later else tuple(outcome.merged.take if outcome.merged else ())
    subjects = [question.subject(name) for name in seen_to]
    if progress.remarks:
        resolve_remarks(progress.organisation, subjects, by=request.user)
        progress = Progress(way.registration, progress.rows)
    now = time_format(timezone.localtime(), "H:i")
    messages.success(request, _("Saved at %(time)s.") % {"time": now})
    if later or not progress.in_preparation:
        return redirect(_back_url(way, progress))
    return redirect(progress.next_address(way.key))


def _back_url(way: Way, progress: Progress) -> str:
    page = "setup" if progress.in_preparation else "own"
    return way.back_url or reverse(f"{way.registration.namespace}:{page}")


def _show(
    request: HttpRequest, question: Question, way: Way, progress: Progress, outcome: Outcome
) -> HttpResponse:
    clashes = outcome.merged.clashes if outcome.merged else {}
    for name in question.step.needed:  # saving for later asks for less; the marks on the page stay the same
        outcome.form.fields[name].required = True
    context = {
        "form": outcome.form,
        "asked": _asked(question, progress, outcome.form, clashes),
        "clashes": [outcome.form[name] for name in clashes],
        "partly_saved": bool(outcome.merged and outcome.merged.take and not outcome.is_done),
        "shown": carried(outcome.shown),
        "writer": keeping.writer_mark(request.user),
        "step": question.step,
        "boxes": outcome.form.boxes() if question.step.chooses and progress.has_begun else None,
        "title": way.title or question.step.title,
        "page_url": way.page_url,
        "later_url": way.later_url if progress.in_preparation else "",
        "back_url": _back_url(way, progress),
        "in_preparation": progress.in_preparation,
        "has_begun": progress.has_begun,
        **way.more(outcome.form),
    }
    return render(request, way.template, context)


def _asked(
    question: Question, progress: Progress, form: SectionForm, clashes: Mapping[str, Any]
) -> list[Asked]:
    remarks = {remark.subject: remark.text for remark in progress.remarks}
    return [
        Asked(
            field=form[name],
            remark=remarks.get(question.subject(name), ""),
            is_clash=name in clashes,
            theirs=_in_words(question, form, name, clashes[name]) if name in clashes else "",
        )
        for name in question.step.names
    ]


def _in_words(question: Question, form: SectionForm, name: str, value: Any) -> str:
    part = next(part for part, names in question.step.asks.items() if name in names)
    column: Any = form.rows[part]._meta.get_field(name)
    return value_label(column, value) or "–"
