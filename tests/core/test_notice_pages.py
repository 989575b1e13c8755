"""Notices on the page: newest first, paged, counted, marked as read, at a constant price."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from matchmaking.core.models import Notice
from matchmaking.core.notices import Event
from tests import factories

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
LIST = "/en/notices/"


@pytest.fixture
def reader() -> User:
    return factories.OfficerFactory()


def write(reader: User, number: int, *, link: str = "core:help", **more: Any) -> list[Notice]:
    return Notice.objects.bulk_create(
        Notice(
            recipient=reader,
            event=Event.PROFILE_SUBMITTED,
            params={"organisation": f"Firm {each:04d}"},
            link_name=link,
            **more,
        )
        for each in range(number)
    )


def shown(client: Client, query: str = "") -> list[str]:
    return [row["notice"].params["organisation"] for row in client.get(LIST + query).context["rows"]]


def test_an_empty_list_says_what_to_expect(reader: User, as_user: SignIn) -> None:
    page = as_user(reader).get(LIST).content.decode()
    assert "There are no notices yet." in page
    assert "Mark all as read" not in page


def test_a_thousand_notices_come_in_pages_newest_first(reader: User, as_user: SignIn) -> None:
    write(reader, 1000)
    client = as_user(reader)
    first, last = shown(client), shown(client, "?page=50")
    assert (first[0], first[-1], len(first)) == ("Firm 0999", "Firm 0980", 20)
    assert (last[0], last[-1], len(last)) == ("Firm 0019", "Firm 0000", 20)
    assert client.get(LIST).context["page"].paginator.num_pages == 50


@pytest.mark.parametrize(
    ("query", "first"),
    [("?page=0", "Firm 0000"), ("?page=999", "Firm 0000"), ("?page=x", "Firm 0024"), ("?page=", "Firm 0024"),
     ("?page=-1", "Firm 0000")],
)  # fmt: skip
def test_a_page_that_does_not_exist_is_the_nearest_that_does(
    query: str, first: str, reader: User, as_user: SignIn
) -> None:
    write(reader, 25)
    assert shown(as_user(reader), query)[-1 if first == "Firm 0000" else 0] == first


def test_the_list_costs_the_same_for_one_and_for_many(
    reader: User, as_user: SignIn, django_assert_num_queries: Any
) -> None:
    client = as_user(reader)
    for more in (1, 2, 30):
        write(reader, more)
        with django_assert_num_queries(5):  # session, reader, count, page, unread
            assert client.get(LIST).status_code == 200


def test_every_page_counts_the_unread_ones(reader: User, as_user: SignIn) -> None:
    write(reader, 3)
    write(reader, 2, read_at=timezone.now())
    write(factories.OfficerFactory(), 4)
    client = as_user(reader)
    assert client.get(LIST).context["unread_count"] == 3
    assert client.get("/en/").context["unread_count"] == 3
    client.post(reverse("core:notices_read"))
    assert client.get(LIST).context["unread_count"] == 0


def test_guests_have_no_notices(client: Client) -> None:
    assert client.get("/en/").context["unread_count"] == 0


def test_opening_twice_keeps_the_first_time(reader: User, as_user: SignIn) -> None:
    [notice] = write(reader, 1)
    client, times = as_user(reader), []
    for _number in range(2):
        answer = client.post(reverse("core:notice_open", args=[notice.pk]))
        assert (answer.status_code, answer["Location"]) == (302, "/en/help/")
        notice.refresh_from_db()
        times.append(notice.read_at)
    assert times[0] == times[1] is not None


def test_a_notice_that_leads_nowhere_leads_to_the_list(reader: User, as_user: SignIn) -> None:
    [notice] = write(reader, 1, link="")
    answer = as_user(reader).post(reverse("core:notice_open", args=[notice.pk]))
    assert answer["Location"] == LIST


def test_marking_all_leaves_what_was_read_as_it_was(reader: User, as_user: SignIn) -> None:
    earlier = timezone.now() - timezone.timedelta(days=3)
    write(reader, 2)
    write(reader, 1, read_at=earlier)
    answer = as_user(reader).post(reverse("core:notices_read"))
    assert answer["Location"] == LIST
    assert Notice.objects.unread().count() == 0
    assert Notice.objects.filter(read_at=earlier).count() == 1


@pytest.mark.parametrize("method", ["get", "head", "put", "delete", "patch"])
def test_only_a_form_marks_anything(method: str, reader: User, as_user: SignIn) -> None:
    """A link that a mail program or a browser follows by itself must not."""
    [notice] = write(reader, 1)
    client = as_user(reader)
    for address in (reverse("core:notices_read"), reverse("core:notice_open", args=[notice.pk])):
        assert getattr(client, method)(address).status_code == 405
    assert Notice.objects.unread().count() == 1


def test_what_people_wrote_is_shown_as_they_wrote_it(reader: User, as_user: SignIn) -> None:
    Notice.objects.create(
        recipient=reader, event=Event.PROFILE_SUBMITTED, params={"organisation": "<script>alert(1)</script>"}
    )
    page = as_user(reader).get(LIST).content.decode()
    assert "&lt;script&gt;alert(1)&lt;/script&gt; has applied" in page
    assert "<script>alert" not in page


@pytest.mark.parametrize(("language", "words"), [("en", "Firm 0000 has applied"), ("ja", "Firm 0000")])
def test_the_list_speaks_the_language_of_the_address(
    language: str, words: str, reader: User, as_user: SignIn
) -> None:
    write(reader, 1)
    page = as_user(reader).get(f"/{language}/notices/").content.decode()
    assert words in page
    assert ("has applied" in page) is (language == "en")


def test_unread_ones_are_marked_in_words(reader: User, as_user: SignIn) -> None:
    write(reader, 1)
    write(reader, 2, read_at=timezone.now())
    page = as_user(reader).get(LIST).content.decode()
    assert page.count('class="tag tag-info"') == 1
    assert page.count("has applied") == 3


def test_notices_go_with_their_reader_and_with_nobody_else() -> None:
    reader, other = factories.UserFactory(), factories.UserFactory()
    write(reader, 2)
    write(other, 1)
    reader.emailaddress_set.all().delete()
    reader.delete()
    assert list(Notice.objects.values_list("recipient", flat=True)) == [other.pk]
