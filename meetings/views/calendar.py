"""The private calendar feed: the page on which its address is made, and the address itself."""

from __future__ import annotations

from hashlib import sha256

from allauth.core.internal import ratelimit
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models.invitations import hash_of
from accounts.roles import Permission, requires
from accounts.views.confirming import Question, confirm
from meetings import actions
from meetings.feed import calendar_of, is_live
from meetings.models import CalendarFeed

PAGE = "meetings:calendar"
# In the address of a feed of staff: only the meetings in which its reader sits.
MINE = "mine"


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.SEE_MEETING)
def calendar(request: HttpRequest) -> HttpResponse:
    """Whether there is a feed; POST makes a new address, shown on this one answer and never again."""
    if request.method == "POST":
        token = actions.open_feed(by=request.user)
        address = settings.SITE_URL + reverse("meetings:feed", kwargs={"token": token})
        context = {"address": address, "webcal": _webcal(address)}
        if request.user.is_officer:
            context |= {"mine": f"{address}?{MINE}=1", "mine_webcal": _webcal(f"{address}?{MINE}=1")}
        return render(request, "meetings/calendar_address.html", context)
    feed = CalendarFeed.objects.visible_to(request.user).select_related("user", "organisation").first()
    if feed is not None and not is_live(feed):
        feed = None  # made for another place: a new one replaces it
    return render(request, "meetings/calendar.html", {"feed": feed})


def _webcal(address: str) -> str:
    return f"webcal:{address.partition(':')[2]}"


@require_safe
@requires(Permission.SEE_MEETING)
def calendar_renew(request: HttpRequest) -> HttpResponse:
    """Ask whether it is meant: the button leads to a new address."""
    if not CalendarFeed.objects.visible_to(request.user).exists():
        return redirect(PAGE)
    return render(request, "meetings/calendar_renew.html")


@require_http_methods(["GET", "HEAD", "POST"])
@requires(Permission.SEE_MEETING)
def calendar_revoke(request: HttpRequest) -> HttpResponse:
    """Ask whether it is meant, then stop the address."""
    question = Question(
        title=_("Stop the calendar feed?"),
        lead=_(
            "The address stops working at once. What your calendar has fetched stays there until it asks again."
        ),
        label=_("Stop the feed"),
        done=_("The feed is stopped. Remove the subscription from your calendar program, too."),
        back=reverse(PAGE),
        danger=True,
    )
    return confirm(request, question, lambda: actions.revoke_feed(by=request.user))


@login_not_required
@require_safe
def feed(request: HttpRequest, token: str) -> HttpResponse:
    """The meetings of whoever the secret was made for. A wrong, revoked or stopped one is no page."""
    limit = {"app": "allauth.account", "action": "calendar_feed", "key": hash_of(token), "limit_get": True}
    if not ratelimit.consume(request, **limit):
        return HttpResponse(status=429, headers={"Retry-After": "600", **_discreet()})
    found = CalendarFeed.objects.with_token(token).first()
    if found is None or not is_live(found):
        raise Http404
    now = timezone.now()
    body = calendar_of(found.user, now=now, mine=request.GET.get(MINE) == "1")
    actions.note_fetch(found, now=now)
    etag = f'"{sha256(body).hexdigest()}"'
    response = HttpResponse(body, content_type="text/calendar; charset=utf-8", headers=_discreet())
    response["ETag"] = etag
    response["Content-Disposition"] = 'inline; filename="meetings.ics"'
    answer = get_conditional_response(request, etag=etag, response=response)
    return answer or response


def _discreet() -> dict[str, str]:
    """The address is a secret: no copy on the way, no word of it to another site, no search engine."""
    return {
        "Cache-Control": "private, no-cache",
        "Referrer-Policy": "no-referrer",
        "X-Robots-Tag": "noindex, nofollow",
    }
