"""What is recorded by the pages: each kind of document and amount, each currency, each owner; sent twice; files."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from documents.models import Document
from matchmaking.core.currencies import Currency, money
from matchmaking.core.models import AuditEvent, Notice
from matchmaking.core.notices import Event
from matchmaking.matches.enums import Side
from partnerships import actions
from partnerships.actions.records import MOST_FILES
from partnerships.enums import AmountKind, EndReason, GateStatus, PaperKind
from partnerships.models import Amount, GateCheck, NextStep, Paper, Partnership, SupportMeasure
from tests.conftest import Cast
from tests.documents import documents
from tests.partnerships import stories
from tests.partnerships.pages import LANGUAGES, SignIn, errors, links, path, words
from tests.partnerships.test_pages import AMOUNT, IN_A_WEEK, MEASURE, PAPER, STEP, YESTERDAY

pytestmark = pytest.mark.django_db
SPEAKERS = ["officer", "company_owner", "startup_member"]


@pytest.fixture
def begun(cast: Cast) -> Partnership:
    stories.only_rule(before="agreed")
    return stories.begun(cast)


class TestDocuments:
    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("kind", list(PaperKind))
    def test_each_kind_is_kept_and_read_by_all(
        self, cast: Cast, as_user: SignIn, begun: Partnership, kind: PaperKind, language: str
    ) -> None:
        url = path("paper_new", language=language, pk=begun.pk)
        as_user(cast.startup_owner).post(url, {**PAPER, "kind": kind})
        paper = Paper.objects.get()
        assert (paper.kind, paper.side, paper.note) == (kind, "startup", "In the safe")
        for person in SPEAKERS:
            answer = as_user(getattr(cast, person)).get(path("detail", language=language, pk=begun.pk))
            [row] = answer.context["paper_rows"]
            assert str(row["what"]) in words(answer)
            assert "In the safe" in words(answer)

    @pytest.mark.parametrize("person", [*SPEAKERS, "startup_owner", "company_member"])
    def test_a_place_for_the_file_is_offered_to_its_side_and_the_office(
        self, cast: Cast, as_user: SignIn, begun: Partnership, person: str
    ) -> None:
        actions.add_paper(begun, PaperKind.NDA, stories.TODAY, by=cast.company_owner)
        [row] = as_user(getattr(cast, person)).get(path("detail", pk=begun.pk)).context["paper_rows"]
        assert (row["may_send"], row["file"]) == (not person.startswith("startup"), None)

    def test_the_place_is_made_once_however_often_it_is_asked_for(
        self, cast: Cast, as_user: SignIn, begun: Partnership
    ) -> None:
        paper = actions.add_paper(begun, PaperKind.NDA, stories.TODAY, by=cast.company_owner)
        client, url = as_user(cast.company_owner), path("paper_file", pk=paper.pk)
        places = {client.post(url)["Location"] for _twice in range(2)}
        assert len(places) == Document.objects.count() == 1
        assert client.get(places.pop()).status_code == 200

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_thirty_files_are_the_most(
        self, cast: Cast, as_user: SignIn, begun: Partnership, language: str
    ) -> None:
        for _each in range(MOST_FILES):
            paper = actions.add_paper(begun, PaperKind.OTHER, stories.TODAY, by=cast.officer)
            actions.open_file(paper, by=cast.officer)
        extra = actions.add_paper(begun, PaperKind.NDA, stories.TODAY, by=cast.officer)
        url = path("paper_file", language=language, pk=extra.pk)
        answer = as_user(cast.officer).post(url, follow=True)
        told = {"en": "A partnership has thirty files at most.", "ja": "30"}[language]
        assert told in answer.content.decode()
        assert Document.objects.count() == MOST_FILES

    def test_the_file_s_name_is_read_where_the_document_stands(
        self, cast: Cast, as_user: SignIn, begun: Partnership
    ) -> None:
        paper = actions.add_paper(begun, PaperKind.NDA, stories.TODAY, by=cast.company_owner)
        document = actions.open_file(paper, by=cast.company_owner)
        page = path("detail", pk=begun.pk)
        assert "No file yet" in words(as_user(cast.startup_owner).get(page))
        documents.shelved(document, cast.company_owner, name="Agreement of June.pdf")
        for person in SPEAKERS:
            assert "Agreement of June.pdf" in words(as_user(getattr(cast, person)).get(page))

    def test_after_the_end_no_file_is_sent(self, cast: Cast, as_user: SignIn, begun: Partnership) -> None:
        paper = actions.add_paper(begun, PaperKind.NDA, stories.TODAY, by=cast.company_owner)
        actions.end(begun, EndReason.TERMS, by=cast.officer)
        client = as_user(cast.company_owner)
        assert client.post(path("paper_file", pk=paper.pk)).status_code == 409
        assert not Document.objects.exists()
        assert "Add its file" not in words(client.get(path("detail", pk=begun.pk)))

    def test_a_file_that_is_sent_is_news(self, cast: Cast, begun: Partnership) -> None:
        paper = actions.add_paper(begun, PaperKind.NDA, stories.TODAY, by=cast.officer)
        document = actions.open_file(paper, by=cast.officer)
        long_ago = timezone.now() - timedelta(days=90)
        Partnership.objects.update(news_at=long_ago)
        documents.sent(document, cast.officer)
        begun.refresh_from_db()
        assert begun.news_at > long_ago


class TestAmounts:
    @pytest.mark.parametrize("currency", Currency.values)
    def test_each_currency_is_kept_and_shown_as_such(
        self, cast: Cast, as_user: SignIn, begun: Partnership, currency: str
    ) -> None:
        as_user(cast.startup_owner).post(path("amount_new", pk=begun.pk), {**AMOUNT, "currency": currency})
        row = Amount.objects.get()
        assert (row.amount, row.currency) == (Decimal(12_000_000), currency)
        shown = words(as_user(cast.company_owner).get(path("detail", pk=begun.pk)))
        assert money(row.amount, currency) in shown

    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("kind", list(AmountKind))
    def test_each_purpose_is_kept_and_read_with_its_day(
        self, cast: Cast, as_user: SignIn, begun: Partnership, kind: AmountKind, language: str
    ) -> None:
        sent = {**AMOUNT, "kind": kind, "as_of": "2026-01-05"}
        as_user(cast.company_owner).post(path("amount_new", pk=begun.pk), sent)
        answer = as_user(cast.officer).get(path("detail", language=language, pk=begun.pk))
        [row] = answer.context["amount_rows"]
        assert row["row"].kind == kind
        assert str(row["what"]) in words(answer)
        assert {"en": "5 January 2026", "ja": "2026年1月5日"}[language] in words(answer)

    @pytest.mark.parametrize("currency", ["XXX", "", "yen"])
    def test_an_unknown_currency_is_refused_at_its_field(
        self, cast: Cast, as_user: SignIn, begun: Partnership, currency: str
    ) -> None:
        answer = as_user(cast.officer).post(path("amount_new", pk=begun.pk), {**AMOUNT, "currency": currency})
        assert set(errors(answer)) == {"currency"}
        assert not Amount.objects.exists()

    def test_amounts_of_two_currencies_stand_beside_each_other(
        self, cast: Cast, as_user: SignIn, begun: Partnership
    ) -> None:
        for currency in ("JPY", "USD"):
            actions.add_amount(
                begun, AmountKind.PRICE, Decimal(500), currency, stories.TODAY, by=cast.officer
            )
        rows = as_user(cast.officer).get(path("detail", pk=begun.pk)).context["amount_rows"]
        assert [row["amount"].split(" (")[0] for row in rows] == ["JPY 500", "USD 500"]


class TestSupport:
    @pytest.mark.parametrize(
        ("amount", "shown"),
        [("", ""), ("3,000,000", "JPY 3,000,000"), ("１", "JPY 1")],
    )
    def test_with_or_without_an_amount_both_sides_read_it(
        self, cast: Cast, as_user: SignIn, begun: Partnership, amount: str, shown: str
    ) -> None:
        as_user(cast.officer).post(path("measure_new", pk=begun.pk), {**MEASURE, "amount": amount})
        for person in ("company_owner", "startup_owner"):
            answer = as_user(getattr(cast, person)).get(path("detail", pk=begun.pk))
            [row] = answer.context["measure_rows"]
            assert "Trade insurance" in words(answer)
            assert str(row["amount"]).startswith(shown)
            assert bool(row["amount"]) == bool(shown)

    def test_an_amount_too_large_for_the_table_is_refused_at_its_field(
        self, cast: Cast, as_user: SignIn, begun: Partnership
    ) -> None:
        answer = as_user(cast.officer).post(path("measure_new", pk=begun.pk), {**MEASURE, "amount": "9" * 17})
        assert set(errors(answer)) == {"amount"}
        assert not SupportMeasure.objects.exists()


class TestSteps:
    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("owner", list(Side))
    @pytest.mark.parametrize("person", SPEAKERS)
    def test_whoever_writes_it_down_it_waits_for_its_owner(
        self, cast: Cast, as_user: SignIn, begun: Partnership, person: str, owner: Side, language: str
    ) -> None:
        url = path("step_new", language=language, pk=begun.pk)
        as_user(getattr(cast, person)).post(url, {**STEP, "owner": owner})
        step = NextStep.objects.get()
        assert (step.owner, step.by, step.due_on.isoformat()) == (owner, getattr(cast, person), IN_A_WEEK)
        answer = as_user(cast.officer).get(path("detail", language=language, pk=begun.pk))
        [row] = answer.context["step_rows"]
        assert str(row["owner"]) in words(answer)

    def test_the_page_says_for_whom_it_waits_and_what_is_done_stands_below(
        self, cast: Cast, as_user: SignIn, begun: Partnership
    ) -> None:
        client, url = as_user(cast.company_owner), path("detail", pk=begun.pk)
        assert (client.get(url).context["idle"], "Without a next step" in words(client.get(url))) == (
            True,
            True,
        )
        today = timezone.localdate(timezone=stories.JAPAN)
        texts = ("Visit the plant", "Send a sample", "Draw up a plan", "Name an engineer")
        steps = [
            stories.a_step(begun, cast.officer, text=text, due_on=today + timedelta(days=number))
            for number, text in enumerate(texts)
        ]
        for done in (steps[1], steps[0]):
            actions.finish_step(done, by=cast.officer)
        answer = client.get(url)
        assert [row["step"] for row in answer.context["step_rows"]] == [
            steps[2],
            steps[3],
            steps[0],
            steps[1],
        ]
        assert (answer.context["waits"]["step"], answer.context["idle"]) == (steps[2], False)
        assert f"Waits for: {steps[2].get_owner_display()}" in words(answer)
        actions.end(begun, EndReason.TERMS, by=cast.officer)
        ended = client.get(url).context
        assert (ended["waits"], ended["idle"]) == (None, False)

    @pytest.mark.parametrize(("days", "overdue"), [(-1, True), (0, False), (1, False)])
    def test_overdue_from_the_day_after(
        self, cast: Cast, as_user: SignIn, begun: Partnership, days: int, overdue: bool
    ) -> None:
        today = timezone.localdate(timezone=stories.JAPAN)
        stories.a_step(begun, cast.officer, due_on=today + timedelta(days=days))
        [row] = as_user(cast.company_owner).get(path("detail", pk=begun.pk)).context["step_rows"]
        assert row["overdue"] == overdue

    def test_a_step_that_is_done_is_not_overdue(
        self, cast: Cast, as_user: SignIn, begun: Partnership
    ) -> None:
        step = stories.a_step(begun, cast.officer, due_on=timezone.localdate() - timedelta(days=9))
        actions.finish_step(step, by=cast.officer)
        [row] = as_user(cast.officer).get(path("detail", pk=begun.pk)).context["step_rows"]
        assert (row["overdue"], row["finish_url"]) == (False, "")


PAGES: list[tuple[str, dict[str, Any], Any]] = [
    ("step_new", STEP, NextStep),
    ("paper_new", PAPER, Paper),
    ("amount_new", AMOUNT, Amount),
    ("measure_new", MEASURE, SupportMeasure),
]


class TestSentTwice:
    def test_an_end_is_told_once(self, cast: Cast, as_user: SignIn, begun: Partnership) -> None:
        client, url = as_user(cast.officer), path("end", pk=begun.pk)
        sent = {"end_reason": "terms", "end_text": ""}
        assert [client.post(url, sent).status_code for _twice in range(2)] == [302, 409]
        assert Notice.objects.filter(event=Event.PARTNERSHIP_ENDED).count() == 4

    def test_a_stage_is_entered_once(self, cast: Cast, as_user: SignIn, begun: Partnership) -> None:
        for need in (stories.Need.NEXT_STEP, stories.Need.NDA, stories.Need.GATES):
            stories.meet(begun, need, cast.officer)
        client, url = as_user(cast.officer), path("move", pk=begun.pk, to="agreed")
        assert [client.post(url).status_code for _twice in range(2)] == [302, 409]
        assert Notice.objects.filter(event=Event.PARTNERSHIP_MOVED).count() == 4

    def test_a_partnership_begins_once(self, cast: Cast, as_user: SignIn) -> None:
        sent = {
            "company": cast.company.organisation.name,
            "startup": cast.startup.organisation.name,
            "mode": "investment",
            "summary": "Take a share.",
        }
        client, url = as_user(cast.officer), path("begin")
        assert [client.post(url, sent).status_code for _twice in range(2)] == [302, 200]
        assert Partnership.objects.count() == 1
        assert set(errors(client.post(url, sent))) == {"mode"}

    def test_a_check_is_decided_once(self, cast: Cast, as_user: SignIn, begun: Partnership) -> None:
        check = begun.checks.get()
        client, url = as_user(cast.officer), path("check", pk=check.pk)
        sent = {"status": "settled", "decided_on": YESTERDAY, "note": "Not listed."}
        assert client.post(url, sent).status_code == 302
        again = client.post(url, {**sent, "note": "Listed."})
        assert set(errors(again)) == {"reason"}, "decided, it is only opened again, with a reason"
        check.refresh_from_db()
        assert (check.status, check.note) == ("settled", "Not listed.")

    @pytest.mark.parametrize(("page", "sent", "model"), PAGES)
    def test_to_what_has_ended_meanwhile_nothing_is_added(
        self,
        cast: Cast,
        as_user: SignIn,
        begun: Partnership,
        page: str,
        sent: dict[str, Any],
        model: Any,
    ) -> None:
        client, url = as_user(cast.officer), path(page, pk=begun.pk)
        assert client.get(url).status_code == 200
        actions.end(begun, EndReason.TERMS, by=cast.officer)
        trail = AuditEvent.objects.count()
        assert client.post(url, sent).status_code == 409
        assert (model.objects.count(), AuditEvent.objects.count()) == (0, trail)


class TestChecks:
    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize("status", [GateStatus.SETTLED, GateStatus.NOT_NEEDED])
    def test_what_was_found_is_read_by_both_sides(
        self, cast: Cast, as_user: SignIn, begun: Partnership, status: GateStatus, language: str
    ) -> None:
        check = begun.checks.get()
        sent = {"status": status, "decided_on": "2026-01-05", "note": "輸出管理部門が確認しました。"}
        as_user(cast.officer).post(path("check", language=language, pk=check.pk), sent)
        for person in ("company_owner", "startup_owner"):
            answer = as_user(getattr(cast, person)).get(path("detail", language=language, pk=begun.pk))
            text = words(answer)
            assert "輸出管理部門が確認しました。" in text
            assert {"en": "5 January 2026", "ja": "2026年1月5日"}[language] in text
            [row] = answer.context["check_rows"]
            assert str(row["check"].get_status_display()) in text

    def test_opened_again_it_asks_why_and_holds_up_again(
        self, cast: Cast, as_user: SignIn, begun: Partnership
    ) -> None:
        check = begun.checks.get()
        stories.settle(begun, cast.officer)
        client, url = as_user(cast.officer), path("check", pk=check.pk)
        assert "Open it again" in words(client.get(url))
        assert errors(client.post(url, {"reason": ""})) == {"reason": ["Say why; it stays in the history."]}
        client.post(url, {"reason": "The list has changed."})
        assert GateCheck.objects.open().get() == check

    @pytest.mark.parametrize("status", ["open", "perhaps", ""])
    def test_what_is_no_finding_is_refused(
        self, cast: Cast, as_user: SignIn, begun: Partnership, status: str
    ) -> None:
        url = path("check", pk=begun.checks.get().pk)
        sent = {"status": status, "decided_on": YESTERDAY, "note": "Not listed."}
        assert set(errors(as_user(cast.officer).post(url, sent))) == {"status"}
        assert GateCheck.objects.open().count() == 1

    def test_the_source_is_a_link_for_everybody(
        self, cast: Cast, as_user: SignIn, begun: Partnership
    ) -> None:
        rule = begun.checks.get().rule
        type(rule).objects.filter(pk=rule.pk).update(source_url="https://laws.example/9")
        for person in SPEAKERS:
            assert "https://laws.example/9" in links(
                as_user(getattr(cast, person)).get(path("detail", pk=begun.pk))
            )
