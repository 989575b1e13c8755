"""A member sends a profile in only once the organisation has agreed to the words in force, whatever the page showed."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib.messages.storage.cookie import CookieStorage
from django.urls import reverse
from django.utils import translation

from accounts import actions
from accounts.enums import ConsentSubject, OrganisationKind, OrganisationStatus
from accounts.models import Consent, Organisation, Review, User
from accounts.views import registration as pages
from companies.registration import REGISTRATION as OF_FIRMS
from matchmaking.core.models import AuditEvent, Notice
from startups.registration import REGISTRATION as OF_STARTUPS
from tests import factories
from tests.consenting import agreed_to_all

pytestmark = pytest.mark.django_db
D, SENT = OrganisationStatus.DRAFT, OrganisationStatus.SUBMITTED
KINDS = list(OrganisationKind)


def draft(kind: str, status: str = D) -> tuple[Organisation, User]:
    """An organisation with an owner, neither of which has agreed to anything."""
    make = factories.CompanyFactory if kind == OrganisationKind.COMPANY else factories.StartupFactory
    organisation = make(organisation__status=status).organisation
    return organisation, factories.MembershipFactory(organisation=organisation).user


def nothing_happened(organisation: Organisation, status: str = D) -> bool:
    found = Organisation.objects.get(pk=organisation.pk)
    trail = AuditEvent.objects.filter(action="organisation.submitted")
    return (found.status, Review.objects.count(), Notice.objects.count(), trail.count()) == (status, 0, 0, 0)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize(
    "status", [D, OrganisationStatus.RETURNED, OrganisationStatus.DECLINED, OrganisationStatus.WITHDRAWN]
)
def test_without_an_agreement_nothing_is_sent_in(kind: str, status: str) -> None:
    factories.OfficerFactory()
    organisation, owner = draft(kind, status)
    with pytest.raises(actions.NotAgreed):
        actions.submit(organisation, by=owner)
    assert nothing_happened(organisation, status)
    organisation.refresh_from_db()
    actions.submit(agreed_to_all(organisation, owner), by=owner)
    assert Organisation.objects.get(pk=organisation.pk).status == SENT


@pytest.mark.parametrize("kind", KINDS)
def test_an_agreement_to_earlier_words_is_none(kind: str) -> None:
    organisation, owner = draft(kind)
    agreed_to_all(organisation, owner)
    Consent.objects.update(version="2020-01")
    with pytest.raises(actions.NotAgreed):
        actions.submit(organisation, by=owner)
    assert nothing_happened(organisation)


@pytest.mark.parametrize("kind", KINDS)
def test_one_that_was_taken_back_is_none(kind: str) -> None:
    organisation, owner = draft(kind)
    agreed_to_all(organisation, owner)
    given = organisation.consents.filter(subject=ConsentSubject.TRANSFER).get()
    actions.withdraw_consent(organisation, ConsentSubject.TRANSFER, str(given.country.code), by=owner)
    with pytest.raises(actions.NotAgreed):
        actions.submit(organisation, by=owner)
    assert nothing_happened(organisation)


@pytest.mark.parametrize(
    "missing", [ConsentSubject.TERMS, ConsentSubject.DISCLOSURE, ConsentSubject.TRANSFER]
)
def test_a_startup_agrees_to_each_of_the_three(missing: str) -> None:
    organisation, owner = draft(OrganisationKind.STARTUP)
    agreed_to_all(organisation, owner).consents.filter(subject=missing).delete()
    with pytest.raises(actions.NotAgreed):
        actions.submit(organisation, by=owner)


def test_a_startup_that_has_moved_is_asked_for_the_law_of_its_new_country() -> None:
    organisation, owner = draft(OrganisationKind.STARTUP)
    agreed_to_all(organisation, owner)
    organisation.country = "IN"
    organisation.save()
    with pytest.raises(actions.NotAgreed):
        actions.submit(organisation, by=owner)


def test_a_firm_with_one_country_in_earlier_words_reads_them_again_first() -> None:
    organisation, owner = draft(OrganisationKind.COMPANY)
    agreed_to_all(organisation, owner)
    factories.TransferConsentFactory(company=organisation.company, country="VN", version="2020-01")
    with pytest.raises(actions.NotAgreed):
        actions.submit(organisation, by=owner)


@pytest.mark.parametrize("kind", KINDS)
def test_what_the_page_and_the_deed_ask_is_the_same(kind: str) -> None:
    """Two places that say what an agreement is may not differ, in any of these cases."""
    registration: Any = OF_FIRMS if kind == OrganisationKind.COMPANY else OF_STARTUPS
    [step] = [each for each in registration.steps if each.key == "agreement"]
    changes: list[Any] = [
        lambda given: None,
        lambda given: given.update(version="2020-01"),
        lambda given: given.filter(subject=ConsentSubject.TRANSFER).delete(),
        lambda given: given.filter(subject=ConsentSubject.TRANSFER).update(country="FR"),
        lambda given: given.all().delete(),
    ]
    for number, change in enumerate(changes):
        organisation, owner = draft(kind)
        change(agreed_to_all(organisation, owner).consents)
        is_complete = registration.is_complete(step, registration.rows_of(organisation, owner))
        try:
            actions.submit(organisation, by=owner)
            is_sent = True
        except actions.NotAgreed:
            is_sent = False
        assert (number, is_sent) == (number, is_complete)


@pytest.mark.parametrize("kind", KINDS)
def test_whoever_is_no_member_is_not_asked_to_agree_for_it(kind: str) -> None:
    """Staff that reopen, and imports: nobody there could agree for the organisation."""
    for by in (factories.OfficerFactory(), None):
        organisation, _owner = draft(kind)
        assert actions.submit(organisation, by=by).organisation == organisation


@pytest.mark.parametrize("language", ["en", "ja"])
def test_a_page_that_was_looked_over_a_moment_too_early_leads_back_and_says_so(
    rf: Any, language: str
) -> None:
    """The agreement is taken back between the look at the page's own list and the deed."""
    organisation, owner = draft(OrganisationKind.STARTUP)
    request = rf.post("/")
    request.user, request._messages = owner, CookieStorage(request)
    with translation.override(language):
        answer = pages._sent(request, OF_STARTUPS, organisation)
        assert answer.url == reverse("startups:setup")
        told = {
            "en": "You must agree to the current terms first. Nothing has been sent yet.",
            "ja": "先に最新の規約に同意してください。まだ何も送信されていません。",
        }
        assert [str(each) for each in request._messages] == [told[language]]
    assert nothing_happened(organisation)
