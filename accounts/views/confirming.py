"""A question before something is done: asked by GET, carried out by POST, refusals shown on the same page."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render


@dataclass(frozen=True)
class Question:
    """What is asked, and where the way leads from here; `after` if not back to the same list."""

    title: str
    lead: str
    label: str
    done: str
    back: str
    after: str = ""
    danger: bool = False
    template: str = "components/confirm_page.html"


def confirm(request: HttpRequest, question: Question, carry_out: Callable[[], object]) -> HttpResponse:
    """The page of the question, or what follows from the answer."""
    form = forms.Form(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            carry_out()
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, question.done)
            return redirect(question.after or question.back)
    context = {
        "form": form,
        "title": question.title,
        "lead": question.lead,
        "confirm_label": question.label,
        "back_url": question.back,
        "danger": question.danger,
    }
    return render(request, question.template, context)
