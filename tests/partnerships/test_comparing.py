"""Legal checks beside their sources: who compared which when, what is due, and countries that no other rule names."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from django.utils import timezone

from accounts.models import Organisation
from matchmaking.core.enums import TARGET_COUNTRIES
from matchmaking.core.models import AuditEvent
from matchmaking.core.transitions import TransitionNotAllowed
from partnerships import actions
from partnerships.models import GateCheck, GateRule, Partnership
from partnerships.rules import JAPAN, year_before
from tests import factories
from tests.conftest import Cast
from tests.partnerships import stories
from tests.partnerships.pages import LANGUAGES, SignIn, errors, links, path, words
from tests.partnerships.stories import only_rule, rule_text
from tests.partnerships.test_pages import YESTERDAY

pytestmark = pytest.mark.django_db
TODAY = timezone.localdate(timezone=JAPAN)
LONG_AGO = TODAY - timedelta(days=400)
SCREENING = "Screening of foreign investment in the startup’s country"
ELSEWHERE = import_module("partnerships.migrations.0007_screening_elsewhere")
KINDS = ["investment", "acquisition"]


@pytest.fixture
def rule(cast: Cast) -> GateRule:
    """Never compared with its source."""
    return only_rule(checked_on=None)


def fresh(rule: GateRule) -> GateRule:
    return GateRule.objects.get(pk=rule.pk)


class TestYears:
    @pytest.mark.parametrize(
        ("day", "before"),
        [
            (date(2031, 6, 2), date(2030, 6, 2)),
            (date(2032, 2, 29), date(2031, 2, 28)),
            (date(2033, 2, 28), date(2032, 2, 28)),
            (date(2033, 3, 1), date(2032, 3, 1)),
        ],
    )
    def test_a_year_before(self, day: date, before: date) -> None:
        assert year_before(day) == before

    @pytest.mark.parametrize(
        ("checked_on", "due"),
        [
            (None, True),
            (date(2030, 6, 1), True),
            (date(2030, 6, 2), False),
            (date(2031, 6, 2), False),
        ],
    )
    def test_once_a_year(self, checked_on: date | None, due: bool) -> None:
        rule = only_rule(checked_on=checked_on)
        assert list(GateRule.objects.to_compare(stories.NOON)) == [rule] * due

    @pytest.mark.parametrize(("hour", "due"), [(14, False), (15, True)])
    def test_days_are_those_of_japan(self, hour: int, due: bool) -> None:
        only_rule(checked_on=date(2030, 6, 2))
        now = datetime(2031, 6, 2, hour, tzinfo=UTC)
        assert GateRule.objects.to_compare(now).exists() == due

    def test_what_is_out_of_use_is_not_compared(self, cast: Cast, rule: GateRule) -> None:
        actions.set_in_use(rule, in_use=False, by=cast.officer)
        assert not GateRule.objects.to_compare(timezone.now()).exists()


class TestWritingDown:
    def test_who_and_when_are_kept_and_stand_in_the_trail(self, cast: Cast, rule: GateRule) -> None:
        actions.compare(rule, stories.TODAY, by=cast.officer)
        kept = fresh(rule)
        assert (kept.checked_on, kept.checked_by) == (stories.TODAY, cast.officer)
        assert (rule.checked_on, rule.checked_by) == (stories.TODAY, cast.officer)
        [row] = AuditEvent.objects.filter(action="gaterule.compared")
        assert (row.actor_id, row.detail) == (cast.officer.pk, {"checked_on": "2031-06-02"})

    def test_each_comparison_stays_in_the_history(self, cast: Cast, rule: GateRule) -> None:
        for day, by in ((1, cast.officer), (2, cast.administrator)):
            actions.compare(rule, date(2031, 6, day), by=by)
        history = GateRule.pgh_event_model.objects.filter(pgh_obj_id=rule.pk).order_by("pgh_id")
        assert [(row.checked_on, row.checked_by_id) for row in history] == [
            (None, None),
            (date(2031, 6, 1), cast.officer.pk),
            (date(2031, 6, 2), cast.administrator.pk),
        ]

    def test_an_earlier_day_does_not_take_the_place_of_a_later(self, cast: Cast, rule: GateRule) -> None:
        actions.compare(rule, date(2031, 6, 2), by=cast.officer)
        with pytest.raises(TransitionNotAllowed):
            actions.compare(fresh(rule), date(2031, 6, 1), by=cast.administrator)
        assert fresh(rule).checked_by == cast.officer

    def test_whoever_writes_a_rule_has_compared_it(self, cast: Cast) -> None:
        made = actions.add_rule(rule_text(), by=cast.administrator)
        assert (made.checked_on, made.checked_by) == (stories.TODAY, cast.administrator)

    @pytest.mark.parametrize(
        ("checked_on", "by"), [(stories.TODAY, "officer"), (date(2031, 7, 1), "administrator")]
    )
    def test_an_edit_with_another_day_is_a_comparison_and_one_without_is_none(
        self, cast: Cast, checked_on: date, by: str
    ) -> None:
        rule = actions.add_rule(rule_text(), by=cast.officer)
        actions.edit_rule(rule, rule_text(title_en="New", checked_on=checked_on), by=cast.administrator)
        assert (fresh(rule).title_en, fresh(rule).checked_by) == ("New", getattr(cast, by))


class TestPages:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_the_page_shows_the_text_in_both_languages_beside_its_source(
        self, cast: Cast, as_user: SignIn, rule: GateRule, language: str
    ) -> None:
        GateRule.objects.filter(pk=rule.pk).update(source_url="https://laws.example/9")
        answer = as_user(cast.officer).get(path("rule_compare", language=language, pk=rule.pk))
        text = words(answer)
        for shown in ("Look at who answers for faults.", "不具合の責任を確認します。", "製造物責任法"):
            assert shown in text
        assert {"https://laws.example/9", path("rule_edit", language=language, pk=rule.pk)} <= links(answer)
        assert {"en": "Not compared yet", "ja": "未照合"}[language] in text
        assert answer.context["form"].initial["checked_on"] == TODAY

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_it_is_written_down_and_shown_with_the_name(
        self, cast: Cast, as_user: SignIn, rule: GateRule, language: str
    ) -> None:
        client = as_user(cast.officer)
        url = path("rule_compare", language=language, pk=rule.pk)
        answer = client.post(url, {"checked_on": YESTERDAY}, follow=True)
        assert answer.redirect_chain[-1][0] == path("rules", language=language)
        by = {"en": ", by officer", "ja": "（officer）"}[language]
        assert by in words(answer)
        assert fresh(rule).checked_on == date.fromisoformat(YESTERDAY)

    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize(
        ("sent", "told"),
        [
            (
                "",
                (
                    "Give the day on which you compared the text with its source.",
                    "出典と照合した日を入力してください。",
                ),
            ),
            ("soon", ("Give a day, for example 2027-04-30.", "日付を入力してください（例：2027-04-30）。")),
            (
                (TODAY + timedelta(days=1)).isoformat(),
                (
                    "This day is still to come. Give the day on which it was.",
                    "未来の日付です。実際の日付を入力してください。",
                ),
            ),
            (
                "2020-12-31",
                (
                    "The programme began in 2021. Give a later day.",
                    "プログラムは2021年に始まりました。それ以降の日付を入力してください。",
                ),
            ),
            (
                (LONG_AGO - timedelta(days=1)).isoformat(),
                (
                    "It has been compared later than on this day already.",
                    "これより後の日に照合した記録があります。",
                ),
            ),
        ],
    )
    def test_a_day_that_cannot_be_is_told_at_its_field(
        self, cast: Cast, as_user: SignIn, sent: str, told: tuple[str, str], language: str
    ) -> None:
        rule = only_rule(checked_on=LONG_AGO)
        url = path("rule_compare", language=language, pk=rule.pk)
        answer = as_user(cast.officer).post(url, {"checked_on": sent})
        assert errors(answer) == {"checked_on": [told[LANGUAGES.index(language)]]}
        assert answer.context["form"]["checked_on"].value() == sent
        assert fresh(rule).checked_on == LONG_AGO

    @pytest.mark.parametrize("person", ["company_owner", "startup_owner", "expert", "newcomer"])
    def test_only_staff_compare(self, cast: Cast, as_user: SignIn, rule: GateRule, person: str) -> None:
        client, url = as_user(getattr(cast, person)), path("rule_compare", pk=rule.pk)
        assert [client.get(url).status_code, client.post(url, {"checked_on": YESTERDAY}).status_code] == [
            404,
            404,
        ]
        assert fresh(rule).checked_on is None

    @pytest.mark.parametrize("language", LANGUAGES)
    @pytest.mark.parametrize(
        ("checked_on", "told"),
        [
            (None, ("Not compared yet", "未照合")),
            (LONG_AGO, ("More than a year ago", "1年以上前")),
            (TODAY, ("", "")),
        ],
    )
    def test_the_list_tells_what_was_never_compared_or_long_ago(
        self, cast: Cast, as_user: SignIn, checked_on: date | None, told: tuple[str, str], language: str
    ) -> None:
        only_rule(checked_on=checked_on)
        client = as_user(cast.officer)
        [row] = [each for each in client.get(path("rules")).context["rules"] if each.in_use]
        assert row.is_compared() == (checked_on == TODAY)
        text = words(client.get(path("rules", language=language) + "?compare=due"))
        if told[0]:
            assert told[LANGUAGES.index(language)] in text
        else:
            empty = {
                "en": "Every legal check in use was compared",
                "ja": "すべて1年以内に出典と照合しています",
            }
            assert empty[language] in text

    def test_only_those_that_are_due_are_listed_on_demand(self, cast: Cast, as_user: SignIn) -> None:
        GateRule.objects.update(in_use=False)
        due = actions.add_rule(rule_text(checked_on=LONG_AGO), by=cast.officer)
        actions.add_rule(rule_text(checked_on=TODAY), by=cast.officer)
        found = as_user(cast.officer).get(path("rules") + "?compare=due").context["rules"]
        assert found == [due]

    def test_the_first_page_counts_them_and_leads_to_just_these(
        self, cast: Cast, as_user: SignIn, rule: GateRule
    ) -> None:
        client = as_user(cast.officer)

        def row() -> Any:
            rows = {str(each.what): each for each in client.get("/en/").context["office_rows"]}
            return rows["Legal checks to compare with their source"]

        assert row().count == 1
        assert client.get(row().url).context["rules"] == [rule]
        actions.compare(rule, TODAY, by=cast.officer)
        assert row().count == 0

    def test_the_page_of_a_check_tells_who_compared_its_rule(
        self, cast: Cast, as_user: SignIn, rule: GateRule
    ) -> None:
        check = stories.begun(cast).checks.get()
        client = as_user(cast.officer)
        assert "Not compared yet" in words(client.get(path("check", pk=check.pk)))
        actions.compare(rule, TODAY, by=cast.administrator)
        assert "by administrator" in words(client.get(path("check", pk=check.pk)))

    def test_the_delivered_ones_all_wait_to_be_compared(self) -> None:
        delivered = GateRule.objects.filter(checked_by=None)
        assert delivered.count() == GateRule.objects.to_compare(timezone.now()).count() == 11


class TestElsewhere:
    @pytest.mark.parametrize("mode", KINDS)
    @pytest.mark.parametrize("country", ["DE", "US", "MY", "TH", "KR"])
    def test_a_startup_of_any_other_country_gets_the_check_in_general_terms(
        self, cast: Cast, country: str, mode: str
    ) -> None:
        startup = factories.StartupFactory(organisation__country=country)
        begun = stories.begun(cast, startup=startup, mode=mode)
        titles = set(begun.checks.open().values_list("rule__title_en", flat=True))
        assert SCREENING in titles
        assert begun.checks.open().get(rule__title_en=SCREENING).rule.before == "signed"

    @pytest.mark.parametrize("mode", KINDS)
    @pytest.mark.parametrize("country", TARGET_COUNTRIES)
    def test_one_of_a_target_country_gets_its_own_and_not_the_general(
        self, cast: Cast, country: str, mode: str
    ) -> None:
        startup = factories.StartupFactory(organisation__country=country)
        begun = stories.begun(cast, startup=startup, mode=mode)
        own = [rule for rule in GateRule.objects.concerning(begun) if rule.countries]
        assert [rule.countries for rule in own] == [[country]]
        assert not begun.checks.filter(rule__title_en=SCREENING).exists()

    def test_joint_development_is_not_screened(self, cast: Cast) -> None:
        startup = factories.StartupFactory(organisation__country="DE")
        begun = stories.begun(cast, startup=startup)
        assert not begun.checks.filter(rule__title_en=SCREENING).exists()

    def test_when_the_country_is_put_right_the_right_check_holds_up(self, cast: Cast) -> None:
        startup = factories.StartupFactory(organisation__country="DE")
        begun = stories.begun(cast, startup=startup, mode="investment")
        Organisation.objects.filter(pk=startup.pk).update(country="SG")
        assert SCREENING not in set(begun.checks.open().values_list("rule__title_en", flat=True))
        assert SCREENING not in set(begun.checks.shown().values_list("rule__title_en", flat=True))

    def test_a_rule_in_general_terms_holds_up_only_those_not_excepted(self, cast: Cast) -> None:
        rule = only_rule(except_countries=["SG"], modes=["investment"])
        here = stories.begun(
            cast, mode="investment", startup=factories.StartupFactory(organisation__country="SG")
        )
        there = stories.begun(
            cast, mode="investment", startup=factories.StartupFactory(organisation__country="IL")
        )
        assert (here.checks.count(), there.checks.open().count()) == (0, 1)
        text = rule_text(except_countries=["IL"], modes=["investment"])
        actions.edit_rule(rule, text, by=cast.officer)
        assert (here.checks.open().count(), there.checks.open().count()) == (1, 0)

    def test_the_page_names_the_exceptions(self, cast: Cast, as_user: SignIn) -> None:
        only_rule(except_countries=["SG", "VN"])
        text = words(as_user(cast.officer).get(path("rules")))
        assert "All but Singapore, Vietnam" in text

    @pytest.mark.parametrize(
        ("mode", "country", "status", "given"),
        [
            ("investment", "DE", "exploring", True),
            ("acquisition", "DE", "negotiating", True),
            ("investment", "SG", "exploring", False),
            ("joint_development", "DE", "exploring", False),
            ("investment", "DE", "ended", False),
            ("investment", "DE", "signed", False),
        ],
    )
    def test_partnerships_from_before_get_it_when_the_portal_is_brought_up_to_date(
        self, cast: Cast, mode: str, country: str, status: str, given: bool
    ) -> None:
        """What the migration does, on rows of before it."""
        GateCheck.objects.all().delete()
        GateRule.objects.all().delete()
        startup = factories.StartupFactory(organisation__country=country)
        begun = stories.begun(cast, startup=startup, mode=mode)
        Partnership.objects.filter(pk=begun.pk).update(
            status=status,
            end_reason="terms" if status == "ended" else "",
            signed_at=stories.NOON if status == "signed" else None,
        )
        ELSEWHERE.deliver(apps, None)
        assert GateRule.objects.get().title_en == SCREENING
        assert begun.checks.exists() == given
