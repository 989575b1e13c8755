"""Decisions about an application: each has a check page, and is carried out by POST only."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from accounts import actions
from accounts.enums import ReviewStatus
from accounts.models import Review
from accounts.profiles.forms import ReasonForm
from accounts.profiles.kinds import kind_of
from accounts.profiles.labels import identity_rows
from accounts.reviewing.cases import applicant_language, labels_in, next_review
from accounts.reviewing.forms import ChangesForm, DeclineForm
from accounts.reviewing.versions import ProfileChanged, version_of, written
from accounts.roles import Permission, requires
from accounts.rules import unchecked
from accounts.views.reviews.finding import review_or_404, seen, seen_query, telling_who_was_faster
from matchmaking.core.transitions import TransitionNotAllowed, allowed

STEP = "accounts/review/step.html"


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.REVIEW_PROFILES)
@telling_who_was_faster
def approve(request: HttpRequest, pk: int) -> HttpResponse:
    """Approve and publish, or put a new identity in force; then the next application opens by itself."""
    review = _review(pk, ReviewStatus.APPROVED)
    errors: list[str] = []
    if request.method == "POST":
        try:
            actions.approve(review, seen=seen(request), by=request.user)
            return _next(request, _("%(name)s: approved."), review)
        except ProfileChanged as changed:
            return _changed(request, review, changed)
        except ValidationError as refusal:
            errors = refusal.messages
    left = [check.label for check in unchecked(review)]
    context = {
        "title": _("Approve the new identity") if review.is_of_identity else _("Approve and publish"),
        "lead": _("Its members will be told."),
        "rows": _rows(review),
        "errors": errors,
        "left": left,
        "blocked": _("Tick all checks before you approve.") if left else "",
    }
    return _step(request, review, context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.REVIEW_PROFILES)
@telling_who_was_faster
def ask_for_changes(request: HttpRequest, pk: int) -> HttpResponse:
    """Say field by field what to correct, in the applicant's language."""
    review = _review(pk, ReviewStatus.RETURNED)
    organisation, language = review.organisation, applicant_language(review)
    sections = kind_of(organisation).sections(kind_of(organisation).profile(organisation))
    form = ChangesForm(request.POST or None, sections=sections, language=language)
    changed = None
    if request.method == "POST" and form.is_valid():
        try:
            actions.ask_for_changes(
                review,
                remarks=form.remarks,
                text=form.cleaned_data["text"],
                told=form.told(labels_in(language, organisation)),
                seen=seen(request),
                by=request.user,
            )
            return _next(request, _("%(name)s: the members have been asked for changes."), review)
        except ProfileChanged as refusal:
            changed = refusal
    context = {"form": form, "language": language}
    return _form_page(request, review, "accounts/review/changes.html", context, changed)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.REVIEW_PROFILES)
@telling_who_was_faster
def propose_decline(request: HttpRequest, pk: int) -> HttpResponse:
    """Say why; a second person decides."""
    review = _review(pk, ReviewStatus.DECLINE_PROPOSED)
    form, changed = DeclineForm(request.POST or None), None
    if request.method == "POST" and form.is_valid():
        try:
            actions.propose_decline(review, **form.cleaned_data, seen=seen(request), by=request.user)
            return _next(request, _("%(name)s: a second person is asked to confirm the decline."), review)
        except ProfileChanged as refusal:
            changed = refusal
    context = {
        "title": _("Propose to decline"),
        "lead": _("The applicant is told nothing before a second person has confirmed."),
        "rows": _rows(review),
        "form": form,
        "language": applicant_language(review),
    }
    return _form_page(request, review, STEP, context, changed)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.REVIEW_PROFILES)
@telling_who_was_faster
def confirm_decline(request: HttpRequest, pk: int) -> HttpResponse:
    """The second person's yes."""
    review, errors = _review(pk, ReviewStatus.DECLINED), []
    if request.method == "POST":
        try:
            actions.confirm_decline(review, seen=seen(request), by=request.user)
            return _next(request, _("%(name)s: declined. The members have been told."), review)
        except ProfileChanged as changed:
            return _changed(request, review, changed)
        except ValidationError as refusal:
            errors = refusal.messages
    alone = request.user == review.decline_proposed_by
    context = {
        "title": _("Confirm the decline"),
        "lead": _("Its members will be told the reason in these words."),
        "rows": [*_rows(review), *_proposal(review)],
        "errors": errors,
        "blocked": _("You proposed it yourself: a second person confirms.") if alone else "",
    }
    return _step(request, review, context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.REVIEW_PROFILES)
@telling_who_was_faster
def refuse_decline(request: HttpRequest, pk: int) -> HttpResponse:
    """The second person's no, or the first one's second thoughts: the application waits again."""
    review = _review(pk, ReviewStatus.WAITING)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.refuse_decline(review, reason=form.cleaned_data["reason"], by=request.user)
        return _back(request, _("The application waits for review again."), review)
    context = {
        "title": _("Do not decline"),
        "lead": _("The application waits for review again. Whoever proposed to decline is told why."),
        "rows": [*_rows(review), *_proposal(review)],
        "form": form,
    }
    return _step(request, review, context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.REVIEW_PROFILES)
@telling_who_was_faster
def reverse_decision(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a wrong decision back, with a reason that the members read too."""
    review = review_or_404(pk)
    if not actions.may_reverse(review):
        raise TransitionNotAllowed(review, ReviewStatus.REVERSED)
    form = ReasonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            fresh = actions.reverse(review, reason=form.cleaned_data["reason"], by=request.user)
            return _back(request, _("The decision is reversed. The application waits again."), fresh)
        except ValidationError as refusal:
            form.add_error(None, refusal.messages[0])
            review = review_or_404(pk)  # as it still is
    context = {
        "title": _("Reverse the decision"),
        "lead": _("The application waits for review again. The members and whoever decided are told why."),
        "rows": [*_rows(review), {"label": _("Decision"), "value": review.get_status_display()}],
        "form": form,
        "language": applicant_language(review),
        "leaves_matching": review.status == ReviewStatus.APPROVED and not review.is_of_identity,
    }
    return _step(request, review, context)


def _review(pk: int, to: str) -> Review:
    """The review, if it may go to that state; an old page is told who was faster (409)."""
    review = review_or_404(pk)
    if not allowed(review, to):
        raise TransitionNotAllowed(review, to)
    return review


def _rows(review: Review) -> list[dict[str, Any]]:
    organisation = review.organisation
    return [
        {"label": _("Applicant"), "value": organisation.name, "lang": kind_of(organisation).language},
        {"label": _("Kind"), "value": organisation.get_kind_display()},
        {"label": _("What is reviewed"), "value": review.get_kind_display()},
        *_new_identity(review),
    ]


def _new_identity(review: Review) -> list[dict[str, Any]]:
    return [
        {"label": row["label"], "value": _("%(old)s → %(new)s") % {"old": row["old"], "new": row["new"]}}
        for row in (identity_rows(review) if review.is_open else [])
    ]


def _proposal(review: Review) -> list[dict[str, Any]]:
    return [
        {"label": _("Proposed by"), "value": str(review.decline_proposed_by)},
        {"label": _("Reason"), "value": review.get_decline_reason_display()},
        {"label": _("What the applicant is told"), "value": review.text},
    ]


def _step(request: HttpRequest, review: Review, context: dict[str, Any], status: int = 200) -> HttpResponse:
    back = reverse("accounts:review", args=[review.pk])
    shared = {"review": review, "send_label": context.get("title"), "back_url": back}
    return render(request, STEP, {**shared, **context}, status=status)


def _form_page(
    request: HttpRequest, review: Review, page: str, context: dict[str, Any], changed: ProfileChanged | None
) -> HttpResponse:
    """A page with words to write. If the profile changed meanwhile it says what, keeps the words, and goes on from
    there (409)."""
    shared = {
        "review": review,
        "send_label": context.get("title"),
        "back_url": reverse("accounts:review", args=[review.pk]),
        "changes": changed.changes if changed else [],
        "is_changed": changed is not None,
        "action": _address_now(request, review) if changed else "",
    }
    return render(request, page, {**shared, **context}, status=409 if changed else 200)


def _address_now(request: HttpRequest, review: Review) -> str:
    now = written(version_of(review))
    match = request.resolver_match
    return seen_query(match.view_name if match else "", review.pk, now)


def _changed(request: HttpRequest, review: Review, changed: ProfileChanged) -> HttpResponse:
    context = {"review": review, "changes": changed.changes}
    return render(request, "accounts/review/changed.html", context, status=409)


def _next(request: HttpRequest, message: str, review: Review) -> HttpResponse:
    """Say what was done, and open the next application; the queue if there is none."""
    messages.success(request, message % {"name": review.organisation.name})
    following = next_review(request.user)
    return redirect("accounts:review", following.pk) if following else redirect("accounts:review_queue")


def _back(request: HttpRequest, message: str, review: Review) -> HttpResponse:
    messages.success(request, message)
    return redirect("accounts:review", review.pk)
