"""An organisation with something in every table that there is, and the ways in which it is erased."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pghistory.models
from allauth.account.models import EmailConfirmation
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db.models import Model
from django.utils import timezone
from post_office.models import STATUS, Email

from accounts import actions
from accounts.models import DeletionRequest, Organisation, User
from companies.models import EligibilityDecision
from matchmaking.core import audit, jobs, mailing
from matchmaking.core.mailing import Attachment, queue
from matchmaking.core.models import Job
from matchmaking.core.notices import Event, notify
from matchmaking.matches.models import ExpertAdvice, Match, PairNote
from meetings import actions as meetings
from meetings.models import BookingSeat, Closure, ConfirmationTerm, Meeting, OrganisationHours, Resource
from partnerships import actions as partnerships
from partnerships.enums import EndReason
from partnerships.models import Partnership
from startups.actions import change_startup
from tests import factories
from tests.accounts.erasure.canaries import CANARY, reached_from, sing
from tests.startups import decks
from tests.world import World

# Nothing of which anything is recorded.
NO_DEEDS = (pghistory.models.Event, BookingSeat, ConfirmationTerm, Resource)
FILE_JOBS = ("startups.drop_files", "documents.drop_files", "core.delete_files")


def organisation_of(world: World, kind: str) -> Organisation:
    return getattr(world.cast, kind).organisation


def furnish(world: World, kind: str) -> list[Model]:
    """Give the world's firm or startup a row in every table that the world itself leaves empty."""
    organisation, owner = organisation_of(world, kind), getattr(world.cast, f"{kind}_owner")
    _profile(world, kind, owner)
    review = factories.ReviewFactory(organisation=organisation, status="approved", decided_at=timezone.now(),
                                     text="x", identity={"organisation": {"name": "x"}})  # fmt: skip
    factories.RemarkFactory(review=review)
    factories.InvitationFactory(organisation=organisation, invited_by=owner)
    factories.JoinRequestFactory(organisation=organisation)
    OrganisationHours.objects.create(organisation=organisation, week={"0": ["09:00", "17:30"]})
    day = date(2027, 8, 13)
    Closure.objects.create(organisation=organisation, first_day=day, last_day=day, name_en="x", name_ja="x")
    actions.mark_changes_seen(organisation, until=timezone.now(), by=world.cast.officer)
    _matching(world)
    for member in User.objects.filter(membership_row__organisation=organisation):
        _account(member)
    return [*reached_from(organisation), *_of_people(organisation)]


def _profile(world: World, kind: str, owner: User) -> None:
    if kind == "company":
        EligibilityDecision.objects.create(
            company=world.cast.company, criterion="midsize", rule="r", computed="no", decided="yes",
            inputs={}, reason="x", by=world.cast.officer, at=timezone.now(),
        )  # fmt: skip
        return
    startup = world.cast.startup
    for factory in (factories.FigureFactory, factories.RoundFactory, factories.PatentFactory,
                    factories.CertificationFactory, factories.ReferenceFactory):  # fmt: skip
        factory(startup=startup)
    startup.patents.create(title=f"Removed {CANARY}", office="JP", number="77", status="granted").delete()
    for problem in (f"As it was {CANARY}", "As it is"):
        change_startup(startup, {}, {"problem": problem}, by=owner)


def _matching(world: World) -> None:
    cast = world.cast
    ExpertAdvice.objects.create(
        startup=cast.startup, company=cast.company, rating=4, reasons={"": "x"}, by=cast.expert
    )
    PairNote.objects.create(company=cast.company, startup=cast.startup, text="x", by=cast.officer)
    Match.objects.filter(pk=world.match.pk).update(quote="x", dismiss_note="x")


def _account(user: User) -> None:
    EmailConfirmation.create(user.emailaddress_set.get()).save()
    Authenticator.objects.create(user=user, type="totp", data={"secret": "x"})
    UserSession.objects.create(user=user, ip="192.0.2.9", session_key=f"{user.pk}", user_agent="x", data={})


def _of_people(organisation: Organisation) -> list[Model]:
    """The accounts of its members, with the rows that are theirs, and not those they only had a hand in."""
    users = list(User.objects.filter(membership_row__organisation=organisation))
    own = [row for user in users for row in owned_by(user)]
    return [*users, *own]


def owned_by(user: User) -> list[Model]:
    relations = [
        each
        for each in User._meta.related_objects
        if each.field.name in ("user", "recipient") and each.related_model._meta.app_label != "pghistory"
    ]
    return [
        row
        for each in relations
        for row in each.related_model._base_manager.filter(**{each.field.name: user})
    ]


def sung(world: World, kind: str) -> set[str]:
    """The canary in all of it, in the trail, and in what others were told. Returns the columns that took it."""
    rows = furnish(world, kind)
    columns = sing(rows)
    organisation = Organisation.objects.get(pk=organisation_of(world, kind).pk)
    owner = User.objects.get(pk=getattr(world.cast, f"{kind}_owner").pk)
    for row in rows:
        if not isinstance(row, NO_DEEDS):
            audit.record("canary.sung", row, by=owner, reason=CANARY, title=CANARY, before="draft")
    files = {"invitation.ics": Attachment(CANARY.encode(), "text/calendar")}
    members = User.objects.filter(membership_row__organisation=organisation)
    notify(Event.PROFILE_PUBLISHED, members, organisation=CANARY, attachments=files)
    tell_others(world, organisation.name, owner)
    return columns


def tell_others(world: World, name: str, person: User) -> None:
    """Notices and mail to people who stay, a job that failed over it, deeds about what is gone by now."""
    officer, other = world.cast.officer, world.cast.other_startup_owner
    notify(Event.DECLINE_PROPOSED, [officer], organisation=name, officer="Ito", reason=f"Why {CANARY}")
    notify(Event.PARTNER_LEFT, [other], organisation=name)
    notify(Event.JOIN_ASKED, [other], person=str(person), organisation="Other", email=person.email)
    queue(
        officer.email,
        f"About {name}",
        f"{person.email} wrote",
        {"a.txt": Attachment(CANARY.encode(), "text/plain")},
    )
    mail_is_sent()
    queue(officer.email, f"Not sent yet: {name}", "Text")
    Job.objects.create(name="x", dedupe_key="failed", not_before=timezone.now() + timedelta(days=1),
                       last_error=f"ValueError: {name}")  # fmt: skip
    gone = factories.MembershipFactory(organisation=factories.CompanyFactory().organisation)
    audit.record("member.left", gone, by=None)
    row = audit.record("user.added", other, by=officer, organisation=name)
    assert row.detail["organisation"] == name


def tell_others_of(world: World, person: User) -> None:
    """What others read of one person, and what the trail holds of them."""
    officer, owner = world.cast.officer, world.cast.other_company_owner
    notify(Event.INVITATION_ACCEPTED, [owner], person=person.name, place="The programme")
    notify(Event.JOIN_ASKED, [owner], person=person.name, organisation="Other", email=person.email)
    queue(owner.email, f"{person.name} joined", f"Write to {person.email}")
    mail_is_sent()
    queue(owner.email, f"{person.name} left", "Not sent yet")
    review = world.review
    audit.record("review.assigned", review, by=officer, reason=person.name)
    audit.record("review.waiting", review, by=person, before="waiting")
    audit.record("user.added", person, by=officer, organisation="Other")
    for row in owned_by(person):
        audit.record("canary.sung", row, by=person, title=CANARY)


def deeds_about(row: Model, *, by: User) -> None:
    audit.record("invitation.open", row, by=by, role="member")
    queue(f"{CANARY}@people.example", "You are invited", "Come", private=True)
    mail_is_sent()
    queue(f"{CANARY}@people.example", "You are invited again", "Come", private=True)


def clear_the_way(organisation: Organisation, by: User) -> None:
    """What the check page asks for before an erasure."""
    for meeting in Meeting.objects.filter(
        request__match__in=Match.objects.filter(**{f"{organisation.kind}_id": organisation.pk}),
        status="booked",
    ):
        meetings.cancel(meeting, reason=f"Erased {CANARY}", by=by)
    for partnership in Partnership.objects.open().filter(**{f"{organisation.kind}_id": organisation.pk}):
        partnerships.end(partnership, EndReason.OTHER, by=by, text=f"Erased {CANARY}")


def asked(organisation: Organisation, by: User, reason: str = "") -> DeletionRequest:
    return actions.ask_for_deletion(organisation, reason=reason, by=by)


def carried_out(organisation: Organisation, *, owner: User, by: User) -> DeletionRequest:
    request = asked(organisation, owner, f"Because {CANARY}")
    clear_the_way(organisation, by)
    actions.carry_out_deletion(request, reason="Asked for in writing", by=by)
    return request


def let_the_ledger_work() -> None:
    """The last mail goes out, and files go."""
    mail_is_sent()
    mailing.forget_last_mail()
    for job in Job.objects.filter(name__in=FILE_JOBS, state="ready"):
        jobs.run(job.pk)


def mail_is_sent() -> None:
    """As the sender leaves it; the sender itself closes the connection that the test's transaction lives on."""
    for mail in Email.objects.filter(status=STATUS.queued):
        mail.dispatch(commit=True)


def deck_with_canary(world: World) -> Any:
    """A deck whose file says the word, in use by the startup."""
    return decks.in_use(world.cast.startup, world.cast.startup_owner, decks.pdf(CANARY), name=f"{CANARY}.pdf")


def media() -> Path:
    return Path(settings.MEDIA_ROOT)
