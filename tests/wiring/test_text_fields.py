"""Every text field of every form refuses what cannot be seen, at the field, in both languages.

The forms are found by looking through all modules of ours; what a form builds when it is made (the sections of a
profile) is made here. A new form with a plain `forms.CharField` fails.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Iterator
from typing import Any

import django_filters
import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.forms.models import fields_for_model
from django.utils import translation

from accounts.models import Membership, Organisation, User
from accounts.profiles.forms import control
from companies.models import Challenge, Company
from companies.questions import CHALLENGE
from companies.questions import STEPS as COMPANY_STEPS
from matchmaking.core.fields import LinesField, OneLineField
from matchmaking.core.importing.columns import TextColumn, text_of
from startups.models import Startup
from startups.questions import STEPS as STARTUP_STEPS

PACKAGES = ("accounts", "companies", "startups", "matchmaking", "meetings", "research", "partnerships")
HIDDEN = ["\u202e", "\0", "\ud800", "\u200b"]
# Left behind by copying: a form says so at its field, a list of hundreds of rows is read without them.
REMAINS = ["\u200b", "\u2060", "\ufeff", "\u00ad"]
# Numbers, days, choices and files read their own kind of text and nothing else.
FREE_TEXT = (forms.CharField,)
NOT_FREE = (forms.GenericIPAddressField, forms.UUIDField, forms.JSONField)
# The library's: compared with what is known, kept by nobody; the user name is taken out when the form is made.
COMPARED = ("code", "username", "password", "login")


def modules() -> Iterator[Any]:
    for package in PACKAGES:
        parent = importlib.import_module(package)
        for found in pkgutil.walk_packages(parent.__path__, f"{package}."):
            if not {"migrations", "management", "settings", "tasks"} & set(found.name.split(".")):
                yield importlib.import_module(found.name)


def declared() -> Iterator[tuple[str, forms.Field]]:
    """The fields that forms and filters declare in their class."""
    seen = set()
    for module in modules():
        for thing in vars(module).values():
            if not isinstance(thing, type) or thing.__module__ != module.__name__ or thing in seen:
                continue
            seen.add(thing)
            if issubclass(thing, forms.BaseForm):
                yield from ((f"{thing.__name__}.{name}", field) for name, field in thing.base_fields.items())
            elif issubclass(thing, django_filters.FilterSet):
                yield from (
                    (f"{thing.__name__}.{name}", one.field) for name, one in thing.base_filters.items()
                )


ROWS = {
    "organisation": Organisation,
    "company": Company,
    "startup": Startup,
    "challenge": Challenge,
    "user": User,
    "membership": Membership,
}


def built() -> Iterator[tuple[str, forms.Field]]:
    """The fields that the question pages make from the models."""
    for step in (*COMPANY_STEPS, *STARTUP_STEPS, CHALLENGE):
        for row, names in step.asks.items():
            if row in ROWS:
                made = fields_for_model(ROWS[row], fields=names, formfield_callback=control)
                yield from ((f"{step.key}.{name}", field) for name, field in made.items() if field)


def free_texts() -> dict[str, forms.Field]:
    found = [*declared(), *built()]
    return {
        name: field
        for name, field in found
        if isinstance(field, FREE_TEXT) and not isinstance(field, NOT_FREE)
        if not isinstance(field.widget, forms.PasswordInput)  # any sign may be part of one
        if name.rpartition(".")[2] not in COMPARED
    }


def refuses(field: forms.Field, text: str, language: str) -> bool:
    with translation.override(language):
        try:
            field.clean(text)
        except ValidationError as error:
            return all(bool(message) for message in error.messages)
    return False


@pytest.mark.parametrize("language", ["en", "ja"])
def test_no_text_field_takes_what_cannot_be_seen(language: str) -> None:
    fields = free_texts()
    assert len(fields) > 30
    taken = [
        (name, f"U+{ord(bad):04X}")
        for name, field in fields.items()
        for bad in HIDDEN
        if bad not in REMAINS or not isinstance(field, TextColumn)
        if not refuses(field, f"https://a{bad}b.example", language)
    ]
    assert taken == []


def test_what_is_written_on_one_line_takes_no_second_one() -> None:
    """A name with a line break could add a header to a mail."""
    taken = [
        name
        for name, field in free_texts().items()
        if not isinstance(field.widget, forms.Textarea) and not isinstance(field, TextColumn)
        if not refuses(field, "Nova\r\nBcc: everybody@example.com", "en")
    ]
    assert taken == []


def test_text_fields_are_of_the_portals_own_kinds() -> None:
    """So that the next rule about text needs one place."""
    own = (OneLineField, LinesField, forms.EmailField, forms.URLField)
    plain = {
        name: type(each).__name__
        for name, each in free_texts().items()
        if not isinstance(each, (*own, TextColumn))
    }
    assert plain == {}


def test_lines_within_a_short_cell_of_a_list_become_one() -> None:
    assert TextColumn(max_length=120).clean("株式会社\n北浜") == "株式会社 北浜"
    assert TextColumn(max_length=2000).clean("one\ntwo") == "one\ntwo"


@pytest.mark.parametrize("remain", REMAINS)
def test_cells_of_imported_lists_lose_what_copying_left_behind(remain: str) -> None:
    assert text_of(f"{remain}InspeCity{remain} flies") == "InspeCity flies"
    assert text_of(f" {remain} ") == ""


@pytest.mark.parametrize("bad", [each for each in HIDDEN if each not in REMAINS])
def test_cells_of_imported_lists_refuse_them_too(bad: str) -> None:
    with pytest.raises(ValidationError):
        text_of(f"a{bad}b")
