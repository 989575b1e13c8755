"""Outcomes for those who are signed in: the form of members, and what staff see and do."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from partnerships import actions
from partnerships.models import FollowUp, FollowUpAnswer, FollowUpLink
from tests.conftest import Cast
from tests.partnerships import stories
from tests.partnerships.pages import SignIn, errors, links, path, words
from tests.partnerships.test_outcome_links import ANSWER

pytestmark = pytest.mark.django_db


@pytest.fixture
def asked(cast: Cast) -> FollowUp:
    now = timezone.now()
    stories.signed(cast, now - timedelta(days=93))
    actions.ask_due(now=now)
    return FollowUp.objects.with_parties().get()


class TestMembers:
    def test_the_partnership_s_page_leads_there_and_says_for_whom_it_waits(
        self, cast: Cast, as_user: SignIn, asked: FollowUp
    ) -> None:
        page = path("detail", pk=asked.partnership_id)
        ours = as_user(cast.company_owner).get(page)
        assert path("outcome", pk=asked.pk) in links(ours)
        assert "Your answer is awaited." in words(ours)
        assert "Both sides are asked next on" in words(ours)
        stories.answered(asked, cast.company_owner)
        assert "Waits for: Startup" in words(as_user(cast.company_owner).get(page))
        assert path("outcome_staff", pk=asked.pk) in links(as_user(cast.officer).get(page))

    def test_a_member_answers_and_may_change_it_while_the_other_side_is_silent(
        self, cast: Cast, as_user: SignIn, asked: FollowUp
    ) -> None:
        url, member = path("outcome", pk=asked.pk), as_user(cast.company_member)
        answer = member.post(url, ANSWER, follow=True)
        assert "Your answer has been saved." in words(answer)
        again = as_user(cast.company_owner).get(url)
        assert again.context["form"].initial["jobs"] == 3
        assert "The tills came late." in again.content.decode()
        as_user(cast.company_owner).post(url, {**ANSWER, "jobs": "4"})
        found = FollowUpAnswer.objects.get()
        assert (found.jobs, found.by, found.by_link) == (4, cast.company_owner, False)
        assert errors(member.post(url, {**ANSWER, "jobs": ""})) == {
            "jobs": ["Give a whole number. Write 0 if there are none."]
        }

    @pytest.mark.parametrize(
        ("startup_says", "told"),
        [
            ({}, "Both sides say the same."),
            ({"jobs": 98_765}, "The programme office looks at both and writes to you."),
        ],
    )
    def test_once_both_have_answered_each_reads_its_own_and_how_it_stands(
        self, cast: Cast, as_user: SignIn, asked: FollowUp, startup_says: dict[str, Any], told: str
    ) -> None:
        stories.settled(asked, cast, words="We are proud.", **startup_says)
        url = path("outcome", pk=asked.pk)
        ours, theirs = (words(as_user(each).get(url)) for each in (cast.company_owner, cast.startup_member))
        assert (told in ours, told in theirs) == (True, True)
        assert ("We are proud." in ours, "We are proud." in theirs) == (False, True)
        assert not {"98765", "98,765"} & set(ours.split())
        assert as_user(cast.company_owner).post(url, ANSWER).status_code == 409

    def test_a_decision_and_its_reason_are_read_by_both(
        self, cast: Cast, as_user: SignIn, asked: FollowUp
    ) -> None:
        follow_up = stories.settled(asked, cast, jobs=77)
        actions.decide_outcome(follow_up, "company", by=cast.officer, reason="The payroll says so.")
        for person in (cast.company_owner, cast.startup_owner):
            text = words(as_user(person).get(path("outcome", pk=asked.pk)))
            assert "The figures that stand: Midsize firm The payroll says so." in text
        FollowUp.objects.update(decided_side="")
        text = words(as_user(cast.startup_owner).get(path("outcome", pk=asked.pk)))
        assert "The figures of neither side stand." in text

    def test_what_lapsed_says_so(self, cast: Cast, as_user: SignIn, asked: FollowUp) -> None:
        actions.lapse_unanswered(now=timezone.now() + timedelta(days=61))
        text = words(as_user(cast.startup_owner).get(path("outcome", pk=asked.pk)))
        assert "Not both sides have answered in time." in text


class TestStaff:
    def test_nobody_has_been_asked_yet(self, cast: Cast, as_user: SignIn) -> None:
        text = words(as_user(cast.officer).get(path("outcomes")))
        assert "The first question comes three months after a contract is signed." in text

    def test_the_list_begins_with_what_differs_and_is_narrowed_by_the_address(
        self, cast: Cast, as_user: SignIn, asked: FollowUp
    ) -> None:
        later = stories.follow_up_of(asked.partnership, 6)
        stories.settled(later, cast, jobs=9)
        client = as_user(cast.officer)
        found = {
            query: [row["follow_up"].pk for row in client.get(path("outcomes") + query).context["rows"]]
            for query in ("", "?status=asked", "?months=6", "?status=confirmed", "?status=asked&months=6")
        }
        assert found == {
            "": [later.pk, asked.pk],
            "?status=asked": [asked.pk],
            "?months=6": [later.pk],
            "?status=confirmed": [],
            "?status=asked&months=6": [],
        }
        empty = client.get(path("outcomes") + "?status=confirmed&months=24")
        assert [chip["label"] for chip in empty.context["chips"]] == ["Confirmed by both sides", "24 months"]
        assert "No outcome matches these filters." in words(empty)

    def test_the_list_asks_the_same_for_one_and_for_three(
        self, cast: Cast, as_user: SignIn, asked: FollowUp
    ) -> None:
        client, counted = as_user(cast.officer), []
        for months in (6, 24):
            with CaptureQueriesContext(
                connection,
            ) as queries:
                client.get(path("outcomes"))
            counted.append(len(queries))
            stories.settled(stories.follow_up_of(asked.partnership, months), cast)
        with CaptureQueriesContext(connection) as queries:
            client.get(path("outcomes"))
        assert len(queries) <= counted[0] + 1  # the people who answered, once for all
        assert len(queries) == counted[1]

    def test_both_answers_stand_beside_each_other_with_what_differs(
        self, cast: Cast, as_user: SignIn, asked: FollowUp
    ) -> None:
        stories.settled(asked, cast, jobs=9, sales=stories.Decimal(80_000), sales_currency="USD")
        answer = as_user(cast.officer).get(path("outcome_staff", pk=asked.pk))
        rows = {row["label"]: row for row in answer.context["rows"]}
        assert [label for label, row in rows.items() if row["differs"]] == ["New jobs"]
        assert (rows["New jobs"]["company"], rows["New jobs"]["startup"]) == ("3", "9")
        assert rows["Sales that came of it"]["startup"] == "USD 80,000"
        assert {path(name, pk=asked.pk) for name in ("outcome_again", "outcome_decide")} <= links(answer)

    def test_before_there_are_answers_there_are_dashes_and_links_to_send_again(
        self, cast: Cast, as_user: SignIn, asked: FollowUp
    ) -> None:
        answer = as_user(cast.officer).get(path("outcome_staff", pk=asked.pk))
        assert {row["company"] for row in answer.context["rows"]} == {"–"}
        assert "Waits for: Midsize firm, Startup" in words(answer)
        assert [row["state"] for row in answer.context["links"]] == ["Good"] * 4
        assert path("outcome_send", pk=asked.pk, side="company") in links(answer)
        assert path("outcome_decide", pk=asked.pk) not in links(answer)
        FollowUpLink.objects.all().delete()
        text = words(as_user(cast.officer).get(path("outcome_staff", pk=asked.pk)))
        assert "No link has been sent" in text

    def test_links_are_sent_again_and_stopped_after_a_question(
        self, cast: Cast, as_user: SignIn, asked: FollowUp
    ) -> None:
        client, now = as_user(cast.officer), timezone.now()
        for page, live in (("outcome_send", 2), ("outcome_stop", 0)):
            url = path(page, pk=asked.pk, side="startup")
            assert client.get(url).status_code == 200
            client.post(url)
            assert asked.links.filter(side="startup").live(now).count() == live
        states = {row["state"] for row in client.get(path("outcome_staff", pk=asked.pk)).context["links"]}
        assert states == {"Good", "Stopped"}
        for page in ("outcome_send", "outcome_stop"):
            assert client.get(path(page, pk=asked.pk, side="staff")).status_code == 404
        stories.answered(asked, cast.startup_owner)
        assert client.get(path("outcome_send", pk=asked.pk, side="startup")).status_code == 409

    def test_staff_ask_again_with_a_reason(self, cast: Cast, as_user: SignIn, asked: FollowUp) -> None:
        stories.settled(asked, cast, jobs=9)
        url, client = path("outcome_again", pk=asked.pk), as_user(cast.officer)
        assert "Only the programme office reads this." in words(client.get(url))
        assert errors(client.post(url, {})) == {"reason": ["Say why; it stays in the history."]}
        assert "Both sides have been asked again." in words(
            client.post(url, {"reason": "The startup says 9, the firm 3."}, follow=True)
        )
        for person in (cast.company_owner, cast.startup_owner):
            for page in (path("detail", pk=asked.partnership_id), path("outcome", pk=asked.pk)):
                assert "The startup says 9" not in words(as_user(person).get(page))
        assert client.post(url, {"reason": "Once more."}).status_code == 409

    def test_staff_decide_with_a_reason(self, cast: Cast, as_user: SignIn, asked: FollowUp) -> None:
        url, client = path("outcome_decide", pk=asked.pk), as_user(cast.officer)
        assert client.get(url).status_code == 409
        stories.settled(asked, cast, jobs=9)
        assert errors(client.post(url, {"side": "staff"})) == {
            "side": ["Select a valid choice. staff is not one of the available choices."],
            "reason": ["Say why; both sides read it."],
        }
        client.post(url, {"side": "neither", "reason": "Nobody can show it."})
        asked.refresh_from_db()
        assert (asked.status, asked.decided_side, asked.decision) == ("decided", "", "Nobody can show it.")

    def test_what_waits_for_the_office_and_for_the_sides_is_counted_on_the_first_page(
        self, cast: Cast, as_user: SignIn, asked: FollowUp
    ) -> None:
        client = as_user(cast.officer)

        def counts() -> list[int]:
            context = client.get("/en/").context
            rows = {str(row.what): row for row in [*context["office_rows"], *context["other_rows"]]}
            found = [rows["Outcomes on which two sides differ"], rows["Outcomes that a side has not told"]]
            assert [client.get(row.url).context["page"].paginator.count for row in found] == [
                row.count for row in found
            ]
            return [row.count for row in found]

        assert counts() == [0, 1]
        stories.settled(asked, cast, jobs=9)
        assert counts() == [1, 0]
