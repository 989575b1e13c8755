"""A booked meeting gets a new time by a proposal: chosen from what is free, looked over, agreed, or taken meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction

from accounts.models import Organisation, User
from matchmaking.core.models import AuditEvent, Notice
from matchmaking.core.transitions import TransitionNotAllowed
from matchmaking.matches.enums import Side
from meetings import actions, new_times, rules
from meetings.actions import Terms
from meetings.enums import ProposalStatus, RequestStatus
from meetings.models import BookingSeat, Meeting, MeetingRequest, Proposal, open_proposal
from tests import factories
from tests.conftest import Cast
from tests.meetings import stories
from tests.meetings.pages import LANGUAGES, SignIn, links, path, queries, said, source, told, words

pytestmark = pytest.mark.django_db
EARLY = stories.at(0, day=8)
BOOKED, NEW, OTHER = stories.at(4, day=11), stories.at(5, day=12), stories.at(6, day=12)
COMPANY, STARTUP = Side.COMPANY, Side.STARTUP
TAKEN = (
    "This time is no longer free on both sides for what you wish above. Nothing has been sent: choose one of those"
    " below."
)
LENGTH, DAY = timedelta(minutes=45), timedelta(days=1)


@pytest.fixture
def meeting(cast: Cast) -> Meeting:
    return booked(
        stories.agreed(stories.match_of(cast.company, cast.startup), cast.company_owner), BOOKED, cast
    )


def booked(made: MeetingRequest, start: datetime, cast: Cast) -> Meeting:
    return actions.book_free_time(
        made, start, by=cast.officer, link="https://video.example/1", now=EARLY - 20 * DAY
    )


def taken(start: datetime, cast: Cast) -> Meeting:
    """The firm meets somebody else then."""
    match = stories.match_of(cast.company, factories.StartupFactory())
    return booked(stories.agreed(match, cast.company_owner), start, cast)


def terms(start: datetime | None = NEW, **more: Any) -> Terms:
    return Terms(**{"minutes": 45, "language": "en", "interpreter_wanted": False, **more}, start=start)


def propose(meeting: Meeting, cast: Cast, wish: Terms | None = None, **more: Any) -> Proposal:
    more = {"by": cast.startup_owner, "now": EARLY, **more}
    return actions.propose(meeting.request, STARTUP, wish or terms(), **more)


def agree(meeting: Meeting, cast: Cast, **more: Any) -> None:
    actions.agree_to_change(meeting.request, COMPANY, **{"by": cast.company_owner, "now": EARLY, **more})


def as_it_stands(meeting: Meeting) -> tuple[Any, ...]:
    found = Meeting.objects.select_related("request").get(pk=meeting.pk)
    seats = sorted({each.period.lower for each in BookingSeat.objects.blocking().filter(meeting=meeting)})
    return found.starts_at, found.ends_at, found.sequence, seats, found.request.minutes, found.request.status


def test_the_meeting_moves_when_the_other_side_agrees_and_not_before(cast: Cast, meeting: Meeting) -> None:
    for side, by in ((COMPANY, cast.company_owner), (STARTUP, cast.startup_owner)):
        actions.confirm(meeting, side, sequence=0, by=by, now=EARLY)
    before = as_it_stands(meeting)
    Notice.objects.all().delete()
    made = propose(meeting, cast, terms(minutes=60))
    assert as_it_stands(meeting) == before
    assert before[5] == RequestStatus.CONFIRMED
    assert (made.start, made.start_before) == (NEW, BOOKED)
    assert told("proposed_new_time", "proposed_otherwise") == {
        "proposed_new_time": ["company-member", "company-owner"]
    }
    facts = Notice.objects.get(recipient=cast.company_owner).params
    assert facts["when"] == {"span": [NEW.isoformat(), (NEW + timedelta(hours=1)).isoformat()]}
    assert facts["before"] == {"span": [BOOKED.isoformat(), (BOOKED + LENGTH).isoformat()]}
    agree(meeting, cast)
    end = NEW + timedelta(hours=1)
    assert as_it_stands(meeting) == (NEW, end, 1, [NEW], 60, RequestStatus.SCHEDULED)
    after = Meeting.objects.get()
    assert (after.uid, after.link) == (meeting.uid, "https://video.example/1")
    assert Proposal.objects.get().status == ProposalStatus.AGREED
    moved = told("meeting_changed", "meeting_moved", "proposal_agreed")
    assert sorted(moved) == ["meeting_changed", "proposal_agreed"]
    both = {"company-member", "company-owner", "startup-member", "startup-owner"}
    assert both <= set(moved["meeting_changed"])
    row = AuditEvent.objects.get(action="meeting.moved")
    assert (row.actor_id, row.detail["after"]) == (cast.company_owner.pk, NEW.isoformat())


def test_kept_as_agreed_taken_back_or_lapsed_it_stays_where_it_is(cast: Cast, meeting: Meeting) -> None:
    before = as_it_stands(meeting)
    made = propose(meeting, cast)
    actions.refuse_change(meeting.request, COMPANY, by=cast.company_owner, now=EARLY)
    propose(meeting, cast)
    with pytest.raises(TransitionNotAllowed):
        actions.take_back(meeting.request, COMPANY, by=cast.company_owner, now=EARLY)
    with pytest.raises(actions.AnsweredMeanwhile):
        actions.take_back(meeting.request, STARTUP, seen=f"scheduled-{made.pk}", by=cast.startup_owner)
    actions.take_back(meeting.request, STARTUP, by=cast.startup_member, now=EARLY)
    assert told("change_taken_back") == {"change_taken_back": ["company-member", "company-owner"]}
    last = propose(meeting, cast)
    assert actions.lapse_changes(now=last.reply_by + timedelta(seconds=1)) == 1
    states = list(Proposal.objects.values_list("status", flat=True))
    assert states == ["refused", "taken_back", "lapsed"]
    assert as_it_stands(meeting) == before


def test_an_answer_is_due_a_day_before_the_earlier_of_the_two_times(cast: Cast, meeting: Meeting) -> None:
    sooner = stories.at(5, day=10)
    assert propose(meeting, cast, terms(sooner)).reply_by == sooner - DAY
    actions.take_back(meeting.request, STARTUP, by=cast.startup_owner, now=EARLY)
    assert propose(meeting, cast).reply_by == BOOKED - DAY


def test_only_what_is_free_on_both_sides_and_leaves_a_day_to_answer_can_be_proposed(
    cast: Cast, meeting: Meeting
) -> None:
    other = taken(stories.at(2, day=12), cast)
    soonest = stories.at(4, day=10)
    offered = {
        each.start for each in new_times.times_instead(meeting.request, EARLY.date(), now=soonest - 2 * DAY)
    }
    assert {NEW, soonest, BOOKED + timedelta(minutes=30)} <= offered
    assert min(offered) == soonest
    assert not offered & {BOOKED, other.starts_at, other.ends_at, stories.at(5, day=14)}
    for start in (BOOKED, other.starts_at, stories.at(5, day=14), NEW + timedelta(minutes=5), EARLY - DAY):
        with pytest.raises(actions.DoubleBooking):
            propose(meeting, cast, terms(start))
    with pytest.raises(actions.DoubleBooking):
        propose(meeting, cast, terms(soonest), now=soonest - 2 * DAY + timedelta(seconds=1))
    assert Proposal.objects.count() == 0


def test_the_time_is_free_for_what_else_is_wished(cast: Cast, meeting: Meeting) -> None:
    taken(NEW + timedelta(hours=1), cast)
    with pytest.raises(actions.DoubleBooking):
        propose(meeting, cast, terms(minutes=60))
    with pytest.raises(actions.DoubleBooking):
        propose(meeting, cast, terms(OTHER + timedelta(hours=1), interpreter_wanted=True))
    interpreter = stories.interpreter("en")
    propose(meeting, cast, terms(OTHER + timedelta(hours=1), interpreter_wanted=True))
    agree(meeting, cast)
    found = Meeting.objects.get(pk=meeting.pk)
    assert (found.starts_at, found.interpreter) == (OTHER + timedelta(hours=1), interpreter)


@pytest.mark.parametrize("status", [RequestStatus.REQUESTED, RequestStatus.ACCEPTED])
def test_without_a_booked_time_there_is_none_to_change(cast: Cast, as_user: SignIn, status: str) -> None:
    made = stories.asked(stories.match_of(cast.company, cast.startup), cast.company_owner)
    if status == RequestStatus.ACCEPTED:
        actions.accept(made, by=cast.startup_owner)
    made = MeetingRequest.objects.with_parties().get()
    with pytest.raises(TransitionNotAllowed):
        actions.propose(made, STARTUP, terms(), by=cast.startup_owner, now=EARLY)
    page = as_user(cast.startup_owner).get(path("propose", pk=made.pk))
    assert 'name="start"' not in source(page)
    as_user(cast.startup_owner).post(
        path("propose", pk=made.pk),
        {"minutes": "60", "language": "en", "start": NEW.isoformat(), "seen": f"{status}-0"},
    )
    assert Proposal.objects.get().start is None


def test_a_side_gets_no_more_meetings_in_a_month_than_it_takes_on_but_by_staff(
    cast: Cast, meeting: Meeting, as_user: SignIn
) -> None:
    july = datetime.fromisoformat("2031-07-03T05:00+00:00")
    taken(july + DAY, cast)
    Organisation.objects.filter(pk=cast.company.pk).update(monthly_meeting_limit=1)
    meeting = Meeting.objects.get(pk=meeting.pk)
    with pytest.raises(actions.MonthFull):
        propose(meeting, cast, terms(july))
    page = send(as_user(cast.startup_owner), meeting, start=july.isoformat())
    assert "takes on no more meetings in" in words(page)
    propose(meeting, cast, terms(july), by=cast.officer, consent="By mail")
    with pytest.raises(actions.MonthFull):
        agree(meeting, cast)
    answer = send(as_user(cast.company_owner), meeting, "agree", follow=True)
    assert "Your meetings in July 2031: 1 of at most 1 a month." in answer.content.decode()
    assert as_it_stands(meeting)[0] == BOOKED
    agree(meeting, cast, by=cast.officer, consent="By mail")
    assert as_it_stands(meeting)[0] == july


# When the time was taken meanwhile


def test_a_time_that_was_taken_meanwhile_changes_nothing_and_others_are_offered(
    cast: Cast, meeting: Meeting, as_user: SignIn
) -> None:
    propose(meeting, cast, terms(minutes=30, remark="The train"))
    before = as_it_stands(meeting)
    taken(NEW, cast)
    with pytest.raises(actions.DoubleBooking):
        agree(meeting, cast)
    client = as_user(cast.company_owner)
    answer = send(client, meeting, "agree", follow=True)
    assert answer.redirect_chain == [(f"{path('propose', pk=meeting.request_id)}?from=2031-06-12", 302)]
    assert "The proposed time has been taken meanwhile." in answer.content.decode()
    assert answer.context["form"]["minutes"].value() == 30
    assert f'value="{NEW.isoformat()}"' not in source(answer)
    assert f'value="{OTHER.isoformat()}"' in source(answer)
    assert as_it_stands(meeting) == before
    assert open_proposal(meeting.request) == Proposal.objects.get()
    send(client, meeting, minutes="30", start=OTHER.isoformat(), send="1")
    back = open_proposal(meeting.request)
    assert back is not None
    assert (back.side, back.start, back.minutes) == (COMPANY, OTHER, 30)
    actions.agree_to_change(meeting.request, STARTUP, by=cast.startup_owner, now=EARLY)
    assert as_it_stands(meeting)[0] == OTHER


def race(*deeds: Callable[[], object]) -> list[str]:
    """All at the same moment; what went wrong, by its name."""
    start, lost = Barrier(len(deeds)), []

    def press(deed: Callable[[], object]) -> None:
        try:
            start.wait()
            deed()
        except Exception as error:
            lost.append(type(error).__name__)
        finally:
            connection.close()

    threads = [Thread(target=press, args=(deed,)) for deed in deeds]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    return lost


@pytest.mark.django_db(transaction=True)
def test_of_two_who_agree_at_once_one_moves_it_and_of_two_who_want_the_time_one_gets_it(cast: Cast) -> None:
    made = stories.agreed(stories.match_of(cast.company, cast.startup), cast.company_owner)
    meeting = booked(made, BOOKED, cast)
    propose(meeting, cast)
    seen = rules.standing(MeetingRequest.objects.get(), open_proposal(made))

    def by(person: User) -> Callable[[], None]:
        return lambda: agree(meeting, cast, by=person, seen=seen)

    assert race(by(cast.company_owner), by(cast.company_member)) == ["AnsweredMeanwhile"]
    assert as_it_stands(meeting)[:4] == (NEW, NEW + LENGTH, 1, [NEW])
    rival = stories.agreed(stories.match_of(cast.company, factories.StartupFactory()), cast.company_owner)
    propose(meeting, cast, terms(OTHER + timedelta(hours=1)))
    lost = race(lambda: agree(meeting, cast), lambda: booked(rival, OTHER + timedelta(hours=1), cast))
    assert lost == ["DoubleBooking"]
    moved = as_it_stands(meeting)[0] == OTHER + timedelta(hours=1)
    assert moved is not Meeting.objects.filter(request=rival).exists()
    assert (open_proposal(made) is None) is moved


@pytest.mark.parametrize(
    "change",
    [
        {"start_before": None},
        {"start": None},
        {"start": EARLY},
        {"start": EARLY - DAY},
        {"start": BOOKED},
    ],
)
def test_the_database_refuses_a_new_time_of_nothing_or_of_the_past(
    cast: Cast, meeting: Meeting, change: dict[str, Any]
) -> None:
    propose(meeting, cast)
    with (
        pytest.raises(IntegrityError, match="proposal_new_time_of_a_booked_meeting"),
        transaction.atomic(),
    ):
        Proposal.objects.update(**change)


# Pages


def send(client: Any, meeting: Meeting, page: str = "propose", *, follow: bool = False, **typed: str) -> Any:
    """The form as a browser sends it, with what stands in it unless something else is typed."""
    request = MeetingRequest.objects.get(pk=meeting.request_id)
    seen = rules.standing(request, open_proposal(request))
    typed = {"minutes": "45", "language": "en", "seen": seen, **typed}
    return client.post(path(page, pk=request.pk), typed, follow=follow)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_side_chooses_on_its_clock_and_looks_over_both_before_it_sends(
    cast: Cast, meeting: Meeting, as_user: SignIn, language: str
) -> None:
    client, pk = as_user(cast.startup_owner), meeting.request_id
    address = path("propose", language=language, pk=pk)
    shown = client.get(address)
    city = "東京" if language == "ja" else "Tokyo"
    assert f"13:00–13:45 {city} 14:00" in words(shown)
    typed = {
        "minutes": "60",
        "language": "en",
        "remark": "The train",
        "start": NEW.isoformat(),
        "seen": shown.context["form"]["seen"].value(),
        "from": "2031-06-09",
    }
    check = client.post(address, typed)
    page = words(check)
    assert said("Nothing has been sent yet.", language) in page
    clocks = ["12:00–12:45", "13:00–14:00", "13:00–13:45", "14:00–15:00"]
    clocks = [each.replace("–", "〜") for each in clocks] if language == "ja" else clocks
    assert [each for each in clocks if each not in page] == []
    assert Proposal.objects.count() == 0
    assert f'name="start" value="{NEW.isoformat()}"' in source(check).replace("&#x2B;", "+")
    changed = client.post(address, {**typed, "change": "1"})
    assert changed.context["form"]["remark"].value() == "The train"
    assert changed.context["chosen"] == NEW.isoformat()
    assert client.post(address, {**typed, "send": "1"}).status_code == 302
    assert Proposal.objects.get().start == NEW
    for reader in (cast.company_owner, cast.startup_owner, cast.officer):
        talk = words(as_user(reader).get(path("detail", language=language, pk=pk)))
        assert [each for each in clocks if each not in talk] == []
    agreeing = as_user(cast.company_owner).get(path("agree", language=language, pk=pk))
    assert [each for each in clocks if each not in words(agreeing)] == []


def test_other_weeks_and_other_wishes_lose_nothing_that_was_typed(
    cast: Cast, meeting: Meeting, as_user: SignIn
) -> None:
    client = as_user(cast.startup_owner)
    later = send(client, meeting, minutes="60", weeks="July", start=NEW.isoformat(), show="2031-06-16")
    assert later.context["form"]["weeks"].value() == "July"
    assert (later.context["chosen"], later.context["first"].isoformat()) == (NEW.isoformat(), "2031-06-16")
    assert "14:00–15:00" in words(later)  # an hour now, as is wished
    assert "Wed 18 June 2031" in words(later)
    assert "Thu 12 June 2031" in words(later)  # where the chosen one lies
    none = send(client, meeting, interpreter_wanted="on", show="2031-06-02")
    assert "No time suits both sides in these two weeks." in words(none)
    assert none.context["form"]["interpreter_wanted"].value() is True
    for odd in ("9999-12-31", "0001-01-01", "soon"):
        assert send(client, meeting, show=odd).status_code == 200
    assert Proposal.objects.count() == 0


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_time_that_is_not_offered_is_told_at_its_field(
    cast: Cast, meeting: Meeting, as_user: SignIn, language: str
) -> None:
    client = as_user(cast.startup_owner)
    address = path("propose", language=language, pk=meeting.request_id)
    seen = rules.standing(MeetingRequest.objects.get(), None)
    for start in (
        BOOKED.isoformat(),
        stories.at(20, day=12).isoformat(),
        "2031-06-05T05:00",
        "soon",
        "9999-12-31T23:00+00:00",
    ):
        answer = client.post(
            address, {"minutes": "60", "language": "en", "remark": "Why", "start": start, "seen": seen}
        )
        (told_,) = answer.context["form"].errors["start"]
        assert told_ == said(TAKEN, language)
        assert words(answer).count(told_) == 2
        assert 'href="#id_start"' in source(answer)
        assert answer.context["form"]["remark"].value() == "Why"
    assert Proposal.objects.count() == 0


def test_an_old_page_and_whoever_proposed_itself_gets_no_further(
    cast: Cast, meeting: Meeting, as_user: SignIn
) -> None:
    propose(meeting, cast)
    client = as_user(cast.company_owner)
    stale = send(client, meeting, start=OTHER.isoformat(), seen="scheduled-0", follow=True)
    assert "has answered meanwhile" in stale.content.decode()
    own = as_user(cast.startup_owner)
    codes = [
        send(own, meeting, start=OTHER.isoformat(), **more).status_code
        for more in ({}, {"show": "2031-06-02"}, {"send": "1"})
    ]
    assert codes == [409, 409, 409]
    assert Proposal.objects.count() == 1


def test_a_counter_proposal_begins_with_the_time_that_was_proposed(
    cast: Cast, meeting: Meeting, as_user: SignIn
) -> None:
    propose(meeting, cast)
    client = as_user(cast.company_owner)
    assert client.get(path("propose", pk=meeting.request_id)).context["chosen"] == NEW.isoformat()
    same = send(client, meeting, start=NEW.isoformat())
    assert "Nothing differs from what stands now." in words(same)
    keeps = send(client, meeting, start="")
    assert "It keeps its time:" in words(keeps)
    send(client, meeting, start="", send="1")
    assert [(each.side, each.start, each.status) for each in Proposal.objects.all()] == [
        ("startup", NEW, "replaced"),
        ("company", None, "open"),
    ]


def test_whoever_proposed_takes_it_back_on_a_page_of_its_own(
    cast: Cast, meeting: Meeting, as_user: SignIn
) -> None:
    propose(meeting, cast)
    own, pk = path("take_back", pk=meeting.request_id), meeting.request_id
    assert own in links(as_user(cast.startup_owner).get(path("detail", pk=pk)))
    assert own not in links(as_user(cast.company_owner).get(path("detail", pk=pk)))
    assert as_user(cast.company_owner).get(own).status_code == 409
    page = as_user(cast.startup_owner).get(own)
    seen = page.context["form"]["seen"].value()
    as_user(cast.startup_owner).post(own, {"seen": seen})
    assert Proposal.objects.get().status == ProposalStatus.TAKEN_BACK
    again = as_user(cast.startup_owner).post(own, {"seen": seen}, follow=True)
    assert "has answered meanwhile" in again.content.decode()
    propose(meeting, cast)
    staff = path("take_back_for", pk=pk, side="startup")
    assert staff in links(as_user(cast.officer).get(path("detail", pk=pk)))
    seen = as_user(cast.officer).get(staff).context["form"]["seen"].value()
    refused = as_user(cast.officer).post(staff, {"seen": seen})
    assert list(refused.context["form"].errors) == ["consent"]
    as_user(cast.officer).post(staff, {"seen": seen, "consent": "By mail"})
    assert open_proposal(meeting.request) is None


def test_staff_choose_on_the_clock_of_the_side_for_which_they_act(
    cast: Cast, meeting: Meeting, as_user: SignIn
) -> None:
    for side, told_ in (("startup", "13:00–13:45 Tokyo 14:00"), ("company", "14:00–14:45 Singapore 13:00")):
        assert told_ in words(
            as_user(cast.officer).get(path("propose_for", pk=meeting.request_id, side=side))
        )


def test_the_page_asks_the_same_however_much_is_booked(cast: Cast, meeting: Meeting, as_user: SignIn) -> None:
    client, address = as_user(cast.company_owner), path("propose", pk=meeting.request_id)
    before = queries(client, address)
    for hour in (1, 3):
        taken(stories.at(hour, day=13), cast)
    assert queries(client, address) == before


def test_agreed_for_a_time_to_which_staff_moved_it_meanwhile_the_rest_is_taken_over(
    cast: Cast, meeting: Meeting
) -> None:
    propose(meeting, cast, terms(minutes=30))
    actions.reschedule(meeting, NEW, reason="The room", by=cast.officer, now=EARLY)
    assert as_it_stands(meeting)[1] == NEW + LENGTH
    agree(meeting, cast)
    end = NEW + timedelta(minutes=30)
    assert as_it_stands(meeting) == (NEW, end, 2, [NEW], 30, RequestStatus.SCHEDULED)


def test_a_longer_meeting_keeps_whoever_has_prepared_to_interpret_it(cast: Cast) -> None:
    who = stories.interpreter("en")
    made = stories.agreed(
        stories.match_of(cast.company, cast.startup), cast.company_owner, interpreter_wanted=True
    )
    meeting = booked(made, BOOKED, cast)
    assert meeting.interpreter == who
    stories.interpreter("en")
    taken_by = stories.agreed(
        stories.match_of(cast.other_company, cast.other_startup),
        cast.other_company_owner,
        interpreter_wanted=True,
    )
    later = booked(taken_by, OTHER - DAY, cast)  # the same day: the second interpreter would be the less busy
    assert later.interpreter != who
    propose(meeting, cast, terms(None, minutes=60, interpreter_wanted=True))
    agree(meeting, cast)
    meeting.refresh_from_db()
    assert (meeting.ends_at, meeting.interpreter) == (BOOKED + timedelta(hours=1), who)
