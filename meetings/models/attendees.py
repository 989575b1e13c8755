"""Who comes to a meeting, as each side names them for itself."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from accounts.enums import ConsentSubject, OrganisationKind
from accounts.models import Organisation, User
from accounts.models.consents import Consent
from meetings.enums import AGREED_REQUEST, DecisionLevel
from meetings.models.bookings import Meeting
from meetings.models.requests import MeetingRequest, MeetingRequestQuerySet

MOST_ATTENDEES = 5


class AttendeeQuerySet(models.QuerySet["Attendee"]):
    def visible_to(self, user: User) -> AttendeeQuerySet:
        """Staff see all, a firm both sides of its meetings, a startup its own people and those it may know."""
        if user.is_officer:
            return self
        organisation = user.organisation
        if organisation is None:
            return self.none()
        if organisation.kind == OrganisationKind.COMPANY:
            return self.filter(request__match__company_id=organisation.pk)
        own = Q(organisation=organisation)
        return self.filter(own | self._named_abroad(), request__match__startup_id=organisation.pk)

    @staticmethod
    def _named_abroad() -> Q:
        """The firm's people: once the startup knows the firm, and the firm agreed to names going to its country."""
        agreed = Consent.objects.in_force().filter(
            organisation=OuterRef("request__match__company_id"),
            subject=ConsentSubject.TRANSFER,
            country=OuterRef("request__match__startup__organisation__country"),
        )
        known = Q(request__status__in=AGREED_REQUEST) | Q(request__match__company__name_disclosed=True)
        return known & Q(Exists(agreed))

    def of(self, organisation: Organisation) -> AttendeeQuerySet:
        return self.filter(organisation=organisation)


class Attendee(models.Model):
    """A person who comes for one side: no user of the portal, only a name, a role and what they may decide."""

    request = models.ForeignKey(MeetingRequest, models.PROTECT, related_name="attendees")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    name = models.CharField(_("name"), max_length=100)
    role = models.CharField(_("role"), max_length=100)
    decision = models.CharField(_("in the decision"), max_length=10, choices=DecisionLevel)
    email = models.EmailField(_("e-mail address"), blank=True)

    objects = AttendeeQuerySet.as_manager()

    class Meta:
        ordering = ["pk"]
        constraints = [
            models.CheckConstraint(condition=~Q(name="") & ~Q(role=""), name="attendee_has_name_and_role"),
            models.CheckConstraint(
                condition=Q(decision__in=DecisionLevel.values), name="attendee_decision_known"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class Named(Protocol):
    """Somebody who comes, stored or about to be."""

    @property
    def name(self) -> str: ...

    @property
    def role(self) -> str: ...

    @property
    def decision(self) -> str: ...

    @property
    def email(self) -> str: ...


def said(person: Named) -> str:
    """A person on one line."""
    level = DecisionLevel(person.decision).label
    words = {"name": person.name, "role": person.role, "decision": level, "email": person.email}
    if person.email:
        return gettext("%(name)s, %(role)s (%(decision)s), %(email)s") % words
    return gettext("%(name)s, %(role)s (%(decision)s)") % words


def attendees_of(meeting: Meeting) -> AttendeeQuerySet:
    """Those of both sides; narrow it down with `visible_to` before anybody reads it."""
    return Attendee.objects.filter(request_id=meeting.request_id)


def lines_for(reader: User, request_ids: Iterable[int]) -> dict[int, list[str]]:
    """By request: those the reader may know, a line each, for calendar files. One query."""
    lines: dict[int, list[str]] = {}
    for each in Attendee.objects.visible_to(reader).filter(request__in=list(request_ids)):
        lines.setdefault(each.request_id, []).append(said(each))
    return lines


def uncovered(now: datetime) -> MeetingRequestQuerySet:
    """Meetings to come that lack a named person on a side, or the interpreter that is wanted."""
    people = Attendee.objects.filter(request=OuterRef("pk"))
    firm = people.filter(organisation=F("request__match__company_id"))
    startup = people.filter(organisation=F("request__match__startup_id"))
    uninterpreted = Q(interpreter_wanted=True, meeting__interpreter=None)
    to_come = MeetingRequest.objects.booked().filter(meeting__period__endswith__gt=now)
    return to_come.filter(~Exists(firm) | ~Exists(startup) | uninterpreted)
