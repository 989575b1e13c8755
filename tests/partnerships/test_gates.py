"""Legal checks: which rule concerns which partnership, what a change of the list does, and who decided what."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from accounts.models import Organisation
from matchmaking.core.models import AuditEvent
from matchmaking.core.transitions import TransitionNotAllowed
from partnerships import actions
from partnerships.actions import NeedsMissing
from partnerships.enums import EndReason, GateStatus, Need, PartnershipStage
from partnerships.models import GateCheck, GateRule
from tests import factories
from tests.conftest import Cast
from tests.partnerships import stories
from tests.partnerships.pages import SignIn, path
from tests.partnerships.stories import JOINT, only_rule, rule_text

pytestmark = pytest.mark.django_db


def titles(partnership: object) -> list[str]:
    return sorted(check.rule.title_en for check in GateCheck.objects.filter(partnership=partnership))


class TestTheDeliveredList:
    @pytest.mark.parametrize("rule", range(11))
    def test_each_says_in_both_languages_what_to_look_at_and_where_it_is_written(self, rule: int) -> None:
        row = GateRule.objects.order_by("pk")[rule]
        assert all([row.title_en, row.title_ja, row.text_en, row.text_ja, row.source])
        assert row.source_url.startswith("https://")
        assert row.modes

    def test_nobody_claims_that_they_were_compared_with_their_sources(self) -> None:
        assert GateRule.objects.count() == 11
        assert not GateRule.objects.exclude(checked_on=None).exists()

    @pytest.mark.parametrize("country", ["SG", "IN", "ID", "VN", "AU", "IL"])
    def test_each_target_country_has_one_of_its_own(self, country: str) -> None:
        assert GateRule.objects.filter(countries=[country]).count() == 1

    @pytest.mark.parametrize(
        ("mode", "checks"),
        [
            (
                "joint_development",
                ["Export control", "Inward direct investment"],
            ),
            (
                "investment",
                [
                    "Export control",
                    "Inward direct investment",
                    "Outward direct investment",
                    "Review of significant investments in Singapore",
                ],
            ),
            (
                "acquisition",
                [
                    "Export control",
                    "Inward direct investment",
                    "Merger control",
                    "Outward direct investment",
                    "Review of significant investments in Singapore",
                ],
            ),
        ],
    )
    def test_each_kind_has_its_own_checks(self, cast: Cast, mode: str, checks: list[str]) -> None:
        found = titles(stories.begun(cast, mode=mode))
        assert [title.startswith(words) for title, words in zip(found, checks, strict=True)] == [
            True for _each in checks
        ]

    def test_know_how_from_israel_is_looked_at_in_a_joint_development_too(self, cast: Cast) -> None:
        startup = factories.StartupFactory(organisation__country="IL")
        assert any("Israel" in title for title in titles(stories.begun(cast, startup=startup)))

    def test_nothing_goes_out_before_the_export_control(self, cast: Cast) -> None:
        begun = stories.brought_to(stories.begun(cast), "agreed", cast.officer)
        for need in (Need.TEST_PLAN, Need.AMOUNT):
            stories.meet(begun, need, cast.officer)
        with pytest.raises(NeedsMissing) as refusal:
            actions.move_on(begun, PartnershipStage.PROVING, by=cast.officer)
        assert refusal.value.needs == [Need.GATES]


class TestWhichRuleConcernsWhom:
    @pytest.mark.parametrize(
        ("modes", "countries", "concerned"),
        [
            (["joint_development"], [], True),
            (["joint_development"], ["SG"], True),
            (["joint_development"], ["VN", "SG"], True),
            (["joint_development"], ["VN"], False),
            (["investment"], [], False),
            (["investment", "acquisition"], ["SG"], False),
        ],
    )
    def test_by_kind_and_country(
        self, cast: Cast, modes: list[str], countries: list[str], concerned: bool
    ) -> None:
        only_rule(modes=modes, countries=countries)
        assert stories.begun(cast).checks.exists() == concerned

    def test_what_is_out_of_use_concerns_nobody(self, cast: Cast) -> None:
        only_rule(in_use=False)
        assert not stories.begun(cast).checks.exists()

    def test_a_new_rule_concerns_open_partnerships_too(self, cast: Cast) -> None:
        only_rule(in_use=False)
        fits, other = stories.begun(cast), stories.begun(cast, mode="investment")
        rule = actions.add_rule(rule_text(), by=cast.officer)
        assert [check.rule for check in fits.checks.all()] == [rule]
        assert not other.checks.exists()

    @pytest.mark.parametrize("status", ["signed", "ended"])
    def test_but_not_those_that_are_signed_or_ended(self, cast: Cast, status: str) -> None:
        only_rule(in_use=False)
        begun = stories.begun(cast)
        if status == "ended":
            actions.end(begun, EndReason.TERMS, by=cast.officer)
        else:
            stories.brought_to(begun, "signed", cast.officer)
        actions.add_rule(rule_text(), by=cast.officer)
        assert not begun.checks.exists()

    def test_taken_up_again_it_gets_what_was_added_or_widened_meanwhile_and_keeps_what_was_decided(
        self, cast: Cast
    ) -> None:
        old = only_rule(before="agreed")
        elsewhere = GateRule.objects.exclude(pk=old.pk).earliest("pk")
        GateRule.objects.filter(pk=elsewhere.pk).update(in_use=True, countries=["VN"], before="agreed")
        elsewhere.refresh_from_db()
        begun = stories.begun(cast)
        stories.settle(begun, cast.officer)
        actions.end(begun, EndReason.TERMS, by=cast.officer)
        added = actions.add_rule(rule_text(before="agreed"), by=cast.officer)
        actions.edit_rule(elsewhere, rule_text(before="agreed"), by=cast.officer)
        assert [check.rule for check in begun.checks.all()] == [old]
        actions.take_up_again(begun, by=cast.officer, reason="A second try.")
        found = dict(begun.checks.values_list("rule", "status"))
        assert found == {old.pk: "settled", added.pk: "open", elsewhere.pk: "open"}
        for need in (Need.NEXT_STEP, Need.NDA):
            stories.meet(begun, need, cast.officer)
        with pytest.raises(NeedsMissing) as refusal:
            actions.move_on(begun, PartnershipStage.AGREED, by=cast.officer)
        assert refusal.value.needs == [Need.GATES]
        actions.end(begun, EndReason.TERMS, by=cast.officer)
        actions.take_up_again(begun, by=cast.officer, reason="A third try.")
        assert begun.checks.count() == 3, "nothing is given twice"

    def test_a_rule_that_is_widened_reaches_those_it_now_fits_once(self, cast: Cast) -> None:
        rule = only_rule(countries=["VN"])
        begun = stories.begun(cast)
        assert not begun.checks.exists()
        for _time in range(2):
            actions.edit_rule(rule, rule_text(countries=["VN", "SG"]), by=cast.officer)
        assert begun.checks.count() == 1

    def test_a_rule_that_is_narrowed_leaves_what_was_decided(self, cast: Cast) -> None:
        rule = only_rule()
        begun = stories.begun(cast)
        stories.settle(begun, cast.officer)
        actions.edit_rule(rule, rule_text(countries=["VN"]), by=cast.officer)
        assert begun.checks.get().status == "settled"

    @pytest.mark.parametrize("narrowed", [{"countries": ["VN"]}, {"modes": ["investment"]}])
    def test_a_rule_that_is_narrowed_holds_up_only_those_that_it_still_concerns(
        self, cast: Cast, as_user: SignIn, narrowed: dict[str, Any]
    ) -> None:
        rule = only_rule(before="agreed")
        begun = stories.begun(cast)
        kept = {"mode": "investment", "startup": factories.StartupFactory(organisation__country="VN")}
        still = stories.begun(cast, **kept | {"mode": JOINT} if "countries" in narrowed else kept)
        if "modes" in narrowed:
            GateCheck.objects.create(partnership=still, rule=rule)
        actions.edit_rule(rule, rule_text(before="agreed", **narrowed), by=cast.officer)
        assert (begun.checks.open().count(), still.checks.open().count()) == (0, 1)
        office = as_user(cast.officer)
        assert [row.waiting for row in office.get(path("rules")).context["rules"] if row.in_use] == [1]
        shown = [len(office.get(path("detail", pk=each.pk)).context["check_rows"]) for each in (begun, still)]
        assert shown == [0, 1]
        for each in (begun, still):
            for need in (Need.NEXT_STEP, Need.NDA):
                stories.meet(each, need, cast.officer)
        actions.move_on(begun, PartnershipStage.AGREED, by=cast.officer)
        with pytest.raises(NeedsMissing):
            actions.move_on(still, PartnershipStage.AGREED, by=cast.officer)
        actions.edit_rule(rule, rule_text(before="signed"), by=cast.officer)
        assert begun.checks.open().count() == 1, "widened again, the same check counts again"

    def test_when_the_country_is_put_right_another_country_s_rule_holds_nobody_up(self, cast: Cast) -> None:
        only_rule(countries=["SG"])
        begun = stories.begun(cast)
        assert begun.checks.open().count() == 1
        Organisation.objects.filter(pk=cast.startup.pk).update(country="IL")
        assert (begun.checks.open().count(), begun.checks.shown().count()) == (0, 0)
        check = begun.checks.get()
        actions.decide(check, GateStatus.NOT_NEEDED, stories.TODAY, "Not from there.", by=cast.officer)
        assert begun.checks.shown().get() == check, "what was decided is shown whatever changes"


class TestOutOfUseAndBack:
    def test_open_checks_hold_nobody_up_any_more(self, cast: Cast) -> None:
        rule = only_rule(before="agreed")
        begun = stories.begun(cast)
        actions.set_in_use(rule, in_use=False, by=cast.officer)
        assert not begun.checks.open().exists()
        stories.brought_to(begun, "signed", cast.officer)
        assert begun.status == "signed"

    def test_back_in_use_they_count_again_and_newer_partnerships_get_theirs(self, cast: Cast) -> None:
        rule = only_rule()
        old = stories.begun(cast)
        actions.set_in_use(rule, in_use=False, by=cast.officer)
        new = stories.begun(cast, startup=cast.other_startup)
        assert not new.checks.exists()
        actions.set_in_use(rule, in_use=True, by=cast.officer)
        assert (old.checks.open().count(), new.checks.open().count()) == (1, 1)

    def test_both_are_in_the_audit_trail(self, cast: Cast) -> None:
        rule = only_rule()
        for in_use in (False, True):
            actions.set_in_use(rule, in_use=in_use, by=cast.officer)
        rows = AuditEvent.objects.filter(target_type="partnerships.gaterule").order_by("pk")
        assert [row.action for row in rows] == ["gaterule.retired", "gaterule.back"]


class TestDecisions:
    @pytest.mark.parametrize("status", [GateStatus.SETTLED, GateStatus.NOT_NEEDED])
    def test_a_decided_check_lets_the_partnership_on(self, cast: Cast, status: GateStatus) -> None:
        only_rule(before="agreed")
        begun = stories.begun(cast)
        check = begun.checks.get()
        actions.decide(check, status, date(2031, 5, 9), "Not listed.", by=cast.officer, now=stories.NOON)
        begun.refresh_from_db()
        assert (check.status, check.decided_on, check.note) == (status, date(2031, 5, 9), "Not listed.")
        assert begun.news_at == stories.NOON
        for need in (Need.NEXT_STEP, Need.NDA):
            stories.meet(begun, need, cast.officer)
        actions.move_on(begun, PartnershipStage.AGREED, by=cast.officer)
        assert begun.status == "agreed"

    def test_it_is_decided_once(self, cast: Cast) -> None:
        only_rule()
        check = stories.begun(cast).checks.get()
        actions.decide(check, GateStatus.SETTLED, stories.TODAY, "Listed, licence had.", by=cast.officer)
        with pytest.raises(TransitionNotAllowed):
            actions.decide(check, GateStatus.NOT_NEEDED, stories.TODAY, "Not listed.", by=cast.officer)
        check.refresh_from_db()
        assert (check.status, check.note) == ("settled", "Listed, licence had.")

    def test_opened_again_it_holds_up_again_and_the_old_words_stay_in_the_trail(self, cast: Cast) -> None:
        only_rule()
        begun = stories.begun(cast)
        check = begun.checks.get()
        actions.decide(check, GateStatus.SETTLED, stories.TODAY, "Not listed.", by=cast.officer)
        actions.reopen_check(check, "The list has changed.", by=cast.officer)
        check.refresh_from_db()
        assert (check.status, check.decided_on, check.note) == ("open", None, "")
        rows = AuditEvent.objects.filter(target_type="partnerships.gatecheck").order_by("pk")
        assert [row.detail["reason"] for row in rows] == ["Not listed.", "The list has changed."]

    def test_an_open_check_is_not_opened(self, cast: Cast) -> None:
        only_rule()
        with pytest.raises(TransitionNotAllowed):
            actions.reopen_check(stories.begun(cast).checks.get(), "By mistake", by=cast.officer)
