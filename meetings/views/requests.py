"""Asking for a meeting, and answering."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.roles import Permission, requires
from accounts.rules import name_of
from companies.actions import agree_to_transfer
from matchmaking.core import local_time
from matchmaking.core.transitions import TransitionNotAllowed
from matchmaking.matches.enums import MatchStatus, Side
from matchmaking.matches.models import Match
from meetings import actions, rules
from meetings.actions.reports import side_of
from meetings.calendars import answer_deadline
from meetings.cards import FOR_SIDE, other_name, request_facts
from meetings.enums import RequestStatus
from meetings.forms.requests import (
    AcceptForm,
    DeclineForm,
    RequestForm,
    StaffRequestForm,
    StaffRequestForStartupForm,
    WithdrawForm,
)
from meetings.models import MeetingRequest, open_proposal
from meetings.monthly import Load, load_of
from meetings.open_limits import crowd_of, why_crowded
from meetings.telling import deadline_for
from meetings.thread import thread
from meetings.views.proposals import told_meanwhile


def _askable_match(request: HttpRequest, pk: int) -> Match:
    """A match the reader sees and may ask for; one that is taken answers 409, as the page is old."""
    match = get_object_or_404(Match.objects.visible_to(request.user).with_parties(), pk=pk)
    if not rules.may_request(match, match.requests.all()):
        raise TransitionNotAllowed(match, MatchStatus.INTERESTED)
    return match


def _form_page(request: HttpRequest, match: Match, form: RequestForm, step: str) -> HttpResponse:
    """Whoever may ask for no more now reads it before writing anything."""
    crowd = None if form.is_bound else crowd_of(match, ASKING[step])
    context = {
        "crowded": why_crowded(crowd, request.user, get_language() or "") if crowd else "",
        "match": match,
        "form": form,
        "for_side": FOR_SIDE[ASKING[step]] if step != FIRM else "",
        "check_url": reverse(f"{step}_check", kwargs={"match_pk": match.pk}),
        "company": name_of(match.company.organisation, get_language() or ""),
    }
    return render(request, "meetings/request_form.html", context)


def _check_page(request: HttpRequest, match: Match, form: RequestForm, step: str) -> HttpResponse:
    context = {
        "title": _("Check the meeting request"),
        "rows": [*_match_rows(match, ASKING[step]), *form.rows()],
        "hidden": form.data.dict() if hasattr(form.data, "dict") else form.data,
        "form_url": reverse(step, kwargs={"match_pk": match.pk}),
        "send_url": reverse(f"{step}_send", kwargs={"match_pk": match.pk}),
    }
    return render(request, "meetings/request_check.html", context)


def _match_rows(match: Match, asking: Side) -> list[dict[str, Any]]:
    startup, firm = match.startup.organisation, match.company.organisation
    language = get_language() or ""
    answering = startup if asking == Side.COMPANY else firm
    reply_by = answer_deadline(answering, timezone.now())
    due = _("The startup answers by") if asking == Side.COMPANY else _("The firm answers by")
    load = load_of(match.company.organisation, timezone.now())
    return [
        {"label": _("Startup"), "value": name_of(startup, language)},
        {"label": _("Firm"), "value": name_of(match.company.organisation, language)},
        {"label": _("Challenge"), "value": match.challenge.title, "lang": "ja"},
        {"label": _("Meetings of the firm this month"), "value": _said_load(load)},
        {"label": due, "value": local_time.moment_there(reply_by, zone=answering.time_zone)},
    ]


def _said_load(load: Load) -> str:
    """How many the firm has next to how many it takes on, and what it means when these are as many."""
    words = {"count": load.count, "limit": load.organisation.monthly_meeting_limit}
    if load.is_full:
        return (
            _(
                "%(count)s of at most %(limit)s: this one can be booked from next month on, or once the limit is raised"
            )
            % words
        )
    return _("%(count)s of at most %(limit)s") % words


def _form(match: Match, step: str, *args: Any, **options: Any) -> RequestForm:
    """The form of that way of asking; a firm that has not agreed to a transfer to the startup's country is asked to."""
    if step != FIRM:
        return STAFF_FORMS[step](*args, **options)
    form, country = RequestForm(*args, **options), str(match.startup.organisation.country.code)
    if not match.company.transfer_consents.in_force().filter(country=country).exists():
        form.ask_for_transfer(country)
    return form


def _checked(request: HttpRequest, match_pk: int, step: str) -> HttpResponse:
    match = _askable_match(request, match_pk)
    form = _form(match, step, request.POST)
    if form.is_valid() and (crowd := crowd_of(match, ASKING[step])):
        form.add_error(None, why_crowded(crowd, request.user, get_language() or ""))
    return (_check_page if form.is_valid() else _form_page)(request, match, form, step)


@transaction.atomic
def _sent(request: HttpRequest, match_pk: int, step: str) -> HttpResponse:
    match = _askable_match(request, match_pk)
    form = _form(match, step, request.POST)
    if not form.is_valid():
        return _form_page(request, match, form, step)
    if form.has_agreed_to_transfer:
        country, language = str(match.startup.organisation.country.code), get_language() or "ja"
        agree_to_transfer(match.company, [country], language=language, by=request.user)
    try:
        with transaction.atomic():
            made = actions.request_meeting(match, form.wish(), by=request.user, side=ASKING[step])
    except actions.TooManyOpen as error:
        form.add_error(None, why_crowded(error.crowd, request.user, get_language() or ""))
        return _form_page(request, match, form, step)
    return redirect("meetings:request_sent" if step == FIRM else "meetings:detail", pk=made.pk)


def _written(request: HttpRequest) -> dict[str, Any] | None:
    """What was written before; a box without a tick is not sent at all."""
    return {"interpreter_wanted": False, **request.POST.dict()} if request.method == "POST" else None


FIRM, STAFF = "meetings:request", "meetings:request_for_firm"
FOR_STARTUP = "meetings:request_for_startup"
ASKING = {FIRM: Side.COMPANY, STAFF: Side.COMPANY, FOR_STARTUP: Side.STARTUP}
STAFF_FORMS = {STAFF: StaffRequestForm, FOR_STARTUP: StaffRequestForStartupForm}


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.REQUEST_MEETINGS)
def request_form(request: HttpRequest, match_pk: int) -> HttpResponse:
    """The empty form, or (POST, from the check page) what was written, to be changed. Sends nothing."""
    match = _askable_match(request, match_pk)
    return _form_page(request, match, _form(match, FIRM, initial=_written(request)), FIRM)


@require_POST
@requires(Permission.REQUEST_MEETINGS)
def request_check(request: HttpRequest, match_pk: int) -> HttpResponse:
    """What will be sent; nothing is sent yet."""
    return _checked(request, match_pk, FIRM)


@require_POST
@requires(Permission.REQUEST_MEETINGS)
def request_send(request: HttpRequest, match_pk: int) -> HttpResponse:
    return _sent(request, match_pk, FIRM)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_ROUNDS)
def staff_form(request: HttpRequest, match_pk: int) -> HttpResponse:
    """The same for staff who ask on behalf of a firm."""
    match = _askable_match(request, match_pk)
    return _form_page(request, match, _form(match, STAFF, initial=_written(request)), STAFF)


@require_POST
@requires(Permission.MANAGE_ROUNDS)
def staff_check(request: HttpRequest, match_pk: int) -> HttpResponse:
    return _checked(request, match_pk, STAFF)


@require_POST
@requires(Permission.MANAGE_ROUNDS)
def staff_send(request: HttpRequest, match_pk: int) -> HttpResponse:
    return _sent(request, match_pk, STAFF)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_ROUNDS)
def startup_form(request: HttpRequest, match_pk: int) -> HttpResponse:
    """For a startup that told staff whom it would like to meet: the firm answers."""
    match = _askable_match(request, match_pk)
    return _form_page(request, match, _form(match, FOR_STARTUP, initial=_written(request)), FOR_STARTUP)


@require_POST
@requires(Permission.MANAGE_ROUNDS)
def startup_check(request: HttpRequest, match_pk: int) -> HttpResponse:
    return _checked(request, match_pk, FOR_STARTUP)


@require_POST
@requires(Permission.MANAGE_ROUNDS)
def startup_send(request: HttpRequest, match_pk: int) -> HttpResponse:
    return _sent(request, match_pk, FOR_STARTUP)


def _visible(request: HttpRequest, pk: int) -> MeetingRequest:
    return get_object_or_404(MeetingRequest.objects.visible_to(request.user).with_parties(), pk=pk)


@require_safe
@requires(Permission.REQUEST_MEETINGS)
def request_sent(request: HttpRequest, pk: int) -> HttpResponse:
    """What happens next."""
    made = _visible(request, pk)
    return render(
        request,
        "meetings/request_sent.html",
        {
            "made": made,
            "startup": name_of(made.startup, get_language() or ""),
            "reply_by": deadline_for(made.reply_by, made.answering, request.user),
        },
    )


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.SEE_OWN_MEETINGS)
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """A page that asks whether it is meant, then the deed; whoever was asked has it once there is an answer."""
    made, side = _visible(request, pk), side_of(request.user)
    if side != made.asked_for and made.status == RequestStatus.REQUESTED:
        raise Http404
    if not rules.may_withdraw(made, side):
        raise TransitionNotAllowed(made, RequestStatus.WITHDRAWN)
    form = WithdrawForm(request.POST if request.method == "POST" else None, is_agreed=made.is_agreed)
    if form.is_valid():
        actions.withdraw(made, side=side, **form.cleaned_data, by=request.user)
        messages.success(request, _("The request has been withdrawn."))
        return redirect("meetings:list")
    context = {
        "form": form,
        "title": _("Withdraw from the meeting?") if made.is_agreed else _("Withdraw the meeting request?"),
        "lead": _(
            "No time is fixed yet. The other side and the programme office are told and read your reason."
        )
        if made.is_agreed
        else _("The other side and the programme office are told. You may ask again later."),
        "rows": request_facts(made, request.user, get_language() or ""),
        "confirm_label": _("Withdraw the request"),
        "danger": True,
        "back_url": reverse("meetings:detail", kwargs={"pk": pk}),
    }
    return render(request, "meetings/withdraw.html", context)


@require_safe
@requires(Permission.ANSWER_REQUESTS)
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Who asks, for what, and the two answers; an answered request leads to its page."""
    made, side = _visible(request, pk), side_of(request.user)
    if side == made.asked_for:
        raise Http404
    if not rules.may_answer(made, side):
        return redirect("meetings:detail", pk=pk)
    is_firm = side == Side.COMPANY
    context = {
        "made": made,
        "is_firm": is_firm,
        "title": _("A startup would like to meet you") if is_firm else _("A firm would like to meet you"),
        "lead": name_of(made.startup, get_language() or "") if is_firm else "",
        "company": rules.company_name(request.user, made, get_language() or ""),
        "known": rules.knows_company(request.user, made),
        "rows": request_facts(made, request.user, get_language() or ""),
        "reply_by": deadline_for(made.reply_by, made.answering, request.user),
        "talk": thread(made, request.user, get_language() or "", timezone.now()),
    }
    return render(request, "meetings/answer.html", context)


def _answerable(request: HttpRequest, pk: int, to: str) -> MeetingRequest:
    made, side = _visible(request, pk), side_of(request.user)
    if side == made.asked_for:
        raise Http404
    if not (rules.may_decline(made, side) if to == "declined" else rules.may_answer(made, side)):
        raise TransitionNotAllowed(made, to)
    return made


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.ANSWER_REQUESTS)
def accept(request: HttpRequest, pk: int) -> HttpResponse:
    """Check what accepting means, then accept."""
    made = _answerable(request, pk, "accepted")
    seen = rules.standing(made, open_proposal(made))
    form = AcceptForm(request.POST if request.method == "POST" else None, initial={"seen": seen})
    if form.is_valid():
        try:
            actions.accept(
                made,
                side=side_of(request.user),
                people=form.people(),
                seen=form.cleaned_data["seen"] or None,
                by=request.user,
            )
        except actions.AnsweredMeanwhile:
            return told_meanwhile(request, pk)
        messages.success(request, _("You have accepted. The programme office will propose a time."))
        return redirect("meetings:detail", pk=pk)
    context = {
        "form": form,
        "is_firm": side_of(request.user) == Side.COMPANY,
        "title": _("Accept the meeting?"),
        "rows": request_facts(made, request.user, get_language() or ""),
        "send_label": _("Accept the meeting"),
        "back_url": reverse("meetings:answer", kwargs={"pk": pk}),
    }
    return render(request, "meetings/accept.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.ANSWER_REQUESTS)
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask for the reason, then decline."""
    made = _answerable(request, pk, "declined")
    form = DeclineForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        actions.decline(made, **form.cleaned_data, by=request.user)
        messages.success(request, _("You have declined. The other side has been told your reason."))
        return redirect("meetings:list")
    context = {
        "form": form,
        "title": _("Decline the meeting"),
        "lead": other_name(made, request.user, get_language() or ""),
        "confirm_label": _("Decline the meeting"),
        "danger": True,
        "back_url": reverse("meetings:answer", kwargs={"pk": pk}),
    }
    return render(request, "components/confirm_page.html", context)
