"""The language of aliases: what it takes, what it refuses and where, and that nothing in it can run away."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from matchmaking.matches.thesauri.editions import delivered
from matchmaking.matches.thesauri.patterns import LONGEST, MOST_WAYS, Fault, PatternError, check, ways


@pytest.mark.parametrize(
    ("alias", "text"),
    [
        ("太陽光", "屋根の太陽光"),
        ("rooftop (power|panel)", "a rooftop panel"),
        (r"\bPV\b", "the PV plant"),
        ("屋根.{0,6}パネル", "屋根の上のパネル"),
        ("optimi[sz]ation", "optimization"),
        ("[0-9]{4}", "in 2024"),
        ("robots?", "robots"),
        ("(?:sea|sky)port", "seaport"),
        ("park(?!ing)", "a park"),
        (r"1\.5 degrees", "1.5 degrees"),
        (r"CO2\s排出", "CO2 排出"),
        (r"\d{1,3} min", "15 min"),
    ],
)
def test_what_can_be_written_is_a_regular_expression_that_means_the_same(alias: str, text: str) -> None:
    check(alias)
    assert re.search(alias, text)


@pytest.mark.parametrize(
    ("alias", "fault", "at"),
    [
        ("", Fault.EMPTY, 1),
        ("   ", Fault.EMPTY, 1),
        ("x" * (LONGEST + 1), Fault.LONG, LONGEST + 1),
        ("(a+)+b", Fault.UNBOUNDED, 3),  # the classic that doubles with every letter
        ("a*", Fault.UNBOUNDED, 2),
        ("(a|aa)*b", Fault.UNBOUNDED, 7),
        ("*a", Fault.UNBOUNDED, 1),
        ("a{2,}", Fault.UNKNOWN, 2),
        ("(a{0,9}){0,9}b", Fault.NESTED, 9),
        ("a{2}{3}", Fault.NESTED, 5),
        ("a??", Fault.NESTED, 3),
        ("a{0,61}b", Fault.WIDE, 2),
        ("a{5,2}", Fault.WIDE, 2),
        ("a{0,0}b", Fault.WIDE, 2),
        ("a.{0,60}b.{0,60}c.{0,60}d", Fault.SLOW, 1),
        ("(a|a){0,20}b", Fault.SLOW, 1),
        ("(a|b", Fault.OPEN, 1),
        ("a)", Fault.UNKNOWN, 2),
        ("[abc", Fault.OPEN, 1),
        ("a]", Fault.UNKNOWN, 2),
        ("^a", Fault.UNKNOWN, 1),
        ("a$", Fault.UNKNOWN, 2),
        ("?a", Fault.UNKNOWN, 1),
        ("(?P<name>a)", Fault.UNKNOWN, 2),
        ("(?<=a)b", Fault.UNKNOWN, 2),
        (r"(a)\1", Fault.UNKNOWN, 4),
        (r"\A", Fault.UNKNOWN, 1),
        ("a\\", Fault.UNKNOWN, 2),
        ("((((((a))))))", Fault.NESTED, 6),
        ("()", Fault.MATCHES_NOTHING, 2),
        ("a||b", Fault.MATCHES_NOTHING, 3),
        ("a?", Fault.MATCHES_NOTHING, 1),
        (".{0,5}", Fault.MATCHES_NOTHING, 1),
        ("[z-a]", Fault.UNKNOWN, 2),  # read as a class here, refused by the compiler
    ],
)
def test_what_is_outside_the_language_is_refused_with_its_place(alias: str, fault: Fault, at: int) -> None:
    with pytest.raises(PatternError) as refused:
        check(alias)
    assert (refused.value.fault, refused.value.at) == (fault, at)


@pytest.mark.parametrize(
    ("alias", "count"),
    [("abc", 1), ("a|b", 2), ("ab?c", 2), ("a{3}", 1), ("a{0,6}b", 7), ("(a|b){2}", 4), ("(a|b)(c|d)?", 6)],
)
def test_the_ways_to_match_at_one_place_are_counted(alias: str, count: int) -> None:
    assert ways(alias) == count


ATOMS = st.sampled_from(
    ["a", "b", ".", "[ab]", r"\d", r"\b", "(a|b)", "(ab|a)", "a{0,9}", ".{0,20}", "(a|b)?"]
)


def fault_of(alias: str) -> PatternError | None:
    """What is wrong with an alias, or nothing."""
    try:
        check(alias)
    except PatternError as refused:
        return refused
    return None


@given(st.lists(ATOMS, min_size=1, max_size=6).map("".join))
def test_whatever_is_taken_compiles_and_is_limited(alias: str) -> None:
    if fault := fault_of(alias):
        assert fault.fault in {Fault.SLOW, Fault.MATCHES_NOTHING}
    else:
        assert (re.compile(alias).search(""), ways(alias) <= MOST_WAYS) == (None, True)


@given(st.text(max_size=40))
def test_any_text_is_taken_or_refused_at_a_place_in_it(alias: str) -> None:
    """Or at the place behind it; nothing else comes out."""
    fault = fault_of(alias)
    assert re.compile(alias) if fault is None else 1 <= fault.at <= len(alias) + 1


def test_the_delivered_wordings_are_written_in_it() -> None:
    """Every edit must be within the language, so what comes with the portal is too."""
    aliases = [alias for item in delivered().capabilities for alias in (*item.aliases_ja, *item.aliases_en)]
    assert len(aliases) > 1000
    assert {alias: fault.fault for alias in aliases if (fault := fault_of(alias))} == {}
