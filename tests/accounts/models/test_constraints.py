"""The database has the last word: what no form and no importer may let through, it refuses by name."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, InternalError, connection, transaction
from django.db.models import CheckConstraint, F, ProtectedError, UniqueConstraint
from django.utils import timezone

from accounts.enums import OrganisationStatus
from accounts.models import (
    Consent,
    DeletionRequest,
    Invitation,
    JoinRequest,
    Membership,
    Organisation,
    Remark,
    Review,
    User,
)
from companies.actions import decide_eligibility
from companies.eligibility import Answer, Criterion
from companies.models import Challenge, Company, EligibilityDecision
from matchmaking.core import audit
from matchmaking.core.models import AuditEvent
from startups.models import Deck, Startup
from tests import factories
from tests.startups import test_record_constraints as evidence

pytestmark = pytest.mark.django_db
NOW = timezone.now()

# constraint, model, what is set past all checks
REFUSED: list[tuple[str, type, dict[str, Any]]] = [
    (
        "deletion_status_known",
        DeletionRequest,
        {"status": "perhaps", "answered_by": F("asked_by"), "answered_at": NOW},
    ),
    ("deletion_answered_has_who_and_when", DeletionRequest, {"status": "carried_out"}),
    ("deletion_answered_has_who_and_when", DeletionRequest, {"status": "taken_back", "answered_at": NOW}),
    ("organisation_status_known", Organisation, {"status": "forgotten"}),
    ("organisation_status_known", Organisation, {"status": ""}),
    ("organisation_has_name", Organisation, {"name": ""}),
    ("organisation_kind_known", Organisation, {"kind": "office"}),
    ("organisation_published_has_time", Organisation, {"status": "published", "published_at": None}),
    ("organisation_returned_has_reason", Organisation, {"status": "returned", "return_reason": ""}),
    ("organisation_tags_known", Organisation, {"fields": ["space"]}),
    ("organisation_tags_known", Organisation, {"fields": ["retail", ""]}),
    ("organisation_tags_known", Organisation, {"modes": ["merger"]}),
    ("invitation_to_one_thing", Invitation, {"organisation": None}),
    ("invitation_to_one_thing", Invitation, {"member_role": ""}),
    ("invitation_to_one_thing", Invitation, {"staff_role": "officer"}),
    ("invitation_status_known", Invitation, {"status": "lost"}),
    ("invitation_accepted_has_who_and_when", Invitation, {"status": "accepted"}),
    ("join_answered_has_who_and_when", JoinRequest, {"status": "refused"}),
    ("join_answered_has_who_and_when", JoinRequest, {"status": "admitted"}),
    ("review_status_known", Review, {"status": "lost", "decided_at": NOW}),
    ("review_kind_known", Review, {"kind": "mood"}),
    ("review_decided_has_time", Review, {"status": "approved"}),
    ("review_decline_has_reason", Review, {"status": "decline_proposed"}),
    ("remark_has_text", Remark, {"text": ""}),
    ("consent_subject_known", Consent, {"subject": "mood"}),
    ("consent_ended_has_who_and_when", Consent, {"ended_at": NOW}),
    ("consent_has_text", Consent, {"text": ""}),
    ("deck_status_known", Deck, {"status": "lost"}),
    ("deck_refusal_known", Deck, {"refusal": "mood"}),
    ("deck_refused_has_reason", Deck, {"status": "refused"}),
    ("deck_ready_has_pages", Deck, {"status": "ready"}),
    ("member_role_known", Membership, {"role": "guest"}),
    ("user_role_known", User, {"staff_role": "minister"}),
    ("company_number_thirteen_digits", Company, {"corporate_number": "507000100071"}),
    ("company_number_thirteen_digits", Company, {"corporate_number": "507000100071X"}),
    ("company_number_thirteen_digits", Company, {"corporate_number": ""}),
    ("company_prefecture_known", Company, {"prefecture": "48"}),
    ("company_prefecture_known", Company, {"prefecture": "1"}),
    ("company_industry_known", Company, {"industry": "magic"}),
    (
        "company_countries_disjoint",
        Company,
        {"preferred_countries": ["SG", "VN"], "excluded_countries": ["VN"]},
    ),
    ("eligibility_criterion_known", EligibilityDecision, {"criterion": "nice"}),
    ("eligibility_answers_known", EligibilityDecision, {"decided": "open"}),
    ("eligibility_answers_known", EligibilityDecision, {"computed": "what"}),
    ("eligibility_has_reason", EligibilityDecision, {"reason": ""}),
    ("challenge_field_known", Challenge, {"field": "space"}),
    ("challenge_modes_known", Challenge, {"modes": ["merger"]}),
    ("challenge_readiness_in_range", Challenge, {"least_readiness": 0}),
    ("challenge_readiness_in_range", Challenge, {"least_readiness": 10}),
    ("startup_readiness_in_range", Startup, {"readiness_level": 0}),
    ("startup_readiness_in_range", Startup, {"readiness_level": 10}),
    ("startup_stage_known", Startup, {"stage": "unicorn"}),
    ("startup_japanese_known", Startup, {"speaks_japanese": "fluently"}),
    ("startup_sought_has_currency", Startup, {"sought_amount": 5}),
    ("startup_sought_has_currency", Startup, {"sought_currency": "USD", "funding_sought_usd": 5}),
    ("startup_sought_has_currency", Startup, {"sought_amount": 5, "sought_currency": "USD"}),
    ("startup_sought_has_currency", Startup, {"sought_amount": 5, "sought_currency": "XXX"}),
    ("companies_company_employees_check", Company, {"employees": -1}),
    ("companies_company_capital_million_yen_check", Company, {"capital_million_yen": -1}),
    ("startups_startup_team_size_check", Startup, {"team_size": -1}),
    ("startups_startup_funding_raised_usd_check", Startup, {"funding_raised_usd": -1}),
]


def refusal(deed: Any) -> str:
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        deed()
    found = re.search(r'constraint "([^"]+)"', str(caught.value))
    return found.group(1) if found else str(caught.value)


@pytest.fixture
def joining() -> Review:
    """Somebody is invited, somebody asks to join, and a review waits with a remark."""
    factories.InvitationFactory()
    factories.JoinRequestFactory()
    review = factories.ReviewFactory()
    factories.RemarkFactory(review=review)
    factories.DeckFactory()
    factories.DeletionRequestFactory()
    return review


def test_wrong_values_are_refused_by_the_constraint_of_their_name(cast, joining):
    decide_eligibility(
        cast.company, Criterion.MIDSIZE, decided=Answer.YES, reason="Looked up.", by=cast.officer
    )
    for name, model, values in REFUSED:
        assert (values, refusal(lambda: model.objects.update(**values))) == (values, name)  # noqa: B023


# values at the edge that are accepted
ACCEPTED: list[tuple[type, dict[str, Any]]] = [
    (Organisation, {"fields": [], "modes": []}),
    (Organisation, {"status": "draft", "published_at": None}),
    (Organisation, {"status": "returned", "return_reason": "x"}),
    (Company, {"preferred_countries": [], "excluded_countries": []}),
    (Company, {"preferred_countries": ["SG"], "excluded_countries": ["VN"]}),
    (Company, {"corporate_number": None}),
    (Challenge, {"field": "", "modes": []}),
    (Challenge, {"least_readiness": 1}),
    (Challenge, {"least_readiness": 9}),
    (Challenge, {"least_readiness": None}),
    (Startup, {"readiness_level": 1}),
    (Startup, {"readiness_level": 9}),
    (Startup, {"readiness_level": None, "stage": ""}),
    (User, {"staff_role": ""}),
    (Invitation, {"organisation": None, "member_role": "", "staff_role": "expert"}),
]


def test_values_at_the_edge_are_accepted(cast, joining):
    for model, values in ACCEPTED:
        assert model.objects.update(**values) > 0


def test_nobody_declines_alone(joining):
    officer = factories.OfficerFactory()
    declined = {
        "decline_reason": "other",
        "text": "Not yet.",
        "decided_at": NOW,
        "decline_proposed_by": officer,
    }
    alone = {**declined, "status": "declined", "decided_by": officer}
    for values in (alone, {**alone, "decided_by": None}):
        assert refusal(lambda: Review.objects.update(**values)) == "review_decline_by_two_people"  # noqa: B023
    Review.objects.update(**{**alone, "decided_by": factories.OfficerFactory()})


def test_a_join_request_has_a_known_state(joining):
    answered = {"answered_by": factories.UserFactory(), "answered_at": NOW}
    assert refusal(lambda: JoinRequest.objects.update(status="lost", **answered)) == "join_status_known"


def test_one_thing_waits_once(joining):
    invitation, join = Invitation.objects.get(), JoinRequest.objects.get()
    twice = {
        "review_open_once": lambda: factories.ReviewFactory(organisation=joining.organisation),
        "remark_once_a_field": lambda: factories.RemarkFactory(review=joining),
        "join_asked_once": lambda: factories.JoinRequestFactory(
            organisation=join.organisation, user=join.user
        ),
        "invitation_open_once": lambda: factories.InvitationFactory(
            organisation=invitation.organisation, email=invitation.email.upper()
        ),
    }
    for name, deed in twice.items():
        assert refusal(deed) == name


def test_a_startup_has_one_deck_in_use_and_one_under_way(joining):
    deck = Deck.objects.get()
    assert refusal(lambda: factories.DeckFactory(startup=deck.startup)) == "deck_one_under_way"
    in_use = {"status": "ready", "pages": 1, "image_width": 1, "image_height": 1, "ready_at": NOW}
    Deck.objects.update(**in_use)
    assert refusal(lambda: factories.DeckFactory(startup=deck.startup, **in_use)) == "deck_one_in_use"
    factories.DeckFactory(startup=deck.startup)


def test_a_firm_agrees_once_to_each_country(cast):
    assert refusal(lambda: factories.TransferConsentFactory(company=cast.company)) == "consent_in_force_once"
    factories.TransferConsentFactory(company=cast.company, country="IN")


# the state in which a firm is, what is taken away, whether it may be
UNFINISHED = [
    (status, column, status not in ("submitted", "published"))
    for status in OrganisationStatus.values
    for column in ("prefecture", "industry")
]


@pytest.mark.parametrize(("status", "column", "allowed"), UNFINISHED)
def test_a_firm_that_is_sent_in_has_a_prefecture_and_an_industry(cast, status, column, allowed):
    """Asked of the database in its own words, from both sides: the answer goes, and the state comes."""
    pk = cast.company.pk
    state = "UPDATE accounts_organisation SET status = %s, return_reason = 'x', published_at = now() WHERE id = %s"
    answer = f"UPDATE companies_company SET {column} = '' WHERE organisation_id = %s"  # noqa: S608
    draft = state.replace("%s", "'draft'", 1)
    for deeds in (
        [(state, [status, pk]), (answer, [pk])],
        [(draft, [pk]), (answer, [pk]), (state, [status, pk])],
    ):
        *before, last = deeds
        with transaction.atomic(), connection.cursor() as cursor:
            for sql, values in before:
                cursor.execute(sql, values)
            if allowed:
                cursor.execute(*last)
            else:
                assert refusal(lambda: cursor.execute(*last)) == "company_complete_once_sent_in"  # noqa: B023
            cursor.execute("UPDATE companies_company SET prefecture = '15', industry = 'foods'")
            cursor.execute(state, ["published", pk])


def test_a_firm_without_them_is_not_added_to_those_that_take_part(cast):
    organisation = factories.OrganisationFactory(kind="company", status="published", name="株式会社")
    add = lambda **values: Company.objects.create(organisation=organisation, **values)  # noqa: E731
    assert refusal(lambda: add(industry="foods")) == "company_complete_once_sent_in"
    assert refusal(lambda: add(prefecture="15")) == "company_complete_once_sent_in"
    assert add(prefecture="15", industry="foods").pk == organisation.pk


def test_a_startup_is_not_asked_for_them(cast):
    organisation = cast.startup.organisation
    for status in ("draft", "submitted", "published"):
        Organisation.objects.filter(pk=organisation.pk).update(status=status)
    organisation.refresh_from_db()
    assert organisation.status == "published"


def test_two_accounts_do_not_share_an_address_in_any_case():
    factories.UserFactory(email="tal@a.example")
    for email in ("tal@a.example", "TAL@a.example", "Tal@A.Example"):
        name = refusal(lambda: User.objects.create(email=email, name="x"))  # noqa: B023
        assert name in ("accounts_user_email_key", "user_email_unique_any_case")
    assert (
        refusal(lambda: User.objects.create(email="TAL@a.example", name="x")) == "user_email_unique_any_case"
    )


def test_nobody_belongs_to_two_organisations(cast):
    other = cast.other_startup.organisation
    assert refusal(lambda: Membership.objects.create(user=cast.startup_owner, organisation=other)) == (
        "accounts_membership_user_id_key"
    )


def test_two_firms_do_not_share_a_number_and_two_startups_no_identifier(cast):
    number = cast.company.corporate_number
    others = Company.objects.filter(pk=cast.other_company.pk)
    assert refusal(lambda: others.update(corporate_number=number)) == "companies_company_corporate_number_key"
    assert refusal(lambda: Startup.objects.update(external_id="same")) == "startups_startup_external_id_key"
    assert Startup.objects.update(external_id=None) == 2  # several without one may stand side by side


def test_two_challenges_of_one_firm_do_not_share_a_title(cast):
    title = cast.company.challenges.get().title
    assert refusal(lambda: factories.ChallengeFactory(company=cast.company, title=title)) == (
        "challenge_title_unique_in_company"
    )
    factories.ChallengeFactory(company=cast.other_company, title=title)


def test_one_request_for_deletion_waits_at_a_time(cast):
    first = factories.DeletionRequestFactory(organisation=cast.company.organisation)
    again = {"organisation": first.organisation, "asked_by": first.asked_by}
    assert refusal(lambda: factories.DeletionRequestFactory(**again)) == "deletion_waits_once"
    DeletionRequest.objects.update(status="taken_back", answered_by=first.asked_by, answered_at=NOW)
    factories.DeletionRequestFactory(**again)


def test_every_constraint_of_these_apps_has_a_case():
    tested = {name for name, *_rest in [*REFUSED, *evidence.REFUSED, *evidence.ONCE]} | {
        "user_email_unique_any_case",
        "challenge_title_unique_in_company",
        "review_decline_by_two_people",
        "review_open_once",
        "remark_once_a_field",
        "join_status_known",
        "join_asked_once",
        "invitation_open_once",
        "consent_in_force_once",
        "deletion_waits_once",
        "deck_one_under_way",
        "deck_one_in_use",
        "reading_once_a_day",  # tests/startups/deck/test_readings.py
        "reading_form_known",
    }
    models = [model for label in ("accounts", "companies", "startups")
              for model in apps.get_app_config(label).get_models()]  # fmt: skip
    kinds = (CheckConstraint, UniqueConstraint)
    named = {c.name for model in models for c in model._meta.constraints if isinstance(c, kinds)}
    assert named <= tested


@pytest.mark.parametrize("target", ["company", "startup"])
def test_an_organisation_with_people_or_a_profile_cannot_be_deleted(cast, target):
    profile = getattr(cast, target)
    for row in (profile.organisation, cast.company_owner if target == "company" else cast.startup_owner):
        with pytest.raises(ProtectedError), transaction.atomic():
            row.delete()


def test_the_trail_cannot_be_changed_or_deleted(cast):
    audit.record("user.added", cast.officer, by=None)
    for deed in (lambda: AuditEvent.objects.update(action="x"), lambda: AuditEvent.objects.all().delete()):
        with pytest.raises(InternalError), transaction.atomic():
            deed()
