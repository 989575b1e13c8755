"""What the pages of reviews show: the queue's rows, and one application beside what is known of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, QuerySet, prefetch_related_objects
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from accounts.actions import may_reverse, silent_since
from accounts.deeds import deeds_of_review
from accounts.enums import OrganisationKind, ReviewKind, ReviewStatus
from accounts.models import Organisation, Review, User, members_of
from accounts.profiles.kinds import Answer, Section, kind_of, profiles_of
from accounts.profiles.labels import identity_rows
from accounts.reviewing.likenesses import likenesses
from accounts.reviewing.versions import earlier_values, rows_of, version_of, written
from matchmaking.core.working_days import OFFICE_ZONE, office_days_between

OFFICE = ZoneInfo(OFFICE_ZONE)


def office_today() -> date:
    return timezone.localdate(timezone.now(), OFFICE)


def shows(user: User) -> dict[str, Q]:
    """The filters of the queue: the word in the address, and which reviews it leaves."""
    return {
        "mine": Q(assignee=user),
        "unassigned": Q(assignee=None),
        "overdue": Q(due_on__lt=office_today()),
        "firms": Q(organisation__kind=OrganisationKind.COMPANY),
        "startups": Q(organisation__kind=OrganisationKind.STARTUP),
        "identity": Q(kind=ReviewKind.IDENTITY),
        "declines": Q(status=ReviewStatus.DECLINE_PROPOSED),
    }


def show_labels() -> dict[str, str]:
    return {
        "": _("All"),
        "mine": _("Assigned to me"),
        "unassigned": _("Assigned to nobody"),
        "overdue": _("Overdue"),
        "firms": _("Firms"),
        "startups": _("Startups"),
        "identity": _("Changes of identity"),
        "declines": _("Decline proposed"),
    }


@dataclass(frozen=True)
class Show:
    """One filter as a link: how many reviews it leaves."""

    name: str
    label: str
    count: int
    is_current: bool


def show_links(user: User, current: str) -> list[Show]:
    """All filters, counted in one query."""
    filters = {"all": Q(), **shows(user)}
    counts = Review.objects.open().aggregate(
        **{name: Count("pk", filter=wanted) for name, wanted in filters.items()}
    )
    return [
        Show(name, label, counts[name or "all"], name == current) for name, label in show_labels().items()
    ]


@dataclass(frozen=True)
class QueueRow:
    """One line of the queue. `waiting` counts the office's working days."""

    review: Review
    place: str
    missing: Sequence[Promise | str]
    waiting: int
    is_overdue: bool
    looked_at_by: User | None


def queue_rows(reviews: Iterable[Review]) -> list[QueueRow]:
    """With what each profile still needs, in a constant number of queries."""
    listed, today, now = list(reviews), office_today(), timezone.now()
    profiles = profiles_of(review.organisation for review in listed)
    rows = []
    for review in listed:
        kind, profile = kind_of(review.organisation), profiles[review.organisation_id]
        row = QueueRow(
            review,
            kind.place(profile),
            kind.missing(profile),
            waiting_days(review, today),
            review.is_open and review.due_on < today,
            looked_at_by(review, now),
        )
        rows.append(row)
    return rows


def waiting_days(review: Review, today: date) -> int:
    """In working days, up to the decision."""
    until = timezone.localdate(review.decided_at, OFFICE) if review.decided_at else today
    return office_days_between(timezone.localdate(review.asked_at, OFFICE), until)


def looked_at_by(review: Review, now: datetime) -> User | None:
    """Who has it open and gave a sign of late."""
    seen = review.seen_at is not None and review.seen_at >= silent_since(now)
    return review.opened_by if seen and review.is_open else None


def next_review(user: User) -> Review | None:
    """What to look at next: the oldest that waits, is nobody else's, and that nobody else looks at."""
    waiting = Review.objects.filter(status=ReviewStatus.WAITING)
    mine = waiting.filter(Q(assignee=None) | Q(assignee=user))
    return mine.nobody_else_looks_at(user, silent_since(timezone.now())).first()


def applicant_language(review: Review) -> str:
    """The language in which whoever applied reads; without them, that of the organisation's kind."""
    members = {user.pk: user for user in members_of(review.organisation)}
    reader = members.get(review.asked_by_id or 0) or next(iter(members.values()), None)
    return reader.language if reader else kind_of(review.organisation).language


@dataclass(frozen=True)
class ShownAnswer:
    """An answer beside what it was in the version decided about last, and what was asked for then."""

    answer: Answer
    before: str | None
    remark: str


@dataclass(frozen=True)
class ShownSection:
    title: str
    answers: tuple[ShownAnswer, ...]


@dataclass(frozen=True)
class OtherReview:
    """An earlier or later review of the same organisation; `remarks` as those of the review itself."""

    review: Review
    remarks: list[dict[str, str]]


def review_context(review: Review, reader: User) -> dict[str, Any]:
    """Everything the page of one review shows."""
    organisation = review.organisation
    prefetch_related_objects([organisation], "memberships__user")
    kind, now = kind_of(organisation), timezone.now()
    profile = kind.profile(organisation)
    rows, earlier, sections = rows_of(organisation, profile), last_decided(review), kind.sections(profile)
    return {
        "review": review,
        "organisation": organisation,
        "profile": profile,
        "name_lang": kind.language,
        "seen": written(version_of(review)),
        "sections": _shown_sections(sections, earlier, rows),
        "remarks": _remarks(review, sections),
        "earlier": earlier,
        "missing": kind.missing(profile),
        "parts": kind.review_parts,
        "identity": identity_rows(review) if review.is_of_identity and review.is_open else [],
        "likenesses": likenesses(review) if review.is_open else [],
        "place": kind.place(profile),
        "waiting": waiting_days(review, office_today()),
        "is_overdue": review.is_open and review.due_on < office_today(),
        "others": [OtherReview(each, _remarks(each, sections)) for each in _others(review)],
        "deeds": deeds_of_review(review),
        "may_reverse": may_reverse(review),
        **kind.more(profile, reader),
        **presence(review, reader, now),
    }


def presence(review: Review, reader: User, now: datetime) -> dict[str, Any]:
    """Who looks at it, for the part of the page that keeps itself up to date."""
    person = looked_at_by(review, now)
    return {"review": review, "looking": person, "is_me": person == reader}


def last_decided(review: Review) -> Review | None:
    """The latest decision before this review whose version of the profile is known."""
    decided = review.organisation.reviews.filter(pk__lt=review.pk).exclude(version={})
    return decided.prefetch_related("remarks").order_by("-pk").first()


def _shown_sections(sections: Sequence[Section], earlier: Review | None, rows: Any) -> list[ShownSection]:
    before = earlier_values(rows, earlier.version) if earlier else {}
    remarks = {remark.subject: remark.text for remark in earlier.remarks.all()} if earlier else {}
    return [
        ShownSection(
            section.title,
            tuple(
                ShownAnswer(answer, _before(answer, before), remarks.get(answer.subject, ""))
                for answer in section.answers
            ),
        )
        for section in sections
    ]


def _before(answer: Answer, before: Mapping[str, str]) -> str | None:
    """What it was; of an answer that stands for a whole row, those of its fields that were different."""
    if answer.subject in before:
        return before[answer.subject]
    parts = [text for subject, text in before.items() if subject.startswith(f"{answer.subject}.")]
    return pgettext("list separator", ", ").join(parts) if parts else None


def _others(review: Review) -> QuerySet[Review]:
    found = review.organisation.reviews.exclude(pk=review.pk).select_related("decided_by")
    return found.prefetch_related("remarks").order_by("-asked_at", "-pk")


def _remarks(review: Review, sections: Sequence[Section]) -> list[dict[str, str]]:
    """What was asked for, under the names of the fields as they are called now."""
    labels = _labels(sections)
    return [{"label": labels.get(remark.subject, ""), "text": remark.text} for remark in review.remarks.all()]


def labels_in(language: str, organisation: Organisation) -> dict[str, str]:
    """What each field is called in that language, by the subject of remarks."""
    with translation.override(language):
        kind = kind_of(organisation)
        return _labels(kind.sections(kind.profile(organisation)))


def _labels(sections: Iterable[Section]) -> dict[str, str]:
    return {answer.subject: answer.full_label for section in sections for answer in section.answers}
