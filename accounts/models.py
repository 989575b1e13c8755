"""People and the organisations they belong to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import pghistory
from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import F, Func, Q, Value
from django.db.models.functions import Lower
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from accounts.enums import (
    ORGANISATION_TRANSITIONS,
    MemberRole,
    OrganisationKind,
    OrganisationStatus,
    StaffRole,
)
from matchmaking.core.enums import CooperationMode, Field, Language, SubField

if TYPE_CHECKING:
    from matchmaking.core.transitions import TransitionTable


class UserManager(BaseUserManager["User"]):
    def create_user(self, email: str, password: str | None = None, **fields: Any) -> User:
        """A user who signs in with `email`; without a password they must set one by mail."""
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> User:
        """The first administrator of a new portal (`manage.py createsuperuser`).

        Whoever may run that command vouches for the address: no mail has to arrive before the first sign-in.
        """
        from allauth.account.models import EmailAddress  # noqa: PLC0415 - it asks for the user model, made here

        with transaction.atomic():
            user = self.create_user(email, password, staff_role=StaffRole.ADMINISTRATOR, **fields)
            EmailAddress.objects.create(user=user, email=user.email, verified=True, primary=True)
        return user

    def get_by_natural_key(self, username: str | None) -> User:
        return self.get(email__iexact=username)

    def officers(self) -> models.QuerySet[User]:
        """The programme office: whoever is told what waits for staff."""
        return self.filter(is_active=True, staff_role__in=[StaffRole.OFFICER, StaffRole.ADMINISTRATOR])


class User(AbstractBaseUser):
    """Somebody who signs in: an officer or administrator, an expert, or a member of one organisation."""

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    staff_role = models.CharField(_("role"), max_length=20, choices=StaffRole, blank=True)
    language = models.CharField(
        _("language"), max_length=2, choices=[("ja", "日本語"), ("en", "English")], default="ja"
    )
    time_zone = models.CharField(_("time zone"), max_length=60, default="Asia/Tokyo")
    is_active = models.BooleanField(_("may sign in"), default=True)
    date_joined = models.DateTimeField(auto_now_add=True)

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS: ClassVar[list[str]] = ["name"]

    objects = UserManager()

    class Meta:
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_unique_any_case"),
            models.CheckConstraint(
                condition=Q(staff_role__in=["", *StaffRole.values]), name="user_role_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email

    @property
    def is_officer(self) -> bool:
        """Ministry staff: officers and administrators."""
        return self.staff_role in (StaffRole.OFFICER, StaffRole.ADMINISTRATOR)

    @property
    def is_expert(self) -> bool:
        return self.staff_role == StaffRole.EXPERT

    @cached_property
    def membership(self) -> Membership | None:
        """The person's place in an organisation, if they have one."""
        return Membership.objects.select_related("organisation").filter(user=self).first()

    @property
    def organisation(self) -> Organisation | None:
        return self.membership.organisation if self.membership else None


class OrganisationQuerySet(models.QuerySet["Organisation"]):
    def published(self) -> OrganisationQuerySet:
        return self.filter(status=OrganisationStatus.PUBLISHED)

    def awaiting_review(self) -> OrganisationQuerySet:
        return self.filter(status=OrganisationStatus.SUBMITTED)


def _choices_array(choices: Any, label: Any, **options: Any) -> ArrayField[Any, Any]:
    """A list of values of one vocabulary."""
    return ArrayField(
        models.CharField(max_length=30, choices=choices), verbose_name=label, default=list, **options
    )


@pghistory.track()
class Organisation(models.Model):
    """A company or a startup: what both have in common.

    Prepared by its members (in preparation), sent in (waiting for review), then published by staff, or
    returned with a reason and sent in again. Only published organisations are matched. Staff may suspend
    a published one and take that back.
    """

    TRANSITIONS: ClassVar[TransitionTable] = ORGANISATION_TRANSITIONS

    kind = models.CharField(_("kind"), max_length=10, choices=OrganisationKind, editable=False)
    status = models.CharField(
        _("status"),
        max_length=10,
        choices=OrganisationStatus,
        default=OrganisationStatus.DRAFT,
        editable=False,
    )
    name = models.CharField(_("name"), max_length=120)
    name_kana = models.CharField(_("reading in kana"), max_length=120, blank=True)
    name_en = models.CharField(_("name in English"), max_length=120, blank=True)
    country = CountryField(_("country"))
    region = models.CharField(_("state or zone"), max_length=4, blank=True)
    city = models.CharField(_("city"), max_length=80, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=60, default="Asia/Tokyo")
    website = models.URLField(_("website"), blank=True)
    languages = _choices_array(Language.choices, _("working languages"))
    fields = _choices_array(Field.choices, _("fields"))
    sub_fields = _choices_array(SubField.choices, _("sub-fields"), blank=True)
    modes = _choices_array(CooperationMode.choices, _("cooperation modes"))
    monthly_meeting_limit = models.PositiveSmallIntegerField(
        _("meetings a month at most"), default=4, validators=[MinValueValidator(1), MaxValueValidator(40)]
    )
    submitted_at = models.DateTimeField(null=True, blank=True, editable=False)
    published_at = models.DateTimeField(null=True, blank=True, editable=False)
    return_reason = models.TextField(_("what to correct"), blank=True, editable=False)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(_("last change"), auto_now=True)
    sort_key = models.GeneratedField(
        expression=Func(
            F("name_kana"),
            F("name"),
            template="left(lower(normalize(coalesce(nullif(%(expressions)s, '')), NFKC)), 120)",
            arg_joiner=", ''), nullif(",
        ),
        output_field=models.CharField(max_length=120),
        db_persist=True,
    )
    search_key = models.GeneratedField(
        expression=Lower(
            Func(
                F("name"),
                Value(" "),
                F("name_kana"),
                Value(" "),
                F("name_en"),
                template="normalize(%(expressions)s, NFKC)",
                arg_joiner=" || ",
            )
        ),
        output_field=models.TextField(),
        db_persist=True,
    )

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        ordering = ["sort_key", "pk"]
        indexes = [
            GinIndex(fields=["fields"]),
            models.Index(fields=["kind", "status", "sort_key"]),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status__in=OrganisationStatus.values), name="organisation_status_known"
            ),
            models.CheckConstraint(
                condition=Q(kind__in=OrganisationKind.values), name="organisation_kind_known"
            ),
            models.CheckConstraint(
                condition=~Q(status=OrganisationStatus.PUBLISHED) | Q(published_at__isnull=False),
                name="organisation_published_has_time",
            ),
            models.CheckConstraint(
                condition=~Q(status=OrganisationStatus.RETURNED) | ~Q(return_reason=""),
                name="organisation_returned_has_reason",
            ),
            models.CheckConstraint(
                condition=Q(fields__contained_by=Field.values)
                & Q(modes__contained_by=CooperationMode.values),
                name="organisation_tags_known",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def is_published(self) -> bool:
        return self.status == OrganisationStatus.PUBLISHED


class Membership(models.Model):
    """A person's place in an organisation."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="memberships")
    user = models.OneToOneField(User, models.PROTECT, related_name="membership_row")
    role = models.CharField(_("role"), max_length=10, choices=MemberRole, default=MemberRole.MEMBER)
    title = models.CharField(_("job title"), max_length=80, blank=True)
    joined_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(role__in=MemberRole.values), name="member_role_known")
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.organisation})"


def members_of(organisation: Organisation) -> models.QuerySet[User]:
    """The active people of an organisation: whoever is told what concerns it."""
    return User.objects.filter(is_active=True, membership_row__organisation=organisation).order_by("pk")
