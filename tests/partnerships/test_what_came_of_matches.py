"""What came of a match is kept beside what its score said, for those who weigh the parts of the score."""

from __future__ import annotations

import pytest

from matchmaking.matches.models import Decision
from partnerships import actions
from partnerships.enums import PartnershipStage
from partnerships.rules import NEEDS
from tests.conftest import Cast
from tests.matches import world
from tests.partnerships import stories

pytestmark = pytest.mark.django_db


def logged() -> list[tuple[str, str]]:
    return list(Decision.objects.values_list("kind", "side"))


def test_a_partnership_and_its_signature_are_logged_with_the_score_of_that_time(cast: Cast) -> None:
    match = world.match_of(cast.company, cast.startup)
    partnership = stories.begun(cast)
    stories.brought_to(partnership, PartnershipStage.NEGOTIATING, cast.officer)
    assert logged() == [("partnered", "staff")], "the stages between say nothing new"
    type(match).objects.filter(pk=match.pk).update(score=75)
    partnership.refresh_from_db()
    for need in NEEDS[partnership.mode][PartnershipStage.SIGNED]:
        stories.meet(partnership, need, cast.officer)
    actions.move_on(partnership, PartnershipStage.SIGNED, by=cast.officer)
    assert logged() == [("partnered", "staff"), ("signed", "staff")]
    begun, signed = Decision.objects.order_by("pk")
    assert (begun.match_id, begun.parts, begun.score, signed.score) == (match.pk, match.parts, 80, 75)


def test_a_pair_that_was_never_matched_teaches_nothing(cast: Cast) -> None:
    stories.begun(cast)
    assert logged() == []
