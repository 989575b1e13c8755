"""For which countries a legal check is: each country may be chosen, and every other one, as the form shows it again."""

from __future__ import annotations

from datetime import date
from itertools import chain, combinations
from typing import Any

import pytest
from django.test import Client

from accounts.models import Organisation
from matchmaking.core.enums import TARGET_COUNTRIES
from partnerships.forms.gates import OTHER, GateRuleForm
from partnerships.models import GateCheck, GateRule
from tests import factories
from tests.conftest import Cast
from tests.partnerships import stories
from tests.partnerships.pages import LANGUAGES, SignIn, errors, path, words
from tests.partnerships.test_pages import RULE

pytestmark = pytest.mark.django_db
OFFERED = {"SG", "IN", "ID", "VN", "AU", "IL"}
ELSEWHERE = ("DE", "US", "KR")  # no target countries, and of no startup in the portal


@pytest.fixture
def office(cast: Cast, as_user: SignIn) -> Client:
    return as_user(cast.officer)


def sent(*ticked: str, **more: Any) -> dict[str, Any]:
    return {**RULE, "countries": list(ticked), **more}


def kept(rule: GateRule) -> tuple[list[str], list[str]]:
    rule.refresh_from_db()
    return sorted(rule.countries), sorted(rule.except_countries)


def written(office: Client, *ticked: str) -> GateRule:
    answer = office.post(path("rule_new"), sent(*ticked))
    assert answer.status_code == 302, errors(answer)
    return GateRule.objects.latest("pk")


def ticked_in(office: Client, rule: GateRule, language: str = "en") -> set[str]:
    form = office.get(path("rule_edit", language=language, pk=rule.pk)).context["form"]
    return set(form["countries"].value())


def boxes(office: Client, url: str) -> list[str]:
    return [code for code, _name in office.get(url).context["form"].fields["countries"].choices]


def concerns(rule: GateRule, country: str, cast: Cast) -> bool:
    """Whether a startup of that country has it on its list."""
    begun = cast.startup.partnerships.first() or stories.begun(cast)
    Organisation.objects.filter(pk=cast.startup.pk).update(country=country)
    begun.refresh_from_db()
    begun.startup.organisation.refresh_from_db()
    return GateRule.objects.concerning(begun).filter(pk=rule.pk).exists()


class TestWhatIsOffered:
    def test_the_target_countries_and_every_other_one_come_first_and_last(self, office: Client) -> None:
        found = boxes(office, path("rule_new"))
        assert found[: len(TARGET_COUNTRIES)] == list(TARGET_COUNTRIES)
        assert found[-1] == OTHER

    @pytest.mark.parametrize("status", ["draft", "published", "withdrawn"])
    def test_a_country_of_which_a_startup_is_in_the_portal_has_a_box(
        self, office: Client, status: str
    ) -> None:
        assert "DE" not in boxes(office, path("rule_new"))
        factories.StartupFactory(organisation__country="DE", organisation__status=status)
        found = boxes(office, path("rule_new"))
        assert found[len(TARGET_COUNTRIES) :] == ["DE", OTHER]

    def test_a_firm_s_country_is_none_of_them(self, office: Client, cast: Cast) -> None:
        assert cast.company.organisation.country.code == "JP"
        assert "JP" not in boxes(office, path("rule_new"))

    @pytest.mark.parametrize("kept_as", ["countries", "except_countries"])
    def test_what_a_rule_names_has_a_box_though_no_startup_is_from_there(
        self, office: Client, kept_as: str
    ) -> None:
        rule = stories.only_rule(**{kept_as: ["FR", "SG"]})
        assert "FR" in boxes(office, path("rule_edit", pk=rule.pk))
        assert "FR" not in boxes(office, path("rule_new"))

    @pytest.mark.parametrize(
        ("language", "names"),
        [("en", ("Singapore", "Every other country")), ("ja", ("シンガポール", "その他のすべての国"))],
    )
    def test_they_are_named_in_the_reader_s_language(
        self, office: Client, language: str, names: tuple[str, ...]
    ) -> None:
        text = words(office.get(path("rule_new", language=language)))
        assert [name for name in names if name not in text] == []

    def test_exceptions_are_no_question_of_their_own_any_more(self, office: Client) -> None:
        fields = office.get(path("rule_new")).context["form"].fields
        assert "except_countries" not in fields
        assert list(fields).index("countries") == list(fields).index("modes") + 1


class TestWhatIsKept:
    def test_nothing_ticked_is_every_country(self, office: Client, cast: Cast) -> None:
        rule = written(office)
        assert kept(rule) == ([], [])
        assert all(concerns(rule, country, cast) for country in (*TARGET_COUNTRIES, *ELSEWHERE))
        assert ticked_in(office, rule) == set()

    @pytest.mark.parametrize("ticked", [("SG",), ("VN", "IL"), tuple(TARGET_COUNTRIES)])
    def test_some_are_those_alone(self, office: Client, cast: Cast, ticked: tuple[str, ...]) -> None:
        rule = written(office, *ticked)
        assert kept(rule) == (sorted(ticked), [])
        found = {country for country in (*TARGET_COUNTRIES, *ELSEWHERE) if concerns(rule, country, cast)}
        assert found == set(ticked)

    def test_every_other_is_all_that_have_no_box(self, office: Client, cast: Cast) -> None:
        rule = written(office, OTHER)
        assert kept(rule) == ([], sorted(TARGET_COUNTRIES))
        found = {country for country in (*TARGET_COUNTRIES, *ELSEWHERE) if concerns(rule, country, cast)}
        assert found == set(ELSEWHERE)

    def test_some_and_every_other_are_all_but_the_rest(self, office: Client, cast: Cast) -> None:
        rule = written(office, "SG", "AU", OTHER)
        assert kept(rule) == ([], ["ID", "IL", "IN", "VN"])
        found = {country for country in (*TARGET_COUNTRIES, *ELSEWHERE) if concerns(rule, country, cast)}
        assert found == {"SG", "AU", *ELSEWHERE}

    def test_all_of_them_are_every_country(self, office: Client) -> None:
        assert kept(written(office, *TARGET_COUNTRIES, OTHER)) == ([], [])

    def test_a_single_country_that_is_no_target(self, office: Client, cast: Cast) -> None:
        """The seventh: as soon as one startup is from there."""
        factories.StartupFactory(organisation__country="KR")
        rule = written(office, "KR")
        assert kept(rule) == (["KR"], [])
        assert {country for country in ("SG", *ELSEWHERE) if concerns(rule, country, cast)} == {"KR"}

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_a_country_without_a_box_is_not_taken(self, office: Client, language: str) -> None:
        before = GateRule.objects.count()
        answer = office.post(path("rule_new", language=language), sent("XX"))
        told = {"en": "Choose countries of the list.", "ja": "一覧の中から国を選択してください。"}[language]
        assert errors(answer) == {"countries": [told]}
        assert GateRule.objects.count() == before

    def test_a_slip_elsewhere_leaves_the_boxes_as_they_were_ticked(self, office: Client) -> None:
        answer = office.post(path("rule_new"), sent("SG", OTHER, title_en=""))
        assert list(errors(answer)) == ["title_en"]
        assert set(answer.context["form"]["countries"].value()) == {"SG", OTHER}


def choices_of(*codes: str) -> list[tuple[str, ...]]:
    return list(chain.from_iterable(combinations(codes, size) for size in range(len(codes) + 1)))


class TestChanging:
    @pytest.mark.parametrize("ticked", choices_of("SG", "IL", OTHER))
    def test_what_was_ticked_is_ticked_when_the_form_comes_back_and_saving_it_changes_nothing(
        self, office: Client, ticked: tuple[str, ...]
    ) -> None:
        rule = written(office, *ticked)
        assert ticked_in(office, rule) == set(ticked)
        before = kept(rule)
        office.post(path("rule_edit", pk=rule.pk), sent(*ticked_in(office, rule)))
        assert kept(rule) == before

    def test_the_delivered_rules_survive_being_saved_as_they_are(self, office: Client) -> None:
        """Among them the screening elsewhere, which is kept as exceptions."""
        rules = list(GateRule.objects.in_use())
        assert any(rule.except_countries for rule in rules)
        for rule in rules:
            before = kept(rule)
            form = GateRuleForm(instance=rule)
            values = {name: form[name].value() for name in form.fields}
            values["checked_on"] = RULE["checked_on"]
            answer = office.post(path("rule_edit", pk=rule.pk), values)
            assert (answer.status_code, kept(rule)) == (302, before), rule.title_en

    def test_a_country_that_came_later_is_one_of_the_others_until_it_is_left_out(
        self, office: Client, cast: Cast
    ) -> None:
        rule = written(office, OTHER)
        factories.StartupFactory(organisation__country="KR")
        assert ticked_in(office, rule) == {"KR", OTHER}
        office.post(path("rule_edit", pk=rule.pk), sent(OTHER))
        assert kept(rule) == ([], sorted([*TARGET_COUNTRIES, "KR"]))
        assert [concerns(rule, country, cast) for country in ("KR", "DE")] == [False, True]

    def test_from_exceptions_to_some_and_back_leaves_nothing_of_the_other(self, office: Client) -> None:
        rule = written(office, "SG", OTHER)
        for ticked, wanted in (
            (["VN"], (["VN"], [])),
            (["VN", OTHER], ([], ["AU", "ID", "IL", "IN", "SG"])),
            ([], ([], [])),
        ):
            office.post(path("rule_edit", pk=rule.pk), sent(*ticked))
            assert kept(rule) == wanted

    def test_open_partnerships_that_it_now_fits_get_it(self, office: Client, cast: Cast) -> None:
        GateRule.objects.update(in_use=False)
        rule = written(office, "VN")
        begun = stories.begun(cast)
        Organisation.objects.filter(pk=cast.startup.pk).update(country="DE")
        assert not begun.checks.exists()
        office.post(path("rule_edit", pk=rule.pk), sent("VN", "DE", OTHER))
        assert list(begun.checks.values_list("rule", flat=True)) == [rule.pk]
        office.post(path("rule_edit", pk=rule.pk), sent("VN"))
        assert (begun.checks.count(), GateCheck.objects.open().count()) == (1, 0)

    @pytest.mark.parametrize("language", LANGUAGES)
    def test_the_list_names_what_it_is_for(self, office: Client, language: str) -> None:
        GateRule.objects.all().delete()
        written(office, "SG", "AU", "ID", "IN", OTHER)
        text = words(office.get(path("rules", language=language)))
        names = {"en": "All but Vietnam, Israel", "ja": "ベトナム、イスラエル"}[language]
        assert names in text


@pytest.mark.parametrize(("moved", "by"), [(True, "officer"), (False, "administrator")])
def test_whoever_gives_another_day_of_comparing_is_named_as_who_compared(
    moved: bool, by: str, office: Client, cast: Cast
) -> None:
    """And whoever only corrects a word leaves the name of the one who did."""
    rule = stories.only_rule(checked_on=date(2025, 4, 1), checked_by=cast.administrator)
    day = "2025-04-02" if moved else "2025-04-01"
    office.post(path("rule_edit", pk=rule.pk), sent("SG", checked_on=day, title_en="Liability"))
    rule.refresh_from_db()
    assert (rule.checked_on.isoformat(), rule.title_en) == (day, "Liability")
    assert rule.checked_by == getattr(cast, by)
