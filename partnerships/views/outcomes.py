"""What came of a partnership: the form of each side, with or without a password, and the pages of staff."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict
from typing import Any

from allauth.core.internal import ratelimit
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from accounts.models.invitations import hash_of
from accounts.roles import Permission, public, requires
from matchmaking.core.transitions import TransitionNotAllowed
from matchmaking.matches.enums import Side
from partnerships import actions, cards, links, outcome_cards
from partnerships.actions.records import side_of
from partnerships.enums import OutcomeStatus
from partnerships.forms.outcomes import OutcomeForm
from partnerships.models import FollowUp, FollowUpLink
from partnerships.outcome_mail import organisation_of
from partnerships.views.page import FORM_PAGE, posted

# The address is a secret. "no-referrer" would make browsers hide where the form comes from, and it would be refused.
DISCREET = {"Referrer-Policy": "strict-origin", "X-Robots-Tag": "noindex, nofollow"}


# --- By the link of a mail ---------------------------------------------------------------------------------------


@public
@require_http_methods(FORM_PAGE)
@never_cache
def outcome_link(request: HttpRequest, token: str) -> HttpResponse:
    """The form of one side for one period. Looking changes nothing: programs that open links for people do no harm."""
    if not _within_limits(request, token, "outcome_link"):
        return _too_often(request)
    link = _link(token)
    follow_up, side = link.follow_up, Side(link.side)
    if not follow_up.is_open or follow_up.told_by(side):
        return _discreet(_over(request, follow_up, answered=follow_up.told_by(side) is not None))
    if link.is_past(timezone.now()):
        return _discreet(render(request, "partnerships/outcome_link_past.html", {"token": token}, status=410))
    form = OutcomeForm(posted(request))
    if request.method == "POST" and form.is_valid():
        with suppress(TransitionNotAllowed):  # closed while the form was filled in: the page says so
            actions.answer_outcome(follow_up, form.told(), side=side, by=link.user, by_link=True)
        return _discreet(redirect("partnerships:outcome_link", token=token))
    return _discreet(render(request, "partnerships/outcome_form.html", _form_context(follow_up, form)))


@public
@require_POST
@never_cache
def outcome_link_renew(request: HttpRequest, token: str) -> HttpResponse:
    """Send whoever's link has run out a new one, at the address that the old one went to."""
    if not _within_limits(request, token, "renew_outcome_link"):
        return _too_often(request)
    link = _link(token)
    needless = not link.follow_up.is_open or link.follow_up.told_by(link.side) is not None
    if needless or not link.is_past(timezone.now()):
        return _discreet(redirect("partnerships:outcome_link", token=token))
    actions.renew_link(link, by=link.user)
    return _discreet(render(request, "partnerships/outcome_link_sent.html"))


def _within_limits(request: HttpRequest, token: str, action: str) -> bool:
    key = hash_of(token)
    return bool(ratelimit.consume(request, app="allauth.account", action=action, key=key, limit_get=True))


def _too_often(request: HttpRequest) -> HttpResponse:
    response = ratelimit.respond_429(request)
    response.headers["Retry-After"] = "600"
    return _discreet(response)


def _link(token: str) -> FollowUpLink:
    """Whatever is forged, unknown, stopped, or was sent to somebody who has left that side, is no page."""
    kept = links.kept_hash(token)
    link = FollowUpLink.objects.with_hash(kept).first() if kept else None
    if link is None or not link.user.is_active:
        raise Http404
    if link.user.organisation != organisation_of(link.follow_up, link.side):
        raise Http404
    return link


def _discreet(response: HttpResponse) -> HttpResponse:
    for name, value in DISCREET.items():
        response.headers[name] = value
    return response


def _over(request: HttpRequest, follow_up: FollowUp, *, answered: bool) -> HttpResponse:
    """What was answered is not shown: whoever got the link from somebody else reads nothing of it."""
    context = {**_names(follow_up), "answered": answered, "period": follow_up.period}
    return render(request, "partnerships/outcome_over.html", context)


# --- Signed in ---------------------------------------------------------------------------------------------------


@require_http_methods(FORM_PAGE)
@requires(Permission.SEE_OWN_PARTNERSHIPS)
def outcome(request: HttpRequest, pk: int) -> HttpResponse:
    """The same form for members who are signed in; once it is settled, how it stands."""
    follow_up = _visible(request, pk)
    answer = follow_up.told_by(side_of(request.user))
    if not follow_up.is_open:
        if request.method == "POST":
            raise TransitionNotAllowed(follow_up, OutcomeStatus.CONFIRMED)
        return render(request, "partnerships/outcome_state.html", _state_context(follow_up, answer))
    earlier = asdict(answer.told()) if answer else None
    form = OutcomeForm(posted(request), initial=earlier)
    if request.method == "POST" and form.is_valid():
        actions.answer_outcome(follow_up, form.told(), side=side_of(request.user), by=request.user)
        messages.success(request, _("Thank you. Your answer has been saved."))
        return redirect("partnerships:detail", pk=follow_up.partnership_id)
    context = {**_form_context(follow_up, form), "answer": answer, "back": _back(follow_up)}
    return render(request, "partnerships/outcome_form.html", context)


def _visible(request: HttpRequest, pk: int) -> FollowUp:
    return get_object_or_404(FollowUp.objects.visible_to(request.user).with_parties(), pk=pk)


def _names(follow_up: FollowUp) -> dict[str, Any]:
    return cards.names(follow_up.partnership, get_language() or "")


def _form_context(follow_up: FollowUp, form: OutcomeForm) -> dict[str, Any]:
    return {
        **_names(follow_up),
        "form": form,
        "follow_up": follow_up,
        "mode": follow_up.partnership.get_mode_display(),
    }


def _state_context(follow_up: FollowUp, answer: Any) -> dict[str, Any]:
    return {
        **_names(follow_up),
        **outcome_cards.line(follow_up),
        "rows": outcome_cards.own_rows(answer) if answer else [],
        "back": _back(follow_up),
    }


def _back(follow_up: FollowUp) -> str:
    return reverse("partnerships:detail", kwargs={"pk": follow_up.partnership_id})
