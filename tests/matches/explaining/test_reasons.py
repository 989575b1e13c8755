"""When a part is a reason, when it is the one thing to check, and that nothing is said that a profile does not say."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from matchmaking.core.enums import CooperationMode, Field, Language
from matchmaking.matches.engine.policy import OPTIONAL_SLICES, SLICES
from matchmaking.matches.enums import Side
from matchmaking.matches.explaining.explanation import GROUP_LABELS, PART_LABELS, scale_of
from matchmaking.matches.explaining.reasons import CAUTION, FITS, WEAK, Reason, labels, listed, reasons
from matchmaking.matches.models import Match
from matchmaking.matches.thesauri.editions import delivered as thesaurus
from tests.conftest import Cast
from tests.matches import world

SENTENCE = "Cameras that let shoppers leave without queueing"
Shares = dict[str, float]


@pytest.fixture
def match(db: None, cast: Cast) -> Match:
    """Every part at half of what it can reach, everything known, a shared language, and nothing else shared."""
    startup = world.startup(
        0, organisation__modes=[CooperationMode.INVESTMENT], organisation__languages=["ja"]
    )
    made = world.match_of(cast.company, startup, missing=[], quote="")
    made.challenge.modes = [CooperationMode.ACQUISITION]
    made.challenge.field = Field.MOBILITY
    made.company.organisation.languages = ["ja"]
    return earning(made, dict.fromkeys(SLICES, 0.5))


def earning(match: Match, shares: Shares) -> Match:
    """The parts as shares of what each can reach under the policy."""
    caps = scale_of(match.policy_id).caps
    match.parts = {**match.parts, **{name: round(caps[name] * share) for name, share in shares.items()}}
    return match


def said(match: Match, reader: Side = Side.COMPANY) -> dict[str, str]:
    """What is a reason, by what it rests on."""
    return {each.source: each.text_en for each in reasons(match, reader) if each.kind == FITS}


def warned(match: Match, reader: Side = Side.COMPANY) -> tuple[str, str] | None:
    found = [each for each in reasons(match, reader) if each.kind == CAUTION]
    assert len(found) <= 1
    return (found[0].source, found[0].text_en) if found else None


def test_what_an_average_pair_has_is_no_reason(match: Match) -> None:
    assert set(said(match)) == {"language"}


@pytest.mark.parametrize(
    ("names", "source"),
    [
        (("need_e5", "need_use"), "need"),
        (("partner_e5", "partner_use"), "partner"),
        (("advice",), "advice"),
    ],
)
@pytest.mark.parametrize(("earned", "is_reason"), [(0.55, False), (0.65, True), (1.0, True), (0.0, False)])
def test_a_part_is_a_reason_from_three_fifths_on(
    match: Match, names: tuple[str, ...], source: str, earned: float, is_reason: bool
) -> None:
    assert (source in said(earning(match, dict.fromkeys(names, earned)))) == is_reason


@pytest.mark.parametrize("names", [("need_e5", "need_use"), ("partner_e5", "partner_use"), ("advice",)])
def test_what_is_assumed_is_no_reason_however_much_it_counts(match: Match, names: tuple[str, ...]) -> None:
    earning(match, dict.fromkeys(names, 1.0))
    match.missing = [names[0]]
    assert not {"need", "partner", "advice"} & set(said(match))


@pytest.mark.parametrize("reader", Side)
@pytest.mark.parametrize("language", ["ja", "en"])
def test_each_reader_is_addressed_as_who_they_are(match: Match, reader: Side, language: str) -> None:
    earning(match, dict.fromkeys(("need_e5", "need_use", "partner_e5", "partner_use"), 1.0))
    with translation.override(language):
        texts = [each.text_ja or each.text_en for each in reasons(match, reader)]
        others = {
            each.text_ja or each.text_en
            for side in Side
            if side != reader
            for each in reasons(match, side)
            if each.source in ("need", "partner")
        }
    assert not others & set(texts)
    assert all(texts)


@pytest.mark.parametrize(
    ("earned", "still", "quoted"),
    [(0.5, True, True), (0.4, True, False), (0.9, True, True), (0.9, False, False), (0.5, False, False)],
)
def test_a_sentence_is_quoted_while_the_startup_says_it(
    match: Match, earned: float, still: bool, quoted: bool
) -> None:
    match.quote = SENTENCE
    if not still:
        match.startup.one_liner = "We changed our minds"
    earning(match, dict.fromkeys(("need_e5", "need_use"), earned))
    quotes = [each for each in reasons(match, Side.COMPANY) if each.quote]
    assert [(each.quote, each.quote_lang) for each in quotes] == ([(SENTENCE, "en")] if quoted else [])


def test_a_quote_that_is_gone_leaves_the_plain_reason(match: Match) -> None:
    match.quote = "A sentence of former days"
    earning(match, dict.fromkeys(("need_e5", "need_use"), 0.9))
    assert said(match)["need"] == "The pitch is close in content to your challenge"


@pytest.mark.parametrize(("number", "shown"), [(0, 0), (1, 1), (2, 2), (3, 2), (5, 2)])
def test_two_shared_capabilities_are_named_at_most(match: Match, number: int, shown: int) -> None:
    known = thesaurus().capabilities[:number]
    match.shared_capabilities = [each.id for each in known]
    expected = {"capability": f"Both: {listed(each.label_en for each in known[:shown])}"} if shown else {}
    assert {key: text for key, text in said(match).items() if key == "capability"} == expected


def test_capabilities_that_earn_little_are_not_named(match: Match) -> None:
    match.shared_capabilities = [thesaurus().capabilities[0].id]
    assert "capability" in said(earning(match, {"capability": 0.35}))
    assert "capability" not in said(earning(match, {"capability": 0.25}))


@pytest.mark.parametrize(
    ("wanted", "offered", "both"),
    [
        (["investment"], ["investment"], "Investment"),
        (["investment", "acquisition"], ["acquisition", "investment"], "Investment, Acquisition"),
        (["joint_development"], ["investment"], None),
        ([], ["joint_development"], "Joint development"),
    ],
)
def test_the_kinds_of_cooperation_that_both_want_are_named(
    match: Match, wanted: list[str], offered: list[str], both: str | None
) -> None:
    """A challenge that says nothing wants what its firm wants in general."""
    match.challenge.modes, match.startup.organisation.modes = wanted, offered
    match.company.organisation.modes = ["joint_development"]
    assert said(match).get("cooperation") == (f"Wanted by both: {both}" if both else None)


@pytest.mark.parametrize(
    ("field", "subs", "theirs", "their_subs", "words"),
    [
        ("retail", [], ["retail"], [], "Same field: Retail"),
        ("retail", ["logistics"], ["mobility"], ["logistics"], None),
        (
            "decarbonization",
            ["offshore_wind", "renewable_power"],
            ["decarbonization"],
            ["offshore_wind"],
            "Same field: Decarbonization, Offshore-wind supply chain",
        ),
    ],
)
def test_the_shared_field_is_named_with_its_shared_sub_fields(
    match: Match, field: str, subs: list[str], theirs: list[str], their_subs: list[str], words: str | None
) -> None:
    match.challenge.field, match.challenge.sub_fields = field, subs
    match.startup.organisation.fields, match.startup.organisation.sub_fields = theirs, their_subs
    assert said(match).get("field") == words


@pytest.mark.parametrize(
    ("ours", "theirs", "words"),
    [
        (["ja"], ["ja", "en"], "Shared working language: Japanese"),
        (["ja", "en"], ["en", "ja"], "Shared working language: Japanese, English"),
        (["ja"], ["en"], None),
        ([], ["en"], None),
    ],
)
def test_a_shared_language_is_named_and_a_lacking_one_is_the_thing_to_check(
    match: Match, ours: list[str], theirs: list[str], words: str | None
) -> None:
    match.company.organisation.languages, match.startup.organisation.languages = ours, theirs
    assert said(match).get("language") == words
    needs_interpreter = ("language", "No shared working language: an interpreter is needed")
    assert (warned(match) == needs_interpreter) == (words is None)


# --- The one thing to check -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("missing", "named"),
    [
        (["stage"], "Readiness"),
        (["partner_e5", "partner_use"], "Fit as a partner"),
        (["size"], "Budget and amount sought"),
        (["cooperation", "size"], "Cooperation and size"),
        (["capability"], "Capabilities asked for and offered"),
        (["stage", "language"], "Readiness, Language and country"),
        (["language", "advice"], "Language and country"),
    ],
)
def test_what_is_not_known_is_named_by_its_group_or_its_part(
    match: Match, missing: list[str], named: str
) -> None:
    match.missing = missing
    assert warned(match) == ("missing", f"No information yet: {named}")


@pytest.mark.parametrize("missing", [[], ["advice"], ["country"], list(OPTIONAL_SLICES)])
def test_what_nobody_is_asked_for_is_never_missed(match: Match, missing: list[str]) -> None:
    match.missing = missing
    assert (warned(match) or ("", ""))[0] != "missing"


@pytest.mark.parametrize("part", WEAK)
@pytest.mark.parametrize(("earned", "is_weak"), [(0.2, True), (0.0, True), (0.4, False)])
def test_a_weak_part_is_told_in_its_own_words(match: Match, part: str, earned: float, is_weak: bool) -> None:
    earning(match, {part: earned})
    assert (warned(match) == (part, str(WEAK[part]))) == is_weak


@pytest.mark.parametrize(
    ("weak", "told"),
    [
        (["size", "stage"], "size"),
        (["stage", "country"], "stage"),
        (["advice", "size", "stage", "country"], "advice"),
        (["country"], "country"),
    ],
)
def test_of_several_weak_parts_one_is_told_and_doubts_of_experts_first(
    match: Match, weak: list[str], told: str
) -> None:
    assert (warned(earning(match, dict.fromkeys(weak, 0.1))) or ("", ""))[0] == told


def test_what_is_not_known_comes_before_what_is_weak(match: Match) -> None:
    match.missing = ["stage"]
    assert (warned(earning(match, {"advice": 0.0})) or ("", ""))[0] == "missing"


def test_without_a_weak_part_the_group_that_earns_least_is_told(match: Match) -> None:
    earning(match, {**dict.fromkeys(SLICES, 0.9), "stage": 0.6})
    source, text = warned(match) or ("", "")
    assert source == "stage"
    assert text.startswith("Least agreement: Readiness (")


def test_where_everything_fits_there_is_nothing_to_check(match: Match) -> None:
    assert warned(earning(match, dict.fromkeys(SLICES, 0.95))) is None


@pytest.mark.parametrize("language", ["ja", "en"])
def test_a_sentence_is_in_the_readers_language_only(match: Match, language: str) -> None:
    match.shared_capabilities = [thesaurus().capabilities[0].id]
    with translation.override(language):
        found = reasons(match, Side.STAFF)
    assert found
    assert all(bool(each.text_ja) == (language == "ja") for each in found)
    assert all(bool(each.text_en) == (language == "en") for each in found)


@pytest.mark.parametrize("most", [0, 1, 2, 3])
def test_a_card_has_so_many_reasons_and_the_caution_besides(match: Match, most: int) -> None:
    match.shared_capabilities = [thesaurus().capabilities[0].id]
    match.challenge.modes = [CooperationMode.INVESTMENT]
    earning(match, {**dict.fromkeys(SLICES, 0.8), "stage": 0.1})
    kinds = [each.kind for each in reasons(match, Side.COMPANY, most=most)]
    assert kinds == [FITS] * most + [CAUTION]


shares = st.fixed_dictionaries({name: st.floats(0, 1) for name in SLICES})


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(shares=shares, missing=st.sets(st.sampled_from(SLICES)), reader=st.sampled_from(list(Side)))
def test_whatever_the_parts_are_reasons_come_in_their_order_and_each_once(
    match: Match, shares: Shares, missing: set[str], reader: Side
) -> None:
    earning(match, shares)
    match.missing = sorted(missing)
    found = reasons(match, reader)
    sources = [each.source for each in found if each.kind == FITS]
    order = ["capability", "need", "advice", "cooperation", "field", "partner", "language"]
    assert sources == [name for name in order if name in sources]
    assert [each.kind for each in found].count(CAUTION) <= 1
    assert all(each.kind == FITS for each in found[:-1])


@pytest.mark.parametrize(
    ("text", "expected"),
    [("現場の水位を測ります。", "ja"), ("We measure water levels.", "en"), ("", "en")],
)
def test_a_quote_knows_its_language(text: str, expected: str) -> None:
    assert Reason(FITS, "need", quote=text).quote_lang == expected


def test_labels_leave_out_what_the_vocabulary_no_longer_has() -> None:
    assert labels(Language, ["ja", "klingon", "en"]) == ["Japanese", "English"]


@pytest.mark.parametrize(("language", "expected"), [("en", "a, b"), ("ja", "a、b")])
def test_words_are_listed_as_the_language_does(language: str, expected: str) -> None:
    with translation.override(language):
        assert listed(["a", "b"]) == expected


@pytest.mark.parametrize("words", [GROUP_LABELS, PART_LABELS, WEAK])
def test_every_word_of_an_explanation_is_in_both_languages(words: dict[str, Any]) -> None:
    texts: dict[str, list[str]] = {}
    for language in ("en", "ja"):
        with translation.override(language):
            texts[language] = [str(each) for each in words.values()]
    assert all(a != b for a, b in zip(texts["en"], texts["ja"], strict=True))


def test_a_startup_that_said_nothing_quotable_is_not_quoted(match: Match) -> None:
    for name in ("one_liner", "solution", "customers", "edge"):
        setattr(match.startup, name, "")
    match.quote = SENTENCE
    assert not [each for each in reasons(match, Side.STAFF) if each.quote]


def test_a_problem_is_never_quoted_as_an_offer(match: Match) -> None:
    match.startup.one_liner, match.startup.problem, match.quote = "Cameras", SENTENCE, SENTENCE
    earning(match, dict.fromkeys(("need_e5", "need_use"), 0.9))
    assert not [each for each in reasons(match, Side.STAFF) if each.quote]
