"""An expert leaves the programme, or whom research is about does: nothing hangs in the air, and everybody is told."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.test import Client

from accounts.actions.erasing import erase_on_request, erase_organisation
from accounts.actions.members import end_staff_access
from accounts.models import Organisation, User
from accounts.profiles import departures
from matchmaking.core.models import AuditEvent, Notice
from matchmaking.core.transitions import TransitionNotAllowed
from matchmaking.matches.models import Match
from research import actions
from research.actions import Remark, let_go_of_research
from research.finding import ranked
from research.models import AdviceRequest, Commission, Expert
from tests import factories
from tests.conftest import Cast
from tests.meetings import stories
from tests.research import works
from tests.told import read

pytestmark = pytest.mark.django_db
SignIn = Callable[[User], Client]
BACK = "Research no. {} has lost its expert\nChoose another"


@pytest.fixture
def pair(cast: Cast) -> Match:
    return stories.match_of(cast.company, cast.startup)


def ended(cast: Cast) -> None:
    end_staff_access(cast.expert, by=cast.administrator)


def erased(cast: Cast) -> None:
    erase_on_request(cast.expert.email, reason="By mail", by=cast.administrator)


def told(event: str) -> dict[int, set[str]]:
    """Which research each notice is about, and who reads it."""
    found: dict[int, set[str]] = {}
    for notice in Notice.objects.filter(event=event).select_related("recipient"):
        found.setdefault(int(notice.params["number"]), set()).add(notice.recipient.email)
    return found


@pytest.mark.parametrize("leave", [ended, erased])
def test_what_an_expert_had_in_hand_waits_for_another_or_for_the_office(
    leave: Callable[[Cast], None], pair: Match, cast: Cast, as_user: SignIn
) -> None:
    Expert.objects.update(capacity=10)
    offered = works.offered(works.asked(pair, cast.company_owner), cast.expert, cast.officer)
    writing, delivered, returned, published = (
        works.accepted(works.asked(pair, cast.company_owner), cast.expert, cast.officer) for _ in range(4)
    )
    actions.save_section(writing, "summary", "Half of it.", seen=0, by=cast.expert)
    for each in (delivered, returned):
        works.delivered(each, cast.expert)
    works.published(published, cast.expert, cast.officer)
    actions.return_report(returned, [Remark("summary", 1, "More.")], by=cast.officer)
    asked = works.advice_asked(cast.startup, cast.expert, cast.officer)
    Notice.objects.all().delete()

    leave(cast)

    states = dict(Commission.objects.values_list("pk", "status"))
    waiting = [offered, writing, returned]
    assert states == {each.pk: "requested" for each in waiting} | {
        delivered.pk: "delivered",
        published.pk: "published",
    }
    for each in waiting:
        each.refresh_from_db()
        assert (each.expert, each.due, each.assigned_at, each.accepted_at) == (None, None, None, None)
    asked.refresh_from_db()
    assert asked.status == "taken_back"
    office = {cast.officer.email, cast.administrator.email}
    assert told("research_back") == {each.pk: office for each in (*waiting, delivered)}
    assert not AdviceRequest.objects.open().exists()

    successor = factories.ExpertFactory().user
    assert [each.expert.pk for each in ranked(writing) if not each.fit.ruled_out] == [successor.pk]
    works.accepted(writing, successor, cast.officer)
    assert writing.sections.get().text == "Half of it.", "what was written is the programme's"
    page = as_user(cast.officer).get(f"/en/staff/research/{delivered.pk}/")
    assert (page.context["may_return"], page.context["to_decide"]) == (False, True)
    assert "/return/" not in page.content.decode()
    assert as_user(cast.officer).get(f"/en/staff/research/{delivered.pk}/return/").status_code == 409
    with pytest.raises(TransitionNotAllowed):
        actions.return_report(delivered, [Remark("summary", 1, "More.")], by=cast.officer)
    actions.publish_report(delivered, by=cast.officer)
    assert works.states_of(delivered)[0] == "published"


def test_another_expert_s_work_is_untouched_and_whoever_had_nothing_lets_go_of_nothing(
    pair: Match, cast: Cast
) -> None:
    made = works.accepted(works.asked(pair, cast.company_owner), cast.expert, cast.officer)
    before = AuditEvent.objects.count()
    for person in (factories.ExpertFactory().user, cast.officer, cast.company_owner):
        departures.farewell(person, by=cast.administrator)
    assert (works.states_of(made), AuditEvent.objects.count()) == (("assigned", cast.expert.pk), before)
    departures.register(let_go_of_research)
    departures.farewell(cast.expert, by=cast.administrator)
    assert AuditEvent.objects.filter(action="commission.requested").count() == 2, "asked for, and back once"


def test_the_office_reads_in_its_own_words_that_the_expert_has_left(pair: Match, cast: Cast) -> None:
    made = works.accepted(works.asked(pair, cast.company_owner), cast.expert, cast.officer)
    for person, language in ((cast.officer, "ja"), (cast.administrator, "en")):
        User.objects.filter(pk=person.pk).update(language=language)
    ended(cast)
    notices = Notice.objects.filter(event="research_back").select_related("recipient")
    words = {each.recipient.language: read(each) for each in notices}
    assert words == {
        "en": f"Research no. {made.pk} has lost its expert\n"
        "The expert works for the programme no longer. Choose another, or publish what was delivered.",
        "ja": f"調査（No. {made.pk}）の専門家が本プログラムを離れました\n"
        "別の専門家を選ぶか、届いている報告書を公開してください。",
    }


def erase(organisation: Organisation, by: User) -> None:
    Organisation.objects.filter(pk=organisation.pk).update(status="withdrawn")
    organisation.refresh_from_db()
    erase_organisation(organisation, by=by, reason="By mail")


def test_when_a_startup_is_erased_the_firm_the_office_and_the_expert_hear_why_its_research_ends(
    pair: Match, cast: Cast, as_user: SignIn
) -> None:
    wish = works.accepted(works.asked(pair, cast.company_owner), cast.expert, cast.officer)
    of_office = works.asked(pair, cast.officer)
    general = works.asked(pair, cast.company_owner, match=None)
    Notice.objects.all().delete()
    erase(cast.startup.organisation, cast.administrator)
    office = {cast.officer.email, cast.administrator.email}
    firm = {cast.company_owner.email, cast.company_member.email}
    assert told("research_ended") == {
        wish.pk: office | firm | {cast.expert.email},
        of_office.pk: office,
    }
    assert works.states_of(general)[0] == "requested"
    reasons = {
        "en": "The firm or the startup it was about has left the programme.",
        "ja": "対象の企業またはスタートアップが本プログラムを退会しました。",
    }
    pages = {cast.company_owner: f"research/{wish.pk}/", cast.officer: f"staff/research/{wish.pk}/"}
    for language, reason in reasons.items():
        for person, address in pages.items():
            page = as_user(person).get(f"/{language}/{address}")
            assert page.context["end_reason"] == reason
            assert reason in page.content.decode()
    assert as_user(cast.expert).get(f"/en/expert/{wish.pk}/").status_code == 404


def test_a_reason_that_somebody_wrote_is_shown_as_it_was_written(
    pair: Match, cast: Cast, as_user: SignIn
) -> None:
    made = works.asked(pair, cast.company_owner)
    actions.cancel(made, reason="There is one already.", by=cast.officer)
    page = as_user(cast.company_owner).get(f"/ja/research/{made.pk}/")
    assert page.context["end_reason"] == "There is one already."
