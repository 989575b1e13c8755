from __future__ import annotations

from matchmaking.matches.engine.features import CompanySide, StartupSide
from matchmaking.matches.engine.profiles import challenge_sides, startup_side


def test_each_challenge_becomes_a_side_with_the_firms_own_words():
    record = {
        "business": "養殖。",
        "strengths": "鮮度。",
        "modes": ["investment"],
        "languages": ["ja"],
        "challenges": [
            {
                "title": "餌",
                "text": "餌代が高い。",
                "field": "agritech",
                "sub_fields": ["a"],
                "modes": ["acquisition"],
            },
            {"text": "網が傷む。", "field": "agritech", "capabilities": ["fish"]},
        ],
    }
    common = {"business_text": "養殖。", "strengths": "鮮度。", "fields": ("agritech",), "languages": ("ja",)}
    assert challenge_sides(record) == [
        CompanySide(need_text="餌 餌代が高い。", sub_fields=("a",), modes=("acquisition",), **common),
        CompanySide(need_text="網が傷む。", modes=("investment",), capabilities=("fish",), **common),
    ]


def test_a_firm_without_challenges_has_no_sides():
    assert challenge_sides({"business": "養殖。"}) == []


def test_a_startup_becomes_a_side_and_no_confirmed_capability_means_a_guess():
    record = {
        "one_liner": "a",
        "solution": "b",
        "seeks_partner": "c",
        "fields": ["retail"],
        "capabilities": [],
    }
    assert startup_side(record) == StartupSide(
        one_liner="a", solution="b", partner_sought="c", fields=("retail",), capabilities=None
    )
