"""Each deed of research tells exactly the right people, in their language, and leads each to a page they may open."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import pytest
from django.test import Client
from django.utils import translation
from post_office.models import Email

from accounts.models import User
from matchmaking.core.models import Notice
from matchmaking.core.notices import Event, path
from matchmaking.core.transitions import TransitionNotAllowed
from matchmaking.matches.models import Match
from research import actions
from research.actions.reminders import EVENTS
from research.models import AdviceRequest, Commission, Conflict, Expert
from tests import factories
from tests.conftest import Cast
from tests.meetings import stories
from tests.meetings.pages import told
from tests.research import works
from tests.told import fact, read

pytestmark = pytest.mark.django_db
FIRM = ["company-member", "company-owner"]
OFFICE = ["administrator", "officer"]
EXPERT = ["expert"]
UNMAILED = {Event.RESEARCH_ASKED, Event.RESEARCH_ACCEPTED, Event.ADVICE_GIVEN}
WHY = "There is a report on this."
READERS = ("company_owner", "officer", "expert")  # who reads Japanese; the others read English


@dataclass
class Scene:
    """What a deed is done to."""

    cast: Cast
    match: Match
    made: Commission | None = None
    asked: AdviceRequest | None = None

    @property
    def research(self) -> Commission:
        assert self.made is not None
        return self.made

    @property
    def advice(self) -> AdviceRequest:
        assert self.asked is not None
        return self.asked


def opinions(asked: AdviceRequest) -> dict[str, actions.Opinion]:
    return {name: actions.Opinion(4, "Sound") for name in asked.criteria()}


def remarks() -> list[actions.Remark]:
    return [actions.Remark("summary", 1, "Say by when"), actions.Remark("risks", 1, "Which currency?")]


# By how far a commission has come, what was done before.
UNTIL: dict[str, Callable[[Commission, Cast], Any]] = {
    "requested": lambda _made, _c: None,
    "offered": lambda made, c: works.offered(made, c.expert, c.officer),
    "accepted": lambda made, c: works.accepted(made, c.expert, c.officer),
    "written": lambda made, c: works.written(works.accepted(made, c.expert, c.officer), c.expert),
    "delivered": lambda made, c: works.delivered(works.accepted(made, c.expert, c.officer), c.expert),
}


def the_scene(cast: Cast, *, until: str = "", by: str = "company_owner") -> Scene:
    """Quiet: what was told before is gone."""
    scene = Scene(cast, stories.match_of(cast.company, cast.startup))
    if until == "advice":
        scene.asked = works.advice_asked(cast.startup, cast.expert, cast.officer)
    elif until:
        scene.made = works.asked(scene.match, getattr(cast, by))
        UNTIL[until](scene.research, cast)
    Notice.objects.all().delete()
    Email.objects.all().delete()
    return scene


def expert_of(scene: Scene) -> Expert:
    return Expert.objects.select_related("user").get(user=scene.cast.expert)


Deed = Callable[[Scene], Any]
DEEDS: dict[str, Deed] = {
    "ask": lambda s: works.asked(s.match, s.cast.company_member),
    "order": lambda s: works.asked(s.match, s.cast.officer),
    "assign": lambda s: works.offered(s.research, s.cast.expert, s.cast.officer),
    "accept": lambda s: actions.accept(s.research, by=s.cast.expert),
    "refuse": lambda s: actions.refuse(s.research, reason="time", by=s.cast.expert),
    "cancel": lambda s: actions.cancel(s.research, reason=WHY, by=s.cast.officer),
    "write": lambda s: works.written(s.research, s.cast.expert),
    "name": lambda s: actions.add_candidate(s.research, s.cast.startup, reason="Fits", by=s.cast.expert),
    "remove": lambda s: actions.remove(s.research.figures.earliest("pk"), by=s.cast.expert),
    "deliver": lambda s: actions.deliver(s.research, by=s.cast.expert),
    "return": lambda s: actions.return_report(s.research, remarks(), by=s.cast.officer),
    "publish": lambda s: actions.publish_report(s.research, by=s.cast.officer),
    "ask_advice": lambda s: works.advice_asked(s.cast.startup, s.cast.expert, s.cast.officer, s.cast.company),
    "give": lambda s: actions.give_assessment(s.advice, opinions(s.advice), by=s.cast.expert),
    "decline": lambda s: actions.decline_assessment(s.advice, reason="other", text=WHY, by=s.cast.expert),
    "take_back": lambda s: actions.take_back_advice_request(s.advice, by=s.cast.officer),
    "describe": lambda s: actions.describe(s.cast.expert, {"biography": "Tills."}, by=s.cast.expert),
    "declare": lambda s: actions.declare_conflict(
        expert_of(s), s.cast.startup.organisation, reason="Shares", by=s.cast.expert
    ),
    "let_be": lambda s: actions.take_back_conflict(
        Conflict.objects.create(expert=expert_of(s), organisation=s.cast.startup.organisation),
        by=s.cast.officer,
    ),
}
# The deed, how far it had come before, who had asked for it, and who is told of what.
TELLS: list[tuple[str, str, str, dict[Event, list[str]]]] = [
    ("ask", "", "", {Event.RESEARCH_ASKED: OFFICE}),
    ("order", "", "", {}),
    ("assign", "requested", "company_owner", {Event.RESEARCH_OFFERED: EXPERT, Event.RESEARCH_GRANTED: FIRM}),
    ("assign", "requested", "officer", {Event.RESEARCH_OFFERED: EXPERT}),
    ("accept", "offered", "company_owner", {Event.RESEARCH_ACCEPTED: OFFICE}),
    ("accept", "offered", "officer", {Event.RESEARCH_ACCEPTED: OFFICE}),
    ("refuse", "offered", "company_owner", {Event.RESEARCH_REFUSED: OFFICE}),
    ("cancel", "requested", "company_owner", {Event.RESEARCH_DECLINED: FIRM}),
    ("cancel", "requested", "officer", {}),
    ("cancel", "offered", "company_owner", {Event.RESEARCH_CANCELLED: EXPERT, Event.RESEARCH_DECLINED: FIRM}),
    ("cancel", "offered", "officer", {Event.RESEARCH_CANCELLED: EXPERT}),
    (
        "cancel",
        "delivered",
        "company_owner",
        {Event.RESEARCH_CANCELLED: EXPERT, Event.RESEARCH_DECLINED: FIRM},
    ),
    ("write", "accepted", "company_owner", {}),
    ("name", "accepted", "company_owner", {}),
    ("remove", "written", "company_owner", {}),
    ("deliver", "written", "company_owner", {Event.RESEARCH_DELIVERED: OFFICE}),
    ("return", "delivered", "company_owner", {Event.RESEARCH_RETURNED: EXPERT}),
    ("publish", "delivered", "company_owner", {Event.RESEARCH_PUBLISHED: FIRM}),
    ("publish", "delivered", "officer", {Event.RESEARCH_PUBLISHED: FIRM}),
    ("ask_advice", "", "", {Event.ADVICE_ASKED: EXPERT}),
    ("give", "advice", "", {Event.ADVICE_GIVEN: OFFICE}),
    ("decline", "advice", "", {Event.ADVICE_DECLINED: OFFICE}),
    ("take_back", "advice", "", {}),
    ("describe", "", "", {}),
    ("declare", "", "", {}),
    ("declare", "offered", "company_owner", {Event.RESEARCH_REFUSED: OFFICE}),
    ("declare", "accepted", "officer", {Event.RESEARCH_REFUSED: OFFICE}),
    ("declare", "delivered", "officer", {}),
    ("declare", "advice", "", {Event.ADVICE_DECLINED: OFFICE}),
    ("let_be", "", "", {}),
]


@pytest.mark.parametrize(("deed", "until", "by", "tells"), TELLS)
def test_a_deed_tells_these_and_nobody_else(
    deed: str, until: str, by: str, tells: dict[Event, list[str]], cast: Cast
) -> None:
    scene = the_scene(cast, until=until, by=by)
    DEEDS[deed](scene)
    assert told(*Event) == tells


def test_each_event_of_research_is_told_by_a_deed_that_is_tried_here() -> None:
    own = {event for event in Event if event.startswith(("research_", "advice_"))}
    tried = {event for *_rest, tells in TELLS for event in tells}
    leaving = {Event.RESEARCH_BACK, Event.RESEARCH_ENDED}  # test_leaving.py
    reminding = {event for events in EVENTS.values() for event in events}  # test_reminders.py
    assert tried | leaving | reminding == own


def test_a_report_that_is_delivered_again_is_told_again(cast: Cast) -> None:
    scene = the_scene(cast, until="delivered")
    for deed in ("return", "deliver", "return", "deliver"):
        DEEDS[deed](scene)
    twice = {Event.RESEARCH_RETURNED: EXPERT * 2, Event.RESEARCH_DELIVERED: sorted(OFFICE * 2)}
    assert told(*Event) == twice


def test_a_second_expert_hears_what_the_first_refused_and_the_first_hears_no_more(cast: Cast) -> None:
    scene = the_scene(cast, until="offered")
    DEEDS["refuse"](scene)
    Notice.objects.all().delete()
    second = factories.ExpertFactory(user__name="second").user
    works.accepted(scene.research, second, cast.officer)
    DEEDS["cancel"](scene)
    assert told(Event.RESEARCH_OFFERED, Event.RESEARCH_CANCELLED) == {
        Event.RESEARCH_OFFERED: ["second"],
        Event.RESEARCH_CANCELLED: ["second"],
    }
    assert not Notice.objects.filter(recipient=cast.expert).exists()


@pytest.mark.parametrize(
    ("deed", "until", "left"),
    [
        ("ask", "", ["officer"]),
        ("accept", "offered", ["officer"]),
        ("deliver", "written", ["officer"]),
        ("publish", "delivered", ["company-owner"]),
        ("give", "advice", ["officer"]),
    ],
)
def test_whoever_may_no_longer_sign_in_is_not_told(
    deed: str, until: str, left: list[str], cast: Cast
) -> None:
    User.objects.filter(name__in=["company-member", "administrator"]).update(is_active=False)
    scene = the_scene(cast, until=until)
    DEEDS[deed](scene)
    assert list(told(*Event).values()) == [left]


NUMBER = "NUMBER"
# The deed, how far it had come, one who reads it, and what they read.
READ: list[tuple[str, str, str, str]] = [
    ("ask", "", "officer", "企業から市場調査の依頼がありました（No. NUMBER）"),
    ("ask", "", "administrator", "A firm asks for market research (no. NUMBER)"),
    ("assign", "requested", "expert", "事務局から市場調査のお願いがあります（No. NUMBER）"),
    ("assign", "requested", "company-owner", "調査依頼（No. NUMBER）が承認されました"),
    ("assign", "requested", "company-member", "Your research (no. NUMBER) has been granted"),
    ("accept", "offered", "officer", "expertさんが調査（No. NUMBER）を引き受けました"),
    ("accept", "offered", "administrator", "expert has accepted research no. NUMBER"),
    ("refuse", "offered", "officer", "expertさんが調査（No. NUMBER）を辞退しました"),
    ("refuse", "offered", "administrator", "expert has refused research no. NUMBER"),
    ("cancel", "accepted", "expert", "調査（No. NUMBER）は中止になりました"),
    ("cancel", "accepted", "company-owner", "調査依頼（No. NUMBER）は見送りとなりました"),
    ("cancel", "accepted", "company-member", "Your research (no. NUMBER) will not be done"),
    ("deliver", "written", "officer", "調査（No. NUMBER）の報告書が届きました"),
    ("deliver", "written", "administrator", "The report of research no. NUMBER is there"),
    ("return", "delivered", "expert", "報告書（No. NUMBER）がコメント付きで差し戻されました"),
    ("publish", "delivered", "company-owner", "市場調査の報告書が届きました（No. NUMBER）"),
    ("publish", "delivered", "company-member", "A research report for you is there (no. NUMBER)"),
    ("ask_advice", "", "expert", "事務局から評価のお願いがあります（No. NUMBER）"),
    ("give", "advice", "officer", "expertさんが評価を提出しました（No. NUMBER）"),
    ("give", "advice", "administrator", "expert has given an assessment (no. NUMBER)"),
    ("decline", "advice", "officer", "expertさんが評価を辞退しました（No. NUMBER）"),
    ("decline", "advice", "administrator", "expert gives no assessment (no. NUMBER)"),
]


@pytest.fixture
def readers(cast: Cast) -> Cast:
    """The cast, of whom some read Japanese."""
    for name in READERS:
        person = getattr(cast, name)
        person.language = "ja"
        person.save()
    return cast


def number_of(scene: Scene) -> str:
    found = scene.asked or scene.made or Commission.objects.first() or AdviceRequest.objects.get()
    return str(found.pk)


@pytest.mark.parametrize(("deed", "until", "reader", "says"), READ)
def test_each_reads_it_in_their_own_language(
    deed: str, until: str, reader: str, says: str, readers: Cast
) -> None:
    scene = the_scene(readers, until=until)
    DEEDS[deed](scene)
    notice = Notice.objects.get(recipient__name=reader)
    assert read(notice).split("\n")[0] == says.replace(NUMBER, number_of(scene))


@pytest.mark.parametrize("reader", ["expert", "company-owner", "company-member"])
def test_the_office_s_reason_for_ending_it_is_read_by_both_as_it_was_written(
    reader: str, readers: Cast
) -> None:
    scene = the_scene(readers, until="accepted")
    DEEDS["cancel"](scene)
    notice = Notice.objects.get(recipient__name=reader)
    assert (fact(notice, "reason"), WHY in read(notice)) == (WHY, True)


@pytest.mark.parametrize(("deed", "until"), [("refuse", "offered"), ("decline", "advice")])
def test_why_an_expert_said_no_stands_on_the_office_s_page_and_not_in_the_notice(
    deed: str, until: str, cast: Cast
) -> None:
    """Notices go out by mail; what an expert says of an interest does not."""
    scene = the_scene(cast, until=until)
    if deed == "refuse":
        actions.refuse(scene.research, reason="conflict", text=WHY, by=cast.expert)
    else:
        DEEDS[deed](scene)
    assert [WHY in read(notice) for notice in Notice.objects.all()] == [False, False]
    assert [WHY in mail.message for mail in Email.objects.all()] == [False, False]


@pytest.mark.parametrize(
    ("deed", "until", "by"), [(deed, until, by) for deed, until, by, tells in TELLS if tells]
)
def test_all_is_mailed_but_what_only_keeps_the_office_up_to_date(
    deed: str, until: str, by: str, cast: Cast
) -> None:
    scene = the_scene(cast, until=until, by=by)
    DEEDS[deed](scene)
    mailed = sorted(n.recipient.email for n in Notice.objects.all() if n.event not in UNMAILED)
    assert sorted(mail.to[0] for mail in Email.objects.all()) == mailed


def test_whoever_wants_no_mail_has_the_notice_alone(cast: Cast) -> None:
    User.objects.filter(name="company-owner").update(notices_by_mail=False)
    scene = the_scene(cast, until="delivered")
    DEEDS["publish"](scene)
    assert told(*Event) == {Event.RESEARCH_PUBLISHED: FIRM}
    assert [mail.to for mail in Email.objects.all()] == [[cast.company_member.email]]


@pytest.mark.parametrize(
    ("deed", "until", "by"), [(deed, until, by) for deed, until, by, tells in TELLS if tells]
)
def test_each_notice_leads_to_a_page_that_its_reader_may_open(
    deed: str, until: str, by: str, readers: Cast, as_user: Callable[[User], Client]
) -> None:
    scene = the_scene(readers, until=until, by=by)
    DEEDS[deed](scene)
    for notice in Notice.objects.select_related("recipient"):
        with translation.override(notice.recipient.language):
            address = path(notice)
        leads = notice.event != Event.RESEARCH_CANCELLED
        assert address.startswith(f"/{notice.recipient.language}/") is leads
        if leads:
            assert as_user(notice.recipient).get(address).status_code == 200


@pytest.mark.parametrize(
    ("deed", "until"),
    [
        ("accept", "offered"),
        ("refuse", "offered"),
        ("deliver", "written"),
        ("give", "advice"),
        ("publish", "delivered"),
    ],
)
def test_what_a_firm_is_told_never_names_the_expert(deed: str, until: str, cast: Cast) -> None:
    User.objects.filter(pk=cast.expert.pk).update(name="Kanbara Itsuki")
    cast.expert.refresh_from_db()
    scene = the_scene(cast, until=until)
    DEEDS[deed](scene)
    heard = [
        read(notice)
        for notice in Notice.objects.filter(recipient__in=[cast.company_owner, cast.company_member])
    ]
    assert len(heard) == (2 if deed == "publish" else 0)
    assert not any("Kanbara" in text for text in heard)


@pytest.mark.parametrize("deed", ["accept", "refuse", "deliver", "return", "publish", "cancel", "assign"])
def test_a_deed_that_is_refused_tells_nobody(deed: str, cast: Cast) -> None:
    """It is over already: whoever still sees an old page presses a button."""
    scene = the_scene(cast, until="accepted")
    works.delivered(scene.research, cast.expert)
    DEEDS["publish"](scene)
    Notice.objects.all().delete()
    Email.objects.all().delete()
    with pytest.raises(TransitionNotAllowed):
        DEEDS[deed](scene)
    assert (told(*Event), Email.objects.count()) == ({}, 0)
