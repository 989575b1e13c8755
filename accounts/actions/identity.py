"""A new name, number or country of an organisation that was reviewed: it waits for review, the old one stays in force.

What waits lies in the open review as plain values by row, `{"organisation": {"name": …}, "company": {…}}`; the rows
are the organisation and the profile that belongs to it (`company`, `startup`), which this app knows by name only.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from accounts.actions.reviews import NO_PROPOSAL, open_review, take_back
from accounts.enums import ReviewKind, ReviewStatus
from accounts.models import Organisation, Review, User
from accounts.profiles.changes import assign, hold
from accounts.rules import IDENTITY, REVIEWED, names_of
from matchmaking.core import audit
from matchmaking.core.notices import Event, notify
from matchmaking.core.transitions import TransitionNotAllowed, move

Values = Mapping[str, Any]


def live_and_held(organisation: Organisation, values: Values) -> tuple[dict[str, Any], dict[str, Any]]:
    """`values` of one row, parted: those that take effect at once, and those that wait for review."""
    if organisation.status not in REVIEWED:
        return dict(values), {}
    held = {name: value for name, value in values.items() if name in IDENTITY}
    return {name: value for name, value in values.items() if name not in IDENTITY}, held


def open_identity(organisation: Organisation) -> Review | None:
    """The new identity that waits for review, if there is one."""
    return organisation.reviews.open().filter(kind=ReviewKind.IDENTITY).first()


@transaction.atomic
def propose_identity(
    organisation: Organisation, values: Mapping[str, Values], *, by: User | None
) -> Review | None:
    """Let a new identity wait for review; what waited before is updated. Returns what waits now, if anything.

    A value that equals the one in force takes that part of an earlier proposal back; raises ValidationError for a
    value that another organisation has, and TransitionNotAllowed while an application waits.
    """
    hold(organisation)
    review = organisation.reviews.open().first()
    if review is not None and review.kind != ReviewKind.IDENTITY:
        raise TransitionNotAllowed(review, ReviewStatus.WAITING)
    wanted = _merged(organisation, review.identity if review else {}, values)
    if review is not None and wanted == review.identity:
        return review
    _refuse_taken(organisation, wanted)
    if review is None:
        return _ask(organisation, wanted, by=by) if wanted else None
    if not wanted:
        take_back_identity(organisation, by=by)
        return None
    return _amend(review, wanted, by=by)


@transaction.atomic
def take_back_identity(organisation: Organisation, *, by: User | None) -> None:
    """The members keep the identity in force: nothing waits for review any more."""
    review = open_identity(organisation)
    if review is None:
        raise TransitionNotAllowed(organisation, ReviewStatus.TAKEN_BACK)
    take_back(review, by=by)


@transaction.atomic
def put_in_force(organisation: Organisation, identity: Mapping[str, Values]) -> list[str]:
    """Give the organisation that identity. Returns the names of what changed; the caller records and decides.

    Raises ValidationError if another organisation has taken a value meanwhile.
    """
    _refuse_taken(organisation, identity)
    changed: list[str] = []
    for part, values in identity.items():
        try:
            with transaction.atomic():
                changed += assign(_row(organisation, part), values)
        except IntegrityError as error:  # taken at this very moment
            raise _taken(next(iter(values))) from error
    return changed


def in_force(organisation: Organisation, identity: Mapping[str, Values]) -> dict[str, dict[str, str]]:
    """What the organisation has now where `identity` says something else."""
    return {
        part: {name: _plain(getattr(_row(organisation, part), name)) for name in values}
        for part, values in identity.items()
    }


def _merged(
    organisation: Organisation, before: Mapping[str, Values], values: Mapping[str, Values]
) -> dict[str, dict[str, Any]]:
    """What waited and what is wanted now, without what is in force already."""
    wanted: dict[str, dict[str, Any]] = {}
    for part in {**before, **values}:
        row = _row(organisation, part)
        asked = {
            **before.get(part, {}),
            **{name: _plain(value) for name, value in values.get(part, {}).items()},
        }
        new = {name: value for name, value in asked.items() if value != _plain(getattr(row, name))}
        if new:
            wanted[part] = new
    return wanted


def _plain(value: Any) -> str:
    """As JSON keeps it; a country is its code."""
    return "" if value is None else str(value)


def _row(organisation: Organisation, part: str) -> Any:
    return organisation if part == "organisation" else getattr(organisation, part)


def _refuse_taken(organisation: Organisation, identity: Mapping[str, Values]) -> None:
    """A value that must be unique belongs to nobody else: neither in force nor waiting for review."""
    for part, values in identity.items():
        row = _row(organisation, part)
        for name, value in values.items():
            if row._meta.get_field(name).unique and is_taken(row, part, name, value):
                raise _taken(name)


def is_taken(row: Any, part: str, name: str, value: str) -> bool:
    """Whether another organisation has this value of a unique column, in force or waiting for review."""
    elsewhere = type(row)._default_manager.filter(**{name: value}).exclude(pk=row.pk)
    waiting = Review.objects.open().filter(**{f"identity__{part}__{name}": value})
    return elsewhere.exists() or waiting.exclude(organisation_id=row.pk).exists()


def _taken(name: str) -> ValidationError:
    message = _("Another firm with this corporate number is registered.")
    return ValidationError({name: ValidationError(message, code="taken")})


def _ask(organisation: Organisation, identity: dict[str, Any], *, by: User | None) -> Review:
    review = open_review(organisation, by=by, kind=ReviewKind.IDENTITY, identity=identity)
    audit.record("organisation.identity_proposed", organisation, by=by, fields=_names(identity))
    notify(
        Event.IDENTITY_PROPOSED,
        User.objects.officers(),
        link="accounts:review",
        link_kwargs={"pk": review.pk},
        organisation=names_of(organisation),
    )
    return review


def _amend(review: Review, identity: dict[str, Any], *, by: User | None) -> Review:
    """The reviewers look anew: a decline that was proposed for the earlier values is off."""
    if review.status == ReviewStatus.DECLINE_PROPOSED:
        move(review, ReviewStatus.WAITING, by=by, **NO_PROPOSAL)
    review.identity = identity
    review.save(update_fields=["identity"])
    audit.record("organisation.identity_proposed", review.organisation, by=by, fields=_names(identity))
    return review


def _names(identity: Mapping[str, Values]) -> list[str]:
    return sorted(name for values in identity.values() for name in values)
