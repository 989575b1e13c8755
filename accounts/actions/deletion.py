"""An organisation asks to be erased, an owner deletes a draft, an administrator carries a request out."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.actions.erasing import erase_organisation, erase_person, say_goodbye
from accounts.enums import DeletionStatus, OrganisationStatus, StaffRole
from accounts.erasure.holdings import Obstacle, holders
from accounts.models import DeletionRequest, Organisation, User, members_of, owners_of
from accounts.rules import names_of
from matchmaking.core import audit, jobs
from matchmaking.core.facts import Day
from matchmaking.core.models import Job
from matchmaking.core.notices import Event, notify
from matchmaking.core.texts import unlinked
from matchmaking.core.transitions import TransitionNotAllowed, move
from matchmaking.core.working_days import OFFICE_ZONE

REMIND_DELETION = "accounts.remind_of_deletion"
AHEAD = timedelta(days=7)  # before the last day administrators are reminded, then on it, then every week
AGAIN = 7


def is_never_sent_in(organisation: Organisation) -> bool:
    """Whether nobody but its members has ever seen it: then an owner deletes it without asking anybody."""
    return organisation.status == OrganisationStatus.DRAFT and not organisation.reviews.exists()


def waiting_request(organisation: Organisation) -> DeletionRequest | None:
    return organisation.deletion_requests.waiting().first()


def obstacles(organisation: Organisation) -> list[Obstacle]:
    """What must be done before it is erased; everything that only its own rows know of stands in no way."""
    return [obstacle for holder in holders() for obstacle in holder.obstacles(organisation)]


@transaction.atomic
def ask_for_deletion(organisation: Organisation, *, reason: str, by: User) -> DeletionRequest:
    """An owner asks. Who asks again, or at the same time as another owner, gets the request that waits already."""
    organisation = _locked(organisation)
    if is_never_sent_in(organisation) or organisation.status == OrganisationStatus.ERASED:
        raise TransitionNotAllowed(organisation, OrganisationStatus.ERASED)
    if (known := waiting_request(organisation)) is not None:
        return known
    now = timezone.now()
    request = DeletionRequest.objects.create(
        organisation=organisation, asked_by=by, asked_at=now, reason=reason, due_on=_office_day(now) + _term()
    )
    audit.record("deletionrequest.waiting", request, by=by)
    _tell_both(Event.DELETION_ASKED, request, by=by)
    return request


@transaction.atomic
def take_back_deletion(request: DeletionRequest, *, by: User) -> None:
    """An owner wants to keep everything after all."""
    move(request, DeletionStatus.TAKEN_BACK, by=by, answered_by=by, answered_at=timezone.now())
    _tell_both(Event.DELETION_TAKEN_BACK, request, by=by)


@transaction.atomic
def delete_draft(organisation: Organisation, *, by: User) -> None:
    """An owner deletes what was never sent in. Its people keep their accounts, and may begin anew or close them."""
    organisation = _locked(organisation)
    if not is_never_sent_in(organisation):
        raise TransitionNotAllowed(organisation, OrganisationStatus.ERASED)
    colleagues = list(members_of(organisation).exclude(pk=by.pk))
    erase_organisation(organisation, by=by)
    notify(Event.DRAFT_DELETED, colleagues, link="home", person=unlinked(str(by)))


@transaction.atomic
def carry_out_deletion(request: DeletionRequest, *, reason: str, by: User) -> None:
    """An administrator erases the organisation and everybody who belongs to it. Nothing of this can be undone.

    It leaves the programme first, so that the other sides of its matches and requests are told. Of two administrators
    the second finds the request carried out.
    """
    organisation = _locked(request.organisation)
    if obstacles(organisation):
        raise ValidationError(_("Something stands in the way. See the list on this page."), code="obstacle")
    move(request, DeletionStatus.CARRIED_OUT, by=by, answered_by=by, answered_at=timezone.now())
    people = list(User.objects.filter(membership_row__organisation=organisation).order_by("pk"))
    for person in people:
        say_goodbye(person, "organisation")
    erase_organisation(organisation, by=by, reason=reason)
    for person in people:
        erase_person(person, by=by)


def look_after_deletions(*, now: datetime) -> int:
    """Write down every reminder that is due. Returns how many were not written down before."""
    today = _office_day(now)
    return sum(_write_down(request, today) for request in DeletionRequest.objects.due_by(today + AHEAD))


@transaction.atomic
def _write_down(request: DeletionRequest, today: date) -> int:
    """The first a week ahead, the second on the last day, from then on one a week."""
    late = (today - request.due_on).days
    stage = "ahead" if late < 0 else f"late-{late // AGAIN}"
    key = f"deletion:{request.pk}:{stage}"
    if Job.objects.filter(dedupe_key=key).exists():
        return 0
    jobs.enqueue(REMIND_DELETION, dedupe_key=key, deletion_request_id=request.pk)
    return 1


@transaction.atomic
def remind_of_deletion(deletion_request_id: int) -> None:
    """Tell the administrators, who alone can carry it out; nothing happens if it is over."""
    request = DeletionRequest.objects.waiting().filter(pk=deletion_request_id).first()
    if request is None:
        return
    notify(
        Event.DELETION_DUE,
        _administrators(),
        link="accounts:deletion",
        link_kwargs={"pk": request.pk},
        organisation=names_of(request.organisation, safe=True),
        due=Day(request.due_on),
    )


def _tell_both(event: Event, request: DeletionRequest, *, by: User) -> None:
    """Owners and administrators; each finds the request behind the link."""
    words: dict[str, Any] = {
        "organisation": names_of(request.organisation, safe=True),
        "person": unlinked(str(by)),
    }
    notify(event, owners_of(request.organisation), link="accounts:delete", **words)
    notify(event, _administrators(), link="accounts:deletions", **words)


def _administrators() -> QuerySet[User]:
    return User.objects.officers().filter(staff_role=StaffRole.ADMINISTRATOR)


def _locked(organisation: Organisation) -> Organisation:
    """Asking, taking back and erasing take turns."""
    return Organisation.objects.select_for_update(no_key=True).get(pk=organisation.pk)


def _office_day(moment: datetime) -> date:
    return moment.astimezone(ZoneInfo(OFFICE_ZONE)).date()


def _term() -> timedelta:
    return timedelta(days=settings.DELETION_DAYS)
