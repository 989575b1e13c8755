"""What holds of a full pass as a whole, through the real import, the real lists and the pages that others see."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.db import transaction

from accounts.enums import OrganisationStatus
from accounts.models import Organisation
from companies.actions import change_company
from companies.models import Company
from matchmaking.core import jobs
from matchmaking.matches import actions
from matchmaking.matches.enums import MatchStatus
from matchmaking.matches.models import Match
from startups.models import Startup
from tests import factories
from tests.conftest import Cast
from tests.matches import world
from tests.matches.pages import source, without_tokens

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("vectors")]


CONTENT = ("raw_score", "score", "parts", "missing", "shared_capabilities", "challenge__title")
RANKS = ("rank_for_company", "rank_for_startup")


def shown(
    names: tuple[str, ...] = (*CONTENT, *RANKS), **without: Any
) -> dict[tuple[str, str], tuple[Any, ...]]:
    """What a run decided of each pair, by the names of the two."""
    rows = Match.objects.exclude(**without) if without else Match.objects.all()
    both = ("company__organisation__name", "startup__organisation__name")
    return {(firm, startup): tuple(rest) for firm, startup, *rest in rows.values_list(*both, *names)}


@pytest.mark.parametrize(
    ("stranger", "change"),
    [
        (7, {"organisation__fields": ["mobility"]}),  # a field that no firm asks for
        (0, {"organisation__modes": []}),  # the very same pitch, but no kind of cooperation
        (0, {"organisation__status": OrganisationStatus.SUBMITTED, "organisation__published_at": None}),
    ],
    ids=["another field", "no cooperation", "not published"],
)
def test_a_startup_that_nobody_may_be_matched_with_changes_nothing_for_anybody(
    stranger: int, change: dict[str, Any]
) -> None:
    world.populate()
    world.run_now()
    before = shown()
    world.startup(stranger, **{"organisation__name": "Stranger", **change})
    world.run_now()
    assert shown() == before


def test_a_startup_that_comes_onto_lists_changes_no_other_pairs_score() -> None:
    world.populate()
    world.run_now()
    before = shown(CONTENT)
    world.startup(0, organisation__name="Newcomer")
    world.run_now()
    assert shown(CONTENT, startup__organisation__name="Newcomer") == before
    assert Match.objects.filter(startup__organisation__name="Newcomer").exists()


class Undo(Exception):
    """Take back what was imported."""


def imported(order: list[int], folder: Path) -> dict[tuple[str, str], tuple[Any, ...]]:
    """The lists after the startups of these numbers were imported in this order; the import is taken back."""
    rows = [
        {
            "name": world.PITCHES[number][0],
            "country": "SG",
            "one_liner": world.PITCHES[number][1],
            "solution": world.PITCHES[number][2],
            "fields": [world.PITCHES[number][3].value],
            "modes": ["joint_development"],
            "seeks_partner": world.SEEKS,
        }
        for number in order
    ]
    path = folder / f"{'-'.join(map(str, order))}.json"
    path.write_text(json.dumps(rows), encoding="utf-8")
    found: dict[tuple[str, str], tuple[Any, ...]] = {}
    try:
        with transaction.atomic():
            call_command("import_startups", str(path), status="published", skip_checks=True)
            world.run_now()
            found = shown()
            raise Undo
    except Undo:
        return found


@pytest.mark.parametrize("order", [[1, 0, 2, 3], [3, 2, 1, 0], [0, 1, 3, 2]])
def test_the_order_of_the_import_changes_nothing(order: list[int], tmp_path: Path) -> None:
    for number in range(4):
        world.firm(number)
    first = imported([0, 1, 2, 3], tmp_path)
    assert len({startup for _firm, startup in first}) == 4
    assert not Startup.objects.exists()
    assert imported(order, tmp_path) == first


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_new_name_of_an_undisclosed_firm_changes_no_byte_of_what_others_see(
    cast: Cast, as_user: Any, language: str
) -> None:
    firms, startups = world.populate()
    Company.objects.filter(pk=firms[0].pk).update(name_disclosed=False)
    other = factories.MembershipFactory(organisation=firms[1].organisation).user
    startup = factories.MembershipFactory(organisation=startups[0].organisation).user
    world.run_now()
    interested = Match.objects.get(company=firms[0], startup=startups[0])
    actions.disclose(interested, by=cast.officer)
    Match.objects.filter(pk=interested.pk).update(status=MatchStatus.INTERESTED)
    actions.disclose(Match.objects.get(company=firms[1], startup=startups[0]), by=cast.officer)
    jobs.run_due()

    def read() -> list[list[str]]:
        as_startup, as_other = as_user(startup), as_user(other)
        pages = [source(as_startup, name, language=language) for name in ("home", "matches:interest")]
        pages.append(source(as_startup, "matches:detail", language=language, pk=interested.pk))
        pages += [source(as_other, name, language=language) for name in ("home", "matches:list")]
        pages.append(source(as_other, "matches:search_startups", "?q=till", language=language))
        return [without_tokens(page) for page in pages]

    read()  # asks a worker what the words of the search mean
    world.run_now()
    before, lists = read(), shown(company=firms[0])
    Organisation.objects.filter(pk=firms[0].pk).update(
        name="別名工業株式会社", name_en="Betsumei", name_kana="ベツメイ"
    )
    change_company(Company.objects.get(pk=firms[0].pk), {}, {"employees": 77}, by=cast.officer)
    jobs.run_due()
    world.run_now()
    assert shown(company=firms[0]) == lists
    assert read() == before
    assert "別名" not in str(before)
