"""Midsize Japanese firms and the challenges they want solved."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.validators import MinValueValidator, RegexValidator
from django.db import models
from django.db.models import OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from accounts.enums import ConsentSubject, OrganisationKind, OrganisationStatus
from accounts.models import Consent, ConsentQuerySet, Organisation, User
from companies.eligibility import Answer, Criterion
from matchmaking.core import history
from matchmaking.core.enums import (
    BudgetBand,
    CooperationMode,
    Field,
    Industry,
    ReadinessLevel,
    RevenueBand,
    SubField,
)
from matchmaking.core.prefectures import Prefecture

TEXT_LENGTH, ANSWER_LENGTH, SHORT_ANSWER_LENGTH = 2000, 400, 200  # characters


def country_choices() -> list[tuple[str, str]]:
    """Asked for each time, so that neither a migration nor a process keeps the names of one language."""
    return list(countries)


class CompanyQuerySet(models.QuerySet["Company"]):
    def published(self) -> CompanyQuerySet:
        return self.filter(organisation__status=OrganisationStatus.PUBLISHED)

    def visible_to(self, user: User) -> CompanyQuerySet:
        """Staff see all firms, a firm's members their own; what is disclosed to startups is a match's affair."""
        if user.is_officer:
            return self
        return self.filter(organisation__memberships__user=user)

    def for_list(self) -> CompanyQuerySet:
        """What a row of the staff list needs."""
        challenges = Challenge.objects.filter(company=OuterRef("pk")).order_by().values("company")
        counted = Subquery(challenges.annotate(number=models.Count("pk")).values("number"))
        rows = self.filter(
            organisation__kind=OrganisationKind.COMPANY
        )  # all are; it names the index of a sorted list
        return rows.select_related("organisation").annotate(challenge_count=Coalesce(counted, 0))

    def for_detail(self) -> CompanyQuerySet:
        return self.select_related("organisation").prefetch_related(
            "challenges", "organisation__memberships__user"
        )


@history.track()
class Company(models.Model):
    """A midsize firm under Japanese law. Its states are those of its organisation.

    One that waits for review or takes part has a prefecture and an industry: two triggers see to it
    (migration 0008), since the state lies in another table.
    """

    organisation = models.OneToOneField(
        Organisation, models.PROTECT, primary_key=True, related_name="company"
    )
    corporate_number = models.CharField(
        _("corporate number"),
        max_length=13,
        unique=True,
        null=True,
        validators=[RegexValidator(r"^[0-9]{13}$", _("Enter the 13 digits of the corporate number."))],
    )
    prefecture = models.CharField(_("prefecture"), max_length=2, choices=Prefecture, blank=True)
    industry = models.CharField(_("industry"), max_length=30, choices=Industry, blank=True)
    employees = models.PositiveIntegerField(
        _("employees"), null=True, blank=True, validators=[MinValueValidator(1)]
    )
    capital_million_yen = models.PositiveIntegerField(_("capital (million yen)"), null=True, blank=True)
    revenue_band = models.CharField(_("yearly sales"), max_length=12, choices=RevenueBand, blank=True)
    business = models.TextField(_("business"), max_length=2000, blank=True)
    strengths = models.TextField(_("strengths"), max_length=2000, blank=True)
    preferred_countries = ArrayField(
        models.CharField(max_length=2, choices=country_choices),
        verbose_name=_("preferred countries"),
        default=list,
        blank=True,
    )
    excluded_countries = ArrayField(
        models.CharField(max_length=2, choices=country_choices),
        verbose_name=_("excluded countries"),
        default=list,
        blank=True,
    )
    name_disclosed = models.BooleanField(_("name may be shown before a meeting is accepted"), default=False)

    objects = CompanyQuerySet.as_manager()

    class Meta:
        ordering = ["organisation__sort_key", "pk"]
        indexes = [models.Index(fields=["prefecture"]), models.Index(fields=["employees", "organisation"])]
        constraints = [
            models.CheckConstraint(
                condition=Q(corporate_number=None) | Q(corporate_number__regex=r"^[0-9]{13}$"),
                name="company_number_thirteen_digits",
            ),
            models.CheckConstraint(
                condition=Q(prefecture__in=["", *Prefecture.values]), name="company_prefecture_known"
            ),
            models.CheckConstraint(
                condition=Q(industry__in=["", *Industry.values]), name="company_industry_known"
            ),
            models.CheckConstraint(
                condition=~Q(preferred_countries__overlap=models.F("excluded_countries")),
                name="company_countries_disjoint",
            ),
        ]

    def __str__(self) -> str:
        return self.organisation.name

    @property
    def transfer_consents(self) -> ConsentQuerySet:
        """What the firm agreed to before its people's data went abroad, country by country."""
        return Consent.objects.filter(organisation=self.pk, subject=ConsentSubject.TRANSFER)

    def summary_name(self) -> str:
        """How the firm is called where its name is not disclosed: industry and prefecture."""
        if self.organisation.status == OrganisationStatus.ERASED:
            return self.organisation.name
        return _("%(industry)s firm in %(prefecture)s") % {
            "industry": self.get_industry_display(),
            "prefecture": self.get_prefecture_display(),
        }


@history.track()
class Challenge(models.Model):
    """One thing a firm needs solved, in its own words, drawn out by questions.

    Open challenges of published firms are matched. About 400 characters of what hurts are enough where the other
    answers say the rest; the limit is higher because imported challenges hold everything in this one text, and nobody
    should have to shorten it before they can change the deadline.
    """

    company = models.ForeignKey(Company, models.PROTECT, related_name="challenges")
    title = models.CharField(_("title"), max_length=80)
    text = models.TextField(_("what hurts"), max_length=TEXT_LENGTH, blank=True)
    place = models.TextField(_("where it happens"), max_length=SHORT_ANSWER_LENGTH, blank=True)
    amount = models.TextField(_("scale and frequency"), max_length=SHORT_ANSWER_LENGTH, blank=True)
    tried = models.TextField(_("what has been tried"), max_length=ANSWER_LENGTH, blank=True)
    solved_when = models.TextField(
        _("what would count as solved"), max_length=SHORT_ANSWER_LENGTH, blank=True
    )
    field = models.CharField(_("field"), max_length=20, choices=Field, blank=True)
    sub_fields: Any = ArrayField(
        models.CharField(max_length=30, choices=SubField),
        verbose_name=_("sub-fields"),
        default=list,
        blank=True,
    )
    modes: Any = ArrayField(
        models.CharField(max_length=30, choices=CooperationMode),
        verbose_name=_("cooperation modes"),
        default=list,
        blank=True,
    )
    budget_band = models.CharField(_("budget"), max_length=12, choices=BudgetBand, blank=True)
    least_readiness = models.PositiveSmallIntegerField(
        _("lowest technology readiness"), choices=ReadinessLevel, null=True, blank=True
    )
    deadline = models.DateField(_("wanted by"), null=True, blank=True)
    capabilities: Any = ArrayField(
        models.CharField(max_length=40), verbose_name=_("capabilities"), null=True, blank=True, default=None
    )
    is_open = models.BooleanField(_("looking for a partner"), default=True)
    updated_at = models.DateTimeField(_("last change"), auto_now=True)

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["company", "title"], name="challenge_title_unique_in_company"),
            models.CheckConstraint(condition=Q(field__in=["", *Field.values]), name="challenge_field_known"),
            models.CheckConstraint(
                condition=Q(modes__contained_by=CooperationMode.values), name="challenge_modes_known"
            ),
            models.CheckConstraint(
                condition=Q(least_readiness=None) | Q(least_readiness__range=(1, 9)),
                name="challenge_readiness_in_range",
            ),
        ]

    def __str__(self) -> str:
        return self.title

    def is_described(self) -> bool:
        """Enough is said for it to be matched."""
        return bool(self.title and self.text and self.field)

    def need(self) -> str:
        """What is matched with startups' texts: what was tried in vain would draw more of the same."""
        said = (self.title, self.text, self.place, self.amount, self.solved_when)
        return " ".join(filter(None, said))


class EligibilityDecision(models.Model):
    """Staff decide otherwise than a rule, or confirm it, with a reason. It keeps what the rule was told and said.

    The latest decision on a criterion stands as long as the figures are those it was made on.
    """

    company = models.ForeignKey(Company, models.PROTECT, related_name="eligibility_decisions")
    criterion = models.CharField(max_length=10, choices=[(each.value, each.value) for each in Criterion])
    rule = models.CharField(max_length=30)
    computed = models.CharField(max_length=4)
    decided = models.CharField(max_length=4)
    inputs: Any = models.JSONField()
    reason = models.TextField(_("reason"), max_length=2000)
    by = models.ForeignKey(User, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(criterion__in=[each.value for each in Criterion]),
                name="eligibility_criterion_known",
            ),
            models.CheckConstraint(
                condition=Q(computed__in=[each.value for each in Answer])
                & Q(decided__in=[Answer.YES.value, Answer.NO.value]),
                name="eligibility_answers_known",
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="eligibility_has_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.company} ({self.criterion}: {self.decided})"
