"""Legal checks: the rules that staff keep, and how each stands for a partnership. Checklists, not legal advice."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Cast
from django.utils import timezone
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext_lazy as _
from django_countries import countries

from accounts.models import User
from matchmaking.core import history
from matchmaking.core.enums import CooperationMode
from partnerships.enums import GATE_TRANSITIONS, STAGES, GateStatus, PartnershipStage
from partnerships.models.partnerships import Partnership
from partnerships.rules import JAPAN, year_before

if TYPE_CHECKING:
    from matchmaking.core.transitions import TransitionTable

BEFORE = [(stage.value, stage.label) for stage in STAGES[1:]]


class GateRuleQuerySet(models.QuerySet["GateRule"]):
    def in_use(self) -> GateRuleQuerySet:
        return self.filter(in_use=True)

    def concerning(self, partnership: Partnership) -> GateRuleQuerySet:
        """The rules for this kind of cooperation and the startup's country."""
        country = str(partnership.startup.organisation.country.code)
        here = (Q(countries=[]) & ~Q(except_countries__contains=[country])) | Q(countries__contains=[country])
        return self.in_use().filter(here, modes__contains=[partnership.mode])

    def to_compare(self, now: datetime) -> GateRuleQuerySet:
        """In use, and compared with their source never or longer than a year ago; `compared_at` is when last."""
        long_ago = year_before(now.astimezone(JAPAN).date())
        old = Q(checked_on=None) | Q(checked_on__lt=long_ago)
        return self.in_use().filter(old).annotate(compared_at=Cast("checked_on", models.DateTimeField()))


@history.track()
class GateRule(models.Model):
    """A law that may concern a partnership: what must be looked at, before which stage, and where it is written.

    Without countries it holds for startups from everywhere, but for those from `except_countries`: of them another rule
    says more. `checked_on` is the day on which staff last compared the text with its source, and `checked_by` who did;
    without a day nobody has, and the page says so.
    """

    title_en = models.CharField(_("title in English"), max_length=120)
    title_ja = models.CharField(_("title in Japanese"), max_length=80)
    text_en = models.TextField(_("what must be looked at, in English"), max_length=600)
    text_ja = models.TextField(_("what must be looked at, in Japanese"), max_length=400)
    modes: Any = ArrayField(
        models.CharField(max_length=20, choices=CooperationMode), verbose_name=_("kinds of cooperation")
    )
    countries: Any = ArrayField(
        models.CharField(max_length=2), verbose_name=_("countries of the startup"), default=list, blank=True
    )
    except_countries: Any = ArrayField(
        models.CharField(max_length=2), verbose_name=_("not for startups from"), default=list, blank=True
    )
    before = models.CharField(_("must be settled before"), max_length=12, choices=BEFORE)
    source = models.CharField(_("source"), max_length=160)
    source_url = models.URLField(_("address of the source"), max_length=200, blank=True)
    checked_on = models.DateField(_("compared with the source on"), null=True)
    checked_by = models.ForeignKey(User, models.PROTECT, null=True, related_name="+", editable=False)
    in_use = models.BooleanField(_("in use"), default=True)

    objects = GateRuleQuerySet.as_manager()

    class Meta:
        ordering = ["before", "pk"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(
                condition=Q(modes__contained_by=CooperationMode.values, modes__len__gt=0),
                name="gate_modes_known",
            ),
            models.CheckConstraint(
                condition=Q(before__in=[str(stage) for stage in STAGES[1:]]), name="gate_before_known"
            ),
            models.CheckConstraint(
                condition=Q(countries=[]) | Q(except_countries=[]), name="gate_countries_or_exceptions"
            ),
            models.CheckConstraint(
                condition=Q(checked_by=None) | Q(checked_on__isnull=False), name="gate_compared_on_a_day"
            ),
        ]

    def __str__(self) -> str:
        return self.title_ja

    @property
    def title(self) -> str:
        """In the reader's language."""
        return self.title_en if (get_language() or "").startswith("en") else self.title_ja

    def country_names(self) -> str:
        """In the reader's language."""
        return _names(self.countries)

    def except_country_names(self) -> str:
        return _names(self.except_countries)

    def is_compared(self) -> bool:
        """Within the last year."""
        today = timezone.localdate(timezone=JAPAN)
        return self.checked_on is not None and self.checked_on >= year_before(today)

    def get_before_label(self) -> str:
        return str(PartnershipStage(self.before).label)


def _names(codes: Iterable[str]) -> str:
    names = dict(countries)
    return pgettext("list separator", ", ").join(str(names[code]) for code in codes)


class GateCheckQuerySet(models.QuerySet["GateCheck"]):
    def visible_to(self, user: User) -> GateCheckQuerySet:
        return self.filter(partnership__in=Partnership.objects.visible_to(user))

    def open(self) -> GateCheckQuerySet:
        """Undecided, of rules that are in use and still concern the partnership: only these hold it up."""
        return self.filter(_concerning(), status=GateStatus.OPEN)

    def shown(self) -> GateCheckQuerySet:
        """What was decided, and what holds the partnership up."""
        return self.filter(~Q(status=GateStatus.OPEN) | _concerning())


def _concerning() -> Q:
    """A rule may be narrowed, or the startup's country put right, after the check was given."""
    country = F("partnership__startup__organisation__country")
    here = Q(rule__countries__contains=[country])
    everywhere = Q(rule__countries=[]) & ~Q(rule__except_countries__contains=[country])
    of_kind = Q(rule__in_use=True, rule__modes__contains=[F("partnership__mode")])
    return of_kind & (here | everywhere)


@history.track()
class GateCheck(models.Model):
    """How one rule stands for one partnership: *open* until staff find it *settled* or *not needed*, on a day."""

    TRANSITIONS: ClassVar[TransitionTable] = GATE_TRANSITIONS

    partnership = models.ForeignKey(Partnership, models.PROTECT, related_name="checks", editable=False)
    rule = models.ForeignKey(GateRule, models.PROTECT, related_name="checks", editable=False)
    status = models.CharField(
        _("state"), max_length=12, choices=GateStatus, default=GateStatus.OPEN, editable=False
    )
    decided_on = models.DateField(_("decided on"), null=True)
    note = models.TextField(_("what was found, and by whom"), max_length=500, blank=True)

    objects = GateCheckQuerySet.as_manager()

    class Meta:
        ordering = ["rule__before", "rule_id"]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["partnership", "rule"], name="gate_once_a_partnership"),
            models.CheckConstraint(condition=Q(status__in=GateStatus.values), name="gate_status_known"),
            models.CheckConstraint(
                condition=Q(status=GateStatus.OPEN) | Q(decided_on__isnull=False), name="gate_decided_has_day"
            ),
        ]

    def __str__(self) -> str:
        return str(self.rule)
