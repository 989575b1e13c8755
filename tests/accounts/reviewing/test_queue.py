"""The queue: what waits, in which order, by which filter, and for how many working days."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.urls import reverse

from accounts import actions
from accounts.models import Review
from accounts.reviewing.cases import office_today
from matchmaking.core.working_days import office_days_between
from tests import factories
from tests.accounts import review_stories as stories

pytestmark = pytest.mark.django_db
QUEUE = "accounts:review_queue"
LONG_AGO = timedelta(days=30)


@pytest.fixture
def officer():
    return factories.OfficerFactory(name="Soma")


@pytest.fixture
def client(officer, as_user):
    return as_user(officer)


@pytest.fixture
def queue(officer):
    """One of each kind, received a month ago one after the other; the first is overdue."""
    today = office_today()
    asked = datetime.combine(today - LONG_AGO, time(9), ZoneInfo("Asia/Tokyo"))
    other = factories.OfficerFactory(name="Suzuki")
    made = {
        "firm": stories.applied(organisation__name="ア", organisation__name_kana="ア"),
        "startup": stories.applied("startup", organisation__name="Zeta"),
        "identity": stories.identity_proposed(officer),
        "declining": stories.applied(organisation__name="イ", organisation__name_kana="イ"),
        "decided": stories.approved(stories.applied(), officer),
    }
    stories.decline_proposed(made["declining"], other)
    actions.assign(made["startup"], to=officer, by=officer)
    actions.assign(made["identity"], to=other, by=officer)
    for number, review in enumerate(made.values()):
        due = today - timedelta(days=1) if number == 0 else today
        Review.objects.filter(pk=review.pk).update(asked_at=asked + timedelta(hours=number), due_on=due)
    return made


def found(client, queue, query=""):
    keys = {review.pk: name for name, review in queue.items()}
    return [keys[row.review.pk] for row in client.get(reverse(QUEUE) + query).context["rows"]]


SHOWN = [
    ("", ["firm", "startup", "identity", "declining"]),
    ("?show=mine", ["startup"]),
    ("?show=unassigned", ["firm", "declining"]),
    ("?show=overdue", ["firm"]),
    ("?show=firms", ["firm", "identity", "declining"]),
    ("?show=startups", ["startup"]),
    ("?show=identity", ["identity"]),
    ("?show=declines", ["declining"]),
    ("?show=nonsense", ["firm", "startup", "identity", "declining"]),
    ("?sort=-received", ["declining", "identity", "startup", "firm"]),
    ("?sort=due", ["firm", "startup", "identity", "declining"]),
    ("?sort=assigned", ["startup", "identity", "firm", "declining"]),  # who has none stands last
    ("?sort=password", ["firm", "startup", "identity", "declining"]),
    ("?show=firms&sort=-received&page=1", ["declining", "identity", "firm"]),
]


def test_the_queue_by_every_filter_and_order(client, queue):
    for query, expected in SHOWN:
        assert (query, found(client, queue, query)) == (query, expected)
    assert found(client, queue, "?sort=applicant") == found(client, queue, "?sort=-applicant")[::-1]


def test_each_filter_tells_how_many_it_leaves_and_keeps_the_order(client, queue):
    page = client.get(reverse(QUEUE) + "?sort=-received&show=firms")
    assert {show.name: show.count for show in page.context["shows"]} == {
        "": 4, "mine": 1, "unassigned": 2, "overdue": 1, "firms": 3, "startups": 1, "identity": 1, "declines": 1,
    }  # fmt: skip
    html = page.content.decode()
    assert 'href="?sort=-received&amp;show=overdue"' in html
    assert 'href="?sort=-received"' in html
    assert html.count('aria-current="true"') == 1


def test_waiting_is_counted_in_working_days_of_japan(client, queue):
    rows = {row.review.pk: row for row in client.get(reverse(QUEUE)).context["rows"]}
    firm = rows[queue["firm"].pk]
    today = office_today()
    days = office_days_between(today - LONG_AGO, today)
    assert 17 <= days <= 22
    assert (firm.waiting, firm.is_overdue) == (days, True)
    assert not rows[queue["startup"].pk].is_overdue
    html = client.get(reverse(QUEUE)).content.decode()
    assert f"{days} working days" in html
    assert "Overdue</span>" in html


def test_what_is_missing_and_where_an_applicant_is_are_told(client, queue):
    rows = {row.review.pk: row for row in client.get(reverse(QUEUE)).context["rows"]}
    assert (rows[queue["firm"].pk].place, rows[queue["startup"].pk].place) == ("Niigata", "Singapore")
    queue["firm"].organisation.company.challenges.all().delete()
    rows = {row.review.pk: row for row in client.get(reverse(QUEUE)).context["rows"]}
    assert [str(item) for item in rows[queue["firm"].pk].missing] == ["a challenge"]


def test_an_empty_queue_says_so_and_an_empty_filter_leads_back(client):
    assert "No applications are waiting." in client.get(reverse(QUEUE)).content.decode()
    stories.applied()
    html = client.get(reverse(QUEUE) + "?show=startups").content.decode()
    assert "No application fits this filter." in html
    assert f'href="{reverse(QUEUE)}"' in html
    assert "審査待ちの申請はありません。" not in client.get("/ja/staff/review/").content.decode()


def test_pages_of_fifty_keep_the_filter(client):
    for _number in range(52):
        factories.ReviewFactory()
    after = client.get(reverse(QUEUE) + "?show=firms").context["listing"].page.after
    page = client.get(reverse(QUEUE) + f"?show=firms&after={after}")
    assert len(page.context["rows"]) == 2
    assert 'href="?show=firms"' in page.content.decode()  # back to the first page


@pytest.mark.parametrize("count", [1, 3])
def test_the_queue_takes_the_same_number_of_queries(client, count, django_assert_num_queries):
    other = factories.OfficerFactory()
    for _number in range(count):
        for kind in ("company", "startup"):
            review = stories.applied(kind)
            actions.assign(review, to=other, by=other)
            actions.open_for_review(review, by=other)
    client.get(reverse(QUEUE))
    with django_assert_num_queries(14):
        assert len(client.get(reverse(QUEUE)).context["rows"]) == 2 * count
