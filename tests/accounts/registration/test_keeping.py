"""Words that were sent when the session was over: kept for their writer and their page, and for nobody else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.core import signing
from django.http import HttpResponse, QueryDict
from django.test import Client, RequestFactory
from django.urls import reverse

from accounts.models import User
from accounts.registration.keeping import forget, keeps_what_was_typed, kept, writer_mark
from tests import factories
from tests.conftest import Cast

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
KEPT = "kept_answers"


def page() -> str:
    return reverse("companies:step", args=["company"])


def sent_by_guest(path: str = "", **typed: Any) -> Client:
    """Somebody whose session has ended presses the button."""
    client = Client()
    client.post(path or page(), typed)
    return client


def request_of(user: User, path: str, session: dict[str, Any]) -> Any:
    request: Any = RequestFactory().get(path)
    request.user, request.session = user, session
    return request


# --- whose page it was ----------------------------------------------------------------------------------------------


def test_a_mark_names_its_writer_and_cannot_be_made_up(cast: Cast) -> None:
    mark = writer_mark(cast.newcomer)
    client = sent_by_guest(writer=mark, business="My words")
    assert client.session[KEPT]["writer"] == cast.newcomer.pk
    assert mark != writer_mark(cast.company_owner)


@pytest.mark.parametrize("change", ["payload", "signature", "cut", "other salt", "twice", "spaces"])
def test_a_mark_that_was_changed_keeps_nothing(change: str, cast: Cast) -> None:
    mark, other = writer_mark(cast.newcomer), writer_mark(cast.company_owner)
    _head, _colon, tail = mark.partition(":")
    changed = {
        "payload": f"{other.partition(':')[0]}:{tail}",
        "signature": mark[:-1] + ("A" if mark[-1] != "A" else "B"),
        "cut": mark[:-3],
        "other salt": signing.dumps(cast.newcomer.pk, salt="another"),
        "twice": f"{mark}:{mark}",
        "spaces": f" {mark}",
    }[change]
    assert changed != mark
    assert KEPT not in sent_by_guest(writer=changed, business="My words").session


def test_opening_a_page_keeps_nothing(cast: Cast) -> None:
    client = Client()
    answer = client.get(page(), {"writer": writer_mark(cast.newcomer), "business": "My words"})
    assert "/account/login/" in answer["Location"]
    assert KEPT not in client.session


# --- what is kept ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "words",
    [
        "一時間かけて書いた文章",
        "two\r\nlines",
        "a&b=c+d%20e;f",
        "<script>",
        "🏭 café",
        "x" * 20_000,
        " blank ",
    ],
)
def test_every_word_comes_back_as_it_was_typed(words: str, cast: Cast) -> None:
    client = sent_by_guest(writer=writer_mark(cast.newcomer), business=words, fields=["retail", "mobility"])
    request = request_of(cast.newcomer, page(), dict(client.session))
    typed = kept(request)
    assert typed is not None
    assert (typed["business"], typed.getlist("fields")) == (words, ["retail", "mobility"])


def test_the_newest_words_of_two_pages_count(cast: Cast) -> None:
    client = sent_by_guest(writer=writer_mark(cast.newcomer), business="first")
    other = reverse("companies:step", args=["contact"])
    client.post(other, {"writer": writer_mark(cast.newcomer), "title": "second"})
    session = dict(client.session)
    assert kept(request_of(cast.newcomer, page(), session)) is None
    typed = kept(request_of(cast.newcomer, other, session))
    assert typed is not None
    assert typed["title"] == "second"


@pytest.mark.parametrize("beneath", ["later/"])
def test_the_further_buttons_of_a_page_keep_for_the_page_itself(beneath: str, cast: Cast) -> None:
    client = sent_by_guest(f"{page()}{beneath}", writer=writer_mark(cast.newcomer), business="x")
    assert client.session[KEPT]["page"] == page()


# --- for whom -------------------------------------------------------------------------------------------------------


@pytest.fixture
def session(cast: Cast) -> dict[str, Any]:
    client = sent_by_guest(writer=writer_mark(cast.newcomer), business="My words")
    return dict(client.session)


def test_another_page_shows_nothing_and_leaves_the_words(session: dict[str, Any], cast: Cast) -> None:
    elsewhere = reverse("companies:step", args=["contact"])
    assert kept(request_of(cast.newcomer, elsewhere, session)) is None
    assert isinstance(kept(request_of(cast.newcomer, page(), session)), QueryDict)


def test_looking_does_not_use_the_words_up(session: dict[str, Any], cast: Cast) -> None:
    """A page that is loaded again still has them; saving is what ends it."""
    for _time in range(2):
        assert kept(request_of(cast.newcomer, page(), session)) is not None
    forget(request_of(cast.newcomer, page(), session))
    assert kept(request_of(cast.newcomer, page(), session)) is None
    forget(request_of(cast.newcomer, page(), session))


def test_the_next_person_at_the_computer_ends_it_for_good(session: dict[str, Any], cast: Cast) -> None:
    """Also if they open another page first, and the writer comes back later."""
    assert kept(request_of(cast.company_owner, "/en/", session)) is None
    assert KEPT not in session
    assert kept(request_of(cast.newcomer, page(), session)) is None


def test_somebody_who_belongs_elsewhere_by_now_gets_no_page_and_writes_nothing(
    cast: Cast, as_user: SignIn
) -> None:
    """The words were kept, then their writer became a member of a startup: no firm's page is theirs."""
    mark = writer_mark(cast.newcomer)
    factories.MembershipFactory(user=cast.newcomer, organisation=cast.startup.organisation)
    client = sent_by_guest(writer=mark, business="My words")
    client.force_login(
        User.objects.get(pk=cast.newcomer.pk), backend="allauth.account.auth_backends.AuthenticationBackend"
    )
    assert client.get(page()).status_code == 404


# --- the guard ------------------------------------------------------------------------------------------------------


def test_who_is_signed_in_goes_straight_to_the_page(cast: Cast) -> None:
    seen: list[str] = []

    @keeps_what_was_typed
    def view(request: Any, **names: Any) -> HttpResponse:
        seen.append(f"{request.user} {names['step']}")
        return HttpResponse("there")

    request = request_of(cast.newcomer, "/x/", {})
    assert view(request, step="company").content == b"there"
    assert (seen, request.session) == (["newcomer company"], {})
    assert view.__name__ == "view"


@pytest.mark.parametrize("method", ["get", "post", "put", "delete"])
def test_a_guest_is_led_to_sign_in_and_back_whatever_they_send(method: str, cast: Cast) -> None:
    answer = getattr(Client(), method)(page())
    assert (answer.status_code, answer["Location"]) == (302, f"{reverse('account_login')}?next={page()}")
