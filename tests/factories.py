"""Test data with readable defaults: each factory makes something valid that a test may narrow down."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import factory
from allauth.account.models import EmailAddress
from django.utils import timezone
from factory.django import DjangoModelFactory

from accounts.enums import ConsentSubject, MemberRole, OrganisationKind, OrganisationStatus, StaffRole
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
from companies import consents
from companies.models import Challenge, Company
from matchmaking.core.currencies import Currency
from matchmaking.core.enums import CooperationMode, Field, Industry, Language, Stage
from matchmaking.core.prefectures import Prefecture
from meetings.enums import DayHoursKind, MisfitReason
from meetings.models import Closure, DayHours, Misfit
from research.models import Expert
from startups.enums import Measure, PatentOffice, PatentStatus, Relation, RoundKind
from startups.models import (
    Certification,
    Deck,
    FundingRound,
    Patent,
    Reference,
    Startup,
    TractionFigure,
)

PUBLISHED_AT = datetime(2026, 9, 1, 3, 0, tzinfo=UTC)
PASSWORD = "correct horse battery"


class UserFactory(DjangoModelFactory[User]):
    class Meta:
        model = User
        skip_postgeneration_save = True

    email = factory.Sequence(lambda n: f"person{n}@people.example")
    name = factory.Sequence(lambda n: f"Person {n}")
    language = "en"

    @classmethod
    def _create(cls, model_class: type[User], *args: Any, **kwargs: Any) -> User:
        user = User.objects.create_user(password=kwargs.pop("password", PASSWORD), **kwargs)
        EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        return user


class OfficerFactory(UserFactory):
    staff_role = StaffRole.OFFICER
    name = factory.Sequence(lambda n: f"Officer {n}")


class AdministratorFactory(UserFactory):
    staff_role = StaffRole.ADMINISTRATOR
    name = factory.Sequence(lambda n: f"Administrator {n}")


class ExpertFactory(DjangoModelFactory[Expert]):
    class Meta:
        model = Expert

    user = factory.SubFactory(UserFactory, staff_role=StaffRole.EXPERT)
    affiliation = "Institute for Industrial Studies"
    fields = factory.LazyFunction(lambda: [Field.RETAIL])
    languages = factory.LazyFunction(lambda: [Language.JAPANESE, Language.ENGLISH])


class OrganisationFactory(DjangoModelFactory[Organisation]):
    class Meta:
        model = Organisation

    status = OrganisationStatus.PUBLISHED
    fields = factory.LazyFunction(lambda: [Field.RETAIL])
    modes = factory.LazyFunction(lambda: [CooperationMode.JOINT_DEVELOPMENT])
    languages = factory.LazyFunction(lambda: [Language.ENGLISH])
    published_at = factory.LazyAttribute(
        lambda o: (
            PUBLISHED_AT if o.status in (OrganisationStatus.PUBLISHED, OrganisationStatus.SUSPENDED) else None
        )
    )
    submitted_at = factory.LazyAttribute(
        lambda o: None if o.status == OrganisationStatus.DRAFT else PUBLISHED_AT
    )
    return_reason = factory.LazyAttribute(
        lambda o: "Tell us the number of employees." if o.status == OrganisationStatus.RETURNED else ""
    )


class CompanyFactory(DjangoModelFactory[Company]):
    """A published firm without challenges; `organisation__…` sets what is common to organisations."""

    class Meta:
        model = Company

    organisation = factory.SubFactory(
        OrganisationFactory,
        kind=OrganisationKind.COMPANY,
        name=factory.Sequence(lambda n: f"北浜食品{n}株式会社"),
        name_kana=factory.Sequence(lambda n: f"キタハマショクヒン{n}"),
        name_en=factory.Sequence(lambda n: f"Kitahama Foods {n}"),
        country="JP",
        city="長岡市",
        time_zone="Asia/Tokyo",
        languages=[Language.JAPANESE],
    )
    corporate_number = factory.Sequence(lambda n: f"{1_000_000_000_000 + n:013d}")
    prefecture = Prefecture.NIIGATA
    industry = Industry.FOODS
    employees = 420
    capital_million_yen = 310
    business = "新潟で米菓を製造する。"
    strengths = "焼成の工程管理に強い。"
    name_disclosed = True


class ChallengeFactory(DjangoModelFactory[Challenge]):
    class Meta:
        model = Challenge

    company = factory.SubFactory(CompanyFactory)
    title = factory.Sequence(lambda n: f"レジの列をなくしたい{n}")
    text = "夕方のレジに列ができる。お客様が自分で会計を済ませられる仕組みがほしい。"
    field = Field.RETAIL
    modes = factory.LazyFunction(lambda: [CooperationMode.JOINT_DEVELOPMENT])


class StartupFactory(DjangoModelFactory[Startup]):
    """A published startup in Singapore."""

    class Meta:
        model = Startup

    organisation = factory.SubFactory(
        OrganisationFactory,
        kind=OrganisationKind.STARTUP,
        name=factory.Sequence(lambda n: f"Checkoutless {n}"),
        country="SG",
        city="Singapore",
        time_zone="Asia/Singapore",
    )
    stage = Stage.SERIES_A
    one_liner = "Cameras that let shoppers leave without queueing"
    solution = "Computer vision at the shelf replaces the till."
    seeks_partner = "A regional supermarket chain for a first site in Japan."
    founded_year = 2019
    readiness_level = 8
    team_size = 35


class FigureFactory(DjangoModelFactory[TractionFigure]):
    class Meta:
        model = TractionFigure

    startup = factory.SubFactory(StartupFactory)
    what = Measure.REVENUE
    value = Decimal(2_600_000)
    currency = Currency.SGD
    as_of = date(2025, 12, 31)


class RoundFactory(DjangoModelFactory[FundingRound]):
    class Meta:
        model = FundingRound

    startup = factory.SubFactory(StartupFactory)
    kind = RoundKind.SEED
    amount = Decimal(1_340_000)
    currency = Currency.SGD
    closed_on = date(2024, 5, 1)
    lead_investor = "Straits Seed Partners"


class PatentFactory(DjangoModelFactory[Patent]):
    class Meta:
        model = Patent

    startup = factory.SubFactory(StartupFactory)
    title = "Counting goods on a shelf"
    office = PatentOffice.JP
    number = factory.Sequence(lambda n: f"99{n:05d}")
    status = PatentStatus.GRANTED


class CertificationFactory(DjangoModelFactory[Certification]):
    class Meta:
        model = Certification

    startup = factory.SubFactory(StartupFactory)
    name = factory.Sequence(lambda n: f"ISO {27001 + n}")
    issuer = "Straits Assurance"
    number = "IS 1"
    valid_until = date(2028, 3, 31)


class ReferenceFactory(DjangoModelFactory[Reference]):
    class Meta:
        model = Reference

    startup = factory.SubFactory(StartupFactory)
    name = factory.Sequence(lambda n: f"Mei Tan {n}")
    organisation = "Harbour Stores"
    relation = Relation.CUSTOMER
    contact = "mei@harbour.example"
    may_be_shown = True


def _zone_of_membership(user: Any) -> str:
    """People keep the clock of the organisation to which they belong."""
    zone: str = user.factory_parent.organisation.time_zone
    return zone


class MembershipFactory(DjangoModelFactory[Membership]):
    class Meta:
        model = Membership

    user = factory.SubFactory(UserFactory, time_zone=factory.LazyAttribute(_zone_of_membership))
    role = MemberRole.OWNER
    title = "Manager"
    phone = "0258-12-3456"


class InvitationFactory(DjangoModelFactory[Invitation]):
    """An open invitation to a firm; nobody knows its secret."""

    class Meta:
        model = Invitation

    organisation = factory.LazyFunction(lambda: CompanyFactory().organisation)
    member_role = MemberRole.MEMBER
    email = factory.Sequence(lambda n: f"invited{n}@people.example")
    token_hash = factory.Sequence(lambda n: f"{n:064x}")
    invited_by = factory.SubFactory(UserFactory)
    invited_at = factory.LazyFunction(timezone.now)
    expires_at = factory.LazyAttribute(lambda row: row.invited_at + timedelta(hours=72))


class JoinRequestFactory(DjangoModelFactory[JoinRequest]):
    class Meta:
        model = JoinRequest

    organisation = factory.LazyFunction(lambda: CompanyFactory().organisation)
    user = factory.SubFactory(UserFactory)
    asked_at = factory.LazyFunction(timezone.now)


class DeletionRequestFactory(DjangoModelFactory[DeletionRequest]):
    """An organisation that waits to be erased, with a month of time."""

    class Meta:
        model = DeletionRequest

    organisation = factory.LazyFunction(lambda: CompanyFactory().organisation)
    asked_by = factory.SubFactory(UserFactory)
    asked_at = factory.LazyFunction(timezone.now)
    due_on = factory.LazyAttribute(lambda row: (row.asked_at + timedelta(days=30)).date())


class ReviewFactory(DjangoModelFactory[Review]):
    """The review of a firm that has applied."""

    class Meta:
        model = Review

    organisation = factory.LazyFunction(
        lambda: CompanyFactory(organisation__status=OrganisationStatus.SUBMITTED).organisation
    )
    asked_at = factory.LazyFunction(timezone.now)
    due_on = factory.LazyAttribute(lambda row: (row.asked_at + timedelta(days=7)).date())


class RemarkFactory(DjangoModelFactory[Remark]):
    class Meta:
        model = Remark

    review = factory.SubFactory(ReviewFactory)
    subject = "organisation.name_en"
    text = "Please write the name as in your articles of incorporation."


class TransferConsentFactory(DjangoModelFactory[Consent]):
    """A firm's consent, in force, that its people's data goes to Singapore."""

    class Meta:
        model = Consent

    class Params:
        company = factory.SubFactory(CompanyFactory)

    organisation = factory.SelfAttribute("company.organisation")
    subject = ConsentSubject.TRANSFER
    country = "SG"
    version = factory.LazyFunction(consents.version)
    language = "ja"
    text = "シンガポールの制度と提供先の措置"
    agreed_by = factory.SubFactory(UserFactory)
    agreed_at = factory.LazyFunction(timezone.now)


class DeckFactory(DjangoModelFactory[Deck]):
    """A pitch deck that was received and has not been looked at; it has no file."""

    class Meta:
        model = Deck

    startup = factory.SubFactory(StartupFactory)
    key = factory.Sequence(lambda n: f"{n:032x}")
    original_name = "pitch.pdf"
    size = 1_000
    sha256 = "0" * 64
    uploaded_by = factory.SubFactory(UserFactory)
    uploaded_at = factory.LazyFunction(timezone.now)


class ClosureFactory(DjangoModelFactory[Closure]):
    class Meta:
        model = Closure

    first_day = date(2031, 8, 11)
    last_day = date(2031, 8, 15)
    name_en = "Summer leave"
    name_ja = "夏季休業"


class DayHoursFactory(DjangoModelFactory[DayHours]):
    class Meta:
        model = DayHours

    day = date(2031, 6, 3)
    starts = time(13)
    ends = time(15)
    kind = DayHoursKind.OFF


class MisfitFactory(DjangoModelFactory[Misfit]):
    class Meta:
        model = Misfit

    reason = MisfitReason.OUTSIDE
    sequence = factory.LazyAttribute(lambda o: o.meeting.sequence)
    found_at = factory.LazyFunction(timezone.now)
