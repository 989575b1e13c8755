"""The capability thesaurus, edition by edition."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from matchmaking.core.enums import Field
from matchmaking.matches.enums import (
    CAPABILITY_FIELDS,
    CAPABILITY_TRANSITIONS,
    CROSS,
    THESAURUS_TRANSITIONS,
    CapabilityStatus,
    ThesaurusStatus,
)
from matchmaking.matches.thesauri.patterns import LONGEST

if TYPE_CHECKING:
    from matchmaking.core.transitions import TransitionTable

LONGEST_KEY, LONGEST_LABEL_JA, LONGEST_LABEL_EN, LONGEST_GLOSS = 40, 30, 60, 200  # characters
TEXTS = ("field", "group", "label_ja", "label_en", "gloss_ja", "gloss_en", "aliases_ja", "aliases_en")


class ThesaurusVersionQuerySet(models.QuerySet["ThesaurusVersion"]):
    def in_force(self) -> ThesaurusVersionQuerySet:
        return self.filter(status=ThesaurusStatus.IN_FORCE)

    def drafts(self) -> ThesaurusVersionQuerySet:
        return self.filter(status=ThesaurusStatus.DRAFT)


class ThesaurusVersion(models.Model):
    """One edition of the list of capabilities. Only a draft is ever changed.

    *Draft*, of which there is one at a time, until an administrator puts it *in force* with a reason, together with a
    scoring policy made for it; the one before is then *superseded*. `fingerprint` is that of its contents: a policy
    names the edition it was made for by it.
    """

    TRANSITIONS: ClassVar[TransitionTable] = THESAURUS_TRANSITIONS

    number = models.PositiveIntegerField(_("version"), unique=True)
    status = models.CharField(max_length=10, choices=ThesaurusStatus, default=ThesaurusStatus.DRAFT)
    fingerprint = models.CharField(max_length=12)
    reason = models.TextField(_("reason"), blank=True)
    made_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    in_force_since = models.DateTimeField(null=True)

    objects = ThesaurusVersionQuerySet.as_manager()

    class Meta:
        ordering = ["-number"]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=ThesaurusStatus.values), name="thesaurus_status_known"
            ),
            models.UniqueConstraint(
                fields=["status"], condition=Q(status=ThesaurusStatus.IN_FORCE), name="thesaurus_one_in_force"
            ),
            models.UniqueConstraint(
                fields=["status"], condition=Q(status=ThesaurusStatus.DRAFT), name="thesaurus_one_draft"
            ),
            models.CheckConstraint(
                condition=Q(status=ThesaurusStatus.DRAFT) | Q(in_force_since__isnull=False),
                name="thesaurus_in_force_has_time",
            ),
        ]

    def __str__(self) -> str:
        return f"v{self.number}"

    @property
    def is_draft(self) -> bool:
        return self.status == ThesaurusStatus.DRAFT


class CapabilityEntryQuerySet(models.QuerySet["CapabilityEntry"]):
    def active(self) -> CapabilityEntryQuerySet:
        return self.filter(status=CapabilityStatus.ACTIVE)

    def by_field(self) -> CapabilityEntryQuerySet:
        """In the order of the priority fields, then of groups, then of places."""
        fields = [*Field.values, CROSS]
        order = models.Case(*(models.When(field=field, then=place) for place, field in enumerate(fields)))
        return self.annotate(field_order=order).order_by("field_order", "group", "place")


class CapabilityEntry(models.Model):
    """What one edition says of one capability.

    *Active*, or *merged* into another of its edition, which then answers for it wherever a profile names it, or
    *retired*: no text is recognized by it any longer. Both can be taken back in a draft.
    """

    TRANSITIONS: ClassVar[TransitionTable] = CAPABILITY_TRANSITIONS

    version = models.ForeignKey(ThesaurusVersion, models.CASCADE, related_name="entries")
    key = models.CharField(max_length=LONGEST_KEY)
    place = models.PositiveIntegerField()
    status = models.CharField(
        _("state"), max_length=10, choices=CapabilityStatus, default=CapabilityStatus.ACTIVE
    )
    merged_into = models.CharField(max_length=LONGEST_KEY, blank=True)
    field = models.CharField(_("field"), max_length=20, choices=CAPABILITY_FIELDS)
    group = models.CharField(_("group"), max_length=LONGEST_KEY)
    label_ja = models.CharField(_("name in Japanese"), max_length=LONGEST_LABEL_JA)
    label_en = models.CharField(_("name in English"), max_length=LONGEST_LABEL_EN)
    gloss_ja = models.CharField(_("meaning in Japanese"), max_length=LONGEST_GLOSS)
    gloss_en = models.CharField(_("meaning in English"), max_length=LONGEST_GLOSS)
    aliases_ja: Any = ArrayField(
        models.CharField(max_length=LONGEST), verbose_name=_("Japanese wordings"), default=list, blank=True
    )
    aliases_en: Any = ArrayField(
        models.CharField(max_length=LONGEST), verbose_name=_("English wordings"), default=list, blank=True
    )

    objects = CapabilityEntryQuerySet.as_manager()

    class Meta:
        ordering = ["place"]
        constraints = [
            models.UniqueConstraint(fields=["version", "key"], name="capability_key_once_in_version"),
            models.UniqueConstraint(fields=["version", "place"], name="capability_place_once_in_version"),
            models.CheckConstraint(condition=Q(key__regex=r"^[a-z0-9_]+$"), name="capability_key_plain"),
            models.CheckConstraint(
                condition=Q(status__in=CapabilityStatus.values), name="capability_status_known"
            ),
            models.CheckConstraint(
                condition=Q(field__in=[*Field.values, CROSS]), name="capability_field_known"
            ),
            models.CheckConstraint(
                condition=~(Q(label_ja="") | Q(label_en="") | Q(gloss_ja="") | Q(gloss_en="") | Q(group="")),
                name="capability_named_in_both_languages",
            ),
            models.CheckConstraint(
                condition=~Q(status=CapabilityStatus.MERGED) | ~Q(merged_into=""),
                name="capability_merged_says_into_what",
            ),
            models.CheckConstraint(
                condition=~Q(merged_into=F("key")), name="capability_not_merged_into_itself"
            ),
        ]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        """Its name in the reader's language."""
        return self.label_ja if (get_language() or "ja").startswith("ja") else self.label_en

    @property
    def gloss(self) -> str:
        return self.gloss_ja if (get_language() or "ja").startswith("ja") else self.gloss_en

    @property
    def is_active(self) -> bool:
        return self.status == CapabilityStatus.ACTIVE

    def content(self) -> dict[str, Any]:
        """What an administrator writes, as plain values."""
        return {name: getattr(self, name) for name in TEXTS}
