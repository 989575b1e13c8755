"""People who sign in, and the organisation they belong to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager
from django.db import models, transaction
from django.db.models import Q
from django.db.models.functions import Lower
from django.utils.functional import cached_property
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from accounts.enums import MemberRole, StaffRole, Theme
from accounts.rules import check_phone

if TYPE_CHECKING:
    from accounts.models.organisations import Organisation


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

    def staff(self) -> models.QuerySet[User]:
        """Whoever works for the programme, by role and name, with whether they have a second factor."""
        from allauth.mfa.models import Authenticator  # noqa: PLC0415 - it asks for the user model, made here

        factors = Authenticator.objects.filter(user=models.OuterRef("pk"))
        staff = self.filter(is_active=True).exclude(staff_role="").order_by("staff_role", "name", "pk")
        return staff.annotate(has_second_factor=models.Exists(factors))

    def officers(self) -> models.QuerySet[User]:
        """The programme office: whoever is told what waits for staff."""
        return self.filter(is_active=True, staff_role__in=[StaffRole.OFFICER, StaffRole.ADMINISTRATOR])


class User(AbstractBaseUser):
    """Somebody who signs in: an officer or administrator, an expert, or a member of one organisation."""

    email = models.EmailField(_("e-mail address"), unique=True)
    name = models.CharField(pgettext_lazy("person", "name"), max_length=120)
    staff_role = models.CharField(_("role"), max_length=20, choices=StaffRole, blank=True)
    language = models.CharField(
        _("language"), max_length=2, choices=[("ja", "日本語"), ("en", "English")], default="ja"
    )
    time_zone = models.CharField(_("time zone"), max_length=60, default="Asia/Tokyo")
    theme = models.CharField(_("appearance"), max_length=6, choices=Theme, default=Theme.SYSTEM)
    notices_by_mail = models.BooleanField(_("send me notices by mail too"), default=True)
    is_active = models.BooleanField(_("may sign in"), default=True)
    date_joined = models.DateTimeField(auto_now_add=True)
    erased_at = models.DateTimeField(null=True, blank=True, editable=False)

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
        return gettext("Former user") if self.erased_at else self.name or self.email

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


class MembershipQuerySet(models.QuerySet["Membership"]):
    def with_people(self) -> MembershipQuerySet:
        """For a list: owners first, then by when they came."""
        return self.select_related("user", "organisation").order_by("-role", "joined_at", "pk")


class Membership(models.Model):
    """A person's place in an organisation."""

    organisation = models.ForeignKey("accounts.Organisation", models.PROTECT, related_name="memberships")
    user = models.OneToOneField(User, models.PROTECT, related_name="membership_row")
    role = models.CharField(_("role"), max_length=10, choices=MemberRole, default=MemberRole.MEMBER)
    title = models.CharField(_("job title"), max_length=80, blank=True)
    phone = models.CharField(_("telephone"), max_length=30, blank=True, validators=[check_phone])
    joined_at = models.DateTimeField(auto_now_add=True)

    objects = MembershipQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(role__in=MemberRole.values), name="member_role_known")
        ]

    def __str__(self) -> str:
        return f"{self.user} ({self.organisation})"


def members_of(organisation: Organisation) -> models.QuerySet[User]:
    """The active people of an organisation: whoever is told what concerns it."""
    return User.objects.filter(is_active=True, membership_row__organisation=organisation).order_by("pk")


def owners_of(organisation: Organisation) -> models.QuerySet[User]:
    """The active people who decide for an organisation who belongs to it."""
    return members_of(organisation).filter(membership_row__role=MemberRole.OWNER)
