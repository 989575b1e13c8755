"""Experts' assessments: marks with reasons, what they do to the score, and who sees what of them."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from matchmaking.core.models import Notice
from matchmaking.core.transitions import TransitionNotAllowed
from matchmaking.matches.actions import retire_advice
from matchmaking.matches.models import ExpertAdvice
from research import actions
from research.actions import Opinion
from research.models import AdviceRequest, Conflict, Expert, Mark
from tests import factories
from tests.conftest import Cast
from tests.meetings import stories
from tests.pages import errors_of
from tests.research import works

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
DUE = date(2031, 6, 13)
LIST, ASK = "/en/staff/research/advice/", "/en/staff/research/advice/ask/"


def opinions(
    *ratings: int, names: tuple[str, ...] = ("technology", "market", "team", "japan")
) -> dict[str, Opinion]:
    return {name: Opinion(rating, f"Seen: {name}") for name, rating in zip(names, ratings, strict=True)}


@pytest.fixture
def asked(cast: Cast) -> AdviceRequest:
    return works.advice_asked(cast.startup, cast.expert, cast.officer)


def sent(*ratings: int, **more: Any) -> dict[str, Any]:
    given: dict[str, Any] = {"declared": "on"}
    for name, each in opinions(*ratings).items():
        given |= {f"{name}_rating": each.rating, f"{name}_reason": each.reason}
    return given | more


def told(event: str) -> set[str]:
    return set(Notice.objects.filter(event=event).values_list("recipient__name", flat=True))


def test_marks_become_one_rating_and_each_keeps_its_reason(asked: AdviceRequest, cast: Cast) -> None:
    assert told("advice_asked") == {"expert"}
    advice = actions.give_assessment(asked, opinions(5, 4, 4, 2), by=cast.expert)
    asked.refresh_from_db()
    assert (asked.status, asked.advice, advice.rating, advice.by) == ("given", advice, 4, cast.expert)
    marks = [(each.criterion, each.rating, each.words) for each in Mark.objects.select_related("advice")]
    assert marks[0] == ("technology", 5, "Seen: technology")
    assert [each[1] for each in marks] == [5, 4, 4, 2]
    assert advice.reasons == {name: f"Seen: {name}" for name in ("technology", "market", "team", "japan")}
    assert advice.told().splitlines()[0] == "Technology: Seen: technology"
    assert told("advice_given") == {"officer", "administrator"}


def test_how_well_it_fits_is_rated_only_for_a_pair(asked: AdviceRequest, cast: Cast) -> None:
    pair = works.advice_asked(cast.startup, cast.expert, cast.officer, company=cast.company)
    assert [*map(str, asked.criteria())] == ["technology", "market", "team", "japan"]
    assert [*map(str, pair.criteria())] == ["technology", "market", "team", "japan", "fit"]
    with pytest.raises(TransitionNotAllowed):
        actions.give_assessment(pair, opinions(3, 3, 3, 3), by=cast.expert)
    names = ("technology", "market", "team", "japan", "fit")
    advice = actions.give_assessment(pair, opinions(3, 3, 3, 3, 5, names=names), by=cast.expert)
    assert (advice.company, advice.startup, advice.rating) == (cast.company, cast.startup, 3)


def test_only_who_was_asked_answers_and_once(asked: AdviceRequest, cast: Cast) -> None:
    with pytest.raises(TransitionNotAllowed):
        actions.give_assessment(asked, opinions(3, 3, 3, 3), by=factories.ExpertFactory().user)
    actions.give_assessment(asked, opinions(3, 3, 3, 3), by=cast.expert)
    stale = AdviceRequest.objects.get(pk=asked.pk)
    for deed in (
        lambda: actions.give_assessment(stale, opinions(1, 1, 1, 1), by=cast.expert),
        lambda: actions.decline_assessment(stale, reason="time", by=cast.expert),
        lambda: actions.take_back_advice_request(stale, by=cast.officer),
    ):
        with pytest.raises(TransitionNotAllowed):
            deed()
    assert [each.rating for each in ExpertAdvice.objects.standing()] == [3]


def test_a_race_that_is_lost_leaves_no_advice_behind(asked: AdviceRequest, cast: Cast) -> None:
    """The old page still shows it as asked; the database knows better."""
    stale = AdviceRequest.objects.get(pk=asked.pk)
    actions.take_back_advice_request(asked, by=cast.officer)
    with pytest.raises(TransitionNotAllowed):
        actions.give_assessment(stale, opinions(5, 5, 5, 5), by=cast.expert)
    assert (ExpertAdvice.objects.count(), Mark.objects.count()) == (0, 0)


@pytest.mark.parametrize("about", ["startup", "company"])
def test_nobody_is_asked_who_has_a_conflict_of_interest(about: str, cast: Cast) -> None:
    organisation = getattr(cast, about).organisation
    actions.declare_conflict(cast.expert.expert, organisation, reason="", by=cast.expert)
    with pytest.raises(actions.NotFitting):
        works.advice_asked(cast.startup, cast.expert, cast.officer, company=cast.company)
    assert not AdviceRequest.objects.exists()


def test_the_same_is_asked_once_while_it_is_open_and_again_later(asked: AdviceRequest, cast: Cast) -> None:
    with pytest.raises(actions.AlreadyThere):
        works.advice_asked(cast.startup, cast.expert, cast.officer)
    works.advice_asked(cast.startup, cast.expert, cast.officer, company=cast.company)
    actions.decline_assessment(asked, reason="time", by=cast.expert)
    assert told("advice_declined") == {"officer", "administrator"}
    works.advice_asked(cast.startup, cast.expert, cast.officer)
    assert AdviceRequest.objects.open().count() == 2


@pytest.fixture
def expert(cast: Cast, as_user: SignIn) -> Client:
    return as_user(cast.expert)


@pytest.fixture
def office(cast: Cast, as_user: SignIn) -> Client:
    return as_user(cast.officer)


def test_an_expert_answers_on_a_page_that_is_gone_afterwards(
    expert: Client, asked: AdviceRequest, cast: Cast
) -> None:
    address = f"/en/expert/advice/{asked.pk}/"
    assert address in expert.get("/en/").content.decode()
    assert cast.startup.one_liner in expert.get(address).content.decode()
    assert expert.post(address, sent(4, 4, 4, 4)).status_code == 302
    assert [each.rating for each in ExpertAdvice.objects.standing()] == [4]
    assert address not in expert.get("/en/").content.decode()
    for method, path in (
        (expert.get, ""),
        (expert.post, ""),
        (expert.get, "decline/"),
        (expert.post, "decline/"),
    ):
        assert method(address + path).status_code == 404


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"team_rating": ""}, "team_rating", "Choose a mark."),
        ({"team_rating": "6"}, "team_rating", "Choose a mark."),
        ({"japan_reason": "  "}, "japan_reason", "Say in a sentence or two why."),
        ({"japan_reason": "x" * 601}, "japan_reason", "600"),
        ({"declared": ""}, "declared", "Declare this, or give no assessment."),
    ],
)
def test_a_slip_is_told_and_the_other_reasons_stay(
    change: dict[str, str], field: str, message: str, expert: Client, asked: AdviceRequest
) -> None:
    page = expert.post(f"/en/expert/advice/{asked.pk}/", sent(3, 3, 3, 3, **change))
    assert (list(errors_of(page)), message in errors_of(page)[field][0]) == ([field], True)
    assert "Seen: technology" in page.content.decode()
    assert not ExpertAdvice.objects.exists()


def test_declining_needs_a_reason_that_the_office_reads(
    expert: Client, office: Client, asked: AdviceRequest
) -> None:
    address = f"/en/expert/advice/{asked.pk}/decline/"
    assert list(errors_of(expert.post(address, {"reason": ""}))) == ["reason"]
    assert list(errors_of(expert.post(address, {"reason": "conflict"}))) == ["conflicts"]
    assert list(errors_of(expert.post(address, {"reason": "other"}))) == ["text"]
    given = {"reason": "field", "text": "I know pumps only"}
    assert expert.post(address, given).status_code == 302
    asked.refresh_from_db()
    assert (asked.status, asked.decline_reason, asked.decline_text) == (
        "declined",
        "field",
        "I know pumps only",
    )
    assert "I know pumps only" in office.get(LIST).content.decode()
    assert not Conflict.objects.exists()


def test_declining_for_a_conflict_of_interest_is_kept_and_ends_what_else_is_asked_about_them(
    expert: Client, asked: AdviceRequest, cast: Cast
) -> None:
    pair = works.advice_asked(cast.startup, cast.expert, cast.officer, company=cast.company)
    elsewhere = works.advice_asked(factories.StartupFactory(), cast.expert, cast.officer)
    given = {"reason": "conflict", "conflicts": [cast.startup.pk], "text": "Shares"}
    assert expert.post(f"/en/expert/advice/{asked.pk}/decline/", given).status_code == 302
    [conflict] = Conflict.objects.all()
    assert (conflict.expert_id, conflict.organisation_id) == (cast.expert.pk, cast.startup.pk)
    assert dict(AdviceRequest.objects.values_list("pk", "status")) == {
        asked.pk: "declined",
        pair.pk: "declined",
        elsewhere.pk: "asked",
    }
    assert not [
        page for page in (asked, pair) if expert.get(f"/en/expert/advice/{page.pk}/").status_code == 200
    ]


def test_a_conflict_that_was_there_before_lets_no_assessment_count(
    expert: Client, asked: AdviceRequest, cast: Cast
) -> None:
    """However the request came about."""
    Conflict.objects.create(expert=cast.expert.expert, organisation=cast.startup.organisation)
    page = expert.post(f"/en/expert/advice/{asked.pk}/", sent(5, 5, 5, 5))
    assert errors_of(page) == {"declared": ["You have declared a conflict of interest. Give no assessment."]}
    assert (ExpertAdvice.objects.count(), Mark.objects.count()) == (0, 0)
    asked.refresh_from_db()
    assert asked.status == "asked"


def test_the_office_asks_about_a_startup_and_about_a_pair(office: Client, cast: Cast) -> None:
    match = stories.match_of(cast.company, cast.startup)
    for query in ({}, {"match": match.pk}):
        answer = office.post(
            ASK, {"startup": cast.startup.pk, "expert": cast.expert.pk, "term": "5", **query}
        )
        assert (answer.status_code, answer["Location"]) == (302, LIST)
    assert [each.company for each in AdviceRequest.objects.order_by("pk")] == [None, cast.company]
    page = office.get(f"{ASK}?match={match.pk}")
    assert page.context["form"]["startup"].value() == cast.startup.pk


@pytest.mark.parametrize(
    ("case", "field", "message"),
    [
        ("conflict", "expert", "Conflict of interest declared. Choose another."),
        ("left", "expert", "Choose an expert of the list."),
        ("twice", "expert", "asked already"),
        ("nobody", "expert", "Choose an expert of the list."),
        ("nothing", "startup", "Choose a startup."),
        ("suspended", "startup", "Choose a startup."),
    ],
)
def test_what_cannot_be_asked_is_told_at_its_field(
    case: str, field: str, message: str, office: Client, cast: Cast
) -> None:
    values: dict[str, Any] = {"startup": cast.startup.pk, "expert": cast.expert.pk, "term": "5"}
    if case == "conflict":
        actions.declare_conflict(cast.expert.expert, cast.startup.organisation, reason="", by=cast.expert)
    if case == "left":
        User.objects.filter(pk=cast.expert.pk).update(staff_role="")
    if case == "twice":
        works.advice_asked(cast.startup, cast.expert, cast.officer)
    values |= {"nobody": {"expert": ""}, "nothing": {"startup": ""}}.get(case, {})
    if case == "suspended":
        values["startup"] = factories.StartupFactory(organisation__status="suspended").pk
    count = AdviceRequest.objects.count()
    found = errors_of(office.post(ASK, values))
    assert (list(found), message in found[field][0]) == ([field], True)
    assert AdviceRequest.objects.count() == count


@pytest.mark.parametrize(
    ("second", "differ"), [((4, 4, 4, 4), False), ((2, 2, 2, 2), True), ((3, 3, 3, 3), False)]
)
@pytest.mark.parametrize(("language", "words"), [("en", "Experts disagree"), ("ja", "意見が分かれています")])
def test_a_second_opinion_can_be_asked_and_disagreement_is_seen(
    second: tuple[int, ...],
    differ: bool,
    language: str,
    words: str,
    office: Client,
    asked: AdviceRequest,
    cast: Cast,
) -> None:
    actions.give_assessment(asked, opinions(4, 4, 4, 4), by=cast.expert)
    assert f"{ASK}?startup={cast.startup.pk}" in office.get(LIST).content.decode()
    other = factories.ExpertFactory().user
    actions.give_assessment(
        works.advice_asked(cast.startup, other, cast.officer), opinions(*second), by=other
    )
    html = office.get(f"/{language}/staff/research/advice/").content.decode()
    assert (words in html) is differ


def test_the_office_sees_on_what_experts_differ_and_only_those(
    office: Client, asked: AdviceRequest, cast: Cast
) -> None:
    """Opposite marks with the same mean as well; what was retired counts no more."""
    actions.give_assessment(asked, opinions(5, 1, 4, 4), by=cast.expert)
    other = factories.ExpertFactory().user
    second = works.advice_asked(cast.startup, other, cast.officer)
    assert "Experts disagree about nobody." in office.get(f"{LIST}?differ=yes").content.decode()
    advice = actions.give_assessment(second, opinions(1, 5, 4, 4), by=other)
    works.advice_asked(cast.other_startup, other, cast.officer)
    page = office.get(f"{LIST}?differ=yes")
    told = {row["asked"].pk: (row["differ"], row["apart_on"]) for row in page.context["rows"]}
    assert told == dict.fromkeys((asked.pk, second.pk), (True, "Technology, Market"))
    assert len(office.get(LIST).context["rows"]) == 3
    retire_advice(advice, by=cast.officer)
    assert office.get(f"{LIST}?differ=yes").context["rows"] == []


def test_a_second_opinion_on_a_pair_is_about_the_pair_and_the_office_sees_that_they_differ(
    office: Client, cast: Cast
) -> None:
    names = ("technology", "market", "team", "japan", "fit")
    first = works.advice_asked(cast.startup, cast.expert, cast.officer, company=cast.company)
    actions.give_assessment(first, opinions(4, 4, 4, 4, 4, names=names), by=cast.expert)
    address = f"{ASK}?startup={cast.startup.pk}&company={cast.company.pk}"
    assert address.replace("&", "&amp;") in office.get(LIST).content.decode()
    page = office.get(address)
    assert f"{cast.company} × {cast.startup}" in page.content.decode()
    assert f'name="company" value="{cast.company.pk}"' in page.content.decode()

    other = factories.ExpertFactory().user
    sent_ = {"startup": cast.startup.pk, "company": cast.company.pk, "expert": other.pk, "term": "5"}
    assert office.post(ASK, sent_).status_code == 302
    second = AdviceRequest.objects.get(expert=other.pk)
    assert (second.company, [*map(str, second.criteria())][-1]) == (cast.company, "fit")
    actions.give_assessment(second, opinions(1, 1, 1, 1, 1, names=names), by=other)
    alone = works.advice_asked(cast.startup, cast.expert, cast.officer)
    actions.give_assessment(alone, opinions(4, 4, 4, 4), by=cast.expert)
    differ = {row["asked"].pk: row["differ"] for row in office.get(LIST).context["rows"]}
    assert differ == {first.pk: True, second.pk: True, alone.pk: False}
    assert office.get(LIST).content.decode().count("Experts disagree") == 2
    assert office.get(f"{ASK}?company={cast.company.pk}").status_code == 404
    assert list(errors_of(office.get(f"{ASK}?startup=none"))) == ["startup"]


def test_the_office_sees_who_fits_with_load_and_who_cannot_be_asked(office: Client, cast: Cast) -> None:
    """The cast's startup is of retail, in Singapore."""
    names = {"knows": ["SG"], "lacks": ["IL"], "busy": ["SG"], "torn": ["SG"]}
    people = {
        name: factories.ExpertFactory(
            user__name=name, fields=["retail"], countries=countries, languages=["en"]
        )
        for name, countries in names.items()
    }
    works.advice_asked(factories.StartupFactory(), people["knows"].user, cast.officer)
    works.advice_asked(cast.startup, people["busy"].user, cast.officer)
    actions.declare_conflict(people["torn"], cast.startup.organisation, reason="", by=people["torn"].user)
    Expert.objects.filter(pk=cast.expert.pk).delete()

    page = office.get(f"{ASK}?startup={cast.startup.pk}")
    rows = [(str(row["expert"]), row["ruled_out"], row["asked"]) for row in page.context["experts"]]
    assert rows == [
        ("knows", "", 1),
        ("lacks", "", 0),
        ("busy", "Has been asked already", 1),
        ("torn", "Conflict of interest declared", 0),
    ]
    html = page.content.decode()
    for name, expert in people.items():
        [box] = re.findall(rf'<input[^>]*id="expert-{expert.pk}"[^>]*>', html)
        assert ("disabled" in box) == (name in ("busy", "torn"))
    assert "Research in hand: 0 of 2. Assessments asked for: 1." in html
    assert {row["most"] for row in page.context["experts"]} == {75}

    pair = office.get(f"{ASK}?startup={cast.startup.pk}&company={cast.company.pk}")
    assert [row["ruled_out"] for row in pair.context["experts"]] == [
        "",
        "",
        "",
        "Conflict of interest declared",
    ]
    wrong = office.post(ASK, {"startup": cast.startup.pk, "expert": people["lacks"].pk, "term": ""})
    assert [row["chosen"] for row in wrong.context["experts"]] == [False, True, False, False]
    ja = office.get(f"/ja/staff/research/advice/ask/?startup={cast.startup.pk}").content.decode()
    assert "依頼済みです" in ja


def test_first_a_startup_is_chosen_then_an_expert(office: Client, cast: Cast) -> None:
    html = office.get(f"{ASK}?q={cast.startup.organisation.name}").content.decode()
    assert ("See who fits" in html, "Ask the expert" in html) == (True, False)
    html = office.get(f"{ASK}?startup={cast.startup.pk}").content.decode()
    assert ("See who fits" in html, "Ask the expert" in html) == (False, True)


def test_the_office_takes_a_request_back(office: Client, expert: Client, asked: AdviceRequest) -> None:
    address = f"/en/staff/research/advice/{asked.pk}/take-back/"
    assert "no longer sees it" in office.get(address).content.decode()
    assert office.post(address).status_code == 302
    assert expert.get(f"/en/expert/advice/{asked.pk}/").status_code == 404
    assert (office.get(address).status_code, office.post(address).status_code) == (409, 409)


def test_startups_and_firms_never_read_an_assessment(
    asked: AdviceRequest, cast: Cast, as_user: SignIn
) -> None:
    match = stories.match_of(cast.company, cast.startup)
    stories.asked(match, cast.company_owner)
    actions.give_assessment(asked, opinions(1, 1, 1, 1), by=cast.expert)
    for person in (cast.company_owner, cast.startup_owner):
        client = as_user(person)
        assert "Seen: technology" not in client.get(f"/en/matches/{match.pk}/").content.decode()
        for address in (LIST, ASK, f"/en/expert/advice/{asked.pk}/"):
            assert client.get(address).status_code == 404
    for language, lead in (
        (
            "en",
            "Firms see how many points experts’ advice has, never marks or reasons; startups see neither.",
        ),
        ("ja", "企業に見えるのは専門家の評価による点数だけで、評点や理由は見えません。"),
    ):
        page = as_user(cast.officer).get(f"/{language}/staff/research/advice/").content.decode()
        assert lead in page
    another = as_user(factories.ExpertFactory().user)
    assert another.get(f"/en/expert/advice/{asked.pk}/").status_code == 404


def test_the_list_costs_the_same_for_one_and_for_many(
    office: Client, asked: AdviceRequest, cast: Cast, django_assert_num_queries: Any
) -> None:
    actions.give_assessment(asked, opinions(4, 4, 4, 4), by=cast.expert)
    prices = []
    for _round in range(2):
        office.get(LIST)
        with django_assert_num_queries(30, exact=False) as seen:
            office.get(LIST)
        prices.append(len(seen))
        for _each in range(3):
            other = factories.ExpertFactory().user
            given = works.advice_asked(factories.StartupFactory(), other, cast.officer)
            actions.give_assessment(given, opinions(3, 3, 3, 3), by=other)
    assert prices[0] == prices[1]


def test_whoever_left_is_not_offered(office: Client, cast: Cast) -> None:
    gone = factories.ExpertFactory(user__is_active=False)
    page = office.get(f"{ASK}?startup={cast.startup.pk}")
    offered = {key.value for key, _label in page.context["form"].fields["expert"].choices if key}
    assert {row["expert"].pk for row in page.context["experts"]} == offered
    assert (cast.expert.pk in offered, gone.pk in offered, Expert.objects.count()) == (True, False, 2)


def test_what_is_overdue_stands_on_the_office_s_first_page_and_in_a_list_of_its_own(
    cast: Cast, as_user: SignIn
) -> None:
    office, today = as_user(cast.officer), timezone.localdate()
    empty = office.get(f"{LIST}?overdue=yes").content.decode()
    assert ("No assessment is overdue." in empty, f'href="{LIST}"' in empty) == (True, True)
    dues = {"today": today, "late": today - timedelta(days=1), "given": today - timedelta(days=9)}
    asked = {name: works.advice_asked(factories.StartupFactory(), cast.expert, cast.officer) for name in dues}
    for name, due in dues.items():
        AdviceRequest.objects.filter(pk=asked[name].pk).update(due=due)
    actions.give_assessment(asked["given"], opinions(4, 4, 4, 4), by=cast.expert)
    row = {each.what: each for each in office.get("/en/").context["other_rows"]}["Assessments overdue"]
    assert (row.count, row.url, row.since) == (1, f"{LIST}?overdue=yes", asked["late"].asked_at)
    for query, names in (
        ("", {"late": True, "today": False, "given": False}),
        ("?overdue=yes", {"late": True}),
    ):
        page = office.get(LIST + query)
        keys = {each.pk: name for name, each in asked.items()}
        assert {keys[line["asked"].pk]: line["overdue"] for line in page.context["rows"]} == names
        assert page.content.decode().count("Overdue</span>") == 1
