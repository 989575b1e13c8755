"""Pages that belong to nobody in particular: home, notices, help, and mail for developers."""

from __future__ import annotations

from django.conf import settings
from django.contrib.auth.decorators import login_not_required as public
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_POST, require_safe
from post_office.models import STATUS, Email

from matchmaking.core import notices
from matchmaking.core.models import Notice

MAIL_STATES = {
    None: pgettext_lazy("mail", "Not queued"),
    STATUS.sent: pgettext_lazy("mail", "Sent"),
    STATUS.failed: pgettext_lazy("mail", "Failed"),
    STATUS.queued: pgettext_lazy("mail", "Waiting"),
    STATUS.requeued: pgettext_lazy("mail", "Waiting for another try"),
}


@require_safe
def notice_list(request: HttpRequest) -> HttpResponse:
    """The reader's notices, newest first."""
    page = Paginator(Notice.objects.visible_to(request.user), 20).get_page(request.GET.get("page"))
    rows = [
        {"notice": one, "subject": notices.subject(one), "body": notices.body(one), "url": notices.path(one)}
        for one in page
    ]
    return render(request, "core/notice_list.html", {"page": page, "rows": rows})


@require_POST
def notice_open(request: HttpRequest, pk: int) -> HttpResponse:
    """Mark a notice as read and go where it leads."""
    notice = get_object_or_404(Notice.objects.visible_to(request.user), pk=pk)
    Notice.objects.filter(pk=notice.pk, read_at=None).update(read_at=timezone.now())
    return redirect(notices.path(notice) or reverse("core:notices"))


@require_POST
def notices_read(request: HttpRequest) -> HttpResponse:
    """Mark all of the reader's notices as read."""
    Notice.objects.visible_to(request.user).unread().update(read_at=timezone.now())
    return redirect("core:notices")


@public
@require_safe
def static_page(request: HttpRequest, *, page: str) -> HttpResponse:
    """Help, privacy and accessibility: words only."""
    return render(request, f"core/{page}.html", {"days_to_delete": settings.DELETION_DAYS})


@public
@require_safe
def mail_list(request: HttpRequest) -> HttpResponse:
    """Developers only: the mail queue, readable in the browser."""
    _only_while_debugging()
    page = Paginator(Email.objects.order_by("-pk"), 25).get_page(request.GET.get("page"))
    rows = [{"email": email, "state": MAIL_STATES[email.status]} for email in page]
    return render(request, "core/mail_list.html", {"page": page, "rows": rows})


@public
@require_safe
def mail_detail(request: HttpRequest, pk: int) -> HttpResponse:
    """Developers only: one queued mail as it will be sent."""
    _only_while_debugging()
    return render(request, "core/mail_detail.html", {"email": get_object_or_404(Email, pk=pk)})


def _only_while_debugging() -> None:
    if not settings.DEBUG:
        raise Http404
