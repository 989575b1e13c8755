"""Writing, delivering, returning, publishing and reading a report, as people do it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import User
from matchmaking.core import local_time
from matchmaking.core.working_days import OFFICE_ZONE
from matchmaking.matches.models import Match
from research import actions
from research.enums import SectionKind
from research.models import Candidate, Commission, MarketFigure, ReportRemark, ReportSection
from tests import factories
from tests.conftest import Cast
from tests.meetings import stories
from tests.research import works

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
HTMX = {"HTTP_HX_REQUEST": "true"}
FIGURE = {"label": "Tills", "year": "2025", "amount": "1,250.5", "currency": "SGD", "source": "Retail Board"}


@pytest.fixture
def match(cast: Cast) -> Match:
    return stories.match_of(cast.company, cast.startup)


@pytest.fixture
def writing(match: Match, cast: Cast) -> Commission:
    return works.accepted(works.asked(match, cast.company_owner), cast.expert, cast.officer)


@pytest.fixture
def expert(cast: Cast, as_user: SignIn) -> Client:
    return as_user(cast.expert)


@pytest.fixture
def office(cast: Cast, as_user: SignIn) -> Client:
    return as_user(cast.officer)


@pytest.fixture
def firm(cast: Cast, as_user: SignIn) -> Client:
    return as_user(cast.company_owner)


def page(made: Commission, more: str = "", language: str = "en") -> str:
    return f"/{language}/expert/{made.pk}/report/{more}"


def test_a_section_is_saved_by_its_button(expert: Client, writing: Commission) -> None:
    answer = expert.post(page(writing, "summary/"), {"text": "First.\r\n\r\nSecond.", "seen": 0})
    assert (answer.status_code, answer["Location"]) == (302, page(writing) + "#summary")
    html = expert.get(page(writing)).content.decode()
    assert ("First.\n\nSecond." in html, "Saved at" in html) == (True, True)


def test_a_section_is_saved_while_it_is_written(expert: Client, writing: Commission) -> None:
    for seen in (0, 1):
        answer = expert.post(page(writing, "risks/"), {"text": f"Text {seen}", "seen": seen}, **HTMX)
        html = answer.content.decode()
        assert ("Saved at" in html, f'value="{seen + 1}" hx-swap-oob="true"' in html) == (True, True)
        assert "<html" not in html
    assert ReportSection.objects.get(kind="risks").text == "Text 1"


@pytest.mark.parametrize("extra", [HTMX, {}], ids=["by itself", "by the button"])
@pytest.mark.parametrize(
    ("language", "words"),
    [("en", "A newer text was saved meanwhile"), ("ja", "その間に新しい文章が保存されました")],
)
def test_the_older_of_two_windows_is_told_and_loses_nothing(
    language: str, words: str, extra: dict[str, str], expert: Client, writing: Commission
) -> None:
    address = page(writing, "summary/", language)
    expert.post(address, {"text": "From the newer window", "seen": 0})
    answer = expert.post(address, {"text": "From the older window", "seen": 0}, **extra)
    html = answer.content.decode()
    assert (answer.status_code, words in html, "From the newer window" in html) == (200, True, True)
    if not extra:
        assert "From the older window" in html
        assert 'name="seen" value="1"' in html, "the next saving has seen the newer text"
    assert ReportSection.objects.get().text == "From the newer window"
    expert.post(address, {"text": "Both", "seen": 1}, **extra)
    assert ReportSection.objects.get().text == "Both"


@pytest.mark.parametrize("extra", [HTMX, {}], ids=["by itself", "by the button"])
@pytest.mark.parametrize(
    ("sent", "message"),
    [
        ({"text": "x" * 20_001, "seen": 0}, "20000"),
        ({"text": "hid\u202eden", "seen": 0}, "character"),
        ({"text": "Text", "seen": "x"}, "Not saved."),
        ({"text": "Text", "seen": -1}, "Not saved."),
        ({"text": "Text"}, "Not saved."),
    ],
)
def test_what_cannot_be_kept_says_so(
    sent: dict[str, Any], message: str, extra: dict[str, str], expert: Client, writing: Commission
) -> None:
    answer = expert.post(page(writing, "summary/"), sent, **extra)
    html = answer.content.decode()
    if message in ("20000", "character") or extra:
        assert message in html
    assert (answer.status_code, ReportSection.objects.count()) == (200, 0)


@pytest.mark.parametrize("kind", SectionKind)
def test_what_no_report_can_do_without_is_marked_and_may_be_empty_while_it_is_written(
    kind: SectionKind, expert: Client, writing: Commission
) -> None:
    for seen, text in enumerate(("Some words", "")):
        assert expert.post(page(writing, f"{kind}/"), {"text": text, "seen": seen}).status_code == 302
    assert ReportSection.objects.get(kind=kind).text == ""
    forms = {each["kind"]: each["form"] for each in expert.get(page(writing)).context["sections"]}
    assert forms[kind].fields["text"].required is (kind in ("summary", "recommendation", "sources"))


def test_there_is_no_section_of_another_name(expert: Client, writing: Commission) -> None:
    assert expert.post(page(writing, "gossip/"), {"text": "x", "seen": 0}).status_code == 404
    assert expert.post(page(writing, "gossip/1/remove/")).status_code == 404


def test_figures_are_added_told_where_wrong_and_removed(expert: Client, writing: Commission) -> None:
    answer = expert.post(page(writing, "figures/add/"), FIGURE)
    assert (answer.status_code, answer["Location"]) == (302, page(writing) + "#figures")
    twice = expert.post(page(writing, "figures/add/"), FIGURE)
    assert list(twice.context["figure_form"].errors) == ["year"]
    [row] = MarketFigure.objects.all()
    assert (row.label, row.year, str(row.amount), row.currency) == ("Tills", 2025, "1250.50", "SGD")
    for _twice in range(2):
        assert expert.post(page(writing, f"figures/{row.pk}/remove/")).status_code == 302
    assert not MarketFigure.objects.exists()


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"source": ""}, "source"),
        ({"year": "1200"}, "year"),
        ({"year": "next"}, "year"),
        ({"amount": "-5"}, "amount"),
        ({"amount": "much"}, "amount"),
        ({"currency": "XXX"}, "currency"),
        ({"label": ""}, "label"),
    ],
)
def test_a_wrong_figure_is_told_at_its_field_and_stays_as_typed(
    change: dict[str, str], field: str, expert: Client, writing: Commission
) -> None:
    answer = expert.post(page(writing, "figures/add/"), {**FIGURE, **change})
    form = answer.context["figure_form"]
    assert (list(form.errors), form[field].value()) == ([field], change[field])
    assert not MarketFigure.objects.exists()


def test_startups_are_chosen_among_those_who_take_part(
    expert: Client, writing: Commission, cast: Cast
) -> None:
    hidden = factories.StartupFactory(organisation__status="suspended")
    add = page(writing, "candidates/add/")
    for key in ("", hidden.pk, cast.company.pk):
        answer = expert.post(add, {"startup": key, "reason": "Fits"})
        assert list(answer.context["candidate_form"].errors) == ["startup"]
    known = factories.StartupFactory()
    actions.declare_conflict(cast.expert.expert, known.organisation, reason="", by=cast.expert)
    answer = expert.post(add, {"startup": known.pk, "reason": "Fits"})
    assert "conflict of interest" in answer.context["candidate_form"].errors["startup"][0]
    assert expert.post(add, {"startup": cast.other_startup.pk, "reason": "Fits"}).status_code == 302
    answer = expert.post(add, {"startup": cast.other_startup.pk, "reason": "Fits"})
    assert "named already" in answer.context["candidate_form"].errors["startup"][0]
    [row] = Candidate.objects.all()
    assert expert.post(page(writing, f"candidates/{row.pk}/remove/")).status_code == 302
    assert not Candidate.objects.exists()


def test_nothing_of_another_report_can_be_removed(
    expert: Client, writing: Commission, match: Match, cast: Cast
) -> None:
    other = factories.ExpertFactory()
    theirs = works.accepted(works.asked(match, cast.officer), other.user, cast.officer)
    works.written(theirs, other.user)
    row = MarketFigure.objects.first()
    assert expert.post(page(writing, f"figures/{row.pk}/remove/")).status_code == 302
    assert MarketFigure.objects.filter(pk=row.pk).exists()
    assert expert.post(page(theirs, f"figures/{row.pk}/remove/")).status_code == 404


@pytest.mark.parametrize(
    ("language", "missing", "button"),
    [("en", "The report is not complete yet", "Deliver the report</button>"),
     ("ja", "報告書はまだ完成していません", "報告書を提出する</button>")],
)  # fmt: skip
def test_a_report_is_looked_over_before_it_is_delivered(
    language: str, missing: str, button: str, expert: Client, writing: Commission, cast: Cast
) -> None:
    address = page(writing, "deliver/", language)
    html = expert.get(address).content.decode()
    assert (missing in html, button in html) == (True, False)
    assert missing in expert.post(address).content.decode()
    assert works.states_of(writing)[0] == "assigned"
    works.written(writing, cast.expert)
    html = expert.get(address).content.decode()
    assert (missing in html, button in html, works.TEXTS["summary"][:14] in html) == (False, True, True)
    assert expert.post(address).status_code == 302
    assert works.states_of(writing)[0] == "delivered"
    assert expert.get(address).status_code == 409
    assert "<textarea" not in expert.get(page(writing, "", language)).content.decode()


def test_the_office_returns_it_with_remarks_that_stand_beside_their_section(
    expert: Client, office: Client, writing: Commission, cast: Cast
) -> None:
    works.delivered(writing, cast.expert)
    address = f"/en/staff/research/{writing.pk}/return/"
    form = office.get(address).context["form"]
    assert [name for name in form.fields if name.startswith("summary")] == ["summary_1", "summary_2"]
    assert office.post(address, {"summary_1": " ", "version": 1}).context["form"].non_field_errors()
    assert works.states_of(writing)[0] == "delivered"
    sent = {"summary_2": "How fast does it grow?", "risks_1": "And the staff?", "version": 1}
    assert office.post(address, sent).status_code == 302
    found = set(ReportRemark.objects.values_list("kind", "paragraph", "text"))
    assert found == {("summary", 2, "How fast does it grow?"), ("risks", 1, "And the staff?")}
    sections = {each["kind"]: each["remarks"] for each in expert.get(page(writing)).context["sections"]}
    assert {kind: [each.text for each in remarks] for kind, remarks in sections.items() if remarks} == {
        "summary": ["How fast does it grow?"],
        "risks": ["And the staff?"],
    }
    assert office.get(address).status_code == 409
    html = office.get(f"/en/staff/research/{writing.pk}/1/").content.decode()
    assert ("How fast does it grow?" in html, "expert" in html) == (True, True)


def test_published_it_is_in_the_firms_hands_and_the_expert_sees_nothing_any_more(
    expert: Client, office: Client, firm: Client, writing: Commission, cast: Cast, as_user: SignIn
) -> None:
    works.delivered(writing, cast.expert)
    hidden = firm.get(f"/en/research/{writing.pk}/").content.decode()
    assert works.TEXTS["recommendation"] not in hidden
    address = f"/en/staff/research/{writing.pk}/publish/"
    assert "Nothing has been sent yet." in office.get(address).content.decode()
    assert office.post(address, {"version": 1}).status_code == 302
    assert (office.get(address).status_code, office.post(address).status_code) == (409, 409)
    html = firm.get(f"/en/research/{writing.pk}/").content.decode()
    expected = [*works.TEXTS.values(), "Tills", "USD 12.5", "Retail Board 2025", 'role="img"', 'lang="en"']
    assert [text for text in expected for part in text.split("\n\n") if part not in html] == []
    day = local_time.day(timezone.localdate(timezone=ZoneInfo(OFFICE_ZONE)), year=True)
    assert f"{cast.company.organisation.name_en} · {day} · Version 1" in html
    labels = [row["label"] for row in firm.get(f"/en/research/{writing.pk}/").context["facts"]]
    assert ("Published on" in labels, "Due" in labels) == (True, False)
    for path in ("", "report/", "report/deliver/"):
        assert expert.get(f"/en/expert/{writing.pk}/{path}").status_code == 404, path
    for path in ("accept/", "refuse/", "report/deliver/", "report/summary/", "report/figures/add/"):
        assert expert.post(f"/en/expert/{writing.pk}/{path}", {}).status_code == 404, path
    assert str(writing.pk) not in [row["commission"].pk for row in expert.get("/en/").context["rows"]]
    for person in (cast.other_company_owner, cast.startup_owner, cast.expert, cast.newcomer):
        assert as_user(person).get(f"/en/research/{writing.pk}/").status_code == 404


@pytest.mark.parametrize(
    ("language", "told"),
    [
        ("en", "A newer version was delivered meanwhile. Read it, then decide."),
        ("ja", "その間に新しい版が届きました。新しい版を確認してから判断してください。"),
    ],
)
def test_what_was_not_read_is_neither_published_nor_returned_and_the_remarks_stay_typed(
    language: str, told: str, office: Client, writing: Commission, cast: Cast
) -> None:
    """Two of the office have it open; one returned it, and it came back changed."""
    works.delivered(writing, cast.expert)
    begun = f"/{language}/staff/research/{writing.pk}/"
    seen = {name: office.get(f"{begun}{name}/").content.decode() for name in ("publish", "return")}
    assert all('<input type="hidden" name="version" value="1">' in html for html in seen.values())
    actions.return_report(writing, [actions.Remark("summary", 1, "More.")], by=cast.administrator)
    actions.save_section(writing, "summary", "More of it.", seen=1, by=cast.expert)
    actions.deliver(writing, by=cast.expert)
    for number in ("1", "", "x", "99999999"):
        assert office.post(f"{begun}publish/", {"version": number}).status_code == 302
        assert told in office.get(begun).content.decode()
        assert works.states_of(writing)[0] == "delivered"
    answer = office.post(f"{begun}return/", {"summary_1": "How fast?", "version": "1"})
    assert answer.context["form"].non_field_errors() == [told]
    html = answer.content.decode()
    assert ("How fast?" in html, 'name="version" value="2"' in html) == (True, True)
    assert works.states_of(writing)[0] == "delivered"
    assert office.post(f"{begun}return/", {"summary_1": "How fast?", "version": "2"}).status_code == 302
    assert works.states_of(writing)[0] == "returned"


@pytest.mark.parametrize("state", ["assigned", "accepted", "delivered", "returned"])
def test_a_firm_reads_one_word_in_one_colour_while_its_research_is_under_way(
    state: str, firm: Client, match: Match, cast: Cast
) -> None:
    """Neither how often it went back nor whether the expert has accepted shows, not even as a colour."""
    made = works.offered(works.asked(match, cast.company_owner), cast.expert, cast.officer)
    if state != "assigned":
        actions.accept(made, by=cast.expert)
    if state in ("delivered", "returned"):
        works.delivered(made, cast.expert)
    if state == "returned":
        actions.return_report(made, [actions.Remark("summary", 1, "More.")], by=cast.officer)
    page = firm.get(f"/en/research/{made.pk}/")
    [row] = firm.get("/en/research/").context["rows"]
    told = ("Under way", "info")
    assert (page.context["firm_status"], page.context["firm_tone"]) == told
    assert (row["firm_status"], row["firm_tone"]) == told
    html = page.content.decode() + firm.get("/en/research/").content.decode()
    assert html.count('class="tag tag-info"') == 2
    assert 'class="tag tag-warn"' not in html


def test_what_the_office_asked_for_reaches_the_firm_only_when_published(
    firm: Client, match: Match, cast: Cast
) -> None:
    made = works.accepted(works.asked(match, cast.officer), cast.expert, cast.officer)
    works.delivered(made, cast.expert)
    assert firm.get(f"/en/research/{made.pk}/").status_code == 404
    actions.publish_report(made, by=cast.officer)
    assert firm.get(f"/en/research/{made.pk}/").status_code == 200
    html = firm.get(f"/en/matches/{match.pk}/").content.decode()
    assert ("Research report received" in html, f"/en/research/{made.pk}/" in html) == (True, True)


def test_the_startup_never_reads_of_research(match: Match, cast: Cast, as_user: SignIn) -> None:
    made = works.accepted(works.asked(match, cast.officer), cast.expert, cast.officer)
    works.published(made, cast.expert, cast.officer)
    stories.asked(match, cast.company_owner)
    html = as_user(cast.startup_owner).get(f"/en/matches/{match.pk}/").content.decode()
    assert [word for word in ("esearch report", works.TEXTS["recommendation"]) if word in html] == []


def test_only_versions_that_are_there_can_be_read(office: Client, writing: Commission, cast: Cast) -> None:
    assert office.get(f"/en/staff/research/{writing.pk}/1/").status_code == 404
    works.delivered(writing, cast.expert)
    assert office.get(f"/en/staff/research/{writing.pk}/1/").status_code == 200
    assert office.get(f"/en/staff/research/{writing.pk}/2/").status_code == 404


@pytest.mark.parametrize("path", ["return/", "publish/"])
def test_what_has_not_been_delivered_is_neither_returned_nor_published(
    path: str, office: Client, writing: Commission
) -> None:
    for method in (office.get, office.post):
        assert method(f"/en/staff/research/{writing.pk}/{path}").status_code == 409


def test_before_it_is_accepted_there_is_nothing_to_write(expert: Client, match: Match, cast: Cast) -> None:
    offered = works.offered(works.asked(match, cast.officer), cast.expert, cast.officer)
    assert expert.get(page(offered))["Location"] == f"/en/expert/{offered.pk}/"
    assert expert.post(page(offered, "summary/"), {"text": "x", "seen": 0}).status_code == 409
    assert not ReportSection.objects.exists()


@pytest.mark.parametrize(
    ("language", "labels"),
    [
        ("en", "Summary|The market|Regulation|Competitors|Risks|Recommendation|Sources"),
        ("ja", "要旨|市場の概況|規制|競合|リスク|提言|出典"),
    ],
)
def test_every_section_has_its_heading_and_its_own_address(
    language: str, labels: str, expert: Client, writing: Commission
) -> None:
    answer = expert.get(page(writing, "", language))
    html = answer.content.decode()
    assert [each["form"]["text"].label for each in answer.context["sections"]] == labels.split("|")
    assert [kind for kind in SectionKind if f'hx-post="{page(writing, kind, language)}/"' not in html] == []


def test_the_office_sees_what_is_late(office: Client, match: Match, cast: Cast) -> None:
    yesterday = timezone.localdate() - timedelta(days=1)
    works.accepted(works.asked(match, cast.officer), cast.expert, cast.officer, yesterday)
    rows = {row.what: row for row in office.get("/en/").context["other_rows"]}
    assert (rows["Research overdue"].count, rows["Research overdue"].url) == (
        1,
        "/en/staff/research/?overdue=yes",
    )
