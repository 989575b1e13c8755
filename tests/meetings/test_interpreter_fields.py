"""Interpreters by field: which field a meeting is about, who may interpret it, and what the timetable makes of that."""

from __future__ import annotations

import pytest

from accounts.enums import OrganisationKind
from accounts.models import Organisation
from companies.models import Challenge, Company
from matchmaking.core.enums import Field
from matchmaking.matches.enums import Side
from matchmaking.matches.models import Match
from meetings import actions, problem, rules
from meetings.actions import Terms
from meetings.enums import UnplacedReason
from meetings.free_times import free_times
from meetings.models import Interpreter, Meeting, MeetingRequest, Round
from meetings.timetable_check import Fault
from startups.models import Startup
from tests import factories
from tests.conftest import Cast
from tests.meetings import stories
from tests.meetings.pages import SignIn, path, queries, words

EARLY = stories.at(0, day=1)
R, M, H = Field.RETAIL.value, Field.MOBILITY.value, Field.HEALTHCARE.value


def a_request(
    challenge: str, company: list[str], startup: list[str], *, language: str = "en", wanted: bool = True
) -> MeetingRequest:
    """Nothing of it is stored."""
    firm = Company(organisation=Organisation(kind=OrganisationKind.COMPANY, fields=company, languages=["ja"]))
    other = Startup(
        organisation=Organisation(kind=OrganisationKind.STARTUP, fields=startup, languages=["en"])
    )
    match = Match(company=firm, startup=other, challenge=Challenge(company=firm, field=challenge))
    return MeetingRequest(match=match, language=language, interpreter_wanted=wanted)


@pytest.mark.parametrize(
    ("challenge", "company", "startup", "expected"),
    [
        (R, [R], [R], R),
        (M, [R, M], [R, M], M),  # the challenge's, though another is shared too
        (M, [R], [M, R], M),  # also if the firm's profile does not name it
        (H, [H, M, R], [R, M], M),  # else the first of the firm's that the startup has
        ("", [H, R], [R], R),
        (H, [H], [R], ""),
        ("", [], [R], ""),
        (R, [R], [], ""),
    ],
)
def test_the_field_is_the_challenges_if_both_share_it_else_the_first_shared(
    challenge: str, company: list[str], startup: list[str], expected: str
) -> None:
    assert rules.interpreted_field(a_request(challenge, company, startup)) == expected


def test_who_can_interpret_knows_the_language_and_the_field_or_all_fields_and_works_for_us() -> None:
    retail, nothing_shared = a_request(R, [R], [R]), a_request(R, [R], [M])
    able = {
        name: (rules.can_interpret(who, retail), rules.can_interpret(who, nothing_shared))
        for name, who in {
            "all fields": Interpreter(languages=["en"]),
            "the field": Interpreter(languages=["vi", "en"], fields=[M, R]),
            "another field": Interpreter(languages=["en"], fields=[M, H]),
            "another language": Interpreter(languages=["vi"], fields=[R]),
            "no longer here": Interpreter(languages=["en"], fields=[R], is_active=False),
        }.items()
    }
    assert able == {
        "all fields": (True, True),
        "the field": (True, True),
        "another field": (False, True),
        "another language": (False, False),
        "no longer here": (False, False),
    }
    nobody = Interpreter(languages=["vi"], fields=[M], is_active=False)
    assert rules.can_interpret(nobody, a_request(R, [R], [R], wanted=False))
    # A meeting in Japanese is interpreted for the startup, in its own language.
    assert rules.can_interpret(Interpreter(languages=["en"]), a_request(R, [R], [R], language="ja"))
    assert not rules.can_interpret(Interpreter(languages=["vi"]), a_request(R, [R], [R], language="ja"))


def pair_in(field: str, by: object, **more: object) -> MeetingRequest:
    """A pair that shares that field alone, and wants an interpreter for English."""
    company = factories.ChallengeFactory(field=field, company__organisation__fields=[field]).company
    startup = factories.StartupFactory(organisation__fields=[field])
    match = stories.match_of(company, startup)
    return stories.agreed(match, by, consent="By telephone", **{"interpreter_wanted": True, **more})


def pairs_of(round_: Round) -> tuple[dict[int, tuple[str | None, str | None]], dict[int, set[str]]]:
    """What each request needs, and what each interpreter knows, as the timetable is told."""
    made = problem.round_problem(Round.objects.get(pk=round_.pk), now=EARLY).problem
    needs = {int(each.id): (each.pair, each.wider) for each in made.requests}
    return needs, {problem.number(each.id) or 0: set(each.pairs) for each in made.interpreters}


@pytest.mark.django_db
def test_fields_count_in_a_round_as_soon_as_one_of_its_interpreters_has_some(cast: Cast) -> None:
    retail, mobility = pair_in(R, cast.officer), pair_in(M, cast.officer)
    plain = pair_in(R, cast.officer, interpreter_wanted=False)
    english, both = stories.interpreter("en"), stories.interpreter("en", "vi")
    gone = stories.interpreter("en", fields=[R], is_active=False)
    round_ = stories.a_round(
        cast.officer, [retail, mobility, plain], interpreters=[english, both, gone], rooms=[]
    )
    needs, knows = pairs_of(round_)
    assert needs == {retail.pk: ("en-ja", None), mobility.pk: ("en-ja", None), plain.pk: (None, None)}
    assert knows == {english.pk: {"en-ja"}, both.pk: {"en-ja", "vi-ja"}}

    actions.change_interpreter(both, fields=[M, H], by=cast.officer)
    Organisation.objects.filter(pk=mobility.startup.pk).update(fields=[R])  # they share no field any more
    needs, knows = pairs_of(round_)
    assert needs == {
        retail.pk: ("en-ja/retail", "en-ja"),
        mobility.pk: ("en-ja", None),
        plain.pk: (None, None),
    }
    assert knows[english.pk] == {"en-ja", *(f"en-ja/{field}" for field in Field.values)}
    assert knows[both.pk] == {
        "en-ja",
        "vi-ja",
        "en-ja/mobility",
        "en-ja/healthcare",
        "vi-ja/mobility",
        "vi-ja/healthcare",
    }


@pytest.mark.django_db
def test_the_timetable_sends_each_interpreter_to_a_field_of_theirs_and_so_do_moves(cast: Cast) -> None:
    requests = [pair_in(field, cast.officer) for field in (R, M, R, M)]
    retail, mobility = stories.interpreter("en", fields=[R]), stories.interpreter("en", fields=[M])
    round_ = stories.a_round(cast.officer, requests, interpreters=[retail, mobility])
    draft = stories.placed(round_, cast.officer)
    rows = list(draft.placements.order_by("request_id"))
    assert [row.interpreter for row in rows] == [retail, mobility, retail, mobility]
    assert problem.faults(round_, rows, now=EARLY) == []
    spots = problem.moves(round_, rows, requests[0].pk, now=EARLY)
    assert {problem.number(each.interpreter) for each in spots} == {retail.pk}

    # Somebody of another field, put there by hand: the checker says what is missing.
    wrong = rows[0]
    wrong.interpreter = mobility
    found = problem.faults(round_, rows, now=EARLY)
    assert Fault.INTERPRETER_FIELD in {
        each.fault for each in found if each.requests == (str(requests[0].pk),)
    }
    assert Fault.INTERPRETER_LANGUAGE not in {each.fault for each in found}


@pytest.mark.django_db
def test_the_reason_names_the_field_only_where_it_is_what_is_missing(cast: Cast, as_user: SignIn) -> None:
    request = pair_in(R, cast.officer)
    who = stories.interpreter("en", fields=[M])
    round_ = stories.a_round(cast.officer, [request], interpreters=[who])
    client, page = as_user(cast.officer), path("round", pk=round_.pk)
    row = stories.placed(round_, cast.officer).placements.get()
    assert (row.reason, row.detail["language"], row.detail["field"]) == (
        UnplacedReason.NO_INTERPRETER,
        "en",
        R,
    )
    assert "No interpreter for English who knows Retail is free when both sides are" in words(
        client.get(page)
    )

    actions.change_interpreter(who, languages=["vi"], by=cast.officer)
    row = stories.placed(round_, cast.officer).placements.get()
    assert (row.detail["language"], row.detail["field"]) == ("en", "")
    assert "No interpreter for English is free when both sides are" in words(client.get(page))

    actions.change_interpreter(who, languages=["en"], fields=[], by=cast.officer)
    row = stories.placed(round_, cast.officer).placements.get()
    assert (row.reason, row.interpreter) == ("", who)


@pytest.mark.django_db
def test_outside_rounds_the_field_counts_too(cast: Cast) -> None:
    request = pair_in(R, cast.officer)
    days = (stories.MONDAY, stories.MONDAY)
    other = stories.interpreter("en", fields=[M])
    assert free_times(request, *days, now=EARLY) == []
    able = stories.interpreter("en", fields=[H, R])
    assert {each.interpreter_id for each in free_times(request, *days, now=EARLY)} == {able.pk}
    actions.change_interpreter(other, fields=[], by=cast.officer)
    # Whoever has least that day comes first: the older one, as neither has anything.
    assert {each.interpreter_id for each in free_times(request, *days, now=EARLY)} == {other.pk}
    Organisation.objects.filter(pk=request.startup.pk).update(fields=[M])
    unshared = MeetingRequest.objects.with_parties().get(pk=request.pk)
    assert rules.interpreted_field(unshared) == ""
    assert {each.interpreter_id for each in free_times(unshared, *days, now=EARLY)} == {other.pk}


@pytest.mark.django_db
def test_a_change_keeps_the_interpreter_who_fits_and_finds_another_for_one_who_does_not(cast: Cast) -> None:
    made = stories.agreed(
        stories.match_of(cast.company, cast.startup), cast.company_owner, interpreter_wanted=True
    )
    who = stories.interpreter("en", fields=[R])
    meeting = actions.book_free_time(made, stories.at(4), by=cast.officer, now=EARLY)
    another = stories.interpreter("en")
    kept = []
    for minutes, change in ((30, {"fields": [R, M]}), (45, {"fields": [M]}), (30, {"is_active": False})):
        actions.change_interpreter(who, **change, by=cast.officer)
        # Nothing booked is changed by that alone.
        before = Meeting.objects.get(pk=meeting.pk).interpreter
        terms = Terms(minutes, "en", interpreter_wanted=True)
        actions.propose(made, Side.STARTUP, terms, by=cast.startup_owner, now=EARLY)
        actions.agree_to_change(made, Side.COMPANY, by=cast.company_owner, now=EARLY)
        kept.append((before, Meeting.objects.get(pk=meeting.pk).interpreter))
    assert kept == [(who, who), (who, another), (another, another)]


@pytest.mark.django_db
def test_fields_cost_no_query_for_each_request(cast: Cast, as_user: SignIn) -> None:
    found = []
    for number in (1, 3):
        requests = [pair_in(R, cast.officer) for _each in range(number)]
        people = [stories.interpreter(fields=[R]) for _each in range(number)]
        round_ = stories.a_round(cast.officer, requests, interpreters=people)
        stories.placed(round_, cast.officer)
        found.append(queries(as_user(cast.officer), path("round", pk=round_.pk)))
    assert found[0] == found[1]
