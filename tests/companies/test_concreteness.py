"""How concrete a description is: examples people wrote, each sign by itself, and what holds for every text."""

from __future__ import annotations

import pytest
from django.urls import reverse
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st

from accounts.registration.examples import examples
from companies.concreteness import Sign, look_at
from companies.views.own import EXAMPLES
from companies.words import LEVELS, TIPS
from matchmaking.core.concreteness import Level
from matchmaking.core.enums import Field


@pytest.mark.parametrize(
    ("text", "level"),
    [
        ("", Level.EMPTY),
        ("　 ", Level.EMPTY),
        ("人手不足です。", Level.BEGUN),
        ("We need help with digital transformation.", Level.BEGUN),
        (
            "梱包工程で人が足りず、繁忙期には出荷が遅れています。自動化できる部分を見つけたいと考えています。",
            Level.CLEAR,
        ),
        (
            "梱包工程では1日に1,200箱を8名で詰めています。繁忙期には出荷が2日遅れるため、同じ人数で1日1,800箱以上を詰めたい。",
            Level.CONCRETE,
        ),
        (
            "At our packing line 8 people fill 1,200 boxes a day by hand; orders leave late. We want 1,800 boxes.",
            Level.CONCRETE,
        ),
    ],
)
def test_levels_of_texts_as_people_write_them(text, level):
    assert look_at({"text": text}).level == level


@pytest.mark.parametrize(
    ("answers", "sign"),
    [
        ({"text": "あ" * 40}, Sign.ENOUGH_SAID),
        ({"text": "a" * 100}, Sign.ENOUGH_SAID),
        ({"place": "どこか"}, Sign.PLACE),
        ({"text": "第二工場"}, Sign.PLACE),
        ({"text": "our warehouses"}, Sign.PLACE),
        ({"amount": "年４，２００万円"}, Sign.FIGURE),
        ({"amount": "12 tonnes"}, Sign.FIGURE),
        ({"text": "減らしたい"}, Sign.RESULT),
        ({"solved_when": "静かになること"}, Sign.RESULT),
        ({"solved_when": "3%未満"}, Sign.RESULT_WITH_FIGURE),
        ({"text": "We want to save 5 minutes."}, Sign.RESULT_WITH_FIGURE),
    ],
)
def test_each_sign_is_seen_where_it_is(answers, sign):
    assert sign in look_at(answers).found


@pytest.mark.parametrize(
    ("answers", "sign"),
    [
        ({"text": "あ" * 39}, Sign.ENOUGH_SAID),
        ({"text": "a" * 99}, Sign.ENOUGH_SAID),
        ({"text": "2026"}, Sign.FIGURE),
        ({"text": "explanations"}, Sign.PLACE),
        ({"text": "5分かかる。短くしたい。"}, Sign.RESULT_WITH_FIGURE),
    ],
)
def test_what_only_looks_like_a_sign_is_none(answers, sign):
    assert sign in look_at(answers).missing


@given(
    st.dictionaries(
        st.sampled_from(["title", "text", "place", "amount", "solved_when"]), st.text(max_size=400)
    )
)
def test_every_sign_is_either_found_or_missing(answers):
    look = look_at(answers)
    assert sorted((*look.found, *look.missing)) == sorted(Sign)
    assert (look.level == Level.CONCRETE) == (not look.missing)


def test_the_examples_are_themselves_concrete_in_both_languages():
    for language in ("ja", "en"):
        with translation.override(language):
            groups = examples(EXAMPLES)
        assert [group["field"] for group in groups] == Field.values
        for group in groups:
            assert len(group["examples"]) == 3
            vague = [each["title"] for each in group["examples"] if look_at(each).level != Level.CONCRETE]
            assert (language, group["field"], vague) == (language, group["field"], [])
            assert all(len(each["text"]) <= 400 and len(each["title"]) <= 80 for each in group["examples"])
            assert all(
                len(each[name]) <= 200
                for each in group["examples"]
                for name in ("place", "amount", "solved_when")
            )


def test_every_finding_has_words():
    assert (set(LEVELS), set(TIPS)) == (set(Level), set(Sign))


@pytest.mark.django_db
def test_the_note_follows_what_is_typed_and_saves_nothing(cast, as_user):
    client = as_user(cast.company_owner)
    page = client.post(reverse("companies:concreteness"), {"text": "人手不足です。"}).content.decode()
    assert ("A good beginning." in page, page.count("<li>")) == (True, 2)
    page = client.get(reverse("companies:challenge_edit", args=[cast.company.challenges.get().pk]))
    assert page.context["look"].level != Level.EMPTY  # without scripts the note is there when the page opens
    assert client.get(reverse("companies:concreteness")).status_code == 405
