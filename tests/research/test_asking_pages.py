"""The pages on which firms and the office ask for research, in both languages."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils import timezone, translation

from accounts.models import Organisation, User
from companies.models import Challenge
from matchmaking.core import local_time
from matchmaking.core.enums import Field
from matchmaking.matches.enums import MatchStatus
from matchmaking.matches.models import Match
from meetings.actions import book_free_time
from research.models import Commission
from research.questions import TEMPLATES, question_for
from tests import factories
from tests.conftest import Cast
from tests.meetings import stories
from tests.pages import errors_of, shown_values
from tests.research import works

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
ASK, CHECK, SEND = "/en/research/ask/", "/en/research/ask/check/", "/en/research/ask/send/"


def given(pair: Match, **more: Any) -> dict[str, Any]:
    return {
        "challenge": pair.challenge_id,
        "match": pair.pk,
        "field": "retail",
        "market": "SG",
        "language": "ja",
        "question": "What is it worth?\r\nWho sells it?",
        **more,
    }


def test_a_firm_asks_checks_changes_and_sends(firm: Client, match: Match, cast: Cast) -> None:
    check = firm.post(CHECK, given(match))
    html = check.content.decode()
    assert "Nothing has been sent yet." in html
    assert [
        word for word in ("What is it worth?", "Singapore", str(cast.startup), "Japanese") if word not in html
    ] == []
    assert not Commission.objects.exists()
    again = firm.post(ASK, check.context["hidden"])
    assert again.context["form"]["question"].value().startswith("What is it worth?")
    answer = firm.post(SEND, check.context["hidden"], follow=True)
    [made] = Commission.objects.all()
    assert (made.match, made.asked_by, made.question) == (
        match,
        cast.company_owner,
        "What is it worth?\nWho sells it?",
    )
    assert "The programme office decides" in answer.content.decode()
    assert answer.request["PATH_INFO"] == f"/en/research/{made.pk}/"


@pytest.mark.parametrize(
    ("change", "field", "message"),
    [
        ({"question": " "}, "question", "Write at least one question."),
        ({"question": "x" * 3001}, "question", "3000"),
        ({"question": "hid\u202eden"}, "question", "character"),
        ({"field": "space"}, "field", "Choose a field."),
        ({"market": "XX"}, "market", "Choose a market."),
        ({"language": ""}, "language", "Choose the language of the report."),
        ({"challenge": 99999}, "challenge", "Choose a challenge of the list, or none."),
    ],
)
@pytest.mark.parametrize("address", [CHECK, SEND])
def test_a_slip_is_told_at_its_field_and_nothing_is_sent(
    address: str, change: dict[str, Any], field: str, message: str, firm: Client, match: Match
) -> None:
    page = firm.post(address, given(match, **change))
    found = errors_of(page)
    assert (list(found), message in found[field][0]) == ([field], True)
    kept = "Who sells it?" in page.content.decode() or field == "question"
    assert (kept, Commission.objects.count()) == (True, 0)


def test_a_firm_cannot_ask_about_what_is_not_its_own(firm: Client, cast: Cast, match: Match) -> None:
    theirs = stories.match_of(cast.other_company, cast.startup)
    hidden = stories.match_of(cast.company, cast.other_startup, MatchStatus.PROPOSED)
    assert list(errors_of(firm.post(SEND, given(match, challenge=theirs.challenge_id)))) == ["challenge"]
    for pair in (theirs, hidden):
        assert firm.post(SEND, given(match, match=pair.pk)).status_code == 404
        assert firm.get(f"{ASK}?match={pair.pk}").status_code == 404
    assert not Commission.objects.exists()


def test_the_challenge_of_another_firm_is_refused_at_its_field(
    office: Client, cast: Cast, match: Match
) -> None:
    other = stories.match_of(cast.other_company, cast.startup)
    page = office.post(SEND, given(match, challenge=other.challenge_id, company=cast.other_company.pk))
    assert errors_of(page) == {"challenge": ["Choose a challenge of the list, or none."]}


@pytest.mark.parametrize("side", ["firm", "office"])
def test_research_about_a_firm_as_a_whole_goes_all_the_way_to_the_expert(
    side: str, firm: Client, office: Client, expert: Client, cast: Cast
) -> None:
    """A firm that has described no challenge: it asks by itself, or the office does for it."""
    Challenge.objects.filter(company=cast.company).delete()
    client, company = (firm, {}) if side == "firm" else (office, {"company": cast.company.pk})
    page = client.get(ASK, {**company, "field": "retail", "market": "SG"})
    assert [name for name in ("challenge", "match") if name in page.context["form"].fields] == []
    sent = (
        shown_values(client, f"{ASK}?{urlencode({**company, 'field': 'retail', 'market': 'SG'})}") | company
    )
    check = client.post(CHECK, sent)
    labels = [str(row["label"]) for row in check.context["rows"]]
    assert ("Firm" in labels, "Challenge" in labels) == (True, False)
    client.post(SEND, check.context["hidden"])
    made = Commission.objects.get()
    assert (made.company, made.challenge, made.match) == (cast.company, None, None)
    works.accepted(made, cast.expert, cast.officer)
    html = unescape(expert.get(f"/en/expert/{made.pk}/").content.decode())
    assert [
        word for word in (cast.company.organisation.name_en, cast.company.business) if word not in html
    ] == []


def test_a_pair_without_a_chosen_challenge_is_about_the_one_it_answers(firm: Client, match: Match) -> None:
    firm.post(SEND, given(match, challenge=""))
    assert Commission.objects.get().challenge == match.challenge


def test_staff_name_the_firm_first_and_keep_what_the_address_held(office: Client, cast: Cast) -> None:
    name = cast.other_company.organisation.name
    page = office.get(ASK, {"firm": name, "field": "retail", "needed_on": "2031-06-20", "match": ""})
    query = urlencode({"company": cast.other_company.pk, "field": "retail", "needed_on": "2031-06-20"})
    assert page.headers["Location"] == f"{ASK}?{query}"
    form = office.get(page.headers["Location"]).context["form"]
    assert (form.company, str(form["needed_on"].value())) == (cast.other_company, "2031-06-20")


@pytest.mark.parametrize(
    ("words", "told"), [("", "Name the firm."), ("nobody of that name", "Nobody of this name")]
)
@pytest.mark.parametrize("address", [ASK, CHECK, SEND])
def test_without_a_firm_nothing_goes_on(
    address: str, words: str, told: str, office: Client, cast: Cast
) -> None:
    """An unknown name, a firm that was suspended meanwhile, a page without any: the office is asked for the firm."""
    errors = errors_of(office.get(ASK, {"firm": words}))
    assert told in errors["firm"][0]
    Organisation.objects.filter(pk=cast.company.pk).update(status="suspended")
    sent = {
        "company": str(cast.company.pk),
        "field": "retail",
        "market": "SG",
        "language": "ja",
        "question": "Q?",
    }
    page = office.get(address, sent) if address == ASK else office.post(address, sent)
    assert "research/ask_firm.html" in {each.name for each in page.templates}
    assert not Commission.objects.exists()


@pytest.mark.parametrize("address", [CHECK, SEND])
def test_a_firm_that_does_not_take_part_asks_later(
    address: str, firm: Client, match: Match, cast: Cast
) -> None:
    Organisation.objects.filter(pk=cast.company.pk).update(status="submitted")
    sent = {name: value for name, value in given(match).items() if name != "match"}
    for page in (firm.get(ASK), firm.post(address, sent)):
        assert "once your profile has been published" in page.content.decode()
    assert not Commission.objects.exists()


def test_the_firms_page_leads_staff_to_asking_for_it(office: Client, cast: Cast) -> None:
    html = office.get(f"/en/firms/{cast.company.pk}/").content.decode()
    assert f"{ASK}?company={cast.company.pk}" in html


def test_staff_come_from_a_pair_and_find_its_field_market_and_questions(office: Client, match: Match) -> None:
    shown = shown_values(office, f"{ASK}?match={match.pk}")
    assert (shown["match"], shown["challenge"], shown["field"]) == (
        str(match.pk),
        str(match.challenge_id),
        match.challenge.field,
    )
    country = match.startup.organisation.country
    assert (shown["market"], country.name in shown["question"]) == (country.code, True)
    answer = office.post(SEND, shown, follow=True)
    [made] = Commission.objects.all()
    assert (made.asked_side, answer.request["PATH_INFO"]) == ("staff", f"/en/staff/research/{made.pk}/")


def test_without_a_pair_staff_choose_among_the_firms_open_challenges_or_none(
    office: Client, cast: Cast, match: Match
) -> None:
    closed = factories.ChallengeFactory(company=cast.company, is_open=False)
    second = factories.ChallengeFactory(company=cast.company)
    form = office.get(ASK, {"company": cast.company.pk}).context["form"]
    offered = {str(key) for key, _label in form.fields["challenge"].choices}
    assert "match" not in form.fields
    assert offered == {"", str(match.challenge_id), str(second.pk)}, closed


@pytest.mark.parametrize(
    "query", ["?match=x", "?match=", "?match=²", "?field=space&market=SG", "?market=zz&field=retail"]
)
def test_an_address_somebody_made_up_is_an_empty_form(query: str, firm: Client, match: Match) -> None:
    answer = firm.get(ASK + query)
    assert (answer.status_code, answer.context["form"]["question"].value()) == (200, "")


@pytest.mark.parametrize("field", Field)
@pytest.mark.parametrize(("language", "market"), [("en", "Vietnam"), ("ja", "ベトナム")])
def test_every_field_has_its_questions_in_both_languages(
    language: str, market: str, field: Field, firm: Client
) -> None:
    page = firm.get(f"/{language}/research/ask/?field={field}&market=VN")
    words = page.context["form"]["question"].value()
    assert [line[:2] for line in words.splitlines()] == ["1.", "2.", "3.", "4."]
    assert (market in words, "%" in words) == (True, False)


def test_the_templates_are_those_of_the_five_fields_and_differ() -> None:
    assert set(TEMPLATES) == set(Field)
    assert len({question_for(field, "SG") for field in Field}) == len(Field)


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_meeting_to_come_leads_to_research_that_is_needed_before_it(
    language: str, cast: Cast, as_user: SignIn
) -> None:
    wanted = stories.agreed(stories.match_of(cast.company, cast.startup), cast.company_owner)
    meeting = book_free_time(wanted, stories.at(4), by=cast.company_owner, now=stories.at(0, day=1))
    made, day = meeting.request, meeting.starts_at.date().isoformat()
    address = f"/{language}/research/ask/?match={made.match_id}&needed_on={day}"
    for person in (cast.company_owner, cast.officer):
        client = as_user(person)
        assert address in unescape(client.get(f"/{language}/meetings/{made.pk}/").content.decode())
        form = client.get(address).context["form"]
        assert (form["match"].value(), form["needed_on"].value()) == (made.match_id, meeting.starts_at.date())
        again = client.get(f"{address}&field=mobility&market=VN").context
        assert (again["form"]["needed_on"].value(), again["chosen"]["needed_on"]) == (
            meeting.starts_at.date(),
            day,
        )
    assert (
        "research/ask"
        not in as_user(cast.startup_owner).get(f"/{language}/meetings/{made.pk}/").content.decode()
    )
    sent = {"challenge": made.match.challenge_id, "match": made.match_id, "field": "retail", "market": "SG",
            "language": "en", "question": "How large is it?", "needed_on": day}  # fmt: skip
    check = as_user(cast.company_owner).post(f"/{language}/research/ask/check/", sent)
    assert local_day(meeting.starts_at.date(), language) in [each["value"] for each in check.context["rows"]]
    as_user(cast.company_owner).post(f"/{language}/research/ask/send/", check.context["hidden"])
    commission = Commission.objects.get()
    assert (commission.match_id, commission.needed_on) == (made.match_id, meeting.starts_at.date())
    page = as_user(cast.officer).get(f"/{language}/staff/research/{commission.pk}/")
    assert local_day(commission.needed_on, language) in [each["value"] for each in page.context["facts"]]


def local_day(day: date | None, language: str) -> str:
    assert day is not None
    with translation.override(language):
        return local_time.day(day, year=True)


def test_a_day_that_is_none_in_the_address_is_left_out(cast: Cast, as_user: SignIn) -> None:
    for text in ("soon", "2026-02-30", ""):
        answer = as_user(cast.company_owner).get("/en/research/ask/", {"needed_on": text})
        assert answer.context["form"]["needed_on"].value() is None


@pytest.mark.parametrize(
    ("status", "offered"), [("disclosed", True), ("interested", True), ("dismissed", False)]
)
def test_a_pair_s_page_offers_research_to_the_firm_for_as_long_as_it_is_recommended(
    status: str, offered: bool, cast: Cast, as_user: SignIn
) -> None:
    match = stories.match_of(cast.company, cast.startup)
    reason = (
        {"dismissed_by": "company", "dismiss_reason": "off_target", "dismissed_at": timezone.now()}
        if status == "dismissed"
        else {}
    )
    type(match).objects.filter(pk=match.pk).update(status=status, **reason)
    page = as_user(cast.company_owner).get(f"/en/matches/{match.pk}/").content.decode()
    assert (f"/en/research/ask/?match={match.pk}" in page) is offered
