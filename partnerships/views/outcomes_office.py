"""Outcomes as staff see them: the list, both answers beside each other, and what is done where they differ."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.roles import Permission, requires
from accounts.views.confirming import Question, confirm
from matchmaking.core.transitions import TransitionNotAllowed, allowed
from matchmaking.matches.enums import Side
from partnerships import actions, cards, outcome_cards
from partnerships.enums import OutcomeStatus
from partnerships.filters import OutcomeFilterSet
from partnerships.forms.outcomes import AgainForm, DecisionForm
from partnerships.models import FollowUp, Partnership
from partnerships.models import not_asked as missed
from partnerships.views.page import FORM_PAGE, posted

PAGE = 25
SIDES = {"company": Side.COMPANY, "startup": Side.STARTUP}


@require_safe
@requires(Permission.MANAGE_PARTNERSHIPS)
def outcome_list(request: HttpRequest) -> HttpResponse:
    """Every period that was asked about, those in which the two differ first."""
    found = OutcomeFilterSet(request.GET, FollowUp.objects.for_list())
    page = Paginator(found.qs, PAGE).get_page(request.GET.get("page"))
    language = get_language() or ""
    rows = [{**outcome_cards.line(each), **cards.names(each.partnership, language)} for each in page]
    context = {"form": found.form, "chips": found.chips(), "page": page, "rows": rows}
    return render(request, "partnerships/outcomes.html", context)


@require_safe
@requires(Permission.MANAGE_PARTNERSHIPS)
def not_asked(request: HttpRequest) -> HttpResponse:
    """Contracts about whose latest period nobody was asked in time; staff ask where it still makes sense."""
    now, language = timezone.now(), get_language() or ""
    page = Paginator(missed(now), PAGE).get_page(request.GET.get("page"))
    rows = [{**outcome_cards.missed_line(each, now), **cards.names(each, language)} for each in page]
    return render(request, "partnerships/not_asked.html", {"page": page, "rows": rows})


@require_http_methods(FORM_PAGE)
@requires(Permission.MANAGE_PARTNERSHIPS)
def ask_missed(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask both sides after all, after being told what that does."""
    partnership = missed(timezone.now()).filter(pk=pk).first()
    if partnership is None:
        raise TransitionNotAllowed(get_object_or_404(Partnership, pk=pk), OutcomeStatus.ASKED)
    question = Question(
        title=_("Ask both sides what came of it?"),
        lead=_(
            "Everybody of both sides gets a mail with a link of their own, and a reminder if they are silent."
        ),
        label=_("Ask both sides"),
        done=_("Both sides have been asked."),
        back=reverse("partnerships:not_asked"),
    )
    return confirm(request, question, lambda: actions.ask_missed(partnership, by=request.user))


@require_safe
@requires(Permission.MANAGE_PARTNERSHIPS)
def outcome_staff(request: HttpRequest, pk: int) -> HttpResponse:
    follow_up, now = _found(pk), timezone.now()
    context = {
        **cards.names(follow_up.partnership, get_language() or ""),
        **outcome_cards.line(follow_up),
        "rows": outcome_cards.both_rows(follow_up),
        "sides": outcome_cards.side_rows(follow_up),
        "links": outcome_cards.link_rows(follow_up.links.select_related("user"), now),
        "may_ask_again": allowed(follow_up, OutcomeStatus.ASKED),
        "may_decide": allowed(follow_up, OutcomeStatus.DECIDED),
    }
    return render(request, "partnerships/outcome_staff.html", context)


@require_http_methods(FORM_PAGE)
@requires(Permission.MANAGE_PARTNERSHIPS)
def outcome_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Both sides are asked anew, after staff have said why."""
    follow_up = _may(pk, OutcomeStatus.ASKED)
    form = AgainForm(posted(request))
    if request.method == "POST" and form.is_valid():
        actions.ask_outcome_again(follow_up, by=request.user, reason=form.cleaned_data["reason"])
        messages.success(request, _("Both sides have been asked again."))
        return redirect("partnerships:outcome_staff", pk=pk)
    title = _("Ask both sides again")
    lead = _("Both get new links and read which figures differ, but not what the other side said.")
    return _form_page(request, follow_up, form, title, lead)


@require_http_methods(FORM_PAGE)
@requires(Permission.MANAGE_PARTNERSHIPS)
def outcome_decide(request: HttpRequest, pk: int) -> HttpResponse:
    """Whose figures stand, and why; both sides are told."""
    follow_up = _may(pk, OutcomeStatus.DECIDED)
    form = DecisionForm(posted(request))
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        actions.decide_outcome(follow_up, data["side"], by=request.user, reason=data["reason"])
        messages.success(request, _("Decided, and both sides have been told."))
        return redirect("partnerships:outcome_staff", pk=pk)
    title = _("Decide about the outcome")
    lead = _("What you decide is kept apart in reports: only what both sides say counts as confirmed.")
    return _form_page(request, follow_up, form, title, lead)


def _form_page(
    request: HttpRequest, follow_up: FollowUp, form: object, title: str, lead: str
) -> HttpResponse:
    back = reverse("partnerships:outcome_staff", kwargs={"pk": follow_up.pk})
    context = {"form": form, "title": title, "lead": lead, "save_label": title, "back_url": back}
    return render(request, "partnerships/form.html", context)


@require_http_methods(FORM_PAGE)
@requires(Permission.MANAGE_PARTNERSHIPS)
def outcome_send(request: HttpRequest, pk: int, side: str) -> HttpResponse:
    """Send one side its links again, after being told what that does."""
    follow_up = _found(pk)
    if follow_up.told_by(_side(side)) or not follow_up.is_open:
        raise TransitionNotAllowed(follow_up, OutcomeStatus.ASKED)
    question = Question(
        title=_("Send new links?"),
        lead=_("Everybody of this side gets a mail with a new link. The links sent before stop working."),
        label=_("Send new links"),
        done=_("New links have been sent."),
        back=reverse("partnerships:outcome_staff", kwargs={"pk": pk}),
    )
    return confirm(
        request, question, lambda: actions.send_links(follow_up, side=_side(side), by=request.user)
    )


@require_http_methods(FORM_PAGE)
@requires(Permission.MANAGE_PARTNERSHIPS)
def outcome_stop(request: HttpRequest, pk: int, side: str) -> HttpResponse:
    """Stop the links of one side: one was passed on, or went to the wrong person."""
    follow_up, which = _found(pk), _side(side)
    count = follow_up.links.filter(side=which, revoked_at=None).count()
    question = Question(
        title=_("Stop the links of this side?"),
        lead=ngettext(
            "%(count)s link stops working at once. Members can still answer after signing in.",
            "%(count)s links stop working at once. Members can still answer after signing in.",
            count,
        )
        % {"count": count},
        label=_("Stop the links"),
        done=_("The links are stopped."),
        back=reverse("partnerships:outcome_staff", kwargs={"pk": pk}),
        danger=True,
    )
    return confirm(request, question, lambda: actions.stop_links(follow_up, side=which, by=request.user))


def _side(name: str) -> Side:
    if name not in SIDES:
        raise Http404
    return SIDES[name]


def _found(pk: int) -> FollowUp:
    return get_object_or_404(FollowUp.objects.with_parties(), pk=pk)


def _may(pk: int, to: OutcomeStatus) -> FollowUp:
    follow_up = _found(pk)
    if not allowed(follow_up, to):
        raise TransitionNotAllowed(follow_up, to)
    return follow_up
