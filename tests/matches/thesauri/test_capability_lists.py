"""The staff's lists against a count by hand: any address, any words, any page, any name, any role."""

from __future__ import annotations

import csv
import functools
import html
import operator
import re
import unicodedata
from collections import Counter
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from matchmaking.matches import actions
from matchmaking.matches.engine.sentences import language_of
from matchmaking.matches.models import CapabilityReading, ThesaurusVersion
from matchmaking.matches.thesauri import editions
from tests import factories
from tests.conftest import Cast
from tests.matches.pages import answer, columns, links, main, source, words

pytestmark = pytest.mark.django_db
Sign = Callable[[User], Client]
ALL = len(editions.delivered())


@pytest.fixture
def boss(cast: Cast, as_user: Sign) -> Client:
    actions.ensure_policy()
    return as_user(cast.administrator)


def told(page: str) -> int:
    """How many capabilities the list says there are."""
    return int(re.findall(r"(\d+) capabilit", words(main(page)))[0])


def names(page: str) -> list[str]:
    return [row[0] for row in columns(main(page))[1:]]


# --- The list ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "query",
    [
        "field=mining",
        "field=%F0%9F%92%A9",
        "field=",
        "status=gone",
        "status=ACTIVE",
        "unheard_of=1",
        "q=",
        "q=%E3%80%80",  # a wide space alone
        "q=%00",
        "page=abc",
        "page=1e3",
        "draft=nonsense",
        "field[]=retail",
    ],
)
def test_nonsense_in_the_address_narrows_nothing_down(boss: Client, query: str) -> None:
    page = source(boss, "matches:capabilities", f"?{query}")
    assert (told(page), len(names(page))) == (ALL, 50)


@pytest.mark.parametrize(
    ("query", "kept"), [("field=mining&q=geothermal", 1), ("status=gone&q=geothermal", 1)]
)
def test_nonsense_beside_sense_does_not_take_the_sense_away(boss: Client, query: str, kept: int) -> None:
    page = source(boss, "matches:capabilities", f"?{query}")
    assert told(page) == by_hand("geothermal") >= kept


def by_hand(query: str) -> int:
    """In how many capabilities every word occurs somewhere."""
    wanted = unicodedata.normalize("NFKC", query).lower().split()
    texts = (
        " ".join(
            [
                each.id,
                each.label_ja,
                each.label_en,
                each.gloss_ja,
                each.gloss_en,
                *each.aliases_ja,
                *each.aliases_en,
            ]
        ).lower()
        for each in editions.delivered().capabilities
    )
    return sum(all(word in text for word in wanted) for text in texts)


@pytest.mark.parametrize(
    "query",
    [
        "solar",
        "SOLAR",
        "ｓｏｌａｒ",
        "太陽光",
        "太陽光 solar",  # one word of each language
        "solar　太陽光",  # with the space of a Japanese keyboard
        "ｾﾙﾌ",
        "セルフ",
        "solar_dev",
        "%",
        "_",
        "100%",
        "\\d",
        "(a|b",
        "'",
        '"; DROP TABLE matches_capabilityentry; --',
        "<script>",
        "solar solar solar",
        "x" * 150,
    ],
)
def test_a_search_finds_as_many_as_a_count_by_hand_in_either_language(boss: Client, query: str) -> None:
    address = "?" + urlencode({"q": query})
    found = source(boss, "matches:capabilities", address)
    japanese = source(boss, "matches:capabilities", address, language="ja")
    assert told(found) == by_hand(query)
    assert len(names(japanese)) == len(names(found)) == min(by_hand(query), 50)
    assert "<script>" not in main(found)


def test_all_pages_together_hold_every_capability_once(boss: Client) -> None:
    found = [
        name for page in range(1, 6) for name in names(source(boss, "matches:capabilities", f"?page={page}"))
    ]
    assert Counter(found) == Counter(each.label_en for each in editions.delivered().capabilities)


@pytest.mark.parametrize("page", ["5", "6", "99999", "0", "-1"])
def test_a_page_that_is_not_there_is_the_last(boss: Client, page: str) -> None:
    assert len(names(source(boss, "matches:capabilities", f"?page={page}"))) == ALL % 50


# --- Counts ------------------------------------------------------------------------------------------------------

NEEDS = [
    ["solar_dev", "geothermal"],
    ["solar_dev"],
    ["solar_om", "solar_dev"],
    [],
    ["biochar"],
    ["geothermal"],
]
OFFERS = [["solar_dev"], ["geothermal", "biochar"], [], ["biochar", "solar_om"]]


@pytest.fixture
def carried(db: None) -> tuple[Counter[str], Counter[str]]:
    """How often each is asked for and offered, counted where it is made."""
    now, edition = timezone.now(), editions.delivered().version
    owners: list[tuple[dict[str, Any], list[str]]] = [
        *(({"challenge": factories.ChallengeFactory()}, keys) for keys in NEEDS),
        *(({"startup": factories.StartupFactory()}, keys) for keys in OFFERS),
    ]
    for place, (owner, keys) in enumerate(owners):
        CapabilityReading.objects.create(
            **owner, keys=keys, edition=edition, read_at=now, is_confirmed=place % 2 == 0
        )
    return Counter(functools.reduce(operator.iadd, NEEDS, [])), Counter(
        functools.reduce(operator.iadd, OFFERS, [])
    )


@pytest.mark.parametrize("key", ["solar_dev", "solar_om", "geothermal", "biochar", "floating_solar"])
def test_the_list_counts_as_a_count_by_hand(
    boss: Client, carried: tuple[Counter[str], Counter[str]], key: str
) -> None:
    [row] = [
        row
        for row in columns(main(source(boss, "matches:capabilities", f"?q={key}")))
        if row[0] == label(key)
    ]
    assert row[3:5] == [str(carried[0][key]), str(carried[1][key])]
    table = {row[0]: row[1:] for row in columns(main(source(boss, "matches:capability", key=key)))}
    assert sum(map(int, table["Needs"])) == carried[0][key]
    assert sum(map(int, table["Startups"])) == carried[1][key]


def label(key: str) -> str:
    edition = editions.delivered()
    return edition.capabilities[edition.positions[key]].label_en


def file(client: Client, language: str = "en") -> list[list[str]]:
    """The rows of the file, as a spreadsheet that goes by the mark at its beginning reads them."""
    content = answer(client, "matches:capability_balance_csv", language=language).content
    assert content.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(content.decode("utf-8-sig").splitlines()))


def test_supply_and_demand_is_the_same_on_the_page_in_the_file_and_by_hand(
    boss: Client, carried: tuple[Counter[str], Counter[str]]
) -> None:
    needs, offers = carried
    rows = {row[0]: row[3:] for row in file(boss)[1:]}
    for key in {*needs, *offers, "floating_solar"}:
        expected = [needs[key], offers[key], offers[key] - needs[key]]
        assert rows[label(key)] == list(map(str, expected))
    gaps = [int(row[-1]) for row in rows.values()]
    assert (gaps, min(gaps), len(rows)) == (sorted(gaps), -2, ALL)
    shown = columns(main(source(boss, "matches:capability_balance")))[1:]
    assert [row[0] for row in shown] == list(rows)[: len(shown)]


def test_a_name_that_a_spreadsheet_would_compute_is_text_in_the_file(cast: Cast, boss: Client) -> None:
    draft = actions.open_draft(by=cast.administrator)
    keys = ["solar_dev", "solar_om", "geothermal", "biochar"]
    risky = ['=HYPERLINK("http://x.example")', "+81", "-3", "@SUM(A1)"]
    for key, name in zip(keys, risky, strict=True):
        row = draft.entries.select_related("version").get(key=key)
        content = {**row.content(), "label_en": name, "label_ja": f"={key}"}
        actions.change_capability(row, content=content, seen=row.content(), by=cast.administrator)
    draft.refresh_from_db()
    actions.put_thesaurus_in_force(draft, reason="r", seen=draft.fingerprint, by=cast.administrator)
    english, japanese = ([row[0] for row in file(boss, language)[1:]] for language in ("en", "ja"))
    assert {f"'{name}" for name in risky} <= set(english)
    assert {f"'={key}" for key in keys} <= set(japanese)
    assert not [name for name in english + japanese if name.startswith(("=", "+", "-", "@"))]
    assert {name.lstrip("'") for name in english} >= set(risky)


# --- A text ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "text",
    [
        "屋根に太陽光を載せたい。太陽光と洋上風力。",
        "<script>alert(1)</script>太陽光<img src=x onerror=alert(1)>",
        "</mark>太陽光<mark>",
        '太陽光" onmouseover="alert(1)',
        "&lt;太陽光&gt; &amp; 洋上風力",
        "{{ 太陽光 }}{% url 'x' %}",
        "Rooftop solar, SOLAR panels & <b>vertical farming</b>",
        "overseas parasol",
        "一行目に太陽光\n二行目に洋上風力",
    ],
)
def test_exactly_what_matched_is_marked_and_nothing_else_becomes_markup(boss: Client, text: str) -> None:
    page = boss.post(reverse("matches:capability_try"), {"text": text}).content.decode()
    [shown] = re.findall(r'<p class="user-text" lang="..">(.*?)</p>', page, re.DOTALL)
    assert html.unescape(re.sub(r"</?mark>", "", shown)) == text
    assert set(re.findall(r"<[^>]*>", shown)) <= {"<mark>", "</mark>"}
    marked: list[bool] = []
    for piece in re.findall(r"<mark>.*?</mark>|[^<]+", shown, re.DOTALL):
        letters = html.unescape(re.sub(r"</?mark>", "", piece))
        marked += [piece.startswith("<mark>")] * len(letters)
    assert marked == letters_that_match(text)


def letters_that_match(text: str) -> list[bool]:
    """For each letter, whether a wording of any capability lies over it."""
    found = [False] * len(text)
    for pattern in editions.delivered().patterns(language_of(text)):
        for match in pattern.finditer(text):
            found[slice(*match.span())] = [True] * len(match.group())
    return found


# --- Who ---------------------------------------------------------------------------------------------------------

READ = ["capabilities", "capability_try", "capability_gaps", "capability_balance", "capability_balance_csv"]
OUTSIDERS = ["company_owner", "startup_owner", "expert"]


@pytest.mark.parametrize("page", [*READ, "capability_draft"])
@pytest.mark.parametrize(
    ("role", "status"),
    [("officer", 200), ("administrator", 200), *((role, 404) for role in OUTSIDERS)],
)
def test_staff_read_and_for_others_there_is_nothing(
    cast: Cast, as_user: Sign, page: str, role: str, status: int
) -> None:
    actions.ensure_policy()
    assert answer(as_user(getattr(cast, role)), f"matches:{page}").status_code == status


@pytest.mark.parametrize("role", ["officer", *OUTSIDERS])
def test_only_administrators_write_whatever_is_sent(cast: Cast, as_user: Sign, role: str) -> None:
    draft = actions.open_draft(by=cast.administrator)
    client, before = as_user(getattr(cast, role)), list(draft.entries.values())
    sent = {"into": "geothermal", "reason": "r", "seen": draft.fingerprint}
    on = ["capability_edit_save", "capability_merge", "capability_retire", "capability_restore"]
    whole = [
        "capability_new_save",
        "capability_draft_open",
        "capability_draft_discard",
        "capability_draft_put",
    ]
    addresses = [
        *(reverse(f"matches:{name}", args=["solar_dev"]) for name in on),
        *(reverse(f"matches:{name}") for name in [*whole, "capability_draft_try"]),
    ]
    assert {client.post(address, sent).status_code for address in addresses} == {404}
    assert list(ThesaurusVersion.objects.drafts().get().entries.values()) == before


def test_administrators_alone_find_links_that_lead_to_changes(
    cast: Cast, as_user: Sign, boss: Client
) -> None:
    actions.open_draft(by=cast.administrator)
    pages = [
        source(client, "matches:capability", key="solar_dev") for client in (boss, as_user(cast.officer))
    ]
    assert [bool(links(page, "/edit/")) for page in pages] == [True, False]
