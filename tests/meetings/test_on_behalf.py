"""What staff do for a side that told them: what that side may do, with how it agreed, and both sides read of it."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from accounts.models import User
from matchmaking.core.models import AuditEvent, Notice
from matchmaking.core.notices import Event
from matchmaking.core.transitions import TransitionNotAllowed
from matchmaking.matches.enums import MatchStatus, Side
from matchmaking.matches.models import Match
from meetings import actions, rules
from meetings.actions import Terms
from meetings.calendars import answer_deadline
from meetings.enums import Deed, RequestStatus
from meetings.models import Attendee, Meeting, MeetingRequest
from tests.conftest import Cast
from tests.meetings import stories
from tests.meetings.pages import LANGUAGES, SignIn, answers, in_state, links, only, path, said, told, words
from tests.meetings.people import MORI, SATO, TAN, line
from tests.told import fact, read

pytestmark = pytest.mark.django_db
COMPANY, STARTUP = Side.COMPANY, Side.STARTUP
FIRM, STARTUPS = ["company-member", "company-owner"], ["startup-member", "startup-owner"]
OFFICE = ["administrator", "officer"]
HOUR = Terms(60, "en", interpreter_wanted=False)
EARLY = stories.at(0, day=1)
WISH = {
    "purpose": "We would like to see the plant.",
    "minutes": "45",
    "language": "en",
    "consent": "Ms Tan by mail on 20 November",
}


@pytest.fixture
def match(cast: Cast) -> Match:
    return stories.match_of(cast.company, cast.startup)


def for_startup(match: Match, cast: Cast, **more: Any) -> MeetingRequest:
    return actions.request_meeting(
        match, stories.wish(consent="Ms Tan by mail", **more), by=cast.officer, side=STARTUP
    )


def now_() -> MeetingRequest:
    return MeetingRequest.objects.with_parties().get()


# Asking for a startup


@pytest.mark.parametrize("language", LANGUAGES)
def test_staff_ask_for_a_startup_after_a_look_and_both_sides_read_it(
    cast: Cast, as_user: SignIn, match: Match, language: str
) -> None:
    office = as_user(cast.officer)
    form, check, send = (
        path(f"request_for_startup{step}", language=language, match_pk=match.pk)
        for step in ("", "_check", "_send")
    )
    assert form in links(office.get(f"/{language}/matches/{match.pk}/"))
    assert said("How did the startup consent?", language) in words(office.get(form))
    typed = {**WISH, **line(1, TAN)}
    assert list(office.post(check, {**typed, "consent": ""}).context["form"].errors) == ["consent"]
    shown = words(office.post(check, typed))
    for text in (
        WISH["purpose"],
        TAN.name,
        WISH["consent"],
        said("The firm answers by", language),
        "Japan" if language == "en" else "日本",
    ):
        assert text in shown, text
    assert (MeetingRequest.objects.count(), Notice.objects.count()) == (0, 0)
    office.post(send, typed)
    made = now_()
    assert (made.asked_side, made.asked_for, made.turn, made.status) == (
        "staff",
        "startup",
        "company",
        "requested",
    )
    assert made.reply_by == answer_deadline(cast.company.organisation, made.asked_at)
    assert [each.organisation for each in Attendee.objects.all()] == [cast.startup.organisation]
    assert Match.objects.get().status == MatchStatus.INTERESTED
    assert told("meeting_requested_of_firm", "meeting_requested", "acted_for_you") == {
        "meeting_requested_of_firm": FIRM, "acted_for_you": STARTUPS,
    }  # fmt: skip
    marked = said("The programme office, for the startup", language)
    for name in ("company_owner", "startup_owner", "officer"):
        page = words(as_user(getattr(cast, name)).get(path("detail", language=language, pk=made.pk)))
        assert (marked in page, WISH["consent"] in page) == (True, name != "company_owner"), name


def test_the_side_for_which_staff_acted_reads_what_was_done_and_how_it_agreed(
    cast: Cast, match: Match
) -> None:
    User.objects.filter(pk=cast.startup_member.pk).update(language="ja")
    for_startup(match, cast)
    notices = Notice.objects.filter(event=Event.ACTED_FOR_YOU).select_related("recipient")
    found = {each.recipient.name: (fact(each, "deed"), read(each)) for each in notices}
    deed, text = found["startup-owner"]
    assert deed == "A meeting was asked for on your behalf"
    assert "“Ms Tan by mail”" in text
    assert found["startup-member"][0] == said(deed, "ja")


def test_the_firm_answers_on_pages_of_its_own_and_the_startup_has_none_of_them(
    cast: Cast, as_user: SignIn, match: Match
) -> None:
    made = for_startup(match, cast)
    client = as_user(cast.company_owner)
    page = client.get(path("answer", pk=made.pk))
    for text in ("A startup would like to meet you", "A first talk", cast.startup.one_liner):
        assert text in words(page), text
    offered = {path(name, pk=made.pk) for name in ("accept", "propose", "decline")}
    assert offered <= links(page)
    assert path("answer", pk=made.pk) in links(client.get(path("detail", pk=made.pk)))
    assert path("answer", pk=made.pk) in links(client.get(path("list")))
    assert path("withdraw", pk=made.pk) not in links(client.get(path("detail", pk=made.pk)))
    for name in ("accept", "decline"):
        assert answers(cast, as_user, path(name, pk=made.pk)) == only("company_owner", "company_member"), name
    startup = as_user(cast.startup_owner)
    assert startup.get(path("answer", pk=made.pk)).status_code == 404
    assert path("withdraw", pk=made.pk) in links(startup.get(path("detail", pk=made.pk)))
    assert answers(cast, as_user, path("withdraw", pk=made.pk)) == only("startup_owner", "startup_member")


def test_the_firm_accepts_with_its_people(cast: Cast, as_user: SignIn, match: Match) -> None:
    made = for_startup(match, cast)
    Notice.objects.all().delete()
    address = path("accept", pk=made.pk)
    client = as_user(cast.company_owner)
    seen = client.get(address).context["form"]["seen"].value()
    client.post(address, {**line(1, SATO), "seen": seen})
    found = now_()
    assert (found.status, found.answered_by, found.answer_consent) == ("accepted", cast.company_owner, "")
    assert [each.name for each in Attendee.objects.of(cast.company.organisation)] == [SATO.name]
    assert told(*Event) == {"proposal_agreed": sorted([*STARTUPS, *OFFICE])}


def test_the_firm_declines_and_the_startup_reads_why_or_takes_its_wish_back(
    cast: Cast, as_user: SignIn, match: Match
) -> None:
    made = for_startup(match, cast)
    Notice.objects.all().delete()
    with transaction.atomic():
        as_user(cast.company_owner).post(
            path("decline", pk=made.pk), {"reason": "terms", "text": "Too small for us."}
        )
        assert now_().status == RequestStatus.DECLINED
        assert told(*Event) == {"request_declined_by_firm": sorted([*STARTUPS, *OFFICE])}
        assert "Too small for us." in words(as_user(cast.startup_owner).get(path("detail", pk=made.pk)))
        transaction.set_rollback(True)
    as_user(cast.startup_owner).post(path("withdraw", pk=made.pk))
    assert now_().status == RequestStatus.WITHDRAWN
    assert told(*Event) == {"request_taken_back": sorted([*FIRM, *OFFICE])}


def test_a_firm_that_hides_its_name_is_not_named_before_it_accepts(
    cast: Cast, as_user: SignIn, match: Match
) -> None:
    cast.company.name_disclosed = False
    cast.company.save()
    made = for_startup(match, cast)
    name = cast.company.organisation.name_en
    page = words(as_user(cast.startup_owner).get(path("detail", pk=made.pk)))
    texts = [read(each) for each in Notice.objects.filter(recipient=cast.startup_owner)]
    assert (name in page, [name in text for text in texts]) == (False, [False])
    actions.accept(made, side=COMPANY, by=cast.company_owner)
    assert name in words(as_user(cast.startup_owner).get(path("detail", pk=made.pk)))


# Answering, declining and taking back for a side


@pytest.mark.parametrize("asked_for", rules.SIDES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_staff_decline_and_withdraw_after_a_look_and_say_how_the_side_agreed(
    cast: Cast, as_user: SignIn, match: Match, asked_for: Side, language: str
) -> None:
    made = for_startup(match, cast) if asked_for == STARTUP else stories.asked(match, cast.company_owner)
    asked, people = rules.other(asked_for), {COMPANY: FIRM, STARTUP: STARTUPS}
    office, detail = as_user(cast.officer), path("detail", language=language, pk=made.pk)
    cases = [
        ("decline_for", asked, {"reason": "no_capacity", "text": ""}, "declined"),
        ("withdraw_for", asked_for, {}, "withdrawn"),
    ]
    for name, side, typed, status in cases:
        address = path(name, language=language, pk=made.pk, side=side)
        wrong = path(name, language=language, pk=made.pk, side=rules.other(side))
        assert {address, wrong} & links(office.get(detail)) == {address}
        assert office.get(wrong).status_code == 409
        assert said("Nothing has been sent yet.", language) in words(office.get(address))
        refused = office.post(address, typed)
        assert (list(refused.context["form"].errors), now_().status) == (["consent"], "requested")
        with transaction.atomic():
            Notice.objects.all().delete()
            office.post(address, {**typed, "consent": "By telephone"})
            found = now_()
            given = {"declined": found.answer_consent, "withdrawn": found.withdraw_consent}
            assert (found.status, given[status]) == (status, "By telephone")
            notices = told(*Event)
            assert notices.pop("acted_for_you") == people[side]
            [(_event, readers)] = notices.items()
            assert readers == sorted([*people[rules.other(side)], *OFFICE])
            row = AuditEvent.objects.get(action=f"meetingrequest.{status}")
            assert row.actor_label == cast.officer.name
            mark = "for the firm" if side == COMPANY else "for the startup"
            assert said(f"The programme office, {mark}", language) in words(office.get(detail))
            transaction.set_rollback(True)
    assert answers(cast, as_user, path("decline_for", pk=made.pk, side=asked)) == only(
        "officer", "administrator"
    )
    assert office.get(path("withdraw_for", pk=made.pk, side="staff")).status_code == 404


@pytest.mark.parametrize("status", RequestStatus.values)
def test_it_is_offered_and_done_only_while_the_side_itself_could(
    cast: Cast, as_user: SignIn, match: Match, status: str
) -> None:
    made = in_state(stories.asked(match, cast.company_owner), status)
    office = as_user(cast.officer)
    pages = {
        "decline_for": (path("decline_for", pk=made.pk, side="startup"), status == "requested"),
        "withdraw_for": (
            path("withdraw_for", pk=made.pk, side="company"),
            status in ("requested", "accepted"),
        ),
        "withdraw_for_whoever_was_asked": (
            path("withdraw_for", pk=made.pk, side="startup"),
            status == "accepted",
        ),
    }
    if status not in ("scheduled", "confirmed", "held", "no_show"):  # these have a meeting
        offered = links(office.get(path("detail", pk=made.pk)))
        assert {name: url in offered for name, (url, _may) in pages.items()} == {
            name: may for name, (_url, may) in pages.items()
        }
    assert {name: office.get(url).status_code for name, (url, _may) in pages.items()} == {
        name: 200 if may else 409 for name, (_url, may) in pages.items()
    }


def test_every_deed_for_a_side_is_told_to_it_and_none_that_it_did_itself(cast: Cast, match: Match) -> None:
    """From the request to the confirmation, by staff with a consent, and then the same by the sides."""
    by = cast.officer

    def last_deeds() -> list[tuple[str, str]]:
        rows = Notice.objects.filter(
            event=Event.ACTED_FOR_YOU, recipient__in=[cast.company_owner, cast.startup_owner]
        )
        found = [
            (each.recipient.name, fact(each, "deed"))
            for each in rows.select_related("recipient").order_by("pk")
        ]
        Notice.objects.all().delete()
        return found

    made = stories.asked(match, by, consent="A")
    assert last_deeds() == [("company-owner", Deed.ASKED.label)]
    actions.accept(made, side=STARTUP, consent="B", by=by)
    assert last_deeds() == [("startup-owner", Deed.ACCEPTED.label)]
    actions.propose(made, COMPANY, HOUR, by=by, consent="C")
    assert last_deeds() == [("company-owner", Deed.PROPOSED.label)]
    actions.refuse_change(made, STARTUP, by=by, consent="D")
    assert last_deeds() == [("startup-owner", Deed.KEPT.label)]
    actions.propose(made, COMPANY, HOUR, by=cast.company_owner)
    actions.take_back(made, COMPANY, by=by, consent="D")
    assert last_deeds() == [("company-owner", Deed.TAKEN_BACK.label)]
    actions.propose(made, STARTUP, HOUR, by=by, consent="E")
    actions.agree_to_change(made, COMPANY, by=by, consent="F")
    assert last_deeds() == [("startup-owner", Deed.PROPOSED.label), ("company-owner", Deed.AGREED.label)]
    for _twice in range(2):
        actions.name_attendees(made, STARTUP, [MORI], by=by, consent="G")
    assert last_deeds() == [("startup-owner", Deed.NAMED.label)]
    meeting = actions.book_free_time(made, stories.at(4), by=by, now=EARLY)
    for _twice in range(2):
        actions.confirm(meeting, COMPANY, sequence=meeting.sequence, by=by, consent="H", now=EARLY)
    assert last_deeds() == [("company-owner", Deed.CONFIRMED.label)]
    actions.confirm(meeting, STARTUP, sequence=meeting.sequence, by=cast.startup_owner, now=EARLY)
    actions.name_attendees(made, COMPANY, [SATO], by=cast.company_owner)
    assert last_deeds() == []


def test_the_page_says_who_confirmed_through_the_office(cast: Cast, as_user: SignIn, match: Match) -> None:
    made = stories.agreed(match, cast.company_owner)
    meeting = actions.book_free_time(made, stories.at(4), by=cast.officer, now=EARLY)
    actions.confirm(meeting, COMPANY, sequence=0, by=cast.officer, consent="By telephone", now=EARLY)
    page = words(as_user(cast.startup_owner).get(path("detail", pk=made.pk)))
    assert page.count("through the programme office.") == 1
    assert "By telephone" not in page
    assert Meeting.objects.get().confirmations.get().consent == "By telephone"


# The database has the last word


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"asked_for": "startup", "asked_side": "company"}, "request_of_startup_by_staff"),
        ({"asked_for": "staff"}, "request_of_startup_by_staff"),
    ],
)
def test_only_staff_ask_for_a_startup(cast: Cast, match: Match, change: Any, name: str) -> None:
    stories.asked(match, cast.company_owner)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        MeetingRequest.objects.update(**change)


def test_whoever_asked_does_not_decline_its_own_wish(cast: Cast, match: Match) -> None:
    made = for_startup(match, cast)
    assert [rules.may_decline(made, side) for side in rules.SIDES] == [True, False]
    assert [rules.may_withdraw(made, side) for side in rules.SIDES] == [False, True]
    assert [rules.may_name_attendees(made, side) for side in rules.SIDES] == [False, True]
    with pytest.raises(TransitionNotAllowed):
        actions.accept(made, side=STARTUP, by=cast.startup_owner)
