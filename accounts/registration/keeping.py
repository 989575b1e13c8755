"""What somebody typed is kept when their session has ended meanwhile.

The form carries its reader's signed number. If it arrives from somebody who is no longer signed in, it is put into the
new session, and its page shows it again once the same person has signed in. Nothing is saved until they press the
button; nobody else is shown it. It works without scripts, because it is the server that keeps it.
"""

from __future__ import annotations

import re
from functools import wraps
from typing import TYPE_CHECKING, Any

from django.contrib.auth.views import redirect_to_login
from django.core import signing
from django.http import HttpRequest, HttpResponseBase, QueryDict

from accounts.roles import View, public

if TYPE_CHECKING:
    from accounts.models import User

WRITER = "writer"
_SALT = "accounts.registration.keeping"
_BENEATH = re.compile(r"(?:later|add|\d+/(?:remove|restore))/$")
_SESSION_KEY = "kept_answers"


def writer_mark(user: User) -> str:
    """What the form carries: whose page it was."""
    return signing.dumps(user.pk, salt=_SALT)


def keeps_what_was_typed(view: View) -> View:
    """For pages with long forms: a guest is asked to sign in, as everywhere, but a form that they send is kept."""

    @public
    @wraps(view)
    def kept_view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        page = _page_of(request)
        if request.method == "POST":
            _keep(request, page)
        return redirect_to_login(page)

    return kept_view


def _page_of(request: HttpRequest) -> str:
    """The page that shows the form; its further buttons post to addresses beneath it."""
    return _BENEATH.sub("", request.path)


def _keep(request: HttpRequest, page: str) -> None:
    try:
        writer = signing.loads(request.POST.get(WRITER, ""), salt=_SALT)
    except signing.BadSignature:
        return
    request.session[_SESSION_KEY] = {"writer": writer, "page": page, "typed": request.POST.urlencode()}


def kept(request: HttpRequest) -> QueryDict | None:
    """What this person had typed on this page before they had to sign in again."""
    found = request.session.get(_SESSION_KEY)
    if found and found["writer"] != request.user.pk:
        forget(request)
    elif found and found["page"] == request.path:
        return QueryDict(found["typed"])
    return None


def forget(request: HttpRequest) -> None:
    request.session.pop(_SESSION_KEY, None)
