"""How a partnership begins: from a meeting's outcome or entered by staff, of each kind, and of nobody twice."""

from __future__ import annotations

from itertools import product

import pytest

from matchmaking.core.enums import CooperationMode
from matchmaking.core.models import AuditEvent, Notice
from matchmaking.core.notices import Event
from matchmaking.matches.enums import MatchStatus
from meetings.enums import Outcome, RequestStatus
from meetings.models import MeetingRequest
from partnerships import actions
from partnerships.enums import EndReason
from partnerships.models import GateRule, Partnership, could_grow
from partnerships.story import story_of
from tests import factories
from tests.conftest import Cast
from tests.meetings import stories as meetings
from tests.partnerships import stories
from tests.partnerships.pages import LANGUAGES, SignIn, errors, links, path, words

pytestmark = pytest.mark.django_db
MODES = [str(mode) for mode in CooperationMode]
SUMMARY = {"en": "Try the counter on two tills.", "ja": "二台のレジで試します。"}
PAIR = ("company_owner", "company_member", "startup_owner", "startup_member")


def sent(mode: str, language: str = "en") -> dict[str, str]:
    return {"mode": mode, "summary": SUMMARY[language]}


class TestFromAMeeting:
    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("mode", MODES)
    def test_of_each_kind_with_its_meeting_its_score_and_its_checks(
        self, cast: Cast, as_user: SignIn, mode: str, language: str
    ) -> None:
        request = stories.held(cast)
        url = path("begin_after", language=language, request_pk=request.pk)
        answer = as_user(cast.officer).post(url, sent(mode, language), follow=True)
        made = Partnership.objects.get()
        assert answer.redirect_chain[-1][0] == path("detail", language=language, pk=made.pk)
        assert (made.mode, made.summary, made.status) == (mode, SUMMARY[language], "exploring")
        assert (made.request, made.match, made.started_by) == (request, request.match, cast.officer)
        wanted = GateRule.objects.concerning(made)
        assert set(made.checks.values_list("rule", flat=True)) == set(wanted.values_list("pk", flat=True))
        assert wanted.exists()

    @pytest.mark.parametrize("mode", MODES)
    def test_both_sides_are_told_and_the_trail_knows_the_kind(
        self, cast: Cast, as_user: SignIn, mode: str
    ) -> None:
        request = stories.held(cast)
        Notice.objects.all().delete()
        as_user(cast.officer).post(path("begin_after", request_pk=request.pk), sent(mode))
        told = set(
            Notice.objects.filter(event=Event.PARTNERSHIP_BEGUN).values_list("recipient_id", flat=True)
        )
        assert {getattr(cast, name).pk for name in PAIR} <= told
        assert not told & {cast.officer.pk, cast.other_company_owner.pk, cast.expert.pk}
        assert AuditEvent.objects.get(action="partnership.begun").detail == {"mode": mode}

    @pytest.mark.parametrize(
        "status", sorted({*RequestStatus} - {RequestStatus.HELD, RequestStatus.DECLINED})
    )
    @pytest.mark.parametrize("method", ["get", "post"])
    def test_before_it_was_held_none_grows_of_it(
        self, cast: Cast, as_user: SignIn, status: str, method: str
    ) -> None:
        request = stories.held(cast)
        MeetingRequest.objects.filter(pk=request.pk).update(status=status)
        url = path("begin_after", request_pk=request.pk)
        assert getattr(as_user(cast.officer), method)(url, sent("investment")).status_code == 409
        assert not Partnership.objects.exists()

    @pytest.mark.parametrize(("first", "second"), list(product(MODES, MODES)))
    def test_one_of_each_kind_may_grow_of_one_meeting(
        self, cast: Cast, as_user: SignIn, first: str, second: str
    ) -> None:
        request = stories.held(cast)
        client, url = as_user(cast.officer), path("begin_after", request_pk=request.pk)
        client.post(url, sent(first))
        answer = client.post(url, sent(second))
        assert answer.status_code == (200 if first == second else 302)
        assert Partnership.objects.count() == len({first, second})
        if first == second:
            told = "The two already have a partnership of this kind. Open it in the list instead."
            assert errors(answer) == {"mode": [told]}
            assert answer.context["form"]["summary"].value() == SUMMARY["en"], "nothing typed is lost"

    @pytest.mark.parametrize("mode", MODES)
    def test_after_an_end_the_same_kind_may_begin_anew(self, cast: Cast, as_user: SignIn, mode: str) -> None:
        request = stories.held(cast)
        client, url = as_user(cast.officer), path("begin_after", request_pk=request.pk)
        client.post(url, sent(mode))
        actions.end(Partnership.objects.get(), EndReason.TERMS, by=cast.officer)
        assert client.post(url, sent(mode)).status_code == 302
        assert sorted(Partnership.objects.values_list("status", flat=True)) == ["ended", "exploring"]

    @pytest.mark.parametrize("outcome", list(Outcome))
    @pytest.mark.parametrize("side", ["company", "startup", "staff"])
    def test_the_office_is_reminded_where_anybody_sees_more_in_it(
        self, cast: Cast, outcome: str, side: str
    ) -> None:
        stories.told_of(cast, outcome, side)
        assert could_grow().exists() == (outcome == Outcome.POSSIBLE)

    @pytest.mark.parametrize("person", [*PAIR, "other_company_owner", "expert", "newcomer"])
    def test_only_staff_begin(self, cast: Cast, as_user: SignIn, person: str) -> None:
        request = stories.held(cast)
        client = as_user(getattr(cast, person))
        for url in (path("begin_after", request_pk=request.pk), path("begin")):
            assert client.get(url).status_code == 404
            assert client.post(url, sent("investment")).status_code == 404
        assert not Partnership.objects.exists()


class TestEnteredByStaff:
    @pytest.mark.parametrize(
        "typed",
        ["Zebra Robotics", "zebra robotics", "  Zebra Robotics  ", "Ｚｅｂｒａ", "bra Rob"],
    )
    def test_a_side_is_named_as_people_write_it(self, cast: Cast, as_user: SignIn, typed: str) -> None:
        zebra = factories.StartupFactory(organisation__name="Zebra Robotics")
        form = {**sent("investment"), "company": cast.company.organisation.name, "startup": typed}
        as_user(cast.officer).post(path("begin"), form)
        assert Partnership.objects.get().startup == zebra

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_of_several_with_that_in_their_name_none_is_taken(
        self, cast: Cast, as_user: SignIn, language: str
    ) -> None:
        for name in ("Zebra Robotics", "Zebra Foods"):
            factories.StartupFactory(organisation__name=name)
        form = {**sent("investment"), "company": cast.company.organisation.name, "startup": "Zebra"}
        answer = as_user(cast.officer).post(path("begin", language=language), form)
        [told] = errors(answer)["startup"]
        assert "Zebra Robotics / Zebra Foods" in told
        assert {"en": "Write the whole name.", "ja": "名前全体を入力してください。"}[language] in told
        assert answer.context["form"]["startup"].value() == "Zebra"

    def test_the_whole_name_is_taken_though_others_contain_it(self, cast: Cast, as_user: SignIn) -> None:
        zebra = factories.StartupFactory(organisation__name="Zebra")
        factories.StartupFactory(organisation__name="Zebra Foods")
        form = {**sent("investment"), "company": cast.company.organisation.name, "startup": "Zebra"}
        as_user(cast.officer).post(path("begin"), form)
        assert Partnership.objects.get().startup == zebra

    @pytest.mark.parametrize("status", ["draft", "submitted", "returned", "suspended", "withdrawn"])
    def test_whoever_takes_no_part_is_not_found(self, cast: Cast, as_user: SignIn, status: str) -> None:
        factories.StartupFactory(organisation__name="Zebra Robotics", organisation__status=status)
        form = {**sent("investment"), "company": cast.company.organisation.name, "startup": "Zebra"}
        assert set(errors(as_user(cast.officer).post(path("begin"), form))) == {"startup"}
        assert not Partnership.objects.exists()

    def test_a_firm_is_no_startup_and_a_startup_no_firm(self, cast: Cast, as_user: SignIn) -> None:
        form = {
            **sent("investment"),
            "company": cast.startup.organisation.name,
            "startup": cast.company.organisation.name,
        }
        assert set(errors(as_user(cast.officer).post(path("begin"), form))) == {"company", "startup"}

    @pytest.mark.parametrize("status", list(MatchStatus))
    def test_its_score_is_taken_along_whatever_its_state(self, cast: Cast, status: str) -> None:
        more = {"dismissed_by": "staff", "dismiss_reason": "other"} if status == "dismissed" else {}
        match = meetings.match_of(cast.company, cast.startup)
        type(match).objects.filter(pk=match.pk).update(
            status=status, dismissed_at=stories.NOON if more else None, **more
        )
        assert stories.begun(cast).match == match

    @pytest.mark.parametrize("person", ["company_owner", "startup_owner"])
    def test_a_proposal_that_was_never_shown_tells_the_sides_no_score(
        self, cast: Cast, as_user: SignIn, person: str
    ) -> None:
        meetings.match_of(cast.company, cast.startup, MatchStatus.PROPOSED)
        begun = stories.begun(cast)
        for reader, shown in ((getattr(cast, person), False), (cast.officer, True)):
            text = words(as_user(reader).get(path("detail", pk=begun.pk)))
            assert ("First score" in text) == shown

    def test_a_score_that_came_later_is_told_from_then_on(self, cast: Cast) -> None:
        begun = stories.begun(cast)
        assert begun.match is None
        meetings.match_of(cast.company, cast.startup, MatchStatus.PROPOSED)
        told = [each.text for each in story_of(begun, cast.officer)]
        assert "First score: 70.0" in told
        assert "Partnership begun: Joint development" in told


class TestTheStoryOfAWholeWay:
    @pytest.mark.parametrize("mode", MODES)
    def test_staff_read_it_from_the_first_score_to_the_contract(self, cast: Cast, mode: str) -> None:
        request = stories.held(cast)
        begun = stories.begun(cast, mode=mode, request=request)
        stories.brought_to(begun, "signed", cast.officer)
        told = [each.text for each in reversed(story_of(begun, cast.officer))]
        assert told[0] == "First score: 70.0"
        kind = str(CooperationMode(mode).label)
        way = [text for text in told if text.endswith(f": {kind}")]
        assert way[0] == f"Partnership begun: {kind}"
        assert way[-1] == f"Partnership: signed: {kind}"

    @pytest.mark.parametrize(("person", "first"), [("company_owner", True), ("startup_owner", True)])
    def test_each_side_reads_the_score_from_when_it_saw_the_pair(
        self, cast: Cast, person: str, first: bool
    ) -> None:
        match = meetings.match_of(cast.company, cast.startup, MatchStatus.INTERESTED)
        begun = stories.begun(cast)
        told = {each.text: each for each in story_of(begun, getattr(cast, person))}
        assert told["First score: 70.0"].at == match.disclosed_at
        assert told["First score: 70.0"].note == ""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("mode", MODES)
def test_the_page_before_offers_each_kind_in_words(
    cast: Cast, as_user: SignIn, mode: str, language: str
) -> None:
    request = stories.held(cast)
    url = path("begin_after", language=language, request_pk=request.pk)
    answer = as_user(cast.officer).get(url)
    label = {
        "joint_development": ("Joint development", "共同開発"),
        "investment": ("Investment", "出資"),
        "acquisition": ("Acquisition", "買収"),
    }[mode][LANGUAGES.index(language)]
    assert label in words(answer)
    assert f"/{language}/meetings/{request.pk}/" in links(answer)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("missing", ["mode", "summary"])
def test_what_lacks_is_told_at_its_field_after_a_meeting_too(
    cast: Cast, as_user: SignIn, missing: str, language: str
) -> None:
    request = stories.held(cast)
    url = path("begin_after", language=language, request_pk=request.pk)
    answer = as_user(cast.officer).post(url, {**sent("investment"), missing: ""})
    told = {
        ("mode", "en"): "Choose the kind of cooperation.",
        ("mode", "ja"): "協業の形を選んでください。",
        ("summary", "en"): "Write in a sentence or two what the two sides mean to do.",
        ("summary", "ja"): "双方が取り組むことを、1〜2文で書いてください。",
    }[missing, language]
    assert errors(answer) == {missing: [told]}
    assert not Partnership.objects.exists()
