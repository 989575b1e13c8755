"""What this app holds of firms."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import CharField, Value
from django.db.models.functions import Cast, Concat
from django.utils.translation import gettext_lazy as _

from accounts.erasure.emptying import unless_blank
from accounts.erasure.holdings import Holder, Holding, Loss
from accounts.models import Organisation
from companies.models import Challenge, Company, EligibilityDecision

# Unlike within a firm, and no more than that.
NUMBER = Concat(Value("#"), Cast("pk", CharField()))


class CompaniesHolder(Holder):
    app = "companies"
    holdings: Sequence[Holding] = (
        Holding(
            EligibilityDecision,
            organisation=("company",),
            empties=("inputs",),
            instead={"reason": unless_blank("reason")},
            keeps=("criterion", "rule", "computed", "decided"),
        ),
        Holding(
            Challenge,
            organisation=("company",),
            empties=(
                "text", "place", "amount", "tried", "solved_when", "sub_fields", "modes", "budget_band", "deadline",
                "least_readiness", "capabilities",
            ),
            instead={"title": NUMBER},
            keeps=("field", "is_open"),
        ),
        Holding(
            Company,
            organisation=("organisation",),
            empties=(
                "corporate_number", "industry", "employees", "capital_million_yen", "revenue_band", "business",
                "strengths", "preferred_countries", "excluded_countries",
            ),
            keeps=("prefecture", "name_disclosed"),
        ),
    )  # fmt: skip

    def losses(self, organisation: Organisation) -> Sequence[Loss]:
        return (Loss(_("Challenges"), Challenge.objects.filter(company=organisation.pk).count()),)

    def names(self, organisation: Organisation) -> set[str]:
        numbers = Company.objects.filter(pk=organisation.pk).values_list("corporate_number", flat=True)
        return set(filter(None, numbers))
