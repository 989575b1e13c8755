"""Who reads and who changes the file of a partnership's document, in every state of the partnership."""

from __future__ import annotations

from dataclasses import fields
from datetime import timedelta

import pytest
from django.utils import translation

from accounts.models import User
from documents import keeping
from documents.models import Document
from partnerships import actions
from partnerships.enums import EndReason, PaperKind, PartnershipStage
from partnerships.keeping import PaperKeeper
from partnerships.models import Paper, Partnership
from tests.conftest import Cast
from tests.partnerships import stories
from tests.partnerships.pages import LANGUAGES, SignIn

pytestmark = pytest.mark.django_db
PEOPLE = tuple(each.name for each in fields(Cast) if each.type == "User")
OFFICE = {"officer", "administrator"}
SIDES = {"company": {"company_owner", "company_member"}, "startup": {"startup_owner", "startup_member"}}
BOTH = SIDES["company"] | SIDES["startup"]


@pytest.fixture
def begun(cast: Cast) -> Partnership:
    stories.only_rule()
    return stories.begun(cast)


def document_of(begun: Partnership, by: User) -> Document:
    paper = actions.add_paper(begun, PaperKind.NDA, stories.TODAY, by=by)
    return actions.open_file(paper, by=by)


def who(cast: Cast, rows: str, document: Document) -> set[str]:
    """Those of the cast whom a way of looking at documents lets have it."""
    return {
        name
        for name in PEOPLE
        if getattr(Document.objects, rows)(getattr(cast, name)).filter(pk=document.pk).exists()
    }


def in_stage(begun: Partnership, stage: str, cast: Cast) -> None:
    if stage == PartnershipStage.ENDED:
        actions.end(begun, EndReason.TERMS, by=cast.officer)
        return
    signed = stories.NOON if stage == PartnershipStage.SIGNED else None
    Partnership.objects.filter(pk=begun.pk).update(status=stage, signed_at=signed)


@pytest.mark.parametrize("stage", PartnershipStage)
@pytest.mark.parametrize("side", SIDES)
def test_both_sides_read_it_always_and_its_own_side_changes_it_until_the_end(
    side: str, stage: str, cast: Cast, begun: Partnership
) -> None:
    document = document_of(begun, getattr(cast, f"{side}_owner"))
    in_stage(begun, stage, cast)
    assert who(cast, "visible_to", document) == OFFICE | BOTH
    changing = set() if stage == PartnershipStage.ENDED else OFFICE | SIDES[side]
    assert who(cast, "changeable_by", document) == changing


@pytest.mark.parametrize("stage", PartnershipStage)
def test_what_the_office_noted_is_the_office_s_to_change(stage: str, cast: Cast, begun: Partnership) -> None:
    document = document_of(begun, cast.officer)
    in_stage(begun, stage, cast)
    assert who(cast, "visible_to", document) == OFFICE | BOTH
    assert who(cast, "changeable_by", document) == (set() if stage == PartnershipStage.ENDED else OFFICE)


def test_taken_up_again_it_may_be_changed_again(cast: Cast, begun: Partnership) -> None:
    document = document_of(begun, cast.startup_owner)
    in_stage(begun, PartnershipStage.ENDED, cast)
    actions.take_up_again(begun, by=cast.officer, reason="They talk again.")
    assert who(cast, "changeable_by", document) == OFFICE | SIDES["startup"]


def test_whoever_leaves_their_side_reads_and_changes_it_no_more(cast: Cast, begun: Partnership) -> None:
    document = document_of(begun, cast.startup_owner)
    cast.startup_member.membership_row.delete()
    left = User.objects.get(pk=cast.startup_member.pk)
    for rows in ("visible_to", "changeable_by"):
        assert not getattr(Document.objects, rows)(left).filter(pk=document.pk).exists()


def test_another_partnership_s_file_is_not_theirs(cast: Cast, begun: Partnership) -> None:
    company, startup = stories.pair()
    other = stories.begun(cast, company=company, startup=startup)
    assert who(cast, "visible_to", document_of(other, cast.officer)) == OFFICE
    assert who(cast, "visible_to", document_of(begun, cast.officer)) == OFFICE | BOTH


def test_a_paper_without_a_place_for_a_file_opens_no_other_document(cast: Cast, begun: Partnership) -> None:
    actions.add_paper(begun, PaperKind.NDA, stories.TODAY, by=cast.company_owner)
    loose = Document.objects.create(title="Loose", made_by=cast.officer)
    assert not Paper.objects.exclude(document=None).exists()
    assert who(cast, "visible_to", loose) & BOTH == set()
    keeper = PaperKeeper()
    for person in (cast.company_owner, cast.startup_owner):
        assert not Document.objects.filter(keeper.changeable(person), pk=loose.pk).exists()


def test_a_file_is_news_of_its_partnership_and_of_no_other(cast: Cast, begun: Partnership) -> None:
    document = document_of(begun, cast.company_owner)
    other = stories.begun(cast, mode="investment")
    long_ago, now = stories.NOON - timedelta(days=90), stories.NOON
    Partnership.objects.update(news_at=long_ago)
    PaperKeeper().heard(document, now)
    assert dict(Partnership.objects.values_list("pk", "news_at")) == {begun.pk: now, other.pk: long_ago}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("person", ["officer", "company_owner", "startup_member"])
def test_its_page_leads_back_to_the_documents_of_the_partnership(
    person: str, language: str, cast: Cast, begun: Partnership, as_user: SignIn
) -> None:
    document = document_of(begun, cast.company_owner)
    with translation.override(language):
        place = keeping.place_of(document, getattr(cast, person))
        assert place is not None
        assert place.url == f"/{language}/partnerships/{begun.pk}/#documents"
        assert str(PaperKind.NDA.label) in place.name
    page = as_user(getattr(cast, person)).get(f"/{language}/documents/{document.pk}/")
    assert place.url in page.content.decode()


def test_a_document_of_nothing_has_no_place(cast: Cast) -> None:
    assert (
        PaperKeeper().place_of(Document.objects.create(title="Loose", made_by=cast.officer), cast.officer)
        is None
    )
