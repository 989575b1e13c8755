"""The pages of partnerships: what each reader finds there, may do there, and is told afterwards."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from partnerships import actions
from partnerships.enums import EndReason, GateStatus, Need, PaperKind
from partnerships.models import Amount, GateCheck, GateRule, NextStep, Paper, Partnership, SupportMeasure
from tests import factories
from tests.conftest import Cast
from tests.partnerships import stories
from tests.partnerships.pages import LANGUAGES, SignIn, errors, links, path, words

pytestmark = pytest.mark.django_db
PEOPLE = ["officer", "company_owner", "company_member", "startup_owner", "startup_member"]
MEMBERS = PEOPLE[1:]
IN_A_WEEK = (timezone.localdate() + timedelta(days=7)).isoformat()
YESTERDAY = (timezone.localdate() - timedelta(days=1)).isoformat()
STEP = {"text": "Visit the plant", "owner": "startup", "due_on": IN_A_WEEK}
PAPER = {"kind": "nda", "dated": YESTERDAY, "note": "In the safe"}
AMOUNT = {"kind": "budget", "amount": "12,000,000", "currency": "JPY", "as_of": YESTERDAY}
MEASURE = {"name": "Trade insurance", "amount": "", "currency": "JPY", "decided_on": YESTERDAY}

RULE = {
    "title_en": "Product liability",
    "title_ja": "製造物責任",
    "text_en": "Look at who answers for faults.",
    "text_ja": "不具合の責任を確認します。",
    "modes": ["joint_development"],
    "countries": [],
    "before": "signed",
    "source": "製造物責任法",
    "source_url": "",
    "checked_on": YESTERDAY,
}


@pytest.fixture
def begun(cast: Cast) -> Partnership:
    stories.only_rule(before="agreed")
    return stories.begun(cast)


class TestOwnLists:
    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("person", ["company_owner", "startup_owner"])
    def test_without_a_partnership_the_page_says_how_one_begins(
        self, cast: Cast, as_user: SignIn, person: str, language: str
    ) -> None:
        answer = as_user(getattr(cast, person)).get(path("mine", language=language))
        text = {"en": "There is no partnership yet.", "ja": "協業はまだありません。"}[language]
        assert text in words(answer)
        assert f"/{language}/meetings/" in links(answer)

    @pytest.mark.parametrize(
        ("person", "other"), [("company_owner", "startup"), ("startup_owner", "company")]
    )
    def test_each_side_reads_the_other_s_name(
        self, cast: Cast, as_user: SignIn, begun: Partnership, person: str, other: str
    ) -> None:
        answer = as_user(getattr(cast, person)).get(path("mine"))
        organisation = getattr(cast, other).organisation
        assert (organisation.name_en or organisation.name) in words(answer)
        assert path("detail", pk=begun.pk) in links(answer)

    def test_what_has_ended_stands_apart(self, cast: Cast, as_user: SignIn, begun: Partnership) -> None:
        stories.begun(cast, mode="investment")
        actions.end(begun, EndReason.TERMS, by=cast.officer)
        answer = as_user(cast.company_owner).get(path("mine"))
        shown = [
            [row["partnership"].mode for row in answer.context[name]] for name in ("open_rows", "ended_rows")
        ]
        assert shown == [["investment"], ["joint_development"]]

    @pytest.mark.parametrize("person", ["other_company_owner", "other_startup_owner"])
    def test_others_find_nothing_there(
        self, cast: Cast, as_user: SignIn, begun: Partnership, person: str
    ) -> None:
        client = as_user(getattr(cast, person))
        assert path("detail", pk=begun.pk) not in links(client.get(path("mine")))
        assert client.get(path("detail", pk=begun.pk)).status_code == 404


class TestThePageThatAllShare:
    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("person", PEOPLE)
    def test_all_read_the_same_of_it(
        self, cast: Cast, as_user: SignIn, begun: Partnership, person: str, language: str
    ) -> None:
        stories.a_step(begun, cast.officer, text="Send a sample of the counter")
        actions.add_paper(begun, PaperKind.NDA, stories.TODAY, by=cast.officer, note="Kept by legal")
        stories.meet(begun, Need.AMOUNT, cast.officer)
        actions.add_measure(begun, "Subsidy of the prefecture", stories.TODAY, by=cast.officer)
        text = words(as_user(getattr(cast, person)).get(path("detail", language=language, pk=begun.pk)))
        for written in (
            "Send a sample of the counter",
            "Kept by legal",
            "JPY 12,000,000",
            "Subsidy of the prefecture",
            "Try the counter on two tills.",
            {"en": "Product liability", "ja": "製造物責任"}[language],
        ):
            assert written in text

    @pytest.mark.parametrize(
        ("person", "manages"), [("officer", True), ("company_owner", False), ("startup_owner", False)]
    )
    def test_only_staff_find_ways_to_decide(
        self, cast: Cast, as_user: SignIn, begun: Partnership, person: str, manages: bool
    ) -> None:
        found = links(as_user(getattr(cast, person)).get(path("detail", pk=begun.pk)))
        decisions = {
            path("move", pk=begun.pk, to="agreed"),
            path("end", pk=begun.pk),
            path("measure_new", pk=begun.pk),
            path("check", pk=begun.checks.get().pk),
        }
        assert found & decisions == (decisions if manages else set())

    @pytest.mark.parametrize("person", PEOPLE)
    def test_everybody_finds_ways_to_record(
        self, cast: Cast, as_user: SignIn, begun: Partnership, person: str
    ) -> None:
        found = links(as_user(getattr(cast, person)).get(path("detail", pk=begun.pk)))
        assert {path(name, pk=begun.pk) for name in ("step_new", "paper_new", "amount_new")} <= found

    @pytest.mark.parametrize(
        ("person", "may"),
        [("officer", True), ("startup_owner", True), ("startup_member", True), ("company_owner", False)],
    )
    def test_a_step_is_offered_for_doing_to_whom_it_belongs(
        self, cast: Cast, as_user: SignIn, begun: Partnership, person: str, may: bool
    ) -> None:
        step = stories.a_step(begun, cast.officer)
        client = as_user(getattr(cast, person))
        assert (path("step_done", pk=step.pk) in links(client.get(path("detail", pk=begun.pk)))) == may
        assert client.get(path("step_done", pk=step.pk)).status_code == (200 if may else 404)

    def test_an_overdue_step_says_so(self, cast: Cast, as_user: SignIn, begun: Partnership) -> None:
        stories.a_step(begun, cast.officer, due_on=timezone.localdate() - timedelta(days=2))
        assert "Overdue" in words(as_user(cast.company_owner).get(path("detail", pk=begun.pk)))

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_the_next_stage_tells_what_is_there_and_what_is_missing(
        self, cast: Cast, as_user: SignIn, begun: Partnership, language: str
    ) -> None:
        stories.meet(begun, Need.NDA, cast.officer)
        answer = as_user(cast.company_owner).get(path("detail", language=language, pk=begun.pk))
        step, agreement = {
            "en": ("An open next step, with who does it and by when Missing", "agreement There"),
            "ja": ("次の予定（担当と期限） 未登録", "秘密保持契約 登録済み"),
        }[language]
        assert step in words(answer)
        assert agreement in words(answer)

    def test_after_the_end_the_reason_is_read_and_nothing_is_offered(
        self, cast: Cast, as_user: SignIn, begun: Partnership
    ) -> None:
        stories.a_step(begun, cast.officer)
        actions.end(begun, EndReason.RESOURCES, by=cast.officer, text="Perhaps next spring.")
        answer = as_user(cast.company_owner).get(path("detail", pk=begun.pk))
        assert "No people or money for it" in words(answer)
        assert "Perhaps next spring." in words(answer)
        assert not {path(name, pk=begun.pk) for name in ("step_new", "paper_new")} & links(answer)

    @pytest.mark.parametrize(("days", "told"), [(61, True), (59, False)])
    def test_staff_are_warned_when_nothing_is_heard(
        self, cast: Cast, as_user: SignIn, begun: Partnership, days: int, told: bool
    ) -> None:
        Partnership.objects.update(news_at=timezone.now() - timedelta(days=days))
        warning = "Nothing has been recorded here for 60 days."
        assert (warning in words(as_user(cast.officer).get(path("detail", pk=begun.pk)))) == told
        assert warning not in words(as_user(cast.company_owner).get(path("detail", pk=begun.pk)))


@pytest.mark.parametrize("person", PEOPLE)
@pytest.mark.parametrize(
    ("page", "sent", "model"),
    [("step_new", STEP, NextStep), ("paper_new", PAPER, Paper), ("amount_new", AMOUNT, Amount)],
)
class TestRecording:
    def test_it_is_kept_with_who_wrote_it_and_shown(
        self,
        cast: Cast,
        as_user: SignIn,
        begun: Partnership,
        page: str,
        sent: dict[str, Any],
        model: Any,
        person: str,
    ) -> None:
        answer = as_user(getattr(cast, person)).post(path(page, pk=begun.pk), sent, follow=True)
        assert answer.redirect_chain[-1][0] == path("detail", pk=begun.pk)
        assert "Saved." in answer.content.decode()
        assert model.objects.get().by == getattr(cast, person)


@pytest.mark.parametrize("person", MEMBERS)
@pytest.mark.parametrize("page", ["measure_new", "end"])
def test_the_ministry_s_support_and_the_end_are_recorded_by_staff_only(
    cast: Cast, as_user: SignIn, begun: Partnership, page: str, person: str
) -> None:
    answer = as_user(getattr(cast, person)).post(path(page, pk=begun.pk), {**MEASURE, "end_reason": "terms"})
    assert answer.status_code == 404
    assert not SupportMeasure.objects.exists()
    begun.refresh_from_db()
    assert begun.status == "exploring"


def test_a_support_measure_needs_no_amount(cast: Cast, as_user: SignIn, begun: Partnership) -> None:
    as_user(cast.officer).post(path("measure_new", pk=begun.pk), MEASURE)
    row = SupportMeasure.objects.get()
    assert (row.name, row.amount) == ("Trade insurance", None)


class TestDoingAStep:
    def test_it_is_asked_before_and_told_after(self, cast: Cast, as_user: SignIn, begun: Partnership) -> None:
        step = stories.a_step(begun, cast.officer)
        client = as_user(cast.startup_owner)
        assert "Is this step done?" in words(client.get(path("step_done", pk=step.pk)))
        answer = client.post(path("step_done", pk=step.pk), follow=True)
        assert "The step is done." in answer.content.decode()
        step.refresh_from_db()
        assert step.done_by == cast.startup_owner

    @pytest.mark.parametrize("method", ["get", "post"])
    def test_a_step_that_is_done_answers_that_the_page_is_old(
        self, cast: Cast, as_user: SignIn, begun: Partnership, method: str
    ) -> None:
        step = stories.a_step(begun, cast.officer)
        actions.finish_step(step, by=cast.officer)
        client = as_user(cast.startup_owner)
        assert getattr(client, method)(path("step_done", pk=step.pk)).status_code == 409


class TestStages:
    def test_while_something_lacks_there_is_no_button_and_no_way_round_it(
        self, cast: Cast, as_user: SignIn, begun: Partnership
    ) -> None:
        client, url = as_user(cast.officer), path("move", pk=begun.pk, to="agreed")
        page = client.get(url)
        assert "This stage cannot be entered yet" in words(page)
        assert 'type="submit" class="btn btn-primary"' not in page.content.decode().split("<main", 1)[1]
        answer = client.post(url, follow=True)
        assert "Something that this stage needs is still missing." in answer.content.decode()
        begun.refresh_from_db()
        assert begun.status == "exploring"

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_with_everything_there_it_is_entered(
        self, cast: Cast, as_user: SignIn, begun: Partnership, language: str
    ) -> None:
        for need in (Need.NEXT_STEP, Need.NDA, Need.GATES):
            stories.meet(begun, need, cast.officer)
        answer = as_user(cast.officer).post(
            path("move", language=language, pk=begun.pk, to="agreed"), follow=True
        )
        stage = {"en": "Agreed in principle", "ja": "基本合意"}[language]
        assert stage in words(answer)
        begun.refresh_from_db()
        assert begun.status == "agreed"

    def test_a_step_back_asks_why(self, cast: Cast, as_user: SignIn, begun: Partnership) -> None:
        stories.settle(begun, cast.officer)
        stories.brought_to(begun, "agreed", cast.officer)
        client, url = as_user(cast.officer), path("move", pk=begun.pk, to="exploring")
        assert errors(client.post(url, {"reason": " "})) == {"reason": ["Say why; it stays in the history."]}
        client.post(url, {"reason": "The partner wants to think again."})
        begun.refresh_from_db()
        assert begun.status == "exploring"

    @pytest.mark.parametrize("to", ["proving", "negotiating", "signed", "exploring"])
    def test_a_stage_that_is_not_next_answers_that_the_page_is_old(
        self, cast: Cast, as_user: SignIn, begun: Partnership, to: str
    ) -> None:
        assert as_user(cast.officer).get(path("move", pk=begun.pk, to=to)).status_code == 409

    @pytest.mark.parametrize("to", ["ended", "married"])
    def test_what_is_no_stage_does_not_exist(
        self, cast: Cast, as_user: SignIn, begun: Partnership, to: str
    ) -> None:
        assert as_user(cast.officer).get(path("move", pk=begun.pk, to=to)).status_code == 404


class TestTheEnd:
    @pytest.mark.parametrize(
        ("sent", "told"),
        [
            ({}, {"end_reason": ["Choose the reason."]}),
            ({"end_reason": "other"}, {"end_text": ["Say in a sentence what the reason was."]}),
        ],
    )
    def test_it_needs_a_reason(
        self, cast: Cast, as_user: SignIn, begun: Partnership, sent: dict[str, str], told: Any
    ) -> None:
        assert errors(as_user(cast.officer).post(path("end", pk=begun.pk), sent)) == told

    def test_it_ends_and_may_be_taken_up_again(self, cast: Cast, as_user: SignIn, begun: Partnership) -> None:
        client = as_user(cast.officer)
        client.post(path("end", pk=begun.pk), {"end_reason": "terms", "end_text": ""})
        again = path("move", pk=begun.pk, to="exploring")
        assert again in links(client.get(path("detail", pk=begun.pk)))
        client.post(again, {"reason": "New terms"})
        begun.refresh_from_db()
        assert (begun.status, begun.end_reason) == ("exploring", "")

    def test_not_if_the_two_have_begun_anew(self, cast: Cast, as_user: SignIn, begun: Partnership) -> None:
        actions.end(begun, EndReason.TERMS, by=cast.officer)
        stories.begun(cast)
        answer = as_user(cast.officer).post(
            path("move", pk=begun.pk, to="exploring"), {"reason": "New terms"}, follow=True
        )
        assert "The two have begun another partnership of this kind meanwhile." in answer.content.decode()


class TestBeginning:
    def test_from_a_held_meeting(self, cast: Cast, as_user: SignIn) -> None:
        met = stories.held(cast)
        client = as_user(cast.officer)
        sent = {"mode": "investment", "summary": "Take a minority share."}
        answer = client.post(path("begin_after", request_pk=met.pk), sent, follow=True)
        begun = Partnership.objects.get()
        assert (begun.request, begun.company, begun.startup, begun.mode) == (
            met,
            cast.company,
            cast.startup,
            "investment",
        )
        assert answer.redirect_chain[-1][0] == path("detail", pk=begun.pk)

    def test_not_from_a_meeting_that_was_not_held(self, cast: Cast, as_user: SignIn) -> None:
        met = stories.held(cast)
        type(met).objects.update(status="no_show")
        assert as_user(cast.officer).get(path("begin_after", request_pk=met.pk)).status_code == 409

    @pytest.mark.parametrize("name", ["name", "name_en"])
    def test_by_name_in_either_language(self, cast: Cast, as_user: SignIn, name: str) -> None:
        sent = {
            "company": getattr(cast.company.organisation, name),
            "startup": f"  {cast.startup.organisation.name.upper()} ",
            "mode": "acquisition",
            "summary": "Buy it in steps.",
        }
        as_user(cast.officer).post(path("begin"), sent)
        assert Partnership.objects.get().company == cast.company

    @pytest.mark.parametrize(
        ("company", "told"),
        [
            ("", "Name the firm."),
            ("No such firm", "Nobody of this name takes part in the programme."),
            ("北浜食品", "More than one has this in its name:"),
        ],
    )
    def test_a_name_that_does_not_tell_one_firm(
        self, cast: Cast, as_user: SignIn, company: str, told: str
    ) -> None:
        sent = {"company": company, "startup": cast.startup.organisation.name, "mode": "investment"}
        found = errors(as_user(cast.officer).post(path("begin"), {**sent, "summary": "x"}))
        assert list(found) == ["company"]
        assert found["company"][0].startswith(told)

    def test_a_firm_that_does_not_take_part_is_not_found(self, cast: Cast, as_user: SignIn) -> None:
        away = factories.CompanyFactory(organisation__status="withdrawn")
        sent = {"company": away.organisation.name, "startup": cast.startup.organisation.name}
        found = errors(
            as_user(cast.officer).post(path("begin"), {**sent, "mode": "investment", "summary": "x"})
        )
        assert list(found) == ["company"]

    def test_a_second_of_the_same_kind_is_told_at_the_field(
        self, cast: Cast, as_user: SignIn, begun: Partnership
    ) -> None:
        met = stories.held(cast)
        sent = {"mode": "joint_development", "summary": "Again"}
        found = errors(as_user(cast.officer).post(path("begin_after", request_pk=met.pk), sent))
        assert found == {
            "mode": ["The two already have a partnership of this kind. Open it in the list instead."]
        }

    def test_nothing_typed_is_lost(self, cast: Cast, as_user: SignIn) -> None:
        met = stories.held(cast)
        answer = as_user(cast.officer).post(
            path("begin_after", request_pk=met.pk), {"mode": "", "summary": "A long thought"}
        )
        assert errors(answer) == {"mode": ["Choose the kind of cooperation."]}
        assert "A long thought" in answer.content.decode()

    def test_a_held_meeting_s_page_leads_there_for_staff_only(self, cast: Cast, as_user: SignIn) -> None:
        met = stories.held(cast)
        url = path("begin_after", request_pk=met.pk)
        page = f"/en/meetings/{met.pk}/"
        assert url in links(as_user(cast.officer).get(page))
        assert url not in links(as_user(cast.company_owner).get(page))


class TestLegalChecks:
    def test_a_decision_is_kept_and_read_by_both_sides(
        self, cast: Cast, as_user: SignIn, begun: Partnership
    ) -> None:
        check = begun.checks.get()
        sent = {"status": "settled", "decided_on": YESTERDAY, "note": "Looked at by counsel"}
        as_user(cast.officer).post(path("check", pk=check.pk), sent)
        assert "Looked at by counsel" in words(as_user(cast.startup_owner).get(path("detail", pk=begun.pk)))

    def test_a_decided_one_is_opened_again_with_a_reason(
        self, cast: Cast, as_user: SignIn, begun: Partnership
    ) -> None:
        check = begun.checks.get()
        actions.decide(check, GateStatus.NOT_NEEDED, stories.TODAY, "No goods leave.", by=cast.officer)
        client = as_user(cast.officer)
        assert "No goods leave." in words(client.get(path("check", pk=check.pk)))
        assert list(errors(client.post(path("check", pk=check.pk), {}))) == ["reason"]
        client.post(path("check", pk=check.pk), {"reason": "Goods leave after all."})
        check.refresh_from_db()
        assert check.status == "open"

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_the_list_says_which_were_never_compared_with_their_source(
        self, cast: Cast, as_user: SignIn, language: str
    ) -> None:
        text = words(as_user(cast.officer).get(path("rules", language=language)))
        assert text.count({"en": "Not compared yet", "ja": "未照合"}[language]) == 11

    @pytest.mark.parametrize(
        ("language", "named"), [("en", "Australia, Vietnam"), ("ja", "オーストラリア、ベトナム")]
    )
    def test_countries_are_named_in_the_list(
        self, cast: Cast, as_user: SignIn, language: str, named: str
    ) -> None:
        stories.only_rule(countries=["AU", "VN"])
        assert named in words(as_user(cast.officer).get(path("rules", language=language)))

    def test_a_rule_is_added_changed_and_taken_out_of_use(self, cast: Cast, as_user: SignIn) -> None:
        GateRule.objects.update(in_use=False)
        begun = stories.begun(cast)
        client = as_user(cast.officer)
        assert client.post(path("rule_new"), RULE).status_code == 302
        rule = GateRule.objects.in_use().get()
        assert begun.checks.get().rule == rule
        client.post(path("rule_edit", pk=rule.pk), {**RULE, "title_en": "Liability for faults"})
        rule.refresh_from_db()
        assert rule.title_en == "Liability for faults"
        assert "Take this legal check out of use?" in words(client.get(path("rule_use", pk=rule.pk)))
        client.post(path("rule_use", pk=rule.pk))
        assert not GateRule.objects.in_use().exists()
        assert "Use this legal check again?" in words(client.get(path("rule_use", pk=rule.pk)))

    def test_the_list_counts_the_open_partnerships_that_wait(
        self, cast: Cast, as_user: SignIn, begun: Partnership
    ) -> None:
        stories.begun(cast, startup=cast.other_startup)
        ended = stories.begun(cast, startup=factories.StartupFactory())
        actions.end(ended, EndReason.TERMS, by=cast.officer)
        rules = as_user(cast.officer).get(path("rules")).context["rules"]
        assert [rule.waiting for rule in rules if rule.in_use] == [2]
        assert GateCheck.objects.filter(status="open").count() == 3
