"""The one page of a partnership, for both sides and staff; and what staff do with its stage."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.roles import Permission, can, requires
from matchmaking.core.transitions import TransitionNotAllowed, allowed
from meetings.cards import report_rows
from meetings.enums import RequestStatus
from meetings.models import MeetingReport, MeetingRequest
from partnerships import actions, cards, outcome_cards, rules
from partnerships.enums import STAGES, EndReason, PartnershipStage
from partnerships.forms.partnerships import (
    AfterMeetingForm,
    BeginForm,
    EndForm,
    ReasonForm,
    SummaryForm,
    plan_of,
)
from partnerships.models import Partnership, not_asked
from partnerships.standing import standing_of
from partnerships.story import story_of
from partnerships.wishes import beginning

FORM_PAGE = ["GET", "HEAD", "POST"]


@require_safe
@requires(Permission.SEE_OWN_PARTNERSHIPS, Permission.MANAGE_PARTNERSHIPS)
def detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Stage, what waits for whom, documents, amounts, legal checks, support and the whole story of the pair."""
    partnership = own(request, pk)
    now, to = timezone.now(), rules.next_stage(partnership.status)
    step_rows = cards.step_rows(partnership.steps.with_writers().open_first(), request.user, now)
    waits = cards.awaited(step_rows) if partnership.is_open else None
    context = {
        "partnership": partnership,
        **cards.line(partnership, get_language() or "", now),
        "steps": cards.stage_steps(partnership),
        "step_rows": step_rows,
        "waits": waits,
        "idle": partnership.is_open and waits is None,
        "paper_rows": cards.paper_rows(partnership.papers.with_writers().with_files(), request.user),
        "amount_rows": cards.amount_rows(partnership.amounts.with_writers(), request.user),
        "measure_rows": cards.measure_rows(partnership.measures.with_writers(), request.user),
        "check_rows": cards.check_rows(partnership.checks.shown().select_related("rule")),
        "next_stage": to,
        "back_stage": rules.stage_before(partnership.status),
        "need_rows": cards.need_rows(standing_of(partnership), to) if to else [],
        "outcome_rows": outcome_cards.panel_rows(
            partnership.follow_ups.prefetch_related("answers"), request.user
        ),
        "next_ask": outcome_cards.next_ask(partnership, now),
        "missed": _missed(request, partnership, now),
        "entries": story_of(partnership, request.user),
        "takes_news": partnership.status != PartnershipStage.ENDED,
        "may_manage": can(request.user, Permission.MANAGE_PARTNERSHIPS),
    }
    return render(request, "partnerships/detail.html", context)


def _missed(request: HttpRequest, partnership: Partnership, now: datetime) -> dict[str, Any] | None:
    """The period about which nobody was asked, for whoever may ask."""
    if partnership.signed_at is None or not can(request.user, Permission.MANAGE_PARTNERSHIPS):
        return None
    found = not_asked(now).filter(pk=partnership.pk).first()
    return outcome_cards.missed_line(found, now) if found else None


def posted(request: HttpRequest) -> QueryDict | None:
    """What was sent, be it nothing at all; None while a form is only looked at."""
    return request.POST if request.method == "POST" else None


def own(request: HttpRequest, pk: int) -> Partnership:
    """The partnership if the reader may see it; to everybody else it does not exist."""
    return get_object_or_404(Partnership.objects.visible_to(request.user).with_parties(), pk=pk)


@require_http_methods(FORM_PAGE)
@requires(Permission.MANAGE_PARTNERSHIPS)
def begin(request: HttpRequest) -> HttpResponse:
    """Staff enter a partnership of any two that take part."""
    form = BeginForm(posted(request))
    return _begun(request, form) or _form_page(
        request, form, _("New partnership"), _("Begin"), reverse("partnerships:staff")
    )


@require_http_methods(FORM_PAGE)
@requires(Permission.MANAGE_PARTNERSHIPS)
def begin_after(request: HttpRequest, request_pk: int) -> HttpResponse:
    """A partnership grows out of a meeting that was held."""
    met = get_object_or_404(MeetingRequest.objects.visible_to(request.user).with_parties(), pk=request_pk)
    if met.status != RequestStatus.HELD:
        raise TransitionNotAllowed(met, RequestStatus.HELD)
    reports = list(MeetingReport.objects.visible_to(request.user).filter(meeting__request=met))
    form = AfterMeetingForm(
        posted(request),
        pair=(met.match.company, met.match.startup),
        initial=beginning(reports, timezone.localdate()),
    )
    said = [report_rows(each) for each in reports]
    back = reverse("meetings:detail", kwargs={"pk": met.pk})
    return _begun(request, form, met) or _form_page(
        request, form, _("New partnership"), _("Begin"), back, lead=str(met), said=said
    )


def _begun(request: HttpRequest, form: SummaryForm, met: MeetingRequest | None = None) -> HttpResponse | None:
    if request.method != "POST" or not form.is_valid():
        return None
    try:
        with transaction.atomic():
            made = actions.begin(plan_of(form, met), by=request.user)
    except IntegrityError:  # somebody else was faster
        form.add_error(
            "mode", _("The two already have a partnership of this kind. Open it in the list instead.")
        )
        return None
    messages.success(request, _("The partnership has begun, and both sides have been told."))
    return redirect("partnerships:detail", pk=made.pk)


@require_http_methods(FORM_PAGE)
@requires(Permission.MANAGE_PARTNERSHIPS)
def move(request: HttpRequest, pk: int, to: str) -> HttpResponse:
    """Enter the next stage after a look at what it needs, or go back one with a reason."""
    partnership = own(request, pk)
    if to not in {str(stage) for stage in STAGES}:
        raise Http404
    if not allowed(partnership, to):
        raise TransitionNotAllowed(partnership, to)
    forward = rules.is_forward(partnership.status, to)
    form = None if forward else ReasonForm(posted(request))
    if request.method == "POST" and (form is None or form.is_valid()):
        return _moved(request, partnership, to, form.cleaned_data["reason"] if form else "")
    context = {
        "partnership": partnership,
        **cards.names(partnership, get_language() or ""),
        "to": PartnershipStage(to),
        "form": form,
        "need_rows": cards.need_rows(standing_of(partnership), to) if forward else [],
        "lacking": rules.missing(standing_of(partnership), to),
    }
    return render(request, "partnerships/move.html", context)


def _moved(request: HttpRequest, partnership: Partnership, to: str, reason: str) -> HttpResponse:
    change = actions.take_up_again if partnership.status == PartnershipStage.ENDED else None
    try:
        if change:
            change(partnership, by=request.user, reason=reason)
        else:
            actions.move_on(partnership, to, by=request.user, reason=reason)
    except actions.NeedsMissing:
        messages.error(
            request, _("Something that this stage needs is still missing. Nothing has been changed.")
        )
        return redirect(reverse("partnerships:move", kwargs={"pk": partnership.pk, "to": to}))
    except IntegrityError:
        messages.error(request, _("The two have begun another partnership of this kind meanwhile."))
        return redirect("partnerships:detail", pk=partnership.pk)
    text = _("The partnership is now in the stage “%(stage)s”, and both sides have been told.")
    messages.success(request, text % {"stage": PartnershipStage(to).label})
    return redirect("partnerships:detail", pk=partnership.pk)


@require_http_methods(FORM_PAGE)
@requires(Permission.MANAGE_PARTNERSHIPS)
def end(request: HttpRequest, pk: int) -> HttpResponse:
    """Why it ends is asked for; both sides read it."""
    partnership = own(request, pk)
    if not allowed(partnership, PartnershipStage.ENDED):
        raise TransitionNotAllowed(partnership, PartnershipStage.ENDED)
    form = EndForm(posted(request))
    if request.method == "POST" and form.is_valid():
        reason = EndReason(form.cleaned_data["end_reason"])
        actions.end(partnership, reason, by=request.user, text=form.cleaned_data["end_text"])
        messages.success(request, _("The partnership has ended, and both sides have been told."))
        return redirect("partnerships:detail", pk=pk)
    return _form_page(
        request,
        form,
        _("End the partnership"),
        _("End the partnership"),
        reverse("partnerships:detail", kwargs={"pk": pk}),
        lead=str(partnership),
        danger=True,
    )


def _form_page(
    request: HttpRequest, form: Any, title: str, save_label: str, back_url: str, **more: Any
) -> HttpResponse:
    context = {"form": form, "title": title, "save_label": save_label, "back_url": back_url, **more}
    return render(request, "partnerships/form.html", context)
