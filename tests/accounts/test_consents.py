"""What is agreed to is kept word by word, once, until it is taken back or newer words take its place."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from django.utils import translation

from accounts.actions import agree, withdraw_consent
from accounts.consents import Wording, country_name, lacking
from accounts.enums import ConsentSubject
from accounts.models import Consent
from matchmaking.core.models import AuditEvent

pytestmark = pytest.mark.django_db
TERMS = Wording(ConsentSubject.TERMS, "2026-11", "en", "Taking part is free.")
INDIA = Wording(ConsentSubject.TRANSFER, "2026-11", "ja", "インドの制度", country="IN")
VIETNAM = replace(INDIA, country="VN", text="ベトナムの制度")


def trail() -> list[tuple[str, dict[str, Any]]]:
    return [(event.action, event.detail) for event in AuditEvent.objects.order_by("pk")]


def in_force(organisation: Any) -> set[tuple[str, str, str]]:
    rows = organisation.consents.in_force()
    return {(each.subject, str(each.country.code or ""), each.version) for each in rows}


def test_words_version_language_and_person_are_kept(cast):
    organisation = cast.startup.organisation
    made = agree(organisation, [TERMS, INDIA], by=cast.startup_owner)
    kept = {(each.subject, each.country.code or "", each.version, each.language, each.text) for each in made}
    assert kept == {
        ("terms", "", "2026-11", "en", "Taking part is free."),
        ("transfer", "IN", "2026-11", "ja", "インドの制度"),
    }
    assert {each.agreed_by for each in made} == {cast.startup_owner}
    assert trail() == [
        ("consent.agreed", {"of": "terms", "version": "2026-11"}),
        ("consent.agreed", {"of": "transfer", "version": "2026-11", "country": "IN"}),
    ]


@pytest.mark.parametrize("again", [TERMS, replace(TERMS, language="ja", text="参加は無料です。")])
def test_the_same_version_is_agreed_to_once_in_whichever_language(cast, again):
    organisation = cast.startup.organisation
    [first] = agree(organisation, [TERMS, TERMS], by=cast.startup_owner)
    assert agree(organisation, [again], by=cast.startup_member) == []
    kept = organisation.consents.get()
    assert (kept, kept.text, kept.agreed_by) == (first, TERMS.text, cast.startup_owner)
    assert len(trail()) == 1


def test_newer_words_take_the_place_of_the_earlier_ones_which_stay_on_record(cast):
    organisation = cast.startup.organisation
    agree(organisation, [TERMS, INDIA], by=cast.startup_owner)
    newer = replace(TERMS, version="2027-04", text="Taking part costs nothing.")
    [consent] = agree(organisation, [newer], by=cast.startup_member)
    assert in_force(organisation) == {("terms", "", "2027-04"), ("transfer", "IN", "2026-11")}
    earlier = Consent.objects.get(subject="terms", version="2026-11")
    assert (earlier.text, earlier.ended_by, earlier.ended_at) == (
        TERMS.text,
        cast.startup_member,
        consent.agreed_at,
    )


def test_what_is_taken_back_counts_no_more_and_may_be_given_again(cast):
    organisation = cast.company.organisation
    agree(organisation, [INDIA, VIETNAM], by=cast.company_owner)
    assert withdraw_consent(organisation, ConsentSubject.TRANSFER, "IN", by=cast.company_member)
    assert not withdraw_consent(organisation, ConsentSubject.TRANSFER, "IN", by=cast.company_member)
    assert ("transfer", "IN", "2026-11") not in in_force(organisation)
    assert trail()[-1] == ("consent.withdrawn", {"of": "transfer", "country": "IN"})
    [again] = agree(organisation, [INDIA], by=cast.company_owner)
    assert again.pk != organisation.consents.filter(country="IN").earliest("pk").pk
    assert ("transfer", "VN", "2026-11") in in_force(organisation)


@pytest.mark.parametrize(("subject", "country"), [("terms", ""), ("transfer", "FR"), ("disclosure", "IN")])
def test_taking_back_what_was_never_given_is_no_deed(cast, subject, country):
    agree(cast.startup.organisation, [INDIA], by=cast.startup_owner)
    before = in_force(cast.startup.organisation)
    taken = withdraw_consent(
        cast.startup.organisation, ConsentSubject(subject), country, by=cast.startup_owner
    )
    assert (taken, in_force(cast.startup.organisation), len(trail())) == (False, before, 1)


def test_nobody_agrees_for_another_organisation(cast):
    agree(cast.startup.organisation, [TERMS], by=cast.startup_owner)
    withdraw_consent(cast.other_startup.organisation, ConsentSubject.TERMS, by=cast.other_startup_owner)
    assert in_force(cast.startup.organisation) == {("terms", "", "2026-11")}
    assert in_force(cast.other_startup.organisation) == set()


# what was given: subject, country, version, whether it has ended
@pytest.mark.parametrize(
    ("given", "left"),
    [
        ([], [TERMS, INDIA]),
        ([("terms", "", "2026-11", False)], [INDIA]),
        ([("terms", "", "2026-10", False), ("transfer", "IN", "2026-11", False)], [TERMS]),
        ([("terms", "", "2026-11", True), ("transfer", "VN", "2026-11", False)], [TERMS, INDIA]),
        ([("terms", "IN", "2026-11", False)], [TERMS, INDIA]),
        ([("terms", "", "2026-11", False), ("transfer", "IN", "2026-11", False)], []),
    ],
)
def test_only_the_words_in_force_for_the_same_thing_count(given, left):
    rows = [
        Consent(subject=subject, country=country, version=version, ended_at="2026-12-01" if ended else None)
        for subject, country, version, ended in given
    ]
    assert lacking([TERMS, INDIA], rows) == left


def test_a_country_is_named_in_the_readers_language():
    with translation.override("ja"):
        assert country_name("VN") == "ベトナム"
    assert country_name("VN") == "Vietnam"


def test_a_consent_is_named_by_whose_it_is_and_what_of(cast):
    terms, india = agree(cast.startup.organisation, [TERMS, INDIA], by=cast.startup_owner)
    name = cast.startup.organisation.name
    assert (str(terms), str(india)) == (f"{name}: terms", f"{name}: transfer IN")
