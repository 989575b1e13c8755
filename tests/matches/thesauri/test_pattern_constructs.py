"""Each construct of the language of wordings: what it finds, where it is refused, and that its cost is known."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from matchmaking.matches.thesauri.forms import FAULTS, LONGEST_TEXT, MOST_WORDINGS, WordingsField
from matchmaking.matches.thesauri.patterns import LONGEST, MOST_WAYS, Fault, PatternError, check, ways


@pytest.mark.parametrize(
    ("alias", "found", "missed"),
    [
        ("太陽光", "屋根の太陽光", "太陽熱"),
        ("a.c", "abc", "ac"),
        ("[abc]x", "cx", "dx"),
        ("[^abc]x", "dx", "ax"),
        (r"[a\-z]x", "-x", "mx"),  # an escaped hyphen is no range
        (r"[\w]x", "あx", "!x"),
        (r"\d{4}年", "2024年", "24年"),
        (r"a\sb", "a\u3000b", "ab"),  # the wide space of Japanese texts too
        (r"\bsea\b", "by sea", "overseas"),
        ("(海|空)運", "空運", "陸運"),
        ("(?:sea|sky)port", "skyport", "airport"),
        ("park(?!ing)", "parks", "parking"),
        ("colou?r", "color", "colouur"),
        ("a{3}b", "aaab", "aab"),
        ("a{1,2}b", "ab", "b"),
        (r"C\+\+", "C++", "CC"),
        (r"\(株\)", "(株)", "株"),
        (r"10\%", "10%", "10"),
        ("((((屋根))))材", "屋根材", "屋根"),  # as deep as it may go
        ("a|b", "b", "c"),
        ("a-b_c/d", "a-b_c/d", "abcd"),
    ],
)
def test_a_construct_finds_what_it_says_and_nothing_else(alias: str, found: str, missed: str) -> None:
    check(alias)
    assert (bool(re.search(alias, found)), bool(re.search(alias, missed))) == (True, False)


@pytest.mark.parametrize(
    ("alias", "fault", "at", "found"),
    [
        ("海+", Fault.UNBOUNDED, 2, "+"),
        ("[ab]*", Fault.UNBOUNDED, 5, "*"),
        (r"\d+", Fault.UNBOUNDED, 3, "+"),
        ("a|b+", Fault.UNBOUNDED, 4, "+"),
        ("(a|*)", Fault.UNBOUNDED, 4, "*"),
        ("a{2}+", Fault.NESTED, 5, "+"),  # possessive in newer engines
        ("a?+", Fault.NESTED, 3, "+"),
        ("a{2}?", Fault.NESTED, 5, "?"),  # lazy
        ("(a{2}b){2}", Fault.NESTED, 8, "{"),
        ("((a{2})){2}", Fault.NESTED, 9, "{"),  # groups hide nothing
        ("(a|b{2}){2}", Fault.NESTED, 9, "{"),  # nor choices
        ("a{,3}", Fault.UNKNOWN, 2, "{"),
        ("a{x}", Fault.UNKNOWN, 2, "{"),
        ("a{1000}", Fault.UNKNOWN, 2, "{"),
        ("a{61}", Fault.WIDE, 2, "{"),
        ("a{0}", Fault.WIDE, 2, "{"),
        ("ab{3,1}", Fault.WIDE, 3, "{"),
        ("(?i)a", Fault.UNKNOWN, 2, "?"),
        ("(?=a)b", Fault.UNKNOWN, 2, "?"),
        ("(?<!a)b", Fault.UNKNOWN, 2, "?"),
        ("(?>a)b", Fault.UNKNOWN, 2, "?"),
        ("(?#remark)b", Fault.UNKNOWN, 2, "?"),
        (r"a\Z", Fault.UNKNOWN, 2, "\\"),
        (r"\x41", Fault.UNKNOWN, 1, "\\"),
        (r"\p", Fault.UNKNOWN, 1, "\\"),
        ("a(b(c)", Fault.OPEN, 2, "("),
        ("a[]b", Fault.OPEN, 2, "["),
        ("a(|b)", Fault.MATCHES_NOTHING, 3, "|"),
        ("|a", Fault.MATCHES_NOTHING, 1, "|"),
        ("a|", Fault.MATCHES_NOTHING, 3, ""),
        (r"\b", Fault.MATCHES_NOTHING, 1, ""),  # stands in every text but the empty one
        (r"\bx?", Fault.MATCHES_NOTHING, 1, ""),
        (r"(?!x)\b", Fault.MATCHES_NOTHING, 1, ""),
    ],
)
def test_a_construct_outside_the_language_is_refused_at_its_character(
    alias: str, fault: Fault, at: int, found: str
) -> None:
    with pytest.raises(PatternError) as refused:
        check(alias)
    assert (refused.value.fault, refused.value.at, refused.value.found) == (fault, at, found)


# --- Lines -------------------------------------------------------------------------------------------------------


def told(text: str, language: str = "en") -> list[str]:
    """What the field says of the lines; nothing if it takes them."""
    with translation.override(language):
        try:
            WordingsField().clean(text)
        except ValidationError as refused:
            return list(refused.messages)
    return []


@pytest.mark.parametrize(
    ("text", "wordings"),
    [
        ("", []),
        (" \r\n\t\r\n", []),
        ("sea\r\nsea\r\nsea wind", ["sea", "sea wind"]),
        ("  sea  \n\n wind ", ["sea", "wind"]),
        ("Sea\nsea", ["Sea", "sea"]),  # case is the person's own
    ],
)
def test_lines_become_wordings_each_once(text: str, wordings: list[str]) -> None:
    assert WordingsField().clean(text) == wordings


@pytest.mark.parametrize(
    ("text", "lines"),
    [
        ("a*", [1]),
        ("sea\na*", [2]),
        ("sea\n\n\na*", [4]),  # as the person sees it: empty lines count
        ("\n\na*", [3]),
        ("sea\nsea\na*", [3]),  # and so do lines that say the same again
        ("a*\nsea\nb+\n(c", [1, 3, 4]),  # everything at once, not one error after the other
        ("a*\na*", [1]),
    ],
)
def test_the_line_that_is_refused_is_the_line_that_is_seen(text: str, lines: list[int]) -> None:
    assert [int(re.findall(r"\d+", message)[0]) for message in told(text)] == lines


@pytest.mark.parametrize(
    ("alias", "fault"),
    [
        ("x" * (LONGEST + 1), Fault.LONG),
        ("a$", Fault.UNKNOWN),
        ("(a", Fault.OPEN),
        ("a*", Fault.UNBOUNDED),
        ("(a{2}){2}", Fault.NESTED),
        ("a{61}", Fault.WIDE),
        ("(a|a){0,20}b", Fault.SLOW),
        ("a?", Fault.MATCHES_NOTHING),
    ],
)
def test_every_fault_has_words_of_its_own_in_both_languages(alias: str, fault: Fault) -> None:
    english, japanese = told(alias), told(alias, "ja")
    assert (len(english), len(japanese)) == (1, 1)
    assert english[0].startswith("Line 1: ")
    assert japanese[0].startswith("1行目：")
    assert "%(" not in english[0] + japanese[0]


def test_there_are_words_for_every_fault_that_a_line_can_have() -> None:
    assert set(FAULTS) == set(Fault) - {Fault.EMPTY}  # empty lines are no wordings


@pytest.mark.parametrize(("most", "is_taken"), [(MOST_WORDINGS, True), (MOST_WORDINGS + 1, False)])
def test_there_are_so_many_wordings_and_no_more(most: int, is_taken: bool) -> None:
    assert (told("\n".join(f"w{number}" for number in range(most))) == []) is is_taken


@pytest.mark.parametrize(("length", "is_taken"), [(LONGEST, True), (LONGEST + 1, False)])
def test_a_wording_is_so_long_and_no_longer(length: int, is_taken: bool) -> None:
    assert (told("海" * length) == []) is is_taken


# --- Cost --------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Node:
    """A wording as a tree, which is written down, counted and matched here in the plainest way."""

    kind: str
    parts: tuple[Node, ...] = ()
    text: str = ""
    least: int = 0
    most: int = 0

    def written(self) -> str:
        inner = [part.written() for part in self.parts]
        if self.kind == "letter":
            return self.text
        if self.kind == "row":
            return "".join(inner)
        if self.kind == "choice":
            return f"({'|'.join(inner)})"
        repeated = inner[0] if self.parts[0].kind == "letter" else f"(?:{inner[0]})"
        return f"{repeated}?" if self.kind == "maybe" else f"{repeated}{{{self.least},{self.most}}}"


class Backtracking:
    """Tries every way there is, as the worst engine would, and counts where each ended."""

    def __init__(self, text: str) -> None:
        self.text, self.ends = text, 0

    def exhaust(self, node: Node, at: int) -> int:
        """How many ways ended, in a match or not, from one place."""
        self.ends = 0
        return sum(1 for _ in self._ways(node, at)) + self.ends

    def _ways(self, node: Node, at: int) -> Iterator[int]:
        if node.kind == "letter":
            if at < len(self.text) and re.fullmatch(node.text, self.text[at]):
                yield at + 1
            else:
                self.ends += 1
        elif node.kind == "row":
            yield from self._row(node.parts, at)
        elif node.kind == "choice":
            for part in node.parts:
                yield from self._ways(part, at)
        else:
            most = 1 if node.kind == "maybe" else node.most
            yield from self._again(node.parts[0], at, node.least, most)

    def _row(self, parts: tuple[Node, ...], at: int) -> Iterator[int]:
        if not parts:
            yield at
            return
        for after in self._ways(parts[0], at):
            yield from self._row(parts[1:], after)

    def _again(self, part: Node, at: int, least: int, most: int) -> Iterator[int]:
        if most > 0:
            for after in self._ways(part, at):
                yield from self._again(part, after, max(least - 1, 0), most - 1)
        if least == 0:
            yield at


LETTERS = st.sampled_from(["a", "b", ".", "[ab]", r"\w"]).map(lambda text: Node("letter", text=text))
BOUNDS = st.tuples(st.integers(0, 3), st.integers(1, 9)).map(sorted)


def _larger(inner: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    several = st.lists(inner, min_size=1, max_size=4).map(tuple)
    return st.one_of(
        several.map(lambda parts: Node("row", parts)),
        several.map(lambda parts: Node("choice", parts)),
        inner.map(lambda part: Node("maybe", (part,))),
        st.tuples(inner, BOUNDS).map(
            lambda made: Node("repeat", (made[0],), least=made[1][0], most=made[1][1])
        ),
    )


TREES = st.recursive(LETTERS, _larger, max_leaves=8)
HOSTILE = [
    "a" * LONGEST_TEXT,
    "ab" * (LONGEST_TEXT // 2),
    "a" * (LONGEST_TEXT - 1) + "!",
    "あ" * LONGEST_TEXT,
]


def is_taken(alias: str) -> bool:
    try:
        check(alias)
    except PatternError:
        return False
    return True


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(TREES, st.sampled_from(HOSTILE), st.integers(0, LONGEST_TEXT - 1))
def test_from_any_place_of_a_hostile_text_no_more_ways_end_than_were_counted(
    tree: Node, text: str, place: int
) -> None:
    """A search starts once at each place: with this bound its steps grow with the text and not faster."""
    alias = tree.written()
    assume(is_taken(alias) and ways(alias) <= MOST_WAYS // 5)  # the same law, in less time
    assert Backtracking(text).exhaust(tree, place) <= ways(alias)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(TREES, st.text(alphabet="ab!", max_size=12))
def test_what_is_taken_compiles_and_matches_as_the_plainest_engine_does(tree: Node, text: str) -> None:
    alias = tree.written()
    assume(is_taken(alias) and ways(alias) <= MOST_WAYS // 5)
    plain = Backtracking(text)
    assert (re.match(alias, text) is not None) == any(True for _ in plain._ways(tree, 0))


@given(st.lists(st.sampled_from("ab.?{}()|[]\\*+^$,019dwsb"), max_size=30).map("".join))
def test_no_row_of_signs_gets_in_that_can_run_away(alias: str) -> None:
    if not is_taken(alias):
        return
    assert ways(alias) <= MOST_WAYS
    assert not re.search(r"(?<!\\)[*+]", re.sub(r"\\.|\[[^\]]*\]", "", alias))
    assert re.compile(alias).search("") is None
