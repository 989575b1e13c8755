"""The Japanese catalogue: complete, sure of itself, and with the same gaps to fill as the English words."""

from __future__ import annotations

import gettext
import io
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest
from django.apps import apps
from django.db.models import Choices
from django.utils import translation
from django.utils.translation import template as django_template

from matchmaking.core.catalogues import LOCALE, compile_catalogues

ROOT = Path(__file__).resolve().parent.parent.parent
SOURCES = (
    "accounts",
    "companies",
    "startups",
    "meetings",
    "matchmaking",
    "research",
    "partnerships",
    "templates",
)
CATALOGUE = LOCALE / "ja" / "LC_MESSAGES" / "django.po"
GAP = re.compile(r"%\((\w+)\)[sd]|%[sd]|\{(\w+)\}")
JAPANESE = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff]")


@pytest.fixture(scope="module")
def catalogue() -> polib.POFile:
    if not CATALOGUE.exists():
        pytest.skip("locale/ja has not been merged: THE JAPANESE CATALOGUE IS NOT TESTED")
    return polib.pofile(str(CATALOGUE))


def texts(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def key(entry: polib.POEntry) -> tuple[str, str]:
    return entry.msgctxt or "", entry.msgid


def gaps(text: str) -> Counter[str]:
    return Counter("".join(found) for found in GAP.findall(text))


def test_every_entry_is_translated_and_none_is_a_guess(catalogue: polib.POFile) -> None:
    assert len(catalogue) > 500
    assert [key(entry) for entry in catalogue if not entry.obsolete and not all(texts(entry))] == []
    assert [key(entry) for entry in catalogue.fuzzy_entries()] == []


def test_no_entry_stands_twice(catalogue: polib.POFile) -> None:
    assert [each for each, number in Counter(map(key, catalogue)).items() if number > 1] == []


def test_every_gap_is_kept_and_none_is_invented(catalogue: polib.POFile) -> None:
    """A lost gap loses a name or a number; an invented one is a failure of the page."""
    wrong = {}
    for entry in catalogue:
        wanted = gaps(entry.msgid_plural or entry.msgid)
        for text in texts(entry):
            if set(gaps(text)) != set(wanted):
                wrong[key(entry)] = text
    assert wrong == {}


def test_percent_signs_are_gaps_or_escaped(catalogue: polib.POFile) -> None:
    """Where the words are filled by %, a lone percent sign breaks the page in one language only."""
    broken = []
    for entry in catalogue:
        if "%(" not in entry.msgid:
            continue
        names = dict.fromkeys(re.findall(r"%\((\w+)\)", entry.msgid + entry.msgid_plural), 1)
        for text in texts(entry):
            try:
                assert isinstance(text % names, str)
            except (ValueError, TypeError, KeyError):
                broken.append(key(entry))
    assert broken == []


def test_plurals_have_the_one_form_that_japanese_has(catalogue: polib.POFile) -> None:
    assert catalogue.metadata["Plural-Forms"].replace(" ", "").startswith("nplurals=1;plural=0")
    forms = {key(entry): sorted(entry.msgstr_plural) for entry in catalogue if entry.msgid_plural}
    assert forms
    assert set(map(tuple, forms.values())) == {(0,)}


def test_the_catalogue_is_utf8_and_says_its_language(catalogue: polib.POFile) -> None:
    assert catalogue.metadata["Content-Type"] == "text/plain; charset=UTF-8"
    assert catalogue.metadata["Language"] == "ja"


def test_spaces_and_line_ends_at_the_edges_are_kept(catalogue: polib.POFile) -> None:
    """They separate what stands beside it; Japanese needs none where English has one."""
    wrong = [
        key(entry)
        for entry in catalogue
        for text in texts(entry)
        if text != text.strip("\n") or (text.strip() != text and entry.msgid.strip() == entry.msgid)
    ]
    assert wrong == []


def test_sentences_end_as_japanese_sentences_do(catalogue: polib.POFile) -> None:
    wrong = [
        key(entry)
        for entry in catalogue
        if entry.msgid.endswith((".", "!", "?")) and len(entry.msgid.split()) > 3
        for text in texts(entry)
        if text.endswith((".", "!", "?"))
    ]
    assert wrong == []


def words_of_templates() -> Iterator[tuple[str, str]]:
    """(context, msgid) of every translatable word, as Django itself extracts them for xgettext."""
    call = re.compile(r"""\b(gettext|ngettext|pgettext|npgettext)\((.*)\)""")
    for path in sorted((ROOT / "templates").rglob("*")):
        if path.suffix in {".html", ".txt"}:
            for line in django_template.templatize(path.read_text("utf-8"), origin=str(path)).splitlines():
                for kind, arguments in call.findall(line):
                    strings = re.findall(r"""u?('(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")""", arguments)
                    values = [eval(text) for text in strings]  # noqa: S307 - literals made by Django above
                    if kind.endswith("pgettext"):
                        yield values[0], values[1]
                    elif values:
                        yield "", values[0]


def test_every_word_of_the_templates_is_in_the_catalogue(catalogue: polib.POFile) -> None:
    known = set(map(key, catalogue))
    found = set(words_of_templates())
    assert len(found) > 200
    assert sorted(found - known) == []


def test_every_word_of_the_code_is_in_the_catalogue(catalogue: polib.POFile) -> None:
    """xgettext reads the code as `makemessages` does."""
    program = shutil.which("xgettext")
    if program is None:
        pytest.skip("xgettext is not installed: THE WORDS OF THE CODE ARE NOT COMPARED WITH THE CATALOGUE")
    files = [
        path for folder in SOURCES for path in (ROOT / folder).rglob("*.py") if "migrations" not in path.parts
    ]
    words = [
        "gettext_lazy",
        "_",
        "pgettext:1c,2",
        "pgettext_lazy:1c,2",
        "ngettext:1,2",
        "npgettext:1c,2,3",
        "ngettext_lazy:1,2",
        "npgettext_lazy:1c,2,3",
        "gettext_noop",
    ]
    done = subprocess.run(
        [
            program,
            "--language=Python",
            "--from-code=UTF-8",
            "--output=-",
            "--no-wrap",
            *(f"--keyword={word}" for word in words),
            *map(str, files),
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    known = set(map(key, catalogue))
    found = {key(entry) for entry in polib.pofile(done.stdout)} - {("", "")}
    assert len(found) > 300
    assert sorted(found - known) == []


def test_every_label_of_every_vocabulary_has_its_japanese(catalogue: polib.POFile) -> None:
    """Labels are found through the models' modules: an English one on a Japanese page is a hole."""
    prefixes = tuple(f"{folder}." for folder in SOURCES)
    modules = [
        module
        for name, module in sys.modules.items()
        if name.startswith(prefixes) and name.endswith(("enums", "prefectures"))
    ]
    vocabularies = {
        value
        for module in modules
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Choices) and value.__module__ == module.__name__
    }
    assert len(vocabularies) >= 25
    with translation.override("ja"):
        plain = {f"{each.__name__}.{item.name}": str(item.label) for each in vocabularies for item in each}
    assert {name: label for name, label in plain.items() if not JAPANESE.search(label)} == {}


def test_every_field_that_people_read_has_a_japanese_name() -> None:
    shown = {}
    with translation.override("ja"):
        for model in apps.get_models():
            if not model.__module__.startswith(SOURCES):
                continue
            for field in model._meta.fields:
                if not isinstance(field.verbose_name, str) and field.editable:
                    shown[f"{model.__name__}.{field.name}"] = str(field.verbose_name)
    assert len(shown) > 30
    assert {name: label for name, label in shown.items() if not JAPANESE.search(label)} == {}


def test_catalogues_are_compiled_when_they_are_old_and_only_then(tmp_path: Path) -> None:
    folder = tmp_path / "ja" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    source = polib.POFile()
    source.metadata = {"Content-Type": "text/plain; charset=UTF-8", "Plural-Forms": "nplurals=1; plural=0;"}
    source.append(polib.POEntry(msgid="Firm", msgstr="企業"))
    source.save(str(folder / "django.po"))
    target = folder / "django.mo"
    assert compile_catalogues(tmp_path) == [target]
    assert compile_catalogues(tmp_path) == []
    older = target.stat().st_mtime - 10
    os.utime(target, (older, older))
    assert compile_catalogues(tmp_path) == [target]
    assert gettext.GNUTranslations(io.BytesIO(target.read_bytes())).gettext("Firm") == "企業"


WIDE_PERCENT = re.compile(r"(?:\d|\)s|\)d|\}) %(?:%|[^(a-zA-Z]|$)")


@pytest.mark.parametrize("text", ["at most %(gap)s %% below", "below 2 %”", "{percent} %", "%(n)d %%"])
def test_a_percent_sign_apart_from_its_number_is_found(text: str) -> None:
    assert WIDE_PERCENT.search(text)


def test_percentages_are_written_in_one_way_in_words_and_examples(catalogue: polib.POFile) -> None:
    """“62%”, as a browser's upload tells it: a space would let a line break in between."""
    told = [text for entry in catalogue for text in (entry.msgid, entry.msgid_plural, *texts(entry))]
    told += [
        path.read_text() for app in ("companies", "startups") for path in (ROOT / app / "data").glob("*")
    ]
    told += [line for app in SOURCES[:-1] for path in (ROOT / app).rglob("*.py")
             for line in path.read_text().splitlines() if line.strip().endswith('%",')]  # fmt: skip
    assert [
        text[max(0, found.start() - 40) : found.end()]
        for text in told
        if (found := WIDE_PERCENT.search(text))
    ] == []
