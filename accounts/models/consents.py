"""What organisations agreed to, word by word."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from accounts.enums import ConsentSubject
from accounts.models.organisations import Organisation
from accounts.models.people import User


class ConsentQuerySet(models.QuerySet["Consent"]):
    def in_force(self) -> ConsentQuerySet:
        return self.filter(ended_at=None)


class Consent(models.Model):
    """An organisation agrees to a wording, which is kept with it.

    In force until it is withdrawn, or until the organisation agrees to a newer wording of the same; never deleted.
    """

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="consents")
    subject = models.CharField(max_length=10, choices=ConsentSubject)
    country = CountryField(_("country"), blank=True)  # whose law the words tell of, if they tell of one
    version = models.CharField(max_length=20)
    language = models.CharField(max_length=2, choices=[("ja", "日本語"), ("en", "English")])
    text = models.TextField(_("what was agreed to"))
    agreed_by = models.ForeignKey(User, models.PROTECT, related_name="+")
    agreed_at = models.DateTimeField(_("agreed on"))
    ended_by = models.ForeignKey(User, models.PROTECT, null=True, blank=True, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)

    objects = ConsentQuerySet.as_manager()

    class Meta:
        ordering = ["country", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "subject", "country"],
                condition=Q(ended_at=None),
                name="consent_in_force_once",
            ),
            models.CheckConstraint(
                condition=Q(subject__in=ConsentSubject.values), name="consent_subject_known"
            ),
            models.CheckConstraint(
                condition=Q(ended_at=None, ended_by=None) | Q(ended_at__isnull=False, ended_by__isnull=False),
                name="consent_ended_has_who_and_when",
            ),
            models.CheckConstraint(condition=~Q(text=""), name="consent_has_text"),
        ]

    def __str__(self) -> str:
        return f"{self.organisation}: {self.subject} {self.country.code or ''}".strip()
