"""What becomes of research when a firm, a startup or an expert is erased: words go, what was done stays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from accounts.actions.erasing import erase_on_request, erase_organisation
from accounts.erasure.emptying import GONE
from accounts.models import Organisation, User
from matchmaking.core.models import AuditEvent, Notice
from matchmaking.core.transitions import TransitionNotAllowed
from matchmaking.matches.models import ExpertAdvice, Match
from research import actions
from research.finding import ranked
from research.models import (
    AdviceRequest,
    Candidate,
    Commission,
    Conflict,
    Expert,
    Mark,
    MarketFigure,
    Refusal,
    ReportRemark,
    ReportSection,
    ReportVersion,
)
from tests import factories
from tests.conftest import Cast
from tests.meetings import stories
from tests.research import works

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
SIDES = ("company", "startup")
SECRET = "Kuwano valve"
OF_REPORT = (ReportSection, MarketFigure, Candidate, ReportVersion, ReportRemark)


@pytest.fixture
def match(cast: Cast) -> Match:
    return stories.match_of(cast.company, cast.startup)


@pytest.fixture
def elsewhere(cast: Cast) -> Commission:
    """Of another firm and another startup: a report that was published and remarked on."""
    pair = stories.match_of(cast.other_company, cast.other_startup)
    return returned_and_published(works.asked(pair, cast.other_company_owner), cast)


def returned_and_published(made: Commission, cast: Cast) -> Commission:
    works.accepted(made, cast.expert, cast.officer)
    works.delivered(made, cast.expert)
    actions.return_report(made, [actions.Remark("summary", 1, SECRET)], by=cast.officer)
    actions.deliver(made, by=cast.expert)
    actions.publish_report(made, by=cast.officer)
    return made


def erase(organisation: Organisation, by: User) -> None:
    """One that has left before."""
    Organisation.objects.filter(pk=organisation.pk).update(status="withdrawn")
    organisation.refresh_from_db()
    erase_organisation(organisation, by=by, reason="By mail")


def side_of(cast: Cast, side: str) -> Organisation:
    return getattr(cast, side).organisation


def given(asked: AdviceRequest, by: User, reason: str = SECRET) -> ExpertAdvice:
    opinions = {str(name): actions.Opinion(4, reason) for name in asked.criteria()}
    return actions.give_assessment(asked, opinions, by=by)


def counts() -> dict[str, int]:
    return {model.__name__: model._default_manager.count() for model in OF_REPORT}


@pytest.mark.parametrize("side", SIDES)
def test_a_published_report_goes_and_that_there_was_research_stays(
    side: str, match: Match, cast: Cast
) -> None:
    made = returned_and_published(works.asked(match, cast.company_owner, question=SECRET), cast)
    before = Commission.objects.filter(pk=made.pk).values(
        "status", "field", "market", "published_at", "expert"
    )[0]
    erase(side_of(cast, side), cast.administrator)
    made.refresh_from_db()
    assert made.question == GONE
    assert counts() == dict.fromkeys(counts(), 0)
    after = Commission.objects.filter(pk=made.pk).values(*before)[0]
    assert after == before


@pytest.mark.parametrize("side", SIDES)
def test_another_s_research_stays_word_for_word(
    side: str, match: Match, elsewhere: Commission, cast: Cast
) -> None:
    of_elsewhere, version = counts(), ReportVersion.objects.earliest("pk")
    returned_and_published(works.asked(match, cast.company_owner), cast)
    erase(side_of(cast, side), cast.administrator)
    assert counts() == of_elsewhere
    elsewhere.refresh_from_db()
    assert (elsewhere.question, elsewhere.status) == (works.QUESTION, "published")
    assert ReportVersion.objects.get(pk=version.pk).content == version.content
    assert ReportRemark.objects.get().text == SECRET


@pytest.mark.parametrize("side", SIDES)
@pytest.mark.parametrize("state", ["requested", "offered", "accepted", "delivered"])
def test_research_under_way_ends_and_the_expert_is_free_again(
    state: str, side: str, match: Match, cast: Cast
) -> None:
    made = works.asked(match, cast.company_owner)
    if state != "requested":
        works.offered(made, cast.expert, cast.officer)
    if state in ("accepted", "delivered"):
        actions.accept(made, by=cast.expert)
    if state == "delivered":
        works.delivered(made, cast.expert)
    was = Commission.objects.get(pk=made.pk).status
    erase(side_of(cast, side), cast.administrator)
    made.refresh_from_db()
    assert (made.status, made.end_reason) == ("cancelled", GONE)
    assert Expert.objects.with_load().get(user=cast.expert).load == 0
    row = AuditEvent.objects.get(action="commission.cancelled")
    assert (row.actor_id, row.detail) == (cast.administrator.pk, {"before": was})


@pytest.mark.parametrize("side", SIDES)
def test_a_reason_for_which_it_was_cancelled_goes_and_what_had_none_has_none(
    side: str, match: Match, cast: Cast
) -> None:
    cancelled, done = works.asked(match, cast.company_owner), works.asked(match, cast.officer)
    actions.cancel(cancelled, reason=SECRET, by=cast.officer)
    works.published(works.accepted(done, cast.expert, cast.officer), cast.expert, cast.officer)
    erase(side_of(cast, side), cast.administrator)
    ends = dict(Commission.objects.values_list("pk", "end_reason"))
    assert ends == {cancelled.pk: GONE, done.pk: ""}


def test_a_firm_s_question_about_nobody_in_particular_outlives_the_startups(match: Match, cast: Cast) -> None:
    made = works.asked(match, cast.company_owner, match=None)
    works.accepted(made, cast.expert, cast.officer)
    erase(cast.startup.organisation, cast.administrator)
    made.refresh_from_db()
    assert (made.status, made.question, made.is_in_writing) == ("assigned", works.QUESTION, True)


def test_a_startup_that_is_named_in_a_report_in_writing_is_named_no_more(cast: Cast) -> None:
    pair = stories.match_of(cast.other_company, cast.other_startup)
    made = works.accepted(works.asked(pair, cast.other_company_owner), cast.expert, cast.officer)
    for startup in (cast.startup, factories.StartupFactory()):
        actions.add_candidate(made, startup, reason=SECRET, by=cast.expert)
    erase(cast.startup.organisation, cast.administrator)
    assert [each.startup_id == cast.startup.pk for each in made.candidates.all()] == [False]
    version = works.delivered(made, cast.expert)
    assert [each["startup"] == cast.startup.pk for each in version.content["candidates"]] == [False]


@pytest.mark.parametrize("side", SIDES)
def test_what_the_expert_said_of_an_interest_or_a_refusal_goes_and_still_rules_them_out(
    side: str, match: Match, cast: Cast
) -> None:
    made = works.offered(works.asked(match, cast.company_owner), cast.expert, cast.officer)
    organisation = side_of(cast, side)
    actions.refuse(made, reason="conflict", text=SECRET, conflicts=[organisation], by=cast.expert)
    in_trail = AuditEvent.objects.filter(detail__icontains=SECRET)
    assert in_trail.exists()
    erase(organisation, cast.administrator)
    refusal, conflict = Refusal.objects.get(), Conflict.objects.get()
    assert (refusal.text, refusal.reason, refusal.expert_id) == ("", "conflict", cast.expert.pk)
    assert (conflict.reason, conflict.organisation) == ("", organisation)
    assert not in_trail.exists()


class TestAdvice:
    @pytest.mark.parametrize("side", SIDES)
    def test_marks_stay_as_figures_without_a_word_of_their_reasons(self, side: str, cast: Cast) -> None:
        asked = works.advice_asked(cast.startup, cast.expert, cast.officer, company=cast.company)
        advice = given(asked, cast.expert)
        erase(side_of(cast, side), cast.administrator)
        advice.refresh_from_db()
        assert (advice.rating, advice.reasons) == (4, {"": GONE})
        assert {(each.rating, each.words) for each in Mark.objects.select_related("advice")} == {(4, GONE)}
        assert Mark.objects.count() == 5

    @pytest.mark.parametrize("side", SIDES)
    def test_what_is_still_asked_is_taken_back_and_no_longer_seen(
        self, side: str, cast: Cast, as_user: SignIn
    ) -> None:
        asked = works.advice_asked(cast.startup, cast.expert, cast.officer, company=cast.company)
        erase(side_of(cast, side), cast.administrator)
        asked.refresh_from_db()
        assert asked.status == "taken_back"
        assert as_user(cast.expert).get(f"/en/expert/advice/{asked.pk}/").status_code == 404
        with pytest.raises(TransitionNotAllowed):
            given(asked, cast.expert)

    @pytest.mark.parametrize("side", SIDES)
    def test_why_none_was_given_goes_and_that_none_was_stays(self, side: str, cast: Cast) -> None:
        asked = works.advice_asked(cast.startup, cast.expert, cast.officer, company=cast.company)
        actions.decline_assessment(asked, reason="other", text=SECRET, by=cast.expert)
        erase(side_of(cast, side), cast.administrator)
        asked.refresh_from_db()
        assert (asked.status, asked.decline_reason, asked.decline_text) == ("declined", "other", "")

    def test_of_a_startup_alone_it_outlives_every_firm(self, cast: Cast) -> None:
        asked = works.advice_asked(cast.startup, cast.expert, cast.officer)
        advice = given(works.advice_asked(cast.other_startup, cast.expert, cast.officer), cast.expert)
        erase(cast.company.organisation, cast.administrator)
        asked.refresh_from_db()
        advice.refresh_from_db()
        assert (asked.status, SECRET in advice.told()) == ("asked", True)


class TestExpert:
    @pytest.fixture
    def described(self, cast: Cast) -> Expert:
        values = {"biography": SECRET, "affiliation": "Kuwano Institute", "countries": ["SG"]}
        actions.describe(cast.expert, values, by=cast.expert)
        return Expert.objects.get(user=cast.expert)

    def erase(self, cast: Cast) -> None:
        erase_on_request(cast.expert.email, reason="By mail", by=cast.administrator)

    def test_what_they_said_of_themselves_goes(self, described: Expert, cast: Cast) -> None:
        self.erase(cast)
        described.refresh_from_db()
        said = (described.affiliation, described.countries, described.languages, described.biography)
        assert said == ("", [], [], "")
        assert (described.fields, described.capacity) == (["retail"], 2)

    def test_they_can_be_asked_for_nothing_more(self, described: Expert, match: Match, cast: Cast) -> None:
        made = works.asked(match, cast.company_owner)
        assert [each.expert.pk for each in ranked(made)] == [described.pk]
        self.erase(cast)
        assert ranked(made) == []
        with pytest.raises(actions.NotFitting) as told_why:
            works.offered(made, cast.expert, cast.officer)
        assert (told_why.value.reason, works.states_of(made)) == ("left", ("requested", None))

    def test_what_they_said_of_interests_and_refusals_goes(self, match: Match, cast: Cast) -> None:
        made = works.offered(works.asked(match, cast.company_owner), cast.expert, cast.officer)
        firm = cast.company.organisation
        actions.refuse(made, reason="conflict", text=SECRET, conflicts=[firm], by=cast.expert)
        self.erase(cast)
        assert Refusal.objects.values_list("text", "reason").get() == ("", "conflict")
        assert Conflict.objects.values_list("reason", "organisation").get() == ("", firm.pk)

    def test_the_firm_keeps_its_report_and_reads_it_as_before(
        self, match: Match, cast: Cast, as_user: SignIn
    ) -> None:
        """It is the programme's: nobody's name stands in it."""
        made = returned_and_published(works.asked(match, cast.company_owner), cast)
        before = counts()
        self.erase(cast)
        assert counts() == before
        page = as_user(cast.company_owner).get(f"/en/research/{made.pk}/").content.decode()
        assert works.TEXTS["recommendation"] in page

    def test_their_marks_and_reasons_stay_unnamed(self, cast: Cast) -> None:
        advice = given(works.advice_asked(cast.startup, cast.expert, cast.officer), cast.expert)
        self.erase(cast)
        advice.refresh_from_db()
        assert (advice.rating, SECRET in advice.told(), advice.by.name) == (4, True, "")
        assert list(ExpertAdvice.objects.standing()) == [advice]

    def test_the_office_reads_their_name_in_no_notice_and_no_row_of_the_trail(
        self, match: Match, cast: Cast
    ) -> None:
        cast.expert.name = "Kuwano Rei"
        cast.expert.save()
        made = works.accepted(works.asked(match, cast.company_owner), cast.expert, cast.officer)
        works.delivered(made, cast.expert)
        asked = works.advice_asked(cast.startup, cast.expert, cast.officer)
        actions.decline_assessment(asked, reason="time", by=cast.expert)
        told: Any = Notice.objects.filter(params__icontains="Kuwano Rei")
        trail = AuditEvent.objects.filter(actor_label="Kuwano Rei")
        assert (told.count(), trail.count()) == (4, 3)
        self.erase(cast)
        assert (told.count(), trail.count()) == (0, 0)
        assert AuditEvent.objects.filter(actor_id=cast.expert.pk, action="commission.delivered").exists()


@pytest.mark.parametrize("language", ["en", "ja"])
def test_another_firm_s_report_no_longer_says_who_the_candidate_was(
    cast: Cast, elsewhere: Commission, as_user: SignIn, language: str
) -> None:
    version = elsewhere.versions.first()
    assert version is not None
    name = cast.startup.organisation.name
    version.content["candidates"] = [
        {"startup": cast.startup.pk, "name": name, "reason": SECRET},
        {"startup": cast.other_startup.pk, "name": "Kept", "reason": "Fits well"},
    ]
    version.save()
    organisation = cast.startup.organisation
    Organisation.objects.filter(pk=organisation.pk).update(status="withdrawn")
    organisation.refresh_from_db()
    erase_organisation(organisation, by=cast.administrator, reason="By mail")
    version.refresh_from_db()
    gone, kept = version.content["candidates"]
    assert (gone["startup"], gone["reason"]) == (cast.startup.pk, GONE)
    assert kept == {"startup": cast.other_startup.pk, "name": "Kept", "reason": "Fits well"}
    page = as_user(cast.officer).get(f"/{language}/staff/research/{elsewhere.pk}/").content.decode()
    assert name not in page
    assert SECRET not in str(version.content["candidates"])
