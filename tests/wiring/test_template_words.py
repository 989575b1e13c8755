"""No visible word of a template bypasses translation: text, labels for screen readers, and what tags are given."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings

TEMPLATES = Path(settings.BASE_DIR) / "templates"
NAMES = sorted(path.relative_to(TEMPLATES).as_posix() for path in TEMPLATES.rglob("*.html"))
# Words that are the same in both languages, or stand in both on purpose.
SAME = {"English", "CSV", "JSON", "PDF", "URL", "TRL", "ID", "UTC"}
BOTH_ON_PURPOSE = {"500.html"}
SILENT = re.compile(
    r"<(script|style|svg)\b.*?</\1>"
    r"|<!--.*?-->"
    r"|\{#.*?#\}"
    r"|\{% comment.*?endcomment %\}"
    r"|\{% blocktrans(?:late)?\b.*?endblocktrans(?:late)? %\}"
    r"|\{% block (?:wide|body_class|lang)\s*%\}.*?\{% endblock[^%]*%\}",
    re.DOTALL,
)
TAG = re.compile(r"\{%.*?%\}|\{\{.*?\}\}", re.DOTALL)
READ_ALOUD = re.compile(
    r"""\b(?:aria-label|aria-description|title|alt|placeholder|data-l)=(["'])(.*?)\1""", re.DOTALL
)
MARKUP = re.compile(r"<[^>]*>", re.DOTALL)
WORD = re.compile(r"[A-Za-z]{2,}|[\u3040-\u30ff\u4e00-\u9fff]+")
SPOKEN_TAGS = re.compile(r"""\{% (?:tag|panel|notice|page_header|suffix)\s+(["'])(.*?)\1""")
SPOKEN_WITH = re.compile(
    r"""\b(?:text|title|label|lead|note|caption|heading)=(["'])([^"']*[A-Za-z]{2}[^"']*)\1"""
)


def bare(source: str) -> str:
    """The template without what nobody reads."""
    return SILENT.sub(" ", source)


def visible(source: str) -> Iterator[str]:
    """Words that a browser would show as they stand in the file."""
    text = TAG.sub(" ", bare(source))
    for attribute in READ_ALOUD.finditer(text):
        yield from WORD.findall(attribute[2])
    shown = re.sub(r"&\w+;", " ", MARKUP.sub(" ", text))
    yield from WORD.findall(shown)


def given_to_tags(source: str) -> Iterator[str]:
    """Literal words that a component would show."""
    text = bare(source)
    for found in SPOKEN_TAGS.finditer(text):
        yield found[2]
    for tag in re.findall(r"\{% (?:include|panel|notice|page_header|tag)\b.*?%\}", text, re.DOTALL):
        for found in SPOKEN_WITH.finditer(tag):
            yield found[2]


@pytest.mark.parametrize("name", NAMES)
def test_nothing_that_is_read_is_written_into_the_template(name: str) -> None:
    if name in BOTH_ON_PURPOSE:
        return
    found = [word for word in visible((TEMPLATES / name).read_text("utf-8")) if word not in SAME]
    assert found == (["日本語"] if name == "includes/masthead.html" else [])


@pytest.mark.parametrize("name", NAMES)
def test_no_component_is_handed_a_bare_word(name: str) -> None:
    tones = {"ok", "warn", "danger", "info", "note", "line"}
    found = [
        text for text in given_to_tags((TEMPLATES / name).read_text("utf-8")) if text.strip() not in tones
    ]
    assert found == []


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("<p>Hello</p>", ["Hello"]),
        ("<p>{% translate 'Hello' %}</p>", []),
        ('<p title="Hello there">{{ name }}</p>', ["Hello", "there"]),
        ("<p title=\"{% translate 'Hello' %}\">x</p>", []),
        ("<p>{% blocktranslate trimmed %}Hello{% endblocktranslate %}</p>", []),
        ("<p>{# a note #}<!-- another --></p>", []),
        ("<p>企業</p>", ["企業"]),
        ("<script>let word = 1</script><p>&nbsp;–</p>", []),
        ('{% if a > b %}<img alt="Chart">{% endif %}', ["Chart"]),
    ],
)
def test_the_scanner_sees_what_a_reader_sees(source: str, found: list[str]) -> None:
    assert list(visible(source)) == found


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ('{% panel "Hello" %}', ["Hello"]),
        ("{% panel title %}", []),
        ('{% include "components/empty_state.html" with text="Nothing" only %}', ["Nothing"]),
        ('{% include "components/empty_state.html" with text=text only %}', []),
        ('{% tag label "warn" %}', []),
    ],
)
def test_the_scanner_sees_what_components_are_given(source: str, found: list[str]) -> None:
    assert list(given_to_tags(source)) == found


@pytest.mark.parametrize("name", NAMES)
def test_blocks_of_words_are_trimmed(name: str) -> None:
    """An untrimmed block has line ends and indentation in its msgid: a reformatted template loses its Japanese."""
    source = (TEMPLATES / name).read_text("utf-8")
    tags = re.findall(r"\{% blocktranslate\b([^%]*)%\}(.*?)\{% endblocktranslate %\}", source, re.DOTALL)
    assert [text for options, text in tags if "trimmed" not in options and "\n" in text] == []


@pytest.mark.parametrize("name", NAMES)
def test_sentences_are_not_put_together_from_pieces(name: str) -> None:
    """A piece that ends openly cannot be put in Japanese order."""
    words = re.findall(r"""\{% translate (["'])(.*?)\1""", (TEMPLATES / name).read_text("utf-8"))
    dangling = (" of", " the", " a", " an", " is", " are")
    assert [text for _quote, text in words if text.rstrip().endswith(dangling)] == []
