"""The queue of applications, and who takes which."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from accounts import actions
from accounts.lists import listing
from accounts.models import Review
from accounts.reviewing.cases import presence, queue_rows, review_context, show_links
from accounts.reviewing.forms import ORDERINGS, AssignForm, ChecksForm, QueueFilterSet
from accounts.roles import Permission, requires
from accounts.views.reviews.finding import review_or_404, seen_query, telling_who_was_faster


@require_safe
@requires(Permission.REVIEW_PROFILES)
def queue(request: HttpRequest) -> HttpResponse:
    """Everything that waits for a decision, oldest first."""
    reviews = QueueFilterSet(request.GET, Review.objects.open().with_people(), request=request)
    shown = listing(reviews, request.GET, ORDERINGS)
    current = reviews.form.cleaned_data.get("show", "") if reviews.form.is_valid() else ""
    context = {
        "listing": shown,
        "rows": queue_rows(shown.page),
        "shows": show_links(request.user, current),
        "current": current,
    }
    return render(request, "accounts/review/queue.html", context)


@require_safe
@requires(Permission.REVIEW_PROFILES)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """One application: what it says, what changed, what to check, what was decided."""
    review = review_or_404(pk)
    context = review_context(review, request.user)
    context["assign_form"] = AssignForm(review=review)
    context["checks_form"] = ChecksForm(review=review)
    return render(request, "accounts/review/detail.html", context)


@require_POST
@requires(Permission.REVIEW_PROFILES)
def open_(request: HttpRequest, pk: int) -> HttpResponse:
    """Show the others who looks at it; the page sends this again from time to time."""
    review = review_or_404(pk)
    actions.open_for_review(review, by=request.user)
    if not request.htmx:
        return redirect("accounts:review", pk)
    review.refresh_from_db()
    context = {**presence(review, request.user, timezone.now()), "goes_on": True}
    return render(request, "accounts/review/presence.html", context)


@require_POST
@requires(Permission.REVIEW_PROFILES)
@telling_who_was_faster
def assign(request: HttpRequest, pk: int) -> HttpResponse:
    review = review_or_404(pk)
    form = AssignForm(request.POST, review=review)
    if form.is_valid():
        actions.assign(review, to=form.cleaned_data["assignee"], by=request.user)
        messages.success(request, _("Saved."))
    else:
        messages.error(request, _("That officer is not there any more. Choose another."))
    return redirect("accounts:review", pk)


@require_POST
@requires(Permission.REVIEW_PROFILES)
@telling_who_was_faster
def tick(request: HttpRequest, pk: int) -> HttpResponse:
    """Save the checklist as it is ticked."""
    review = _ticked(request, pk)
    if not request.htmx:
        messages.success(request, _("Saved."))
        return redirect("accounts:review", pk)
    context = {"checks_form": ChecksForm(review=review), "saved_at": timezone.now()}
    return render(request, "accounts/review/checks.html", context)


@require_POST
@requires(Permission.REVIEW_PROFILES)
@telling_who_was_faster
def ticked(request: HttpRequest, pk: int) -> HttpResponse:
    """Save the checklist and go on to the approval's check page."""
    _ticked(request, pk)
    return redirect(seen_query("accounts:review_approve", pk, request.POST.get("seen", "")))


def _ticked(request: HttpRequest, pk: int) -> Review:
    review = review_or_404(pk)
    form = ChecksForm(request.POST, review=review)
    if form.is_valid():
        actions.tick(review, form.cleaned_data["checks"], by=request.user)
    return review
