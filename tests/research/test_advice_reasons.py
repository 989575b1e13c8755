"""What experts say of criteria is kept as facts: every reader has their words, under names in the reader's language."""

from __future__ import annotations

from collections.abc import Callable
from html import unescape
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.test import Client
from django.utils import translation

from accounts.models import User
from matchmaking.matches.actions import give_advice
from matchmaking.matches.enums import Criterion, Rating, Side
from matchmaking.matches.explaining.findings import findings_on
from matchmaking.matches.explaining.story import story_of
from matchmaking.matches.models import ExpertAdvice
from research import actions
from research.actions import Opinion
from research.models import Mark
from tests import factories
from tests.conftest import Cast
from tests.meetings import stories
from tests.research import works

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
SAID = {
    "technology": "弁は一年もちました。",
    "market": "Two chains ask for it.\nA third waits.",
    "team": "Four engineers, no seller.",
    "japan": "担当者は日本語を話します。",
    "fit": "It answers the need.",
}
NAMES = {
    "en": ["Technology", "Market", "Team", "Readiness for Japan"],
    "ja": ["技術", "市場", "チーム", "日本での準備"],
}


def given(cast: Cast, *, of_pair: bool = True, language: str = "en") -> ExpertAdvice:
    """An expert who reads that language gives an assessment."""
    company = cast.company if of_pair else None
    asked = works.advice_asked(cast.startup, cast.expert, cast.officer, company)
    opinions = {each.value: Opinion(4, SAID[each]) for each in asked.criteria()}
    with translation.override(language):
        return actions.give_assessment(asked, opinions, by=cast.expert)


def labels(language: str) -> list[str]:
    with translation.override(language):
        return [str(each.label) for each in Criterion]


def told(advice: ExpertAdvice, language: str) -> str:
    with translation.override(language):
        return advice.told()


@pytest.mark.parametrize("language", ["en", "ja"])
def test_the_criteria_have_names_of_their_own_in_each_language(language: str) -> None:
    assert labels(language)[:4] == NAMES[language][:4]
    assert len(set(labels(language))) == len(Criterion) == len(SAID)
    assert set(labels("en")) & set(labels("ja")) == set()


@pytest.mark.parametrize("written_in", ["en", "ja"])
@pytest.mark.parametrize("read_in", ["en", "ja"])
def test_the_language_in_which_it_was_given_leaves_no_trace(
    written_in: str, read_in: str, cast: Cast
) -> None:
    advice = given(cast, language=written_in)
    advice.refresh_from_db()
    assert advice.reasons == SAID
    found = told(advice, read_in)
    colon = {"en": ": ", "ja": "："}[read_in]
    starts = [f"{label}{colon}{SAID[each]}" for label, each in zip(labels(read_in), Criterion, strict=True)]
    assert found == "\n".join(starts)
    other = labels("ja" if read_in == "en" else "en")
    assert [name for name in other if name in found] == []


def test_the_order_is_that_of_the_form_however_the_database_keeps_them(cast: Cast) -> None:
    shuffled = {name: SAID[name] for name in ("fit", "japan", "team", "market", "technology")}
    advice = give_advice(
        cast.startup, rating=Rating.GOOD, reasons=shuffled, by=cast.expert, company=cast.company
    )
    advice.refresh_from_db()
    places = [told(advice, "en").index(SAID[each]) for each in Criterion]
    assert places == sorted(places)


@pytest.mark.parametrize("language", ["en", "ja"])
@pytest.mark.parametrize("words", ["Sound.", "Sound.\nAnd cheap.", "Technology: old", "技術：古い"])
def test_words_about_the_whole_are_read_as_they_were_written(words: str, language: str, cast: Cast) -> None:
    advice = give_advice(cast.startup, rating=Rating.GOOD, reasons=words, by=cast.expert)
    assert (told(advice, language), advice.reasons) == (words, {"": words})


def test_a_startup_alone_has_no_word_of_the_fit(cast: Cast) -> None:
    advice = given(cast, of_pair=False)
    assert list(SAID.keys() - advice.reasons.keys()) == ["fit"]
    assert labels("en")[-1] not in told(advice, "en")


@pytest.mark.parametrize("reasons", ["", {}, {"team": ""}])
def test_advice_without_a_word_is_refused(reasons: Any, cast: Cast) -> None:
    with pytest.raises(IntegrityError, match="advice_has_reasons"), transaction.atomic():
        give_advice(cast.startup, rating=Rating.GOOD, reasons=reasons, by=cast.expert)


def test_a_criterion_left_blank_is_not_named(cast: Cast) -> None:
    reasons = {"team": "Four engineers.", "market": ""}
    advice = give_advice(cast.startup, rating=Rating.GOOD, reasons=reasons, by=cast.expert)
    assert told(advice, "en") == "Team: Four engineers."


@pytest.mark.parametrize(("language", "other"), [("en", "ja"), ("ja", "en")])
class TestOnPages:
    def test_the_office_s_list_of_advice(
        self, language: str, other: str, cast: Cast, as_user: SignIn
    ) -> None:
        stories.match_of(cast.company, cast.startup)
        given(cast, language=other)
        page = unescape(as_user(cast.officer).get(f"/{language}/staff/advice/").content.decode())
        for name, own, foreign in zip(Criterion, labels(language), labels(other), strict=True):
            assert f"{own}{'：' if language == 'ja' else ': '}{SAID[name]}" in page
            assert f"{foreign}: {SAID[name]}" not in page
            assert f"{foreign}：{SAID[name]}" not in page

    def test_the_story_of_the_pair_and_what_is_known_before_a_meeting(
        self, language: str, other: str, cast: Cast
    ) -> None:
        match = stories.match_of(cast.company, cast.startup)
        advice = given(cast, language=other)
        with translation.override(language):
            notes = [each.note for each in story_of(match, Side.STAFF, cast.officer)]
            found = [each.text for each in findings_on(match, cast.officer)]
        assert told(advice, language) in notes
        assert found == [told(advice, language)]
        with translation.override(other):
            assert [each.text for each in findings_on(match, cast.officer)] == [told(advice, other)]

    def test_neither_side_has_a_word_of_it(
        self, language: str, other: str, cast: Cast, as_user: SignIn
    ) -> None:
        match = stories.match_of(cast.company, cast.startup)
        given(cast, language=other)
        for person in (cast.company_owner, cast.startup_owner):
            with translation.override(language):
                assert findings_on(match, person) == []
            page = unescape(as_user(person).get(f"/{language}/matches/{match.pk}/").content.decode())
            assert [words for words in SAID.values() if words in page] == []


def brought_to(name: str, app: str = "matches") -> Any:
    """The tables as they were after that migration; the models of that time."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    executor = MigrationExecutor(connection)
    executor.migrate([(app, name)])
    return MigrationExecutor(connection).loader.project_state([(app, name)]).apps


def test_what_was_kept_as_worded_text_becomes_facts(cast: Cast) -> None:
    """By the marks that were given with it; what has none, or was erased, is about the whole."""
    by_marks = given(cast, language="ja")
    whole = give_advice(
        cast.other_startup, rating=Rating.FAIR, reasons="Team: small.\nGood all the same.", by=cast.expert
    )
    erased = given_of(cast, factories.StartupFactory())
    before = brought_to("0022_recalibrated_policy").get_model("matches", "ExpertAdvice").objects
    worded = "\n".join(f"{label}: {SAID[each]}" for label, each in zip(labels("ja"), Criterion, strict=True))
    before.filter(pk=by_marks.pk).update(reasons=worded)
    assert before.get(pk=whole.pk).reasons == "Team: small.\nGood all the same."
    before.filter(pk=erased.pk).update(reasons="—")
    brought_to("0023_reasons_as_facts")
    found = dict(ExpertAdvice.objects.values_list("pk", "reasons"))
    assert found == {
        by_marks.pk: SAID,
        whole.pk: {"": "Team: small.\nGood all the same."},
        erased.pk: {"": "—"},
    }
    assert Mark.objects.filter(advice=by_marks).count() == len(SAID)


def given_of(cast: Cast, startup: Any) -> ExpertAdvice:
    asked = works.advice_asked(startup, cast.expert, cast.officer)
    opinions = {each.value: Opinion(2, SAID[each]) for each in asked.criteria()}
    return actions.give_assessment(asked, opinions, by=cast.expert)


def test_words_that_stood_beside_the_marks_too_stand_in_the_advice_alone(cast: Cast) -> None:
    """Nothing is lost: not what only a mark says, nor what it says otherwise; and what was erased stays erased."""
    twice, only_at_marks = given(cast), given_of(cast, factories.StartupFactory())
    otherwise, erased = (given_of(cast, factories.StartupFactory()) for _number in range(2))
    ExpertAdvice.objects.filter(pk=erased.pk).update(reasons={"": "—"})
    marks = brought_to("0008_rows_and_files", "research").get_model("research", "Mark").objects
    assert dict(marks.filter(advice=twice.pk).values_list("criterion", "reason")) == SAID
    assert set(marks.filter(advice=erased.pk).values_list("reason", flat=True)) == {"—"}
    ExpertAdvice.objects.filter(pk=only_at_marks.pk).update(reasons={"team": SAID["team"]})
    marks.filter(advice=otherwise.pk, criterion="team").update(reason="Five by now.")
    brought_to("0009_words_in_one_place", "research")
    of_startup = {name: words for name, words in SAID.items() if name != "fit"}
    assert dict(ExpertAdvice.objects.values_list("pk", "reasons")) == {
        twice.pk: SAID,
        only_at_marks.pk: of_startup,
        otherwise.pk: of_startup | {"team": f"{SAID['team']}\nFive by now."},
        erased.pk: {"": "—"},
    }
    assert {each.words for each in Mark.objects.filter(advice=erased).select_related("advice")} == {"—"}
