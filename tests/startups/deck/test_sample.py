"""The sample's decks are made here and pass like any other."""

from __future__ import annotations

from pathlib import Path

import pypdfium2
import pytest

from startups.decks import sandbox
from startups.models import Deck
from startups.sample_decks import DECKS, deck_of, load_decks
from tests import factories

pytestmark = pytest.mark.django_db


def test_a_deck_says_what_the_profile_says_and_passes(tmp_path: Path) -> None:
    startup = factories.StartupFactory(
        problem="Queues (long ones) at the till.", customers="Shops in 日本 & Asia"
    )
    path = tmp_path / "deck.pdf"
    path.write_bytes(deck_of(startup, "0 0 0"))
    assert sandbox.run("check", path, tmp_path).pages == 5
    with pypdfium2.PdfDocument(tmp_path / "clean.pdf") as document:
        words = [page.get_textpage().get_text_bounded() for page in document]
    assert str(startup) in words[0]
    assert "Queues (long ones) at the till." in words[1]


def test_some_startups_have_one_and_loading_twice_changes_nothing() -> None:
    for _number in range(DECKS + 2):
        factories.MembershipFactory(organisation=factories.StartupFactory().organisation)
    last = factories.MembershipFactory(organisation=factories.StartupFactory().organisation)
    factories.StartupFactory(organisation__status="draft")
    assert load_decks([last.user.email]) == DECKS
    assert Deck.objects.filter(startup=last.organisation.pk, uploaded_by=last.user).exists()
    assert load_decks([last.user.email]) == 0
    assert Deck.objects.count() == DECKS
