"""Each page of a request, for each of the cast, in each state of the request."""

from __future__ import annotations

import pytest
from django.utils import translation

from matchmaking.core.models import Notice
from meetings.enums import OPEN_REQUEST, RequestStatus
from meetings.models import MeetingRequest
from tests import factories
from tests.conftest import Cast
from tests.meetings import stories
from tests.meetings.pages import LANGUAGES, SignIn, answers, in_state, links, only, path, said, source, words

FIRM, STARTUP = ("company_owner", "company_member"), ("startup_owner", "startup_member")
STAFF = ("officer", "administrator")
REQUESTED, ACCEPTED = RequestStatus.REQUESTED, RequestStatus.ACCEPTED


@pytest.fixture
def made(cast: Cast) -> MeetingRequest:
    return stories.asked(stories.match_of(cast.company, cast.startup), cast.company_owner)


# page → who gets it while the request waits
WHILE_IT_WAITS: dict[str, tuple[str, ...]] = {
    "detail": (*FIRM, *STARTUP, *STAFF),
    "request_sent": FIRM,
    "withdraw": FIRM,
    "answer": STARTUP,
    "accept": STARTUP,
    "decline": STARTUP,
}


@pytest.mark.django_db
def test_while_it_waits_each_page_is_for_its_side(cast: Cast, as_user: SignIn, made: MeetingRequest) -> None:
    for page, may in WHILE_IT_WAITS.items():
        assert (page, answers(cast, as_user, path(page, pk=made.pk))) == (page, only(*may))


@pytest.mark.django_db
def test_a_guest_is_sent_to_sign_in(client, made: MeetingRequest) -> None:
    for page in (*WHILE_IT_WAITS, "ics"):
        response = client.get(path(page, pk=made.pk))
        assert (page, response.status_code, "login" in response.url) == (page, 302, True)


# page → state → what its own side gets; every other state: 409 (or, for "answer", on to the page of the request)
OWN_SIDE = {"withdraw": "company_owner", "accept": "startup_owner", "decline": "startup_owner"}
OPEN_IN = {"withdraw": {REQUESTED, ACCEPTED}, "accept": {REQUESTED}, "decline": {REQUESTED}}


@pytest.mark.django_db
@pytest.mark.parametrize("page", list(OWN_SIDE))
def test_a_deed_that_is_no_longer_possible_is_not_even_offered(
    cast: Cast, as_user: SignIn, made: MeetingRequest, page: str
) -> None:
    client = as_user(getattr(cast, OWN_SIDE[page]))
    got = {}
    for status in RequestStatus.values:
        in_state(made, status)
        got[status] = client.get(path(page, pk=made.pk)).status_code
    assert got == {status: 200 if status in OPEN_IN[page] else 409 for status in RequestStatus.values}


@pytest.mark.django_db
@pytest.mark.parametrize("page", list(OWN_SIDE))
def test_a_button_on_an_old_page_changes_nothing_and_tells_nobody(
    cast: Cast, as_user: SignIn, made: MeetingRequest, page: str
) -> None:
    client = as_user(getattr(cast, OWN_SIDE[page]))
    Notice.objects.all().delete()
    for status in set(RequestStatus.values) - OPEN_IN[page]:
        in_state(made, status)
        response = client.post(path(page, pk=made.pk), {"reason": "terms"})
        assert (status, response.status_code) == (status, 409)
        assert ("Somebody was faster" in words(response), MeetingRequest.objects.get().status) == (
            True,
            status,
        )
    assert Notice.objects.count() == 0


@pytest.mark.django_db
def test_an_answered_request_leads_from_its_question_to_its_page(
    cast: Cast, as_user: SignIn, made: MeetingRequest
) -> None:
    client = as_user(cast.startup_owner)
    for status in set(RequestStatus.values) - {REQUESTED}:
        in_state(made, status)
        assert client.get(path("answer", pk=made.pk)).url == path("detail", pk=made.pk)


@pytest.mark.django_db
@pytest.mark.parametrize("reader", ["company_owner", "startup_owner", "officer"])
def test_the_page_says_how_the_request_stands_in_both_languages(
    cast: Cast, as_user: SignIn, made: MeetingRequest, reader: str
) -> None:
    client = as_user(getattr(cast, reader))
    for status in RequestStatus:
        in_state(made, status)
        labels = {}
        for language in LANGUAGES:
            page = words(client.get(path("detail", language=language, pk=made.pk)))
            with translation.override(language):
                labels[language] = str(status.label)
            assert (status, language, labels[language] in page) == (status, language, True)
        assert labels["en"] != labels["ja"]


@pytest.mark.django_db
def test_the_page_offers_what_can_be_done_now_and_nothing_else(
    cast: Cast, as_user: SignIn, made: MeetingRequest
) -> None:
    deeds = {name: path(name, pk=made.pk) for name in ("answer", "withdraw", "ics")}
    for reader in ("company_owner", "startup_owner", "officer"):
        client = as_user(getattr(cast, reader))
        for status in RequestStatus.values:
            in_state(made, status)
            offered = links(client.get(path("detail", pk=made.pk)))
            found = {name for name, address in deeds.items() if address in offered}
            expected = set()
            if reader == "startup_owner" and status == REQUESTED:
                expected = {"answer"}
            if reader == "company_owner" and status in (REQUESTED, ACCEPTED):
                expected = {"withdraw"}
            if reader == "startup_owner" and status == ACCEPTED:
                expected = {"withdraw"}
            assert (reader, status, found) == (reader, status, expected)


@pytest.mark.django_db
def test_the_deadline_is_named_while_an_answer_is_wanted_only(
    cast: Cast, as_user: SignIn, made: MeetingRequest
) -> None:
    client = as_user(cast.company_owner)
    shown = {}
    for status in RequestStatus.values:
        in_state(made, status)
        shown[status] = "Answer by" in words(client.get(path("detail", pk=made.pk)))
    assert shown == {status: status == REQUESTED for status in RequestStatus.values}


@pytest.mark.django_db
@pytest.mark.parametrize("reader", ["company_owner", "startup_owner", "officer"])
def test_the_reason_of_a_decline_is_read_by_both_sides_and_the_office(
    cast: Cast, as_user: SignIn, made: MeetingRequest, reader: str
) -> None:
    in_state(made, RequestStatus.DECLINED)
    page = words(as_user(getattr(cast, reader)).get(path("detail", pk=made.pk)))
    assert [text in page for text in ("kind or size of the cooperation", "We sell, we do not license.")] == [
        True,
        True,
    ]


@pytest.mark.django_db
def test_each_reads_the_other_sides_name_as_the_headline(
    cast: Cast, as_user: SignIn, made: MeetingRequest
) -> None:
    company, startup = cast.company.organisation, cast.startup.organisation
    expected = {
        ("company_owner", "en"): startup.name,
        ("company_owner", "ja"): startup.name,
        ("startup_owner", "en"): company.name_en,
        ("startup_owner", "ja"): company.name,
        ("officer", "en"): f"{company.name_en} and {startup.name}",
    }
    for (reader, language), name in expected.items():
        response = as_user(getattr(cast, reader)).get(path("detail", language=language, pk=made.pk))
        assert (reader, language, response.context["card"]["name"]) == (reader, language, name)


@pytest.mark.django_db
def test_accepting_shows_what_it_means_before_it_is_done(
    cast: Cast, as_user: SignIn, made: MeetingRequest
) -> None:
    client = as_user(cast.startup_owner)
    for language in LANGUAGES:
        page = words(client.get(path("accept", language=language, pk=made.pk)))
        assert said("Nothing has been sent yet.", language) in page
        assert said("Accept the meeting", language) in page
    assert MeetingRequest.objects.get().status == REQUESTED
    response = client.post(path("accept", pk=made.pk), follow=True)
    assert "You have accepted. The programme office will propose a time." in words(response) or (
        "You have accepted" in response.content.decode()
    )


@pytest.mark.django_db
def test_after_sending_the_firm_reads_until_when_the_startup_answers(
    cast: Cast, as_user: SignIn, made: MeetingRequest
) -> None:
    page = words(as_user(cast.company_member).get(path("request_sent", pk=made.pk)))
    assert [text in page for text in ("Singapore time", "lapses", cast.startup.organisation.name)] == [
        True
    ] * 3


@pytest.mark.django_db
def test_members_of_one_side_see_the_same(cast: Cast, as_user: SignIn, made: MeetingRequest) -> None:
    for pair in (FIRM, STARTUP):
        pages = {words(as_user(getattr(cast, name)).get(path("detail", pk=made.pk))) for name in pair}
        assert len(pages) == 1


LIST_SECTIONS = {
    RequestStatus.REQUESTED: "waiting",
    RequestStatus.ACCEPTED: "accepted",
    RequestStatus.DECLINED: "closed",
    RequestStatus.WITHDRAWN: "closed",
    RequestStatus.LAPSED: "closed",
    RequestStatus.HELD: "closed",
    RequestStatus.NO_SHOW: "closed",
    RequestStatus.CANCELLED: "closed",
}


@pytest.mark.django_db
@pytest.mark.parametrize("reader", ["company_member", "startup_member"])
def test_the_list_puts_a_request_where_its_state_belongs(
    cast: Cast, as_user: SignIn, made: MeetingRequest, reader: str
) -> None:
    client = as_user(getattr(cast, reader))
    sections = ("upcoming", "waiting", "accepted", "closed")
    for status, section in LIST_SECTIONS.items():
        in_state(made, status)
        context = client.get(path("list")).context
        assert (status, [name for name in sections if context[name]]) == (status, [section])
    assert {*LIST_SECTIONS, RequestStatus.SCHEDULED, RequestStatus.CONFIRMED} == set(RequestStatus)


@pytest.mark.django_db
def test_the_list_is_for_members_and_the_one_of_all_for_staff(cast: Cast, as_user: SignIn) -> None:
    members = (*FIRM, *STARTUP, "other_company_owner", "other_startup_owner")
    assert answers(cast, as_user, path("list")) == only(*members)
    assert answers(cast, as_user, path("requests")) == only(*STAFF)


@pytest.mark.django_db
def test_staff_see_every_request_with_its_state_and_members_of_others_none(
    cast: Cast, as_user: SignIn, made: MeetingRequest
) -> None:
    response = as_user(cast.officer).get(path("requests"))
    assert [row["company"] for row in response.context["rows"]] == [cast.company.organisation.name_en]
    for status in RequestStatus.values:
        in_state(made, status)
        found = as_user(cast.officer).get(path("requests") + f"?status={status}")
        assert (status, len(found.context["rows"]), len(found.context["chips"])) == (status, 1, 1)
    outsider = as_user(cast.other_company_owner).get(path("list")).context
    assert [outsider[name] for name in ("upcoming", "waiting", "accepted", "closed")] == [[], [], [], []]


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("query", "count", "chips"),
    [
        ("?status=lost", 1, 0),
        ("?status=requested&status=accepted", 1, 2),
        ("?q=%20%20", 1, 0),
        ("?q=CHECKOUTLESS", 1, 1),
        ("?q=%E5%8C%97%E6%B5%9C", 1, 1),
        ("?q=%EF%BC%A3heckoutless", 1, 1),
        ("?q=%25", 0, 1),
        ("?page=99", 1, 0),
        ("?page=x", 1, 0),
    ],
)
def test_odd_filters_do_no_harm(
    cast: Cast, as_user: SignIn, made: MeetingRequest, query: str, count: int, chips: int
) -> None:
    response = as_user(cast.officer).get(path("requests") + query)
    assert (response.status_code, len(response.context["chips"])) == (200, chips)
    assert len(response.context["rows"]) == count


@pytest.mark.django_db
def test_only_open_requests_keep_a_firm_from_asking_again(
    cast: Cast, as_user: SignIn, made: MeetingRequest
) -> None:
    client = as_user(cast.company_owner)
    got = {}
    for status in RequestStatus.values:
        in_state(made, status)
        got[status] = client.get(path("request", match_pk=made.match_id)).status_code
    closed = {*OPEN_REQUEST, RequestStatus.DECLINED}
    assert got == {status: 409 if status in closed else 200 for status in RequestStatus.values}


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("", [0, 1, 2]),
        ("asked", [0, 1, 2]),
        ("-asked", [2, 1, 0]),
        ("name", [0, 1, 2]),
        ("--due", [0, 1, 2]),
        ("-", [0, 1, 2]),
    ],
)
def test_staff_sort_the_list_by_its_headings_and_odd_orders_do_no_harm(
    cast: Cast, as_user: SignIn, sort: str, order: list[int]
) -> None:
    made = []
    for number in range(3):
        match = stories.match_of(factories.ChallengeFactory().company, factories.StartupFactory())
        made.append(
            stories.asked(match, cast.officer, consent="By mail", now=stories.at(3, day=2 + number)).pk
        )
    client = as_user(cast.officer)
    response = client.get(path("requests"), {"sort": sort, "status": "requested"})
    assert [made.index(row["request"].pk) for row in response.context["rows"]] == order
    assert (f'name="sort" value="{sort}"' in source(response)) is bool(sort)
