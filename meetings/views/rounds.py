"""Rounds: the list, their means, collecting, placing, publishing."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.roles import Permission, requires
from accounts.rules import name_of
from matchmaking.core.transitions import TransitionNotAllowed
from meetings import actions, rules
from meetings.audience import audience
from meetings.board import progress_of
from meetings.clashes import clashes
from meetings.enums import RoundStatus
from meetings.forms.rounds import CollectForm, RoundForm
from meetings.models import Meeting, MeetingRequest, Placement, Round, Timetable
from meetings.models.rounds import RoundQuerySet
from meetings.problem import faults

PAGE = 20


@require_safe
@requires(Permission.MANAGE_ROUNDS)
def round_list(request: HttpRequest) -> HttpResponse:
    """All rounds, or those in one state, newest first; what is open in them, and what waits for one."""
    rounds = Round.objects.visible_to(request.user)
    status = request.GET.get("status", "")
    rows = rounds.with_counts()
    if status in RoundStatus.values:
        rows = rows.filter(status=status)
    page = Paginator(rows, PAGE).get_page(request.GET.get("page"))
    open_ends = _open_ends(page)
    context = {
        "page": page,
        "waiting": MeetingRequest.objects.awaiting_round().count(),
        "states": _states(rounds),
        "status": status if status in RoundStatus.values else "",
        "total": rounds.count(),
        "rows": [(each, open_ends.get(each.pk, 0)) for each in page],
    }
    return render(request, "meetings/round_list.html", context)


def _states(rounds: RoundQuerySet) -> list[dict[str, Any]]:
    """A link for each state in which there are rounds."""
    counts = dict(rounds.order_by().values_list("status").annotate(count=Count("pk")))
    return [
        {"value": value, "label": label, "count": counts[value]}
        for value, label in RoundStatus.choices
        if value in counts
    ]


def _open_ends(rounds: Iterable[Round]) -> dict[int, int]:
    """By round: how many of its meetings are over without anybody knowing whether they took place."""
    found = Meeting.objects.without_end(timezone.now()).filter(round__in=list(rounds))
    return dict(found.order_by().values_list("round").annotate(count=Count("pk")))


def _fields(form: RoundForm) -> dict[str, Any]:
    data = dict(form.cleaned_data)
    data["room_links"] = data.pop("room_names")
    data["rooms"] = list(data["room_links"])
    return data


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_ROUNDS)
def round_new(request: HttpRequest) -> HttpResponse:
    rooms = "\n".join(_("Online %(number)s") % {"number": number} for number in range(1, 5))
    form = RoundForm(request.POST or None, initial={"room_names": rooms})
    if form.is_valid():
        round_ = actions.open_round(by=request.user, **_fields(form))
        messages.success(request, _("The round is open and collects requests."))
        return redirect("meetings:round", pk=round_.pk)
    context = {"form": form, "title": _("New meeting round"), "save_label": _("Open the round")}
    return render(request, "meetings/round_form.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_ROUNDS)
def round_edit(request: HttpRequest, pk: int) -> HttpResponse:
    round_ = _round(request, pk)
    if not round_.takes_means:
        raise TransitionNotAllowed(round_, round_.status)
    form = RoundForm(request.POST or None, instance=round_)
    if form.is_valid():
        actions.edit_round(round_, by=request.user, **_fields(form))
        say_saved(request, pk)
        return redirect("meetings:round", pk=pk)
    context = {
        "form": form,
        "title": _("Dates, rooms and interpreters"),
        "save_label": _("Save"),
        "back_url": reverse("meetings:round", kwargs={"pk": pk}),
    }
    return render(request, "meetings/round_form.html", context)


def say_saved(request: HttpRequest, pk: int) -> None:
    """After a change of the round: how many meetings of the draft, looked at again, it no longer suits."""
    round_ = Round.objects.get(pk=pk)
    if round_.status == RoundStatus.PUBLISHED:
        messages.success(
            request, _("Saved. What is published stays as it is until you repair the timetable.")
        )
        return
    draft = round_.draft
    found = faults(round_, draft.placements.placed(), now=timezone.now()) if draft else []
    if count := len({each for fault in found for each in fault.requests}):
        text = ngettext(
            "Saved. %(count)s meeting of the draft no longer fits: the board says why."
            " Move it, or start the auto-placement again.",
            "Saved. %(count)s meetings of the draft no longer fit: the board says why."
            " Move them, or start the auto-placement again.",
            count,
        )
        messages.warning(request, text % {"count": count})
    else:
        messages.success(request, _("Saved. Start the auto-placement again to use the changes."))


def _round(request: HttpRequest, pk: int) -> Round:
    return get_object_or_404(Round.objects.visible_to(request.user), pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_ROUNDS)
def collect(request: HttpRequest, pk: int) -> HttpResponse:
    """Which accepted requests join the round, and who is then asked for its times; POST has the ticked ones join."""
    round_ = _round(request, pk)
    if not round_.is_editable:
        raise TransitionNotAllowed(round_, RoundStatus.COLLECTING)
    waiting = MeetingRequest.objects.awaiting_round().filter(minutes__in=round_.lengths)
    form = CollectForm(request.POST if request.method == "POST" else None, waiting=waiting)
    if form.is_valid():
        return _collected(request, round_, form.cleaned_data["requests"])
    rows = list(waiting.with_parties().order_by("pk"))
    sides = {side.pk for each in rows for side in (each.company, each.startup)}
    context = {
        "round": round_,
        "form": form,
        "rows": [_waiting_row(each, form) for each in rows],
        "sides": len(sides),
        "left": MeetingRequest.objects.awaiting_round().count() - len(rows),
    }
    return render(request, "meetings/collect.html", context)


def _waiting_row(made: MeetingRequest, form: CollectForm) -> dict[str, Any]:
    """A request with its two sides; ticked unless it was taken out."""
    language, ticked = get_language() or "", form["requests"].value()
    return {
        "request": made,
        "company": name_of(made.company, language),
        "startup": name_of(made.startup, language),
        "ticked": ticked is None or str(made.pk) in ticked,
    }


def _collected(request: HttpRequest, round_: Round, requests: Iterable[MeetingRequest]) -> HttpResponse:
    count = actions.collect(round_, requests, by=request.user)
    _say_left(request, round_)
    text = ngettext(
        "%(count)s request has joined the round.", "%(count)s requests have joined the round.", count
    )
    messages.success(request, text % {"count": count})
    return redirect("meetings:round", pk=round_.pk)


def _say_left(request: HttpRequest, round_: Round) -> None:
    """Requests that wait on, as the round holds no meetings of their length."""
    if left := MeetingRequest.objects.awaiting_round().exclude(minutes__in=round_.lengths).count():
        text = ngettext(
            "%(count)s request waits on: its length is not among those of the round (%(lengths)s).",
            "%(count)s requests wait on: their length is not among those of the round (%(lengths)s).",
            left,
        )
        messages.warning(request, text % {"count": left, "lengths": round_.length_names})


@require_POST
@requires(Permission.MANAGE_ROUNDS)
def set_aside(request: HttpRequest, pk: int) -> HttpResponse:
    """The request waits for another round."""
    made = get_object_or_404(MeetingRequest.objects.visible_to(request.user).select_related("round"), pk=pk)
    round_pk = made.round_id
    actions.set_aside(made, by=request.user)
    messages.success(request, _("The request waits for another round."))
    return redirect("meetings:round", pk=round_pk)


@require_POST
@requires(Permission.MANAGE_ROUNDS)
def place(request: HttpRequest, pk: int) -> HttpResponse:
    """Start the auto-placement."""
    actions.start_placement(_round(request, pk), by=request.user)
    return redirect("meetings:round", pk=pk)


@require_safe
@requires(Permission.MANAGE_ROUNDS)
def progress(request: HttpRequest, pk: int) -> HttpResponse:
    """The stage of the placement, polled by the round's page, which reloads when it is over."""
    round_ = _round(request, pk)
    timetable = round_.latest
    if timetable is None or not timetable.in_work:
        response = HttpResponse(status=204)
        response["HX-Refresh"] = "true"
        return response
    return render(request, "components/progress.html", progress_of(timetable))


@require_POST
@requires(Permission.MANAGE_ROUNDS)
def stop(request: HttpRequest, pk: int) -> HttpResponse:
    """Take the best timetable found so far."""
    round_ = _round(request, pk)
    if (timetable := round_.latest) is None:
        raise TransitionNotAllowed(round_, round_.status)
    actions.stop_placement(timetable, by=request.user)
    messages.success(request, _("The search ends with the best timetable found so far."))
    return redirect("meetings:round", pk=pk)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.MANAGE_ROUNDS)
def publish(request: HttpRequest, pk: int) -> HttpResponse:
    """Who will be told what; then publishing, all or nothing."""
    round_ = _round(request, pk)
    timetable = round_.draft
    if timetable is None or not round_.is_checked:
        raise TransitionNotAllowed(round_, RoundStatus.PUBLISHED)
    if request.method == "POST":
        return _published(request, timetable)
    return _check_page(request, timetable)


def _check_page(request: HttpRequest, timetable: Timetable, *, changed: bool = False) -> HttpResponse:
    """The board as it stands, in words, with its fingerprint; `changed` since the reader last looked (409)."""
    round_ = timetable.round
    rows = list(timetable.placements.for_board())
    left = list(MeetingRequest.objects.left_by(timetable).with_parties().order_by("pk"))
    found = [each for each in faults(round_, rows, now=timezone.now()) if rules.blocks_publishing(each)]
    context = {
        "round": round_,
        "audience": audience(rows, left, get_language() or ""),
        "placed": any(each.starts_at for each in rows),
        "unplaced": len(left),
        "unlinked": sum(each.starts_at is not None and not _link_of(each) for each in rows),
        "clashes": clashes(found, rows, get_language() or ""),
        "fingerprint": rules.fingerprint(rows, left),
        "changed": changed,
    }
    return render(request, "meetings/publish.html", context, status=409 if changed else 200)


def _link_of(row: Placement) -> str:
    return row.room.link if row.room else ""


def _published(request: HttpRequest, timetable: Timetable) -> HttpResponse:
    pk = timetable.round_id
    try:
        meetings = actions.publish(timetable, checked=request.POST.get("checked", ""), by=request.user)
    except actions.BoardChanged:
        return _check_page(request, timetable, changed=True)
    except actions.PublishingBlocked:
        messages.error(request, _("Clashes must be solved before publishing. Nothing has been sent."))
        return redirect("meetings:publish", pk=pk)
    except actions.DoubleBooking:
        messages.error(
            request,
            _(
                "Somebody in this timetable has just been booked elsewhere at the same time. Nothing has been"
                " published or sent. Start the auto-placement again."
            ),
        )
        return redirect("meetings:round", pk=pk)
    text = ngettext("%(count)s meeting is published.", "%(count)s meetings are published.", len(meetings))
    messages.success(request, text % {"count": len(meetings)})
    return redirect("meetings:round", pk=pk)
