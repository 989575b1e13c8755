"""When an organisation can meet in a round: the table of times.

What is ticked and not saved yet is kept in the session, so that another clock, day or counterpart can be looked at
meanwhile; which ones are shown stands in the address. Once the round is published, whoever takes out a time in which
it has a meeting is shown that meeting before anything is saved.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from accounts.forms import zone_choices
from accounts.models import Organisation
from accounts.roles import Permission, requires
from accounts.rules import name_of
from matchmaking.core import local_time
from meetings import actions, picker, rules
from meetings.actions.reports import side_of
from meetings.cautions import own_day_off
from meetings.enums import MisfitReason, RoundStatus
from meetings.hours import local_date
from meetings.models import Proposal, Round
from meetings.offer import Held, Offer, offer_of
from meetings.unfit import takes_times

DRAFTS = "availability_drafts"


WHY_CLOSED = {
    RoundStatus.PLACING: gettext_lazy(
        "The meetings of this round are being placed at this moment. Try again in a few minutes."
    ),
    RoundStatus.PUBLISHED: gettext_lazy(
        "This round is published. The times you can meet can be changed only while one of your meetings in it is"
        " still to come; a meeting is moved or cancelled on its own page."
    ),
    RoundStatus.HELD: gettext_lazy("This round is over. Its times can no longer be changed."),
}

# As the side itself reads it; staff read the label of the reason.
WHY_UNFIT: dict[str, Promise] = {
    MisfitReason.WEEKEND: gettext_lazy("Not a working day of yours"),
    MisfitReason.HOLIDAY: gettext_lazy("A public holiday of yours"),
    MisfitReason.CLOSURE: gettext_lazy("You are closed on this day"),
    MisfitReason.OUTSIDE: gettext_lazy("Outside your working hours"),
    MisfitReason.NOT_CHOSEN: gettext_lazy("Not among the times you chose"),
}


def round_of(request: HttpRequest, pk: int) -> Round:
    return get_object_or_404(Round.objects.visible_to(request.user), pk=pk)


def closed(request: HttpRequest, round_: Round) -> HttpResponse:
    """Nobody can answer (409), and why."""
    context = {"round": round_, "why": WHY_CLOSED.get(RoundStatus(round_.status), "")}
    return render(request, "meetings/availability_closed.html", context, status=409)


def _offer(request: HttpRequest, round_: Round, zone: str = "") -> Offer | None:
    """What the reader's organisation offers, on the clock that is wanted; None if nobody asks for it (any more)."""
    organisation, now = request.user.membership.organisation, timezone.now()
    if not takes_times(round_, organisation, now):
        return None
    return offer_of(round_, organisation, zone=zone_for(zone, organisation), now=now)


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.SEE_OWN_MEETINGS)
def pick(request: HttpRequest, pk: int) -> HttpResponse:
    """The table of times; POST saves what is ticked, or does what its button says with it."""
    round_ = round_of(request, pk)
    asked = request.POST if request.method == "POST" else request.GET
    offer = _offer(request, round_, asked.get("zone", ""))
    if offer is None:
        return closed(request, round_)
    if request.method != "POST":
        return render(request, "meetings/availability.html", _context(request, offer))
    deed, _colon, day = request.POST.get("do", "save").partition(":")
    chosen = offer.known(request.POST.getlist("slot"))
    if deed == "count":
        keep_draft(request, pk, chosen)
        return render(request, "meetings/_chosen.html", {"chosen": counts(offer, chosen)})
    if deed == "save":
        return _save(request, offer, chosen)
    keep_draft(request, pk, changed(offer, chosen, deed, day) if deed != "discard" else None)
    return redirect(address(_page(pk), asked, day=day or asked.get("day", "")))


def _save(request: HttpRequest, offer: Offer, chosen: set[str]) -> HttpResponse:
    pk = offer.round.pk
    windows = offer.windows(chosen)
    if not offer.is_published and (not chosen or not windows):
        keep_draft(request, pk, set())
        messages.error(request, _("Choose at least one time, or say that you cannot meet at any of them."))
        return redirect(address(_page(pk), request.POST))
    lost = offer.lost_if(windows)
    if lost and request.POST.get("seen") != _seen(lost):
        keep_draft(request, pk, chosen)
        return _check_page(request, offer, lost, slots=sorted(chosen))
    actions.give_availability(offer.round, offer.organisation, windows, by=request.user)
    keep_draft(request, pk, None)
    return _saved(request, offer, lost, _("Your times have been saved."))


def _seen(lost: Iterable[Held]) -> str:
    """Which meetings a check page showed."""
    return " ".join(sorted(str(each.meeting.pk) for each in lost))


def _check_page(
    request: HttpRequest, offer: Offer, lost: list[Held], *, slots: Iterable[str] = ()
) -> HttpResponse:
    """Before times are saved in which meetings lie no longer: which ones, and what can be done about each."""
    context = {
        "title": _("Save these times?"),
        "lead": _("Nothing has been saved yet. %(round)s is published, and meetings are booked in it.")
        % {"round": offer.round.name},
        "lost": _lost_rows(request, lost),
        "zone": offer.zone,
        "slots": slots,
        "seen": _seen(lost),
        "asked": request.POST,
        "confirm_label": _("Save these times all the same"),
        "back_url": address(_page(offer.round.pk), request.POST),
    }
    return render(request, "meetings/availability_check.html", context)


def _lost_rows(request: HttpRequest, lost: Iterable[Held]) -> list[dict[str, Any]]:
    """Each with its pages on which another time is proposed, or the meeting given up, as far as they are open."""
    now, side = timezone.now(), side_of(request.user)
    held = list(lost)
    requests = [each.meeting.request for each in held]
    proposals = {each.request_id: each for each in Proposal.objects.open().filter(request__in=requests)}
    return [
        {
            "held": each,
            "why": WHY_UNFIT[each.unfit.reason] if each.unfit else "",
            "may_propose": rules.may_propose(made, side, proposals.get(made.pk), now),
            "may_cancel": rules.may_cancel(made, each.meeting, side, now),
        }
        for each, made in zip(held, requests, strict=True)
    ]


def _saved(request: HttpRequest, offer: Offer, lost: list[Held], told: str) -> HttpResponse:
    """Back to the meetings, or to the page that shows which of them no longer fit."""
    messages.success(request, told)
    if lost:
        return redirect("meetings:availability", pk=offer.round.pk)
    return redirect("meetings:list")


def changed(offer: Offer, chosen: set[str], deed: str, day: str) -> set[str]:
    """With all slots of a day, or without them."""
    of_day = {each.value for each in offer.open_slots if each.day.isoformat() == day}
    return chosen | of_day if deed == "all" else chosen - of_day if deed == "none" else chosen


def keep_draft(request: HttpRequest, of: int | str, chosen: set[str] | None) -> None:
    """Keep what is not saved yet, of a round or of somebody in it; None forgets it."""
    drafts = request.session.get(DRAFTS, {})
    drafts.pop(str(of), None)
    request.session[DRAFTS] = drafts if chosen is None else {**drafts, str(of): sorted(chosen)}


def forget_draft(request: HttpRequest, pk: int) -> None:
    """Another answer has taken its place."""
    keep_draft(request, pk, None)


def _page(pk: int) -> str:
    return reverse("meetings:availability", kwargs={"pk": pk})


def address(page: str, asked: Mapping[str, str], *, day: str = "") -> str:
    """The page as it is looked at: whose clock, beside whose, on which day."""
    told = {"zone": asked.get("zone"), "with": asked.get("with"), "day": day or asked.get("day")}
    query = urlencode({name: value for name, value in told.items() if value})
    return f"{page}?{query}" if query else page


def zone_for(wanted: str, organisation: Organisation) -> str:
    """As the profile says, unless another one was chosen by hand."""
    return wanted if wanted in dict(zone_choices()) else organisation.time_zone


def _context(request: HttpRequest, offer: Offer) -> dict[str, Any]:
    """The table, with what is told to the side itself."""
    return {
        **table(request, offer, offer.round.pk),
        "page_url": _page(offer.round.pk),
        "answer": offer.answer,
        "refused": offer.is_refused,
        "usual": offer.is_usual,
        "published": offer.is_published,
        "lost": _lost_rows(request, [each for each in offer.held if each.unfit]),
    }


def table(request: HttpRequest, offer: Offer, draft: int | str) -> dict[str, Any]:
    """What can be ticked, as it is looked at and with what was ticked and is not saved yet."""
    kept = request.session.get(DRAFTS, {}).get(str(draft))
    saved = offer.chosen()
    chosen = saved if kept is None else offer.known(kept)
    other = _other(request, offer)
    made = picker.cells(
        offer.slots,
        chosen=chosen,
        booked=offer.booked,
        partners=list(offer.partners.values()),
        held={each.time: each.name for each in offer.held},
    )
    days = sorted({slot.day for slot in offer.slots})
    return {
        "round": offer.round,
        "minutes": sorted({each.minutes for each in offer.partners.values()}),
        "unsaved": chosen != saved,
        "zones": _zones(offer),
        "zone": offer.zone,
        "others": [(each.pk, _label(each)) for each in offer.counterparts],
        "other": other.pk if other else None,
        "days": [_day(day, made, offer) for day in days],
        "shown_day": _shown_day(request, days),
        "rows": picker.rows(made, zone=offer.zone, other_zone=other.time_zone if other else ""),
        "chosen": counts(offer, chosen),
    }


def counts(offer: Offer, chosen: set[str]) -> dict[str, Any]:
    """How many times are chosen, how many counterparts they reach, and what would reach a first one."""
    reached = offer.reached(chosen)
    nearest = None if reached else offer.nearest(chosen)
    return {
        "count": len(chosen),
        "held": len(offer.held),
        "fitting": len(offer.held) - len(offer.lost_if(offer.windows(chosen))),
        "partners": len(offer.partners),
        "reached": reached,
        "nearest": nearest,
        "hopeless": not reached and nearest is None and offer.is_hopeless(),
        "side": offer.organisation.kind,
    }


def _day(day: date, made: Mapping[str, picker.PickCell], offer: Offer) -> dict[str, Any]:
    """With what the reader's own calendar says of it, on the date that it is there when the day's first slot begins."""
    slots = [each.slot.interval.start for each in made.values() if each.slot and each.slot.day == day]
    cells = [each for each in made.values() if each.slot and each.slot.day == day and each.booked is None]
    there = local_date(offer.calendar.zone, min(slots)) if slots else day
    return {
        "day": day,
        "can_choose": bool(cells),
        "is_full": all(each.checked for each in cells),
        "off": own_day_off(offer.calendar, there),
    }


def _shown_day(request: HttpRequest, days: list[date]) -> date | None:
    wanted = request.GET.get("day", "")
    return next((day for day in days if day.isoformat() == wanted), days[0] if days else None)


def _other(request: HttpRequest, offer: Offer) -> Organisation | None:
    """Whose local time stands beneath; only somebody one is to meet in this round."""
    wanted = request.GET.get("with", "")
    others = offer.counterparts
    return next((each for each in others if str(each.pk) == wanted), others[0] if others else None)


def _label(organisation: Organisation) -> str:
    return _("%(name)s (%(city)s)") % {
        "name": name_of(organisation, get_language() or ""),
        "city": local_time.city_of(organisation.time_zone),
    }


def _zones(offer: Offer) -> list[tuple[str, str]]:
    """One's own first, then those of the programme's cities and of the counterparts."""
    own = offer.organisation.time_zone
    more = {*local_time.CITIES, *(each.time_zone for each in offer.counterparts), offer.zone} - {own, "UTC"}
    days = (offer.round.first_day, offer.round.last_day)
    labels = {zone: local_time.zone_label(zone, *days) for zone in (own, *more)}
    return [(own, labels[own]), *sorted(((each, labels[each]) for each in more), key=lambda each: each[1])]


@require_POST
@requires(Permission.SEE_OWN_MEETINGS)
def usual(request: HttpRequest, pk: int) -> HttpResponse:
    """The usual working hours count."""
    round_ = round_of(request, pk)
    offer = _offer(request, round_)
    if offer is None:
        return closed(request, round_)
    lost = offer.lost_if(None)
    if lost and request.POST.get("seen") != _seen(lost):
        return _check_page(request, offer, lost)
    actions.reset_availability(round_, offer.organisation, by=request.user)
    forget_draft(request, pk)
    messages.success(request, _("Your usual working hours count for this round."))
    return redirect("meetings:availability", pk=pk)
