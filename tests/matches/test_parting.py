"""A side that leaves, pauses or comes back: what becomes of its matches, and who is told what in their own language."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation

from accounts.models import User
from companies.models import Company
from matchmaking.core.models import AuditEvent, Notice
from matchmaking.matches import parting
from matchmaking.matches.enums import DismissReason, MatchStatus, Side
from matchmaking.matches.models import Decision, Match
from tests import factories
from tests.conftest import Cast
from tests.matches import world
from tests.told import fact

pytestmark = pytest.mark.django_db
STATES = MatchStatus.values
KNOWN = {MatchStatus.DISCLOSED, MatchStatus.INTERESTED}
DEEDS = {"end": "partner_left", "pause": "partner_paused", "resume": "partner_back"}


def do(name: str, cast: Cast, side: str) -> None:
    tie, organisation = parting.MatchTie(), getattr(cast, side).organisation
    by: dict[str, Any] = {"by": None} if name == "end" else {}
    getattr(tie, name)(organisation, **by)


def told() -> dict[str, set[User]]:
    found: dict[str, set[User]] = {}
    for notice in Notice.objects.select_related("recipient"):
        found.setdefault(notice.event, set()).add(notice.recipient)
    return found


@pytest.mark.parametrize("status", STATES)
@pytest.mark.parametrize("name", DEEDS)
def test_a_firm_is_told_of_a_startup_that_it_knows(cast: Cast, status: str, name: str) -> None:
    world.match_of(cast.company, cast.startup, status)
    do(name, cast, "startup")
    firm = {cast.company_owner, cast.company_member}
    assert told() == ({DEEDS[name]: firm} if status in KNOWN else {})


@pytest.mark.parametrize("status", STATES)
@pytest.mark.parametrize("name", DEEDS)
def test_a_startup_is_told_only_of_a_firm_that_has_asked_for_it(cast: Cast, status: str, name: str) -> None:
    world.match_of(cast.company, cast.startup, status)
    do(name, cast, "company")
    startup = {cast.startup_owner, cast.startup_member}
    assert told() == ({DEEDS[name]: startup} if status == MatchStatus.INTERESTED else {})


@pytest.mark.parametrize("side", ["company", "startup"])
@pytest.mark.parametrize("status", STATES)
@pytest.mark.parametrize("name", DEEDS)
def test_only_leaving_ends_what_is_open_and_teaches_nothing_about_the_fit(
    cast: Cast, side: str, status: str, name: str
) -> None:
    world.match_of(cast.company, cast.startup, status)
    do(name, cast, side)
    match = Match.objects.get()
    ended = name == "end" and status in KNOWN
    assert match.status == (MatchStatus.DISMISSED if ended else status)
    if ended:
        assert (match.dismissed_by, match.dismiss_reason) == (Side(side), DismissReason.LEFT)
    assert AuditEvent.objects.filter(action="match.dismissed").count() == int(ended)
    assert not Decision.objects.exists()


@pytest.mark.parametrize("name", DEEDS)
def test_nothing_happens_to_the_pairs_of_others(cast: Cast, name: str) -> None:
    for company, startup in (
        (cast.other_company, cast.other_startup),
        (cast.company, cast.other_startup),
    ):
        world.match_of(company, startup, MatchStatus.INTERESTED)
    do(name, cast, "startup")
    assert set(Match.objects.values_list("status", flat=True)) == {MatchStatus.INTERESTED}
    assert told() == {}


@pytest.mark.parametrize(
    ("named", "language", "called"),
    [
        (True, "en", None),
        (True, "ja", None),
        (False, "en", "Foods firm in Niigata"),
        (False, "ja", "新潟県の企業（食料品）"),
    ],
)
@pytest.mark.parametrize("name", DEEDS)
def test_a_firm_that_shows_no_name_is_told_of_without_it_in_the_readers_language(
    cast: Cast, named: bool, language: str, called: str | None, name: str
) -> None:
    Company.objects.filter(pk=cast.company.pk).update(name_disclosed=named)
    User.objects.filter(pk=cast.startup_owner.pk).update(language=language)
    world.match_of(cast.company, cast.startup, MatchStatus.INTERESTED)
    do(name, cast, "company")
    said = fact(Notice.objects.get(recipient=cast.startup_owner), "organisation")
    own = cast.company.organisation
    assert said == (called or (own.name if language == "ja" else own.name_en))
    assert named or cast.company.organisation.name not in str(Notice.objects.values_list("params"))


@pytest.mark.parametrize(
    ("side", "known"),
    [
        ("company", {MatchStatus.DISCLOSED, MatchStatus.INTERESTED}),
        ("startup", {MatchStatus.INTERESTED}),
    ],
)
@pytest.mark.parametrize("status", STATES)
def test_the_page_that_asks_names_what_ends_as_far_as_its_reader_knows_of_it(
    cast: Cast, side: str, known: set[str], status: str
) -> None:
    world.match_of(cast.company, cast.startup, status)
    (ending,) = parting.MatchTie().endings(getattr(cast, side).organisation)
    other = str(cast.startup) if side == "company" else cast.company.organisation.name_en
    assert ending.names == ((other,) if status in known else ())
    labels = set()
    for language in ("en", "ja"):
        with translation.override(language):
            labels.add(str(ending.label))
    assert len(labels) == 2


def test_an_organisation_without_matches_ends_nothing_and_tells_nobody(cast: Cast) -> None:
    lonely = factories.StartupFactory()
    tie = parting.MatchTie()
    assert [ending.names for ending in tie.endings(lonely.organisation)] == [()]
    tie.end(lonely.organisation, by=cast.officer)
    assert told() == {}
