"""Applications in every state, brought there by the deeds themselves."""

from __future__ import annotations

from typing import Any

from accounts import actions
from accounts.enums import OrganisationStatus
from accounts.models import Review, User
from accounts.reviewing.versions import Version, version_of, written
from accounts.rules import checks_of
from tests import factories
from tests.consenting import agreed_to_all


def applied(kind: str = "company", **options: Any) -> Review:
    """A complete application of a firm or startup with one member."""
    if kind == "company":
        profile: Any = factories.ChallengeFactory(
            company__organisation__status=OrganisationStatus.DRAFT,
            **{f"company__{name}": value for name, value in options.items()},
        ).company
    else:
        profile = factories.StartupFactory(organisation__status=OrganisationStatus.DRAFT, **options)
    member = factories.MembershipFactory(organisation=profile.organisation).user
    return actions.submit(agreed_to_all(profile.organisation, member), by=member)


def seen(review: Review) -> Version:
    """The version that somebody who looks now sees."""
    return version_of(review)


def address_part(review: Review) -> str:
    return f"?seen={written(seen(review))}"


def approved(review: Review, by: User) -> Review:
    actions.tick(review, [str(check) for check in checks_of(review)], by=by)
    actions.approve(review, seen=seen(review), by=by)
    return review


def returned(review: Review, by: User, text: str = "Tell us more.", **remarks: str) -> Review:
    subjects = {subject.replace("__", "."): words for subject, words in remarks.items()}
    told = "\n".join([text, *subjects.values()])
    actions.ask_for_changes(review, remarks=subjects, text=text, told=told, seen=seen(review), by=by)
    return review


def decline_proposed(review: Review, by: User) -> Review:
    actions.propose_decline(
        review, reason="not_eligible", text="Too small for now.", seen=seen(review), by=by
    )
    return review


def declined(review: Review, by: User, second: User) -> Review:
    actions.confirm_decline(decline_proposed(review, by), seen=seen(review), by=second)
    return review


def in_state(status: str, by: User, second: User, kind: str = "company") -> Review:
    """A review that came to that state by the way there is."""
    review = applied(kind)
    ways: dict[str, Any] = {
        "waiting": lambda: None,
        "decline_proposed": lambda: decline_proposed(review, by),
        "approved": lambda: approved(review, by),
        "returned": lambda: returned(review, by),
        "declined": lambda: declined(review, by, second),
        "taken_back": lambda: actions.take_back(review, by=review.asked_by),
        "reversed": lambda: actions.reverse(approved(review, by), reason="Wrong firm.", by=second),
    }
    ways[status]()
    return Review.objects.with_people().get(pk=review.pk)


def identity_proposed(by: User, name: str = "新北浜食品株式会社") -> Review:
    """A new name of a published firm."""
    company = factories.ChallengeFactory().company
    factories.MembershipFactory(organisation=company.organisation)
    review = actions.propose_identity(company.organisation, {"organisation": {"name": name}}, by=by)
    assert review is not None
    return review


def fresh(row: Any) -> Any:
    """The row as the database has it."""
    return type(row)._default_manager.get(pk=row.pk)
