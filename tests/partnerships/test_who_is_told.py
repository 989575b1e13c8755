"""What each reader is told of a partnership, in their language, and that nobody else is told."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from accounts.models import User
from matchmaking.core.models import Notice
from matchmaking.core.notices import Event
from matchmaking.matches.enums import Side
from partnerships import actions
from partnerships.enums import EndReason, Need, PartnershipStage
from partnerships.models import Partnership
from tests.conftest import Cast
from tests.partnerships import stories
from tests.partnerships.pages import LANGUAGES, SignIn, path
from tests.told import read

pytestmark = pytest.mark.django_db
Deed = Callable[[Cast, Partnership], None]
OUTSIDERS = ("other_company_owner", "other_startup_owner", "expert", "newcomer")


def nothing_more(cast: Cast, begun: Partnership) -> None:
    """It has begun."""


def moved(cast: Cast, begun: Partnership) -> None:
    for need in (Need.NEXT_STEP, Need.NDA, Need.GATES):
        stories.meet(begun, need, cast.officer)
    actions.move_on(begun, PartnershipStage.AGREED, by=cast.officer)


def ended(cast: Cast, begun: Partnership) -> None:
    actions.end(begun, EndReason.TERMS, by=cast.officer)


def given(cast: Cast, begun: Partnership) -> None:
    stories.a_step(begun, cast.startup_owner, owner=Side.COMPANY, text="量産の見積りを出す")


def due(cast: Cast, begun: Partnership) -> None:
    stories.a_step(
        begun, cast.company_owner, owner=Side.COMPANY, text="量産の見積りを出す", due_on=stories.TODAY
    )
    actions.remind_of_steps(now=stories.NOON)


TOLD: list[tuple[Event, Deed, dict[str, list[str]]]] = [
    (
        Event.PARTNERSHIP_BEGUN,
        nothing_more,
        {"en": ["The partnership of", "has begun"], "ja": ["協業が始まりました"]},
    ),
    (
        Event.PARTNERSHIP_MOVED,
        moved,
        {
            "en": ["Agreed in principle", "what the next one needs"],
            "ja": ["基本合意", "次の段階に必要なもの"],
        },
    ),
    (
        Event.PARTNERSHIP_ENDED,
        ended,
        {
            "en": ["has ended", "No agreement on price or terms"],
            "ja": ["協業が終了しました", "価格・条件が折り合わなかった"],
        },
    ),
    (
        Event.STEP_GIVEN,
        given,
        {"en": ["a next step for you by", "June 2031", "量産の見積りを出す"], "ja": ["2031年6月9日"]},
    ),
    (
        Event.STEP_DUE,
        due,
        {"en": ["a step of yours is due on", "2 June 2031"], "ja": ["2031年6月2日", "量産の見積りを出す"]},
    ),
]


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("event", "deed", "words"), TOLD)
def test_in_the_reader_s_language(
    cast: Cast, event: Event, deed: Deed, words: dict[str, list[str]], language: str
) -> None:
    reader = cast.company_member
    reader.language = language
    reader.save()
    deed(cast, stories.begun(cast))
    text = read(Notice.objects.filter(event=event, recipient=reader).latest("pk"))
    for said in words[language]:
        assert said in text
    names = {
        "en": [cast.company.organisation.name_en, cast.startup.organisation.name],
        "ja": [cast.company.organisation.name, cast.startup.organisation.name],
    }[language]
    assert all(name in text for name in names)


@pytest.mark.parametrize(("event", "deed", "words"), TOLD)
def test_whoever_changes_their_language_reads_it_anew(
    cast: Cast, event: Event, deed: Deed, words: dict[str, list[str]]
) -> None:
    """What was told in one language is read in the other from then on."""
    reader = cast.company_member
    deed(cast, stories.begun(cast))
    notice = Notice.objects.filter(event=event, recipient=reader).latest("pk")
    for language in LANGUAGES:
        reader.language = language
        reader.save()
        notice = Notice.objects.select_related("recipient").get(pk=notice.pk)
        assert all(said in read(notice) for said in words[language])


@pytest.mark.parametrize("person", OUTSIDERS)
@pytest.mark.parametrize(("event", "deed", "words"), TOLD)
def test_nobody_else_is_told(
    cast: Cast, event: Event, deed: Deed, words: dict[str, list[str]], person: str
) -> None:
    deed(cast, stories.begun(cast))
    assert Notice.objects.filter(event=event).exists()
    user: User = getattr(cast, person)
    assert not Notice.objects.filter(recipient=user, link_name="partnerships:detail").exists()


@pytest.mark.parametrize("person", ["company_owner", "startup_owner"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_the_notice_leads_to_the_partnership(cast: Cast, as_user: SignIn, person: str, language: str) -> None:
    begun = stories.begun(cast)
    answer = as_user(getattr(cast, person)).get(path("detail", language=language, pk=begun.pk))
    notice = Notice.objects.filter(event=Event.PARTNERSHIP_BEGUN, recipient=getattr(cast, person)).get()
    assert (notice.link_name, notice.link_kwargs, answer.status_code) == (
        "partnerships:detail",
        {"pk": begun.pk},
        200,
    )
