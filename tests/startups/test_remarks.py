"""What a reviewer said of the deck or of a row stands where it is seen to, and goes once it is."""

from __future__ import annotations

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone, translation

from accounts.actions import agree
from accounts.enums import ReviewStatus
from accounts.models import Remark
from matchmaking.core.models import AuditEvent
from startups.agreement import agreement
from startups.models import RECORDS
from startups.rules import DECK_SUBJECT
from tests import factories
from tests.imports import row_counts
from tests.startups import decks

pytestmark = pytest.mark.django_db
MADE = {
    "figures": factories.FigureFactory,
    "rounds": factories.RoundFactory,
    "patents": factories.PatentFactory,
    "certifications": factories.CertificationFactory,
    "references": factories.ReferenceFactory,
}


@pytest.fixture
def returned() -> Any:
    """A startup that was asked for changes; everything but what the remarks name is complete."""
    startup = factories.StartupFactory(organisation__status="returned")
    member = factories.MembershipFactory(organisation=startup.organisation).user
    factories.FigureFactory(startup=startup)
    decks.in_use(startup, member)
    agree(startup.organisation, agreement("SG", "en"), by=member)
    return startup


@pytest.fixture
def review(returned: Any) -> Any:
    return factories.ReviewFactory(
        organisation=returned.organisation, status=ReviewStatus.RETURNED, decided_at=timezone.now()
    )


@pytest.fixture
def client(returned: Any, as_user: Any) -> Any:
    return as_user(returned.organisation.memberships.get().user)


def url(name: str, *args: Any, language: str = "en") -> str:
    with translation.override(language):
        return reverse(f"startups:{name}", args=args)


def tasks(client: Any, language: str = "en") -> dict[str, tuple[str, str]]:
    groups = client.get(url("setup", language=language)).context["groups"]
    with translation.override(language):
        return {str(task.label): (str(task.status), task.note) for _title, rows in groups for task in rows}


def waiting(startup: Any) -> set[str]:
    return set(Remark.objects.to_correct(startup.organisation).values_list("subject", flat=True))


def list_as_shown(client: Any, kind: str) -> dict[str, Any]:
    page = client.get(url("records", kind))
    rows = page.context["formset"].forms
    sent = {f"{kind}-TOTAL_FORMS": len(rows), f"{kind}-INITIAL_FORMS": 0, "shown": page.context["shown"]}
    for number, row in enumerate(rows):
        for name in row.fields:
            value = row[name].value()
            if value not in (None, False):
                sent[f"{kind}-{number}-{name}"] = str(value)
    return sent


# --- the deck ----------------------------------------------------------------------------------------------------


@pytest.fixture
def on_the_deck(review: Any) -> Remark:
    return factories.RemarkFactory(
        review=review, subject=DECK_SUBJECT, text="Page 3 names a customer's patient."
    )


@pytest.mark.parametrize(
    ("language", "label", "status", "way"),
    [
        ("en", "Pitch deck", "Needs a correction", "Keep the deck as it is, and go on"),
        ("ja", "ピッチ資料", "修正してください", "資料をこのまま使い、次へ進む"),
    ],
)
def test_it_stands_on_the_task_list_and_on_the_decks_own_page(
    client, on_the_deck, language, label, status, way
):
    assert tasks(client, language)[label] == (status, on_the_deck.text)
    page = client.get(url("deck", language=language)).content.decode()
    assert (page.count("Page 3 names a customer&#x27;s patient."), way in page) == (1, True)
    assert client.get(url("check", language=language)).context["unfinished"]


def test_another_deck_settles_it_once_it_has_passed_and_not_before(client, returned, on_the_deck):
    member = returned.organisation.memberships.get().user
    deck = decks.sent(returned, member, name="Corrected.pdf")
    assert waiting(returned) == {DECK_SUBJECT}
    decks.walked(deck)
    assert waiting(returned) == set()
    assert tasks(client)["Pitch deck"] == ("Completed", "")
    event = AuditEvent.objects.get(action="organisation.remarks_resolved")
    assert (event.actor_id, event.detail) == (member.pk, {"fields": [DECK_SUBJECT]})


def test_a_deck_that_is_refused_settles_nothing(client, returned, on_the_deck):
    member = returned.organisation.memberships.get().user
    refused = decks.walked(decks.sent(returned, member, data=b"%PDF-1.7 and nothing more"))
    assert (refused.status, waiting(returned)) == ("refused", {DECK_SUBJECT})
    assert tasks(client)["Pitch deck"][0] == "Needs a correction"


def test_deleting_the_deck_settles_nothing_and_there_is_none_to_keep(client, returned, on_the_deck):
    client.post(url("deck_delete"))
    assert waiting(returned) == {DECK_SUBJECT}
    assert "Keep the deck as it is" not in client.get(url("deck")).content.decode()
    assert client.post(url("deck_keep")).url == url("deck")
    assert waiting(returned) == {DECK_SUBJECT}


def test_whoever_has_seen_to_it_without_another_deck_says_so_and_goes_on(client, returned, on_the_deck):
    assert client.post(url("deck_keep")).url == url("check")
    assert waiting(returned) == set()
    assert client.post(url("check")).status_code == 302
    returned.organisation.refresh_from_db()
    assert returned.organisation.status == "submitted"


def test_once_it_is_sent_in_the_page_of_the_deck_says_nothing_of_it(client, returned, on_the_deck):
    returned.organisation.status = "submitted"
    returned.organisation.save()
    assert on_the_deck.text[:10] not in client.get(url("deck")).content.decode()
    before = row_counts()
    assert client.post(url("deck_keep")).url == url("deck")
    assert row_counts() == before


def test_other_peoples_remarks_stay_as_they_are(client, returned, on_the_deck):
    other = factories.StartupFactory(organisation__status="returned")
    factories.RemarkFactory(
        review=factories.ReviewFactory(
            organisation=other.organisation, status=ReviewStatus.RETURNED, decided_at=timezone.now()
        ),
        subject=DECK_SUBJECT,
    )
    client.post(url("deck_keep"))
    assert (waiting(returned), waiting(other)) == (set(), {DECK_SUBJECT})


# --- the lists ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", RECORDS)
def test_it_stands_at_its_row_and_on_the_task_list_with_the_rows_name(client, returned, review, kind):
    returned.figures.all().delete()
    first, second = MADE[kind](startup=returned), _another(kind, returned)
    name = str(type(second)._meta.model_name)
    factories.RemarkFactory(review=review, subject=f"{name}.{second.pk}", text="Since when?")
    formset = client.get(url("records", kind)).context["formset"]
    said = {row["id"].value(): row.remark and row.remark.text for row in formset.forms}
    assert (said[first.pk], said[second.pk]) == (None, "Since when?")
    page = client.get(url("records", kind))
    assert (page.content.decode().count("Since when?"), page.context["remarks"]) == (1, [])
    notes = [note for status, note in tasks(client).values() if status == "Needs a correction"]
    assert notes == [f"{second.title}: Since when?"]


def _another(kind: str, startup: Any) -> Any:
    different = {
        "figures": {"as_of": "2024-06-30"},
        "rounds": {"closed_on": "2022-02-01"},
        "patents": {"number": "77"},
        "certifications": {"name": "CE mark"},
        "references": {"name": "Noor"},
    }
    return MADE[kind](startup=startup, **different[kind])


def test_it_is_still_there_while_rows_are_added_and_goes_once_the_list_is_saved(client, returned, review):
    patent = factories.PatentFactory(startup=returned)
    factories.RemarkFactory(review=review, subject=f"patent.{patent.pk}", text="Granted?")
    sent = list_as_shown(client, "patents")
    page = client.post(url("record_add", "patents"), sent)
    assert [row.remark and row.remark.text for row in page.context["formset"].forms] == ["Granted?", None]
    wrong = client.post(url("records", "patents"), sent | {"patents-0-title": ""})
    assert [row.remark.text for row in wrong.context["formset"].forms] == ["Granted?"]
    assert waiting(returned) == {f"patent.{patent.pk}"}
    assert client.post(url("records", "patents"), sent).status_code == 302
    assert waiting(returned) == set()


def test_of_a_row_that_is_gone_it_stands_above_the_list(client, returned, review):
    factories.RemarkFactory(review=review, subject="fundinground.4711", text="Which bank?")
    page = client.get(url("records", "rounds"))
    assert [remark.text for remark in page.context["remarks"]] == ["Which bank?"]
    assert tasks(client)["Funding rounds"] == ("Needs a correction", "Which bank?")


def test_a_list_settles_its_own_remarks_only(client, returned, review):
    patent = factories.PatentFactory(startup=returned)
    for subject in (f"patent.{patent.pk}", "startup.one_liner", DECK_SUBJECT):
        factories.RemarkFactory(review=review, subject=subject, text="Look again.")
    client.post(url("records", "patents"), list_as_shown(client, "patents"))
    assert waiting(returned) == {"startup.one_liner", DECK_SUBJECT}


def test_a_startup_with_an_open_remark_on_a_row_is_not_sent_in(client, returned, review):
    figure = returned.figures.get()
    factories.RemarkFactory(review=review, subject=f"tractionfigure.{figure.pk}", text="Audited?")
    page = client.post(url("check"))
    assert [str(title) for title in page.context["unfinished"]] == ["Track record"]
    client.post(url("records", "figures"), list_as_shown(client, "figures"))
    assert client.get(url("check")).context["unfinished"] == []


def test_an_upload_by_hand_goes_the_whole_way(client, returned, on_the_deck):
    """The page that shows the remark is the page that takes the new deck."""
    file = SimpleUploadedFile("New.pdf", decks.pdf("Without names"), content_type="application/pdf")
    assert client.post(url("deck"), {"file": file, "language": "en"}).status_code == 302
    decks.walked(returned.decks.first())
    assert waiting(returned) == set()
    assert on_the_deck.text[:10] not in client.get(url("deck")).content.decode()
