"""Searching by meaning in a real browser: with results, without any, and before a worker has answered."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest

from matchmaking.core import jobs
from matchmaking.matches.models import TextVector
from tests.browser.conftest import Visitor
from tests.browser.test_every_page import faults
from tests.conftest import Cast
from tests.matches import world
from tests.matches.conftest import engine_vectors, store

assert engine_vectors  # a fixture of the engine's own tests
NEED = " ".join(world.NEEDS[2][:2])


@pytest.fixture
def listed(transactional_db: None, engine_vectors: dict[str, Any]) -> None:
    if not TextVector.objects.exists():
        store(engine_vectors)
    world.populate()
    world.run_now()


@pytest.mark.parametrize(
    ("person", "language", "width", "dark"),
    [
        ("administrator", "ja", 1280, False),
        ("administrator", "en", 390, True),
        ("company_owner", "ja", 390, False),
    ],
)
def test_results_are_accessible_and_fit(
    person: str,
    language: str,
    width: int,
    dark: bool,
    listed: None,
    cast: Cast,
    visit: Callable[..., Visitor],
) -> None:
    visitor = visit(getattr(cast, person), language=language, width=width, dark=dark)
    path = f"/search/startups/?q={quote(NEED)}"
    found = faults(visitor, path, width)
    jobs.run_due()
    found += faults(visitor, path, width)
    assert visitor.page.locator("#nearest ~ ul h3").first.inner_text() == "Steamcycle"
    found += faults(visitor, "/search/startups/?q=cartless", width)
    assert visitor.page.locator("#exact ~ ul h3").all_inner_texts() == ["Cartless"]
    found += faults(visitor, "/search/startups/?q=" + "x" * 501, width)
    if person == "administrator":
        found += faults(visitor, "/search/challenges/?q=" + quote("排熱"), width)
        assert visitor.page.locator("#exact ~ ul h3").all_inner_texts() == [world.NEEDS[2][0]]
    assert (found, visitor.complaints) == ([], [])


def test_the_search_works_without_scripts_and_keeps_the_words(
    listed: None, cast: Cast, visit: Callable[..., Visitor]
) -> None:
    visitor = visit(cast.company_owner, scripts=False)
    visitor.go("/firm/matches/")
    visitor.page.get_by_role("link", name="Search all startups").click()
    visitor.page.get_by_label("What are you looking for?").fill("mooring lines")
    visitor.page.get_by_role("button", name="Search", exact=True).click()
    assert "q=mooring+lines" in visitor.page.url
    assert visitor.page.get_by_label("What are you looking for?").input_value() == "mooring lines"
    assert visitor.page.locator("#exact ~ ul h3").all_inner_texts() == ["Moorsense"]
